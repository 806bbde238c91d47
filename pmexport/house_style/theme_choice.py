"""The theme that a house style asks for, with its tokens."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pmexport.errors import ThemeError
from pmexport.house_style.config import Config
from pmexport.problems import Place
from pmexport.reading.paths import write_path
from pmexport.theming.themes import DEFAULT, Theme, add_logo, find_theme, has_given_logo
from pmexport.theming.token_files import LocateToken

Logo = tuple[str | Path | bytes, str | None]
"""A logo instead of the theme's, as a path or bytes, and what it says."""


def choose_theme(given: str | Path | Theme | None, config: Config, logo: Logo | None = None) -> Theme:
    """Return the given theme, otherwise that of the configuration or the default one, with the tokens of the former.

    logo: comes before that of the theme.
    Raises ThemeError; problems with tokens of the configuration have their place in its file.
    """

    def locate(token: Sequence[str | int]) -> Place | None:
        path = write_path(("tokens", *token))
        inside = (place for name, place in config.places.items() if name == path or name.startswith(f"{path}."))
        return next(inside, None)

    tokens, path = config.token_overrides, config.logo_path
    if path:
        tokens = {key: value for key, value in tokens.items() if key != "logo"}
    theme = find_theme(given or config.theme_source or DEFAULT, tokens, locate)
    if path and not has_given_logo(theme):
        theme = _add_own_logo(theme, path, locate)
    return add_logo(theme, *logo) if logo else theme


def _add_own_logo(theme: Theme, path: Path, locate: LocateToken) -> Theme:
    try:
        return add_logo(theme, path)
    except ThemeError as error:
        place = locate(("logo",)) or Place()
        raise ThemeError(problems=[replace(one, path="logo").at(place) for one in error.problems]) from error
