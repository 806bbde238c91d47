"""The warm process: it imports, forks and waits. It never works itself, so that no report affects another.

Each call has two processes. One does the work. The other, its parent, waits for the end of the work or of the caller,
kills the work, removes its temporary folder, and sends the caller what became of it.
"""

import gc
import json
import os
import select
import signal
import socket
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from pmexport.errors import PmexportError
from pmexport.isolation.warm_process import KINDS
from pmexport.isolation.worker import answer_call, end_with_parent

SMALL = {
    "title": "T",
    "summary": "A *small* report.",
    "timeline": [{"time": "10:00", "phase": "Detection", "event": "a\n\n- b"}],
    "action_items": [{"action": "a"}],
}
"""A report of our own, which fills caches."""
_LAST_ERRORS = 10_000
"""Bytes of the standard error of a process that its caller gets."""


def serve(api: Any, caller: socket.socket) -> NoReturn:
    """Fork a process for each connection that the caller sends, until it ends.

    api: the module `pmexport.api`, which this package must not import.
    """
    os.chdir("/")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the caller
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # no process that ended stays
    prepared: set[str] = set()
    while True:
        kind, descriptors, *_ = socket.recv_fds(caller, 1, 2)
        if not kind or not descriptors:
            os._exit(0)
        _prepare(api, KINDS[kind[0]], prepared)
        if not os.fork():
            caller.close()
            _supervise(api, socket.socket(fileno=descriptors[0]), descriptors[1:])
        for descriptor in descriptors:
            os.close(descriptor)


def _prepare(api: Any, kind: str, prepared: set[str]) -> None:
    """Import what a kind of call needs, once, and share its memory with all processes that are forked."""
    if kind in prepared:
        return
    prepared.add(kind)
    with suppress(PmexportError):  # the work will say what is wrong, such as a missing Pango
        if kind:
            api.render(SMALL, "html" if kind == "pdf" else kind)  # laying out a page would start threads
        else:
            api.check(SMALL)
        if kind == "pdf":
            from pmexport.renderers.pdf.engine_import import import_engine  # noqa: PLC0415

            import_engine()
    gc.collect()
    gc.freeze()


def _supervise(api: Any, connection: socket.socket, folders: list[int]) -> NoReturn:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with tempfile.TemporaryDirectory(prefix="pmexport-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        supervisor = os.getpid()
        running, kept = os.pipe()
        worker = os.fork()
        if not worker:
            os.close(running)
            _work(api, connection, folder, folders, supervisor)
        os.close(kept)
        waiting = select.poll()
        for ends in (running, connection.fileno()):
            waiting.register(ends, 0)  # only its end
        waiting.poll()
        os.kill(worker, signal.SIGKILL)  # it is not waited for yet, so that the id is still its own
        _, status = os.waitpid(worker, 0)
        _report_end(connection, folder, os.waitstatus_to_exitcode(status))
    os._exit(0)


def _report_end(connection: socket.socket, folder: Path, status: int) -> None:
    """Send the caller what became of the work, and its answer."""
    errors, answer = folder / "errors", folder / "answer"
    last = errors.read_bytes()[-_LAST_ERRORS:] if errors.exists() else b""
    output = answer.read_bytes() if status == 0 and answer.exists() else b""
    head = json.dumps({"status": status, "errors": last.decode("utf-8", "replace")})
    with suppress(OSError):  # the caller has ended, or waits no longer
        connection.sendall(head.encode() + b"\n" + output)


# ---- the work


def _work(api: Any, connection: socket.socket, folder: Path, folders: list[int], supervisor: int) -> NoReturn:
    """Answer the call that a connection brings, and exit."""
    _redirect_streams(folder)
    received = connection.makefile("rb")
    start = json.loads(received.readline())
    _enter(start, folder, folders)
    end_with_parent(supervisor, start["timeout"])
    call = received.read(start["size"])
    with (folder / "answer").open("wb") as out:
        answer_call(api, call, out)
    os._exit(1)


def _redirect_streams(folder: Path) -> None:
    """Keep what libraries print out of the answer."""
    errors = os.open(folder / "errors", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(errors, 1)
    os.dup2(errors, 2)


def _enter(start: dict[str, Any], folder: Path, folders: list[int]) -> None:
    """Take over the caller's memory limit, environment, path and folder, with a temporary folder of its own."""
    if start["memory"]:
        _limit_memory(start["memory"])
    os.environ.clear()
    os.environ.update(start["environment"] | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder)))
    tempfile.tempdir = str(folder)
    time.tzset()
    sys.path[:] = start["path"]
    for descriptor in folders:
        os.fchdir(descriptor)


def _limit_memory(most: int) -> None:
    """Limit the address space. What the process has from its parent counts, too."""
    import resource  # noqa: PLC0415 - not on Windows

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    with suppress(OSError):
        pages = Path("/proc/self/statm").read_text("ascii").split()[0]
        if int(pages) * resource.getpagesize() > most:
            os._exit(1)
