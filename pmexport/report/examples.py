"""The examples in the JSON Schema: the values of one report that uses every field."""

from collections.abc import Iterator
from importlib import resources
from typing import Any

_REFERENCE = "#/$defs/"
_MOST = 3
"""Examples of one field or kind of mapping."""

Schema = dict[str, Any]


def read_example() -> str:
    """Return the report, as YAML."""
    return resources.files(__package__).joinpath("example.yaml").read_text("utf-8")


def add_examples(schema: Schema) -> None:
    """Add examples to the schema of a report: to the whole, its kinds of mappings, and the fields of each."""
    import yaml  # noqa: PLC0415 - takes a while, and only schemas need it

    report = yaml.load(read_example(), yaml.BaseLoader)  # noqa: S506 - every scalar stays text
    schema["examples"] = [{"title": report["title"]}, report]
    for name, mappings in _group_mappings(schema, report, schema["$defs"]):
        part = schema if name == "" else schema["$defs"][name]
        if name:
            part["examples"] = mappings[:_MOST]
        for key, field in part["properties"].items():
            values = _list_distinct(mapping[key] for mapping in mappings if key in mapping)
            if values and not any(map(_has_mappings, values)):  # mappings have examples of their own
                field.setdefault("examples", values[:_MOST])


def _group_mappings(schema: Schema, report: Schema, definitions: Schema) -> Iterator[tuple[str, list[Schema]]]:
    """Yield the report under an empty name, then the mappings in it, by the name of their definition."""
    yield "", [report]
    found: dict[str, list[Schema]] = {name: [] for name in definitions}
    for key, field in schema["properties"].items():
        value = report.get(key, [])
        for name in set(_find_references(field)):
            found[name] += [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict)]
    yield from found.items()


def _find_references(schema: Any) -> Iterator[str]:
    """Yield the names of the definitions that a schema refers to."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"].removeprefix(_REFERENCE)
        schema = list(schema.values())
    for part in schema if isinstance(schema, list) else ():
        yield from _find_references(part)


def _has_mappings(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(item, dict) for item in value))


def _list_distinct(values: Iterator[Any]) -> list[Any]:
    """Return the values without those that come again, which may not be hashable."""
    distinct: list[Any] = []
    for value in values:
        if value not in distinct:
            distinct.append(value)
    return distinct
