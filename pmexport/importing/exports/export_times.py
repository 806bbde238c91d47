"""Times as exports write them, to be compared and sorted: those without an offset only with each other."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from pmexport.importing.json_keys import Keys
from pmexport.report.moments import parse_time


def is_same_time(one: str, other: str) -> bool:
    """Return whether two texts say the same time to the minute."""
    moments = [read_moment(one), read_moment(other)]
    if None in moments:
        return one == other
    return len({int(moment.timestamp() // 60) for moment in moments if moment}) == 1


def read_moment(text: Any) -> dt.datetime | None:
    """Return the moment that a text with an offset says; None if it says none."""
    moment = _read_clock(text)
    return moment if moment and moment.tzinfo else None


def _read_clock(text: Any) -> dt.datetime | None:
    """Return the time that a text says: in UTC if it has an offset, otherwise without one."""
    try:
        moment = _parse_moment(text) if isinstance(text, str) else None
        return moment.astimezone(dt.UTC) if moment and moment.tzinfo else moment
    except (ValueError, OverflowError):
        return None


def _parse_moment(text: str) -> dt.datetime | None:
    """Return a time as an API or as a report writes it. Raises ValueError."""
    written = parse_time(text)
    if written and written.date and written.clock:
        return dt.datetime.combine(written.date, written.clock)
    return dt.datetime.fromisoformat(text)


def oldest_first(items: Sequence[Keys], *names: str) -> list[Keys]:
    """Return items in the order of the first of these keys that has a time.

    If that of an item is missing, they are reversed if the other times only go back, and otherwise as they are.
    """
    times = [next(filter(None, (_read_clock(item.peek(name)) for name in names)), None) for item in items]
    zoned = [time for time in times if time and time.tzinfo]
    known = zoned or [time for time in times if time]
    if len(known) == len(items):
        return [items[number] for number in sorted(range(len(items)), key=known.__getitem__)]
    goes_back = known == sorted(known, reverse=True) and known != sorted(known)
    return list(reversed(items)) if goes_back else list(items)
