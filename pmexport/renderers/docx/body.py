"""The walk: every block and every inline of a document as WordprocessingML."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

from docx.opc.part import Part
from lxml import etree

from pmexport.document.nodes import (
    Align,
    Block,
    Blocks,
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
from pmexport.renderers.docx import fields, tables
from pmexport.renderers.docx.links import Links, address
from pmexport.renderers.docx.numbering import BULLETS, HIGHEST, LEVELS, STEP, UNMARKED, Numbering
from pmexport.renderers.docx.pictures import Pictures
from pmexport.renderers.docx.styles import PAD, text_area, twips
from pmexport.renderers.docx.tables import Columns
from pmexport.renderers.docx.writing import BETWEEN, PLAIN, Face, Pen, R, W, child, clean
from pmexport.themes import Tokens

_SECTION_STYLES = {"summary": "Lead", "root_cause": "RootCause"}
"""Sections whose paragraphs are set apart, by the keys of the report format."""
_RUNNING = {"BodyText", "Lead", "RootCause"}
"""Styles that do not go on inside a list."""
_INDENTED = {"Quote": STEP, "ListContinue": STEP}
"""Styles that are indented as they are."""
_CODE = f"{W}pPr/{W}pStyle[@{W}val='CodeBlock']"
_DONE, _OPEN = "☑", "☐"
_DEEPEST_HEADING = 5


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

    def deeper(self, style: str) -> Place:
        """Return the place one step to the inside, while there is room."""
        return replace(self, style=style, indent=min(self.indent + STEP, LEVELS * STEP, self.width // 2))

    def in_list(self, level: int, *, counted: bool) -> Place:
        """Return the place inside the items of a list, of this level of Word's."""
        inside = self.deeper("ListContinue" if self.style in _RUNNING else self.style)
        counting = self.counting | {level} if counted else self.counting
        return replace(inside, level=self.level + 1, counting=counting)

    def in_cell(self, style: str, width: int, align: Align) -> Place:
        """Return the place inside a cell."""
        return replace(self, style=style, note="TableNote", width=width, align=align, indent=0, level=0)


