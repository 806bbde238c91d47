"""Dates as a language's labels write them."""

from __future__ import annotations

import datetime as dt
import re

from pmexport.document.labels import Labels
from pmexport.document.labels.conventions import DateForm

_FIELD = re.compile(r"'((?:[^']|'')*)'|(d+|M+|L+|y+|E+)|(.)")
"""A quoted text, a field or another character of a pattern (UTS 35)."""


def date_pattern(labels: Labels, form: DateForm) -> str:
    """Return the pattern of a date as the labels write it."""
    return "".join(
        _field_pattern(labels, field) if field else re.escape(quoted or character)
        for quoted, field, character in _FIELD.findall(labels.conventions.find_pattern(form))
    )


def _field_pattern(labels: Labels, field: str) -> str:
    match field[0], len(field):
        case "d", _:
            return r"(?P<day>\d{1,2})"
        case "y", _:
            return r"(?P<year>\d{4})"
        case "M" | "L", 1 | 2:
            return r"(?P<month>\d{1,2})"
        case "E", _:
            return f"(?:{_join_names(labels, 'EEEE')})"
        case _, length:
            return f"(?P<month>{_join_names(labels, 'MMM' if length == len('MMM') else 'MMMM')})"


def _join_names(labels: Labels, field: str) -> str:
    return "|".join(map(re.escape, labels.conventions.list_names(field)))


def month_of(labels: Labels, found: re.Match[str]) -> int:
    """Return the number of the month that a date names."""
    if found["month"].isdecimal():
        return int(found["month"])
    names = map(labels.conventions.list_names, ("MMMM", "MMM"))
    return next(listed.index(found["month"]) + 1 for listed in names if found["month"] in listed)


def read_date_of(labels: Labels, found: re.Match[str]) -> dt.date | None:
    """Return the date that was found; None if there is no such day."""
    try:
        return dt.date(int(found["year"]), month_of(labels, found), int(found["day"]))
    except ValueError:
        return None
