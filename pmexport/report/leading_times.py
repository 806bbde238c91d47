"""A time at the beginning of a line, as in pasted timelines: `14:05 - alert`, `[14:05] alert`, `**14:05 UTC** alert`.

What a time is, `moments.parse_time` decides. This module finds where it ends and where the event begins.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pmexport.report.day_words import IN_WORDS, WEEKDAY
from pmexport.report.moments import parse_time
from pmexport.report.vocabulary import join_words, known_words
from pmexport.report.zones import known_zones

_LONGEST = 48
"""Characters in which a time and its zone end."""

_MARKER = re.compile(r"[ \t]*(?:[-*+>\N{EN DASH}\N{EM DASH}]\s+|[•‣◦▪·●]\s*|\d{1,3}[.)]\s+|#{1,6}\s+)?")
"""The indentation and the marker of a list item or heading."""

_OPENER = re.compile(r"(?:\*\*|__|[*_`\[(])?")
_CLOSERS = {"[": "]", "(": ")"}
_EMPHASIS = ("**", "__", "*", "_")
_WORD_END = re.compile(r"(?<=[^\W_])(?![^\W_])")
_ABBREVIATIONS = ("utc", "gmt", "z", *(name for name in known_zones() if len(name) <= len("aedt")))
_ZONE = re.compile(rf"\s*[(\[]?(?:{join_words(_ABBREVIATIONS).upper()})(?:[+-]\d\d?(?::?\d\d)?)?[)\]]?(?!\w)")
_RANGE = re.compile(rf"\s*(?:{join_words(known_words('range_words'))})\s*", re.IGNORECASE)
_UNIT = re.compile(rf"\s*(?:{join_words(known_words('units'))})\b", re.IGNORECASE)
_SEPARATOR = re.compile(r"(?:[:,;|]|[.)](?=\s|$))?(?:\s+[-:|>·•](?=\s|$)|\s*(?:->|=>|[\N{EN DASH}\N{EM DASH}→⇒]))?\s*")
_SEEMS_TIMED = re.compile(
    r"\W{0,4}(?:(?:ca|approx|around|about|at)\b\.?\s*)?(?:\d{1,2}[:.h]\d\d(?![\d.%])|\d{4}-\d\d?-\d\d?\b|\d\d?/\d\d?/\d{2,4}\b"
    r"|\d\d?\.\d\d?\.\d{2,4}\b|\d\d?-\d\d?-\d{4}\b|T[+-]\d)",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"[:.,]\d")
_NO_BOUNDARY = re.compile(r"[-./%+]*(?!->)[^\W_]|:\d|%|-\d")
_CHAT = re.compile(r"(?:\s\[\d\d?:\d\d(?:\s?[AP]M)?\]|\s\s\d\d?:\d\d\s?[AP]M)$", re.IGNORECASE)
_WEEKDAY_LEAD = re.compile(rf"\W{{0,4}}(?:{WEEKDAY.pattern})?", re.IGNORECASE)
_DIGITS = re.compile(r"\d{3,4}\b")
_CHAT_TAIL = 16
_HALF = re.compile(r"[ap]\.m\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LeadingTime:
    """A time at the beginning of a line. Offsets are characters of the line."""

    start: int
    """Where the time is."""
    time: str
    """The time as written."""
    end_start: int
    """Where the end of a range is."""
    end: str | None
    """The end of a range as written, if there is one."""
    rest: int
    """Where the event begins."""
    opener: str
    """Emphasis that began before the time and goes on in the event."""

    def read_event(self, line: str) -> str:
        """Return the event of the line that begins with this time."""
        return self.opener + line[self.rest :]


def find_time(line: str) -> LeadingTime | None:
    """Return the time at the beginning of a line, after its list marker; None if none is certain."""
    found = _find_one(line)
    again = _find_one(line[found.rest :]) if found else None
    if found and not again and _DIGITS.match(line, found.rest):  # perhaps a time without a colon
        return None
    return _join_date(found, again) if found and again else found


def _find_one(line: str) -> LeadingTime | None:
    begin = find_marker_end(line)
    opening = _OPENER.match(line, begin)
    opener = opening.group() if opening else ""
    start = begin + len(opener)
    stop = _find_stop(line, start)
    return None if stop is None else _read_rest(line, opener, start, stop)


def _read_rest(line: str, opener: str, start: int, stop: int) -> LeadingTime | None:
    """Return the time that begins and ends here, with what follows it; None if that makes it uncertain."""
    end_start, end_stop = _find_end(line, line[start:stop], stop)
    after = _skip_closer(line, opener, end_stop)
    if after is None or not _is_boundary(line, after):
        return None
    kept = opener if opener in _EMPHASIS and after == end_stop else ""
    end = line[end_start:end_stop] if end_start else None
    return LeadingTime(start, line[start:stop], end_start, end, _skip_separator(line, after), kept)


def _join_date(first: LeadingTime, second: LeadingTime) -> LeadingTime | None:
    """Return a date and the clock time after it as one; None for two times of which neither is certain."""
    dates = [parse_time(one.time) for one in (first, second)]
    if first.end or first.opener or not (dates[0] and dates[0].clock is None) or (dates[1] and dates[1].date):
        return None
    time, end_start = f"{first.time} {second.time}", second.end_start + first.rest
    return LeadingTime(first.start, time, end_start, second.end, second.rest + first.rest, second.opener)


def find_marker_end(line: str) -> int:
    """Return where a line goes on after its indentation and the marker of a list item or heading."""
    marker = _MARKER.match(line)
    return marker.end() if marker else 0


def find_marker(line: str) -> str:
    """Return the marker of a list item or heading at the beginning of a line; empty if there is none."""
    return line[: find_marker_end(line)].strip()


def seems_timed(line: str) -> bool:
    """Return whether a line begins with something like a time, such as `ca. 14:05`, `T+5` or `March 14`.

    A chat's line may also end with one: `Ana [2:05 PM]`.
    """
    begin = find_marker_end(line)
    patterns = (_SEEMS_TIMED, *IN_WORDS)
    weekday = _WEEKDAY_LEAD.match(line, begin)
    begins = (begin, weekday.end() if weekday else begin)
    return (
        any(pattern.match(line, at) for pattern in patterns for at in begins)
        or _CHAT.search(line[-_CHAT_TAIL:]) is not None
    )


def _find_stop(line: str, start: int) -> int | None:
    """Return where the longest time that begins here ends, with a zone after it; None if no time begins here."""
    if not line[start : start + 1].isdigit():
        return None
    window = line[start : start + _LONGEST].partition("\n")[0]
    for length in _list_lengths(window):
        written = parse_time(window[:length])
        if written and not _GOES_ON.match(window, length):
            zone = _ZONE.match(line, start + length) if written.clock and not written.clock.tzinfo else None
            return zone.end() if zone else start + length
    return None


def _list_lengths(window: str) -> Iterator[int]:
    """Yield the lengths of the texts at the beginning that end with a word, the longest first."""
    for match in reversed(list(_WORD_END.finditer(window))):
        length = match.start()
        yield length + 1 if _HALF.search(window[:length]) and window[length : length + 1] == "." else length


def _find_end(line: str, time: str, stop: int) -> tuple[int, int]:
    """Return where the end of a range begins and ends; 0 and the end of the time if there is no range.

    A clock time after a date is not an end.
    """
    separator = _RANGE.match(line, stop)
    end_stop = _find_stop(line, separator.end()) if separator else None
    if separator is None or end_stop is None:
        return 0, stop
    first, last = parse_time(time), parse_time(line[separator.end() : end_stop])
    is_clock = first is not None and first.clock is None and last is not None and last.date is None
    return (0, stop) if is_clock else (separator.end(), end_stop)


def _skip_closer(line: str, opener: str, stop: int) -> int | None:
    """Return where the line goes on after the bracket or emphasis around a time; None if a bracket does not close."""
    if not opener:
        return stop
    closer = _CLOSERS.get(opener, opener)
    closing = re.compile(rf":?{re.escape(closer)}").match(line, stop)
    if closing is None:
        return stop if opener in _EMPHASIS else None
    is_link = opener == "[" and line[closing.end() : closing.end() + 1] in ("(", "[")
    return None if is_link else closing.end()


def _is_boundary(line: str, at: int) -> bool:
    """Return whether a time can end here: not before a hyphen or point and a word, or a unit, as in `2:30 hours`."""
    return _NO_BOUNDARY.match(line, at) is None and _UNIT.match(line, at) is None


def _skip_separator(line: str, at: int) -> int:
    separator = _SEPARATOR.match(line, at)
    return separator.end() if separator else at
