"""How wide the columns of a table are, on which sheet it stands, and which of its rows pages may divide.

All is estimated from the texts before any layout: fixed widths are what makes a long table quick. The unit is the CSS
`ch`, the width of a numeral, in the type of a table.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import accumulate, chain
from math import ceil
from typing import NamedTuple, assert_never

from pmexport.document.nodes import (
    Block,
    Blocks,
    Chronology,
    Code,
    CodeBlock,
    Column,
    Figure,
    Heading,
    Image,
    Inlines,
    Label,
    List,
    Paragraph,
    Quote,
    Row,
    Rule,
    Table,
    text_of,
)
from pmexport.renderers.shared.paper import paper_points, to_points
from pmexport.theming.tokens import Tokens

TYPE, LEADING = 0.95, 1.45
"""What style.css says of tables: their type as a part of the text's, and the height of their lines."""
DENSITIES = {"": 1.0, "dense": 0.95 / 0.82, "denser": 0.95 / 0.72}
"""How much more stands side by side in the smaller type of print.css, in the order in which it is tried."""
NUMERAL = 0.6
"""The width of a numeral, as a part of the type's size."""
GAP = 2.0
"""Before each column but the first."""
SLACK = 0.3
"""What fonts differ by."""
CHIP = 0.8
"""What code and labels need beside their words, for the ground behind them."""

FIGURES = {"": 1.45 / TYPE, "small": 1.15 / TYPE}
"""How large key figures are, as a part of a table's type, in the order in which it is tried."""
FIGURE_TITLE = 0.85 / TYPE

SHORT = {"time": 16.5, "id": 16.0, "date": 12.0, "name": 18.0, "label": 13.0}
"""How wide a column of short things is, at most: a longer one wraps between its words. A time is two clock times to
the second and a dash."""
WORDY = 14.0
"""How wide a column of text is, at least, if it has so many words."""
READABLE = 28.0
"""The same beside columns of short things."""
ROOMY = 36.0
"""How wide such a column is before short things get the room that they wish."""
LARGE = 4
"""A row of more lines need not stay with its neighbour."""
LONGEST_WORD = 20.0
"""What is longer may be broken."""
LONGEST_LINE = 64.0
LONGEST_BRIEF = 200
LONGEST_LANE = (20.0, 32.0)
"""Of a lane's title and of its times."""
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


class Sheet(NamedTuple):
    """What a page has room for."""

    upright: float
    """In portrait, side by side."""
    turned: float
    """In landscape."""
    tall: float
    """How many lines a row has that pages may divide: more than about a third of a page."""
    turned_tall: float
    """The same in landscape."""


class Layout(NamedTuple):
    """How a table is laid out."""

    wide: list[str]
    """The columns' widths on paper and on a wide screen, in CSS."""
    narrow: list[str]
    """Their widths where the table scrolls: what breaks no ordinary word."""
    rooms: list[float]
    """About how much each column holds side by side on paper."""
    density: str
    """Of the type on paper: empty, `dense` or `denser`."""
    turned: bool
    """Whether it needs a landscape page."""


class _Extent(NamedTuple):
    """How wide a column is, with the gap before it."""

    narrow: float
    """Without breaking a word."""
    least: float
    """So that it reads well, too."""
    most: float
    """With its longest line unbroken, within reason."""


def sheet_of(tokens: Tokens) -> Sheet:
    """Return what a page of a theme with these tokens has room for."""
    page, size = tokens.page, to_points(tokens.fonts.size) * TYPE
    width, height = paper_points(page)
    sides = to_points(page.margin_left) + to_points(page.margin_right)
    ends = to_points(page.margin_top) + to_points(page.margin_bottom)
    rooms = [(side - sides) / (size * NUMERAL) for side in (width, height)]
    lines = [(side - ends) / (size * LEADING) for side in (height, width)]
    return Sheet(*rooms, *(number / 3 for number in lines))


def layout(table: Table, sheet: Sheet, *, may_turn: bool = False) -> Layout:
    """Give short columns the room that their content needs, and wordy ones a share of the rest.

    What is too wide takes smaller type, then a landscape page, if it may turn to one; last of all its words break.
    """
    if table.role == "key_figures":
        return _of_figures(table, sheet)
    extents = _extents(table)
    needed = sum(extent.least for extent in extents)
    room, density, turned = _place(needed, sheet, may_turn=may_turn)
    short = [column.role in SHORT for column in table.columns]
    narrow = [_ch(extent.narrow) for extent in extents]
    if needed <= room and any(short) and not all(short):
        rooms = _beside_text(extents, short, room)
        wide = [_ch(width) if is_short else "auto" for width, is_short in zip(rooms, short, strict=True)]
    else:
        rooms = _shares(extents, room)
        wide = [f"{100 * width / room:.2f}%" for width in rooms]
    return Layout(wide, narrow, rooms, density, turned)


