"""Word files with named styles, headings, lists and tables that people can edit."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pmexport.errors import RenderError, ThemeError
from pmexport.problems import Problem
from pmexport.renderers.options import RendererOption

if TYPE_CHECKING:
    from pmexport.document.nodes import Document
    from pmexport.theming.themes import Theme

_TEMPLATE = RendererOption("Your company's Word template (.docx or .dotx).", "FILE", "--word-template")

_FIELDS = RendererOption("Text for a placeholder of your own in the Word template. Repeatable.", "NAME=TEXT", "--field")


class DocxRenderer:
    """Renders Word files (ISO/IEC 29500, transitional)."""

    name = "docx"
    suffix = "docx"
    media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    summary = "A Word document with editable styles, contents and links, and accessible tables"

    def __init__(
        self,
        *,
        word_template: Annotated[str | Path | bytes | None, _TEMPLATE] = None,
        fields: Annotated[Mapping[str, str] | None, _FIELDS] = None,
        template: str | Path | bytes | None = None,
    ) -> None:
        """Set a company's Word template and the texts of its own placeholders.

        word_template: its path, or its bytes. If omitted, the theme's template is used, if it has one.
        fields: texts by name: `{"contract": "C-17"}` fills in `{{contract}}`.
        template: what `word_template` was called in version 0.1.
        """
        if template is not None:
            warnings.warn("`template` is now called `word_template`.", DeprecationWarning, stacklevel=2)
        self._template = template if word_template is None else word_template
        self._fields = fields

    def render(self, document: Document, theme: Theme, warnings: list[Problem]) -> bytes:
        """Return the bytes of a .docx file.

        Raises ThemeError if the theme's template is missing. Raises RenderError if the template
        cannot be used, if there are fields and no template, or if SOURCE_DATE_EPOCH is not a number.
        """
        from pmexport.renderers.docx.default_rendering import render_default  # noqa: PLC0415 - imports python-docx
        from pmexport.renderers.docx.template.template_rendering import render_template  # noqa: PLC0415

        template = self._choose_template(theme)
        if template is not None:
            return render_template(template, document, theme.tokens, warnings, self._fields)
        if self._fields:
            raise RenderError(
                "Fields fill in placeholders of a Word template. Choose the template with --word-template."
            )
        return render_default(document, theme)

    def _choose_template(self, theme: Theme) -> str | Path | bytes | None:
        """Return the template to use, if any. Raises ThemeError if the theme names one that is missing."""
        if self._template is not None or not theme.tokens.word.template:
            return self._template
        path = theme.find(theme.tokens.word.template)
        if path is None:
            raise ThemeError(f"theme {theme.name!r}: the Word template {theme.tokens.word.template!r} is missing")
        return path
