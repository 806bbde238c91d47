"""Rules, tested with the files in `cases/` (see the README there)."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image

from pmexport import Finding, Report, UnfinishedError, check, load, load_config, render
from pmexport.assets.atomic_write import write_file
from pmexport.checks.rule_registry import BROKEN, RULES, UNREADABLE, UNUSED
from pmexport.limits import DEFAULT


def save_picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (3, 2)).save(out, "PNG")
    return out.getvalue()


CONTENTS = {
    "picture": save_picture(),
    "text": b"The pool is empty.\n",
    "utf16": "The pool is empty.\n".encode("utf-16"),
    "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    "avif": b"\0\0\0\x1cftypavif\0\0\0\0mif1avif",
    "tiff": b"II*\0\x08\0\0\0",
    "svg": b'<?xml version="1.0"?>\n<!-- a graph -->\n<svg xmlns="http://www.w3.org/2000/svg"/>',
    "bmp": b"BM\x3a\0\0\0\0\0\0\0\x36\0\0\0",
    "pdf": b"%PDF-1.7\n",
    "html": b"<!DOCTYPE html>\n<title>Log in</title>",
    "gzip": gzip.compress(b"The pool is empty.", mtime=0),
    "pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
}
"""Contents of files, by the names that cases use."""
FILES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))


def cases() -> Iterator[Any]:
    for path in FILES:
        for case in yaml.safe_load(path.read_text("utf-8")):
            yield pytest.param(path.stem, case, id=f"{path.stem}: {case['name']}")


def place(finding: Finding, written: str) -> str:
    """Return the place of a finding, with a column if the expected place has one."""
    numbers = [finding.line] if written.count(":") == 1 else [finding.line, finding.column]
    return ":".join([*map(str, numbers), f" {finding.path}"])


@pytest.mark.parametrize(("rule", "case"), list(cases()))
def test_rule_finds_exactly_the_expected(rule: str, case: dict[str, Any], tmp_path: Path) -> None:
    for name, kind in case.get("files", {}).items():
        write_file(tmp_path / name, CONTENTS[kind])
    write_file(tmp_path / "pmexport.toml", case.get("house_style", "").encode())
    config = load_config(tmp_path / "pmexport.toml")
    report = load(case["report"].encode(), format="yaml", base=tmp_path, config=config)
    limits = replace(DEFAULT, **case.get("limits", {}))
    findings = check(report, config=config, today=case.get("today"), limits=limits)
    found = [finding for finding in findings if finding.id == rule]
    expected = case.get("finds", [])
    assert [place(one, written) for one, written in zip(found, expected, strict=False)] == expected
    assert found[len(expected) :] == []
    assert case.get("says", "") in "".join(f"{one.message} {one.help}" for one in found[:1])


def test_every_rule_has_positive_and_negative_cases() -> None:
    here = {path.stem for path in FILES}
    elsewhere = {"PM001", "PM005", *(f"PM{number:03}" for number in range(15, 21))}  # rules that search texts
    assert here | elsewhere | {UNREADABLE.id, BROKEN.id} == {rule.id for rule in RULES}
    assert UNUSED.id in here
    for path in FILES:
        kinds = {bool(case.get("finds")) for case in yaml.safe_load(path.read_text("utf-8"))}
        assert kinds == {True, False}, path.stem


def test_ids_and_names_are_unique() -> None:
    for names in ([rule.id for rule in RULES], [rule.name for rule in RULES]):
        assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_has_reason_and_name(rule: Any) -> None:
    assert rule.reason.endswith(".")
    assert rule.name == rule.name.casefold()
    assert " " not in rule.name


def test_dated_rules_run_only_with_a_date() -> None:
    report = load(b"title: T\ndate: 2999-01-01\naction_items: [{action: a, deadline: 2001-01-01}]", format="yaml")
    dated = {"PM022", "PM023"}
    assert dated == {rule.id for rule in RULES if rule.dated}
    assert dated.isdisjoint(finding.id for finding in check(report))
    assert dated <= {finding.id for finding in check(report, today=dt.date(2026, 5, 1))}


def test_a_final_report_whose_zone_nobody_knows_is_not_rendered() -> None:
    timeline = [{"time": "2026-03-14 14:02", "event": "e"}]
    with pytest.raises(UnfinishedError, match="PM046 The time zone of one time is unknown"):
        render(Report(title="T", status="final", timezone="unknown", timeline=timeline), "md")
    assert render(Report(title="T", status="in_review", timezone="unknown", timeline=timeline), "md")
