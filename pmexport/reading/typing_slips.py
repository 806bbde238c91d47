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
TEXT_AFTER_HASH = "PM026"
"""The rule that reports text which a language takes for a comment."""

_PARTNERS = {
    "\u201c": "\u201d", "\u201d": "\u201d", "\u201e": "\u201c\u201d",
    "\u2018": "\u2019", "\u2019": "\u2019", "\u201a": "\u2018\u2019",
    "\u00ab": "\u00bb", "\u00bb": "\u00ab\u00bb", "\uff02": "\uff02",
}  # fmt: skip
"""Quotes that word processors and chat programs write in place of straight ones, with those that close them."""
SMART_QUOTES = frozenset("".join((*_PARTNERS, *_PARTNERS.values())))
BEGIN_ITEMS = "Begin list items with a hyphen: -"
"""Help for another character in its place."""
_CURLY = "YAML recognises only straight quotes. Replace the curly quotes with "
OWN_QUOTES = f"""{_CURLY}" or ', or put ' around the whole value."""
"""Help for a value in quotes that YAML does not know."""
STRAIGHT_QUOTES = 'Replace the curly quotes with straight ones: "'
"""Help for quotes that a format does not know."""
_MARKER = re.compile(
    r"[ ]*(?P<marker>[\u2010-\u2015\u2212\u2022\u2023\u25e6\u25aa\u25cf\u00b7]|\d{1,3}[.)](?= ))[ ]*(?=\S)"
)
"""A line that begins with a dash of a word processor, a bullet or a number."""
_LONGEST_LINE = 1000
"""Characters of a line that are searched."""


def is_invisible(character: str) -> bool:
    """Return whether a character looks like a space or like nothing, but is not a space."""
    return character not in " \t\n" and unicodedata.category(character) in ("Zs", "Cf")


def describe_dropped(language: str) -> tuple[str, str]:
    """Return the message about text that a language takes for a comment, and the help.

    The message does not quote the text, which may be a secret.
    """
    message = f"The text after this # is missing from the report, because {language} reads it as a comment."
    return message, "Put the whole text in quotes. If it is a comment, put a space after the #."


def is_smart_quoted(value: str, *, before_comma: bool) -> bool:
    """Return whether a text without straight quotes is in curly ones, or begins with one that a comma cut off.

    before_comma: whether a comma ends the text.
    """
    closing, inside = _PARTNERS.get(value[:1], ""), value[1:].rstrip()
    if not closing or not inside:
        return False
    if not set(closing).intersection(inside):
        return before_comma
    return inside[-1] in closing and not SMART_QUOTES.intersection(inside[:-1].replace("\u2019", ""))


def find_slip(text: str, offset: int) -> Slip | None:
    """Return the slip in the line of an offset; None if there is none."""
    start = text.rfind("\n", 0, offset) + 1
    line = text[start:].partition("\n")[0][:_LONGEST_LINE]
    return _find_invisible(line, start) or _find_colon(line, start)


def find_marker(text: str, offset: int) -> Slip | None:
    """Return the dash, bullet or number that begins a line where YAML expects the hyphen of a list item."""
    start = text.rfind("\n", 0, offset) + 1
    match = _MARKER.match(text, start)
    above = text[max(0, start - _LONGEST_LINE) : start].rstrip().rpartition("\n")[2]
    if match is None or not (above.endswith(":") or _MARKER.match(above)):
        return None
    marker = match["marker"]
    name = character_name(marker) if len(marker) == 1 else marker
    return match.start("marker"), f"found {name}, which does not begin a list item.", BEGIN_ITEMS


def explain_bare_key(text: str, offset: int, key: str) -> Slip | None:
    """Return the slip that made a key without a colon at this offset; None if it may be meant."""
    if is_any_key(key):
        return None
    before = text[text.rfind("\n", 0, offset) + 1 : offset].rstrip()
    message = f'found "{shorten(key)}" after a comma. An unquoted value ends at a comma here.'
    comma = (offset, message, OWN_QUOTES if _begins_smart_quote(before) else "Quote the whole value.")
    return _find_colon(key, offset) or (comma if before.endswith(",") else None)


def _begins_smart_quote(before: str) -> bool:
    """Return whether a value that a comma cut off begins with a curly quote that is not closed before the comma."""
    value = before.rpartition(": ")[2].lstrip()
    return value[:1] in _PARTNERS and not set(_PARTNERS[value[0]]).intersection(value[1:])


def explain_key(text: str, offset: int | None, key: str) -> Slip | None:
    """Return the slip that made an unknown key; None if it is just unknown.

    offset: where the key is in the text, if known.
    """
    if offset is None or not key:
        return None
    start = offset + text.startswith(('"', "'"), offset)
    written = text.startswith(key, start)
    for index, character in enumerate(key[:_LONGEST_LINE]):
        if is_invisible(character):
            return start + index if written else offset, *_name(character)
    if key[0] in SMART_QUOTES and key[-1] in SMART_QUOTES:
        return offset, "found curly quotes around a key.", "Remove them."
    return _find_colon(key, offset) if written and start == offset else None


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
