"""The measures of a table: Word lays out columns of fixed widths fast, and alike everywhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain

from pmexport.document.clean_text import clean
from pmexport.document.nodes import Blocks, Chronology, Paragraph, Row, Strong, Table, Text, text_of
from pmexport.renderers.docx.oxml import BETWEEN
from pmexport.renderers.docx.styles import FIGURE, GUTTER, TIGHT, TIGHT_GUTTER
from pmexport.renderers.shared import table_layout
from pmexport.renderers.shared.table_layout import Layout, Sheet

_NUMERAL = 0.58
"""The width of a numeral, as a part of the type size: wider than Calibri's, as whoever lacks a font gets another."""
_BOLD = 1.07
"""How much wider bold words are, and those of a wide font."""
_SLACK = 0.5
"""Numerals of room for what a column of short things may need beyond that, so that no time is divided."""
_LEADING = 1.6
"""The height of a line with its share of the space between rows, as a part of the type size."""
_MOST_COLUMNS = 63
"""More, and Word calls the file corrupt."""
_LEAST_AXIS = 0.45
"""The part of the width that a time axis gets at least."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one table."""

    widths: tuple[int, ...]
    """In twentieths of a point."""
    sheet: Sheet
    plan: Layout

    @property
    def tight(self) -> bool:
        """Whether the table needs smaller type and gutters."""
        return bool(self.plan.density)

    @property
    def gutter(self) -> int:
        return TIGHT_GUTTER if self.tight else GUTTER

    def height(self, row: Row) -> str:
        """Return how high a row is: `tall` where a page had better divide it, `large`, or nothing where it is brief."""
        return max(table_layout.heights(row, self.plan, self.sheet))


def measure(table: Table, available: int, height: int, size: int) -> Columns:
    """Return columns that fill the available width, on pages of this height, for this type size.

    All in twentieths of a point.
    """
    room, tall = max(available / (size * _NUMERAL), 1), height / (size * _LEADING) / 3
    sheet = Sheet(room, room, tall, tall)
    plan = table_layout.layout(table, sheet)
    asked = _figures(table, available, size) if table.role == "key_figures" else _asked(table, plan, size)
    scale = available / sum(asked)
    return Columns(tuple(int(width * scale) for width in asked), sheet, plan)


def _asked(table: Table, plan: Layout, size: int) -> list[float]:
    """Return the widths of columns with their gutters: these stand after each, in the plan before all but the first."""
    character, gutter = (size * _NUMERAL * TIGHT, TIGHT_GUTTER) if plan.density else (size * _NUMERAL, GUTTER)
    texts = (max(room - table_layout.GAP, room / 2) if index else room for index, room in enumerate(plan.rooms))
    rooms = zip(table.columns, texts, strict=True)
    return [(text if column.role == "text" else text * _BOLD + _SLACK) * character + gutter for column, text in rooms]


def _figures(table: Table, available: int, size: int) -> list[float]:
    """Return the widths of columns for large figures: alike, unless one needs more."""
    asked = [_figure(table, index, size) for index in range(len(table.columns))]
    equal = available / len(asked)
    rest = max(available - sum(asked), 0) / len(asked)
    return [equal] * len(asked) if max(asked) <= equal else [width + rest for width in asked]


def _figure(table: Table, index: int, size: int) -> float:
    """Return the width that a name asks for, or the figures below it, which are larger."""
    figures = (line for group in table.groups for row in group.rows for line in _lines(row.cells[index]))
    longest = max((line_width(line, size) for line in figures), default=0)
    return max(line_width(text_of(table.columns[index].title), size), longest * FIGURE * _BOLD) + GUTTER


def _lines(cell: Blocks) -> list[str]:
    return [text_of(block.inlines) for block in cell if isinstance(block, Paragraph)]


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


def _joined(row: Row) -> Row:
    last = _MOST_COLUMNS - 1
    return Row((*row.cells[:last], tuple(chain.from_iterable(row.cells[last:]))))


def fits(words: str, width: int, size: int) -> bool:
    """Return whether bold words stand on one line of this width, for this type size."""
    return line_width(words, size) * _BOLD + GUTTER <= width


def line_width(words: str, size: int) -> int:
    """Return about how wide words are on one line, for this type size."""
    return round(sum(map(table_layout.WIDTHS.__getitem__, words)) * size * _NUMERAL)


def shortened(words: str, width: int, size: int) -> str:
    """Return the words if they stand on one line of this width, else their beginning and an ellipsis.

    A mark of direction whose end is cut off ends with it.
    """
    return clean(table_layout.shortened(words, width / (size * _NUMERAL)))
