"""Atomic file writes: readers see either the old or the new content, even after a crash."""

import contextlib
import errno
import os
import secrets
from pathlib import Path

from pmexport.errors import WriteError
from pmexport.problems import show_name

_MOUNTED = (errno.EBUSY, errno.EROFS)
"""What replacing a file that is mounted by itself fails with; the latter if its folder is read-only."""


def write_file(path: Path, data: bytes) -> None:
    """Write a file atomically, creating its folder. An existing file keeps its permissions. Raises WriteError.

    A file that is mounted by itself, as containers do, cannot be replaced; only it is written in place.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_target(_follow_links(path), data)
    except (OSError, ValueError) as error:  # ValueError: a name that contains a NUL
        reason = getattr(error, "strerror", None) or error
        raise WriteError(f"{show_name(path)} cannot be written: {reason}.") from error


def _follow_links(path: Path) -> Path:
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
    part = target.with_name(f".pmexport-{secrets.token_hex(8)}.part")
    try:
        _write_new(part, data)
        if target.exists():
            part.chmod(target.stat().st_mode & 0o777)
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _write_in_place(target: Path, data: bytes) -> None:
    """Overwrite a file. What is too long is cut off last, so that a full disk loses as little as possible."""
    descriptor = os.open(target, os.O_WRONLY)
    with os.fdopen(descriptor, "wb") as file:
        _write_all(descriptor, data)
        file.truncate(len(data))


def _write_new(part: Path, data: bytes) -> None:
    """Write a new file; on Linux, it has no name until it is complete (O_TMPFILE, open(2))."""
    if hasattr(os, "O_TMPFILE"):
        with contextlib.suppress(OSError):
            _write_nameless(part, data)
            return
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    with os.fdopen(descriptor, "wb") as file:
        _write_all(file.fileno(), data)


def _write_nameless(part: Path, data: bytes) -> None:
    folder = os.open(part.parent, os.O_RDONLY)
    try:
        descriptor = os.open(part.parent, os.O_WRONLY | os.O_TMPFILE, 0o666)
        try:
            _write_all(descriptor, data)
            # With `src_dir_fd`, Python calls linkat(2); only that follows the link to the open file.
            os.link(f"/proc/self/fd/{descriptor}", part, src_dir_fd=folder, follow_symlinks=True)
        finally:
            os.close(descriptor)
    finally:
        os.close(folder)


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    os.fsync(descriptor)
