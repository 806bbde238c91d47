"""The text of a Word file as blocks: paragraphs, headings, nested lists and quotes, code and tables.

Word has no nesting: a paragraph's list level or its indent says where it belongs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Literal

from pmexport.document import nodes
from pmexport.document.markdown.runs import make_paragraph
from pmexport.document.nodes import Align, Block, Blocks, Inlines
from pmexport.importing.word.inline_reader import (
    Atom,
    InlineReader,
    drop_marks,
    link_addresses,
    make_inlines,
    raw_text,
    strip_start,
)
from pmexport.importing.word.own_document import make_band
from pmexport.importing.word.style_sheet import ListMark, StyleSheet
from pmexport.importing.word.word_file import WordFile, style_of
from pmexport.renderers.docx.body import DETAILS_BOOKMARK
from pmexport.renderers.docx.numbering import STEP
from pmexport.renderers.docx.oxml import Element, W
from pmexport.renderers.docx.styles import COLUMN_GAP, LOG_NUMBERS, PAD
from pmexport.renderers.docx.template.style_index import first_value, parse_number, select_nodes
from pmexport.renderers.shared.bound_words import unbind_words

_TOLERANCE = 60
"""Twips by which indents may differ that are meant to be the same."""
_CODE = re.compile(r"code_block|source_code|quote_code|log_line|list_code(?:_[1-5])?")
_QUOTED = re.compile(r"(?:intense_)?quote(?:_\w+)?")
_TITLES = ("title", "caption", "code_caption")
"""Roles of paragraphs whose last two words are bound."""
_LEFT_OUT = frozenset({"spacer", "elapsed_note", "addresses", "logo"})
"""Roles of paragraphs that only lay out the page, or follow from the report."""
_BOX = re.compile(r"(?P<box>[☐☑☒✓✔]|\[[ xX]\])\s\s*")
_TYPED = re.compile(r"(?P<number>\d{1,9})\.\t\s*")
_DONE = "☑☒✓✔[x][X]"
_LOG_START = re.compile(r"\t\d+\t")


@dataclass
class _Line:
    """A paragraph, read."""

    role: str
    level: int
    """Of a heading, from 1; 0 for other paragraphs."""
    mark: ListMark | None
    left: int
    """Where its text begins, in twips."""
    align: Align
    atoms: list[Atom]
    is_code: bool

    @property
    def is_quoted(self) -> bool:
        return _QUOTED.fullmatch(self.role) is not None


@dataclass
class _Frame:
    """A list item or a quote that is open, or the text as a whole."""

    kind: Literal["text", "item", "quote", "details"]
    left: int = 0
    mark: ListMark | None = None
    number: int = 1
    run: int = 0
    """The number of the list that counts it."""
    checked: bool | None = None
    is_ordered: bool = False
    blocks: list[Block | _Frame] = field(default_factory=list)
    title: Inlines = ()
    """Of details."""
    bookmark: str = ""
    """The name of the bookmark around details."""

    @property
    def key(self) -> tuple[object, ...]:
        """What items of one list have in common."""
        return (self.kind, self.is_ordered, self.run if self.is_ordered else 0)


@dataclass
class ListCounter:
    """Counts the items of all lists."""

    _counts: dict[str, list[int]] = field(default_factory=dict)
    """How far the lists of a definition have counted, by level."""
    _runs: dict[tuple[str, int], int] = field(default_factory=dict)
    """The run that each list is, by its number and level; lists that count on from another one are one run with it."""
    _latest: dict[tuple[str, int], int] = field(default_factory=dict)
    """The latest run of a definition at a level."""

    def count(self, mark: ListMark) -> tuple[int, int]:
        """Return the run that the next item of a list belongs to, and its number in it."""
        counts = self._counts.setdefault(mark.definition, [])
        del counts[mark.level + 1 :]
        counts += [-1] * (mark.level + 1 - len(counts))
        own, shared = (mark.number, mark.level), (mark.definition, mark.level)
        begins = own not in self._runs and (mark.restarts or shared not in self._latest)
        if begins:
            self._latest[shared] = len(self._runs) + 1
        self._runs.setdefault(own, self._latest[shared])
        counts[mark.level] = mark.start if begins or counts[mark.level] < 0 else counts[mark.level] + 1
        return self._runs[own], counts[mark.level]


class BlockReader:
    """Reads the content of a body, a cell or a text box."""

    def __init__(self, file: WordFile, styles: StyleSheet, inlines: InlineReader, counter: ListCounter) -> None:
        self._file = file
        self._styles = styles
        self._inlines = inlines
        self._counter = counter
        self._text = _Frame("text")
        self._open = [self._text]
        self._joins_code = False
        """Whether a line of code belongs to the block before it."""
        self._pending: list[Atom] = []
        """The text of a paragraph whose end was deleted."""
        self._noted = 0

    def read(self, container: Element) -> Blocks:
        """Return the blocks in an element."""
        for element in _list_blocks(container):
            if element.tag == f"{W}p":
                self._read_paragraph(element)
            else:
                self._read_table(element)
            self._close_details(element)
        return _freeze(self._text.blocks)

    # ---- paragraphs

    def _read_paragraph(self, paragraph: Element) -> None:
        line = self._read_line(paragraph)
        boxes, self._inlines.boxes = self._inlines.boxes, []
        if select_nodes(paragraph, "w:pPr/w:rPr/w:del"):
            self._pending = line.atoms
        elif self._file.is_ours and (bookmark := _find_details(paragraph)) and not self._is_open(bookmark):
            self._open_details(line, bookmark)
        elif line.role not in _LEFT_OUT and not line.role.startswith("toc_"):
            self._add_line(line)
        elif line.role == "spacer":
            self._joins_code = False
        for box in boxes:
            self._open[-1].blocks += self._read_inside(box)

    def _read_line(self, paragraph: Element) -> _Line:
        style = style_of(paragraph)
        role = self._styles.role(style or self._styles.default)
        level = self._styles.heading_level(paragraph, style)
        is_code = _CODE.fullmatch(role) is not None or self._styles.is_monospaced(style)
        atoms = [*self._pending, *self._inlines.read(paragraph, is_code=is_code)]
        self._pending = []
        mark = None if level or role in ("title", "subtitle") else self._styles.list_mark(paragraph, style)
        if not self._file.is_ours and mark is None and not level and _is_all_code(atoms):
            is_code = True
        left = self._find_left(paragraph, style, mark)
        if is_code:
            left -= (PAD if role != "source_code" else 0) + (LOG_NUMBERS if role == "log_line" else 0)
        return _Line(role, level, mark, max(left, 0), _find_align(paragraph), atoms, is_code)

    def _find_left(self, paragraph: Element, style: str, mark: ListMark | None) -> int:
        """Return where the text of a paragraph begins, in twips."""
        own = first_value(paragraph, "w:pPr/w:ind/@w:left | w:pPr/w:ind/@w:start")
        if self._file.is_ours and not own:
            return _usual_left(self._styles.role(style or self._styles.default), mark)
        styled = self._styles.value(style, "w:pPr/w:ind/@w:left | w:pPr/w:ind/@w:start")
        numbered = paragraph.find(f"{W}pPr/{W}numPr") is not None
        listed = str(mark.left) if mark and mark.left is not None else None
        order = (own, listed, styled) if numbered else (own, styled, listed)
        return parse_number(next((value for value in order if value), None))

    def _add_line(self, line: _Line) -> None:
        if line.is_code and line.mark is None:
            self._add_code(line)
            return
        self._joins_code = False
        if line.mark is not None:
            self._add_item(line)
        elif line.role == "horizontal_rule":
            self._find_place(line).blocks.append(nodes.Rule())
        elif blocks := self._make_blocks(line):
            self._find_place(line).blocks += blocks

    def _open_details(self, line: _Line, bookmark: str) -> None:
        """Begin details with their title; they end where the bookmark ends."""
        place = self._find_place(line)
        title = self._make_inlines(drop_marks(line.atoms, "strong"))
        frame = _Frame("details", title=title, bookmark=bookmark)
        place.blocks.append(frame)
        self._open.append(frame)

    def _is_open(self, bookmark: str) -> bool:
        """Return whether these details have begun: LibreOffice repeats the start of a bookmark in each paragraph."""
        return any(frame.bookmark == bookmark for frame in self._open)

    def _close_details(self, element: Element) -> None:
        """Close the details that end in an element."""
        ended = {self._file.bookmarks.get(one.get(f"{W}id", "")) for one in element.iter(f"{W}bookmarkEnd")}
        for number, frame in enumerate(self._open):
            if frame.bookmark and frame.bookmark in ended:
                del self._open[number:]
                break

    def _make_blocks(self, line: _Line) -> Blocks:
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

    # ---- places

    def _find_place(self, line: _Line) -> _Frame:
        """Return the frame that a paragraph belongs to, and close those that it ends."""
        if line.is_quoted:
            return self._find_quote(line)
        continued = re.fullmatch(r"list_(?:continue|code)(?:_(?P<level>[1-5]))?", line.role)
        while len(self._open) > 1:
            top = self._open[-1]
            if top.kind == "details":
                break
            if top.kind == "item" and continued and not _has_indent(line, top):
                if top.mark and top.mark.level <= int(continued["level"] or 1) - 1:
                    break
            elif top.kind == "item" and line.left >= top.left - _TOLERANCE and line.left > 0:
                break
            self._open.pop()
        return self._open[-1]

    def _find_quote(self, line: _Line) -> _Frame:
        """Return the frame in a quote that a paragraph belongs to; a quote begins if none is open at its indent."""
        inside = line.role not in ("quote", "intense_quote")
        left = (
            line.left if not inside or any(one.kind == "quote" for one in self._open) else max(line.left - STEP, STEP)
        )
        while len(self._open) > 1:
            top = self._open[-1]
            if top.kind == "details":
                break
            if top.kind == "quote" and (inside or abs(top.left - left) <= _TOLERANCE):
                return top
            if left >= top.left + STEP - _TOLERANCE and (top.kind == "item" or not inside):
                break
            if inside and top.kind == "item" and line.left >= top.left - _TOLERANCE:
                return top
            self._open.pop()
        return self._push(_Frame("quote", left))

    def _push(self, frame: _Frame) -> _Frame:
        self._open[-1].blocks.append(frame)
        self._open.append(frame)
        return frame

    # ---- lists

    def _add_item(self, line: _Line) -> None:
        mark = line.mark
        assert mark is not None
        self._close_items(line, mark)
        text = raw_text(line.atoms)
        typed = _TYPED.match(text) if mark.form == "none" else None
        atoms = strip_start(line.atoms, typed.end()) if typed else line.atoms
        box = _BOX.match(raw_text(atoms))
        if box and (self._file.is_ours or box["box"] not in "✓✔"):
            atoms = strip_start(atoms, box.end())
        checked = box["box"] in _DONE if box and (self._file.is_ours or box["box"] not in "✓✔") else None
        run, number = (0, int(typed["number"])) if typed else self._counter.count(mark)
        frame = _Frame("item", line.left, mark, number, run, checked, mark.is_ordered or typed is not None)
        self._push(frame)
        if line.is_code:
            frame.blocks.append(nodes.CodeBlock(raw_text(atoms)))
            return
        frame.blocks += make_paragraph(self._make_inlines(atoms))

    def _close_items(self, line: _Line, mark: ListMark) -> None:
        """Close the items and quotes that an item is not inside of."""
        if line.is_quoted and not any(frame.kind == "quote" for frame in self._open):
            quote = replace(line, role="quote", left=max(line.left - STEP, STEP), mark=None)
            self._find_quote(quote)
        while len(self._open) > 1:
            top = self._open[-1]
            if top.kind == "details":
                break
            if top.kind == "quote" and line.is_quoted:
                break
            if top.kind == "item" and top.mark and _is_inside(line, mark, top, top.mark):
                break
            self._open.pop()

    # ---- code

    def _add_code(self, line: _Line) -> None:
        text = raw_text(line.atoms)
        if line.role == "log_line" and text.startswith("\t\t"):
            self._joins_code = False
            self._find_place(replace(line, role="body_text")).blocks += make_paragraph((nodes.Text(text.strip("\t")),))
            return
        text = _LOG_START.sub("", text, count=1) if line.role == "log_line" else text
        if not text.strip() and not self._joins_code and not self._file.is_ours:
            return
        place = self._find_place(line)
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
        place = self._find_place(
            _Line(
                "quote_continue" if quoted else "table",
                0,
                None,
                left + (COLUMN_GAP if quoted else 0),
                "start",
                [],
                False,
            )
        )
        if role == "impact_band":
            if self._file.labels:
                place.blocks.append(make_band(self._file.labels, self._read_band(table)))
            return
        rows = [self._read_row(row) for row in _list_rows(table)]
        width = max((len(row) for row in rows), default=0)
        if width == 0:
            return
        if width == 1 and len(rows) == 1:  # a box around a text
            place.blocks += rows[0][0]
            return
        place.blocks.append(_make_table([row + ((),) * (width - len(row)) for row in rows], _column_aligns(table)))

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
        for cell in _list_cells(row):
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


def _usual_left(role: str, mark: ListMark | None) -> int:
    """Return where our own text with this role begins, whatever indents a company's template has."""
    if mark is not None:
        return STEP * (mark.level + 1)
    if _CODE.fullmatch(role):
        return PAD + (LOG_NUMBERS if role == "log_line" else 0)
    steps = {"quote": 1, "quote_continue": 2}.get(role, 0)
    continued = re.fullmatch(r"list_continue(?:_(?P<level>[1-5]))?", role)
    return STEP * (int(continued["level"] or 1) if continued else steps)


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


