"""Characters that no font contains: replaced in the PDF and reported to the author."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from boxes import margins_of, misplaced, sheets_of
from conftest import Run
from parity import read_pdf
from pdfs import fonts_of, pages, read, render
from pypdf import PdfReader
from trees import document, p, section, table, text, whole

from pmexport import Problem
from pmexport import render as render_report
from pmexport.document.nodes import Code, CodeBlock
from pmexport.renderers.pdf.missing_glyphs import describe_missing
from pmexport.theming import themes

pytestmark = pytest.mark.slow

NOWHERE = "\u0378"
"""A character that Unicode does not assign, which no font contains."""
OTHER = "\u038b"
MINUTES = 600.0


def test_code_point_is_shown_and_reported() -> None:
    tree = document(
        section("summary", p(f"before {NOWHERE} after", Code(f"x{NOWHERE}")), table([f"A{NOWHERE}"], [NOWHERE])),
        section("lessons", CodeBlock(f"log {OTHER}", caption=text(NOWHERE)), title=f"L{NOWHERE}"),
        title=f"Title {NOWHERE}",
        running=(f"Secret {NOWHERE}",),
    )
    warnings: list[Problem] = []
    data = render(tree, warnings=warnings)
    shown = read_pdf(data)
    assert shown.count("[U+0378]") == 7
    assert "log [U+038B]" in shown
    assert "Secret [U+0378]" in pages(PdfReader(BytesIO(data)))[0]
    assert NOWHERE not in shown
    (warning,) = warnings
    assert "2 of the characters (not in Unicode), such as U+0378" in warning.message
    assert '"' in warning.message
    assert warning.help


def test_metadata_is_not_replaced() -> None:
    reader = read(document(section("summary", p("Seen.")), title=f"Title {NOWHERE}"))
    assert reader.metadata is not None
    assert reader.metadata.title == f"Title {NOWHERE}"


def test_no_glyph_is_missing() -> None:
    reader = read(document(section("summary", p(NOWHERE), CodeBlock(OTHER)), mark=f"Draft {NOWHERE}"))
    for font in fonts_of(reader):
        widths = font["/DescendantFonts"][0].get_object()["/W"]
        assert 0 not in widths[::2], "glyph 0 is .notdef"


def test_no_warning_if_no_font_is_missing() -> None:
    warnings: list[Problem] = []
    render(whole(), warnings=warnings)
    assert warnings == []


@pytest.mark.parametrize(
    ("missing", "expected", "advice"),
    [
        ("\u0378", ["U+0378 (not in Unicode)", '"the cause [U+0378] was"'], "typo"),
        ("\ue000", ["U+E000 (private use)"], "Few fonts"),
        ("\N{FIRE}", ["U+1F525 (FIRE)"], "fonts-noto-color-emoji"),
        (
            "日本語",
            ["3 of the characters (Chinese, Japanese, Korean), such as U+65E5", "[U+65E5][U+672C][U+8A9E]"],
            "fonts-noto-cjk",
        ),
        ("ሀሁ", ["2 of the characters (Ethiopic)"], "fonts-noto-core"),
        ("\N{SNOWMAN}", ["U+2603 (SNOWMAN)"], "fonts-noto-core"),
    ],
    ids=ascii,
)
def test_warning_has_context_and_advice(missing: str, expected: list[str], advice: str) -> None:
    (problem,) = describe_missing(missing, f"the cause {missing} was found.")
    for words in expected:
        assert words.rstrip('"') in problem.message
    assert advice in problem.help


def test_one_warning_per_script() -> None:
    found = list(describe_missing("日本\N{ETHIOPIC SYLLABLE HA}\u0378", "日本 \u0378"))
    assert len(found) == 3
    assert all("日" not in one.message for one in found), "the author's terminal may not have it either"


def test_header_text_is_not_quoted() -> None:
    (problem,) = describe_missing(NOWHERE, "nothing of the kind")
    assert '"' not in problem.message


def test_header_fits_with_code_points() -> None:
    paragraphs = (p("words " * 300) for _ in range(4))
    sheets = sheets_of(render(document(section("summary", *paragraphs), title=NOWHERE * 90)))
    assert len(sheets) > 1
    assert misplaced(sheets, margins_of(themes.default_theme().tokens.page)) == []


# ---- where the warning is reported


def report(folder: Path) -> Path:
    path = folder / "report.yaml"
    path.write_text(f"title: T\nsummary: before {NOWHERE} after\n", "utf-8")
    return path


def test_command_reports_it(run: Run, tmp_path: Path) -> None:
    report(tmp_path)
    ended = run("report.yaml", "--pdf", "--md")
    assert ended.code == 0
    (line,) = [line for line in ended.err.splitlines() if line.startswith("warning:")]
    assert "U+0378" in line
    assert "before [U+0378] after" in line
    assert run("report.yaml", "--pdf", "--strict").code == 1


def test_isolated_process_reports_it(tmp_path: Path) -> None:
    warnings: list[Problem] = []
    render_report(report(tmp_path), "pdf", timeout=MINUTES, warnings=warnings)
    assert [warning.message[:41] for warning in warnings] == ["no font contains the character U+0378 (no"]
