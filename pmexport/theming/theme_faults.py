"""Find what is wrong in a theme that can be used: files that nothing reads, fonts that are missing, pale colours."""

import ctypes.util
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path

from pmexport.problems import Place, Problem, find_nearest, suggest_name
from pmexport.reading.theme_text import blank_comments, read_text
from pmexport.report.model import is_language_tag
from pmexport.report.sections import section_keys
from pmexport.report.vocabulary import find_meaning
from pmexport.theming.contrast import AA, list_pairs
from pmexport.theming.hiding_rules import find_hiding_rules
from pmexport.theming.themes import TOKENS, Theme, built_in_folder
from pmexport.theming.token_files import find_token
from pmexport.theming.tokens import GENERIC_FAMILIES

_LABELS = "labels"
"""The folder of catalogues; `document.labels.catalogues` reads them."""
_LINKED = (".css", ".j2", ".toml", ".ttf", ".otf")
"""Of files that only themes have."""
_MOST_FILES = 10_000
_FACE = re.compile(r"@font-face\s*\{(.*?)\}", re.DOTALL | re.IGNORECASE)
_FAMILY = re.compile(r"font-family\s*:\s*[\"']?([^\"';}]+)", re.IGNORECASE)
_ADDRESS = re.compile(r"url\(\s*[\"']?([^\"')]+)", re.IGNORECASE)


def inspect_theme(theme: Theme) -> Iterator[Problem]:
    """Yield what is wrong in a theme that can be used, each problem at its place."""
    if theme.folders[0].resolve().parent != built_in_folder().resolve():
        yield from _find_unknown_files(theme)
        yield from _find_missing_files(theme)
        yield from _find_strange_labels(theme)
        yield from _find_links(theme)
        built_in = built_in_folder()
        yield from find_hiding_rules(one for one in _read_own_sheets(theme) if not one[0].is_relative_to(built_in))
    yield from _find_missing_fonts(theme)
    yield from _find_pale_colors(theme)


def _warn(message: str, path: str = "", help_: str = "") -> Problem:
    return Problem(message, path, help=help_, level="warning")


# ---- files


def list_names(theme: Theme) -> set[str]:
    """Return the names of the templates and style sheets that a theme may have."""
    default = theme.folders[-1]
    known = {path.relative_to(default).as_posix() for end in ("css", "j2") for path in default.rglob(f"*.{end}")}
    return known | {f"sections/{key}.html.j2" for key in (*section_keys(), "endnotes")}


def _find_unknown_files(theme: Theme) -> Iterator[Problem]:
    """Yield the templates and style sheets that nothing uses."""
    known, own = list_names(theme), [*theme.list_own(".j2"), *theme.list_own(".css")]
    used = "".join(read_text(path) for name in own if (path := theme.find(name)))
    for name in own:
        written_elsewhere = Path(name).name in used
        if name not in known and not re.fullmatch(r"sections/custom-\d+\.html\.j2", name) and not written_elsewhere:
            hint = suggest_name(name, known, f"Known files: {', '.join(sorted(_shorten(known)))}.")
            yield _warn(f"nothing uses the file {name}.", help_=hint).at(Place(str(theme.find(name))))


def _shorten(names: Iterable[str]) -> Iterator[str]:
    """Yield the names, one for all sections' templates."""
    yield from (name for name in names if not name.startswith("sections/"))
    yield "sections/<key>.html.j2"


def spell_language(name: str) -> str:
    """Return the language tag that the name of a catalogue stands for: `de` for `german`."""
    return find_meaning("languages", name) or name.replace("_", "-")


def _find_strange_labels(theme: Theme) -> Iterator[Problem]:
    """Yield the files in the folder of catalogues that are not named after a language."""
    for path in sorted(path for folder in theme.folders[:-1] for path in (folder / _LABELS).glob("*")):
        tag = spell_language(path.stem)
        if path.suffix != ".toml" or not is_language_tag(path.stem) or tag.lower() != path.stem.lower():
            help_ = f"Did you mean {tag}.toml?" if is_language_tag(tag) else "Its name is a language tag: de.toml."
            yield _warn(f"nothing uses the file {_LABELS}/{path.name}.", help_=help_).at(Place(str(path)))


def _find_links(theme: Theme) -> Iterator[Problem]:
    """Yield the links to files of themes, and to folders, that lead out of the theme's folder: nothing reads these."""
    for folder in theme.folders[:-1]:
        links = (path for path in islice(folder.rglob("*"), _MOST_FILES) if path.is_symlink())
        for path in sorted(path for path in links if path.suffix in (*_LINKED, "") and _leads_out(path, folder)):
            name = path.relative_to(folder).as_posix()
            message = f"the link {name} leads out of the theme's folder, so it is not used."
            yield _warn(message, help_="Copy the file into the folder.").at(Place(str(path)))


def _leads_out(path: Path, folder: Path) -> bool:
    try:
        return not path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a loop of links
        return False


def _read_own_sheets(theme: Theme) -> Iterator[tuple[Path, str]]:
    for name in theme.list_own(".css"):
        path = theme.find(name)
        if path:
            yield path, blank_comments(read_text(path))


