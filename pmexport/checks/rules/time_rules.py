"""Times and dates: valid, in order, and possible."""

import datetime as dt
from collections.abc import Iterator

from pmexport.checks.rule import Found, Subject
from pmexport.checks.rules.action_rules import means_none
from pmexport.checks.rules.texts.placeholders import is_placeholder
from pmexport.checks.rules.time_repair import find_zone_name, generalize_time, list_repairs
from pmexport.report.facts import MILESTONES, Facts
from pmexport.report.moments import Moment, parse_time, read_date, resolve_times
from pmexport.report.zones import UnknownZone, find_zones, join_alternatives, name_offset

_MAX_LENGTH = 40
_TIME_HELP = "Write it as 14:02 or 2026-03-14 14:02, with an offset if needed: 14:02 UTC+1. Put an end time in `end`."
_ZONE_HELP = "Ask somebody who was there, and set `timezone`, such as Europe/Paris or UTC+2."
_DATE_HELP = "Write a date, such as 2026-03-14."

_Places = list[tuple[str, str]]
"""Paths and their texts."""


# ---- validity


def find_invalid_times(subject: Subject) -> Iterator[Found]:
    yield from _find_invalid_dates(subject)
    undated_paths = _list_undated(subject.facts)
    invalid: dict[str, _Places] = {}
    undated: _Places = []
    for path, text in _list_times(subject):
        written = parse_time(text)
        if written is None and not is_placeholder(text):
            invalid.setdefault(generalize_time(text), []).append((path, text))
        elif written and written.date is None and path in undated_paths:
            undated.append((path, text))
    day = _guess_day(subject)
    for places in invalid.values():  # report each form once
        text = places[0][1]
        message = f'"{shorten_text(text)}" is not a valid time: it is shown as written and ignored in durations'
        yield _report_once(places, "time", message, _suggest_repair(text, day) or _TIME_HELP)
    if undated:
        message = f"{undated[0][1]} has no date, and neither does the report"
        yield _report_once(undated, "time", message, f"Add the incident's date: `date: {day or '2026-03-14'}`.")


def _report_once(places: _Places, noun: str, message: str, help_: str) -> Found:
    """Return one result for several texts with the same problem, at the first of them."""
    others = len(places) - 1
    rest = f"; {others} other {noun}{'s have' if others > 1 else ' has'} the same problem" if others else ""
    return Found(places[0][0], f"{message}{rest}.", help_)


def _find_invalid_dates(subject: Subject) -> Iterator[Found]:
    report = subject.report
    deadlines = [(f"action_items[{number}].deadline", item.deadline) for number, item in enumerate(report.action_items)]
    invalid: dict[str, _Places] = {}
    for path, text in (("date", report.date), ("published", report.published), *deadlines):
        if text and read_date(text) is None and not means_none(text) and not is_placeholder(text):
            where = path if path in ("date", "published") else "deadline"
            invalid.setdefault(f"{where} {generalize_time(text)}", []).append((path, text))
    for places in invalid.values():
        text = places[0][1]
        message = f'"{shorten_text(text)}" is not a valid date: it is shown as written and otherwise ignored'
        help_ = _suggest_repair(text, _guess_day(subject)) or _DATE_HELP
        yield _report_once(places, "date", message, help_)


def _list_times(subject: Subject) -> Iterator[tuple[str, str]]:
    """Yield the paths and texts of all times."""
    report = subject.report
    for number, entry in enumerate(report.timeline):
        pairs = ((f"timeline[{number}].time", entry.time), (f"timeline[{number}].end", entry.end))
        yield from ((path, text) for path, text in pairs if text)
    for name in MILESTONES:
        if text := getattr(report.milestones, name):
            yield f"milestones.{name}", text


def _list_undated(facts: Facts) -> set[str]:
    return {
        f"timeline[{number}].{name}"
        for number, event in enumerate(facts.events)
        for name, moment in (("time", event.start), ("end", event.end))
        if moment and moment.at is None
    }


def _guess_day(subject: Subject) -> dt.date | None:
    """Return the day of the incident: as given, otherwise that of its first time with a date."""
    starts = (event.start.at.date() for event in subject.facts.events if event.start and event.start.at)
    return read_date(subject.report.date) or next(starts, None) or read_date(subject.report.published)


def _suggest_repair(text: str, day: dt.date | None) -> str:
    """Return the help with the valid forms that a time can have; empty if they cannot be guessed."""
    repairs = list_repairs(text, day) if len(text) <= _MAX_LENGTH else []
    if not repairs:
        return ""
    written = join_alternatives([_name_times(times) for times in repairs])
    if zone := find_zone_name(text):
        zones = find_zones(zone)
        verb = "probably means" if len(zones) == 1 else "can mean"
        return f'"{zone}" {verb} {join_alternatives(zones)}. Write {written}.'
    return f"Write it as {written}." if len(repairs[0]) > 1 else f"Did you mean {written}?"


def _name_times(times: tuple[str, ...]) -> str:
    return times[0] if len(times) == 1 else f"`time: {times[0]}` and `end: {times[1]}`"


def shorten_text(text: str) -> str:
    """Return a written time in one line, cut if it is long."""
    line = " ".join(text[: 2 * _MAX_LENGTH].split())
    return line if len(line) <= _MAX_LENGTH else f"{line[: _MAX_LENGTH - 1]}…"


