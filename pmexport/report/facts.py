"""What follows from a report: its moments, milestones and response times, and how its action items stand.

Nothing here replaces what the author wrote, and nothing here knows how it is shown.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal, cast, get_args
from zoneinfo import ZoneInfo

from pmexport.problems import Problem
from pmexport.report.model import ActionItem, Milestone, Report, TimelineEntry
from pmexport.report.moments import Moment, read_date, resolve
from pmexport.report.vocabulary import find_meaning

MILESTONES: tuple[Milestone, ...] = get_args(Milestone)

MeasureName = Literal["time_to_detect", "time_to_acknowledge", "time_to_mitigate", "time_to_resolve", "duration"]

MEASURES: dict[MeasureName, tuple[Milestone, Milestone]] = {
    "time_to_detect": ("impact_started", "detected"),
    "time_to_acknowledge": ("detected", "acknowledged"),
    "time_to_mitigate": ("impact_started", "mitigated"),
    "time_to_resolve": ("impact_started", "resolved"),
    "duration": ("detected", "resolved"),
}
"""Each measure's first and last moment; the duration is the template's, from detection to resolution."""

State = Literal["open", "done", "dropped"]


@dataclass(frozen=True, slots=True)
class Event:
    """A timeline entry with its times read."""

    entry: TimelineEntry
    start: Moment | None
    end: Moment | None


@dataclass(frozen=True, slots=True)
class Measure:
    """A response time of this incident: one incident has a time to detect, never a mean."""

    name: MeasureName
    start: Moment
    end: Moment
    length: dt.timedelta

    @property
    def last(self) -> Milestone:
        """The milestone that it ends with."""
        return MEASURES[self.name][1]


@dataclass(frozen=True, slots=True)
class Action:
    """An action item with what follows from it."""

    item: ActionItem
    id: str
    """As written, or `AI-` and its number."""
    state: State
    overdue: bool
    """Open, and its deadline lies before the day as of which it is looked at. False where no such day is known."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What follows from a report."""

    zone: ZoneInfo
    events: tuple[Event, ...]
    milestones: dict[Milestone, Moment]
    """Those that are known to the minute or better, in the order in which they should happen."""
    measures: tuple[Measure, ...]
    """Those whose two moments are known and in order."""
    actions: tuple[Action, ...]
    as_of: dt.date | None
    """The day as of which action items are overdue; None where none is known, and nothing is overdue."""
    problems: tuple[Problem, ...]
    """What contradicts itself."""

    def measure(self, name: MeasureName) -> Measure | None:
        """Return the measure of this name, None where it cannot be derived."""
        return next((measure for measure in self.measures if measure.name == name), None)

    def count(self, state: State) -> int:
        """Return how many action items are in this state."""
        return sum(action.state == state for action in self.actions)

    @property
    def overdue(self) -> int:
        """How many action items are overdue."""
        return sum(action.overdue for action in self.actions)


def facts_of(report: Report, as_of: dt.date | None = None) -> Facts:
    """Return what follows from a report, its action items looked at as of this day, else as of its publication."""
    zone = ZoneInfo(report.timezone.strip()) if report.timezone else ZoneInfo("UTC")
    day = read_date(report.date)
    events = _events(report, zone, day)
    milestones = _milestones(report, events, zone, day)
    measures, problems = _measures(milestones)
    as_of = as_of or read_date(report.published)
    return Facts(zone, events, milestones, measures, _actions(report, as_of), as_of, problems)


def milestone_of(phase: str | None) -> Milestone | None:
    """Return the milestone that a phase of the timeline stands for, None where it stands for none."""
    return cast("Milestone | None", find_meaning("milestones", phase)) if phase else None


def _events(report: Report, zone: ZoneInfo, day: dt.date | None) -> tuple[Event, ...]:
    starts = resolve((entry.time for entry in report.timeline), zone, day)
    events = []
    before: Moment | None = None
    for entry, start in zip(report.timeline, starts, strict=True):
        before = start if start and start.at else before
        events.append(Event(entry, start, *resolve([entry.end], zone, day, before)))
    return tuple(events)


def _milestones(
    report: Report, events: tuple[Event, ...], zone: ZoneInfo, day: dt.date | None
) -> dict[Milestone, Moment]:
    by_phase: dict[Milestone, Moment | None] = {}
    for event in events:
        name = milestone_of(event.entry.phase)
        if name is not None:
            by_phase.setdefault(name, event.start)
    found: dict[Milestone, Moment] = {}
    before: Moment | None = None
    for name in MILESTONES:
        given = resolve([getattr(report.milestones, name)], zone, day, before)[0]
        moment = given or by_phase.get(name)
        if moment is not None and moment.at is not None:
            before = moment
        if moment is not None and moment.exact is not None:
            found[name] = moment
    return found


def _measures(milestones: dict[Milestone, Moment]) -> tuple[tuple[Measure, ...], tuple[Problem, ...]]:
    measures, problems = [], []
    for name, (first, last) in MEASURES.items():
        start, end = milestones.get(first), milestones.get(last)
        if start is None or end is None or start.exact is None or end.exact is None:
            continue
        length = end.exact.astimezone(dt.UTC) - start.exact.astimezone(dt.UTC)
        if length >= dt.timedelta():
            measures.append(Measure(name, start, end, length))
        else:
            message = f"{last} ({end.text}) lies before {first} ({start.text}), so no {name} is derived."
            problems.append(Problem(message, path="milestones", help="Correct one of the two times."))
    return tuple(measures), tuple(problems)


def _actions(report: Report, as_of: dt.date | None) -> tuple[Action, ...]:
    taken = {item.id.strip() for item in report.action_items if item.id}
    actions = []
    for number, item in enumerate(report.action_items, start=1):
        state = cast("State", find_meaning("action_states", item.status or "") or "open")
        deadline = read_date(item.deadline)
        overdue = state == "open" and as_of is not None and deadline is not None and deadline < as_of
        actions.append(Action(item, item.id or _free_id(number, taken), state, overdue))
    return tuple(actions)


def _free_id(number: int, taken: set[str]) -> str:
    while f"AI-{number}" in taken:
        number += 1
    taken.add(f"AI-{number}")
    return f"AI-{number}"
