"""The sheet of paper, and what stands on every one: the running head and foot."""

from __future__ import annotations

from textwrap import shorten

from docx.section import Section, _BaseHeaderFooter
from docx.shared import Twips
from lxml import etree

from pmexport.document.nodes import Document
from pmexport.renderers.docx import fields
from pmexport.renderers.docx.styles import paper, twips
from pmexport.renderers.docx.writing import BETWEEN, Face, Pen, child, clean, root
from pmexport.themes import Page

_LONGEST_TITLE = 90
"""In characters; a longer title is cut short in the running head."""


def set_up(section: Section, page: Page, *, rtl: bool) -> None:
    """Set the size, the margins and the direction of the pages."""
    width, height = paper(page)
    section.page_width, section.page_height = Twips(width), Twips(height)
    section.top_margin, section.bottom_margin = Twips(twips(page.margin_top)), Twips(twips(page.margin_bottom))
    section.left_margin, section.right_margin = Twips(twips(page.margin_left)), Twips(twips(page.margin_right))
    section.header_distance = Twips(twips(page.margin_top) // 2)
    section.footer_distance = Twips(twips(page.margin_bottom) // 2)
    properties = section._sectPr  # noqa: SLF001  # python-docx knows neither grid nor direction
    for grid in properties.xpath("w:docGrid"):
        properties.remove(grid)
    if rtl:
        child(properties, "bidi")


def furnish(section: Section, document: Document, pen: Pen) -> None:
    """Write the running head, which the first page does without, and the foot."""
    section.different_first_page_header_footer = True
    _fill(section.first_page_header, pen.paragraph(root("hdr"), "Header"))
    _fill(section.header, _head(document, pen))
    _fill(section.first_page_footer, _foot(document, pen))
    _fill(section.footer, _foot(document, pen))


def _head(document: Document, pen: Pen) -> etree._Element:
    paragraph = pen.paragraph(root("hdr"), "Header")
    if document.properties.id:
        pen.run(paragraph, document.properties.id, Face("RunningHead"))
    pen.run(paragraph, "\t" + shorten(clean(document.title), _LONGEST_TITLE, placeholder="…"))
    return paragraph


def _foot(document: Document, pen: Pen) -> etree._Element:
    paragraph = pen.paragraph(root("ftr"), "Footer")
    pen.run(paragraph, BETWEEN.join(document.running) + "\t")
    fields.page_of(paragraph, document.words.page, pen)
    return paragraph


def _fill(part: _BaseHeaderFooter, paragraph: etree._Element) -> None:
    part.is_linked_to_previous = False
    element = part.part.element
    element[:] = [paragraph]
