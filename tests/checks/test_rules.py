"""Rules, tested with the files in `cases/` (see the README there)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pmexport import Finding, check, load
from pmexport.checks.rule_registry import BROKEN, RULES, UNREADABLE, UNUSED

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
def test_rule_finds_exactly_the_expected(rule: str, case: dict[str, Any]) -> None:
    report = load(case["report"].encode(), format="yaml")
    found = [finding for finding in check(report, today=case.get("today")) if finding.id == rule]
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
