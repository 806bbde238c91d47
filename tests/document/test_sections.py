# ruff: noqa: RUF001 - the documents' own dashes
"""Sections, their order, headings, columns and hiding: the template's, word for word, with what was added beside it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pmexport import load
from pmexport.assets.folder import Folder
from pmexport.document import compose as compose_module
from pmexport.document import nodes
from pmexport.document.compose import compose
from pmexport.document.labels import labels_for
from pmexport.document.nodes import Document, Label, List, Paragraph, Section, Table, sections_of, text_of
from pmexport.limits import Limits
from pmexport.report.facts import derive_facts
from pmexport.report.field_types import Listed, Markdown, RequiredText
from pmexport.report.model import Report
from pmexport.report.sections import SECTIONS, SectionEntry, section_keys

SAMPLES = Path(__file__).parent.parent.parent / "samples"

TEMPLATE = """
## Incident Metadata
## Executive Summary
## Timeline
## Root Cause Analysis
### What happened
### 5 Whys Analysis
### Root Cause
## Contributing Factors
## Impact Assessment
## What Went Well
## What Could Be Improved
## Action Items
## Lessons Learned
## Appendix
### Relevant Logs
### Relevant Metrics / Graphs
### Related Incidents
"""

FOOTER = (
    "This post-mortem follows a blameless culture. The goal is to understand systemic issues and improve, "
    "not to assign blame to individuals."
)


def document(limits: Limits | None = None, **fields: Any) -> Document:
    report = load({"title": "T", **fields})
    return compose(report, derive_facts(report), Folder(report.base, limits or Limits()))


def section(tree: Document, key: str) -> Section:
    return next(one for one in sections_of(tree) if one.id == key)


def table(tree: Document, key: str) -> Table:
    return next(block for block in section(tree, key).blocks if isinstance(block, Table))


def texts(blocks: nodes.Blocks) -> str:
    out = []
    for block in blocks:
        match block:
            case Paragraph(inlines) | nodes.Heading(_, inlines):
                out.append(text_of(inlines))
            case List(items):
                out += [texts(item.blocks) for item in items]
            case nodes.CodeBlock(text):
                out.append(text)
    return " / ".join(out)


def rows(one: Table) -> list[list[str]]:
    return [[texts(cell) for cell in row.cells] for group in one.groups for row in group.rows]


def columns(one: Table) -> list[str]:
    return [text_of(column.title) for column in one.columns]


# ---- the template


def test_headings_are_the_templates_in_its_order() -> None:
    report = load(SAMPLES / "checkout-outage.yaml")
    tree = compose(report, derive_facts(report), Folder(report.base))
    found = [f"{'#' * one.level} {one.title}" for one in sections_of(tree)]
    wanted = TEMPLATE.strip().splitlines()
    assert [heading for heading in found if heading in wanted] == wanted
    added = {"Background", "Trigger", "Detection", "Resolution", "Where We Got Lucky"}
    own = {one.title for one in report.sections}
    assert {re.sub("^#+ ", "", heading) for heading in found if heading not in wanted} == added | own


def test_columns_and_footer_are_the_templates() -> None:
    report = load(SAMPLES / "checkout-outage.yaml")
    tree = compose(report, derive_facts(report), Folder(report.base))
    assert columns(table(tree, "metadata")) == ["Field", "Value"]
    assert columns(table(tree, "timeline")) == ["Time", "Event"]
    assert columns(table(tree, "impact")) == ["Metric", "Value"]
    assert columns(table(tree, "action_items")) == ["ID", "Action", "Owner", "Priority", "Deadline", "Status"]
    assert [row[0] for row in rows(table(tree, "metadata"))][:9] == [
        "Incident ID", "Date", "Duration", "Severity", "Services Affected", "User Impact", "Incident Commander",
        "Responders", "Status",
    ]  # fmt: skip
    assert [row[0] for row in rows(table(tree, "impact"))][:6] == [
        "Total downtime", "Requests affected", "Users affected", "Revenue impact", "SLA impact", "Data loss",
    ]  # fmt: skip
    assert texts(tree.footer[:1]) == FOOTER
    assert text_of(tree.facts[-1]) == "Post-Mortem / Root Cause Analysis Report"


# ---- hiding and placing


def test_what_is_empty_is_left_out_with_its_heading() -> None:
    tree = document(summary="", lessons=[], five_whys=[{}], impact={"sla": ""}, logs=[{"text": " "}])
    assert [one.id for one in sections_of(tree)] == ["metadata"]
    assert rows(table(tree, "metadata")) == [["Status", "Draft"]]


@pytest.mark.parametrize("key", section_keys())
def test_a_section_of_ones_own_follows_the_one_it_names(key: str) -> None:
    tree = document(sections=[{"title": "Own", "after": key, "text": "x"}], lessons="l", root_cause="r", logs="g")
    ids = [one.id for one in sections_of(tree)]
    assert "custom-1" in ids
    order = [*section_keys()]
    inside = {"what_happened", "trigger", "detection", "five_whys", "root_cause", "resolution"}
    inside |= {"logs", "figures", "related_incidents"}
    peers = [one for one in order if (one in inside) == (key in inside)]
    before = [one for one in ids[: ids.index("custom-1")] if one in peers]
    after = [one for one in ids[ids.index("custom-1") :] if one in peers]
    assert all(peers.index(one) <= peers.index(key) for one in before)
    assert all(peers.index(one) > peers.index(key) for one in after)
    assert section(tree, "custom-1").level == (3 if key in inside else 2)


def test_sections_of_ones_own_stand_before_the_appendix_by_default() -> None:
    tree = document(sections=[{"title": "One"}, {"title": "Two"}], lessons="l", logs="g")
    titles = [one.title for one in tree.sections]
    assert titles == ["Incident Metadata", "Lessons Learned", "One", "Two", "Appendix"]


def test_a_section_takes_a_field_an_entry_and_a_label(monkeypatch: pytest.MonkeyPatch) -> None:
    class Longer(Report):
        follow_up: Markdown = None
        open_questions: Listed[RequiredText] = ()

    entries = (*SECTIONS, SectionEntry("follow_up"), SectionEntry("open_questions"))
    english = labels_for("en")
    titles = {**english.sections, "follow_up": "Follow-up", "open_questions": "Open Questions"}
    monkeypatch.setattr(compose_module, "SECTIONS", entries)
    monkeypatch.setattr(compose_module, "labels_for", lambda *_: replace(english, sections=titles))
    report = Longer.model_validate({"title": "T", "follow_up": "See *this*.", "open_questions": ["Why?", "How?"]})
    tree = compose(report, derive_facts(report), Folder(None))
    assert [(one.title, texts(one.blocks)) for one in tree.sections[1:]] == [
        ("Follow-up", "See this."),
        ("Open Questions", "Why? / How?"),
    ]


def test_equal_texts_in_two_places_are_told_apart() -> None:
    data = b"title: T\nsummary: &text '![](no.png)'\nbackground: *text\nlessons: ['![](no.png)', '![](no.png)']\n"
    report = load(data, format="yaml")
    tree = compose(report, derive_facts(report), Folder(None))
    assert [problem.path for problem in tree.problems] == ["summary", "background", "lessons[0]", "lessons[1]"]


# ---- the timeline


def test_an_event_is_led_by_its_phase_and_actor_and_ends_with_its_link() -> None:
    entry = {"time": "14:02", "phase": "Triage", "actor": "Ivo", "event": "Set to *P1*.", "link": "https://a.example/1"}
    tree = document(date="2026-03-14", timeline=entry)
    assert rows(table(tree, "timeline")) == [["14:02", "Triage (Ivo): Set to P1. https://a.example/1"]]
    first = table(tree, "timeline").groups[0].rows[0].cells[1][0]
    assert isinstance(first, Paragraph)
    assert first.inlines[0] == nodes.Strong((Label("Triage", "phase", "warning"),))


@pytest.mark.parametrize(
    ("entry", "shown"),
    [
        ({"phase": "Triage", "event": "x"}, "Triage: x"),
        ({"actor": "Ivo", "event": "x"}, "Ivo: x"),
        ({"phase": "Triage"}, "Triage"),
        ({"phase": "Triage", "event": "- a\n- b"}, "Triage: / a / b"),
        ({"event": "x", "link": "no address"}, "x no address"),
    ],
)
def test_parts_of_an_event_may_be_missing(entry: dict[str, str], shown: str) -> None:
    assert rows(table(document(timeline=[{"time": "14:02", **entry}]), "timeline"))[0][1] == shown


def test_days_are_groups_only_where_there_are_several_or_another() -> None:
    one = document(date="2026-03-14", timeline=[{"time": "14:02", "event": "a"}, {"time": "15:00", "event": "b"}])
    assert [text_of(group.title) for group in table(one, "timeline").groups] == [""]
    two = document(date="2026-03-14", timeline=[{"time": "23:50", "event": "a"}, {"time": "00:10", "event": "b"}])
    assert [text_of(group.title) for group in table(two, "timeline").groups] == [
        "Saturday, 14 March 2026",
        "Sunday, 15 March 2026",
    ]


def test_times_are_shown_in_the_zone_that_the_heading_line_names() -> None:
    entries = [
        {"time": "2026-03-14T12:58Z", "end": "2026-03-14T23:30:15Z", "event": "a"},
        {"time": "ca. 11:20", "event": "b"},
        {"time": "2:02 PM", "event": "c"},
    ]
    tree = document(date="2026-03-14", timezone="Europe/Paris", timeline=entries)
    assert [row[0] for row in rows(table(tree, "timeline"))] == ["13:58 – 2026-03-15 00:30:15", "ca. 11:20", "14:02"]
    assert texts(section(tree, "timeline").blocks[:1]) == (
        "Times in Europe/Paris (CET). Times that could not be converted are shown as written."
    )


def test_days_are_named_where_the_report_names_none_or_another() -> None:
    entries = [{"time": "2026-03-14 14:02", "event": "a"}, {"time": "14:05", "event": "b"}]
    for date in (None, "2026-03-13"):
        groups = table(document(date=date, timeline=entries), "timeline").groups
        assert [text_of(group.title) for group in groups] == ["Saturday, 14 March 2026"]


def test_rows_stand_in_the_order_written_each_under_its_day() -> None:
    entries = [
        {"time": "before", "event": "a"},
        {"time": "2026-03-15 09:00", "event": "b"},
        {"event": "c"},
        {"time": "2026-03-14 14:02", "event": "d"},
        {"time": "2026-03-15", "event": "e"},
    ]
    one = table(document(timeline=entries), "timeline")
    assert [(text_of(group.title), [texts(row.cells[1]) for row in group.rows]) for group in one.groups] == [
        ("", ["a"]),
        ("Sunday, 15 March 2026", ["b", "c"]),
        ("Saturday, 14 March 2026", ["d"]),
        ("Sunday, 15 March 2026", ["e"]),
    ]
    assert [row[0] for row in rows(one)] == ["before", "09:00", "", "14:02", ""]  # the day is named above


def test_dates_alone_are_not_grouped_by_day() -> None:
    entries = [{"time": "2026-03-14", "event": "a"}, {"time": "2026-03-16", "event": "b"}]
    one = table(document(timeline=entries), "timeline")
    assert [text_of(group.title) for group in one.groups] == ["", ""]
    assert [row[0] for row in rows(one)] == ["2026-03-14", "2026-03-16"]


IMPACT = {"time": "13:58", "phase": "Impact", "event": "x"}


@pytest.mark.parametrize(
    ("entry", "shown"),
    [
        ({"time": "14:02"}, "14:02 / +4 min"),
        ({"time": "13:46"}, "13:46 / \N{MINUS SIGN}12 min"),
        ({"time": "13:58"}, "13:58"),
        ({"time": "14:02", "end": "14:30"}, "14:02 – 14:30 / +4 min"),
        ({"time": "14:02", "end": "13:30"}, "14:02 – 13:30"),  # a contradiction
        ({"time": "13:50", "phase": "Detection"}, "13:50"),  # before the impact
        ({"time": "ca. 14:02"}, "ca. 14:02"),
        ({"time": "2026-03-14"}, "2026-03-14"),
        ({}, ""),
    ],
)
def test_only_certain_elapsed_times_are_shown(entry: dict[str, str], shown: str) -> None:
    tree = document(date="2026-03-14", timeline=[IMPACT, {**entry, "event": "x"}])
    assert rows(table(tree, "timeline"))[1][0].replace("\N{NO-BREAK SPACE}", " ") == shown


@pytest.mark.parametrize(
    ("timezone", "time", "shown"),
    [
        ("Europe/Paris", "2026-03-29 02:30", False),  # the clocks skip it
        ("Europe/Paris", "2026-10-25 02:30", False),  # the clocks show it twice
        ("Europe/Paris", "2026-10-25 02:30+01:00", True),
    ],
)
def test_a_doubtful_clock_time_has_no_elapsed_time(timezone: str, time: str, *, shown: bool) -> None:
    impact = {**IMPACT, "time": f"{time[:10]} 00:30"}
    one = table(document(timezone=timezone, timeline=[impact, {"time": time, "event": "x"}]), "timeline")
    elapsed = [block for row in one.groups[0].rows for block in row.cells[0] if getattr(block, "role", "") == "elapsed"]
    assert bool(elapsed) == shown


@pytest.mark.parametrize(("start", "end"), [("2026-10-25 02:30", "03:40"), ("2026-10-26 14:00", "13:50")])
def test_the_band_has_no_elapsed_times_that_the_timeline_withholds(start: str, end: str) -> None:
    times = {"Impact": start, "Mitigation": f"{start[:10]} {end}", "Resolution": f"{start[:10]} 15:00"}
    entries = [{"time": time, "phase": phase, "event": "x"} for phase, time in times.items()]
    tree = document(timezone="Europe/Berlin", summary="x", timeline=entries)
    bands = [block for one in tree.sections for block in one.blocks if isinstance(block, nodes.ImpactBand)]
    assert [flag.elapsed for band in bands for flag in nodes.flags_of(band) if flag.elapsed] == []
    assert bands


def test_an_impact_that_ends_before_it_starts_gives_no_elapsed_times() -> None:
    entries = [IMPACT, {"time": "14:10", "event": "x"}, {"time": "13:40", "phase": "Resolution", "event": "x"}]
    one = table(document(date="2026-03-14", timeline=entries), "timeline")
    assert [row[0] for row in rows(one)] == ["13:58", "14:10", "13:40"]


@pytest.mark.parametrize(
    ("phases", "note"),
    [
        (["Impact", "Detection"], "Times with + or \N{MINUS SIGN} are relative to the start of the impact."),
        (["Detection", "Resolution"], "Times with + or \N{MINUS SIGN} are relative to detection."),
        (["Change", ""], ""),
        (["Impact"], ""),
    ],
)
def test_a_note_says_what_elapsed_times_count_from(phases: list[str], note: str) -> None:
    entries = [{"time": f"14:0{number}", "phase": phase, "event": "x"} for number, phase in enumerate(phases)]
    blocks = section(document(date="2026-03-14", timeline=entries), "timeline").blocks
    assert [texts((block,)) for block in blocks if getattr(block, "role", "") == "elapsed"] == ([note] if note else [])


def test_only_the_rows_of_milestones_have_their_tone() -> None:
    entries = [
        {"time": "13:58", "phase": "Impact", "event": "a"},
        {"time": "14:02", "phase": "Detection", "event": "b"},
        {"time": "14:03", "phase": "Detection", "event": "c"},
        {"time": "14:20", "phase": "Mitigation", "event": "d"},
        {"time": "14:30", "phase": "Investigation", "event": "e"},
        {"time": "14:45", "phase": "Mitigation", "event": "f"},
        {"time": "15:27", "phase": "Resolution", "event": "g"},
        {"time": "15:27", "event": "h"},
    ]
    one = table(document(date="2026-03-14", milestones={"resolved": "15:27"}, timeline=entries), "timeline")
    tones = ["critical", "critical", "neutral", "neutral", "neutral", "caution", "good", "neutral"]
    assert [row.tone for group in one.groups for row in group.rows] == tones
    phases = [row.cells[1][0].inlines[0] for row in one.groups[0].rows[:-1]]  # type: ignore[union-attr]
    assert [phase.children[0].tone for phase in phases] == tones[:-1]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("timezone", "times", "line"),
    [
        (None, ["2026-03-14 14:02"], "All times in UTC."),
        ("Europe/Paris", ["2026-03-29 01:00", "2026-03-29 03:00"], "All times in Europe/Paris (CET, CEST)."),
        ("Asia/Kathmandu", ["2026-03-14 14:02"], "All times in Asia/Kathmandu."),  # which has no abbreviation
        ("UTC+2", ["2026-03-14 14:02"], "All times in UTC+2."),
        ("-0300", ["2026-03-14 14:02Z"], "All times in UTC-3."),
        ("GMT+05:30", ["14:02", "2:05 PM"], "All times in UTC+05:30."),  # also without a date
        ("GMT", ["2026-03-14 14:02 UTC"], "All times in GMT."),
        (
            "Europe/Paris",
            ["ca. 11:20"],
            "Times in Europe/Paris. Times that could not be converted are shown as written.",
        ),
        (
            "Europe/Paris",
            ["14:02 UTC"],
            "Times in Europe/Paris. Times that could not be converted are shown as written.",
        ),
    ],
)
def test_the_zone_is_named_once(timezone: str | None, times: list[str], line: str) -> None:
    tree = document(timezone=timezone, timeline=[{"time": time, "event": "x"} for time in times])
    assert texts(section(tree, "timeline").blocks[:1]) == line


@pytest.mark.parametrize(
    ("entry", "shown"),
    [
        ({"time": "14:02", "end": "14:30"}, "14:02 – 14:30"),
        ({"time": "14:02", "end": "ca. 15:00"}, "14:02 – ca. 15:00"),
        ({"time": "ca. 14:00", "end": "14:30"}, "ca. 14:00 – 14:30"),
        ({"end": "14:30"}, "14:30"),
        ({"time": "23:50", "end": "00:10"}, "23:50 – 2026-03-15 00:10"),
        ({"time": "2026-03-14", "end": "2026-03-16"}, "2026-03-14 – 2026-03-16"),
        ({"time": "14:02:00"}, "14:02:00"),
        ({"time": "2026-03-14T14:02:30+02:00"}, "12:02:30"),
        ({"time": " 9:15\n"}, "09:15"),
    ],
)
def test_ranges_and_times_are_shown_as_exactly_as_they_were_written(entry: dict[str, str], shown: str) -> None:
    tree = document(date="2026-03-14", timeline=[{**entry, "event": "x"}])
    assert rows(table(tree, "timeline"))[0][0] == shown


def test_the_link_of_an_event_follows_its_words_and_not_a_remark_on_them() -> None:
    entry = {"event": "See [the runbook](run.md).", "link": "https://a.example/1"}
    (row,) = table(document(timeline=[entry]), "timeline").groups[0].rows
    assert [texts((block,)) for block in row.cells[1]] == [
        "See the runbook.",
        "Not shown as links (unsupported URLs): the runbook (run.md)",
        "https://a.example/1",
    ]
    assert [block.role for block in row.cells[1] if isinstance(block, Paragraph)] == ["text", "note", "text"]


# ---- analysis, impact, response times, actions


def test_five_whys_are_questions_with_their_answers() -> None:
    tree = document(five_whys=[{"why": "Why A?", "because": "B."}, {"why": "Why B?", "because": "Because of C."}])
    chain = section(tree, "five_whys").blocks[0]
    assert isinstance(chain, List)
    assert (chain.ordered, chain.role) == (True, "whys")
    assert [texts(item.blocks) for item in chain.items] == ["Why A? / Because: B.", "Why B? / Because of C."]


@pytest.mark.parametrize(
    ("why", "shown"),
    [
        ({"why": "Why?"}, ["Why?"]),
        ({"because": "B."}, ["Because: B."]),
        ({"why": "Why?", "because": "because of B."}, ["Why? / because of B."]),
        ({"why": "Why?", "because": "- a\n- b"}, ["Why? / a / b"]),
        ({"why": "Why?\n\nMore.", "because": "B.\n\nC."}, ["Why? / More. / Because: B. / C."]),
        ({"why": "", "because": " "}, []),
    ],
)
def test_a_why_may_lack_its_question_or_its_answer(why: dict[str, str], shown: list[str]) -> None:
    tree = document(five_whys=[why, "Last?"])
    (chain,) = section(tree, "five_whys").blocks
    assert isinstance(chain, List)
    assert [texts(item.blocks) for item in chain.items] == [*shown, "Last?"]


def test_several_root_causes_are_a_list() -> None:
    assert isinstance(section(document(root_cause="one"), "root_cause").blocks[0], Paragraph)
    assert texts(section(document(root_cause=["one", "two"]), "root_cause").blocks) == "one / two"


def test_metrics_of_ones_own_follow_the_templates() -> None:
    tree = document(impact={"Refunds": "3", "sla": "1 %", "x-note": "not shown"})
    assert rows(table(tree, "impact")) == [["SLA impact", "1 %"], ["Refunds", "3"]]


def test_response_times_follow_with_their_definitions() -> None:
    given = {"impact_started": "13:58", "detected": "14:02", "acknowledged": "14:05", "mitigated": "14:45"}
    tree = document(date="2026-03-14", impact={"Refunds": "3"}, milestones={**given, "resolved": "15:27"})
    assert rows(table(tree, "impact")) == [
        ["Refunds", "3"],
        ["Time to detect", "4 min (impact started 13:58 – detected 14:02)"],
        ["Time to acknowledge", "3 min (detected 14:02 – acknowledged 14:05)"],
        ["Time to mitigate", "47 min (impact started 13:58 – mitigated 14:45)"],
        ["Time to resolve", "1 h 29 min (impact started 13:58 – resolved 15:27)"],
        ["Duration", "1 h 25 min (detected 14:02 – resolved 15:27)"],
    ]
    assert ["Duration", "1 h 25 min (from detection to resolution)"] in rows(table(tree, "metadata"))


def test_response_times_over_several_days_tell_the_days() -> None:
    tree = document(milestones={"impact_started": "2026-03-14 23:50", "detected": "00:10", "resolved": "01:00:30"})
    assert [value for _, value in rows(table(tree, "impact"))] == [
        "20 min (impact started 2026-03-14 23:50 – detected 2026-03-15 00:10)",
        "1 h 10 min (impact started 2026-03-14 23:50 – resolved 2026-03-15 01:00:30)",
        "50 min 30 s (detected 2026-03-15 00:10 – resolved 01:00:30)",
    ]


def test_contradictory_milestones_show_no_measure_and_are_a_problem() -> None:
    tree = document(date="2026-03-14", milestones={"detected": "14:02", "resolved": "2026-03-14 13:00"})
    assert "impact" not in [one.id for one in sections_of(tree)]
    assert [problem.path for problem in tree.problems] == ["milestones.resolved"]


def test_without_a_day_nothing_is_called_overdue() -> None:
    items = [{"action": "a", "deadline": "2020-01-01"}, {"action": "b", "status": "Done"}]
    tree = document(action_items=items)
    assert texts(section(tree, "action_items").blocks[:1]) == "1 open, 1 done, 0 dropped."
    assert [row[5] for row in rows(table(tree, "action_items"))] == ["Open", "Done"]


def test_action_items_are_counted_as_of_a_day() -> None:
    items = [
        {"action": "a", "deadline": "2026-04-01", "ticket": ["https://a.example/1", "T-2"], "type": "prevent"},
        {"action": "b", "status": "Done", "details": "More."},
        {"id": "X", "action": "c", "status": "Won't do", "priority": "High", "owner": "Ivo"},
    ]
    tree = document(action_items=items, published="2026-04-02")
    assert texts(section(tree, "action_items").blocks[:1]) == (
        "1 open, of which 1 overdue; 1 done, 1 dropped. Overdue: open, with a deadline before 2 April 2026."
    )
    assert rows(table(tree, "action_items")) == [
        ["AI-1", "a / Ticket: https://a.example/1, T-2 · Type: prevent", "", "", "2026-04-01", "Open Overdue"],
        ["AI-2", "b / More.", "", "", "", "Done"],
        ["X", "c", "Ivo", "High", "", "Won't do"],
    ]


# ---- the appendix


def test_a_long_log_is_shown_with_its_head_and_tail_and_what_is_left_out() -> None:
    lines = [f"line {number}" for number in range(1, 51)]
    tree = document(Limits(log_lines=8), logs=[{"title": "Pool", "text": "\n".join(lines)}])
    head, note, tail = section(tree, "logs").blocks
    assert isinstance(head, nodes.CodeBlock)
    assert isinstance(tail, nodes.CodeBlock)
    assert (head.text.split("\n"), tail.text.split("\n")) == (lines[:6], lines[-2:])
    assert (text_of(head.caption), tail.caption) == ("Log 1. Pool", ())
    assert texts((note,)) == "Lines left out here: 42 of 50."
    assert (head.start, tail.start) == (1, 49)


def test_lines_of_a_log_have_the_numbers_that_they_have_in_its_file() -> None:
    tree = document(Limits(log_lines=4), logs=[{"text": "\n\n" + "\n".join(map(str, range(3, 11))) + "\n\n"}])
    head, _, tail = section(tree, "logs").blocks
    assert isinstance(head, nodes.CodeBlock)
    assert isinstance(tail, nodes.CodeBlock)
    assert [(block.start, block.text.split("\n")[0]) for block in (head, tail)] == [(3, "3"), (10, "10")]


def test_what_is_missing_leaves_a_remark_and_a_problem() -> None:
    tree = document(figures=[{"src": "no.png", "alt": "Errors", "caption": "By minute"}], logs=[{"file": "no.log"}])
    assert texts(section(tree, "figures").blocks) == (
        "Image not shown: no.png. The report has no folder to read files from. Errors / By minute"
    )
    assert "Log not shown: no.log." in texts(section(tree, "logs").blocks)
    assert len(tree.problems) == 2


def test_an_address_is_a_link_and_no_figure() -> None:
    tree = document(figures=[{"src": "https://a.example/x.png", "alt": "Errors"}])
    assert section(tree, "figures").blocks == (
        Paragraph((nodes.Link("https://a.example/x.png", (nodes.Text("Errors"),)),)),
    )
    assert tree.problems == ()


def test_related_incidents_are_linked_by_their_names() -> None:
    tree = document(related_incidents=[{"id": "INC-1", "title": "Pool", "link": "https://a.example", "text": "Why"}])
    assert texts(section(tree, "related_incidents").blocks) == "INC-1 · Pool / Why"


@pytest.mark.parametrize(
    ("incident", "shown"),
    [
        ({"id": "INC-1"}, "INC-1"),
        ({"link": "https://a.example"}, "https://a.example"),
        ({"title": "Pool", "link": "docs/inc.md"}, "Pool (docs/inc.md)"),
        ("Like *last* year", "Like last year"),
    ],
)
def test_a_related_incident_shows_what_is_known_of_it(incident: dict[str, str] | str, shown: str) -> None:
    tree = document(related_incidents=[incident, {}])
    assert texts(section(tree, "related_incidents").blocks) == shown


def test_a_figure_may_be_words_alone() -> None:
    tree = document(figures=["[The dashboard](https://a.example)", {"alt": "Errors"}, {}])
    assert texts(section(tree, "figures").blocks) == "The dashboard / Errors"


FOLD = [
    {"time": "2026-10-25T02:10+02:00", "end": "2026-10-25T00:20Z", "phase": "Impact", "event": "a"},
    {"time": "2026-10-25 02:05 UTC+1", "phase": "Resolution", "event": "b"},
    {"time": "2026-10-25 03:05", "phase": "Monitoring", "event": "c"},
]


def test_times_that_clocks_show_twice_have_their_offset_in_every_table() -> None:
    tree = document(timezone="Europe/Berlin", timeline=FOLD)
    space = "\N{NO-BREAK SPACE}"
    assert [row[0].replace(space, " ") for row in rows(table(tree, "timeline"))] == [
        "02:10 UTC+02:00 – 02:20 UTC+02:00",
        "02:05 UTC+01:00 / +55 min",
        "03:05 / +1 h 55 min",
    ]
    assert [[cell.replace(space, " ") for cell in row] for row in rows(table(tree, "impact"))] == [
        ["Time to resolve", "55 min (impact started 02:10 UTC+02:00 – resolved 02:05 UTC+01:00)"]
    ]
