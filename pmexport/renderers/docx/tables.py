"""Column widths of tables: with fixed widths, Word's layout is fast and the same in every program."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, zip_longest

from pmexport.document.clean_text import clean
from pmexport.document.nodes import Blocks, ImpactBand, Paragraph, Row, RowGroup, Strong, Table, Text, text_of
from pmexport.renderers.docx.oxml import SEPARATOR
from pmexport.renderers.docx.styles import COLUMN_GAP, FIGURE, FIGURE_LABEL, TIGHT, TIGHT_GAP
from pmexport.renderers.shared import table_layout
from pmexport.renderers.shared.table_layout import Layout, PageCapacity

_NUMERAL = 58
"""Width of a digit as a percentage of the type size: wider than Calibri's, to allow for substituted fonts."""
_PAIRED = 38
"""Minimum width of a table with two rows in each row, relative to the type size."""
_BOLD = 107
"""Width of bold or wide text as a percentage of regular text."""
_SLACK = 50
"""Extra hundredths of a digit for columns of short values, so that times are not broken."""
_LEADING = 1.6
"""Line height, including row padding, relative to the type size."""
_MOST_KEPT = 3
"""Maximum rows of a group that no page divides."""
_MAX_COLUMNS = 63
"""Word rejects tables with more."""
_MAX_LABELS = 55
"""Maximum percentage of the width for the texts beside a time axis."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The column layout of one table."""

    widths: tuple[int, ...]
    """In twips."""
    page: PageCapacity
    plan: Layout

    @property
    def tight(self) -> bool:
        """Whether the table needs smaller type and narrower gaps."""
        return bool(self.plan.density)

    @property
    def gap(self) -> int:
        return TIGHT_GAP if self.tight else COLUMN_GAP

    def height(self, row: Row) -> str:
        """Return a row's height class: `tall` (may break across pages), `large`, or empty for a short row."""
        return max(table_layout.classify_heights(row, self.plan, self.page))


