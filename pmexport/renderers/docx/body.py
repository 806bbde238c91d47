"""The walk: every block and every inline of a document as WordprocessingML."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import assert_never

from docx.opc.part import Part
from lxml import etree

from pmexport.document.nodes import (
    Align,
    Block,
    Blocks,
    Chronology,
    Code,
    CodeBlock,
    Emphasis,
    Figure,
    Heading,
    Image,
    Inline,
    Inlines,
    Item,
    Label,
    LineBreak,
    Link,
    List,
    Paragraph,
    Quote,
    Row,
    RowGroup,
    Rule,
    Section,
    Strike,
    Strong,
    Table,
    Text,
    Time,
    text_of,
)
from pmexport.renderers.docx import chronology, fields, tables
from pmexport.renderers.docx.drawings import Pictures
from pmexport.renderers.docx.hyperlinks import Links, address
from pmexport.renderers.docx.numbering import BULLETS, HIGHEST, LEVELS, STEP, STYLED, UNMARKED, Numbering, styled
from pmexport.renderers.docx.oxml import BETWEEN, PLAIN, Face, Pen, R, W, child, clean
from pmexport.renderers.docx.styles import PAD, twips
from pmexport.renderers.docx.tables import Columns
from pmexport.theming.themes import Tokens

_SECTION_STYLES = {"summary": "Lead", "root_cause": "RootCause"}
"""Sections whose paragraphs are set apart, by the keys of the report format."""
_CONTINUING = [styled("ListContinue", level) for level in range(STYLED)]
_RUNNING = {"BodyText", "Lead", "RootCause", *_CONTINUING}
"""Styles that do not go on inside a list."""
_INDENTED = {"Quote": STEP, **{style: STEP * level for level, style in enumerate(_CONTINUING, 1)}}
"""Styles that are indented as they are."""
_BOLD = {"TableHeading", "TableHeadingTight", "TableGroup", "KeyFigure", "ChronologyHeading"}
"""Styles that are bold, beside those of headings."""
_CODE = f"{W}pPr/{W}pStyle[@{W}val='CodeBlock']"
_UNBOXED = {"phase", "priority", "severity"}
"""Labels that are words in a colour, not on one. The styles of all labels are bold."""
_DONE, _OPEN = "✓", "☐"
"""Not the ballot box with a tick, an emoji for many programs: LibreOffice leaves it out of the PDF it makes."""
_DEEPEST_HEADING = 5
_AXIS_TYPE = 0.85
"""The type size of a chronology, as a part of the running text's."""


@dataclass(frozen=True, slots=True)
class _Look:
    """The styles of a table: of itself, its head, the names of its rows, the titles of its groups, its cells."""

    table: str
    heading: str
    label: str
    group: str
    text: str


_USUAL = _Look("ReportTable", "TableHeading", "TableLabel", "TableGroup", "TableText")
_TIGHT = _Look("ReportTableTight", "TableHeadingTight", "TableLabelTight", "TableGroup", "TableTextTight")
_FIGURES = _Look("KeyFigures", "KeyFigureLabel", "TableLabel", "TableGroup", "KeyFigure")


_BOLD_FACE = replace(PLAIN, direct=True)


