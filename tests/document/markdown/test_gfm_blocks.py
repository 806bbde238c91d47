"""Markdown is read as GitHub reads it: block by block and word by word, but where a case says why not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import example, given
from outlines import github_outline, outline, parser
from strategies import examples, markdown

CASES = Path(__file__).parent / "cases"
PARSER = parser()


@dataclass(frozen=True)
class Case:
    """A case of a file: a title; where GitHub differs, why; the Markdown; its outline. Lines with a dot part them.

    In the Markdown, `\N{OPEN BOX}` is a space at the end of a line, and `\N{RIGHTWARDS ARROW TO BAR}` a tab.
    """

    title: str
    why: str | None
    markdown: str
    outline: list[str]


_CASE = re.compile(
    r"^(?P<title>.+)\n(?:differs: (?P<why>.+)\n)?\.\n(?P<markdown>(?:.*\n)*?)\.\n(?P<outline>(?:.*\n)*?)\.\n",
    re.MULTILINE,
)


def cases_of(path: Path) -> Iterator[Case]:
    text = path.read_text("utf-8")
    for found in _CASE.finditer(text):
        source = found["markdown"].removesuffix("\n")
        source = source.replace("\N{OPEN BOX}", " ").replace("\N{RIGHTWARDS ARROW TO BAR}", "\t")
        yield Case(found["title"], found["why"], source, found["outline"].split("\n")[:-1])
    assert _CASE.sub("", text).strip() == "", f"{path}: a case cannot be read"


ALL = [case for path in sorted(CASES.glob("*.txt")) for case in cases_of(path)]


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.title)
def test_a_case_is_read_as_it_says(case: Case) -> None:
    assert outline(parser().blocks(case.markdown, 2)) == case.outline  # a parser goes on counting footnotes


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.title)
def test_github_reads_it_the_same_but_where_the_case_says_why_not(case: Case) -> None:
    assert (github_outline(case.markdown) == case.outline) is (case.why is None)


def test_there_are_cases_of_either_kind() -> None:
    assert sum(case.why is None for case in ALL) > 100
    assert sum(case.why is not None for case in ALL) > 10


@pytest.mark.slow
@examples(4)
@given(markdown)
@example("- > a\n  > b")
@example("> - a\n>   | b |\n>   |---|\n>   | c |")
def test_documents_are_read_as_github_reads_them(text: str) -> None:
    # Raw HTML is text with us; here, then, with GitHub too.
    text = re.sub(r"<(?!https?://|a@b)", "&lt;", text)
    assert outline(PARSER.blocks(text, 2)) == github_outline(text)
