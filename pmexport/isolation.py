"""Rendering in a process of its own, which can be stopped: for servers that render what strangers wrote.

The process is a fresh interpreter, so that it works from any script and from a prompt. It is given the report as JSON
and gives back the document; nothing that it sends is executed.
"""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any, NoReturn

from pmexport import errors
from pmexport.errors import BoundError, InputError, PmexportError, RenderError, UnfinishedError
from pmexport.problems import Problem
from pmexport.report.model import Report

_CHILD = """
import json, sys
path, memory = json.loads(sys.argv[1])
if memory:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
sys.path[:] = path
from pmexport.isolation import serve
serve()
"""


def render(
    source: Report | str | Path, *, timeout: float | None, memory: int | None, **arguments: Any
) -> tuple[bytes, list[Problem]]:
    """Return a report as a document, and the warnings, made within these bounds.

    timeout: seconds. memory: bytes of address space, where the system has setrlimit. arguments: those of `api.render`.

    Raises BoundError where a bound is reached, RenderError where the process dies, and what `api.render` raises.
    """
    request = {"source": _source(source), "arguments": arguments}
    command = [sys.executable, "-I", "-c", _CHILD, json.dumps([sys.path, _supported(memory)])]
    try:
        sent = json.dumps(request, default=str).encode()  # a path may be among the options
        done = subprocess.run(command, input=sent, capture_output=True, timeout=timeout, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise BoundError(f"rendering took longer than {timeout:g} s and was stopped.") from error
    head, _, data = done.stdout.partition(b"\n")
    if done.returncode or not head:
        _refuse(done, memory)
    answer = json.loads(head)
    problems = [Problem(**problem) for problem in answer["problems"]]
    if answer["error"] is not None:
        _raise(answer, problems, memory, source)
    return data, problems


def serve() -> None:
    """Do what a request on standard input asks for, and write the answer to standard output. Runs in the process."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print must not get into the answer
    data = b""
    answer: dict[str, Any] = {"error": None, "message": "", "problems": []}
    try:
        data, problems = _answer(json.load(sys.stdin))
        answer["problems"] = list(map(_plain, problems))
    except PmexportError as error:
        found = error.problems if isinstance(error, InputError) else ()
        answer |= {"error": type(error).__name__, "message": str(error), "problems": list(map(_plain, found))}
        if isinstance(error, UnfinishedError):
            answer["findings"] = list(map(dataclasses.asdict, error.findings))
    except Exception:  # noqa: BLE001 - told to the caller, whose bug it is to show
        answer |= {"error": "", "message": traceback.format_exc()}
    out.write(json.dumps(answer).encode() + b"\n" + data)
    out.close()


def _answer(request: dict[str, Any]) -> tuple[bytes, list[Problem]]:
    from pmexport import api  # noqa: PLC0415 - it imports this module
    from pmexport.limits import Limits  # noqa: PLC0415

    arguments = request["arguments"]
    arguments["limits"] = Limits(**arguments["limits"])
    kind, value, base = request["source"]
    source: Report | str = Report.model_validate(value).based_at(base and Path(base)) if kind == "report" else value
    warnings: list[Problem] = []
    return api.render(source, **arguments, warnings=warnings), warnings


def _source(source: Report | str | Path) -> tuple[str, Any, str | None]:
    if isinstance(source, Report):
        base = None if source.base is None else str(source.base.absolute())
        return "report", source.model_dump(exclude_defaults=True), base
    return "path", str(source), None


def _plain(problem: Problem) -> dict[str, Any]:
    return {name: getattr(problem, name) for name in Problem.__dataclass_fields__}


def _supported(memory: int | None) -> int | None:
    if memory is not None and sys.platform == "win32":
        raise BoundError("memory cannot be bounded on Windows; bound the time.")
    return memory


def _refuse(done: subprocess.CompletedProcess[bytes], memory: int | None) -> NoReturn:
    last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
    how = f"it ended with {done.returncode}" + "".join(f": {line}" for line in last)
    if memory:
        raise BoundError(f"rendering did not get by with {memory:,} bytes of memory; {how}.")
    raise RenderError(f"the process that rendered died; {how}.")


def _placed(finding: Problem, source: object) -> Problem:
    """Return a finding with its place in the report's file, of which the process knew nothing."""
    if not isinstance(source, Report) or source.origin is None:
        return finding
    spot = source.origin.find(finding.path)
    return dataclasses.replace(finding, file=spot.file, line=spot.line, column=spot.column)


def _raise(answer: dict[str, Any], problems: list[Problem], memory: int | None, source: object) -> NoReturn:
    name, message = answer["error"], answer["message"]
    if name == "InputError":
        raise InputError(problems)
    if name == "UnfinishedError":
        raise UnfinishedError(_placed(Problem(**finding), source) for finding in answer["findings"])
    if name in errors.__all__:
        raise getattr(errors, name)(message)
    if memory:
        last = message.strip().splitlines()[-1]
        raise BoundError(f"rendering did not get by with {memory:,} bytes of memory; it ended with {last}.")
    raise RuntimeError(message)
