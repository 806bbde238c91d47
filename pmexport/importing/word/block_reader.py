"""The text of a Word file as blocks: paragraphs, headings, nested lists and quotes, code and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pmexport.document import nodes
from pmexport.document.markdown.runs import make_paragraph
from pmexport.document.nodes import Blocks, Inlines
from pmexport.importing.word.inline_reader import (
    Atom,
    InlineReader,
    drop_marks,
    link_addresses,
    make_inlines,
    raw_text,
    strip_start,
)
from pmexport.importing.word.list_counter import ListCounter
from pmexport.importing.word.open_blocks import Frame, OpenBlocks
from pmexport.importing.word.own_document import make_band
from pmexport.importing.word.paragraph_lines import Line, LineReader
from pmexport.importing.word.style_sheet import StyleSheet
from pmexport.importing.word.table_parts import column_aligns, list_cells, list_rows, make_table
from pmexport.importing.word.word_file import WordFile, style_of
from pmexport.renderers.docx.body import DETAILS_BOOKMARK
from pmexport.renderers.docx.oxml import Element, W
from pmexport.renderers.docx.styles import COLUMN_GAP
from pmexport.renderers.docx.template.style_index import first_value, parse_number, select_nodes
from pmexport.renderers.shared.bound_words import unbind_words

_TITLES = ("title", "caption", "code_caption")
"""Roles of paragraphs whose last two words are bound."""
_LEFT_OUT = frozenset({"spacer", "elapsed_note", "addresses", "logo"})
"""Roles of paragraphs that only lay out the page, or follow from the report."""
_BOX = re.compile(r"(?P<box>[☐☑☒✓✔]|\[[ xX]\])\s\s*")
_TYPED = re.compile(r"(?P<number>\d{1,9})\.\t\s*")
_DONE = "☑☒✓✔[x][X]"
_LOG_START = re.compile(r"\t\d+\t")


class BlockReader:
    """Reads the content of a body, a cell or a text box."""

    def __init__(self, file: WordFile, styles: StyleSheet, inlines: InlineReader, counter: ListCounter) -> None:
        self._file = file
        self._styles = styles
        self._inlines = inlines
        self._counter = counter
        self._lines = LineReader(file, styles, inlines)
        self._open = OpenBlocks()
        self._joins_code = False
        """Whether a line of code belongs to the block before it."""
        self._pending: Line | None = None
        """A paragraph whose end was deleted: it joins the next one."""

    def read(self, container: Element) -> Blocks:
        """Return the blocks in an element."""
        for element in _list_blocks(container):
            if element.tag == f"{W}p":
                self._read_paragraph(element)
            else:
                self._end_pending()
                self._read_table(element)
            self._open.close_details(self._list_ended(element))
        self._end_pending()
        return self._open.read()

    def _end_pending(self) -> None:
        """Add a paragraph that no other one follows."""
        if self._pending is not None:
            self._add_line(self._pending)
            self._pending = None

    def _list_ended(self, element: Element) -> set[str]:
        """Return the names of the bookmarks that end in an element."""
        return {self._file.bookmarks.get(one.get(f"{W}id", ""), "") for one in element.iter(f"{W}bookmarkEnd")}

    # ---- paragraphs

    def _read_paragraph(self, paragraph: Element) -> None:
        line = self._lines.read(paragraph, self._pending.atoms if self._pending else ())
        self._pending = None
        boxes, self._inlines.boxes = self._inlines.boxes, []
        if select_nodes(paragraph, "w:pPr/w:rPr/w:del"):
            self._pending = line
        elif self._file.is_ours and (bookmark := _find_details(paragraph)) and not self._open.is_open(bookmark):
            self._open.open_details(line, self._make_inlines(drop_marks(line.atoms, "strong")), bookmark)
        elif line.role not in _LEFT_OUT and not line.role.startswith("toc_"):
            self._add_line(line)
        elif line.role == "spacer":
            self._joins_code = False
        for box in boxes:
            self._open.top.blocks += self._read_inside(box)

    def _add_line(self, line: Line) -> None:
        if line.is_code and line.mark is None:
            self._add_code(line)
            return
        self._joins_code = False
        if line.mark is not None:
            self._add_item(line)
        elif line.role == "horizontal_rule":
            self._open.find_place(line).blocks.append(nodes.Rule())
        elif blocks := self._make_blocks(line):
            self._open.find_place(line).blocks += blocks

    def _make_blocks(self, line: Line) -> Blocks:
        is_title = bool(line.level) or line.role in _TITLES
        atoms = drop_marks(line.atoms, "strong") if line.level or line.role == "title" else line.atoms
        inlines = self._make_inlines(atoms, is_title=is_title)
        if line.role == "title":
            return (nodes.Heading(1, inlines),) if inlines else ()
        if line.level:
            level = min(line.level + 1, 6)  # below the title
            return (
                (nodes.Heading(level, inlines if self._file.is_ours else _without_breaks(inlines)),) if inlines else ()
            )
        return make_paragraph(inlines) if self._file.is_ours or _shows(inlines) else ()

    def _make_inlines(self, atoms: Iterable[Atom], *, is_title: bool = False) -> Inlines:
        """Return the text of a paragraph; ours as it was before it was laid out."""
        inlines = make_inlines(atoms)
        return unbind_words(inlines, title=is_title) if self._file.is_ours else link_addresses(inlines)

    # ---- lists

    def _add_item(self, line: Line) -> None:
        mark = line.mark
        assert mark is not None
        self._open.close_items(line, mark)
        text = raw_text(line.atoms)
        typed = _TYPED.match(text) if mark.form == "none" else None
        atoms = strip_start(line.atoms, typed.end()) if typed else line.atoms
        box = _BOX.match(raw_text(atoms))
        if box and (self._file.is_ours or box["box"] not in "✓✔"):
            atoms = strip_start(atoms, box.end())
        checked = box["box"] in _DONE if box and (self._file.is_ours or box["box"] not in "✓✔") else None
        run, number = (0, int(typed["number"])) if typed else self._counter.count(mark)
        is_ordered = mark.is_ordered or typed is not None
        frame = self._open.push(Frame("item", line.left, mark, number, run, checked, is_ordered))
        if line.is_code:
            frame.blocks.append(nodes.CodeBlock(raw_text(atoms)))
            return
        frame.blocks += make_paragraph(self._make_inlines(atoms))

    # ---- code

    def _add_code(self, line: Line) -> None:
        text = raw_text(line.atoms)
        if line.role == "log_line" and text.startswith("\t\t"):
            self._joins_code = False
            self._open.find_place(replace(line, role="body_text")).blocks += make_paragraph(
                (nodes.Text(text.strip("\t")),)
            )
            return
        text = _LOG_START.sub("", text, count=1) if line.role == "log_line" else text
        if not text.strip() and not self._joins_code and not self._file.is_ours:
            return
        place = self._open.find_place(line)
        before = place.blocks[-1] if place.blocks else None
        if self._joins_code and isinstance(before, nodes.CodeBlock):
            place.blocks[-1] = replace(before, text=f"{before.text}\n{text}")
        else:
            place.blocks.append(nodes.CodeBlock(text))
        self._joins_code = True

    # ---- tables

    def _read_table(self, table: Element) -> None:
        self._joins_code = False
        style = first_value(table, "w:tblPr/w:tblStyle/@w:val")
        role = self._table_role(table, style)
        if role == "previews":
            return
        left = parse_number(first_value(table, "w:tblPr/w:tblInd/@w:w"))
        quoted = role.startswith("quote_table")
        place = self._open.find_place(
            Line("quote_continue", left=left + COLUMN_GAP) if quoted else Line("table", left=left)
        )
        if role == "impact_band":
            if self._file.labels:
                place.blocks.append(make_band(self._file.labels, self._read_band(table)))
            return
        rows = [self._read_row(row) for row in list_rows(table)]
        width = max((len(row) for row in rows), default=0)
        if width == 0:
            return
        if width == 1 and len(rows) == 1:  # a box around a text
            place.blocks += rows[0][0]
            return
        place.blocks.append(make_table([row + ((),) * (width - len(row)) for row in rows], column_aligns(table)))

    def _table_role(self, table: Element, style: str) -> str:
        """Return what a table is for, by its texts or its style, which OpenDocument does not keep."""
        first = next((self._styles.role(style_of(one)) for one in table.iter(f"{W}p")), "")
        drawn = {"band_text": "impact_band", "band_title": "impact_band", "preview_title": "previews"}
        return drawn.get(first) or self._styles.role(style)

    def _read_row(self, row: Element) -> tuple[Blocks, ...]:
        """Return the cells of a row; one that covers several columns is followed by empty ones."""
        if select_nodes(row, ".//w:pPr/w:pStyle/@w:val") and self._is_group(row):
            cells = list(map(self._read_inside, row.iterchildren(f"{W}tc")))
            title = next((cell for cell in cells if cell), ())
            words = tuple(inline for block in title if isinstance(block, nodes.Paragraph) for inline in block.inlines)
            return ((nodes.Paragraph((nodes.Strong(words),)),) if words else (), *(((),) * (len(cells) - 1)))
        out: list[Blocks] = []
        for cell in list_cells(row):
            merged = cell.find(f"{W}tcPr/{W}vMerge")
            goes_on = merged is not None and merged.get(f"{W}val") in (None, "continue")
            out.append(() if goes_on else self._read_inside(cell))
            span = parse_number(first_value(cell, "w:tcPr/w:gridSpan/@w:val"), 1)
            out += [()] * (min(span, 64) - 1)
        return tuple(out)

    def _is_group(self, row: Element) -> bool:
        """Return whether a row is the title of a group of rows of ours."""
        paragraphs = [style_of(one) for one in row.iter(f"{W}p")]
        return bool(paragraphs) and all(self._styles.role(style) == "table_group" for style in paragraphs)

    def _read_inside(self, container: Element) -> Blocks:
        """Return the blocks in a cell or a text box."""
        return BlockReader(self._file, self._styles, self._inlines, self._counter).read(container)

    def _read_band(self, table: Element) -> list[str]:
        """Return the texts of the flags of an impact band."""
        runs = table.iter(f"{W}r")
        named = (
            run for run in runs if self._styles.role(first_value(run, "w:rPr/w:rStyle/@w:val")).startswith("tone_")
        )
        return ["".join(text.text or "" for text in run.iter(f"{W}t")) for run in named]


def _list_blocks(container: Element) -> Iterator[Element]:
    """Yield the paragraphs and tables in an element, also in content controls, except in a table of contents."""
    for child in container.iterchildren():
        match str(child.tag).removeprefix(W):
            case "p" | "tbl":
                yield child
            case "sdt":
                if not select_nodes(child, "w:sdtPr/w:docPartObj/w:docPartGallery[@w:val='Table of Contents']"):
                    yield from _list_blocks(child)
            case "sdtContent" | "customXml" | "ins" | "moveTo" | "smartTag":
                yield from _list_blocks(child)


def _find_details(paragraph: Element) -> str:
    """Return the name of the bookmark around details whose title a paragraph is."""
    return first_value(paragraph, f"w:bookmarkStart/@w:name[starts-with(., '{DETAILS_BOOKMARK}')]")


def _without_breaks(inlines: Inlines) -> Inlines:
    return tuple(nodes.Text(" ") if isinstance(one, nodes.LineBreak) else one for one in inlines)


def _shows(inlines: Inlines) -> bool:
    """Return whether inlines show anything but spaces."""
    return bool(nodes.text_of(inlines).strip()) or any(isinstance(one, nodes.Image) for one in inlines)
