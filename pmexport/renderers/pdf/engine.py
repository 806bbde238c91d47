"""The layout engine: HTML and style sheets in, a PDF out. Only this module and `structure_tags` depend on WeasyPrint.

Importing it raises OSError if Pango is missing.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from html import escape
from importlib.resources import files as list_package
from io import BytesIO
from threading import get_ident
from types import MappingProxyType
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, fromstring

from weasyprint import CSS, HTML  # type: ignore[import-untyped]
from weasyprint.css import ColorProfile  # type: ignore[import-untyped]
from weasyprint.text.fonts import FontConfiguration  # type: ignore[import-untyped]
from weasyprint.urls import FatalURLFetchingError  # type: ignore[import-untyped]

from pmexport.document.labels.catalogues import find_primary
from pmexport.document.nodes import Document
from pmexport.errors import PmexportError, RenderError, ThemeError
from pmexport.problems import Problem
from pmexport.renderers.html_writer import write_tlp_label
from pmexport.renderers.pdf.attached_files import attach_files
from pmexport.renderers.pdf.conformity import find_faults, find_hidden_faults, find_long_texts
from pmexport.renderers.pdf.contents_list import place_contents
from pmexport.renderers.pdf.day_rows import repeat_group_titles
from pmexport.renderers.pdf.draft_mark import draw_band, draw_watermark, outline_word
from pmexport.renderers.pdf.font_sets import list_all_glyphs
from pmexport.renderers.pdf.hyphens import choose_hyphen, soften_hyphens, style_hyphen
from pmexport.renderers.pdf.korean_words import keep_words
from pmexport.renderers.pdf.last_page import pull_in
from pmexport.renderers.pdf.line_breaks import make_span, offer_breaks
from pmexport.renderers.pdf.line_numbers import number_lines
from pmexport.renderers.pdf.missing_glyphs import describe_missing, list_missing, map_replacements
from pmexport.renderers.pdf.opaque import remove_transparency
from pmexport.renderers.pdf.pdf_objects import compress_streams, forbid_smoothing
from pmexport.renderers.pdf.standards import DEFAULT, Standard
from pmexport.renderers.pdf.structure_tags import repair_tags
from pmexport.renderers.pdf.style_kits import StyleKit, StyleSheets, keep_kit, parse_sheets, take_kit
from pmexport.renderers.pdf.symbols import set_symbols
from pmexport.renderers.pdf.text_spaces import divide_spaces
from pmexport.renderers.pdf.theme_files import ThemeFetcher
from pmexport.renderers.pdf.xmp import add_metadata
from pmexport.renderers.shared.bound_words import NO_BREAK
from pmexport.renderers.shared.contents_place import LONG, find_following, is_long
from pmexport.renderers.shared.css import list_variables
from pmexport.renderers.shared.page_one import find_glance
from pmexport.renderers.shared.sheet_margins import fit_classification
from pmexport.theming.themes import Theme
from pmexport.theming.tokens import Tokens

_SRGB = "archive"
"""Our name for the colours of PDF/A files; `srgb` makes WeasyPrint read the profile itself."""

Replacements = Mapping[int, str]
"""Texts for characters that no font has, by code point."""
NOTHING: Replacements = MappingProxyType({})
ListStyles = Callable[[Replacements], StyleSheets]
"""Returns the style sheets, the document's own first."""


Shorten = Callable[[Callable[[bytes], bool]], bytes]
"""Returns another page if page one is too full. It gets a function that says whether a page is one sheet of paper."""


