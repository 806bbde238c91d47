"""PDF: the web page, laid out on paper by WeasyPrint; tagged for those who hear it (PDF/UA-1, ISO 14289-1)."""

from __future__ import annotations

import re
import sys
from contextlib import AbstractContextManager, nullcontext, redirect_stdout
from importlib import import_module
from io import StringIO
from threading import Lock
from typing import Any

from pmexport.document.nodes import Document
from pmexport.errors import RenderError
from pmexport.problems import Problem
from pmexport.renderers.html import page, root, sheets, variables
from pmexport.renderers.shared import table_layout
from pmexport.theming.themes import Theme

ENGINE = "pmexport.renderers.pdf.engine"

_importing = Lock()

SHEETS = ("style.css", "code.css", "print.css", "pdf.css")

NO_PANGO = """\
a PDF needs the Pango library, which is not here ({error}). Install it:
  Debian, Ubuntu:    apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
  Fedora:            dnf install pango
  Alpine:            apk add so:libpango-1.0.so.0 so:libpangoft2-1.0.so.0 so:libharfbuzz-subset.so.0
  macOS (Homebrew):  brew install pango
  Windows (MSYS2):   pacman -S mingw-w64-ucrt-x86_64-pango
HTML, Word and Markdown do without."""

ROOMS = {"head-start": 0.32, "head-end": 0.63, "foot-start": 0.72}
"""How much of a page's width what stands in its head and foot may take, a little less than in pdf.css."""
ROOMS_BESIDE_TLP = {"head-start": 0.27, "head-end": 0.39, "foot-start": 0.39}


class PdfRenderer:
    """Makes a tagged PDF whose bytes depend on the document and the theme alone."""

    name = "pdf"
    suffix = "pdf"
    media_type = "application/pdf"
    summary = "A tagged, accessible PDF (PDF/UA-1)"

    def render(self, document: Document, theme: Theme, warnings: list[Problem]) -> bytes:
        """Return the PDF, and warn of the characters that no font has.

        Raises RenderError where Pango is missing, lists are nested beyond reason or the file would not be accessible;
        ThemeError where the theme is at fault, or asks for a file that is not its own.
        """
        pdf: bytes = _engine().make(page(document, theme), _styles(document, theme), theme, document, warnings)
        return pdf


def _engine() -> Any:
    """Return the module that needs WeasyPrint, which takes half a second to import."""
    try:
        with _importing:  # one thread at a time, for standard output is everybody's
            silence: AbstractContextManager[Any] = (
                nullcontext() if ENGINE in sys.modules else redirect_stdout(StringIO())
            )
            with silence:  # of WeasyPrint, which prints what is missing
                return import_module(ENGINE)
    except OSError as error:
        raise RenderError(NO_PANGO.format(error=str(error).partition("\n")[0])) from error


def _styles(document: Document, theme: Theme) -> list[tuple[str | None, str]]:
    """Return the style sheets, each with the address against which its own addresses are resolved."""
    own = root(variables(theme.tokens) | _furniture(document, table_layout.sheet_of(theme.tokens).upright))
    files = [(path.resolve().as_uri(), text) for name in SHEETS for path, text in sheets(theme, name)]
    return [(None, own), *files]


def _furniture(document: Document, room: float) -> dict[str, str]:
    """Return what stands on every page, as CSS `content`; what does not fit there ends in an ellipsis.

    room: what a line holds of the type of tables, which is larger.
    """
    texts = {
        "head-start": (document.properties.id,),
        "head-end": (document.title,),
        "foot-start": document.running,
    }
    shares = ROOMS_BESIDE_TLP if document.tlp else ROOMS
    fitting = {name: _string(table_layout.joined(facts, 1.1 * room * shares[name])) for name, facts in texts.items()}
    numbers = {"{page}": "counter(page)", "{pages}": "counter(pages)"}
    words = re.split(r"(\{pages?\})", document.words.page)
    return fitting | {"foot-end": " ".join(numbers.get(word) or _string(word) for word in words)}


def _string(text: str) -> str:
    """Return the text as a CSS string (CSS Syntax 3, 4.3.5): ASCII that is not plain becomes its number."""
    plain = re.sub(r"[^\w .,;/\xa0-\U0010ffff-]", lambda found: f"\\{ord(found[0]):x} ", text)
    return f'"{plain}"'