class Body:
    """Writes blocks; keeps the lists, pictures, links and bookmarks of one document."""

    def __init__(self, part: Part, tokens: Tokens, pen: Pen) -> None:
        self.numbering = Numbering()
        self.pictures = Pictures(part)
        self._links = Links(part)
        self._pen = pen
        self._size = twips(tokens.fonts.size)
        self._height = text_area(tokens.page)[1]
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
                self.inlines(paragraph, fact, place)

    # ---- blocks

    def blocks(self, parent: etree._Element, blocks: Blocks, place: Place) -> None:
        """Append blocks."""
        for block in blocks:
            self._block(parent, block, place)

    def _block(self, parent: etree._Element, block: Block, place: Place) -> None:
        match block:
            case Paragraph(inlines, role):
                paragraph = self._paragraph(parent, place.note if role == "note" else place.style, place)
                self.inlines(paragraph, inlines, place)
            case Heading(level, inlines):
                style = f"Heading{min(level - 1, _DEEPEST_HEADING)}"
                self.inlines(self._paragraph(parent, style, place), inlines, place)
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
            case Rule():
                self._paragraph(parent, "HorizontalRule", place)
            case _:
                assert_never(block)

    def _paragraph(self, parent: etree._Element, style: str, place: Place) -> etree._Element:
        indent = (place.indent, 0, 0) if place.indent != _INDENTED.get(style, 0) else None
        return self._pen.paragraph(parent, style, indent=indent, align=place.align)

    def _code(self, parent: etree._Element, code: CodeBlock, place: Place) -> None:
        if code.caption:
            self.inlines(self._paragraph(parent, "CodeCaption", place), code.caption, place)
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
        style = "Why" if block.role == "whys" else "ListNumber" if block.ordered else "ListBullet"
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
        paragraph = self._pen.paragraph(parent, style, number=number, indent=indent, align=inside.align)
        for mark in marks:
            self._pen.run(paragraph, f"{mark}\t" if identifier == UNMARKED else f"{mark} ")
        match item.blocks:
            case (Paragraph(inlines), *rest):
                self.inlines(paragraph, inlines, inside)
                self.blocks(parent, tuple(rest), inside)
            case blocks:
                self.blocks(parent, blocks, inside)

    # ---- tables

    def _table(self, parent: etree._Element, table: Table, place: Place) -> None:
        """Append a table, and after it the paragraph without which Word joins two tables and rejects a cell."""
        table = tables.within_limits(table)
        shape = tables.measure(table, place.width - place.indent, self._size)
        element = child(parent, "tbl")
        self._table_properties(element, table, shape, place.indent)
        grid = child(element, "tblGrid")
        for width in shape.widths:
            child(grid, "gridCol", w=width)
        tight = "Tight" if shape.tight else ""
        heads, titles, texts = (
            self._cells(table, shape, place, style)
            for style in (f"TableHeading{tight}", "TableGroup", f"TableText{tight}")
        )
        head = Row(tuple((Paragraph(column.title),) for column in table.columns))
        self._row(element, head, shape, heads, "cantSplit", "tblHeader")
        for group in table.groups:
            if group.title:
                self._row(element, self._group_title(group, shape), shape, titles, "cantSplit")
            for row in group.rows:
                self._row(element, row, shape, texts, *(("cantSplit",) if tables.is_short(row) else ()))
        self._pen.paragraph(parent, "Spacer")

    def _table_properties(self, element: etree._Element, table: Table, shape: Columns, indent: int) -> None:
        properties = child(element, "tblPr")
        child(properties, "tblStyle", val="ReportTableTight" if shape.tight else "ReportTable")
        if self._pen.rtl:
            child(properties, "bidiVisual")
        child(properties, "tblW", w=sum(shape.widths), type="dxa")
        child(properties, "tblInd", w=indent, type="dxa")
        child(properties, "tblLayout", type="fixed")
        first = int(table.row_headers)
        look = {"firstRow": 1, "lastRow": 0, "firstColumn": first, "lastColumn": 0, "noHBand": 1, "noVBand": 1}
        child(properties, "tblLook", val="06A0" if first else "0620", **look)
        child(properties, "tblCaption", val=clean(table.description))
        child(properties, "tblDescription", val=clean(table.description))

    def _cells(self, table: Table, shape: Columns, place: Place, style: str) -> list[Place]:
        pairs = zip(table.columns, shape.widths, strict=True)
        return [place.in_cell(style, width - shape.gutter, column.align) for column, width in pairs]

    def _row(self, parent: etree._Element, row: Row, shape: Columns, places: list[Place], *properties: str) -> None:
        element = child(parent, "tr")
        if properties:
            wanted = child(element, "trPr")
            for name in properties:
                child(wanted, name)
        for width, place, blocks in zip(shape.widths, places, row.cells, strict=True):
            cell = child(element, "tc")
            child(child(cell, "tcPr"), "tcW", w=width, type="dxa")
            self.blocks(cell, blocks, place)
            if cell[-1].tag != f"{W}p":
                self._paragraph(cell, place.style, place)

    def _group_title(self, group: RowGroup, shape: Columns) -> Row:
        """Return a row with the title in its first cell or, for want of room, in the widest: no cell is merged."""
        widths = shape.widths
        first = tables.fits(text_of(group.title), widths[0], self._size)
        stands = 0 if first else widths.index(max(widths))
        return Row(tuple((Paragraph(group.title if index == stands else ()),) for index in range(len(widths))))

    # ---- inlines

    def inlines(self, parent: etree._Element, inlines: Inlines, place: Place, face: Face = PLAIN) -> None:
        """Append inlines to a paragraph or a link."""
        for inline in inlines:
            self._inline(parent, inline, place, face)

    def _inline(self, parent: etree._Element, inline: Inline, place: Place, face: Face) -> None:
        match inline:
            case Text(text):
                self._pen.run(parent, text, face)
            case Strong(children):
                self.inlines(parent, children, place, replace(face, strong=True))
            case Emphasis(children):
                self.inlines(parent, children, place, replace(face, emphasis=True))
            case Strike(children):
                self.inlines(parent, children, place, replace(face, strike=True))
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
                family = "Tone" if role in ("phase", "priority") else "Label"
                self._pen.run(parent, text, replace(face, style=f"{family}{tone.title()}"))
            case Time(text):
                self._pen.time(parent, text, face)
            case _:
                assert_never(inline)

    def _link(self, parent: etree._Element, target: str, children: Inlines, place: Place, face: Face) -> None:
        to = address(target)
        relation = self._links.relation(to)
        inside = replace(face, style="Hyperlink", link=True)
        if face.link:
            self.inlines(parent, children, place, face)
        elif relation:
            link = child(parent, "hyperlink", history=1)
            link.set(f"{R}id", relation)
            self.inlines(link, children, place, inside)
        else:  # a field may say anything
            with fields.field(parent, f'HYPERLINK "{to}"'):
                self.inlines(parent, children, place, inside)


def bookmark(number: int) -> str:
    """Return the name of the bookmark of the n-th section, from 1. Word hides names that begin so."""
    return f"_Toc{number:06d}"
