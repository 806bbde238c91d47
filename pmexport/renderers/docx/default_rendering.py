"""A report as a Word file of our own, without a company's template."""

from pmexport.document.nodes import Document, Image
from pmexport.renderers.docx import missing_texts, package, page, styles, word_document
from pmexport.renderers.docx.body import Body
from pmexport.renderers.docx.oxml import Element, TextWriter, add_child
from pmexport.renderers.docx.page_one import shorten_document
from pmexport.renderers.shared.contents_place import is_long
from pmexport.renderers.shared.page_one import lacks_figures
from pmexport.renderers.shared.paper import text_area, to_twips
from pmexport.theming.themes import Theme

_MAX_LOGO = to_twips("60mm"), to_twips("14mm")


def render_default(document: Document, theme: Theme) -> bytes:
    """Return the bytes of a .docx file."""
    tokens = theme.tokens
    writer = TextWriter(rtl=document.direction == "rtl")
    word = package.create_document()
    package.apply_settings(word, tokens)
    styles.write_styles(word.styles.element, tokens, document.language, rtl=writer.rtl, themed=True)
    width, height = text_area(tokens.page)
    margin, broken = styles.measure_margin(tokens), list_breaks(document)
    body = Body(word.part, tokens, writer, height, lists_by_style=True, margin=margin, broken=broken)
    text = word.element.body
    properties = text[-1]
    text.remove(properties)
    if (logo := theme.logo) is not None:
        image = Image(logo.data, logo.media_type, logo.width, logo.height, tokens.logo_alt)
        body.images.draw_image(writer.add_paragraph(text, "Logo"), image, *_MAX_LOGO)
    if document.letterhead:
        _write_letterhead(writer.add_paragraph(text, "Letterhead"), document.letterhead, writer)
    shown = shorten_document(document, width, height, to_twips(tokens.fonts.size))
    word_document.write_document(text, shown, body, writer, width, listed=is_long(document, tokens))
    text.append(properties)
    missing_texts.refuse_losses(text, shown)
    body.numbering.write_lists(word.part.numbering_part.element)
    page.set_geometry(word.sections[0], tokens.page, rtl=writer.rtl, boxed=bool(document.classification))
    page.write_headers_footers(word.sections[0], document, tokens, writer)
    package.write_properties(word, document, is_shortened=lacks_figures(document, shown))
    return package.save_document(word, document)


def list_breaks(document: Document) -> tuple[str, ...]:
    """Return the id of the section that a cover's end puts on a new page, if there is a cover."""
    return tuple(section.id for section in document.sections[: bool(document.cover)])


def _write_letterhead(paragraph: Element, lines: tuple[str, ...], writer: TextWriter) -> None:
    """Write the lines beside the logo."""
    for number, line in enumerate(lines):
        if number:
            add_child(add_child(paragraph, "r"), "br")
        writer.add_run(paragraph, line)
