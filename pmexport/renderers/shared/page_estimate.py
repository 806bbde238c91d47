"""An estimate of a document's pages, from its tree: the same for all formats and themes.

The sizes are those of the default theme on A4, in points. A test compares the estimate with the pages of real PDFs.
"""

from typing import assert_never

from pmexport.document import nodes
from pmexport.document.nodes import Block, Blocks, Document, Inlines, on_paper, sections_of, text_of
from pmexport.renderers.shared.image_sizes import MAX_HEIGHTS, classify_image
from pmexport.renderers.shared.paper import POINTS_PER_PIXEL
from pmexport.renderers.shared.table_layout import GAP, PageCapacity, count_lines, is_brief, plan_table

_PAGE, _WIDTH, _COLUMN = 725, 482, 360
"""Height of a page between the margins, its width, and that of running text."""
_TABLE = PageCapacity(portrait=8454, landscape=12781, tall=17, landscape_tall=11)
"""The room for tables, as `measure_page` returns it."""
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


def estimate_pages(document: Document) -> float:
    """Return about how many pages a document has on paper."""
    shown = list(sections_of(on_paper(document)))
    titles = sum(_TITLES[section.level] for section in shown)
    blocks = sum(_measure_blocks(section.blocks, _WIDTH) for section in shown)
    return (_HEAD + titles + blocks + _FOOT) / (_PAGE * _FILLED)


def _measure_blocks(blocks: Blocks, width: float) -> float:
    return sum(_measure_block(block, width) for block in blocks)


def _measure_block(block: Block, width: float) -> float:
    column = min(width, _COLUMN)
    match block:
        case nodes.Paragraph(inlines):
            return _measure_text(inlines, column) + _GAP
        case nodes.Heading(_, inlines):
            return _measure_text(inlines, column) + 3 * _GAP
        case nodes.List(items):
            return _GAP + sum(_measure_blocks(item.blocks, column - _INDENT) - _GAP / 2 for item in items)
        case nodes.CodeBlock(text):
            lines = (max(1, -(-len(line) * _LOG_LETTER // width)) for line in text.split("\n"))
            return _LOG_FRAME + _LOG_LINE * sum(lines)
        case nodes.Excerpt(_, inside):
            return _measure_blocks(inside, width)
        case nodes.Quote(inside):
            return _measure_blocks(inside, column - _INDENT)
        case nodes.Details(summary, inside):
            return _measure_text(summary, column) + _measure_blocks(inside, column)
        case nodes.Table():
            return _measure_table(block)
        case nodes.Figure(image, caption):
            return _measure_image(image, width) + max(_CAPTION, _measure_blocks(caption, width))
        case nodes.ImpactBand():
            return _BAND * len(block.views)
        case nodes.Previews(previews):
            return max(_measure_blocks(preview.blocks, width / len(previews)) for preview in previews) + 3 * _GAP
        case nodes.Rule():
            return 3 * _GAP
        case _:
            assert_never(block)


def _measure_text(inlines: Inlines, width: float) -> float:
    lines = -(-len(text_of(inlines)) * _LETTER // max(width, _INDENT))
    images = (_measure_image(inline, width) for inline in inlines if isinstance(inline, nodes.Image))
    return _LINE * max(1, lines) + sum(images)


def _measure_image(image: nodes.Image, width: float) -> float:
    full = image.height * POINTS_PER_PIXEL * min(1, width / (image.width * POINTS_PER_PIXEL))
    return min(full, _PAGE * MAX_HEIGHTS[classify_image(image)])


def _measure_table(table: nodes.Table) -> float:
    if table.role == "key_figures":
        return _FIGURES
    rows = [row for group in table.groups for row in group.rows]
    if table.role == "metadata" and is_brief(table):
        return _BRIEF * len(rows) / 2
    rooms = plan_table(table, _TABLE, dense=table.role == "actions").rooms
    lines = (max(map(count_lines, row.cells, (room - GAP for room in rooms))) for row in rows)
    titles = 1 + sum(bool(group.title) for group in table.groups)
    line, frame = _ROWS.get(table.role, _OTHER_ROW)
    return line * sum(lines) + frame * len(rows) + 2 * _LINE * titles
