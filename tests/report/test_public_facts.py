"""What programs get of a report's facts, from the library and from the command."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from pmexport import Report, facts
from pmexport.cli import main

SAMPLE = Path(__file__).parents[2] / "samples" / "checkout-outage.yaml"


def test_milestones_response_times_and_actions() -> None:
    found = facts(SAMPLE)
    assert found.milestones["detected"].at == dt.datetime(2026, 3, 14, 13, 2, tzinfo=dt.UTC)
    assert found.response_times["time_to_detect"] == dt.timedelta(minutes=4)
    assert found.response_times["duration"] == dt.timedelta(hours=1, minutes=25)
    assert {action.state for action in found.actions} <= {"open", "done", "dropped"}
    assert found.as_of == dt.date(2026, 3, 19)
    assert facts(SAMPLE, as_of="2030-01-01").overdue > found.overdue


def test_the_command_prints_what_the_library_returns(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["facts", str(SAMPLE), "--as-of", "2026-11-28"])
    assert ended.value.code == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown == facts(SAMPLE, as_of="2026-11-28").as_dict()
    assert shown["response_times"]["time_to_detect"] == {"from": "impact_started", "to": "detected", "seconds": 240}
    assert shown["milestones"]["detected"] == {"text": "2026-03-14 14:02", "at": "2026-03-14T14:02:00+01:00"}
    assert shown["action_counts"]["overdue"] == sum(item["overdue"] for item in shown["action_items"])


def test_without_a_date_nobody_knows_what_is_overdue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    shown = facts(Report(title="x", action_items=[{"action": "a", "deadline": "2020-01-01"}])).as_dict()
    assert shown["as_of"] is shown["action_counts"]["overdue"] is shown["action_items"][0]["overdue"] is None
    assert shown["action_items"][0]["id"] == "AI-1"


def test_contradictions_are_problems_with_their_places(tmp_path: Path) -> None:
    path = tmp_path / "report.yaml"
    text = 'title: x\ndate: 2026-03-14\nmilestones: {detected: "14:00", resolved: 2026-03-14 13:00}\n'
    path.write_text(text, "utf-8")
    (problem,) = facts(path).problems
    assert (problem.path, problem.line) == ("milestones.resolved", 3)
    assert facts(path).response_times == {}


def test_days_and_unknown_times() -> None:
    report = Report(title="x", timeline=[{"time": "2026-03-14", "event": "a"}, {"time": "later", "end": "14:00"}])
    first, second = facts(report).as_dict()["events"]
    assert first["start"] == {"text": "2026-03-14", "at": "2026-03-14"}
    assert second["start"] == {"text": "later", "at": None}
    assert second["end"]["at"] == "2026-03-14T14:00:00+00:00"