def make_pdf(
    html: bytes,
    list_styles: ListStyles,
    theme: Theme,
    document: Document,
    warnings: list[Problem],
    shorten: Shorten,
    standard: Standard,
) -> bytes:
    """Return the PDF of a page in UTF-8, and warn of characters that no font has.

    standard: what it conforms to. Raises RenderError and ThemeError as `PdfRenderer.render` does.
    """
    try:
        with _collect_errors() as errors:
            _, *files = list_styles(NOTHING)
            kit = take_kit(theme, files)
            lay_out = partial(_lay_out, list_styles, theme, document, kit, standard)
            pdf = _fit_page(html, lay_out, theme, document, warnings, shorten)
    except FatalURLFetchingError as error:
        raise ThemeError(f"{error}: {error.__cause__}") from error
    except RecursionError as error:
        raise RenderError(
            "lists or quotes are nested too deeply to be laid out. Reduce the nesting in the report."
        ) from error
    except PmexportError:
        raise
    except Exception as error:  # WeasyPrint fails in many ways on styles that it does not expect
        raise _explain_failure(error, theme) from error
    if errors:
        raise RenderError(f"the PDF would not conform to {standard.title}: {'; '.join(dict.fromkeys(errors))}")
    keep_kit(kit)
    return pdf


def find_fonts(
    html: bytes, list_styles: ListStyles, theme: Theme, document: Document
) -> tuple[dict[str, str], set[str]]:
    """Return the characters that each family of fonts draws in a PDF, and those that no font has."""
    with _collect_errors():
        _, *files = list_styles(NOTHING)
        sheets = _lay_out(list_styles, theme, document, take_kit(theme, files), DEFAULT, html)
        drawn: dict[str, str] = {}

        def collect(layout: Any, _pdf: Any) -> None:
            for font in layout.fonts.values():
                drawn[font.family] = drawn.get(font.family, "") + "".join(font.to_unicode.values())

        sheets.layout.write_pdf(finisher=collect)
        missing = list_missing(sheets.layout)
        without = dict.fromkeys(map(ord, missing))
        return {family: text.translate(without) for family, text in drawn.items()}, missing


def _explain_failure(error: Exception, theme: Theme) -> PmexportError:
    """Return what the author or the theme's author can do about a failure of WeasyPrint."""
    cause = f"{type(error).__name__}: {error}"
    if len(theme.folders) > 1:
        return ThemeError(
            f"the PDF cannot be laid out with the theme {theme.name!r} ({cause}). Remove styles from the theme, or"
            " parts of its templates, until it works."
        )
    return RenderError(f"the PDF cannot be laid out ({cause}). Please report this problem and attach the report file.")


class _Sheets(NamedTuple):
    """A page laid out on paper."""

    layout: Any
    render: Callable[[str], Any]
    """Lays the page out again, with one more style sheet."""
    body: Element
    text: str
    """The page's text as it was before the layout."""
    fonts: FontConfiguration
    hyphen: str
    """The character at the end of a line at which a word is divided."""
    standard: Standard


def _fit_page(
    html: bytes,
    lay_out: Callable[..., _Sheets],
    theme: Theme,
    document: Document,
    warnings: list[Problem],
    shorten: Shorten,
) -> bytes:
    """Return the PDF.

    The page is laid out again if page one is too full, if it is longer than estimated and needs a contents list, and
    without characters that no font has.
    """
    lay_out = partial(lay_out, listed=is_long(document, theme.tokens))
    sheets = lay_out(html)
    if _spreads(sheets, document):
        html = shorten(lambda page: len(lay_out(page).layout.pages) == (2 if document.cover else 1))
        sheets = lay_out(html)
    if _lacks_contents(sheets, document):
        lay_out = partial(lay_out, listed=True)
        sheets = lay_out(html)
    pdf, missing = _write(sheets, theme, document)
    if missing and sheets.standard.archival:
        raise RenderError(problems=describe_missing(missing, sheets.text, sheets.standard.title))
    if missing:
        warnings += describe_missing(missing, sheets.text)
        replacements = map_replacements(missing)
        pdf, _ = _write(lay_out(html, replacements), theme, document, replacements)
    return pdf


def _lacks_contents(sheets: _Sheets, document: Document) -> bool:
    """Return whether a page is long enough for a contents list, and has none."""
    found = find_following(document) is None or sheets.body.find("main/nav") is not None
    return not found and len(sheets.layout.pages) >= LONG


