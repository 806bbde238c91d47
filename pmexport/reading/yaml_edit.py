"""Set fields in an author's YAML file without changing any other byte.

Libraries that write YAML keep comments but change the layout: indents, quotes, folded lines, line ends. This module
edits the text at the positions that the parser reports, and reads the result again to be sure.
"""

import codecs
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter

from yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, Event, NodeEvent, ScalarEvent

from pmexport.errors import InputError
from pmexport.limits import DEFAULT, Limits
from pmexport.reading.paths import Path
from pmexport.reading.source_text import SourceText, report_problems
from pmexport.reading.yaml_reader import parse_yaml, read_events

HEAD = ("title", "id", "status", "severity", "date", "published", "revision", "finalized_digest")
"""The fields that can be set, in the order of a report's first lines: a new one goes below one before it."""

_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_PLAIN = re.compile(r"[0-9a-z][\w.-]*")
"""A value that needs no quotes."""
_COLON = re.compile(r"\s*:")
_LINE_BREAK = re.compile(r"\r\n|\r|\n")


def set_fields(data: bytes, fields: Mapping[str, str], name: str = "", limits: Limits = DEFAULT) -> bytes:
    """Return a report's YAML file with these fields set to these texts; every other byte stays.

    fields: some of HEAD. name: the file's name, for messages.

    Raises InputError if that is impossible, for example because an anchor shares a value.
    """
    bom = next((bom for bom in _BOMS if data.startswith(bom)), b"")
    encoding = _BOMS.get(bom, "utf-8")
    source = SourceText(data[len(bom) :].decode(encoding), name)
    expected = {**_read_fields(source, limits), **fields}
    edited = _edit_text(source, fields)
    if not _has_fields(edited, expected, limits):
        message = "pmexport cannot edit this YAML safely, for example because of an anchor."
        raise _advise_manual(source, message, fields)
    return bom + edited.encode(encoding)


def _edit_text(source: SourceText, fields: Mapping[str, str]) -> str:
    report = _ReportMapping(source)
    edits = [report.edit_field(key, value) for key, value in fields.items()]
    out, done = "", 0
    for start, end, new in sorted(edits, key=itemgetter(0)):
        out += source.text[done:start] + new
        done = end
    return out + source.text[done:]


def _has_fields(text: str, expected: Mapping[str, object], limits: Limits) -> bool:
    try:
        return _read_fields(SourceText(text), limits) == expected
    except InputError:
        return False


def _read_fields(source: SourceText, limits: Limits) -> dict[str, object]:
    parsed = parse_yaml(source, limits)
    if parsed.problems:
        raise report_problems(parsed.problems, source.file)
    if not isinstance(parsed.value, dict):
        raise InputError([source.problem("the file is empty; a report needs at least a title.")])
    return parsed.value


def _advise_manual(
    source: SourceText, message: str, fields: Mapping[str, str], path: Path = (), offset: int | None = None
) -> InputError:
    lines = ", ".join(f"{key}: {_write_scalar(value)}" for key, value in fields.items())
    return InputError([source.problem(message, f"Edit the file by hand: {lines}", path, offset)])


def _write_scalar(text: str, style: str | None = None) -> str:
    """Return a text as a YAML scalar, with the quotes of this style, or if it needs quotes."""
    if style == "'":
        return "'" + text.replace("'", "''") + "'"
    return text if style != '"' and _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


Edit = tuple[int, int, str]
"""The start and end of the replaced text, in characters from the start, and the new text."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """The positions of a key and its value in the text."""

    in_quotes: bool
    """Whether the key is in double quotes, as in JSON."""
    key_end: int
    start: int
    """The start of the value."""
    end: int
    replaceable: bool
    """Whether the value is a text or alias on one line without an anchor."""
    style: str | None
    """The quotes around the value, if any."""


class _ReportMapping:
    """The top-level mapping of a report in the text of its file."""

    def __init__(self, source: SourceText) -> None:
        self._source = source
        self._text = text = source.text
        self._entries: dict[str, _Entry] = {}
        root = self._read_entries()
        self._in_braces = bool(root.flow_style)
        self._as_json = self._in_braces and all(entry.in_quotes for entry in self._entries.values())
        begin, begun = _event_span(root)
        self._start = begun if self._in_braces else begin
        self._indent = " " * len(re.split(r"[\r\n]", text[:begin])[-1])

    def _read_entries(self) -> CollectionStartEvent:
        """Record the entries, and return the event that begins the mapping."""
        key: NodeEvent | None = None
        opened: list[CollectionStartEvent] = []
        root = CollectionStartEvent(None, None, implicit=True)
        for event in read_events(self._text):
            if isinstance(event, CollectionEndEvent):
                root = opened.pop()
            elif isinstance(event, NodeEvent) and len(opened) == 1:
                if key is not None:
                    self._entries[getattr(key, "value", "")] = self._make_entry(key, event)
                key = event if key is None else None
            if isinstance(event, CollectionStartEvent):
                opened.append(event)
        return root

    def _make_entry(self, key: NodeEvent, value: NodeEvent) -> _Entry:
        start, end = _event_span(value)
        scalar = isinstance(value, AliasEvent) or (isinstance(value, ScalarEvent) and value.anchor is None)
        replaceable = scalar and not _LINE_BREAK.search(self._text, start, end)
        in_quotes = getattr(key, "style", None) == '"'
        return _Entry(in_quotes, _event_span(key)[1], start, end, replaceable, getattr(value, "style", None))

    def edit_field(self, key: str, value: str) -> Edit:
        """Return the edit that sets a key. Raises InputError if its value cannot be replaced."""
        entry = self._entries.get(key)
        if entry is None:
            return self._add_field(key, value)
        if not entry.replaceable:
            message = "this value spans several lines or uses an anchor, so it cannot be replaced."
            raise _advise_manual(self._source, message, {key: value}, (key,), entry.start)
        if entry.start < entry.end:
            return entry.start, entry.end, _write_scalar(value, entry.style)
        colon = _COLON.match(self._text, entry.key_end)
        at = colon.end() if colon else entry.key_end
        return at, at, f"{' ' if colon else ': '}{_write_scalar(value)}"

    def _add_field(self, key: str, value: str) -> Edit:
        """Return the edit that adds a key: below the nearest one before it in HEAD, otherwise above all others."""
        written = f'"{key}": {_write_scalar(value, chr(34))}' if self._as_json else f"{key}: {_write_scalar(value)}"
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


def _event_span(event: Event) -> tuple[int, int]:
    """Return the start and end of an event's text."""
    start, end = event.start_mark, event.end_mark
    return (start.index, end.index) if start and end else (0, 0)
