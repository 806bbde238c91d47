"""The files of a report as bytes, to render it where its folder is not."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pmexport.assets.folder import Folder, UnavailableError
from pmexport.assets.near_files import list_files


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A file that a report names."""

    name: str
    """Its path in the report's folder, as the folder spells it."""
    kind: Literal["file", "irregular", "closed", "outside", "missing"]
    """What it is; anything but a file cannot be shown, for this reason."""
    data: bytes = field(default=b"", repr=False)

    @property
    def digest(self) -> str:
        """The kind, and the SHA-256 digest of the content."""
        return f"{self.kind}:{hashlib.sha256(self.data).hexdigest()}"


def pack_files(names: Iterable[str], folder: Folder) -> tuple[PackedFile, ...]:
    """Return the files with these names in a folder. One that is too large is cut behind its limit."""
    return tuple(_pack_file(name, folder) for name in names)


def _pack_file(name: str, folder: Folder) -> PackedFile:
    try:
        spelling, path = folder.spell_name(name), folder.find_path(name)
    except UnavailableError as error:
        return PackedFile(name, "outside" if error.code == "outside" else "missing")
    if not path.is_file():
        return PackedFile(spelling, "irregular")
    try:
        with path.open("rb") as file:
            return PackedFile(spelling, "file", file.read(_most_bytes(folder) + 1))
    except OSError:
        return PackedFile(spelling, "closed")


def _most_bytes(folder: Folder) -> int:
    return max(folder.limits.picture_bytes, folder.limits.log_bytes)


def list_near(files: Iterable[PackedFile], folder: Folder) -> tuple[str, ...]:
    """Return the names of the files in a folder, among which an author may have meant one that is missing."""
    is_needed = folder.base is not None and any(file.kind == "missing" for file in files)
    return list_files(folder.base) if is_needed and folder.base else ()


def unpack_files(files: Iterable[PackedFile], near: Iterable[str], base: Path) -> None:
    """Write the files into a folder. near: files that are there too, without their content."""
    for file in (*files, *(PackedFile(name, "file") for name in near)):
        path = base / file.name
        if _is_within(path, base) and not path.exists():
            with suppress(OSError):
                _unpack_file(file, path)


def _unpack_file(file: PackedFile, path: Path) -> None:
    if file.kind == "missing":
        return
    os.makedirs(path.parent, exist_ok=True)  # noqa: PTH103 - unlike Path.mkdir, also for a path with `..`
    match file.kind:
        case "file" | "closed":
            path.write_bytes(file.data)
            if file.kind == "closed":
                path.chmod(0)
        case "irregular":
            path.mkdir()
        case "outside":
            path.symlink_to(path.anchor)


def _is_within(path: Path, base: Path) -> bool:
    return Path(os.path.normpath(path)).is_relative_to(base)


def digest_packed(files: Iterable[PackedFile]) -> Iterator[tuple[str, str]]:
    """Yield the names and digests of files."""
    return ((file.name, file.digest) for file in files)
