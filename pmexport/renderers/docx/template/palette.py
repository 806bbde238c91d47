"""The look of a template, as far as a style that it lacks needs it: the size and the colours of its text."""

from __future__ import annotations

import re

from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from lxml import etree

from pmexport.renderers.docx.template.style_index import Sheet
from pmexport.theming.themes import Tokens

_SIZE, _COLOR, _FONT = "w:rPr/w:sz/@w:val", "w:rPr/w:color/@w:val", "w:rPr/w:rFonts/@w:{}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_HEX = re.compile("[0-9a-fA-F]{6}")
_SMALLEST = 8
"""The least size of text that is believed, in half points."""
_LEGIBLE = 4.5
"""The contrast that text needs (WCAG 2.2, 1.4.3)."""
_BLACK, _WHITE = "#000000", "#ffffff"


def tokens(sheet: Sheet, word: WordDocument, theme: Tokens, heading: str | None) -> Tokens:
    """Return the theme's tokens with the size and the colours of a template's text in the place of its own.

    `heading` is the id of the style of its headings.
    """
    normal = sheet.default("paragraph")
    text = _color(sheet.value(normal, _COLOR)) or _BLACK
    accents = (_color(sheet.value(heading, _COLOR)), _color(_accent(word)), theme.colors.accent, text)
    colors = {
        "text": text,
        "muted": next((grey for part in (0.35, 0.2) if _is_legible(grey := _mixed(text, part))), text),
        "accent": next(color for color in accents if color and (color == text or _is_legible(color))),
        "rule": text,
        "hairline": _mixed(text, 0.75),
        "surface": _mixed(text, 0.95),
        "page": _WHITE,
    }
    size = f"{max(sheet.number(normal, _SIZE, 20), _SMALLEST) / 2:g}pt"
    fonts = theme.fonts.model_copy(update={"size": size})
    return theme.model_copy(update={"colors": theme.colors.model_copy(update=colors), "fonts": fonts})


def font(sheet: Sheet, word: WordDocument, identifier: str | None) -> str:
    """Return the name of a style's font; empty where the template does not say."""
    scheme = sheet.value(identifier, _FONT.format("asciiTheme"))
    named = sheet.value(identifier, _FONT.format("ascii")) or ""
    return _of_scheme(word, "major" if scheme.startswith("major") else "minor") or named if scheme else named


def _accent(word: WordDocument) -> str | None:
    theme = _theme(word)
    color = None if theme is None else theme.find(f".//{_DRAWING}accent1/{_DRAWING}srgbClr")
    return None if color is None else color.get("val")


def _of_scheme(word: WordDocument, kind: str) -> str:
    theme = _theme(word)
    latin = None if theme is None else theme.find(f".//{_DRAWING}{kind}Font/{_DRAWING}latin")
    return "" if latin is None else latin.get("typeface", "")


def _theme(word: WordDocument) -> etree._Element | None:
    try:
        blob = word.part.part_related_by(RELATIONSHIP_TYPE.THEME).blob
        return etree.fromstring(blob, etree.XMLParser(resolve_entities=False, no_network=True))
    except (KeyError, ValueError, etree.XMLSyntaxError):
        return None


# ---- colours


def _color(value: str | None) -> str | None:
    """Return a colour of Word's as a token; None where it is automatic."""
    return f"#{value.lower()}" if value and _HEX.fullmatch(value) else None


def _channels(color: str) -> list[int]:
    return [int(color[index : index + 2], 16) for index in (1, 3, 5)]


def _mixed(color: str, white: float) -> str:
    """Return a colour with this part of white in it."""
    return "#" + "".join(f"{round(part + (255 - part) * white):02x}" for part in _channels(color))


def _is_legible(color: str) -> bool:
    """Return whether words of this colour can be read on white (WCAG 2.2, contrast ratio)."""
    parts = [part / 255 for part in _channels(color)]
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    luminance = sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))
    return 1.05 / (luminance + 0.05) >= _LEGIBLE
