"""A template's own list of contents: found, and filled with the headings of the document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from pmexport.renderers.docx.oxml import Pen, W, child
from pmexport.renderers.docx.template.fill_ins import text_of
from pmexport.renderers.docx.template.style_index import Sheet, remove, select

_HEADINGS = re.compile(r"\s*TOC\b(?!.*\\c\b)", re.DOTALL)
"""A field that lists headings, not captions."""
_HEADING_LEVELS = "012345678"
"""Of the outline; running text is on level 9."""
_FETCHING = re.compile(r"\s*(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE|MACROBUTTON)\b", re.IGNORECASE)
_LEVELS = re.compile(r'\\o\s+"?(\d)\s*-\s*(\d)')


@dataclass(slots=True)
class Field:
    """A field of a text: an instruction, and a result that goes on from run to run."""

    code: str = ""
    separate: etree._Element | None = None
    """The run after which the result begins."""
    end: etree._Element | None = None
    """The run after the result."""

    @property
    def lists_headings(self) -> bool:
        return _HEADINGS.match(self.code) is not None

    @property
    def fetches(self) -> bool:
        """Whether Word may fetch or run what it names."""
        return _FETCHING.match(self.code) is not None

    @property
    def levels(self) -> range:
        """Of headings, from 1, that it lists."""
        found = _LEVELS.search(self.code)
        return range(int(found[1]), int(found[2]) + 1) if found else range(1, 4)

    @property
    def ends(self) -> tuple[etree._Element, etree._Element] | None:
        """The paragraphs in which its result begins and ends; None unless they stand beside each other."""
        first, last = (None if run is None else run.getparent() for run in (self.separate, self.end))
        if first is None or last is None or {first.tag, last.tag} != {f"{W}p"}:
            return None
        return (first, last) if first.getparent() is last.getparent() else None


def fields(text: etree._Element) -> Iterator[Field]:
    """Yield the fields of a text, also those that are of one element."""
    yield from (Field(str(code)) for code in select(text, ".//w:fldSimple/@w:instr"))
    opened: list[Field] = []
    for mark in text.iter(f"{W}fldChar", f"{W}instrText"):
        kind = mark.get(f"{W}fldCharType")
        if kind == "begin":
            opened.append(Field())
        elif opened and mark.tag == f"{W}instrText":
            opened[-1].code += mark.text or ""
        elif opened and kind == "separate":
            opened[-1].separate = mark.getparent()
        elif opened and kind == "end":
            opened[-1].end = mark.getparent()
            yield opened.pop()


def fill(field: Field, headings: Iterable[tuple[int, str, str]], style: Callable[[int], str], pen: Pen) -> None:
    """Fill a list of contents with headings: for each its level, its words and the bookmark it has, or an empty text.

    It is without page numbers, which only Word can count. `style` returns that of an entry, by its level.
    """
    if field.ends is None:
        return
    first, last = _emptied(field, *field.ends)
    entries = [heading for heading in headings if heading[0] in field.levels]
    for number, (level, words, bookmark) in enumerate(entries):
        if number:
            paragraph = pen.paragraph(last, style(level))
            last.addprevious(paragraph)
        else:
            paragraph = first
            _restyle(first, style(level))
        pen.run(child(paragraph, "hyperlink", anchor=bookmark, history=1) if bookmark else paragraph, words)


def headings(text: etree._Element, sheet: Sheet) -> Iterator[tuple[int, str, str]]:
    """Yield the headings of a body: the level of each, its words, and the bookmark it has, or an empty text."""
    for paragraph in text.iterchildren(f"{W}p"):
        style = next(map(str, select(paragraph, "w:pPr/w:pStyle/@w:val")), None)
        level = sheet.value(style, "w:pPr/w:outlineLvl/@w:val") or "9"
        if level in _HEADING_LEVELS and (words := text_of(paragraph).strip()):
            bookmarks = select(paragraph, "w:bookmarkStart/@w:name")
            yield int(level) + 1, words, next(map(str, bookmarks), "")


def _emptied(field: Field, first: etree._Element, last: etree._Element) -> tuple[etree._Element, etree._Element]:
    """Remove the result of a field, and return the paragraphs before and after it, which are two from now on."""
    assert field.separate is not None
    assert field.end is not None
    if first is last:
        last = etree.SubElement(first, f"{W}p")
        last.extend([field.end, *(element for element in field.end.itersiblings() if element is not last)])
        first.addnext(last)
    before_end = (element for element in field.end.itersiblings(preceding=True) if element.tag != f"{W}pPr")
    remove([*field.separate.itersiblings(), *_between(first, last), *before_end])
    return first, last


def _between(first: etree._Element, last: etree._Element) -> list[etree._Element]:
    siblings = list(first.itersiblings())
    return siblings[: siblings.index(last)]


def _restyle(paragraph: etree._Element, style: str) -> None:
    properties = paragraph.find(f"{W}pPr")
    if properties is None:
        properties = child(paragraph, "pPr")
        paragraph.insert(0, properties)
    for old in properties.findall(f"{W}pStyle"):
        properties.remove(old)
    properties.insert(0, child(properties, "pStyle", val=style))
