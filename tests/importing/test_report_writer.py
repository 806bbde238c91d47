"""A report that is dumped loads as the same report, in each format."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from strategies import examples, hostile, reports, without_surrogates

from pmexport import FormatError, InputError, Limits, Report, digest, dump, load
from pmexport.importing.report_writer import DumpFormat
from pmexport.reading.pasted.rewriting import VERBATIM
from pmexport.report.digest import canonical_form

SAMPLES = sorted((Path(__file__).parents[2] / "samples").glob("*.yaml"))
FORMATS: tuple[DumpFormat, ...] = ("yaml", "json", "toml")

MISREAD = {"PM026", "PM027", "PM041"}
"""The rules that find what YAML drops or flattens."""


def assert_same(report: Report) -> None:
    for name in FORMATS:
        loaded = load(dump(report, name).encode(), format=name)
        assert canonical_form(loaded, {}) == canonical_form(report, {}), name
        assert not MISREAD & {remark.id for remark in loaded.remarks}, name


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_samples_have_the_same_digest(path: Path, name: DumpFormat) -> None:
    text = dump(path, name)
    assert VERBATIM not in text
    assert digest(load(text.encode(), format=name, base=path.parent)) == digest(path)


@pytest.mark.slow
@examples(1)
@given(reports())
def test_any_report_that_was_loaded(fields: dict[str, Any]) -> None:
    assert_same(load(fields))


@examples(1)
@given(reports())
def test_any_report_that_was_made(fields: dict[str, Any]) -> None:
    assert_same(Report(**without_surrogates(fields)))


@examples(2)
@given(hostile, hostile)
def test_any_text(text: str, name: str) -> None:
    name = without_surrogates(name)
    parts = {"summary": text, "lessons": [text, "x"], "impact": {name or "m": text or "x"}}
    assert_same(Report.model_validate({"title": "T", **parts, "sections": [{"title": "s", "text": text}]}))


PASTED: list[dict[str, Any]] = [
    {"timeline": ["14:02 Alert"]},
    {"timeline": [{"event": "2026-03-14"}, {"event": "14:02 x"}]},
    {"action_items": ["[x] Add an alert"]},
    {"lessons": ["- a", "• b", "a\n- b"]},
]


@pytest.mark.parametrize("fields", PASTED, ids=str)
def test_texts_that_look_pasted_stay_as_they_are(fields: dict[str, Any]) -> None:
    report = Report(title="x", **fields)
    assert_same(report)
    assert all(VERBATIM in dump(report, name) for name in FORMATS)
    assert load({"title": "x", **fields}).model_dump() != report.model_dump()


def test_empty_entries_stay() -> None:
    assert_same(Report(title="x", timeline=[{}, {"time": "14:02"}], action_items=[{}]))


def test_long_texts_are_blocks_and_empty_fields_are_left_out() -> None:
    report = Report(title="x", summary="One.\n\nTwo.\n", timeline=[{"time": "14:02", "event": "a\nb"}], commander="Ana")
    assert dump(report) == (
        "title: x\ncommander:\n  name: Ana\nsummary: |\n  One.\n\n  Two.\n"
        "timeline:\n  - time: 14:02\n    event: |-\n      a\n      b\n"
    )
    assert dump(report, "toml") == (
        'title = "x"\nsummary = """\nOne.\n\nTwo.\n"""\n\n[commander]\nname = "Ana"\n\n'
        '[[timeline]]\ntime = "14:02"\nevent = """\na\nb"""\n'
    )


def test_a_changed_report_is_validated_first() -> None:
    assert "severity: 2" in dump(Report(title="x").model_copy(update={"severity": 2}))
    with pytest.raises(InputError):
        dump(Report(title="x").model_copy(update={"severity": []}))


def test_errors() -> None:
    with pytest.raises(FormatError, match="yaml, json, toml"):
        dump({"title": "x"}, "xml")  # type: ignore[arg-type]
    with pytest.raises(InputError):
        dump(Report(title="x", lessons=["a"] * 9), limits=Limits(values=5))
