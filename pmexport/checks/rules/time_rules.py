"""Times: whether they are understood, in order, and possible."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sized

from pmexport.checks.rule import Found, Rule, Subject
from pmexport.checks.rules.action_rules import says_nothing
from pmexport.checks.rules.texts.placeholders import is_placeholder
from pmexport.checks.rules.time_repair import form_of, repaired
from pmexport.report.facts import MILESTONES, Facts
from pmexport.report.moments import Moment, read, read_date, resolve

_LONGEST = 40
_FORMS = "Use 2026-03-14 14:02, 14:02 or 2:02 PM, with an offset if needed: 14:02+01:00. Put an end time in `end`."


# ---- not understood


def _not_understood(subject: Subject) -> Iterator[Found]:
    yield from _dates_not_understood(subject)
    without_day = _without_day(subject.facts)
    strange: dict[str, list[tuple[str, str]]] = {}
    homeless = []
    for path, text in _times(subject):
        written = read(text)
        if written is None and not is_placeholder(text):
            strange.setdefault(form_of(text), []).append((path, text))
        elif written and written.date is None and path in without_day:
            homeless.append((path, text))
    year = _year(subject)
    for (path, text), *others in strange.values():  # those of one form are written so on purpose
        message = f'"{_short(text)}" is not a valid time: it is shown as written and ignored in durations'
        yield Found(path, f"{message}{_more(others, 'time')}.", _repaired(text, year) or _FORMS)
    if homeless:
        path, text = homeless[0]
        yield Found(path, f"The date of {text} is unknown{_more(homeless[1:], 'time')}.", "Add the incident's `date`.")


def _more(others: Sized, noun: str) -> str:
    return f"; {len(others)} other {noun}{'s have' if len(others) > 1 else ' has'} the same problem" if others else ""


def _dates_not_understood(subject: Subject) -> Iterator[Found]:
    report = subject.report
    deadlines = [(f"action_items[{number}].deadline", item.deadline) for number, item in enumerate(report.action_items)]
    strange: dict[str, list[tuple[str, str]]] = {}
    for path, text in (("date", report.date), ("published", report.published), *deadlines):
        if text and read_date(text) is None and not says_nothing(text) and not is_placeholder(text):
            where = path if path in ("date", "published") else "deadline"
            strange.setdefault(f"{where} {form_of(text)}", []).append((path, text))
    for (path, text), *others in strange.values():
        message = f'"{_short(text)}" is not a valid date: it is shown as written and otherwise ignored'
        yield Found(
            path, f"{message}{_more(others, 'date')}.", _repaired(text, _year(subject)) or "Write it as 2026-03-14."
        )


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


def _year(subject: Subject) -> int | None:
    day = read_date(subject.report.date) or read_date(subject.report.published)
    return day.year if day else None


def _repaired(text: str, year: int | None) -> str:
    """Return the question whether something that is understood was meant, nothing where that cannot be guessed."""
    times = repaired(text, year) if len(text) <= _LONGEST else ()
    if len(times) == len(("time", "end")):
        return f"Write it as `time: {times[0]}` and `end: {times[1]}`."
    return f"Did you mean {times[0]}?" if times else ""


def _short(text: str) -> str:
    line = " ".join(text[: 2 * _LONGEST].split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


# ---- in order


def _out_of_order(subject: Subject) -> Iterator[Found]:
    before: Moment | None = None
    lost = False  # whether the day may have changed in an entry whose time is not understood
    for number, event in enumerate(subject.facts.events):
        sure = not lost or _has_day(event.start)
        if event.start and sure and _lies_before(event.start, before):
            message = f"{event.start.text} is before {before.text if before else ''}, the time of the entry above."
            help_ = "Move the entry, or correct its time. If it happened on another day, add the date."
            yield Found(f"timeline[{number}].time", message, help_)
        if event.end and _lies_before(event.end, event.start):
            message = (
                f"The event ends at {event.end.text}, before it starts at {event.start.text if event.start else ''}."
            )
            yield Found(f"timeline[{number}].end", message, "Correct one of the two times.")
        if event.start:
            before, lost = (event.start, False) if event.start.at else (before, True)


def _has_day(moment: Moment | None) -> bool:
    written = read(moment.text) if moment else None
    return written is not None and written.date is not None


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
            happened = "does not exist" if moment.doubt == "nonexistent" else "occurs twice"
            where = f"on {moment.at.date().isoformat()} in {subject.facts.zone.key}"
            message = f"{moment.text} {happened} {where}: the clocks change."
            times = " or ".join(_with_offset(moment.at.replace(fold=fold)) for fold in (0, 1))
            yield Found(path, message, f"Add the UTC offset: {times}.")


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
            yield Found(path, f"{day.isoformat()} is in the future.", "Correct the date; often the year is wrong.")
    late: dict[str, list[tuple[str, str]]] = {}
    for path, moment in _moments(subject):
        if _has_day(moment) and _lies_after(moment, today):
            late.setdefault("timeline" if path.startswith("timeline") else path, []).append((path, moment.text))
    for (path, text), *others in late.values():  # it is one slip, mostly
        yield Found(
            path, f"{text} is in the future{_more(others, 'time')}.", "Correct the date; often the year is wrong."
        )


def _lies_after(moment: Moment, day: dt.date) -> bool:
    return moment.at is not None and _earliest_day(moment.at) > day


def _earliest_day(at: dt.datetime) -> dt.date:
    """Return the day, where it is still another one in UTC that one."""
    return min(at.date(), at.astimezone(dt.UTC).date())


def _published_too_early(subject: Subject) -> Iterator[Found]:
    published, date = read_date(subject.report.published), read_date(subject.report.date)
    if published and date and published < date:
        message = f"The report was published on {published.isoformat()}, before the incident on {date.isoformat()}."
        yield Found("published", message, "Correct one of the two dates.")


def _rule(
    number: int, name: str, reason: str, check: Callable[[Subject], Iterator[Found]], *, dated: bool = False
) -> Rule:
    return Rule(f"PM{number:03}", name, "warning", reason, check, dated=dated)


RULES = (
    _rule(
        6,
        "time-not-understood",
        "An invalid time is shown as written and ignored in durations and in the order of events.",
        _not_understood,
    ),
    _rule(
        7,
        "timeline-out-of-order",
        "Readers expect entries in the order of events. A time without a date is on the day of the entry before.",
        _out_of_order,
    ),
    _rule(
        9,
        "time-in-doubt",
        "When clocks change, a local time is skipped or occurs twice, so a duration may be wrong by an hour.",
        _in_doubt,
    ),
    _rule(
        23,
        "date-in-future",
        "An incident and its report cannot be in the future; usually the year is wrong.",
        _in_future,
        dated=True,
    ),
    _rule(
        25,
        "published-before-incident",
        "A report cannot be older than its incident: one of the two dates is wrong.",
        _published_too_early,
    ),
)
