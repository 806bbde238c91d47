"""The measures of a table: Word lays out columns of fixed widths fast, and alike everywhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import assert_never
from unicodedata import east_asian_width

from pmexport.document.nodes import (
    Block,
    Blocks,
    Chronology,
    CodeBlock,
    Column,
    Figure,
    Heading,
    List,
    Paragraph,
    Quote,
    Row,
    Rule,
    Strong,
    Table,
    Text,
    text_of,
)
from pmexport.renderers.docx.styles import FIGURE, GUTTER, TIGHT, TIGHT_GUTTER
from pmexport.renderers.docx.writing import BETWEEN

_CHARACTER = 0.54
"""The mean width of a letter, as a part of the type size, with some room: numerals and capitals are wide."""
_LONGEST_WORD, _LONGEST_SHORT, _LONGEST_TEXT = 16, 28, 90
"""In characters: what a word, a short cell and a text can ask for; longer ones are broken into lines."""
_LINE, _LONG_CELL = 50, 800
"""In characters: a line of a cell; how long a cell is that may be divided between pages."""
_MOST_COLUMNS = 63
"""More, and Word calls the file corrupt."""
_LEAST_AXIS = 0.45
"""The part of the width that a time axis gets at least."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one table."""

    widths: tuple[int, ...]
    """In twentieths of a point."""
    tight: bool
    """Whether the table needs smaller type and gutters."""

    @property
    def gutter(self) -> int:
        return TIGHT_GUTTER if self.tight else GUTTER


@dataclass(frozen=True, slots=True)
class _Need:
    least: int
    """In characters: what is not to be broken."""
    wish: int
    """In characters: what would stand on one line."""


def measure(table: Table, available: int, size: int) -> Columns:
    """Return columns that fill the available width, for this type size; both in twentieths of a point."""
    if table.role == "key_figures":
        return _figures(table, available, size)
    needs = [_need(table, index, column) for index, column in enumerate(table.columns)]
    tight = _least(needs, size * _CHARACTER, GUTTER) > available
    character, gutter = (size * _CHARACTER * TIGHT, TIGHT_GUTTER) if tight else (size * _CHARACTER, GUTTER)
    least = [need.least * character + gutter for need in needs]
    wish = [need.wish * character + gutter for need in needs]
    if sum(wish) <= available:
        widths = _spread(wish, available - sum(wish), _takers(table, wish))
    elif sum(least) <= available:
        short = [
            width if column.role != "text" else less
            for width, less, column in zip(wish, least, table.columns, strict=True)
        ]
        base = short if sum(short) <= available else least  # short things stay on one line, if texts leave room
        widths = _spread(base, available - sum(base), [more - less for more, less in zip(wish, base, strict=True)])
    else:
        widths = [width * available / sum(least) for width in least]
    return Columns(tuple(int(width) for width in widths), tight)


def _figures(table: Table, available: int, size: int) -> Columns:
    """Return columns for large figures: alike, unless one needs more."""
    wishes = [_figure(table, index, size) for index in range(len(table.columns))]
    equal = available / len(wishes)
    widths = [equal] * len(wishes) if max(wishes) <= equal else [wish * available / sum(wishes) for wish in wishes]
    return Columns(tuple(int(width) for width in widths), tight=False)


def _figure(table: Table, index: int, size: int) -> float:
    """Return the width that a name asks for, or the figures below it, which are larger."""
    figures = [line for group in table.groups for row in group.rows for line in _lines(row.cells[index])]
    longest = max((line_width(line, size) for line in figures), default=0)
    return max(line_width(text_of(table.columns[index].title), size), longest * FIGURE) + GUTTER


def measure_words(chronology: Chronology, available: int, size: int) -> tuple[int, int]:
    """Return the widths of a chronology's two columns of words; the rest of the available width is its time axis."""
    titles, times = ([text_of(chronology.columns[0])], [text_of(chronology.columns[1])])
    for lane in chronology.lanes:
        titles.append(text_of(lane.title))
        times.append(text_of(lane.times))
    wishes = [max(line_width(words, size) for words in column) + GUTTER for column in (titles, times)]
    scale = min(1, available * (1 - _LEAST_AXIS) / sum(wishes))
    return int(wishes[0] * scale), int(wishes[1] * scale)


