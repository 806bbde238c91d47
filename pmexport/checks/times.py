"""Times: whether they are understood, in order, and possible."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sized

from pmexport.checks.rule import Found, Rule, Subject
from pmexport.facts import MILESTONES, Facts
from pmexport.times import Moment, read, read_date, resolve

_REPAIRS: tuple[tuple[str, str], ...] = (
    (r"^\W*(?:ca|approx|about|around|circa|roughly|est)?\b\W*(?=\d)", ""),
    (r"^\[(.*)\]$", r"\1"),
    (r"(\d{4})[./](\d{1,2})[./](\d{1,2})", r"\1-\2-\3"),
    (r"(\d{1,2})[.hH](\d{2})(?!\d)", r"\1:\2"),
    (r"\s*(?:UTC|GMT)$", "Z"),
    (r"\s*(?:\[.*|\(.*|\bh(?:rs)?\.?)$", ""),
)
"""What authors write that is not understood, and what would be."""

_LONGEST = 40
_FORMS = "Understood are 2026-03-14 14:02, 14:02, 2:02 PM, and an offset after them: 14:02+01:00. An end goes in `end`."


# ---- not understood


def _not_understood(subject: Subject) -> Iterator[Found]:
    yield from _dates_not_understood(subject)
    without_day = _without_day(subject.facts)
    strange: dict[str, list[tuple[str, str]]] = {}
    homeless = []
    for path, text in _times(subject):
        written = read(text)
        if written is None:
            strange.setdefault(re.sub(r"\d", "0", text), []).append((path, text))
        elif written.date is None and path in without_day:
            homeless.append((path, text))
    for (path, text), *others in strange.values():  # those of one form are written so on purpose
        message = f'"{_short(text)}" is not understood as a time: it is shown as written and counts in no duration'
        yield Found(path, f"{message}{_more(others)}.", _repaired(text) or _FORMS)
    if homeless:
        path, text = homeless[0]
        yield Found(path, f"No day is known for {text}{_more(homeless[1:])}.", "Write the `date` of the incident.")


def _more(others: Sized) -> str:
    return f"; so it is with {len(others)} more" if others else ""


def _dates_not_understood(subject: Subject) -> Iterator[Found]:
    report = subject.report
    deadlines = [(f"action_items[{number}].deadline", item.deadline) for number, item in enumerate(report.action_items)]
    for path, text in (("date", report.date), ("published", report.published), *deadlines):
        if text and read_date(text) is None:
            message = f'"{_short(text)}" is not understood as a date: it is shown as written and counts in nothing.'
            yield Found(path, message, "Write it as 2026-03-14.")


def _times(subject: Subject) -> Iterator[tuple[str, str]]:
    """Yield the times that were written, each with its path."""
    report = subject.report
    for number, entry in enumerate(report.timeline):
        pairs = ((f"timeline[{number}].time", entry.time), (f"timeline[{number}].end", entry.end))
        yield from ((path, text) for path, text in pairs if text)
    for name in MILESTONES:
        if text := getattr(report.milestones, name):
            yield f"milestones.{name}", text


def _without_day(facts: Facts) -> set[str]:
    return {
        f"timeline[{number}].{name}"
        for number, event in enumerate(facts.events)
        for name, moment in (("time", event.start), ("end", event.end))
        if moment and moment.at is None
    }


def _repaired(text: str) -> str:
    if len(text) > _LONGEST:
        return ""
    for pattern, replacement in _REPAIRS:
        text = re.sub(pattern, replacement, text.strip(), flags=re.IGNORECASE)
    return f"Did you mean {text}?" if read(text) else ""


def _short(text: str) -> str:
    line = " ".join(text[: 2 * _LONGEST].split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


# ---- in order


def _out_of_order(subject: Subject) -> Iterator[Found]:
    before: Moment | None = None
    for number, event in enumerate(subject.facts.events):
        if event.start and _lies_before(event.start, before):
            message = f"{event.start.text} lies before {before.text if before else ''}, the entry above it."
            help_ = "Move the entry, or correct its time; a time of another day needs its date."
            yield Found(f"timeline[{number}].time", message, help_)
        if event.end and _lies_before(event.end, event.start):
            message = (
                f"The event ends at {event.end.text}, before it begins at {event.start.text if event.start else ''}."
            )
            yield Found(f"timeline[{number}].end", message, "Correct one of the two times.")
        before = event.start if event.start and event.start.at else before


def _lies_before(moment: Moment, other: Moment | None) -> bool:
    """Return whether a time certainly lies before another one."""
    if other is None or moment.at is None or other.at is None or moment.doubt or other.doubt:
        return False
    if moment.exact and other.exact:
        return moment.exact.astimezone(dt.UTC) < other.exact.astimezone(dt.UTC)
    return moment.at.date() < other.at.date()


# ---- possible


def _in_doubt(subject: Subject) -> Iterator[Found]:
    for path, moment in _moments(subject):
        if moment.doubt and moment.at:
            happened = "did not exist" if moment.doubt == "nonexistent" else "came twice"
            message = f"{moment.text} {happened} on {moment.at.date().isoformat()} in {subject.facts.zone.key}."
            times = " or ".join(_with_offset(moment.at.replace(fold=fold)) for fold in (0, 1))
            yield Found(path, f"{message} The clocks were changed.", f"Write it with its offset: {times}.")


def _moments(subject: Subject) -> Iterator[tuple[str, Moment]]:
    """Yield the moments that were written, each with its path."""
    facts, report = subject.facts, subject.report
    for number, event in enumerate(facts.events):
        pairs = ((f"timeline[{number}].time", event.start), (f"timeline[{number}].end", event.end))
        yield from ((path, moment) for path, moment in pairs if moment)
    for name in MILESTONES:
        moment = facts.milestones.get(name)
        text = getattr(report.milestones, name)
        if text and moment is None:
            moment = resolve([text], facts.zone, read_date(report.date))[0]
        if text and moment:
            yield f"milestones.{name}", moment


def _with_offset(at: dt.datetime) -> str:
    """Return a local time as the clocks showed it at that instant, with its offset."""
    shown = at.astimezone(dt.UTC).astimezone(at.tzinfo)
    return shown.isoformat(sep=" ", timespec="seconds" if shown.second else "minutes")


def _in_future(subject: Subject) -> Iterator[Found]:
    today = subject.today
    if today is None:
        return
    dates = (("date", subject.report.date), ("published", subject.report.published))
    for path, text in dates:
        day = read_date(text)
        if day and day > today:
            yield Found(path, f"{day.isoformat()} lies in the future.", "Correct the date; a wrong year is usual.")
    for path, moment in _moments(subject):
        written = read(moment.text)
        if written and written.date and moment.at and _earliest_day(moment.at) > today:
            yield Found(path, f"{moment.text} lies in the future.", "Correct the date; a wrong year is usual.")


def _earliest_day(at: dt.datetime) -> dt.date:
    """Return the day, where it is still another one in UTC that one."""
    return min(at.date(), at.astimezone(dt.UTC).date())


def _published_too_early(subject: Subject) -> Iterator[Found]:
    published, date = read_date(subject.report.published), read_date(subject.report.date)
    if published and date and published < date:
        message = f"The report was published on {published.isoformat()}, before the incident of {date.isoformat()}."
        yield Found("published", message, "Correct one of the two dates.")


def _rule(
    number: int, name: str, reason: str, check: Callable[[Subject], Iterator[Found]], *, dated: bool = False
) -> Rule:
    return Rule(f"PM{number:03}", name, "warning", reason, check, dated=dated)


RULES = (
    _rule(
        6,
        "time-not-understood",
        "A time that is not understood counts in no duration and no order. It stays as written; often it is a slip.",
        _not_understood,
    ),
    _rule(
        7,
        "timeline-out-of-order",
        "A reader takes the order of the entries for the order of events. A clock time belongs to the day of the entry "
        "before it.",
        _out_of_order,
    ),
    _rule(
        9,
        "time-in-doubt",
        "When clocks are changed, a local time is skipped or comes twice: a duration from it may be wrong by an hour.",
        _in_doubt,
    ),
    _rule(
        23,
        "date-in-future",
        "An incident that is reported lies in the past, and so does its report; mostly the year is wrong.",
        _in_future,
        dated=True,
    ),
    _rule(
        25,
        "published-before-incident",
        "A report that is older than its incident bears a wrong date.",
        _published_too_early,
    ),
)
