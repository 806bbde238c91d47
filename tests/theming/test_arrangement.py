"""What tokens change in the tree, so that all formats show it: numbers, endnotes, a cover, and running texts."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import docx
import pytest
from company_templates import logo
from lxml import html
from parity import READERS, assert_says_the_same
from pdfminer.high_level import extract_pages
from pdfminer.layout import LTFigure, LTTextContainer
from pypdf import PdfReader

from pmexport import load, render
from pmexport.document import nodes
from pmexport.document.nodes import Document, sections_of, text_of, title_of
from pmexport.pipeline import compose_source
from pmexport.theming import themes
from pmexport.theming.themes import Theme

REPORT = {
    "title": "Search was slow",
    "id": "INC-7",
    "status": "draft",
    "revision": "2",
    "published": "2026-03-19",
    "summary": "One.\n\nTwo with [a page](https://example.com/a), [again](https://example.com/a) and <https://b.example>.",
    "timeline": [
        {
            "time": "2026-03-14 14:02",
            "phase": "Detection",
            "event": "An [alert](https://example.com/x)[^1].\n\n[^1]: N.",
        }
    ],
    "trigger": "A failover.",
    "detection": "An alert.\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    "lessons": ["Test it.", "Measure it."],
}
ALL = sorted(READERS)


def dressed(**tokens: Any) -> Theme:
    return themes.find_theme("default", tokens)


def tree(theme: Theme) -> Document:
    return compose_source(load(REPORT), theme=theme).document


def titles(document: Document) -> list[str]:
    return [text_of(title_of(section)) for section in sections_of(document)]


def numbers(document: Document, role: str) -> list[str]:
    found: list[str] = []
    waiting: list[Any] = [document.sections]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, nodes.Ordinal) and node.role == role:
            found.append(node.text)
        elif isinstance(node, tuple):
            waiting[:0] = node
        elif hasattr(node, "__slots__"):
            waiting[:0] = [getattr(node, name) for name in node.__slots__]
    return found


def test_sections_are_numbered_to_the_level_that_is_wanted() -> None:
    assert titles(tree(dressed()))[:2] == ["Incident Metadata", "Executive Summary"]
    first = titles(tree(dressed(numbering={"headings": "sections"})))
    assert first[:3] == ["1 Incident Metadata", "2 Executive Summary", "3 Timeline"]
    assert first[3:6] == ["4 Root Cause Analysis", "Trigger", "Detection"]
    every = titles(tree(dressed(numbering={"headings": "all"})))
    assert every[3:6] == ["4 Root Cause Analysis", "4.1 Trigger", "4.2 Detection"]


def test_paragraphs_are_numbered_by_section_and_items_of_a_list_of_lessons_too() -> None:
    document = tree(dressed(numbering={"headings": "sections", "paragraphs": True}))
    assert numbers(document, "paragraph") == ["2.1", "2.2", "4.1", "4.2", "5.1", "5.2"]
    plain = tree(dressed(numbering={"paragraphs": True}))
    assert numbers(plain, "paragraph") == ["1", "2", "3", "4", "5", "6"]


def test_tables_are_numbered_with_the_title_above_them() -> None:
    captions = [
        text_of(block.inlines)
        for section in sections_of(tree(dressed(numbering={"tables": True})))
        for block in section.blocks
        if isinstance(block, nodes.Paragraph) and block.role == "caption"
    ]
    assert captions == ["Table 1. Timeline", "Table 2. Detection"]


def test_each_address_is_one_endnote_after_the_authors_notes() -> None:
    document = tree(dressed(addresses="endnotes"))
    (listed,) = document.sections[-1].blocks
    assert isinstance(listed, nodes.List)
    assert (document.sections[-1].title, listed.start) == ("Addresses", 2)
    assert ["".join(nodes.walk_texts(item)) for item in listed.items] == [
        "https://example.com/a ↑",
        "https://example.com/x ↑",
    ]
    assert [section.id for section in tree(dressed()).sections][-1] == "lessons"


EVERYTHING = {
    "numbering": {"headings": "sections", "paragraphs": True, "tables": True},
    "addresses": "endnotes",
    "cover": {"shown": True, "distribution": ["Board", "Risk Committee"]},
    "header": {"start": "Acme · {classification}", "end": "{title}"},
    "footer": {"start": "Rev. {revision} · {status}"},
    "letterhead": ["Acme plc", "1 Main Street"],
    "mark": "band",
    "density": "dense",
    "page": {"break_before": ["timeline"]},
    "fonts": {"serif": True},
}


@pytest.mark.parametrize("format_name", ALL)
def test_formats_agree_on_all_of_it(format_name: str) -> None:
    theme = dressed(**EVERYTHING)
    data = render(load(REPORT), format_name, theme=theme)
    assert_says_the_same(tree(theme), format_name, data)
    text = READERS[format_name](data)
    assert "Board, Risk Committee" in " ".join(text.split())
    assert "4.2" in text


def test_running_texts_leave_out_what_has_no_value() -> None:
    document = tree(dressed(**EVERYTHING))
    assert (document.header, document.running) == (("Acme", "Search was slow"), ("Rev. 2 · Draft",))
    assert tree(dressed()).header is None


def test_the_cover_and_sections_begin_pages() -> None:
    reader = PdfReader(BytesIO(render(load(REPORT), "pdf", theme=dressed(**EVERYTHING))))
    pages = [" ".join(page.extract_text().split()) for page in reader.pages]
    assert "Distribution Board, Risk Committee" in pages[0]
    assert "Acme plc" in pages[0]
    assert ("Incident Metadata" in pages[0], "1 Incident Metadata" in pages[1]) == (False, True)
    assert "3 Timeline" in pages[2]
    assert "Rev. 2 · Draft" in pages[2]
    word = docx.Document(BytesIO(render(load(REPORT), "docx", theme=dressed(**EVERYTHING))))
    broken = [one.text for one in word.paragraphs if one._p.xpath("w:pPr/w:pageBreakBefore")]
    assert broken == ["1 Incident Metadata", "3 Timeline"]


def test_word_sets_a_number_before_its_lines() -> None:
    word = docx.Document(BytesIO(render(load(REPORT), "docx", theme=dressed(**EVERYTHING))))
    (one,) = (paragraph for paragraph in word.paragraphs if paragraph.text.endswith("A failover."))
    assert one.text == "4.1\tA failover."
    style: Any = one.style
    assert (style.name, style.paragraph_format.first_line_indent < 0) == ("Numbered Text", True)


def test_a_screen_has_the_letterhead_and_the_cover_in_its_head() -> None:
    page = html.document_fromstring(render(load(REPORT), "html", theme=dressed(**EVERYTHING)))
    head: Any = next(page.iter("header"))
    assert [one.text_content().split() for one in head.find_class("letterhead")] == [["Acme", "plc1", "Main", "Street"]]
    assert len(head.find_class("cover")) == 1


@pytest.mark.parametrize("density", ["dense", "normal", "generous"])
@pytest.mark.parametrize("lines", [["Acme"], ["Acme plc", "1 Main Street"], ["A", "B", "C", "D", "E"]])
def test_the_title_begins_below_the_letterhead(lines: list[str], density: str) -> None:
    theme = dressed(letterhead=lines, density=density)
    (page,) = extract_pages(
        BytesIO(render({"title": "Search was slow"}, "pdf", theme=theme, logo=logo(), logo_alt="Acme"))
    )
    boxes = {one.get_text().split("\n")[0]: one for one in page if isinstance(one, LTTextContainer)}
    above = [next(one for one in page if isinstance(one, LTFigure)), *(boxes[line] for line in lines if line in boxes)]
    assert len(above) > 1
    assert boxes["Search was slow"].y1 < min(one.y0 for one in above)


def test_a_word_file_comes_back_without_its_numbers() -> None:
    data = render(load(REPORT), "docx", theme=dressed(numbering=EVERYTHING["numbering"]))
    fields = load(data, format="docx")
    assert (fields.id, fields.trigger) == ("INC-7", "A failover.")
    assert " ".join(fields.lessons).split() == ["Test", "it.", "Measure", "it."]
