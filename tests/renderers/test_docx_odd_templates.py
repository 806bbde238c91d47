"""Rendering a report on templates with the habits of real ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

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
