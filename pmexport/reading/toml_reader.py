"""TOML 1.0. Floats keep the characters that their author wrote."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from pmexport.limits import Limits
from pmexport.reading import mapping_reader
from pmexport.reading.found_values import character_at
from pmexport.reading.parsed_tree import Extent, Fault, Lines, Parsed, UnreadableError, located, too_deep, too_many

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*+)*+")
_KEY = re.compile(r"""[ \t]*+([A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')[ \t]*+""")
_SCALAR = re.compile(
    r'''"""(?:[^"\\]|\\.|"(?!""))*+"{3,5}|\'\'\'(?:[^']|'(?!\'\'))*+'{3,5}'''
    r"""|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+'|[^\s"'\[\]{},=#][^"'\[\]{},=#\n]*+""",
    re.DOTALL,
)
_TOLD = re.compile(r"(?P<problem>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL)
_MISTAKES = (
    ("Expected '='", "found {here}, expected = after the key.", ""),
    ("Invalid value", "found {here}, expected a value.", "A text must stand in quotes."),
    ("Expected newline", "found {here} after a value, expected the end of the line.", "A text must stand in quotes."),
    ("Illegal character '.n'|Unterminated", "found {here} in a text, expected its closing quote.", ""),
    (
        "Unescaped|Invalid hex|Escaped",
        "found an escape that TOML does not have.",
        r"In single quotes, \ stands for itself.",
    ),
    ("Invalid statement|Invalid initial", "found {here}, expected a key.", ""),
    ("Found invalid|Illegal character", "found {here}, which cannot stand in TOML as it is.", ""),
    ("Cannot (overwrite|declare|mutate)", "found a key or a table that is given already.", ""),
)


def parse(text: str, limits: Limits) -> Parsed:
    """Return what a TOML text holds.

    Raises UnreadableError at the first error of syntax, for keys that are given twice, and beyond the limits.
    """
    scan = _Scan(text, limits)
    try:
        value = tomllib.loads(text, parse_float=str)
        parsed = mapping_reader.parse(value, limits)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableError(*(scan.twice or [_syntax(error, text)])) from None
    except UnreadableError as error:
        raise UnreadableError(*(located(fault, scan.root) for fault in error.faults)) from None
    except (ValueError, RecursionError):  # the first for integers, the second where the limit of depth was raised
        message = "found an integer of thousands of digits, or lists too deep inside each other to be read."
        raise UnreadableError(Fault(message, offset=0)) from None
    return replace(parsed, place=scan.root) if value else Parsed(None, scan.root)


def _syntax(error: tomllib.TOMLDecodeError, text: str) -> Fault:
    told = _TOLD.fullmatch(str(error))
    if told is None:
        return Fault(f"{error}.")
    offset = Lines(text).offset(int(told["line"]), int(told["column"])) if told["line"] else len(text)
    for pattern, message, help_ in _MISTAKES:
        if re.match(pattern, told["problem"]):
            return Fault(message.replace("{here}", character_at(text, offset)), help_, offset=offset)
    return Fault(f"{told['problem']}.", offset=offset)


class _ConfusedError(Exception):
    """What comes next is no TOML."""


_Key = list[tuple[str, int]]
"""The parts of a dotted key, and where each stands."""


class _Scan:
    """Finds where keys and values stand, as far as the text is TOML; whether it is, the parser says."""

    def __init__(self, text: str, limits: Limits) -> None:
        self.root = Extent(0, inside={})
        self.twice: list[Fault] = []
        """The keys and tables that are given a second time."""
        self._text = text
        self._lines = Lines(text)
        self._limits = limits
        self._tables: set[int] = set()
        self._count = 0
        self._at = 0
        with suppress(_ConfusedError):
            self._statements()

    def _statements(self) -> None:
        table = self.root
        self._skip()
        while self._at < len(self._text):
            if self._took("[["):
                table = self._item(self._key())
                self._need("]]")
            elif self._took("["):
                table = self._table(self._key())
                self._need("]")
            else:
                self._pair(table, 1)
            self._skip()

    def _item(self, key: _Key) -> Extent:
        *outer, (name, start) = key
        items = _inside(_child(_enter(self.root, outer), name, start))
        items[len(items)] = Extent(start, inside={})
        return items[len(items) - 1]

    def _table(self, key: _Key) -> Extent:
        table = _enter(self.root, key)
        if id(table) in self._tables:
            self._twice(key[-1][1], table)
        self._tables.add(id(table))
        return table

    def _pair(self, table: Extent, depth: int) -> None:
        *outer, (name, start) = self._key()
        self._need("=")
        value = self._value(start, depth)
        inside = _inside(_enter(table, outer))
        if name in inside:
            self._twice(start, inside[name])
        inside.setdefault(name, value)

    def _twice(self, start: int, first: Extent) -> None:
        hint = f"The first time is in line {self._lines.position(first.key or 0)[0]}."
        self.twice.append(Fault("this key is given twice.", hint, offset=start))

    def _value(self, key: int | None, depth: int) -> Extent:
        self._skip()
        self._keep_to_limits(depth)
        place = Extent(self._at, key)
        if self._took("["):
            place.inside = {}
            self._inside_of("]", lambda: self._element(place, depth + 1))
        elif self._took("{"):
            place.inside = {}
            self._inside_of("}", lambda: self._pair(place, depth + 1))
        else:
            self._match(_SCALAR)
        return place

    def _element(self, array: Extent, depth: int) -> None:
        items = _inside(array)
        items[len(items)] = self._value(None, depth)

    def _inside_of(self, end: str, take: Callable[[], None]) -> None:
        self._skip()
        while not self._took(end):
            take()
            self._skip()
            if not self._took(","):
                self._need(end)
                return
            self._skip()

    def _key(self) -> _Key:
        parts = []
        while True:
            match = self._match(_KEY)
            parts.append((_unquoted(match[1]), match.start(1)))
            self._keep_to_limits(len(parts))  # the parser's memory grows with the square of them
            if not self._took("."):
                return parts

    def _keep_to_limits(self, depth: int) -> None:
        self._count += 1
        if depth > self._limits.depth:
            raise UnreadableError(too_deep(self._limits, self._at))
        if self._count > self._limits.values:
            raise UnreadableError(too_many(self._limits, self._at))

    def _skip(self) -> None:
        self._match(_BLANK)

    def _took(self, token: str) -> bool:
        taken = self._text.startswith(token, self._at)
        self._at += len(token) if taken else 0
        return taken

    def _need(self, token: str) -> None:
        if not self._took(token):
            raise _ConfusedError

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str]:
        match = pattern.match(self._text, self._at)
        if match is None:
            raise _ConfusedError
        self._at = match.end()
        return match


def _inside(place: Extent) -> dict[str | int, Extent]:
    if place.inside is None:
        raise _ConfusedError
    return place.inside


def _child(place: Extent, name: str, start: int) -> Extent:
    return _inside(place).setdefault(name, Extent(start, start, {}))


def _enter(place: Extent, key: _Key) -> Extent:
    """Return the table of this name, the last one where there are several."""
    for name, start in key:
        place = _child(place, name, start)
        items = _inside(place)
        place = items[len(items) - 1] if 0 in items else place
    return place


def _unquoted(key: str) -> str:
    if not key.startswith(('"', "'")):
        return key
    try:
        return str(tomllib.loads(f"key = {key}")["key"])
    except tomllib.TOMLDecodeError:
        raise _ConfusedError from None
