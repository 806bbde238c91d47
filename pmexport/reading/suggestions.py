"""Suggestions for unknown keys, from what the model allows at a path."""

import difflib
import re
from collections.abc import Collection
from functools import cache
from typing import Any, get_args, get_origin

from pmexport.reading.found_values import shorten
from pmexport.reading.paths import Path
from pmexport.report.field_types import Part, markdown_fields
from pmexport.report.leading_times import seems_timed
from pmexport.report.model import Report, TimelineEntry
from pmexport.report.vocabulary import known_keys

_LONGEST_KEY = 80
"""Characters of a key that are compared."""
_ALMOST = 0.9
"""Ratio of difflib from which a key is a misspelt field rather than a key of the author's own."""
_TOP = "at the top level"
_MOST_PLACES = 3
"""Places that are suggested for a key."""


def unknown_key(path: Path, own: Collection[str] = ()) -> tuple[str, str]:
    """Return the message and help for an unknown key: what it may mean, where it belongs, or all known keys.

    own: the fields that the organisation has declared.
    """
    part, key = find_part(path[:-1]), str(path[-1])
    near = _find_nearest(key, list(own)) if part is Report else []
    meant = near or (find_meant(part, key) if part else [])
    homes = _find_homes(key)
    if part and meant and (near or not homes or _normalize_key(key) in _synonyms(part)):
        near_home = len(homes) == 1 and (part is Report or homes[0] == _TOP)
        otherwise = f" Otherwise, it belongs {homes[0]}." if near_home else ""
        help_ = f"Did you mean {_join_or(meant)}?{otherwise}"
    elif homes:
        help_ = f"It belongs {_join_or(homes)}."
    else:
        help_ = _suggest_elsewhere(part, key)
    return f'found the unknown key "{shorten(key)}".', help_


def find_meant(part: type[Part], key: str) -> list[str]:
    """Return the fields that a key probably means in a mapping, by what people call them or by spelling."""
    known = list(part.model_fields)
    meant = _synonyms(part).get(_normalize_key(key))
    return [meant] if meant else _find_nearest(key, known)


def find_misspelt_field(part: type[Part], key: str) -> str:
    """Return the field whose name is spelt almost like a key, where any key is allowed; empty if there is none."""
    normal = _normalize_key(key)
    near = difflib.get_close_matches(normal, part.model_fields, n=1, cutoff=_ALMOST)
    return near[0] if near and not normal.startswith(f"{near[0]}_") else ""


def is_any_key(word: str) -> bool:
    """Return whether a word is a key of any mapping, or what people call one."""
    normal = _normalize_key(word)
    return any(normal in part.model_fields or normal in _synonyms(part) for part in _tables().values())


def find_part(path: Path) -> type[Part] | None:
    """Return the kind of mapping at a path; None if there is none."""
    here: type[Part] | None = Report
    for key in path:
        if isinstance(key, str):
            field = here.model_fields.get(key) if here else None
            here = part_type(field.annotation) if field else None
    return here


def holds_markdown(path: Path) -> bool:
    """Return whether the text at a path is Markdown, also as a bare text that sets a mapping's main field."""
    keys = [key for key in path if isinstance(key, str)]
    part = find_part(tuple(keys[:-1])) if keys else None
    if part is None or keys[-1] in markdown_fields(part):
        return part is not None
    inner = find_part(tuple(keys))
    return inner is not None and inner.main_field in markdown_fields(inner)


def holds_lines(path: Path) -> bool:
    """Return whether each line of the text at a path counts: in a log, and in a timeline written as one text."""
    keys = [key for key in path if isinstance(key, str)]
    return keys in (["logs"], ["logs", "text"], ["timeline"]) and (keys[0] == "logs" or len(path) == 1)


def part_type(annotation: Any) -> type[Part] | None:
    """Return the kind of mapping in an annotation: `Person` of `tuple[Person, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return annotation
    return next(filter(None, map(part_type, get_args(annotation))), None)


def is_list(annotation: Any) -> bool:
    """Return whether a field takes a list."""
    return get_origin(annotation) is tuple


def _join_or(words: list[str]) -> str:
    """Return `a`, `a or b`, or `a, b or c`."""
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _normalize_key(key: str) -> str:
    """Return a key as our keys are written: `Due Date` and `dueDate` as due_date."""
    words = (
        re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key[:_LONGEST_KEY])
        .replace("'", "")
        .replace("\N{RIGHT SINGLE QUOTATION MARK}", "")
    )
    return re.sub(r"[\W_]+", "_", words).strip("_").casefold()


@cache
def _tables() -> dict[str, type[Part]]:
    """Return the kinds of mappings, by the names of their tables of synonyms."""
    tables: dict[str, type[Part]] = {"report": Report}
    for name, field in Report.model_fields.items():
        part = part_type(field.annotation)
        if part:
            tables[name] = part
    return tables


@cache
def _synonyms(part: type[Part]) -> dict[str, str]:
    """Return what people call the keys of a mapping, each with our key."""
    return {name: key for table, kind in _tables().items() if kind is part for name, key in known_keys(table).items()}


def _suggest_elsewhere(part: type[Part] | None, key: str) -> str:
    """Return the help for a key that means nothing in its mapping, but may mean something in another one."""
    normal = _normalize_key(key)
    if part is TimelineEntry and seems_timed(key):
        return "Write the time as 14:05, or as 2026-03-14 14:05."
    if part is not Report and normal in _synonyms(Report):
        return f"Did you mean {_synonyms(Report)[normal]}, {_TOP}?"
    inner = [f"{known_keys(table)[normal]} in {table}" for table in _tables() if normal in known_keys(table)]
    if part is Report and 0 < len(inner) <= _MOST_PLACES:
        return f"Did you mean {_join_or(inner)}?"
    return f"Known keys: {', '.join(part.model_fields)}." if part else ""


def _find_nearest(key: str, known: list[str]) -> list[str]:
    words = _normalize_key(key)
    near = difflib.get_close_matches(words, known, n=2, cutoff=0.7)
    return near or [one for one in known if f"_{one}_" in f"_{words}_"]


def _find_homes(key: str) -> list[str]:
    homes = [_TOP] if key in Report.model_fields else []
    for name, field in Report.model_fields.items():
        part = part_type(field.annotation)
        if part and key in part.model_fields:
            homes.append(f"in {name}")
    return homes
