"""Renderers by name: the built-in ones, and those that other packages add by an entry point (`pmexport.renderers`).

Listing the names imports nothing. A renderer is imported when it is first used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from pmexport.errors import FormatError, PmexportError, RenderError
from pmexport.plugins import Plugin, PluginError, find_plugins
from pmexport.problems import Problem
from pmexport.renderers.options import list_options, name_flag

if TYPE_CHECKING:
    from pmexport.document.nodes import Document
    from pmexport.theming.themes import Theme

GROUP = "pmexport.renderers"

BUILT_IN = {
    "pdf": "pmexport.renderers.pdf.pdf_renderer:PdfRenderer",
    "docx": "pmexport.renderers.docx:DocxRenderer",
    "html": "pmexport.renderers.html:HtmlRenderer",
    "md": "pmexport.renderers.markdown_renderer:MarkdownRenderer",
    "eml": "pmexport.renderers.mail:MailRenderer",
    "actions-csv": "pmexport.renderers.actions_csv:ActionsCsvRenderer",
}
"""The built-in formats, each by the suffix of its files."""
WITH_OPTIONS = ("pdf", "docx", "md", "eml", "actions-csv")
"""Those that have options."""


@dataclass(frozen=True, slots=True)
class FormatOption:
    """An option of a format: an argument of `render`, and an option of the command."""

    name: str
    """The argument, such as `word_template`."""
    flag: str
    """The option of the command, such as `--word-template`."""
    help: str
    """One line: what it does."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format that reports can be rendered in."""

    name: str
    """What `render` takes, such as `pdf`."""
    suffix: str
    """The suffix of its files, without the dot."""
    media_type: str
    """The media type, such as `application/pdf`."""
    summary: str
    """One line: what it is."""
    options: tuple[FormatOption, ...] = ()
    """Its own options."""

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as plain data."""
        return asdict(self)


class Renderer(Protocol):
    """Turns a document into the bytes of one format. Constructed without arguments, or with its own keyword options.

    The attributes `carries`, `writes_letter` and `lists_actions` ask for more in the document (`pipeline.add_extras`).
    """

    name: str
    """The name users ask for; also the command line's flag."""
    suffix: str
    """The suffix of its files, without the dot."""
    media_type: str
    summary: str
    """One line for the help."""

    def render(self, document: Document, theme: Theme, warnings: list[Problem]) -> bytes:
        """Return the document's bytes, and append what this format could not show to the warnings.

        Keeps no state and reads only the theme. Raises RenderError.
        """
        ...


def renderer_plugins() -> dict[str, list[Plugin]]:
    """Return what other packages offer, by name. A name that is offered twice has two plugins."""
    found: dict[str, list[Plugin]] = {}
    for plugin in find_plugins(GROUP):
        found.setdefault(plugin.name, []).append(plugin)
    return found


def format_names() -> list[str]:
    """Return the names of all formats, the built-in ones first. Imports none of them."""
    return [*BUILT_IN, *(name for name in renderer_plugins() if name not in BUILT_IN)]


def find_renderer(name: str) -> type[Renderer]:
    """Return the renderer with this name.

    Raises FormatError if no package offers it, two packages do, or the package that offers it cannot be imported.
    """
    if name in BUILT_IN:
        module, _, attribute = BUILT_IN[name].partition(":")
        renderer: type[Renderer] = getattr(import_module(module), attribute)
        return renderer
    offers = renderer_plugins().get(name, [])
    if not offers:
        raise FormatError(f"unknown format {name!r}. Known formats: {', '.join(format_names())}.")
    if len(offers) > 1:
        both = " and ".join(plugin.origin for plugin in offers)
        raise FormatError(f"the format {name!r} is provided by both {both}. Uninstall one.")
    return _load_renderer(offers[0])


def list_formats() -> tuple[list[Format], list[Problem]]:
    """Return all formats, and the problems of those that cannot be loaded."""
    found, problems = [], list[Problem]()
    for name in format_names():
        try:
            found.append(_describe_format(name, find_renderer(name)))
        except FormatError as error:
            problems += (replace(problem, level="warning") for problem in error.problems)
    return found, problems


def _describe_format(name: str, renderer: type[Renderer]) -> Format:
    options = (
        FormatOption(keyword, name_flag(name, keyword, option), option.help)
        for keyword, (option, _) in list_options(renderer).items()
    )
    return Format(name, renderer.suffix, renderer.media_type, renderer.summary, tuple(options))


def make_renderer(name: str, options: Mapping[str, Any] | None = None) -> Renderer:
    """Return the renderer with this name, constructed with these options.

    Raises FormatError for an unknown name or option; the message lists the known ones.
    """
    import inspect  # noqa: PLC0415 - the help does not need it

    renderer = find_renderer(name)
    known = inspect.signature(renderer).parameters
    unknown = [option for option in options or {} if option not in known]
    if unknown:
        listed = f"Known options: {', '.join(known)}." if known else "It has no options."
        raise FormatError(f"the format {name!r} has no option {unknown[0]!r}. {listed}")
    return renderer(**(options or {}))


def run_renderer(name: str, renderer: Renderer, document: Document, theme: Theme, warnings: list[Problem]) -> bytes:
    """Return the bytes that the renderer with this name makes, and append its warnings.

    Raises what the renderer raises; RenderError if a renderer of another package fails or returns no bytes.
    """
    found: list[Problem] = []
    try:
        data: object = renderer.render(document, theme, found)
    except PmexportError:
        raise
    except Exception as error:
        if name in BUILT_IN:
            raise
        raise RenderError(f"{_name_plugin(name)} failed: {type(error).__name__}: {error}") from error
    if not isinstance(data, bytes):
        raise RenderError(f"{_name_plugin(name)} returned {type(data).__name__}; render() must return bytes.")
    warnings += (replace(problem, level="warning") for problem in found)
    return data


def format_of_suffix(suffix: str) -> str:
    """Return the name of the format whose files have this suffix, given without the dot.

    Raises FormatError if there is none. Plugins are imported only if no built-in format has the suffix; a plugin that
    cannot be imported is skipped.
    """
    if suffix.lower() in BUILT_IN:
        return suffix.lower()
    for name in renderer_plugins():
        try:
            if find_renderer(name).suffix == suffix.lower():
                return name
        except FormatError:
            continue
    raise FormatError(f"no format uses the suffix {'.' + suffix!r}. Known formats: {', '.join(format_names())}.")


def _name_plugin(name: str) -> str:
    return f"the format {name!r} of {' and '.join(plugin.origin for plugin in renderer_plugins().get(name, []))}"


def _load_renderer(plugin: Plugin) -> type[Renderer]:
    what = f"the format {plugin.name!r} of {plugin.origin}"
    try:
        renderer: type[Renderer] = plugin.load()
    except PluginError as error:
        raise FormatError(f"{what} cannot be loaded: {error}") from error
    missing = [name for name in ("name", "suffix", "media_type", "summary", "render") if not hasattr(renderer, name)]
    if missing:
        raise FormatError(f"{what} is not a renderer: missing {', '.join(missing)}.")
    return renderer
