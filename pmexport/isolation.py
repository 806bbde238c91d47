"""The pipeline in a process of its own, which can be killed: for servers that render reports from strangers.

The process is a fresh interpreter, so that this works from any script and from a prompt. It receives the report as JSON
and returns the document; nothing that it sends is executed.
"""

import dataclasses
import datetime as dt
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from pmexport import errors
from pmexport.errors import BoundError, InputError, PmexportError, RenderError, UnfinishedError
from pmexport.limits import Limits
from pmexport.pipeline import Source, load_source, render_source
from pmexport.problems import Place, Problem
from pmexport.report.model import Report
from pmexport.theming import themes

_CHILD = """
import json, sys
path, memory = json.loads(sys.argv[1])
if memory:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
sys.path[:] = path
from pmexport.isolation import answer_request
answer_request()
"""


def render_isolated(
    source: Source, *, timeout: float | None, memory: int | None, warnings: list[Problem] | None, **arguments: Any
) -> bytes:
    """Return a report as a document, rendered within these bounds.

    timeout: seconds. memory: bytes of address space, on systems with setrlimit. arguments: those of `render_source`.

    Raises BoundError if a bound is exceeded, RenderError if the process dies, and what `render_source` raises.
    """
    if memory is not None and sys.platform == "win32":
        raise BoundError("memory cannot be limited on Windows. Limit the time instead.")
    if isinstance(source, Mapping):
        source = load_source(source, arguments["limits"])
    request = {"source": _pack_source(source), "arguments": _pack_arguments(arguments)}
    command = [sys.executable, "-I", "-c", _CHILD, json.dumps([sys.path, memory])]
    try:
        sent = json.dumps(request, default=str).encode()  # a path may be among the options
        done = subprocess.run(command, input=sent, capture_output=True, timeout=timeout, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise BoundError(f"rendering took longer than {timeout:g} s and was stopped.") from error
    head, _, data = done.stdout.partition(b"\n")
    if done.returncode or not head:
        _raise_death(done, memory)
    answer = json.loads(head)
    if answer["error"] is not None:
        _raise_error(answer, memory, source)
    if warnings is not None:
        warnings += _locate_problems(_unpack_problems(answer), source)
    return data


def _pack_source(source: Source) -> tuple[str, Any, str | None]:
    if isinstance(source, Report):
        base = None if source.base is None else str(source.base.absolute())
        written = None if source.written is source else source.written.model_dump(exclude_defaults=True)
        remarks = [problem.as_dict() for problem in source.remarks]
        return "report", (source.model_dump(exclude_defaults=True), written, remarks), base
    return "path", str(source), None


def _pack_arguments(arguments: dict[str, Any]) -> dict[str, Any]:
    theme, as_of, levels = arguments["theme"], arguments["as_of"], arguments["levels"]
    folder = theme.folders[0] if isinstance(theme, themes.Theme) else theme
    return arguments | {
        "theme": str(folder.absolute()) if isinstance(folder, Path) else folder,
        "as_of": as_of.isoformat() if isinstance(as_of, dt.date) else as_of,
        "limits": dataclasses.asdict(arguments["limits"]),
        "levels": levels and dict(levels),
    }


def _raise_death(done: subprocess.CompletedProcess[bytes], memory: int | None) -> NoReturn:
    last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
    reason = ", ".join([f"exit status {done.returncode}", *last])
    if memory:
        raise BoundError(f"rendering exceeded the memory limit of {_format_size(memory)} and was stopped.")
    raise RenderError(f"the rendering process exited unexpectedly ({reason}).")


def _format_size(size: int) -> str:
    """Return a size in MiB, rounded."""
    return f"{size / 2**20:,.0f} MiB"


def _raise_error(answer: dict[str, Any], memory: int | None, source: Source) -> NoReturn:
    name, message = answer["error"], answer["message"]
    problems = _unpack_problems(answer)
    if name == "InputError":
        raise InputError(problems)
    if name == "UnfinishedError":
        raise UnfinishedError(_locate_problems(problems, source))
    if name in errors.__all__:
        raise getattr(errors, name)(message, problems)
    if memory:
        raise BoundError(f"rendering exceeded the memory limit of {_format_size(memory)} and was stopped.")
    raise RuntimeError(message)


def _unpack_problems(answer: dict[str, Any]) -> list[Problem]:
    return [Problem(**problem) for problem in answer["problems"]]


def _locate_problems(problems: Iterable[Problem], source: Source) -> Iterator[Problem]:
    """Yield the problems with their places in the report's file, which the process did not know."""
    origin = source.origin if isinstance(source, Report) else None
    for problem in problems:
        unplaced = origin and problem.path and problem.place == Place()
        yield problem.at(origin.find(problem.path)) if origin and unplaced else problem


# ---- in the process


def answer_request() -> None:
    """Read a request from standard input, and write the answer to standard output."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # anything that a library prints must stay out of the answer
    data = b""
    answer: dict[str, Any] = {"error": None, "message": "", "problems": []}
    try:
        data, problems = _render_request(json.load(sys.stdin))
        answer["problems"] = [problem.as_dict() for problem in problems]
    except PmexportError as error:
        found = [problem.as_dict() for problem in error.problems]
        answer |= {"error": type(error).__name__, "message": str(error), "problems": found}
    except Exception:  # noqa: BLE001 - passed on to the caller
        answer |= {"error": "", "message": traceback.format_exc()}
    out.write(json.dumps(answer).encode() + b"\n" + data)
    out.close()


def _unpack_report(fields: Any, written: Any, remarks: Any) -> Report:
    report = Report.model_validate(fields).read_from(None, tuple(Problem(**remark) for remark in remarks))
    return report if written is None else report.overriding(Report.model_validate(written))


def _render_request(request: dict[str, Any]) -> tuple[bytes, list[Problem]]:
    arguments = request["arguments"]
    arguments["limits"] = Limits(**arguments["limits"])
    kind, value, base = request["source"]
    source: Source = _unpack_report(*value).based_at(base and Path(base)) if kind == "report" else value
    warnings: list[Problem] = []
    return render_source(source, **arguments, warnings=warnings), warnings
