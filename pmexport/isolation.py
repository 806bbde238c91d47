"""Work in a process of its own, which can be stopped: for servers that handle reports and documents from strangers.

The process is a fresh interpreter, so that this works from any script and from a prompt. It unpickles what the caller
sends, and answers with JSON and bytes; nothing that it sends is executed.

It ends with its caller: Linux kills it, and elsewhere it notices that its standard input was closed. It also ends by
itself soon after its deadline.
"""

import dataclasses
import faulthandler
import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import Any, NoReturn

from pmexport import errors
from pmexport.errors import BoundError, InputError, PmexportError, RenderError, UnfinishedError
from pmexport.limits import DEFAULT
from pmexport.pipeline import Source, load_source
from pmexport.problems import Problem

MAX_SECONDS = 1_000_000
"""The longest time limit: about eleven days. Systems reject waiting for much longer."""
_GRACE = 2.0
"""Seconds after its deadline at which a process ends by itself, if its caller did not stop it."""
_SET_PARENT_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG in Linux's prctl(2)."""
_WORK = {
    "render": "rendering",
    "check": "checking",
    "digest": "computing the digest",
    "verify": "verifying",
}
"""The functions of `pmexport.api` that can run in a process of their own, and how messages name the work."""

_CHILD = """
import json, sys
start = json.loads(sys.stdin.buffer.readline())
if start["memory"]:
    import resource
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = start["memory"] if hard == resource.RLIM_INFINITY else min(start["memory"], hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
sys.path[:] = start["path"]
from pmexport import api, isolation
isolation.answer_request(api, start)
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Bounds:
    """The bounds of a process."""

    timeout: float | None = None
    """Seconds; None without a limit."""
    memory: int | None = None
    """Bytes of address space, on systems with setrlimit; None without a limit."""


def run_isolated(
    function: str,
    source: Source,
    *,
    timeout: float | None,
    memory: int | None,
    warnings: list[Problem] | None = None,
    **arguments: Any,
) -> Any:
    """Return what a function of `pmexport.api` returns, called in a process of its own within these bounds.

    function: render, check, digest or verify. timeout: seconds. memory: bytes of address space, on systems with
    setrlimit. arguments: those of the function.

    The result is bytes, or plain data with dataclasses as dictionaries. Raises InputError for a bound that is not
    valid, BoundError if a bound is exceeded, RenderError if the process cannot be started or dies, and what the
    function raises.
    """
    bounds = _check_bounds(timeout, memory)
    work = _WORK[function]
    if isinstance(source, Mapping):
        source = load_source(source, arguments.get("limits", DEFAULT))
    arguments = {name: dict(value) if isinstance(value, Mapping) else value for name, value in arguments.items()}
    answer, data = _ask_process(work, _pack_request(function, source, arguments, bounds), bounds)
    if answer["error"] is not None:
        _raise_error(answer, work, bounds)
    if warnings is not None:
        warnings += _unpack_problems(answer)
    return data if answer["result"] is None else answer["result"]


def _check_bounds(timeout: float | None, memory: int | None) -> Bounds:
    """Return valid bounds. Raises InputError for others, and BoundError where memory cannot be limited."""
    if timeout is not None and not (_is_number(timeout, int | float) and 0 < timeout <= MAX_SECONDS):
        expected = f"expected a number of seconds above 0, and at most {MAX_SECONDS:,}"
        raise InputError([Problem(f"timeout is {_show_value(timeout)}, {expected}.")])
    if memory is not None and not (_is_number(memory, int) and 0 < memory <= sys.maxsize):
        raise InputError([Problem(f"memory is {_show_value(memory)}, expected a whole number of bytes above 0.")])
    if memory is not None and sys.platform == "win32":
        raise BoundError("memory cannot be limited on Windows. Limit the time instead.")
    return Bounds(timeout, memory)


def _is_number(value: object, kind: Any) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


def _show_value(value: object) -> str:
    """Return a value that is wrong, shortened. Python refuses to write very large integers."""
    return repr(value)[:50] if not isinstance(value, int) or value.bit_length() < 100 else "a very large number"


def _pack_request(function: str, source: Source, arguments: dict[str, Any], bounds: Bounds) -> bytes:
    """Return the request for a process: a line of JSON to start with, then the pickled call."""
    path = [os.fsdecode(folder) for folder in sys.path if isinstance(folder, str | bytes | os.PathLike)]
    start = {"path": path, "caller": os.getpid(), "timeout": bounds.timeout, "memory": bounds.memory}
    try:
        call = pickle.dumps((function, source, arguments))
    except Exception as error:  # pickle raises many kinds
        raise _refuse_argument(error) from error
    return json.dumps(start | {"size": len(call)}).encode() + b"\n" + call


def _refuse_argument(error: Exception) -> InputError:
    message = f"an argument cannot be sent to another process: {error}."
    return InputError([Problem(message, help="Use another type, or omit timeout and memory.")])


def _ask_process(work: str, request: bytes, bounds: Bounds) -> tuple[dict[str, Any], bytes]:
    """Send a request to a new process. Return the head of its answer, and the bytes after it."""
    try:
        with _start_process(request) as process:
            try:
                out, err = process.communicate(timeout=bounds.timeout)
            except subprocess.TimeoutExpired as error:
                raise BoundError(f"{work} took longer than {bounds.timeout:g} s and was stopped.") from error
    except OSError as error:
        raise RenderError(f"a process for {work} could not be started: {error}.") from error
    head, _, data = out.partition(b"\n")
    answer = json.loads(head) if head.endswith(b"}") else {"size": -1}
    if answer["size"] != len(data):
        _raise_death(work, process.returncode, err, bounds)
    return answer, data


@contextmanager
def _start_process(request: bytes) -> Iterator[subprocess.Popen[bytes]]:
    """Start a process, and send it the request; kill it in the end.

    Its standard input stays open as long as it may run, so that it notices the end of this process.
    """
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb", buffering=0) as lifeline:
        with os.fdopen(reading, "rb") as given:
            process = subprocess.Popen(  # noqa: S603 - our own code
                [_find_interpreter(), "-I", "-c", _CHILD],
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        sender = threading.Thread(target=_send_request, args=(lifeline, request), daemon=True)
        with process:
            try:
                sender.start()
                yield process
            finally:
                process.kill()
                sender.join(_GRACE)


def _send_request(lifeline: FileIO, request: bytes) -> None:
    """Write a request to a process, which may end before it has read it."""
    rest = memoryview(request)
    if hasattr(signal, "pthread_sigmask"):  # a caller for whom SIGPIPE is fatal must live on
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPIPE})
    with suppress(OSError):
        while rest:
            rest = rest[lifeline.write(rest) :]


def _find_interpreter() -> str:
    """Return the Python to run. Raises RenderError if there is none: a program that embeds Python may not name it."""
    folder = Path(sys.exec_prefix)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    likely = (folder / "bin" / version, folder / "bin" / "python3", folder / "python.exe")
    found = sys.executable or next((str(path) for path in likely if path.is_file()), None)
    if found is None:
        raise RenderError("timeout and memory need a Python interpreter, but sys.executable does not name one.")
    return found


def _raise_death(work: str, status: int, stderr: bytes, bounds: Bounds) -> NoReturn:
    if bounds.memory and status:
        _raise_memory(work, bounds.memory)
    last = stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
    reason = ", ".join([f"exit status {status}", *last])
    raise RenderError(f"the process for {work} exited unexpectedly ({reason}).")


def _raise_memory(work: str, memory: int) -> NoReturn:
    raise BoundError(f"{work} exceeded the memory limit of {memory / 2**20:,.0f} MiB and was stopped.")


def _raise_error(answer: dict[str, Any], work: str, bounds: Bounds) -> NoReturn:
    name, message = answer["error"], answer["message"]
    problems = _unpack_problems(answer)
    if name == "InputError":
        raise InputError(problems)
    if name == "UnfinishedError":
        raise UnfinishedError(problems)
    if name in errors.__all__:
        raise getattr(errors, name)(message, problems)
    if bounds.memory:
        _raise_memory(work, bounds.memory)
    raise RuntimeError(message)


def _unpack_problems(answer: dict[str, Any]) -> list[Problem]:
    return [Problem(**problem) for problem in answer["problems"]]


# ---- in the process


def answer_request(api: Any, start: dict[str, Any]) -> None:
    """Read a request from standard input after its first line, and write the answer to standard output.

    api: the module `pmexport.api`, which this module must not import.
    """
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # anything that a library prints must stay out of the answer
    _limit_life(start)
    answer: dict[str, Any] = {"error": None, "message": "", "problems": [], "result": None}
    data = b""
    try:
        call = sys.stdin.buffer.read(start["size"])
        threading.Thread(target=_end_with_caller, daemon=True).start()
        result, answer["problems"] = _call_function(api, *_unpack_call(call))
        data, answer["result"] = (result, None) if isinstance(result, bytes) else (b"", result)
    except PmexportError as error:
        found = [problem.as_dict() for problem in error.problems]
        answer |= {"error": type(error).__name__, "message": str(error), "problems": found}
    except Exception:  # noqa: BLE001 - passed on to the caller
        answer |= {"error": "", "message": traceback.format_exc()}
    out.write(json.dumps(answer | {"size": len(data)}, default=dataclasses.asdict).encode() + b"\n" + data)
    out.close()
    os._exit(0)


def _call_function(
    api: Any, function: str, source: Source, arguments: dict[str, Any]
) -> tuple[Any, list[dict[str, Any]]]:
    """Return the result and the warnings of a function of `pmexport.api`."""
    warnings: list[Problem] = []
    if function == "render":
        arguments["warnings"] = warnings
    call: Callable[..., Any] = getattr(api, function)
    return call(source, **arguments), [problem.as_dict() for problem in warnings]


def _limit_life(start: dict[str, Any]) -> None:
    """End this process with its caller, and after its deadline, even if Python code cannot run any more."""
    if start["timeout"]:
        faulthandler.dump_traceback_later(start["timeout"] + _GRACE, exit=True)
    with suppress(ImportError, OSError, AttributeError):
        import ctypes  # noqa: PLC0415 - not everywhere

        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.name == "posix" and os.getppid() != start["caller"]:  # it ended before
        os._exit(1)


def _unpack_call(call: bytes) -> tuple[str, Source, dict[str, Any]]:
    try:
        unpacked: tuple[str, Source, dict[str, Any]] = pickle.loads(call)  # noqa: S301 - from our caller
    except Exception as error:  # pickle raises many kinds
        raise _refuse_argument(error) from error
    return unpacked


def _end_with_caller() -> None:
    """Wait until the caller closes the pipe or ends, then end this process."""
    sys.stdin.buffer.read()
    os._exit(1)
