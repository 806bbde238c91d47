"""Documents record their house style and theme beside the report's digest, and `verify` says where they differ."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Run

from pmexport import Config, ThemeError, digest, load_config, render, verify

REPORT = {"title": "T", "summary": "S"}
FORMATS = ["md", "html", "docx", "pdf"]


def make_config(folder: Path, kind: str) -> Config:
    (folder / "pmexport.toml").write_text(f'[document]\nkind = "{kind}"\n', "utf-8")
    return load_config(folder)


def make_theme(folder: Path, accent: str) -> str:
    (folder / "Acme theme").mkdir(exist_ok=True)
    (folder / "Acme theme" / "theme.toml").write_text(f'inherit = "default"\n[colors]\naccent = "{accent}"\n', "utf-8")
    return str(folder / "Acme theme")


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_records_both(name: str, tmp_path: Path) -> None:
    config, theme = make_config(tmp_path, "Review"), make_theme(tmp_path, "#0b6e4f")
    document = render(REPORT, name, config=config, theme=theme)
    verdict = verify(REPORT, document, config=config, theme=theme)
    assert verdict.agrees
    assert verdict.other_look == {}
    assert verdict.document is not None
    assert verdict.document.look.startswith(f"house-style:{config.digest} theme:Acme-theme:")
    assert verdict.document.digest == digest(REPORT)


@pytest.mark.parametrize("name", FORMATS)
def test_what_differs_is_named(name: str, tmp_path: Path) -> None:
    config, theme = make_config(tmp_path, "Review"), make_theme(tmp_path, "#0b6e4f")
    document = render(REPORT, name, config=config, theme=theme)
    other = make_config(tmp_path, "Report")
    assert verify(REPORT, document, config=other, theme=theme).other_look == {
        "house style": (config.digest, other.digest)
    }
    assert verify(REPORT, document, theme=theme).other_look == {"house style": (config.digest, "")}
    make_theme(tmp_path, "#0b6e40")
    assert set(verify(REPORT, document, config=config, theme=theme).other_look) == {"theme"}
    assert verify(REPORT, document, config=config, theme=theme).agrees
    plain = render(REPORT, name)
    assert verify(REPORT, plain, config=config).other_look == {"house style": ("", config.digest)}
    assert verify(REPORT, plain).other_look == {}


def test_readers_are_told_only_of_a_look_that_was_chosen(tmp_path: Path) -> None:
    assert b"Made with" not in render(REPORT, "md")
    assert b"Made with `theme:ops:" in render(REPORT, "md", theme="ops")
    assert b"Made with `house-style:" in render(REPORT, "md", config=make_config(tmp_path, "Review"))
    (tmp_path / "pmexport.toml").write_text('[checks]\nPM012 = "off"\n', "utf-8")
    assert b"Made with" not in render(REPORT, "md", config=load_config(tmp_path))


def test_a_theme_has_the_digest_of_its_files_and_tokens(tmp_path: Path) -> None:
    theme = make_theme(tmp_path, "#0b6e4f")
    before = render(REPORT, "md", theme=theme)
    (tmp_path / "Acme theme" / "notes.md").write_text("no part of it", "utf-8")
    (tmp_path / "Acme theme" / "loop.css").symlink_to("loop.css")
    assert render(REPORT, "md", theme=theme) == before
    (tmp_path / "Acme theme" / "style.css").write_text("p {color: red}", "utf-8")
    assert render(REPORT, "md", theme=theme) != before
    copy = tmp_path / "elsewhere"
    (tmp_path / "Acme theme").rename(copy)
    assert verify(REPORT, render(REPORT, "md", theme=str(copy)), theme=str(copy)).other_look == {}


def test_a_wrong_theme_is_an_error() -> None:
    with pytest.raises(ThemeError):
        verify(REPORT, render(REPORT, "md"), theme="none")


def test_the_command_says_what_differs(tmp_path: Path, run: Run) -> None:
    (tmp_path / "report.yaml").write_text("title: T\n", "utf-8")
    config = make_config(tmp_path, "Review")
    assert run("report.yaml", "--md", "--html").code == 0
    assert "made with" not in run("verify", "report.yaml", "report.md", "report.html").out.decode()
    other = make_config(tmp_path, "Report")
    ended = run("verify", "report.yaml", "report.md", "report.html")
    assert ended.code == 0
    for line in ended.out.decode().splitlines():
        assert f"made with the house style {config.digest}, not {other.digest}." in line
    assert f"made with the house style {config.digest}, not none." in run("verify", "report.yaml", "report.md",
                                                                          "--no-config").out.decode()  # fmt: skip
