"""Name the format of a file that cannot be shown, by its content: people rename files, and phones name them freely."""

import re

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "PNG"),
    (0, b"\xff\xd8\xff", "JPEG"),
    (0, b"GIF8", "GIF"),
    (8, b"WEBP", "WebP"),
    (0, b"II*\x00", "TIFF"),
    (0, b"MM\x00*", "TIFF"),
    (0, b"II+\x00", "TIFF"),
    (0, b"MM\x00+", "TIFF"),
    (0, b"\x00\x00\x01\x00", "ICO"),
    (0, b"8BPS", "Photoshop"),
    (0, b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
    (0, b"\xff\x0a", "JPEG XL"),
    (0, b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
    (0, b"\xd7\xcd\xc6\x9a", "WMF"),
    (40, b" EMF", "EMF"),
    (0, b"%PDF-", "PDF"),
    (0, b"%!PS", "PostScript"),
    (0, b"\xc5\xd0\xd3\xc6", "PostScript"),
    (0, b"PK\x03\x04", "ZIP"),
    (0, b"\x1f\x8b\x08", "gzip"),
    (0, b"\xfd7zXZ\x00", "xz"),
    (0, b"BZh", "bzip2"),
    (0, b"(\xb5/\xfd", "Zstandard"),
    (0, b"\x1aE\xdf\xa3", "WebM"),
)
"""Position, bytes and name of a format."""
_BRANDS = {b"avif": "AVIF", b"avis": "AVIF", b"qt  ": "QuickTime"} | dict.fromkeys(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), "HEIC"
)
"""Formats by the major brand of an ISO media file (ISO/IEC 14496-12, 4.3; 23008-12, annex B)."""
_SVG = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[^>]{0,500}-->\s*)?(?:<!DOCTYPE svg[^>]{0,300}>\s*)?<svg[\s>]", re.IGNORECASE
)
_HTML = re.compile(rb"\s*(?:<\?xml[^>]{0,200}>\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_POINTER = b"version https://git-lfs.github.com/spec/"
"""The beginning of a Git LFS pointer (github.com/git-lfs/git-lfs, docs/spec.md)."""
_TEXTS = ("SVG", "HTML")
_BOM = b"\xef\xbb\xbf"


def name_format(data: bytes) -> str:
    """Return the name of a file's format; empty if it is none that people take for an image or a log."""
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], "MP4")
    if data.startswith(b"BM") and data[6:10] == bytes(4):  # its reserved bytes are zero, so that no text is one
        return "BMP"
    head = data[:2048].removeprefix(_BOM)
    texts = (("SVG", _SVG.match(head)), ("HTML", _HTML.match(head)))
    signed = (name for at, signature, name in _SIGNATURES if data.startswith(signature, at))
    return next(signed, "") or next((name for name, found in texts if found), "")


def name_binary(data: bytes) -> str:
    """Return the name of a file's format if it cannot be read as text; empty otherwise."""
    name = name_format(data)
    return "" if name in _TEXTS else name


def is_pointer(data: bytes) -> bool:
    """Return whether a file only stands for one in Git's large file storage."""
    return data.startswith(_POINTER)
