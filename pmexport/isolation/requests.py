"""What a caller sends to the process that works for it, and what it gets back."""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from pmexport.errors import InputError, RenderError
from pmexport.problems import Problem

BEGIN = """
import json, sys
start = json.loads(sys.stdin.buffer.readline())
if start["memory"]:
    import resource
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = start["memory"] if hard == resource.RLIM_INFINITY else min(start["memory"], hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
sys.path[:] = start["path"]
from pmexport import api
"""
"""How a new process begins: it reads a line of JSON, and limits its memory before it imports anything of ours."""


@dataclass(frozen=True, slots=True)
class Request:
    """A call of a function of `pmexport.api`."""

    format: str
    """The format to render; empty for other functions."""
    path: list[str]
    """The folders from which Python imports."""
    timeout: float | None
    """Seconds."""
    memory: int | None
    """Bytes of address space."""
    call: bytes
    """The function's name, the source and the arguments, pickled."""

    def pack(self) -> bytes:
        """Return a line of JSON to start with, then the call."""
        start = {"path": self.path, "caller": os.getpid(), "timeout": self.timeout, "memory": self.memory}
        environment = {"environment": dict(os.environ), "folder": _find_folder(), "size": len(self.call)}
        return json.dumps(start | environment).encode() + b"\n" + self.call


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of a process."""

    output: bytes
    """A line of JSON, then the bytes of a document. Incomplete if the process died."""
    status: int
    """Its exit status; a negative one is a signal."""
    errors: str
    """What it wrote to standard error."""


def _find_folder() -> str:
    """Return the current folder; empty if it no longer exists."""
    try:
        return str(Path.cwd())
    except OSError:
        return ""


def refuse_argument(error: Exception) -> InputError:
    """Return the error for an argument that cannot be pickled or unpickled."""
    message = f"an argument cannot be sent to another process: {error}."
    return InputError([Problem(message, help="Use another type, or omit timeout and memory.")])


def find_interpreter() -> str:
    """Return the Python to run. Raises RenderError if there is none: a program that embeds Python may not name it."""
    folder = Path(sys.exec_prefix)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    likely = (folder / "bin" / version, folder / "bin" / "python3", folder / "python.exe")
    found = sys.executable or next((str(path) for path in likely if path.is_file()), None)
    if found is None:
        raise RenderError("another process needs a Python interpreter, but sys.executable does not name one.")
    return found


def list_folders() -> list[str]:
    """Return the folders from which Python imports here, for a process that is to import the same."""
    return [os.fsdecode(folder) for folder in sys.path if isinstance(folder, str | bytes | os.PathLike)]
