"""Validate a plain value as a report, or report everything that is wrong with it."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from pmexport.limits import Limits
from pmexport.problems import Place, Problem
from pmexport.reading.found_values import name_value
from pmexport.reading.mapping_reader import parse_value
from pmexport.reading.overrides import OVERRIDE, apply_overrides
from pmexport.reading.parsed_tree import Parsed
from pmexport.reading.pasted.rewriting import rewrite_pasted
from pmexport.reading.paths import Path, is_under, write_path
from pmexport.reading.shape_hints import advise_missing, advise_person, advise_shape, advise_start, advise_wrapper
from pmexport.reading.source_map import SourceMap
from pmexport.reading.source_text import report_problems
from pmexport.reading.suggestions import find_meant, find_part, unknown_key
from pmexport.reading.typing_slips import TEXT_AFTER_HASH, explain_key
from pmexport.report.house_style import HouseStyle
from pmexport.report.model import Report


def validate_report(parsed: Parsed, overrides: Mapping[str, str], style: HouseStyle) -> Report:
    """Return the report that a value describes, with overrides applied.

    style: the fields and words that the organisation has declared. Raises InputError with all that is wrong.
    """
    parsed = rewrite_pasted(parsed, style)
    value, changed, refused = apply_overrides(parsed.value, overrides, style.metadata)
    problems, source = [*parsed.problems, *refused], parsed.source
    if changed:
        value = rewrite_pasted(replace(parsed, value=value), style).value
    if not isinstance(value, Mapping):
        message = f"found {name_value(value)}; a report must be a mapping with at least a `title`."
        problems.append(source.problem(message, advise_start(value), offset=parsed.extent.start))
        raise report_problems(problems, source.file)
    report = _validate_value(value, replace(parsed, problems=tuple(problems)), set(changed), style)
    report = report.read_from(SourceMap(parsed, value, frozenset(changed)), parsed.remarks)
    return report.overriding(_validate_written(parsed, report, style)) if changed else report


def revalidate_report(report: Report, limits: Limits, style: HouseStyle) -> Report:
    """Return a report that was changed without validation, validated. Raises InputError with all that is wrong."""
    parsed = parse_value(dict(report), limits)
    valid = _validate_value(parsed.value, parsed, set(), style)
    valid = valid.based_at(report.base).with_files(report.files).read_from(report.origin, report.remarks)
    return valid.written_in(report.source) if report.source else valid


def _validate_value(value: object, parsed: Parsed, changed: set[Path], style: HouseStyle) -> Report:
    """Return the report that a value describes. Raises InputError with its problems, and those of what was parsed."""
    problems, file = list(parsed.problems), parsed.source.file
    try:
        report = Report.model_validate(value, context=style)
    except ValidationError as error:
        found = (_explain_error(details, value, parsed, changed, style) for details in _list_errors(error))
        raise report_problems([*problems, *filter(None, found)], file) from None
    if problems:
        raise report_problems(problems, file)
    return report


def _list_errors(error: ValidationError) -> list[ErrorDetails]:
    """Return the errors of Pydantic; the value of an unknown key is none besides the key."""
    errors = error.errors(include_url=False)
    unknown = {one["loc"] for one in errors if one["type"] == "extra_forbidden"}
    return [one for one in errors if one["type"] == "extra_forbidden" or one["loc"] not in unknown]


def _validate_written(parsed: Parsed, report: Report, style: HouseStyle) -> Report:
    """Return the report as its file says; the report itself if its file alone is not valid."""
    try:
        return Report.model_validate(parsed.value, context=style)
    except ValidationError:
        return report


def _explain_error(
    details: ErrorDetails, value: object, parsed: Parsed, changed: set[Path], style: HouseStyle
) -> Problem | None:
    """Return the problem that Pydantic found, at its place; None for a path whose problem is already known."""
    path = _written_path(value, details["loc"])
    if is_under(path, set(parsed.faulty)) or (details["type"] == "missing" and _is_misspelt(details)):
        return None
    dropped = (remark for remark in parsed.remarks if (remark.id, remark.path) == (TEXT_AFTER_HASH, write_path(path)))
    if remark := next(dropped, None):
        return replace(remark, id="")
    if details["type"] == "extra_forbidden" and len(path) == 1 and isinstance(value, Mapping):
        details = {**details, "input": value.get(path[0])}  # of a report's keys, Pydantic names the key
    message, help_ = _word_error(details, path, parsed.quoting, style.metadata)
    problem = Problem(message, write_path(path), help=help_)
    if is_under(path, changed):
        return problem.at(Place(OVERRIDE))
    extent, exact = parsed.extent.find(path)
    if not exact or details["type"] != "extra_forbidden":
        return problem.at(parsed.source.place(extent.start))
    found = explain_key(parsed.source.text, extent.key, str(path[-1]))
    if found is None:
        return problem.at(parsed.source.place(extent.key))
    offset, message, help_ = found
    return replace(problem, message=message, help=help_).at(parsed.source.place(offset))


def _is_misspelt(details: ErrorDetails) -> bool:
    """Return whether a missing key is there under a name, or inside a key, that is reported as unknown."""
    part, key = find_part(details["loc"][:-1]), details["loc"][-1]
    if part is None or not isinstance(details["input"], Mapping):
        return False
    others = [str(other) for other in details["input"] if other not in part.model_fields]
    wrapped = (details["input"].get(other) for other in others if part is Report)
    is_wrapped = any(isinstance(value, Mapping) and key in value for value in wrapped)
    return is_wrapped or any(key in find_meant(part, other) for other in others)


def _written_path(value: Any, location: Path) -> Path:
    """Return the path in the author's text, where one item may replace a list, and a text may replace a mapping."""
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


def _word_error(details: ErrorDetails, path: Path, quoting: str, own: Collection[str]) -> tuple[str, str]:
    """Return the message and the help for an error of Pydantic."""
    if details["type"] == "extra_forbidden":
        message, help_ = unknown_key(path, own)
        value = details["input"]
        return message, advise_wrapper(path, value) or advise_person(path, value) or help_
    if details["type"] == "missing" and isinstance(details["input"], Mapping):
        return f"the required key `{path[-1]}` is missing.", advise_missing(path)
    context = details.get("ctx", {})
    value = None if details["type"] == "missing" else details["input"]
    expected, near = context.get("expected", "a string"), context.get("near")
    is_quoting = isinstance(value, Mapping) and expected == "a string"
    help_ = f"Write one text, without keys. {quoting}".rstrip() if is_quoting else advise_shape(path, value)
    advice = f"Did you mean {near}?" if near else context.get("help", help_)
    return f"found {name_value(value)}, expected {expected}.", advice
