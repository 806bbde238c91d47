"""Parsed values: the files in `values/`, each next to its expected value as JSON."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pmexport.limits import DEFAULT
from pmexport.reading import FORMATS, yaml_reader
from pmexport.reading.json_reader import parse_json
from pmexport.reading.parsed_tree import Parsed
from pmexport.reading.source_text import SourceText
from pmexport.reading.toml_reader import parse_toml
from pmexport.reading.yaml_reader import parse_yaml

PARSERS = {"yaml": parse_yaml, "json": parse_json, "toml": parse_toml}
CASES = sorted(path for path in (Path(__file__).parent / "values").iterdir() if path.suffix != ".txt")


def _parsed(path: Path) -> Parsed:
    return PARSERS[FORMATS[path.suffix]](SourceText(path.read_bytes().decode()), DEFAULT)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_a_text_is_read_as_its_author_wrote_it(path: Path) -> None:
    parsed = _parsed(path)
    expected = json.loads(path.with_name(f"{path.name}.txt").read_text("utf-8"))
    assert parsed.value == expected
    assert list(_paths(parsed.value)) == list(_paths(expected))  # in the same order
    assert not parsed.problems


@pytest.mark.parametrize("path", [path for path in CASES if path.suffix == ".yaml"], ids=lambda path: path.name)
def test_yaml_is_read_the_same_without_the_c_library(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = _parsed(path)
    monkeypatch.setattr(yaml_reader, "_LOADER", yaml.Loader)
    parsed = _parsed(path)
    assert (parsed.value, parsed.extent) == (expected.value, expected.extent)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_every_part_has_its_place(path: Path) -> None:
    text, parsed = path.read_bytes().decode(), _parsed(path)
    if parsed.value is None:
        return
    for keys in _paths(parsed.value):
        place, exact = parsed.extent.find(keys)
        assert exact, keys
        assert place.start is not None
        assert 0 <= place.start <= len(text)
        if keys and isinstance(keys[-1], str):
            assert place.key is not None
            assert place.key < place.start or "<<" in text or FORMATS[path.suffix] == "toml"


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _paths(item, (*path, key))


def test_toml_dates_and_times_are_read() -> None:
    value = parse_toml(SourceText("a = 2026-03-14\nb = 14:02:00\nc = 2026-03-14T14:02:00+01:00"), DEFAULT).value
    zone = dt.timezone(dt.timedelta(hours=1))
    assert value == {
        "a": dt.date(2026, 3, 14),
        "b": dt.time(14, 2),
        "c": dt.datetime(2026, 3, 14, 14, 2, tzinfo=zone),
    }


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(value=_JSON, ascii_only=st.booleans(), indent=st.sampled_from([None, 1]))
def test_json_is_read_as_the_standard_library_does(value: object, ascii_only: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    assert parse_json(SourceText(text), DEFAULT).value == json.loads(
        text, parse_int=str, parse_float=str, parse_constant=str
    )
