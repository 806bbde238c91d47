"""Word: a file with real styles, headings, lists and tables, that opens without a question and can be edited."""

from __future__ import annotations

from pathlib import Path

from pmexport.document.nodes import Document
from pmexport.errors import ThemeError
from pmexport.problems import Problem
from pmexport.renderers.docx import package, page, styles, word_document
from pmexport.renderers.docx.body import Body
from pmexport.renderers.docx.drawings import logo
from pmexport.renderers.docx.oxml import Pen
from pmexport.renderers.docx.template import template_rendering as company
from pmexport.theming.themes import Theme

_LOGO_WIDTH, _LOGO_HEIGHT = styles.twips("60mm"), styles.twips("14mm")


class DocxRenderer:
    """Makes Word files (ISO/IEC 29500, transitional)."""

    name = "docx"
    suffix = "docx"
    media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    summary = "Word, with styles to edit, live contents and links, accessible tables"

    def __init__(self, *, template: str | Path | None = None) -> None:
        """Choose the file of a company's Word template, whose pages and styles the file has; else the theme's."""
        self._template = template

    def render(self, document: Document, theme: Theme, warnings: list[Problem]) -> bytes:
        """Return the bytes of a .docx file.

        Raises ThemeError where the theme's logo or template is missing or not what it should be, RenderError where the
        template cannot be used, or SOURCE_DATE_EPOCH is asked for and no number.
        """
        template = self._template_of(theme)
        if template is not None:
            return company.render(template, document, theme.tokens, warnings)
        tokens = theme.tokens
        pen = Pen(rtl=document.direction == "rtl")
        word = package.blank()
        package.set_up(word, tokens)
        styles.write(word.styles.element, tokens, document.language, rtl=pen.rtl)
        width, height = styles.text_area(tokens.page)
        body = Body(word.part, tokens, pen, height, lists_by_style=True)
        text = word.element.body
        properties = text[-1]
        text.remove(properties)
        if tokens.logo:
            body.pictures.draw(pen.paragraph(text, "Logo"), logo(theme), _LOGO_WIDTH, _LOGO_HEIGHT)
        word_document.write(text, document, body, pen, width)
        text.append(properties)
        body.numbering.write(word.part.numbering_part.element)
        page.set_up(word.sections[0], tokens.page, rtl=pen.rtl)
        page.furnish(word.sections[0], document, tokens, pen)
        package.describe(word, document)
        return package.save(word, document)

    def _template_of(self, theme: Theme) -> str | Path | None:
        """Return the company's template to use. Raises ThemeError where the theme names one that it does not have."""
        if self._template is not None or not theme.tokens.word.template:
            return self._template
        path = theme.find(theme.tokens.word.template)
        if path is None:
            raise ThemeError(f"the theme {theme.name!r} has no file {theme.tokens.word.template!r}, its Word template")
        return path
