"""A true time axis: where a moment is on it, its ticks at round times, and its nights."""

import datetime as dt
import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from pmexport.document import parts
from pmexport.document.composer import Composer
from pmexport.document.nodes import Span, Tick
from pmexport.document.text_lengths import measure_length
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
    """A period, drawn from 0 to 1."""

    start: dt.datetime
    """The instant at which it starts, in UTC."""
    end: dt.datetime
    """The instant at which it ends, in UTC."""
    zone: dt.tzinfo
    """The report's time zone, in which its times are shown."""

    def place(self, instant: dt.datetime) -> float:
        """Return the position of an instant, from 0 to 1; of one outside, the nearest end."""
        return min(max((instant.astimezone(dt.UTC) - self.start) / self.length, 0), 1)

    def contains(self, instant: dt.datetime) -> bool:
        """Return whether an instant is on the axis."""
        return self.start <= instant.astimezone(dt.UTC) <= self.end

    @property
    def length(self) -> dt.timedelta:
        """The time from its start to its end."""
        return self.end - self.start

    @property
    def days(self) -> tuple[dt.date, ...]:
        """The days on which it starts and ends, in its zone."""
        return tuple(dict.fromkeys(at.astimezone(self.zone).date() for at in (self.start, self.end)))

    @property
    def repeats(self) -> bool:
        """Whether the clocks are put back during the period, so that some times occur twice."""
        first, last = (at.astimezone(self.zone).utcoffset() or dt.timedelta() for at in (self.start, self.end))
        return first > last


def frame_axis(first: dt.datetime, last: dt.datetime, zone: dt.tzinfo) -> Axis | None:
    """Return an axis with some room around two instants; None if they are too close or too far apart for a drawing."""
    length = last - first
    if not _SHORTEST <= length <= _LONGEST:
        return None
    with suppress(OverflowError):  # at the ends of the calendar
        axis = Axis(first - _MARGIN * length, last + _MARGIN * length, zone)
        if axis.days:
            return axis
    return Axis(first, last, zone)


def cut_axis(axis: Axis, part: Span) -> Axis:
    """Return a part of an axis."""
    return Axis(axis.start + part.start * axis.length, axis.start + part.end * axis.length, axis.zone)


def make_ticks(composer: Composer, axis: Axis) -> Iterator[Tick]:
    """Yield ticks at round times in the report's zone, from left to right."""
    midnight = dt.datetime.combine(axis.days[0], dt.time(), axis.zone)
    step = next((step for step in _STEPS if _has_room(composer, midnight, step, axis)), _STEPS[-1])
    for local in sorted(_round_times(midnight, step, axis), key=axis.place):
        text = _tick_text(composer, local, step, axis)
        half = measure_length(text) / _ROOM / 2
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
    width = measure_length(_tick_text(composer, midnight, step, axis)) + 1
    width += len(parts.show_offset(midnight)) if axis.repeats else 0
    return axis.length.total_seconds() / step * width <= _ROOM


def _tick_text(composer: Composer, local: dt.datetime, step: int, axis: Axis) -> str:
    if step >= _DAY or (len(axis.days) > 1 and local.time() == dt.time()):
        return composer.labels.date(local.date(), "short")
    return (f"{local:%H:%M:%S}" if step < _MINUTE else f"{local:%H:%M}") + show_doubtful(local)


def show_doubtful(local: dt.datetime) -> str:
    """Return the offset of a local time that occurs twice, as it follows the time; nothing for other times."""
    return parts.show_offset(local) if find_doubt(local) == "ambiguous" else ""


def find_nights(axis: Axis) -> Iterator[Span]:
    """Yield the nights of an axis that spans days, from 22:00 to 06:00; none if there are too many to tell apart."""
    nights = (axis.days[-1] - axis.days[0]).days
    if not 1 <= nights <= _MOST_NIGHTS:
        return
    begins, lasts = _NIGHT
    evening = dt.datetime.combine(axis.days[0], begins, axis.zone)
    for number in range(-1, nights + 1):
        with suppress(OverflowError):
            start = evening + dt.timedelta(days=number)  # the same time on the clock
            span = Span(axis.place(start), axis.place(start + lasts))
            if span.end > span.start:
                yield span
