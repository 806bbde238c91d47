"""Characters that no font has are replaced by their code points, and the author is warned.

A missing glyph would show as an empty box and break PDF/UA-1 (ISO 14289-1, 7.21.8).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from fontTools.unicodedata import script  # type: ignore[import-untyped]

from pmexport.problems import Problem
from pmexport.renderers.pdf.script_fonts import find_script_font

EMOJI = re.compile(
    "[\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26aa\u26ab\u26bd\u26be"
    "\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757"
    "\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55\U0001f004\U0001f0cf\U0001f18e\U0001f191-\U0001f19a\U0001f1e6-\U0001f1ff"
    "\U0001f201\U0001f21a\U0001f22f\U0001f232-\U0001f236\U0001f238-\U0001f23a\U0001f250\U0001f251\U0001f300-\U0001f64f"
    "\U0001f680-\U0001f6ff\U0001f7e0-\U0001f7eb\U0001f7f0\U0001f90c-\U0001f9ff\U0001fa70-\U0001faff]"
)
"""Characters that are emoji unless the text says otherwise (UTS 51, Emoji_Presentation). Other fonts lack most."""
AROUND = 24
"""Characters that are quoted before and after a missing one."""


def list_missing(layout: Any) -> set[str]:
    """Return the characters of a drawn `weasyprint.Document` that no font has."""
    return {chr(code) for font in layout.fonts.values() for code in font.missing}


def map_replacements(characters: Iterable[str]) -> dict[int, str]:
    """Return the replacement of each character, for `str.translate`."""
    return {ord(character): f"[U+{ord(character):04X}]" for character in characters}


def describe_missing(missing: Iterable[str], text: str, standard: str = "") -> Iterator[Problem]:
    """Yield one problem for each script that lacks a font.

    text: the document's text, for a quotation. standard: the one that forbids missing characters, if it was asked for.
    """
    replacements = map_replacements(missing)
    kinds: dict[tuple[str, str], list[str]] = {}
    for character in sorted(map(chr, replacements)):
        kinds.setdefault(_classify_character(character), []).append(character)
    for (kind, advice), characters in kinds.items():
        yield Problem(
            f"{_name_characters(kind, characters)}{_describe_outcome(characters, standard)}"
            f"{_quote_context(characters[0], text, replacements)}.",
            help=advice,
            quoted=characters[0],
        )


def _name_characters(kind: str, characters: list[str]) -> str:
    number = f"U+{ord(characters[0]):04X}"
    if len(characters) > 1:
        return f"no font contains {len(characters)} of the characters ({kind}), such as {number}"
    return f"no font contains the character {number} ({unicodedata.name(characters[0], kind)})"


def _describe_outcome(characters: list[str], standard: str) -> str:
    if standard:
        return f", and {standard} forbids missing characters"
    return "; code points are shown instead" if len(characters) > 1 else "; its code point is shown"


def _quote_context(character: str, text: str, replacements: dict[int, str]) -> str:
    """Return the text around a character; empty if only page headers or footers contain it."""
    before, found, after = text.partition(character)
    words = (before[-AROUND:] + found + after[:AROUND]).translate(replacements)
    return f': "{" ".join(words.split())}"' if found else ""


def _classify_character(character: str) -> tuple[str, str]:
    """Return the kind of a character, and how to fix it."""
    category, code = unicodedata.category(character), script(character)
    if category == "Cn":
        return "not in Unicode", "Check for a typo."
    if category == "Co":
        return "private use", "Few fonts contain it. Use another character."
    is_wide = unicodedata.east_asian_width(character) in "WF"
    font = find_script_font("emoji" if EMOJI.match(character) else "Hani" if code == "Zyyy" and is_wide else code)
    return font.name, font.advice
