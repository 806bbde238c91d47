"""Color contrast as WCAG 2.2 defines it."""

from __future__ import annotations

AA = 4.5
"""The contrast that text needs (1.4.3)."""


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colors such as `#0a5fb4`, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color: str) -> float:
    """Return the relative luminance of a color, from 0 to 1."""
    parts = [int(color[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
