"""The vocabulary: lookup ignores case, punctuation and remarks, and each word has one meaning."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmexport.reading.suggestions import find_part
from pmexport.report import vocabulary
from pmexport.report.facts import MEASURES, MILESTONES
from pmexport.report.field_types import Part
from pmexport.report.model import Report, Stage, State
from pmexport.report.vocabulary import Subject, Tone, find_meaning, join_words, known_keys, known_words

ENGLISH = Path(vocabulary.__file__).parent / "en.toml"
FILES = sorted(Path(vocabulary.__file__).parent.glob("*.toml"))
KEY_FILES = sorted(Path(vocabulary.__file__).parent.glob("keys/*.toml"))
TABLES = {table for file in KEY_FILES for table in tomllib.loads(file.read_text("utf-8"))}
MEANINGS: dict[Subject, tuple[str, ...]] = {
    "stages": get_args(Stage),
    "milestones": MILESTONES,
    "action_states": get_args(State),
    "severity_tones": get_args(Tone),
    "priority_tones": get_args(Tone),
    "measures": tuple(MEASURES),
    "hedges": ("about", "at_least", "at_most"),
    "joiners": ("and", "of"),
}


def part_of(table: str) -> type[Part]:
    part = Report if table == "report" else find_part((table,))
    assert part is not None, table
    return part


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_english_has_every_subject_and_other_languages_some(file: Path) -> None:
    subjects = set(tomllib.loads(file.read_text("utf-8")))
    assert subjects == set(get_args(Subject)) if file == ENGLISH else subjects < set(get_args(Subject))


@pytest.mark.parametrize("subject", get_args(Subject))
def test_languages_agree_on_the_meaning_of_a_word(subject: Subject) -> None:
    tables = [tomllib.loads(file.read_text("utf-8")).get(subject, {}) for file in FILES]
    meanings = {(word, meaning) for table in tables for meaning, words in table.items() for word in words}
    assert len(meanings) == len({word for word, _ in meanings})


@pytest.mark.parametrize("file", KEY_FILES, ids=lambda file: file.stem)
def test_names_of_keys_are_written_as_they_are_compared(file: Path) -> None:
    for table, fields in tomllib.loads(file.read_text("utf-8")).items():
        names = [name for written in fields.values() for name in written]
        assert len(names) == len(set(names)), table
        assert all(re.fullmatch(r"[^\W_]+(_[^\W_]+)*", name) and name == name.casefold() for name in names)
        assert set(names).isdisjoint(part_of(table).model_fields)


@pytest.mark.parametrize("table", sorted({"report", *TABLES}))
def test_every_key_has_other_names(table: str) -> None:
    assert set(known_keys(table).values()) == set(part_of(table).model_fields)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
@pytest.mark.parametrize("subject", get_args(Subject))
def test_a_word_has_one_meaning(subject: Subject, file: Path) -> None:
    table = tomllib.loads(file.read_text("utf-8")).get(subject, {})
    words = [word for written in table.values() for word in written]
    assert len(words) == len(set(words))
    assert [word for word in words if word != word.casefold()] == []


@pytest.mark.parametrize("subject", MEANINGS)
def test_meanings_are_those_of_the_model(subject: Subject) -> None:
    assert set(known_words(subject).values()) <= set(MEANINGS[subject])


@pytest.mark.parametrize(
    ("subject", "text", "meaning"),
    [
        *(("stages", text, "in_review") for text in ("in review", "In-Review", "IN_REVIEW", " in  review ")),
        *(("stages", text, "draft") for text in ("Draft (second)", "draft;", "Draft: see below", "draft - v2")),
        *(("stages", text, "draft") for text in ("Draft, v2", "draft/x", "draft | x", "Draft \N{EM DASH} x")),
        *(("action_states", text, "dropped") for text in ("Won't do", "won\N{RIGHT SINGLE QUOTATION MARK}t do")),
        ("action_states", "[done]", "done"),
        ("milestones", "Outage begins", "impact_started"),
        ("milestones", "بداية التأثير", "impact_started"),
    ],
)
def test_case_punctuation_and_remarks_are_ignored(subject: Subject, text: str, meaning: str) -> None:
    assert find_meaning(subject, text) == meaning


@pytest.mark.parametrize("text", ["", "?", "drafts", "a draft", "not final", "undone", "draft2", "in draft"])
def test_other_words_have_no_meaning(text: str) -> None:
    assert find_meaning("stages", text) is None


@given(st.text(max_size=20))
def test_any_text_can_be_looked_up(text: str) -> None:
    assert find_meaning("stages", text) in (None, *get_args(Stage))


def test_alternatives_are_escaped_and_the_longest_come_first() -> None:
    assert join_words(["m", "min", "a.b"]) in (r"min|a\.b|m", r"a\.b|min|m")
