"""The chronology: the incident on a true time axis. Its geometry is computed once, for every format."""

import datetime as dt
import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby, pairwise

from pmexport.document import nodes, parts
from pmexport.document.clean_text import one_line
from pmexport.document.composer import Composer
from pmexport.document.nodes import Blocks, Inlines, Label, Lane, Span, Text, Tick, Time
from pmexport.document.tones import phase_tone
from pmexport.report.facts import Facts, Measure
from pmexport.report.moments import Moment, find_doubt

_SHORTEST, _LONGEST = dt.timedelta(minutes=1), dt.timedelta(days=92)
_MOST_PHASES = 12
_FEWEST_EVENTS = 3
_FINEST = 500
"""The parts of the axis in which events are drawn: events in the same part look like one line."""
_SECOND, _MINUTE, _HOUR, _DAY = 1, 60, 3600, 86400
_STEPS = [
    *(_SECOND * n for n in (10, 15, 30)),
    *(_MINUTE * n for n in (1, 2, 5, 10, 15, 30)),
    *(_HOUR * n for n in (1, 2, 3, 6, 12)),
    *(_DAY * n for n in (1, 2, 7, 14, 28)),
]
"""The allowed distances between ticks, in seconds."""
_CHANGE = dt.timedelta(hours=1)
_ROOM = 38
"""Characters of tick labels that fit on the axis, on a small screen or next to long titles on paper."""


@dataclass(frozen=True, slots=True)
class _Axis:
    """The period from the start of the impact to its end."""

    first: Moment
    last: Moment

    @property
    def start(self) -> dt.datetime:
        """The instant at which it starts, in UTC."""
        return _instant(self.first)

    @property
    def end(self) -> dt.datetime:
        """The instant at which it ends, in UTC."""
        return _instant(self.last)

    def at(self, instant: dt.datetime) -> float:
        """Return the position of an instant, from 0 to 1."""
        return min(max((instant.astimezone(dt.UTC) - self.start) / self.length, 0), 1)

    @property
    def length(self) -> dt.timedelta:
        return self.end - self.start

    @property
    def days(self) -> tuple[dt.date, ...]:
        """The days on which it starts and ends, in the report's zone."""
        return tuple(dict.fromkeys(moment.at.date() for moment in (self.first, self.last) if moment.at))

    @property
    def repeats(self) -> bool:
        """Whether the clocks are put back during the period, so that some times occur twice."""
        first, last = (moment.at.utcoffset() or dt.timedelta() for moment in (self.first, self.last) if moment.at)
        return first > last or self.first.repeated or self.last.repeated


@dataclass(frozen=True, slots=True)
class _Run:
    """A period during which the timeline is in one phase."""

    phase: str
    first: Moment
    end: dt.datetime

    @property
    def start(self) -> dt.datetime:
        """The instant at which it starts, in UTC."""
        return _instant(self.first)


def compose_chronology(composer: Composer) -> Blocks:
    """Return the chronology; nothing if the times do not allow one."""
    axis = _find_axis(composer.facts)
    if axis is None:
        return ()
    phases = _phase_lanes(composer, axis)
    lanes = (*phases, *_event_lanes(composer, axis), *_measure_lanes(composer, axis))
    if not lanes:
        return ()
    labels = composer.labels
    name = labels.chronology["phase"] if phases else labels.response_times["measure"]
    moments = (moment.exact for moment in composer.facts.milestones.values())
    marks = {axis.at(moment) for moment in moments if moment and axis.start <= moment <= axis.end}
    return (
        nodes.Chronology(
            columns=((Text(name),), (Text(labels.chronology["time"]),)),
            lanes=lanes,
            ticks=tuple(_make_ticks(composer, axis)),
            marks=tuple(sorted(marks)),
            caption=_make_caption(composer, axis, has_phases=bool(phases)),
            description=labels.descriptions["chronology"],
        ),
    )


def _find_axis(facts: Facts) -> _Axis | None:
    """Return the period from the first milestone to the resolution, otherwise between the first and last events."""
    known = [moment for name, moment in facts.milestones.items() if name != "closed"]
    events = _exact_starts(facts)
    start = min(known or events, key=_instant, default=None)
    end = facts.milestones.get("resolved") or max([*known, *events], key=_instant, default=None)
    if start is None or end is None:
        return None
    axis = _Axis(start, end)
    return axis if _SHORTEST <= axis.length <= _LONGEST else None


def _exact_starts(facts: Facts) -> list[Moment]:
    return [event.start for event in facts.events if event.start and event.start.exact]


def _phase_lanes(composer: Composer, axis: _Axis) -> tuple[Lane, ...]:
    """Return a lane for each phase; none if there are too many phases for a useful picture."""
    runs: dict[str, list[_Run]] = {}
    for run in _phase_runs(composer.facts, axis):
        runs.setdefault(run.phase.casefold(), []).append(run)
    return tuple(_phase_lane(composer, same, axis) for same in runs.values()) if len(runs) <= _MOST_PHASES else ()


def _phase_runs(facts: Facts, axis: _Axis) -> Iterator[_Run]:
    """Yield the phases in order: each lasts until the next begins, the last one until the end of the axis."""
    begun = [
        (event.start, one_line(event.entry.phase or ""))
        for event in facts.events
        if event.start and event.start.exact and event.start.exact <= axis.end
    ]
    begun = sorted((one for one in begun if one[1]), key=lambda one: _instant(one[0]))
    changes = [next(same) for _, same in groupby(begun, key=lambda one: one[1].casefold())]
    for (start, phase), (end, _) in pairwise([*changes, (axis.last, "")]):
        run = _Run(phase, start, _instant(end))
        if run.end > axis.start or run.start == run.end:
            yield run


