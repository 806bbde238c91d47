"""Making a report final: what is set, and when nothing is."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from pmexport import InputError, digest, load
from pmexport.publishing.finalize import plan_finalization

DAY = dt.date(2026, 11, 23)
REPORT = "# ours\ntitle:   x   # short\nstatus: draft\r\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "report.yaml"


REVISIONS = {
    "the first time": ("status: draft", "1"),
    "without a status": ("tags: [a]", "1"),
    "a revision that is written keeps": ("revision: '3'", "3"),
    "also if it is no number": ("status: in_review\nrevision: 2.1-rc", "2.1-rc"),
    "the next, where it was final": ("status: final\nrevision: 3", "4"),
    "the next, where it was opened again": ("status: draft\npublished: 2026-03-19\nrevision: '9'", "10"),
    "where it was final without one": ("status: final\npublished: 2026-03-19", "1"),
}


@pytest.mark.parametrize("case", REVISIONS)
def test_the_revision_that_a_report_gets(case: str, file: Path) -> None:
    fields, expected = REVISIONS[case]
    file.write_text(f"title: x\n{fields}\n", "utf-8")
    plan = plan_finalization(file, today=DAY)
    assert plan.report.revision == expected
    assert load(plan.after, format="yaml").revision == expected


def test_a_revision_that_is_given_counts(file: Path) -> None:
    file.write_text("title: x\nstatus: final\nrevision: B\n", "utf-8")
    assert plan_finalization(file, today=DAY, revision="C").report.revision == "C"
    with pytest.raises(InputError, match=r"report\.yaml: revision: the revision 'B' cannot be incremented.*--revision"):
        plan_finalization(file, today=DAY)


@pytest.mark.parametrize(
    ("written", "expected"),
    [("draft", "final"), ("", "final"), ("Approved", "Approved"), ("Final (v2)", "Final (v2)")],
)
def test_a_status_that_says_final_already_keeps_its_words(written: str, expected: str, file: Path) -> None:
    file.write_text(f"title: x\nstatus: {written}\n", "utf-8")
    plan = plan_finalization(file, today=DAY)
    assert load(plan.after, format="yaml").status == plan.report.status == expected


def test_the_report_is_the_one_that_the_file_will_hold(file: Path) -> None:
    file.write_bytes(REPORT.encode())
    plan = plan_finalization(file, today=DAY)
    assert plan.report.stage == "final"
    assert plan.report.model_dump() == load(plan.after, format="yaml").model_dump()
    assert plan.report.base == plan.was.base == file.parent
    assert plan.was.stage == "draft"
    assert file.read_bytes() == plan.before == REPORT.encode()


def test_the_difference_is_shown_by_lines(file: Path) -> None:
    file.write_text("title: x\nstatus: draft # c\n", "utf-8")
    plan = plan_finalization(file, today=DAY)
    file.with_name("after.yaml").write_bytes(plan.after)
    assert list(plan.diff_lines()) == [
        f"--- {file}",
        f"+++ {file}",
        "@@ -1,2 +1,5 @@",
        " title: x",
        "-status: draft # c",
        "+status: final # c",
        "+published: 2026-11-23",
        "+revision: 1",
        f"+finalized_digest: {digest(file.with_name('after.yaml'))}",
    ]


@pytest.mark.parametrize("name", ["report.json", "report.toml", "report", "-"])
def test_only_yaml_is_made_final(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="only YAML files can be finalized"):
        plan_finalization(tmp_path / name, today=DAY)


@pytest.mark.parametrize("text", ["titel: x\n", "title: x\nStatus: draft\n", "title: x\ntitle: y\n", "status: draft\n"])
def test_a_report_that_cannot_be_read_is_told(text: str, file: Path) -> None:
    file.write_text(text, "utf-8")
    with pytest.raises(InputError, match=r"report\.yaml:"):
        plan_finalization(file, today=DAY)
    assert file.read_text("utf-8") == text
