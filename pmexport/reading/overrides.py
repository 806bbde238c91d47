"""Values that are set from outside, such as `severity=P2` on the command line, before the report is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pmexport.reading import paths
from pmexport.reading.found_values import found, shorten
from pmexport.reading.parsed_tree import Fault, Path, UnreadableError, without_surrogates
from pmexport.reading.suggestions import is_list, part_at, part_of, unknown_key
from pmexport.report.field_types import Part, is_empty, is_private_key
from pmexport.report.model import Report


def apply_overrides(value: object, overrides: Mapping[str, str]) -> tuple[object, list[Path], list[Fault]]:
    """Return the value with the overrides in it, the path of each change, and what is wrong with the others.

    The value itself is left as it is.
    """
    changed: list[Path] = []
    faults: list[Fault] = []
    for text, new in overrides.items():
        try:
            path = _read(without_surrogates(text))
            _check(path)
            changed.append(_existing(value, path))
            value = _set(value, path, new)
        except UnreadableError as error:
            faults += [replace(fault, override=True) for fault in error.faults]
    return value, changed, faults


def _read(text: str) -> Path:
    path = paths.read(text)
    if path is None:
        message = f'found "{shorten(text)}", expected a path such as severity, commander.name or timeline[0].phase.'
        raise UnreadableError(Fault(message))
    return path


def _check(path: Path) -> None:
    """Raise where the model has no such path."""
    here: type[Part] | None = Report
    listed = False
    for depth, part in enumerate(path, 1):
        if is_private_key(part):
            return
        if isinstance(part, int):
            if not listed:
                raise _refusal(path[:depth], "found an index, but this is no list.")
            listed = False
        elif here is None:
            raise _refusal(path[:depth], "found a key, but this is a text.")
        elif part in here.model_fields:
            annotation = here.model_fields[part].annotation
            here, listed = part_of(annotation), is_list(annotation)
        elif here.model_config.get("extra") == "allow":
            here, listed = None, False
        else:
            raise UnreadableError(unknown_key(path[:depth]))


def _existing(value: object, path: Path) -> Path:
    """Return the part of the path that leads to what the value has already, and the first step beyond."""
    for depth, part in enumerate(path, 1):
        value = _part(value, part)
        if value is None:
            return path[:depth]
    return path


def _part(value: object, part: str | int) -> object:
    match value, part:
        case Mapping(), str():
            return value.get(part)
        case list(), int() if part < len(value):
            return value[part]
    return None


def _set(value: object, path: Path, new: str, at: Path = ()) -> object:
    if not path:
        return new
    part, rest = path[0], path[1:]
    if isinstance(part, str):
        mapping = _mapping(value, at)
        return {**mapping, part: _set(mapping.get(part), rest, new, (*at, part))}
    items = value if isinstance(value, list) else [] if is_empty(value) else [value]
    if part > len(items):
        raise _refusal((*at, part), f"found the index {part}, but there are {len(items)} items.")
    item = items[part] if part < len(items) else None
    return [*items[:part], _set(item, rest, new, (*at, part)), *items[part + 1 :]]


def _mapping(value: object, at: Path) -> Mapping[str, object]:
    if isinstance(value, Mapping):
        return value
    if is_empty(value):
        return {}
    part = part_at(at)
    if isinstance(value, list):
        raise _refusal(at, "found a list, expected the index of an item after its name, such as [0].")
    if part is None or part.main_field is None:
        raise _refusal(at, f"found {found(value)}, and no key can be set inside it.")
    return {part.main_field: value}


def _refusal(path: Path, message: str) -> UnreadableError:
    return UnreadableError(Fault(message, path=path))
