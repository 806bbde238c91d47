"""Fields of an author's YAML file, set in place: nothing else in the file changes by a byte.

A library that writes YAML keeps comments, but lays out anew what it writes: indents, quotes, folded lines, line ends.
So the text is changed at the places that the parser tells, and read again to be sure.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter

from yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, Event, NodeEvent, ScalarEvent

from pmexport.limits import DEFAULT, Limits
from pmexport.reading import yaml_reader
from pmexport.reading.parsed_tree import Fault, Lines, UnreadableError
from pmexport.reading.validation import input_error

HEAD = ("title", "id", "status", "severity", "date", "published", "revision")
"""The fields that can be set, in the order in which a report begins: one that is added goes below one before it."""

_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_PLAIN = re.compile(r"[0-9a-z][\w.-]*")
"""What needs no quotes."""
_COLON = re.compile(r"\s*:")
_LINE_BREAK = re.compile(r"\r\n|\r|\n")


def set_fields(data: bytes, fields: Mapping[str, str], name: str = "", limits: Limits = DEFAULT) -> bytes:
    """Return a YAML file of a report in which these fields have these texts; all else stays byte for byte.

    fields: some of HEAD. name: the file's, for messages.

    Raises InputError where that cannot be done, as where an anchor makes a value another's too.
    """
    bom = next((bom for bom in _BOMS if data.startswith(bom)), b"")
    encoding = _BOMS.get(bom, "utf-8")
    text = data[len(bom) :].decode(encoding)
    try:
        expected = {**_value(text, limits), **fields}
        edited = _edited(text, fields)
        if not _says(edited, expected, limits):
            raise _refusal("the file is written in a way in which no field can be set for you.", fields)
    except UnreadableError as error:
        raise input_error(error, Lines(text), name) from None
    return bom + edited.encode(encoding)


def _edited(text: str, fields: Mapping[str, str]) -> str:
    report = _Mapping(text)
    edits = [report.edit(key, value) for key, value in fields.items()]
    out, done = "", 0
    for start, end, new in sorted(edits, key=itemgetter(0)):
        out += text[done:start] + new
        done = end
    return out + text[done:]


def _says(text: str, expected: Mapping[str, object], limits: Limits) -> bool:
    try:
        return _value(text, limits) == expected
    except UnreadableError:
        return False


def _value(text: str, limits: Limits) -> dict[str, object]:
    parsed = yaml_reader.parse(text, limits)
    if parsed.faults:
        raise UnreadableError(*parsed.faults)
    if not isinstance(parsed.value, dict):
        raise UnreadableError(Fault("found no fields, expected those of a report."))
    return parsed.value


def _refusal(message: str, fields: Mapping[str, str], *path: str, offset: int | None = None) -> UnreadableError:
    lines = ", ".join(f"{key}: {_scalar(value)}" for key, value in fields.items())
    return UnreadableError(Fault(message, f"Write it yourself: {lines}", path, offset))


def _scalar(text: str, style: str | None = None) -> str:
    """Return a text in YAML, in single or double quotes if that is the style, or if it needs some."""
    if style == "'":
        return "'" + text.replace("'", "''") + "'"
    return text if style != '"' and _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


Edit = tuple[int, int, str]
"""Where what is replaced begins and ends, in characters from the start of the text, and by what."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A key and its value, where they stand in the text."""

    in_quotes: bool
    """Whether the key is, as in JSON."""
    key_end: int
    start: int
    """Of the value."""
    end: int
    replaceable: bool
    """Whether the value is a text or an alias on one line, and nothing can repeat it."""
    style: str | None
    """The quotes around the value, if there are any."""


class _Mapping:
    """The mapping that a report is, in the text of its file."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._entries: dict[str, _Entry] = {}
        root = self._read()
        self._in_braces = bool(root.flow_style)
        self._as_json = self._in_braces and all(entry.in_quotes for entry in self._entries.values())
        begin, begun = _span(root)
        self._start = begun if self._in_braces else begin
        self._indent = " " * len(re.split(r"[\r\n]", text[:begin])[-1])

    def _read(self) -> CollectionStartEvent:
        """Note the entries, and return the event that begins the mapping."""
        key: NodeEvent | None = None
        opened: list[CollectionStartEvent] = []
        root = CollectionStartEvent(None, None, implicit=True)
        for event in yaml_reader.events(self._text):
            if isinstance(event, CollectionEndEvent):
                root = opened.pop()
            elif isinstance(event, NodeEvent) and len(opened) == 1:
                if key is not None:
                    self._entries[getattr(key, "value", "")] = self._entry(key, event)
                key = event if key is None else None
            if isinstance(event, CollectionStartEvent):
                opened.append(event)
        return root

    def _entry(self, key: NodeEvent, value: NodeEvent) -> _Entry:
        start, end = _span(value)
        scalar = isinstance(value, AliasEvent) or (isinstance(value, ScalarEvent) and value.anchor is None)
        replaceable = scalar and not _LINE_BREAK.search(self._text, start, end)
        in_quotes = getattr(key, "style", None) == '"'
        return _Entry(in_quotes, _span(key)[1], start, end, replaceable, getattr(value, "style", None))

    def edit(self, key: str, value: str) -> Edit:
        """Return what sets a key. Raises UnreadableError where its value cannot be replaced."""
        entry = self._entries.get(key)
        if entry is None:
            return self._addition(key, value)
        if not entry.replaceable:
            message = "found several lines or an anchor, expected a text on one line that can be replaced."
            raise _refusal(message, {key: value}, key, offset=entry.start)
        if entry.start < entry.end:
            return entry.start, entry.end, _scalar(value, entry.style)
        colon = _COLON.match(self._text, entry.key_end)
        at = colon.end() if colon else entry.key_end
        return at, at, f"{' ' if colon else ': '}{_scalar(value)}"

    def _addition(self, key: str, value: str) -> Edit:
        """Return what adds a key below the nearest that stands before it in a report, else before all others."""
        written = f'"{key}": {_scalar(value, chr(34))}' if self._as_json else f"{key}: {_scalar(value)}"
        before = [self._entries[one] for one in HEAD[: HEAD.index(key)] if one in self._entries]
        above = next((entry for entry in reversed(before) if entry.replaceable), None)
        if self._in_braces:
            return (above.end, above.end, f", {written}") if above else (self._start, self._start, f"{written}, ")
        first = _LINE_BREAK.search(self._text)
        line_break = first[0] if first else "\n"
        if above is None:
            return self._start, self._start, f"{written}{line_break}{self._indent}"
        end = _LINE_BREAK.search(self._text, above.end)
        if end is None:
            return len(self._text), len(self._text), f"{line_break}{self._indent}{written}"
        return end.end(), end.end(), f"{self._indent}{written}{line_break}"


def _span(event: Event) -> tuple[int, int]:
    """Return where the text of an event begins and ends."""
    start, end = event.start_mark, event.end_mark
    return (start.index, end.index) if start and end else (0, 0)
