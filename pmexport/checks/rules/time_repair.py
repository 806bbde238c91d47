"""Repair invalid times and dates: guess what the author can have meant."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable

from pmexport.report.day_words import IN_WORDS, WEEKDAY, format_date
from pmexport.report.moments import Written, parse_time
from pmexport.report.zones import find_zones, known_zones, list_offsets, name_offset

_CLOCK = re.compile(r"\b(\d{1,2}):(\d{2})((?::\d{2})?)\s*([ap])\.?m\b\.?", re.IGNORECASE)
_RANGE = re.compile(
    r"(.*?\d(?:\s?[AaPp][Mm])?)\s*(?:-|\u2013|\u2014|\bto\b|\buntil\b)\s*((?:\d{4}-\d\d-\d\d\s+)?\d{1,2}:\d{2}.*)"
)
_NAMES = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in sorted(known_zones(), key=len, reverse=True))
_ZONE = re.compile(
    rf"\s*[\[(]?(?<![a-z])(utc|gmt|z|{_NAMES}|[a-z]+/[a-z_]+(?:/[a-z_]+)?)[\])]?(?=$|\s*(?:-|\u2013|\u2014|\bto\b|\buntil\b))",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?", re.ASCII)
_NUMERIC = re.compile(r"\b(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|(?<=/)\d{2})\b")

_AM, _PM = "午前|上午|오전", "午後|下午|오후"
"""The halves of the day in Japanese, Chinese and Korean."""


def _read_cjk_clock(match: re.Match[str]) -> str:
    """Return a clock time in Japanese, Chinese or Korean in digits."""
    half = " am" if match[1] in _AM.split("|") else " pm" if match[1] else ""
    return f"{match[2]}:{int(match[3] or (30 if match[4] else 0)):02}{half}"


_REPAIRS: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"^\[(.*)\]$", r"\1"),
    (r"^\W*(?:ca|approx|approximately|about|around|circa|roughly|est)?\b\W*(?=\d|noon|midday|midnight)", ""),
    (r"^(?:utc|gmt)\s+(?=\d)(.*)$", r"\1 UTC"),
    (r"\b(?:noon|midday)\b", "12:00"),
    (r"\bmidnight\b|^24:00$", "00:00"),
    (r"(?<=:\d\d)(?:ish|[:;,.])$", ""),
    (r"(\d{4})[年년]\s*(\d{1,2})[月월]\s*(\d{1,2})[日일]\s*", r"\1-\2-\3 "),
    (rf"(?:({_AM}|{_PM})\s*)?(?<!\d)(\d{{1,2}})[時时点點시]\s*(?:(\d{{1,2}})[分분]|(半|반)|$)", _read_cjk_clock),
    (r"\b(\d{4})[./](\d{1,2})[./](\d{1,2})\b", r"\1-\2-\3"),
    (r"^(\d{4})(\d\d)(\d\d)(?=$|t|\s)", r"\1-\2-\3"),
    (r"(?<=\d\d)\s*,\s*(?:at\s+)?(?=\d)|(?<=\d\d)\s+at\s+(?=\d)", " "),
    (r"(?<![\d-])(\d{1,2})[.h](\d{2})(?![\d.])", r"\1:\2"),
    (r"(?<=\d\d[t ])([01]\d|2[0-3])([0-5]\d)([0-5]\d)?(?=$|\s|z)", r"\1:\2"),
    (r"^(\d|[01]\d|2[1-3])([0-5]\d)(?=$|\s|z)", r"\1:\2"),  # but 1905 and 2026 are years
    (r"(?<![\d:])(\d{1,2})\s*([ap])\.?m\b\.?", r"\1:00 \2m"),
    (r"(?<![\d:.-])(\d{1,2})\s*(?:h|uhr)$", r"\1:00"),
)
"""Patterns of invalid notations, and their replacements."""
_REST = re.compile(r"\s*(?:[\[(](?!.*[A-Z]{2}).*|(?<![a-z])[Hh](?:rs)?\.?|\b(?:o.clock|[Uu]hr))$")
"""What may follow a time and changes nothing: no name of a zone."""
_REMARK = re.compile(r"\s*(?:[\[(/]|\s-\s).*$")
"""What may follow a time with an offset: often the same time in another zone."""


def list_repairs(text: str, day: dt.date | None) -> list[tuple[str, ...]]:
    """Return the valid forms that a time can have, each of one time or of the two times of a range; none if unknown.

    day: gives its year to a date without one, and its offset to a zone whose offset changes in the year.
    """
    plain = _ZONE.sub("", _write_digits(text.strip()))
    day = _find_day(plain, day)
    month_first = (True, False)
    found = (_repair_span(plain, offset, day, order) for offset in _list_offsets(text, day) for order in month_first)
    return list(dict.fromkeys(filter(None, found)))


def find_zone_name(text: str) -> str:
    """Return the abbreviation or the name of a zone behind a time: `PST`, `Eastern`; empty if there is none."""
    names = {match[1].casefold(): match[1] for match in _ZONE.finditer(text.strip())}
    name = next(iter(names.values()), "") if len(names) == 1 else ""
    return name if find_zones(name) else ""


def generalize_time(text: str) -> str:
    """Return the form of a time: equal for times that are written alike."""
    for pattern in (*IN_WORDS, WEEKDAY):
        text = pattern.sub("day ", text)
    return re.sub(r"\d", "0", text)


def _write_digits(text: str) -> str:
    """Return a text with the digits and the colon of ASCII, whatever its script."""
    return re.sub(r"\d", lambda match: str(unicodedata.decimal(match[0])), text).replace("\N{FULLWIDTH COLON}", ":")


def _find_day(text: str, day: dt.date | None) -> dt.date | None:
    """Return the day in a time, otherwise the given one."""
    times = _repair_span(text, "", day, month_first=True)
    written = parse_time(times[0]) if times else None
    return (written and written.date) or day


def _list_offsets(text: str, day: dt.date | None) -> list[str]:
    """Return the offsets that the zone behind a time can mean, as they follow a time; an empty one without a zone."""
    names = {match[1].casefold() for match in _ZONE.finditer(text.strip())}
    if not names:
        return [""]
    if names <= {"utc", "gmt", "z"}:
        return [" UTC"]
    offsets = list_offsets(names.pop(), day).values() if len(names) == 1 else ()
    return list(dict.fromkeys(f" {name_offset(offset)}" for several in offsets for offset in several))


def _repair_span(text: str, offset: str, day: dt.date | None, month_first: bool) -> tuple[str, ...]:
    span = _RANGE.fullmatch(text)
    parts = span.groups() if span else (text,)
    if len(parts) > 1 and _CLOCK.search(parts[1]) and not _CLOCK.search(parts[0]):
        return ()  # 11:30 - 1:15 PM does not say which half of the day comes first
    times = tuple(_repair_time(part, offset, day, month_first) for part in parts)
    return times if all(times) else ()


def _repair_time(text: str, offset: str, day: dt.date | None, month_first: bool) -> str:
    if _EPOCH.fullmatch(text):
        return f"{dt.datetime.fromtimestamp(int(text[:10]), dt.UTC):%Y-%m-%d %H:%M:%S} UTC"
    text = WEEKDAY.sub("", text.strip())
    for pattern in IN_WORDS:
        text = pattern.sub(lambda match: format_date(match, day.year if day else None), text, count=1)
    text = _NUMERIC.sub(lambda match: _order_date(match, month_first), text)
    for repair, replacement in _REPAIRS:
        text = re.sub(repair, replacement, text.strip(), flags=re.IGNORECASE)
    tries = (text, _REST.sub("", text), _CLOCK.sub(_format_clock, text))
    known = (written for one in tries if (written := _parse_with(one, offset)))
    written = next(known, None) or _parse_offset(_REMARK.sub("", text))
    return _format_time(written) if written else ""


def _parse_with(text: str, offset: str) -> Written | None:
    """Return the parts of a time with an offset, unless it has one of its own."""
    return _parse_offset(text) or parse_time(f"{text}{offset}")


def _parse_offset(text: str) -> Written | None:
    """Return the parts of a time that has an offset; None for any other."""
    written = parse_time(text)
    return written if written and written.clock and written.clock.tzinfo else None


def _order_date(match: re.Match[str], month_first: bool) -> str:
    """Return a date in digits in the order of ISO 8601. With dots, the day comes first everywhere."""
    first, mark, second, year = match.groups()
    month, day = (first, second) if month_first and mark != "." else (second, first)
    return f"{year if len(year) > 2 else f'20{year}'}-{month}-{day}"


def _format_clock(match: re.Match[str]) -> str:
    hour = int(match[1])
    if hour <= 12:
        hour = hour % 12 + (12 if match[4] in "pP" else 0)
    return f"{hour:02}:{match[2]}{match[3]}"


def _format_time(written: Written) -> str:
    """Return a time with two digits for everything, and with its offset."""
    date, clock = written.date, written.clock
    parts = [date.isoformat()] if date else []
    if clock is not None:
        parts.append(f"{clock:%H:%M:%S}" if written.seconds else f"{clock:%H:%M}")
        offset = clock.utcoffset()
        parts += [] if offset is None else [name_offset(offset)]
    return " ".join(parts)
