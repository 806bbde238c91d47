"""List all glyphs of the embedded fonts of a PDF 1.4 file (PDF/A-1).

PDF/A-1 requires a list (ISO 19005-1, 6.3.5). WeasyPrint lists the glyphs that are used. But a subset keeps the numbers
of the others, as empty glyphs, and PDF/UA-1 wants these too (ISO 14289-1, 7.21.4.2).
"""

from io import BytesIO
from typing import Any

import pydyf  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from pmexport.renderers.pdf.pdf_objects import get_object

_FILES = ("FontFile2", "FontFile3")


def list_all_glyphs(pdf: pydyf.PDF) -> None:
    """Let the list of each embedded font name every glyph in its font program."""
    for part in list(pdf.objects):
        if isinstance(part, dict) and "CIDSet" in part:
            program = next(get_object(pdf, part[name]) for name in _FILES if name in part)
            get_object(pdf, part["CIDSet"]).stream = [_set_bits(_count_glyphs(program))]


def _count_glyphs(program: Any) -> int:
    with TTFont(BytesIO(b"".join(program.stream)), lazy=True) as font:
        return int(font["maxp"].numGlyphs)


def _set_bits(count: int) -> bytes:
    """Return this number of bits, the first one first, padded to whole bytes."""
    whole, rest = divmod(count, 8)
    return b"\xff" * whole + bytes([0xFF00 >> rest & 0xFF] if rest else [])
