"""A worker of a pool, as its caller sees it: a process that renders one report at a time, and can be stopped."""

import io
import json
import subprocess
import tempfile
import threading
from contextlib import suppress
from shutil import rmtree
from typing import cast

from pmexport.isolation.pool_worker import LENGTHS
from pmexport.isolation.requests import Reply, Request, find_interpreter, list_folders

_CHILD = """
import json, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)  # after Ctrl-C, the caller ends its workers
start = json.loads(sys.stdin.buffer.readline())
if start["memory"]:
    import resource
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = start["memory"] if hard == resource.RLIM_INFINITY else min(start["memory"], hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
sys.path[:] = start["path"]
from pmexport import api
from pmexport.isolation import pool_worker
pool_worker.serve_calls(api, start["folder"])
"""


class EndedError(Exception):
    """A process that ended before it was ready, or before it got a call. `reply` says how."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.errors)
        self.reply = reply


class PoolProcess:
    """A process that is ready to render. Its pipes have no buffers, so that a fork of this process can close them."""

    def __init__(self, memory: int | None) -> None:
        """Start the process, and wait until it is ready. Raises EndedError, and OSError if it cannot be started."""
        self.calls = 0
        self.is_working = False
        """Whether it renders a report."""
        self._overran = False
        self._is_confused = False
        """Whether an answer was not read to its end, for example after Ctrl-C."""
        self._folder = tempfile.mkdtemp(prefix="pmexport-pool-")
        self._errors = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed with the process
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own code
                [find_interpreter(), "-I", "-c", _CHILD],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                bufsize=0,
            )
        except BaseException:
            self._errors.close()
            rmtree(self._folder, ignore_errors=True)
            raise
        start = {"path": list_folders(), "folder": self._folder, "memory": memory}
        try:
            self._hand_over(json.dumps(start).encode() + b"\n")
        except BaseException:
            self.close()
            raise

    def _hand_over(self, data: bytes) -> None:
        """Send data, and wait until the process has it. Raises EndedError, and TimeoutError if it was stopped."""
        if not self._send(data) or self._receive() is None:
            if self._overran:
                raise TimeoutError
            raise EndedError(self._explain_end())

    @property
    def is_alive(self) -> bool:
        """Whether the process can take a call."""
        return not (self._overran or self._is_confused) and self._process.poll() is None

    def ask(self, request: Request) -> Reply:
        """Return the answer to a call.

        Raises TimeoutError, after which the process has ended, and EndedError if it had ended before it got the call.
        """
        self.calls += 1
        watchdog = threading.Timer(request.timeout, self._overrun) if request.timeout else None
        if watchdog:
            watchdog.daemon = True
            watchdog.start()
        self._is_confused = True
        try:
            self._hand_over(request.pack())
            self.is_working = True
            output = self._receive()
            self.is_working = self._is_confused = False
        finally:
            if watchdog:
                watchdog.cancel()
        if output is not None:
            return Reply(output, 0, "")
        if self._overran:
            raise TimeoutError
        return self._explain_end()

    def stop(self) -> None:
        """Kill the process; whoever waits for it learns that it has ended."""
        self._process.kill()

    def close(self) -> None:
        """End the process, and remove what it left behind."""
        self._process.kill()
        self._process.wait()
        self._close_streams()
        rmtree(self._folder, ignore_errors=True)

    def forget(self) -> None:
        """Leave the process to the parent of this one, from which this one was forked."""
        self._process.returncode = 0  # it is not ours to wait for
        self._close_streams()

    def _close_streams(self) -> None:
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            with suppress(OSError):
                if stream:
                    stream.close()

    def _overrun(self) -> None:
        self._overran = True
        self._process.kill()

    def _send(self, data: bytes) -> bool:
        """Write data, and return whether the process read all of it."""
        stream, rest = cast("io.FileIO", self._process.stdin), memoryview(data)
        with suppress(OSError):
            while rest:
                rest = rest[stream.write(rest) :]
        return not rest

    def _receive(self) -> bytes | None:
        """Return the head and the body of a message, with a line feed between them; None if it is incomplete."""
        lengths = self._read(LENGTHS)
        if lengths is None:
            return None
        head, body = self._read(int.from_bytes(lengths[:8], "big")), self._read(int.from_bytes(lengths[8:], "big"))
        return None if head is None or body is None else head + b"\n" + body

    def _read(self, length: int) -> bytes | None:
        """Return so many bytes; None if there are not as many."""
        stream, data = cast("io.FileIO", self._process.stdout), bytearray(length)
        rest = memoryview(data)
        while rest:
            count = stream.readinto(rest)
            if not count:
                return None
            rest = rest[count:]
        return bytes(data)

    def _explain_end(self) -> Reply:
        """Return what became of the process."""
        self._process.kill()
        status = self._process.wait()
        with suppress(OSError, ValueError):
            self._errors.seek(0)
            return Reply(b"", status, self._errors.read().decode("utf-8", "replace"))
        return Reply(b"", status, "")