def heights(row: Row, plan: Layout, sheet: Sheet) -> list[str]:
    """Return how high each cell is: `tall` where a page had better divide it than leave room empty, `large`, or ''."""
    tall = sheet.turned_tall if plan.turned else sheet.tall
    lines = (_lines(cell, room - GAP) for cell, room in zip(row.cells, plan.rooms, strict=True))
    return ["tall" if count > tall else "large" if count > LARGE else "" for count in lines]


def is_brief(table: Table) -> bool:
    """Return whether a table has so many rows of so few words that it had better stand in two columns on paper."""
    cells = [cell for group in table.groups for row in group.rows for cell in row.cells]
    return 16 <= len(cells) <= 40 and all(
        isinstance(block, Paragraph) and len(text_of(block.inlines)) <= LONGEST_BRIEF
        for cell in cells
        for block in cell
    )


def lane_widths(block: Chronology) -> list[str]:
    """Return the widths of its two columns of words, in CSS: what most words need, so that the bars get the rest."""
    titles = [text_of(block.columns[0]), *(text_of(lane.title) for lane in block.lanes)]
    times = [text_of(block.columns[1]), *(text_of(lane.times) for lane in block.lanes)]
    longest = zip((titles, times), LONGEST_LANE, strict=True)
    return [_ch(min(max(map(_width, words)), most) + GAP) for words, most in longest]


