"""Our own Markdown comes back whole: it renders the same bytes, except for the line of provenance."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from strategies import examples, reports
from whole_reports import list_values, load_whole

from pmexport import Report, import_report, load, render
from pmexport.document.labels import known_languages

ROOT = Path(__file__).parents[3]
CASES = Path(os.environ.get("PMEXPORT_CASES", "cases"))
FILES = sorted([*ROOT.glob("samples/*.yaml"), *CASES.glob("real/*.yaml"), *CASES.glob("small/*.yaml")])
PLAIN = ("title", "id", "severity", "date", "published", "revision", "classification", "tags", "authors")
"""Fields that come back as they were written. Of others, Markdown shows the same in another spelling."""


def without_provenance(markdown: bytes) -> str:
    return re.sub(r"\n[^\n]*pmexport [\d.]+[^\n]*[0-9a-f]{64}[^\n]*\n\Z", "\n", markdown.decode())


def bring_back(report: Report, base: Path | None = None) -> tuple[str, str, Report]:
    """Return the Markdown of a report, that of the report it is read as, with the status set back, and that report."""
    written = render(report, "md", allow_unfinished=True)
    draft = import_report(written, "markdown")
    assert [note for note in draft.notes if note.bin == "not_understood"] == []
    if report.status:
        draft.fields["status"] = report.status
    again = load(draft.fields, base=base)
    return without_provenance(written), without_provenance(render(again, "md", allow_unfinished=True)), again


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_comes_back(path: Path) -> None:
    report = load(path)
    before, after, again = bring_back(report, path.parent)
    assert after == before
    if path.parent.name != "small":
        for name in PLAIN:
            assert getattr(again, name) == getattr(report, name), name
        assert [entry.phase for entry in again.timeline] == [entry.phase for entry in report.timeline]
        assert [one.owner for one in again.action_items] == [one.owner for one in report.action_items]
        assert len(again.sections) == len(report.sections)


@pytest.mark.slow
@examples(4)
@given(reports())
def test_generated_reports_come_back(fields: dict[str, Any]) -> None:
    report = load_whole(fields)
    if report is None:
        return
    expected, after, _ = bring_back(report)
    assert after == expected


@pytest.mark.parametrize("facts", [{}, {"date": "2026-03-14"}, {"severity": "P1", "date": "2026-03-14"}])
@pytest.mark.parametrize(
    "commander",
    [
        {"role": "x", "team": "y"},
        {"role": "\\", "team": "\\"},
        {"role": "x, y", "team": "z"},
        {"team": "y"},
        {"name": "A (B)", "role": "x", "team": "q"},
        {"name": "A, B", "role": "x"},
        {"name": "A \u00b7 B", "role": "x"},
    ],
)
def test_a_commander_comes_back(commander: dict[str, str], facts: dict[str, str]) -> None:
    report = load({"title": "Title", "commander": commander, **facts})
    before, after, again = bring_back(report)
    assert (after, again.commander) == (before, report.commander)


@pytest.mark.parametrize("ticket", ["\u00a0a", "a\u00a0", "\u00a0\\"])
def test_a_ticket_with_a_space_of_its_own_is_shown_once_and_comes_back(ticket: str) -> None:
    before, after, _ = bring_back(load({"title": "T", "action_items": {"action": "x", "ticket": ticket}}))
    assert after == before
    assert f"Ticket: {ticket.replace(chr(92), chr(92) * 2)} |" in before


# ---- after edits by hand

SAMPLE = render(load(ROOT / "samples" / "checkout-outage.yaml"), "md").decode()


def edited(old: str, new: str) -> Report:
    assert old in SAMPLE
    return load(SAMPLE.replace(old, new, 1).encode(), format="markdown")


def test_a_new_paragraph_item_row_and_section_end_up_in_their_fields() -> None:
    paragraph = edited("\n\n| Time to mitigate", "\n\nA new paragraph.\n\n| Time to mitigate")
    assert (paragraph.summary or "").endswith("no order was lost.\n\nA new paragraph.")
    item = edited("\n- A limit that is written nowhere", "\n- A new lesson.\n- A limit that is written nowhere")
    assert item.lessons[1] == "A new lesson."
    row = edited("| 14:07 | **Escalation**", "| 14:06 | **Triage** (Bo): Looked. |\n| 14:07 | **Escalation**")
    assert row.timeline[5].model_dump(exclude_defaults=True) == {
        "time": "14:06", "phase": "Triage", "actor": "Bo", "event": "Looked.",
    }  # fmt: skip
    section = edited("## Background", "## Press\n\nNobody called.\n\n---\n\n## Background")
    assert [(one.title, one.after, one.text) for one in section.sections][1] == (
        "Press", "summary", "Nobody called.",
    )  # fmt: skip
    action = edited("| AI-2 |", "| AI-9 | Write it down.<br>Type: process | Bo |  | 2026-05-01 | Open |\n| AI-2 |")
    assert action.action_items[1].model_dump(exclude_defaults=True) == {
        "id": "AI-9", "action": "Write it down.", "owner": "Bo", "deadline": "2026-05-01", "status": "Open",
        "type": "process",
    }  # fmt: skip


LEAD = "led by Ana Ruiz \u00b7 Post-Mortem / Root Cause Analysis Report"
CAPTION = "14 March 2026, Europe/Paris (CET)."
COUNTS = "6 open, of which 1 overdue; 1 done, 1 dropped. Overdue: open, with a deadline before 19 March 2026."


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (LEAD, f"{LEAD}\n\nRead this first."),
        (LEAD, f"{LEAD}\n\n### Note\n\nRead this first.\n\n- Really"),
        (LEAD, f"Read this first. {LEAD}"),
        (CAPTION, f"{CAPTION}\n\nRead this first."),
        (CAPTION, f"{CAPTION}\n\n- Read this first.\n\n> Really"),
        (CAPTION, f"{CAPTION} Read this first."),
        ("| Milestone | Time", "Read this first, Paris.\n\n| Milestone | Time"),
        (COUNTS, "Read this first."),
        (COUNTS, f"{COUNTS} Read this first."),
        ("All times in Europe/Paris (CET).", "All times in Europe/Paris (CET). Read this first."),
        ("All times in Europe/Paris (CET).", "All times in Europe/Paris (CET).\nRead this first."),
    ],
)
def test_text_beside_what_pmexport_writes_is_kept(old: str, new: str) -> None:
    draft = import_report(SAMPLE.replace(old, new, 1).encode(), "markdown")
    written = render(draft.report, "md").decode()
    for words in ("Read this first", "Really"):
        assert written.count(words) == new.count(words)
    unchanged = load(SAMPLE.encode(), format="markdown")
    assert (draft.report.timezone, draft.report.action_items) == ("Europe/Paris", unchanged.action_items)
    assert draft.report.date == unchanged.date
    assert (draft.report.timeline, draft.report.milestones) == (unchanged.timeline, unchanged.milestones)


def test_a_paragraph_at_the_end_that_only_begins_like_our_last_line_is_kept() -> None:
    report = load((without_provenance(SAMPLE.encode()) + "\nGenerated by hand.\n").encode(), format="markdown")
    assert b"Generated by hand." in render(report, "md")


@pytest.mark.parametrize("last", ["last line", "~~~", "```sh"])
def test_a_log_whose_fence_is_not_closed_keeps_its_last_line(last: str) -> None:
    report = edited(SAMPLE[SAMPLE.index("### Relevant Logs") :], f"### Relevant Logs\n\n```text\nfirst\n{last}\n")
    assert [log.text for log in report.logs] == [f"first\n{last}"]


@pytest.mark.parametrize("group", ["Root Cause Analysis", "Appendix"])
@pytest.mark.parametrize("text", ["A sentence.", "- A sentence.\n- Another", "A sentence.\n\n| a |\n| - |\n| b |"])
def test_text_below_the_heading_of_a_group_is_a_section(group: str, text: str) -> None:
    report = edited(f"## {group}\n", f"## {group}\n\n{text}\n")
    key = group.lower().replace(" ", "_")
    assert (group, key, text) in [(one.title, one.after, one.text) for one in report.sections]
    assert render(report, "md")


REPEATED = [
    (
        *("Executive Summary", "Background", "What happened", "Trigger", "Resolution", "Root Cause", "Detection"),
        *("Contributing Factors", "What Went Well", "Lessons Learned"),
    ),
    ("A zebra sentence.", "- A zebra\n- B", "1. zebra"),
]


def section_of(title: str) -> str:
    """Return the source of a section of the sample."""
    found = re.search(rf"^##+ {re.escape(title)}\n.*?(?=\n(?:---|#+ ))", SAMPLE, re.DOTALL | re.MULTILINE)
    assert found, title
    return found[0]


def all_texts(report: Report) -> str:
    return "\n".join(str(text) for text in list_values(report.model_dump()))


@pytest.mark.slow
@pytest.mark.parametrize("title", REPEATED[0])
@pytest.mark.parametrize("text", REPEATED[1])
@pytest.mark.parametrize("is_first", [True, False])
def test_a_repeated_section_keeps_both(title: str, text: str, *, is_first: bool) -> None:
    whole = section_of(title)
    head = whole.partition("\n")[0]
    more = f"{head}\n\n{text}\n"
    report = edited(whole, f"{more}\n{whole}" if is_first else f"{whole}\n\n{more}")
    before = load(SAMPLE.encode(), format="markdown")
    said = all_texts(report)
    assert "zebra" in said
    assert {*re.findall(r"\w+", all_texts(before))} <= {*re.findall(r"\w+", said)}


STRUCTURED = {
    "Timeline": ("timeline", "- 09:00 zebra", "A zebra story.", "| Time | Event |\n| --- | --- |\n| 09:00 | zebra |",
                 "All times in UTC.\n\n| Time | Event |\n| --- | --- |\n| 09:00 | zebra |"),
    "5 Whys Analysis": ("five_whys", "1. zebra?\n   - Because: x", "A zebra story."),
    "Impact Assessment": ("impact", "| Metric | Value |\n| --- | --- |\n| **Users affected** | zebra |", "A zebra."),
    "Action Items": ("action_items", "- zebra", "A zebra story."),
    "Relevant Logs": ("logs", "```\nzebra\n```", "A zebra story."),
    "Relevant Metrics / Graphs": ("figures", "![zebra](zebra.png)", "A zebra story."),
    "Related Incidents": ("related_incidents", "- zebra", "A zebra story."),
    "Incident Metadata": ("responders", "| Field | Value |\n| --- | --- |\n| **Severity** | zebra |",
                          "A zebra story."),
}  # fmt: skip
SECOND = [(title, text) for title, (_, *texts) in STRUCTURED.items() for text in texts]


@pytest.mark.slow
@pytest.mark.parametrize(("title", "text"), SECOND)
@pytest.mark.parametrize("is_first", [True, False])
def test_a_repeated_table_or_list_keeps_both(title: str, text: str, *, is_first: bool) -> None:
    whole, field = section_of(title), STRUCTURED[title][0]
    more = f"{whole.partition(chr(10))[0]}\n\n{text}\n"
    report = edited(whole, f"{more}\n{whole}" if is_first else f"{whole}\n\n{more}")
    before = load(SAMPLE.encode(), format="markdown")
    assert "zebra" in all_texts(report)
    assert {*re.findall(r"\w+", all_texts(before))} <= {*re.findall(r"\w+", all_texts(report))}
    if isinstance(getattr(before, field), tuple):
        assert len(getattr(report, field)) >= len(getattr(before, field))


def test_a_repeated_row_of_the_metadata_keeps_both() -> None:
    row = "| **Severity** | P1 |"
    report = edited(row, f"{row}\n| **Severity** | P2, later |")
    assert report.severity == "P1"
    assert "P2, later" in all_texts(report)


def test_a_section_that_lost_our_form_is_read_like_anybodys() -> None:
    start = SAMPLE.index("| Time | Event |")
    table = SAMPLE[start : SAMPLE.index("\n\n---", start)]
    report = edited(table, "- 14:02 Alert\n- 14:26 Rollback")
    assert [(entry.time, entry.event) for entry in report.timeline][-2:] == [("14:02", "Alert"), ("14:26", "Rollback")]


def test_a_final_report_comes_back_in_review() -> None:
    assert load(SAMPLE.encode(), format="markdown").status == "in_review"


def test_a_status_that_is_none_stays_visible() -> None:
    written = render({"title": "T", "id": "INC-1", "status": "in_review"}, "md").decode()
    draft = import_report(
        written.replace("| **Status** | In Review |", "| **Status** | Waiting for legal |").encode(), "markdown"
    )
    assert (draft.report.id, draft.report.stage) == ("INC-1", "draft")
    assert "Waiting for legal" in render(draft.report, "md").decode()


UNKNOWN_ZONES = {
    "all without a zone": [("23:50", "Impact"), ("00:20", "Resolved")],
    "one with an offset": [
        ("14:02", "Impact"),
        ("14:10 UTC+2", "x"),
        ("2026-03-14T15:00:20+05:30", "y"),
        ("15:30", "Fixed"),
    ],
    "more milestones with an offset": [
        ("14:02Z", "Impact"),
        ("14:10", "x"),
        ("16:10+02:00", "Detected"),
        ("18:00", "y"),
    ],
    "one with an abbreviation": [("14:02", "Impact"), ("9:05 AM PST", "Resolved")],
    "no clock times": [("2026-03-14", "Impact"), ("ca. 14:00", "Resolved")],
}


@pytest.mark.parametrize("language", known_languages())
@pytest.mark.parametrize("name", UNKNOWN_ZONES)
def test_a_zone_that_nobody_knows_comes_back_in_every_language(name: str, language: str) -> None:
    timeline = [{"time": time, "phase": phase, "event": "e"} for time, phase in UNKNOWN_ZONES[name]]
    fields = {"title": "T", "date": "2026-03-14", "language": language, "timezone": "unknown", "timeline": timeline}
    before, after, again = bring_back(load(fields))
    assert (after, again.timezone) == (before, "unknown")


@pytest.mark.parametrize("language", known_languages())
@pytest.mark.parametrize("zone", ["unknown", "Europe/Paris", "UTC+2", None])
def test_the_zone_of_milestones_without_a_timeline_comes_back(zone: str | None, language: str) -> None:
    milestones = {"impact_started": "2026-03-14 14:02", "resolved": "2026-03-14 15:30"}
    fields = {"title": "T", "language": language, "timezone": zone, "milestones": milestones, "summary": "s"}
    before, after, again = bring_back(load(fields))
    assert (after, again.timezone) == (before, zone)


def test_our_own_document_without_its_note_on_the_zone_has_none() -> None:
    written = render(Report(title="T", date="2026-03-14", timeline=[{"time": "14:02", "event": "e"}]), "md").decode()
    assert load(written.encode(), format="markdown").timezone is None
    edited = written.replace("All times in UTC.\n\n", "")
    assert edited != written
    assert load(edited.encode(), format="markdown").timezone == "unknown"


@pytest.mark.parametrize(
    "code", ["``` ``\\ ```", "```` ``` ````", "``` a` ```", "```sh\na\n```", "~~~\na\n~~~", "``` `"]
)
def test_code_that_begins_like_a_fence_comes_back(code: str) -> None:
    before, after, _ = bring_back(Report(title="T", action_items=[{"action": "a", "details": code}], lessons=[code]))
    assert after == before
