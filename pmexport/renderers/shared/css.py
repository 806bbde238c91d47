"""The theme's style sheets, and its tokens as CSS custom properties."""

import re
from collections.abc import Iterable
from pathlib import Path
from types import MappingProxyType

from pmexport.reading.theme_text import read_text
from pmexport.renderers.shared.image_sizes import MAX_HEIGHTS
from pmexport.renderers.shared.paper import TWIPS_PER_POINT, text_area
from pmexport.renderers.shared.side_headings import COLUMNS, measure_rail
from pmexport.theming.themes import Theme
from pmexport.theming.tokens import GENERIC_FAMILIES, Dark, Tokens

RAIL, BAND, COVER = "rail.css", "band.css", "cover.css"
"""The style sheets for headings beside their text, for the band of a report that is not final, and for a cover."""
SYMBOL_FAMILY = "Report Symbols"
"""The bundled font with symbols such as a check mark or a red circle, which the fonts of text lack."""
DENSITIES = MappingProxyType({"dense": (0.7, 1.36), "normal": (1.0, 1.5), "generous": (1.25, 1.55)})
"""By the token `density`: the factor of spaces, and the height of lines in that of type."""


def list_variables(tokens: Tokens) -> dict[str, str]:
    """Return the tokens as CSS custom properties, by name without the dashes: `color-text`, `tone-good-ink`."""
    text_height = text_area(tokens.page)[1] / TWIPS_PER_POINT
    text = tokens.fonts.serif_text if tokens.fonts.serif else tokens.fonts.text
    fonts = {"font-text": text, "font-facts": tokens.fonts.text, "font-code": tokens.fonts.code}
    space, leading = DENSITIES[tokens.density]
    return {
        **list_colors(tokens),
        **{name: ", ".join(map(_quote_family, _add_symbols(families))) for name, families in fonts.items()},
        "font-size": tokens.fonts.size,
        "space": f"{space:g}",
        "leading": f"{leading:g}",
        "column": f"{COLUMNS[tokens.density]}rem",
        **{f"{shape}-height": f"{share * text_height:.0f}pt" for shape, share in MAX_HEIGHTS.items()},
        **{f"page-{name.replace('_', '-')}": value for name, value in tokens.page if isinstance(value, str)},
    }


def list_colors(tokens: Tokens | Dark) -> dict[str, str]:
    """Return the colours as CSS custom properties, by name without the dashes."""
    colors = {f"color-{name}": color for name, color in tokens.colors}
    tones = {f"tone-{tone}-{part}": color for tone, pair in tokens.tones for part, color in pair}
    return colors | tones | {f"code-{kind}": color for kind, color in tokens.code}


def set_variables(variables: dict[str, str]) -> str:
    """Return the CSS rule that sets custom properties for the whole document."""
    rules = " ".join(f"--{name}: {value};" for name, value in variables.items())
    return f":root {{{rules}}}"


def break_pages(tokens: Tokens) -> str:
    """Return the CSS rule for the sections that begin on a new page."""
    names = ", ".join(f"#{name}" for name in tokens.page.break_before)
    return f"@media print {{ {names} {{ break-before: page; }} }}" if names else ""


def read_stylesheets(theme: Theme, names: Iterable[str]) -> list[tuple[Path, str]]:
    """Return the style sheets with these names and their paths, of each name the default theme's first.

    The one for headings beside their text is left out if the theme's pages are too narrow, and others for which its
    tokens have no use.
    """
    tokens = theme.tokens
    unused = {RAIL: measure_rail(tokens) == 0, BAND: tokens.mark != "band", COVER: not tokens.cover.shown}
    used = [name for name in names if not unused.get(name)]
    return [(path, read_text(path)) for name in used for path in theme.find_all(name)]


def _add_symbols(families: tuple[str, ...]) -> list[str]:
    """Return the families with that of symbols before the generic ones, which stand for any font."""
    return sorted((*families, SYMBOL_FAMILY), key=GENERIC_FAMILIES.__contains__)


def quote_css(text: str) -> str:
    """Return the text as a CSS string (CSS Syntax 3, 4.3.5), with ASCII punctuation escaped."""
    plain = re.sub(r"[^\w .,;/\xa0-\U0010ffff-]", lambda found: f"\\{ord(found[0]):x} ", text)
    return f'"{plain}"'


def _quote_family(name: str) -> str:
    return name if name in GENERIC_FAMILIES else f'"{name}"'
