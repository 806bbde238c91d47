"""Advice for an author who wrote a list or a string where the report has something else."""

from pmexport.reading.paths import Path
from pmexport.reading.suggestions import find_part
from pmexport.report.field_types import markdown_fields

_METRICS = "Put a sentence in `user_impact`, or name each metric: `users_affected: 41,000`."
_COMMANDER = "Name one person; list the others under `responders`."


def advise_shape(path: Path, value: object) -> str:
    """Return what to do about a value of the wrong shape at a path; empty if that is not known."""
    if path == ("impact",):
        return _METRICS
    if path == ("commander",):
        return _COMMANDER
    return _advise_list(path) if isinstance(value, list) else ""


def _advise_list(path: Path) -> str:
    key = path[-1]
    if isinstance(key, int):
        return "An item cannot be a list: remove the inner brackets, or the second dash."
    part = find_part(path[:-1])
    if part and key in markdown_fields(part):
        return f"To write a Markdown list, put | after `{key}:`."
    return ""
