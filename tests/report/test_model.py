"""The model: accepted values, known spellings, and the JSON Schema for editors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from pmexport.report.field_types import Part
from pmexport.report.model import Report, json_schema, stage_of
from pmexport.report.sections import section_keys

PARTS = sorted(
    (part for part in Part.__subclasses__() if part.__module__ == Report.__module__), key=lambda part: part.__name__
)

FULL: dict[str, Any] = {
    "id": "INC-2026-0142",
    "title": "Checkout unavailable in the EU region",
    "status": "final",
    "severity": "P1",
    "date": "2026-03-14",
    "published": "2026-03-19",
    "revision": "3",
    "finalized_digest": "2c26b46b68ff",
    "classification": "TLP:GREEN",
    "language": "en",
    "timezone": "Europe/Paris",
    "duration": "1h 25m",
    "services": ["checkout-api", "payments"],
    "user_impact": "18 % of checkouts failed.",
    "commander": {"name": "Ana Ruiz", "role": "Lead", "team": "SRE"},
    "responders": [{"name": "Ivo Lang"}, {"role": "AWS support"}],
    "authors": [{"name": "Ana Ruiz"}],
    "tags": ["database"],
    "summary": "It failed.",
    "background": "Pools.",
    "timeline": [
        {"time": "14:02", "end": "14:05", "phase": "Triage", "actor": "Ivo", "event": "Alert", "link": "https://a.b"}
    ],
    "milestones": {
        "impact_started": "13:58",
        "detected": "14:02",
        "acknowledged": "14:03",
        "mitigated": "14:40",
        "resolved": "15:27",
        "closed": "16:00",
    },
    "what_happened": "The pool was full.",
    "trigger": "A deploy.",
    "detection": "An alert.",
    "five_whys": [{"why": "Why?", "because": "Because."}],
    "root_cause": ["Pool size."],
    "resolution": "A larger pool.",
    "contributing_factors": ["No canary."],
    "impact": {
        "total_downtime": "47m",
        "requests_affected": "18 %",
        "users_affected": "41,000",
        "revenue": "€ 210,000",
        "sla": "68 %",
        "data_loss": "No",
        "Refunds issued": "312",
        "A metric": "1",
    },
    "went_well": ["Alerting."],
    "could_improve": ["Runbook."],
    "got_lucky": ["It was night."],
    "action_items": [
        {
            "id": "AI-1",
            "action": "Mend it",
            "details": "Well.",
            "owner": "Ivo",
            "priority": "High",
            "deadline": "2026-04-01",
            "status": "Open",
            "type": "prevent",
            "ticket": ["https://a.b", "T-2"],
        }
    ],
    "lessons": ["Test limits."],
    "logs": [{"title": "Pool", "language": "text", "text": "ERROR", "file": "pool.log"}],
    "figures": [{"src": "a.png", "alt": "Errors", "caption": "It rises."}],
    "related_incidents": [{"id": "INC-1", "title": "Pool", "link": "https://a.b", "text": "The same."}],
    "sections": [{"title": "Communication", "after": "summary", "text": "We wrote."}],
    "checks": [{"ignore": "PM012", "at": "action_items", "because": "They are in the tracker."}],
}


def report(**fields: Any) -> Report:
    return Report.model_validate({"title": "x"} | fields)


def faults(data: dict[str, Any]) -> set[tuple[str | int, ...]]:
    """Return the locations of the model's errors."""
    with pytest.raises(ValidationError) as raised:
        Report.model_validate(data)
    return {error["loc"] for error in raised.value.errors()}


def filled(value: object) -> Iterator[object]:
    """Yield the texts of a report at any depth."""
    if isinstance(value, BaseModel):
        value = value.model_dump()
    if isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from filled(item)
    elif value is not None:
        yield value


# ---- accepted values


