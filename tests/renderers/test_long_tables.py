"""The timeline and the action items on many pages and on a phone: days, edges, density, addresses."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from boxes import sheets_of
from lxml import etree, html
from parity import read_markdown, read_pdf, squashed
from pdfs import elements, kids
from pypdf import PdfReader

from pmexport import load, render
from pmexport.report.facts import derive_facts

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DAYS = ["Monday, 8 June 2026", "Tuesday, 9 June 2026"]
OWNERS = ["Team Platform Reliability Engineering EMEA", "Siobhán Ó Briain", "Alexandra Papadopoulou-Lindqvist"]
ACTIONS = [
    (
        "Move the feature flags of the mobile application to the new configuration service, with a fallback that is "
        "compiled into the application, and remove the old endpoint after two releases"
    ),
    (
        "Replace the hand-written retry loops in `billing-reconciliation-worker` and `invoice-document-generator` by "
        "the shared library; add jitter; cap at 3 attempts"
    ),
    (
        "Introduce a circuit breaker between the order service and the pricing service so that a slow pricing service "
        "cannot exhaust the worker threads of the order service, and prove by a load test at twice the peak of last "
        "December that orders still succeed with cached prices"
    ),
]
DETAILS = "Agreed with the architecture board; the estimate is three weeks for two people, without existing clients."


def two_days() -> dict[str, Any]:
    """Return a report with events of two days on three pages."""
    entries = [
        {
            "time": f"2026-06-0{8 + hour // 24} {hour % 24:02}:{minute}",
            "phase": "Investigation",
            "event": f"Event {hour}.",
        }
        for hour in range(8, 42)
        for minute in (10, 40)
    ]
    entries[0]["phase"], entries[3]["phase"], entries[-1]["phase"] = "Impact", "Detection", "Resolution"
    return {"title": "T", "date": "2026-06-08", "timeline": entries}


def forty_items() -> dict[str, Any]:
    """Return a report with forty action items of long texts and names, half of them overdue."""
    items = [
        {
            "id": f"AI-{number}",
            "action": ACTIONS[number % 3],
            "details": DETAILS if number % 2 else "",
            "owner": OWNERS[number // 2 % 3],
            "priority": ["Critical", "High", "Medium"][number % 3],
            "deadline": f"2026-0{3 + number % 4}-11",
            "status": ["Blocked", "In progress", "Open"][number // 3 % 3],
            "type": "prevent",
            "ticket": f"https://tracker.example.com/browse/PLATFORMRELIABILITY-{2000 + number}",
        }
        for number in range(1, 41)
    ]
    return {"title": "T", "published": "2026-05-01", "action_items": items}


def plain_spaces(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def page_of(report: dict[str, Any]) -> Any:
    """Return a report's page."""
    return html.fromstring(render(load(report), "html"))


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render(load(two_days()), "pdf")


@pytest.fixture(scope="module")
def dense() -> bytes:
    return render(load(forty_items()), "pdf")


# ---- days


