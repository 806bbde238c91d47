"""Overrides: values set from outside, such as `severity=P2` on the command line, before the report is validated."""

from collections.abc import Collection, Mapping

from pmexport.problems import Problem
from pmexport.reading.found_values import name_value, shorten
from pmexport.reading.parsed_tree import replace_surrogates
from pmexport.reading.paths import Path, read_path, write_path
from pmexport.reading.suggestions import find_part, is_list, part_type, unknown_key
from pmexport.report.field_types import Part, is_empty, is_private_key
from pmexport.report.model import Report

OVERRIDE = "override"
"""Replaces the file's name in problems with values that were set from outside."""


class _RefusedError(Exception):
    """An override that cannot be applied."""

    def __init__(self, path: Path, message: str, help_: str = "") -> None:
        super().__init__(message)
        self.path = path
        self.message = message
        self.help = help_


def apply_overrides(
    value: object, overrides: Mapping[str, str], own: Collection[str] = ()
) -> tuple[object, list[Path], list[Problem]]:
    """Return the value with the overrides applied, the path of each change, and the problems of the others.

    own: the fields that the organisation has declared.
    """
    changed: list[Path] = []
    problems: list[Problem] = []
    for text, new in overrides.items():
        try:
            path = _parse_path(replace_surrogates(text))
            _check_path(path, own)
            changed.append(_existing_path(value, path))
            value = _set_value(value, path, new)
        except _RefusedError as error:
            problems.append(Problem(error.message, write_path(error.path), OVERRIDE, help=error.help))
    return value, changed, problems


def _parse_path(text: str) -> Path:
    path = read_path(text)
    if path is None:
        message = f'found "{shorten(text)}", expected a path such as severity, commander.name or timeline[0].phase.'
        raise _RefusedError((), message)
    return path


def _check_path(path: Path, own: Collection[str]) -> None:
    """Raise _RefusedError if the model has no such path."""
    here: type[Part] | None = Report
    listed = False
    for depth, part in enumerate(path, 1):
        if is_private_key(part):
            return
        if isinstance(part, int):
            if not listed:
                raise _RefusedError(path[:depth], "cannot use an index here: this is not a list.")
            listed = False
        elif here is None:
            raise _RefusedError(path[:depth], "cannot use a key here: this is a single value.")
        elif part in here.model_fields:
            annotation = here.model_fields[part].annotation
            here, listed = part_type(annotation), is_list(annotation)
        elif part in own if here is Report else here.model_config.get("extra") == "allow":
            here, listed = None, False
        else:
            raise _RefusedError(path[:depth], *unknown_key(path[:depth], own))


def _existing_path(value: object, path: Path) -> Path:
    """Return the part of the path that the value already has, and the first step beyond."""
    for depth, part in enumerate(path, 1):
        value = _get_part(value, part)
        if value is None:
            return path[:depth]
    return path


def _get_part(value: object, part: str | int) -> object:
    match value, part:
        case Mapping(), str():
            return value.get(part)
        case list(), int() if part < len(value):
            return value[part]
    return None


def _set_value(value: object, path: Path, new: str, at: Path = ()) -> object:
    if not path:
        return new
    part, rest = path[0], path[1:]
    if isinstance(part, str):
        mapping = _as_mapping(value, at)
        return {**mapping, part: _set_value(mapping.get(part), rest, new, (*at, part))}
    items = value if isinstance(value, list) else [] if is_empty(value) else [value]
    if part > len(items):
        size = f"{len(items)} item{'' if len(items) == 1 else 's'}"
        help_ = f"To append an item, use [{len(items)}]."
        raise _RefusedError((*at, part), f"index {part} is out of range; the list has {size}.", help_)
    item = items[part] if part < len(items) else None
    return [*items[:part], _set_value(item, rest, new, (*at, part)), *items[part + 1 :]]


def _as_mapping(value: object, at: Path) -> Mapping[str, object]:
    if isinstance(value, Mapping):
        return value
    if is_empty(value):
        return {}
    part = find_part(at)
    if isinstance(value, list):
        raise _RefusedError(at, "this is a list: add the index of an item, such as [0].")
    if part is None or part.main_field is None:
        raise _RefusedError(at, f"found {name_value(value)}, which cannot contain keys.")
    return {part.main_field: value}
