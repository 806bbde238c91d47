"""Headings beside their text on paper: whether a page has the room, and which sections have headings that fit.

The text keeps lines that read well, and the space beside them is the headings'. Lengths are in rem, the size of text.
"""

from itertools import takewhile

from pmexport.document.nodes import Block, Heading, List, Paragraph, Quote, Section, text_of, title_of
from pmexport.renderers.shared.paper import paper_points, to_points
from pmexport.renderers.shared.table_layout import NUMERAL, WIDTHS
from pmexport.theming.tokens import Tokens

COLUMNS = {"dense": 43, "normal": 35, "generous": 35}
"""Width of running text by density: about 75 characters, or 92."""
NARROWEST = 9
"""Minimum width of the space for headings."""
GAP = 1.2
"""Space between a heading and its text. As in rail.css."""
TITLES = {2: 1.2, 3: 1.0}
"""Type size of a section's title, by level. As in rail.css."""
BOLD = 1.08
"""Width of bold text against that of regular text."""
FULL_LINE = 90
"""Characters that no line of text is longer than."""
MOST_LINES = 3
"""Maximum lines of a heading beside its text."""


def measure_rail(tokens: Tokens) -> float:
    """Return the width beside running text on a theme's pages; 0 if it is too narrow for headings."""
    width, _ = paper_points(tokens.page)
    sides = to_points(tokens.page.margin_left) + to_points(tokens.page.margin_right)
    rail = (width - sides) / to_points(tokens.fonts.size) - COLUMNS[tokens.density]
    return rail if rail >= NARROWEST else 0


def stands_beside(section: Section, rail: float) -> bool:
    """Return whether a section's heading fits beside the text that the section begins with."""
    lead = list(takewhile(_is_running, section.blocks))
    if not rail or not lead or section.id == "summary":
        return False
    lines = _count_title_lines(text_of(title_of(section)), (rail - GAP) / (TITLES[section.level] * BOLD))
    room = sum(map(_least_lines, lead)) + (len(lead) == len(section.blocks))  # the space below a section is one more
    return lines <= min(room, MOST_LINES)


def _is_running(block: Block) -> bool:
    """Return whether a block is in the column of running text: not the caption of a table, which is as wide as that."""
    is_caption = isinstance(block, Paragraph) and block.role == "caption"
    return isinstance(block, Paragraph | Heading | List | Quote) and not is_caption


def _count_title_lines(title: str, room: float) -> int:
    """Return the lines of a title in this width; more than fit anywhere if a word is too long."""
    lines, filled = 1, 0.0
    for word in title.split():
        width = sum(map(WIDTHS.__getitem__, word)) * NUMERAL / 100
        if width > room:
            return MOST_LINES + 1
        if filled + width > room:
            lines, filled = lines + 1, 0
        filled += width + WIDTHS[" "] * NUMERAL / 100
    return lines


def _least_lines(block: Block) -> int:
    """Return a number of lines that a block of running text has at least."""
    match block:
        case Paragraph(inlines) | Heading(_, inlines):
            return -(-len(text_of(inlines)) // FULL_LINE)
        case List(items):
            return sum(max(1, sum(map(_least_lines, item.blocks))) for item in items)
        case Quote(inside):
            return sum(map(_least_lines, inside))
        case _:
            return 0
