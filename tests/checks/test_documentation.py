"""`docs/checks.md` matches the rules, and its examples work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pmexport import check, load, load_config
from pmexport.checks.rule import Found, Rule
from pmexport.checks.rule_registry import RULES

PAGE = (Path(__file__).parent.parent.parent / "docs" / "checks.md").read_text("utf-8")
WITHOUT_EXAMPLE = {"PM000", "PM005", "PM024", "PM036"}


def section(rule: Rule) -> str:
    """Return the section about a rule."""
    head, _, rest = PAGE.partition(f"### {rule.id} {rule.name}\n")
    assert rest, f"no section on {rule.id}: {head[-20:]}"
    return rest.partition("\n### ")[0]


def examples(kind: str) -> Iterator[str]:
    return (match[1] for match in re.finditer(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL))


def test_rules_are_listed_in_order() -> None:
    assert re.findall(r"^### (PM\d+)", PAGE, re.MULTILINE) == [rule.id for rule in RULES]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_level_and_reason_are_current(rule: Rule) -> None:
    level = f"{rule.level}; {rule.until_final} until final" if rule.until_final else rule.level
    assert f"*{level}.* {rule.reason}\n" in section(rule)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.id not in WITHOUT_EXAMPLE], ids=lambda rule: rule.id)
def test_example_triggers_its_rule(rule: Rule, tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", section(rule), re.DOTALL)
    (tmp_path / "pmexport.toml").write_text(
        "".join(re.findall(r"```toml\n(.*?)```", section(rule), re.DOTALL)), "utf-8"
    )
    config = load_config(tmp_path / "pmexport.toml")
    findings = check(load(example.encode(), format="yaml", config=config), config=config, today="2026-05-01")
    assert rule.id in {finding.id for finding in findings}


def test_sample_output_is_current() -> None:
    text = b"title: T\ntimeline:\n  - {time: 2026-03-14 15.26, event: The fix is deployed.}"
    finding = next(one for one in check(load(text, format="yaml")) if one.id == "PM006")
    assert finding.message in PAGE
    assert finding.help in PAGE


def test_custom_rule_example_works() -> None:
    (code,) = examples("python")
    names: dict[str, Any] = {}
    exec(code, names)
    rule: Rule = names["RULE"]
    report = load({"title": "T", "tags": ["db"]})
    found = list(rule.check(type("Subject", (), {"report": report})))  # type: ignore[arg-type]
    assert found == [Found("tags", "No tag names the region.", "Add one, such as region:eu.")]
