"""What a theme's tokens change in the document itself, so that all formats show it: numbers, endnotes, a cover."""

from dataclasses import replace

from pmexport.document import cited_numbers, endnotes, furniture
from pmexport.document.nodes import Document
from pmexport.document.typography import smarten_document
from pmexport.theming.tokens import Tokens


def arrange_document(document: Document, tokens: Tokens) -> Document:
    """Return a document as the tokens of a theme want it."""
    document = cited_numbers.number_document(document, **dict(tokens.numbering))
    if tokens.addresses == "endnotes":
        document = endnotes.note_addresses(document)
    if tokens.cover.shown:
        document = furniture.add_cover(document, tokens.cover.distribution)
    header, footer = (tokens.header.start, tokens.header.end), tokens.footer.start
    document = furniture.set_running(document, header, footer, tokens.logo_alt)
    document = replace(document, letterhead=tokens.letterhead)
    return smarten_document(document) if tokens.typography == "smart" else document
