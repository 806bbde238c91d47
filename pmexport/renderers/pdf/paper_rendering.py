"""The page of a PDF, its style sheets, and what becomes of them. `PdfRenderer` imports this when it renders."""

from collections.abc import Callable, Mapping
from functools import partial

from pmexport.document.nodes import Document, on_paper
from pmexport.problems import Problem
from pmexport.renderers.html import make_page
from pmexport.renderers.pdf.engine_import import import_engine
from pmexport.renderers.pdf.standards import Standard
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


def render_pdf(document: Document, theme: Theme, warnings: list[Problem], standard: Standard) -> bytes:
    """Return the PDF. For the rest see `PdfRenderer.render`."""
    document = on_paper(document)
    html, styles = make_page(document, theme), partial(list_styles, document, theme)
    refuse_changes(html, document, theme, make_page)
    shorten = partial(_shorten_page_one, document, theme)
    pdf: bytes = import_engine().make_pdf(html, styles, theme, document, warnings, shorten, standard)
    return pdf


def find_fonts(document: Document, theme: Theme) -> tuple[dict[str, str], set[str]]:
    """Return the characters that each family of fonts draws in a document's PDF, and those that no font has.

    Raises RenderError if Pango is missing, and ThemeError.
    """
    document = on_paper(document)
    html, styles = make_page(document, theme), partial(list_styles, document, theme)
    drawn, missing = import_engine().find_fonts(html, styles, theme, document)
    return drawn, missing


def _shorten_page_one(document: Document, theme: Theme, fits: Callable[[bytes], bool]) -> bytes:
    """Return a page for a document whose page one is too full. fits: whether a page is one sheet of paper."""
    shorter = page_one.shorten_document(document, lambda head: fits(make_page(head, theme)), full=True)
    return make_page(shorter, theme)


def list_styles(document: Document, theme: Theme, replacements: Mapping[int, str]) -> list[tuple[str | None, str]]:
    """Return the style sheets, each with its base URL, if it has one.

    replacements: of characters in headers and footers that no font has.
    """
    marks = Marks("element(classification)" * bool(document.classification), "element(tlp)" * bool(document.tlp))
    margins = list_margins(document, theme.tokens, marks, replacements)
    own = set_variables(list_variables(theme.tokens) | {name: mark_symbols(text) for name, text in margins.items()})
    own += break_pages(theme.tokens)
    files = [(path.resolve().as_uri(), text) for path, text in read_stylesheets(theme, STYLESHEETS)]
    return [(None, own), *files]