def plain_names(row: Row) -> Row:
    """Return a row whose first cell, which names it, is not bold: its style says what it is."""
    match row.cells[0]:
        case (Paragraph((Strong(words),)),):
            return Row(((Paragraph(words),), *row.cells[1:]))
        case _:
            return row


def within_limits(table: Table) -> Table:
    """Return the table with no more columns than Word takes: the last one holds what stands in those beyond it."""
    if len(table.columns) <= _MOST_COLUMNS:
        return table
    last = _MOST_COLUMNS - 1
    rest = table.columns[last:]
    title = (inline for column in rest for inline in (Text(BETWEEN), *column.title))
    columns = (*table.columns[:last], replace(rest[0], title=tuple(title)[1:]))
    groups = (replace(group, rows=tuple(map(_joined, group.rows))) for group in table.groups)
    return replace(table, columns=columns, groups=tuple(groups))


def is_short(row: Row) -> bool:
    """Return whether a row is short enough to stand on one page as a whole."""
    return all(sum(map(_room, cell)) < _LONG_CELL for cell in row.cells)


def fits(words: str, width: int, size: int) -> bool:
    """Return whether words stand on one line of this width, for this type size."""
    return line_width(words, size) + GUTTER <= width


def line_width(words: str, size: int) -> int:
    """Return about how wide words are on one line, for this type size."""
    return round(_length(words) * size * _CHARACTER)


def _joined(row: Row) -> Row:
    last = _MOST_COLUMNS - 1
    return Row((*row.cells[:last], tuple(chain.from_iterable(row.cells[last:]))))


def _room(block: Block) -> int:
    """Return about how many characters of text would take as much room as this block."""
    match block:
        case Paragraph(inlines) | Heading(_, inlines):
            return len(text_of(inlines)) + _LINE // 2
        case CodeBlock(text):
            return len(text) + _LINE * (text.count("\n") + 1)
        case List(items):
            return sum(_room(inner) for item in items for inner in item.blocks)
        case Quote(blocks):
            return sum(map(_room, blocks))
        case Rule():
            return _LINE
        case Table() | Figure() | Chronology():
            return _LONG_CELL
        case _:
            assert_never(block)


def _least(needs: list[_Need], character: float, gutter: int) -> float:
    return sum(need.least * character + gutter for need in needs)


def _spread(widths: list[float], rest: float, shares: list[float]) -> list[float]:
    whole = sum(shares)
    return [width + rest * share / whole for width, share in zip(widths, shares, strict=True)]


def _takers(table: Table, wish: list[float]) -> list[float]:
    """Return who takes the room that is left: the columns of text, else all of them."""
    texts = [width * (column.role == "text") for column, width in zip(table.columns, wish, strict=True)]
    if table.row_headers and len(texts) > 1:
        texts[0] = 0
    return texts if any(texts) else wish


def _need(table: Table, index: int, column: Column) -> _Need:
    lines = [text_of(column.title)]
    for group in table.groups:
        for row in group.rows:
            lines.extend(_lines(row.cells[index]))
    longest = max(map(_length, lines))
    word = max((_length(word) for line in lines for word in line.split()), default=1)
    if column.role == "text" and not (table.row_headers and index == 0):
        return _Need(min(max(word, 3), _LONGEST_WORD), min(max(longest, 3), _LONGEST_TEXT))
    short = min(longest, _LONGEST_SHORT) + 1  # some fonts have wider numerals
    return _Need(min(word, short) if column.role == "name" and not table.row_headers else short, short)


def _lines(cell: Blocks) -> list[str]:
    """Return what a cell says; what is no paragraph asks for as much as a column can get."""
    return [text_of(block.inlines) if isinstance(block, Paragraph) else "x" * _LONGEST_TEXT for block in cell]


def _length(text: str) -> int:
    """Return the width of a text in letters; those of Chinese, Japanese and Korean count twice."""
    return len(text) if text.isascii() else sum(1 + (east_asian_width(character) in "WF") for character in text)
