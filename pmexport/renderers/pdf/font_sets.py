"""Embed fonts as PDF 1.4 knows them (PDF/A-1): with a list of all glyphs, and CFF outlines without a wrapper.

PDF/A-1 requires a list (ISO 19005-1, 6.3.5). WeasyPrint lists the glyphs that are used. But a subset keeps the numbers
of the others, as empty glyphs, and PDF/UA-1 wants these too (ISO 14289-1, 7.21.4.2).
"""

from io import BytesIO
from typing import Any

import pydyf  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from pmexport.renderers.pdf.pdf_objects import get_object

_CFF = "CFF "
_FILES = ("FontFile2", "FontFile3")


def list_all_glyphs(pdf: pydyf.PDF) -> None:
    """Let the list of each embedded font name every glyph in its font program."""
    for part in list(pdf.objects):
        if isinstance(part, dict) and "CIDSet" in part:
            program = next(get_object(pdf, part[name]) for name in _FILES if name in part)
            get_object(pdf, part["CIDSet"]).stream = [_set_bits(_read_program(program))]


def _read_program(program: Any) -> set[int]:
    """Return the numbers of all glyphs (CIDs) in a font program, and unwrap CFF outlines (ISO 19005-1, 6.3.2)."""
    with TTFont(BytesIO(b"".join(program.stream)), lazy=True) as font:
        numbers = set(range(font["maxp"].numGlyphs))
        if _CFF not in font:
            return numbers
        program.stream, program.extra["Subtype"] = [font.reader[_CFF]], "/CIDFontType0C"
        top = font[_CFF].cff.topDictIndex[0]
        return (
            {int(name[3:]) for name in top.charset if name.startswith("cid")} | {0} if hasattr(top, "ROS") else numbers
        )


def _set_bits(numbers: set[int]) -> bytes:
    """Return a row of bits in which these are set, the first one first, padded to whole bytes."""
    bits = bytearray(max(numbers, default=0) // 8 + 1)
    for number in numbers:
        bits[number // 8] |= 0x80 >> number % 8
    return bytes(bits)
