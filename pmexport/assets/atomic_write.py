"""Atomic file writes: readers see either the old or the new content, even after a crash."""

import contextlib
import errno
import os
import re
import secrets
from pathlib import Path

from pmexport.errors import WriteError
from pmexport.problems import show_name

_MOUNTED = (errno.EBUSY, errno.EROFS)
"""What replacing a file that is mounted by itself fails with; the latter if its folder is read-only."""

PART_NAME = re.compile(r"\.pmexport-[0-9a-f]{16}\.part")
"""The name of a file whose content will replace another."""


def write_file(path: Path, data: bytes) -> None:
    """Write a file atomically, creating its folder. An existing file keeps its permissions. Raises WriteError.

    A file that is mounted by itself, as containers do, cannot be replaced; only it is written in place.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_target(follow_links(path), data)
    except (OSError, ValueError) as error:  # ValueError: a name that contains a NUL
        reason = getattr(error, "strerror", None) or error
        raise WriteError(f"{show_name(path)} cannot be written: {reason}.") from error


def follow_links(path: Path) -> Path:
    """Return the file that a path leads to. Raises OSError for links that lead in a circle."""
    target = Path(os.path.realpath(path))
    if target.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return target


def _write_target(target: Path, data: bytes) -> None:
    if target.is_dir():
        raise IsADirectoryError(None, "it is a folder")
    if target.exists() and not target.is_file():  # a terminal or a pipe cannot be replaced
        target.write_bytes(data)
        return
    try:
        _replace_file(target, data)
    except OSError as error:
        if error.errno not in _MOUNTED or not target.is_file():
            raise
        _write_in_place(target, data)


def _replace_file(target: Path, data: bytes) -> None:
    part = name_part(target)
    try:
        write_part(part, target, data)
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _write_in_place(target: Path, data: bytes) -> None:
    """Overwrite a file. What is too long is cut off last, so that a full disk loses as little as possible."""
    descriptor = os.open(target, os.O_WRONLY)
    with os.fdopen(descriptor, "wb") as file:
        write_all(descriptor, data)
        file.truncate(len(data))
        os.fsync(descriptor)


def name_part(target: Path) -> Path:
    """Return an unused path next to a file, for content that will replace it. PART_NAME matches its name."""
    return target.with_name(f".pmexport-{secrets.token_hex(8)}.part")


def write_part(part: Path, target: Path, data: bytes) -> None:
    """Write the content that will replace a file, with its permissions. Raises OSError."""
    write_new(part, data)
    if target.exists():
        part.chmod(target.stat().st_mode & 0o777)


def replace_with_part(part: Path, target: Path, data: bytes) -> None:
    """Put the content in place that `write_part` wrote. Raises OSError; then the file is as before.

    A file that is mounted by itself is written in place.
    """
    try:
        part.replace(target)
    except OSError as error:
        if error.errno not in _MOUNTED or not target.is_file():
            raise
        _exchange_in_place(target, data)
        part.unlink()


def _exchange_in_place(target: Path, data: bytes) -> None:
    """Overwrite a file, and restore it if that fails."""
    old = target.read_bytes()
    try:
        _write_in_place(target, data)
    except BaseException:
        _write_in_place(target, old)
        raise


def write_new(part: Path, data: bytes, mode: int = 0o666) -> None:
    """Write a new file. Raises OSError, FileExistsError if it exists; any other failure may leave a part of it.

    On Linux, it has no name until it is complete (O_TMPFILE, open(2)). mode: its permissions, less the umask.
    """
    if hasattr(os, "O_TMPFILE"):
        with contextlib.suppress(OSError):
            _write_nameless(part, data, mode)
            return
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        write_all(file.fileno(), data)
        os.fsync(file.fileno())


def _write_nameless(part: Path, data: bytes, mode: int) -> None:
    folder = os.open(part.parent, os.O_RDONLY)
    try:
        descriptor = os.open(part.parent, os.O_WRONLY | os.O_TMPFILE, mode)
        try:
            write_all(descriptor, data)
            os.fsync(descriptor)
            # With `src_dir_fd`, Python calls linkat(2); only that follows the link to the open file.
            os.link(f"/proc/self/fd/{descriptor}", part, src_dir_fd=folder, follow_symlinks=True)
        finally:
            os.close(descriptor)
    finally:
        os.close(folder)


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of the data to an open file. Raises OSError."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a crash of the machine, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
