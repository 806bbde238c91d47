"""Characters that no font has: said in the PDF and to its author."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from conftest import Run
from parity import read_pdf
from pdfs import fonts_of, pages, read, render
from pypdf import PdfReader
from trees import document, p, section, table, text, whole

from pmexport import Problem
from pmexport import render as render_report
from pmexport.document.nodes import Code, CodeBlock
from pmexport.renderers.pdf.missing_glyphs import problems

pytestmark = pytest.mark.slow

NOWHERE = "\u0378"
"""A character that Unicode does not assign, which no font has."""
OTHER = "\u038b"
MINUTES = 600.0


def test_its_number_stands_in_its_place_and_the_author_is_told() -> None:
    tree = document(
        section("summary", p(f"before {NOWHERE} after", Code(f"x{NOWHERE}")), table([f"A{NOWHERE}"], [NOWHERE])),
        section("lessons", CodeBlock(f"log {OTHER}", caption=text(NOWHERE)), title=f"L{NOWHERE}"),
        title=f"Title {NOWHERE}",
        running=(f"Secret {NOWHERE}",),
    )
    warnings: list[Problem] = []
    data = render(tree, warnings=warnings)
    said = read_pdf(data)
    assert said.count("[U+0378]") == 7
    assert "log [U+038B]" in said
    assert "Secret [U+0378]" in pages(PdfReader(BytesIO(data)))[0]
    assert NOWHERE not in said
    (warning,) = warnings
    assert "2 characters (not in Unicode), such as U+0378" in warning.message
    assert '"' in warning.message
    assert warning.help


def test_what_the_file_says_of_itself_stays() -> None:
    reader = read(document(section("summary", p("Seen.")), title=f"Title {NOWHERE}"))
    assert reader.metadata is not None
    assert reader.metadata.title == f"Title {NOWHERE}"


def test_no_glyph_is_missing() -> None:
    reader = read(document(section("summary", p(NOWHERE), CodeBlock(OTHER)), mark=f"Draft {NOWHERE}"))
    for font in fonts_of(reader):
        widths = font["/DescendantFonts"][0].get_object()["/W"]
        assert 0 not in widths[::2], "glyph 0 is .notdef"


def test_where_all_fonts_are_there_nothing_is_said() -> None:
    warnings: list[Problem] = []
    render(whole(), warnings=warnings)
    assert warnings == []


@pytest.mark.parametrize(
    ("missing", "expected", "advice"),
    [
        ("\u0378", ["U+0378 (not in Unicode)", '"the cause [U+0378] was"'], "slip"),
        ("\ue000", ["U+E000 (of private use)"], "private|made for"),
        ("\N{FIRE}", ["U+1F525 (FIRE)"], "fonts-noto-color-emoji"),
        (
            "日本語",
            ["3 characters (Chinese, Japanese, Korean), such as U+65E5", "[U+65E5][U+672C][U+8A9E]"],
            "fonts-noto-cjk",
        ),
        ("ሀሁ", ["2 characters (Ethiopic)"], "fonts-noto-core"),
        ("\N{SNOWMAN}", ["U+2603 (SNOWMAN)"], "fonts-noto-core"),
    ],
    ids=ascii,
)
def test_it_is_named_with_the_words_around_and_what_to_do(missing: str, expected: list[str], advice: str) -> None:
    (told,) = problems(missing, f"Long before it, the cause {missing} was found.".replace("Long before it, ", ""))
    for words in expected:
        assert words.rstrip('"') in told.message
    assert any(word in told.help for word in advice.split("|"))


def test_each_script_is_told_once() -> None:
    told = list(problems("日本\N{ETHIOPIC SYLLABLE HA}\u0378", "日本 \u0378"))
    assert len(told) == 3
    assert all("日" not in one.message for one in told), "the author's screen may lack it as well"


def test_what_only_the_pages_say_is_not_quoted() -> None:
    (told,) = problems(NOWHERE, "nothing of the kind")
    assert '"' not in told.message


# ---- to whom it is told


def report(folder: Path) -> Path:
    path = folder / "report.yaml"
    path.write_text(f"title: T\nsummary: before {NOWHERE} after\n", "utf-8")
    return path


def test_the_command_tells_it(run: Run, tmp_path: Path) -> None:
    report(tmp_path)
    ended = run("report.yaml", "--pdf", "--md")
    assert ended.code == 0
    (line,) = [line for line in ended.err.splitlines() if line.startswith("warning:")]
    assert "U+0378" in line
    assert "before [U+0378] after" in line
    assert run("report.yaml", "--pdf", "--strict").code == 1


def test_it_comes_out_of_a_process_of_its_own(tmp_path: Path) -> None:
    warnings: list[Problem] = []
    render_report(report(tmp_path), "pdf", timeout=MINUTES, warnings=warnings)
    assert [warning.message[:41] for warning in warnings] == ["no font has the character U+0378 (not in "]
