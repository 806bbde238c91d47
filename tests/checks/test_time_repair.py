"""Repairs of invalid times and dates, in `cases/repaired.tsv`; an empty cell means that none is suggested."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmexport.checks.rules.time_repair import generalize_time, repair_times
from pmexport.report.moments import parse_time

CASES = Path(__file__).parent / "cases" / "repaired.tsv"


def cases() -> list[tuple[str, str]]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return [(row["written"], row["meant"]) for row in csv.DictReader(file, delimiter="\t")]


@pytest.mark.parametrize(("written", "meant"), cases())
def test_repair_matches_the_case(written: str, meant: str) -> None:
    assert parse_time(written) is None
    assert " ".join(repair_times(written, 2026)) == meant


def test_date_without_known_year_is_not_repaired() -> None:
    assert repair_times("16 May", 2026) == ("2026-05-16",)
    assert repair_times("16 May", None) == ()


PIECES = st.sampled_from(
    ["14", ":02", "2026-03-14", " ", "May", "PM", "UTC", "-", "to", ".", "/", "th", "(", "[", "99"]
)


@given(st.lists(PIECES | st.text(max_size=3), max_size=8), st.none() | st.integers(1, 9999))
def test_repaired_time_is_valid(pieces: list[str], year: int | None) -> None:
    text = "".join(pieces)
    assert all(parse_time(time) for time in repair_times(text, year))
    generalize_time(text)
