"""A worker of a pool, as its caller sees it: a process that renders one report at a time, and can be stopped."""

import io
import json
import threading
from contextlib import suppress
from typing import cast

from pmexport.isolation.child_process import ChildProcess
from pmexport.isolation.pool_worker import LENGTHS
from pmexport.isolation.requests import BEGIN, Reply, Request, list_folders

_CHILD = f"""
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)  # after Ctrl-C, the caller ends its workers
{BEGIN}
from pmexport.isolation import pool_worker
pool_worker.serve_calls(api, start["folder"])
"""


class EndedError(Exception):
    """A process that ended before it was ready, or before it got a call. `reply` says how."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.errors)
        self.reply = reply


class PoolProcess(ChildProcess):
    """A process that is ready to render. Its pipes have no buffers, so that a fork of this process can close them."""

    def __init__(self, memory: int | None) -> None:
        """Start the process, and wait until it is ready. Raises EndedError, and OSError if it cannot be started."""
        super().__init__(_CHILD, "pmexport-pool-", bufsize=0)
        self.is_working = False
        """Whether it renders a report."""
        self._overran = False
        self._is_confused = False
        """Whether an answer was not read to its end, for example after Ctrl-C."""
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
            raise EndedError(Reply(b"", *self._find_end()))

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
        return Reply(b"", *self._find_end())

    def forget(self) -> None:
        """Leave the process to the parent of this one, from which this one was forked."""
        self._process.returncode = 0  # it is not ours to wait for
        self._close_streams()

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
