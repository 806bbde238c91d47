"""A theme as bytes, to use it where its folder is not. Built-in themes are named: they are in every installation."""

import atexit
import hashlib
import pickle
from dataclasses import dataclass, field, replace
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from pmexport.theming.themes import Theme, built_in_folder

Files = tuple[tuple[str, bytes], ...]
"""The paths of files in a theme's folder, and their contents."""


@dataclass(frozen=True, slots=True)
class PackedTheme:
    """A theme that needs no folder."""

    theme: Theme
    """Without its folders."""
    folders: tuple[str | Files, ...] = field(repr=False)
    """For each folder of the theme, the name of the built-in theme, or its files."""
    places: tuple[str, ...]
    """The paths of its folders, for messages."""
    digest: str
    """The SHA-256 digest of its tokens and files."""


def pack_theme(theme: Theme) -> PackedTheme:
    """Return a theme with its files."""
    folders = tuple(_pack_folder(theme, folder) for folder in theme.folders)
    bare = replace(theme, folders=())
    tokens = theme.tokens.model_dump_json().encode()
    digest = hashlib.sha256(pickle.dumps((theme.name, tokens, folders))).hexdigest()
    return PackedTheme(bare, folders, tuple(map(str, theme.folders)), digest)


def _pack_folder(theme: Theme, folder: Path) -> str | Files:
    if folder.resolve().parent == built_in_folder().resolve():
        return folder.name
    files = {path.relative_to(folder) for path in theme.list_files() if path.is_relative_to(folder) and path.is_file()}
    return tuple((path.as_posix(), (folder / path).read_bytes()) for path in sorted(files))


_unpacked: dict[str, Theme] = {}
"""The theme that was used last, by its digest: a worker mostly gets the same one."""


def unpack_theme(packed: PackedTheme) -> Theme:
    """Return the theme, with its files in temporary folders that are removed when this process ends."""
    if packed.digest not in _unpacked:
        _unpacked.clear()
        _unpacked[packed.digest] = replace(packed.theme, folders=tuple(map(_unpack_folder, packed.folders)))
    return _unpacked[packed.digest]


def _unpack_folder(files: str | Files) -> Path:
    if isinstance(files, str):
        return built_in_folder() / files
    folder = Path(mkdtemp(prefix="pmexport-theme-"))
    atexit.register(rmtree, folder, ignore_errors=True)
    for name, data in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder
