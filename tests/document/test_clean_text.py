"""Clean text: terminal sequences, controls, marks of direction and characters without glyphs; and nothing else."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import CONTROLS, hostile

from pmexport.document.clean_text import clean, one_line

REPLACED = "\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "word",
            " two  words ",
            "a\nb\n",
            "tab\there",
            "  indented\n\tby a tab\n\n\n",
            "naïve — “quoted” … 数据 عربي",
        ),
        *(
            "\u00a0\u2003\u00ad\u200b\u200d\ufeff",
            "👩\u200d💻 👍🏽",
            "e\u0301",
            "�",
            "\u200e\u200f",
            "<&>\"'\\`*_{}[]()#+-.!|~",
        ),
        *("\U0001fabc", "1\N{NARROW NO-BREAK SPACE}000 €", "\u0601\u070f"),
    ],
)
def test_text_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[1;38;5;196mred\x1b[m", "red"),
        ("\x1b[38:2::255:0:0mred", "red"),
        ("a\x1b[2K\x1b[1Gb", "ab"),
        ("\x1b[?25lhidden\x1b[?25h", "hidden"),
        ("\x9b31mred\x9b0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;https://e.x\x1b\\words\x1b]8;;\x1b\\", "words"),
        ("\x1b]0;title\x9ctext", "text"),
        ("\x9d0;title\x07text", "text"),
        ("\x1b(Btext\x1b)0", "text"),
        ("\x1bctext", "text"),
        ("\x1b7a\x1b8", "a"),
        ("\x1b#8text", "text"),
        ("text\x1b", "text"),
        ("text\x1b[", "text"),
        ("text\x1b[31", "text31"),
        ("a\x1b[31\nb", "a31\nb"),
    ],
)
def test_what_speaks_to_a_terminal_is_gone(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize("opening", ["\x1b]", "\x1b]0;", "\x9d0;"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_command_to_the_terminal_that_does_not_end_takes_no_other_line_with_it(opening: str, end: str) -> None:
    assert clean(f"{opening}title{end}text").endswith("\ntext")


def test_a_command_to_the_terminal_that_does_not_end_takes_no_word_with_it() -> None:
    assert "title" in clean("\x1b]0;title and more")
    assert clean("\x1b]0;one \x1b]0;two\x07three").endswith("three")


@pytest.mark.parametrize("end", ["\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_every_end_of_a_line_is_one(end: str) -> None:
    assert clean(f"a{end}b") == "a\nb"
    assert one_line(f"a{end}b") == "a b"


CONTROL = [
    chr(code) for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n\r\x0b\x0c\x85\x1b\x9b\x9d"
]
NO_CHARACTERS = ["\ufdd0", "\ufdef", "\ufffe", "\uffff", "\U000e0001", "\U000e0041", "\U000e007f"]


@pytest.mark.parametrize("char", [*CONTROL, *NO_CHARACTERS], ids=lambda char: f"U+{ord(char):04X}")
def test_controls_are_gone(char: str) -> None:
    assert clean(f"a{char}b") == "ab"


@pytest.mark.parametrize(
    "code",
    [0xE000, 0xF8FF, 0xF0000, 0x10FFFD, 0xD800, 0xDBFF, 0xDC00, 0xDFFF],
    ids=lambda code: f"U+{code:04X}",
)
def test_what_no_font_shows_is_replaced(code: int) -> None:
    assert clean(f"a{chr(code)}b") == f"a{REPLACED}b"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("\u202ea", "\u202ea\u202c"),
        ("\u202da\u202cb", "\u202da\u202cb"),
        ("\u2067a", "\u2067a\u2069"),
        ("\u202a\u2066a", "\u202a\u2066a\u2069\u202c"),
        ("\u2066\u202ea\u2069", "\u2066\u202ea\u202c\u2069"),
        ("a\u202c", "a"),
        ("\u2069a\u2069", "a"),
        ("\u202ea\nb", "\u202ea\u202c\nb"),
        ("\u202ea\n\u202c\u202bb", "\u202ea\u202c\n\u202bb\u202c"),
        ("\u202ea\u2028b", "\u202ea\u202c\nb"),
        ("\u202e\n\u202e", "\u202e\u202c\n\u202e\u202c"),
    ],
)
def test_directions_end_where_their_line_ends(text: str, cleaned: str) -> None:
    """UAX 9; CVE-2021-42574."""
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (" a  b ", "a b"),
        ("a\n\n b\tc", "a b c"),
        ("\n", ""),
        ("\x1b[31m a\x00b", "ab"),
        ("\u00a0a ", "\u00a0a"),
        ("\u202ea\nb", "\u202ea\u202c b"),
    ],
)
def test_one_line(text: str, line: str) -> None:
    assert one_line(text) == line


# ---- whatever is written

_MARKS = {"\u202a": "\u202c", "\u202b": "\u202c", "\u202d": "\u202c", "\u202e": "\u202c"}
_MARKS |= {"\u2066": "\u2069", "\u2067": "\u2069", "\u2068": "\u2069"}

any_text = hostile | st.lists(
    st.sampled_from([*CONTROLS, *_MARKS, *_MARKS.values(), "a", "\n", "[", "]", "m", ";"])
).map("".join)


def balanced(line: str) -> bool:
    waiting: list[str] = []
    for char in line:
        if char in _MARKS:
            waiting.append(_MARKS[char])
        elif char in _MARKS.values() and (not waiting or waiting.pop() != char):
            return False
    return not waiting


@given(any_text)
def test_clean_text_is_clean(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    for char in cleaned:
        assert char in "\t\n" or unicodedata.category(char) not in ("Cc", "Cs", "Co", "Zl", "Zp"), repr(char)
    assert all(map(balanced, cleaned.split("\n")))
    assert cleaned.encode().decode() == cleaned


@given(any_text)
def test_one_line_is_one_line(text: str) -> None:
    line = one_line(text)
    assert one_line(line) == line == clean(line)
    assert not re.search(r"[\t\n]|^ | $|  ", line)


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"], include_characters="\t\n")))
def test_nothing_but_controls_is_changed(text: str) -> None:
    assert clean(text) == text


@given(
    st.lists(st.sampled_from(["word", "\n", "\x1b]0;x", "\x1b[31m", "\x1b", "\x00", "\u202e", "\x9d", "\x07"])).map(
        "".join
    )
)
def test_the_words_of_a_line_outlast_what_stands_on_others(text: str) -> None:
    lines = text.split("\n")
    kept = clean(text).split("\n")
    assert len(kept) == len(lines)
    assert all(line == "word" for line, old in zip(kept, lines, strict=True) if old == "word")
