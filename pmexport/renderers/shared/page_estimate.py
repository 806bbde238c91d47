"""An estimate of a document's pages on a theme's paper, from its tree: the same for all formats.

The sizes are those of the default theme, in tenths of the size of text. A test compares the estimate with the pages of
real PDFs.
"""

from typing import NamedTuple, assert_never

from pmexport.document import nodes
from pmexport.document.nodes import Block, Blocks, Document, Inlines, on_paper, sections_of, text_of
from pmexport.renderers.shared.css import DENSITIES
from pmexport.renderers.shared.image_sizes import MAX_HEIGHTS, classify_image
from pmexport.renderers.shared.paper import POINTS_PER_PIXEL, TWIPS_PER_POINT, text_area, to_points
from pmexport.renderers.shared.side_headings import COLUMNS, measure_rail
from pmexport.renderers.shared.table_layout import (
    GAP,
    PageCapacity,
    count_letters,
    count_lines,
    is_brief,
    measure_page,
    plan_table,
)
from pmexport.theming.tokens import Tokens

_FILLED = 0.95
"""The part of a page that is filled before a break: headings, images and rows move to the next page whole."""
_HEAD, _FOOT = 110, 90
"""Height of the title with the facts around it, and of the closing lines."""
_TITLES = {2: 40, 3: 22}
"""Heights of sections' headings, by level; many are beside their text."""
_LETTER = 4.75
"""Width of a letter of running text."""
_LINE, _GAP = 15, 7.5
"""Height of a line, and space after a block."""
_LOG_LINE, _LOG_LETTER, _LOG_FRAME = 9.5, 4.1, 45
"""A line of a log, a letter of it, and what is around it: its caption and its padding."""
_ROWS = {"timeline": (13, 8), "actions": (12, 7), "impact": (12.2, 4)}
"""A line of a table's cell, and the padding and rule of its row, by the table's role."""
_OTHER_ROW = (13.8, 11)
_BRIEF = 14
"""A row of a table that is set in two columns."""
_INDENT = 18
_BAND, _FIGURES, _CAPTION = 150, 75, 40


class _Paper(NamedTuple):
    """The paper of a theme, in tenths of the size of text."""

    height: float
    """Height between the margins."""
    width: float
    column: float
    """Width of running text."""
    heading: float
    """The height of a section's heading against that of one beside its text."""
    leading: float
    """The factor of lines."""
    space: float
    """The factor of spaces."""
    pixel: float
    table: PageCapacity


def _measure_paper(tokens: Tokens) -> _Paper:
    unit = to_points(tokens.fonts.size) / 10
    width, height = (twips / TWIPS_PER_POINT / unit for twips in text_area(tokens.page))
    space, leading = DENSITIES[tokens.density]
    rail = measure_rail(tokens)
    column = 10 * COLUMNS[tokens.density] if rail else width
    heading, pixel = 1 if rail else 1.3, POINTS_PER_PIXEL / unit
    leading = 10 * leading / _LINE
    return _Paper(height, width, column, heading, leading, space, pixel, measure_page(tokens))


def estimate_pages(document: Document, tokens: Tokens) -> float:
    """Return about how many pages a document has on a theme's paper."""
    paper = _measure_paper(tokens)
    shown = list(sections_of(on_paper(document)))
    titles = paper.space * paper.heading * sum(_TITLES[section.level] for section in shown)
    blocks = sum(_measure_blocks(section.blocks, paper.width, paper) for section in shown)
    return (_HEAD + titles + blocks + _FOOT) / (paper.height * _FILLED)


def _measure_blocks(blocks: Blocks, width: float, paper: _Paper) -> float:
    return sum(_measure_block(block, width, paper) for block in blocks)


def _measure_block(block: Block, width: float, paper: _Paper) -> float:
    column, gap = min(width, paper.column), paper.space * _GAP
    match block:
        case nodes.Paragraph(inlines):
            return _measure_text(inlines, column, paper) + gap
        case nodes.Heading(_, inlines):
            return _measure_text(inlines, column, paper) + 3 * gap
        case nodes.List(items):
            return gap + sum(_measure_blocks(item.blocks, column - _INDENT, paper) - gap / 2 for item in items)
        case nodes.CodeBlock(text):
            lines = (max(1, -(-count_letters(line) * _LOG_LETTER // width)) for line in text.split("\n"))
            return _LOG_FRAME + _LOG_LINE * sum(lines)
        case nodes.Excerpt(_, inside):
            return _measure_blocks(inside, width, paper)
        case nodes.Quote(inside):
            return _measure_blocks(inside, column - _INDENT, paper)
        case nodes.Details(summary, inside):
            return _measure_text(summary, column, paper) + _measure_blocks(inside, column, paper)
        case nodes.Table():
            return _measure_table(block, paper)
        case nodes.Figure(image, caption):
            return _measure_image(image, width, paper) + max(_CAPTION, _measure_blocks(caption, width, paper))
        case nodes.ImpactBand():
            return _BAND * len(block.views)
        case nodes.Previews(previews):
            return max(_measure_blocks(preview.blocks, width / len(previews), paper) for preview in previews) + 3 * gap
        case nodes.Rule():
            return 3 * gap
        case _:
            assert_never(block)


def _measure_text(inlines: Inlines, width: float, paper: _Paper) -> float:
    lines = -(-count_letters(text_of(inlines)) * _LETTER // max(width, _INDENT))
    images = (_measure_image(inline, width, paper) for inline in inlines if isinstance(inline, nodes.Image))
    return paper.leading * _LINE * max(1, lines) + sum(images)


def _measure_image(image: nodes.Image, width: float, paper: _Paper) -> float:
    full = image.height * min(paper.pixel, width / image.width)
    return min(full, paper.height * MAX_HEIGHTS[classify_image(image)])


def _measure_table(table: nodes.Table, paper: _Paper) -> float:
    if table.role == "key_figures":
        return _FIGURES
    rows = [row for group in table.groups for row in group.rows]
    if table.role == "metadata" and is_brief(table):
        return _BRIEF * len(rows) / 2
    rooms = plan_table(table, paper.table, dense=table.role == "actions").rooms
    lines = (max(map(count_lines, row.cells, (room - GAP for room in rooms))) for row in rows)
    titles = 1 + sum(bool(group.title) for group in table.groups)
    line, frame = _ROWS.get(table.role, _OTHER_ROW)
    return paper.leading * line * sum(lines) + paper.space * (frame * len(rows) + 2 * _LINE * titles)
