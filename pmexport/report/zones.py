"""Time zones: IANA names, fixed offsets from UTC, and the zones that an abbreviation or a name in words can mean."""

import datetime as dt
import difflib
import re
import tomllib
import zoneinfo
from collections.abc import Sequence
from functools import cache
from importlib import resources

_SIGN = r"[+\N{MINUS SIGN}-]"
OFFSET = rf"(?:(?:UTC|GMT)\s?{_SIGN}\d{{1,2}}(?::?[0-5]\d)?|{_SIGN}\d{{2}}(?::?[0-5]\d)?|UTC|GMT|Z)"
"""The regular expression of an offset from UTC, in any case: `+02:00`, `UTC+2`, `UTC`, `GMT`, `Z`."""

_ZONE = re.compile(rf"{OFFSET}|{_SIGN}\d(?::[0-5]\d)?", re.ASCII | re.IGNORECASE)
_SIGNED = re.compile(rf"(?:UTC|GMT)\s?{_SIGN}\d{{1,2}}(?::?[0-5]\d)?\b", re.ASCII | re.IGNORECASE)
_DIGITS = re.compile(r"(\d{1,2}):?(\d{2})?$")
_LARGEST = dt.timedelta(hours=14)
"""The largest offset from UTC in use."""
_WORD = re.compile(r"[^\W_]+")
_UNKNOWN = frozenset({"unknown", "not known", "unspecified", "not specified"})
_USUAL_YEAR = 2026
"""The year whose offsets are named if the year of a time is not known."""


class UnknownZone(dt.tzinfo):
    """The zone of clock times that nobody knows: their distances are known, but no instant is.

    Its offset is that of UTC only because Python needs one. What shows or exports a time leaves it out.
    """

    def __init__(self, *, counts_offsets: bool = False) -> None:
        """counts_offsets: whether times that have an offset are used in computations, instead of those without."""
        self.counts_offsets = counts_offsets

    def __str__(self) -> str:
        return UNKNOWN

    def utcoffset(self, _at: dt.datetime | None) -> dt.timedelta:
        """Return no offset."""
        return dt.timedelta()

    def dst(self, _at: dt.datetime | None) -> dt.timedelta:
        """Return that there is no daylight saving time."""
        return dt.timedelta()

    def tzname(self, _at: dt.datetime | None) -> None:
        """Return that it has no abbreviation."""


UNKNOWN = "unknown"
"""The name of the zone that is not known."""


def read_zone(name: str | None) -> dt.tzinfo:
    """Return the zone with an IANA name or a fixed offset (an hour ahead of UTC is +1); UTC without a name.

    The zone's `str` is its name: `Europe/Paris`, `UTC+2`; `unknown` for an UnknownZone. Raises ValueError for any other
    name.
    """
    text = (name or "UTC").strip()
    if " ".join(_WORD.findall(text.casefold())) in _UNKNOWN:
        return UnknownZone()
    if _ZONE.fullmatch(text):
        offset = read_offset(text)
        return dt.timezone(offset, name_offset(offset)) if offset else zoneinfo.ZoneInfo(_name_utc(text))
    try:
        return zoneinfo.ZoneInfo(text)
    except (OSError, zoneinfo.ZoneInfoNotFoundError) as error:
        raise ValueError(text) from error


def _name_utc(text: str) -> str:
    return "GMT" if text.upper() == "GMT" else "UTC"


def read_offset(text: str) -> dt.timedelta:
    """Return the offset that matches OFFSET. Raises ValueError if it is larger than any in use."""
    digits = _DIGITS.search(text)
    if digits is None:
        return dt.timedelta()
    offset = dt.timedelta(hours=int(digits[1]), minutes=int(digits[2] or 0))
    if offset > _LARGEST:
        raise ValueError(text)
    return offset if "+" in text else -offset


