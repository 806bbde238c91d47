"""Findings for other programs: JSON, SARIF, and GitHub annotations."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from pmexport._version import __version__
from pmexport.checks.rule import Rule
from pmexport.checks.suppression import Suppressed
from pmexport.problems import UNSAFE, Problem, show_text

SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_GITHUB_LEVELS = {"error": "error", "warning": "warning", "note": "notice"}


def format_json(findings: Iterable[Problem]) -> str:
    """Return a JSON list of findings, each with the keys id, level, path, file, line, column, message and help."""
    return dump_json([finding.as_dict() for finding in findings])


def dump_json(value: Any) -> str:
    """Return a value as JSON in which characters that a terminal would obey are escaped."""
    text = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    return UNSAFE.sub(_escape_character, text)


def _escape_character(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]


def _join_message(finding: Problem) -> str:
    return f"{finding.message} {finding.help}".strip()


# ---- GitHub


def format_github(findings: Iterable[Problem]) -> str:
    """Return the workflow commands that GitHub Actions shows next to the lines of a file."""
    return "".join(f"{_format_command(finding)}\n" for finding in findings)


def _format_command(finding: Problem) -> str:
    """Return a workflow command, escaped as in actions/toolkit (packages/core/src/command.ts)."""
    title = f"{finding.id} {finding.path}".strip()
    values = {"file": finding.file, "line": finding.line, "col": finding.column, "title": title}
    properties = ",".join(f"{name}={_escape_property(str(value))}" for name, value in values.items() if value)
    command = f"::{_GITHUB_LEVELS[finding.level]} {properties}::{_escape_data(_join_message(finding))}"
    return show_text(command)


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")


# ---- SARIF


def format_sarif(findings: Sequence[Problem], suppressed: Iterable[Suppressed], rules: Sequence[Rule]) -> str:
    """Return a SARIF 2.1.0 log: one result per finding; suppressed findings are marked as such."""
    indexes = {rule.id: number for number, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "pmexport",
                "semanticVersion": __version__,
                "rules": list(map(_describe_rule, rules)),
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [
            *(_make_result(finding, indexes) for finding in findings),
            *(_make_result(one.finding, indexes) | {"suppressions": [_make_suppression(one)]} for one in suppressed),
        ],
    }
    log = {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return dump_json(log)


def _describe_rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": rule.name.replace("-", " ").capitalize()},
        "fullDescription": {"text": rule.reason},
        "help": {"text": rule.reason},
        "defaultConfiguration": {"level": rule.level},
    }


def _make_result(finding: Problem, rule_indexes: dict[str, int]) -> dict[str, Any]:
    return {
        "ruleId": finding.id,
        "ruleIndex": rule_indexes[finding.id],
        "level": finding.level,
        "message": {"text": _join_message(finding)},
        "locations": [location] if (location := dict(_make_location(finding))) else [],
    }


def _make_location(finding: Problem) -> Iterator[tuple[str, Any]]:
    if finding.file:
        place: dict[str, Any] = {"artifactLocation": {"uri": _make_uri(finding.file)}}
        if finding.line is not None:
            place["region"] = {"startLine": finding.line, "startColumn": finding.column}
        yield "physicalLocation", place
    if finding.path:
        yield "logicalLocations", [{"fullyQualifiedName": finding.path}]


def _make_uri(file: str) -> str:
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def _make_suppression(suppressed: Suppressed) -> dict[str, str]:
    return {"kind": "inSource", "justification": suppressed.because}
