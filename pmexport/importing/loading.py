"""Load a report in any format that can be read or imported, and import drafts."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pmexport import reading
from pmexport.errors import FormatError, InputError
from pmexport.importing import importer_registry
from pmexport.importing.draft import Draft
from pmexport.importing.import_options import ImportOptions
from pmexport.importing.sources import SourceFile, read_sources
from pmexport.limits import Limits
from pmexport.problems import Problem, show_name
from pmexport.report.house_style import HouseStyle
from pmexport.report.model import Report

_NOTHING: Mapping[str, str] = {}


def load_file(
    path: Path,
    *,
    format: str | None = None,  # noqa: A002 - the word users know
    overrides: Mapping[str, str] = _NOTHING,
    limits: Limits,
    style: HouseStyle,
) -> Report:
    """Return the report in a file. The file's folder is the base of its images and logs.

    format: yaml, json, toml or a format that can be imported. Default: from the suffix. style: declares the fields that
    reports may have, and the words of our own Markdown and Word files. Raises InputError, and FormatError for an
    importer that cannot be used.
    """
    name = format if format is not None else _suffix_importer(path)
    if name is None or name in reading.FORMATS.values():
        try:
            return reading.read_file(path, format=format, overrides=overrides, limits=limits, style=style)
        except InputError:
            if format is None:
                _refuse_export(path, limits)
            raise
    return _load_imported(read_sources([path], limits), name, overrides, limits, style).based_at(path.parent)


def load_bytes(
    data: bytes,
    *,
    format: str,  # noqa: A002 - the word users know
    name: str = "",
    overrides: Mapping[str, str] = _NOTHING,
    limits: Limits,
    style: HouseStyle,
) -> Report:
    """Return the report in the bytes of a file. For the arguments and errors see `load_file`. name: for messages."""
    if format in reading.FORMATS.values():
        return reading.read_bytes(data, format=format, name=name, overrides=overrides, limits=limits, style=style)
    return _load_imported([SourceFile(data, name, limits)], format, overrides, limits, style)


def input_formats() -> list[str]:
    """Return the names of all formats of reports: those that are read, then those that are imported."""
    return [*dict.fromkeys(reading.FORMATS.values()), *importer_registry.format_names()]


def import_sources(sources: Sequence[SourceFile], format_name: str | None, options: ImportOptions) -> Draft:
    """Return the draft of the report in these files.

    format_name: the importer's name. Default: from the content where that is certain, then from the first suffix.
    Raises InputError; FormatError if the format is unknown or cannot be told.
    """
    name = format_name or detect_format(sources)
    if name is None:
        raise FormatError(explain_doubt(sources))
    return _import_sources(sources, name, options)


def detect_format(sources: Sequence[SourceFile]) -> str | None:
    """Return the format that the content of files shows, or else the suffix of the first; None if neither is certain.

    A suffix that reports have too, such as .json, shows nothing.
    """
    return importer_registry.detect_format(sources) or next((_suffix_importer(Path(one.name)) for one in sources), None)


def explain_doubt(sources: Sequence[SourceFile]) -> str:
    """Return why the format of files is not certain, and what to do, as a sentence or two."""
    known = ", ".join(importer_registry.format_names())
    if not sources:
        return f"there is nothing to import. Formats: {known}."
    first = sources[0]
    name = show_name(Path(first.name).name or "the input")
    if first.is_report():
        return f"{name} is a report already. Use it directly: `pmexport {name} --pdf`."
    if first.kind:
        return f"{name} is {first.kind}, which pmexport cannot import. Save it as .docx or Markdown."
    what = "nothing in {} shows which tool wrote it" if first.suffix in reading.FORMATS else "{} may be any text"
    doubt = f"the format cannot be determined with certainty: {what.format(name)}."
    return f"{doubt} Add --from (format=) with one of: {known}."


def _suffix_importer(path: Path) -> str | None:
    suffix = path.suffix.lower()
    return None if suffix in reading.FORMATS else importer_registry.format_of_suffix(suffix)


def _refuse_export(path: Path, limits: Limits) -> None:
    """Raise InputError if the content of a file shows that an incident tool wrote it."""
    if path.suffix.lower() in reading.FORMATS and path.is_file():
        name = importer_registry.detect_format(read_sources([path], limits))
        if name:
            help_ = f"Convert it first: `pmexport import {show_name(path)}`, with the other files of the incident."
            message = f"found an export of an incident tool ({name}), expected a report."
            raise InputError([Problem(message, help=help_, file=str(path))])


def _load_imported(
    sources: Sequence[SourceFile], name: str, overrides: Mapping[str, str], limits: Limits, style: HouseStyle
) -> Report:
    known = input_formats()
    if name not in known:
        raise FormatError(f"unknown format {name!r}. Known formats: {', '.join(known)}.")
    return _import_sources(sources, name, ImportOptions(limits=limits, style=style)).load(overrides)


def _import_sources(sources: Sequence[SourceFile], name: str, options: ImportOptions) -> Draft:
    if not sources:
        raise InputError([Problem("there is nothing to import.", help="Pass at least one file.")])
    return importer_registry.run_importer(name, sources, options)
