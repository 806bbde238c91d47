"""Milestones: contradictions with each other, with the timeline, and with written lengths of time."""

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator
from typing import cast

from pmexport.checks.rule import Found, Subject
from pmexport.checks.rules.time_rules import shorten_text
from pmexport.document.labels import FALLBACK, labels_for
from pmexport.reading.paths import write_path
from pmexport.report.facts import (
    ENDS,
    MEASURES,
    Event,
    Facts,
    Measure,
    MeasureName,
    list_phase_entries,
    locate_milestone,
)
from pmexport.report.model import Milestone
from pmexport.report.moments import Moment
from pmexport.report.stated_length import StatedLength, parse_length
from pmexport.report.vocabulary import find_meaning

_ORDER: tuple[tuple[Milestone, Milestone], ...] = (
    ("impact_started", "detected"),
    ("detected", "acknowledged"),
    ("impact_started", "mitigated"),
    ("impact_started", "resolved"),
    ("detected", "resolved"),
    ("mitigated", "resolved"),
    ("impact_started", "closed"),
    ("detected", "closed"),
    ("mitigated", "closed"),
    ("resolved", "closed"),
)
"""Pairs whose second milestone cannot be before the first. Mitigation may come before anybody notices."""
_MOST_TIMES = 4
_MINUTE = dt.timedelta(minutes=1)


# ---- contradictions


def find_contradictions(subject: Subject) -> Iterator[Found]:
    reported: set[Milestone] = set()
    for first, last in _ORDER:
        if last not in reported and _is_contradiction(subject, first, last):
            reported.add(last)
            early, late = subject.facts.milestones[first], subject.facts.milestones[last]
            message = f"{last} ({late.text}) is before {first} ({early.text})."
            yield Found(_locate_milestone(subject, last), message, "Correct one of the two times.")


def _is_contradiction(subject: Subject, first: Milestone, last: Milestone) -> bool:
    milestones = subject.facts.milestones
    if first not in milestones or last not in milestones:
        return False
    if (first, last) == ("impact_started", "detected") and not _are_given(subject, first, last):
        return False  # an early alert: PM008 reports it
    return _is_before(milestones[last], milestones[first])


def _are_given(subject: Subject, first: Milestone, last: Milestone) -> bool:
    given = subject.report.milestones
    return bool(getattr(given, first) and getattr(given, last))


def _locate_milestone(subject: Subject, name: Milestone) -> str:
    return locate_milestone(name, subject.facts.milestones[name], subject.facts.events)


def _is_before(moment: Moment, other: Moment) -> bool:
    if moment.exact is None or other.exact is None or moment.doubt or other.doubt:
        return False
    return moment.exact < other.exact


# ---- the phases that end something


def find_several_ends(subject: Subject) -> Iterator[Found]:
    for name in ENDS:
        entries = [one for one in enumerate(subject.facts.events) if one[1].milestone == name]
        if getattr(subject.report.milestones, name) or len({_start_of(event) for _, event in entries}) < 2:
            continue
        number = entries[-1][0]
        times = _list_times(event for _, event in entries)
        message = f"{len(entries)} entries have a phase that means {name} ({times}), and only one of them can count."
        help_ = f"Give this phase only to the entry that counts, or set `milestones.{name}`."
        yield Found(f"timeline[{number}].phase", message, help_)


def find_contradicted_ends(subject: Subject) -> Iterator[Found]:
    for name in ENDS:
        given = subject.facts.milestones.get(name)
        entries = list_phase_entries(name, subject.facts.events)
        certain = [event for event in entries if event.start and event.start.exact and not event.start.doubt]
        if not getattr(subject.report.milestones, name) or given is None or given.doubt or not certain:
            continue
        if not any(_includes(event, given) for event in certain):
            message = f"{name} ({given.text}) contradicts the timeline ({_list_times(certain)})."
            yield Found(f"milestones.{name}", message, "Correct one of the two times, or the phase of the entry.")


