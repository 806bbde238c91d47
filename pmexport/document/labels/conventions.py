"""How a language writes dates, numbers, lengths of time and plurals: the data of Unicode CLDR, by Babel.

Plain English needs no Babel, which is imported only for other languages and for regions with another order.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache, reduce
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from babel import Locale

DateForm = Literal["long", "short", "weekday"]
"""A date in words; without the year; or with the weekday."""

PLAIN = "en_001"
"""English as it is written outside North America. Its dates and numbers are built in."""
_PLAIN_TAGS = ("en", "en-001", "en-gb")
_REGIONS = {"en": "en-US", "no": "nb-NO", "ar": "ar-SA"}
"""Where Word calls a language otherwise than by its likely region, and English, which needs no Babel."""
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_SHORT_MONTHS = tuple("Sept" if month == "September" else month[:3] for month in _MONTHS)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_PATTERNS: dict[DateForm, str] = {"long": "d MMMM y", "short": "d MMM", "weekday": "EEEE, d MMMM y"}
_SIZES = {"day": 86400, "hour": 3600, "minute": 60, "second": 1}
_SYMBOLS = {"day": "d", "hour": "h", "minute": "min", "second": "s"}
"""The international symbols (ISO 80000-3), which English uses."""
_SPACES = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class Conventions:
    """The conventions of a locale."""

    locale: str
    """As Babel names it, such as `de_AT`."""
    unit: Literal["long", "short"] = "short"
    """How long the names of units of time are."""
    unit_space: str = " "
    """What is between a number and its unit, where CLDR has a space. Renderers keep the two on one line."""

    def format_date(self, day: dt.date, form: DateForm) -> str:
        """Return a date in words, such as `14 March 2026`."""
        if self.locale == PLAIN:
            return _format_plain(day, form)
        from babel import dates  # noqa: PLC0415 - not needed for English

        if form == "short":
            return dates.format_skeleton("MMMd", day, locale=self.locale)
        return dates.format_date(day, "long" if form == "long" else "full", locale=self.locale)

    def format_number(self, number: int) -> str:
        """Return a whole number with its groups of digits separated."""
        if self.locale == PLAIN:
            return f"{number:,}"
        from babel.numbers import format_decimal  # noqa: PLC0415 - not needed for English

        return format_decimal(number, locale=self.locale)

    def format_length(self, length: dt.timedelta) -> str:
        """Return a length of time, such as `1 h 25 min`; from one hour on, rounded to the minute."""
        units = _split_length(length)
        if self.locale.startswith("en"):
            return " ".join(f"{count}{self.unit_space}{_SYMBOLS[unit]}" for unit, count in units.items())
        return _join_units([self._format_unit(unit, count) for unit, count in units.items()], self.locale)

    def _format_unit(self, unit: str, count: int) -> str:
        from babel.units import format_unit  # noqa: PLC0415 - not needed for English

        return _SPACES.sub(self.unit_space, format_unit(count, f"duration-{unit}", self.unit, "0", locale=self.locale))

    def find_plural(self, number: int) -> str:
        """Return the plural category of a number: zero, one, two, few, many or other."""
        if self.locale.startswith("en"):
            return "one" if number == 1 else "other"
        return parse_locale(self.locale).plural_form(number)

    def find_sign(self, *, negative: bool) -> str:
        """Return a plus or minus sign, which stays on the left of its number in every script."""
        mark = "\N{LEFT-TO-RIGHT MARK}" if self.locale != PLAIN and self._is_right_to_left() else ""
        return mark + ("\N{MINUS SIGN}" if negative else "+")

    def _is_right_to_left(self) -> bool:
        return parse_locale(self.locale).text_direction == "rtl"

    def find_pattern(self, form: DateForm) -> str:
        """Return the pattern of a date (UTS 35), such as `d MMMM y`."""
        if self.locale == PLAIN:
            return _PATTERNS[form]
        found = parse_locale(self.locale)
        if form == "short":
            return str(found.datetime_skeletons["MMMd"].pattern)
        return str(found.date_formats["long" if form == "long" else "full"].pattern)

    def list_names(self, field: str) -> tuple[str, ...]:
        """Return the names that stand for a field of a pattern: MMMM, MMM or EEEE. Weekdays begin with Monday."""
        if self.locale == PLAIN:
            return {"MMMM": _MONTHS, "MMM": _SHORT_MONTHS, "EEEE": _WEEKDAYS}[field]
        found = parse_locale(self.locale)
        names = found.days if field == "EEEE" else found.months
        return tuple(dict(sorted(names["format"]["abbreviated" if field == "MMM" else "wide"].items())).values())


def parse_locale(name: str) -> Locale:
    """Return the data of a locale."""
    from babel import Locale  # noqa: PLC0415 - not needed for English

    return Locale.parse(name)


@cache
def choose_locale(tag: str, catalogue: str) -> str:
    """Return the locale of a language tag that has this catalogue: with the tag's region if it is known."""
    if tag.lower() in _PLAIN_TAGS:
        return PLAIN
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - not needed for English

    for name in (tag, catalogue):
        try:
            return str(Locale.parse(name, sep="-"))
        except (UnknownLocaleError, ValueError):
            continue
    return PLAIN


