"""The examples in the JSON Schema, and the report that they are taken from."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from pmexport import load
from pmexport._version import FORMAT_VERSION
from pmexport.report.examples import read_example
from pmexport.report.model import Report, json_schema

jsonschema: Any = import_module("jsonschema")  # which has no types
SCHEMA = json_schema()
PARTS = [("Report", SCHEMA), *SCHEMA["$defs"].items()]
WRITTEN_BY_THE_PROGRAM = "finalized_digest"


def test_the_schema_is_named_after_the_version_of_the_format() -> None:
    assert SCHEMA["$id"].endswith(f"/docs/schema/report-{FORMAT_VERSION}.json")
    assert (SCHEMA["title"], SCHEMA["type"]) == ("pmexport report", "object")


def test_the_example_uses_every_field() -> None:
    report = load(read_example().encode(), format="yaml")
    assert {name for name in Report.model_fields if not getattr(report, name)} == {WRITTEN_BY_THE_PROGRAM}
    assert not report.remarks


@pytest.mark.parametrize(("name", "part"), PARTS, ids=[name for name, _ in PARTS])
def test_every_mapping_and_field_has_valid_examples(name: str, part: dict[str, Any]) -> None:
    for key, schema in (("", part), *part["properties"].items()):
        examples = schema.get("examples", [])
        assert examples or "$ref" in str(schema) or key in (WRITTEN_BY_THE_PROGRAM, "after", "$schema", "status"), key
        valid = jsonschema.Draft202012Validator({**schema, "$id": SCHEMA["$id"], "$defs": SCHEMA["$defs"]})
        assert [error.message for example in examples for error in valid.iter_errors(example)] == []


def test_every_example_of_a_report_can_be_loaded() -> None:
    assert [load(example).title for example in SCHEMA["examples"]] == ["Checkout unavailable in the EU region"] * 2
