"""Field types: texts, empty values, lists, and mappings written as a bare text."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from pmexport.report.field_types import (
    DateText,
    Listed,
    Markdown,
    Part,
    RequiredText,
    Text,
    is_empty,
    is_private_key,
    none_if_empty,
    to_text,
)


class Inner(Part):
    main_field: ClassVar = "a"

    a: Text = None
    b: Markdown = None


class Outer(Part):
    title: RequiredText
    day: DateText = None
    words: Listed[RequiredText] = ()
    parts: Listed[Inner] = ()


def outer(**fields: Any) -> Outer:
    return Outer.model_validate({"title": "T", **fields})


def fault(**fields: Any) -> tuple[tuple[str | int, ...], str]:
    """Return the location and the type of the only error in these fields."""
    with pytest.raises(ValidationError) as error:
        Outer.model_validate({"title": "T", **fields})
    (found,) = error.value.errors()
    return found["loc"], found["type"]


# ---- texts


@pytest.mark.parametrize("value", [None, "", " ", "\t\n", "\u00a0", "\u2003"])
def test_empty_values(value: object) -> None:
    assert is_empty(value)
    assert none_if_empty(value) is None
    assert to_text(value) is None


@pytest.mark.parametrize("value", ["0", "no", " x ", 0, False, 0.0, [], {}, ()])
def test_values_that_are_not_empty(value: object) -> None:
    assert not is_empty(value)
    assert none_if_empty(value) is value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  as written \n", "  as written \n"),
        ("12:30", "12:30"),
        ("NO", "NO"),
        (3, "3"),
        (-1, "-1"),
        (10**30, "1" + "0" * 30),
        (1.5, "1.5"),
        (Decimal("1.10"), "1.10"),
        (True, "true"),
        (False, "false"),
        (dt.date(2026, 3, 14), "2026-03-14"),
        (dt.time(14, 2), "14:02:00"),
        (dt.datetime(2026, 3, 14, 14, 2, tzinfo=dt.UTC), "2026-03-14 14:02:00+00:00"),
        ("a\ud800b", "a\N{REPLACEMENT CHARACTER}b"),
    ],
)
def test_a_scalar_keeps_its_characters(value: object, text: str) -> None:
    assert to_text(value) == text


@pytest.mark.parametrize("value", [["a"], {"a": "b"}, ("a",), b"a", object(), {"a"}, 1j])
def test_only_scalars_are_accepted(value: object) -> None:
    with pytest.raises(PydanticCustomError, match="expected a string"):
        to_text(value)


@given(st.text())
def test_only_lone_surrogates_are_changed(text: str) -> None:
    kept = to_text(text)
    assert (kept or "") == (text if text.strip() else "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_required_text_must_not_be_empty(value: str | None) -> None:
    assert fault(title=value) == (("title",), "missing")


# ---- dates


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-14",
        " 2024-02-29 ",
        "2026-3-4",
        "ca. March",
        "2026-MM-DD",
        "2026-03-14 14:02",
        "14 March 2026",
        "2026-03",
    ],
)
def test_a_date_is_kept_as_written(text: str) -> None:
    assert outer(day=text).day == text


@pytest.mark.parametrize("text", ["2026-02-29", "2026-13-01", "2026-00-01", "2026-04-31", "0000-01-01", " 2026-02-30 "])
def test_an_iso_8601_date_must_exist(text: str) -> None:
    assert fault(day=text) == (("day",), "date")


# ---- lists


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ()),
        ("", ()),
        ([], ()),
        ("one", ("one",)),
        (7, ("7",)),
        (["one"], ("one",)),
        (("one", "two"), ("one", "two")),
        (["one", None, "", "  ", "two"], ("one", "two")),
        ([0, False], ("0", "false")),
    ],
)
def test_one_item_becomes_a_list_and_empty_items_are_dropped(value: object, words: tuple[str, ...]) -> None:
    assert outer(words=value).words == words


def test_the_index_in_an_error_counts_dropped_items() -> None:
    assert fault(words=["a", None, ["b"]]) == (("words", 2), "text")


# ---- mappings


def test_a_bare_text_sets_the_main_field() -> None:
    assert outer(parts=["x", {"a": "y", "b": "z"}, 7]).parts == (Inner(a="x"), Inner(a="y", b="z"), Inner(a="7"))
    assert outer(parts="x").parts == outer(parts={"a": "x"}).parts == (Inner(a="x"),)


def test_an_empty_mapping_is_accepted() -> None:
    assert outer(parts=[{}, {"a": None}]).parts == (Inner(), Inner())


@pytest.mark.parametrize("value", [[["x"]], [[{"a": "x"}]]])
def test_a_list_is_not_a_mapping(value: object) -> None:
    assert fault(parts=value) == (("parts", 0), "mapping")


@pytest.mark.parametrize("value", ["x", 7, ["x"]])
def test_without_a_main_field_a_mapping_is_required(value: object) -> None:
    with pytest.raises(ValidationError) as error:
        Outer.model_validate(value)
    assert [one["type"] for one in error.value.errors()] == ["mapping"]


def test_unknown_keys_are_refused_and_private_keys_are_dropped() -> None:
    assert fault(parts={"a": "x", "c": "y"}) == (("parts", 0, "c"), "extra_forbidden")
    assert outer(**{"x-id": [1], "$schema": "s", "parts": {"a": "x", "x-b": {"c": 1}}}) == outer(parts="x")


@pytest.mark.parametrize(("key", "private"), [("x-", True), ("x-a", True), ("$schema", True), ("$schemas", False)])
def test_private_keys(key: str, private: bool) -> None:
    assert is_private_key(key) is private


@pytest.mark.parametrize("key", ["x", "X-a", "xa", " x-a", "schema", "a$schema", "", 7, None])
def test_other_keys_are_not_private(key: object) -> None:
    assert not is_private_key(key)


def test_a_part_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        outer().title = "other"


# ---- names
