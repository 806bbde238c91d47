"""The parts of a mail draft, put together so that the same report gives the same bytes (RFC 5322, RFC 2045 to 2049)."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import NamedTuple

from pmexport.document.nodes import Document, ImpactBand, sections_of
from pmexport.errors import RenderError
from pmexport.renderers.mail.band_image import draw_band
from pmexport.renderers.mail.mail_html import write_html
from pmexport.renderers.mail.plain_text import write_text
from pmexport.report.moments import read_date
from pmexport.theming.themes import Theme

_LONGEST_NAME = 120
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]+')


class File(NamedTuple):
    """A document that is attached."""

    suffix: str
    media_type: str
    data: bytes


def write_message(document: Document, theme: Theme, addresses: Mapping[str, str], files: Iterable[File]) -> bytes:
    """Return a draft that mail programs open for editing. addresses: by the name of the header."""
    letter = document.letter
    if letter is None:
        raise RenderError("a mail needs the letter of its document, which only a report has.")
    message = EmailMessage(policy=SMTP)
    message["Subject"] = letter.properties.subject
    for name, text in addresses.items():
        message[name] = text
    if day := read_date(letter.properties.date):
        message["Date"] = format_datetime(dt.datetime.combine(day, dt.time(), dt.UTC))
    message["X-Unsent"] = "1"
    message.set_content(write_text(letter), cte="quoted-printable")
    _add_page(message, letter, theme)
    for file in files:
        main, _, sub = file.media_type.partition("/")
        name = f"{name_document(document)}.{file.suffix}"
        message.add_attachment(file.data, maintype=main, subtype=sub, filename=name)
    _fix_boundaries(message, document.properties.digest)
    return message.as_bytes()


def name_document(document: Document) -> str:
    """Return a good name for the file of a document: its id, title and revision."""
    properties = document.properties
    revision = f" r{properties.revision}" if properties.revision else ""
    text = " ".join(filter(None, (properties.id, document.title)))
    plain = " ".join(_UNSAFE.sub(" ", text).split()).strip(". ")[:_LONGEST_NAME].strip(". ")
    return f"{plain or 'report'}{_UNSAFE.sub(' ', revision)}"


def _add_page(message: EmailMessage, letter: Document, theme: Theme) -> None:
    """Add the HTML part with its images."""
    page, images = write_html(letter, theme.tokens)
    message.add_alternative(page, subtype="html", cte="quoted-printable")
    parts = message.get_payload()
    html = parts[-1] if isinstance(parts, list) else None
    bands = [block for section in sections_of(letter) for block in section.blocks if isinstance(block, ImpactBand)]
    drawn = {f"band-{number}": ("image/png", draw_band(band, theme)) for number, band in enumerate(bands, start=1)}
    for name, (media_type, data) in (drawn | images).items():
        assert isinstance(html, EmailMessage)
        main, _, sub = media_type.partition("/")
        html.add_related(data, maintype=main, subtype=sub, cid=f"<{name}>", disposition="inline")


def _fix_boundaries(message: EmailMessage, digest: str) -> None:
    """Separate the parts by what depends on the report alone."""
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{digest[:32]}_{number}")
