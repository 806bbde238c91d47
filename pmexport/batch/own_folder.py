"""A temporary folder of this process, which is removed when it ends, also if it is killed.

A process that is killed cannot clean up, and the executor that it belongs to knows nothing of our files. So another
process waits for its end.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from pmexport.isolation.requests import find_interpreter

_KEEPER = """
import shutil, sys
sys.stdin.buffer.read()
shutil.rmtree(sys.argv[1], ignore_errors=True)
"""
"""Waits until its standard input is closed, then removes a folder."""

_token = uuid4().hex
_folders: dict[int, tuple[str, subprocess.Popen[bytes] | None]] = {}
"""The folder of this process and the process that will remove it, by the id of this one: a fork needs its own."""


def identify_process() -> str:
    """Return a text that no other process has, on any machine."""
    return f"{_token}-{os.getpid()}"


def use_folder(folder: str) -> None:
    """Take this folder for temporary files. The caller will remove it."""
    tempfile.tempdir = folder
    _folders[os.getpid()] = folder, None


@contextmanager
def keep_files() -> Iterator[None]:
    """Put temporary files into the folder of this process."""
    before, tempfile.tempdir = tempfile.tempdir, _find_folder()
    try:
        yield
    finally:
        tempfile.tempdir = before


def _find_folder() -> str:
    process = os.getpid()
    if process not in _folders:
        folder = tempfile.mkdtemp(prefix="pmexport-worker-")
        _folders[process] = folder, _start_keeper(folder)
    return _folders[process][0]


def _start_keeper(folder: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own code
        [find_interpreter(), "-I", "-c", _KEEPER, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # whoever kills the group of this process spares it
    )
