"""`finalize` as a function: both files or neither, and what it returns."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from pmexport import InputError, Problem, UnfinishedError, WriteError, digest, finalize, load, verify
from pmexport.publishing.report_lock import lock_report

TEXT = "title: Search was slow # kept\nstatus: draft\n"
SOUND = Path(__file__).parents[2] / "samples" / "cache-migration.yaml"
DAY = dt.date(2026, 11, 23)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "report.yaml"
    path.write_text(TEXT, "utf-8")
    return path


def make_final(file: Path, output: Any = None, **options: Any) -> Any:
    """Finalize a report whose rules on completeness are off."""
    return finalize(file, output, options.pop("format", "md"), today=DAY, levels={"PM002": "off"}, **options)


def test_the_report_and_its_document_are_written(file: Path) -> None:
    done = make_final(file)
    assert done.document == file.with_suffix(".md")
    assert verify(file, done.document).agrees
    assert list(done.fields) == ["status", "published", "revision", "finalized_digest"]
    assert (done.report.stage, done.report.published, done.report.revision) == ("final", "2026-11-23", "1")
    assert file.read_text("utf-8").startswith("title: Search was slow # kept\nstatus: final\n")
    assert "+status: final" in done.diff
    assert done.fields["finalized_digest"] == digest(file)
    assert [finding.level for finding in done.findings if finding.level == "error"] == []


def test_a_report_that_is_final_and_unchanged_stays(file: Path) -> None:
    make_final(file)
    before = file.read_bytes()
    again = make_final(file)
    assert (again.fields, again.diff, file.read_bytes()) == ({}, "", before)
    file.write_text(file.read_text("utf-8").replace("slow", "down"), "utf-8")
    assert make_final(file).report.revision == "2"


def test_where_and_how_it_is_written(file: Path, tmp_path: Path) -> None:
    done = make_final(file, tmp_path / "out" / "board.html", format=None, published="2026-11-20", revision="B")
    assert done.document.read_bytes().startswith(b"<!DOCTYPE html>")
    assert (load(file).published, load(file).revision) == ("2026-11-20", "B")


def test_a_dry_run_writes_nothing(file: Path) -> None:
    done = make_final(file, dry_run=True)
    assert (done.report.stage, bool(done.diff)) == ("final", True)
    assert file.read_text("utf-8") == TEXT
    assert [path.name for path in file.parent.iterdir()] == ["report.yaml"]


def test_errors_change_nothing(file: Path) -> None:
    file.write_text(TEXT + "summary: TODO\n", "utf-8")
    with pytest.raises(UnfinishedError, match="was not changed") as raised:
        make_final(file)
    assert {(one.id, one.path, one.line) for one in raised.value.problems} == {("PM001", "summary", 3)}
    assert isinstance(raised.value.problems, list)
    assert file.read_text("utf-8") == TEXT + "summary: TODO\n"
    assert [path.name for path in file.parent.iterdir()] == ["report.yaml"]


def test_other_errors(file: Path, tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="would overwrite"):
        make_final(file, file)
    with lock_report(file), pytest.raises(WriteError, match="another process"):
        make_final(file)
    other = tmp_path / "report.json"
    other.write_text('{"title": "x"}', "utf-8")
    with pytest.raises(InputError, match="only YAML"):
        make_final(other)
    with pytest.raises(InputError, match="no such file"):
        make_final(tmp_path / "nosuch.yaml")
    with pytest.raises(InputError, match="published"):
        make_final(file, published="yesterday")
    assert file.read_text("utf-8") == TEXT


def test_warnings_are_collected(file: Path) -> None:
    file.write_text(TEXT + "logs: {title: App, file: nosuch.log}\n", "utf-8")
    warnings: list[Problem] = []
    done = finalize(file, format="md", today=DAY, levels={"PM002": "off", "PM035": "warning"}, warnings=warnings)
    assert [one.path for one in warnings] == ["logs[0].file"]
    assert "PM035" in {one.id for one in done.findings}
