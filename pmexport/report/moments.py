"""Times: parse the written times of a report in its zone.

Accepted: ISO 8601 with or without an offset, `2026-03-14 14:02[:05]`, `14:02`, `2:02 PM`, `14:02 Uhr`, each also
followed by UTC, GMT, Z or UTC+2, and a date alone. Anything else is shown as written and not used in any computation.
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from pmexport.report.zones import OFFSET, UnknownZone, read_offset

Doubt = Literal["", "nonexistent", "ambiguous", "apart"]

_DATE = r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?(?:\s*(?P<half>[AP])\.?M\.?|\s+Uhr)?"
_OFFSET = rf"(?:\s*(?P<offset>{OFFSET}))?"
_WRITTEN = re.compile(rf"(?:{_DATE})?(?:(?:(?<=\d)(?P<between>T|\s+)|^){_CLOCK}{_OFFSET})?", re.ASCII | re.IGNORECASE)

_SPACES = dict.fromkeys(map(ord, "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"), " ")
_HALF_A_DAY = dt.timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Written:
    """The parts of a written time."""

    date: dt.date | None
    clock: dt.time | None
    """None for a date alone; with a zone if an offset was written."""
    seconds: bool
    """Whether seconds were written."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in the report."""

    text: str
    """As written."""
    at: dt.datetime | None
    """In the report's zone, or in an offset of its own if that is unknown; None if the text was not understood or its
    day is unknown."""
    precision: Literal["day", "minute", "second"]
    """The precision of the written time."""
    doubt: Doubt = ""
    """Whether this local time does not exist in the zone, exists twice, or cannot be compared with the others: it has
    an offset and they have none, or they have one and it has none, and the report's zone is unknown."""
    keeps_offset: bool = False
    """Whether it is shown with its offset, because the report's zone is unknown: as written, or UTC if it counts."""

    def as_dict(self) -> dict[str, str | None]:
        """Return the time as written, and in ISO 8601 with its offset, if that is known: a date alone without a clock.

        None for a text that was not understood.
        """
        if self.at is None:
            return {"text": self.text, "at": None}
        at = self.at.replace(tzinfo=None) if isinstance(self.at.tzinfo, UnknownZone) else self.at
        return {"text": self.text, "at": (at.date() if self.precision == "day" else at).isoformat()}

    @property
    def exact(self) -> dt.datetime | None:
        """The instant in UTC, for computations; None for a date alone or a text that was not understood.

        In UTC, because Python compares and subtracts times of one zone by their clocks, ignoring clock changes. None
        also for a time that cannot be compared with the others.
        """
        return self.at.astimezone(dt.UTC) if self.at and self.precision != "day" and self.doubt != "apart" else None

    @property
    def in_zone(self) -> bool:
        """Whether what is shown of it is in the report's zone: also a clock time without a date or an offset."""
        if self.at is not None:
            return not self.keeps_offset
        written = parse_time(self.text)
        return written is not None and written.clock is not None and not written.clock.tzinfo

    @property
    def repeated(self) -> bool:
        """Whether the clocks of the zone show this time twice, so that only its offset says which is meant."""
        return self.at is not None and self.precision != "day" and find_doubt(self.at) == "ambiguous"


def parse_time(text: str) -> Written | None:
    """Return the parts of a written time; None if it is not understood."""
    match = _WRITTEN.fullmatch(text.translate(_SPACES).strip())
    if match is None or not match.group():
        return None
    part = match.groupdict()
    try:
        date = dt.date(int(part["year"]), int(part["month"]), int(part["day"])) if part["year"] else None
        clock = None if part["hour"] is None else _make_clock(part)
    except ValueError:
        return None
    return Written(date, clock, part["second"] is not None)


def read_date(text: str | None) -> dt.date | None:
    """Return the date in a text, with or without a time; None if there is none. Only ISO 8601 dates are read."""
    written = parse_time(text) if text else None
    return written.date if written else None


def resolve_times(
    texts: Iterable[str | None], zone: dt.tzinfo, day: dt.date | None, before: Moment | None = None
) -> list[Moment | None]:
    """Return the moments of a sequence of written times; None for times that were not given.

    A clock time takes the date of the time before it; the first one takes that of `before`, otherwise `day`. If it is
    more than twelve hours earlier than the time before it, it is on the next day.
    """
    moments: list[Moment | None] = []
    if before is None and day is not None:
        before = Moment("", dt.datetime.combine(day, dt.time(), zone), "day")
    for text in texts:
        moment = None if text is None else _make_moment(text, zone, before)
        if moment is not None and moment.at is not None:
            before = moment
        moments.append(moment)
    return moments


