"""PDF: the HTML page laid out by WeasyPrint, and tagged for screen readers (PDF/UA-1, ISO 14289-1)."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated

from pmexport.document.nodes import AttachmentRole, Document, on_paper
from pmexport.errors import FormatError
from pmexport.problems import Problem
from pmexport.renderers.html import make_page
from pmexport.renderers.options import RendererOption
from pmexport.renderers.pdf.engine_import import import_engine
from pmexport.renderers.pdf.standards import StandardName, find_standard
from pmexport.renderers.pdf.symbols import mark_symbols
from pmexport.renderers.shared import page_one
from pmexport.renderers.shared.css import (
    BAND,
    COVER,
    RAIL,
    break_pages,
    list_variables,
    read_stylesheets,
    set_variables,
)
from pmexport.renderers.shared.page_texts import refuse_changes
from pmexport.renderers.shared.sheet_margins import Marks, list_margins
from pmexport.theming.themes import Theme

STYLESHEETS = ("style.css", "code.css", "print.css", RAIL, "page_one.css", BAND, COVER, "pdf.css")

_STANDARD = RendererOption(
    "Standard for the PDF: PDF/UA-1 for accessibility, or PDF/A for archives as well.", flag="--pdf-standard"
)
_SOURCE = RendererOption("Put the report's file into the PDF, with its comments.", flag="--attach-source")
_LOGS = RendererOption("Put the report's file and its complete logs into the PDF.", flag="--attach-logs")


class PdfRenderer:
    """Renders tagged PDFs whose bytes depend only on the document, the theme and the fonts."""

    name = "pdf"
    suffix = "pdf"
    media_type = "application/pdf"
    summary = "A tagged, accessible PDF (PDF/UA-1)"
    carries: tuple[AttachmentRole, ...]
    """The files to put into the PDF."""

    def __init__(
        self,
        *,
        standard: Annotated[StandardName | None, _STANDARD] = None,
        attach_source: Annotated[bool, _SOURCE] = False,
        attach_logs: Annotated[bool, _LOGS] = False,
    ) -> None:
        """Set the standard that the file conforms to, and the files in it.

        standard: ua-1 (PDF/UA-1, the default); or a-1b, a-2a, a-2u, a-3a or a-3u: this part and level of PDF/A, and
            PDF/UA-1.

        attach_source: put the report's file into the PDF, exactly as it is on disk.
        attach_logs: put the report's file and its complete logs into the PDF.

        Raises FormatError for another standard, and for files in a PDF whose standard forbids them.
        """
        self._standard = find_standard(standard)
        self.carries = ("source", "log") if attach_logs else ("source",) if attach_source else ()
        if self.carries and not self._standard.carries_files:
            raise FormatError(
                f"{self._standard.title} forbids attached files of this kind. Use a-3a or a-3u, or do not attach any."
            )

    def render(self, document: Document, theme: Theme, warnings: list[Problem]) -> bytes:
        """Return the PDF, and warn of characters that no font has.

        Raises RenderError if Pango is missing, lists are nested too deeply, or the standard forbids something that the
        document shows.
        Raises ThemeError if a file of the theme is wrong, or names a file outside the theme, or if a template leaves
        out, adds or moves texts.
        """
        document = on_paper(document)
        html, list_styles = make_page(document, theme), partial(_list_styles, document, theme)
        refuse_changes(html, document, theme, make_page)
        shorten = partial(_shorten_page_one, document, theme)
        pdf: bytes = import_engine().make_pdf(html, list_styles, theme, document, warnings, shorten, self._standard)
        return pdf


def find_fonts(document: Document, theme: Theme) -> tuple[dict[str, str], set[str]]:
    """Return the characters that each family of fonts draws in a document's PDF, and those that no font has.

    Raises RenderError if Pango is missing, and ThemeError.
    """
    document = on_paper(document)
    html, list_styles = make_page(document, theme), partial(_list_styles, document, theme)
    drawn, missing = import_engine().find_fonts(html, list_styles, theme, document)
    return drawn, missing


def _shorten_page_one(document: Document, theme: Theme, fits: Callable[[bytes], bool]) -> bytes:
    """Return a page for a document whose page one is too full. fits: whether a page is one sheet of paper."""
    shorter = page_one.shorten_document(document, lambda head: fits(make_page(head, theme)), full=True)
    return make_page(shorter, theme)


def _list_styles(document: Document, theme: Theme, replacements: Mapping[int, str]) -> list[tuple[str | None, str]]:
    """Return the style sheets, each with its base URL, if it has one.

    replacements: of characters in headers and footers that no font has.
    """
    marks = Marks("element(classification)" * bool(document.classification), "element(tlp)" * bool(document.tlp))
    margins = list_margins(document, theme.tokens, marks, replacements)
    own = set_variables(list_variables(theme.tokens) | {name: mark_symbols(text) for name, text in margins.items()})
    own += break_pages(theme.tokens)
    files = [(path.resolve().as_uri(), text) for path, text in read_stylesheets(theme, STYLESHEETS)]
    return [(None, own), *files]