def measure_columns(table: Table, available: int, height: int, size: int) -> Columns:
    """Return columns that fill the available width, given the page height and type size, all in twips."""
    room, tall = max(to_room(available, size), table_layout.CH), height / (size * _LEADING) / 3
    page = PageCapacity(room, room, tall, tall)
    plan = _plan_columns(table, page)
    is_figures = table.role == "key_figures"
    requested = _figure_widths(table, available, size) if is_figures else _requested_widths(table, plan, size)
    total = sum(requested)
    return Columns(tuple(width * available // total for width in requested), page, plan)


def _plan_columns(table: Table, page: PageCapacity) -> Layout:
    """Return a table's layout. Action items get smaller type if their texts would otherwise be in a narrow column."""
    plan = table_layout.plan_table(table, page)
    texts = [room for column, room in zip(table.columns, plan.rooms, strict=True) if column.role == "text"]
    if table.role == "actions" and min(texts, default=page.portrait) < table_layout.COMFORTABLE_TEXT:
        return table_layout.plan_table(table, page, dense=True)
    return plan


def _requested_widths(table: Table, plan: Layout, size: int) -> list[int]:
    """Return the columns' widths in twips. Here each gap follows its column; in the plan it precedes it."""
    size, gap = (round(size * TIGHT), TIGHT_GAP) if plan.density else (size, COLUMN_GAP)
    texts = (max(room - table_layout.GAP, room // 2) if index else room for index, room in enumerate(plan.rooms))
    rooms = zip(table.columns, texts, strict=True)
    widths = (text if column.role == "text" else text * _BOLD // 100 + _SLACK for column, text in rooms)
    return [_to_twips(width, size) + gap for width in widths]


def _figure_widths(table: Table, available: int, size: int) -> list[int]:
    """Return the widths of key figure columns: equal unless one needs more."""
    requested = [_figure_width(table, index, size) for index in range(len(table.columns))]
    equal = available // len(requested)
    rest = max(available - sum(requested), 0) // len(requested)
    return [equal] * len(requested) if max(requested) <= equal else [width + rest for width in requested]


def _figure_width(table: Table, index: int, size: int) -> int:
    """Return the width of a key figure's title or, if wider, its value, which has larger type."""
    blocks = (block for group in table.groups for row in group.rows for block in row.cells[index])
    figures = (text_of(block.inlines) for block in blocks if isinstance(block, Paragraph) and block.role == "text")
    longest = max((measure_text(line, round(size * FIGURE)) for line in figures), default=0)
    title = measure_text(text_of(table.columns[index].title), round(size * FIGURE_LABEL))
    return max(title, longest * _BOLD // 100) + COLUMN_GAP


def split_groups(table: Table, shape: Columns) -> Iterator[Table]:
    """Yield the table in parts, because Word repeats only a table's first rows on each page.

    A group that may cross a page break is a part of its own, whose header has its title. Short ones stay together.
    """
    parts: list[list[RowGroup]] = []
    alone = True
    for group in table.groups:
        is_long = len(group.rows) > _MOST_KEPT or any(map(shape.height, group.rows))
        if alone or is_long:
            parts.append([group])
        else:
            parts[-1].append(group)
        alone = is_long
    for part in parts:
        day = text_of(part[0].title) if len(parts) > 1 and len(part) == 1 else ""
        description = f"{table.description}{SEPARATOR}{day}" if day else table.description
        yield replace(table, groups=tuple(part), description=description)


def measure_names(band: ImpactBand, available: int, size: int) -> int:
    """Return the width of the names beside an impact band; the time axis takes the rest."""
    names = [text_of(band.title), *(text_of(lane.title) for view in band.views for lane in view.lanes)]
    return min(max(measure_text(name, size) for name in names) + COLUMN_GAP, available * _MAX_LABELS // 100)


def is_paired(table: Table, width: int, size: int) -> bool:
    """Return whether a table of names and values has two of its rows in each row: short ones, in usual type.

    width: of the text. size: of body text. Both are in twips.
    """
    return width >= _PAIRED * size and table_layout.is_brief(table)


def pair_rows(table: Table) -> Table:
    """Return a table of names and values with two of its rows in each row, in reading order."""
    rows = [row for group in table.groups for row in group.rows]
    pairs = zip_longest(rows[::2], rows[1::2], fillvalue=Row(((), ())))
    paired = tuple(Row((*first.cells, *second.cells)) for first, second in pairs)
    return replace(table, columns=table.columns * 2, groups=(RowGroup(paired),))


def double_columns(shape: Columns) -> Columns:
    """Return the columns for the pairs of rows of a table that was measured for half the width."""
    plan = shape.plan._replace(rooms=shape.plan.rooms * 2)
    return replace(shape, widths=shape.widths * 2, plan=plan)


def unbold_names(row: Row) -> Row:
    """Return the row with the first cell of each pair not bold: the row header style formats it."""
    return replace(row, cells=tuple(cell if index % 2 else _unbold(cell) for index, cell in enumerate(row.cells)))


def _unbold(cell: Blocks) -> Blocks:
    match cell:
        case (Paragraph((Strong(words),)),):
            return (Paragraph(words),)
    return cell


def limit_columns(table: Table) -> Table:
    """Merge the columns beyond Word's limit into the last one."""
    if len(table.columns) <= _MAX_COLUMNS:
        return table
    last = _MAX_COLUMNS - 1
    rest = table.columns[last:]
    title = (inline for column in rest for inline in (Text(SEPARATOR), *column.title))
    columns = (*table.columns[:last], replace(rest[0], title=tuple(title)[1:]))
    groups = (replace(group, rows=tuple(map(_merge_cells, group.rows))) for group in table.groups)
    return replace(table, columns=columns, groups=tuple(groups))


def _merge_cells(row: Row) -> Row:
    last = _MAX_COLUMNS - 1
    return replace(row, cells=(*row.cells[:last], tuple(chain.from_iterable(row.cells[last:]))))


def measure_text(words: str, size: int) -> int:
    """Return the approximate width of a text on one line, in twips."""
    return _to_twips(sum(map(table_layout.WIDTHS.__getitem__, words)), size)


def shorten_text(words: str, width: int, size: int) -> str:
    """Shorten a text to this width, ending in an ellipsis. A directional isolate that is cut off is closed."""
    return clean(table_layout.shorten_text(words, to_room(width, size)))


def _to_twips(width: int, size: int) -> int:
    """Return a width of the table layout in twips, for a type size in twips."""
    return width * size * _NUMERAL // (100 * table_layout.CH)


def to_room(width: int, size: int) -> int:
    """Return a width in twips as one of the table layout, for a type size in twips."""
    return width * 100 * table_layout.CH // (size * _NUMERAL)