@dataclass(frozen=True, slots=True)
class Place:
    """Where blocks stand, and what they have from the blocks around them."""

    width: int
    """Between the edges of page or cell, in twentieths of a point."""
    style: str = "BodyText"
    """Of its paragraphs."""
    note: str = "Note"
    """The style of its notes."""
    indent: int = 0
    """From the edge at which lines start, in twentieths of a point."""
    level: int = 0
    """In how many lists."""
    counting: frozenset[int] = frozenset()
    """On which levels the numbered lists around it count."""
    align: Align = "start"
    tight: bool = False
    """Whether it lies in a table of smaller type."""

    def deeper(self, style: str) -> Place:
        """Return the place one step to the inside, while there is room."""
        return replace(self, style=style, indent=min(self.indent + STEP, LEVELS * STEP, self.width // 2))

    def in_list(self, level: int, *, counted: bool) -> Place:
        """Return the place inside the items of a list, of this level of Word's."""
        inside = self.deeper(styled("ListContinue", self.level) if self.style in _RUNNING else self.style)
        counting = self.counting | {level} if counted else self.counting
        return replace(inside, level=self.level + 1, counting=counting)

    def in_cell(self, style: str, width: int, align: Align, *, tight: bool) -> Place:
        """Return the place inside a cell."""
        note = "TableNoteTight" if tight else "TableNote"
        return replace(self, style=style, note=note, width=width, align=align, indent=0, level=0, tight=tight)


class Body:
    """Writes blocks; keeps the lists, pictures, links and bookmarks of one document."""

    def __init__(self, part: Part, tokens: Tokens, pen: Pen, height: int, *, lists_by_style: bool = False) -> None:
        """Begin without text, on pages of this height between the margins, in twentieths of a point.

        `lists_by_style`: the styles of lists are ours, and know their numbering.
        """
        self.numbering = Numbering(by_style=lists_by_style)
        self.pictures = Pictures(part)
        self._links = Links(part)
        self._pen = pen
        self._size = twips(tokens.fonts.size)
        self._height = height
        self._bookmarks = 0

    def section(self, parent: etree._Element, section: Section, place: Place) -> None:
        """Append a section: its heading, its blocks, its own sections."""
        heading = self._pen.paragraph(parent, f"Heading{section.level - 1}")
        self._bookmarks += 1
        child(heading, "bookmarkStart", id=self._bookmarks, name=bookmark(self._bookmarks))
        self._pen.run(heading, section.title)
        child(heading, "bookmarkEnd", id=self._bookmarks)
        self.blocks(parent, section.blocks, replace(place, style=_SECTION_STYLES.get(section.id, place.style)))
        for inner in section.sections:
            self.section(parent, inner, place)

    def facts(self, parent: etree._Element, style: str, facts: tuple[Inlines, ...], place: Place) -> None:
        """Append the short facts beside a title, on one line."""
        if facts:
            paragraph = self._pen.paragraph(parent, style)
            for index, fact in enumerate(facts):
                if index:
                    self._pen.run(paragraph, BETWEEN)
                self._line(paragraph, fact, place)

    # ---- blocks

    def blocks(self, parent: etree._Element, blocks: Blocks, place: Place) -> None:
        """Append blocks."""
        for block in blocks:
            self._block(parent, block, place)

    def close(self, parent: etree._Element, style: str = "Spacer") -> None:
        """End a text or a cell with a paragraph, if it does not: without, Word calls the file corrupt."""
        if not len(parent) or parent[-1].tag != f"{W}p":
            self._pen.paragraph(parent, style)

    def _block(self, parent: etree._Element, block: Block, place: Place) -> None:
        match block:
            case Paragraph(inlines, role):
                paragraph = self._paragraph(parent, place.note if role == "note" else place.style, place)
                self._line(paragraph, inlines, place, _BOLD_FACE if place.style in _BOLD else PLAIN)
            case Heading(level, inlines):
                style = f"TextHeading{min(level - 1, _DEEPEST_HEADING)}"
                self._line(self._paragraph(parent, style, place), inlines, place, _BOLD_FACE)
            case List():
                self._list(parent, block, place)
            case CodeBlock():
                self._code(parent, block, place)
            case Quote(blocks):
                self.blocks(parent, blocks, place.deeper("Quote"))
            case Table():
                self._table(parent, block, place)
            case Figure(image, caption):
                self.pictures.draw(self._paragraph(parent, "Figure", place), image, *self._room(place))
                self.blocks(parent, caption, replace(place, style="Caption"))
            case Chronology():
                self._chronology(parent, block, place)
            case Rule():
                self._paragraph(parent, "HorizontalRule", place)
            case _:
                assert_never(block)

    def _paragraph(self, parent: etree._Element, style: str, place: Place) -> etree._Element:
        indent = (place.indent, 0, 0) if place.indent != _INDENTED.get(style, 0) else None
        return self._pen.paragraph(parent, style, indent=indent, align=place.align)

    def _code(self, parent: etree._Element, code: CodeBlock, place: Place) -> None:
        if code.caption:
            self._line(self._paragraph(parent, "CodeCaption", place), code.caption, place)
        elif len(parent) and parent[-1].find(_CODE) is not None:
            self._pen.paragraph(parent, "Spacer")  # else Word draws one box around both
        indent = (place.indent + PAD, PAD, 0) if place.indent else None
        self._pen.run(self._pen.paragraph(parent, "CodeBlock", indent=indent, ltr=True), code.text, ltr=True)

    def _room(self, place: Place) -> tuple[int, int]:
        return place.width - place.indent, self._height

    # ---- lists

    def _list(self, parent: etree._Element, block: List, place: Place) -> None:
        level = min(place.level, LEVELS - 1)
        counted = block.ordered and block.start + len(block.items) <= HIGHEST
        inside = place.in_list(level, counted=counted)
        if counted:
            number = self.numbering.count(level, block.start, apart=level in place.counting)
        else:
            number = UNMARKED if block.ordered else BULLETS
        kind = "ListNumber" if block.ordered else "ListBullet"
        style = "Why" if block.role == "whys" else f"{kind}Tight" if place.tight else styled(kind, level)
        for position, item in enumerate(block.items, block.start):
            box = () if item.checked is None else (_DONE if item.checked else _OPEN,)
            marks = (f"{position}.", *box) if number == UNMARKED else box
            own = UNMARKED if box and number == BULLETS else number
            self._item(parent, item, style, (level, own), marks, inside)

    def _item(
        self,
        parent: etree._Element,
        item: Item,
        style: str,
        number: tuple[int, int],
        marks: tuple[str, ...],
        inside: Place,
    ) -> None:
        """Append an item. The marks are those that Word cannot count, before its first paragraph's words."""
        level, identifier = number
        indent = None if inside.indent == STEP * (level + 1) else (inside.indent, 0, STEP)
        own = None if not inside.tight and self.numbering.has_style(identifier, level) else number
        paragraph = self._pen.paragraph(parent, style, number=own, indent=indent, align=inside.align)
        for mark in marks:
            self._pen.run(paragraph, f"{mark}\t" if identifier == UNMARKED else f"{mark} ")
        match item.blocks:
            case (Paragraph(inlines), *rest):
                self._line(paragraph, inlines, inside)
                self.blocks(parent, tuple(rest), inside)
            case blocks:
                self.blocks(parent, blocks, inside)

    # ---- tables

    def _table(self, parent: etree._Element, table: Table, place: Place) -> None:
        table = tables.within_limits(table)
        shape = tables.measure(table, place.width - place.indent, self._height, self._size)
        look = _FIGURES if table.role == "key_figures" else _TIGHT if shape.tight else _USUAL
        element = self._frame(parent, look.table, shape.widths, place.indent, table)
        head = Row(tuple((Paragraph(column.title),) for column in table.columns))
        self._row(element, head, shape, self._cells(table, shape, place, look.heading), "cantSplit", "tblHeader")
        titles, texts = (self._cells(table, shape, place, style) for style in (look.group, look.text))
        if table.row_headers:
            texts[0] = replace(texts[0], style=look.label)
        brief = []
        for group in table.groups:
            if group.title:
                self._row(element, self._group_title(group, shape), shape, titles, "cantSplit")
            for row in map(tables.plain_names, group.rows) if table.row_headers else group.rows:
                height = shape.height(row)
                written = self._row(element, row, shape, texts, *(() if height == "tall" else ("cantSplit",)))
                brief += [] if height else [written]
        _keep_ends(element, brief)

    def _frame(
        self, parent: etree._Element, style: str, widths: tuple[int, ...], indent: int, table: Table | Chronology
    ) -> etree._Element:
        """Append a table without rows and return it; between it and one before it a paragraph, else Word joins them."""
        if len(parent) and parent[-1].tag == f"{W}tbl":
            self.close(parent)
        element = child(parent, "tbl")
        properties = child(element, "tblPr")
        child(properties, "tblStyle", val=style)
        if self._pen.rtl:
            child(properties, "bidiVisual")
        child(properties, "tblW", w=sum(widths), type="dxa")
        child(properties, "tblInd", w=indent, type="dxa")
        child(properties, "tblLayout", type="fixed")
        first = int(isinstance(table, Chronology) or table.row_headers)
        look = {"firstRow": 1, "lastRow": 0, "firstColumn": first, "lastColumn": 0, "noHBand": 1, "noVBand": 1}
        child(properties, "tblLook", val="06A0" if first else "0620", **look)
        child(properties, "tblCaption", val=clean(table.description))
        child(properties, "tblDescription", val=clean(table.description))
        grid = child(element, "tblGrid")
        for width in widths:
            child(grid, "gridCol", w=width)
        return element

    def _cells(self, table: Table, shape: Columns, place: Place, style: str) -> list[Place]:
        pairs = zip(table.columns, shape.widths, strict=True)
        inside = (
            place.in_cell(style, width - shape.gutter, column.align, tight=shape.tight) for column, width in pairs
        )
        return list(inside)

    def _row(
        self, parent: etree._Element, row: Row, shape: Columns, places: list[Place], *properties: str
    ) -> etree._Element:
        element = _row(parent, *properties)
        for width, place, blocks in zip(shape.widths, places, row.cells, strict=True):
            cell = _cell(element, width)
            self.blocks(cell, blocks, place)
            self.close(cell, "Spacer" if blocks else place.style)
        return element

    def _group_title(self, group: RowGroup, shape: Columns) -> Row:
        """Return a row with the title in its first cell or, for want of room, in the widest: no cell is merged."""
        widths = shape.widths
        first = tables.fits(text_of(group.title), widths[0], self._size)
        stands = 0 if first else widths.index(max(widths))
        return Row(tuple((Paragraph(group.title if index == stands else ()),) for index in range(len(widths))))

    def _chronology(self, parent: etree._Element, block: Chronology, place: Place) -> None:
        """Append a table of words and bars: phase, start and length, and the time axis."""
        size = round(self._size * _AXIS_TYPE)
        words = tables.measure_words(block, place.width, size)
        axis = place.width - sum(words)
        widths = (*words, axis)
        element = self._frame(parent, "Chronology", widths, 0, block)
        head = _row(element, "cantSplit", "tblHeader")
        for title, width in zip(block.columns, words, strict=True):
            self._words(_cell(head, width), "ChronologyHeading", title, place)
        chronology.ticks(_cell(head, axis), block.ticks, axis, size, self._pen)
        for lane in block.lanes:
            row = _row(element, "cantSplit")
            self._words(_cell(row, words[0]), "ChronologyText", (Text(text_of(lane.title)),), place)
            self._words(_cell(row, words[1]), "ChronologyTime", lane.times, place)
            chronology.bars(_cell(row, axis), lane, axis, self._pen)
        self._words(parent, "Caption", block.caption, place)

    def _words(self, parent: etree._Element, style: str, inlines: Inlines, place: Place) -> None:
        self._line(self._paragraph(parent, style, place), inlines, place)

    # ---- inlines

    def _line(self, parent: etree._Element, inlines: Inlines, place: Place, face: Face = PLAIN) -> None:
        """Append all that a paragraph says."""
        with self._pen.line(parent, text_of(inlines) if len(inlines) > 1 else ""):
            self._inlines(parent, inlines, place, face)

    def _inlines(self, parent: etree._Element, inlines: Inlines, place: Place, face: Face = PLAIN) -> None:
        """Append inlines to a paragraph or a link."""
        for inline in inlines:
            self._inline(parent, inline, place, face)

    def _inline(self, parent: etree._Element, inline: Inline, place: Place, face: Face) -> None:
        match inline:
            case Text(text):
                self._pen.run(parent, text, face)
            case Strong(children):
                self._inlines(parent, children, place, replace(face, strong=True))
            case Emphasis(children):
                self._inlines(parent, children, place, replace(face, emphasis=True))
            case Strike(children):
                self._inlines(parent, children, place, replace(face, strike=True))
            case Code(text):
                # No bidi isolate, as a date has: a command is copied, and would take it along.
                self._pen.run(parent, text, replace(face, style="Code"), ltr=True)
            case Link(target, children):
                self._link(parent, target, children, place, face)
            case Image():
                self.pictures.draw(parent, inline, *self._room(place))
            case LineBreak():
                child(child(parent, "r"), "br")
            case Label(text, role, tone):
                family = "Tone" if role in _UNBOXED else "Label"
                self._pen.run(parent, text, replace(face, style=f"{family}{tone.title()}", strong=False))
            case Time(text):
                self._pen.time(parent, text, face)
            case _:
                assert_never(inline)

    def _link(self, parent: etree._Element, target: str, children: Inlines, place: Place, face: Face) -> None:
        to = address(target)
        relation = self._links.relation(to)
        inside = replace(face, style="Hyperlink", link=True)
        if face.link:
            self._inlines(parent, children, place, face)
        elif relation:
            link = child(parent, "hyperlink", history=1)
            link.set(f"{R}id", relation)
            self._inlines(link, children, place, inside)
        else:  # a field may say anything
            with fields.field(parent, f'HYPERLINK "{to}"'):
                self._inlines(parent, children, place, inside)


def _row(table: etree._Element, *properties: str) -> etree._Element:
    """Append a row with these properties to a table and return it."""
    row = child(table, "tr")
    if properties:
        wanted = child(row, "trPr")
        for name in properties:
            child(wanted, name)
    return row


def _keep_ends(table: etree._Element, brief: Collection[etree._Element]) -> None:
    """Keep brief rows at the beginning and the end of a table with the next: no page gets its head and one row."""
    rows = table.findall(f"{W}tr")
    ends = (row for index, row in enumerate(rows[:-1]) if index in (1, 2, len(rows) - 2) and row in brief)
    for properties in (found for row in ends for found in row.iterfind(f"{W}tc/{W}p/{W}pPr")):
        properties.insert(1, child(properties, "keepNext"))  # after the style


def _cell(row: etree._Element, width: int) -> etree._Element:
    """Append a cell of this width to a row and return it."""
    cell = child(row, "tc")
    child(child(cell, "tcPr"), "tcW", w=width, type="dxa")
    return cell


def bookmark(number: int) -> str:
    """Return the name of the bookmark of the n-th section, from 1. Word hides names that begin so."""
    return f"_Toc{number:06d}"
