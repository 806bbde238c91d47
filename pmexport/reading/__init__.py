"""Reading: from YAML, JSON, TOML or a mapping to a Report, or to every problem with its file, line and column."""

from __future__ import annotations

import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pmexport.errors import InputError
from pmexport.limits import DEFAULT, Limits
from pmexport.problems import Problem
from pmexport.reading import json_reader, mapping_reader, toml_reader, yaml_reader
from pmexport.reading.encoding import decode
from pmexport.reading.found_values import shorten
from pmexport.reading.parsed_tree import Lines, Parsed, UnreadableError, without_surrogates
from pmexport.reading.validation import check, input_error
from pmexport.report.model import Report

FORMATS = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".toml": "toml"}
"""The formats, by the suffixes of their files."""

_PARSERS: dict[str, Callable[[str, Limits], Parsed]] = {
    "yaml": yaml_reader.parse,
    "json": json_reader.parse,
    "toml": toml_reader.parse,
}
_EITHER = "yaml, json or toml"
_NOTHING: Mapping[str, str] = {}


def read_file(
    path: Path,
    *,
    format: str | None = None,  # noqa: A002 - what it is called everywhere
    overrides: Mapping[str, str] = _NOTHING,
    limits: Limits = DEFAULT,
) -> Report:
    """Return the report of a file; the folder it lies in is the base of its pictures and logs.

    The format is taken from the suffix where it is not given: yaml, json or toml. For `overrides` see `read_bytes`.
    Raises InputError with every problem, also for a file that is missing, unreadable, no regular file, or too large.
    """
    name = _name(path)
    data = file_bytes(path, limits.file_bytes)
    known = _suffix_format(path) if format is None else format
    report = read_bytes(data, format=known, name=name, overrides=overrides, limits=limits)
    return report.based_at(path.parent)


def read_bytes(
    data: bytes | str,
    *,
    format: str,  # noqa: A002 - what it is called everywhere
    name: str = "",
    overrides: Mapping[str, str] = _NOTHING,
    limits: Limits = DEFAULT,
) -> Report:
    """Return the report that a text holds, in yaml, json or toml.

    `name` is how the messages call the text. `overrides` are texts by the path they are set at before the report is
    checked: `severity`, `commander.name`, `timeline[0].phase`. Raises InputError with every problem.
    """
    parse = _parser(format, name)
    text = decode(data, name, limits)
    try:
        return check(parse(text, limits), overrides, text, name)
    except UnreadableError as error:
        raise input_error(error, Lines(text), name) from None


def read_mapping(
    data: Mapping[str, Any], *, overrides: Mapping[str, str] = _NOTHING, limits: Limits = DEFAULT
) -> Report:
    """Return the report that a mapping holds: texts, numbers, booleans, dates, times, None, lists, tuples, mappings.

    For `overrides` see `read_bytes`. Raises InputError with every problem.
    """
    try:
        return check(mapping_reader.parse(data, limits), overrides)
    except UnreadableError as error:
        raise input_error(error, Lines(""), "") from None


def _parser(format: str, name: str) -> Callable[[str, Limits], Parsed]:  # noqa: A002 - as in `read_bytes`
    if format not in _PARSERS:
        raise InputError([Problem(f'found the format "{shorten(format)}", expected {_EITHER}.', file=name)])
    return _PARSERS[format]


def _suffix_format(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix in FORMATS:
        return FORMATS[suffix]
    found = f'the suffix "{shorten(suffix)}"' if suffix else "a name without a suffix"
    message = f"found {found}, expected {', '.join(FORMATS)}."
    raise InputError([Problem(message, file=_name(path), help=f"Or say which format it is: {_EITHER}.")])


def file_bytes(path: Path, most: int) -> bytes:
    """Return what a file holds, one byte more than this at most.

    Raises InputError for a file that is missing, unreadable or no regular file.
    """
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode):
            with path.open("rb") as file:
                return file.read(most + 1)
        message = (
            "found a folder, expected a file." if stat.S_ISDIR(mode) else "found a device or a pipe, expected a file."
        )
    except FileNotFoundError:
        message = "there is no such file."
    except (OSError, ValueError) as error:  # the second for a name with a NUL in it
        message = f"it cannot be read: {getattr(error, 'strerror', None) or error}."
    raise InputError([Problem(message, file=_name(path))])


def _name(path: Path) -> str:
    """Return a path as it can be printed, also where its bytes are no text."""
    return without_surrogates(str(path))
