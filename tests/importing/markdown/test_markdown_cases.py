"""Markdown in many layouts, each a file beside the report that it must become. `UPDATE=1` writes these anew."""

from __future__ import annotations

import base64
import html
import os
import re
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from import_figures import check_lines, measure_file

from pmexport import import_report, load, render
from pmexport.report.moments import resolve_times

CASES = sorted((Path(__file__).parent / "cases").glob("*.md"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_it_becomes_this_report(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    expected = path.with_suffix(".yaml")
    written = import_report(path.name).to_yaml()
    if "UPDATE" in os.environ:
        expected.write_text(written, "utf-8")
    assert written == expected.read_text("utf-8")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_yaml_is_the_draft_and_renders(path: Path) -> None:
    draft = import_report(path)
    again = load(draft.to_yaml().encode(), format="yaml")
    assert again.model_dump() == draft.report.model_dump()
    assert render(again, "md") == render(load(path), "md")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_line_is_in_one_bin_and_no_word_is_lost(path: Path) -> None:
    _, figures, draft = measure_file(path)
    check_lines(path, draft.notes)
    assert figures.unclear == 0
    assert not {word for word in figures.lost if len(word) > 1}  # a shorter one is the label of a footnote


def test_headings_of_the_users_own_come_first(run: Run, tmp_path: Path) -> None:
    (tmp_path / "headings.toml").write_text('resolution = ["How Bob saved us"]\nlessons = ["Summary"]\n', "utf-8")
    (tmp_path / "a.md").write_text("# T\n\n## How Bob saved us\n\nRestart.\n\n## Summary\n\nLearn.\n", "utf-8")
    assert run("import", "a.md", "--headings", "headings.toml").code == 0
    report = load(tmp_path / "a.yaml")
    assert (report.resolution, report.lessons, report.summary, report.sections) == ("Restart.", ("Learn.",), None, ())


def test_keys_of_a_front_matter_without_a_field_are_named() -> None:
    draft = import_report(b"---\ntitle: Down\nweight: 10\nlayout: post\n---\n# Search is down\n", "markdown")
    assert draft.fields["x-front-matter"] == {"weight": "10", "layout": "post", "title": "Down"}
    (problem,) = draft.problems
    assert problem.message.endswith("`x-front-matter`, which no document shows: weight, layout, title.")


@pytest.mark.parametrize(
    ("lines", "times"),
    [
        (["2023-09-18 15.26 it broke", "2023-09-18 15:30 over"], ["2023-09-18 15.26", "2023-09-18 15:30"]),
        (["**2023-09-18** 15:12 a", "2023-09-18 15.26 - b"], ["2023-09-18 15:12", "2023-09-18 15.26"]),
        (["2023-09-18 15.26 it broke", "2023-09-19 over"], ["2023-09-18", "2023-09-19"]),
        (["2023-09-18 10.15 is released", "10:20 over"], ["2023-09-18", "10:20"]),
        (["2023-09-18 15.2 it broke", "2023-09-18 15:30 over"], ["2023-09-18", "2023-09-18 15:30"]),
    ],
)
@pytest.mark.parametrize("form", ["- {}\n- {}", "{}\n\n{}", "{}<br>{}"])
def test_a_time_with_a_point_is_a_time_if_all_dates_have_one(lines: list[str], times: list[str], form: str) -> None:
    draft = import_report(f"# T\n\n## Timeline\n\n{form.format(*lines)}\n".encode(), "markdown")
    assert [entry["time"] for entry in draft.fields["timeline"]] == times


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("## Summary\n\nx", "2026-03-14 search outage"),
        ("---\ntitle: Down\n---\n# Down\n", "Down"),
        ("## Summary", "2026-03-14 search outage"),
    ],
)
def test_a_title_is_never_invented(text: str, title: str, tmp_path: Path) -> None:
    path = tmp_path / "2026-03-14_search-outage.md"
    path.write_text(text, "utf-8")
    assert load(path).title == title


def test_what_is_not_certain_is_not_set() -> None:
    text = (
        "# T\n\n## Timeline (times in CET)\n\n### May 12\n\n- 14:02 a\n\n## Action items\n\n- Ask Bo about it by May\n"
    )
    report = load(text.encode(), format="markdown")
    assert (report.date, report.timezone) == (None, None)
    assert [entry.time for entry in report.timeline] == ["May 12 14:02"]
    assert report.action_items[0].model_dump(exclude_defaults=True) == {"action": "Ask Bo about it by May"}


@pytest.mark.parametrize("status", ["Final", "Published", "Approved"])
def test_the_status_is_never_final(status: str) -> None:
    assert load(f"# T\n\n**Status:** {status}\n".encode(), format="markdown").stage == "in_review"


def test_a_date_in_the_front_matter_that_is_after_the_incident_is_that_of_publication() -> None:
    text = "---\ntitle: T\ndate: 2026-03-20\n---\n\n## Timeline\n\n- 2026-03-14 14:02 a\n"
    report = load(text.encode(), format="markdown")
    assert (report.date, report.published) == (None, "2026-03-20")


# ---- hostile and broken files


@pytest.mark.parametrize(
    "data",
    [b"\xff\xfe\x00", b"\x89PNG\r\n\x1a\n\x00\x00", b"- " * 200 + b"x", b">" * 500 + b" x", b"# T\xff\n"],
    ids=["cut", "binary", "lists", "quotes", "bytes"],
)
def test_a_file_that_cannot_be_read_is_one_clear_error(data: bytes, run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(data)
    ended = run("import", "a.md")
    assert ended.code == 1
    assert ended.err.startswith("error: a.md:")
    assert ended.err.count("error: ") == 1
    assert not (tmp_path / "a.yaml").exists()


HOSTILE = [
    "---\na: [\n---\n# T",
    "---\n- x\n---\n",
    "+++\nx = \n+++\n",
    "---\n" + "a: &a [x]\n" * 3 + "b: *a\n---\n",
    "# T\n\n```\n",
    "| a |\n|--",
    "# T\n\n## Timeline\n\n| Time | Event |\n|---|---|\n| 14:02 |\n|",
    "# \n\n## \n\n- \n- [ ]\n1.\n",
    "# T\n\n[^1]: x\n\n[^1]",
    "# T\n\n## Impact\n\n| a | b |\n|---|---|\n| | |\n| x | |\n| | y |\n",
    "# T\n\n## Action items\n\n###\n\n- [x]\n",
    "# T\n\n## Timeline\n\n- 99:99 x\n- 14:02-14:01 y\n- 14:02\n",
    "# {{ 7*7 }}\n\n## Summary\n\n<script>alert(1)</script> ../../etc/passwd",
    "# T\n\n<!-- open\n\n## Summary\n\nx",
    "\ufeff# T\n\n## Summary\n\nx\r\ny\r\n",
    "# T\n\n## Timeline\n\n- 14:02 a\n\n## Timeline\n\n| Time | Event |\n|---|---|\n| ![](x.png) |  |\n",
    "# T\n\n## Timeline\n\n- 14:02 a\n\n## B: timeline\n\n| Time | Event |\n|---|---|\n| ![](x.png) |  |\n| 14:03 |\n",
    "**Summary:** a\n\n**Impact**\n\n**:** x\n",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_odd_texts_are_drafts_without_loss(text: str) -> None:
    draft = import_report(text.encode(), "markdown")
    assert draft.report.title
    assert [note.bin for note in draft.notes if note.bin == "not_understood"] == []
    again = load(draft.to_yaml().encode(), format="yaml").model_dump()
    assert again == draft.report.model_dump()
    render(draft.report, "html")


def test_an_image_in_the_column_of_times_is_kept() -> None:
    rows = "| Time | Event |\n|---|---|\n| ![](x.png) | a |\n| 14:03 | b |\n"
    report = load(f"# T\n\n## Timeline\n\n{rows}".encode(), format="markdown")
    assert [(entry.time, entry.event) for entry in report.timeline] == [(None, "a\n\n![](x.png)"), ("14:03", "b")]


@pytest.mark.parametrize("count", [50])
def test_times_of_many_timelines_are_resolved_once(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0

    def counted(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        return resolve_times(*args)

    monkeypatch.setattr("pmexport.importing.markdown.timeline_sections.resolve_times", counted)
    parts = (f"## Timeline\n\n- 2026-03-14 14:{minute:02} a\n\n" for minute in range(count))
    marked = "## Timeline\n\n- 2026-03-14 15:00 **OUTAGE BEGINS** b\n\n"
    draft = import_report(f"# T\n\n{marked}{''.join(parts)}".encode(), "markdown")
    assert (len(draft.fields["timeline"]), calls) == (count + 1, 1)
    assert draft.fields["milestones"] == {"impact_started": "2026-03-14 15:00"}


@pytest.mark.parametrize(
    ("heading", "zone", "named"),
    [
        ("Timeline (Who/What)", "unknown", None),
        ("Timeline (EVENT)", "unknown", None),
        ("Timeline (UTC)", "UTC", None),
        ("Timeline (UTC+2)", "UTC+2", None),
        ("Timeline (GMT-03:30)", "GMT-03:30", None),
        ("Timeline (UTC+25)", "unknown", None),
        ("Timeline (Europe/Paris)", "Europe/Paris", None),
        ("Timeline (America/Argentina/Buenos_Aires)", "America/Argentina/Buenos_Aires", None),
        ("Timeline (all times PST)", "unknown", "PST"),
        ("Timeline (ET)", "unknown", "ET"),
        ("Timeline (times in UTC and CET)", "unknown", "UTC and CET"),
        ("Timeline\n\nAll times are in UTC-5.", "UTC-5", None),
        ("Timeline (UTC)\n\nAll times are in CET.", "unknown", "CET"),
        ("Zeitverlauf\n\nAlle Zeiten in UTC+2.", "UTC+2", None),
        ("Chronologie\n\nToutes les heures sont en Europe/Paris.", "Europe/Paris", None),
        ("タイムライン\n\n時刻はすべてAsia/Tokyoです。", "Asia/Tokyo", None),
        ("时间线\n\n所有时间均为 UTC+8。", "UTC+8", None),
        ("Timeline\n\nMeet at the ops room (UTC).", "unknown", None),
    ],
)
def test_a_zone_is_taken_if_it_is_certain_and_named_if_it_is_not(heading: str, zone: str, named: str | None) -> None:
    draft = import_report(f"# T\n\n## {heading}\n\n- 10:42 a\n- 10:50 b\n".encode(), "markdown")
    assert draft.fields.get("timezone") == zone
    assert [note.reason.partition(", which")[0] for note in draft.notes if "It says" in note.reason] == (
        [f"It says {named}"] if named else []
    )


def read_zones(text: str) -> tuple[str | None, list[str], str]:
    """Return the zone of a Markdown file, its entries, and what is in its section of further facts."""
    report = load(text.encode(), format="markdown")
    events = [f"{entry.time} {entry.event}" for entry in report.timeline]
    return report.timezone, events, "\n".join(one.text or "" for one in report.sections)


ROWS = "- 10:42 a\n- 10:50 b\n"


@pytest.mark.parametrize(
    ("text", "zone", "shown"),
    [
        (f"## Timeline (all times PST)\n\n{ROWS}", "unknown", "- **Time zone:** PST"),
        (f"## Zeitverlauf (MEZ)\n\n{ROWS}\n## Zusammenfassung\n\nx\n", "unknown", "- **Zeitzone:** MEZ"),
        (f"## Zeitverlauf (CET)\n\n{ROWS}\n## Zusammenfassung\n\nx\n", "unknown", "- **Zeitzone:** CET"),
        ("## Timeline\n\n| Time (CET) | Event |\n|-|-|\n| 10:42 | a |\n", "unknown", "- **Time zone:** CET"),
        (
            f"## Timeline (UTC)\n\n{ROWS}\n## Timeline (PST)\n\n{ROWS}",
            "unknown",
            "**Time zone:** UTC\n- **Time zone:** PST",
        ),
        (f"**Date:** 2026-03-14\n**Time zone:** Europe/Paris\n\n## Timeline\n\n{ROWS}", "Europe/Paris", ""),
        (f"**Date:** 2026-03-14\n**Time zone:** Europe/Paris\n\n## Timeline (CET)\n\n{ROWS}", "Europe/Paris", ""),
        (f"**Date:** 2026-03-14\n**Time zone:** PST\n\n## Timeline\n\n{ROWS}", "unknown", "- **Time zone:** PST"),
        (f"---\ntimezone: Asia/Tokyo\n---\n\n## Timeline\n\n{ROWS}", "Asia/Tokyo", ""),
        (
            f"---\ntimezone: Asia/Tokyo\n---\n\n## Timeline (PST)\n\n{ROWS}",
            "unknown",
            "Asia/Tokyo\n- **Time zone:** PST",
        ),
        ("**Date:** 2026-03-14\n**Detected:** 2026-03-14 10:42\n", "unknown", ""),
        ("**Date:** 2026-03-14\n**Detected:** 2026-03-14 10:42 UTC\n", None, ""),
        ("## Timeline (PST)\n\n- 2026-03-14 10:42 UTC - a\n- 2026-03-14 10:50 UTC - b\n", None, ""),
        (f"All times are in UTC.\n\n## Timeline\n\n{ROWS}", "UTC", ""),
        (f"**Date:** 2026-03-14 (all times UTC+2)\n**Severity:** P1\n\n## Timeline\n\n{ROWS}", "UTC+2", ""),
        (
            f"## Timeline\n\n{ROWS}\n## Notes\n\nToutes les heures sont en heure de Paris (Europe/Paris).\n",
            "Europe/Paris",
            "Toutes les heures",
        ),
        (f"## 타임라인\n\n{ROWS}\n## 요약\n\n모든 시각은 Asia/Seoul 기준입니다.\n", "Asia/Seoul", ""),
        (f"All times are in PST.\n\n## Timeline\n\n{ROWS}", "unknown", ""),
        (f"All times are in UTC, or in UTC+2.\n\n## Timeline\n\n{ROWS}", "unknown", ""),
        (f"<!-- All times in UTC -->\n\n## Timeline\n\n{ROWS}", "unknown", ""),
        (f"Not at all times was UTC used.\n\n## Timeline\n\n{ROWS}", "unknown", ""),
    ],
)
def test_what_a_file_says_about_its_zone_stays_visible(text: str, zone: str | None, shown: str) -> None:
    found, _, facts = read_zones(f"# T\n\n{text}" if text[0] != "-" else text)
    assert (found, shown in facts, bool(facts)) == (zone, True, bool(shown))


@pytest.mark.parametrize(
    ("header", "zone", "event"),
    [
        ("Time (PST) | Time (UTC)", "UTC", "18:00 a\n\n**Time (PST):** 10:00"),
        ("Time (UTC) | Time (PST)", "UTC", "10:00 a\n\n**Time (PST):** 18:00"),
        ("Time (PST) | Time (CET)", "unknown", "10:00 a\n\n**Time (CET):** 18:00"),
        ("Time | Time (UTC)", "UTC", "10:00 18:00 a"),
    ],
)
def test_of_two_columns_of_the_same_times_the_one_whose_zone_is_certain_is_taken(
    header: str, zone: str, event: str
) -> None:
    text = f"# T\n\n## Timeline\n\n| {header} | Event |\n|-|-|-|\n| 10:00 | 18:00 | a |\n"
    assert read_zones(text)[:2] == (zone, [event])


@pytest.mark.parametrize(
    ("times", "noted"),
    [("10:42", True), ("2026-05-07 10:42", True), ("10:42Z", False), ("10:42+02:00", False), ("2026-05-07", False)],
)
def test_a_note_says_that_no_zone_is_written(times: str, noted: bool) -> None:
    draft = import_report(f"# T\n\n## Timeline\n\n- {times} - a\n- {times} - b\n".encode(), "markdown")
    assert [note.reason for note in draft.notes if note.reason] == (
        ["No time zone is written. `timezone` is unknown until you set it, for example to Europe/Paris."]
        if noted
        else []
    )
    assert draft.fields.get("timezone") == ("unknown" if noted else None)


@pytest.mark.parametrize(
    "table", ["| Name | Notes |\n|---|---|\n| Ana | |\n| Bo | late |", "| Who | Name |\n|-|-|\n| A | B |"]
)
def test_a_table_of_people_with_other_cells_stays_a_table(table: str) -> None:
    draft = import_report(f"# T\n\n## Responders\n\n{table}\n".encode(), "markdown")
    assert "responders" not in draft.fields
    assert draft.fields["sections"][0]["text"] == table


SIGNS = [*" \xa0([*_`:)/", "\N{EM DASH}", "x -", "[a](", " <br", " and"]


@pytest.mark.slow
@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize(
    "form",
    [
        "## Timeline\n\n- {}a", "## Timeline\n\n- 10:42 {}a", "## Action items\n\n- {}a", "## {}a\n\nx",
        "Authors: x{}a", "## Action items\n\n| Action | Ticket |\n|---|---|\n| a | x{}a |",
    ],
)  # fmt: skip
def test_a_sign_that_is_repeated_does_not_take_long(form: str, sign: str) -> None:
    """A pattern that tries each of the signs as a start, or shares them out in all ways, would not end here."""
    assert import_report(f"# T\n\n{form.format(sign * 5000)}\n".encode(), "markdown").report.title == "T"


# ---- what Google Docs writes

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def test_an_image_in_the_file_is_shown_and_saved(run: Run, tmp_path: Path) -> None:
    text = f"# T\n\n## Summary\n\n![A pixel][image1]\n\n[image1]: <data:image/png;base64,{PIXEL}>\n"
    (tmp_path / "a.md").write_text(text, "utf-8")
    draft = import_report(tmp_path / "a.md")
    assert draft.fields["summary"] == "![A pixel][image1]\n\n[image1]: pictures/image1.png"
    assert b"not shown" not in render(draft.report, "html")
    assert run("import", "a.md", "--pictures", "img").code == 0
    assert (tmp_path / "img" / "image1.png").read_bytes() == base64.b64decode(PIXEL)
    assert b"not shown" not in render(load(tmp_path / "a.yaml"), "html")


@pytest.mark.parametrize(
    "data", ["data:image/png;base64,abc", "data:text/html;base64,YWJj", "data:image/svg+xml;base64,YQ=="]
)
def test_another_data_address_stays_a_text(data: str) -> None:
    draft = import_report(f"# T\n\n## Summary\n\n![A][i]\n\n[i]: <{data}>\n".encode(), "markdown")
    assert (draft.files, draft.fields["summary"]) == ({}, f"![A][i]\n\n[i]: <{data}>")


@pytest.mark.parametrize(
    "contents",
    [
        "[Impact](#impact)\n\n[Lessons](#lessons)",
        "- [Impact](#impact)\n  - [a](#a)",
        "## Contents\n\n1. [Impact](#impact)",
        "[[_TOC_]]",
        "## Contents\n\n[TOC]",
        "{{toc}}",
    ],
)
def test_a_table_of_contents_is_left_out(contents: str) -> None:
    text = f"# T\n\n{contents}\n\n## Impact {{#1.-impact++}}\n\nNone.\n\n## Foo\n\n[a](#b)\n\ntext\n"
    draft = import_report(text.encode(), "markdown")
    assert draft.fields == {
        "title": "T",
        "user_impact": "None.",
        "sections": [{"title": "Foo", "after": "impact", "text": "[a](#b)\n\ntext"}],
    }
    reasons = {note.reason for note in draft.notes if note.bin == "left_out"}
    assert reasons == {"A table of contents is not content."}


@pytest.mark.parametrize(
    ("line", "time", "event"),
    [
        ("10:42 \\- it broke", "10:42", "it broke"),
        ("\\~10:42: it \\- broke", "~10:42", "it \\- broke"),
        ("10:42 \\-\\- it broke", "10:42", "-- it broke"),
        ("it broke \\- again", None, "it broke \\- again"),
    ],
)
def test_escaped_marks_around_a_time_are_marks(line: str, time: str | None, event: str) -> None:
    draft = import_report(f"# T\n\n## Timeline\n\n- {line}\n- 10:50 over\n".encode(), "markdown")
    assert (draft.fields["timeline"][0].get("time"), draft.fields["timeline"][0]["event"]) == (time, event)


@pytest.mark.parametrize(
    ("written", "person"),
    [
        ("[Ana Ruiz](mailto:ana@example.com)", "Ana Ruiz (ana@example.com)"),
        ("Ana Ruiz (@ana)", "Ana Ruiz (@ana)"),
        ("[Ana](https://example.com/ana)", "Ana (https://example.com/ana)"),
        ("Ana Ruiz (DB on-call)", {"name": "Ana Ruiz", "role": "DB on-call"}),
    ],
)
def test_an_address_is_not_a_role(written: str, person: object) -> None:
    draft = import_report(f"# T\n\nIncident commander: {written}\n".encode(), "markdown")
    assert draft.fields["commander"] == person


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Ana (DB and API), Bo", [{"name": "Ana", "role": "DB and API"}, "Bo"]),
        ("Ana and Bo / Cy; Di", ["Ana", "Bo", "Cy", "Di"]),
        ("Ana (a / b), , Bo (c", [{"name": "Ana", "role": "a / b"}, "Bo (c"]),
    ],
)
def test_names_are_separated_outside_parentheses(written: str, names: list[object]) -> None:
    assert import_report(f"# T\n\nAuthors: {written}\n".encode(), "markdown").fields["authors"] == names


LONG = "because every request to the checkout failed in both regions for an hour"


@pytest.mark.parametrize(
    ("label", "value", "taken"),
    [
        ("Severity", f"SEV-2 ({LONG})", {"severity": "SEV-2"}),
        ("Severity", LONG, {}),
        ("Severity", "SEV-2 (checkout)", {"severity": "SEV-2 (checkout)"}),
        ("Date", f"2026-05-07 14:00 UTC, {LONG}", {"date": "2026-05-07"}),
        ("Date", f"2026-05-07 to 2026-05-08, {LONG}", {}),
        ("Date", f"unknown, {LONG}", {}),
    ],
)
def test_of_a_long_fact_only_what_is_certain_is_taken(label: str, value: str, taken: dict[str, str]) -> None:
    fields = import_report(f"# T\n\n{label}: {value}\nAuthors: Ana\n".encode(), "markdown").fields
    assert {key: fields[key] for key in ("severity", "date") if key in fields} == taken
    shown = [section["text"] for section in fields.get("sections", ())]
    assert shown == ([f"- **{label}:** {value}"] if len(value) > 60 else [])


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (("24-10-2025", "03-11-2025"), ["2025-10-24", "2025-11-03"]),
        (("10/24/2025", "11/03/2025"), ["2025-10-24", "2025-11-03"]),
        (("24.10.2025", "3.11.2025"), ["2025-10-24", "2025-11-03"]),
        (("02-03-2025", "03-11-2025"), []),  # nothing says which is the day
        (("24-10-2025", "11-24-2025"), []),  # not the same in all of them
        (("31-02-2025", "24-10-2025"), ["2025-10-24"]),
    ],
)
@pytest.mark.parametrize(
    "layout", ["- {} {} - a\n- {} {} - b\n", "| Time | Event |\n|-|-|\n| {} {} | a |\n| {} {} | b |\n"]
)
def test_a_date_in_digits_is_read_if_the_file_shows_which_part_is_the_day(
    dates: tuple[str, str], expected: list[str], layout: str
) -> None:
    text = layout.format(dates[0], "10:42", dates[1], "10:50")
    report = load(f"# T\n\n## Timeline\n\n{text}".encode(), format="markdown")
    shown = render(report, "md").decode()
    assert [entry.time for entry in report.timeline if entry.time and entry.time[:4] == "2025"] == [
        f"{day} {clock}" for day, clock in zip(expected, ["10:42", "10:50"][-len(expected) :], strict=False)
    ]
    assert [date in shown for date in dates] == [len(expected) == 0, not expected] or "31-02-2025" in shown


@pytest.mark.parametrize("between", [" - ", " \N{EN DASH} ", " @ ", " "])
@pytest.mark.parametrize("mark", ["", "**"])
def test_a_date_and_a_clock_time_may_have_a_sign_between_them(between: str, mark: str) -> None:
    rows = "".join(f"- {mark}2026-03-14{between}10:4{number}{mark} - a\n" for number in range(3))
    report = load(f"# T\n\n## Timeline\n\n{rows}".encode(), format="markdown")
    assert [(entry.time, entry.event) for entry in report.timeline] == [
        (f"2026-03-14 10:4{number}", "a") for number in range(3)
    ]


@pytest.mark.parametrize(
    ("table", "fields"),
    [
        (
            "| Severity | Cases raised | Data loss | Duration |\n|-|-|-|-|\n| P1 | 3 | none | 2h |\n",
            ("P1", "2h", {"data_loss": "none", "Cases raised": "3"}),
        ),
        ("| Severity | Duration |\n|-|-|\n| P1 | 2h |\n", ("P1", "2h", {})),
        ("| Severity | Duration | Data loss |\n|-|-|-|\n| P1 | 2h | none |\n", ("P1", "2h", {"data_loss": "none"})),
        ("| Severity | P1 | Duration | 2h |\n|-|-|-|-|\n| Data loss | none | Revenue | 5 |\n",
         ("P1", "2h", {"data_loss": "none", "Revenue": "5"})),
        ("| Region | Requests | Errors | Share |\n|-|-|-|-|\n| EU | 100 | 3 | 3% |\n", (None, None, {})),
    ],
)  # fmt: skip
def test_a_row_of_labels_above_one_of_values_is_not_read_across(table: str, fields: tuple[str, str, Any]) -> None:
    report = load(f"# T\n\n## Impact\n\n{table}".encode(), format="markdown")
    found = (
        {key.capitalize() if key == "revenue" else key: value for key, value in report.impact or () if value}
        if report.impact
        else None
    )
    assert (report.severity, report.duration, found) == fields


ODD_WORDS = [
    *("a*b*c", "C #", "C ##", "a_b_", "[x] y", "[x](y)", "a [b][c]", "`c`", "<b>x", "a|b", "~~d~~", "&amp; e", "$f$"),
    *("\\*g", "h\\", "https://x.example/a_b_", "!i", "a [^1]"),
]


@pytest.mark.parametrize("words", ODD_WORDS)
@pytest.mark.parametrize(
    "text",
    [
        "## Timeline\n\n### {}\n\n- 10:55 b\n- 10:58 c\n",
        "**Date:** 2026-03-14\n**x {}:** b\n",
        "## What went well\n\n### {}\n\na\n",
    ],
)
def test_marks_in_words_stay_marks(words: str, text: str) -> None:
    marks = "" if "://" in words else "\\`*_[]<>#|~&$!:"
    escaped = "".join(f"\\{char}" if char in marks else char for char in words)
    shown = render(load(f"# T\n\n{text.replace('{}', escaped)}".encode(), format="markdown"), "html").decode()
    assert words in html.unescape(re.sub(r"<[^>]+>", "", shown))


@pytest.mark.parametrize(
    ("lines", "fields"),
    [
        ("**Authors:** Ana Ruiz\n**Date:** 2026-03-14\n**Severity:** P1", ("Ana Ruiz", "2026-03-14", "P1")),
        ("**Autor:** Ana Ruiz\n**Datum:** 2026-03-14\n**Schweregrad:** P1", ("Ana Ruiz", "2026-03-14", "P1")),
        ("**Duration:** 2h\n**Authors:** Ana Ruiz\n**Date:** 2026-03-14", ("Ana Ruiz", "2026-03-14", None)),
        ("**Services:** a\n**Authors:** Ana Ruiz\n**Severity:** P1", ("Ana Ruiz", None, "P1")),
    ],
)
@pytest.mark.parametrize("ends", ["", "  ", "\\", "<br>"])
def test_each_line_with_a_label_is_a_fact_whatever_the_first_one_is(
    lines: str, fields: tuple[str | None, ...], ends: str
) -> None:
    report = load(f"# T\n\n{lines.replace(chr(10), ends + chr(10))}\n\n## Summary\n\ns\n".encode(), format="markdown")
    assert (", ".join(one.name or "" for one in report.authors), report.date, report.severity) == fields
    assert report.summary == "s"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("9:05 Uhr", "09:05"),
        ("09h05", "09:05"),
        ("23 h 50", "23:50"),
        ("9時05分", "09:05"),
        ("14点5分", "14:05"),
        ("9시 5분", "09:05"),
        ("09:05", "09:05"),
    ],
)
@pytest.mark.parametrize(
    "layout", ["- {} - a\n- {} - b\n- {} - c\n", "| Time | Event |\n|-|-|\n| {} | a |\n| {} | b |\n| {} | c |\n"]
)
def test_clock_times_are_read_as_languages_write_them(written: str, read: str, layout: str) -> None:
    text = layout.format(written, written, written)
    report = load(f"# T\n\n## Timeline\n\n{text}".encode(), format="markdown")
    assert [(entry.time, entry.event) for entry in report.timeline] == [(read, "a"), (read, "b"), (read, "c")]


def test_a_length_of_time_is_no_clock_time() -> None:
    report = load(b"# T\n\n## Timeline\n\n| Time | Event |\n|-|-|\n| T+2h30 | a |\n| 2h30 | b |\n", format="markdown")
    assert [entry.time for entry in report.timeline] == ["T+2h30", "2h30"]


def test_dates_and_times_in_an_event_stay_as_written() -> None:
    event = "a release of 24-10-2025 at 9:05 Uhr"
    text = f"# T\n\n## Timeline\n\n- 25-10-2025 9:05 Uhr - {event}\n- 26-10-2025 9:06 Uhr {event}\n- 10:00 {event}\n"
    report = load(text.encode(), format="markdown")
    assert [(entry.time, entry.event) for entry in report.timeline] == [
        ("2025-10-25 09:05", event), ("2025-10-26 09:06", event), ("10:00", event)
    ]  # fmt: skip
