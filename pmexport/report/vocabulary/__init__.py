"""The words that people use for keys, stages, phases, states, priorities and units: data files per language."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Literal

Subject = Literal[
    "stages",
    "incident_states",
    "milestones",
    "ambiguous_phases",
    "monitoring_phases",
    "action_states",
    "severity_tones",
    "priority_tones",
    "lanes",
    "units",
    "lone_units",
    "hedges",
    "range_words",
    "before_times",
    "numbers",
    "joiners",
    "languages",
    "measures",
]
"""What the words are about: the tables of the data files."""

Tone = Literal["neutral", "info", "good", "caution", "warning", "critical"]
"""How good or bad something is; `neutral` if unknown. Themes map tones to colours."""

_WORD = re.compile(r"\w+")
_REMARK = re.compile(r"\s*[(\[;:,/|\N{EN DASH}\N{EM DASH}\uff08\uff1a\uff1b\uff0c\u3001\u060c\u061b]|\s-\s")
"""What begins a remark: in Latin punctuation, in full-width, and in Arabic."""
_VOWEL_MARKS = dict.fromkeys(range(0x064B, 0x0653))
"""Of Arabic, which few people write."""
_APOSTROPHES = str.maketrans({"_": " ", "'": None, "\N{RIGHT SINGLE QUOTATION MARK}": None}) | _VOWEL_MARKS


@cache
def known_words(subject: Subject) -> dict[str, str]:
    """Return the known words on a subject in all languages, each with its meaning."""
    words: dict[str, str] = {}
    for file in resources.files(__name__).iterdir():
        if file.name.endswith(".toml"):
            table = tomllib.loads(file.read_text("utf-8")).get(subject, {})
            words |= {word: meaning for meaning, written in table.items() for word in written}
    return words


@cache
def known_keys(table: str) -> dict[str, str]:
    """Return what people call the keys of a mapping in all languages, each with our key.

    table: `report` for the top level, or the key whose items are such mappings: `action_items`.
    """
    keys: dict[str, str] = {}
    for file in resources.files(__name__).joinpath("keys").iterdir():
        fields = tomllib.loads(file.read_text("utf-8")).get(table, {})
        keys |= {name: key for key, names in fields.items() for name in names}
    return keys


@lru_cache(maxsize=1000)  # a timeline names few phases, and often
def find_meaning(subject: Subject, text: str) -> str | None:
    """Return the meaning of a written word on a subject; None if it is unknown.

    Case and punctuation are ignored, and a remark may follow: `in-review`, `Draft (second)`, `Done; see AI-7`.
    """
    return match_word(known_words(subject), text)


def match_word(words: Mapping[str, str], text: str) -> str | None:
    """Return what a written word means among normalized ones, as `find_meaning` does."""
    whole = _clean_word(text)
    before_remark = _REMARK.split(whole, maxsplit=1)[0]
    return words.get(_join_parts(whole)) or words.get(_join_parts(before_remark))


def normalize_word(text: str) -> str:
    """Return a word as it is looked up: in lower case, without punctuation."""
    return _join_parts(_clean_word(text))


def _clean_word(text: str) -> str:
    return text.translate(_APOSTROPHES).strip().casefold()


def _join_parts(text: str) -> str:
    return " ".join(_WORD.findall(text))


def drop_vowels(text: str) -> str:
    """Return a text without the marks of Arabic vowels."""
    return text.translate(_VOWEL_MARKS)


def join_words(words: Iterable[str]) -> str:
    """Return the words as the alternatives of a regular expression, the longest first."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
