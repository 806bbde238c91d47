"""Every example in docs/themes.md, and its tables."""

from __future__ import annotations

import re
import runpy
from io import BytesIO
from pathlib import Path

import docx
import pytest

from pmexport import check_theme, render
from pmexport.theming import themes

ROOT = Path(__file__).parent.parent
DOCS = runpy.run_path(str(ROOT / "tools" / "theme_docs.py"))
TEXT = (ROOT / "docs" / "themes.md").read_text("utf-8")
RUNGS = range(1, len(DOCS["list_rungs"]()) + 1)
SAMPLE = ROOT / "samples" / "checkout-outage.yaml"
SHOWN = {
    1: [r"--color-accent: #7a1fa2", r'<div class="letterhead">\s*<img class="logo"', '--font-text: "IBM Plex Serif"'],
    2: [r"h2\.title \{ color: var\(--color-accent\)"],
    3: [r'<section id="lessons" class="takeaways">', r"\.takeaways > \.frame"],
    4: [r'<header class="masthead">', r"Acme plc · 1 Main Street, Utopia"],
}


def test_there_are_four_rungs() -> None:
    assert list(RUNGS) == [1, 2, 3, 4] == list(SHOWN)


@pytest.mark.slow
@pytest.mark.parametrize("number", RUNGS)
def test_a_rung_is_a_theme_without_faults(number: int, tmp_path: Path) -> None:
    theme = DOCS["write_rungs"](tmp_path / "acme", number)
    assert check_theme(theme) == []
    page = render(SAMPLE, "html", theme=theme).decode()
    for rung in range(1, number + 1):
        for pattern in SHOWN[rung] if rung != 1 or number < 4 else SHOWN[rung][:1]:
            assert re.search(pattern, page), pattern
    assert f"(themes/rung-{number}.png)" in TEXT
    assert (ROOT / "docs" / "themes" / f"rung-{number}.png").is_file()


def test_the_tokens_apply_to_word(tmp_path: Path) -> None:
    word = docx.Document(BytesIO(render(SAMPLE, "docx", theme=DOCS["write_rungs"](tmp_path / "acme", 1))))
    assert [one.text for one in word.paragraphs if one.text.startswith("Acme plc")] == [
        "Acme plc\n1 Main Street, Utopia"
    ]
    assert "Acme plc · INC-2026-0142 · Final" in word.sections[0].footer.paragraphs[0].text


def test_the_table_of_tokens_is_current() -> None:
    assert DOCS["write_tokens"]() == TEXT, "run: python tools/theme_docs.py"
    undocumented = re.findall(r"^\| `([\w.]+)` \| .* \|  \|$", TEXT, re.MULTILINE)
    assert undocumented == []


def test_the_style_sheets_are_listed() -> None:
    listed = re.findall(r"^\| `(\w+\.css)` \|", TEXT, re.MULTILINE)
    assert sorted(listed) == sorted(path.name for path in (themes.built_in_folder() / "default").glob("*.css"))


def test_the_themes_are_listed() -> None:
    listed = re.findall(r"^\| `(\w+)` \| [a-z]", TEXT.split("<!-- themes")[0], re.MULTILINE)
    assert sorted(listed) == themes.theme_names()
    assert all((ROOT / "docs" / "themes" / f"{name}.png").is_file() for name in listed if name != themes.DEFAULT)
