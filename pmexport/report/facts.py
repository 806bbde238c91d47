"""Facts: what follows from a report, such as milestones, response times and the state of action items.

They never replace the author's text, and do not depend on how they are shown.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pmexport.problems import Problem
from pmexport.report.house_style import PLAIN, HouseStyle
from pmexport.report.model import ActionItem, Milestone, Report, State, TimelineEntry
from pmexport.report.moments import Moment, parse_time, read_date, resolve_times
from pmexport.report.vocabulary import find_meaning
from pmexport.report.zones import UnknownZone, read_zone

MILESTONES: tuple[Milestone, ...] = get_args(Milestone)

MeasureName = Literal["time_to_detect", "time_to_acknowledge", "time_to_mitigate", "time_to_resolve", "duration"]

MEASURES: dict[MeasureName, tuple[Milestone, Milestone]] = {
    "time_to_detect": ("impact_started", "detected"),
    "time_to_acknowledge": ("detected", "acknowledged"),
    "time_to_mitigate": ("impact_started", "mitigated"),
    "time_to_resolve": ("impact_started", "resolved"),
    "duration": ("detected", "resolved"),
}
"""The milestones at the start and end of each measure. The duration follows the template: detection to resolution."""

ENDS: tuple[Milestone, ...] = ("mitigated", "resolved")
"""The milestones that end something: the last of several timeline entries counts."""


@dataclass(frozen=True, slots=True)
class Event:
    """A timeline entry with its times."""

    entry: TimelineEntry
    start: Moment | None
    end: Moment | None
    milestone: Milestone | None = None
    """The milestone that its phase maps to."""

    def as_dict(self) -> dict[str, Any]:
        """Return the entry as plain data, with its times as written and resolved."""
        entry = {name: getattr(self.entry, name) for name in ("phase", "actor", "event", "link")}
        times = {"start": self.start and self.start.as_dict(), "end": self.end and self.end.as_dict()}
        return times | entry


@dataclass(frozen=True, slots=True)
class Measure:
    """A response time of this incident."""

    name: MeasureName
    start: Moment
    end: Moment
    length: dt.timedelta

    @property
    def last(self) -> Milestone:
        """The milestone at its end."""
        return MEASURES[self.name][1]

    def as_dict(self) -> dict[str, Any]:
        """Return the milestones at its start and end, and its length in seconds."""
        first, last = MEASURES[self.name]
        return {"from": first, "to": last, "seconds": int(self.length.total_seconds())}


@dataclass(frozen=True, slots=True)
class Action:
    """An action item with its derived state."""

    item: ActionItem
    id: str
    """As written, otherwise `AI-` and a number."""
    state: State
    overdue: bool
    """Whether it is open and its deadline is before the `as_of` date. False without such a date."""

    def as_dict(self, *, is_overdue_known: bool = True) -> dict[str, Any]:
        """Return the fields of the action item as plain data, with its id, state, and whether it is overdue."""
        derived = {"id": self.id, "state": self.state, "overdue": self.overdue if is_overdue_known else None}
        return dict(self.item) | {"ticket": list(self.item.ticket)} | derived


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of a report."""

    report: Report
    zone: dt.tzinfo
    """Its `str` is its name. An UnknownZone if the report says so and a clock time has no offset."""
    events: tuple[Event, ...]
    milestones: dict[Milestone, Moment]
    """The milestones known to the minute or better, in their usual order."""
    measures: tuple[Measure, ...]
    """The response times whose two milestones are known and in order."""
    actions: tuple[Action, ...]
    as_of: dt.date | None
    """The date on which overdue action items are determined; None if unknown, and nothing is overdue."""
    problems: tuple[Problem, ...]
    """The contradictions found on the way."""

    @property
    def computed_zone(self) -> dt.tzinfo:
        """The zone of the times in computations: the report's; UTC if it is unknown and times with an offset count."""
        return dt.UTC if isinstance(self.zone, UnknownZone) and self.zone.counts_offsets else self.zone

    def measure(self, name: MeasureName) -> Measure | None:
        """Return the measure with this name; None if it cannot be derived."""
        return next((measure for measure in self.measures if measure.name == name), None)

    @property
    def response_times(self) -> dict[MeasureName, dt.timedelta]:
        """The response times whose two milestones are known and in order, by name."""
        return {measure.name: measure.length for measure in self.measures}

    def as_dict(self) -> dict[str, Any]:
        """Return the facts as plain data: times in ISO 8601, response times in seconds. `docs/library.md` lists them.

        Without an `as_of` date, `overdue` is None: nobody knows.
        """
        report, known = self.report, self.as_of is not None
        counts: dict[str, int | None] = {state: self.count(state) for state in get_args(State)}
        return {
            **{name: getattr(report, name) for name in ("id", "title", "severity", "date", "published", "revision")},
            "stage": report.stage,
            "timezone": None if isinstance(self.zone, UnknownZone) else str(self.zone),
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "milestones": {name: moment.as_dict() for name, moment in self.milestones.items()},
            "response_times": {measure.name: measure.as_dict() for measure in self.measures},
            "events": [event.as_dict() for event in self.events],
            "action_items": [action.as_dict(is_overdue_known=known) for action in self.actions],
            "action_counts": counts | {"overdue": self.overdue if known else None},
            "problems": [problem.as_dict() for problem in self.problems],
        }

    def count(self, state: State) -> int:
        """Return the number of action items in this state."""
        return sum(action.state == state for action in self.actions)

    @property
    def overdue(self) -> int:
        """The number of overdue action items."""
        return sum(action.overdue for action in self.actions)


