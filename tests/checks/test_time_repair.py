"""Repairs of invalid times and dates, in `cases/repaired.tsv`: alternatives are separated by `|`, and may be none."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmexport.checks.rules.time_repair import find_zone_name, generalize_time, list_repairs
from pmexport.report.moments import parse_time

DAY = dt.date(2026, 3, 14)
CASES = Path(__file__).parent / "cases" / "repaired.tsv"


def cases() -> list[tuple[str, str]]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return [(row["written"], row["meant"]) for row in csv.DictReader(file, delimiter="\t")]


@pytest.mark.parametrize(("written", "meant"), cases())
def test_repair_matches_the_case(written: str, meant: str) -> None:
    assert parse_time(written) is None
    assert " | ".join(" ".join(times) for times in list_repairs(written, DAY)) == meant


def test_date_without_known_year_is_not_repaired() -> None:
    assert list_repairs("16 May", DAY) == [("2026-05-16",)]
    assert list_repairs("16 May", None) == []


def test_a_zone_without_a_known_day_has_both_of_its_offsets() -> None:
    assert list_repairs("7:09 AM Eastern", DAY) == [("07:09 UTC-4",)]
    assert list_repairs("7:09 AM Eastern", None) == [("07:09 UTC-5",), ("07:09 UTC-4",)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("9:05am PST", "PST"),
        ("14:02 (ist)", "ist"),
        ("14:02 EST - 15:00 EST", "EST"),
        ("7:09 Pacific Time", "Pacific Time"),
        ("14:02 UTC", ""),
        ("14:02 (Europe/Paris)", ""),
        ("14:02 EST - 15:00 CET", ""),
        ("14:02", ""),
    ],
)
def test_the_zone_behind_a_time_is_found(text: str, name: str) -> None:
    assert find_zone_name(text) == name


PIECES = st.sampled_from(
    ["14", ":02", "2026-03-14", " ", "May", "PM", "UTC", "-", "to", ".", "/", "th", "(", "[", "99", "PST", "noon", "h"]
)


@given(st.lists(PIECES | st.text(max_size=3), max_size=8), st.none() | st.dates())
def test_repaired_time_is_valid(pieces: list[str], day: dt.date | None) -> None:
    text = "".join(pieces)
    for times in list_repairs(text, day):
        assert all(parse_time(time) for time in times)
    generalize_time(text)
