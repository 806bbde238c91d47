"""What is wrong with the tokens of a theme, told as for a report: file, line, column, what was found and expected."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pmexport.errors import ThemeError
from pmexport.limits import DEFAULT
from pmexport.problems import Problem
from pmexport.reading import paths, toml_reader
from pmexport.reading.found_values import found, shorten
from pmexport.reading.parsed_tree import Fault, Lines, Parsed, UnreadableError

_EXPECTED = {
    "string_type": "a text",
    "tuple_type": "a list of texts",
    "model_type": "a table",
    "dict_type": "a table",
    "too_short": "at least one",
}
"""By the type of Pydantic's error."""


def read_tokens(path: Path) -> dict[str, Any]:
    """Return what a theme's file sets. Raises ThemeError where it cannot be read, is no TOML, or inherits oddly."""
    parsed, text = _parsed(path)
    values = dict(parsed.value) if isinstance(parsed.value, Mapping) else {}
    if not isinstance(values.get("inherit", ""), str):
        fault = Fault(f"found {found(values['inherit'])}, expected the name of a theme or a folder.", path=("inherit",))
        raise ThemeError(str(_placed(path, text, fault, parsed.place.find(fault.path)[0].start)))
    return values


def wrong_tokens(error: ValidationError, files: Sequence[Path], model: type[BaseModel]) -> ThemeError:
    """Return the error that tells every token that is wrong, in the first of these files that sets it."""
    return ThemeError("\n".join(str(_told(details, files, model)) for details in error.errors(include_url=False)))


def _parsed(path: Path) -> tuple[Parsed, str]:
    try:
        text = path.read_text("utf-8").removeprefix("\N{BYTE ORDER MARK}")
    except (OSError, ValueError) as error:
        raise ThemeError(f"{path}: {error}") from error
    try:
        return toml_reader.parse(text, DEFAULT), text
    except UnreadableError as error:
        faults = sorted(error.faults, key=lambda fault: fault.offset or 0)
        raise ThemeError("\n".join(str(_placed(path, text, fault, fault.offset)) for fault in faults)) from None


def _told(details: ErrorDetails, files: Sequence[Path], model: type[BaseModel]) -> Problem:
    fault = _fault(details, model)
    for path in files:
        parsed, text = _parsed(path)
        place, exact = parsed.place.find(fault.path)
        if exact:
            return _placed(path, text, fault, place.key if details["type"] == "extra_forbidden" else place.start)
    return Problem(fault.message, paths.write(fault.path), str(files[0]), help=fault.help)


def _fault(details: ErrorDetails, model: type[BaseModel]) -> Fault:
    path = details["loc"]
    if details["type"] == "extra_forbidden":
        known = list(_known(model, path[:-1]))
        near = difflib.get_close_matches(str(path[-1]), known, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(known)}."
        return Fault(f'found the unknown token "{shorten(str(path[-1]))}".', hint, path)
    context = details.get("ctx", {})
    expected = _EXPECTED.get(details["type"]) or context.get("pattern") or context.get("expected")
    return Fault(f"found {found(details['input'])}, expected {_in_words(expected) or details['msg']}.", path=path)


def _in_words(expected: str | None) -> str | None:
    return {
        r"^#[0-9a-fA-F]{6}$": "a colour such as #7a1fa2",
        r"^[\w .-]+$": "the name of a font",
        r"^\d+(\.\d+)?(mm|cm|in|pt)$": "a length such as 20mm, in mm, cm, in or pt",
    }.get(expected or "", expected)


def _known(model: type[BaseModel], path: tuple[str | int, ...]) -> Iterator[str]:
    for part in path:
        inside = model.model_fields[str(part)].annotation
        if not (isinstance(inside, type) and issubclass(inside, BaseModel)):
            return
        model = inside
    yield from model.model_fields


def _placed(path: Path, text: str, fault: Fault, offset: int | None) -> Problem:
    line, column = (None, None) if offset is None else Lines(text).position(offset)
    return Problem(fault.message, paths.write(fault.path), str(path), line, column, fault.help)
