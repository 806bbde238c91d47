"""The files that a theme's style sheets name, in the page itself: images, and fonts with the characters it needs."""

import re
from base64 import b64encode
from functools import lru_cache
from io import BytesIO
from pathlib import Path, PurePosixPath

from pmexport.document.nodes import Document, walk_nodes
from pmexport.errors import ThemeError
from pmexport.problems import Place, Problem
from pmexport.reading.theme_text import blank_comments
from pmexport.theming.themes import Theme

FONTS = (".ttf", ".otf")
IMAGES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif"}
_URL = re.compile(r"""url\(\s*["']?([^"')]+?)["']?\s*\)(\s*format\([^)]*\))?""", re.IGNORECASE)
_ALWAYS = frozenset(map(chr, range(0x20, 0x7F))) | set(
    "\u00a0\u00b7\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026\u2191\u2212\u2713"
)
"""Characters that every font keeps: style sheets and browsers may add them."""
_LARGEST = 20_000_000
"""Maximum bytes of a file."""


def embed_files(path: Path, text: str, theme: Theme, characters: frozenset[str]) -> str:
    """Return a style sheet with data URLs in place of the names of files.

    path: that of the style sheet, to which the names are relative. characters: those that fonts must have.
    Raises ThemeError, at its place, for a file that the theme does not have, or that is not a font or an image.
    """
    if not _URL.search(text):
        return text
    folder = next(one for one in theme.folders if path.is_relative_to(one))

    def embed(found: re.Match[str]) -> str:
        name = found[1].strip()
        if name.startswith(("data:", "#")):
            return found[0]
        place = Place(str(path), bare.count("\n", 0, found.start()) + 1)
        file = theme.find((PurePosixPath(path.parent.relative_to(folder).as_posix()) / name).as_posix())
        return f'url("{_make_url(file, name, characters, place)}")'

    bare = blank_comments(text)
    return _URL.sub(embed, bare)


def collect_characters(document: Document) -> frozenset[str]:
    """Return the characters of everything that a document says."""
    texts = (part for part in walk_nodes(document) if isinstance(part, str))
    letters = "".join(set(_ALWAYS).union(*texts))
    return frozenset((*letters, *letters.upper(), *letters.lower()))


def _make_url(file: Path | None, name: str, characters: frozenset[str], place: Place) -> str:
    suffix = PurePosixPath(name).suffix.lower()
    if file is None or suffix not in (*FONTS, *IMAGES):
        allowed = f"A style sheet may name the theme's own files ending in {', '.join((*FONTS, *IMAGES))}."
        raise ThemeError(problems=[Problem(f"the theme has no file {name}.", help=allowed).at(place)])
    try:
        if file.stat().st_size > _LARGEST:
            raise ThemeError(problems=[Problem(f"the file {name} is larger than {_LARGEST:,} bytes.").at(place)])
        data = file.read_bytes()
    except OSError as error:
        raise ThemeError(problems=[Problem(f"the file {name} cannot be read: {error.strerror}.").at(place)]) from error
    if suffix in IMAGES:
        return f"data:{IMAGES[suffix]};base64,{b64encode(data).decode()}"
    try:
        return f"data:font/woff;base64,{b64encode(_subset(data, characters)).decode()}"
    except Exception as error:  # fontTools raises many kinds on broken fonts
        message = f"the font {name} cannot be read ({type(error).__name__}: {error})."
        raise ThemeError(problems=[Problem(message).at(place)]) from error


@lru_cache(maxsize=16)
def _subset(data: bytes, characters: frozenset[str]) -> bytes:
    """Return a font with these characters only, compressed."""
    from fontTools import subset  # type: ignore[import-untyped]  # noqa: PLC0415 - only for themes with fonts

    options = subset.Options(flavor="woff", layout_features=["*"], notdef_outline=True)
    font = subset.load_font(BytesIO(data), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=map(ord, characters))
    subsetter.subset(font)
    out = BytesIO()
    subset.save_font(font, out, options)
    return out.getvalue()
