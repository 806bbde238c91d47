"""The chronology: the incident on a true time axis. Its geometry is computed once, for every format."""

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

from pmexport.document import nodes, parts
from pmexport.document.clean_text import one_line
from pmexport.document.composer import Composer
from pmexport.document.nodes import Blocks, Inlines, Label, Lane, Span, Text, Tick, Time
from pmexport.document.tones import phase_tone
from pmexport.report.facts import Facts, Measure

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
_ROOM = 38
"""Characters of tick labels that fit on the axis, on a small screen or next to long titles on paper."""


@dataclass(frozen=True, slots=True)
class _Axis:
    """The period from the start of the impact to its end."""

    start: dt.datetime
    end: dt.datetime

    def at(self, moment: dt.datetime) -> float:
        """Return the position of a moment, from 0 to 1."""
        part = (_to_utc(moment) - _to_utc(self.start)) / (_to_utc(self.end) - _to_utc(self.start))
        return min(max(part, 0), 1)

    @property
    def length(self) -> dt.timedelta:
        return _to_utc(self.end) - _to_utc(self.start)

    @property
    def several_days(self) -> bool:
        return self.start.date() != self.end.date()


@dataclass(frozen=True, slots=True)
class _Run:
    """A period during which the timeline is in one phase."""

    phase: str
    start: dt.datetime
    end: dt.datetime


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
    known = {name: moment.exact for name, moment in facts.milestones.items() if moment.exact and name != "closed"}
    events = [event.start.exact for event in facts.events if event.start and event.start.exact]
    start = min(known.values(), default=None) or min(events, default=None)
    end = known.get("resolved") or max([*known.values(), *events], default=None)
    if start is None or end is None:
        return None
    axis = _Axis(start, end)
    return axis if _SHORTEST <= axis.length <= _LONGEST else None


def _phase_lanes(composer: Composer, axis: _Axis) -> tuple[Lane, ...]:
    """Return a lane for each phase; none if there are too many phases for a useful picture."""
    runs: dict[str, list[_Run]] = {}
    for run in _phase_runs(composer.facts, axis):
        runs.setdefault(run.phase.casefold(), []).append(run)
    return tuple(_phase_lane(composer, same, axis) for same in runs.values()) if len(runs) <= _MOST_PHASES else ()


def _phase_runs(facts: Facts, axis: _Axis) -> Iterator[_Run]:
    """Yield the phases in order: each lasts until the next begins, the last one until the end of the axis."""
    moments = [(event.start.exact, one_line(event.entry.phase or "")) for event in facts.events if event.start]
    begun = sorted(((at, phase) for at, phase in moments if at and phase and at <= axis.end), key=lambda one: one[0])
    changes = [next(same) for _, same in groupby(begun, key=lambda one: one[1].casefold())]
    for (start, phase), (end, _) in pairwise([*changes, (axis.end, "")]):
        if end > axis.start or start == end:
            yield _Run(phase, start, end)


def _phase_lane(composer: Composer, runs: list[_Run], axis: _Axis) -> Lane:
    labels, phase = composer.labels, runs[0].phase
    length = sum(((_to_utc(run.end) - _to_utc(run.start)) for run in runs), dt.timedelta())
    start = _show_moment(composer, runs[0].start, axis)
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
    moments = sorted(event.start.exact for event in composer.facts.events if event.start and event.start.exact)
    within = [moment for moment in moments if axis.start <= moment <= axis.end]
    if len(within) >= _FEWEST_EVENTS:
        labels = composer.labels
        ends = {"start": _show_moment(composer, within[0], axis), "end": _show_moment(composer, within[-1], axis)}
        times = labels.phrase("lane_of_events", count=str(len(within)), **ends)
        spans = (Span(at, at) for at in dict.fromkeys(round(axis.at(moment) * _FINEST) / _FINEST for moment in within))
        yield Lane((Text(labels.chronology["events"]),), times, tuple(spans), "events")


def _measure_lanes(composer: Composer, axis: _Axis) -> Iterator[Lane]:
    """Yield a lane for each response time except the duration, which the others imply."""
    for measure in composer.facts.measures:
        if measure.name != "duration" or len(composer.facts.measures) == 1:
            yield _measure_lane(composer, measure, axis)


def _measure_lane(composer: Composer, measure: Measure, axis: _Axis) -> Lane:
    labels = composer.labels
    start, end = measure.start.exact or axis.start, measure.end.exact or axis.end
    milestone = labels.milestones[measure.last]
    length = labels.duration(measure.length)
    times = labels.phrase("lane_of_measure", length=length, milestone=milestone, time=_show_moment(composer, end, axis))
    title = (Text(labels.response_times[measure.name]),)
    return Lane(title, times, (Span(axis.at(start), axis.at(end)),), "measure")


def _show_moment(composer: Composer, at: dt.datetime, axis: _Axis) -> Inlines:
    clock = f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"
    return (Time(f"{composer.labels.date(at.date(), 'short')} {clock}" if axis.several_days else clock),)


def _make_ticks(composer: Composer, axis: _Axis) -> Iterator[Tick]:
    """Yield ticks at round times in the report's zone."""
    midnight = dt.datetime.combine(axis.start.date(), dt.time())
    step = next((step for step in _STEPS if _has_room(composer, midnight, step, axis)), _STEPS[-1])
    first = math.ceil((axis.start.replace(tzinfo=None) - midnight).total_seconds() / step)
    for number in range(first, first + math.ceil(axis.length.total_seconds() / step) + 2):
        local = midnight + dt.timedelta(seconds=number * step)
        at = local.replace(tzinfo=composer.facts.zone)
        text = _tick_text(composer, local, step, axis)
        if axis.start <= at <= axis.end and axis.at(at) + len(text) / _ROOM <= 1:
            yield Tick(text, axis.at(at))


def _has_room(composer: Composer, midnight: dt.datetime, step: int, axis: _Axis) -> bool:
    """Return whether ticks at this distance leave room for their labels."""
    return axis.length.total_seconds() / step * len(_tick_text(composer, midnight, step, axis)) <= _ROOM


def _tick_text(composer: Composer, local: dt.datetime, step: int, axis: _Axis) -> str:
    if step >= _DAY or (axis.several_days and local.time() == dt.time()):
        return composer.labels.date(local.date(), "short")
    return f"{local:%H:%M:%S}" if step < _MINUTE else f"{local:%H:%M}"


def _make_caption(composer: Composer, axis: _Axis, *, has_phases: bool) -> Inlines:
    labels = composer.labels
    days = [Time(labels.date(day)) for day in dict.fromkeys((axis.start.date(), axis.end.date()))]
    when = labels.phrase("range", start=days[0], end=days[1]) if len(days) > 1 else (days[0],)
    name = "chronology" if has_phases else "chronology_of_measures"
    return labels.phrase(name, day=when, zone=labels.phrase("all_times", zone=parts.show_zone(composer)))


def _to_utc(at: dt.datetime) -> dt.datetime:
    """Return the instant in UTC: Python subtracts times of one zone by their clocks, ignoring clock changes."""
    return at.astimezone(dt.UTC)
