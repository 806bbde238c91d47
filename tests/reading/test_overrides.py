"""Overrides: where they are set, and the messages for those that cannot be set."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmexport.errors import InputError
from pmexport.reading import read_bytes, read_mapping
from pmexport.reading.paths import read_path, write_path
from pmexport.report.model import Report

TEXT = """\
title: x
commander: Ana
responders:
  - Ivo
  - {name: Eva, role: Database}
services: search
timeline: {time: 12:30, event: Alert}
impact: {sla: 1 %}
x-base: &base {owner: Ivo}
action_items:
  - *base
  - *base
"""

SET: dict[str, tuple[str, Any]] = {
    "severity": ("P2", lambda report: report.severity),
    "commander.role": ("Lead", lambda report: report.commander.role),
    "commander.name": ("Lea", lambda report: report.commander.name),
    "commander": ("Lea", lambda report: report.commander.name),
    "responders[0].role": ("Lead", lambda report: report.responders[0].role),
    "responders[1]": ("Lea", lambda report: report.responders[1].name),
    "responders[2].name": ("Lea", lambda report: report.responders[2].name),
    "services[1]": ("index", lambda report: report.services[1]),
    "services": ("index", lambda report: report.services[0]),
    "timeline.phase": ("Triage", lambda report: report.timeline[0].phase),
    "timeline[0].phase": ("Triage", lambda report: report.timeline[0].phase),
    "tags[0]": ("disk", lambda report: report.tags[0]),
    "logs.text": ("ERROR", lambda report: report.logs[0].text),
    "milestones.detected": ("12:30", lambda report: report.milestones.detected),
    "impact.Refunds issued": ("312", lambda report: report.impact.model_extra["Refunds issued"]),
    r'impact["a \"\\\" b"]': ("312", lambda report: report.impact.model_extra['a "\\" b']),
    '["severity"]': ("P2", lambda report: report.severity),
    'impact["a.b [c]"]': ("312", lambda report: report.impact.model_extra["a.b [c]"]),
    "action_items[1].owner": ("Eva", lambda report: report.action_items[1].owner),
}


@pytest.mark.parametrize("path", SET)
def test_a_value_is_set_at_its_path(path: str) -> None:
    value, get = SET[path]
    report = read_bytes(TEXT, format="yaml", overrides={path: value})
    assert get(report) == value


def test_nothing_else_changes() -> None:
    before = read_bytes(TEXT, format="yaml")
    after = read_bytes(TEXT, format="yaml", overrides={"action_items[1].owner": "Eva", "commander.role": "Lead"})
    changed = {name for name in Report.model_fields if getattr(before, name) != getattr(after, name)}
    assert changed == {"action_items", "commander"}
    assert [item.owner for item in after.action_items] == ["Ivo", "Eva"]
    assert after.commander is not None
    assert after.commander.name == "Ana"


def test_an_empty_override_removes_a_value() -> None:
    assert read_bytes(TEXT, format="yaml", overrides={"commander": ""}).commander is None


def test_overrides_can_supply_a_whole_report() -> None:
    assert read_bytes("", format="yaml", overrides={"title": "y"}).title == "y"
    assert read_mapping({}, overrides={"title": "y"}).title == "y"


def test_an_override_fixes_the_value_it_replaces() -> None:
    text = "title: [x]\nstatus: finished-ish\ncommander: {nmae: Ana}\n"
    report = read_bytes(text, format="yaml", overrides={"title": "y", "status": "final", "commander": "Ana"})
    assert (report.title, report.status) == ("y", "final")


def test_private_keys_may_be_set() -> None:
    assert read_bytes(TEXT, format="yaml", overrides={"x-note": "y", "x-base.more": "z"}).title == "x"


def test_a_lone_surrogate_is_replaced() -> None:
    report = read_mapping({"title": "x"}, overrides={"impact.a\udcff": "\udcff"})
    assert report.impact.model_extra == {"a\ufffd": "\ufffd"}


WRONG = {
    "sevrity": 'sevrity: found the unknown key "sevrity". Did you mean severity?',
    "owner": 'owner: found the unknown key "owner". Did you mean authors? Otherwise, it belongs in action_items.',
    "commander.nmae": 'commander.nmae: found the unknown key "nmae". Did you mean name?',
    "commander.name.first": "commander.name.first: cannot use a key here: this is a single value.",
    "severity[0]": "severity[0]: cannot use an index here: this is not a list.",
    "services[0][0]": "services[0][0]: cannot use an index here: this is not a list.",
    "[0]": "[0]: cannot use an index here: this is not a list.",
    "responders.role": "responders: this is a list: add the index of an item, such as [0].",
    "responders[3]": "responders[3]: index 3 is out of range; the list has 2 items. To append an item, use [2].",
    "impact.sla.x": "impact.sla.x: cannot use a key here: this is a single value.",
    "status": 'status: found "new value", expected draft, in_review or final.',
    "sections[0].text": "sections[0].title: the required key `title` is missing. "
    "Add the heading as `title`, such as Customer communication.",
}


@pytest.mark.parametrize("path", WRONG)
def test_a_problem_names_the_override_instead_of_a_line(path: str) -> None:
    with pytest.raises(InputError) as raised:
        read_bytes(TEXT, format="yaml", name="report.yaml", overrides={path: "new value"})
    assert str(raised.value) == f"override: {WRONG[path]}"


@pytest.mark.parametrize(
    "path",
    ["", ".", "title.", ".title", "a..b", "a[", "a[x]", "a[-1]", "a[0]b", '["a]', r'["\q"]', "a\x1b]", "a[9999999999]"],
)
def test_an_invalid_path_is_an_error(path: str) -> None:
    with pytest.raises(InputError) as raised:
        read_bytes(TEXT, format="yaml", overrides={path: "x"})
    shown = path.replace("\x1b", " ")
    expected = "expected a path such as severity, commander.name or timeline[0].phase."
    assert str(raised.value) == f'override: found "{shown}", {expected}'


def test_the_length_of_a_path_is_limited() -> None:
    with pytest.raises(InputError, match="expected a path such as"):
        read_bytes(TEXT, format="yaml", overrides={"x-a" + ".a" * 99_999: "x"})


@given(
    key=st.text(st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(' ."[]\\'), max_size=40),
    index=st.integers(0, 999_999_999),
)
def test_a_path_is_read_as_it_is_written(key: str, index: int) -> None:
    for path in ((key,), (key, index), ("impact", key, "b"), (index, key, key)):
        assert read_path(write_path(path)) == path


def test_a_problem_in_the_text_is_reported_despite_an_override_at_its_path() -> None:
    with pytest.raises(InputError) as raised:
        read_bytes("title: x\nsevrity: P1\n", format="yaml", overrides={"sevrity": "P1"})
    assert [problem.line for problem in raised.value.problems] == [2, None]


def test_problems_in_the_text_and_in_overrides_are_reported_together() -> None:
    text = "title: x\nimpact: none\ndate: 2026-02-30\ncommander: {nmae: Ana}\n"
    overrides = {"sevrity": "P1", "status": "finished-ish", "impact.sla": "1 %", "commander.role": "Lead"}
    with pytest.raises(InputError) as raised:
        read_bytes(text, format="yaml", name="report.yaml", overrides=overrides)
    assert str(raised.value).splitlines() == [
        (
            'report.yaml:2:9: impact: found "none", expected a mapping with total_downtime, '
            "requests_affected, users_affected, revenue, sla, data_loss. "
            "Put a sentence in `user_impact`, or name each metric: `users_affected: 41,000`."
        ),
        (
            'report.yaml:3:7: date: found "2026-02-30", expected a valid date; 2026-02 has 28 days. '
            "Did you mean 2026-02-28, the last day of that month?"
        ),
        'report.yaml:4:13: commander.nmae: found the unknown key "nmae". Did you mean name?',
        'override: sevrity: found the unknown key "sevrity". Did you mean severity?',
        'override: impact: found "none", which cannot contain keys.',
        'override: status: found "finished-ish", expected draft, in_review or final. Did you mean final?',
    ]


def test_an_override_is_understood_like_the_text() -> None:
    overrides = {"timeline[0]": "14:05 alert", "action_items": "[x] Add an alert"}
    report = read_bytes("title: x\ntimeline: [a]\n", format="yaml", overrides=overrides)
    assert (report.timeline[0].time, report.timeline[0].event) == ("14:05", "alert")
    assert report.action_items[0].status == "Done"
