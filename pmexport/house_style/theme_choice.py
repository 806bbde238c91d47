"""The theme that a house style asks for, with its tokens."""

from collections.abc import Sequence
from pathlib import Path

from pmexport.house_style.config import Config
from pmexport.problems import Place
from pmexport.reading.paths import write_path
from pmexport.theming.themes import DEFAULT, Theme, add_logo, find_theme

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

    theme = find_theme(given or config.theme_source or DEFAULT, config.token_overrides, locate)
    return add_logo(theme, *logo) if logo else theme
