"""Dates as a language's labels write them."""

from __future__ import annotations

import datetime as dt
import re

from pmexport.document.labels import Labels


def date_pattern(labels: Labels, form: str) -> str:
    """Return the pattern of a date as the labels write it."""
    names = {
        "day": r"(?P<day>\d{1,2})",
        "year": r"(?P<year>\d{4})",
        "month": f"(?P<month>{'|'.join(map(re.escape, labels.dates['months']))})",
        "short_month": f"(?P<month>{'|'.join(map(re.escape, labels.dates['short_months']))})",
        "weekday": f"(?:{'|'.join(map(re.escape, labels.dates['weekdays']))})",
    }
    pieces = re.split(r"\{(\w+)\}", str(labels.dates[form]))
    return "".join(names[piece] if number % 2 else re.escape(piece) for number, piece in enumerate(pieces))


def month_of(labels: Labels, found: re.Match[str]) -> int:
    """Return the number of the month that a date names."""
    names = labels.dates["months"], labels.dates["short_months"]
    return next(list(listed).index(found["month"]) + 1 for listed in names if found["month"] in listed)


def read_date_of(labels: Labels, found: re.Match[str]) -> dt.date | None:
    """Return the date that was found; None if there is no such day."""
    try:
        return dt.date(int(found["year"]), month_of(labels, found), int(found["day"]))
    except ValueError:
        return None
