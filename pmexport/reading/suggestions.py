"""Suggestions for unknown keys, from what the model allows at a path."""

import difflib
import re
from typing import Any, get_args, get_origin

from pmexport.reading.found_values import shorten
from pmexport.reading.paths import Path
from pmexport.report.field_types import Part, markdown_fields
from pmexport.report.model import Report


def unknown_key(path: Path) -> tuple[str, str]:
    """Return the message and help for an unknown key: where it belongs, or the nearest known keys, or all."""
    part, key = find_part(path[:-1]), str(path[-1])
    known = list(part.model_fields) if part else []
    homes, near = _find_homes(key), _find_nearest(key, known)
    if homes:
        help_ = f"It belongs {_join_or(homes)}."
    else:
        help_ = f"Did you mean {_join_or(near)}?" if near else f"Known keys: {', '.join(known)}."
    return f'found the unknown key "{shorten(key)}".', help_


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


def _find_nearest(key: str, known: list[str]) -> list[str]:
    words = re.sub(r"[\W_]+", "_", key[:80]).strip("_").casefold()
    near = difflib.get_close_matches(words, known, n=2, cutoff=0.7)
    return near or [one for one in known if f"_{one}_" in f"_{words}_"]


def _find_homes(key: str) -> list[str]:
    homes = ["at the top level"] if key in Report.model_fields else []
    for name, field in Report.model_fields.items():
        part = part_type(field.annotation)
        if part and key in part.model_fields:
            homes.append(f"in {name}")
    return homes
