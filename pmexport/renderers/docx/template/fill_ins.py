"""The blanks of a template, such as `{{title}}`, even if split over several runs. Nothing else in it is a program."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from docx.document import Document as WordDocument
from lxml import etree

from pmexport.document.nodes import Document
from pmexport.renderers.docx.oxml import W, clean
from pmexport.renderers.docx.template.style_index import remove, select

REPORT = "report"
"""The name of the paragraph in whose place the report stands."""
NAMES = ("title", "id", "status", "classification", "revision", "date")
_BLANK = re.compile(r"\{\{([^{}]*)\}\}")
_PLACES = {f"{W}hdr": "header", f"{W}ftr": "footer"}
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_BREAKS = tuple(f"{W}{tag}" for tag in ("tab", "br", "cr", "noBreakHyphen", "sym", "drawing", "pict", "fldChar"))


@dataclass(frozen=True, slots=True)
class Blank:
    """A blank of a template."""

    name: str
    """In small letters."""
    written: str
    place: str
    """Where it stands: body, header or footer."""
    split: bool
    """Whether Word has split it over several runs."""


def values(document: Document) -> dict[str, str]:
    """Return what the blanks are filled with."""
    own = document.properties
    label = document.tlp if own.classification not in document.running else None
    return {
        "title": document.title,
        "id": own.id,
        "status": document.mark or own.status,
        "classification": label or own.classification,
        "revision": own.revision,
        "date": own.date,
    }


def texts(word: WordDocument) -> Iterator[tuple[str, etree._Element]]:
    """Yield what the pages of a document show: its body, then its headers and footers, each with the kind of place."""
    yield "body", word.element.body
    for part in word.part.related_parts.values():
        text = getattr(part, "element", None)
        if text is not None and text.tag in _PLACES:
            yield _PLACES[text.tag], text


def paragraphs(word: WordDocument) -> Iterator[tuple[str, etree._Element]]:
    """Yield every paragraph of a document with the kind of place it stands in, those of text boxes included."""
    for place, text in texts(word):
        yield from ((place, paragraph) for paragraph in text.iter(f"{W}p"))


def text_of(paragraph: etree._Element) -> str:
    """Return the text of a paragraph, without that of text boxes in it; what is no text breaks it."""
    return "".join(map(_text, _pieces(paragraph)))


def find(word: WordDocument) -> Iterator[Blank]:
    """Yield the blanks of a template, known or not."""
    for place, paragraph in paragraphs(word):
        yield from of(paragraph, place)


def of(paragraph: etree._Element, place: str = "") -> Iterator[Blank]:
    """Yield the blanks of a paragraph, known or not."""
    pieces = list(_pieces(paragraph))
    for blank in _BLANK.finditer("".join(map(_text, pieces))):
        split = len(list(_overlaps(pieces, *blank.span()))) > 1
        yield Blank(_name(blank), blank[0], place, split)


def fill(paragraph: etree._Element, texts: Mapping[str, str]) -> None:
    """Fill the known blanks of a paragraph. A text stands where its blank begins, and looks as that run does."""
    pieces = list(_pieces(paragraph))
    text = "".join(map(_text, pieces))
    for blank in reversed(list(_BLANK.finditer(text))):
        name = _name(blank)
        if name in texts:
            for piece in _put(pieces, blank, clean(" ".join(texts[name].split()))):
                _unbind(piece)


def _name(blank: re.Match[str]) -> str:
    return blank[1].strip().casefold()  # Word begins a line with a capital on its own


def _pieces(paragraph: etree._Element) -> Iterator[etree._Element]:
    """Yield the texts of a paragraph, and what stands between them in its runs."""
    for piece in paragraph.iter(f"{W}t", *_BREAKS):
        run = piece.getparent()
        if run is not None and run.tag == f"{W}r" and next(piece.iterancestors(f"{W}p"), None) is paragraph:
            yield piece


def _text(piece: etree._Element) -> str:
    return (piece.text or "") if piece.tag == f"{W}t" else "\n"


def _overlaps(pieces: Iterable[etree._Element], start: int, end: int) -> Iterator[tuple[etree._Element, int, int]]:
    """Yield the pieces in which a span of their text lies, and from where to where in each."""
    at = 0
    for piece in pieces:
        length = len(_text(piece))
        if start < at + length and at < end:
            yield piece, max(start - at, 0), min(end - at, length)
        at += length


def _put(pieces: list[etree._Element], blank: re.Match[str], text: str) -> Iterator[etree._Element]:
    """Put a text where a blank is, and yield the pieces that are changed."""
    for piece, start, end in list(_overlaps(pieces, *blank.span())):
        old = piece.text or ""
        piece.text = old[:start] + text + old[end:]
        piece.set(_SPACE, "preserve")
        text = ""
        yield piece


def _unbind(piece: etree._Element) -> None:
    """Let the content controls around a text keep it: Word would show what they are bound to, or a prompt."""
    for control in piece.iterancestors(f"{W}sdt"):
        remove(select(control, "w:sdtPr/*[local-name()='dataBinding' or local-name()='showingPlcHdr']"))