def add_region(tag: str) -> str:
    """Return a language tag with its likely region, such as `de-DE`, without which Word finds no dictionary.

    A tag that names a region or a script, or is not known, is returned as it is.
    """
    language = tag.lower()
    if language in _REGIONS:
        return _REGIONS[language]
    if "-" in language:
        return tag
    from babel.core import get_global  # noqa: PLC0415 - not needed for English

    likely = get_global("likely_subtags").get(language, "")
    return f"{tag}-{likely.split('_')[2]}" if likely.count("_") == 2 else tag


def find_script(tag: str) -> tuple[str, str]:
    """Return the language and the script of a language tag, with the script that is likely (UTS 35, Likely Subtags)."""
    from babel.core import get_global, parse_locale  # noqa: PLC0415 - not needed for English

    try:
        language, territory, script, *_ = parse_locale(tag, sep="-")
    except ValueError:
        return tag, ""
    likely = get_global("likely_subtags")
    for parts in ((language, territory), (language,)):
        found = likely.get("_".join(filter(None, parts)))
        if found:
            return language, script or found.split("_")[1]
    return language, script or ""


def _format_plain(day: dt.date, form: DateForm) -> str:
    month, weekday = _MONTHS[day.month - 1], _WEEKDAYS[day.weekday()]
    match form:
        case "short":
            return f"{day.day} {_SHORT_MONTHS[day.month - 1]}"
        case "long":
            return f"{day.day} {month} {day.year}"
        case "weekday":
            return f"{weekday}, {day.day} {month} {day.year}"


def _split_length(length: dt.timedelta) -> dict[str, int]:
    """Return how many of each unit a length has, without those it has none of; at least `0 min`."""
    seconds = round(length.total_seconds())
    if seconds >= 3600:
        seconds = round(seconds / 60) * 60
    counts = {}
    for unit, size in _SIZES.items():
        counts[unit], seconds = divmod(seconds, size)
    return {unit: count for unit, count in counts.items() if count} or {"minute": 0}


@cache
def _find_unit_pattern(locale: str) -> str:
    """Return how two units are joined. Babel lacks what locales inherit from others, so its `format_list` can fail."""
    patterns = parse_locale(locale).list_patterns
    named = (patterns.get(style, {}).get(key) for style in ("unit-narrow", "unit-short") for key in ("2", "end"))
    return next(filter(None, named), "{0} {1}")


def _join_units(units: list[str], locale: str) -> str:
    pattern = _find_unit_pattern(locale)
    return reduce(lambda before, unit: pattern.replace("{0}", before).replace("{1}", unit), units)
