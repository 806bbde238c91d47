"""Write a report as YAML, JSON or TOML that loads as the same report."""

import json
from typing import Any, Literal

from pmexport.errors import FormatError
from pmexport.importing.toml_writer import write_toml
from pmexport.importing.yaml_writer import write_yaml
from pmexport.limits import Limits
from pmexport.reading.mapping_reader import parse_value
from pmexport.reading.parsed_tree import replace_surrogates
from pmexport.reading.pasted.rewriting import VERBATIM, rewrite_pasted
from pmexport.report.field_types import Part
from pmexport.report.house_style import HouseStyle
from pmexport.report.model import Report

DumpFormat = Literal["yaml", "json", "toml"]

_WRITERS = {
    "yaml": write_yaml,
    "json": lambda fields: json.dumps(fields, indent=2, ensure_ascii=False) + "\n",
    "toml": write_toml,
}


def dump_report(report: Report, format_name: str, limits: Limits, style: HouseStyle) -> str:
    """Return a report as a text that loads as the same report.

    Raises FormatError for another format, and InputError for a report that exceeds a limit.
    """
    if format_name not in _WRITERS:
        raise FormatError(f"a report cannot be written as {format_name!r}. Known formats: {', '.join(_WRITERS)}.")
    fields = list_filled(report)
    if rewrite_pasted(parse_value(fields, limits), style).value != fields:
        fields = {VERBATIM: "true", **fields}
    return _WRITERS[format_name](fields)


def list_filled(part: Part) -> dict[str, Any]:
    """Return the fields of a part that are not empty, as plain data. The items of lists stay, also empty ones."""
    values = ((name, _make_plain(value)) for name, value in part)
    return {replace_surrogates(name): value for name, value in values if value not in (None, [], {})}


def _make_plain(value: object) -> object:
    if isinstance(value, Part):
        return list_filled(value)
    return [_make_plain(item) for item in value] if isinstance(value, tuple) else value
