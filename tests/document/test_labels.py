"""The words of a document: each language has them all, with the same blanks, and none reads what is filled in."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmexport.document import labels
from pmexport.document.labels import FALLBACK, fill_pattern, known_languages, labels_for
from pmexport.document.nodes import Code, Strong, Text, Time, text_of

EN = labels_for("en")


def read(language: str) -> dict[str, Any]:
    return tomllib.loads(resources.files(labels).joinpath(f"{language}.toml").read_text("utf-8"))


def leaves(value: Any, path: str = "") -> dict[str, Any]:
    """Return the texts and lists of a labels file by their path."""
    if not isinstance(value, dict):
        return {path: value}
    return {deep: leaf for key, inside in value.items() for deep, leaf in leaves(inside, f"{path}.{key}").items()}


def blanks(text: str) -> list[str]:
    return sorted(re.findall(r"\{([^{}]*)\}", text))


ENGLISH = leaves(read(FALLBACK))


@pytest.mark.parametrize("language", known_languages())
def test_every_language_has_every_key_in_the_order_of_english(language: str) -> None:
    assert list(leaves(read(language))) == list(ENGLISH)


@pytest.mark.parametrize("language", known_languages())
def test_no_word_is_empty_or_more_than_one_line(language: str) -> None:
    for path, leaf in leaves(read(language)).items():
        for text in leaf if isinstance(leaf, list) else [leaf]:
            assert isinstance(text, str), path
            assert text == text.strip() != "", path
            assert not re.search(r"[\n\t]|  ", text), path


@pytest.mark.parametrize("language", known_languages())
def test_the_blanks_of_every_phrase_are_those_of_english(language: str) -> None:
    found = leaves(read(language))
    for path, text in ENGLISH.items():
        if isinstance(text, str):
            assert blanks(found[path]) == blanks(text), path
            assert len(set(blanks(text))) == len(blanks(text)), path  # each stands once
            assert text.count("{") == text.count("}") == len(blanks(text)), path


@pytest.mark.parametrize("language", known_languages())
def test_there_are_twelve_months_and_seven_days(language: str) -> None:
    found = labels_for(language)
    assert len(set(found.dates["months"])) == 12
    assert len(set(found.dates["weekdays"])) == 7
    assert {found.date(dt.date(2026, month, 1)) for month in range(1, 13)} > set()
    assert len({found.date(dt.date(2026, 3, day), "weekday") for day in range(1, 32)}) == 31


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("en-GB", "en"),
        ("en_us", "en"),
        (" en ", "en"),
        ("tlh", FALLBACK),
        ("", FALLBACK),
        ("../en", FALLBACK),
    ],
)
def test_a_language_is_found_by_its_tag_else_by_its_first_part_else_it_is_english(language: str, expected: str) -> None:
    assert labels_for(language).language == expected
    assert labels_for(language).sections == labels_for(expected).sections


# ---- filling in


def test_what_is_filled_in_stands_in_its_blank() -> None:
    assert fill_pattern("{a} and {b}", a="x", b=Code("y")) == (Text("x"), Text(" and "), Code("y"))
    assert fill_pattern("{a}", a=(Text("x"), Strong((Text("y"),)))) == (Text("x"), Strong((Text("y"),)))
    assert fill_pattern("{a}{b}.", a="", b=()) == (Text("."),)
    assert fill_pattern("no blank") == (Text("no blank"),)
    assert fill_pattern("") == ()


def test_a_blank_that_nothing_is_for_is_a_bug() -> None:
    with pytest.raises(KeyError):
        fill_pattern("{a}", b="x")


@given(st.text(st.sampled_from("{}ab %s\\0!:.[]_"), max_size=12) | st.text(max_size=8))
def test_what_is_filled_in_is_never_a_pattern(text: str) -> None:
    for written in (text, "{b}", "{a}", "{{a}}", "%(b)s", "{0}", "{a.__class__}", "\\g<0>"):
        assert text_of(fill_pattern("<{a}|{b}>", a=written, b="x")) == f"<{written}|x>"
        assert text_of(fill_pattern("<{a}|{b}>", a=Text(written), b=written)) == f"<{written}|{written}>"


def test_a_phrase_is_filled_in_by_its_name() -> None:
    assert EN.phrase("range", start=Time("14:02"), end="14:05") == (Time("14:02"), Text(" \N{EN DASH} "), Text("14:05"))


# ---- lengths and days


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (dt.timedelta(), "0 min"),
        (dt.timedelta(seconds=1), "1 s"),
        (dt.timedelta(seconds=59, milliseconds=400), "59 s"),
        (dt.timedelta(seconds=59, milliseconds=600), "1 min"),
        (dt.timedelta(minutes=4), "4 min"),
        (dt.timedelta(minutes=4, seconds=5), "4 min 5 s"),
        (dt.timedelta(minutes=59, seconds=59), "59 min 59 s"),
        (dt.timedelta(hours=1), "1 h"),
        (dt.timedelta(hours=1, seconds=29), "1 h"),
        (dt.timedelta(hours=1, minutes=25), "1 h 25 min"),
        (dt.timedelta(hours=1, minutes=25, seconds=31), "1 h 26 min"),
        (dt.timedelta(hours=23, minutes=59, seconds=59), "1 d"),
        (dt.timedelta(days=1, minutes=1), "1 d 1 min"),
        (dt.timedelta(days=400, hours=5), "400 d 5 h"),
    ],
)
def test_a_length_of_time_is_told_in_units_from_an_hour_on_to_the_minute(length: dt.timedelta, words: str) -> None:
    assert EN.duration(length).replace("\N{NO-BREAK SPACE}", " ") == words


@given(st.timedeltas(dt.timedelta(), dt.timedelta(days=10_000)))
def test_a_length_of_time_is_off_by_half_a_minute_at_most(length: dt.timedelta) -> None:
    sizes = {"d": 86400, "h": 3600, "min": 60, "s": 1}
    told = re.findall(r"(\d+)\s(\w+)", EN.duration(length))
    assert abs(sum(int(count) * sizes[unit] for count, unit in told) - length.total_seconds()) <= 30.5


@pytest.mark.parametrize(
    ("day", "words", "weekday"),
    [
        (dt.date(2026, 3, 14), "14 March 2026", "Saturday, 14 March 2026"),
        (dt.date(2024, 2, 29), "29 February 2024", "Thursday, 29 February 2024"),
        (dt.date(1, 1, 1), "1 January 1", "Monday, 1 January 1"),
        (dt.date(9999, 12, 31), "31 December 9999", "Friday, 31 December 9999"),
    ],
)
def test_a_day_is_told_in_words(day: dt.date, words: str, weekday: str) -> None:
    assert EN.date(day) == words
    assert EN.date(day, "weekday") == weekday
