"""Tokens that a caller sets instead of a theme's own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from pmexport import ThemeError, load_config, render
from pmexport.problems import Place
from pmexport.theming import themes


def test_a_mapping_replaces_single_tokens() -> None:
    theme = themes.find_theme("default", {"fonts": {"serif": True}, "colors": {"accent": "#123456"}})
    assert (theme.tokens.fonts.serif, theme.tokens.colors.accent) == (True, "#123456")
    assert theme.tokens.fonts.text == themes.default_theme().tokens.fonts.text
    assert themes.find_theme(theme, {"fonts": {"serif": False}}).tokens.colors.accent == "#123456"


def test_a_theme_can_lose_its_logo() -> None:
    theme = themes.find_theme(Path(__file__).parents[2] / "samples" / "acme" / "brand")
    assert theme.logo
    assert themes.find_theme(theme, {"colors": {"accent": "#123456"}}).logo == theme.logo
    assert themes.find_theme(theme, {"logo": ""}).logo is None


def test_wrong_values_have_the_callers_places() -> None:
    def locate(path: Sequence[str | int]) -> Place | None:
        return Place("pmexport.toml", 7, 3) if tuple(path) == ("colors", "accent") else None

    with pytest.raises(ThemeError) as raised:
        themes.find_theme("default", {"colors": {"accent": "red"}}, locate)
    (problem,) = raised.value.problems
    assert (problem.path, problem.file, problem.line, problem.column) == ("colors.accent", "pmexport.toml", 7, 3)


@pytest.mark.parametrize(
    ("tokens", "says"),
    [
        ({"header": {"start": "{ids}"}}, r"header\.start: .* a known placeholder: \{id\}"),
        ({"page": {"break_before": ["timelin"]}}, r"page\.break_before: .* the keys of sections: timeline"),
        ({"numbering": {"headings": "all", "paragraphs": True}}, r"numbering: .*headings = \"sections\""),
        ({"fonts": {"serif": "maybe"}}, r"fonts\.serif: found \"maybe\", expected true or false"),
    ],
)
def test_wrong_tokens_say_what_is_expected(tokens: dict[str, object], says: str) -> None:
    with pytest.raises(ThemeError, match=says):
        themes.find_theme("default", tokens)


def test_the_theme_of_an_earlier_version_names_its_token() -> None:
    with pytest.raises(ThemeError, match=r"the theme 'serif' is now a token\. .*fonts\.serif = true"):
        themes.find_theme("serif")


def test_a_given_logo_comes_before_that_of_the_house_style(tmp_path: Path) -> None:
    (tmp_path / "pmexport.toml").write_text("[tokens]\nlogo_alt = 'Other'\ncolors.accent = '#0b6e4f'\n", "utf-8")
    logo = Path(__file__).parents[2] / "samples" / "acme" / "brand" / "logo.png"
    page = render({"title": "T"}, "html", config=load_config(tmp_path), logo=logo, logo_alt="Acme plc").decode()
    assert 'alt="Acme plc"' in page
    assert "#0b6e4f" in page
