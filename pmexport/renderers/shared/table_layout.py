"""Table layout: column widths, type size, page orientation, and the rows that may cross a page break.

Everything is estimated from the texts, because fixed widths make the layout of long tables fast. The unit is a
hundredth of the CSS `ch`, the width of a numeral, in a table's type. All widths are integers: Python 3.12 adds floats
more exactly than 3.11, which would show in the last digit.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain, pairwise
from typing import NamedTuple, assert_never

from pmexport.document.nodes import (
    Block,
    Blocks,
    Code,
    CodeBlock,
    Column,
    Details,
    Excerpt,
    Figure,
    Heading,
    Image,
    ImpactBand,
    Inlines,
    Label,
    LineBreak,
    List,
    Paragraph,
    Previews,
    Quote,
    Row,
    Rule,
    Section,
    Table,
    text_of,
)
from pmexport.renderers.shared.bound_words import bind_words
from pmexport.renderers.shared.paper import paper_points, to_points
from pmexport.theming.tokens import Tokens

CH = 100
"""The width of a numeral."""
TYPE, LEADING = 95, 1.45
"""Type size of tables as a percentage of the text's, and their line height. As in style.css."""
DENSITIES = {"": TYPE, "dense": 82, "denser": 72}
"""The type sizes of tables in print.css, as percentages of the text's, in the order they are tried."""
NUMERAL = 0.6
"""Width of a numeral, as a fraction of the type size."""
GAP = 200
"""Space before each column except the first."""
MARGINS = {"timeline": 400, "actions": 170}
"""Space before the first column, by the table's role: for an edge that sets a row apart, and for a row's number."""
SLACK = 30
"""Allowance for differences between fonts."""
ELAPSED = 82
"""Type size of an elapsed time, as a percentage of the clock time's; it is beside that if there is room."""
CHIP = 80
"""Padding of code and labels."""

FIGURES = {"": 145, "small": 115}
"""Type sizes of key figures, as percentages of the text's, in the order they are tried."""
FIGURE_TITLE = 85

MAX_SHORT = {"time": 1650, "id": 1600, "date": 1200, "name": 1800, "label": 1300}
"""Maximum width of a column of short values, by role. A time is two clock times with seconds and a dash."""
MIN_TEXT = 1400
"""Minimum width of a column of text, if the text is that long."""
MIN_TEXT_BESIDE_SHORT = 2800
"""The same beside columns of short values."""
COMFORTABLE_TEXT, COMFORTABLE_DENSE = 3600, 5200
"""Width of such a column before columns of short values get their maximum; the second one in dense tables."""
MAX_KEPT_LINES = 4
"""Maximum lines of a row that is kept with the next, if that is not much of a page."""
MAX_WHOLE_ROWS = 5
"""Maximum rows, each of a few lines, of a table that is kept on one page, if that is not much of a page."""
LONGEST_WORDS = 5
"""How many of the longest words of a text are measured: a shorter word may be wider."""
MAX_UNSPACED = 1250
"""Width of short values in East Asian scripts that are kept on one line: seven characters."""
MAX_WORD = 2000
"""A longer word may be broken."""
MAX_LINE = 6400
BRIEF_ROOM = 3600
"""Room for a value of a table that is set in two columns."""
MAX_BRIEF = 12
"""Maximum lines of such a value."""
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


class PageCapacity(NamedTuple):
    """The room on a page."""

    portrait: int
    """Width of a line in portrait."""
    landscape: int
    """The same in landscape."""
    tall: float
    """Lines from which a row may cross a page break: about a third of a page."""
    landscape_tall: float
    """The same in landscape."""


class Layout(NamedTuple):
    """The layout of a table."""

    wide: list[str]
    """Column widths on paper and on a wide screen, in CSS."""
    narrow: list[str]
    """Column widths if the table scrolls, in CSS. No ordinary word is broken."""
    rooms: list[int]
    """Approximate column widths on paper."""
    density: str
    """Type size on paper: empty, `dense` or `denser`."""
    landscape: bool
    """Whether it needs a landscape page."""


class _Extent(NamedTuple):
    """The range of a column's width, with the gap before it."""

    narrow: int
    """Minimum without breaking words."""
    least: int
    """Minimum that reads well."""
    most: int
    """Width of its longest line, up to a maximum."""
    is_empty: bool
    """Whether it has only its title, which is all the room that it needs."""


