"""The standard streams, which may be closed, full or unable to represent a character."""

import errno
import io
import os
import sys
from contextlib import suppress

from pmexport.cli.program import Failure

_STREAMS = (("stdin", "r", os.O_WRONLY), ("stdout", "w", os.O_RDONLY), ("stderr", "w", os.O_RDWR))
"""The streams with their modes, and how a substitute is opened: so that using it fails, except for messages."""


def prepare_streams() -> None:
    """Replace closed streams, and let output replace characters that its encoding lacks.

    A closed stream's descriptor must not be given to the next file that is opened: messages would end up in it.
    """
    for name, mode, access in _STREAMS:
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.open(os.devnull, access), mode, encoding="utf-8"))  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def read_input(most: int) -> bytes:
    """Return what standard input contains, up to one byte more than this number. Raises Failure."""
    try:
        return sys.stdin.buffer.read(most + 1)
    except OSError as error:
        raise Failure(f"standard input cannot be read: {explain_error(error)}.") from error


def explain_error(error: OSError) -> str:
    """Return the reason why a stream cannot be used."""
    return "it is closed" if error.errno == errno.EBADF else error.strerror or str(error)


def discard_output() -> None:
    """Discard what cannot be written. Python would otherwise try again at exit, and complain."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
