"""Word files with named styles, headings, lists and tables that people can edit."""

from __future__ import annotations

from pathlib import Path

from pmexport.document.nodes import Document
from pmexport.errors import ThemeError
from pmexport.problems import Problem
from pmexport.renderers.docx import package, page, styles, word_document
from pmexport.renderers.docx.body import Body
from pmexport.renderers.docx.drawings import load_logo
from pmexport.renderers.docx.oxml import TextWriter
from pmexport.renderers.docx.template import template_rendering
from pmexport.renderers.shared.paper import text_area, to_twips
from pmexport.theming.themes import Theme

_MAX_LOGO = to_twips("60mm"), to_twips("14mm")


class DocxRenderer:
    """Renders Word files (ISO/IEC 29500, transitional)."""

    name = "docx"
    suffix = "docx"
    media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    summary = "Word, with styles to edit, live contents and links, accessible tables"

    def __init__(self, *, template: str | Path | None = None) -> None:
        """Set the path of a company's Word template. If omitted, the theme's template is used, if it has one."""
        self._template = template

    def render(self, document: Document, theme: Theme, warnings: list[Problem]) -> bytes:
        """Return the bytes of a .docx file.

        Raises ThemeError if the theme's logo or template is missing or invalid. Raises RenderError if the template
        cannot be used, or if SOURCE_DATE_EPOCH is not a number.
        """
        template = self._choose_template(theme)
        if template is not None:
            return template_rendering.render_template(template, document, theme.tokens, warnings)
        tokens = theme.tokens
        writer = TextWriter(rtl=document.direction == "rtl")
        word = package.create_document()
        package.apply_settings(word, tokens)
        styles.write_styles(word.styles.element, tokens, document.language, rtl=writer.rtl)
        width, height = text_area(tokens.page)
        body = Body(word.part, tokens, writer, height, lists_by_style=True)
        text = word.element.body
        properties = text[-1]
        text.remove(properties)
        if tokens.logo:
            body.images.draw_image(writer.add_paragraph(text, "Logo"), load_logo(theme), *_MAX_LOGO)
        word_document.write_document(text, document, body, writer, width)
        text.append(properties)
        body.numbering.write_lists(word.part.numbering_part.element)
        page.set_geometry(word.sections[0], tokens.page, rtl=writer.rtl)
        page.write_headers_footers(word.sections[0], document, tokens, writer)
        package.write_properties(word, document)
        return package.save_document(word, document)

    def _choose_template(self, theme: Theme) -> str | Path | None:
        """Return the template to use, if any. Raises ThemeError if the theme names one that is missing."""
        if self._template is not None or not theme.tokens.word.template:
            return self._template
        path = theme.find(theme.tokens.word.template)
        if path is None:
            raise ThemeError(f"theme {theme.name!r}: the Word template {theme.tokens.word.template!r} is missing")
        return path
