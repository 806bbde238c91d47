"""Any input gives a report or an InputError, whose problems are sentences on one line."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmexport.errors import InputError
from pmexport.reading import read_bytes, read_mapping
from pmexport.report.model import Report

FORMATS = ["yaml", "json", "toml"]
YAML = """\
title: "A: b"
commander: {name: Ana, role: IC}
x-base: &b {owner: Ivo, priority: High}
timeline:
  - {time: 12:30, phase: triage, event: "x \\n y"}
  - time: 2026-03-14
    event: |
      text
        more
impact: {total_downtime: 1h, Refunds: 3}
action_items:
  - <<: *b
    action: Do
  - <<: [*b, {type: prevent}]
services: [a, ~, null, 'it''s']
"""
JSON = json.dumps({"title": "x", "timeline": [{"time": "1", "event": "é\ud800"}], "impact": {"a": 1.5, "b": True}})
TOML = """\
title = "x"
services = ["a", 'b', [1]]
[impact]
a = 1.50
"b c" = true
[[timeline]]
time = 12:30:00
event = \"\"\"x
y\"\"\"
[commander]
name.x = {a = 1, b = ["c"]}
"""
PIECES = [
    *":-{}[],&*!|>'\"%@`#?\n \t~<ab0.=\\\r\x85\u2028\ufeff\0\x1bé😀",
    "title: ",
    "\n  ",
    "- ",
    "<<: ",
    "*b",
    "---\n",
]
PIECES += ['"""', "[[", "title = ", '"title": ', "null", "\r\n", "\\ud800", "!!str "]
EDITS = st.lists(st.tuples(st.integers(0, 420), st.integers(0, 6), st.sampled_from(PIECES)), max_size=4)


def _read(data: bytes | str, format_: str) -> None:
    try:
        report = read_bytes(data, format=format_)
    except InputError as error:
        _check(error)
    else:
        assert type(report) is Report


def _check(error: InputError) -> None:
    assert error.problems
    for problem in error.problems:
        assert problem.message.endswith(".")
        assert str(problem).isprintable()
        assert problem.line is None or min(problem.line, problem.column or 0) >= 1


@given(data=st.binary(max_size=200), format_=st.sampled_from(FORMATS))
def test_any_bytes(data: bytes, format_: str) -> None:
    _read(data, format_)


@given(data=st.lists(st.sampled_from(PIECES), max_size=30).map("".join), format_=st.sampled_from(FORMATS))
def test_pieces_of_syntax(data: str, format_: str) -> None:
    _read(data, format_)


@pytest.mark.parametrize(("text", "format_"), [(YAML, "yaml"), (JSON, "json"), (TOML, "toml")], ids=FORMATS)
@given(edits=EDITS)
def test_a_text_with_mistakes(text: str, format_: str, edits: list[tuple[int, int, str]]) -> None:
    for start, length, piece in edits:
        text = text[:start] + piece + text[start + length :]
    _read(text, format_)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.dates() | st.decimals(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(sorted(Report.model_fields)), inner),
    max_leaves=10,
)


@given(data=st.dictionaries(st.sampled_from(sorted(Report.model_fields)), _VALUES, max_size=4), path=st.text())
def test_python_values_and_overrides(data: dict[str, object], path: str) -> None:
    for overrides in ({}, {path: "x"}):
        try:
            report = read_mapping({"title": "x"} | data, overrides=overrides)
        except InputError as error:
            _check(error)
        else:
            assert type(report) is Report
