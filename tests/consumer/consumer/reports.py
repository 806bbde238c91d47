"""What constructors take: lists for tuples, texts for persons, mappings for entries, and values for texts."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from pydantic import ValidationError

from pmexport import ActionItem, Impact, Milestones, Person, Report, TimelineEntry, load

EVENTS: list[dict[str, str]] = [{"time": "10:00", "event": "a"}]
SERVICES = ["search", "index"]


def make_report() -> Report:
    """Return a report that uses each kind of value."""
    return Report(
        title="Search was slow",
        services=["a"],
        commander="Bob",
        date=dt.date(2026, 3, 14),
        revision=3,
        responders=["Ana", {"name": "Ivo", "role": "DBA"}, Person(name="Kim")],
        timeline=[{"time": "10:00", "event": "a"}, "10:05 b", TimelineEntry(time=dt.time(10, 10), event="c")],
        milestones={"detected": "10:00"},
        impact={"users_affected": 41_000, "Refunds issued": 312},
        action_items=[ActionItem(action="Mend it", deadline=dt.date(2026, 4, 1), ticket=["OPS-1"]), {"action": "x"}],
        five_whys=[{"why": "Why?", "because": "It was."}],
        lessons=["One", "Two"],
        root_cause="One",
        sections=[{"title": "Costs", "text": "None."}],
    )


def make_from_variables() -> Report:
    """Return a report made from what a program has: lists and mappings of its own types."""
    return Report(
        title="x",
        services=SERVICES,
        timeline=EVENTS,
        milestones=Milestones(detected=dt.datetime(2026, 3, 14, 10, tzinfo=dt.UTC)),
        impact=Impact(total_downtime="47m", refunds=312),
    )


def make_from_json(text: str) -> Report | str:
    """Return the report in a text, or what is wrong with it."""
    fields: dict[str, Any] = json.loads(text)
    try:
        return Report(**fields)
    except ValidationError as error:
        return str(error.errors()[0]["msg"])


def change_report(report: Report) -> Report:
    """Return a changed report."""
    report = report.with_event(time="10:20", event="Rolled back.", actor="Ivo")
    report = report.with_action_item({"action": "Add an alert", "owner": "Ivo"})
    done = [item.model_copy(update={"status": "done"}) for item in report.action_items]
    return report.with_fields(severity="P2", action_items=done, title="Search was down")


def read_report(report: Report) -> list[str]:
    """Return texts of a report, whose types are known."""
    person: Person | None = report.commander
    names: tuple[str, ...] = report.services
    events: tuple[TimelineEntry, ...] = report.timeline
    texts = [person.name if person else None, report.severity, *(event.event for event in events), *names]
    return [text for text in texts if text]


def refuse_mistakes() -> None:
    """Make mistakes that the type checkers must find."""
    Report(titel="x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    Report(title=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Report(title="x", services=[object()])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    Report(title="x", timeline=[Person(name="Bob")])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    TimelineEntry(evnt="x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    load(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