def test_every_field_is_kept_as_written() -> None:
    assert set(FULL) == set(Report.model_fields)
    mappings = [set(one) for value in [FULL, *FULL.values()] for one in (value if isinstance(value, list) else [value])]
    for part in PARTS:
        assert any(set(part.model_fields) <= keys for keys in mappings), part.__name__
    full = Report.model_validate(FULL)
    assert sorted(map(str, filled(full))) == sorted(map(str, filled(FULL)))
    assert Report.model_validate(full.model_dump()) == full


def test_only_the_title_is_required() -> None:
    minimal = report()
    assert minimal.title == "x"
    assert list(filled(minimal)) == ["x"]
    assert minimal.stage == "draft"
    for title in ({}, {"title": None}, {"title": ""}, {"title": " \n"}):
        assert faults(title) == {("title",)}


def test_a_scalar_keeps_its_characters() -> None:
    for value, expected in {
        3: "3",
        1.5: "1.5",
        True: "true",
        False: "false",
        Decimal("1.10"): "1.10",
        dt.date(2026, 3, 14): "2026-03-14",
        dt.datetime(2026, 3, 14, 14, 2): "2026-03-14 14:02:00",  # noqa: DTZ001 - TOML has local times
        dt.time(14, 2): "14:02:00",
        " x ": " x ",
        "a\ud800": "a\ufffd",
    }.items():
        assert report(revision=value).revision == expected
        assert report(services=value).services == (expected,)
        assert report(impact={"x": value}).impact.model_extra == {"x": expected}


@pytest.mark.parametrize("empty", [None, "", " \n\t"])
def test_an_empty_value_is_the_same_as_an_absent_one(empty: str | None) -> None:
    nothing = dict.fromkeys(Report.model_fields, empty) | {"title": "x"}
    assert Report.model_validate(nothing) == report()
    assert report(services=[empty, "a", empty]).services == ("a",)
    assert [entry.event for entry in report(timeline=[empty, "a", {"event": empty, "time": "1"}]).timeline] == [
        "a",
        None,
    ]
    assert report(impact={"a": empty, "b": "1"}).impact.model_extra == {"a": None, "b": "1"}


def test_a_bare_text_sets_the_main_field() -> None:
    bare = {
        "commander": "name",
        "responders": "name",
        "authors": "name",
        "timeline": "event",
        "five_whys": "why",
        "action_items": "action",
        "logs": "text",
        "figures": "caption",
        "related_incidents": "text",
    }
    assert {part.main_field for part in PARTS} - {None} == set(bare.values())
    for name, main in bare.items():
        written = report(**{name: "a"})
        assert written == report(**{name: {main: "a"}}), name
        assert list(filled(getattr(written, name))) == ["a"]


def test_one_item_becomes_a_list() -> None:
    for name in Report.model_fields:
        value = FULL[name]
        if isinstance(value, list):
            assert report(**{name: value[0]}) == report(**{name: [value[0]]}) == report(**{name: (value[0],)}), name
    assert report(action_items={"ticket": "T-1"}).action_items[0].ticket == ("T-1",)


def test_unknown_keys_are_refused_but_private_keys_are_not() -> None:
    for name, value in FULL.items():
        inner = value[0] if isinstance(value, list) else value
        if isinstance(inner, dict) and name != "impact":
            assert {path[0] for path in faults({"title": "x", name: inner | {"nosuch": 1}})} == {name}
        if isinstance(inner, dict):
            assert report(**{name: inner | {"x-own": [1], "$schema": "y"}}) == report(**{name: inner}), name
    assert faults({"title": "x", "nosuch": 1, "__class__": 1, "model_config": {}}) == {
        ("nosuch",),
        ("__class__",),
        ("model_config",),
    }
    assert report(**{"x-own": {"a": [1]}, "$schema": "y"}) == report()


def test_own_metrics_keep_their_order_and_names() -> None:
    names = ["zebra", "copy", "model_config", "__class__", "Refunds issued", "", "a.b", "__dict__"]
    impact = report(impact=dict.fromkeys(names, "1") | {"sla": "2"}).impact
    assert list(impact.model_extra or {}) == names
    assert impact.sla == "2"


