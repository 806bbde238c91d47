"""Page one tells the story: in the PDF by its layout, in a browser by measuring, and in Word through LibreOffice."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from browser import measure
from company_templates import convert
from outlines import walk
from parity import squashed
from pypdf import PdfReader

from pmexport import Report, load, render
from pmexport.assets.folder import Folder
from pmexport.document.compose import compose
from pmexport.document.nodes import Document, ImpactBand, Paragraph, Previews, Table, sections_of, text_of
from pmexport.limits import Limits
from pmexport.renderers.docx.page_one import shorten_document
from pmexport.renderers.pdf import PdfRenderer
from pmexport.renderers.shared import page_one
from pmexport.renderers.shared.paper import text_area, to_twips
from pmexport.report.facts import derive_facts
from pmexport.theming import themes

pytestmark = pytest.mark.slow

SAMPLES = sorted((Path(__file__).parent.parent.parent / "samples").glob("*.yaml"))
REAL = sorted((Path(os.environ["PMEXPORT_CASES"]) / "real").glob("*.yaml")) if "PMEXPORT_CASES" in os.environ else []
PATHS = [*SAMPLES, *REAL]
DAY = dt.date(2026, 3, 19)
PAPERS = ["A4", "Letter"]


@cache
def document_of(path: Path) -> Document:
    report = load(path)
    return compose(report, derive_facts(report, DAY), Folder(report.base))


@cache
def theme_on(paper: str) -> Any:
    theme = themes.default_theme()
    page = theme.tokens.page.model_copy(update={"size": paper})
    return replace(theme, tokens=theme.tokens.model_copy(update={"page": page}))


def first_page(pdf: bytes) -> str:
    return squashed(PdfReader(BytesIO(pdf)).pages[0].extract_text())


def expected(document: Document) -> Iterator[str]:
    """Yield what page one says in every report: of the root cause, its first paragraph."""
    yield document.title
    yield from map(text_of, document.facts)
    for section in sections_of(document):
        for block in section.blocks:
            match block:
                case Paragraph(inlines, "text") if section.id == "summary":
                    yield text_of(inlines)
                case Table(role="metadata" | "key_figures"):
                    cells = [cell for row in block.groups[0].rows for cell in row.cells]
                    texts = [one for cell in cells for one in walk(cell) if isinstance(one, Paragraph)]
                    yield from (text_of(one.inlines) for one in texts)
                case ImpactBand():
                    yield text_of(block.caption)
    causes = [one for section in sections_of(document) if section.id == "root_cause" for one in walk(section.blocks)]
    yield from [text_of(one.inlines) for one in causes if isinstance(one, Paragraph)][:1]


# ---- PDF


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_page_one_tells_the_story(path: Path, paper: str) -> None:
    document = document_of(path)
    text = first_page(PdfRenderer().render(replace(document, mark=""), theme_on(paper), []))
    assert [one for one in expected(document) if squashed(one) not in text] == []


FULL = {
    "title": "Checkout unavailable",
    "date": "2026-03-14",
    "published": "2026-03-19",
    "milestones": {"impact_started": "14:00", "detected": "14:05", "mitigated": "14:30", "resolved": "15:00"},
    "impact": {"users_affected": "41,000"},
    "background": "The background fills a page. " * 60,
    "root_cause": "The limits that services share are enforced nowhere.",
    "action_items": [{"action": f"Step {number}.", "deadline": "2026-05-01"} for number in range(5)],
}
PARTS = {"actions": "5 open", "cause": "The limits that services share", "figures": "Users affected"}


def fuller(lines: int) -> Document:
    """Return a document whose summary has this many paragraphs more."""
    report = Report.model_validate({**FULL, "summary": "\n\n".join(["Checkouts failed."] * (1 + lines))})
    return compose(report, derive_facts(report), Folder(None, Limits()))


def assert_order(kept: list[set[str]]) -> None:
    """Assert that the parts are left out in their order, and that each step was seen."""
    steps = [{"actions", "cause", "figures"}, {"cause", "figures"}, {"figures"}, set[str]()]
    assert [one for number, one in enumerate(kept) if number == 0 or kept[number - 1] != one] == steps


def test_what_does_not_fit_is_left_out_in_order() -> None:
    kept = []
    for lines in range(0, 40, 2):
        text = first_page(PdfRenderer().render(replace(fuller(lines), mark=""), theme_on("A4"), []))
        if squashed("Checkouts failed.") not in text or squashed("14 March 2026, UTC") not in text:
            break  # even what always stays does not fit
        kept.append({name for name, words in PARTS.items() if squashed(words) in text})
    assert_order(kept)


def test_page_one_that_is_too_full_anyway_keeps_its_figures() -> None:
    data = PdfRenderer().render(replace(fuller(100), mark=""), theme_on("A4"), [])
    text = squashed("".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages))
    assert text.count(squashed("Time to detect")) == 2
    assert squashed("More in Action Items") not in text


# ---- Word


def test_what_does_not_fit_in_word_is_left_out_in_order() -> None:
    tokens = themes.default_theme().tokens
    (width, height), size = text_area(tokens.page), to_twips(tokens.fonts.size)
    kept: list[set[str]] = []
    for lines in range(60):
        document = fuller(lines)
        shown = shorten_document(document, width, height, size)
        if shown == page_one.keep_previews(document) and kept and not kept[-1]:
            break  # even what always stays does not fit
        blocks = [block for section in shown.sections for block in section.blocks]
        previews = [one.section for block in blocks if isinstance(block, Previews) for one in block.previews]
        figures = [block for block in blocks if isinstance(block, Table) and block.role == "key_figures"]
        names = {"action_items": "actions", "root_cause": "cause"}
        kept.append({*(names[one] for one in previews), *(("figures",) if figures else ())})
    assert_order(kept)


def test_word_tells_the_story_on_page_one(tmp_path: Path) -> None:
    files = []
    for path in SAMPLES:
        files.append(tmp_path / f"{path.stem}.docx")
        files[-1].write_bytes(render(load(path), "docx", as_of=DAY))
    for path, pdf in zip(SAMPLES, convert(files, "pdf"), strict=True):
        document = document_of(path)
        text = first_page(pdf.read_bytes())
        *always, _ = expected(document)
        assert [one for one in always if squashed(one) not in text] == [], path.stem


# ---- a browser

SUMMARY = 'Math.max(...[...page.querySelectorAll("#summary > p")].map(one => one.getBoundingClientRect().bottom))'


@pytest.mark.parametrize(("width", "highest"), [(1400, 900), (360, 1100)])
def test_the_summary_is_soon_in_view(width: int, highest: int, tmp_path: Path) -> None:
    paths = [path for path in PATHS if 0 < len((load(path).summary or "").split()) <= 120]
    pages = [render(load(path), "html", as_of=DAY) for path in paths]
    found = dict(zip([path.stem for path in paths], measure(pages, width, SUMMARY, tmp_path), strict=True))
    assert {name: bottom for name, bottom in found.items() if not 0 < bottom <= highest} == {}


OVERLAPS = """[...page.querySelectorAll(".axis")].map(axis => [...axis.children].map(one => one.getBoundingClientRect())
    .filter(box => box.width).every((box, at, all) => !at || box.left > all[at - 1].right + 2))
    .filter(apart => !apart).length"""


@pytest.mark.parametrize("minutes", [30, 89, 700, 3 * 1440])
def test_the_times_of_the_axis_do_not_run_into_each_other_on_a_phone(minutes: int, tmp_path: Path) -> None:
    start = dt.datetime(2026, 3, 14, 13, 58)  # noqa: DTZ001 - in the report's zone
    moments = {"impact_started": start, "resolved": start + dt.timedelta(minutes=minutes)}
    report = {"title": "T", "milestones": {name: f"{moment:%Y-%m-%d %H:%M}" for name, moment in moments.items()}}
    assert measure([render(report, "html")], 360, OVERLAPS, tmp_path) == [0]


@pytest.fixture(scope="module")
def page() -> bytes:
    return render(load(SAMPLES[1]), "html", as_of=DAY)


def test_no_page_is_wider_than_its_window(tmp_path: Path) -> None:
    pages = [render(load(path), "html", as_of=DAY) for path in SAMPLES]
    assert measure(pages, 360, "page.documentElement.scrollWidth", tmp_path) == [360] * len(pages)


def test_the_flags_stand_where_the_bar_begins_and_ends(page: bytes, tmp_path: Path) -> None:
    edges = """(() => {
      const box = one => page.querySelector(one).getBoundingClientRect()
      const flags = [...page.querySelectorAll(".flags li")].flatMap(one =>
        [one.getBoundingClientRect().left, one.getBoundingClientRect().right])
      return [box(".bar .impact").left, box(".bar .mitigated").right].map(edge =>
        Math.min(...flags.map(flag => Math.abs(flag - edge))))
    })()"""
    ((start, end),) = measure([page], 1400, edges, tmp_path)
    assert max(start, end) <= 2


def test_numbers_of_lanes_are_explained_where_lanes_are_shown(page: bytes, tmp_path: Path) -> None:
    shown = '[".lane", ".band .key"].map(one => page.querySelector(one).getClientRects().length > 0)'
    assert measure([page], 1400, shown, tmp_path / "a") == [[True, True]]
    assert measure([page], 360, shown, tmp_path / "b") == [[False, False]]


def test_previews_are_beside_each_other_and_on_a_phone_below(page: bytes, tmp_path: Path) -> None:
    tops = '[...page.querySelectorAll(".preview")].map(one => one.getBoundingClientRect().top)'
    ((first, second),) = measure([page], 1400, tops, tmp_path / "a")
    assert first == second
    ((first, second),) = measure([page], 360, tops, tmp_path / "b")
    assert first < second
