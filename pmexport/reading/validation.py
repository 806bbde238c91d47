"""From a plain value to a Report, or to everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from pmexport.errors import InputError
from pmexport.problems import Problem
from pmexport.reading import paths
from pmexport.reading.found_values import found
from pmexport.reading.overrides import apply_overrides
from pmexport.reading.parsed_tree import MOST, Fault, Lines, Parsed, Path, UnreadableError
from pmexport.reading.source_map import OVERRIDE, Origin
from pmexport.reading.suggestions import unknown_key
from pmexport.report.model import Report

_LONG = 120
"""Characters of a help that is not worth repeating."""


def check(parsed: Parsed, overrides: Mapping[str, str], text: str = "", file: str = "") -> Report:
    """Return the report that a value is, with the overrides in it. Raises UnreadableError with all that is wrong.

    text: what it was read from, and `file`: what its reader calls that.
    """
    value, changed, refused = apply_overrides(parsed.value, overrides)
    faults = [*parsed.faults, *refused]
    if not isinstance(value, Mapping):
        message = f"found {found(value)}, expected keys with their values, at least a title."
        raise UnreadableError(*faults, Fault(message, offset=parsed.place.start))
    try:
        report = Report.model_validate(value)
    except ValidationError as error:
        told = {fault.path for fault in parsed.faults}
        findings = [_finding(details, value, parsed, set(changed)) for details in error.errors(include_url=False)]
        findings = sorted((finding for finding in findings if not _is_under(finding.path, told)), key=_order)
        faults += [_explained(finding, parsed) for finding in findings[:MOST]]
        raise UnreadableError(*faults, more=len(findings[MOST:])) from None
    if faults:
        raise UnreadableError(*faults)
    return report.read_from(Origin(file, text, value, parsed.place, frozenset(changed)))


def input_error(error: UnreadableError, lines: Lines, file: str) -> InputError:
    """Return the error for the user: the first problems in the order of the file, and how many there are besides."""
    faults = sorted(error.faults, key=_order)
    problems = [_problem(fault, lines, file) for fault in _without_repeats(faults[:MOST])]
    more = error.more + len(faults[MOST:])
    return InputError([*problems, *([Problem(f"there are {more:,} more problems.", file=file)] if more else [])])


def _without_repeats(faults: list[Fault]) -> Iterator[Fault]:
    """Yield the faults, each long help once only."""
    told: set[str] = set()
    for fault in faults:
        yield replace(fault, help="") if fault.help in told else fault
        told |= {fault.help} if len(fault.help) > _LONG else set()


def _problem(fault: Fault, lines: Lines, file: str) -> Problem:
    line, column = (None, None) if fault.offset is None else lines.position(fault.offset)
    return Problem(
        fault.message, paths.write(fault.path), OVERRIDE if fault.override else file, line, column, fault.help
    )


@dataclass(frozen=True, slots=True)
class _Finding:
    """What Pydantic found, and where."""

    details: ErrorDetails
    path: Path
    offset: int | None
    override: bool


def _finding(details: ErrorDetails, value: object, parsed: Parsed, changed: set[Path]) -> _Finding:
    path = _as_written(value, details["loc"])
    if _is_under(path, changed):
        return _Finding(details, path, None, override=True)
    place, exact = parsed.place.find(path)
    is_key = exact and details["type"] == "extra_forbidden"
    return _Finding(details, path, place.key if is_key else place.start, override=False)


def _as_written(value: Any, location: Path) -> Path:
    """Return the path in the author's text, where one item may stand for a list, and a text for its main field."""
    path: list[str | int] = []
    for part in location:
        if isinstance(value, Mapping) and isinstance(part, str):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int):
            value = value[part]
        else:
            continue
        path.append(part)
    return tuple(path)


def _is_under(path: Path, others: set[Path]) -> bool:
    return any(path[:length] in others for length in range(1, len(path) + 1))


def _order(item: Fault | _Finding) -> tuple[bool, int]:
    return item.override, item.offset or 0


def _explained(finding: _Finding, parsed: Parsed) -> Fault:
    fault = _explain(finding.details, finding.path, parsed)
    return replace(fault, offset=finding.offset, override=finding.override)


def _explain(details: ErrorDetails, path: Path, parsed: Parsed) -> Fault:
    if details["type"] == "extra_forbidden":
        return unknown_key(path)
    context = details.get("ctx", {})
    value = None if details["type"] == "missing" else details["input"]
    expected, near = context.get("expected", "a text"), context.get("near")
    if near:
        hint = f"Did you mean {near}?"
    else:
        hint = parsed.quoting if isinstance(value, Mapping) and expected == "a text" else ""
    return Fault(f"found {found(value)}, expected {expected}.", hint, path)