def derive_facts(report: Report, as_of: dt.date | None = None, style: HouseStyle = PLAIN) -> Facts:
    """Return the facts of a report.

    as_of: the date for overdue action items. Default: the date of publication. style: the words for phases and states.
    """
    day = read_date(report.date)
    zone = _choose_zone(report, style)
    events = _read_events(report, zone, day, style)
    milestones = _find_milestones(report, events, zone, day)
    measures, problems = _derive_measures(milestones, events)
    as_of = as_of or read_date(report.published)
    actions = _derive_actions(report, as_of, style)
    return Facts(report, zone, events, milestones, measures, actions, as_of, problems)


def _choose_zone(report: Report, style: HouseStyle) -> dt.tzinfo:
    """Return the report's zone. If it is unknown, UTC where every time has an offset, so that no zone is missing.

    Where only some have one, those with an offset are used in computations if they give more milestones than those
    without.
    """
    zone = read_zone(report.timezone)
    if not isinstance(zone, UnknownZone):
        return zone
    entries = report.timeline
    has_offset = [has for entry in entries for has in (_has_offset(entry.time), _has_offset(entry.end))]
    named = {name: _has_offset(getattr(report.milestones, name)) for name in MILESTONES}
    if False not in (*has_offset, *named.values()):
        return dt.UTC if True in (*has_offset, *named.values()) else zone
    for entry in entries:
        name = style.milestone_of(entry.phase)
        if name and named[name] is None:
            named[name] = _has_offset(entry.time)
    counts = list(named.values())
    return UnknownZone(counts_offsets=counts.count(True) > counts.count(False))


def _has_offset(text: str | None) -> bool | None:
    """Return whether a clock time has an offset; None for what is not one."""
    written = parse_time(text) if text else None
    return None if written is None or written.clock is None else written.clock.tzinfo is not None


def _read_events(report: Report, zone: dt.tzinfo, day: dt.date | None, style: HouseStyle) -> tuple[Event, ...]:
    starts = resolve_times((entry.time for entry in report.timeline), zone, day)
    events = []
    before: Moment | None = None
    for entry, start in zip(report.timeline, starts, strict=True):
        before = start if start and start.at else before
        (end,) = resolve_times([entry.end], zone, day, before)
        events.append(Event(entry, start, end, style.milestone_of(entry.phase)))
    return tuple(events)


