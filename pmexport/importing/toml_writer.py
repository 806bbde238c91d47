"""Write a report's fields as TOML: texts of several lines as blocks, mappings as tables."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPED = re.compile(
    '[\x00-\x08\x0b-\x1f"\\\\\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]'
)
"""Characters that a text of several lines cannot contain as they are, and those that could hide others."""


def write_toml(fields: Mapping[str, Any]) -> str:
    """Return the fields as TOML that reads as the same fields. Values are texts, lists and mappings."""
    return "\n".join([*_write_table(fields, ()), ""])


def _write_table(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    """Yield the lines of a table: its values first, because what follows a heading belongs to that table."""
    for key, value in table.items():
        if not _is_table(value):
            yield f"{_write_key(key)} = {_write_value(value)}"
    for key, value in table.items():
        inner = (*path, _write_key(key))
        if isinstance(value, Mapping):
            yield from ("", f"[{'.'.join(inner)}]", *_write_table(value, inner))
        elif _is_table(value):
            for item in value:
                yield from ("", f"[[{'.'.join(inner)}]]", *_write_table(item, inner))


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, list) and bool(value) and isinstance(value[0], Mapping))


def _write_key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _write_line(key)


def _write_value(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_write_value, value))}]"
    text = str(value)
    return f'"""\n{_ESCAPED.sub(_escape, text)}"""' if "\n" in text else _write_line(text)


def _write_line(text: str) -> str:
    return f'"{_ESCAPED.sub(_escape, text)}"'.replace("\n", "\\n")


def _escape(found: re.Match[str]) -> str:
    return f"\\{found[0]}" if found[0] in '"\\' else f"\\u{ord(found[0]):04x}"
