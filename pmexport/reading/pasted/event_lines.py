"""Split the text of a timeline into its entries: a line that begins with a time begins an entry."""

import datetime as dt
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field

from pmexport.reading.pasted.pieces import Piece, make_row
from pmexport.report.day_words import read_day_heading
from pmexport.report.leading_times import LeadingTime, find_marker, find_marker_end, find_time, seems_timed
from pmexport.report.vocabulary import join_words, known_words

_FENCE = re.compile(r"[ \t]*(?:```|~~~)")
_HEADING = re.compile(r"[ ]{0,3}#{1,6}\s")
_GOES_ON = re.compile(rf"(?:\b(?:{join_words(known_words('before_times'))})|[,(~≈])$", re.IGNORECASE)
"""The end of a line whose sentence goes on with the next one."""
_SENTENCE_END = re.compile(r"[.!?;:)\]\"'*_`]$")
_WRAPPED = 50
"""Characters from which on a line may have been wrapped."""
_MAX_SHIFT = 3
"""Columns by which a Markdown list may be indented from the text around it."""
_TAIL = 80
"""Characters at the end of a line that show whether its sentence goes on."""


@dataclass(frozen=True, slots=True)
class Day:
    """A line that consists of a date: the date of what follows."""

    piece: Piece
    date: dt.date


@dataclass(slots=True)
class _Entry:
    """The lines of one entry."""

    offset: int
    """Where its text begins, in characters of the whole text."""
    led: LeadingTime | None
    marker: str
    """The marker of the list item or heading that it begins with; empty if there is none."""
    lines: list[str] = field(default_factory=list)


def read_events(text: str, whole: Piece, year: int | None, *, wrapped: bool = False) -> list[Piece | Day]:
    """Return the entries and dates in a text.

    whole: the piece that contains the text. year: the year of dates without one.
    wrapped: whether line breaks may be those of a paragraph. An entry without a time is a text.
    """
    return [
        _make_piece(item, whole) if isinstance(item, _Entry) else item
        for item in _read_lines(text, whole, year, wrapped)
    ]


def _read_lines(text: str, whole: Piece, year: int | None, wrapped: bool) -> Iterator[_Entry | Day]:
    entry: _Entry | None = None
    indent, fenced, offset = _find_indent(text), False, 0
    before = ""
    for line in text.split("\n"):
        fenced ^= _FENCE.match(line) is not None
        outer = not fenced and bool(line.strip()) and _measure_indent(line) <= indent
        date = read_day_heading(line, year) if outer and _may_begin(before, wrapped) else None
        begun = _begin_entry(line, offset, entry, before, wrapped) if outer and date is None else None
        if (date or begun) and entry:
            yield entry
        if date:
            yield Day(whole.cut(line.strip(), offset), date)
            entry, year = None, date.year
        elif begun:
            entry = begun
        elif entry:
            entry.lines.append(line)
        elif line.strip():
            entry = _begin_untimed(line, offset)
        offset += len(line) + 1
        before = line
    if entry:
        yield entry


def _find_indent(text: str) -> int:
    """Return the indentation of entries: of the first line, or of the first time if that is hardly deeper."""
    lines = [line for line in text.split("\n") if line.strip()]
    first = _measure_indent(lines[0]) if lines else 0
    timed = next(filter(find_time, lines), "")
    return max(first, _measure_indent(timed)) if _measure_indent(timed) <= first + _MAX_SHIFT else first


def _measure_indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _begin_entry(line: str, offset: int, entry: _Entry | None, before: str, wrapped: bool) -> _Entry | None:
    """Return the entry that begins with this line; None if the line goes on with the entry before it."""
    led, marker = find_time(line), find_marker(line)
    beside_marked = entry is not None and entry.marker and before.strip()
    if led and (marker or (_may_begin(before, wrapped) and not beside_marked)):
        return _Entry(offset + led.rest, led, marker, [led.read_event(line)])
    beside = entry is not None and marker[:1] == entry.marker[:1] != ""
    unclear = seems_timed(line) and not marker and _may_begin(before, wrapped)
    if entry is not None and (beside or unclear or _HEADING.match(line)):
        return _begin_untimed(line, offset)
    return None


def _begin_untimed(line: str, offset: int) -> _Entry:
    marker = find_marker(line)
    begin = find_marker_end(line) if marker.strip("#") else 0
    return _Entry(offset + begin, None, marker, [line[begin:]])


def _may_begin(before: str, wrapped: bool) -> bool:
    """Return whether a sentence can begin after this line."""
    tail = before.rstrip()[-_TAIL:]
    if _GOES_ON.search(tail):
        return False
    return not wrapped or len(tail) < _WRAPPED or _SENTENCE_END.search(tail) is not None


def _make_piece(entry: _Entry, whole: Piece) -> Piece:
    first, *others = entry.lines
    text = "\n".join((first, textwrap.dedent("\n".join(others)))).strip("\n") if others else first
    event = whole.cut(text.rstrip(), entry.offset)
    return event if entry.led is None else make_timed(entry.led, event, whole, entry.offset - entry.led.rest)


def make_timed(led: LeadingTime, event: Piece, whole: Piece, offset: int = 0) -> Piece:
    """Return the entry of a time and its event. offset: where the line with the time begins in the whole."""
    fields = {"time": whole.cut(led.time, offset + led.start)}
    if led.end:
        fields["end"] = whole.cut(led.end, offset + led.end_start)
    return make_row({**fields, "event": event}, fields["time"])
