"""The caller's side of a warm process, from which the processes are forked that work for this one.

It is started at the first call, imports what calls need, and never works itself. It ends when this process does.
"""

import atexit
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from pmexport.isolation.requests import Reply, Request, find_interpreter

AVAILABLE = hasattr(os, "fork") and hasattr(socket, "send_fds") and sys.platform != "darwin"
"""Whether the system forks safely. The libraries of macOS do not."""
_QUIET = getattr(socket, "MSG_NOSIGNAL", 0)
_PIECE = 1 << 18
KINDS = ("md", "html", "docx", "pdf", "")
"""What a process is prepared for before it is forked: a built-in format, or no rendering."""

_WIDTH = 10
"""Digits of the length of the first message."""

_PARENT = f"""
import json, socket, sys
caller = socket.socket(fileno=0)
size = int(caller.recv({_WIDTH}, socket.MSG_WAITALL) or 0)
path = caller.recv(size, socket.MSG_WAITALL)
if not size or len(path) < size:
    sys.exit()
sys.path[:] = json.loads(path)
from pmexport import api
from pmexport.isolation import warm_parent
warm_parent.serve(api, caller)
"""


class _WarmProcess(NamedTuple):
    owner: tuple[Any, ...]
    control: socket.socket
    process: subprocess.Popen[bytes]


_lock = threading.Lock()
_current: list[_WarmProcess] = []
"""The process that is kept, if there is one."""


def ask(request: Request) -> Reply:
    """Return what a process that works for this one replies.

    Raises TimeoutError, which also stops it, and OSError if it cannot be started.
    """
    deadline = None if request.timeout is None else time.monotonic() + request.timeout
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            _send_connection(theirs, request, deadline)
        return _exchange(ours, request.pack(), deadline)


def _send_connection(connection: socket.socket, request: Request, deadline: float | None) -> None:
    """Have a process forked that reads from a connection. If the kept process was killed, another one is started."""
    kind = bytes([KINDS.index(request.format) if request.format in KINDS else 0])
    with _open_folder() as folder, _lock:
        for _ in range(2):
            try:
                control = _find_process(request.path, deadline).control
                _limit(control, deadline)
                socket.send_fds(control, [kind], [connection.fileno(), *folder], _QUIET)
            except ConnectionError:
                _leave_process()
            else:
                return


@contextmanager
def _open_folder() -> Iterator[list[int]]:
    """Yield a descriptor of the current folder, which may have no name any more; none if it cannot be opened."""
    try:
        descriptor = os.open(".", getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY)
    except OSError:
        yield []
        return
    try:
        yield [descriptor]
    finally:
        os.close(descriptor)


def _find_process(path: list[str], deadline: float | None) -> _WarmProcess:
    """Return the process that is kept; a new one if there is none, or if it belongs to a process with other rights."""
    owner = _identify_owner()
    if _current and _current[0].owner != owner:
        _leave_process()
    if not _current:
        _current.append(_start_process(owner))
        try:
            _limit(_current[0].control, deadline)
            written = json.dumps(path).encode()
            _send_all(_current[0].control, b"%0*d" % (_WIDTH, len(written)) + written)
        except TimeoutError:
            _leave_process()
            raise
    return _current[0]


def _identify_owner() -> tuple[Any, ...]:
    """Return what forked processes inherit and must not keep if it changes: rights, limits, the root folder."""
    import resource  # noqa: PLC0415 - not on Windows

    limits = [getattr(resource, name) for name in sorted(dir(resource)) if name.startswith("RLIMIT_")]
    root = os.stat("/")  # noqa: PTH116
    identifiers = (os.getpid(), os.getuid(), os.geteuid(), os.getgid(), os.getegid(), *os.getgroups())
    return (identifiers, (root.st_dev, root.st_ino), [resource.getrlimit(limit) for limit in limits])


def _start_process(owner: tuple[Any, ...]) -> _WarmProcess:
    command = [find_interpreter(), "-I", "-c", _PARENT]
    ours, theirs = socket.socketpair()
    with theirs:
        try:
            process = subprocess.Popen(  # noqa: S603 - our own code
                command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        except OSError:
            ours.close()
            raise
    return _WarmProcess(owner, ours, process)


def _leave_process() -> None:
    """End the process that is kept. What was forked from it goes on."""
    for warm in _current:
        warm.control.close()
        warm.process.kill()
        warm.process.wait()
    _current.clear()


def _forget_process() -> None:
    """Leave the process that is kept to the parent of this one, from which it was forked."""
    for warm in _current:
        warm.control.close()
        warm.process.returncode = 0  # it is not ours to wait for
    _current.clear()


def _exchange(connection: socket.socket, request: bytes, deadline: float | None) -> Reply:
    """Send a request, and return the reply."""
    received = bytearray()
    with suppress(ConnectionError):  # it died before it read everything
        _limit(connection, deadline)
        _send_all(connection, request)
    with suppress(ConnectionError):
        while piece := _receive(connection, deadline):
            received += piece
    head, _, output = bytes(received).partition(b"\n")
    ended: dict[str, Any] = json.loads(head) if head.endswith(b"}") else {"status": -1, "errors": ""}
    return Reply(output, ended["status"], ended["errors"])


def _send_all(connection: socket.socket, data: bytes) -> None:
    connection.sendall(data, _QUIET)


def _receive(connection: socket.socket, deadline: float | None) -> bytes:
    _limit(connection, deadline)
    return connection.recv(_PIECE)


def _limit(connection: socket.socket, deadline: float | None) -> None:
    """Let a connection wait until the deadline. Raises TimeoutError if it has passed."""
    if deadline is None:
        connection.settimeout(None)
        return
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    connection.settimeout(left)


atexit.register(_leave_process)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_process)