def find_position(times: Sequence[str | None], new: str | None, zone: dt.tzinfo, day: dt.date | None) -> int:
    """Return where a new time belongs among written times: at the end unless it is in order elsewhere.

    A clock time takes its date from the time before it, so there may be several places where it is in order and leaves
    the others as they are. The best is the one nearest to its neighbour.
    """
    best: tuple[dt.timedelta, int] | None = None
    moments = resolve_times(times, zone, day)
    known = [(number, moment) for number, moment in enumerate(moments) if moment and moment.at]
    for place in range(len(known), -1, -1):
        earlier = known[place - 1][1] if place else None
        number, later = known[place] if place < len(known) else (len(times), None)
        moment, *after = resolve_times((new, later.text if later else None), zone, day, earlier)
        gaps = [_measure_gap(earlier, moment), _measure_gap(moment, later)]
        found = [gap for gap in gaps if gap is not None]
        if after == [later] and found and min(found) >= dt.timedelta() and (best is None or found[0] < best[0]):
            best = found[0], number
    return len(times) if best is None else best[1]


def _measure_gap(first: Moment | None, second: Moment | None) -> dt.timedelta | None:
    if first is None or second is None or first.at is None or second.at is None:
        return None
    if first.keeps_offset != second.keeps_offset:
        return None
    return second.at.astimezone(dt.UTC) - first.at.astimezone(dt.UTC)


def _make_clock(part: dict[str, str | None]) -> dt.time:
    if _is_range(part):
        raise ValueError("two clock times")
    hour = int(part["hour"] or 0)
    if part["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + (12 if part["half"] in "pP" else 0)
    return dt.time(hour, int(part["minute"] or 0), int(part["second"] or 0), tzinfo=_make_offset(part["offset"]))


def _is_range(part: dict[str, str | None]) -> bool:
    """Return whether what looks like an offset is a later clock time, as in `14:02-14:05` or `14:02 UTC-14:05`."""
    precise = part["second"] or part["between"] in ("T", "t")
    later = re.search(r"[-\N{MINUS SIGN}](\d\d:\d\d)$", part["offset"] or "")
    return not precise and later is not None and later[1] > f"{part['hour']:0>2}:{part['minute']}"


def _make_offset(text: str | None) -> dt.timezone | None:
    return None if text is None else dt.timezone(read_offset(text))


def _make_moment(text: str, zone: dt.tzinfo, before: Moment | None) -> Moment:
    written = parse_time(text)
    try:
        day = _choose_day(written, before) if written else None
        if written and day:
            if isinstance(zone, UnknownZone):
                return _place_apart(text, written, day, zone, before)
            return _place_moment(text, written, day, zone, before)
    except OverflowError:  # at the limits of the calendar
        pass
    return Moment(text, None, "minute")


def _choose_day(written: Written, before: Moment | None) -> dt.date | None:
    """Return the written date, otherwise the date of the moment before in the written offset."""
    if written.date or before is None or before.at is None:
        return written.date
    offset = written.clock.tzinfo if written.clock else None
    if offset is None or before.exact is None or _is_floating(before.at):
        return before.at.date()
    return before.exact.astimezone(offset).date()


def _is_floating(at: dt.datetime) -> bool:
    return isinstance(at.tzinfo, UnknownZone)


def _place_moment(text: str, written: Written, day: dt.date, zone: dt.tzinfo, before: Moment | None) -> Moment:
    if written.clock is None:
        return Moment(text, dt.datetime.combine(day, dt.time(), zone), "day")
    at = dt.datetime.combine(day, written.clock, written.clock.tzinfo or zone)
    if written.date is None and before and before.at and before.at - at > _HALF_A_DAY:
        at += dt.timedelta(days=1)
    at.astimezone(dt.UTC)  # raises if UTC has no such year
    doubt: Doubt = "" if written.clock.tzinfo else find_doubt(at)
    return Moment(text, at.astimezone(zone) if written.clock.tzinfo else at, _find_precision(written), doubt)


def _place_apart(text: str, written: Written, day: dt.date, zone: UnknownZone, before: Moment | None) -> Moment:
    """Return the moment in a report whose zone is unknown: clocks go on as written, whatever their offset."""
    if written.clock is None:
        return Moment(text, dt.datetime.combine(day, dt.time(), zone), "day")
    at = dt.datetime.combine(day, written.clock)
    if (
        written.date is None
        and before
        and before.at
        and before.at.replace(tzinfo=None) - at.replace(tzinfo=None) > _HALF_A_DAY
    ):
        at += dt.timedelta(days=1)
    keeps_offset = at.tzinfo is not None
    at = at if keeps_offset else at.replace(tzinfo=zone)
    instant = at.astimezone(dt.UTC)  # raises if UTC has no such year
    at = instant if keeps_offset and zone.counts_offsets else at
    doubt: Doubt = "" if keeps_offset == zone.counts_offsets else "apart"
    return Moment(text, at, _find_precision(written), doubt, keeps_offset)


def _find_precision(written: Written) -> Literal["minute", "second"]:
    return "second" if written.seconds else "minute"


def find_doubt(at: dt.datetime) -> Doubt:
    """Return whether a local time does not exist in its zone, or occurs twice."""
    # A local time is in doubt if its two readings (PEP 495) have different offsets.
    if at.utcoffset() == at.replace(fold=1 - at.fold).utcoffset():
        return ""
    back = at.astimezone(dt.UTC).astimezone(at.tzinfo)
    return "ambiguous" if back.replace(tzinfo=None) == at.replace(tzinfo=None) else "nonexistent"
