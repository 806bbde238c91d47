"""Dates in words, such as `March 14, 2026`, and headings that consist of a date."""

import datetime as dt
import re

from pmexport.report.moments import read_date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"\b(?P<day>\d{1,2})(?:st|nd|rd|th)?\b"
_YEAR = r"(?:,?\s+(?P<year>\d{4})\b(?!:))?"
IN_WORDS = (
    re.compile(rf"{_DAY}\s+(?:of\s+)?{_MONTH}{_YEAR}", re.IGNORECASE),
    re.compile(rf"{_MONTH}\s+{_DAY}{_YEAR}", re.IGNORECASE),
)
"""Patterns of a date in words, with the groups day, month and year."""

WEEKDAY = re.compile(r"\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\b[.,]?\s*", re.IGNORECASE)

_LONGEST = 60
_AROUND = " \t#*_:`[]()=-\N{EN DASH}\N{EM DASH}\N{BULLET}"
"""The characters around the date of a heading."""
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def format_date(match: re.Match[str], year: int | None) -> str:
    """Return a date in words as an ISO 8601 date; as written if its year is unknown. year: if none is written."""
    month = _MONTHS.index(match["month"][:3].lower()) + 1
    known = match["year"] or year
    return f"{known}-{month:02}-{int(match['day']):02}" if known else match[0]


def read_day_heading(line: str, year: int | None) -> dt.date | None:
    """Return the date of a line that contains nothing but a date, in digits or words, perhaps with its weekday.

    year: the year of a date without one. None if the line is not a date, its year is unknown, or the weekday is wrong.
    """
    text = line.strip(_AROUND) if len(line) <= _LONGEST else ""
    weekday = WEEKDAY.search(text)
    text = WEEKDAY.sub("", text, count=1).strip(_AROUND + ",")
    words = next(filter(None, (pattern.fullmatch(text) for pattern in IN_WORDS)), None)
    date = read_date(format_date(words, year) if words else text if re.fullmatch(r"[\d-]+", text) else None)
    named = weekday[0][:3].casefold() if weekday else ""
    return date if date and named in ("", _DAYS[date.weekday()]) else None
