"""Page size, margins, headers and footers, with the classification, the TLP label and the watermark."""

from docx.section import Section, _BaseHeaderFooter
from docx.shared import Twips

from pmexport.document.nodes import Document, Tlp
from pmexport.renderers.docx import fields, watermark
from pmexport.renderers.docx.oxml import SEPARATOR, Element, Font, TextWriter, add_child
from pmexport.renderers.docx.styles import HEADER_SIZE, style_id, tlp_style_name
from pmexport.renderers.docx.tables import shorten_text
from pmexport.renderers.shared.paper import paper_twips, text_area, to_twips
from pmexport.theming.tokens import Page, Tokens

_ROOMS = {"id": 0.25, "title": 0.65, "running": 0.75}
"""The share of a line that each text may take; longer texts are shortened."""
_ROOMS_BESIDE_LABEL = {"id": 0.2, "title": 0.5, "running": 0.5}


def set_geometry(section: Section, page: Page, *, rtl: bool, boxed: bool) -> None:
    """Set the size, margins and direction of the pages. boxed: whether headers and footers have two lines."""
    width, height = paper_twips(page)
    section.page_width, section.page_height = Twips(width), Twips(height)
    section.top_margin, section.bottom_margin = Twips(to_twips(page.margin_top)), Twips(to_twips(page.margin_bottom))
    section.left_margin, section.right_margin = Twips(to_twips(page.margin_left)), Twips(to_twips(page.margin_right))
    share = 4 if boxed else 2
    section.header_distance = Twips(to_twips(page.margin_top) // share)
    section.footer_distance = Twips(to_twips(page.margin_bottom) // share)
    properties = section._sectPr  # noqa: SLF001  # python-docx supports neither grid nor direction
    for grid in properties.xpath("w:docGrid"):
        properties.remove(grid)
    if rtl:
        add_child(properties, "bidi")


def write_headers_footers(section: Section, document: Document, tokens: Tokens, writer: TextWriter) -> None:
    """Write headers and footers; the first page's header omits the report's id and title."""
    section.different_first_page_header_footer = True
    for number, head in enumerate((section.first_page_header, section.header), 1):
        part = _clear_part(head)
        if document.mark and tokens.mark == "band":
            write_band(part, document.mark, writer)
        write_classification(part, document, writer)
        paragraph = writer.add_paragraph(part, "Header")
        _write_header(paragraph, document, tokens, writer, first=number == 1)
        if document.mark and tokens.mark == "watermark":
            font, color, width = tokens.fonts.word_text, tokens.colors.hairline, text_area(tokens.page)[0]
            watermark.draw_watermark(paragraph, document.mark, number, font=font, color=color, width=width)
    for foot in (section.first_page_footer, section.footer):
        part = _clear_part(foot)
        _write_footer(writer.add_paragraph(part, "Footer"), document, tokens, writer)
        write_classification(part, document, writer)


def write_band(parent: Element, mark: str, writer: TextWriter) -> None:
    """Append the mark of a report that is not final as a band as wide as the text."""
    writer.add_run(writer.add_paragraph(parent, "MarkBand"), mark)


def write_classification(parent: Element, document: Document, writer: TextWriter) -> None:
    """Append the classification, if any, as a ruled box as wide as the text."""
    if document.classification:
        writer.add_run(writer.add_paragraph(parent, "Classification"), document.classification)


def write_label(parent: Element, document: Document, writer: TextWriter) -> None:
    """Append the TLP label, if any, as a paragraph."""
    if document.tlp:
        _add_label(writer.add_paragraph(parent, "TLP", ltr=True), document.tlp, writer)


def _write_header(paragraph: Element, document: Document, tokens: Tokens, writer: TextWriter, *, first: bool) -> None:
    if not first:
        start, end = document.header or (document.properties.id, document.title)
        if start:
            writer.add_run(paragraph, _fit_text("id", start, document, tokens), Font("RunningHead"))
        writer.add_run(paragraph, _separate_from(start, document))
        writer.add_run(paragraph, _fit_text("title", end, document, tokens))
    if document.tlp:
        writer.add_run(paragraph, "\t")
        _add_label(paragraph, document.tlp, writer)


def _write_footer(paragraph: Element, document: Document, tokens: Tokens, writer: TextWriter) -> None:
    running = _fit_text("running", SEPARATOR.join(document.running), document, tokens)
    writer.add_run(paragraph, running)
    writer.add_run(paragraph, _separate_from(running, document))
    fields.write_page_number(paragraph, document.words.page, writer)
    if document.tlp:
        writer.add_run(paragraph, "\t")
        _add_label(paragraph, document.tlp, writer)


def _separate_from(text: str, document: Document) -> str:
    """Return the separator after a text: a tab, unless the TLP label takes the end of the line."""
    return "\t" if not document.tlp else SEPARATOR if text else ""


def _fit_text(name: str, text: str, document: Document, tokens: Tokens) -> str:
    share = (_ROOMS_BESIDE_LABEL if document.tlp else _ROOMS)[name]
    size = round(to_twips(tokens.fonts.size) * HEADER_SIZE)
    return shorten_text(text, round(text_area(tokens.page)[0] * share), size)


def _add_label(paragraph: Element, label: Tlp, writer: TextWriter) -> None:
    """Append a TLP label, with background on either side."""
    writer.add_run(paragraph, f"\u00a0{label}\u00a0", Font(style_id(tlp_style_name(label))), ltr=True)


def _clear_part(part: _BaseHeaderFooter) -> Element:
    """Return the section's own header or footer, without the paragraph that python-docx adds."""
    part.is_linked_to_previous = False
    element: Element = part.part.element
    element[:] = []
    return element
