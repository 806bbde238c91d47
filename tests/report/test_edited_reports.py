"""Changing a report: what is new is validated, and what stays keeps its place in the file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from pmexport import InputError, Report, TimelineEntry, check, digest, load, render
from pmexport.report.moments import find_position

TEXT = """\
title: Search was slow
status: draft
date: 2026-03-14
timeline:
  - {time: "13:58", event: a}
  - {time: "14:02", event: b}
  - {time: "25:99", event: c}
action_items:
  - {action: Mend it}
  - {action: Mend it twice, owner: Ivo}
summary: TODO
"""


@pytest.fixture
def report(tmp_path: Path) -> Report:
    (tmp_path / "report.yaml").write_text(TEXT, "utf-8")
    return load(tmp_path / "report.yaml")


def lines(report: Report) -> dict[tuple[str, str], int | None]:
    """Return the line of each finding, by its rule and path."""
    return {(finding.id, finding.path): finding.line for finding in check(report)}


# ---- with_fields, with_event, with_action_item


def test_what_stays_keeps_its_place_and_what_is_new_has_none(report: Report) -> None:
    changed = report.with_event(time="14:00", event="TODO").with_fields(severity="P1")
    assert [event.time for event in changed.timeline] == ["13:58", "14:00", "14:02", "25:99"]
    found = lines(changed)
    assert found["PM006", "timeline[3].time"] == lines(report)["PM006", "timeline[2].time"] == 7
    assert found["PM001", "timeline[1].event"] is None
    assert found["PM001", "summary"] == 11


def test_an_entry_that_is_changed_has_no_place_and_its_neighbours_keep_theirs(report: Report) -> None:
    first, second = report.action_items
    changed = report.with_fields(action_items=[second, first.model_copy(update={"action": "TODO"})])
    found = lines(changed)
    assert found["PM001", "action_items[1].action"] is None
    assert changed.origin
    assert changed.origin.find("action_items[0].owner").line == 10
    assert changed.origin.find("action_items").line is None
    again = changed.with_action_item("Write it down")
    assert again.origin
    assert [again.origin.find(f"action_items[{number}]").line for number in range(3)] == [10, None, None]


def test_a_field_that_is_changed_has_no_place(report: Report) -> None:
    assert lines(report.with_fields(summary="TODO: more"))["PM001", "summary"] is None


def test_remarks_on_the_text_of_what_was_changed_are_dropped(tmp_path: Path) -> None:
    (tmp_path / "report.yaml").write_text("title: x\nsummary: Rolled back PR #4711\ntrigger: See PR #4712\n", "utf-8")
    changed = load(tmp_path / "report.yaml").with_fields(summary="Rolled back PR 4711")
    assert [remark.path for remark in changed.remarks] == ["trigger"]


def test_files_and_the_folder_stay(report: Report) -> None:
    files = {"a.png": b"x"}
    changed = report.with_files(files).with_fields(title="y")
    assert (changed.base, changed.files, changed.title) == (report.base, files, "y")


@pytest.mark.parametrize(
    "changes",
    [{"titel": "x"}, {"title": None}, {"status": "nosuch"}, {"timeline": [{"evnt": "x"}]}, {"services": [{}]}],
    ids=str,
)
def test_changes_are_validated_as_pydantic_does(report: Report, changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        report.with_fields(**changes)


def test_an_entry_that_is_not_valid_by_itself_is_found(report: Report) -> None:
    wrong = TimelineEntry(time="14:00").model_copy(update={"time": []})
    with pytest.raises(ValidationError):
        report.with_event(wrong)
    with pytest.raises(ValidationError):
        Report(title="x", timeline=[wrong])


@pytest.mark.parametrize(
    ("times", "new", "number"),
    [
        ([], "14:00", 0),
        (["13:00", "15:00"], "14:00", 1),
        (["13:00", "15:00"], "16:00", 2),
        (["13:00", "15:00"], "12:00", 0),
        (["13:00", "15:00"], None, 2),
        (["13:00", "15:00"], "later", 2),
        (["13:00", None, "15:00"], "14:00", 2),
        (["23:00", "00:30"], "23:30", 1),
        (["23:00", "00:30"], "01:00", 2),
        (["2026-03-14 13:00", "2026-03-15 13:00"], "2026-03-14 14:00", 1),
        (["2026-03-14 13:00", "14:00", "15:00"], "2026-03-13 10:00", 0),
        (["2026-03-14 13:00", "14:00", "15:00"], "2026-03-15 13:30", 3),
        (["13:00", "15:00"], "14:00 UTC+2", 0),
    ],
)
def test_the_place_of_a_new_event(times: list[str | None], new: str | None, number: int) -> None:
    assert find_position(times, new, dt.UTC, dt.date(2026, 3, 14)) == number


# ---- model_copy

RAW: list[dict[str, Any]] = [
    {"severity": 2, "date": dt.date(2026, 3, 15), "services": ["a"], "commander": "Bob"},
    {"timeline": [{"time": "14:00", "event": "a"}], "impact": {"Refunds": 3}},
    {"timeline": ["a", TimelineEntry(event="b")]},
]


@pytest.mark.parametrize("update", RAW, ids=str)
def test_a_copy_with_raw_values_is_rendered_as_if_they_were_given(report: Report, update: dict[str, Any]) -> None:
    copied = report.model_copy(update=update)
    expected = Report.model_validate(dict(report) | update)
    assert render(copied, "md") == render(expected, "md")
    assert digest(copied) == digest(expected)
    assert {finding.line for finding in check(copied)} <= {None}
    assert {finding.file for finding in check(copied)} <= {""}


@pytest.mark.parametrize(
    ("update", "path"),
    [
        ({"title": ""}, "title"),
        ({"status": "nosuch"}, "status"),
        ({"timeline": [{"evnt": "a"}]}, "timeline[0].evnt"),
        ({"timeline": [5, {1, 2}]}, "timeline[1]"),
        ({"impact": [1]}, "impact"),
        ({"nosuch": 1}, "nosuch"),
        ({"summary": b"x"}, "summary"),
    ],
    ids=str,
)
@pytest.mark.parametrize("use", [lambda report: render(report, "md"), check, digest], ids=["render", "check", "digest"])
def test_a_copy_with_wrong_values_is_an_input_error(
    report: Report, update: dict[str, Any], path: str, use: Any
) -> None:
    with pytest.raises(InputError) as raised:
        use(report.model_copy(update=update))
    assert [problem.path for problem in raised.value.problems] == [path]
    assert {problem.line for problem in raised.value.problems} == {None}


def test_what_was_made_without_validation_is_validated_too() -> None:
    made = Report.model_construct(title=5, timeline=[{"event": 7}])
    assert b"# 5" in render(made, "md")
    with pytest.raises(InputError):
        render(Report.model_construct(titel="x"), "md")


def test_a_copy_without_changes_is_the_same_report(report: Report) -> None:
    assert lines(report.model_copy()) == lines(report)
