"""Where a rule looks: in the author's own words; and where in the text it finds what it looks for."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from itertools import islice
from typing import Any, Generic, TypeVar

from pmexport.checks.rule import Written

Kind = TypeVar("Kind")

MOST = 100
"""How many things of a kind are told of one text: who has more of them reads it through."""

_CODE = re.compile(
    r"^[ \t]*(`{3,}+|~{3,}+)[^\n]*(?:\n(?![ \t]*\1)[^\n]*)*(?:\n[ \t]*\1[^\n]*)?"  # GFM 0.29, 4.5; in lists too
    r"|(?<!`)(`++)(?:[^`\n]|\n(?![ \t]*\n)|(?!\2(?!`))`++){0,2000}?(?<!`)\2(?!`)",  # 6.3: code spans
    re.MULTILINE,
)
_QUOTE = re.compile(r"^ {0,3}>[^\n]*", re.MULTILINE)
_TARGET = re.compile(r"\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)?\)|\]\[[^\[\]\n]{0,200}\]|\[(?=[^\[\]\n]{0,200}\][(\[])")
_MARK = re.compile(r"[*_~\\]")
_LOG = re.compile(r"logs(?:\[\d+\])?\.(?:text|file)")
_QUOTED = re.compile(r'"[^"\n]{1,300}"|“[^“”]{1,300}”|„[^„“”]{1,300}[“”]|«[^«»]{1,300}»|‘[^‘’\n]{2,300}’(?!\w)')  # noqa: RUF001


@dataclass(frozen=True, slots=True)
class Hit(Generic[Kind]):
    """Something that a rule looks for."""

    kind: Kind
    words: str
    start: int
    """Where it begins, in characters from 0."""

    @property
    def phrase(self) -> str:
        """Its words on one line, to be quoted in a message."""
        return " ".join(self.words.split())


Look = Callable[[str], Iterable[Hit[Kind]]]
"""Finds things in a text. Between two words there may be any white space: the text may have marks of Markdown there."""


def look_for(patterns: Iterable[tuple[str, Kind]], *, after: str = r"(?<!\w)(?=\w)", fold: bool = True) -> Look[Kind]:
    """Return what finds these patterns, which have no groups of their own, each with its kind.

    They are tried only where `after` holds, and with `fold` on the text in small letters: a text of a megabyte is then
    read in a tenth of a second, since an alternative that begins with another letter costs next to nothing.
    """
    pairs = tuple(patterns)
    quick = re.compile(f"{after}(?:{'|'.join(pattern for pattern, _ in pairs)})")
    which = re.compile("|".join(f"({pattern})" for pattern, _ in pairs))

    def look(text: str) -> Iterator[Hit[Kind]]:
        read = small(text) if fold else text
        for match in quick.finditer(read):
            found = which.match(read, match.start())
            if found and found.lastindex:
                yield Hit(pairs[found.lastindex - 1][1], text[match.start() : match.end()], match.start())

    return look


def small(text: str) -> str:
    """Return a text of the same length in small letters."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(char.lower()[0] for char in text)


def in_own_words(written: Written, look: Look[Kind]) -> Iterator[tuple[Hit[Kind], int | None]]:
    """Return what is found in the author's own words, and the place of each in the text as written, where it is known.

    Words in quotation marks are somebody else's, or are spoken of.
    """
    if any(True for _ in look(_without(written.text, _TARGET, _MARK))):  # else its prose need not be made
        hits = list(islice(look(unquoted(written.prose)), MOST))
        yield from zip(hits, _places(hits, written, look), strict=True)


def _places(hits: list[Hit[Kind]], written: Written, look: Look[Kind]) -> Iterator[int | None]:
    """Return the place of each hit in the text: where its words stand there as often as they do in the prose."""
    if not hits or written.prose == written.text:
        return (hit.start for hit in hits)
    starts: dict[str, list[int]] = {}
    for shown in islice(look(unquoted(_shown(written.text))), MOST):
        starts.setdefault(shown.phrase, []).append(shown.start)
    often = Counter(hit.phrase for hit in hits)
    known = {phrase: iter(places) for phrase, places in starts.items() if len(places) == often[phrase]}
    return (next(known[hit.phrase]) if hit.phrase in known else None for hit in hits)


def is_log(written: Written) -> bool:
    """Return whether a text is an excerpt of a log: quoted from end to end."""
    return _LOG.fullmatch(written.path) is not None


def data(name: str) -> dict[str, Any]:
    """Return a data file of this package."""
    return tomllib.loads(resources.files(__package__).joinpath(name).read_text("utf-8"))


def unquoted(text: str) -> str:
    """Return a text of the same length with blanks where there are words in quotation marks."""
    return _without(text, _QUOTED)


def without_code(text: str) -> str:
    """Return a Markdown text of the same length with blanks where there is code."""
    return _without(text, _CODE)


def _shown(text: str) -> str:
    """Return a Markdown text of the same length with blanks where a reader sees no words of the author's own."""
    return _without(text, _CODE, _QUOTE, _TARGET, _MARK)


def _without(text: str, *patterns: re.Pattern[str]) -> str:
    for pattern in patterns:
        text = pattern.sub(_blank, text)
    return text


def _blank(match: re.Match[str]) -> str:
    return " " * (match.end() - match.start())
