"""Finding themes, inheritance, and the files they may use."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from wcag import contrast

from pmexport.errors import ThemeError
from pmexport.theming import themes
from pmexport.theming.contrast import AA, AAA, list_pairs, measure_contrast
from pmexport.theming.themes import Theme


def make_theme(folder: Path, tokens: str = 'summary = "Mine"', **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "theme.toml").write_text(tokens)
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_text(content)
    return folder


# ---- the built-in themes


def test_built_in_themes() -> None:
    theme = themes.default_theme()
    assert theme.name == "default"
    assert themes.theme_names() == ["board", "clear", "default", "inquiry", "ops"]
    assert theme.folders == (themes.built_in_folder() / "default",)


@pytest.mark.parametrize("name", themes.theme_names())
def test_text_has_enough_contrast(name: str) -> None:
    least = AAA if name == "clear" else AA
    pairs = list(list_pairs(themes.find_theme(name).tokens))
    assert [pair for pair in pairs if pair.contrast < least] == []
    assert ("colors.muted", "tones.critical.wash") in {(pair.ink, pair.ground) for pair in pairs}


def test_contrast_is_measured_as_others_do() -> None:
    assert measure_contrast("#777777", "#ffffff") == pytest.approx(contrast("#777777", "#ffffff"))
    assert measure_contrast("#ffffff", "#000000") == pytest.approx(21)


def test_fonts_ship_with_their_licence() -> None:
    faces = list(themes.built_in_folder().glob("*/fonts/*.ttf"))
    families = {"IBMPlexSans", "IBMPlexMono", "IBMPlexSerif", "ReportSymbols"}
    assert {face.stem.split("-")[0] for face in faces} == families
    assert len(faces) == 13
    for folder in {face.parent for face in faces}:
        assert "SIL OPEN FONT LICENSE" in (folder / "LICENSE.txt").read_text()


# ---- finding and inheriting


def test_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(
        ThemeError, match=r"unknown theme 'defualt'\. Known themes: board, clear, default, inquiry, ops"
    ):
        themes.find_theme("defualt")


def test_folder_without_tokens(tmp_path: Path) -> None:
    with pytest.raises(ThemeError, match=r"is not a theme: theme\.toml is missing"):
        themes.find_theme(tmp_path)


def test_theme_sets_only_what_differs(tmp_path: Path) -> None:
    folder = make_theme(tmp_path / "house", 'summary = "House"\n[colors]\naccent = "#990000"\n[page]\nsize = "Letter"')
    theme = themes.find_theme(folder)
    default = themes.default_theme().tokens
    assert theme.name == "house"
    assert theme.tokens.colors == default.colors.model_copy(update={"accent": "#990000"})
    assert theme.tokens.page == default.page.model_copy(update={"size": "Letter"})
    assert theme.tokens.tones == default.tones
    assert theme.folders == (folder, themes.built_in_folder() / "default")


def test_inheritance_by_relative_folder(tmp_path: Path) -> None:
    base = make_theme(tmp_path / "base", 'summary = "Base"\n[colors]\ntext = "#111111"\nmuted = "#555555"')
    team = make_theme(tmp_path / "team", 'summary = "Team"\ninherit = "../base"\n[colors]\nmuted = "#444444"')
    theme = themes.find_theme(f"{team}/")
    assert (theme.tokens.colors.text, theme.tokens.colors.muted) == ("#111111", "#444444")
    assert [folder.resolve() for folder in theme.folders[:2]] == [team, base]


def test_circular_inheritance(tmp_path: Path) -> None:
    make_theme(tmp_path / "a", 'inherit = "../b"')
    make_theme(tmp_path / "b", 'inherit = "../a"')
    with pytest.raises(ThemeError, match="circular inheritance: a → b → a") as raised:
        themes.find_theme(tmp_path / "a")
    (problem,) = raised.value.problems
    assert (Path(problem.file).resolve(), problem.line, problem.column) == (tmp_path / "b" / "theme.toml", 1, 11)


def test_unknown_parent_has_its_place(tmp_path: Path) -> None:
    with pytest.raises(ThemeError, match=r"own.theme\.toml:1:11: unknown theme 'defualt'"):
        themes.find_theme(make_theme(tmp_path / "own", 'inherit = "defualt"'))


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        (
            'summary = "x"\n[colors]\naccent = "red"',
            r"theme\.toml:3:10: colors\.accent: found \"red\", expected a colour",
        ),
        ('summary = "x"\n[colors]\naccent = "#fff;} body{display:none"', r"colors\.accent"),
        ('summary = "x"\n[fonts]\ntext = ["Arial\\"; } x {"]', r"fonts\.text"),
        ('summary = "x"\n[page]\nmargin_top = "1em"', r"page\.margin_top"),
        ('summary = "x"\n[page]\nsize = "A9"', r"3:8: page\.size: found \"A9\", expected 'A4' or 'Letter'"),
        ("summary = 1", r"1:11: summary: found the number 1, expected a string"),
        ('summary = "x"\n[colours]\naccent = "#123456"', r'colours: found the unknown token "colours"\. .*colors\?'),
        ('summary = "x"\n[colors]\nacent = "#123456"', r"3:1: colors\.acent: .*Did you mean accent\?"),
        ("inherit = 1", r"1:11: inherit: found the number 1"),
        ("summary = ", r"theme\.toml:1:11: found the end of the file"),
    ],
)
def test_wrong_tokens(tmp_path: Path, tokens: str, message: str) -> None:
    with pytest.raises(ThemeError, match=message):
        themes.find_theme(make_theme(tmp_path / "wrong", tokens))


def test_wrong_token_has_its_place(tmp_path: Path) -> None:
    make_theme(tmp_path / "base", '[page]\nmargin_top = "1em"')
    with pytest.raises(ThemeError, match=r"base.theme\.toml:2:14: page\.margin_top: .* a length such as 20mm"):
        themes.find_theme(make_theme(tmp_path / "own", 'inherit = "../base"'))


def test_every_wrong_token_is_reported_as_data(tmp_path: Path) -> None:
    folder = make_theme(tmp_path / "wrong", 'summary = 1\n[page]\nsize = "A9"')
    with pytest.raises(ThemeError) as raised:
        themes.find_theme(folder)
    file = str(folder / "theme.toml")
    assert [(problem.path, problem.file, problem.line, problem.column) for problem in raised.value.problems] == [
        ("summary", file, 1, 11),
        ("page.size", file, 3, 8),
    ]


# ---- files


def layer_themes(tmp_path: Path) -> Theme:
    base = make_theme(tmp_path / "base", style_css="base", only_css="base")
    own = make_theme(tmp_path / "own", style_css="own")
    return replace(themes.default_theme(), folders=(own, base))


def test_own_files_come_before_inherited_ones(tmp_path: Path) -> None:
    theme = layer_themes(tmp_path)
    assert theme.read("style.css") == "own"
    assert theme.read("only.css") == "base"
    assert [path.read_text() for path in theme.find_all("style.css")] == ["base", "own"]
    with pytest.raises(ThemeError, match=r"no file 'none\.css'"):
        theme.read("none.css")


def test_files_outside_a_theme_are_not_found(tmp_path: Path) -> None:
    theme = layer_themes(tmp_path)
    secret = tmp_path / "secret"
    secret.write_text("secret")
    own = tmp_path / "own"
    (own / "link").symlink_to(secret)
    (own / "folder").mkdir()
    os.mkfifo(own / "pipe")
    for name in ("../secret", str(secret), "link", "folder", "pipe", "folder/../../secret"):
        assert theme.find(name) is None, name
        assert theme.find_all(name) == []
    (own / "inside").symlink_to(own / "style.css")
    assert theme.find("inside") == own / "inside"
