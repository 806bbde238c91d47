"""The folder that an agent may work in: every path that it names leads below this folder, or is refused.

A name is judged in two steps. By its text, so that it means the same on every system, and nothing is looked up for a
name that leads outside: no server is contacted, and nobody learns whether a file exists. Then by where its links lead.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pmexport.assets.atomic_write import write_file, write_new
from pmexport.errors import InputError, WriteError
from pmexport.problems import UNSAFE, Problem, show_name

_WINDOWS_DEVICE = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])(\.|$)", re.IGNORECASE
)
"""A name that Windows takes for a device, in whatever folder and with whatever suffix."""
_LONGEST_PATH = 4096


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder, without links."""

    root: Path

    def find(self, name: str) -> Path:
        """Return the path that a name leads to, below the folder and relative to it. Raises InputError."""
        if reason := _find_fault(name):
            raise _refuse(name, reason)
        path = self._make_relative(name)
        if not self.contains(path):
            raise _refuse(name, "it leads outside the folder")
        return path

    def contains(self, path: Path) -> bool:
        """Return whether a path leads below the folder, or to it, when all links are followed."""
        try:
            return (self.root / path).resolve().is_relative_to(self.root)
        except (OSError, RuntimeError, ValueError):  # links that lead in a circle, or a name that is too long
            return False

    def refuse_targets(self, targets: Iterable[Path], *, overwrite: bool, inputs: Iterable[Path]) -> None:
        """Raise WriteError if a path may not be written. inputs: files that are never overwritten."""
        kept = {identity for path in inputs if (identity := self._identify(path))}
        for path in targets:
            if self._identify(path) in kept:
                raise WriteError(f"{show_name(path)} would overwrite a file that the document is made from.")
            if not overwrite and os.path.lexists(self.root / path):
                raise _refuse_existing(path)

    def write(self, documents: dict[Path, bytes], *, overwrite: bool) -> None:
        """Write documents to paths that `find` returned. Raises WriteError, also for a file that has come meanwhile."""
        for path, data in documents.items():
            self._write_one(path, data, overwrite=overwrite)

    def _write_one(self, path: Path, data: bytes, *, overwrite: bool) -> None:
        if overwrite:
            write_file(self.root / path, data)
            return
        try:
            (self.root / path.parent).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _explain_failure(path, error) from error
        try:
            write_new(self.root / path, data)
        except FileExistsError as error:
            raise _refuse_existing(path) from error
        except OSError as error:
            raise _explain_failure(path, error) from error

    def _identify(self, path: Path) -> tuple[int, int] | None:
        """Return the identity of a file; None if there is none."""
        try:
            status = (self.root / path).stat()
        except (OSError, ValueError):
            return None
        return status.st_dev, status.st_ino

    def _make_relative(self, name: str) -> Path:
        """Return a name as a path that is relative to the folder. Raises InputError for an absolute one outside."""
        path = Path(name)
        if not path.is_absolute():
            return path
        if path.is_relative_to(self.root):
            return path.relative_to(self.root)
        raise _refuse(name, "it is absolute and not in the folder")


def _find_fault(name: str) -> str:
    """Return why a name is refused, whatever the folder contains; empty if it is not."""
    if not name.strip():
        return "it is empty"
    if len(name) > _LONGEST_PATH:
        return "it is too long"
    if UNSAFE.search(name) or "\t" in name or "\n" in name:
        return "it contains control characters"
    if "\\" in name or ":" in name or name.startswith("//"):
        return "it contains a backslash, a colon or two leading slashes"
    parts = name.split("/")
    if ".." in parts:
        return "it contains `..`"
    if any(part != part.rstrip(" .") for part in parts if part != "."):
        return "a part of it ends with a dot or a space"
    return "a part of it is the name of a device" if any(map(_WINDOWS_DEVICE.match, parts)) else ""


def _refuse(name: str, reason: str) -> InputError:
    message = f"the path is refused, because {reason}."
    help_ = "Name a file below the folder that the server was started in, relative to it: reports/inc-1.yaml."
    return InputError([Problem(message, file=show_name(name)[:_LONGEST_PATH], help=help_)])


def _refuse_existing(path: Path) -> WriteError:
    problem = Problem("the file already exists.", file=show_name(path), help="Set `overwrite`, or choose another path.")
    return WriteError(problems=[problem])


def _explain_failure(path: Path, error: OSError) -> WriteError:
    return WriteError(f"{show_name(path)} cannot be written: {error.strerror or error}.")
