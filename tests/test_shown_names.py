"""Problems: what a terminal or a log may show of names and messages."""

from __future__ import annotations

import pytest

from pmexport.errors import WriteError
from pmexport.problems import Problem, show_name, show_text

UNSAFE = [
    *map(chr, [*range(9), *range(11, 32), *range(127, 160)]),
    *"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e",
]
UNSAFE += [*"\u2028\u2029\u2066\u2067\u2068\u2069\ufff9\ufffa\ufffb\U000e0001\U000e007f", "\ud800", "\udfff"]


@pytest.mark.parametrize("character", [*UNSAFE, "\n", "\t"])
def test_a_name_shows_no_unsafe_character(character: str) -> None:
    assert show_name(f"a{character}b.yaml") == "a\N{REPLACEMENT CHARACTER}b.yaml"
    assert str(Problem("wrong.", file=f"a{character}b", line=2)) == "a\N{REPLACEMENT CHARACTER}b:2: wrong."


@pytest.mark.parametrize("character", UNSAFE)
def test_a_message_shows_no_unsafe_character(character: str) -> None:
    shown = "a\N{REPLACEMENT CHARACTER}b"
    assert show_text(f"a{character}b") == shown
    assert str(Problem(f"a{character}b", help=character)) == f"{shown} \N{REPLACEMENT CHARACTER}"
    assert str(WriteError(f"a{character}b")) == shown


@pytest.mark.parametrize(
    "name", ["Störung 1.yaml", "事故/报告.yaml", "تقرير.yaml", "👩\u200d🚒.yaml", "C:\\r\\a.yaml", "آ\u200cب"]
)
def test_other_names_are_shown_as_they_are(name: str) -> None:
    assert show_name(name) == show_text(name) == name