def test_a_wrong_type_is_refused_everywhere() -> None:
    for name, value in FULL.items():
        wrong: Any = [["x"]] if isinstance(value, list) else {"x": ["y"]} if name == "impact" else ["x"]
        assert {path[0] for path in faults({"title": "x"} | {name: wrong})} == {name}, name
        inner = value[0] if isinstance(value, list) else value
        for key in inner if isinstance(inner, dict) else ():
            broken = {"title": "x", name: inner | {key: {"a": {"b": "c"}}}}
            assert {path[0] for path in faults(broken)} == {name}, (name, key)


def test_a_report_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        report().title = "y"


def test_a_report_may_have_another_base() -> None:
    here = report()
    there = here.based_at(Path("folder"))
    assert (here.base, there.base, there.title) == (None, Path("folder"), "x")


# ---- closed lists

STAGES = {
    "draft": ["draft", "Draft", "DRAFT", "WIP", "in progress", "In-Progress", "Draft (second)", "open", "drafted"],
    "in_review": ["in_review", "In Review", "in-review", "IN REVIEW", "review", "under review", "In review: AR"],
    "final": ["final", "Final", "Final.", "finalised", "Approved", "published", "closed", "Final; by AR", "done"],
}


@pytest.mark.parametrize(("stage", "status"), [(stage, one) for stage, all_ in STAGES.items() for one in all_])
def test_usual_spellings_of_a_status_are_understood(stage: str, status: str) -> None:
    assert stage_of(status) == stage
    written = report(status=status)
    assert (written.stage, written.status) == (stage, status)


@pytest.mark.parametrize("status", ["finalish", "5", "not final", "?", "finished-ish", "x" * 5000])
def test_any_other_status_is_refused(status: str) -> None:
    assert stage_of(status) is None
    assert faults({"title": "x", "status": status}) == {("status",)}


def near(**fields: str) -> str | None:
    """Return the suggestion for a wrong word."""
    with pytest.raises(ValidationError) as raised:
        report(**fields)
    [error] = raised.value.errors()
    assert error["ctx"]["expected"]
    near = error["ctx"].get("near")
    return None if near is None else str(near)


def test_the_nearest_known_word_is_offered() -> None:
    assert near(status="finl") == "final"
    assert near(status="In Reviw") == "in_review"
    assert near(status="on") == ""
    assert near(timezone="Europe/Pari") == "Europe/Paris"
    assert near(timezone="europe/Berln") == "Europe/Berlin"
    assert near(timezone="Pari") == "Europe/Paris"
    assert near(timezone="New York") == "America/New_York"
    assert near(timezone="qqqqqqqq") == ""
    with pytest.raises(ValidationError) as raised:
        report(sections=[{"title": "x", "after": "sumary"}])
    assert raised.value.errors()[0]["ctx"]["near"] == "summary"


@pytest.mark.parametrize("zone", ["UTC", "Europe/Paris", "Etc/GMT+2", " UTC ", "UTC+2", "-0300"])
def test_zones_of_the_iana_database_and_offsets_are_known(zone: str) -> None:
    assert report(timezone=zone).timezone == zone


@pytest.mark.parametrize(
    "zone", ["Paris time zone", "../../etc/passwd", "/etc/passwd", "Europe", "a\0b", "x" * 9999, "+15:00", "UTC+1:75"]
)
def test_an_invalid_zone_is_refused_and_opens_no_file(zone: str) -> None:
    assert faults({"title": "x", "timezone": zone}) == {("timezone",)}


def test_languages_are_tags() -> None:
    for tag in ("en", "de", "pt-BR", "zh_Hant", "sr-Latn-RS"):
        assert report(language=tag).language == tag
    for tag in ("e", "english language", "en us", "en-", "de/../x", "5"):
        assert faults({"title": "x", "language": tag}) == {("language",)}


