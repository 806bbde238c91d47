"""Renderers by name: the built-in ones, and those that other packages add by an entry point (`pmexport.renderers`).

Listing the names imports nothing; a renderer is imported when it is first used, so that a broken plugin breaks only
itself.
"""

from __future__ import annotations

import inspect
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Protocol

from pmexport.document.nodes import Document
from pmexport.errors import FormatError, PmexportError, RenderError
from pmexport.problems import Problem
from pmexport.theming.themes import Theme

GROUP = "pmexport.renderers"

BUILT_IN = {
    "pdf": "pmexport.renderers.pdf:PdfRenderer",
    "docx": "pmexport.renderers.docx:DocxRenderer",
    "html": "pmexport.renderers.html:HtmlRenderer",
    "md": "pmexport.renderers.markdown:MarkdownRenderer",
}


class Renderer(Protocol):
    """Turns a document into the bytes of one format. Made without arguments, or with keyword options of its own."""

    name: str
    """By which it is asked for; the flag of the command line."""
    suffix: str
    """Of the files it makes, without the dot."""
    media_type: str
    summary: str
    """One line for the help."""

    def render(self, document: Document, theme: Theme, warnings: list[Problem]) -> bytes:
        """Return the document's bytes, and add to the warnings what this format could not show.

        Keeps no state, reads nothing but the theme; raises RenderError.
        """
        ...


def plugins() -> dict[str, list[EntryPoint]]:
    """Return what other packages offer, by name. A name that is offered twice has two entries."""
    found: dict[str, list[EntryPoint]] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value)):
        found.setdefault(point.name, []).append(point)
    return found


def format_names() -> list[str]:
    """Return the names of all formats, the built-in ones first. Imports none of them."""
    return [*BUILT_IN, *(name for name in plugins() if name not in BUILT_IN)]


def find_renderer(name: str) -> type[Renderer]:
    """Return the renderer of this name.

    Raises FormatError where nobody offers it, two packages do, or the package that offers it cannot be imported.
    """
    if name in BUILT_IN:
        module, _, attribute = BUILT_IN[name].partition(":")
        renderer: type[Renderer] = getattr(import_module(module), attribute)
        return renderer
    offers = plugins().get(name, [])
    if not offers:
        raise FormatError(f"unknown format {name!r}; there are {', '.join(format_names())}")
    if len(offers) > 1:
        both = " and by ".join(map(origin, offers))
        raise FormatError(f"the format {name!r} is offered twice, by {both}; uninstall one")
    return _load(offers[0])


def make_renderer(name: str, options: dict[str, Any] | None = None) -> Renderer:
    """Return the renderer of this name, made with these options.

    Raises FormatError for a name or an option that is not known; the message lists those that are.
    """
    renderer = find_renderer(name)
    known = inspect.signature(renderer).parameters
    unknown = [option for option in options or {} if option not in known]
    if unknown:
        has = f"it has {', '.join(known)}" if known else "it has none"
        raise FormatError(f"the format {name!r} has no option {unknown[0]!r}; {has}")
    return renderer(**(options or {}))


def run_renderer(name: str, renderer: Renderer, document: Document, theme: Theme, warnings: list[Problem]) -> bytes:
    """Return the bytes that a renderer of this name makes.

    Raises what it raises, and RenderError where that of another package fails, or makes no bytes.
    """
    if name in BUILT_IN:
        return renderer.render(document, theme, warnings)
    what = f"the format {name!r} of {' and '.join(map(origin, plugins().get(name, [])))}"
    try:
        data: object = renderer.render(document, theme, warnings)
    except PmexportError:
        raise
    except Exception as error:  # whatever a foreign renderer does, its user is to know whose it is
        raise RenderError(f"{what} failed: {type(error).__name__}: {error}") from error
    if not isinstance(data, bytes):
        raise RenderError(f"{what} made {type(data).__name__}, expected bytes")
    return data


def format_of_suffix(suffix: str) -> str:
    """Return the name of the format whose files end in this suffix, given without the dot.

    Raises FormatError where there is none. Plugins are imported only when no built-in renderer has the suffix; one that
    cannot be imported is passed over.
    """
    for name in format_names():
        try:
            if find_renderer(name).suffix == suffix.lower():
                return name
        except FormatError:
            continue
    raise FormatError(f"no format has files that end in {'.' + suffix!r}; there are {', '.join(format_names())}")


def origin(point: EntryPoint) -> str:
    """Return who offers a renderer, in words."""
    return f"{point.dist.name} ({point.value})" if point.dist else point.value


def _load(point: EntryPoint) -> type[Renderer]:
    what = f"the format {point.name!r} of {origin(point)}"
    try:
        renderer: type[Renderer] = point.load()
    except (Exception, SystemExit) as error:  # whatever a foreign package does on import, it must break only itself
        raise FormatError(f"{what} cannot be loaded: {type(error).__name__}: {error}") from error
    missing = [name for name in ("name", "suffix", "media_type", "summary", "render") if not hasattr(renderer, name)]
    if missing:
        raise FormatError(f"{what} is no renderer: it has no {', no '.join(missing)}")
    return renderer
