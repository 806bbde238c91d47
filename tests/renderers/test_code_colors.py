"""Code and logs in HTML and PDF: colours and line numbers never change their text."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import html
from pdfs import MM, characters, render
from pypdf import PdfReader
from pypdf.generic import ContentStream
from trees import document, section, table, text

from pmexport.document.nodes import Block, CodeBlock, Document
from pmexport.renderers.html import HtmlRenderer
from pmexport.renderers.pdf import PdfRenderer
from pmexport.renderers.shared import code_colors
from pmexport.renderers.shared.code_colors import (
    LEXERS,
    MAX_CHARACTERS,
    MAX_JAVA_CHARACTERS,
    MAX_LINES,
    Kind,
    list_aliases,
    split_lines,
)
from pmexport.theming import themes

LANGUAGES = sorted(list_aliases())
BAITS = [
    "(",
    "<",
    '"',
    "'",
    "{",
    "[",
    "/*",
    "\\",
    "${",
    "<<A\na\n",
    "a ",
    "a\n",
    "\n\t",
    "- a\n",
    "=begin\n",
    "é",
    "🙂",
]
"""Strings that make lexers slow or fail if repeated."""


def join_parts(block: CodeBlock) -> str:
    return "\n".join("".join(part.text for part in line) for line in split_lines(block))


def colored(written: str, language: str) -> list[tuple[Kind, str]]:
    """Return the words of a code block that have a colour."""
    lines = split_lines(CodeBlock(written, language))
    return [(part.kind, part.text.strip()) for line in lines for part in line if part.kind]


def tree(*blocks: Block) -> Document:
    return document(section("logs", *blocks))


# ---- the parts of code


@given(st.text(), st.sampled_from([*LANGUAGES, "", "none"]))
@example("<<EOF\n<<EOF\n", "terraform")
@example("\n\n", "python")
def test_text_is_unchanged(written: str, language: str) -> None:
    assert join_parts(CodeBlock(written, language)) == written


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(LEXERS))
def test_lexers_keep_text_that_is_not_code(name: str) -> None:
    language = next(alias for alias, lexer in list_aliases().items() if lexer == name)
    for bait in BAITS:
        written = "\n".join([bait * 20] * 20)
        assert join_parts(CodeBlock(written, language)) == written


def test_pygments_has_every_lexer() -> None:
    assert set(list_aliases().values()) == LEXERS


@pytest.mark.parametrize(
    ("language", "written", "parts"),
    [
        (
            "python",
            "def f(): # a\n  return 'b'",
            ["keyword def", "name f", "comment # a", "keyword return", "string 'b'"],
        ),
        ("YAML", "size: 200  # per pod", ["name size", "comment # per pod"]),
        ("sql", "SELECT 1 FROM t -- all", ["keyword SELECT", "number 1", "keyword FROM", "comment -- all"]),
        ("diff", "-workers: 4\n+workers: 8", ["removed -workers: 4", "added +workers: 8"]),
        ("console", "$ ls\na.txt", ["comment $"]),
        ("json", '{"ok": false}', ['name "ok"', "number false"]),
    ],
)
def test_kinds_of_parts(language: str, written: str, parts: list[str]) -> None:
    assert [f"{kind} {words}" for kind, words in colored(written, language)] == parts


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("", "def f(): return 1"),
        ("text", "def f(): return 1"),
        ("pythonic", "def f(): return 1"),
        ("Klingon", "def f(): return 1"),
        ("python", f"x = '{'y' * 400}'"),
        ("python", f"x ={' ' * 101}1"),
        ("terraform", "a = 1\n<<EOF\n<<EOF\n"),
    ],
)
def test_unknown_languages_and_unusual_text_are_plain(language: str, written: str) -> None:
    assert colored(written, language) == []
    assert join_parts(CodeBlock(written, language)) == written


def make_code(characters: int) -> str:
    line = f"{'x = 1; ' * 14}\n"
    return (line * (characters // len(line) + 1))[:characters]


@pytest.mark.parametrize(
    ("language", "longest", "longer"),
    [
        ("python", make_code(MAX_CHARACTERS - 1), make_code(MAX_CHARACTERS)),
        ("java", make_code(MAX_JAVA_CHARACTERS - 1), make_code(MAX_JAVA_CHARACTERS)),
        ("python", "x = 1\n" * (MAX_LINES - 1), "x = 1\n" * MAX_LINES),
    ],
    ids=["characters", "java characters", "lines"],
)
def test_longer_text_never_reaches_pygments(
    language: str, longest: str, longer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lexed: list[str] = []

    class Recorder:
        def get_tokens_unprocessed(self, text: str) -> list[Any]:
            lexed.append(text)
            return []

    monkeypatch.setattr(code_colors, "find_lexer_class", lambda name: Recorder)
    for written in (longest, longer):
        assert join_parts(CodeBlock(written, language)) == written
    assert lexed == [f"{longest}\n"]


def test_a_failing_lexer_only_costs_colors(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def get_tokens_unprocessed(self, text: str) -> Any:
            raise KeyError(text)

    monkeypatch.setattr(code_colors, "find_lexer_class", lambda name: Broken)
    assert colored("x = 1", "python") == []


# ---- the web page


def page(*blocks: Block) -> html.HtmlElement:
    return html.document_fromstring(HtmlRenderer().render(tree(*blocks), themes.default_theme(), []).decode())


def numbers(block: CodeBlock) -> list[str | None]:
    return [line.get("data-line") for line in page(block).xpath("//pre/code/span")]


def test_lines_are_blocks() -> None:
    written = "\nif x < 3:\n\treturn  1\n\n"
    (found,) = page(CodeBlock(written, "python")).xpath("//pre/code")
    assert found.text_content() == written
    assert [line.get("class") for line in found] == ["line"] * 5


def test_line_numbers_are_attributes() -> None:
    log = CodeBlock("a\nb\nc", None, "log", start=98)
    assert numbers(log) == ["98", "99", "100"]
    assert page(log).xpath("//pre")[0].text_content() == "a\nb\nc"
    assert page(log).xpath("//pre/@style") == ["--digits: 3"]


def test_only_logs_and_long_code_are_numbered() -> None:
    assert numbers(CodeBlock("a", None, "log")) == [None]
    assert numbers(CodeBlock("a", None, "log", start=7)) == ["7"]
    assert numbers(CodeBlock("\n".join("abcdefghi"))) == [None] * 9
    assert numbers(CodeBlock("\n".join("abcdefghij")))[-1] == "10"


def test_only_log_lines_have_a_severity() -> None:
    written = "INFO a\nWARN b\nERROR c"
    shown = page(CodeBlock(written, None, "log"), CodeBlock(written))
    classes = [line.get("class") for line in shown.xpath("//pre/code/span")]
    assert classes == ["line", "line warning", "line critical", "line", "line", "line"]


# ---- the PDF


def pdf(*blocks: Block) -> PdfReader:
    return PdfReader(BytesIO(PdfRenderer().render(tree(*blocks), themes.default_theme(), [])))


def drawn(reader: PdfReader) -> list[list[str]]:
    """Return what is drawn beside the lines of each page, in its order."""
    return [list(_drawn(page, reader)) for page in reader.pages]


def _drawn(page: Any, reader: PdfReader) -> Any:
    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        if operator == b"Do" and operands[0].startswith("/line"):
            yield chr(int(operands[0].removeprefix("/line"), 16))


LONG = "word " * 33


def test_line_numbers_are_drawn_but_not_text() -> None:
    reader = pdf(CodeBlock(f"first\n{LONG}\nlast", None, "log", start=8))
    assert "".join(drawn(reader)[0]) == "89↪01"  # 8, 9, which goes on, 10 from its end
    assert reader.pages[0].extract_text().split().count("word") == 33
    assert not {"8", "9", "10", "↪"} & set(reader.pages[0].extract_text().split())


def test_continuation_signs_without_line_numbers() -> None:
    assert "".join(drawn(pdf(CodeBlock(f"first\n{LONG}\nlast")))[0]) == "↪"


def test_line_numbers_in_a_cell() -> None:
    reader = pdf(table(["Code"], [CodeBlock(LONG)]))
    operations = ContentStream(reader.pages[0].get_contents(), reader).operations
    (place,) = (
        float(before[0][4])
        for before, (operands, operator) in pairwise(operations)
        if operator == b"Do" and operands[0].startswith("/line")
    )
    assert 20 * MM < place < 20 * MM + 10


@pytest.mark.slow
def test_line_across_pages_is_numbered_once() -> None:
    lines = drawn(pdf(CodeBlock("\n".join([LONG] * 60), None, "log")))
    assert len(lines) > 1
    assert sum(len(line) - line.count("↪") for line in lines) == sum(len(str(number)) for number in range(1, 61))


def test_line_numbers_are_artifacts() -> None:
    reader = pdf(CodeBlock("a\nb", None, "log"))
    open_marks: list[str] = []
    inside = []
    for operands, operator in ContentStream(reader.pages[0].get_contents(), reader).operations:
        if operator in (b"BDC", b"BMC"):
            open_marks.append(operands[0])
        elif operator == b"EMC":
            open_marks.pop()
        elif operator == b"Do":
            inside.append(open_marks[-1])
    assert inside == ["/Artifact"] * 2


@pytest.mark.slow
def test_log_is_kept_with_its_caption() -> None:
    for filling in range(36, 48, 2):
        log = CodeBlock("\n".join(f"line{number}" for number in range(9)), None, "log", text("CAPTION"))
        reader = pdf(CodeBlock("\n".join("x" * filling)), log)
        pages = [page.extract_text() for page in reader.pages]
        (first,) = [shown for shown in pages if "CAPTION" in shown]
        assert "line1" in first
        assert sum("line7" in shown and "line8" in shown for shown in pages) == 1


@pytest.mark.slow
@pytest.mark.parametrize("count", [61, 63])
def test_no_line_is_lost_at_page_break(count: int) -> None:
    lines = [f"line{number}." for number in range(count)]
    found = " ".join(page.extract_text() for page in pdf(CodeBlock("\n".join(lines), None, "log")).pages).split()
    assert [word for word in found if word.startswith("line")] == lines


@pytest.mark.slow
@pytest.mark.parametrize("theme", themes.theme_names())
def test_numerals_look_like_other_code(theme: str) -> None:
    tree = document(section("appendix", CodeBlock("limit = 4711", "python")))
    code = [char for _, char in characters(render(tree, themes.find_theme(theme))) if "Mono" in char.fontname]
    assert "".join(char.get_text() for char in code) == "limit = 4711"
    assert len({(char.fontname, round(char.size, 2)) for char in code}) == 1
