"""What a check found, for other programs: as JSON, as SARIF, and as GitHub's annotations."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from pmexport._version import __version__
from pmexport.checks.finding import Suppressed
from pmexport.checks.rule import Rule
from pmexport.problems import Problem

SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_ANNOTATIONS = {"error": "error", "warning": "warning", "note": "notice"}


def as_json(findings: Iterable[Problem]) -> str:
    """Return a list of findings, each with the keys id, level, path, file, line, column, message and help."""
    return json.dumps([finding.as_dict() for finding in findings], indent=2, ensure_ascii=False) + "\n"


# ---- GitHub


def as_annotations(findings: Iterable[Problem]) -> str:
    """Return the workflow commands that GitHub Actions shows beside the lines of a file."""
    return "".join(f"{_annotation(finding)}\n" for finding in findings)


def _annotation(finding: Problem) -> str:
    """Return a command as actions/toolkit writes it (packages/core/src/command.ts)."""
    title = f"{finding.id} {finding.path}".strip()
    given = {"file": finding.file, "line": finding.line, "col": finding.column, "title": title}
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in given.items() if value)
    return f"::{_ANNOTATIONS[finding.level]} {properties}::{_data(f'{finding.message} {finding.help}'.strip())}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


# ---- SARIF


def as_sarif(findings: Sequence[Problem], suppressed: Iterable[Suppressed], rules: Sequence[Rule]) -> str:
    """Return a log in SARIF 2.1.0: a result for each finding, with those that the reports suppress marked as such."""
    known = {rule.id: number for number, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "pmexport",
                "semanticVersion": __version__,
                "rules": list(map(_rule, rules)),
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [
            *(_result(finding, known) for finding in findings),
            *(_result(one.finding, known) | {"suppressions": [_suppression(one)]} for one in suppressed),
        ],
    }
    log = {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": rule.name.replace("-", " ").capitalize()},
        "fullDescription": {"text": rule.reason},
        "help": {"text": rule.reason},
        "defaultConfiguration": {"level": rule.level},
    }


def _result(finding: Problem, rules: dict[str, int]) -> dict[str, Any]:
    return {
        "ruleId": finding.id,
        "ruleIndex": rules[finding.id],
        "level": finding.level,
        "message": {"text": f"{finding.message} {finding.help}".strip()},
        "locations": [location] if (location := dict(_location(finding))) else [],
    }


def _location(finding: Problem) -> Iterator[tuple[str, Any]]:
    if finding.file:
        place: dict[str, Any] = {"artifactLocation": {"uri": _uri(finding.file)}}
        if finding.line is not None:
            place["region"] = {"startLine": finding.line, "startColumn": finding.column}
        yield "physicalLocation", place
    if finding.path:
        yield "logicalLocations", [{"fullyQualifiedName": finding.path}]


def _uri(file: str) -> str:
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def _suppression(one: Suppressed) -> dict[str, str]:
    return {"kind": "inSource", "justification": one.because}
