"""Written lengths of time, in `cases/lengths.tsv`: what each can mean in minutes, separated by `|`, or nothing."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmexport.document.labels import labels_for
from pmexport.report.stated_length import parse_length

CASES = Path(__file__).parent / "cases" / "lengths.tsv"


def cases() -> list[tuple[str, str, str]]:
    with CASES.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["written"], row["minutes"], row["hedge"]) for row in rows]


@pytest.mark.parametrize(("written", "minutes", "hedge"), cases())
def test_length_matches_the_case(written: str, minutes: str, hedge: str) -> None:
    stated = parse_length(written)
    lengths = " | ".join(f"{length / dt.timedelta(minutes=1):g}" for length in stated.lengths) if stated else ""
    assert (lengths, stated.hedge if stated else "") == (minutes, hedge)


@pytest.mark.parametrize(
    ("written", "minutes", "agrees"),
    [
        ("47m", 47, True),
        ("47m", 48, True),  # rounded
        ("47m", 52, False),
        ("1h", 89, True),
        ("1h", 5, False),
        ("about an hour", 80, True),
        ("about an hour", 180, False),
        ("1.5 h", 110, True),
        ("1.5 h", 150, False),
        ("more than an hour", 300, True),
        ("more than an hour", 20, False),
        ("less than 2 hours", 47, True),
        ("less than 2 hours", 180, False),
        ("01:25", 85, True),
        ("01:25", 180, False),
        ("0 min", 47, False),
    ],
)
def test_a_length_agrees_with_what_it_may_be_rounded_from(written: str, minutes: int, agrees: bool) -> None:
    stated = parse_length(written)
    assert stated is not None
    assert stated.agrees_with([dt.timedelta(minutes=minutes)]) is agrees


@given(st.integers(60, 10**6).map(lambda seconds: dt.timedelta(seconds=seconds)))
def test_a_length_agrees_with_how_documents_show_it(length: dt.timedelta) -> None:
    stated = parse_length(labels_for("en").duration(length))
    assert stated is not None
    assert stated.agrees_with([length])


WORDS = st.sampled_from(
    ["1", "25", "h", "m", "hours", "and", "a", "half", ":", "about", "½", "de", "T", "P", "1,5", "-"]
)


@given(st.lists(WORDS | st.text(max_size=3), max_size=9).map(" ".join))
def test_any_text_is_read_or_left_alone(text: str) -> None:
    stated = parse_length(text)
    assert stated is None or all(length >= dt.timedelta() for length in stated.lengths)
