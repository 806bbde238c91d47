"""What runs in a worker process: calls arrive at its standard input, and results leave at its standard output."""

import os
import pickle
import queue
import sys
import threading
import traceback
from shutil import rmtree
from typing import Any, BinaryIO

from pmexport.batch.own_folder import use_folder
from pmexport.collector import collect_rarely

Call = tuple[Any, tuple[Any, ...], dict[str, Any]]


def serve_calls(folder: str) -> None:
    """Run one call after the other, until the caller closes the pipe or ends.

    folder: an empty one for temporary files, which is removed in the end.
    """
    collect_rarely()
    use_folder(folder)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # anything that a library prints must stay out of the results
    calls: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_read_calls, args=(calls, folder), daemon=True).start()
    while True:
        _send_result(out, _run_call(*calls.get()))


def _read_calls(calls: "queue.SimpleQueue[Any]", folder: str) -> None:
    """Queue the calls that arrive. When the caller is gone, end this process, also in the middle of a call."""
    try:
        while True:
            calls.put(pickle.load(sys.stdin.buffer))  # noqa: S301 - from our caller
    finally:
        rmtree(folder, ignore_errors=True)
        os._exit(0)


def _run_call(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    try:
        return function(*args, **kwargs)
    except Exception:  # noqa: BLE001 - passed on to the caller
        return RuntimeError(traceback.format_exc())


def _send_result(out: BinaryIO, result: object) -> None:
    pickle.dump(result, out)
    out.flush()
