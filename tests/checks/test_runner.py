"""Levels, suppressions, the order of findings, the input of rules, and rules of other packages."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from strategies import reports

from pmexport import Finding, InputError, check, load, plugins
from pmexport.checks import rule_registry
from pmexport.checks.rule import Subject, Written
from pmexport.checks.runner import check_report
from pmexport.checks.subject import build_subject
from pmexport.report import model
from pmexport.report.facts import derive_facts
from pmexport.report.field_types import Part, markdown_fields

TOKEN = "ghp_" + "a8Kd93jfLs02mQpXz7RtYvBn4wEeH1cU5gTo"
ITEMS = {"title": "T", "action_items": [{"action": "a", "deadline": "2026-04-01"}, {"action": "b", "owner": "Ana"}]}


def found(findings: list[Finding], *rules: str) -> list[tuple[str, str]]:
    return [(finding.id, finding.path) for finding in findings if finding.id in rules]


def ids(findings: list[Finding]) -> set[str]:
    return {finding.id for finding in findings}


# ---- findings


@pytest.mark.parametrize(
    "fields",
    [
        {"timeline": [{"time": TOKEN, "event": "e"}]},
        {"action_items": [{"id": TOKEN, "action": "a"}, {"id": TOKEN, "action": "b"}]},
        {"impact": {TOKEN: "TODO"}},
        {"summary": f"See http://localhost:3000/?token={TOKEN}."},
    ],
    ids=["time", "id", "metric", "address"],
)
def test_no_finding_repeats_a_secret(fields: dict[str, Any]) -> None:
    findings = check({"title": "T", **fields})
    assert len(ids(findings) - {"PM002"}) > 1
    assert TOKEN not in repr(findings)


def test_finding_in_mapping_has_only_a_path() -> None:
    finding = next(one for one in check(ITEMS) if one.id == "PM012")
    assert finding.as_dict() == {
        "id": "PM012",
        "level": "warning",
        "path": "action_items[0].owner",
        "file": "",
        "line": None,
        "column": None,
        "message": "Open action item AI-1 has no owner.",
        "help": "Name an owner: a person or a team.",
    }
    assert str(finding) == (
        "action_items[0].owner: PM012 Open action item AI-1 has no owner. Name an owner: a person or a team."
    )


def test_findings_are_in_file_order(tmp_path: Path) -> None:
    path = tmp_path / "report.yaml"
    path.write_text("action_items:\n  - a\n  - b\ntimeline:\n  - {time: soon, event: c}\ndate: someday\ntitle: T\n")
    lines = [finding.line for finding in check(path)]
    assert lines == sorted(line or 0 for line in lines)
    assert len(set(lines)) > 3
    assert {finding.file for finding in check(path)} == {str(path)}


def test_override_has_no_line() -> None:
    report = load(b"title: T\ndate: 2026-01-01", format="yaml", overrides={"date": "soon"})
    finding = next(one for one in check(report) if one.id == "PM006")
    assert (finding.file, finding.line, finding.path) == ("override", None, "date")


@pytest.mark.parametrize(("status", "level"), [("draft", "note"), ("in review", "note"), ("final", "error")])
def test_missing_part_is_an_error_only_in_final_report(status: str, level: str) -> None:
    missing = [finding for finding in check({"title": "T", "status": status}) if finding.id == "PM002"]
    assert {finding.level for finding in missing} == {level}
    assert len(missing) == 10


@pytest.mark.slow
@given(reports())
def test_findings_are_well_formed(fields: dict[str, Any]) -> None:
    report = load(fields)
    texts = {written.path for written in build_subject(report, derive_facts(report)).texts}
    for finding in check(report, today="2026-05-01"):
        assert finding.message
        assert finding.help
        assert finding.message.rstrip("\u202c\u2069").endswith(".")  # an id may open a text direction, which is closed
        assert "\n" not in finding.message
        if finding.id in ("PM001", "PM005", "PM006"):
            assert finding.path in texts


# ---- levels


def test_level_can_be_set_and_rule_turned_off() -> None:
    levels = {finding.id: finding.level for finding in check(ITEMS, levels={"PM012": "error", "PM013": "off"})}
    assert levels["PM012"] == "error"
    assert "PM013" not in levels
    assert {"PM012", "PM013"} <= ids(check(ITEMS))


def test_set_level_applies_in_every_stage() -> None:
    assert {one.level for one in check({"title": "T"}, levels={"PM002": "error"}) if one.id == "PM002"} == {"error"}


@pytest.mark.parametrize(
    ("levels", "message"),
    [
        ({"PM0012": "off"}, r'checks.PM0012: unknown rule id "PM0012". Did you mean PM\d+\?'),
        ({"PM012": "fatal"}, 'checks.PM012: found "fatal", expected error, warning, note or off.'),
        ({"PM012": False}, "found false, expected"),
    ],
)
def test_unknown_ids_and_levels_are_rejected(levels: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        check(ITEMS, levels=levels)


def test_invalid_date_is_rejected() -> None:
    with pytest.raises(InputError, match="today is 'tomorrow', expected a date"):
        check(ITEMS, today="tomorrow")


# ---- suppressions


@pytest.mark.parametrize(
    ("at", "left"),
    [
        (None, []),
        ("", []),
        ("action_items", []),
        (" action_items[0] ", []),
        ("action_items[0].owner", []),
        ("action_items[1]", [("PM012", "action_items[0].owner")]),
        ("action_item", [("PM012", "action_items[0].owner")]),
        ("timeline", [("PM012", "action_items[0].owner")]),
    ],
)
def test_suppression_covers_paths_below(at: str | None, left: list[tuple[str, str]]) -> None:
    report = load({**ITEMS, "checks": [{"ignore": "PM012", "at": at, "because": "B"}]})
    outcome = check_report(report)
    assert found(list(outcome.findings), "PM012") == left
    assert [(one.finding.id, one.because) for one in outcome.suppressed] == ([] if left else [("PM012", "B")])
    assert found(list(outcome.findings), "PM011") == ([("PM011", "checks[0].ignore")] if left else [])


@pytest.mark.parametrize(
    ("at", "covered"),
    [("metadata", {"id", "severity", "commander"}), ("root_cause_analysis", {"root_cause"})],
)
def test_suppression_of_section_covers_its_fields(at: str, covered: set[str]) -> None:
    report = load({"title": "T", "checks": [{"ignore": "PM002", "at": at, "because": "B"}]})
    assert {one.finding.path for one in check_report(report).suppressed} == covered


def test_errors_and_unused_suppressions_can_be_suppressed() -> None:
    fields = {"title": "T", "action_items": [{"id": "A", "action": "a"}, {"id": "A", "action": "b"}]}
    assert "PM004" in ids(check(fields))
    suppressed = [{"ignore": "PM004", "because": "B"}, {"ignore": "PM006", "because": "B"}]
    assert found(check({**fields, "checks": suppressed}), "PM004", "PM011") == [("PM011", "checks[1].ignore")]
    quiet = [*suppressed, {"ignore": "PM011", "because": "B"}]
    assert found(check({**fields, "checks": quiet}), "PM004", "PM011") == []


def test_suppression_of_disabled_rule_is_not_unused() -> None:
    fields = {**ITEMS, "checks": [{"ignore": "PM006", "because": "B"}]}
    assert "PM011" in ids(check(fields))
    assert "PM011" not in ids(check(fields, levels={"PM006": "off"}))


# ---- the input of rules


def test_log_file_is_checked_and_line_reported(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text("started\ntoken ghp_" + "9fQ2xKz7LmW4vRb8TnYc3HdJ6sPg1AeUoXi5" + "\n", "utf-8")
    (tmp_path / "report.yaml").write_text("title: T\nlogs:\n  - {file: app.log}\n  - {file: gone.log}\n", "utf-8")
    (found,) = [finding for finding in check(tmp_path / "report.yaml") if finding.id == "PM005"]
    assert (found.path, found.line) == ("logs[0].file", 3)
    assert found.message.endswith("See line 2 of the file.")


def test_metric_names_are_checked() -> None:
    assert "TODO" in [written.text for written in subject(impact={"TODO": "3"}).texts]


def subject(**fields: Any) -> Subject:
    report = load({"title": "T", **fields})
    return build_subject(report, derive_facts(report))


def prose(markdown: str) -> str:
    return next(written.prose for written in subject(summary=markdown).texts if written.path == "summary")


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("plain words", "plain words"),
        ("a **b** *c* ~~d~~", "a b c d"),
        ("a `b` c", "a  c"),
        ("```\ncode\n```\nwords", "words"),
        ("> said by another\n\nwords", "words"),
        ("see [the page](https://a.test/b) and https://c.test/d", "see the page and "),
        ("a\nb  \nc", "a b\nc"),
        ("# Head\n\n- one\n- two\n  - three", "Head\none\ntwo\nthree"),
        ("| a | b |\n|---|---|\n| c | `d` |", "a\nb\nc\n"),
        ("![what it shows](x.png)", "what it shows"),
        ("[words](other.md)", "words"),
        ("**" * 4000, ""),
    ],
)
def test_prose_has_only_own_words(markdown: str, words: str) -> None:
    assert prose(markdown).rstrip() == words.rstrip()


def test_texts_are_in_report_order_with_paths() -> None:
    texts = subject(
        severity="P1",
        commander={"name": "Ana", "role": "SRE"},
        services=["a", "b"],
        timeline=[{"time": "14:02", "event": "*e*"}],
        impact={"sla": "1 %", "Refunds issued": "312", "a.b": "c"},
        logs=[{"title": "L", "text": "*log*"}],
        sections=[{"title": "S", "text": "*s*"}],
        checks=[{"ignore": "PM012", "because": "*not shown*"}],
    ).texts
    assert [(written.path, written.text, written.prose) for written in texts] == [
        ("title", "T", "T"),
        ("severity", "P1", "P1"),
        ("services[0]", "a", "a"),
        ("services[1]", "b", "b"),
        ("commander.name", "Ana", "Ana"),
        ("commander.role", "SRE", "SRE"),
        ("timeline[0].time", "14:02", "14:02"),
        ("timeline[0].event", "*e*", "e"),
        ("impact.sla", "1 %", "1 %"),
        ("impact.Refunds issued", "Refunds issued", "Refunds issued"),
        ("impact.Refunds issued", "312", "312"),
        ('impact["a.b"]', "a.b", "a.b"),
        ('impact["a.b"]', "c", "c"),
        ("logs[0].title", "L", "L"),
        ("logs[0].text", "*log*", ""),
        ("sections[0].title", "S", "S"),
        ("sections[0].text", "*s*", "s"),
    ]


@pytest.mark.parametrize(
    "part", [one for one in vars(model).values() if isinstance(one, type) and issubclass(one, Part)]
)
def test_fields_documented_as_markdown_are_typed_as_markdown(part: type[Part]) -> None:
    documented = {name for name, text in model.read_docstrings(part) if "Markdown" in text}
    assert markdown_fields(part) == documented


def test_prose_is_extracted_on_first_use() -> None:
    asked: list[str] = []

    def read(text: str) -> str:
        asked.append(text)
        return "prose"

    written = Written("summary", "text", read)
    assert asked == []
    assert (written.prose, written.prose) == ("prose", "prose")
    assert asked == ["text"]


# ---- rules of other packages

MODULE = """
from pmexport.checks.rule import Found, Rule


