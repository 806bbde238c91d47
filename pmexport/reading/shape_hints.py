"""Advice for an author who left out a key, or wrote something of another shape than the report has there."""

import re
from collections.abc import Mapping

from pmexport.reading.paths import Path
from pmexport.reading.suggestions import find_meant, find_part, is_list, part_type
from pmexport.report.field_types import markdown_fields
from pmexport.report.model import Person, Report

_PLAIN = re.compile(r"[^\W\d_][\w .-]{0,40}")
"""A text that needs no quotes inside braces."""
_METRICS = "Put a sentence in `user_impact`, or name each metric: `users_affected: 41,000`."
_COMMANDER = "Name one person; list the others under `responders`."
_MILESTONES = "Give each milestone a key: `detected: 2026-03-14 14:02`."
_SECTION = "Write its heading as `title` and its content as `text`."
_SUPPRESSION = "Write the rule as `ignore` and the reason as `because`."
_ONE_TEXT = "Write one text, without the dashes or brackets of a list."
_LIST = "Write the keys of the report without a list around them: remove the dash or the brackets."
_TITLE = "Begin with a `title`, such as Checkout unavailable in the EU region."
_PARTS = {"sections": _SECTION, "checks": _SUPPRESSION}
"""What to do about a text in place of an item of a list."""
_MISSING = {
    ("title",): "Add a `title` that says what happened, such as Checkout unavailable in the EU region.",
    ("sections", "title"): "Add the heading as `title`, such as Customer communication.",
    ("checks", "ignore"): "Add the id of the rule as `ignore`, such as PM012.",
    ("checks", "because"): "Add the reason as `because`, such as Owners are named in the tracker.",
}
"""What to add for each required key."""


def advise_start(value: object) -> str:
    """Return what to do about a value that is not a mapping, in place of a report."""
    return _LIST if isinstance(value, list) and any(isinstance(item, Mapping) for item in value) else _TITLE


def advise_missing(path: Path) -> str:
    """Return what to add for a required key that is missing."""
    return _MISSING[tuple(str(key) for key in path if isinstance(key, str))]


def advise_wrapper(path: Path, value: object) -> str:
    """Return what to do about an unknown key that contains the report; empty if it does not."""
    if len(path) > 1 or not isinstance(value, Mapping) or not value:
        return ""
    meant = (Report.model_fields[name].annotation for name in find_meant(Report, str(path[0])))
    if any(map(part_type, meant)) or not all(key in Report.model_fields for key in value):
        return ""
    return f"Move the keys below it to the top level, and remove `{path[0]}`."


def advise_person(path: Path, value: object) -> str:
    """Return what to do about a person's name in place of a key, with a role as its value; empty for other keys."""
    name = str(path[-1])
    if find_part(path[:-1]) is not Person or not isinstance(value, str) or find_meant(Person, name):
        return ""
    words = (name, value) if all(map(_PLAIN.fullmatch, (name, value))) else ("Ana Ruiz", "Database")
    return "Write the name and the role with their keys: `{{name: {}, role: {}}}`.".format(*words)


def advise_repetition(path: Path) -> str:
    """Return what to do about a key that is twice in an item at this path of a list; empty if there is no list."""
    names = [key for key in path if isinstance(key, str)]
    part = find_part(tuple(names[:-1])) if names else None
    field = part.model_fields.get(names[-1]) if part else None
    is_item = field is not None and is_list(field.annotation) and len(path) - len(names) <= 1
    return "Remove one of them. If it begins another item, put a dash and a space before it." if is_item else ""


def advise_shape(path: Path, value: object) -> str:
    """Return what to do about a value of the wrong shape at a path; empty if that is not known."""
    if path == ("impact",):
        return _METRICS
    if path == ("commander",):
        return _COMMANDER
    if path == ("milestones",):
        return _MILESTONES
    if len(path) == 2 and path[0] in _PARTS and isinstance(value, str):
        return _PARTS[str(path[0])]
    return _advise_list(path) if isinstance(value, list) else ""


def _advise_list(path: Path) -> str:
    key = path[-1]
    if isinstance(key, int):
        return "An item cannot be a list: remove the inner brackets, or the second dash."
    part = find_part(path[:-1])
    if part and key in markdown_fields(part):
        return f"To write a Markdown list, put | after `{key}:`."
    return _ONE_TEXT if part and key in part.model_fields else ""
