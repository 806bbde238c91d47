"""What is wrong in a theme that can be used. The same is reported when rendering."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from pmexport import Problem, load, render
from pmexport.theming import theme_faults, themes

FONT = themes.built_in_folder() / "default" / "fonts" / "IBMPlexSerif-Regular.ttf"


def make_theme(folder: Path, tokens: str = "", files: dict[str, str] | None = None) -> Path:
    (folder / "fonts").mkdir(parents=True)
    (folder / "theme.toml").write_text(f'summary = "Mine"\n{tokens}', "utf-8")
    shutil.copy(FONT, folder / "fonts" / "Acme.ttf")
    for name, text in (files or {}).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text.replace("FACE", FACE), "utf-8")
    return folder


FACE = '@font-face { font-family: "Acme Sans"; src: url(fonts/Acme.ttf); }'
CASES = yaml.safe_load((Path(__file__).parent / "cases" / "theme_faults.yaml").read_text("utf-8"))


@pytest.mark.parametrize("name", CASES)
def test_faults_have_their_places(name: str, tmp_path: Path) -> None:
    files, expected = CASES[name].get("files"), CASES[name].get("says", [])
    theme = themes.find_theme(make_theme(tmp_path / "acme", CASES[name].get("tokens", ""), files))
    found = "\n".join(map(str, theme_faults.inspect_theme(theme)))
    assert all(text in found for text in expected), found
    assert bool(found) == bool(expected), found


@pytest.mark.parametrize("name", themes.theme_names())
def test_built_in_themes_have_none(name: str) -> None:
    assert list(theme_faults.inspect_theme(themes.find_theme(name))) == []


def test_rendering_reports_them(tmp_path: Path) -> None:
    folder = make_theme(tmp_path / "acme", '[colors]\nmuted = "#6e6e6e"', {"stlye.css": "p {}"})
    warnings: list[Problem] = []
    render(load({"title": "T"}), "md", theme=folder, warnings=warnings)
    assert [problem.path for problem in warnings] == ["", "colors.muted"]
    assert {problem.level for problem in warnings} == {"warning"}


def test_colours_of_an_override_are_checked_too() -> None:
    (problem,) = theme_faults.inspect_theme(themes.find_theme("default", {"code": {"comment": "#aaaaaa"}}))
    assert problem.path == "code.comment"


def test_a_machine_without_fontconfig_reports_no_fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theme = themes.find_theme(make_theme(tmp_path / "acme", '[fonts]\ntext = ["Nothing"]'))
    assert list(theme_faults.inspect_theme(theme))
    monkeypatch.setattr(theme_faults, "list_installed", lambda: None)
    assert list(theme_faults.inspect_theme(theme)) == []
