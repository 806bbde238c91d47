"""The layout: HTML and style sheets in, a PDF out. All that is known of WeasyPrint stands here and in `tags`.

Importing this raises OSError where Pango is missing.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import escape
from pathlib import Path, PurePosixPath
from threading import get_ident
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote
from xml.etree.ElementTree import Element, fromstring

from weasyprint import CSS, HTML  # type: ignore[import-untyped]
from weasyprint.text.fonts import FontConfiguration  # type: ignore[import-untyped]
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # type: ignore[import-untyped]

from pmexport.document.nodes import Document
from pmexport.errors import RenderError, ThemeError
from pmexport.problems import Problem
from pmexport.renderers.html import tlp_label, variables
from pmexport.renderers.pdf.contents_list import place
from pmexport.renderers.pdf.draft_mark import draw, outlined
from pmexport.renderers.pdf.line_breaks import offer_breaks
from pmexport.renderers.pdf.line_numbers import number_lines
from pmexport.renderers.pdf.missing_glyphs import missing_in, problems, stand_ins
from pmexport.renderers.pdf.structure_tags import mend
from pmexport.renderers.pdf.xmp import describe
from pmexport.theming.themes import Theme

VARIANT = "pdf/ua-1"

MARKUP = {"a", "bdi", "code", "em", "img", "s", "span", "strong"}

MEDIA_TYPES = {
    ".css": "text/css",
    ".otf": "font/otf",
    ".ttf": "font/ttf",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
}
"""Of the files that a style sheet of a theme may name, by their suffix. No WOFF: WeasyPrint would unpack it and write
the time of day into it."""

Styles = list[tuple[str | None, str]]
"""Style sheets, each with the address against which its own addresses are resolved, or none."""


def make(html: bytes, styles: Styles, theme: Theme, document: Document, warnings: list[Problem]) -> bytes:
    """Return the PDF of a page in UTF-8, and warn of the characters that no font has.

    Raises RenderError and ThemeError as `PdfRenderer.render` does.
    """
    try:
        with _complaints() as complaints:
            pdf = _with_stand_ins(html, styles, theme, document, warnings)
    except FatalURLFetchingError as error:
        raise ThemeError(f"{error}: {error.__cause__}") from error
    except RecursionError as error:
        raise RenderError("lists or quotes are nested too deeply to be laid out") from error
    if complaints:
        raise RenderError(f"the PDF would not be sound: {'; '.join(dict.fromkeys(complaints))}")
    return pdf


def _with_stand_ins(html: bytes, styles: Styles, theme: Theme, document: Document, warnings: list[Problem]) -> bytes:
    """Return the PDF. Which characters no font has shows when it is made; then it is made again, without them."""
    pdf, missing, said = _make(html, styles, theme, document)
    if missing:
        warnings += problems(missing, said)
        pdf, _, _ = _make(html, styles, theme, document, stand_ins(missing))
    return pdf


def _make(
    html: bytes, styles: Styles, theme: Theme, document: Document, instead: Mapping[int, str] = MappingProxyType({})
) -> tuple[bytes, set[str], str]:
    """Return the PDF, the characters that no font has, and what the page says.

    instead: what is to stand for such characters.
    """
    fetcher = _Fetcher(theme)
    fonts = FontConfiguration()
    sheets = [
        CSS(string=text.translate(instead), base_url=base, url_fetcher=fetcher, font_config=fonts)
        for base, text in styles
    ]
    with _no_garbage_collection():
        source = HTML(string=html, encoding="utf-8", url_fetcher=fetcher)
        body = source.etree_element.find("body")
        said = "".join(body.itertext())
        if document.tlp:  # whatever the theme's template does
            body.insert(0, fromstring(tlp_label(document.tlp)))  # noqa: S314 - our own
        place(body)
        _replace(body, instead)
        offer_breaks(body)
        _free_spaces(body)
        layout = source.render(font_config=fonts, stylesheets=sheets, pdf_variant=VARIANT)
    _link_once(layout.pages)
    layout.metadata.generator = document.properties.generator
    mark, missing = None, set[str]()
    if document.mark:
        mark, missing = outlined(_word(document.mark.upper().translate(instead), document, theme, fonts))

    def finish(layout: Any, pdf: Any) -> None:
        missing.update(missing_in(layout))
        mend(layout, pdf)
        number_lines(layout, pdf, theme)
        describe(pdf, document.properties)
        if mark:
            draw(pdf, mark, theme.tokens.colors.muted)

    return layout.write_pdf(finisher=finish, pdf_variant=VARIANT), missing, said


def _replace(root: Element, instead: Mapping[int, str]) -> None:
    """Put what stands for characters that no font has in their place."""
    for element in root.iter() if instead else ():
        element.text = element.text and element.text.translate(instead)
        element.tail = element.tail and element.tail.translate(instead)


def _word(text: str, document: Document, theme: Theme, fonts: FontConfiguration) -> Any:
    """Return the layout of one line, in the theme's font."""
    style = f"""@page {{ margin: 0; size: 100in 3in }}
      html {{ font: 600 1in/1 {variables(theme.tokens)["font-text"]}; letter-spacing: .04em; white-space: nowrap }}"""
    line = f'<html lang="{escape(document.language)}" dir="{document.direction}">{escape(text)}'
    return HTML(string=line).render(font_config=fonts, stylesheets=[CSS(string=style, font_config=fonts)])


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
            kinds = ", ".join(MEDIA_TYPES)
            raise PermissionError(f"this is no file of the theme {self._theme.name!r} that it may name ({kinds})")
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": MEDIA_TYPES[path.suffix.lower()]})


def _own_file(theme: Theme, url: str) -> Path | None:
    """Return the file of the theme, or of one it inherits, at this address."""
    bases = (folder.resolve().as_uri() + "/" for folder in theme.folders)
    name = next((unquote(url.removeprefix(base)) for base in bases if url.startswith(base)), "")
    return theme.find(name) if PurePosixPath(name).suffix.lower() in MEDIA_TYPES else None


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
