"""Findings in real reports. `reviewed.tsv` says for each finding whether it is right.

The reports belong to their authors and are not kept here. PMEXPORT_CASES names a folder whose `real/` holds them, in
the report format.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from pmexport import check

REVIEWED = Path(__file__).parent / "reviewed.tsv"
FOLDER = Path(os.environ.get("PMEXPORT_CASES", "")) / "real"
COLUMNS = ("report", "rule", "level", "line", "path")


def reviewed() -> list[dict[str, str]]:
    with REVIEWED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_each_finding_has_verdict_and_reason() -> None:
    rows = reviewed()
    assert {row["verdict"] for row in rows} <= {"right", "wrong"}
    assert all(row["why"].endswith(".") for row in rows)
    wrong = sum(row["verdict"] == "wrong" for row in rows)
    assert wrong * 20 < len(rows)


@pytest.mark.skipif("PMEXPORT_CASES" not in os.environ, reason="PMEXPORT_CASES names no folder of real reports")
def test_findings_match_the_review() -> None:
    found = [
        (path.stem, one.id, one.level, str(one.line), one.path)
        for path in sorted(FOLDER.glob("*.yaml"))
        for one in check(path, today="2026-01-01")
    ]
    assert sorted(found) == sorted(tuple(row[column] for column in COLUMNS) for row in reviewed())
