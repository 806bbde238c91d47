"""A mail draft for stakeholders: the letter as text and as HTML, with the document attached."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pmexport.errors import FormatError
from pmexport.problems import Problem
from pmexport.renderers.mail.addresses import EXPECTED, are_addresses
from pmexport.renderers.options import RendererOption
from pmexport.renderers.pdf.standards import StandardName, find_standard

if TYPE_CHECKING:
    from pmexport.document.nodes import Document
    from pmexport.theming.themes import Theme

_ADDRESSES = "Addresses, separated by commas"
_TO = RendererOption(f"{_ADDRESSES}, to which the mail goes.", "ADDRESSES", "--to")
_CC = RendererOption(f"{_ADDRESSES}, to which a copy goes.", "ADDRESSES", "--cc")
_SENDER = RendererOption("Address from which the mail comes. (--from is the input format.)", "ADDRESS", "--sender")
_REPLY_TO = RendererOption("Address to which answers go.", "ADDRESS", "--reply-to")
_DOCX = RendererOption("Attach the Word file to the mail, besides the PDF.", flag="--attach-docx")
_TEMPLATE = RendererOption("Word template for the attached Word file.", "FILE", "--eml-word-template")
_STANDARD = RendererOption("Standard for the attached PDF; see --pdf-standard.", flag="--eml-pdf-standard")


class MailRenderer:
    """Renders mail drafts (RFC 5322) that mail programs open for editing."""

    name = "eml"
    suffix = "eml"
    media_type = "message/rfc822"
    summary = "A mail draft for stakeholders, with the PDF attached"
    writes_letter = True
    """Whether the document must have its letter."""

    def __init__(
        self,
        *,
        to: Annotated[str | None, _TO] = None,
        cc: Annotated[str | None, _CC] = None,
        sender: Annotated[str | None, _SENDER] = None,
        reply_to: Annotated[str | None, _REPLY_TO] = None,
        attach_docx: Annotated[bool, _DOCX] = False,
        pdf_standard: Annotated[StandardName | None, _STANDARD] = None,
        word_template: Annotated[str | Path | bytes | None, _TEMPLATE] = None,
    ) -> None:
        """Set the addresses, and what is attached.

        to, cc, sender, reply_to: addresses such as `Ana Ruiz <ana@example.com>`, separated by commas.
        attach_docx: attach the Word file as well. pdf_standard: that of the attached PDF. word_template: that of the
        attached Word file.

        Raises FormatError for what is not an address, and for an unknown standard.
        """
        given = {"To": to, "Cc": cc, "From": sender, "Reply-To": reply_to}
        self._addresses = {name: _check_addresses(name, text) for name, text in given.items() if text}
        self._attach_docx = attach_docx
        find_standard(pdf_standard)
        self._pdf_standard = pdf_standard
        self._word_template = word_template

    def render(self, document: Document, theme: Theme, warnings: list[Problem]) -> bytes:
        """Return the mail as bytes, with the line ends of mails. Raises what the renderers of the attachments raise."""
        from pmexport.renderers.docx import DocxRenderer  # noqa: PLC0415
        from pmexport.renderers.mail.message import File, write_message  # noqa: PLC0415
        from pmexport.renderers.pdf import PdfRenderer  # noqa: PLC0415 - heavy, as are the others

        pdf = PdfRenderer(standard=self._pdf_standard)
        renderers = (pdf, DocxRenderer(word_template=self._word_template)) if self._attach_docx else (pdf,)
        files = [File(one.suffix, one.media_type, one.render(document, theme, warnings)) for one in renderers]
        return write_message(document, theme, self._addresses, files)


def _check_addresses(name: str, text: str) -> str:
    """Return addresses that can be written into a header. Raises FormatError for others."""
    if not are_addresses(text):
        raise FormatError(f"{name}: {text!r} is not {EXPECTED}.")
    return text
