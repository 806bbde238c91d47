"""Descriptions of values and characters for messages: short, on one line, without control characters."""

import datetime as dt
import unicodedata
from collections.abc import Mapping
from decimal import Decimal

from pmexport.report.field_types import is_empty

_LONGEST = 40


def shorten(text: str) -> str:
    """Return the first forty characters, spaces replacing those that are not printable, and … for the rest."""
    shown = "".join(character if character.isprintable() else " " for character in text[: _LONGEST + 1])
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1].rstrip()}…"


def name_value(value: object) -> str:
    """Return a description of a value: `"Pari"`, `a list`, `nothing`."""
    if is_empty(value):
        return "nothing"
    match value:
        case str():
            return f'"{shorten(value)}"'
        case bool():
            return "true" if value else "false"
        case int() | float() | Decimal():
            return _name_number(value)
        case dt.date() | dt.time():
            return f"the date or time {value}"
        case Mapping():
            return "a mapping"
        case list() | tuple():
            return "a list"
    return f"a value of the type {type(value).__name__}"


def character_name(character: str) -> str:
    """Return the name of a character: `U+00A0 (NO-BREAK SPACE)`."""
    title = unicodedata.name(character, "a control character")
    return f"U+{ord(character):04X} ({title})"


def character_at(text: str, offset: int) -> str:
    """Return a description of the character at an offset: `"*"`, `the end of the line`."""
    match text[offset : offset + 1]:
        case "":
            return "the end of the file"
        case "\n":
            return "the end of the line"
        case '"':
            return "a double quote"
        case character:
            return f'"{character}"' if character.isprintable() else character_name(character)


def _name_number(value: float | Decimal) -> str:
    try:
        return f"the number {shorten(str(value))}"
    except ValueError:  # Python refuses to write integers of thousands of digits
        return "a number with too many digits"
