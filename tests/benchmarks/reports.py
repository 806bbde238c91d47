"""The reports that are measured, and what the other programs get to show the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

EVENTS = (
    "Error rate at 18 %, **rising**.",
    "`checkout-api` restarts, **again**.",
    "See [the runbook](https://r.example/1).",
)
PLAIN_EVENTS = ("Error rate at 18 %, rising.", "checkout-api restarts, again.", "See the runbook.")


def make_report(rows: int, *, plain: bool = False) -> dict[str, Any]:
    """Return the fields of a report whose timeline has this many rows, with Markdown in each, or plain text."""
    events = PLAIN_EVENTS if plain else EVENTS
    timeline = [
        {"time": f"{number // 60 % 24:02}:{number % 60:02}", "phase": "Triage", "event": events[number % 3]}
        for number in range(rows)
    ]
    return {"title": "Checkout unavailable", "date": "2026-03-14", "summary": "It was slow.", "timeline": timeline}


def make_complete(rows: int, status: str) -> dict[str, Any]:
    """Return the same report, complete."""
    action = {
        "action": "Bound the pool",
        "owner": "Team A",
        "priority": "P1",
        "deadline": "2026-04-01",
        "ticket": "A-1",
    }
    return make_report(rows) | {
        "status": status,
        "id": "INC-1",
        "severity": "P1",
        "commander": "Commander A",
        "milestones": {"detected": "00:00", "resolved": "00:10"},
        "impact": {"users_affected": "1,200"},
        "root_cause": "The pool had no bound.",
        "action_items": [action],
    }


def make_ordinary(number: int) -> dict[str, Any]:
    """Return a report of about three pages."""
    texts = [
        f"Cause {item} of incident {number}: the **pool** of `db-{item}` was exhausted, again and again."
        for item in range(6)
    ]
    actions = [{"action": f"Bound the pool of db-{item}", "owner": "Team A", "priority": "P1"} for item in range(8)]
    return make_report(20) | {
        "title": f"Checkout unavailable, the {number}th time",
        "contributing_factors": texts,
        "lessons": texts,
        "action_items": actions,
    }


def write_report(folder: Path, fields: dict[str, Any], name: str) -> Path:
    """Write a report as a file that every version reads, and return its path."""
    path = folder / f"{name}.json"
    path.write_text(json.dumps(fields), "utf-8")
    return path


def write_log(folder: Path, size: int) -> dict[str, Any]:
    """Write a log of this many bytes into a folder, and return the fields of a report that shows it."""
    line = "2026-03-14T14:02:11Z ERROR checkout-api: connection refused by the pool of db-7\n"
    (folder / "app.log").write_text(line * (size // len(line)), "utf-8")
    return {"title": "Checkout unavailable", "logs": [{"file": "app.log"}]}