def shouting(subject):
    return [Found("title", "The title shouts.", "Lower your voice.", 0) for _ in [1] if subject.report.title.isupper()]

def failing(subject):
    raise LookupError("no table")

SHOUT = Rule("ACME1", "shouting-title", "error", "It is loud.", shouting)
OTHER = Rule("ACME1", "other", "error", "It is loud.", shouting)
SEVERAL = (Rule("ACME2", "failing", "note", "It fails.", failing), Rule("PM004", "taken", "note", "It.", shouting))
WRONG = "no rule"
LEVEL = Rule("ACME3", "wrong-level", "fatal", "It is wrong.", shouting)
FOUND = Rule("ACME4", "finds-text", "note", "It finds no Found.", lambda subject: ["a"])
"""


def installed(monkeypatch: pytest.MonkeyPatch, folder: Path, **points: str) -> None:
    """Install a package with these rules."""
    (folder / "acme_rules.py").write_text(MODULE, "utf-8")
    monkeypatch.syspath_prepend(folder)
    offered = [EntryPoint(name, value, rule_registry.GROUP) for name, value in points.items()]
    monkeypatch.setattr(plugins, "list_points", lambda group: offered if group == rule_registry.GROUP else [])


def test_package_adds_a_rule(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    installed(monkeypatch, tmp_path, shout="acme_rules:SHOUT")
    assert found(check({"title": "LOUD"}), "ACME1", "PM024") == [("ACME1", "title")]
    assert found(check({"title": "quiet"}), "ACME1", "PM024") == []
    assert found(check({"title": "LOUD"}, levels={"ACME1": "off"}), "ACME1") == []
    assert found(check({"title": "LOUD", "checks": {"ignore": "ACME1", "because": "b"}}), "ACME1", "PM011") == []


def broken(title: str = "T") -> list[str]:
    return [finding.message for finding in check({"title": title}) if finding.id == "PM024"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("acme_nosuch:RULE", "ModuleNotFoundError: No module named 'acme_nosuch'"),
        ("acme_rules:NONE", "AttributeError"),
        ("acme_rules:WRONG", "found str, expected a Rule or a tuple of rules."),
        ("acme_rules:LEVEL", "rule 'ACME3' has the level 'fatal', expected error, warning or note."),
        ("acme_rules:FOUND", "TypeError: found str, expected Found"),
    ],
)
def test_broken_rule_breaks_only_itself(
    value: str, expected: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    installed(monkeypatch, tmp_path, broken=value, shout="acme_rules:SHOUT")
    (message,) = broken()
    assert expected in message
    assert value in message
    assert "ACME1" in ids(check({"title": "LOUD"}))
    assert {one.level for one in check({"title": "T"}) if one.id == "PM024"} == {"warning"}


def test_duplicate_rule_id_names_both_packages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    installed(monkeypatch, tmp_path, a="acme_rules:SHOUT", b="acme_rules:OTHER", c="acme_rules:SEVERAL")
    offered, taken, failed = sorted(broken(), key=lambda message: "failed" in message)
    assert offered == (
        "Rule ACME1 is defined by both acme_rules:SHOUT and acme_rules:OTHER; the second one is ignored."
    )
    assert taken == "Rule PM004 is defined by both pmexport and acme_rules:SEVERAL; the second one is ignored."
    assert failed == "Rule ACME2 of acme_rules:SEVERAL failed: LookupError: no table"
    assert found(check({"title": "LOUD"}), "PM004") == []
