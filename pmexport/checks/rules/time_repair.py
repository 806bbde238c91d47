"""Repair invalid times and dates: guess what the author meant."""

import re
from collections.abc import Callable

from pmexport.report.day_words import IN_WORDS, WEEKDAY, format_date
from pmexport.report.moments import parse_time

_CLOCK = re.compile(r"\b(\d{1,2}):(\d{2})((?::\d{2})?)\s*([ap])\.?m\b\.?", re.IGNORECASE)
_RANGE = re.compile(
    r"(.*?\d(?:\s?[AaPp][Mm])?)\s*(?:-|\u2013|\u2014|\bto\b|\buntil\b)\s*((?:\d{4}-\d\d-\d\d\s+)?\d{1,2}:\d{2}.*)"
)

_ZONES = {
    "utc": "Z", "gmt": "Z", "z": "Z", "wet": "Z", "bst": "+01:00", "cet": "+01:00", "cest": "+02:00", "eet": "+02:00",
    "eest": "+03:00", "est": "-05:00", "edt": "-04:00", "cdt": "-05:00", "mst": "-07:00", "mdt": "-06:00",
    "pst": "-08:00", "pdt": "-07:00", "jst": "+09:00", "aest": "+10:00", "aedt": "+11:00",
}  # fmt: skip
"""Abbreviations with one common meaning; not CST, IST, ET."""
_ZONE = re.compile(rf"\s*\(?\b({'|'.join(_ZONES)})\)?$", re.IGNORECASE)

_REPAIRS: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"^\[(.*)\]$", r"\1"),
    (r"^\W*(?:ca|approx|approximately|about|around|circa|roughly|est)?\b\W*(?=\d)", ""),
    (r"\b(\d{4})[./](\d{1,2})[./](\d{1,2})\b", r"\1-\2-\3"),
    (r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b", r"\3-\2-\1"),
    (r"\b(1[3-9]|2\d|3[01])/(\d{1,2})/(\d{4})\b", r"\3-\2-\1"),
    (r"\b(\d{1,2})/(1[3-9]|2\d|3[01])/(\d{4})\b", r"\3-\1-\2"),
    (r"(?<=\d\d)\s*,\s*(?:at\s+)?(?=\d)|(?<=\d\d)\s+at\s+(?=\d)", " "),
    (r"(?<![\d-])(\d{1,2})[.hH](\d{2})(?![\d.])", r"\1:\2"),
    (r"(?<=\d\d )([01]\d|2[0-3])([0-5]\d)(?=$|\s|Z)", r"\1:\2"),
)
"""Patterns of invalid notations, and their replacements."""
_DATE = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_REST = re.compile(r"\s*(?:\[.*|\(.*|\bh(?:rs)?\.?|\b(?:o.clock|uhr))$", re.IGNORECASE)


def repair_times(text: str, year: int | None) -> tuple[str, ...]:
    """Return the valid form of a time, or of the two times of a range; nothing if it cannot be guessed.

    year: the year for a date without one.
    """
    span = _RANGE.fullmatch(text.strip())
    if span is None:
        times = [_repair_time(text, year)]
    else:
        first, last = span.groups()
        zone = None if _ZONE.search(first) else _ZONE.search(last)
        times = [_repair_time(first + (zone[0] if zone else ""), year), _repair_time(last, year)]
    return tuple(times) if all(times) else ()


def generalize_time(text: str) -> str:
    """Return the form of a time: equal for times that are written alike."""
    for pattern in (*IN_WORDS, WEEKDAY):
        text = pattern.sub("day ", text)
    return re.sub(r"\d", "0", text)


def _repair_time(text: str, year: int | None) -> str:
    text = WEEKDAY.sub("", text.strip())
    for pattern in IN_WORDS:
        text = pattern.sub(lambda match: format_date(match, year), text, count=1)
    for repair, replacement in _REPAIRS:
        text = re.sub(repair, replacement, text.strip(), flags=re.IGNORECASE)
    zone = _ZONE.search(text)
    if zone:
        text = f"{_CLOCK.sub(_format_clock, text[: zone.start()])}{_ZONES[zone[1].lower()]}"
    tries = (text, _REST.sub("", text), _CLOCK.sub(_format_clock, text))
    return _DATE.sub(_pad_date, next((one for one in tries if parse_time(one)), ""))


def _pad_date(match: re.Match[str]) -> str:
    return f"{match[1]}-{match[2]:0>2}-{match[3]:0>2}"


def _format_clock(match: re.Match[str]) -> str:
    hour = int(match[1])
    if hour <= 12:
        hour = hour % 12 + (12 if match[4] in "pP" else 0)
    return f"{hour:02}:{match[2]}{match[3]}"
