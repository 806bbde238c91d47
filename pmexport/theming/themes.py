"""Find themes: folders of tokens, templates and style sheets. A theme is data; it is never imported or executed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from pmexport.assets.folder import UnavailableError, read_image
from pmexport.assets.images import LoadedImage
from pmexport.errors import ThemeError
from pmexport.limits import Limits
from pmexport.problems import Place, Problem, show_name
from pmexport.reading.found_values import shorten
from pmexport.reading.theme_text import read_text
from pmexport.theming import DEFAULT_THEME
from pmexport.theming.token_files import LocateToken, find_token, locate_token, read_tokens, validate_tokens
from pmexport.theming.tokens import Tokens

DEFAULT = DEFAULT_THEME
TOKENS = "theme.toml"
_IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg")
_SUFFIXES = (*_IMAGES, ".toml", ".j2", ".css", ".ttf", ".otf", ".ttc", ".woff", ".woff2", ".dotx")
"""Of the files of themes. A folder may contain documents too."""
_MOST_FILES = 10_000
_GIVEN = "logo:"
"""How the token of a logo begins that is not in the theme's folder."""
REPLACED = {"serif": "Set `fonts.serif = true` in a theme or in the house style."}
"""Themes of earlier versions, and what replaces them."""


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme that is ready to use."""

    name: str
    tokens: Tokens
    folders: tuple[Path, ...]
    """The folders that are searched for its files: its own, then the inherited ones, `default` last."""
    logo: LoadedImage | None = None
    ignored: frozenset[str] = frozenset()
    """The names of files that count in `default` only: to find out what one of the theme's own files changes."""

    def find(self, name: str) -> Path | None:
        """Return the file with this name, such as `blocks/table.html.j2`, in the first folder that has it, or None.

        Only regular files inside the folder count; a name or a symbolic link cannot lead out of it.
        """
        folders = self.folders[-1:] if name in self.ignored else self.folders
        return next((path for folder in folders if (path := _find_file(folder, name))), None)

    def list_own(self, suffix: str) -> list[str]:
        """Return the names of the files that the theme has itself, or inherits from others than `default`, sorted."""
        paths = ((folder, path) for folder in self.folders[:-1] for path in islice(folder.rglob("*"), _MOST_FILES))
        names = {path.relative_to(folder).as_posix() for folder, path in paths if path.name.endswith(suffix)}
        return sorted(name for name in names if self.find(name))

    def find_all(self, name: str) -> list[Path]:
        """Return the files with this name in all folders, `default` first. Style sheets are combined in this order."""
        return [path for folder in reversed(self.folders) if (path := _find_file(folder, name))]

    def list_files(self) -> Iterator[Path]:
        """Yield the files that the theme consists of, by their suffix, and those that its tokens name."""
        for folder in self.folders:
            files = (path for path in islice(folder.rglob("*"), _MOST_FILES) if path.suffix.lower() in _SUFFIXES)
            yield from files
        named = (self.tokens.logo, self.tokens.word.template)
        yield from (path for name in named if name and (path := self.find(name)))

    def read(self, name: str) -> str:
        """Return the text of the file with this name. Raises ThemeError if no folder has it."""
        path = self.find(name)
        if path is None:
            raise ThemeError(f"the theme {self.name!r} has no file {name!r}.")
        return read_text(path)


def _find_file(folder: Path, name: str) -> Path | None:
    path = folder / name
    try:
        real = path.resolve()
        return path if real.is_file() and real.is_relative_to(folder.resolve()) else None
    except (OSError, ValueError, RuntimeError):  # a name that is too long or contains a NUL, or a loop of links
        return None


def built_in_folder() -> Path:
    """Return the folder with the built-in themes, in a wheel or a checkout."""
    package = Path(__file__).parent.parent
    inside = package / "_themes"
    return inside if inside.is_dir() else package.parent / "themes"


def theme_names() -> list[str]:
    """Return the names of the built-in themes."""
    return sorted(path.parent.name for path in built_in_folder().glob(f"*/{TOKENS}"))


def find_theme(
    theme: str | Path | Theme, tokens: Mapping[str, Any] | None = None, locate: LocateToken | None = None
) -> Theme:
    """Return a theme by its name or folder. A text with a slash is a folder.

    tokens: values that replace the theme's own, nested as in `theme.toml`. locate: returns their places, for problems.
    Raises ThemeError if it is not found or a token is wrong.
    """
    found = theme if isinstance(theme, Theme) else _load_theme(_find_folder(theme))
    return _override_tokens(found, tokens, locate) if tokens else found


def _override_tokens(theme: Theme, values: Mapping[str, Any], locate: LocateToken | None) -> Theme:
    """Return a theme with other tokens. Its logo is searched for in its folders, as before; a given one stays."""
    if has_given_logo(theme):
        changed = _override_tokens(
            replace(theme, tokens=theme.tokens.model_copy(update={"logo": ""})),
            {key: value for key, value in values.items() if key not in ("logo", "logo_alt")},
            locate,
        )
        tokens = changed.tokens.model_copy(update={"logo": theme.tokens.logo})
        return replace(changed, tokens=tokens, logo=theme.logo)
    both = merge_values(theme.tokens.model_dump(exclude_unset=True), values)
    tokens = validate_tokens(both, [folder / TOKENS for folder in theme.folders], locate)
    changed = replace(theme, tokens=tokens, logo=None)
    return _locate_logo(changed, locate) if tokens.logo else changed