def test_own_sections_come_after_known_sections() -> None:
    for key in section_keys():
        assert report(sections={"title": "x", "after": key}).sections[0].after == key
    assert faults({"title": "x", "sections": {"title": "x", "after": "Summary"}}) == {("sections", 0, "after")}


def test_an_iso_8601_date_must_exist() -> None:
    for date in ("2026-03-14", "2024-02-29", " 2026-3-4 ", "Q2 2026", "14 March", "2026-03", "TBD", "2026-MM-DD"):
        assert report(date=date, action_items={"deadline": date}).date == date
    for date in ("2026-02-30", "2026-13-01", "2026-00-10", "0000-01-01", "2025-02-29"):
        data = {"title": "x", "date": date, "published": date, "action_items": {"deadline": date}}
        assert faults(data) == {("date",), ("published",), ("action_items", 0, "deadline")}


# ---- the JSON Schema

jsonschema: Any = import_module("jsonschema")  # which has no types
SCHEMA = json_schema()
VALID = jsonschema.Draft202012Validator(SCHEMA)

ACCEPTED: list[dict[str, Any]] = [
    {"title": "x"},
    {"title": 5, "revision": 3, "severity": True},
    {"title": "x", "$schema": "pmexport.schema.json", "x-own": {"a": [1]}},
    {"title": "x", "timeline": "a", "services": "b", "authors": ["c", {"name": "d", "x-own": 1}]},
    {"title": "x", "timeline": [None, "", 5, {"time": 5, "event": None}]},
    {"title": "x", "impact": {"Refunds": 1, "b": None, "x-own": [1]}},
    {"title": "x", "status": "Approved", "commander": None},
    {"title": "x", "action_items": [{"action": "a", "ticket": ["a", 5]}, {"ticket": "b"}]},
    dict.fromkeys(Report.model_fields) | {"title": "x"},
    FULL,
]
REFUSED: list[dict[str, Any]] = [
    {},
    {"title": None},
    {"title": ["x"]},
    {"title": "x", "sevrity": "P1"},
    {"title": "x", "timeline": [{"evnt": "x"}]},
    {"title": "x", "commander": ["a", "b"]},
    {"title": "x", "commander": {"name": ["a"]}},
    {"title": "x", "milestones": {"ended": "x"}},
    {"title": "x", "milestones": "a"},
    {"title": "x", "impact": {"a": [1]}},
    {"title": "x", "services": [["a"]]},
    {"title": "x", "sections": ["a"]},
    {"title": "x", "sections": [{"text": "a"}]},
    {"title": "x", "sections": [{"title": "a", "after": "nosuch"}]},
    {"title": "x", "checks": [{"ignore": "PM001"}]},
    {"title": "x", "summary": {"a": "b"}},
]


def test_the_schema_is_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("data", ACCEPTED, ids=range(len(ACCEPTED)))
def test_the_schema_accepts_what_the_model_accepts(data: dict[str, Any]) -> None:
    Report.model_validate(data)
    assert [error.message for error in VALID.iter_errors(data)] == []


@pytest.mark.parametrize("data", REFUSED, ids=range(len(REFUSED)))
def test_the_schema_refuses_what_the_model_refuses(data: dict[str, Any]) -> None:
    assert faults(data)
    assert not VALID.is_valid(data)


def test_every_field_and_part_is_described_to_the_author() -> None:
    shown = [("Report", SCHEMA), *SCHEMA["$defs"].items()]
    assert {name for name, _ in shown} == {part.__name__ for part in PARTS}
    for name, part in shown:
        assert part["description"], name
        for key, field in part["properties"].items():
            assert field["description"], (name, key)
            assert "default" not in field
            assert "title" not in field


def test_known_words_are_suggested_but_others_are_allowed() -> None:
    properties = SCHEMA["properties"]
    assert "P1" in properties["severity"]["examples"]
    assert properties["status"]["anyOf"][0]["enum"] == ["draft", "in_review", "final"]
    assert SCHEMA["$defs"]["CustomSection"]["properties"]["after"]["enum"] == [*section_keys(), None]
