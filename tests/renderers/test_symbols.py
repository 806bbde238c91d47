"""Symbols in PDFs: set in the bundled font, and extracted as they were written."""

# ruff: noqa: RUF001 - symbols and scripts whose characters look like others
from __future__ import annotations

import tomllib
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from parity import assert_says_the_same, read_pdf
from pdfs import fonts_of, read, render
from trees import document, p, section, table, text

from pmexport import Problem
from pmexport.document.nodes import Code, CodeBlock, Strong
from pmexport.renderers.pdf import symbols
from pmexport.renderers.pdf.missing_glyphs import describe_missing
from pmexport.theming import themes

DATA = tomllib.loads((Path(symbols.__file__).with_name("symbols.toml")).read_text("utf-8"))
WRITTEN = "✅ ❌ ⚠ ⚠️ ✔ ✔️ ✖️ ☑ ☐ 🔴 🟡 🟢 🔥🚨 ● ▲ ■ ℹ️ ⏰ 1️⃣ 👍🏽"


def test_the_font_has_every_symbol() -> None:
    font = TTFont(themes.default_theme().find("fonts/ReportSymbols.ttf"))
    known = set(map(chr, font.getBestCmap()))
    assert set(DATA["symbols"]) <= known
    assert set("".join(DATA["tones"].values())) <= set(DATA["symbols"])
    assert " " in known, "a run of symbols and spaces is set in one font"


@pytest.mark.slow
def test_they_are_shown_and_extracted_as_written() -> None:
    tree = document(
        section(
            "summary", p(WRITTEN, Strong(text(f"bold {WRITTEN}")), Code(f"code {WRITTEN}")), CodeBlock(f"log {WRITTEN}")
        ),
        section("lessons", table([f"Done {WRITTEN}"], [WRITTEN])),
        title="✅ Fixed",
        running=("⚠️ Secret",),
    )
    warnings: list[Problem] = []
    data = render(tree, warnings=warnings)
    assert warnings == []
    assert_says_the_same(tree, "pdf", data)
    assert "U+" not in read_pdf(data)


@pytest.mark.slow
def test_no_font_of_the_machine_is_used() -> None:
    marked = WRITTEN.replace("1️⃣", "").replace("👍🏽", "")
    reader = read(document(section("summary", p(marked, Strong(text(marked)), Code(marked)))))
    names = {str(font["/BaseFont"]).partition("+")[2] for font in fonts_of(reader)}
    assert all(name.startswith(("IBM-Plex", "Report-Symbols")) for name in names), names


def test_a_run_has_the_tone_of_its_symbols() -> None:
    root = fromstring("<p>a ✅✔️ b<b>🔴</b>⚠️ 👩‍💻 é</p>")
    symbols.set_symbols(root)
    assert [(span.get("class"), span.text, span.tail) for span in root.iter("span")] == [
        ("symbol good", "✅\ufe0e✔\ufe0e", " b"),
        ("symbol critical", "🔴\ufe0e", ""),
        ("symbol caution", "⚠\ufe0e", " 👩‍💻 é"),
    ]


@pytest.mark.slow
def test_many_symbols_are_not_wrapped_one_by_one() -> None:
    tree = document(section("summary", p("✅🔴" * 1000)))
    root = fromstring(f"<p>{'✅🔴' * 1000}</p>")
    symbols.set_symbols(root)
    assert list(root) == []
    assert_says_the_same(tree, "pdf", render(tree))


@pytest.mark.parametrize(
    ("symbol", "package"),
    [
        ("♈", "fonts-noto-color-emoji"),
        ("⚽", "fonts-noto-color-emoji"),
        ("🦖", "fonts-noto-color-emoji"),
        ("🏿", "fonts-noto-color-emoji"),
        ("☃", "fonts-noto-core"),
        ("🂡", "fonts-noto-core"),
        ("🠀", "fonts-noto-core"),
    ],
)
def test_advice_names_the_package_that_has_it(symbol: str, package: str) -> None:
    (problem,) = describe_missing(symbol, symbol)
    assert package in problem.help