# ---- order


def find_disorder(subject: Subject) -> Iterator[Found]:
    before: Moment | None = None
    lost = False  # whether an entry with an invalid time may have changed the date
    for number, event in enumerate(subject.facts.events):
        certain = not lost or _has_date(event.start)
        if event.start and certain and _is_before(event.start, before):
            message = f"{event.start.text} is earlier than the previous entry ({before.text if before else ''})."
            help_ = "Move the entry, or correct its time. If it happened on another day, add the date."
            yield Found(f"timeline[{number}].time", message, help_)
        if event.end and _is_before(event.end, event.start):
            start = event.start.text if event.start else ""
            message = f"The event ends at {event.end.text}, before it starts at {start}."
            yield Found(f"timeline[{number}].end", message, "Correct one of the two times.")
        if event.start:
            before, lost = (event.start, False) if event.start.at else (before, True)


def _has_date(moment: Moment | None) -> bool:
    written = parse_time(moment.text) if moment else None
    return written is not None and written.date is not None


def _is_before(moment: Moment, other: Moment | None) -> bool:
    """Return whether a time is certainly before another one."""
    if other is None or moment.at is None or other.at is None or moment.doubt or other.doubt:
        return False
    if moment.exact and other.exact:
        return moment.exact < other.exact
    return moment.at.date() < other.at.date()


# ---- possibility


def find_unknown_zone(subject: Subject) -> Iterator[Found]:
    if not isinstance(subject.facts.zone, UnknownZone):
        return
    times = [written for _, text in _list_times(subject) if (written := parse_time(text)) and written.clock]
    local = sum(written.clock is not None and written.clock.tzinfo is None for written in times)
    if local:
        several = "The time zone of one time is" if local == 1 else f"The time zone of {local} times is"
        apart = " They cannot be compared with those that have an offset." if local < len(times) else ""
        yield Found("timezone", f"{several} unknown.{apart}", _ZONE_HELP)


def find_ambiguous(subject: Subject) -> Iterator[Found]:
    for path, moment in _list_moments(subject):
        if moment.doubt in ("nonexistent", "ambiguous") and moment.at:
            happened = "was skipped" if moment.doubt == "nonexistent" else "occurred twice"
            where = f"on {moment.at.date().isoformat()} in {subject.facts.zone}"
            read = "" if moment.doubt == "nonexistent" else "; it is read as the first of the two"
            message = f"{moment.text} {happened} {where} because the clocks changed{read}."
            times = " or ".join(_format_with_offset(moment.at.replace(fold=fold)) for fold in (0, 1))
            advice = "Add the UTC offset" if read else "Write the time that you mean, with its offset"
            yield Found(path, message, f"{advice}: {times}.")


def _list_moments(subject: Subject) -> Iterator[tuple[str, Moment]]:
    """Yield the paths and moments of all times."""
    facts, report = subject.facts, subject.report
    for number, event in enumerate(facts.events):
        pairs = ((f"timeline[{number}].time", event.start), (f"timeline[{number}].end", event.end))
        yield from ((path, moment) for path, moment in pairs if moment)
    for name in MILESTONES:
        moment = facts.milestones.get(name)
        text = getattr(report.milestones, name)
        if text and moment is None:
            moment = resolve_times([text], facts.zone, read_date(report.date))[0]
        if text and moment:
            yield f"milestones.{name}", moment


def _format_with_offset(at: dt.datetime) -> str:
    """Return a local time with its UTC offset, as clocks showed it at that instant."""
    shown = at.astimezone(dt.UTC).astimezone(at.tzinfo)
    return (
        f"{shown:%Y-%m-%d} {shown:%H:%M:%S}".removesuffix(":00")
        + f" {name_offset(shown.utcoffset() or dt.timedelta())}"
    )


def find_future_dates(subject: Subject) -> Iterator[Found]:
    today = subject.today
    if today is None:
        return
    help_ = "Correct the date; often the year is wrong."
    for path, text in (("date", subject.report.date), ("published", subject.report.published)):
        date = read_date(text)
        if date and date > today:
            yield Found(path, f"{date.isoformat()} is in the future.", help_)
    late: dict[str, _Places] = {}
    for path, moment in _list_moments(subject):
        if _has_date(moment) and _is_after(moment, today):
            late.setdefault("timeline" if path.startswith("timeline") else path, []).append((path, moment.text))
    for places in late.values():  # usually one mistake
        yield _report_once(places, "time", f"{places[0][1]} is in the future", help_)


def _is_after(moment: Moment, date: dt.date) -> bool:
    return moment.at is not None and _find_earliest_date(moment.at) > date


def _find_earliest_date(at: dt.datetime) -> dt.date:
    """Return the date, or the date in UTC if that is earlier and the calendar has it."""
    if at.year == dt.MINYEAR:
        return at.date()
    return min(at.date(), at.astimezone(dt.UTC).date())


def find_early_publication(subject: Subject) -> Iterator[Found]:
    published, date = read_date(subject.report.published), read_date(subject.report.date)
    if published and date and published < date:
        message = f"The report was published on {published.isoformat()}, before the incident on {date.isoformat()}."
        yield Found("published", message, "Correct one of the two dates.")
