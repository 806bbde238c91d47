"""What runs in a worker process: calls arrive at its standard input, and results leave at its standard output."""

import pickle
import sys
import traceback
from typing import IO, Any

from pmexport.batch.own_folder import use_folder
from pmexport.collector import collect_rarely
from pmexport.isolation.worker_streams import keep_output, queue_calls


def serve_calls(folder: str) -> None:
    """Run one call after the other, until the caller closes the pipe or ends.

    folder: an empty one for temporary files, which is removed in the end.
    """
    collect_rarely()
    use_folder(folder)
    out = keep_output()
    calls = queue_calls(_read_call, folder)
    while True:
        _send_result(out, _run_call(*calls.get()))


def _read_call() -> Any:
    return pickle.load(sys.stdin.buffer)  # noqa: S301 - from our caller


def _run_call(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    try:
        return function(*args, **kwargs)
    except Exception:  # noqa: BLE001 - passed on to the caller
        return RuntimeError(traceback.format_exc())


def _send_result(out: IO[bytes], result: object) -> None:
    pickle.dump(result, out)
    out.flush()
