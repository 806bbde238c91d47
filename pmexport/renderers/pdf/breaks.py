"""Where words may break on paper, as WeasyPrint understands it: by characters that are neither seen nor copied.

It takes `<wbr>` for an element with a text of its own, and then breaks lines in the middle of words beside it.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

BREAK, NO_BREAK = "\N{ZERO WIDTH SPACE}", "\N{WORD JOINER}"

LONG_RUN = re.compile(r"[!-~\u00a1-\u024f]{100,}")
"""More than a line of letters without a place to break."""


def offer_breaks(root: Element) -> None:
    """Give the long words of this page their places: those that the page names, and all where it names none.

    Without any, the layout of a word of many thousand letters takes minutes.
    """
    for element in root.iter():
        if element.find("wbr") is not None:
            _join(element)
        element.text = _with_places(element.text)
        element.tail = _with_places(element.tail)


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


def _with_places(text: str | None) -> str | None:
    """Leave the beginning of an address with the name that follows, and let a long run break anywhere."""
    if not text or len(text) < 8:
        return text
    return LONG_RUN.sub(lambda run: BREAK.join(run[0]), text.replace("://", "://" + NO_BREAK))
