"""Characters that no font has: in the page their numbers stand for them, and the author is told.

An empty box says nothing, and a missing glyph breaks PDF/UA-1 (ISO 14289-1, 7.21.8).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from fontTools.unicodedata import script, script_name  # type: ignore[import-untyped]

from pmexport.problems import Problem

CJK = {"Bopo", "Hang", "Hani", "Hira", "Kana"}
"""Scripts by their ISO 15924 code."""
AROUND = 24
"""Characters that are quoted before and after one."""


def missing_in(layout: Any) -> set[str]:
    """Return the characters that no font has, of a `weasyprint.Document` that is drawn."""
    return {chr(code) for font in layout.fonts.values() for code in font.missing}


def stand_ins(characters: Iterable[str]) -> dict[int, str]:
    """Return what stands for each of these characters, for `str.translate`."""
    return {ord(character): f"[U+{ord(character):04X}]" for character in characters}


def problems(missing: Iterable[str], said: str) -> Iterator[Problem]:
    """Yield what to tell the author of characters that no font has, one for each script.

    said: what the document says.
    """
    instead = stand_ins(missing)
    kinds: dict[tuple[str, str], list[str]] = {}
    for character in sorted(map(chr, instead)):
        kinds.setdefault(_kind(character), []).append(character)
    for (kind, advice), characters in kinds.items():
        yield Problem(f"no font has {_named(kind, characters)}{_quoted(characters[0], said, instead)}.", help=advice)


def _named(kind: str, characters: list[str]) -> str:
    number = f"U+{ord(characters[0]):04X}"
    if len(characters) > 1:
        return f"{len(characters)} characters ({kind}), such as {number}; their numbers stand in their place"
    return f"the character {number} ({unicodedata.name(characters[0], kind)}); its number stands in its place"


def _quoted(character: str, said: str, instead: dict[int, str]) -> str:
    """Return the words around a character; nothing where the document says it nowhere, but only its pages do."""
    before, found, after = said.partition(character)
    words = (before[-AROUND:] + found + after[:AROUND]).translate(instead)
    return f': "{" ".join(words.split())}"' if found else ""


def _kind(character: str) -> tuple[str, str]:
    """Return the kind of a character, and what to do about it."""
    category, code = unicodedata.category(character), script(character)
    if category == "Cn":
        return "not in Unicode", "Look whether it is a slip."
    if category == "Co":
        return "of private use", "Only the font that it was made for has it: write it otherwise."
    if code in CJK:
        return "Chinese, Japanese, Korean", _install("fonts-noto-cjk")
    if category == "So" and ord(character) >= 0x1F000:
        return "emoji", _install("fonts-noto-color-emoji")
    return "symbol" if code == "Zyyy" else script_name(code).replace("_", " "), _install("fonts-noto-core")


def _install(package: str) -> str:
    return f"Install a Noto font of its script; on Debian and Ubuntu: apt install {package}."
