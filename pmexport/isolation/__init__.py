"""Work in a process of its own, which can be stopped: for servers that handle reports and documents from strangers.

The process unpickles what the caller sends, and answers with JSON and bytes; nothing that it sends is executed. This
works from any script and from a prompt. The process ends with its caller, and by itself soon after its deadline.

Where the system forks safely, it is a fork of a clean process that is kept (`warm_process`): it has imported what is
needed and never rendered, so that nothing of one report reaches the next. Elsewhere it is a fresh interpreter
(`fresh_process`).
"""

import json
import pickle
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, NoReturn

from pmexport import errors, pipeline
from pmexport.errors import BoundError, InputError, RenderError, UnfinishedError
from pmexport.house_style.config import require_config
from pmexport.isolation import fresh_process, warm_process
from pmexport.isolation.requests import Reply, Request, list_folders, refuse_argument
from pmexport.pipeline import Rendered, Source, load_source
from pmexport.problems import Problem

MAX_SECONDS = 1_000_000
"""The longest time limit: about eleven days. Systems reject waiting for much longer."""
_WORK = {
    "render": "rendering",
    "check": "checking",
    "digest": "computing the digest",
    "verify": "verifying",
    "verify_attached": "verifying",
    "extract_packed": "extracting",
}
"""The functions of `pmexport.api` that can run in a process of their own, and how messages name the work."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The bounds of a process."""

    timeout: float | None = None
    """Seconds; None without a limit."""
    memory: int | None = None
    """Bytes of address space, on systems with setrlimit; None without a limit."""


UNBOUNDED = Bounds()

Ask = Callable[[Request], Reply]
"""Has a process answer a request. Raises TimeoutError after its time limit, and OSError if it cannot be started."""


def run_isolated(
    function: str,
    source: Source | bytes,
    *,
    timeout: float | None,
    memory: int | None,
    warnings: list[Problem] | None = None,
    ask: Ask | None = None,
    **arguments: Any,
) -> Any:
    """Return what a function of `pmexport.api` returns, called in a process of its own within these bounds.

    function: one of those in `_WORK`. source: its first argument. arguments: the others. timeout: seconds.
    memory: bytes of address space, on systems with setrlimit. ask: has a process answer a request. Default: one that is
    forked or started for it.

    The result is bytes, or plain data with dataclasses as dictionaries. Raises InputError for a bound that is not
    valid, BoundError if a bound is exceeded, RenderError if the process cannot be started or dies, and what the
    function raises.
    """
    bounds = check_bounds(timeout, memory)
    work = _WORK[function]
    if isinstance(source, Mapping):
        config = require_config(arguments.get("config"))
        source = load_source(source, config.resolve_limits(arguments.get("limits")), style=config)
    arguments = {name: dict(value) if isinstance(value, Mapping) else value for name, value in arguments.items()}
    answer, data = _ask_process(
        ask or _choose_process(), work, _pack_request(function, source, arguments, bounds), bounds
    )
    if answer["error"] is not None:
        _raise_error(answer, work, bounds)
    if warnings is not None:
        warnings += _unpack_problems(answer)
    return data if answer["result"] is None else answer["result"]


def render_formats(
    source: Source, formats: Mapping[str, Mapping[str, Any]], bounds: Bounds, **arguments: Any
) -> Rendered:
    """Return a report in several formats. With bounds, each is rendered in a process of its own.

    For the rest see `pmexport.pipeline.render_formats`.
    """
    if bounds == UNBOUNDED:
        return pipeline.render_formats(source, formats, **arguments)
    rendered = Rendered()
    for name, options in formats.items():
        given = {**arguments, **options, **asdict(bounds)}
        rendered.add(name, partial(run_isolated, "render", source, format=name, **given))
    return rendered


def check_bounds(timeout: float | None, memory: int | None) -> Bounds:
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


def _pack_request(function: str, source: Source | bytes, arguments: dict[str, Any], bounds: Bounds) -> Request:
    try:
        call = pickle.dumps((function, source, arguments))
    except Exception as error:  # pickle raises many kinds
        raise refuse_argument(error) from error
    return Request(str(arguments.get("format", "")), list_folders(), bounds.timeout, bounds.memory, call)


def _choose_process() -> Ask:
    return warm_process.ask if warm_process.AVAILABLE else fresh_process.ask


def _ask_process(ask: Ask, work: str, request: Request, bounds: Bounds) -> tuple[dict[str, Any], bytes]:
    """Return the head of a process's answer, and the bytes after it."""
    try:
        reply = ask(request)
    except TimeoutError as error:
        raise BoundError(f"{work} took longer than {bounds.timeout:g} s and was stopped.") from error
    except OSError as error:
        raise RenderError(f"a process for {work} could not be started: {error}.") from error
    head, _, data = reply.output.partition(b"\n")
    answer = json.loads(head) if head.endswith(b"}") else {"size": -1}
    if answer["size"] != len(data):
        raise_death(work, reply, bounds)
    return answer, data


def raise_death(work: str, reply: Reply, bounds: Bounds) -> NoReturn:
    """Raise the error for a process that ended without an answer."""
    if bounds.memory and reply.status:
        _raise_memory(work, bounds.memory)
    reason = ", ".join([f"exit status {reply.status}", *reply.errors.strip().splitlines()[-1:]])
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