def name_offset(offset: dt.timedelta) -> str:
    """Return the name of an offset from UTC: `UTC+2`, `UTC+05:30`, `UTC-3`; `UTC` for none."""
    if not offset:
        return "UTC"
    written = format_offset(offset)
    return f"UTC{written[0]}{int(written[1:3])}" if written.endswith(":00") else f"UTC{written}"


def format_offset(offset: dt.timedelta) -> str:
    """Return an offset from UTC as in ISO 8601: `+02:00`, `-03:30`."""
    return dt.datetime(2000, 1, 1, tzinfo=dt.timezone(offset)).isoformat()[19:]


@cache
def known_zones() -> dict[str, tuple[str, ...]]:
    """Return the abbreviations of zones and their names in words, each with the IANA zones that it can mean."""
    table = tomllib.loads(resources.files(__package__).joinpath("zone_names.toml").read_text("utf-8"))
    names: dict[str, tuple[str, ...]] = {}
    for zone, words in table.items():
        names |= {word: (*names.get(word, ()), zone) for word in words}
    return names


def find_zones(name: str) -> tuple[str, ...]:
    """Return the IANA zones that a name can mean, the most likely first: `PST`, `Pacific Time (US)`, `CET/CEST`.

    Case, punctuation and a remark in parentheses are ignored.
    """
    before_remark = name.partition("(")[0]
    for parts in ((name,), (before_remark,), re.split("[/|,]", before_remark)):
        zones = [known_zones().get(" ".join(_WORD.findall(part.casefold())), ()) for part in parts]
        if all(zones):
            return tuple(dict.fromkeys(zone for meant in zones for zone in meant))
    return ()


def suggest_zones(name: str) -> str:
    """Return the zones that an unknown name can mean, otherwise those with a similar name; empty if there are none."""
    cities = {place.rpartition("/")[2]: zone for place, zone in _places().items()}
    near = difflib.get_close_matches(name.strip().replace(" ", "_").casefold(), cities | _places(), n=1, cutoff=0.75)
    zones = find_zones(name) or [(cities | _places())[one] for one in near]
    zones = zones or [cities[word] for word in _WORD.findall(name.casefold()) if "/" in cities.get(word, "")][:3]
    return join_alternatives(zones) if zones else _suggest_offset(name)


def _suggest_offset(name: str) -> str:
    """Return the offset that a name contains; empty if there is none."""
    written = _SIGNED.search(name)
    try:
        return name_offset(read_offset(written[0])) if written else ""
    except ValueError:
        return ""


@cache
def _places() -> dict[str, str]:
    """Return the zones named after a place, by name in lower case: not Etc/GMT+1 with its reversed sign, nor MST."""
    zones = sorted(zoneinfo.available_timezones())
    return {zone.casefold(): zone for zone in zones if "/" in zone and not zone.startswith("Etc/")} | {"utc": "UTC"}


def list_offsets(name: str, day: dt.date | None) -> dict[str, list[dt.timedelta]]:
    """Return the zones that a name can mean, or the IANA zone with this name, each with the offsets it stands for.

    An abbreviation of standard or summer time has one offset. A name for both has that of the day, if it is known.
    """
    zones = find_zones(name) or filter(None, [_places().get(name.casefold())])
    return {zone: _find_offsets(name, zoneinfo.ZoneInfo(zone), day) for zone in zones}


def _find_offsets(name: str, zone: dt.tzinfo, day: dt.date | None) -> list[dt.timedelta]:
    year = day.year if day else _USUAL_YEAR
    seasons = [dt.datetime(year, month, 1, 12, tzinfo=zone) for month in (1, 7)]
    named = [at for at in seasons if (at.tzname() or "").casefold() == name.strip().casefold()]
    at_day = [dt.datetime.combine(day, dt.time(12), zone)] if day else seasons
    return sorted({offset for at in named or at_day if (offset := at.utcoffset()) is not None})


def join_alternatives(texts: Sequence[str]) -> str:
    """Return texts as alternatives: `A`, `A or B`, `A, B or C`."""
    *first, last = texts
    return f"{', '.join(first)} or {last}" if first else last