def _list_times(events: Iterable[Event]) -> str:
    """Return the phases and the times of a few entries."""
    times = [
        f"{shorten_text(event.entry.phase or '')} at {shorten_text(event.start.text)}"
        for event in events
        if event.start
    ]
    return ", ".join([*times[:_MOST_TIMES], "…"] if len(times) > _MOST_TIMES else times)


def _start_of(event: Event) -> dt.datetime | None:
    return event.start.exact if event.start else None


def _includes(event: Event, moment: Moment) -> bool:
    """Return whether an entry covers a moment, to the minute."""
    start, end = _start_of(event), event.end.exact if event.end else None
    at = moment.exact
    return start is not None and at is not None and start - _MINUTE < at < (end or start) + _MINUTE


# ---- before the impact


_NOTICED = "the problem was noticed before users were affected"
_PREVENTED = "users were never affected"
_EARLY = {"detected": _NOTICED, "acknowledged": _NOTICED, "mitigated": _PREVENTED, "resolved": _PREVENTED}
"""How a milestone can be before the impact."""


def find_before_impact(subject: Subject) -> Iterator[Found]:
    impact = subject.facts.milestones.get("impact_started")
    if impact is None:
        return
    reported = {found.path for found in find_contradictions(subject)}
    for number, event in enumerate(subject.facts.events):
        path, phase = f"timeline[{number}].time", event.entry.phase or ""
        unless = _EARLY.get(event.milestone or "")
        if unless and event.start and path not in reported and _is_before(event.start, impact):
            message = f"{phase} at {event.start.text} is before the impact started ({impact.text})."
            yield Found(path, message, f"Correct one of the two times, unless {unless}.")
            return


# ---- written lengths


_STARTS: tuple[Milestone, ...] = ("impact_started", "detected")
_ENDS: tuple[Milestone, ...] = ("mitigated", "resolved", "closed")
_LOOSE: tuple[MeasureName, ...] = ("duration", "time_to_mitigate")
"""Measures that people count from the impact or from detection, to any end."""


def find_wrong_lengths(subject: Subject) -> Iterator[Found]:
    for path, name, text in _list_stated(subject):
        stated = parse_length(text)
        measure = _find_contradicted(subject.facts, name, stated) if stated else None
        if measure:
            first, last = MEASURES[measure.name]
            message = (
                f'"{text.strip()}" contradicts the milestones: {first} ({measure.start.text}) to '
                f"{last} ({measure.end.text}) is {labels_for(FALLBACK).duration(measure.length)}."
            )
            yield Found(path, message, _DURATION_HELP if path == "duration" else _METRIC_HELP)


_DURATION_HELP = "Correct one of them, or remove the duration to derive it from the milestones."
_METRIC_HELP = "Correct one of them, or say in words what the value covers."


def _list_stated(subject: Subject) -> Iterator[tuple[str, MeasureName, str]]:
    """Yield the path, the measure and the text of each written length."""
    report = subject.report
    if report.duration:
        yield "duration", "duration", report.duration
    for metric, text in report.impact:
        if text and (name := find_meaning("measures", metric)):
            yield write_path(("impact", metric)), cast("MeasureName", name), text


def _find_contradicted(facts: Facts, name: MeasureName, stated: StatedLength) -> Measure | None:
    """Return the measure that a written length contradicts; None if there is none, or if it is in doubt."""
    measure, others = facts.measure(name), [*_list_meant_lengths(facts)]
    if name not in _LOOSE:
        others = [measure.length] if measure else []
    elif measure is None:
        measure = facts.measure("time_to_resolve")  # an upper bound
        others = [measure.length] if measure and not stated.is_within(measure.length) else []
    elif name == "time_to_mitigate" and not any(stated.lengths):
        return None  # the service was impaired, not down
    in_doubt = measure is None or measure.start.doubt or measure.end.doubt
    return None if in_doubt or not others or stated.agrees_with(others) else measure


def _list_meant_lengths(facts: Facts) -> Iterator[dt.timedelta]:
    """Yield the lengths that the author may have meant: from impact or detection to any end."""
    for first, last in itertools.product(_STARTS, _ENDS):
        start, end = facts.milestones.get(first), facts.milestones.get(last)
        if start and end and start.exact and end.exact:
            yield end.exact - start.exact
