"""Generated reports of which a document shows everything, so that nothing may be missing when it is imported."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from pmexport import InputError, Report, load, render
from pmexport.document.clean_text import one_line

_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]|&#x202e;")
_EMPTY = re.compile(r"\n## [^\n]+\n\n---|\n[- 0-9.>]*\xa0")
"""A text that shows nothing, such as an unused definition, or that begins with a no-break space."""


def load_whole(fields: dict[str, Any]) -> Report | None:
    """Return the report with these fields; None if it is invalid or a document does not show all of it."""
    try:
        report = load(fields)
        shown = render(report, "md", allow_unfinished=True).decode()
    except InputError:
        return None
    hidden = _EMPTY.search(shown) or _DIRECTION.search(json.dumps(fields, ensure_ascii=False))
    return None if hidden or not _is_shown(fields, report) else report


def _is_shown(fields: dict[str, Any], report: Report) -> bool:
    """Return False for the date of an `end` without a time, and for no-break spaces where nothing else is."""
    texts = (text for text in list_values(report.model_dump()) if isinstance(text, str))
    entries = fields.get("timeline", [])
    ends = [entry for entry in (entries if isinstance(entries, list) else [entries]) if "end" in entry]
    return all("time" in entry for entry in ends) and all(one_line(text).strip() for text in texts)


def list_values(value: object) -> Iterator[object]:
    """Yield the values of a dumped report: itself, and all that are inside."""
    yield value
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else ()
    for part in inside:
        yield from list_values(part)
