"""Milestones: contradictions with each other, with the timeline, and with the written duration."""

import datetime as dt
import itertools
import re
from collections.abc import Iterator

from pmexport.checks.rule import Found, Subject
from pmexport.report.facts import MEASURES, find_milestone
from pmexport.report.model import Milestone
from pmexport.report.moments import Moment
from pmexport.report.vocabulary import find_meaning, join_words, known_words

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
    if (first, last) == ("impact_started", "detected") and not _are_given(subject, first, last):
        return False  # an early alert: PM008 reports it
    certain = _is_certain(subject, first) and _is_certain(subject, last)
    return certain and _is_before(milestones[last], milestones[first])


def _are_given(subject: Subject, first: Milestone, last: Milestone) -> bool:
    given = subject.report.milestones
    return bool(getattr(given, first) and getattr(given, last))


def _is_certain(subject: Subject, name: Milestone) -> bool:
    """Return whether a milestone is known, and either given or taken from an unambiguous phase."""
    if name not in subject.facts.milestones:
        return False
    return bool(getattr(subject.report.milestones, name)) or not find_meaning(
        "ambiguous_phases", _find_phase(subject, name)
    )


def _find_phase(subject: Subject, name: Milestone) -> str:
    number = _find_entry(subject, name)
    return "" if number is None else subject.report.timeline[number].phase or ""


def _find_entry(subject: Subject, name: Milestone) -> int | None:
    """Return the index of the timeline entry that a milestone is taken from."""
    entries = enumerate(subject.report.timeline)
    return next((number for number, entry in entries if find_milestone(entry.phase) == name), None)


def _locate_milestone(subject: Subject, name: Milestone) -> str:
    number = _find_entry(subject, name)
    given = getattr(subject.report.milestones, name)
    return f"milestones.{name}" if given or number is None else f"timeline[{number}].time"


def _is_before(moment: Moment, other: Moment) -> bool:
    if moment.exact is None or other.exact is None or moment.doubt or other.doubt:
        return False
    return moment.exact.astimezone(dt.UTC) < other.exact.astimezone(dt.UTC)


# ---- before the impact


def find_before_impact(subject: Subject) -> Iterator[Found]:
    impact = subject.facts.milestones.get("impact_started")
    if impact is None:
        return
    reported = {found.path for found in find_contradictions(subject)}
    for number, event in enumerate(subject.facts.events):
        path, phase = f"timeline[{number}].time", event.entry.phase or ""
        after = find_milestone(phase) in ("detected", "acknowledged", "mitigated", "resolved")
        if after and event.start and path not in reported and _is_before(event.start, impact):
            message = f"{phase} at {event.start.text} is before the impact started ({impact.text})."
            help_ = "Correct one of the two times, unless the problem was noticed before users were affected."
            yield Found(path, message, help_)
            return


# ---- the written duration


_UNITS = {word: int(seconds) for word, seconds in known_words("units").items()}
_AMOUNT = re.compile(rf"(\d+(?:[.,]\d+)?)\s*({join_words(_UNITS)})(?![a-z])\.?[\s,]*(?:and\s+)?")
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)(?::([0-5]\d))?")
_HEDGE = re.compile(rf"(?:(?:{join_words(known_words('hedges'))})\s*)+")
_MAX_LENGTH = 60
_STARTS: tuple[Milestone, ...] = ("impact_started", "detected")
_ENDS: tuple[Milestone, ...] = ("mitigated", "resolved", "closed")


def find_wrong_duration(subject: Subject) -> Iterator[Found]:
    written = subject.report.duration
    derived = subject.facts.measure("duration")
    if not written or derived is None:
        return
    lengths = [*_parse_lengths(written)]
    pairs = itertools.product(lengths, _list_meant_lengths(subject))
    if lengths and not any(_is_rounded(written, length, other) for length, other in pairs):
        first, last = MEASURES["duration"]
        message = (
            f'The duration "{written}" contradicts the milestones: {first} ({derived.start.text}) to '
            f"{last} ({derived.end.text}) is {_format_length(derived.length)}."
        )
        yield Found(
            "duration", message, "Correct one of them, or remove the duration to derive it from the milestones."
        )


def _parse_lengths(text: str) -> Iterator[dt.timedelta]:
    """Yield the possible lengths of a written duration; none unless it consists of numbers and units.

    1:25 is hours and minutes, as in the template (HH:MM), or minutes and seconds.
    """
    rest = _HEDGE.sub("", text.casefold().strip(), count=1)
    if clock := _CLOCK.fullmatch(rest):
        first, second, third = (int(part or 0) for part in clock.groups())
        yield dt.timedelta(hours=first, minutes=second, seconds=third)
        if clock[3] is None:
            yield dt.timedelta(minutes=first, seconds=second)
    elif rest and len(rest) <= _MAX_LENGTH and not _AMOUNT.sub("", rest).strip(" ."):
        amounts = ((match[1].replace(",", "."), match[2]) for match in _AMOUNT.finditer(rest))
        yield dt.timedelta(seconds=sum(float(number) * _UNITS[unit] for number, unit in amounts))


def _list_meant_lengths(subject: Subject) -> Iterator[dt.timedelta]:
    """Yield the lengths that the author may have meant: from impact or detection to any end."""
    moments = subject.facts.milestones
    for first, last in itertools.product(_STARTS, _ENDS):
        start, end = moments.get(first), moments.get(last)
        if start and end and start.exact and end.exact:
            yield end.exact.astimezone(dt.UTC) - start.exact.astimezone(dt.UTC)


def _is_rounded(text: str, length: dt.timedelta, other: dt.timedelta) -> bool:
    """Return whether a written duration may be the other length, rounded to its smallest unit."""
    smallest = min((_UNITS[match[2]] for match in _AMOUNT.finditer(text.casefold())), default=60)
    share = 0.25 if _HEDGE.match(text.casefold().strip()) else 0.05
    return abs(length - other) <= max(dt.timedelta(seconds=smallest), share * other)


def _format_length(length: dt.timedelta) -> str:
    minutes, seconds = divmod(round(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "m"), (seconds, "s"))
    return " ".join(f"{number}{unit}" for number, unit in parts if number) or "0m"
