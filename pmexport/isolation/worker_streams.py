"""The streams of processes that work for a caller: calls arrive at standard input, answers leave at standard output."""

import os
import queue
import threading
from collections.abc import Callable
from shutil import rmtree
from typing import IO, Any


def keep_output() -> IO[bytes]:
    """Return standard output, for answers alone: what a library prints goes to standard error from now on."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return out


def queue_calls(read_call: Callable[[], Any], folder: str) -> "queue.SimpleQueue[Any]":
    """Return a queue of the calls that arrive. When the caller is gone, this process ends, also during a call.

    read_call: returns the next call, and raises EOFError after the last one. folder: is removed in the end.
    """
    calls: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def read_all() -> None:
        try:
            while True:
                calls.put(read_call())
        finally:
            rmtree(folder, ignore_errors=True)
            os._exit(0)

    threading.Thread(target=read_all, daemon=True).start()
    return calls
