"""Shared access to the objects of a pydyf PDF, and paths drawn with fontTools."""

import zlib
from typing import Any

import pydyf  # type: ignore[import-untyped]


class Path(pydyf.Stream):  # type: ignore[misc]
    """A path that fontTools' CairoPen can draw. The operators have the same names, except for one."""

    close_path = pydyf.Stream.close


def get_object(pdf: pydyf.PDF, reference: bytes) -> Any:
    """Return the object with a reference such as `12 0 R`."""
    return pdf.objects[int(reference.split()[0])]


def list_pages(pdf: pydyf.PDF) -> list[Any]:
    """Return the page objects in order."""
    return [pdf.objects[number] for number in pdf.pages["Kids"][::3]]


def compress_streams(pdf: pydyf.PDF) -> None:
    """Compress the streams at zlib's own level. pydyf takes the highest, which costs more time than it saves bytes."""
    for part in pdf.objects:
        if isinstance(part, pydyf.Stream) and part.compress:
            part.stream = [zlib.compress(b"\n".join(map(pydyf._to_bytes, part.stream)))]  # noqa: SLF001
            part.extra["Filter"] = "/FlateDecode"
            part.compress = False


def forbid_smoothing(pdf: pydyf.PDF) -> None:
    """Let viewers show images pixel by pixel, as PDF/A wants (ISO 19005-1, 6.2.4)."""
    for part in pdf.objects:
        if isinstance(part, pydyf.Stream) and "Interpolate" in part.extra:
            part.extra["Interpolate"] = "false"


def set_fill(color: str, share: float = 1) -> str:
    """Return the operator that fills with a colour given as `#rrggbb`. share: of it; the rest is white."""
    parts = (1 - share + share * int(color[index : index + 2], 16) / 255 for index in (1, 3, 5))
    return f"{' '.join(f'{part:.3f}' for part in parts)} rg"