def shortened(text: str, room: float) -> str:
    """Return the text if it stands in this room, else its beginning and an ellipsis, if it can be after a word."""
    ends = list(accumulate(map(WIDTHS.__getitem__, text[:1000])))
    if not ends or ends[-1] <= room:
        return text[:1000]
    fitting = sum(end <= room - WIDTHS[ELLIPSIS] for end in ends)
    end = text.rfind(" ", fitting * 3 // 4, fitting + 1)
    return text[: end if end > 0 else fitting].rstrip() + ELLIPSIS


def joined(facts: tuple[str, ...], room: float) -> str:
    """Return these facts as a line that stands in this room; the longest gives way, so that the others are read."""
    longest = max(facts, key=_width, default="")
    others = _width(" · ".join(facts)) - _width(longest)
    shorter = shortened(longest, max(room - others, room / 3))
    return shortened(" · ".join(shorter if fact == longest else fact for fact in facts), room)


def _ch(width: float) -> str:
    return f"{width:.1f}ch"


# ---- columns


def _place(needed: float, sheet: Sheet, *, may_turn: bool) -> tuple[float, str, bool]:
    """Return the room, the density and whether the page is turned where so much fits; where nothing does, the last."""
    sheets = [(sheet.upright, False), (sheet.turned, True)] if may_turn else [(sheet.upright, False)]
    places = [(room * more, density, turned) for room, turned in sheets for density, more in DENSITIES.items()]
    return next((place for place in places if needed <= place[0]), places[-1])


def _of_figures(table: Table, sheet: Sheet) -> Layout:
    """Give each key figure what its one line needs and an equal part of the rest; smaller type where it must be."""
    figures = [_size(cell)[1] for row in table.groups[0].rows for cell in row.cells]
    titles = [FIGURE_TITLE * _width(text_of(column.title)) + GAP for column in table.columns]
    plans = [
        (density, [max(size * figure + GAP, title) for figure, title in zip(figures, titles, strict=True)])
        for density, size in FIGURES.items()
    ]
    density, needs = next((plan for plan in plans if sum(plan[1]) <= sheet.upright), plans[-1])
    spare = max(sheet.upright - sum(needs), 0) / len(needs)
    rooms = [need + spare for need in needs]
    wide = [f"{100 * room / sum(rooms):.2f}%" for room in rooms]
    return Layout(wide, ["auto"] * len(wide), rooms, density, turned=False)


def _beside_text(extents: list[_Extent], short: list[bool], room: float) -> list[float]:
    """Give short columns what they wish if that leaves the others enough, else what they need; the others share."""
    texts = [extent for extent, is_short in zip(extents, short, strict=True) if not is_short]
    wished = sum(extent.most for extent, is_short in zip(extents, short, strict=True) if is_short)
    enough = room - wished >= sum(min(extent.most, ROOMY) for extent in texts)
    given = [extent.most if enough else extent.least for extent in extents]
    rest = room - sum(width for width, is_short in zip(given, short, strict=True) if is_short)
    return [width if is_short else rest / len(texts) for width, is_short in zip(given, short, strict=True)]


def _shares(extents: list[_Extent], room: float) -> list[float]:
    """Give each column what it needs, then of the room that is left what its longest line wishes."""
    needed = sum(extent.least for extent in extents)
    if needed > room:
        return [extent.least * room / needed for extent in extents]
    wishes = [extent.most - extent.least + 1 for extent in extents]
    return [extent.least + (room - needed) * wish / sum(wishes) for extent, wish in zip(extents, wishes, strict=True)]


def _extents(table: Table) -> list[_Extent]:
    titles = tuple((Paragraph(column.title),) for column in table.columns)
    columns = zip(titles, *(row.cells for group in table.groups for row in group.rows), strict=True)
    wordy = WORDY if table.role == "text" else READABLE
    extents = map(_extent, table.columns, columns, [wordy] * len(titles))
    return [_Extent(*(width + (GAP if index else 0) for width in extent)) for index, extent in enumerate(extents)]


def _extent(column: Column, cells: tuple[Blocks, ...], wordy: float) -> _Extent:
    sizes = list(map(_size, cells))
    word = min(max(word for word, _ in sizes) + SLACK, LONGEST_WORD)
    line = min(max(line for _, line in sizes) + SLACK, LONGEST_LINE)
    if column.role in SHORT:
        most = max(word, min(line, SHORT[column.role]))
        return _Extent(most, word if column.role in ("id", "name") else most, most)
    return _Extent(max(word, min(line, WORDY)), max(word, min(line, wordy)), line)


# ---- texts


def _size(cell: Blocks) -> tuple[float, float]:
    """Return the widths of a cell's longest word and of its longest line; for more than words, what it may need."""
    word = line = 1.0
    for block in cell:
        if not isinstance(block, Paragraph):
            return WORDY, LONGEST_LINE
        for text in _runs(block.inlines):
            more = CHIP if any(isinstance(inline, Code | Label) for inline in block.inlines) else 0
            word = max(word, _width(max(_words(text), key=len, default="")) + more)
            line = max(line, _width(text[:100]) + more)
    return word, line


def _runs(inlines: Inlines) -> list[str]:
    """Return the texts that stand on one line: labels may stand below each other."""
    labels = [inline.text for inline in inlines if isinstance(inline, Label)]
    return labels if len(labels) > len(inlines) / 2 else [text_of(inlines)]


UNBROKEN = re.compile(r"[^\s\u0e00-\u0eff\u2e80-\ud7ff\uf900-\uffef\U00020000-\U0003ffff]+")
"""What has no place to break a line; East Asian scripts break anywhere."""


def _words(text: str) -> list[str]:
    return text.split() if text.isascii() else UNBROKEN.findall(text)


class _Widths(dict[str, float]):
    """About how wide a character is: as in most fonts without serifs."""

    def __missing__(self, character: str) -> float:
        self[character] = width = _other_width(character)
        return width


def _other_width(character: str) -> float:
    if unicodedata.combining(character):
        return 0
    return 1.7 if unicodedata.east_asian_width(character) in "WF" else 1.05


WIDTHS = _Widths(
    {
        letter: width
        for letters, width in [
            ("'ij!,.:;[]fl| \N{MIDDLE DOT}", 0.5),
            ("()/\\rt{}", 0.65),
            ('*?JLcsvxyz"-I', 0.85),
            ("FT_aeghknou", 0.95),
            ("$+0123456789<=>~\N{EN DASH}", 1.0),
            ("CEPSVXYZ^`bdpq", 1.03),
            ("ABDKRU#&GHNOQ", 1.2),
            ("wM%@Wm\N{EM DASH}\N{HORIZONTAL ELLIPSIS}", 1.45),
        ]
        for letter in letters
    }
)


def _width(text: str) -> float:
    return sum(map(WIDTHS.__getitem__, text))


# ---- rows


def _lines(blocks: Blocks, room: float) -> float:
    """Return about how many lines these blocks have where so much stands side by side.

    A picture counts for few, however high it is: it cannot be divided.
    """
    return sum(_lines_of(block, max(room, 1)) for block in blocks)


def _lines_of(block: Block, room: float) -> float:
    match block:
        case Paragraph(inlines) | Heading(_, inlines):
            pictures = sum(isinstance(inline, Image) for inline in inlines)
            return _wrapped(text_of(inlines), room) + LARGE * pictures
        case CodeBlock(text, caption=caption):
            return sum(_wrapped(line, room) for line in text.split("\n")) + _wrapped(text_of(caption), room)
        case List(items):
            return sum(_lines(item.blocks, room - GAP) for item in items)
        case Quote(inside):
            return _lines(inside, room - GAP)
        case Table(columns, groups):
            rows = chain.from_iterable(group.rows for group in groups)
            return 2 + sum(max(_lines(cell, room / len(columns)) for cell in row.cells) for row in rows)
        case Figure():
            return LARGE + 1
        case Rule() | Chronology():
            return 1
        case _:
            assert_never(block)


def _wrapped(text: str, room: float) -> int:
    """Return about how many lines a text takes: a letter is a little narrower than a numeral."""
    return ceil(0.9 * len(text) / room)