def measure_page(tokens: Tokens) -> PageCapacity:
    """Return the room on a page of a theme with these tokens."""
    page, size = tokens.page, to_points(tokens.fonts.size) * TYPE / 100
    width, height = paper_points(page)
    sides = to_points(page.margin_left) + to_points(page.margin_right)
    ends = to_points(page.margin_top) + to_points(page.margin_bottom)
    rooms = [round(CH * (side - sides) / (size * NUMERAL)) for side in (width, height)]
    lines = [(side - ends) / (size * LEADING) for side in (height, width)]
    return PageCapacity(*rooms, *(number / 3 for number in lines))


def plan_table(table: Table, page: PageCapacity, *, may_turn: bool = False, dense: bool = False) -> Layout:
    """Return a table's layout: columns of short values get what they need, columns of text share the rest.

    A table that is too wide, or `dense`, gets smaller type, then a landscape page if `may_turn`. After that, words
    break.
    """
    if table.role == "key_figures":
        return _plan_figures(table, page)
    extents = _measure_columns(table)
    needed = sum(extent.least for extent in extents)
    room, density, landscape = _choose_page(needed, page, may_turn=may_turn, dense=dense)
    short = [column.role in MAX_SHORT for column in table.columns]
    narrow = [_to_ch(extent.narrow) for extent in extents]
    if needed <= room and any(short) and not all(short):
        rooms = _distribute_beside_text(extents, short, room, COMFORTABLE_DENSE if dense else COMFORTABLE_TEXT)
        wide = [_to_ch(width) if is_short else "auto" for width, is_short in zip(rooms, short, strict=True)]
    else:
        rooms = _distribute_shares(extents, room)
        wide = [_to_percent(width, room) for width in rooms]
    return Layout(wide, narrow, rooms, density, landscape)


def classify_heights(row: Row, plan: Layout, page: PageCapacity) -> list[str]:
    """Return the height of each cell: `tall` if it may cross a page break, `large` if its row may be alone, or ''."""
    tall = page.landscape_tall if plan.landscape else page.tall
    kept = min(MAX_KEPT_LINES, tall / 4)
    return ["tall" if count > tall else "large" if count > kept else "" for count in _count_row(row, plan)]


def is_whole(table: Table, plan: Layout, page: PageCapacity) -> bool:
    """Return whether a table is kept on one page: few rows of a few lines, together at most a sixth of a page."""
    rows = [row for group in table.groups for row in group.rows]
    if table.role == "key_figures":
        return True
    if len(rows) > MAX_WHOLE_ROWS or any(any(classify_heights(row, plan, page)) for row in rows):
        return False
    tall = page.landscape_tall if plan.landscape else page.tall
    return sum(max(_count_row(row, plan)) for row in rows) <= tall / 2


def _count_row(row: Row, plan: Layout) -> list[int]:
    """Return the approximate number of lines of each cell."""
    return [count_lines(cell, room - GAP) for cell, room in zip(row.cells, plan.rooms, strict=True)]


def keeps_whys(sections: Iterable[Section], page: PageCapacity) -> bool:
    """Return whether five whys and a root cause are among sections, and take less than half a page.

    A longer chain, kept on one page, would leave too much of the page before it empty.
    """
    pair = [section for section in sections if section.id in ("five_whys", "root_cause")]
    lines = sum(3 + count_lines(section.blocks, page.portrait) for section in pair)
    return len(pair) > 1 and lines < 1.3 * page.tall


def is_brief(table: Table) -> bool:
    """Return whether a table of names and values has enough short rows to be set in two columns on paper."""
    rows = [row for group in table.groups for row in group.rows]
    lines = [count_lines(row.cells[-1], BRIEF_ROOM) for row in rows]
    return len(rows) >= 6 and max(lines) <= MAX_BRIEF


