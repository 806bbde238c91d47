"""Time zones: names, fixed offsets, and what an abbreviation can mean."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmexport.report.zones import (
    find_zones,
    join_alternatives,
    known_zones,
    list_offsets,
    name_offset,
    read_offset,
    read_zone,
    suggest_zones,
)

NOON = dt.datetime.fromisoformat("2026-07-14 12:00")


@pytest.mark.parametrize(
    ("written", "name", "minutes"),
    [
        (None, "UTC", 0),
        ("UTC", "UTC", 0),
        ("utc", "UTC", 0),
        ("Z", "UTC", 0),
        ("GMT", "GMT", 0),
        ("UTC+0", "UTC", 0),
        ("+00:00", "UTC", 0),
        ("UTC+2", "UTC+2", 120),
        ("GMT+1", "UTC+1", 60),
        ("UTC +2", "UTC+2", 120),
        ("gmt+01:00", "UTC+1", 60),
        ("UTC+05:30", "UTC+05:30", 330),
        ("UTC+0530", "UTC+05:30", 330),
        ("+02:00", "UTC+2", 120),
        ("+2", "UTC+2", 120),
        ("-0300", "UTC-3", -180),
        ("UTC-3:30", "UTC-03:30", -210),
        ("UTC\N{MINUS SIGN}3", "UTC-3", -180),
        (" UTC+2 ", "UTC+2", 120),
        ("+14:00", "UTC+14", 840),
        ("Europe/Paris", "Europe/Paris", 120),
    ],
)
def test_a_zone_is_a_name_or_an_offset_an_hour_ahead_being_one(written: str | None, name: str, minutes: int) -> None:
    zone = read_zone(written)
    assert str(zone) == name
    assert zone.utcoffset(NOON) == dt.timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "written", ["PST", "UTC+15", "+1:75", "UTC+", "UTC++2", "2", "GMT 1", "../UTC", "Europe", "a\0"]
)
def test_other_names_are_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_zone(written)


@given(st.integers(-14 * 60, 14 * 60).map(lambda minutes: dt.timedelta(minutes=minutes)))
def test_an_offset_is_read_from_its_name(offset: dt.timedelta) -> None:
    assert read_offset(name_offset(offset)) == offset
    assert read_zone(name_offset(offset)).utcoffset(NOON) == offset


@pytest.mark.parametrize(
    ("written", "zones"),
    [
        ("PST", "America/Los_Angeles"),
        ("Pacific Time", "America/Los_Angeles"),
        ("pacific time (US & Canada)", "America/Los_Angeles"),
        ("PT", "America/Los_Angeles"),
        ("BST", "Europe/London or Asia/Dhaka"),
        ("IST", "Asia/Kolkata, Europe/Dublin or Asia/Jerusalem"),
        ("CEST", "Europe/Berlin or Europe/Paris"),
        ("CET/CEST", "Europe/Berlin or Europe/Paris"),
        ("Paris", "Europe/Paris"),
        ("New York", "America/New_York"),
        ("europe/berln", "Europe/Berlin"),
        ("Europe/Berlin (CET)", "Europe/Berlin"),
        ("(UTC+01:00) Amsterdam, Berlin, Bern", "Europe/Amsterdam or Europe/Berlin"),
        ("Time of Berlin", "Europe/Berlin"),
        ("UTC-3 (Brazil)", "UTC-3"),
        ("XYZ", ""),
        ("UTC+15", ""),
        ("PSTT", ""),
    ],
)
def test_a_name_that_is_not_known_has_a_hint(written: str, zones: str) -> None:
    assert suggest_zones(written) == zones


@pytest.mark.parametrize("name", known_zones())
def test_each_name_means_one_to_three_zones_of_the_database(name: str) -> None:
    zones = find_zones(name.title())
    assert 1 <= len(zones) <= 3
    assert set(zones) <= zoneinfo.available_timezones()
    assert all(list_offsets(name, None).values())


@pytest.mark.parametrize(
    ("name", "day", "offsets"),
    [
        ("PST", dt.date(2026, 7, 1), {"America/Los_Angeles": ["UTC-8"]}),  # as written, even in summer
        ("PT", dt.date(2026, 7, 1), {"America/Los_Angeles": ["UTC-7"]}),
        ("PT", None, {"America/Los_Angeles": ["UTC-8", "UTC-7"]}),
        ("ist", None, {"Asia/Kolkata": ["UTC+05:30"], "Europe/Dublin": ["UTC+1"], "Asia/Jerusalem": ["UTC+2"]}),
        ("europe/paris", dt.date(2026, 7, 1), {"Europe/Paris": ["UTC+2"]}),
        ("XYZ", None, {}),
    ],
)
def test_offsets_are_those_of_the_abbreviation_or_of_the_day(
    name: str, day: dt.date | None, offsets: dict[str, list[str]]
) -> None:
    assert {zone: [*map(name_offset, found)] for zone, found in list_offsets(name, day).items()} == offsets


def test_alternatives_are_joined_by_commas_and_or() -> None:
    assert [join_alternatives(texts) for texts in (["A"], ["A", "B"], ["A", "B", "C"])] == ["A", "A or B", "A, B or C"]
