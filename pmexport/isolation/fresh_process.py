"""A fresh interpreter for each call, which ends when its standard input is closed. It works on every system."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from tempfile import TemporaryDirectory

from pmexport.isolation.requests import BEGIN, Reply, Request, find_interpreter

_JOIN_SECONDS = 2.0

_CHILD = f"""{BEGIN}
from pmexport.isolation import worker
worker.answer_caller(api, start)
"""


def ask(request: Request) -> Reply:
    """Return what a new process replies. Raises TimeoutError, and OSError if it cannot be started."""
    with TemporaryDirectory(prefix="pmexport-", ignore_cleanup_errors=True) as folder:
        with _start_process(request.pack(), folder) as process:
            try:
                output, errors = process.communicate(timeout=request.timeout)
            except subprocess.TimeoutExpired as error:
                raise TimeoutError from error
        return Reply(output, process.returncode, errors.decode("utf-8", "replace"))


@contextmanager
def _start_process(request: bytes, folder: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start a process with this temporary folder, and send it the request; kill it in the end.

    Its standard input stays open as long as it may run, so that it notices the end of this process.
    """
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb", buffering=0) as lifeline:
        with os.fdopen(reading, "rb") as given:
            process = subprocess.Popen(  # noqa: S603 - our own code
                [find_interpreter(), "-I", "-c", _CHILD],
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, "TMPDIR": folder, "TEMP": folder, "TMP": folder},
            )
        sender = threading.Thread(target=_send_request, args=(lifeline, request), daemon=True)
        with process:
            try:
                sender.start()
                yield process
            finally:
                process.kill()
                sender.join(_JOIN_SECONDS)


def _send_request(lifeline: FileIO, request: bytes) -> None:
    """Write a request to a process, which may end before it has read it."""
    rest = memoryview(request)
    if hasattr(signal, "pthread_sigmask"):  # a caller for whom SIGPIPE is fatal must live on
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPIPE})
    with suppress(OSError):
        while rest:
            rest = rest[lifeline.write(rest) :]