def shorten_text(text: str, room: int) -> str:
    """Return the text if it fits into this width; otherwise its beginning and an ellipsis, after a word if possible."""
    ends = list(accumulate(map(WIDTHS.__getitem__, text[:1000])))
    if not ends or ends[-1] <= room:
        return text[:1000]
    fitting = sum(end <= room - WIDTHS[ELLIPSIS] for end in ends)
    end = text.rfind(" ", fitting * 3 // 4, fitting + 1)
    return text[: end if end > 0 else fitting].rstrip() + ELLIPSIS


def join_facts(facts: Sequence[str], room: int) -> str:
    """Return the facts as one line that fits into this width. The longest one is shortened first."""
    longest = max(facts, key=_measure_text, default="")
    others = _measure_text(" · ".join(facts)) - _measure_text(longest)
    shorter = shorten_text(longest, max(room - others, room // 3))
    return shorten_text(" · ".join(shorter if fact == longest else fact for fact in facts), room)


def _to_ch(width: int) -> str:
    return f"{_divide(width, CH // 10) / 10:.1f}ch"


def _to_percent(part: int, whole: int) -> str:
    return f"{_divide(10_000 * part, whole) / 100:.2f}%"


def _divide(number: int, by: int) -> int:
    """Return the nearest whole number to a quotient; the higher one if it is halfway."""
    return (2 * number + by) // (2 * by)


# ---- columns


def _choose_page(needed: int, page: PageCapacity, *, may_turn: bool, dense: bool) -> tuple[int, str, bool]:
    """Return the width, the density and whether it is landscape, of the first page that fits, or else the last."""
    pages = [(page.portrait, False), (page.landscape, True)] if may_turn else [(page.portrait, False)]
    sizes = [(density, size) for density, size in DENSITIES.items() if density or not dense]
    choices = [(room * TYPE // size, density, landscape) for room, landscape in pages for density, size in sizes]
    return next((choice for choice in choices if needed <= choice[0]), choices[-1])


def _plan_figures(table: Table, page: PageCapacity) -> Layout:
    """Give each key figure one line and an equal share of the rest, in smaller type if necessary."""
    figures = [_measure_cell(cell[:1])[1] for row in table.groups[0].rows for cell in row.cells]
    names = [text_of(column.title) for column in table.columns]
    whole = [_measure_title(name) for name in names]
    wrapped = [max(map(_measure_title, _split_words(name)), default=GAP) for name in names]
    plans = [
        (density, [max(figure * size // TYPE + GAP, title) for figure, title in zip(figures, titles, strict=True)])
        for titles in (whole, wrapped)
        for density, size in FIGURES.items()
    ]
    density, needs = next((plan for plan in plans if sum(plan[1]) <= page.portrait), plans[-1])
    qualifiers = [_measure_cell(cell[1:])[1] for row in table.groups[0].rows for cell in row.cells]
    rooms = _share_spare(needs, qualifiers, page.portrait)
    wide = [_to_percent(room, sum(rooms)) for room in rooms]
    return Layout(wide, ["auto"] * len(wide), rooms, density, landscape=False)


def _measure_title(text: str) -> int:
    return _measure_text(text) * FIGURE_TITLE // TYPE + GAP


def _share_spare(needs: list[int], qualifiers: list[int], room: int) -> list[int]:
    """Return the widths of key figures: the spare room goes where the longest qualifier is, and the rest to all."""
    rooms = list(needs)
    while sum(rooms) + GAP <= room:
        longest = max(range(len(rooms)), key=lambda index: CH * qualifiers[index] // rooms[index])
        if qualifiers[longest] + GAP <= rooms[longest]:
            break
        rooms[longest] += GAP
    rest = max(room - sum(rooms), 0) // len(rooms)
    return [width + rest for width in rooms]


def _distribute_beside_text(extents: list[_Extent], short: list[bool], room: int, comfortable: int) -> list[int]:
    """Give columns of short values their maximum if it leaves enough for text, otherwise their minimum."""
    texts = [extent for extent, is_short in zip(extents, short, strict=True) if not is_short]
    wished = sum(extent.most for extent, is_short in zip(extents, short, strict=True) if is_short)
    enough = room - wished >= sum(min(extent.most, comfortable) for extent in texts)
    given = [extent.most if enough else extent.least for extent in extents]
    rest = room - sum(width for width, is_short in zip(given, short, strict=True) if is_short)
    return [width if is_short else rest // len(texts) for width, is_short in zip(given, short, strict=True)]


def _distribute_shares(extents: list[_Extent], room: int) -> list[int]:
    """Give each column its minimum, then a share of the rest in proportion to its longest line."""
    needed = sum(extent.least for extent in extents)
    if needed > room:
        return [extent.least * room // needed for extent in extents]
    wishes = [0 if extent.is_empty else extent.most - extent.least + CH for extent in extents]
    if not any(wishes):
        wishes = [1] * len(extents)
    return [extent.least + (room - needed) * wish // sum(wishes) for extent, wish in zip(extents, wishes, strict=True)]


def _measure_columns(table: Table) -> list[_Extent]:
    titles = tuple((Paragraph(column.title),) for column in table.columns)
    columns = zip(titles, *(row.cells for group in table.groups for row in group.rows), strict=True)
    min_text = MIN_TEXT if table.role == "text" else MIN_TEXT_BESIDE_SHORT
    extents = map(_measure_column, table.columns, columns, [min_text] * len(titles))
    before = MARGINS.get(table.role, 0)
    return [_add_gap(extent, GAP if index else before) for index, extent in enumerate(extents)]


def _add_gap(extent: _Extent, gap: int) -> _Extent:
    return _Extent(extent.narrow + gap, extent.least + gap, extent.most + gap, extent.is_empty)


def _measure_column(column: Column, cells: tuple[Blocks, ...], min_text: int) -> _Extent:
    is_empty = not any(cells[1:])
    sizes = [_measure_cell(cell, may_hyphenate=column.role == "name") for cell in cells]
    line = min(max(line for _, line in sizes) + SLACK, MAX_LINE)
    word = min(max(word for word, _ in sizes) + SLACK, MAX_WORD)
    if column.role in MAX_SHORT and any(map(_is_east_asian, cells)):
        word = max(word, min(line, MAX_UNSPACED))
    if column.role in MAX_SHORT:
        most = max(word, min(line, MAX_SHORT[column.role]))
        return _Extent(most, word if column.role in ("id", "name") else most, most, is_empty)
    return _Extent(max(word, min(line, MIN_TEXT)), max(word, min(line, min_text)), line, is_empty)


# ---- texts


def _measure_cell(cell: Blocks, *, may_hyphenate: bool = False) -> tuple[int, int]:
    """Return the widths of a cell's longest word and line; a default if it holds more than paragraphs.

    may_hyphenate: whether a word ends at a hyphen.
    """
    word = line = CH
    for block in cell:
        if not isinstance(block, Paragraph):
            return MIN_TEXT, MAX_LINE
        if block.role == "elapsed":
            length = _measure_text(text_of(block.inlines)) * ELAPSED // 100
            line = max(beside if (beside := line + CH + length) <= MAX_SHORT["time"] else line, length)
            continue
        for text in _split_runs(block.inlines):
            more = CHIP if any(isinstance(inline, Code | Label) for inline in block.inlines) else 0
            words = _split_words(text.replace("-", "- ") if may_hyphenate else text)
            word = max(
                word, more + max(map(_measure_text, sorted(words, key=len, reverse=True)[:LONGEST_WORDS]), default=0)
            )
            line = max(line, _measure_text(text[:100]) + more)
    return word, line


def _split_runs(inlines: Inlines) -> list[str]:
    """Return the texts that stay on one line. Labels may be below each other."""
    labels = [inline.text for inline in inlines if isinstance(inline, Label)]
    return labels if len(labels) > len(inlines) / 2 else [text_of(bind_words(inlines))]


_UNBROKEN = re.compile(r"(?:[\u00a0\u202f]|[^\s\u0e00-\u0eff\u2e80-\ud7ff\uf900-\uffef\U00020000-\U0003ffff])+")
"""Text without a line break opportunity. East Asian scripts break anywhere."""


def _split_words(text: str) -> list[str]:
    return text.split() if text.isascii() else _UNBROKEN.findall(text)


def _is_east_asian(cell: Blocks) -> bool:
    """Return whether a cell has text that may break anywhere, but is not to stand in a column of single characters."""
    words = "".join(text_of(block.inlines) for block in cell if isinstance(block, Paragraph))
    return not words.isascii() and any(unicodedata.east_asian_width(character) == "W" for character in words)


class _Widths(dict[str, int]):
    """Approximate character widths of sans-serif fonts."""

    def __missing__(self, character: str) -> int:
        self[character] = width = _estimate_width(character)
        return width


_FULL_WIDTH = 170
"""Width of a character in East Asian scripts."""
_WIDE = re.compile("[\U0001f000-\U0001faff\U00020000-\U0003ffff]")
"""Pictographs and ideographs, assigned or not."""
_NEW = re.compile(
    "[\u088f\u0897\u0c5c\u0cdc\u0cf3\u0ece\u1acf-\u1aff\u1c89\u1c8a\u20c1\u2b96\u2ffc-\u2fff\u31e4\u31e5\u31ef\ua7cb-\ua7dc]"
)
"""Characters that Unicode got after version 14, the one of Python 3.11."""


def _estimate_width(character: str) -> int:
    """Return the same width in every Python, although each knows another version of Unicode."""
    if character > "\uffff":
        return _FULL_WIDTH if _WIDE.match(character) else 0 if unicodedata.ucd_3_2_0.combining(character) else 105
    if unicodedata.category(character) == "Cn" or _NEW.match(character):
        return 105
    if unicodedata.combining(character):
        return 0
    return _FULL_WIDTH if unicodedata.east_asian_width(character) in "WF" else 105


WIDTHS = _Widths(
    {
        letter: width
        for letters, width in [
            ("'ij!,.:;[]fl| \N{MIDDLE DOT}", 50),
            ("()/\\rt{}", 65),
            ('*?JLcsvxyz"-I', 85),
            ("FT_aeghknou", 95),
            ("$+0123456789<=>~\N{EN DASH}", 100),
            ("CEPSVXYZ^`bdpq", 103),
            ("ABDKRU#&GHNOQ", 120),
            ("wM%@Wm\N{EM DASH}\N{HORIZONTAL ELLIPSIS}", 145),
        ]
        for letter in letters
    }
)


def _measure_text(text: str) -> int:
    return sum(map(WIDTHS.__getitem__, text))


# ---- rows


def count_lines(blocks: Blocks, room: int) -> int:
    """Return the approximate number of lines of blocks in this width. Images count little: they cannot be divided."""
    return sum(_count_block_lines(block, max(room, CH)) for block in blocks)


def _count_block_lines(block: Block, room: int) -> int:
    match block:
        case Paragraph(inlines) | Heading(_, inlines):
            images = sum(isinstance(inline, Image) for inline in inlines)
            lines = sum(_count_wrapped(text_of(line), room) for line in _split_lines(inlines))
            return lines + MAX_KEPT_LINES * images
        case CodeBlock(text, caption=caption):
            return sum(_count_wrapped(line, room) for line in text.split("\n")) + _count_wrapped(text_of(caption), room)
        case List(items):
            return sum(count_lines(item.blocks, room - GAP) for item in items)
        case Excerpt(_, inside) | Quote(inside):
            return count_lines(inside, room - GAP)
        case Details(summary, inside):
            return _count_wrapped(text_of(summary), room) + count_lines(inside, room)
        case Table(columns, groups):
            rows = chain.from_iterable(group.rows for group in groups)
            return 2 + sum(max(count_lines(cell, room // len(columns)) for cell in row.cells) for row in rows)
        case Figure():
            return MAX_KEPT_LINES + 1
        case Rule() | ImpactBand() | Previews():
            return 1
        case _:
            assert_never(block)


def _split_lines(inlines: Inlines) -> Iterator[Inlines]:
    """Yield the lines into which the author broke a text."""
    breaks = [index for index, inline in enumerate(inlines) if isinstance(inline, LineBreak)]
    for start, end in pairwise([-1, *breaks, len(inlines)]):
        yield inlines[start + 1 : end]


def _count_wrapped(text: str, room: int) -> int:
    """Return the approximate number of lines of a text. Letters are a little narrower than numerals."""
    return -(-count_letters(text) * 9 * CH // (10 * room))


def count_letters(text: str) -> int:
    """Return the length of a text in letters. A character of an East Asian script is as wide as two."""
    return len(text) if text.isascii() else len(text) + sum(WIDTHS[character] == _FULL_WIDTH for character in text)