def _spreads(sheets: _Sheets, document: Document) -> bool:
    """Return whether the section that ends with the incident at a glance is on page two as well."""
    glance = find_glance(document)
    first = 2 if document.cover else 1
    if glance is None or len(sheets.layout.pages) == first:
        return False
    own = {part for one in sheets.body.iter("section") if one.get("id") == glance.id for part in one.iter()}
    return any(box.element in own for box in sheets.layout.pages[first]._page_box.descendants())  # noqa: SLF001


def _lay_out(
    list_styles: ListStyles,
    theme: Theme,
    document: Document,
    kit: StyleKit,
    standard: Standard,
    html: bytes,
    replacements: Replacements = NOTHING,
    *,
    listed: bool = False,
) -> _Sheets:
    """Return the page laid out on paper, with replacements for characters that no font has.

    listed: whether there is a contents list.
    """
    fetcher = ThemeFetcher(theme)
    source = HTML(string=html, encoding="utf-8", url_fetcher=fetcher)
    body = source.etree_element.find("body")
    if body is None:
        raise ThemeError(f"the theme {theme.name!r} produces a page without a <body>. Correct its page.html.j2.")
    text = "".join(body.itertext())
    hyphen = choose_hyphen("".join((text, *document.running)))
    _prepare_body(body, document, theme.tokens, replacements, listed=listed)
    divide_spaces(source.etree_element)
    own, *files = ((base, style.translate(replacements)) for base, style in list_styles(replacements))
    before = parse_sheets([own], fetcher, kit.fonts)
    themed = parse_sheets(files, fetcher, kit.fonts) if replacements else kit.sheets

    def render(style: str) -> Any:
        after = parse_sheets([(None, style_hyphen(hyphen)), (None, style)], fetcher, kit.fonts)
        styles = [*before, *themed, *after]
        return source.render(font_config=kit.fonts, stylesheets=styles, **_choose_variant(standard))

    return _Sheets(render(""), render, body, text, kit.fonts, hyphen, standard)


def _write(
    sheets: _Sheets, theme: Theme, document: Document, replacements: Replacements = NOTHING
) -> tuple[bytes, set[str]]:
    """Return the PDF, and the characters that no font has."""
    layout, mark, missing = _finish_layout(sheets, document), None, set[str]()
    if document.mark:
        word = document.mark.upper().translate(replacements)
        mark, missing = outline_word(_lay_out_word(word, document, theme, sheets.fonts))

    def finish(layout: Any, pdf: Any) -> None:
        missing.update(list_missing(layout))
        repair_tags(layout, pdf)
        soften_hyphens(pdf, sheets.hyphen)
        number_lines(layout, pdf, theme)
        add_metadata(pdf, document.properties, sheets.standard)
        attach_files(pdf, document.attachments, document.properties.date)
        _apply_standard(pdf, sheets)
        colors = theme.tokens.colors
        if mark and theme.tokens.mark == "band":
            draw_band(pdf, mark, colors.page, colors.text)
        elif mark:
            draw_watermark(pdf, mark, colors.muted, opaque=sheets.standard.opaque)
        compress_streams(pdf)

    return layout.write_pdf(finisher=finish, **_choose_variant(sheets.standard)), missing


def _finish_layout(sheets: _Sheets, document: Document) -> Any:
    """Return the layout that is written. Raises RenderError for what the standard forbids on its pages."""
    layout, standard = pull_in(lambda style: sheets.render(style) if style else sheets.layout), sheets.standard
    _merge_links(layout.pages)
    _free_bookmarks(layout.pages)
    if faults := find_faults(layout, sheets.body, document, standard):
        raise RenderError(problems=faults)
    layout.metadata.generator = document.properties.generator
    if standard.opaque:  # PDF/A-1 allows one author, who must be the one in the older properties (6.7.3)
        layout.metadata.authors = [", ".join(layout.metadata.authors)] * bool(layout.metadata.authors)
    if standard.archival:
        layout.color_profiles[_SRGB] = _read_srgb()
    return layout


