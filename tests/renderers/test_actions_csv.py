"""Action items as CSV, read back with Python's own reader."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import pytest

import pmexport
from pmexport.errors import FormatError

REPORT: dict[str, Any] = {
    "title": "Störung, 障害",
    "id": "INC-1",
    "published": "2026-04-15",
    "action_items": [
        {
            "action": 'Alert on **"saturation"**, at `80 %`',
            "details": "First.\n\n- one\n- two",
            "owner": "Ivo Lang",
            "priority": "High",
            "deadline": "2026-04-01",
            "type": "detect",
            "ticket": ["CHK-1", "https://tracker.example.com/2"],
        },
        {"action": "Done [already](https://example.com/)", "status": "Done"},
        {"action": "=HYPERLINK(1)", "owner": "@all", "priority": "+1", "deadline": "-2"},
    ],
}


def read(report: dict[str, Any] = REPORT, **options: Any) -> list[dict[str, str]]:
    data = pmexport.render(report, "actions-csv", **options)
    return list(csv.DictReader(StringIO(data.decode(), newline="")))


def test_plain_columns() -> None:
    first, second, _ = read()
    assert first == {
        "id": "AI-1",
        "action": 'Alert on "saturation", at 80 %',
        "details": "First.\n\n- one\n- two",
        "owner": "Ivo Lang",
        "priority": "High",
        "deadline": "2026-04-01",
        "status": "Open",
        "overdue": "yes",
        "type": "detect",
        "tickets": "CHK-1 https://tracker.example.com/2",
    }
    assert second["status"] == "Done"
    assert second["action"] == "Done already <https://example.com/>"


def test_without_a_date_nobody_knows_what_is_overdue() -> None:
    undated = {key: value for key, value in REPORT.items() if key != "published"}
    assert {row["overdue"] for row in read(undated)} == {""}
    assert [row["overdue"] for row in read(undated, as_of="2026-03-20")] == ["no", "no", "no"]


@pytest.mark.parametrize(("columns", "title"), [("jira", "Summary"), ("linear", "Title")])
def test_columns_of_trackers(columns: str, title: str) -> None:
    first, *_ = read(columns=columns)
    assert first[title] == 'Alert on "saturation", at 80 %'
    assert (first["Assignee"], first["Due Date"], first["Priority"]) == ("Ivo Lang", "2026-04-01", "High")
    assert (first["Status"], first["Labels"]) == ("Open", "detect")
    lines = first["Description"].split("\n\n")
    assert lines == ["First.", "- one\n- two", "CHK-1\nhttps://tracker.example.com/2", "INC-1: Störung, 障害"]
    assert first.get("Issue Type") == ("Task" if columns == "jira" else None)


@pytest.mark.parametrize("columns", ["plain", "jira", "linear"])
def test_no_cell_is_a_formula(columns: str) -> None:
    *_, last = read(columns=columns)
    assert {"'=HYPERLINK(1)", "'@all", "'+1", "'-2"} <= set(last.values())


def test_encoding() -> None:
    assert pmexport.render(REPORT, "actions-csv", bom=True).startswith(b"\xef\xbb\xbfid,action,")
    data = pmexport.render(REPORT, "actions-csv")
    assert data.startswith(b"id,action,")
    assert data.count(b"\r\n") == 4, "the header and three rows"


def test_without_action_items() -> None:
    assert read({"title": "x"}) == []


def test_unknown_columns() -> None:
    with pytest.raises(FormatError, match=r"unknown columns 'trello'\. Known: plain, jira, linear"):
        pmexport.render(REPORT, "actions-csv", columns="trello")
