"""What a theme's tokens change in the document itself, so that all formats show it: numbers, endnotes, a cover."""

from dataclasses import replace

from pmexport.document import cited_numbers, endnotes, furniture
from pmexport.document.labels import labels_for
from pmexport.document.nodes import Document
from pmexport.document.typography import smarten_document
from pmexport.report.house_style import PLAIN, HouseStyle
from pmexport.theming.themes import Theme


def arrange_document(document: Document, theme: Theme, style: HouseStyle = PLAIN) -> Document:
    """Return a document as the tokens of a theme want it. style: the organisation's words."""
    tokens, labels = theme.tokens, labels_for(document.language, theme.folders, style)
    document = cited_numbers.number_document(document, labels, **dict(tokens.numbering))
    if tokens.addresses == "endnotes":
        document = endnotes.note_addresses(document, labels)
    if tokens.cover.shown:
        document = furniture.add_cover(document, labels, tokens.cover.distribution)
    header, footer = (tokens.header.start, tokens.header.end), tokens.footer.start
    document = furniture.set_running(document, header, footer, tokens.logo_alt)
    document = replace(document, letterhead=tokens.letterhead)
    return smarten_document(document) if tokens.typography == "smart" else document
