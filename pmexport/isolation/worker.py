"""The process that works for a caller, from its start to its answer."""

import dataclasses
import faulthandler
import json
import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any

from pmexport.collector import collect_rarely
from pmexport.errors import PmexportError
from pmexport.isolation.requests import refuse_argument
from pmexport.isolation.worker_streams import keep_output
from pmexport.pipeline import Source
from pmexport.problems import Problem

GRACE = 2.0
"""Seconds after its deadline at which a process ends by itself, if nothing stopped it."""
_SET_PARENT_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG in Linux's prctl(2)."""


def answer_caller(api: Any, start: dict[str, Any]) -> None:
    """Read a call from standard input after its first line, write the answer to standard output, and exit.

    api: the module `pmexport.api`, which this package must not import.
    """
    out = keep_output()
    end_with_parent(start["caller"], start["timeout"])
    call = sys.stdin.buffer.read(start["size"])
    threading.Thread(target=_end_with_caller, daemon=True).start()
    answer_call(api, call, out)


def answer_call(api: Any, call: bytes, out: IO[bytes]) -> None:
    """Write the answer to a call, and exit."""
    collect_rarely()
    answer, data = make_answer(api, call)
    out.write(json.dumps(answer).encode() + b"\n" + data)
    out.close()
    os._exit(0)


def make_answer(api: Any, call: bytes) -> tuple[dict[str, Any], bytes]:
    """Return the answer to a call as plain data, and the bytes of a document. `error` is empty if there is a bug."""
    answer: dict[str, Any] = {"error": None, "message": "", "problems": [], "result": None}
    data = b""
    try:
        result, answer["problems"] = _call_function(api, *_unpack_call(call))
        data, answer["result"] = (result, None) if isinstance(result, bytes) else (b"", result)
    except PmexportError as error:
        found = [problem.as_dict() for problem in error.problems]
        answer |= {"error": type(error).__name__, "message": str(error), "problems": found}
    except Exception:  # noqa: BLE001 - passed on to the caller
        answer |= {"error": "", "message": traceback.format_exc()}
    plain: dict[str, Any] = json.loads(json.dumps(answer | {"size": len(data)}, default=dataclasses.asdict))
    return plain, data


def end_with_parent(parent: int, timeout: float | None) -> None:
    """End this process with its parent, and after its deadline, even if Python code cannot run any more."""
    if timeout:
        faulthandler.dump_traceback_later(timeout + GRACE, exit=True)
    with suppress(ImportError, OSError, AttributeError):
        import ctypes  # noqa: PLC0415 - not everywhere

        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.name == "posix" and os.getppid() != parent:  # it ended before
        os._exit(1)


def _call_function(
    api: Any, function: str, source: Source, arguments: dict[str, Any]
) -> tuple[Any, list[dict[str, Any]]]:
    """Return the result and the warnings of a function of `pmexport.api`."""
    warnings: list[Problem] = []
    if function == "render":
        arguments["warnings"] = warnings
    call: Callable[..., Any] = getattr(api, function)
    return call(source, **arguments), [problem.as_dict() for problem in warnings]


def _unpack_call(call: bytes) -> tuple[str, Source, dict[str, Any]]:
    try:
        unpacked: tuple[str, Source, dict[str, Any]] = pickle.loads(call)  # noqa: S301 - from our caller
    except Exception as error:  # pickle raises many kinds
        raise refuse_argument(error) from error
    return unpacked


def _end_with_caller() -> None:
    """Wait until the caller closes the pipe or ends, then end this process."""
    sys.stdin.buffer.read()
    os._exit(1)
