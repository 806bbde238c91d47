"""What authors paste: the files in `pasted/`, each a list of cases with what is written and what it means.

`same`: it means what is written. `remarks`: rule, line, column and path. `places`: of values that `means` has.
`folded`: it depends on the lines of YAML, so JSON and TOML have no such case.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from strategies import MARKUP

from pmexport import Report, load
from pmexport.problems import Problem
from pmexport.report.digest import digest_report
from pmexport.report.model import json_schema

jsonschema: Any = import_module("jsonschema")  # which has no types
VALID = jsonschema.Draft202012Validator(json_schema())


def cases() -> Iterator[Any]:
    for path in sorted((Path(__file__).parent / "pasted").glob("*.yaml")):
        for case in yaml.safe_load(path.read_text("utf-8")):
            yield pytest.param(case, id=f"{path.stem}: {case['name']}")


CASES = list(cases())
UNFOLDED = [case for case in CASES if not case.values[0].get("folded")]


def _read(text: str) -> tuple[Report, list[Problem]]:
    remarks: list[Problem] = []
    return load(f"title: T\n{text}".encode(), format="yaml", warnings=remarks), remarks


def _plain(case: dict[str, Any]) -> dict[str, Any]:
    """Return what is written as mappings, lists and texts."""
    value: dict[str, Any] = yaml.load(f"title: T\n{case['written']}", yaml.BaseLoader)
    return value


def _meant(case: dict[str, Any]) -> Report:
    """Return the report that is meant, validated without reading."""
    means = case["written"] if case.get("same") else case["means"]
    return Report.model_validate(yaml.load(f"title: T\n{means}", yaml.BaseLoader))


def _dump(report: Report) -> dict[str, Any]:
    return report.model_dump(exclude_defaults=True)


@pytest.mark.parametrize("case", CASES)
def test_what_is_written_is_understood(case: dict[str, Any]) -> None:
    report, remarks = _read(case["written"])
    assert _dump(report) == _dump(_meant(case))
    assert digest_report(report, {}) == digest_report(_meant(case), {})
    found = [f"{one.id} {one.line}:{one.column} {one.path}" for one in remarks]
    assert found == case.get("remarks", [])


@pytest.mark.parametrize("case", [case for case in CASES if "places" in case.values[0]])
def test_every_value_keeps_its_place(case: dict[str, Any]) -> None:
    origin = _read(case["written"])[0].origin
    assert origin is not None
    assert {path: str(origin.find(path)) for path in case["places"]} == case["places"]


@pytest.mark.parametrize("case", UNFOLDED)
def test_json_and_mappings_mean_the_same(case: dict[str, Any]) -> None:
    value, meant = _plain(case), _meant(case)
    for report in (load(value), load(json.dumps(value).encode(), format="json")):
        assert _dump(report) == _dump(meant)


@pytest.mark.parametrize("case", CASES)
def test_what_is_understood_does_not_change_again(case: dict[str, Any]) -> None:
    report = _read(case["written"])[0]
    assert _dump(load(report.model_dump(exclude_none=True))) == _dump(report)


@pytest.mark.parametrize("case", UNFOLDED)
def test_the_schema_accepts_what_is_understood(case: dict[str, Any]) -> None:
    assert [error.message for error in VALID.iter_errors(_plain(case))] == []


def test_toml_means_the_same() -> None:
    text = b"""
title = "T"
timeline = '''
14:05 the alert fires
14:06 rolled back
'''
action_items = ["[x] Add an alert"]
figures = ["plot.png"]
"""
    report = load(text, format="toml")
    assert [(entry.time, entry.event) for entry in report.timeline] == [
        ("14:05", "the alert fires"),
        ("14:06", "rolled back"),
    ]
    assert (report.action_items[0].status, report.figures[0].src) == ("Done", "plot.png")


# ---- nothing is lost

PIECES = [
    *("14:05", "2026-03-14", "9:05 PM", "UTC", "PST", "March 14", "to", "- ", "* ", "• ", "1. ", "## ", "**", "[", "]"),
    *(
        "\n",
        "\n",
        "\n\n",
        "  ",
        ": ",
        " - ",
        "\N{EN DASH}",
        "?",
        "[x] ",
        "[ ] ",
        "a.png",
        "app.log",
        "word",
        "-Ana",
        "at",
        "```",
    ),
]
pasted = st.lists(st.sampled_from(PIECES + MARKUP), max_size=16).map("".join)
LISTED = ("timeline", "action_items", "five_whys", "responders", "lessons", "figures", "logs", "tags")


def _words(value: object) -> list[str]:
    """Return the words of a value in order. Markers, dates in words and checkboxes are not words of it."""
    texts = [value] if isinstance(value, str) else []
    if isinstance(value, dict):
        texts = [" ".join(_words(item)) for item in value.values()]
    elif isinstance(value, list | tuple):
        texts = [" ".join(_words(item)) for item in value]
    return re.findall(r"[^\W\d_]+", " ".join(texts))


@given(text=pasted, field=st.sampled_from(LISTED), listed=st.booleans())
def test_no_word_is_lost(text: str, field: str, listed: bool) -> None:
    if not text.strip():
        return
    report = load({"title": "T", field: [text] if listed else text})
    written = [word for word in _words(text) if word not in ("March", "x", "to")]
    shown = _words(report.model_dump(include={field}))
    for word in set(written):
        assert shown.count(word) >= written.count(word), (word, report.model_dump(include={field}))


@given(text=pasted)
def test_every_entry_has_a_place(text: str) -> None:
    report = load(json.dumps({"title": "T", "timeline": text}, indent=1).encode(), format="json")
    assert report.origin is not None
    for number in range(len(report.timeline)):
        assert report.origin.find(f"timeline[{number}]").line
