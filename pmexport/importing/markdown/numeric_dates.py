"""Dates in digits that do not begin with the year, such as `24-10-2024`, where a file shows which part is the day."""

from __future__ import annotations

import datetime as dt
import re
from typing import Literal

DateOrder = Literal["day", "month", ""]
"""What the dates of a file begin with; empty if that is not certain."""

_DATE = re.compile(
    r"(?<![\w./:-])(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4})"
    r"(?![\w/]|[-.]\d)"
)
_MOST = 12
"""The months of a year."""


def find_order(text: str) -> DateOrder:
    """Return what the dates of a text begin with: the part that exceeds twelve in some, if the other one never does."""
    dates = list(_DATE.finditer(text))
    is_day = any(int(date["first"]) > _MOST for date in dates)
    is_month = any(int(date["second"]) > _MOST for date in dates)
    return "" if is_day == is_month else "day" if is_day else "month"


def write_iso(text: str, order: DateOrder) -> str:
    """Return a text with its dates as ISO 8601; as it is without an order."""
    return _DATE.sub(lambda date: _format_date(date, order), text) if order else text


def _format_date(date: re.Match[str], order: DateOrder) -> str:
    day, month = (date["first"], date["second"]) if order == "day" else (date["second"], date["first"])
    try:
        return dt.date(int(date["year"]), int(month), int(day)).isoformat()
    except ValueError:
        return date[0]
