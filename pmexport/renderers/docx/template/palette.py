"""Derives theme tokens from a template's text, for the styles that it lacks."""

import re
from math import fsum

from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from lxml import etree

from pmexport.renderers.docx.oxml import parse_part
from pmexport.renderers.docx.template.style_index import StyleIndex
from pmexport.theming.tokens import Tokens

_SIZE, _COLOR, _FONT = "w:rPr/w:sz/@w:val", "w:rPr/w:color/@w:val", "w:rPr/w:rFonts/@w:{}"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_HEX = re.compile("[0-9a-fA-F]{6}")
_SMALLEST = 8
"""The smallest plausible type size, in half points."""
_LEGIBLE = 4.5
"""Minimum contrast of text (WCAG 2.2, 1.4.3)."""
_BLACK, _WHITE = "#000000", "#ffffff"


def adapt_tokens(index: StyleIndex, word: WordDocument, theme: Tokens, heading: str | None) -> Tokens:
    """Return the theme's tokens with a template's type size and colours. heading: its heading style's id."""
    normal = index.default_style("paragraph")
    text = _parse_color(index.resolve_value(normal, _COLOR)) or _BLACK
    own = map(_parse_color, (index.resolve_value(heading, _COLOR), _theme_value(word, ".//a:accent1/a:srgbClr", "val")))
    accents = (*own, theme.colors.accent, text)
    accent = next(color for color in accents if color and (color == text or _is_legible(color)))
    colors = {
        "text": text,
        "muted": next((grey for part in (0.35, 0.2) if _is_legible(grey := _mix_white(text, part))), text),
        "accent": accent,
        "rule": accent,
        "hairline": _mix_white(text, 0.75),
        "surface": _mix_white(text, 0.95),
        "page": _WHITE,
    }
    size = f"{max(index.resolve_number(normal, _SIZE, 20), _SMALLEST) / 2:g}pt"
    fonts = theme.fonts.model_copy(update={"size": size})
    return theme.model_copy(update={"colors": theme.colors.model_copy(update=colors), "fonts": fonts})


def find_font(index: StyleIndex, word: WordDocument, identifier: str | None) -> str:
    """Return the font name of a style, or an empty text if the template has none."""
    scheme = index.resolve_value(identifier, _FONT.format("asciiTheme")) or ""
    named = index.resolve_value(identifier, _FONT.format("ascii")) or ""
    kind = "major" if scheme.startswith("major") else "minor"
    return (_theme_value(word, f".//a:{kind}Font/a:latin", "typeface") if scheme else "") or named


def _theme_value(word: WordDocument, path: str, attribute: str) -> str:
    """Return an attribute of an element in the template's theme part; empty if there is none."""
    try:
        theme = parse_part(word.part.part_related_by(RELATIONSHIP_TYPE.THEME).blob)
    except (KeyError, ValueError, etree.XMLSyntaxError):
        return ""
    found = theme.find(path, {"a": _DRAWING})
    return "" if found is None else found.get(attribute, "")


def _parse_color(value: str | None) -> str | None:
    """Return a Word colour as a token, or None if it is automatic."""
    return f"#{value.lower()}" if value and _HEX.fullmatch(value) else None


def _color_channels(color: str) -> list[int]:
    return [int(color[index : index + 2], 16) for index in (1, 3, 5)]


def _mix_white(color: str, white: float) -> str:
    """Return a colour mixed with this share of white."""
    return "#" + "".join(f"{round(part + (255 - part) * white):02x}" for part in _color_channels(color))


def _is_legible(color: str) -> bool:
    """Return whether text of this colour is legible on white (WCAG 2.2, contrast ratio)."""
    parts = [part / 255 for part in _color_channels(color)]
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    luminance = fsum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))
    return 1.05 / (luminance + 0.05) >= _LEGIBLE
