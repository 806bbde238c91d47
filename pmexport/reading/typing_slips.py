"""Slips of typing that are hard to see: characters that look like a space or nothing, and a missing space."""

import re
import unicodedata

from pmexport.reading.found_values import character_name, shorten
from pmexport.reading.suggestions import is_any_key

Slip = tuple[int, str, str]
"""The offset in the text, the message and the help."""

_NO_SPACE = re.compile(r"[ ]*(?:-[ ]+)*(?P<key>[^\W\d][\w -]{0,60})(?P<colon>:|\N{FULLWIDTH COLON}[ ]*)(?=\S)")
"""A line that begins with a key and a colon, without a space after it."""
_STRUCTURE = re.compile(r"(?:[^\w\n]|_)*\w*(?:[ \w]*:\W?)?")
"""The part of a line in which characters that look like spaces matter: before a key or a value."""
_LONGEST_LINE = 1000
"""Characters of a line that are searched."""


def is_invisible(character: str) -> bool:
    """Return whether a character looks like a space or like nothing, but is not a space."""
    return character not in " \t\n" and unicodedata.category(character) in ("Zs", "Cf")


def find_slip(text: str, offset: int) -> Slip | None:
    """Return the slip in the line of an offset; None if there is none."""
    start = text.rfind("\n", 0, offset) + 1
    line = text[start:].partition("\n")[0][:_LONGEST_LINE]
    return _find_invisible(line, start) or _find_colon(line, start)


def explain_key(text: str, offset: int | None, key: str, value: object) -> Slip | None:
    """Return the slip that made an unknown key; None if it is just unknown.

    offset: where the key is in the text, if known. value: its value.
    """
    if offset is None or not text.startswith(key, offset):
        return None
    for index, character in enumerate(key[:_LONGEST_LINE]):
        if is_invisible(character):
            return offset + index, *_name(character)
    before = text[text.rfind("\n", 0, offset) + 1 : offset].rstrip()
    comma = offset, f'found "{shorten(key)}" after a comma, which ends the value before it.', "Quote the whole value."
    return _find_colon(key, offset) or (comma if value is None and before.endswith(",") else None)


def _find_invisible(line: str, start: int) -> Slip | None:
    structure = _STRUCTURE.match(line)
    for index, character in enumerate(structure[0] if structure else ""):
        if is_invisible(character):
            return start + index, *_name(character)
    return None


def _name(character: str) -> tuple[str, str]:
    wide = unicodedata.category(character) == "Zs"
    return f"found {character_name(character)}.", "Replace it with a space." if wide else "Delete it."


def _find_colon(line: str, start: int) -> Slip | None:
    match = _NO_SPACE.match(line)
    if match is None or not is_any_key(match["key"]):
        return None
    rest = shorten(line[match.end() :].strip())
    found = "a colon without a space after it" if match["colon"] == ":" else character_name(match["colon"][0])
    return start + match.start("colon"), f"found {found}.", f"Write `{match['key']}: {rest}`."
