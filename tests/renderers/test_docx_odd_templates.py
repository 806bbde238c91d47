"""Rendering a report on templates with the habits of real ones."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import docx
import odd_templates
import pytest
from odd_templates import ENCLOSED, END, REPORT, field, save, with_paragraphs
from parity import assert_says_the_same

from pmexport import RenderError, check_template, load
from pmexport.assets.folder import Folder
from pmexport.document.compose import compose
from pmexport.document.nodes import Document, Paragraph, Text
from pmexport.renderers.docx import DocxRenderer, completeness
from pmexport.report.facts import derive_facts
from pmexport.theming import themes

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SAMPLE = Path(__file__).parent.parent.parent / "samples" / "checkout-outage.yaml"


@pytest.fixture(scope="session")
def document() -> Document:
    report = load(SAMPLE)
    return compose(report, derive_facts(report), Folder(report.base))


def render(template: Path, document: Document) -> bytes:
    return DocxRenderer(template=template).render(document, themes.default_theme(), [])


# ---- no text is lost


@pytest.mark.parametrize("name", ENCLOSED)
def test_a_place_inside_a_field_is_refused(name: str, document: Document, tmp_path: Path) -> None:
    template = save(ENCLOSED[name](), tmp_path / "odd.docx")
    with pytest.raises(RenderError, match=r"\{\{report\}\} is inside the field \{ \w+"):
        render(template, document)
    assert [one.level for one in check_template(template)] == ["error"]


def test_a_place_after_a_field_is_used(document: Document, tmp_path: Path) -> None:
    template = save(with_paragraphs(field('TOC \\o "1-3"'), END + REPORT), tmp_path / "odd.docx")
    assert_says_the_same(document, "docx", render(template, document))


def test_a_file_without_a_text_of_the_document_is_not_written(document: Document) -> None:
    runs = "<w:r><w:t>Checkout un</w:t></w:r><w:r><w:t>available</w:t></w:r>"
    body = odd_templates.parse(f"<w:body><w:p>{runs}</w:p></w:body>")
    told = replace(document, title="Checkout unavailable", masthead=(), byline=(), sections=(), footer=())
    completeness.refuse_losses(body, told)
    with pytest.raises(RenderError, match="would lack 'In the EU'"):
        completeness.refuse_losses(body, replace(told, footer=(Paragraph((Text("In the EU"),)),)))


# ---- the template's own table of contents


CASES = {
    r'TOC \o "1-1"': {"Heading 1": 1},
    r"TOC \o 1-1 \h": {"Heading 1": 1},
    r'TOC \h \t "Heading 1,2,Title,1"': {"Heading 1": 2, "Title": 1},
    r'TOC \t "Heading 1;1;Heading 2;3"': {"Heading 1": 1, "Heading 2": 3},
    r'TOC \t "Überschrift 1; 1" \z': {"Heading 1": 1},
    r'TOC \o "2-3" \t "Heading 1,1,Title,1"': {"Heading 1": 1, "Title": 1, "Heading 2": 2, "Heading 3": 3},
    r'TOC \t "Title,4" \o "1-2"': {"Heading 1": 1, "Heading 2": 2, "Title": 4},
    r'toc \u \t "Title,1"': {"Heading 1": 1, "Heading 2": 2, "Heading 3": 3, "Title": 1},
    "TOC": {"Heading 1": 1, "Heading 2": 2, "Heading 3": 3},
}
"""Instructions of fields, and the levels of the styles that Word lists for them."""


def contents(data: bytes) -> list[tuple[str, str]]:
    """Return the entries of a file's table of contents: the name of the style, and the text."""
    word = docx.Document(BytesIO(data))
    names = {style.style_id: style.name for style in word.styles}
    found = [(names[p.style or "Normal"], p) for p in word.element.body.iter(f"{W}p")]
    return [(name, p.text) for name, p in found if name.startswith("toc ")]


@pytest.mark.parametrize("code", CASES)
def test_the_contents_list_what_their_field_says(code: str, document: Document, tmp_path: Path) -> None:
    template = save(with_paragraphs(field(code), END, REPORT), tmp_path / "odd.docx")
    data = render(template, document)
    word, levels = docx.Document(BytesIO(data)), CASES[code]
    named = [(str(p.style and p.style.name), p.text) for p in word.paragraphs]
    listed = [(levels[name], words) for name, words in named if name in levels]
    assert len(listed) > 1
    assert contents(data) == [(f"toc {min(level, 2)}", words) for level, words in listed]
    assert_says_the_same(document, "docx", data)


def test_headings_in_tables_and_controls_are_listed(document: Document, tmp_path: Path) -> None:
    word = with_paragraphs(field(r'TOC \o "1-1"'), END, REPORT)
    word.add_table(1, 1).cell(0, 0).paragraphs[0].style = "Heading 1"
    word.tables[0].cell(0, 0).paragraphs[0].text = "In a table"
    heading = '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>In a control</w:t></w:r></w:p>'
    word.element.body[-1].addprevious(odd_templates.parse(f"<w:sdt><w:sdtContent>{heading}</w:sdtContent></w:sdt>"))
    entries = contents(render(save(word, tmp_path / "odd.docx"), document))
    assert [words for _, words in entries][-2:] == ["In a table", "In a control"]


@pytest.mark.parametrize("code", [r'TOC \h \z \c "Figure"', r'TOC \t "Caption,1"', r"TOC \f"])
def test_other_lists_do_not_replace_the_contents(code: str, document: Document, tmp_path: Path) -> None:
    template = save(with_paragraphs(field(code), END, REPORT), tmp_path / "odd.docx")
    assert any(entry == ("toc 1", "Timeline") for entry in contents(render(template, document)))


def test_every_table_of_contents_is_filled(document: Document, tmp_path: Path) -> None:
    brief, full = (field(rf'TOC \o "1-{levels}"') for levels in (1, 2))
    entries = contents(render(save(with_paragraphs(brief, END, full, END, REPORT), tmp_path / "odd.docx"), document))
    assert [words for _, words in entries].count("Timeline") == 2
    assert [words for _, words in entries].count("What happened") == 1


def test_a_title_that_only_the_contents_show_is_written(document: Document, tmp_path: Path) -> None:
    template = save(with_paragraphs(field("TOC", "{{title}}"), END, REPORT), tmp_path / "odd.docx")
    assert_says_the_same(document, "docx", render(template, document))