@pytest.mark.slow
def test_the_day_is_repeated_where_the_pdf_continues(pdf: bytes) -> None:
    pages = [plain_spaces(page.extract_text()) for page in PdfReader(BytesIO(pdf)).pages]
    rows = [(re.findall(r"Event \d+\.", page), page) for page in pages]
    shown = [page for found, page in rows if found]
    assert len(shown) >= 3
    for page in shown:
        assert page.count("Event\n") == 1, "one header on each page"
        first, *_ = re.findall(r"Event (\d+)\.", page)
        assert page.index(DAYS[int(first) // 24]) < page.index(f"Event {first}.")
    assert all(sum(day in page for page in shown) >= 2 for day in DAYS[:1])


def test_the_parts_of_the_timeline_are_one_table_that_names_each_day_once(pdf: bytes) -> None:
    (table,) = [one for one in elements(PdfReader(BytesIO(pdf))) if one["/S"] == "/Table" and len(one["/K"]) == 3]
    assert kids(table) == ["/THead", "/TBody", "/TBody"]
    text = squashed(read_pdf(pdf))
    assert [text.count(squashed(day)) for day in DAYS] == [1, 1]


@pytest.mark.slow
def test_a_page_that_begins_with_a_day_names_it_once() -> None:
    entries = [{"time": f"2026-06-{day:02} 10:00", "event": "Event. " * 120} for day in range(1, 19)]
    pages = [
        plain_spaces(page.extract_text())
        for page in PdfReader(BytesIO(render(load({"title": "T", "timeline": entries}), "pdf"))).pages
    ]
    assert len(pages) > 3
    assert all(page.count(f"{day} June 2026") <= 1 for page in pages for day in range(1, 19))


def word_rows(report: dict[str, Any]) -> list[list[tuple[str, set[str]]]]:
    """Return the text and the properties of each row of each table of a report's Word file."""
    with ZipFile(BytesIO(render(load(report), "docx"))) as archive:
        body = etree.fromstring(archive.read("word/document.xml"))
    return [
        [
            (
                plain_spaces("".join(map(str, row.itertext()))),
                {etree.QName(mark).localname for mark in row.iterfind(f"{W}trPr/*")},
            )
            for row in table.iterfind(f"{W}tr")
        ]
        for table in body.iter(f"{W}tbl")
    ]


def test_a_long_day_is_part_of_the_header_that_word_repeats() -> None:
    parts = [rows for rows in word_rows(two_days()) if rows[0][0] == "TimeEvent"]
    assert [[text for text, marks in rows if "tblHeader" in marks] for rows in parts] == [
        ["TimeEvent", day] for day in DAYS
    ]
    numbers = [int(text.split("\N{EN SPACE}")[0]) for rows in parts for text, marks in rows if "tblHeader" not in marks]
    assert numbers == list(range(1, 69))


def test_short_days_share_a_table_in_word() -> None:
    entries = [{"time": f"2026-06-0{day} 10:00", "event": "x"} for day in range(1, 7)]
    (rows,) = [rows for rows in word_rows({"title": "T", "timeline": entries}) if rows[0][0] == "TimeEvent"]
    assert [text for text, marks in rows if "tblHeader" in marks] == ["TimeEvent"]


# ---- edges


def test_word_marks_milestones_by_an_edge_and_a_wash_and_overdue_items_by_an_edge() -> None:
    report = load({**two_days(), **forty_items(), "title": "T"})
    with ZipFile(BytesIO(render(report, "docx"))) as archive:
        body = etree.fromstring(archive.read("word/document.xml"))
    rows = [row for row in body.iter(f"{W}tr") if row.find(f"{W}tc/{W}tcPr/{W}tcBorders/{W}left") is not None]
    washed = [row for row in rows if len(row.findall(f"{W}tc/{W}tcPr/{W}shd")) == len(row.findall(f"{W}tc")) == 2]
    assert len(washed) == 3
    assert len(rows) - len(washed) == derive_facts(report).overdue == 20


def test_html_gives_rows_the_tone_that_the_style_sheet_draws() -> None:
    page = page_of({**two_days(), **forty_items()})
    assert page.xpath("//table[@class='timeline']//tr/@class[. != 'group']") == ["critical", "critical", "good"]
    overdue = page.xpath("//table[contains(@class, 'actions')]//tr[contains(., 'Overdue')]/@class")
    assert overdue
    assert all("critical" in kind.split() for kind in overdue)


# ---- action items


@pytest.mark.slow
def test_forty_action_items_fit_six_pages(dense: bytes) -> None:
    pages = [page.extract_text() for page in PdfReader(BytesIO(dense)).pages]
    assert sum("AI-" in page for page in pages) <= 6


def test_deadlines_and_states_of_action_items_stay_on_one_line(dense: bytes) -> None:
    words = [word.text for sheet in sheets_of(dense) for word in sheet.words]
    assert sum(bool(re.fullmatch(r"2026-0\d-11", word)) for word in words) == 40
    assert words.count("Blocked") == sum(item["status"] == "Blocked" for item in forty_items()["action_items"])


@pytest.mark.slow
def test_addresses_are_on_paper_and_not_on_a_screen(dense: bytes) -> None:
    note = "Ticket URLs: https://tracker.example.com/browse/ + the ticket's key"
    assert squashed(note) in squashed(read_pdf(dense))
    report = load(forty_items())
    page = render(report, "html").decode()
    assert re.search(r"@media screen \{.*\.addresses \{ display: none; \}", page, re.DOTALL)
    markdown = render(report, "md")
    assert "Ticket URLs" not in read_markdown(markdown)
    assert b"[PLATFORMRELIABILITY-2001](https://tracker.example.com/browse/PLATFORMRELIABILITY-2001)" in markdown


def test_a_card_names_its_values_once() -> None:
    page = page_of(forty_items())
    row = page.xpath("//table[contains(@class, 'actions')]/tbody/tr")[0]
    assert [cell.get("data-label") for cell in row] == [None, "Action", "Owner", "Priority", "Deadline", "Status"]
    assert [cell.tag for cell in row] == ["th", "td", "td", "td", "td", "td"]
    assert "Owner" not in row.text_content()
