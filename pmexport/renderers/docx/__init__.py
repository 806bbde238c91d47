"""Word: a file with real styles, headings, lists and tables, that opens without a question and can be edited."""

from __future__ import annotations

from lxml import etree

from pmexport.document.nodes import Document, Inlines, Rule, Text, sections_of
from pmexport.renderers.docx import fields, package, page, styles
from pmexport.renderers.docx.body import Body, Place, bookmark
from pmexport.renderers.docx.pictures import logo
from pmexport.renderers.docx.writing import Pen
from pmexport.themes import Theme

_FEWEST_SECTIONS = 5
"""How many sections of level 2 ask for a list of contents."""
_LOGO_WIDTH, _LOGO_HEIGHT = styles.twips("60mm"), styles.twips("14mm")


class DocxRenderer:
    """Makes Word files (ISO/IEC 29500, transitional)."""

    name = "docx"
    suffix = "docx"
    media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    summary = "Word, with styles to edit, live contents and links, accessible tables"

    def render(self, document: Document, theme: Theme) -> bytes:
        """Return the bytes of a .docx file.

        Raises ThemeError where the theme's logo is missing or no picture, RenderError where SOURCE_DATE_EPOCH is asked
        for and no number.
        """
        tokens = theme.tokens
        pen = Pen(rtl=document.direction == "rtl")
        word = package.blank()
        package.set_up(word, tokens)
        styles.write(word.styles.element, tokens, document.language, rtl=pen.rtl)
        body = Body(word.part, tokens, pen)
        _write(word.element.body, document, theme, body, pen)
        body.numbering.write(word.part.numbering_part.element)
        page.set_up(word.sections[0], tokens.page, rtl=pen.rtl)
        page.furnish(word.sections[0], document, pen)
        package.describe(word, document)
        return package.save(word, document)


def _write(text: etree._Element, document: Document, theme: Theme, body: Body, pen: Pen) -> None:
    """Write everything that stands between the margins, in the order of the tree; last the section's properties.

    It is written where it stays: to move elements from one lxml document to another takes longer than to make them.
    """
    properties = text[-1]
    text.remove(properties)
    place = Place(styles.text_area(theme.tokens.page)[0])
    if theme.tokens.logo:
        body.pictures.draw(pen.paragraph(text, "Logo"), logo(theme), _LOGO_WIDTH, _LOGO_HEIGHT)
    kind: tuple[Inlines, ...] = ((Text(document.kind),),) if document.kind else ()
    body.facts(text, "Masthead", (*kind, *document.masthead), place)
    pen.run(pen.paragraph(text, "Title"), document.title)
    body.facts(text, "Subtitle", document.byline, place)
    if len(document.sections) >= _FEWEST_SECTIONS:
        entries = [
            (section.level - 1, section.title, bookmark(number))
            for number, section in enumerate(sections_of(document), 1)
        ]
        fields.contents(text, document.words.contents, entries, pen)
    for section in document.sections:
        body.section(text, section, place)
    if document.footer:
        body.blocks(text, (Rule(), *document.footer), Place(place.width, "ClosingNote"))
    text.append(properties)
