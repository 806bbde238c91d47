"""Write what the constructors of a report's parts take, for type checkers, into the model. `make samples` runs this.

Pydantic validates more than the fields' own types say: lists for tuples, texts for persons, mappings for entries.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from pmexport.report import model
from pmexport.report.field_types import Part

MODEL = Path(str(model.__file__))
_BEGIN = "`make samples` updates it.\n    Entry = Mapping[str, object]\n"
"""The line after which the types are, up to the end of the file."""
_TITLE = "title"
_SCALAR = "Scalar"


def update_model() -> str:
    """Return the text of the model with current types."""
    before, begin, _ = MODEL.read_text("utf-8").partition(_BEGIN)
    return f"{before}{begin}\n" + "\n".join(_write_types())


def _write_types() -> Iterator[str]:
    for part in _list_parts():
        if part is not model.Impact:  # which takes any key
            yield from _write_type(part)
    for name, title in (("ReportChanges", _SCALAR), ("ReportFields", f"Required[{_SCALAR}]")):
        yield from (f"    class {name}(_ReportRest, total=False):", f"        {_TITLE}: {title}", "")


def _list_parts() -> list[type[Part]]:
    found = [part for part in vars(model).values() if inspect.isclass(part) and issubclass(part, Part)]
    return [part for part in found if part is not Part]


def _write_type(part: type[Part]) -> Iterator[str]:
    is_report = part is model.Report
    yield f"    class {'_ReportRest' if is_report else f'{part.__name__}Fields'}(TypedDict, total=False):"
    for name, field in part.model_fields.items():
        if name == _TITLE and is_report:
            continue
        taken = " | ".join(_list_inputs(field.annotation, required=field.is_required()))
        yield f"        {name}: {f'Required[{taken}]' if field.is_required() else taken}"
    yield ""


def _list_inputs(annotation: Any, *, required: bool) -> Iterator[str]:
    if get_origin(annotation) is tuple:
        item = " | ".join(_list_inputs(get_args(annotation)[0], required=True))
        yield f"Sequence[{item} | None]"
    part = next((one for one in _find_types(annotation) if issubclass(one, BaseModel)), None)
    if part is not None:
        yield part.__name__
        yield "Entry"
    if part is None or (issubclass(part, Part) and part.main_field is not None):
        yield _SCALAR
    if not required:
        yield "None"


def _find_types(annotation: Any) -> Iterator[type]:
    if inspect.isclass(annotation):
        yield annotation
    for inside in get_args(annotation):
        yield from _find_types(inside)
