"""No word is outside the text area or overlaps another word."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import pytest
from boxes import Area, Margins, Sheet, Word, margins_of, misplaced, sheets_of
from layouts import MADE, PICTURE
from trees import png
from weasyprint import HTML  # type: ignore[import-untyped]

from pmexport import load, render
from pmexport.report.model import Report
from pmexport.theming import themes
from pmexport.theming.themes import Theme

pytestmark = pytest.mark.slow

SAMPLES = sorted((Path(__file__).parents[2] / "samples").glob("*.yaml"))
CASES = sorted(Path(os.environ["PMEXPORT_CASES"]).rglob("*.yaml")) if "PMEXPORT_CASES" in os.environ else []
"""Your own reports, from a folder."""
ENDS = ["03-14 14:01:37", "03-14 14:53:50", "03-14 18:20", "03-17 01:00", "03-19 08:30"]


def theme_on(size: str, name: str = themes.DEFAULT) -> Theme:
    theme = themes.find_theme(name)
    page = theme.tokens.page.model_copy(update={"size": size})
    return replace(theme, tokens=theme.tokens.model_copy(update={"page": page}))


def assert_all_in_place(report: Report, theme: Theme) -> None:
    sheets = sheets_of(render(report, "pdf", theme=theme))
    assert any(sheet.words for sheet in sheets)
    assert misplaced(sheets, margins_of(theme.tokens.page)) == []


@pytest.mark.parametrize(("theme", "size"), list(zip(themes.theme_names(), cycle(["A4", "Letter"]), strict=False)))
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_samples(path: Path, theme: str, size: str) -> None:
    assert_all_in_place(load(path), theme_on(size, theme))


@pytest.mark.parametrize("theme", themes.theme_names())
def test_no_key_figure_is_broken(theme: str) -> None:
    path = next(path for path in SAMPLES if path.stem == "checkout-outage")
    sheet = sheets_of(render(path, "pdf", theme=theme))[0]
    words = [word.text for word in sheet.words]
    assert ("126,000" in words) == ("9,600" in words), "in `clear`, there is no room for key figures on page one"
    assert "126,00" not in words


@pytest.mark.skipif(not CASES, reason="PMEXPORT_CASES names no folder of reports")
@pytest.mark.parametrize("size", ["A4", "Letter"])
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_cases(path: Path, size: str) -> None:
    assert_all_in_place(load(path), theme_on(size))


@pytest.mark.parametrize("hard", MADE)
def test_difficult_layouts(hard: str, tmp_path: Path) -> None:
    picture = tmp_path / PICTURE
    picture.parent.mkdir()
    picture.write_bytes(png(1600, 500))
    size = ["A4", "Letter"][list(MADE).index(hard) % 2]
    assert_all_in_place(load(MADE[hard](), base=tmp_path), theme_on(size))


@pytest.mark.parametrize(("end", "theme"), list(zip(ENDS, cycle(themes.theme_names()), strict=False)))
def test_time_axis_labels(end: str, theme: str) -> None:
    phases = ["Waiting for the vendor to reply to us", "Impact"] * 10
    timeline = [{"time": f"2026-03-{14 + n // 4} {n % 4 * 6:02}:30", "phase": phases[n]} for n in range(20)]
    milestones = {"impact_started": "2026-03-14 14:00", "detected": "2026-03-14 14:01", "resolved": f"2026-{end}"}
    for events in ([], timeline):
        report = load({"title": "Ticks", "milestones": milestones, "timeline": events})
        assert_all_in_place(report, themes.find_theme(theme))


# ---- the helpers


NARROW = Margins(20, 20, 20, 20)


def laid_out(body: str) -> list[Sheet]:
    style = "@page { size: 200pt 200pt; margin: 20pt } * { margin: 0 } body { font: 10pt/1.2 sans-serif }"
    return sheets_of(HTML(string=f"<style>{style}</style>{body}").write_pdf())


def found(body: str) -> list[str]:
    return misplaced(laid_out(body), NARROW)


def test_word_positions() -> None:
    (sheet,) = laid_out("<p>two words<p style='text-align: right'>end")
    assert (sheet.width, sheet.height) == pytest.approx((200, 200))
    assert [word.text for word in sheet.words] == ["two", "words", "end"]
    first, second, last = (word.area for word in sheet.words)
    assert first.left == pytest.approx(20, abs=0.01)
    assert first.right < second.left
    assert last.right == pytest.approx(180, abs=0.01)
    assert last.top < first.bottom


@pytest.mark.parametrize(
    "body",
    [
        "<p>" + "solid lines " * 60,
        "<p style='line-height: 1'>" + "solid lines " * 60,
        "<h1 style='font-size: 60pt; line-height: 1.1'>AV To</h1>",
        "<p><b>bold</b><i>leaning</i><b>bold</b>",
    ],
    ids=["text", "solid", "large", "faces"],
)
def test_correct_layouts_are_accepted(body: str) -> None:
    assert found(body) == []


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ("<p style='white-space: nowrap'>" + "long" * 20, "outside"),
        ("<p style='margin-left: -5pt'>left", "outside"),
        ("<p style='position: absolute; top: -15pt'>above", "outside"),
        ("<p style='position: absolute; top: 155pt'>below", "outside"),
        (
            "<p style='position: absolute; left: 0'>one</p><p style='position: absolute; left: 8pt'>two",
            "overlap",
        ),
        ("<p style='line-height: .5'>" + "close lines " * 20, "overlap"),
        ("<p>one<span style='margin-left: -9pt'>two</span>", "overlap"),
    ],
)
def test_misplaced_words_are_found(body: str, wrong: str) -> None:
    assert wrong in found(body)[0]


def test_margins_are_for_headers_and_footers() -> None:
    def line(bottom: float) -> list[str]:
        word = Word("word", 0, Area(30, bottom, 60, bottom + 8))
        return misplaced([Sheet(200, 200, (word,))], Margins(40, 20, 40, 20))

    assert [bool(line(bottom)) for bottom in (-5, 5, 34, 40, 152, 156, 185, 195)] == [
        True, False, True, False, False, True, False, True,
    ]  # fmt: skip
