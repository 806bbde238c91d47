"""The pages about all reports, as files and in a real browser."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from browser import find_browser, measure
from lxml import etree, html
from pypdf import PdfReader

from pmexport import Problem, load
from pmexport.archive.archive_pages import render_pages
from pmexport.archive.archived import ArchivedReport, collect_archive
from pmexport.archive.report_facts import describe_report
from pmexport.theming.themes import find_theme

DAY = dt.date(2026, 11, 28)
HOSTILE = '<script>alert(1)</script> & "quotes" ]]> {{x}}'


def item(name: str, deadline: str, status: str = "Open", **more: Any) -> dict[str, Any]:
    return {"action": name, "deadline": deadline, "status": status, **more}


REPORTS: dict[str, dict[str, Any]] = {
    "2026/search": {
        "title": "Search was slow",
        "id": "INC-1",
        "severity": "P1",
        "date": "2026-03-14",
        "services": ["search", "checkout, EU"],
        "tags": ["database"],
        "contributing_factors": ["No **alert** on it"],
        "milestones": {
            "impact_started": "2026-03-14 10:00",
            "detected": "2026-03-14 10:10",
            "resolved": "2026-03-14 12:00",
        },
        "action_items": [
            item("Add an *alert*", "2026-04-01", owner="Ana", ticket="https://tracker.example.com/browse/OPS-1"),
            item("Write it down", "2026-02-01", "Done"),
        ],
    },
    "mail #1": {
        "title": f"Mail {HOSTILE}",
        "severity": "P3",
        "date": "2025-01-02",
        "status": "in_review",
        "services": ["mail"],
        "action_items": [item("=HYPERLINK(1)", "2026-01-01", owner="@cmd"), item("Later", "2027-01-01")],
    },
    "undated": {"title": "When was it?", "services": ["mail"], "action_items": [item("Find out", "", "Won't do")]},
}


def make_archive(reports: dict[str, dict[str, Any]], failed: Iterable[str] = ()) -> dict[str, bytes]:
    archived = [
        ArchivedReport(describe_report(load(fields)), {"html": f"{name}.html", "pdf": f"{name}.pdf"})
        for name, fields in reports.items()
    ]
    warnings: list[Problem] = []
    pages = render_pages(collect_archive(archived, list(failed), DAY), find_theme("default"), warnings)
    assert warnings == []
    return pages


@pytest.fixture(scope="module")
def pages() -> dict[str, bytes]:
    return make_archive(REPORTS, ["bad.yaml"])


def rows(page: bytes) -> list[list[str]]:
    return read_rows(parse(page).xpath("//main")[0])


def read_rows(part: Any) -> list[list[str]]:
    return [
        [" ".join(" ".join(cell.itertext()).split()) for cell in row.xpath("th|td")]
        for row in part.xpath(".//tbody/tr")
    ]


def parse(page: bytes) -> Any:
    return html.document_fromstring(page.decode())


# ---- as files


def test_the_index_lists_the_reports_by_year(pages: dict[str, bytes]) -> None:
    page = parse(pages["index.html"])
    assert [heading.text_content() for heading in page.xpath("//main//h2")] == [
        "2026",
        "2025",
        "Without a date",
        "Left Out",
    ]
    search, mail, undated = rows(pages["index.html"])
    assert search == [
        "2026-03-14", "Search was slow INC-1 · HTML · PDF", "P1", "Draft", "search checkout, EU", "1 h 50 min", "1",
        "1",
    ]  # fmt: skip
    assert "".join(mail[1].split()).startswith("".join(f"Mail{HOSTILE}".split()))
    assert mail[6:] == ["2", "1"]
    assert undated[0] == ""
    assert "bad.yaml" in page.text_content()


def test_links_lead_to_the_documents(pages: dict[str, bytes]) -> None:
    links = parse(pages["index.html"]).xpath("//main//td//a/@href")
    assert links[:3] == ["2026/search.html", "2026/search.html", "2026/search.pdf"]
    assert "mail%20%231.pdf" in links


def test_action_items_have_the_overdue_ones_first(pages: dict[str, bytes]) -> None:
    page = parse(pages["actions.html"])
    assert [heading.text_content() for heading in page.xpath("//main//h2")] == ["Overdue", "Open", "Done", "Dropped"]
    assert [row[1].split(" OPS")[0] for row in rows(pages["actions.html"])] == [
        "=HYPERLINK(1)", "Add an alert", "Later", "Write it down", "Find out",
    ]  # fmt: skip
    assert page.xpath("//a[@href='https://tracker.example.com/browse/OPS-1']/text()") == ["OPS-1"]


def test_the_table_neutralizes_formulas(pages: dict[str, bytes]) -> None:
    assert pages["actions.csv"].startswith(b"\xef\xbb\xbf")
    found = list(csv.DictReader(StringIO(pages["actions.csv"].decode("utf-8-sig"))))
    assert [row["action"] for row in found][:2] == ["'=HYPERLINK(1)", "Add an alert"]
    assert found[0]["owner"] == "'@cmd"
    assert found[1]["tickets"] == "https://tracker.example.com/browse/OPS-1"
    assert [row["overdue"] for row in found] == ["yes", "yes", "no", "no", "no"]


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(1)", "\uff1d1+1"])
def test_no_cell_begins_a_formula(start: str) -> None:
    fields = {
        "title": start,
        "id": start,
        "action_items": [item(start, start, start, owner=start, ticket=start, id=start)],
    }
    pages = make_archive({"a": fields})
    (row,) = csv.DictReader(StringIO(pages["actions.csv"].decode("utf-8-sig")))
    assert not [cell for cell in row.values() if cell.startswith(tuple("=+-@\uff1d\uff0b"))]


@pytest.mark.slow
def test_every_action_appears_once_with_500_reports() -> None:
    numbers = range(500)
    reports = {
        f"r{number}": {
            "title": f"T{number}",
            "date": f"{2020 + number % 7}-03-14",
            "action_items": [f"Do it {number}-{k}" for k in range(1 + number % 3)],
        }
        for number in numbers
    }
    expected = sorted(f"Do it {number}-{k}" for number in numbers for k in range(1 + number % 3))
    pages = make_archive(reports)
    assert sorted(row[1] for row in rows(pages["actions.html"])) == expected
    table = csv.DictReader(StringIO(pages["actions.csv"].decode("utf-8-sig")))
    assert sorted(row["action"] for row in table) == expected
    assert sorted(row[1].split()[0] for row in rows(pages["index.html"])) == sorted(f"T{number}" for number in numbers)


def test_figures_say_what_they_count(pages: dict[str, bytes]) -> None:
    page = parse(pages["figures.html"])
    year = page.get_element_by_id("year-2025")
    text = " ".join(year.text_content().split())
    assert "Reports counted: 1 of 1." in text
    assert "Reports counted: 0 of 1. Left out, without this information: 1." in text
    assert read_rows(page.get_element_by_id("times-2026"))[0] == [
        "Time to detect", "1", "10 min", "10 min", "10 min", "10 min", "10 min", "0", "0",
    ]  # fmt: skip
    assert read_rows(page.get_element_by_id("service-2026")) == [
        ["checkout, EU", "1"], ["search", "1"],
    ]  # fmt: skip
    assert "1of2(50%)" in "".join(page.get_element_by_id("actions-2026").text_content().split())


def test_charts_are_images_of_the_same_numbers(pages: dict[str, bytes]) -> None:
    page = parse(pages["figures.html"])
    (image,) = page.get_element_by_id("service-2026").xpath(".//img")
    assert image.get("alt")
    kind, _, data = image.get("src").partition(";base64,")
    assert kind == "data:image/svg+xml"
    texts = [node.text for node in etree.fromstring(b64decode(data)).iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ["checkout, EU", "1", "search", "1"]


def test_only_the_script_of_the_filters_may_run(pages: dict[str, bytes]) -> None:
    for name in ("index.html", "actions.html"):
        text = pages[name].decode()
        (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
        digest = b64encode(sha256(script.encode()).digest()).decode()
        assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; script-src" in text
        assert f"script-src 'sha256-{digest}'" in text
    assert b"<script" not in pages["figures.html"]


def test_a_word_cannot_end_the_script() -> None:
    archive = collect_archive([ArchivedReport(describe_report(load({"title": "T"})), {})], [], DAY)
    words = replace(archive.labels, archive=archive.labels.archive | {"search": HOSTILE})
    page = render_pages(replace(archive, labels=words), find_theme("default"), [])["index.html"]
    (script,) = parse(page).xpath("//script")
    given = script.text.partition("const words = ")[2].partition(";\n")[0]
    assert json.loads(given)["search"] == HOSTILE


def test_an_archive_without_reports_has_pages() -> None:
    assert b"bad.yaml" in make_archive({}, ["bad.yaml"])["index.html"]


def test_the_pages_have_the_theme() -> None:
    archived = [ArchivedReport(describe_report(load(fields)), {}) for fields in REPORTS.values()]
    warnings: list[Problem] = []
    pages = render_pages(collect_archive(archived, [], DAY), find_theme("inquiry"), warnings)
    assert all(b"Plex Serif" in pages[name] for name in ("index.html", "actions.html", "figures.html"))
    assert not warnings


# ---- in a browser

VISIBLE = """[...page.querySelectorAll("main tbody tr")].filter(row => row.getClientRects().length).length"""
FORM = "page.querySelectorAll('form').length"


@pytest.mark.slow
def test_without_script_everything_is_shown_and_there_is_no_form(pages: dict[str, bytes], tmp_path: Path) -> None:
    chosen = [pages["index.html"], pages["actions.html"]]
    assert measure(chosen, 1200, f"[{VISIBLE}, {FORM}]", tmp_path, scripts=False) == [[3, 0], [5, 0]]


FILTERS = {
    "nothing": ("", 3, ["2026", "2025", "Without a date", "Left Out"], "3 of 3 shown"),
    "a severity": ('selects[0].value = "P1"', 1, ["2026", "Left Out"], "1 of 3 shown"),
    "a status": ('selects[1].value = "In Review"', 1, ["2025", "Left Out"], "1 of 3 shown"),
    "a service with a comma": ('selects[2].value = "checkout, EU"', 1, ["2026", "Left Out"], "1 of 3 shown"),
    "a text": ('inputs[0].value = "WHEN was"', 1, ["Without a date", "Left Out"], "1 of 3 shown"),
    "overdue": ("inputs[1].checked = true", 2, ["2026", "2025", "Left Out"], "2 of 3 shown"),
    "nothing fits": ('inputs[0].value = "nowhere"', 0, ["Left Out"], "0 of 3 shown"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FILTERS)
def test_filters(name: str, pages: dict[str, bytes], tmp_path: Path) -> None:
    change, count, headings, shown = FILTERS[name]
    script = f"""(() => {{
      const selects = page.querySelectorAll("form select"), inputs = page.querySelectorAll("form input")
      {change}
      page.querySelector("form").dispatchEvent(new view.Event("input"))
      const headings = [...page.querySelectorAll("main h2")].filter(title => title.getClientRects().length)
      return [{VISIBLE}, headings.map(title => title.textContent), page.querySelector("output").textContent]
    }})()"""
    assert measure([pages["index.html"]], 1200, script, tmp_path) == [[count, headings, shown]]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["index.html", "actions.html", "figures.html"])
@pytest.mark.parametrize("scripts", [True, False])
def test_a_phone_need_not_scroll_sideways(name: str, pages: dict[str, bytes], tmp_path: Path, *, scripts: bool) -> None:
    script = "[page.documentElement.scrollWidth, page.documentElement.clientWidth]"
    ((wide, room),) = measure([pages[name]], 360, script, tmp_path, scripts=scripts)
    assert wide <= room
    cards = "[...page.querySelectorAll('table.reports > tbody > tr')].map(row => view.getComputedStyle(row).display)"
    if name == "index.html":
        assert measure([pages[name]], 360, cards, tmp_path / "cards", scripts=scripts) == [["flex"] * 3]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["index.html", "actions.html", "figures.html"])
def test_print_has_everything_but_the_form(name: str, pages: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(pages[name])
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    target = tmp_path / "printed.pdf"
    command = [find_browser(), *options, "--no-pdf-header-footer", f"--print-to-pdf={target}"]
    subprocess.run([*command, (tmp_path / name).as_uri()], check=True, capture_output=True)
    printed = "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(target.read_bytes())).pages)
    cells = [cell for row in rows(pages[name]) for cell in row]
    assert cells
    assert [cell for cell in cells if "".join(cell.split()) not in printed and len(cell) < 20] == []
    assert "shown" not in printed
