"""The figures of a year, and what they are computed from."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from pmexport import load
from pmexport.archive.report_facts import ReportFacts, describe_report
from pmexport.archive.yearly_figures import Punctuality, count_punctual, measure_lengths, tally_values

SAMPLES = sorted((Path(__file__).parents[2] / "samples").glob("*.yaml"))
DAY = dt.date(2026, 11, 28)


def facts(**fields: Any) -> ReportFacts:
    return describe_report(load({"title": "T", **fields}))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_facts_are_plain_data(path: Path) -> None:
    found = describe_report(load(path))
    assert ReportFacts.from_dict(json.loads(json.dumps(found.as_dict()))) == found


def test_the_date_is_given_or_that_of_the_first_milestone() -> None:
    entry = {"time": "2026-02-03 10:00", "phase": "Detection", "event": "E"}
    assert facts(date="2026-01-02", timeline=[entry]).date == "2026-01-02"
    assert facts(timeline=[entry]).date == "2026-02-03"
    assert facts(date="last week").date == facts().date == ""


def test_the_duration_is_as_written_or_from_detection_to_resolution() -> None:
    times = {"detected": "2026-02-03 10:00", "resolved": "2026-02-03 11:30"}
    assert facts(milestones=times).duration.split() == ["1", "h", "30", "min"]
    assert facts(milestones=times, duration="about 2 hours").duration == "about 2 hours"


def test_values_are_counted_once_for_each_incident_without_regard_to_case() -> None:
    tally = tally_values([("Search", "search "), ("search",), ("Mail",), ()])
    assert dict(tally.counts) == {"Search": 2, "Mail": 1}
    assert (tally.counted, tally.left_out) == (3, 1)
    assert tally_values([]).counts == ()


def times(minutes: int | None) -> dict[str, Any]:
    start = {"impact_started": "2026-02-03 10:00"}
    return {
        "milestones": start
        | ({} if minutes is None else {"detected": f"2026-02-03 {10 + minutes // 60:02}:{minutes % 60:02}"})
    }


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [([7], (7, 7, 7)), ([1, 3], (1.5, 2, 2.5)), ([4, 1, 2, 3, 5], (2, 3, 4)), ([1, 2, 3, 400], (1.75, 2.5, 102.25))],
)
def test_quartiles_are_those_of_spreadsheets(minutes: list[int], expected: tuple[float, ...]) -> None:
    found = measure_lengths("time_to_detect", [facts(**times(length)) for length in minutes])
    assert found.quartiles == tuple(60 * length for length in expected)


def test_times_that_are_unknown_or_contradictory_are_left_out_and_counted() -> None:
    backwards = {"milestones": {"impact_started": "2026-02-03 10:00", "detected": "2026-02-03 09:00"}}
    reports = [facts(**times(5)), facts(**times(None)), facts(), facts(**backwards)]
    found = measure_lengths("time_to_detect", reports)
    assert (found.lengths, found.unknown, found.contradicted) == ((300.0,), 2, 1)


def test_action_items_that_are_due() -> None:
    items = [
        {"action": "late", "deadline": "2026-11-27"},
        {"action": "done", "deadline": "2026-11-27", "status": "Done"},
        {"action": "today", "deadline": "2026-11-28"},
        {"action": "done early", "deadline": "2027-01-01", "status": "Done"},
        {"action": "some day", "deadline": "Q3"},
        {"action": "dropped", "deadline": "2026-01-01", "status": "Won't do"},
    ]
    assert count_punctual([facts(action_items=items)], DAY) == Punctuality(1, 1, 2, 1, 1)
