"""The rhythm of paper pages: lines that read well, headings beside them, and no page for a few last lines."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise, product
from pathlib import Path
from statistics import median, mode
from typing import Any

import pytest
from boxes import Margins, Sheet, Word, margins_of, sheets_of
from lxml import html
from pdfs import characters, render
from trees import document, p, section

import pmexport
from pmexport import load
from pmexport.document.nodes import Item, List, Section
from pmexport.renderers.pdf.last_page import LEAST_FILL, MOST_PAGES
from pmexport.theming import themes

pytestmark = pytest.mark.slow

SAMPLES = sorted((Path(__file__).parents[2] / "samples").glob("*.yaml"))
CASES = sorted(Path(os.environ["PMEXPORT_CASES"]).glob("real/*.yaml")) if "PMEXPORT_CASES" in os.environ else []
MARGINS = margins_of(themes.default_theme().tokens.page)
LEAST_BODY = 0.65
"""Part of every page but the last that is filled, at least: a row of a third of a page is whole."""
LINE = 15.0
"""Points between lines of running text: 10 points, one and a half times."""


@cache
def pdf_of(path: Path, theme: str = themes.DEFAULT) -> bytes:
    return pmexport.render(load(path), "pdf", theme=theme)


def count_characters(data: bytes) -> Iterator[int]:
    """Yield the characters of each line of running text that another line follows."""
    rows = defaultdict(list)
    for page, char in characters(data):
        rows[page, round(char.matrix[5] * 5)].append(char)
    lines = sorted(
        (page, -bottom / 5, mode(round(char.size) for char in chars), min(char.x0 for char in chars), len(chars))
        for (page, bottom), chars in rows.items()
    )
    for line, following in pairwise(lines):
        same_page, below = line[0] == following[0], following[1] - line[1]
        if same_page and abs(below - LINE) < LINE / 20 and abs(line[3] - following[3]) < 2:
            yield line[4]


def test_lines_have_a_length_that_reads_well() -> None:
    counts = [count for path in (*SAMPLES, *CASES) for count in count_characters(pdf_of(path))]
    assert len(counts) > 50
    assert 66 <= median(counts) <= 80


def measure_fill(data: bytes) -> float:
    """Return the part of the last page that is filled, from 0 to 1."""
    return measure_sheet(sheets_of(data)[-1], MARGINS)


def measure_sheet(sheet: Sheet, margins: Margins) -> float:
    """Return the part of a page that is filled with words, from 0 to 1."""
    area = sheet.height - margins.top - margins.bottom
    bottoms = [word.area.bottom for word in sheet.words if margins.bottom <= word.area.bottom]
    return (sheet.height - margins.top - min(bottoms)) / area


@pytest.mark.parametrize(
    ("path", "theme"),
    [*product(SAMPLES, themes.theme_names()), *product(CASES, [themes.DEFAULT, "clear"])],  # clear: the largest type
    ids=lambda value: getattr(value, "stem", value),
)
def test_no_page_is_emptier_than_it_must_be(path: Path, theme: str) -> None:
    data = pdf_of(path, theme)
    margins = margins_of(themes.find_theme(theme).tokens.page)
    fills = [measure_sheet(sheet, margins) for sheet in sheets_of(data)]
    assert [number for number, fill in enumerate(fills[:-1], 1) if fill < LEAST_BODY] == []


@pytest.mark.parametrize("path", [*SAMPLES, *CASES], ids=lambda path: path.stem)
def test_last_page_is_worth_its_paper(path: Path) -> None:
    assert measure_fill(pdf_of(path)) >= LEAST_FILL


def paged(paragraphs: int, words: int = 300) -> bytes:
    blocks = tuple(p(f"{number} " + "word " * words) for number in range(paragraphs))
    return render(document(section("summary"), section("background", *blocks)))


def find_sizes(data: bytes) -> float:
    return mode(round(char.size, 1) for _, char in characters(data))


def test_few_last_lines_are_pulled_in() -> None:
    normal = find_sizes(paged(1))
    found = [(len(sheets_of(data)), find_sizes(data), measure_fill(data)) for data in map(paged, range(6, 22))]
    assert any(size < normal for _, size, _ in found), "some are pulled in"
    assert all(size >= round(0.94 * normal, 1) for _, size, _ in found), "by 6 per cent at most"
    assert any(size == normal for pages, size, _ in found if pages > 1), "others are not"
    assert all(size == normal for _, size, fill in found if fill < LEAST_FILL), "nothing is tightened in vain"


def test_long_documents_are_laid_out_once() -> None:
    normal = find_sizes(paged(1))
    found = [paged(count, 700) for count in range(35, 40)]
    assert all(len(sheets_of(data)) > MOST_PAGES and find_sizes(data) == normal for data in found)


# ---- headings


def find_word(words: tuple[Word, ...], text: str) -> Word:
    return next(word for word in words if word.text == text)


def test_heading_is_beside_its_text() -> None:
    (sheet,) = sheets_of(
        render(document(section("background", p("First " + "word " * 90)), section("trigger", p("Next"))))
    )
    heading, text = find_word(sheet.words, "Background"), find_word(sheet.words, "First")
    assert heading.area.right < text.area.left
    assert abs(heading.area.bottom - text.area.bottom) < 2
    assert text.area.left == find_word(sheet.words, "Next").area.left


def test_long_heading_is_above_its_text() -> None:
    long = replace(section("background", p("First.")), title="Connections that no team had counted in any review")
    (sheet,) = sheets_of(render(document(long)))
    assert find_word(sheet.words, "counted").area.bottom > find_word(sheet.words, "First.").area.top


@pytest.mark.parametrize("theme", themes.theme_names())
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_no_heading_is_broken_within_a_word(path: Path, theme: str) -> None:
    report = load(path)
    words = (word.text for sheet in sheets_of(pmexport.render(report, "pdf", theme=theme)) for word in sheet.words)
    shown = f" {' '.join(words)} "
    page: Any = html.fromstring(pmexport.render(report, "html", theme=theme))
    titles = [" ".join(title.text_content().split()) for title in page.xpath("//main//*[@class='title']")]
    assert len(titles) > 1
    assert [title for title in titles if f" {title} " not in shown] == []


def fill_page(lines: int, last: Section) -> list[tuple[int, str]]:
    filler = section("summary", *(p(f"line{number}") for number in range(lines)))
    sheets = sheets_of(render(document(filler, last)))
    return [(word.page, word.text) for sheet in sheets for word in sheet.words]


@pytest.mark.parametrize("lead", [p("First " + "word " * 90), List((Item((p("First"),)), Item((p("Second"),))))])
def test_heading_is_on_the_page_of_its_text(lead: object) -> None:
    pages = set()
    for lines in range(20, 36):
        words = fill_page(lines, section("background", lead))  # type: ignore[arg-type]
        page = next(page for page, text in words if text == "Background")
        assert page == next(page for page, text in words if text == "First")
        pages.add(page)
    assert pages == {0, 1}


def test_whys_are_on_the_page_of_their_root_cause() -> None:
    whys = List(tuple(Item((p(f"why{number}"), p("because " * 15))) for number in range(5)), ordered=True, role="whys")
    analysis = section("root_cause_analysis")
    inside = (
        replace(section("five_whys", whys), level=3),
        replace(section("root_cause", p("cause")), level=3),
    )
    pages = set()
    for lines in range(2, 30, 4):
        words = dict(reversed([(text, page) for page, text in fill_page(lines, replace(analysis, sections=inside))]))
        assert words["why0"] == words["why4"] == words["cause"]
        pages.add(words["cause"])
    assert pages == {0, 1}
