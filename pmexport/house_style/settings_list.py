"""The settings in force, each with its place: for `pmexport config` and for the documentation."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from pmexport.house_style.config import Config
from pmexport.problems import Place
from pmexport.reading.paths import write_path
from pmexport.reading.settings_model import find_table
from pmexport.report.house_style import HouseStyle
from pmexport.report.model import read_docstrings


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting and the place that it comes from."""

    key: str
    value: Any
    """As plain data."""
    place: Place
    """Empty for a default."""

    @property
    def text(self) -> str:
        """The value as it is written in the file; a dash if nothing is set."""
        return "-" if self.value in (None, "", [], {}) else json.dumps(self.value, ensure_ascii=False)

    def as_dict(self) -> dict[str, Any]:
        """Return plain data, with None for what a default does not have."""
        place = self.place
        return {
            "key": self.key,
            "value": self.value,
            "file": place.file or None,
            "line": place.line,
            "column": place.column,
        }


def list_settings(config: Config) -> list[Setting]:
    """Return all settings, in the order of the model; each entry of a table of names on its own."""
    return list(_walk_settings(config.model_dump(mode="json"), type(config), (), config.places))


def _walk_settings(
    values: Mapping[str, Any], model: type[BaseModel], path: tuple[str, ...], places: Mapping[str, Place]
) -> Iterator[Setting]:
    for name in ordered_fields(model):
        if table := find_table(model.model_fields[name].annotation):
            yield from _walk_settings(values[name], table, (*path, name), places)
        else:
            yield from _walk_entries(values[name], (*path, name), places)


def _walk_entries(value: Any, path: tuple[str, ...], places: Mapping[str, Place]) -> Iterator[Setting]:
    if isinstance(value, Mapping) and value:
        for name, entry in value.items():
            yield from _walk_entries(entry, (*path, name), places)
    else:
        yield Setting(write_path(path), value, places.get(write_path(path), Place()))


def ordered_fields(model: type[BaseModel]) -> list[str]:
    """Return the keys of a table: those with a single value first, as TOML wants them."""
    tables = {name for name, field in model.model_fields.items() if _is_table(field.annotation)}
    return sorted(model.model_fields, key=lambda name: name in tables)


def _is_table(kind: Any) -> bool:
    return getattr(kind, "__origin__", None) is dict or find_table(kind) is not None


def describe_keys(model: type[BaseModel] = Config, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Yield every key of the file with its description, in the order of `list_settings`."""
    texts = dict(read_docstrings(model)) | (dict(read_docstrings(HouseStyle)) if model is Config else {})
    for name in ordered_fields(model):
        if table := find_table(model.model_fields[name].annotation):
            yield from describe_keys(table, (*path, name))
        else:
            yield ".".join((*path, name)), texts[name]
