"""Count the parts of an image file before decoding it: programs spend time on each, however small it is."""

import re
from collections.abc import Iterator
from itertools import islice, repeat

MOST_SCANS = 100
"""Scans of a progressive JPEG. Each goes over the whole image; cameras and programs write about ten."""
MOST_PARTS = 20_000
"""Segments of a JPEG, and chunks of a PNG. Programs write a few, or one per 8 KiB of the image."""

_PNG = b"\x89PNG\r\n\x1a\n"
_CHUNK_FRAME = 12
"""Bytes of a PNG chunk besides its data: length, type and checksum (ISO/IEC 15948, 5.3)."""
_JPEG = b"\xff\xd8"
_MARKER = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")
"""A JPEG marker (ISO/IEC 10918-1, B.1.1.2) except those in a scan: 0xFF00 is data, and 0xFFD0 to 0xFFD7 restart."""
_START_OF_SCAN, _END_OF_IMAGE = b"\xda", b"\xd9"
_ALONE = (b"\x01", b"\xd8")
"""Markers without a length."""


def has_too_many_parts(data: bytes) -> bool:
    """Return whether a PNG or JPEG has more scans or parts than programs write; false for other formats."""
    if data.startswith(_PNG):
        return _exceeds(_list_chunks(data), MOST_PARTS)
    if data.startswith(_JPEG):
        scans = (code for code in islice(_list_segments(data), MOST_PARTS) if code == _START_OF_SCAN)
        return _exceeds(_list_segments(data), MOST_PARTS) or _exceeds(scans, MOST_SCANS)
    return False


def _exceeds(parts: Iterator[object], most: int) -> bool:
    return any(number >= most for number, _ in enumerate(parts))


def _list_chunks(data: bytes) -> Iterator[int]:
    """Yield the position of each chunk of a PNG."""
    at = len(_PNG)
    while at < len(data):
        yield at
        at += _CHUNK_FRAME + int.from_bytes(data[at : at + 4])


def _list_segments(data: bytes) -> Iterator[bytes]:
    """Yield the code of each segment of a JPEG, and empty bytes for each byte between segments of the header."""
    at, in_header = len(_JPEG), True
    while (found := _MARKER.search(data, at)) and found[1] != _END_OF_IMAGE:
        if in_header:
            yield from repeat(b"", found.start() - at)
        yield found[1]
        in_header = in_header and found[1] != _START_OF_SCAN
        at = found.end()
        if found[1] not in _ALONE:
            at += int.from_bytes(data[at : at + 2])
