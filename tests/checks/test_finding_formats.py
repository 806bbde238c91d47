"""Findings as JSON, SARIF 2.1.0 and GitHub annotations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from fluidattacks_core.sarif import SarifLog
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pmexport.checks.finding_formats import format_github, format_json, format_sarif
from pmexport.checks.rule_registry import RULES
from pmexport.checks.suppression import Suppressed
from pmexport.problems import Level, Problem, show_text


def finding(
    id_: str, level: Level, path: str, file: str, line: int | None, column: int | None, message: str, help_: str
) -> Problem:
    return Problem(message, path, file, line, column, help_, level, id_)


NOTE = finding("PM014", "note", "action_items[0].ticket", "a b/report.yaml", 4, 3, "No ticket: “AI-1”.", "Write one.")
WARNING = finding("PM012", "warning", "action_items", "a b/report.yaml", 5, 1, "None of them.", "")
BARE = finding("PM024", "error", "", "", None, None, "50 % of it,\r\nand: more", "Fix it.")
FINDINGS = [NOTE, WARNING, BARE]

texts = st.text(st.characters(codec="utf-8"), max_size=20)
findings = st.builds(
    finding,
    st.sampled_from([rule.id for rule in RULES]),
    st.sampled_from(["error", "warning", "note"]),
    texts,
    st.sampled_from(["", "report.yaml", "a b/é#1%.yaml", "/abs/r.yaml", "-"]),
    st.none() | st.integers(1, 9),
    st.integers(1, 9),
    texts,
    texts,
)


def test_json_lists_findings_with_their_keys() -> None:
    listed = json.loads(format_json(FINDINGS))
    assert listed[0] == {
        "id": "PM014",
        "level": "note",
        "path": "action_items[0].ticket",
        "file": "a b/report.yaml",
        "line": 4,
        "column": 3,
        "message": "No ticket: “AI-1”.",
        "help": "Write one.",
    }
    assert [list(one) for one in listed] == [["id", "level", "path", "file", "line", "column", "message", "help"]] * 3
    assert (listed[2]["line"], listed[2]["column"]) == (None, None)
    assert json.loads(format_json([])) == []


def test_github_commands_are_escaped() -> None:
    assert format_github(FINDINGS).splitlines() == [
        "::notice file=a b/report.yaml,line=4,col=3,title=PM014 action_items[0].ticket::No ticket: “AI-1”. Write one.",
        "::warning file=a b/report.yaml,line=5,col=1,title=PM012 action_items::None of them.",
        "::error title=PM024::50 %25 of it,%0D%0Aand: more Fix it.",
    ]
    odd = finding("PM001", "error", 'impact["a:b,c"]', "C:\\a,b%.yaml", 1, 2, "m", "")
    assert format_github([odd]) == (
        '::error file=C%3A\\a%2Cb%25.yaml,line=1,col=2,title=PM001 impact["a%3Ab%2Cc"]::m\n'
    )


def unescaped(text: str) -> str:
    """Return a value as GitHub's runner decodes it (actions/runner, ActionCommand.cs)."""
    for escaped, plain in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escaped, plain)
    return text


def shown(text: str) -> str:
    """Return a text as a log may show it; line ends are escaped, so they are kept."""
    return "\r".join(map(show_text, text.split("\r")))


@given(findings)
def test_github_command_can_be_parsed_back(finding: Problem) -> None:
    (command,) = format_github([finding]).removesuffix("\n").split("\n")
    _, head, *message = command.split("::")
    name, _, properties = head.partition(" ")
    assert name in ("error", "warning", "notice")
    read = dict(pair.split("=", 1) for pair in properties.split(","))
    assert unescaped(read["title"]) == shown(f"{finding.id} {finding.path}".strip())
    assert unescaped(read.get("file", "")) == shown(finding.file)
    assert unescaped("::".join(message)) == shown(f"{finding.message} {finding.help}".strip())


@given(findings)
def test_no_format_has_characters_that_a_terminal_obeys(finding: Problem) -> None:
    for text in (format_json([finding]), format_github([finding]), format_sarif([finding], (), RULES)):
        assert show_text(text) == text
    (listed,) = json.loads(format_json([finding]))
    assert listed == finding.as_dict()


# ---- SARIF: its schema, and what the schema does not cover

LOG = {"$schema", "version", "runs"}
RUN = {"tool", "columnKind", "results"}
DRIVER = {"name", "semanticVersion", "rules"}
RULE = {"id", "name", "shortDescription", "fullDescription", "help", "defaultConfiguration"}
RESULT = {"ruleId", "ruleIndex", "level", "message", "locations", "suppressions"}
LOCATION = {"physicalLocation", "logicalLocations"}


def sarif(*given_: Problem, suppressed: tuple[Suppressed, ...] = ()) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(format_sarif(given_, suppressed, RULES))
    return log


def assert_sound(log: dict[str, Any]) -> None:
    assert SarifLog.model_validate_json(json.dumps(log)).version.value == "2.1.0"
    assert set(log) == LOG
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert set(run) == RUN
    assert run["columnKind"] == "unicodeCodePoints"
    driver = run["tool"]["driver"]
    assert set(driver) == DRIVER
    for rule in driver["rules"]:
        assert set(rule) == RULE
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
        assert all(rule[name]["text"] for name in ("shortDescription", "fullDescription", "help"))
    for result in run["results"]:
        assert set(result) <= RESULT
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert isinstance(result["message"]["text"], str)
        assert all(set(location) <= LOCATION for location in result["locations"])


@given(st.lists(findings, max_size=3))
def test_sarif_log_is_valid(given_: list[Problem]) -> None:
    log = sarif(*given_, suppressed=tuple(Suppressed(one, "because") for one in given_))
    assert_sound(log)
    assert len(log["runs"][0]["results"]) == 2 * len(given_)


def test_sarif_schema_rejects_unknown_level() -> None:
    log = sarif(NOTE)
    log["runs"][0]["results"][0]["level"] = "info"
    with pytest.raises(ValidationError, match=r"results\.0\.level"):
        SarifLog.model_validate_json(json.dumps(log))


def test_sarif_result_has_level_and_location() -> None:
    results = sarif(*FINDINGS)["runs"][0]["results"]
    assert [result["level"] for result in results] == ["note", "warning", "error"]
    assert results[0]["message"] == {"text": "No ticket: “AI-1”. Write one."}
    assert results[0]["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "a%20b/report.yaml"},
                "region": {"startLine": 4, "startColumn": 3},
            },
            "logicalLocations": [{"fullyQualifiedName": "action_items[0].ticket"}],
        }
    ]
    assert results[1]["locations"][0]["physicalLocation"]["region"] == {"startLine": 5, "startColumn": 1}
    assert results[2]["locations"] == []


def test_suppressed_finding_is_marked_in_sarif() -> None:
    (result,) = sarif(suppressed=(Suppressed(NOTE, "No tracker."),))["runs"][0]["results"]
    assert result["suppressions"] == [{"kind": "inSource", "justification": "No tracker."}]


@pytest.mark.parametrize("file", ["report.yaml", "a b/c#d%.yaml", "é.yaml", str(Path("r.yaml").absolute())])
def test_sarif_uri_resolves_to_the_file(file: str) -> None:
    (result,) = sarif(finding("PM001", "error", "title", file, 1, 1, "m", "h"))["runs"][0]["results"]
    uri = urlsplit(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
    assert unquote(uri.path) == file
    assert uri.fragment == uri.query == ""
    assert uri.scheme == ("file" if Path(file).is_absolute() else "")