def _list_rows(table: Element) -> Iterator[Element]:
    """Yield the rows of a table that were not deleted, also in content controls."""
    for row in table.iterchildren(f"{W}tr", f"{W}sdt", f"{W}sdtContent", f"{W}customXml"):
        if row.tag != f"{W}tr":
            yield from _list_rows(row)
        elif not select_nodes(row, "w:trPr/w:del"):
            yield row


def _list_cells(row: Element) -> Iterator[Element]:
    for cell in row.iterchildren(f"{W}tc", f"{W}sdt", f"{W}sdtContent", f"{W}customXml"):
        if cell.tag == f"{W}tc":
            yield cell
        else:
            yield from _list_cells(cell)


def _find_details(paragraph: Element) -> str:
    """Return the name of the bookmark around details whose title a paragraph is."""
    return first_value(paragraph, f"w:bookmarkStart/@w:name[starts-with(., '{DETAILS_BOOKMARK}')]")


def _find_align(paragraph: Element) -> Align:
    found = first_value(paragraph, "w:pPr/w:jc/@w:val")
    return "end" if found in ("right", "end") else "center" if found == "center" else "start"


def _column_aligns(table: Element) -> list[Align]:
    """Return the alignment of the columns, as the cells of the first row have it."""
    first = next(_list_rows(table), None)
    paragraphs = [next(cell.iter(f"{W}p"), None) for cell in _list_cells(first)] if first is not None else []
    return ["start" if one is None else _find_align(one) for one in paragraphs]


