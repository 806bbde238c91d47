"""What page one holds in Word. It is estimated, on the safe side: only Word itself knows where a page ends."""

from pmexport.document.nodes import (
    Block,
    Blocks,
    Document,
    ImpactBand,
    Paragraph,
    Preview,
    Previews,
    Section,
    Table,
    Text,
    text_of,
)
from pmexport.renderers.docx import tables
from pmexport.renderers.docx.styles import COLUMN_GAP, FIGURE, FIGURE_LABEL, LEAD, LEAD_WIDTH, PREVIEW_GAP, TIGHT, TITLE
from pmexport.renderers.shared import page_one
from pmexport.renderers.shared.table_layout import count_lines

_DENSE, _RUNNING = 1.3, 1.5
"""Line heights, relative to the type size: of tables, and of running text."""
_SPACE = 120
"""Space after a paragraph or a table, in twips."""
_ROW = 40
"""Space and rules of a dense row, in twips."""
_HEADING = 360
"""Space around a heading, in twips."""
_NAMES = 1700
"""Width of the names of the metadata, in twips."""


def shorten_document(document: Document, width: int, height: int, size: int) -> Document:
    """Return the document without what page one has no room for. Everything is in twips.

    width, height: of the text area; size: of body text.
    """
    page = _Page(width, size)
    return page_one.shorten_document(document, lambda head: page.measure_head(head) <= height)


class _Page:
    """Measures the parts of page one, in twips."""

    def __init__(self, width: int, size: int) -> None:
        self._width = width
        self._size = size

    def measure_head(self, document: Document) -> float:
        facts = " · ".join(map(text_of, document.facts))
        head = self._measure_text(document.title, 1.1 * TITLE) + self._measure_text(facts, 0.9) + 2 * _SPACE
        head = 0 if document.cover else head + len(document.letterhead) * self._size
        return head + sum(map(self._measure_section, document.sections))

    def _measure_section(self, section: Section) -> float:
        heading = self._measure_text(section.title, 1.4) + _HEADING
        lead = section.id == "summary"
        blocks = sum(self._measure_block(block, LEAD if lead else 1) for block in section.blocks)
        return heading + blocks + sum(map(self._measure_section, section.sections))

    def _measure_block(self, block: Block, factor: float) -> float:
        match block:
            case Table(role="metadata"):
                return self._measure_metadata(block) + _SPACE
            case Table(role="key_figures"):
                return self._measure_figures(block) + _SPACE
            case ImpactBand():
                return self._measure_band(block) + _SPACE
            case Previews(previews):
                width = self._width // len(previews) - PREVIEW_GAP
                return max(self._measure_preview(preview, width) for preview in previews) + 2 * _SPACE
            case _:
                width = min(self._width, LEAD_WIDTH) if factor > 1 else self._width
                return self._measure_lines((block,), width, factor, _RUNNING) + _SPACE

    def _measure_lines(self, blocks: Blocks, width: int, factor: float, line: float = _DENSE) -> float:
        """Return the height of blocks in a type size relative to body text, without the space between them."""
        size = round(self._size * factor)
        return count_lines(blocks, tables.to_room(width, size)) * size * line

    def _measure_text(self, text: str, factor: float) -> float:
        return self._measure_lines((Paragraph((Text(text),)),), self._width, factor)

    def _measure_metadata(self, table: Table) -> float:
        cells = [row.cells[-1] for group in table.groups for row in group.rows]
        columns = 2 if tables.is_paired(table, self._width, self._size) else 1
        width = self._width // columns - _NAMES - COLUMN_GAP
        heights = [self._measure_lines(cell, width, TIGHT) + _ROW + 20 * (len(cell) - 1) for cell in cells]
        return sum(max(heights[first : first + columns]) for first in range(0, len(heights), columns))

    def _measure_figures(self, table: Table) -> float:
        """Return the height of the titles, the figures, and the longest qualifier."""
        (row,) = table.groups[0].rows
        width = self._width // len(row.cells) - COLUMN_GAP
        qualifiers = max(self._measure_lines(cell[1:], width, 0.9) for cell in row.cells)
        return (FIGURE_LABEL + FIGURE) * self._size * _DENSE + qualifiers + 2 * _ROW

    def _measure_band(self, band: ImpactBand) -> float:
        """Return the height of two lines for each flag above another, the bar, the lanes, the axis and the caption."""
        ranks = sum(1 + max((flag.rank for flag in view.flags), default=-1) for view in band.views)
        lanes = sum(len(view.lanes) for view in band.views)
        lines = 2 * ranks + 1.5 * lanes + 3 * len(band.views)
        return lines * 0.85 * self._size * _DENSE + self._measure_text(text_of((*band.caption, *band.key)), 0.9)

    def _measure_preview(self, preview: Preview, width: int) -> float:
        key = Paragraph(tuple(inline for share in preview.shares for inline in (Text(" " * 6), *share.text)))
        bar = self._measure_lines((key,), width, 0.82) + self._size if preview.shares else 0
        lines = 1 + bool(preview.more)
        return lines * self._size * _DENSE + bar + self._measure_lines(preview.blocks, width, 0.9) + 3 * _SPACE
