"""The sheet of paper, and what stands on every one: the running head and foot, the TLP label, the mark of a draft."""

from __future__ import annotations

from docx.section import Section, _BaseHeaderFooter
from docx.shared import Twips
from lxml import etree

from pmexport.document.nodes import Document, Tlp
from pmexport.renderers.docx import fields, watermark
from pmexport.renderers.docx.oxml import BETWEEN, Face, Pen, child
from pmexport.renderers.docx.styles import FURNITURE, paper, text_area, traffic_light, twips
from pmexport.renderers.docx.tables import shortened
from pmexport.theming.themes import Page, Tokens

_ROOMS = {"id": 0.25, "title": 0.65, "running": 0.75}
"""Which part of a line these may take, beside each other and the number of the page; what is longer is cut short."""
_ROOMS_BESIDE_LABEL = {"id": 0.2, "title": 0.5, "running": 0.5}


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


def furnish(section: Section, document: Document, tokens: Tokens, pen: Pen) -> None:
    """Write the head and the foot of the pages; the first does without the report's id and title."""
    section.different_first_page_header_footer = True
    for number, head in enumerate((section.first_page_header, section.header), 1):
        paragraph = pen.paragraph(_emptied(head), "Header")
        _head(paragraph, document, tokens, pen, is_first=number == 1)
        if document.mark:
            _mark(paragraph, document, number, tokens)
    for foot in (section.first_page_footer, section.footer):
        _foot(pen.paragraph(_emptied(foot), "Footer"), document, tokens, pen)


def label(parent: etree._Element, document: Document, pen: Pen) -> None:
    """Append the TLP label, if there is one, as a line of its own."""
    if document.tlp:
        _label(pen.paragraph(parent, "TLP", ltr=True), document.tlp, pen)


def _mark(paragraph: etree._Element, document: Document, number: int, tokens: Tokens) -> None:
    """Append the mark of a report that is not final to a paragraph of the n-th head of the file."""
    width = text_area(tokens.page)[0]
    font, color = tokens.fonts.word_text, tokens.colors.hairline
    watermark.draw(paragraph, document.mark, number, font=font, color=color, width=width)


def _head(paragraph: etree._Element, document: Document, tokens: Tokens, pen: Pen, *, is_first: bool) -> None:
    if not is_first:
        if document.properties.id:
            pen.run(paragraph, _fitting("id", document.properties.id, document, tokens), Face("RunningHead"))
        pen.run(paragraph, _between(document.properties.id, document))
        pen.run(paragraph, _fitting("title", document.title, document, tokens))
    if document.tlp:
        pen.run(paragraph, "\t")
        _label(paragraph, document.tlp, pen)


def _foot(paragraph: etree._Element, document: Document, tokens: Tokens, pen: Pen) -> None:
    running = _fitting("running", BETWEEN.join(document.running), document, tokens)
    pen.run(paragraph, running)
    pen.run(paragraph, _between(running, document))
    fields.page_of(paragraph, document.words.page, pen)
    if document.tlp:
        pen.run(paragraph, "\t")
        _label(paragraph, document.tlp, pen)


def _between(text: str, document: Document) -> str:
    """Return what stands between a text and the next: the end of the line is the label's, if there is one."""
    return "\t" if not document.tlp else BETWEEN if text else ""


def _fitting(name: str, text: str, document: Document, tokens: Tokens) -> str:
    """Return as much of a text as its part of the line holds."""
    share = (_ROOMS_BESIDE_LABEL if document.tlp else _ROOMS)[name]
    size = round(twips(tokens.fonts.size) * FURNITURE)
    return shortened(text, round(text_area(tokens.page)[0] * share), size)


def _label(paragraph: etree._Element, label: Tlp, pen: Pen) -> None:
    """Append a TLP label, with some of its ground on either side."""
    pen.run(paragraph, f"\u00a0{label}\u00a0", Face(traffic_light(label)), ltr=True)


def _emptied(part: _BaseHeaderFooter) -> etree._Element:
    """Return the element of a head or foot of the section's own, without the paragraph that python-docx puts there."""
    part.is_linked_to_previous = False
    element: etree._Element = part.part.element
    element[:] = []
    return element