def _make_table(rows: Sequence[tuple[Blocks, ...]], aligns: Sequence[Align]) -> nodes.Table:
    head, *body = rows
    titles = [_cell_inlines(cell) for cell in head]
    missing: list[Align] = ["start"] * len(titles)
    padded = [*aligns, *missing]
    columns = tuple(nodes.Column(title, align=align) for title, align in zip(titles, padded, strict=False))
    return nodes.Table(columns, (nodes.RowGroup(tuple(map(nodes.Row, body))),), description="A table")


def _cell_inlines(blocks: Blocks) -> Inlines:
    """Return the text of a cell of the header on one line, not bold as a whole."""
    lines = [block.inlines if isinstance(block, nodes.Paragraph) else _flat_text(block) for block in blocks]
    joined = tuple(
        inline for number, line in enumerate(lines) for inline in ((nodes.LineBreak(),) if number else ()) + line
    )
    match joined:
        case (nodes.Strong(children),):
            return children
    return joined


def _flat_text(block: Block) -> Inlines:
    words = " ".join(nodes.walk_texts(block)).strip()
    return (nodes.Text(words),) if words else ()


def _without_breaks(inlines: Inlines) -> Inlines:
    return tuple(nodes.Text(" ") if isinstance(one, nodes.LineBreak) else one for one in inlines)