def _locate_logo(theme: Theme, locate: LocateToken | None) -> Theme:
    """Return a theme with its logo. Raises ThemeError, at the place of the token that replaces the theme's."""
    try:
        return replace(theme, logo=_load_logo(theme))
    except ThemeError as error:
        place = locate(("logo",)) if locate else None
        if place is None:
            raise
        raise ThemeError(problems=[replace(one, path="logo").at(place) for one in error.problems]) from error


@cache
def default_theme() -> Theme:
    """Return the theme that is used if none is named."""
    return find_theme(DEFAULT)


def _find_folder(theme: object) -> Path:
    if not isinstance(theme, str | Path):
        raise ThemeError(f"a theme must be a name or the path of a folder, found {type(theme).__name__}.")
    if isinstance(theme, str) and "/" not in theme and "\\" not in theme:
        if theme in REPLACED:
            raise ThemeError(problems=[Problem(f"the theme {theme!r} is now a token.", help=REPLACED[theme])])
        if theme in theme_names():
            return built_in_folder() / theme
        known = f"Known themes: {', '.join(theme_names())}. To use a folder, write ./{theme}."
        raise ThemeError(problems=[Problem(f"unknown theme {theme!r}.", help=known)])
    folder = Path(theme)
    if not (folder / TOKENS).is_file():
        reason = f"{TOKENS} is missing" if folder.is_dir() else "the folder does not exist"
        raise ThemeError(f"{show_name(folder)} is not a theme: {reason}.")
    return folder


def _load_theme(folder: Path) -> Theme:
    chain: dict[Path, dict[str, Any]] = {}
    following: Path | None = folder
    while following:
        chain[following] = read_tokens(following / TOKENS)
        following = _find_parent(list(chain), chain[following].pop("inherit", None))
    values: dict[str, Any] = {}
    for inherited in reversed(chain.values()):
        values = merge_values(values, inherited)
    tokens = validate_tokens(values, [path / TOKENS for path in chain])
    theme = Theme(folder.resolve().name, tokens, tuple(chain))
    return replace(theme, logo=_load_logo(theme)) if tokens.logo else theme


def has_given_logo(theme: Theme) -> bool:
    """Return whether a theme has the logo that it was given, instead of its own."""
    return theme.tokens.logo.startswith(_GIVEN)


def add_logo(theme: Theme, logo: str | Path | bytes, alt: str | None = None) -> Theme:
    """Return a theme with another logo.

    logo: the path of a PNG or JPEG, or its bytes. alt: what it says. Default: what the theme's own logo says.
    Raises ThemeError for a file that is missing or damaged, and without a text.
    """
    alt = theme.tokens.logo_alt if alt is None else alt
    if not alt.strip():
        raise ThemeError("a logo needs a text for readers who cannot see it. Pass `logo_alt`, the organisation's name.")
    image = _read_logo(logo, "logo" if isinstance(logo, bytes) else str(logo))
    name = f"{_GIVEN}{sha256(image.data).hexdigest()}"  # no file: the digest of a theme depends on the picture alone
    return replace(theme, tokens=theme.tokens.model_copy(update={"logo": name, "logo_alt": alt}), logo=image)


def _read_logo(logo: str | Path | bytes, name: str) -> LoadedImage:
    try:
        data = logo if isinstance(logo, bytes) else Path(logo).read_bytes()
        return read_image(data, ("PNG", "JPEG"), Limits().picture_pixels)
    except (OSError, UnavailableError) as error:
        message = "the logo is not a valid PNG or JPEG file, or it is too large."
        raise ThemeError(problems=[Problem(message, file=name)]) from error


def _load_logo(theme: Theme) -> LoadedImage:
    """Return a theme's logo, so that every format rejects one that is missing or damaged. Raises ThemeError."""
    path = theme.find(theme.tokens.logo)
    message = help_ = ""
    if path is None:
        message = f"theme {theme.name!r}: the logo file {shorten(theme.tokens.logo)!r} is missing."
    elif not theme.tokens.logo_alt:
        message = f"the theme {theme.name!r} has a logo but no `logo_alt`."
        help_ = "Set it to the organisation's name."
    if path is None or message:
        files = (folder / TOKENS for folder in theme.folders)
        place = next(filter(None, (find_token(file, "logo") for file in files)), Place())
        raise ThemeError(problems=[Problem(message, "logo", help=help_).at(place)])
    return _read_logo(path, str(path))


def _find_parent(chain: list[Path], inherit: str | None) -> Path | None:
    """Return the folder that the last theme of a chain inherits; None for the default theme."""
    folder = chain[-1]
    if inherit is None:
        default = built_in_folder() / DEFAULT
        return None if folder.resolve() == default.resolve() else default
    try:
        parent = _find_folder(folder / inherit if "/" in inherit else inherit)
        _check_cycle([path.resolve() for path in (*chain, parent)])
    except ThemeError as error:
        place = locate_token(folder / TOKENS, "inherit")
        raise ThemeError(problems=[problem.at(place) for problem in error.problems]) from None
    return parent


def _check_cycle(chain: list[Path]) -> None:
    if chain[-1] in chain[:-1]:
        raise ThemeError(f"circular inheritance: {' → '.join(path.name for path in chain)}.")


def merge_values(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return nested values, of which the second ones replace the first."""
    both = dict(under)
    for key, value in over.items():
        old = both.get(key)
        both[key] = merge_values(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return both