def _phase_lane(composer: Composer, runs: list[_Run], axis: _Axis) -> Lane:
    labels, phase = composer.labels, runs[0].phase
    length = sum((run.end - run.start for run in runs), dt.timedelta())
    start = _show_moment(composer, runs[0].first, axis)
    if not length:
        times: Inlines = start
    elif len(runs) == 1:
        times = labels.phrase("lane", start=start, length=labels.duration(length))
    else:
        times = labels.phrase("lane_in_parts", start=start, length=labels.duration(length), count=str(len(runs)))
    spans = tuple(Span(axis.at(run.start), axis.at(run.end)) for run in runs)
    tone = phase_tone(phase)
    return Lane((Label(phase, "phase", tone),), times, spans, "phase", tone)


def _event_lanes(composer: Composer, axis: _Axis) -> Iterator[Lane]:
    """Yield a lane with all events, if there are enough."""
    moments = sorted(_exact_starts(composer.facts), key=_instant)
    within = [moment for moment in moments if axis.start <= _instant(moment) <= axis.end]
    if len(within) >= _FEWEST_EVENTS:
        labels = composer.labels
        ends = {"start": _show_moment(composer, within[0], axis), "end": _show_moment(composer, within[-1], axis)}
        times = labels.phrase("lane_of_events", count=str(len(within)), **ends)
        places = (axis.at(_instant(moment)) for moment in within)
        spans = (Span(at, at) for at in dict.fromkeys(round(at * _FINEST) / _FINEST for at in places))
        yield Lane((Text(labels.chronology["events"]),), times, tuple(spans), "events")


def _measure_lanes(composer: Composer, axis: _Axis) -> Iterator[Lane]:
    """Yield a lane for each response time except the duration, which the others imply."""
    for measure in composer.facts.measures:
        if measure.name != "duration" or len(composer.facts.measures) == 1:
            yield _measure_lane(composer, measure, axis)


def _measure_lane(composer: Composer, measure: Measure, axis: _Axis) -> Lane:
    labels = composer.labels
    milestone = labels.milestones[measure.last]
    length = labels.duration(measure.length)
    times = labels.phrase(
        "lane_of_measure", length=length, milestone=milestone, time=_show_moment(composer, measure.end, axis)
    )
    title = (Text(labels.response_times[measure.name]),)
    span = Span(axis.at(_instant(measure.start)), axis.at(_instant(measure.end)))
    return Lane(title, times, (span,), "measure")


def _show_moment(composer: Composer, moment: Moment, axis: _Axis) -> Inlines:
    (clock,) = parts.show_moment(moment)
    day = f"{composer.labels.date(moment.at.date(), 'short')} " if moment.at and len(axis.days) > 1 else ""
    return (Time(day + nodes.text_of((clock,))),)


def _make_ticks(composer: Composer, axis: _Axis) -> Iterator[Tick]:
    """Yield ticks at round times in the report's zone, from left to right."""
    midnight = dt.datetime.combine(axis.days[0], dt.time(), composer.facts.zone)
    step = next((step for step in _STEPS if _has_room(composer, midnight, step, axis)), _STEPS[-1])
    for local in sorted(_round_times(midnight, step, axis), key=axis.at):
        text = _tick_text(composer, local, step, axis)
        if axis.start <= local.astimezone(dt.UTC) <= axis.end and axis.at(local) + len(text) / _ROOM <= 1:
            yield Tick(text, axis.at(local))


def _round_times(midnight: dt.datetime, step: int, axis: _Axis) -> Iterator[dt.datetime]:
    """Yield the round local times of an axis, and of an hour around it: its clocks may change by that."""
    every = dt.timedelta(seconds=step)
    first, last = (
        math.ceil(length / every) for length in (axis.start - midnight - _CHANGE, axis.end - midnight + _CHANGE)
    )
    for number in range(first, last + 1):
        with suppress(OverflowError):  # at the limits of the calendar
            yield from _readings(midnight + number * every)


def _readings(local: dt.datetime) -> Iterator[dt.datetime]:
    """Yield the times at which clocks show this local time: one, none or two."""
    local.astimezone(dt.UTC)  # raises if UTC has no such year
    doubt = find_doubt(local)
    if doubt != "nonexistent":
        yield local
    if doubt == "ambiguous":
        yield local.replace(fold=1)


def _has_room(composer: Composer, midnight: dt.datetime, step: int, axis: _Axis) -> bool:
    """Return whether ticks at this distance leave room for their labels."""
    width = len(_tick_text(composer, midnight, step, axis)) + (len(parts.show_offset(midnight)) if axis.repeats else 0)
    return axis.length.total_seconds() / step * width <= _ROOM


def _tick_text(composer: Composer, local: dt.datetime, step: int, axis: _Axis) -> str:
    if step >= _DAY or (len(axis.days) > 1 and local.time() == dt.time()):
        return composer.labels.date(local.date(), "short")
    clock = f"{local:%H:%M:%S}" if step < _MINUTE else f"{local:%H:%M}"
    return clock + (parts.show_offset(local) if find_doubt(local) == "ambiguous" else "")


def _make_caption(composer: Composer, axis: _Axis, *, has_phases: bool) -> Inlines:
    labels = composer.labels
    days = [Time(labels.date(day)) for day in axis.days]
    when = labels.phrase("range", start=days[0], end=days[1]) if len(days) > 1 else (days[0],)
    name = "chronology" if has_phases else "chronology_of_measures"
    return labels.phrase(name, day=when, zone=parts.note_zone(composer, otherwise="times"))


def _instant(moment: Moment) -> dt.datetime:
    """Return the instant of a moment that is known to be exact, in UTC."""
    if moment.exact is None:
        raise ValueError(moment.text)
    return moment.exact
