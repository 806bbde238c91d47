"""What a report may hold at a place, as the model says."""

from __future__ import annotations

import difflib
import re
from typing import Any, get_args, get_origin

from pmexport.reading.found_values import shorten
from pmexport.reading.parsed_tree import Fault, Path
from pmexport.report.field_types import Part
from pmexport.report.model import Report


def unknown_key(path: Path) -> Fault:
    """Return the fault of a key that the model does not have: where it belongs, or the nearest known ones, or all."""
    part, key = part_at(path[:-1]), str(path[-1])
    known = list(part.model_fields) if part else []
    homes, near = _homes(key), _nearest(key, known)
    if homes:
        hint = f"It belongs {_either(homes)}."
    else:
        hint = f"Did you mean {_either(near)}?" if near else f"There are {', '.join(known)}."
    return Fault(f'found the unknown key "{shorten(key)}".', hint, path)


def part_at(path: Path) -> type[Part] | None:
    """Return the kind of mapping that stands at a path, None where there is none."""
    here: type[Part] | None = Report
    for key in path:
        if isinstance(key, str):
            field = here.model_fields.get(key) if here else None
            here = part_of(field.annotation) if field else None
    return here


def part_of(annotation: Any) -> type[Part] | None:
    """Return the kind of mapping that an annotation speaks of: `Person` of `tuple[Person, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return annotation
    return next(filter(None, map(part_of, get_args(annotation))), None)


def is_list(annotation: Any) -> bool:
    """Return whether a field takes a list."""
    return get_origin(annotation) is tuple


def _either(words: list[str]) -> str:
    """Return `a`, `a or b`, or `a, b or c`."""
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _nearest(key: str, known: list[str]) -> list[str]:
    words = re.sub(r"[\W_]+", "_", key[:80]).strip("_").casefold()
    near = difflib.get_close_matches(words, known, n=2, cutoff=0.7)
    return near or [one for one in known if f"_{one}_" in f"_{words}_"]


def _homes(key: str) -> list[str]:
    homes = ["at the top"] if key in Report.model_fields else []
    for name, field in Report.model_fields.items():
        part = part_of(field.annotation)
        if part and key in part.model_fields:
            homes.append(f"into {name}")
    return homes
