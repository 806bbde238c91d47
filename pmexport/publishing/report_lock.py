"""Lock a report while it is finalized, and overwrite it in place.

The lock is on the file itself, not a file beside it. It ends with the process, however that ends.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pmexport import reading
from pmexport.assets.atomic_write import write_all
from pmexport.errors import WriteError
from pmexport.problems import show_name

_CHUNK = 2**20


class LockedReport:
    """A report that no other process finalizes."""

    def __init__(self, name: str, path: Path, descriptor: int) -> None:
        self.name = name
        """As the user wrote it."""
        self.path = path
        """The file itself, without links."""
        self._descriptor = descriptor

    def read(self, most: int = sys.maxsize) -> bytes:
        """Return the content, at most this number of bytes. Raises OSError."""
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        data = bytearray()
        while len(data) < most and (chunk := os.read(self._descriptor, min(_CHUNK, most - len(data)))):
            data += chunk
        return bytes(data)

    def overwrite(self, data: bytes) -> None:
        """Replace the content in place. Raises OSError."""
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        write_all(self._descriptor, data)
        os.ftruncate(self._descriptor, len(data))

    def sync(self) -> None:
        """Wait until the content survives a crash of the machine. Raises OSError."""
        os.fsync(self._descriptor)

    def is_at_path(self) -> bool:
        """Return whether the path still leads to this file; some editors replace a file when they save it."""
        try:
            return os.path.samestat(os.fstat(self._descriptor), self.path.stat())
        except OSError:
            return False


@contextmanager
def lock_report(path: Path) -> Iterator[LockedReport]:
    """Open a report for writing and lock it.

    Raises InputError if it is missing or not a regular file; WriteError if it is read-only, or if another process has
    the lock.
    """
    reading.file_bytes(path, 0)
    name, real = show_name(path), Path(os.path.realpath(path))
    try:
        descriptor = os.open(real, os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        raise WriteError(f"{name} cannot be changed: {error.strerror}. Nothing was written.") from error
    try:
        if not os.fstat(descriptor).st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):  # root may write to it
            raise WriteError(f"{name} is read-only. Nothing was written. To finalize it, make it writable.")
        _lock_file(descriptor, name)
        yield LockedReport(name, real, descriptor)
    finally:
        os.close(descriptor)


def _lock_file(descriptor: int, name: str) -> None:
    try:
        _take_lock(descriptor)
    except (BlockingIOError, PermissionError) as error:
        message = f"{name} is being finalized by another process. Nothing was written; try again when it has ended."
        raise WriteError(message) from error
    except OSError as error:
        raise WriteError(f"{name} cannot be locked: {error.strerror}. Nothing was written.") from error


if sys.platform == "win32":
    import msvcrt

    _LOCKED_AT = 2**30
    """A byte behind the end of any report: on Windows, others cannot read what is locked."""

    def _take_lock(descriptor: int) -> None:
        os.lseek(descriptor, _LOCKED_AT, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
