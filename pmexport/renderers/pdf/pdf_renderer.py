"""PDF: what a caller can ask for. The work is done by `paper_rendering`, which is imported when it is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pmexport.errors import FormatError
from pmexport.renderers.options import RendererOption
from pmexport.renderers.pdf.standards import StandardName, find_standard

if TYPE_CHECKING:
    from pmexport.document.nodes import AttachmentRole, Document
    from pmexport.problems import Problem
    from pmexport.theming.themes import Theme

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
        from pmexport.renderers.pdf.paper_rendering import render_pdf  # noqa: PLC0415 - the help needs the options only

        return render_pdf(document, theme, warnings, self._standard)
