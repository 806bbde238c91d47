"""Reading: from YAML, JSON, TOML or a mapping to a Report, or to every problem with its file, line and column."""

import difflib
import os
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

from pmexport.errors import InputError
from pmexport.limits import DEFAULT, Limits
from pmexport.problems import Problem
from pmexport.reading.encoding import decode
from pmexport.reading.found_values import shorten
from pmexport.reading.json_reader import parse_json
from pmexport.reading.mapping_reader import parse_value
from pmexport.reading.parsed_tree import Parsed, replace_surrogates
from pmexport.reading.source_text import SourceText
from pmexport.reading.toml_reader import parse_toml
from pmexport.reading.validation import validate_report
from pmexport.reading.yaml_reader import parse_yaml
from pmexport.report.house_style import PLAIN, HouseStyle
from pmexport.report.model import Report, WrittenSource

FORMATS = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".toml": "toml"}
"""The input formats, by file suffix."""

_PARSERS: dict[str, Callable[[SourceText, Limits], Parsed]] = {
    "yaml": parse_yaml,
    "json": parse_json,
    "toml": parse_toml,
}
_KNOWN = "yaml, json or toml"
_NEAR = 0.75
"""Ratio of difflib from which a file's name is near another."""
_MOST_NAMES, _LONGEST_NAME = 2_000, 200
"""Files of a folder that are compared with a name, and how much of the name."""
_NOTHING: Mapping[str, str] = {}


def read_file(
    path: Path,
    *,
    format: str | None = None,  # noqa: A002 - the word users know
    overrides: Mapping[str, str] = _NOTHING,
    limits: Limits = DEFAULT,
    style: HouseStyle = PLAIN,
) -> Report:
    """Return the report in a file. The file's folder is the base of its images and logs.

    format: yaml, json or toml. Default: from the suffix. overrides, style: see `read_bytes`.
    Raises InputError with every problem, including a file that is missing, unreadable, not regular, or too large.
    """
    data = file_bytes(path, limits.file_bytes)
    known = _suffix_format(path) if format is None else format
    report = read_bytes(data, format=known, name=_printable_name(path), overrides=overrides, limits=limits, style=style)
    return report.based_at(path.parent)


def read_bytes(
    data: bytes | str,
    *,
    format: str,  # noqa: A002 - the word users know
    name: str = "",
    overrides: Mapping[str, str] = _NOTHING,
    limits: Limits = DEFAULT,
    style: HouseStyle = PLAIN,
) -> Report:
    """Return the report in a text.

    format: yaml, json or toml. name: the file's name, for messages. overrides: texts by the path at which they are set
    before validation: `severity`, `commander.name`, `timeline[0].phase`. style: the fields and words that the
    organisation has declared.
    Raises InputError with every problem.
    """
    if format not in _PARSERS:
        raise InputError([Problem(f'unknown format "{shorten(format)}". Use {_KNOWN}.', file=name)])
    source = SourceText(decode(data, name, limits), name)
    report = validate_report(_PARSERS[format](source, limits), overrides, style)
    return report.written_in(WrittenSource(name, format, data)) if isinstance(data, bytes) else report


def parse_bytes(data: bytes, format_name: str, limits: Limits = DEFAULT) -> object:
    """Return the content of a text in yaml, json or toml, whether it is a report or not. Raises InputError."""
    return _PARSERS[format_name](SourceText(decode(data, "", limits)), limits).value


def read_mapping(
    data: Mapping[str, Any],
    *,
    overrides: Mapping[str, str] = _NOTHING,
    limits: Limits = DEFAULT,
    style: HouseStyle = PLAIN,
) -> Report:
    """Return the report in a mapping: texts, numbers, booleans, dates, times, None, lists, tuples and mappings.

    overrides, style: see `read_bytes`. Raises InputError with every problem.
    """
    return validate_report(parse_value(data, limits), overrides, style)


_USE = f"Use {', '.join(FORMATS)}, .md or .docx, or pass --from (format=)."
_EXTRACT = "Write the report that a PDF contains with `pmexport extract`."


def _suffix_format(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix in FORMATS:
        return FORMATS[suffix]
    reason = f'"{shorten(suffix)}" is not a known extension' if suffix else "the file name has no extension"
    message = f"cannot tell the format: {reason}."
    raise InputError([Problem(message, file=_printable_name(path), help=_EXTRACT if suffix == ".pdf" else _USE)])


def file_bytes(path: Path, most: int) -> bytes:
    """Return the content of a file, at most one byte more than this number.

    Raises InputError for a file that is missing, unreadable or not regular.
    """
    help_ = ""
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode):
            with path.open("rb") as file:
                return file.read(most + 1)
        found = "a folder" if stat.S_ISDIR(mode) else "a device or a pipe"
        message = f"found {found}, expected a file."
    except FileNotFoundError:
        message, help_ = "there is no such file.", _suggest_file(path)
    except (OSError, ValueError) as error:  # ValueError: a name that contains a NUL
        message = f"it cannot be read: {getattr(error, 'strerror', None) or error}."
    raise InputError([Problem(message, file=_printable_name(path), help=help_)])


def _suggest_file(path: Path) -> str:
    """Return the help that names the file in the same folder that was probably meant; empty if there is none."""
    with suppress(OSError, ValueError), os.scandir(path.parent) as entries:
        names = [entry.name for entry in islice(entries, _MOST_NAMES) if entry.is_file()]
        alike = [name for name in names if Path(name).stem == path.stem and Path(name).suffix in FORMATS]
        near = alike or difflib.get_close_matches(path.name[:_LONGEST_NAME], names, 1, _NEAR)
        if near:
            return f"Did you mean {_printable_name(path.parent / near[0])}?"
    return ""


def _printable_name(path: Path) -> str:
    """Return a path that can be printed, even if its bytes are not text."""
    return replace_surrogates(str(path))
