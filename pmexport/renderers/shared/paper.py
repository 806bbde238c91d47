"""Paper sizes, and conversions between the units of themes, PDF and Word."""

from types import MappingProxyType

from pmexport.theming.tokens import Page

UNITS = MappingProxyType({"mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0, "pt": 1.0, "pc": 12.0, "pi": 12.0})
"""Points per unit. Themes use the first four; Word also writes picas (pc, pi; ISO/IEC 29500-4)."""
SIZES = MappingProxyType(
    {
        "A4": ("210mm", "297mm"),
        "Letter": ("8.5in", "11in"),
        "Legal": ("8.5in", "14in"),
        "A3": ("297mm", "420mm"),
        "A5": ("148mm", "210mm"),
    }
)
"""Width and height in portrait (ISO 216, ANSI Y14.1). Themes use A4 and Letter; Word templates may use any."""
POINTS_PER_PIXEL = 0.75
"""Points per CSS pixel."""
TWIPS_PER_POINT = 20
EMU_PER_TWIP = 635
EMU_PER_PIXEL = 9525
"""English metric units per CSS pixel, at 96 pixels per inch."""


def to_points(length: str) -> float:
    """Return a length such as `20mm` in points."""
    return float(length[:-2]) * UNITS[length[-2:]]


def to_twips(length: str) -> int:
    """Return a length such as `20mm` in twips (1/20 point)."""
    return round(to_points(length) * TWIPS_PER_POINT)


def to_half_points(length: str) -> float:
    """Return a length in half points, Word's unit for type sizes."""
    return to_twips(length) / 10


def to_millimetres(twips: int) -> int:
    """Return a length in twips, in whole millimetres."""
    return round(twips / TWIPS_PER_POINT / UNITS["mm"])


def paper_points(page: Page) -> tuple[float, float]:
    """Return the paper's width and height in points."""
    width, height = SIZES[page.size]
    return to_points(width), to_points(height)


def paper_twips(page: Page) -> tuple[int, int]:
    """Return the paper's width and height in twips."""
    width, height = SIZES[page.size]
    return to_twips(width), to_twips(height)


def text_area(page: Page) -> tuple[int, int]:
    """Return the width and height between the margins, in twips."""
    width, height = paper_twips(page)
    return (
        width - to_twips(page.margin_left) - to_twips(page.margin_right),
        height - to_twips(page.margin_top) - to_twips(page.margin_bottom),
    )


def paper_name(width: int, height: int) -> str:
    """Return the name of a paper size given in twips, in either orientation; empty if it is not a known one."""
    sides = [to_millimetres(side) for side in sorted((width, height))]
    names = (name for name, size in SIZES.items() if [to_millimetres(to_twips(side)) for side in size] == sides)
    return next(names, "")
