"""The layout: HTML and style sheets in, a PDF out. All that is known of WeasyPrint stands here and in `tags`.

Importing this raises OSError where Pango is missing.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path, PurePosixPath
from threading import get_ident
from typing import Any
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from weasyprint import CSS, HTML  # type: ignore[import-untyped]
from weasyprint.text.fonts import FontConfiguration  # type: ignore[import-untyped]
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # type: ignore[import-untyped]

from pmexport.errors import RenderError, ThemeError
from pmexport.renderers.pdf.tags import mend
from pmexport.themes import Theme

VARIANT = "pdf/ua-1"

MARKUP = {"a", "bdi", "code", "em", "img", "s", "span", "strong"}

MEDIA_TYPES = {
    ".css": "text/css",
    ".otf": "font/otf",
    ".ttf": "font/ttf",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
}
"""Of the files that a style sheet of a theme may name, by their suffix."""


def make(html: bytes, styles: list[tuple[str | None, str]], theme: Theme) -> bytes:
    """Return the PDF of a page in UTF-8 with these style sheets, each with its base address or none.

    Raises RenderError and ThemeError as `PdfRenderer.render` does.
    """
    try:
        with _complaints() as complaints:
            pdf = _make(html, styles, theme)
    except FatalURLFetchingError as error:
        raise ThemeError(f"{error}: {error.__cause__}") from error
    except RecursionError as error:
        raise RenderError("lists or quotes are nested too deeply to be laid out") from error
    if complaints:
        raise RenderError(f"the PDF would not be sound: {'; '.join(complaints)}")
    return pdf


def _make(html: bytes, styles: list[tuple[str | None, str]], theme: Theme) -> bytes:
    fetcher = _Fetcher(theme)
    fonts = FontConfiguration()
    sheets = [CSS(string=text, base_url=base, url_fetcher=fetcher, font_config=fonts) for base, text in styles]
    with _no_garbage_collection():
        source = HTML(string=html, encoding="utf-8", url_fetcher=fetcher)
        _free_spaces(source.etree_element)
        layout = source.render(font_config=fonts, stylesheets=sheets, pdf_variant=VARIANT)
    _link_once(layout.pages)
    pdf: bytes = layout.write_pdf(finisher=mend, pdf_variant=VARIANT)
    return pdf


def _free_spaces(root: Element) -> None:
    """Give a space between a text and markup an element of its own.

    Else WeasyPrint 70 ends a line after its first word where the text just fits without the space.
    """
    for parent in list(root.iter()):
        if len(parent) and parent[0].tag in MARKUP and (parent.text or "").endswith(" "):
            parent.text = (parent.text or "")[:-1]
            parent.insert(0, _space())
        for index in range(len(parent) - 1, 0, -1):
            before = parent[index - 1]
            if parent[index].tag in MARKUP and (before.tail or "").endswith(" "):
                before.tail = (before.tail or "")[:-1]
                parent.insert(index, _space())


def _space() -> Element:
    space = Element("span")
    space.text = " "
    return space


def _link_once(pages: list[Any]) -> None:
    """Leave of every link one area a line: WeasyPrint adds one for each bit of markup in it, tagged as no link."""
    for page in pages:
        page.links = [link for link in page.links if link[3].element_tag == "a"]


# ---- what may be read


class _Fetcher(URLFetcher):  # type: ignore[misc]
    """Hands out pictures in data addresses and the theme's own files, and refuses all else."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(allowed_protocols={"data"}, fail_on_errors=True)
        self._theme = theme

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        if url.startswith("data:image/"):
            return super().fetch(url, headers)
        path = _own_file(self._theme, url)
        if path is None:
            raise PermissionError(f"this is no file of the theme {self._theme.name!r}")
        kind = MEDIA_TYPES[path.suffix.lower()]
        data = path.read_bytes()
        return URLFetcherResponse(url, _unpacked(data) if kind == "font/woff" else data, {"Content-Type": kind})


def _own_file(theme: Theme, url: str) -> Path | None:
    """Return the file of the theme, or of one it inherits, at this address."""
    bases = (folder.resolve().as_uri() + "/" for folder in theme.folders)
    name = next((unquote(url.removeprefix(base)) for base in bases if url.startswith(base)), "")
    return theme.find(name) if PurePosixPath(name).suffix.lower() in MEDIA_TYPES else None


def _unpacked(woff: bytes) -> bytes:
    """Return the font inside a WOFF file. WeasyPrint would do it too, and write the time of day into the font."""
    font = TTFont(BytesIO(woff), recalcTimestamp=False)
    font.flavor = None
    unpacked = BytesIO()
    font.save(unpacked, reorderTables=None)
    return unpacked.getvalue()


# ---- what WeasyPrint does to its process


class _Complaints(logging.Filter):
    """Keeps what WeasyPrint says in this thread out of the log, and what breaks our promises for us."""

    def __init__(self) -> None:
        super().__init__()
        self._thread = get_ident()
        self.errors: list[str] = []

    def filter(self, record: logging.LogRecord) -> bool:
        if record.thread != self._thread:
            return True
        if record.levelno >= logging.ERROR or record.msg.startswith("Font-face"):
            self.errors.append(record.getMessage()[:200])
        return False


@contextmanager
def _complaints() -> Iterator[list[str]]:
    complaints = _Complaints()
    loggers = [logging.getLogger(name) for name in ("weasyprint", "weasyprint.progress")]
    for logger in loggers:
        logger.addFilter(complaints)
    try:
        yield complaints.errors
    finally:
        for logger in loggers:
            logger.removeFilter(complaints)


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Lay out without the cyclic garbage collector, which takes a third of a long document's time and finds nothing."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
