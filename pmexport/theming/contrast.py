"""The contrast of a theme's colours (WCAG 2.2, 1.4.3), for each pair that a document uses."""

from collections.abc import Iterator
from typing import NamedTuple

from pmexport.theming.tokens import Dark, Tokens

AA, AAA = 4.5, 7.0
"""Minimum contrasts of text: usual, and enhanced."""
_SURFACES = ("page", "surface")
_ROWS = ("info", "good", "caution", "warning", "critical")
"""The tones of rows, in which there is text of every colour."""
_IN_CODE = ("good", "critical")
"""The tones of lines that a change adds or removes."""


class Pair(NamedTuple):
    """A colour of text and the one behind it, by the names of their tokens."""

    ink: str
    ground: str
    contrast: float


def list_pairs(tokens: Tokens) -> Iterator[Pair]:
    """Yield each pair of colours that documents use, on paper and on a light and a dark screen."""
    for scheme, before in ((tokens, ""), (tokens.dark, "dark.")):
        colors = _name_colors(scheme)
        for ink, ground in _list_used():
            yield Pair(before + ink, before + ground, measure_contrast(colors[ink], colors[ground]))


def measure_contrast(one: str, other: str) -> float:
    """Return the contrast of two colours given as `#rrggbb`, from 1 to 21."""
    dark, light = sorted(map(_measure_luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def _measure_luminance(color: str) -> float:
    parts = (int(color[index : index + 2], 16) / 255 for index in (1, 3, 5))
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def _name_colors(scheme: Tokens | Dark) -> dict[str, str]:
    """Return the colours of a scheme by the names of their tokens."""
    tones = {f"tones.{tone}.{part}": color for tone, pair in scheme.tones for part, color in pair}
    colors = {f"colors.{name}": color for name, color in scheme.colors}
    return {**colors, **tones, **{f"code.{kind}": color for kind, color in scheme.code}}


def _list_used() -> Iterator[tuple[str, str]]:
    """Yield the names of the tokens of text and of what is behind it."""
    inks = [f"colors.{name}" for name in ("text", "muted", "accent")]
    yield from ((ink, f"colors.{ground}") for ink in inks for ground in _SURFACES)
    yield from ((ink, f"tones.{tone}.wash") for ink in inks for tone in _ROWS)
    for tone in ("neutral", *_ROWS):
        yield from ((f"tones.{tone}.ink", ground) for ground in (f"tones.{tone}.wash", "colors.page"))
    yield from ((f"tones.{tone}.ink", "colors.surface") for tone in _IN_CODE)
    yield from ((f"code.{kind}", "colors.surface") for kind in ("keyword", "name", "string", "number", "comment"))
    yield from (("colors.page", ground) for ground in ("tones.critical.ink", "colors.text"))
