"""Adds the classification of a report to a company's template that has no placeholder for it on its pages."""

from docx.document import Document as WordDocument

from pmexport.document.nodes import Document
from pmexport.renderers.docx import page
from pmexport.renderers.docx.oxml import Element, TextWriter, create_root
from pmexport.renderers.docx.template import adoption
from pmexport.renderers.docx.template.style_roles import Roles
from pmexport.renderers.docx.template.template_watermark import shown_parts


def write_classifications(word: WordDocument, document: Document, roles: Roles, writer: TextWriter) -> None:
    """Add the classification and the TLP label, if any, above all headers and below all footers."""
    if not document.classification and not document.tlp:
        return
    for header in dict.fromkeys(shown_parts(word, "header")):
        header[:0] = _write_lines(document, roles, writer)
    for footer in dict.fromkeys(shown_parts(word, "footer")):
        footer.extend(_write_lines(document, roles, writer))


def _write_lines(document: Document, roles: Roles, writer: TextWriter) -> list[Element]:
    written = create_root("body")
    page.write_classification(written, document, writer)
    page.write_label(written, document, writer)
    adoption.adopt_styles(written, roles)
    return list(written)