def _apply_standard(pdf: Any, sheets: _Sheets) -> None:
    """Leave out of a PDF what the standard forbids. Raises RenderError for what cannot be left out."""
    if faults := find_long_texts(pdf, sheets.standard):
        raise RenderError(problems=faults)
    if sheets.standard.archival:
        forbid_smoothing(pdf)
    if sheets.standard.opaque:
        if faults := find_hidden_faults(pdf, sheets.text, sheets.standard):
            raise RenderError(problems=faults)
        remove_transparency(pdf)
        list_all_glyphs(pdf)


def _choose_variant(standard: Standard) -> dict[str, Any]:
    """Return WeasyPrint's options for a standard."""
    return {"pdf_variant": standard.variant, "pdf_tags": True, "output_intent": _SRGB if standard.archival else None}


def _read_srgb() -> ColorProfile:
    """Return WeasyPrint's profile for sRGB, read from memory: it would leave the file open."""
    data = list_package("weasyprint.pdf").joinpath("sRGB2014.icc").read_bytes()
    return ColorProfile(BytesIO(data), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"]))


def _box_classification(text: str) -> Element:
    """Return the ruled box in the header and footer of every page."""
    paragraph = Element("p", {"class": "classification"})
    paragraph.append(make_span(text))
    return paragraph


def _prepare_body(
    body: Element, document: Document, tokens: Tokens, replacements: Replacements, *, listed: bool
) -> None:
    if document.classification:
        body.insert(0, _box_classification(fit_classification(document, tokens)))
    if document.tlp:  # even if the theme's template omits it
        body.insert(0, fromstring(write_tlp_label(document.tlp)))  # noqa: S314 - our own
    place_contents(body, document, listed=listed)
    repeat_group_titles(body)
    for element in body.iter() if replacements else ():
        element.text = element.text and element.text.translate(replacements)
        element.tail = element.tail and element.tail.translate(replacements)
    set_symbols(body)
    offer_breaks(body)
    if find_primary(document.language) == "ko":
        keep_words(body)


def _lay_out_word(text: str, document: Document, theme: Theme, fonts: FontConfiguration) -> Any:
    """Return the layout of one line in the theme's font."""
    family = list_variables(theme.tokens)["font-text"]
    style = f"""@page {{ margin: 0; size: 100in 3in }}
      html {{ font: 600 1in/1 {family}; letter-spacing: .04em; white-space: nowrap }}"""
    line = f'<html lang="{escape(document.language)}" dir="{document.direction}">{escape(text)}'
    return HTML(string=line).render(font_config=fonts, stylesheets=[CSS(string=style, font_config=fonts)])


def _merge_links(pages: list[Any]) -> None:
    """Keep one area per line for each link. WeasyPrint adds one for each element inside it, without a link tag."""
    for page in pages:
        page.links = [link for link in page.links if link[3].element_tag == "a"]


def _free_bookmarks(pages: list[Any]) -> None:
    """Write outline entries with ordinary spaces, so that readers find them by their words."""
    for page in pages:
        page.bookmarks = [(level, label.replace(NO_BREAK, " "), *rest) for level, label, *rest in page.bookmarks]


# ---- WeasyPrint's effects on its process


class _ErrorCollector(logging.Filter):
    """Keeps WeasyPrint's messages in this thread out of the log, and collects those that make a PDF inaccessible."""

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
def _collect_errors() -> Iterator[list[str]]:
    collector = _ErrorCollector()
    loggers = [logging.getLogger(name) for name in ("weasyprint", "weasyprint.progress")]
    for logger in loggers:
        logger.addFilter(collector)
    try:
        yield collector.errors
    finally:
        for logger in loggers:
            logger.removeFilter(collector)