def _find_milestones(
    report: Report, events: tuple[Event, ...], zone: dt.tzinfo, day: dt.date | None
) -> dict[Milestone, Moment]:
    found: dict[Milestone, Moment] = {}
    before: Moment | None = None
    for name in MILESTONES:
        moment = _resolve_given(report, name, zone, day, before)
        if moment is None and name == "mitigated":
            resolved = _resolve_given(report, "resolved", zone, day, before) or _choose_moment(
                "resolved", events, found
            )
            moment = _choose_moment(name, _stop_at(events, resolved), found)
        moment = moment or _choose_moment(name, events, found)
        if moment is not None and moment.at is not None:
            before = moment
        if moment is not None and moment.exact is not None:
            found[name] = moment
    return found


def _resolve_given(
    report: Report, name: Milestone, zone: dt.tzinfo, day: dt.date | None, before: Moment | None
) -> Moment | None:
    return resolve_times([getattr(report.milestones, name)], zone, day, before)[0]


def _choose_moment(name: Milestone, events: Iterable[Event], found: dict[Milestone, Moment]) -> Moment | None:
    """Return the time of the entry that gives a milestone its time: the last one if it ends something."""
    entries = list_phase_entries(name, events)
    if name == "closed":
        entries = [event for event in entries if _may_close(event, found)]
    return entries[-1 if name in ENDS else 0].start if entries else None


def list_phase_entries(name: Milestone, events: Iterable[Event]) -> list[Event]:
    """Return the timeline entries whose phase maps to a milestone, in the order written."""
    return [event for event in events if event.milestone == name]


def _stop_at(events: Iterable[Event], resolved: Moment | None) -> Iterator[Event]:
    """Yield the events that are not after the resolution: later mitigation does not belong to the incident."""
    end = resolved.exact if resolved else None
    for event in events:
        at = event.start.exact if event.start else None
        if end is None or at is None or at <= end:
            yield event


def _may_close(event: Event, found: dict[Milestone, Moment]) -> bool:
    """Return whether an entry may end the incident: on status pages, some phases that end it come before it is over."""
    if find_meaning("ambiguous_phases", event.entry.phase or "") is None:
        return True
    at = event.start.exact if event.start else None
    early = at is None or any(moment.exact and at < moment.exact for moment in found.values())
    return not early and ("resolved" in found or find_meaning("monitoring_phases", event.entry.phase or "") is None)


def locate_milestone(name: Milestone, moment: Moment, events: Iterable[Event]) -> str:
    """Return the path of a milestone's moment: the timeline entry it was taken from, or the milestone as given."""
    taken_from = (number for number, event in enumerate(events) if event.start is moment)
    return next((f"timeline[{number}].time" for number in taken_from), f"milestones.{name}")


def _derive_measures(
    milestones: dict[Milestone, Moment], events: tuple[Event, ...]
) -> tuple[tuple[Measure, ...], tuple[Problem, ...]]:
    measures, problems = [], []
    for name, (first, last) in MEASURES.items():
        start, end = milestones.get(first), milestones.get(last)
        if start is None or end is None or start.exact is None or end.exact is None:
            continue
        resolved = milestones.get("resolved", end)
        if end.exact < start.exact:
            found = f"{last} ({end.text}) is before {first} ({start.text})"
        elif last == "mitigated" and resolved.exact and resolved.exact < end.exact:
            found = f"resolved ({resolved.text}) is before {last} ({end.text})"
        else:
            measures.append(Measure(name, start, end, end.exact - start.exact))
            continue
        path = locate_milestone(last, end, events)
        problems.append(Problem(f"{found}, so {name} is not derived.", path, help="Correct one of the two times."))
    return tuple(measures), tuple(problems)


def _derive_actions(report: Report, as_of: dt.date | None, style: HouseStyle) -> tuple[Action, ...]:
    taken = {item.id.strip() for item in report.action_items if item.id}
    actions = []
    for number, item in enumerate(report.action_items, start=1):
        state = style.state_of(item.status)
        deadline = read_date(item.deadline)
        overdue = state == "open" and as_of is not None and deadline is not None and deadline < as_of
        actions.append(Action(item, item.id or _free_id(number, taken), state, overdue))
    return tuple(actions)


def _free_id(number: int, taken: set[str]) -> str:
    while f"AI-{number}" in taken:
        number += 1
    taken.add(f"AI-{number}")
    return f"AI-{number}"
