"""Whether the labels of an impact band's flags have room beside each other, in a theme's type on its paper.

The tree says how high each flag stands, for type of the usual size. If labels in larger type would cross, a page shows
the flags as a list.
"""

from itertools import combinations

from pmexport.document.nodes import AxisView, text_of
from pmexport.renderers.shared.paper import paper_points, to_points
from pmexport.renderers.shared.table_layout import NUMERAL, WIDTHS
from pmexport.theming.tokens import Tokens

TYPE = 0.85
"""Type size of labels, in rem. As in page_one.css."""
NAMES = 7.6
"""Width of what is beside the axis, in rem. As in page_one.css."""
_LETTERS = 0.96
"""Width of the labels' letters against the estimate, which is on the safe side."""
_BETWEEN = 0.5
"""Least space between two labels, in rem."""
_PADDING = 0.4
"""Space between a flag's line and its label, in rem."""


def measure_axis(tokens: Tokens) -> float:
    """Return the width of an axis on a theme's paper, in rem."""
    width, _ = paper_points(tokens.page)
    sides = to_points(tokens.page.margin_left) + to_points(tokens.page.margin_right)
    return (width - sides) / to_points(tokens.fonts.size) - NAMES


def is_crowded(view: AxisView, axis: float) -> bool:
    """Return whether labels of flags would cross each other or the margins. axis: its width in rem."""
    places: list[tuple[int, float, float]] = []
    for flag in view.flags:
        at, width = flag.at * axis, _measure_label(f"{text_of(flag.time)} {text_of(flag.title)}")
        start, end = (at - width, at) if flag.before else (at, at + width)
        if start < -NAMES or end > axis + 0.5:
            return True
        places.append((flag.rank, start, end))
    return any(_touch(one, other) for one, other in combinations(places, 2))


def _touch(one: tuple[int, float, float], other: tuple[int, float, float]) -> bool:
    """Return whether two labels, each with its rank, start and end, have no space between them."""
    return one[0] == other[0] and one[1] < other[2] + _BETWEEN and other[1] < one[2] + _BETWEEN


def _measure_label(text: str) -> float:
    return sum(map(WIDTHS.__getitem__, text)) / 100 * NUMERAL * TYPE * _LETTERS + _PADDING
