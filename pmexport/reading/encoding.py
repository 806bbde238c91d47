"""From bytes to characters: UTF-8, and UTF-16 where a byte order mark says so."""

import codecs

from pmexport.errors import InputError
from pmexport.limits import Limits
from pmexport.problems import Problem
from pmexport.reading.parsed_tree import replace_surrogates
from pmexport.reading.source_text import SourceText

_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROLS = (b"\0", b"\1", b"\2", b"\3")
_KINDS = {
    b"%PDF-": "a PDF file",
    b"PK\3\4": "a ZIP file",
    b"\xd0\xcf\x11\xe0": "a file of an old version of Word or Excel",
    b"{\\rtf": "a file in Rich Text Format",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
}
"""What begins with these bytes. Word files are ZIP files."""
_SAVE = "Save the file as UTF-8."


def decode(data: bytes | str, name: str, limits: Limits) -> str:
    r"""Return the text of a file, with `\n` as every line end and without a byte order mark.

    Raises InputError if the file exceeds the limit, and for any encoding except UTF-8 and UTF-16 with a mark.
    """
    if len(data) > limits.file_bytes:
        hint = f"The limit is file_bytes={limits.file_bytes}."
        raise InputError([Problem("the file is too large.", file=name, help=hint)])
    text = replace_surrogates(data) if isinstance(data, str) else _decode_bytes(data, name)
    return _plain_line_ends(text.removeprefix("\ufeff"))


def _plain_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def find_kind(data: bytes) -> str:
    """Return what a file is, such as `a PDF file`, if it is certainly not text; otherwise an empty text."""
    return next((kind for start, kind in _KINDS.items() if data.startswith(start)), "")


def _decode_bytes(data: bytes, name: str) -> str:
    if kind := find_kind(data):
        raise InputError([Problem(f"found {kind}, expected text.", file=name)])
    if data.startswith(_UTF_32):
        raise InputError([Problem("found UTF-32, expected UTF-8.", file=name, help=_SAVE)])
    if not data.startswith(_UTF_16) and b"\0" in data[:2]:
        message = "found what looks like UTF-16 without a byte order mark, expected UTF-8."
        raise InputError([Problem(message, file=name, help=_SAVE)])
    try:
        return data.decode("utf-16" if data.startswith(_UTF_16) else "utf-8")
    except UnicodeDecodeError as error:
        raise InputError([_decoding_problem(data, error, name)]) from None


def _decoding_problem(data: bytes, error: UnicodeDecodeError, name: str) -> Problem:
    before = _plain_line_ends(data[: error.start].decode(error.encoding).removeprefix("\ufeff"))
    message = f"found the byte 0x{data[error.start]:02X}, which is not {error.encoding.upper()}."
    return SourceText(before, name).problem(message, _advise(data, error), offset=len(before))


def _advise(data: bytes, error: UnicodeDecodeError) -> str:
    """Return what to do, with a guess at the encoding."""
    if error.encoding == "utf-8" and any(byte in data for byte in _CONTROLS):
        return "It does not look like text."
    return f"{_guess_encoding(data, error)}{_SAVE}"


def _guess_encoding(data: bytes, error: UnicodeDecodeError) -> str:
    """Return a guess at the encoding, as a sentence."""
    if error.encoding != "utf-8":
        return ""
    character = data[error.start : error.start + 1].decode("cp1252", errors="ignore")
    which = f', in which this byte is "{character}"' if character.isprintable() else ""
    return f"It may be Windows-1252 or Latin-1{which}. " if character else ""