def _shows(inlines: Inlines) -> bool:
    """Return whether inlines show anything but spaces."""
    return bool(nodes.text_of(inlines).strip()) or any(isinstance(one, nodes.Image) for one in inlines)


def _is_all_code(atoms: Sequence[Atom]) -> bool:
    """Return whether a paragraph consists of code, and is not just a name."""
    shown = [atom for atom in atoms if raw_text([atom]).strip()]
    code = [atom for atom in shown if isinstance(atom.inline, nodes.Code)]
    return bool(code) and len(code) == len(shown)


def _has_indent(line: _Line, item: _Frame) -> bool:
    return abs(line.left - item.left) <= _TOLERANCE


def _is_inside(line: _Line, mark: ListMark, top: _Frame, above: ListMark) -> bool:
    """Return whether an item is nested in the open one: by its level, or if the levels are the same, by its indent."""
    if mark.level != above.level:
        return mark.level > above.level
    return mark.number != above.number and line.left > top.left + STEP // 2


def _freeze(blocks: Iterable[Block | _Frame]) -> Blocks:
    """Return the blocks, with the items that belong together as lists."""
    out: list[Block] = []
    for key, run in groupby(blocks, key=lambda one: one.key if isinstance(one, _Frame) else ("block",)):
        if key[0] == "block":
            out += [one for one in run if not isinstance(one, _Frame)]
            continue
        frames = [one for one in run if isinstance(one, _Frame)]
        if key[0] == "details":
            out += [
                nodes.Details(one.title, _freeze(one.blocks), one.bookmark.startswith(f"{DETAILS_BOOKMARK}open"))
                for one in frames
            ]
            continue
        if key[0] == "quote":
            out += [nodes.Quote(inside) for one in frames if (inside := _freeze(one.blocks))]
            continue
        items = tuple(nodes.Item(_freeze(one.blocks), one.checked) for one in frames)
        out.append(nodes.List(items, frames[0].is_ordered, max(frames[0].number, 0) if frames[0].is_ordered else 1))
    return tuple(out)
