"""A last page with little on it: the document is laid out again, a little smaller, if that saves the page."""

from collections.abc import Callable
from math import sqrt
from typing import Any

from weasyprint.formatting_structure.boxes import BlockBox  # type: ignore[import-untyped]

LEAST_FILL = 0.25
"""Part of a last page that is enough to keep it."""
MOST_PAGES = 15
"""Maximum pages of a document that is laid out again."""
SMALLEST = 0.94
"""How much smaller the type and all spaces may become."""
LOSS = 0.02
"""Part of the pages that breaks leave empty, or fill, by chance."""


def pull_in(lay_out: Callable[[str], Any]) -> Any:
    """Return a WeasyPrint layout; a tighter one if that saves a last page with little on it.

    lay_out: returns the layout with one more style sheet.
    """
    layout = lay_out("")
    needed = _estimate_scale(layout.pages)
    for scale in sorted({max(needed, SMALLEST), SMALLEST}, reverse=True) if needed else ():
        tighter = lay_out(f"html {{ font-size: calc({scale:.3f} * var(--font-size)) }}")
        if len(tighter.pages) < len(layout.pages):
            return tighter
    return layout


def _estimate_scale(pages: list[Any]) -> float:
    """Return the scale at which the content needs one page less; 0 if that is not worth trying."""
    if not 1 < len(pages) <= MOST_PAGES or (fill := _measure_fill(pages[-1])) >= LEAST_FILL:
        return 0
    scale = sqrt((len(pages) - 1) / (len(pages) - 1 + fill)) - LOSS
    return scale if scale > SMALLEST - 2 * LOSS else 0


def _measure_fill(page: Any) -> float:
    """Return the part of a page's height, from 0 to 1, that its content takes."""
    box = page._page_box  # noqa: SLF001
    content = next(child for child in box.children if isinstance(child, BlockBox))
    return float((content.position_y + content.height - box.content_box_y()) / box.height)
