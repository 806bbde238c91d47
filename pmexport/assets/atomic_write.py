"""Atomic file writes: readers see either the old or the new content, even after a crash."""

import contextlib
import os
import secrets
from pathlib import Path

from pmexport.errors import WriteError


def write_file(path: Path, data: bytes) -> None:
    """Write a file atomically, creating its folder. An existing file keeps its permissions. Raises WriteError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_target(path.resolve(), data)
    except OSError as error:
        raise WriteError(f"{path} cannot be written: {error.strerror or error}.") from error


def _write_target(target: Path, data: bytes) -> None:
    if target.is_dir():
        raise IsADirectoryError(None, "it is a folder")
    if target.exists() and not target.is_file():  # a terminal or a pipe cannot be replaced
        target.write_bytes(data)
        return
    part = target.with_name(f".pmexport-{secrets.token_hex(8)}.part")
    try:
        _write_new(part, data)
        if target.exists():
            part.chmod(target.stat().st_mode & 0o777)
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


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
