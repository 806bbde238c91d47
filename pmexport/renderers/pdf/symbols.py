"""Symbols such as a check mark or a red circle, set in the bundled font, whichever emoji fonts a machine has.

The text stays the author's: it is shown as the character that was written, in one colour, and extracted as such.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from itertools import islice
from typing import Any
from xml.etree.ElementTree import Element

from pmexport.renderers.pdf.line_breaks import make_span

_AS_TEXT = "\N{VARIATION SELECTOR-15}"
"""After a symbol: Pango uses the first font of the text that has it, instead of any emoji font (UTS 51, 4.3)."""
_MOST_WRAPPED = 50
"""Maximum runs of symbols in a text that are wrapped; the layout of more elements on a line takes long."""
_JOINED = "[\u200d\U0001f3fb-\U0001f3ff\u20e3]"
"""Follows a symbol that is only a part of another, such as a person at a computer."""


def set_symbols(root: Element) -> None:
    """Wrap each run of symbols with the same tone in an element of the class `symbol`."""
    for element in list(root.iter()):
        for index in range(len(element) - 1, -1, -1):
            text, spans = _split_text(element[index].tail)
            if spans:
                element[index].tail = text
                element[index + 1 : index + 1] = spans
        text, spans = _split_text(element.text)
        if spans:
            element.text = text
            element[:0] = spans


def mark_symbols(text: str) -> str:
    """Return a text that has no elements, with its symbols marked to be shown by the fonts of text."""
    return _compile_pattern().sub(lambda run: _mark_run(run[0]), text)


def _split_text(text: str | None) -> tuple[str | None, list[Element]]:
    """Return the part of a text before its first symbol, and an element for each run of symbols with what follows."""
    spans: list[Element] = []
    if not text or text.isascii():
        return text, spans
    runs = list(islice(_compile_pattern().finditer(text), _MOST_WRAPPED + 1))
    if len(runs) > _MOST_WRAPPED:
        return mark_symbols(text), spans
    starts = [*(run.start() for run in runs), len(text)]
    for run, end in zip(runs, starts[1:], strict=True):
        span = make_span(_mark_run(run[0]))
        span.set("class", f"symbol {run.lastgroup}")
        span.tail = text[run.end() : end]
        spans.append(span)
    return text[: starts[0]], spans


def _mark_run(run: str) -> str:
    return "".join(character + _AS_TEXT for character in re.sub("[\ufe0e\ufe0f]", "", run))


@cache
def _compile_pattern() -> re.Pattern[str]:
    """Return the pattern of a run of symbols, with a group for each tone."""
    return re.compile("|".join(f"(?P<{tone}>(?:{_alone(symbols)})+)" for tone, symbols in _list_tones()))


def _alone(symbols: str) -> str:
    return rf"(?<!\u200d)[{symbols}](?!\ufe0f?{_JOINED})[\ufe0e\ufe0f]?"


def _list_tones() -> Iterator[tuple[str, str]]:
    data: dict[str, Any] = tomllib.loads(resources.files(__package__).joinpath("symbols.toml").read_text("utf-8"))
    toned = set("".join(data["tones"].values()))
    yield from data["tones"].items()
    yield "neutral", "".join(symbol for symbol in data["symbols"] if symbol not in toned)