def _find_missing_files(theme: Theme) -> Iterator[Problem]:
    """Yield the files that style sheets name and the theme does not have."""
    for path, text in _read_own_sheets(theme):
        for found in _ADDRESS.finditer(text):
            name = found[1].strip()
            if name.startswith(("data:", "#")) or ":" in name:
                continue
            folder = next(one for one in theme.folders if path.is_relative_to(one))
            if theme.find((path.parent.relative_to(folder) / name).as_posix()) is None:
                line = text.count("\n", 0, found.start()) + 1
                files = (one.name for one in path.parent.rglob("*") if one.suffix == Path(name).suffix)
                hint = suggest_name(Path(name).name, set(files), "Add the file to the theme's folder.")
                yield _warn(f"the file {name} is missing.", help_=hint).at(Place(str(path), line))


# ---- fonts


def list_faces(theme: Theme) -> set[str]:
    """Return the families that the theme's style sheets bring, those of `default` included."""
    names = (name for name in list_names(theme) if name.endswith(".css"))
    sheets = [read_text(path) for name in names for path in theme.find_all(name)]
    bodies = (body for text in sheets for body in _FACE.findall(blank_comments(text)))
    return {found[1].strip().casefold() for body in bodies if (found := _FAMILY.search(body))}


def _find_missing_fonts(theme: Theme) -> Iterator[Problem]:
    """Yield the first font of each list if it is neither in the theme nor installed; the others are for such a case."""
    installed, fonts = list_installed(), theme.tokens.fonts
    if installed is None:
        return
    known = installed | list_faces(theme) | GENERIC_FAMILIES
    lists = {"text": fonts.text, "code": fonts.code, **({"serif_text": fonts.serif_text} if fonts.serif else {})}
    for token, families in lists.items():
        if families[0].casefold() not in known:
            shown = next((family for family in families if family.casefold() in known), "")
            near = find_nearest(families[0].casefold(), known - GENERIC_FAMILIES)
            help_ = f'Did you mean "{near}"? ' if near else ""
            help_ += "Install it, or add its files with @font-face in style.css."
            message = f'the font "{families[0]}" is neither in the theme nor installed.'
            message += f' Here, "{shown}" takes its place.' if shown else ""
            yield _warn(message, f"fonts.{token}", help_).at(_find_token(theme, "fonts", token))


class _FontSet(ctypes.Structure):
    _fields_ = (("count", ctypes.c_int), ("room", ctypes.c_int), ("fonts", ctypes.POINTER(ctypes.c_void_p)))


@cache
def list_installed() -> frozenset[str] | None:
    """Return the families of the fonts that are installed, in lower case; None if Fontconfig cannot say it."""
    library = ctypes.util.find_library("fontconfig")
    try:
        config = ctypes.CDLL(library) if library else None
    except OSError:
        return None
    if config is None:
        return None
    config.FcInitLoadConfigAndFonts.restype = ctypes.c_void_p
    config.FcConfigGetFonts.restype = ctypes.POINTER(_FontSet)
    config.FcConfigGetFonts.argtypes = (ctypes.c_void_p, ctypes.c_int)
    config.FcPatternGetString.argtypes = (
        *(ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int),
        ctypes.POINTER(ctypes.c_char_p),
    )
    found = config.FcConfigGetFonts(config.FcInitLoadConfigAndFonts(), 0)
    fonts = (found.contents.fonts[index] for index in range(found.contents.count)) if found else ()
    return frozenset(name for font in fonts for name in _list_families(config, font))


def _list_families(config: ctypes.CDLL, font: int | None) -> Iterator[str]:
    name, number = ctypes.c_char_p(), 0
    while config.FcPatternGetString(font, b"family", number, ctypes.byref(name)) == 0:
        yield (name.value or b"").decode("utf-8", "replace").casefold()
        number += 1


# ---- colours


def _find_pale_colors(theme: Theme) -> Iterator[Problem]:
    """Yield each colour that has too little contrast with others, at the token that the theme sets."""
    found: dict[str, list[str]] = {}
    for pair in list_pairs(theme.tokens):
        if pair.contrast < AA:
            is_ground = _sets(theme, pair.ground) and not _sets(theme, pair.ink)
            token, other = (pair.ground, f"behind {pair.ink}") if is_ground else (pair.ink, f"on {pair.ground}")
            found.setdefault(token, []).append(f"{int(pair.contrast * 100) / 100:.2f}:1 {other}")
    for token, pairs in found.items():
        message = f"the contrast is below {AA}:1 (WCAG AA): {', '.join(pairs)}."
        problem = _warn(message, token, "Choose a colour that differs more in lightness.")
        yield problem.at(_find_token(theme, *token.split(".")))


def _sets(theme: Theme, token: str) -> bool:
    return _find_token(theme, *token.split(".")).line is not None


def _find_token(theme: Theme, *token: str) -> Place:
    """Return the place of a token in the first of the theme's own files that sets it; without a line if none does."""
    for folder in theme.folders[:-1]:
        if place := find_token(folder / TOKENS, *token):
            return place
    return Place(str(theme.folders[0] / TOKENS))
