"""HTML: one self-contained file, made by the theme's templates. The PDF renderer lays out the same page on paper."""

import traceback
from base64 import b64encode
from hashlib import sha256

from jinja2 import TemplateSyntaxError
from markupsafe import Markup

from pmexport.document.nodes import Document, Text
from pmexport.errors import RenderError, ThemeError
from pmexport.problems import Place, Problem
from pmexport.renderers import html_writer
from pmexport.renderers.html_writer import HtmlWriter, to_data_uri, write_tlp_label
from pmexport.renderers.shared.css import (
    BAND,
    COVER,
    RAIL,
    break_pages,
    list_colors,
    list_variables,
    quote_css,
    read_stylesheets,
    set_variables,
)
from pmexport.renderers.shared.embedded_files import collect_characters, embed_files
from pmexport.renderers.shared.page_texts import refuse_changes
from pmexport.renderers.shared.sheet_margins import Marks, box_marks, fit_classification, list_margins
from pmexport.renderers.theme_templates import make_environment
from pmexport.theming.themes import Theme

_STYLESHEETS = ("style.css", "code.css", "screen.css", "print.css", RAIL, "page_one.css", BAND, COVER)
_DEEP = 200
"""Frames of a recursion that show what takes part in it."""


class HtmlRenderer:
    """Renders one web page that needs no scripts, network requests or other files."""

    name = "html"
    suffix = "html"
    media_type = "text/html"
    summary = "One self-contained, accessible web page"

    def render(self, document: Document, theme: Theme, warnings: list[Problem]) -> bytes:  # noqa: ARG002 - none
        """Return the page as UTF-8.

        Raises ThemeError with the file and line if a template or another file of the theme is wrong, or a template
        leaves out, adds or moves texts.
        """
        page = make_page(document, theme, join_styles(document, theme))
        refuse_changes(page, document, theme, make_page)
        return page


def make_page(document: Document, theme: Theme, style: str = "", script: str = "") -> bytes:
    """Return the document as an HTML page with this style sheet and script, in UTF-8.

    Raises ThemeError as `HtmlRenderer.render` does, and RenderError if lists or quotes are nested too deeply.
    """
    try:
        text = _fill_template(document, theme, style, script)
    except RecursionError as error:
        raise _explain_recursion(error) from error
    except Exception as error:
        place = _locate_error(error)
        if place is None:
            raise
        raise ThemeError(problems=[Problem(str(error)).at(place)]) from error
    return text.encode("utf-8", "replace")


def join_styles(document: Document, theme: Theme, more: tuple[str, ...] = ()) -> str:
    """Return the style sheet of a page. more: the names of further style sheets of the theme."""
    tokens = theme.tokens
    dark = set_variables(list_colors(tokens.dark))
    marks = Marks(*(quote_css(text) if text else "" for text in (fit_classification(document, tokens), document.tlp)))
    margins = list_margins(document, tokens, marks) | {"first-top-right": "none"}  # the page has the label there
    rules = [
        set_variables(list_variables(tokens) | margins),
        f"@media screen and (prefers-color-scheme: dark) {{{dark}}}",
    ]
    characters = collect_characters(document)
    sheets = read_stylesheets(theme, (*_STYLESHEETS, *more))
    rules += [embed_files(path, text, theme, characters) for path, text in sheets]
    return "\n".join([*rules, break_pages(tokens), box_marks(document)]).replace("</", "<\\/")


def _fill_template(document: Document, theme: Theme, style: str, script: str) -> str:
    environment = make_environment(theme)
    writer = HtmlWriter(environment, document, theme.tokens)
    return environment.get_template("page.html.j2").render(
        document=document,
        title=writer.write_line((Text(document.title),), title=True),
        style=Markup(style),  # noqa: S704 - the theme's own
        script=Markup(script),  # noqa: S704 - our own
        script_digest=b64encode(sha256(script.encode()).digest()).decode() if script else "",
        logo=to_data_uri(theme.logo.media_type, theme.logo.data) if theme.logo else "",
        logo_alt=theme.tokens.logo_alt,
        facts=[writer.write_line(fact) for fact in document.facts],
        letterhead=[writer.write_line((Text(line),)) for line in document.letterhead],
        cover=writer.write_blocks(document.cover),
        write_title=writer.write_title,
        sections=writer.write_sections(document.sections),
        footer=writer.write_blocks(document.footer),
        tlp=write_tlp_label(document.tlp) if document.tlp else "",
    )


def _explain_recursion(error: RecursionError) -> RenderError | ThemeError:
    """Return whose fault too deep a recursion is: the report's if the writer takes part, otherwise the theme's."""
    deepest = traceback.extract_tb(error.__traceback__)[-_DEEP:]
    if any(frame.filename == html_writer.__file__ for frame in deepest):
        return RenderError("lists or quotes are nested too deeply to be rendered. Reduce the nesting in the report.")
    place = _locate_error(error)
    return ThemeError(problems=[Problem("the template calls or includes itself without end.").at(place or Place())])


def _locate_error(error: Exception) -> Place | None:
    """Return the file and line of the template that caused an error; None if none did."""
    if isinstance(error, TemplateSyntaxError):
        return Place(error.filename or "", error.lineno)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".html.j2")]
    return Place(frames[-1].filename, frames[-1].lineno) if frames else None
