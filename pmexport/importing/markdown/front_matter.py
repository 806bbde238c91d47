"""The front matter of a Markdown file: YAML between `---`, or TOML between `+++`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pmexport.errors import InputError
from pmexport.importing.markdown.fact_sections import find_full_date, put_fact
from pmexport.importing.markdown.report_builder import ReportBuilder
from pmexport.limits import Limits
from pmexport.reading.source_text import SourceText
from pmexport.reading.toml_reader import parse_toml
from pmexport.reading.yaml_reader import parse_yaml

_MARKS = {"---": parse_yaml, "+++": parse_toml}
_FIELDS = {
    "title": "title", "date": "date", "author": "authors", "authors": "authors", "tags": "tags", "severity": "severity",
    "status": "status", "services": "services", "id": "id", "incident_id": "id", "duration": "duration",
    "timezone": "timezone", "time_zone": "timezone", "tz": "timezone",
}  # fmt: skip
_KEPT = "x-front-matter"
_HIDDEN = "These keys have no field and are kept under `x-front-matter`, which no document shows: {keys}."


def find_front_matter(lines: list[str]) -> int:
    """Return the number of lines of the front matter, with its marks; 0 if there is none."""
    mark = lines[0].rstrip() if lines else ""
    ends = (number for number, line in enumerate(lines[1:], start=1) if line.rstrip() == mark)
    return next(ends, -1) + 1 if mark in _MARKS else 0


def read_front_matter(builder: ReportBuilder, lines: list[str], limits: Limits) -> bool:
    """Take the front matter into the report, what has no field under a private key; return whether it can be read."""
    try:
        value = _MARKS[lines[0].rstrip()](SourceText("\n".join(lines[1:-1])), limits).value
    except InputError:
        return False
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if item not in (None, "", []) and not _take(builder, key, item):
            builder.fields.setdefault(_KEPT, {})[key] = item
    return True


def mark_front_matter(builder: ReportBuilder, size: int) -> None:
    """Note what became of these first lines."""
    if not size:
        return
    if kept := builder.fields.get(_KEPT):
        builder.sources.ledger.mark(0, size - 1, "taken", _KEPT, _HIDDEN.format(keys=", ".join(map(str, kept))))
    else:
        builder.sources.ledger.mark(0, size - 1, "taken", "title")


def _take(builder: ReportBuilder, key: str, item: Any) -> bool:
    field = _FIELDS.get(key.casefold())
    values = item if isinstance(item, list) else [item]
    if field is None or any(isinstance(one, Mapping | list) for one in values):
        return False
    if field == "date":
        date = find_full_date(str(item))
        return date is not None and put_fact(builder, "date", key, date) == "date"
    if field == "title":
        return builder.set_once("title", str(item))
    return all(put_fact(builder, field, key, str(one)) == field for one in values)
