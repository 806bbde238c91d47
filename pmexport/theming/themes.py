"""Themes: folders of tokens, templates and style sheets. A theme is data; it is never imported or executed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pmexport.errors import ThemeError
from pmexport.theming.token_problems import read_tokens, wrong_tokens

DEFAULT = "default"
TOKENS = "theme.toml"

Color = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
"""As `#rrggbb`."""
FontName = Annotated[str, Field(pattern=r"^[\w .-]+$")]
Length = Annotated[str, Field(pattern=r"^\d+(\.\d+)?(mm|cm|in|pt)$")]
"""A number with a unit: mm, cm, in or pt."""


class _Tokens(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Tone(_Tokens):
    """The colours of a tone; each pair has a contrast of at least 4.5 : 1 (WCAG 2.2, 1.4.3)."""

    ink: Color
    """Of words, on the page and on `wash`."""
    wash: Color
    """Behind words."""


class Tones(_Tokens):
    """The colours of meaning."""

    neutral: Tone
    info: Tone
    good: Tone
    caution: Tone
    warning: Tone
    critical: Tone


class Colors(_Tokens):
    """The colours of everything else."""

    text: Color
    muted: Color
    """Of what is secondary: captions, labels, page furniture."""
    accent: Color
    """Of links and of the mark beside a root cause."""
    rule: Color
    """Of strong rules, under the head of a table."""
    hairline: Color
    """Of thin rules, between rows."""
    surface: Color
    """Behind code, quotes and what is set apart."""
    page: Color
    """Of the paper."""


class Code(_Tokens):
    """The colours of parts of code, on `surface`."""

    keyword: Color
    name: Color
    """Of what is defined or set: a function, a key, a tag."""
    string: Color
    number: Color
    """Of constants and dates, too."""
    comment: Color
    """Of prompts, too."""


class Dark(_Tokens):
    """The same colours for the web page of a reader whose system is set to dark."""

    colors: Colors
    tones: Tones
    code: Code


class Fonts(_Tokens):
    """Families, the wanted one first. Generic names (`sans-serif`, `monospace`) may end a list."""

    text: tuple[FontName, ...] = Field(min_length=1)
    code: tuple[FontName, ...] = Field(min_length=1)
    word_text: FontName
    """In Word files, whose readers have only the fonts of their own machine."""
    word_code: FontName
    size: Length
    """Of running text on paper."""


class Page(_Tokens):
    """The sheet of paper."""

    size: Literal["A4", "Letter"]
    margin_top: Length
    margin_right: Length
    margin_bottom: Length
    margin_left: Length


class Word(_Tokens):
    """What a Word file is built on, beside the other tokens."""

    template: str = ""
    """A Word template in the theme's folder, whose pages and styles it has; none where empty."""
    styles: dict[str, str] = {}
    """What the template calls the styles of a report, by their roles: `heading_1 = "Acme Heading"`."""


class Tokens(_Tokens):
    """What a theme sets before any template: colours, fonts, page, logo. They drive the CSS and the Word styles."""

    summary: str
    """What the theme is like, in one line."""
    logo: str = ""
    """A PNG or JPEG file in the theme's folder, shown beside the title; none where empty."""
    logo_alt: str = ""
    """What the logo shows, in words: the organisation's name."""
    colors: Colors
    tones: Tones
    code: Code
    dark: Dark
    fonts: Fonts
    page: Page
    word: Word = Word()


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme that is ready to use."""

    name: str
    tokens: Tokens
    folders: tuple[Path, ...]
    """Where its files are looked for: its own folder, then those it inherits, `default` last."""

    def find(self, name: str) -> Path | None:
        """Return the file of this name (`blocks/table.html.j2`) in the first folder that has it, else None.

        Only regular files count, and only those that lie in the folder, whatever the name or a symbolic link says.
        """
        return next((path for folder in self.folders if (path := _inside(folder, name))), None)

    def find_all(self, name: str) -> list[Path]:
        """Return the files of this name in all folders, those of `default` first: how style sheets add up."""
        return [path for folder in reversed(self.folders) if (path := _inside(folder, name))]

    def read(self, name: str) -> str:
        """Return the text of the file of this name. Raises ThemeError where no folder has it."""
        path = self.find(name)
        if path is None:
            raise ThemeError(f"the theme {self.name!r} has no file {name!r}")
        return path.read_text("utf-8")


def _inside(folder: Path, name: str) -> Path | None:
    path = folder / name
    real = path.resolve()
    return path if real.is_file() and real.is_relative_to(folder.resolve()) else None


def built_in_folder() -> Path:
    """Return the folder of the themes that come with pmexport, in a wheel or in a checkout."""
    package = Path(__file__).parent.parent
    inside = package / "_themes"
    return inside if inside.is_dir() else package.parent / "themes"


def theme_names() -> list[str]:
    """Return the names of the themes that come with pmexport."""
    return sorted(path.parent.name for path in built_in_folder().glob(f"*/{TOKENS}"))


def find_theme(theme: str | Path | Theme) -> Theme:
    """Return a theme by its name, or the folder it lies in (a Path, or a text with a slash in it).

    Raises ThemeError, whose message lists the known themes or names the file and the token that is wrong.
    """
    if isinstance(theme, Theme):
        return theme
    return _load(_folder(theme))


@cache
def default_theme() -> Theme:
    """Return the theme that is used where none is named."""
    return find_theme(DEFAULT)


def _folder(theme: str | Path) -> Path:
    if isinstance(theme, str) and "/" not in theme and "\\" not in theme:
        folder = built_in_folder() / theme
        if theme in theme_names():
            return folder
        known = ", ".join(theme_names())
        raise ThemeError(f"unknown theme {theme!r}; there are {known}, or name a folder, such as ./{theme}")
    folder = Path(theme)
    if not (folder / TOKENS).is_file():
        missing = f"it has no file {TOKENS}" if folder.is_dir() else "there is no such folder"
        raise ThemeError(f"{folder} is no theme: {missing}")
    return folder


def _load(folder: Path) -> Theme:
    chain: list[tuple[Path, dict[str, Any]]] = []
    inherit: str | None = str(folder)
    here = folder
    while inherit is not None:
        if any(here.resolve() == seen.resolve() for seen, _ in chain):
            raise ThemeError(f"{chain[-1][0] / TOKENS}: the theme inherits itself by way of {here}")
        values = read_tokens(here / TOKENS)
        chain.append((here, values))
        inherit = values.pop("inherit", None if here.resolve() == (built_in_folder() / DEFAULT).resolve() else DEFAULT)
        if inherit is not None:
            here = _folder(here / inherit if "/" in inherit else inherit)
    return Theme(folder.resolve().name, _tokens(chain), tuple(path for path, _ in chain))


def _tokens(chain: list[tuple[Path, dict[str, Any]]]) -> Tokens:
    merged: dict[str, Any] = {}
    for _, values in reversed(chain):
        merged = _merge(merged, values)
    try:
        return Tokens.model_validate(merged)
    except ValidationError as error:
        raise wrong_tokens(error, [folder / TOKENS for folder, _ in chain], Tokens) from None


def _merge(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    both = dict(under)
    for key, value in over.items():
        old = both.get(key)
        both[key] = _merge(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return both
