"""Where words may break on paper, as WeasyPrint understands it: by characters that are neither seen nor copied.

It takes `<wbr>` for an element with a text of its own, and then breaks lines in the middle of words beside it.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

BREAK, NO_BREAK = "\N{ZERO WIDTH SPACE}", "\N{WORD JOINER}"

LONG_RUN = re.compile(r"[!-~\u00a1-\u024f]{100,}")
"""More than a line of letters without a place to break."""
LONGEST = 1000
"""Characters of a text that breaks anywhere. Of a longer one, WeasyPrint 70 may lay out all the rest for each line."""


def offer_breaks(root: Element) -> None:
    """Give the long words of this page their places: those that the page names, and all where it names none.

    Without any, the layout of a word of many thousand letters takes minutes.
    """
    for element in root.iter():
        if element.find("wbr") is not None:
            _join(element)
        element.text = _with_places(element.text)
        element.tail = _with_places(element.tail)
    for element in list(root.iter()):
        _divide(element)


def _join(element: Element) -> None:
    """Make one text of those that `<wbr>` divides."""
    kept: list[Element] = []
    for child in element:
        text = BREAK + (child.tail or "")
        if child.tag != "wbr":
            kept.append(child)
        elif kept:
            kept[-1].tail = (kept[-1].tail or "") + text
        else:
            element.text = (element.text or "") + text
    element[:] = kept


def _divide(element: Element) -> None:
    """Give the parts of a text that breaks anywhere elements of their own, and so the texts between its elements."""
    for index in range(len(element) - 1, -1, -1):
        first, *rest = _parts(element[index].tail or "")
        element[index].tail = first
        element[index + 1 : index + 1] = map(_span, rest)
    first, *rest = _parts(element.text or "")
    element.text = first
    element[:0] = map(_span, rest)


def _parts(text: str) -> list[str]:
    """Return the text in parts that end where it may break; whole, if it is not too long."""
    parts, start = [], 0
    while len(text) - start > 2 * LONGEST:
        end = text.rfind(BREAK, start, start + LONGEST) + 1 or text.find(BREAK, start) + 1
        if not end:
            break
        parts.append(text[start:end])
        start = end
    return [*parts, text[start:]]


def _span(text: str) -> Element:
    span = Element("span")
    span.text = text
    return span


def _with_places(text: str | None) -> str | None:
    """Leave the beginning of an address with the name that follows, and let a long run break anywhere."""
    if not text or len(text) < 8:
        return text
    return LONG_RUN.sub(lambda run: BREAK.join(run[0]), text.replace("://", "://" + NO_BREAK))
