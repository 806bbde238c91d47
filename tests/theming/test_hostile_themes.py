"""Themes that are wrong in ways that no author means: each is an error of ours, the same in every format."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from company_templates import logo

from pmexport import PmexportError, ThemeError, render

CASES: dict[str, dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "cases" / "hostile_themes.toml").read_text("utf-8")
)
FORMATS = ("md", "docx", "html", "pdf")
REPORT = {
    "title": "T",
    "summary": "| a | b |\n|---|---|\n| 1 | 2 |\n\n- x\n\n> q\n\n```\ncode\n```",
    "timeline": [
        {"time": "2026-03-14 10:00", "phase": "detection", "event": "e"},
        {"time": "2026-03-14 11:00", "phase": "resolution", "event": "e"},
    ],
    "action_items": ["a"],
    "logs": ["x\ny"],
}


def make_theme(folder: Path, tokens: str, files: dict[str, str]) -> Path:
    tokens = tokens.replace("@400", "9" * 400)
    (folder / "theme.toml").write_text(f'summary = "x"\nlogo_alt = "Acme"\n{tokens}\n', "utf-8")
    images = {"broken.png": logo()[:40], "start.jpg": b"\xff\xd8\xff\xe0", "logo.gif": b"GIF89a", "empty.png": b""}
    for name, data in {**images, **{name: text.encode() for name, text in files.items()}}.items():
        (folder / name).write_bytes(data)
    (folder / "loop.png").symlink_to("loop.png")
    return folder


@pytest.mark.parametrize(
    ("case", "format_name"), [(name, one) for name, case in CASES.items() for one in case.get("formats", FORMATS)]
)
def test_a_wrong_theme_is_an_error(case: str, format_name: str, tmp_path: Path) -> None:
    theme = make_theme(tmp_path, CASES[case].get("tokens", ""), CASES[case].get("files", {}))
    with pytest.raises(PmexportError) as error:
        render(REPORT, format_name, theme=theme)
    assert CASES[case]["says"] in str(error.value)
    assert len(str(error.value)) < 500


@pytest.mark.slow
@pytest.mark.parametrize("selector", ["*", "p, li"])
@pytest.mark.parametrize("display", ["table-cell", "table-row"])
def test_a_style_that_cannot_be_laid_out_is_an_error(selector: str, display: str, tmp_path: Path) -> None:
    theme = make_theme(tmp_path, "", {"style.css": f"{selector} {{ display: {display} }}"})
    try:
        assert render(REPORT, "pdf", theme=theme).startswith(b"%PDF")
    except PmexportError as error:
        assert "Traceback" not in str(error)  # noqa: PT017 - either is right


def test_a_theme_that_cannot_be_laid_out_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = pytest.importorskip("pmexport.renderers.pdf.engine")

    def fail(*_args: object) -> None:
        raise AssertionError("no cell")

    monkeypatch.setattr(engine, "_fit_page", fail)
    theme = make_theme(tmp_path, "", {})
    with pytest.raises(ThemeError, match=r"cannot be laid out with the theme '.*' \(AssertionError: no cell\)"):
        render(REPORT, "pdf", theme=theme)
    with pytest.raises(PmexportError, match="Please report this"):
        render(REPORT, "pdf")
