"""Mappings from Python: what is accepted, and the path in the message for anything else."""

from __future__ import annotations

import datetime as dt
import enum
from collections import OrderedDict
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest

from pmexport.errors import InputError
from pmexport.limits import Limits
from pmexport.reading import read_mapping


class _Severity(str, enum.Enum):  # noqa: UP042 - the older kind, whose str() is not its value
    P1 = "P1"


def _messages(data: Any, limits: Limits | None = None) -> list[str]:
    with pytest.raises(InputError) as raised:
        read_mapping(data, limits=limits or Limits())
    assert all(
        problem.line is None and problem.column is None and not problem.file for problem in raised.value.problems
    )
    return str(raised.value).splitlines()


def test_python_values_are_accepted() -> None:
    data = {
        "title": _Severity.P1,
        "revision": 3,
        "id": None,
        "date": dt.date(2026, 3, 14),
        "services": ("a", "b"),
        "timeline": MappingProxyType({"time": dt.time(14, 2), "event": 1.5}),
        "milestones": OrderedDict(detected=dt.datetime(2026, 3, 14, 14, 2, tzinfo=dt.UTC)),
        "impact": {"sla": Decimal("99.90"), "data_loss": False, "a\ud800": "b\ud800"},
    }
    report = read_mapping(data)
    assert (report.title, report.revision, report.id, report.date) == ("P1", "3", None, "2026-03-14")
    assert type(report.title) is str
    assert report.services == ("a", "b")
    assert (report.timeline[0].time, report.timeline[0].event) == ("14:02:00", "1.5")
    assert report.milestones.detected == "2026-03-14 14:02:00+00:00"
    assert (report.impact.sla, report.impact.data_loss) == ("99.90", "false")
    assert report.impact.model_extra == {"a\ufffd": "b\ufffd"}
    assert report.base is None


def test_every_problem_has_its_path() -> None:
    data = {
        "title": b"x",
        "sevrity": 1,
        "id": 10**5000,
        "summary": object(),
        "services": {"a", "b"},
        "timeline": [{"time": "12:30"}, {"evnt": 1}, {"event": dt.timedelta(1)}],
        "impact": {"Refunds issued": [1], "a.b": [2], "": [3], "x\ny": [4]},
        1: "x",
        ("a", "b"): "x",
        "authors": range(3),
    }
    assert _messages(data) == [
        "title: found a value of the type bytes, expected a string.",
        "summary: found a value of the type object, expected a string.",
        "services: found a value of the type set, expected a string.",
        "timeline[2].event: found a value of the type timedelta, expected a string.",
        "?: keys must be strings.",
        "?: keys must be strings. A value that begins with { or [ must be quoted.",
        "authors: found a value of the type range, expected a string.",
        "id: found a number with too many digits, expected a string.",
        'timeline[1].evnt: found the unknown key "evnt". Did you mean event?',
        "impact.Refunds issued: found a list, expected a string.",
        'impact["a.b"]: found a list, expected a string.',
        'impact[""]: found a list, expected a string.',
        "impact.x y: found a list, expected a string.",
        'sevrity: found the unknown key "sevrity". Did you mean severity?',
    ]


@pytest.mark.parametrize("data", [None, [], "title: x", 5, {1, 2}])
def test_anything_but_a_mapping_is_an_error(data: Any) -> None:
    assert "a report must be a mapping with at least a `title`." in _messages(data)[-1]


def test_a_value_that_contains_itself_is_an_error() -> None:
    services: list[Any] = ["a"]
    services.append(services)
    report: dict[str, Any] = {"title": "x"}
    report["x-a"] = [report]
    assert _messages({"title": "x", "services": services}) == ["services[1]: found a value that contains itself."]
    assert _messages(report) == ["x-a[0]: found a value that contains itself."]


def test_the_same_value_may_occur_twice() -> None:
    people = ["Ana"]
    assert read_mapping({"title": "x", "responders": people, "authors": people}).authors[0].name == "Ana"


def test_limits_apply_to_a_mapping() -> None:
    deep: Any = "x"
    wide: Any = ["x"]
    for _ in range(200_000):
        deep = [deep]
    for _ in range(40):
        wide = [wide, wide]
    [message] = _messages({"title": "x", "x-a": deep})
    assert message.startswith("x-a[0][0][0][0][0][0][0]…: mappings and lists are nested too deeply")
    assert message.endswith("The limit is depth=50.")
    [message] = _messages({"title": "x", "x-a": wide}, Limits(values=10_000))
    assert "too many keys and values." in message
    assert _messages({"title": "x"}, Limits(values=2)) == ["title: too many keys and values. The limit is values=2."]
    assert read_mapping({"title": "x"}, limits=Limits(values=3, depth=1)).title == "x"


def test_the_callers_values_are_not_changed() -> None:
    data = {"title": "x", "commander": {"name": "Ana"}, "timeline": [{"event": "a"}]}
    read_mapping(data, overrides={"commander.name": "Ivo", "timeline[0].event": "b", "timeline[1].event": "c"})
    assert data == {"title": "x", "commander": {"name": "Ana"}, "timeline": [{"event": "a"}]}
