"""Texts as a reader or a program sees them: without Markdown marks, entities and invisible characters, and decoded."""

import base64
import binascii
import html
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import unquote

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_MARK = re.compile(
    r"\\(?=[!-/:-@\[-`{-~])|[*~`]|</?[A-Za-z][^<>\n]{0,80}>"
    r"|[\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufeff]"
)
"""Escapes, emphasis, tags, and characters that are not seen."""
_WIDE = re.compile(r"[\uff01-\uff5e]+")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{16,}={0,2}")
_DEEPEST = 3
"""Encodings inside each other that are decoded."""


def unmask(text: str) -> str:
    """Return a text without Markdown marks, tags and invisible characters. Its lines stay where they are."""
    text = _ENTITY.sub(_read_entity, text) if "&" in text else text
    text = _MARK.sub("", text)
    return text if text.isascii() else _WIDE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def _read_entity(found: re.Match[str]) -> str:
    character = html.unescape(found[0])
    return found[0] if "\n" in character else character


def decode_parts(text: str, depth: int = _DEEPEST) -> Iterator[tuple[str, int]]:
    """Yield what is encoded in a text, in base64 or for an address, each with its position in the text."""
    if _PERCENT.search(text):
        yield unquote(text), 0
    for found in _BASE64.finditer(text) if depth else ():
        decoded = _decode_base64(found[0])
        if decoded:
            yield decoded, found.start()
            yield from ((part, found.start()) for part, _ in decode_parts(decoded, depth - 1))


def _decode_base64(text: str) -> str:
    """Return the text that base64 stands for, with either alphabet; empty if it stands for none."""
    text = text.rstrip("=").replace("-", "+").replace("_", "/")
    with suppress(binascii.Error, UnicodeDecodeError):
        decoded = base64.b64decode(text + "=" * (-len(text) % 4)).decode()
        if sum(one.isprintable() or one.isspace() for one in decoded) == len(decoded):
            return decoded
    return ""
