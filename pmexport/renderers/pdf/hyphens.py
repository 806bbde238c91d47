"""Hyphens that the layout adds at line ends: text that is extracted has the whole word.

They become soft hyphens, by which readers recognise a divided word (ISO 32000-1, 14.8.2.2.3).
"""

from typing import Any

import pydyf  # type: ignore[import-untyped]

_HYPHENS = "\N{HYPHEN}\N{NON-BREAKING HYPHEN}"
"""Characters that look like the keyboard's hyphen and are rare in texts."""
_SOFT = "00ad"


def choose_hyphen(text: str) -> str:
    """Return a hyphen for line ends that is not a character of this text; empty if all of them are."""
    return next((hyphen for hyphen in _HYPHENS if hyphen not in text), "")


def style_hyphen(hyphen: str) -> str:
    """Return the CSS that uses a hyphen, or that divides no word without one."""
    return f'html {{ hyphenate-character: "{hyphen}" }}' if hyphen else "* { hyphens: none !important }"


def soften_hyphens(pdf: pydyf.PDF, hyphen: str) -> None:
    """Let a hyphen be read as a soft one: change what its glyph means in each font of a PDF."""
    meaning = f"> <{ord(hyphen):04x}>".encode() if hyphen else None
    for part in filter(_is_character_map, pdf.objects if meaning else ()):
        part.stream = [line.replace(meaning, f"> <{_SOFT}>".encode()) for line in part.stream]


def _is_character_map(part: Any) -> bool:
    return isinstance(part, pydyf.Stream) and b"begincmap" in part.stream
