"""Break opportunities in long words, as invisible characters instead of `<wbr>`.

WeasyPrint treats `<wbr>` as an element with its own text, and breaks lines inside the words next to it.
"""

import re
from xml.etree.ElementTree import Element

BREAK, NO_BREAK = "\N{ZERO WIDTH SPACE}", "\N{WORD JOINER}"

LONG_RUN = re.compile(r"[!-~\u00a1-\u024f]{100,}")
"""More than a line of letters without a break opportunity."""
JOINED_RUN = re.compile(
    r"[^ \t\n\r\f\u1680\u2000-\u2006\u2008-\u200b\u205f\u3000"  # spaces at which a line breaks
    r"\u0e00-\u0eff\u2e80-\ud7ff\uf900-\ufaff\ufe30-\ufe6f\uff00-\uffef\U00020000-\U0003ffff]{100,}"
)
"""The same in any script that has spaces, such as hundreds of emoji that joiners connect."""
_PIECE = re.compile(r".{20,60}?(?<!\u200d)(?=\w|[\U0001f000-\U0001f3fa\U0001f400-\U0001ffff])|.{60}", re.DOTALL)
"""A part of such a run, if possible up to a character that does not modify the one before it."""
LONGEST, LONGEST_SLOW = 1000, 100
"""Maximum characters of a text that breaks anywhere. For a longer one, WeasyPrint 70 may lay out the rest per line."""
_SLOW = re.compile(r"[\u00ad\u0300-\u036f\u200d\u20d0-\u20ff\ufe00-\ufe0f\U0001f000-\U0001faff]")
"""A soft hyphen, of which WeasyPrint 70 tries all that follow for each line, or a part of an emoji."""
MAX_SLOW = 50
"""Maximum number of them in a text that is divided like others."""


def offer_breaks(root: Element) -> None:
    """Add break opportunities to long words: where the page has `<wbr>`, and anywhere in a long run without one.

    Without them, the layout of a word of many thousand letters takes minutes.
    """
    for element in root.iter():
        if element.find("wbr") is not None:
            _replace_wbr(element)
        element.text = _add_breaks(element.text)
        element.tail = _add_breaks(element.tail)
    for element in list(root.iter()):
        _split_texts(element)


def _replace_wbr(element: Element) -> None:
    """Join the texts on both sides of each `<wbr>`."""
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


def _split_texts(element: Element) -> None:
    """Wrap the parts of long texts in elements, inside this element and between its children."""
    for index in range(len(element) - 1, -1, -1):
        first, *rest = _split_text(element[index].tail or "")
        element[index].tail = first
        element[index + 1 : index + 1] = map(make_span, rest)
    first, *rest = _split_text(element.text or "")
    element.text = first
    element[:0] = map(make_span, rest)


def _split_text(text: str) -> list[str]:
    """Return the text in parts that end at a break opportunity, or as one part if it is short."""
    slow = len(_SLOW.findall(text)) > MAX_SLOW
    longest, ends = (LONGEST_SLOW, BREAK + " ") if slow else (LONGEST, BREAK)
    parts, start = [], 0
    while len(text) - start > 2 * longest:
        end = max(text.rfind(mark, start, start + longest) for mark in ends) + 1 or text.find(BREAK, start) + 1
        if not end:
            break
        parts.append(text[start:end])
        start = end
    return [*parts, text[start:]]


def make_span(text: str) -> Element:
    """Return a `<span>` with this text."""
    span = Element("span")
    span.text = text
    return span


def _add_breaks(text: str | None) -> str | None:
    """Let a long run break anywhere, and keep the scheme of a URL with its host."""
    if not text or len(text) < 8:
        return text
    text = LONG_RUN.sub(lambda run: BREAK.join(run[0]), text.replace("://", "://" + NO_BREAK))
    return JOINED_RUN.sub(lambda run: _PIECE.sub(lambda piece: piece[0] + BREAK, run[0]), text)
