"""Completeness: the parts of a finished report, and whether its incident is over."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice

from pmexport.checks.rule import Found, Subject
from pmexport.report.model import Milestone
from pmexport.report.vocabulary import find_meaning, known_words

_NEAR = 0.8
"""How similar a misspelt word is to the right one, at least (difflib)."""
_MOST_PHASES = 50
"""Different phases that are compared; comparing takes long."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A part that a finished report must have."""

    path: str
    """Where to add it."""
    exists: Callable[[Subject], object]
    message: str
    help: str
    milestone: Milestone | None = None
    """The milestone that it is, if it is one."""


def _has_field(name: str) -> Callable[[Subject], object]:
    return lambda subject: getattr(subject.report, name)


def _has_milestone(name: Milestone) -> Callable[[Subject], bool]:
    """Return a function that tests whether a report gives a milestone, even if its time is not valid."""
    return lambda subject: bool(
        getattr(subject.report.milestones, name)
        or any(event.entry.time and event.milestone == name for event in subject.facts.events)
    )


def _has_commander(subject: Subject) -> bool:
    commander = subject.report.commander
    return commander is not None and bool(commander.name or commander.role)


_REQUIRED_PARTS = (
    _Part("id", _has_field("id"), "The report has no id.", "Add the incident's id, such as INC-2026-0142."),
    _Part("severity", _has_field("severity"), "The report has no severity.", "Add it in your own terms, such as P1."),
    _Part("commander", _has_commander, "The report has no incident commander.", "Name who led the response."),
    _Part(
        "summary",
        _has_field("summary"),
        "The report has no summary.",
        "Say in two or three sentences what happened, how it affected users, and how it was resolved.",
    ),
    _Part("timeline", _has_field("timeline"), "The report has no timeline.", "List the events, each with its time."),
    _Part(
        "milestones.detected",
        _has_milestone("detected"),
        "The report does not say when the incident was detected.",
        "Set the phase of a timeline entry to Detection, or add `milestones: {detected: …}`.",
        "detected",
    ),
    _Part(
        "milestones.resolved",
        _has_milestone("resolved"),
        "The report does not say when the incident was resolved.",
        "Set the phase of a timeline entry to Resolution, or add `milestones: {resolved: …}`.",
        "resolved",
    ),
    _Part("root_cause", _has_field("root_cause"), "The report has no root cause.", "State it in one clear sentence."),
    _Part(
        "impact",
        lambda subject: any(value for _, value in subject.report.impact),
        "The report does not quantify the impact.",
        "Fill in at least one impact metric, such as total_downtime or users_affected.",
    ),
    _Part(
        "action_items",
        _has_field("action_items"),
        "The report has no action items.",
        "Add at least one action that will prevent a recurrence.",
    ),
)


def find_missing(subject: Subject) -> Iterator[Found]:
    for part in _REQUIRED_PARTS:
        if not part.exists(subject):
            yield _find_slip(subject, part) or Found(part.path, part.message, part.help)


def _find_slip(subject: Subject, part: _Part) -> Found | None:
    """Return the phase that is probably a misspelt word for a missing milestone."""
    known = known_words("milestones") | {word.casefold(): name for word, name in subject.style.phases.items()}
    words = [word for word, meaning in known.items() if meaning == part.milestone]
    phases: dict[str, int] = {}
    for number, event in enumerate(subject.facts.events):
        if event.milestone is None:
            phases.setdefault((event.entry.phase or "").casefold(), number)
    for phase, number in islice(phases.items(), _MOST_PHASES):
        near = get_close_matches(phase, words, n=1, cutoff=_NEAR)
        if near:
            return Found(f"timeline[{number}].phase", part.message, f"Did you mean the phase {near[0].capitalize()}?")
    return None


_ENDING = re.compile(
    r"\b(?:clos(?:ed?|ing)|over|end(?:s|ed)?|complete[ds]?|conclud\w*|resolved|recovered|restored|healthy|normal\w*|"
    r"stable|stabili[sz]ed|stands?\s+down|stood\s+down|no\s+(?:further|more|new)|without|confirm\w*|verified|passed|"
    r"back\s+to|all\s+clear|clear(?:ed)?|finished|done|successful\w*)\b",
    re.IGNORECASE,
)
_MONITORED = re.compile(
    r"\b(?:(?:is|are)\s+(?:still\s+|currently\s+)?being|(?<!was\s)(?<!were\s)still)\s+(?:monitored|monitoring|watched|observed)\b"
    r"|\bmonitoring\s+(?:is\s+ongoing|continues)\b|\b(?:is|are)\s+(?:still\s+)?under\s+observation\b",
    re.IGNORECASE,
)
_MONITORED_HELP = "Add the closing entry or `milestones: {closed: …}`. Until then, set `status: in_review`."


def find_monitored(subject: Subject) -> Iterator[Found]:
    report = subject.report
    in_english = subject.style.language_of(report).strip().casefold().startswith("en")
    if report.stage != "final" or report.milestones.closed or not in_english:
        return
    entries = [(number, entry) for number, entry in enumerate(report.timeline) if entry.phase]
    for number, last in entries[-1:]:
        if find_meaning("monitoring_phases", last.phase or "") and not _ENDING.search(last.event or ""):
            message = "The report is final, but its timeline ends while the incident is still being monitored."
            yield Found(f"timeline[{number}].phase", message, _MONITORED_HELP)
            return
    for path, text in (("summary", report.summary), ("resolution", report.resolution)):
        if match := _MONITORED.search(text or ""):
            message = "The report is final, but says that something is still being monitored."
            yield Found(path, message, _MONITORED_HELP, match.start())
            return
