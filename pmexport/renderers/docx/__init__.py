"""Word files with named styles, headings, lists and tables that people can edit."""

from pathlib import Path
from typing import Annotated

from pmexport.document.nodes import Document
from pmexport.errors import ThemeError
from pmexport.problems import Problem
from pmexport.renderers.options import RendererOption
from pmexport.theming.themes import Theme

_TEMPLATE = RendererOption("Company .docx or .dotx that provides Word pages and styles.", "FILE", "--word-template")


class DocxRenderer:
    """Renders Word files (ISO/IEC 29500, transitional)."""

    name = "docx"
    suffix = "docx"
    media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    summary = "A Word document with editable styles, contents and links, and accessible tables"

    def __init__(self, *, template: Annotated[str | Path | None, _TEMPLATE] = None) -> None:
        """Set the path of a company's Word template. If omitted, the theme's template is used, if it has one."""
        self._template = template

    def render(self, document: Document, theme: Theme, warnings: list[Problem]) -> bytes:
        """Return the bytes of a .docx file.

        Raises ThemeError if the theme's template is missing. Raises RenderError if the template
        cannot be used, or if SOURCE_DATE_EPOCH is not a number.
        """
        from pmexport.renderers.docx.default_rendering import render_default  # noqa: PLC0415 - imports python-docx
        from pmexport.renderers.docx.template.template_rendering import render_template  # noqa: PLC0415

        template = self._choose_template(theme)
        if template is not None:
            return render_template(template, document, theme.tokens, warnings)
        return render_default(document, theme)

    def _choose_template(self, theme: Theme) -> str | Path | None:
        """Return the template to use, if any. Raises ThemeError if the theme names one that is missing."""
        if self._template is not None or not theme.tokens.word.template:
            return self._template
        path = theme.find(theme.tokens.word.template)
        if path is None:
            raise ThemeError(f"theme {theme.name!r}: the Word template {theme.tokens.word.template!r} is missing")
        return path
