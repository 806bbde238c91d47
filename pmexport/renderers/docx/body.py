"""Writes every block and inline of a document as WordprocessingML."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, count, repeat
from typing import assert_never

from docx.opc.part import Part

from pmexport.document import nodes
from pmexport.document.log_lines import classify_line
from pmexport.document.nodes import Align, Block, Blocks, Inline, Inlines, Paragraph, Row, Table, Text, text_of
from pmexport.renderers.docx import fields, tables
from pmexport.renderers.docx.drawings import ImageWriter
from pmexport.renderers.docx.hyperlinks import Links, escape_address
from pmexport.renderers.docx.impact_band import BandWriter
from pmexport.renderers.docx.numbering import (
    BULLETS,
    CONTINUE_STYLES,
    LEVELS,
    MAX_NUMBER,
    STEP,
    STYLED,
    UNMARKED,
    Numbering,
    list_style,
)
from pmexport.renderers.docx.oxml import (
    PLAIN,
    SEPARATOR,
    Element,
    Font,
    R,
    TextWriter,
    W,
    add_child,
    add_copy,
    clean_xml,
    create_root,
    reads_rtl,
    vary_font,
)
from pmexport.renderers.docx.styles import LOG_NUMBERS, PAD, PREVIEW_GAP, TIGHT, hex_color
from pmexport.renderers.docx.tables import Columns
from pmexport.renderers.shared import table_layout
from pmexport.renderers.shared.bound_words import bind_title, bind_words
from pmexport.renderers.shared.exact_names import split_names
from pmexport.renderers.shared.image_sizes import MAX_HEIGHTS, classify_image
from pmexport.renderers.shared.paper import to_twips
from pmexport.theming.tokens import Tokens

_SECTION_STYLES = {"summary": "Lead", "root_cause": "RootCause"}
"""Paragraph styles of sections, by section key."""
_NUMBERED = {"BodyText": "NumberedText", "Lead": "NumberedLead", "RootCause": "NumberedRootCause"}
"""Styles of paragraphs with a number to cite, by the style without one."""
_RUNNING = {"BodyText", "Lead", "RootCause", *CONTINUE_STYLES}
"""Styles replaced by List Continue inside a list."""
_NARROW = {"BodyText", "Note", "ElapsedNote", "Quote", "QuoteContinue", *CONTINUE_STYLES}
"""Styles of running text, whose lines are shorter than those of tables."""
_ROLE_STYLES = {"addresses": "Addresses", "elapsed": "ElapsedNote", "caption": "TableCaption"}
"""Styles of what only laid out pages have, by which an import recognises it, and of the titles of tables."""
_INDENTED = {
    "Quote": STEP,
    "QuoteContinue": 2 * STEP,
    **{style: STEP * level for level, style in enumerate(CONTINUE_STYLES, 1)},
}
"""Indents that styles have themselves."""
_BOLD = {"TableHeading", "TableHeadingTight", "TableGroup", "KeyFigure", "BandTitle"}
"""Bold styles other than headings."""
_CODE = {"CodeBlock", "QuoteCode", "LogLine", *(list_style("ListCode", level) for level in range(STYLED))}
_UNSHADED_ROLES = {"phase", "priority", "severity"}
"""Roles of labels with coloured text and no background. All label styles are bold."""
_DONE, _OPEN = "✓", "☐"
"""The ballot box with a tick is an emoji in many programs; LibreOffice omits it from PDFs."""
_DEEPEST_HEADING = 5
_NOTE_BOOKMARKS = 1_000_000
"""The ids of bookmarks of notes are above those of sections."""
_DETAILS_BOOKMARKS = 2_000_000
"""The ids of bookmarks of details are above those of notes."""
DETAILS_BOOKMARK = "_details"
"""What the names of bookmarks of details begin with."""
_EDGE, _EDGE_GAP = 24, 90
"""Width of the edge of a row in eighths of a point, and the space from there to the text in twips."""
_AXIS_TYPE = 0.85
"""Type size of an impact band, as a fraction of body text."""


@dataclass(frozen=True, slots=True)
class _TableStyles:
    """The styles of a table and of its header row, row headers, group titles and cells."""

    table: str
    heading: str
    label: str
    group: str
    text: str


_USUAL = _TableStyles("ReportTable", "TableHeading", "TableLabel", "TableGroup", "TableText")
_TIGHT = _TableStyles("ReportTableTight", "TableHeadingTight", "TableLabelTight", "TableGroup", "TableTextTight")
_COMPACT = _TableStyles("ReportTableCompact", "TableHeadingHidden", "TableLabelTight", "TableGroup", "TableTextTight")
_FIGURES = _TableStyles("KeyFigures", "KeyFigureLabel", "TableLabel", "TableGroup", "KeyFigure")
_BOLD_FONT = replace(PLAIN, direct=True)
_ELAPSED_FONT = Font("Elapsed")
_KEY_FONT = Font("BandKey")


@dataclass(frozen=True, slots=True)
class Context:
    """The position of blocks and the settings they inherit."""

    width: int
    """Between the margins of the page or cell, in twips."""
    style: str = "BodyText"
    """Paragraph style."""
    note: str = "Note"
    """Style of notes."""
    indent: int = 0
    """From the edge where lines start, in twips."""
    end: int = 0
    """The same from the edge where lines of running text end."""
    quote: int | None = None
    """Indent of the innermost enclosing quote; None outside of quotes."""
    level: int = 0
    """Number of enclosing lists."""
    counting: frozenset[int] = frozenset()
    """Levels at which enclosing numbered lists count."""
    align: Align = "start"
    tight: bool = False
    """Whether the context is a table with smaller type."""

    def indent_once(self, style: str) -> Context:
        """Return the context indented by one more step, if there is room."""
        return replace(self, style=style, indent=min(self.indent + STEP, LEVELS * STEP, self.width // 2))

    def enter_quote(self) -> Context:
        """Return the context inside a quote."""
        inside = self.indent_once("Quote")
        return replace(inside, quote=inside.indent)

    def enter_list(self, level: int, *, counted: bool) -> Context:
        """Return the context inside the items of a list at this Word level."""
        inside = self.indent_once(list_style("ListContinue", self.level) if self.style in _RUNNING else self.style)
        counting = self.counting | {level} if counted else self.counting
        return replace(inside, level=self.level + 1, counting=counting)

    def enter_cell(self, style: str, width: int, align: Align, *, tight: bool) -> Context:
        """Return the context inside a table cell."""
        note = "TableNoteTight" if tight else "TableNote"
        inside = replace(self, style=style, note=note, width=width, align=align, tight=tight)
        return replace(inside, indent=0, end=0, quote=None, level=0)


class Body:
    """Writes blocks, and keeps the lists, images, links and bookmarks of one document."""

    def __init__(
        self,
        part: Part,
        tokens: Tokens,
        writer: TextWriter,
        height: int,
        *,
        lists_by_style: bool = False,
        margin: int = 0,
        spread: float = 1,
        broken: Collection[str] = (),
    ) -> None:
        """Start a document whose pages have this height between the margins, in twips.

        lists_by_style: whether list styles define their own numbering, as in files without a template.
        margin: how much earlier than tables the styles of running text end their lines, in twips.
        spread: how much wider than usual the font may be, in which columns are measured.
        broken: the ids of sections that begin on a new page.
        """
        self._broken = {*tokens.page.break_before, *broken}
        self.margin = margin
        self.numbering = Numbering(by_style=lists_by_style)
        self.images = ImageWriter(part)
        self._links = Links(part)
        self._writer = writer
        self._size = round(to_twips(tokens.fonts.size) * spread)
        self._tones = tokens.tones
        self._height = height
        self._page = table_layout.measure_page(tokens)
        self.bookmarks: dict[str, str] = {}
        """The bookmark of each section, by its id."""
        self._bookmarks = 0
        self._details = 0
        self._title = ""
        """The last heading, which is the title of the tables below it."""

    def write_section(self, parent: Element, section: nodes.Section, context: Context) -> None:
        """Append a section: its heading, blocks and subsections."""
        heading = self._writer.add_paragraph(parent, f"Heading{section.level - 1}")
        if section.id in self._broken:
            heading[0].insert(1, add_child(heading[0], "pageBreakBefore"))  # after the style
        self._bookmarks += 1
        add_child(heading, "bookmarkStart", id=self._bookmarks, name=bookmark_name(self._bookmarks))
        if section.ordinal:
            self._write_ordinal(heading, section.ordinal)
            self._writer.add_run(heading, " ")
        self._writer.add_run(heading, bind_title(section.title))
        self._title = section.title
        add_child(heading, "bookmarkEnd", id=self._bookmarks)
        style = _SECTION_STYLES.get(section.id, context.style)
        self.write_blocks(parent, section.blocks, replace(context, style=style))
        for inner in section.sections:
            start = len(parent)
            self.write_section(parent, inner, context)
            if inner.id == "five_whys" and table_layout.keeps_whys(section.sections, self._page):
                _keep_with_next(list(parent)[start:])

    def write_facts(self, parent: Element, facts: tuple[Inlines, ...], context: Context) -> None:
        """Append the facts below the title, on one line."""
        if facts:
            paragraph = self._writer.add_paragraph(parent, "Subtitle")
            for index, fact in enumerate(facts):
                if index:
                    self._writer.add_run(paragraph, SEPARATOR)
                self._write_line(paragraph, fact, context)

    # ---- blocks

    def write_blocks(self, parent: Element, blocks: Blocks, context: Context) -> None:
        """Append blocks."""
        for block in blocks:
            self._write_block(parent, block, context)

    def keep_end(self, parent: Element) -> None:
        """Keep the last paragraph, or the last row, on one page with what follows."""
        spaced = len(parent) > 1 and _find_style(parent[-1]) == "Spacer"
        for element in list(parent)[-2 if spaced else -1 :]:
            _keep_with_next([element] if element.tag == f"{W}p" else element.findall(f"{W}tr")[-1:])

    def end_paragraph(self, parent: Element, style: str = "Spacer") -> None:
        """Append a paragraph unless the text or cell ends with one; Word rejects the file otherwise."""
        if not len(parent) or parent[-1].tag != f"{W}p":
            self._writer.add_paragraph(parent, style)

    def _write_block(self, parent: Element, block: Block, context: Context) -> None:
        match block:
            case Paragraph(inlines, "gap"):
                paragraph = self._add_log_line(parent, context)
                self._writer.add_run(paragraph, "\t\t", ltr=True)
                self._write_line(paragraph, inlines, context, Font("LogNumber"))
            case Paragraph(inlines, "elapsed") if parent.tag == f"{W}tc" and parent[-1].tag == f"{W}p":
                self._writer.add_run(parent[-1], " ")
                self._write_inlines(parent[-1], inlines, context, _ELAPSED_FONT)
            case Paragraph(inlines, role):
                style = _ROLE_STYLES.get(role) or (context.style if role == "text" else context.note)
                if inlines and isinstance(inlines[0], nodes.Ordinal) and inlines[0].role == "paragraph":
                    self._write_numbered(parent, inlines, context)
                    return
                paragraph = self._add_paragraph(parent, style, context)
                self._write_line(paragraph, inlines, context, _BOLD_FONT if context.style in _BOLD else PLAIN)
            case nodes.Heading(level, inlines):
                style = f"TextHeading{min(level - 1, _DEEPEST_HEADING)}"
                paragraph = self._add_paragraph(parent, style, context)
                self._write_line(paragraph, bind_words(inlines, title=True), context, _BOLD_FONT)
                self._title = text_of(inlines)
            case nodes.List():
                self._write_list(parent, block, context)
            case nodes.CodeBlock():
                self._write_code(parent, block, context)
            case nodes.Excerpt(_, paper):
                self.write_blocks(parent, paper, context)
            case nodes.Quote(blocks):
                self.write_blocks(parent, blocks, context.enter_quote())
            case nodes.Details(summary, blocks, unfolded):
                style = "DetailsTitle" if context.style == "BodyText" else context.style
                title = self._add_paragraph(parent, style, context)
                self._write_line(title, (nodes.Strong(summary),), context)
                self.write_blocks(parent, blocks, context)
                self._mark_details(title, parent, unfolded=unfolded)
            case Table():
                self._write_table(parent, block, context)
            case nodes.Figure(image, caption):
                paragraph = self._add_paragraph(parent, "Figure", context)
                self.images.draw_image(paragraph, image, *self._available_size(image, context))
                self.write_blocks(parent, caption, replace(context, style="Caption"))
            case nodes.ImpactBand():
                self._write_band(parent, block, context)
            case nodes.Previews():
                self._write_previews(parent, block, context)
            case nodes.Rule():
                self._add_paragraph(parent, "HorizontalRule", context)
            case _:
                assert_never(block)

    def _write_numbered(self, parent: Element, inlines: Inlines, context: Context) -> None:
        """Append a paragraph whose number stands before its lines."""
        number, _, *words = inlines
        paragraph = self._writer.add_paragraph(parent, _NUMBERED.get(context.style, context.style))
        self._write_inline(paragraph, number, context, PLAIN)
        self._writer.add_run(paragraph, "\t")
        self._write_line(paragraph, tuple(words), context)

    def _mark_details(self, title: Element, parent: Element, *, unfolded: bool) -> None:
        """Put a bookmark around details, by which an import finds their end. Word does not list it."""
        self._details += 1
        identifier = _DETAILS_BOOKMARKS + self._details
        name = f"{DETAILS_BOOKMARK}{'open' * unfolded}{self._details}"
        title.insert(1, add_child(title, "bookmarkStart", id=identifier, name=name))  # after the properties
        add_child(list(parent.iter(f"{W}p"))[-1], "bookmarkEnd", id=identifier)

    def _add_paragraph(self, parent: Element, style: str, context: Context) -> Element:
        if style == "Quote" and context.indent != context.quote:
            style = "QuoteContinue"
        end, styled = (context.end, self.margin) if style in _NARROW else (0, 0)
        usual = (context.indent, end) == (_INDENTED.get(style, 0), styled)
        indent = None if usual else (context.indent, end, 0)
        return self._writer.add_paragraph(parent, style, indent=indent, align=context.align)

    def _write_code(self, parent: Element, code: nodes.CodeBlock, context: Context) -> None:
        if code.caption:
            paragraph = self._add_paragraph(parent, "CodeCaption", context)
            self._write_line(paragraph, bind_words(code.caption, title=True), context)
        elif len(parent) and code.start == 1 and _find_style(parent[-1]) in _CODE:
            self._writer.add_paragraph(parent, "Spacer")  # otherwise Word draws one box around both
        if code.role == "log":
            self._write_log(parent, code, context)
            return
        indent = (context.indent + PAD, PAD, 0) if context.indent else None
        style = "QuoteCode" if context.quote is not None else "CodeBlock"
        if context.level and context.quote is None:
            style = list_style("ListCode", context.level - 1)
        paragraph = self._writer.add_paragraph(parent, style, indent=indent, ltr=True)
        self._writer.add_run(paragraph, code.text, ltr=True)

    def _write_log(self, parent: Element, log: nodes.CodeBlock, context: Context) -> None:
        """Append a paragraph for each line, with its number, which shows how bad it is."""
        for number, line in enumerate(log.text.split("\n"), log.start):
            paragraph = self._add_log_line(parent, context)
            tone = classify_line(line)
            style = "LogNumber" if tone == "neutral" else f"Tone{tone.title()}"
            self._writer.add_run(paragraph, f"\t{number}", Font(style), ltr=True)
            self._writer.add_run(paragraph, f"\t{line}", ltr=True)

    def _add_log_line(self, parent: Element, context: Context) -> Element:
        indent = (context.indent + PAD + LOG_NUMBERS, PAD, LOG_NUMBERS) if context.indent else None
        return self._writer.add_paragraph(parent, "LogLine", indent=indent, ltr=True)

    def _available_size(self, image: nodes.Image, context: Context) -> tuple[int, int]:
        return context.width - context.indent, round(self._height * MAX_HEIGHTS[classify_image(image)])

    # ---- lists

    def _write_list(self, parent: Element, block: nodes.List, context: Context) -> None:
        if block.role == "actions":
            for item in block.items:
                self.write_blocks(parent, item.blocks, replace(context, style="PreviewAction"))
            return
        level = min(context.level, LEVELS - 1)
        counted = block.ordered and block.start + len(block.items) <= MAX_NUMBER
        inside = context.enter_list(level, counted=counted)
        if counted:
            number = self.numbering.add_list(level, block.start, nested=level in context.counting)
        else:
            number = UNMARKED if block.ordered else BULLETS
        kind = "ListNumber" if block.ordered else "ListBullet"
        style = "Why" if block.role == "whys" else f"{kind}Tight" if context.tight else list_style(kind, level)
        for position, item in enumerate(block.items, block.start):
            box = () if item.checked is None else (_DONE if item.checked else _OPEN,)
            marks = (f"{position}.", *box) if number == UNMARKED else box
            own = UNMARKED if box and number == BULLETS else number
            self._write_item(parent, item.blocks, style, (level, own), marks, inside)

    def _write_item(
        self,
        parent: Element,
        blocks: Blocks,
        style: str,
        number: tuple[int, int],
        marks: Iterable[str],
        inside: Context,
    ) -> None:
        """Append an item. The marks are list markers that Word cannot generate; they precede the text."""
        level, identifier = number
        usual = (inside.indent, inside.end) == (STEP * (level + 1), self.margin)
        indent = None if usual else (inside.indent, inside.end, STEP)
        own = None if not inside.tight and self.numbering.has_style(identifier, level) else number
        if inside.quote is not None:
            style, own = ("QuoteList" if inside.indent == inside.quote + STEP else "QuoteList2"), number
            indent = (inside.indent, inside.end, STEP)
        paragraph = self._writer.add_paragraph(parent, style, number=own, indent=indent, align=inside.align)
        for mark in marks:
            self._writer.add_run(paragraph, f"{mark}\t" if identifier == UNMARKED else f"{mark} ")
        if blocks and isinstance(blocks[0], Paragraph):
            self._write_line(paragraph, blocks[0].inlines, inside)
            blocks = blocks[1:]
        self.write_blocks(parent, blocks, inside)

    # ---- tables

    def _write_table(self, parent: Element, table: Table, context: Context) -> None:
        table = tables.limit_columns(table)
        shape = self._measure_table(table, context.width - context.indent)
        if table.role == "metadata" and tables.is_paired(table, context.width - context.indent, self._size):
            table = tables.pair_rows(table)
        numbers = count(1) if table.role == "timeline" else repeat(0)
        for part in tables.split_groups(table, shape):
            self._write_table_part(parent, part, shape, context, numbers)

    def _write_table_part(
        self, parent: Element, table: Table, shape: Columns, context: Context, numbers: Iterator[int]
    ) -> None:
        """Append a table. If it has one group, its title is repeated with the header; otherwise no page divides one."""
        chosen = _choose_styles(table, shape)
        style, indent = chosen.table, context.indent
        if context.quote is not None:
            style, indent = chosen.table.replace("Report", "Quote"), context.indent - shape.gap
        element = self._add_table(parent, style, shape.widths, indent, table)
        head = Row(tuple((Paragraph(column.title),) for column in table.columns))
        headings = self._cell_contexts(table, shape, context, chosen.heading)
        self._write_row(element, head, shape, headings, "cantSplit", "tblHeader")
        titles, texts = (self._cell_contexts(table, shape, context, style) for style in (chosen.group, chosen.text))
        for first in range(0, len(texts), 2) if table.row_headers else ():
            texts[first] = replace(texts[first], style=chosen.label)
        brief = []
        alone = len(table.groups) == 1
        for group in table.groups:
            if group.title:
                repeated = ("tblHeader",) if alone else ()
                self._write_row(element, self._title_row(group, shape), shape, titles, "cantSplit", *repeated)
            kept = []
            for row in map(tables.unbold_names, group.rows) if table.row_headers else group.rows:
                height = shape.height(row)
                written = self._write_row(element, row, shape, texts, *(() if height == "tall" else ("cantSplit",)))
                self._number_row(written, next(numbers))
                self._mark_row(written, table, row)
                brief += [] if height else [written]
                kept.append(written)
            if group.title and not alone:
                _keep_with_next(kept[:-1])
        _keep_ends(element, brief)

    def _measure_table(self, table: Table, width: int) -> Columns:
        """Return the columns of a table; those of the metadata are in two pairs if there are enough short rows."""
        if table.role == "metadata":
            size = round(self._size * TIGHT)
            if tables.is_paired(table, width, self._size):
                return tables.double_columns(tables.measure_columns(table, width // 2, self._height, size))
            return tables.measure_columns(table, width, self._height, size)
        return tables.measure_columns(table, width, self._height, self._size)

    def _add_table(
        self,
        parent: Element,
        style: str,
        widths: tuple[int, ...],
        indent: int,
        table: Table | nodes.ImpactBand | nodes.Previews,
    ) -> Element:
        """Append an empty table and return it, separated from a table before it so that Word does not join them."""
        if len(parent) and parent[-1].tag == f"{W}tbl":
            self.end_paragraph(parent)
        element = add_child(parent, "tbl")
        properties = add_child(element, "tblPr")
        add_child(properties, "tblStyle", val=style)
        if self._writer.rtl:
            add_child(properties, "bidiVisual")
        add_child(properties, "tblW", w=sum(widths), type="dxa")
        add_child(properties, "tblInd", w=indent, type="dxa")
        add_child(properties, "tblLayout", type="fixed")
        first = int(isinstance(table, nodes.ImpactBand) or (isinstance(table, Table) and table.row_headers))
        head = int(isinstance(table, Table))
        look = {"firstRow": head, "lastRow": 0, "firstColumn": first, "lastColumn": 0, "noHBand": 1, "noVBand": 1}
        add_child(properties, "tblLook", val=f"{0x0600 + 0x20 * head + 0x80 * first:04X}", **look)
        add_child(properties, "tblCaption", val=clean_xml(self._title))
        add_child(properties, "tblDescription", val=clean_xml(table.description))
        grid = add_child(element, "tblGrid")
        for width in widths:
            add_child(grid, "gridCol", w=width)
        return element

    def _cell_contexts(self, table: Table, shape: Columns, context: Context, style: str) -> list[Context]:
        pairs = zip(table.columns, (width - shape.gap for width in shape.widths), strict=True)
        tight = shape.tight or table.role in ("metadata", "cover")
        contexts = [context.enter_cell(style, width, column.align, tight=tight) for column, width in pairs]
        if table.role in table_layout.MARGINS:
            contexts[0] = replace(contexts[0], indent=_EDGE_GAP)
        return contexts

    def _write_row(
        self, parent: Element, row: Row, shape: Columns, contexts: list[Context], *properties: str
    ) -> Element:
        element = _add_row(parent, *properties)
        for width, context, blocks in zip(shape.widths, contexts, row.cells, strict=True):
            cell = _add_cell(element, width)
            self.write_blocks(cell, blocks, context)
            self.end_paragraph(cell, "Spacer" if blocks else context.style)
        return element

    def _number_row(self, row: Element, number: int) -> None:
        """Write the number of a timeline's row before its time, as the impact band refers to it."""
        paragraph = row.find(f"{W}tc/{W}p")
        if number and paragraph is not None:
            run = self._writer.add_run(paragraph, f"{number}\N{EN SPACE}", Font("RowNumber"), ltr=True)
            paragraph.insert(1, run)  # after the properties

    def _mark_row(self, row: Element, table: Table, marked: Row) -> None:
        """Give a row the edge of its tone, and that of a milestone a wash."""
        if marked.tone == "neutral":
            return
        tone = getattr(self._tones, marked.tone)
        for number, cell in enumerate(row.iterfind(f"{W}tc/{W}tcPr")):
            if number == 0:
                edge = add_child(cell, "tcBorders")
                add_child(edge, "left", val="single", sz=_EDGE, space=0, color=hex_color(tone.ink))
            if table.role == "timeline":
                add_child(cell, "shd", val="clear", color="auto", fill=hex_color(tone.wash))

    def _title_row(self, group: nodes.RowGroup, shape: Columns) -> Row:
        """Return a row with the title in its widest cell, the same for each group; no cell is merged."""
        widths = shape.widths
        target = widths.index(max(widths))
        return Row(tuple((Paragraph(group.title if index == target else ()),) for index in range(len(widths))))

    def _write_band(self, parent: Element, block: nodes.ImpactBand, context: Context) -> None:
        """Append a table of names and what is drawn beside them, and the caption."""
        size = round(self._size * _AXIS_TYPE)
        names = tables.measure_names(block, context.width, size)
        axis = context.width - names
        element = self._add_table(parent, "ImpactBand", (names, axis), 0, block)
        band = BandWriter(self._writer, axis, size)

        def add_row(title: Inlines, style: str = "BandText") -> Element:
            first = () if element.find(f"{W}tr") is not None else ("tblHeader",)
            row = _add_row(element, "cantSplit", *first)
            self._write_text(_add_cell(row, names), style, title, context)
            return _add_cell(row, axis)

        for view in block.views:
            if view.flags:
                band.write_flags(add_row(()), view)
            band.write_bar(add_row(block.title, "BandTitle"), view.stretches)
            for lane in view.lanes:
                band.write_lane(add_row(lane.title, "BandLane"), lane.marks)
            band.write_ticks(add_row(()), view)
        caption = self._add_paragraph(parent, "Caption", context)
        self._write_line(caption, block.caption, context)
        if block.key:
            self._write_line(caption, (Text(" "), *block.key), context, _KEY_FONT)

    def _write_previews(self, parent: Element, block: nodes.Previews, context: Context) -> None:
        """Append the previews in the columns of a table with one row."""
        width = context.width // len(block.previews)
        element = self._add_table(parent, "Previews", (width,) * len(block.previews), 0, block)
        row = _add_row(element, "cantSplit", "tblHeader")
        for preview in block.previews:
            cell = _add_cell(row, width)
            inside = context.enter_cell("PreviewText", width - PREVIEW_GAP, "start", tight=True)
            self._write_preview(cell, preview, inside)
            self.end_paragraph(cell)
        self.end_paragraph(parent)

    def _write_preview(self, cell: Element, preview: nodes.Preview, context: Context) -> None:
        self._write_section_link(cell, "PreviewTitle", preview.section, preview.title, context)
        if len(preview.shares) > 1:
            BandWriter(self._writer, context.width, self._size).write_shares(cell, preview.shares)
        if preview.shares:
            key = self._writer.add_paragraph(cell, "PreviewKey")
            for share in preview.shares:
                self._writer.add_run(key, "\N{EN SPACE}", Font(f"Share{share.role.title()}"))
                self._write_line(key, (Text("\N{NO-BREAK SPACE}"), *share.text, Text("  ")), context)
        self.write_blocks(cell, preview.blocks, context)
        if preview.more:
            self._write_section_link(cell, "PreviewKey", preview.section, preview.more, context)

    def _write_section_link(self, parent: Element, style: str, section: str, words: Inlines, context: Context) -> None:
        paragraph = self._writer.add_paragraph(parent, style)
        link = add_child(paragraph, "hyperlink", history=1, anchor=self.bookmarks.get(section, ""))
        self._write_line(link, words, context, replace(PLAIN, style="Hyperlink", link=True))

    def _write_text(self, parent: Element, style: str, inlines: Inlines, context: Context) -> None:
        self._write_line(self._add_paragraph(parent, style, context), inlines, context)

    # ---- inlines

    def _write_line(self, parent: Element, inlines: Inlines, context: Context, font: Font = PLAIN) -> None:
        """Append a paragraph's inlines, in their reading order."""
        inlines = bind_words(inlines, title=context.style == "Caption")
        with self._writer.keep_order(parent, text_of(inlines) if len(inlines) > 1 else ""):
            self._write_inlines(parent, inlines, context, font)

    def _write_inlines(self, parent: Element, inlines: Inlines, context: Context, font: Font = PLAIN) -> None:
        for inline in inlines:
            self._write_inline(parent, inline, context, font)

    def _write_inline(self, parent: Element, inline: Inline, context: Context, font: Font) -> None:
        match inline:
            case Text(text):
                self._write_words(parent, text, font)
            case nodes.Strong(children):
                self._write_inlines(parent, children, context, vary_font(font, strong=True))
            case nodes.Emphasis(children):
                self._write_inlines(parent, children, context, vary_font(font, emphasis=True))
            case nodes.Strike(children):
                self._write_inlines(parent, children, context, vary_font(font, strike=True))
            case nodes.Marked(children, "kbd"):
                self._write_inlines(parent, children, context, vary_font(font, style=font.style or "Keyboard"))
            case nodes.Marked(children, role):
                position = "subscript" if role == "sub" else "superscript"
                self._write_inlines(parent, children, context, vary_font(font, position=position))
            case nodes.NoteMark():
                self._write_note_mark(parent, inline, font)
            case nodes.Code(text):
                # Unlike dates, code has no bidi isolate: it would be copied with the command.
                self._writer.add_run(parent, text, vary_font(font, style="Code"), ltr=True)
            case nodes.Link(target, children):
                self._write_link(parent, target, children, context, font)
            case nodes.Image():
                self.images.draw_image(parent, inline, *self._available_size(inline, context))
            case nodes.LineBreak():
                add_child(add_child(parent, "r"), "br")
            case nodes.Label(text, role, tone):
                family = "Tone" if role in _UNSHADED_ROLES else "Label"
                self._writer.add_run(parent, text, vary_font(font, style=f"{family}{tone.title()}", strong=False))
            case nodes.Time(text):
                self._writer.add_time(parent, text, font)
            case nodes.Ordinal():
                self._write_ordinal(parent, inline)
            case _:
                assert_never(inline)

    def _write_words(self, parent: Element, text: str, font: Font) -> None:
        """Append a text, with names that are never hyphenated in runs of their own."""
        for index, words in enumerate(split_names(text)):
            if words:
                self._writer.add_run(parent, words, vary_font(font, exact=True) if index % 2 else font)

    def _write_ordinal(self, parent: Element, ordinal: nodes.Ordinal) -> None:
        """Append a number. Word keeps those of captions up to date, and lists them in a table of figures.

        Numbers of sections and paragraphs are cited, so a change in one copy does not change them.
        """
        if ordinal.role in ("section", "paragraph"):
            style = "" if ordinal.role == "section" else "Ordinal"
            self._writer.add_run(parent, ordinal.text, Font(style), ltr=not reads_rtl(ordinal.text))
            return
        number, ltr = str(ordinal.number), not reads_rtl(ordinal.text)
        before, _, after = ordinal.text.partition(number)
        self._writer.add_run(parent, before, Font("Ordinal"))
        with fields.wrap_field(parent, rf"SEQ {ordinal.role.title()} \* ARABIC", "Ordinal"):
            self._writer.add_run(parent, number, Font("Ordinal"), ltr=ltr)
        self._writer.add_run(parent, after, Font("Ordinal"))

    def _write_note_mark(self, parent: Element, mark: nodes.NoteMark, font: Font) -> None:
        """Append a reference to a note, or the link back, each with a bookmark for the other."""
        here, there = ("note", "noteref") if mark.role == "back" else ("noteref", "note")
        if mark.role != "again":
            identifier = _NOTE_BOOKMARKS + 2 * mark.number + (mark.role == "back")
            add_child(parent, "bookmarkStart", id=identifier, name=f"{here}{mark.number}")
            add_child(parent, "bookmarkEnd", id=identifier)
        link = add_child(parent, "hyperlink", history=1, anchor=f"{there}{mark.number}")
        self._writer.add_run(link, mark.text, vary_font(font, style="Hyperlink", link=True, position="superscript"))

    def _write_link(self, parent: Element, target: str, children: Inlines, context: Context, font: Font) -> None:
        to = escape_address(target)
        relation = self._links.relate_address(to)
        inside = vary_font(font, style="Hyperlink", link=True)
        if font.link:
            self._write_inlines(parent, children, context, font)
        elif relation:
            link = add_child(parent, "hyperlink", history=1)
            link.set(f"{R}id", relation)
            self._write_inlines(link, children, context, inside)
        else:  # a field accepts any address
            with fields.wrap_field(parent, f'HYPERLINK "{to}"'):
                self._write_inlines(parent, children, context, inside)


