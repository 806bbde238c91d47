"""Importers by name: the built-in ones, and those that other packages add by an entry point (`pmexport.importers`).

Listing the names imports nothing. An importer is imported when it is first used.
"""

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any, Protocol

from pmexport.errors import FormatError, PmexportError
from pmexport.importing.draft import Draft
from pmexport.importing.import_options import ImportOptions
from pmexport.importing.sources import SourceFile
from pmexport.plugins import Plugin, PluginError, find_plugins

GROUP = "pmexport.importers"

BUILT_IN: dict[str, str] = {
    "markdown": "pmexport.importing.markdown.markdown_importer:MarkdownImporter",
    "docx": "pmexport.importing.word.word_importer:WordImporter",
    "incident-io": "pmexport.importing.exports.incident_io:IncidentIoImporter",
    "statuspage": "pmexport.importing.exports.statuspage:StatuspageImporter",
    "pagerduty": "pmexport.importing.exports.pagerduty:PagerDutyImporter",
    "opsgenie": "pmexport.importing.exports.opsgenie:OpsgenieImporter",
    "jira": "pmexport.importing.exports.jira:JiraImporter",
    "rootly": "pmexport.importing.exports.rootly:RootlyImporter",
    "firehydrant": "pmexport.importing.exports.firehydrant:FireHydrantImporter",
    "gitlab": "pmexport.importing.exports.gitlab:GitLabImporter",
}


class Importer(Protocol):
    """Reads one format. Constructed without arguments; keeps no state."""

    name: str
    """The name users ask for with `--from`."""
    suffixes: tuple[str, ...]
    """The suffixes of its files, with the dot. One that no report has, such as .md, selects the format."""
    takes: str
    """One line for `--list`: which files it takes."""

    def recognizes(self, sources: Sequence[SourceFile]) -> bool:
        """Return whether the content of these files is certain to be of this format. Raises nothing."""
        ...

    def read(self, sources: Sequence[SourceFile], options: ImportOptions) -> Draft:
        """Return the draft of one report from all of these files. Raises InputError."""
        ...


def importer_plugins() -> dict[str, list[Plugin]]:
    """Return what other packages offer, by name. A name that is offered twice has two plugins."""
    found: dict[str, list[Plugin]] = {}
    for plugin in find_plugins(GROUP):
        found.setdefault(plugin.name, []).append(plugin)
    return found


def format_names() -> list[str]:
    """Return the names of all formats, the built-in ones first. Imports none of them."""
    return [*BUILT_IN, *(name for name in importer_plugins() if name not in BUILT_IN)]


def find_importer(name: str) -> Importer:
    """Return the importer with this name.

    Raises FormatError if no package offers it, two packages do, or the package that offers it cannot be imported.
    """
    if name in BUILT_IN:
        module, _, attribute = BUILT_IN[name].partition(":")
        built_in: Importer = getattr(import_module(module), attribute)()
        return built_in
    offers = importer_plugins().get(name, [])
    if not offers:
        raise FormatError(f"unknown format {name!r}. Known formats: {', '.join(format_names())}.")
    if len(offers) > 1:
        both = " and ".join(plugin.origin for plugin in offers)
        raise FormatError(f"the format {name!r} is provided by both {both}. Uninstall one.")
    return _load_importer(offers[0])


def run_importer(name: str, sources: Sequence[SourceFile], options: ImportOptions) -> Draft:
    """Return the draft that the importer with this name makes; its status is never final.

    Raises what the importer raises; FormatError if an importer of another package fails.
    """
    importer = find_importer(name)
    try:
        draft = importer.read(sources, options)
    except PmexportError:
        raise
    except Exception as error:
        if name in BUILT_IN:
            raise
        raise FormatError(f"{_name_plugin(name)} failed: {type(error).__name__}: {error}") from error
    if not isinstance(draft, Draft):
        raise FormatError(f"{_name_plugin(name)} returned {type(draft).__name__}; read() must return a Draft.")
    draft.limits = options.limits
    draft.soften_status()
    return draft


def detect_format(sources: Sequence[SourceFile]) -> str | None:
    """Return the name of the only format whose content these files certainly have; None if that is not certain."""
    found = [importer.name for importer in _usable_importers() if _recognizes(importer, sources)]
    return found[0] if len(found) == 1 else None


def format_of_suffix(suffix: str) -> str | None:
    """Return the name of the first format whose files have this suffix, given with the dot; None if there is none."""
    return next((one.name for one in _usable_importers() if suffix.lower() in one.suffixes), None)


def _usable_importers() -> Iterator[Importer]:
    """Yield the importers that can be used; one of another package that cannot be imported is skipped."""
    for name in format_names():
        try:
            yield find_importer(name)
        except FormatError:
            continue


def _recognizes(importer: Importer, sources: Sequence[SourceFile]) -> bool:
    try:
        return importer.recognizes(sources)
    except Exception:
        if importer.name in BUILT_IN:
            raise
        return False


def _name_plugin(name: str) -> str:
    return f"the format {name!r} of {' and '.join(plugin.origin for plugin in importer_plugins().get(name, []))}"


def _load_importer(plugin: Plugin) -> Importer:
    what = f"the format {plugin.name!r} of {plugin.origin}"
    try:
        importer: Any = plugin.load()()
    except PluginError as error:
        raise FormatError(f"{what} cannot be loaded: {error}") from error
    except Exception as error:
        raise FormatError(f"{what} cannot be used: {type(error).__name__}: {error}") from error
    missing = [name for name in ("name", "suffixes", "takes", "recognizes", "read") if not hasattr(importer, name)]
    if missing:
        raise FormatError(f"{what} is not an importer: missing {', '.join(missing)}.")
    found: Importer = importer
    return found
