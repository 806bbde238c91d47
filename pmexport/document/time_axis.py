"""A true time axis: where a moment is on it, its ticks at round times, and its nights."""

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass

from pmexport.document import parts
from pmexport.document.composer import Composer
from pmexport.document.nodes import Span, Tick
from pmexport.report.moments import find_doubt

_SHORTEST, _LONGEST = dt.timedelta(minutes=1), dt.timedelta(days=92)
_MARGIN = 0.025
"""The room before the first and after the last moment, as a part of their distance."""
_SECOND, _MINUTE, _HOUR, _DAY = 1, 60, 3600, 86400
_STEPS = [
    *(_SECOND * n for n in (10, 15, 30)),
    *(_MINUTE * n for n in (1, 2, 5, 10, 15, 30)),
    *(_HOUR * n for n in (1, 2, 3, 6, 12)),
    *(_DAY * n for n in (1, 2, 7, 14, 28)),
]
"""The allowed distances between ticks, in seconds."""
_CHANGE = dt.timedelta(hours=1)
_ROOM = 60
"""Characters of tick labels that fit on the axis."""
_NIGHT = (dt.time(22), dt.timedelta(hours=8))
_MOST_NIGHTS = 14


@dataclass(frozen=True, slots=True)
class Axis:
    """A period, drawn from 0 to 1. Its moments have the report's time zone."""

    start: dt.datetime
    end: dt.datetime

    def place(self, moment: dt.datetime) -> float:
        """Return the position of a moment, from 0 to 1; of one outside, the nearest end."""
        part = (to_utc(moment) - to_utc(self.start)) / self.length
        return min(max(part, 0), 1)

    def contains(self, moment: dt.datetime) -> bool:
        """Return whether a moment is on the axis."""
        return to_utc(self.start) <= to_utc(moment) <= to_utc(self.end)

    @property
    def length(self) -> dt.timedelta:
        """The time from its start to its end."""
        return to_utc(self.end) - to_utc(self.start)

    @property
    def several_days(self) -> bool:
        """Whether it starts and ends on different days."""
        return self.start.date() != self.end.date()


def frame_axis(first: dt.datetime, last: dt.datetime) -> Axis | None:
    """Return an axis with some room around two moments; None if they are too close or too far apart for a drawing."""
    length = to_utc(last) - to_utc(first)
    if not _SHORTEST <= length <= _LONGEST:
        return None
    try:
        return Axis(_shift_moment(first, -_MARGIN * length), _shift_moment(last, _MARGIN * length))
    except OverflowError:  # at the end of the calendar
        return Axis(first, last)


def cut_axis(axis: Axis, part: Span) -> Axis:
    """Return a part of an axis."""
    return Axis(_shift_moment(axis.start, part.start * axis.length), _shift_moment(axis.start, part.end * axis.length))


def make_ticks(composer: Composer, axis: Axis) -> Iterator[Tick]:
    """Yield ticks at round times in the report's zone, from left to right."""
    midnight = dt.datetime.combine(axis.start.date(), dt.time(), composer.facts.zone)
    step = next((step for step in _STEPS if _has_room(composer, midnight, step, axis)), _STEPS[-1])
    for local in sorted(_round_times(midnight, step, axis), key=to_utc):
        text = _tick_text(composer, local, step, axis)
        half = len(text) / _ROOM / 2
        if axis.contains(local) and half <= axis.place(local) <= 1 - half:
            yield Tick(text, axis.place(local))


def _round_times(midnight: dt.datetime, step: int, axis: Axis) -> Iterator[dt.datetime]:
    """Yield the round local times of an axis, and of an hour around it: its clocks may change by that."""
    every = dt.timedelta(seconds=step)
    first, last = (
        math.ceil(length / every) for length in (axis.start - midnight - _CHANGE, axis.end - midnight + _CHANGE)
    )
    for number in range(first, last + 1):
        with suppress(OverflowError):  # at the limits of the calendar
            yield from _list_readings(midnight + number * every)


def _list_readings(local: dt.datetime) -> Iterator[dt.datetime]:
    """Yield the times at which clocks show this local time: one, none or two."""
    local.astimezone(dt.UTC)  # raises if UTC has no such year
    doubt = find_doubt(local)
    if doubt != "nonexistent":
        yield local
    if doubt == "ambiguous":
        yield local.replace(fold=1)


def _has_room(composer: Composer, midnight: dt.datetime, step: int, axis: Axis) -> bool:
    """Return whether ticks at this distance leave room for their labels."""
    width = len(_tick_text(composer, midnight, step, axis)) + 1
    repeats = to_utc(axis.end) - to_utc(axis.start) > axis.end.replace(tzinfo=None) - axis.start.replace(tzinfo=None)
    width += len(parts.show_offset(midnight)) if repeats else 0
    return axis.length.total_seconds() / step * width <= _ROOM


def _tick_text(composer: Composer, local: dt.datetime, step: int, axis: Axis) -> str:
    if step >= _DAY or (axis.several_days and local.time() == dt.time()):
        return composer.labels.date(local.date(), "short")
    return (f"{local:%H:%M:%S}" if step < _MINUTE else f"{local:%H:%M}") + show_doubtful(local)


def show_doubtful(local: dt.datetime) -> str:
    """Return the offset of a local time that occurs twice, as it follows the time; nothing for other times."""
    return parts.show_offset(local) if find_doubt(local) == "ambiguous" else ""


def find_nights(axis: Axis) -> Iterator[Span]:
    """Yield the nights of an axis that spans days, from 22:00 to 06:00; none if there are too many to tell apart."""
    days = (axis.end.date() - axis.start.date()).days
    if not 1 <= days <= _MOST_NIGHTS:
        return
    begins, lasts = _NIGHT
    evening = dt.datetime.combine(axis.start.date() - dt.timedelta(days=1), begins, axis.start.tzinfo)
    for number in range(days + 2):
        with suppress(OverflowError):
            start = evening + dt.timedelta(days=number)  # the same time on the clock
            span = Span(axis.place(start), axis.place(start + lasts))
            if span.end > span.start:
                yield span