def _choose_styles(table: Table, shape: Columns) -> _TableStyles:
    if table.role in ("metadata", "cover"):
        return _COMPACT
    return _FIGURES if table.role == "key_figures" else _TIGHT if shape.tight else _USUAL


def _find_style(paragraph: Element) -> str:
    found = paragraph.find(f"{W}pPr/{W}pStyle")
    return "" if found is None else found.get(f"{W}val", "")


def _add_row(table: Element, *properties: str) -> Element:
    return add_copy(table, _make_row(properties))


@lru_cache(maxsize=100)
def _make_row(properties: tuple[str, ...]) -> Element:
    row = create_root("tr")
    if properties:
        wanted = add_child(row, "trPr")
        for name in properties:
            add_child(wanted, name)
    return row


def _keep_ends(table: Element, brief: Collection[Element]) -> None:
    """Keep the first and last short rows with the next row, so that no page has only the header and one row."""
    rows = table.findall(f"{W}tr")
    head = len(table.findall(f"{W}tr/{W}trPr/{W}tblHeader"))
    for index in {head, head + 1, len(rows) - 2} & set(range(head, len(rows) - 1)):
        if rows[index] in brief:
            _keep_with_next([rows[index]])


def _keep_with_next(elements: Iterable[Element]) -> None:
    """Keep paragraphs, or the rows of a table, on one page with each other and with what follows."""
    for properties in chain.from_iterable(element.iter(f"{W}pPr") for element in elements):
        if properties.find(f"{W}keepNext") is None:
            properties.insert(1, add_child(properties, "keepNext"))  # after the style


def _add_cell(row: Element, width: int) -> Element:
    return add_copy(row, _make_cell(width))


@lru_cache(maxsize=1000)
def _make_cell(width: int) -> Element:
    cell = create_root("tc")
    add_child(add_child(cell, "tcPr"), "tcW", w=width, type="dxa")
    return cell


def bookmark_name(number: int) -> str:
    """Return the bookmark name of the n-th section, from 1. Word hides names with this prefix."""
    return f"_Toc{number:06d}"
