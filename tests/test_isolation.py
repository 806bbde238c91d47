"""Rendering in a process that can be stopped."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pmexport import (
    BoundError,
    FormatError,
    InputError,
    Problem,
    ThemeError,
    UnfinishedError,
    check,
    digest,
    load,
    render,
    verify,
)
from pmexport.checks.levels import Levels
from pmexport.isolation import warm_process

pytestmark = pytest.mark.slow

SAMPLES = Path(__file__).parent.parent / "samples"
SAMPLE = SAMPLES / "checkout-outage.yaml"
MINUTES = 600.0


@pytest.mark.parametrize("format_name", ["md", "pdf"])
def test_the_bytes_are_the_same(format_name: str) -> None:
    warnings: list[Problem] = []
    bounded = render(load(SAMPLE), format_name, timeout=MINUTES, memory=4 << 30, warnings=warnings)
    assert bounded == render(SAMPLE, format_name)
    assert warnings == []


def test_check_digest_and_verify_give_the_same(tmp_path: Path) -> None:
    document = tmp_path / "report.md"
    document.write_bytes(render(SAMPLE, "md"))
    for source in (SAMPLE, load(SAMPLE)):
        assert digest(source, timeout=MINUTES) == digest(source)
        assert check(source, timeout=MINUTES, levels={"PM014": "note"}) == check(source, levels={"PM014": "note"})
        assert verify(source, document, timeout=MINUTES) == verify(source, document)
        assert verify(source, b"none", timeout=MINUTES) == verify(source, b"none")


def test_findings_have_the_place_of_their_character() -> None:
    report = load(b"title: T\nsummary: |\n  Fine.\n  Write to TBD.\n", format="yaml")
    found = check(report, timeout=MINUTES)
    assert found == check(report)
    assert (4, 12) in {(finding.line, finding.column) for finding in found}


def test_what_reading_noticed_and_the_file_says_come_through() -> None:
    fields = {"title": "T", "status": "final", "severity": "P2"}
    finalized = fields | {"finalized_digest": digest(fields)}
    report = load(finalized, overrides={"severity": "P1"}).read_from(None, (Problem("a remark.", line=7),))
    for timeout in (None, MINUTES):
        warnings: list[Problem] = []
        levels: Levels = {"PM002": "warning"}
        assert b"P1" in render(report, "md", levels=levels, warnings=warnings, timeout=timeout)
        assert [(warning.message, warning.line) for warning in warnings] == [("a remark.", 7)]


def test_warnings_come_through() -> None:
    warnings: list[Problem] = []
    render({"title": "T", "figures": [{"src": "no.png", "alt": "a"}]}, "md", timeout=MINUTES, warnings=warnings)
    assert [warning.message for warning in warnings] == [
        "the image no.png is not shown. The report has no folder to read files from."
    ]


def test_the_time_is_bounded() -> None:
    with pytest.raises(BoundError, match=r"longer than 0\.01 s"):
        render({"title": "T"}, "md", timeout=0.01)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take the limit and ignore it")
def test_the_memory_is_bounded() -> None:
    with pytest.raises(BoundError, match="memory limit"):
        render({"title": "T"}, "pdf", memory=60_000_000)


def test_errors_come_through() -> None:
    with pytest.raises(InputError) as error:
        render(SAMPLES / "none.yaml", "md", timeout=MINUTES)
    assert error.value.problems[0].file.endswith("none.yaml")
    with pytest.raises(ThemeError, match="unknown theme"):
        render({"title": "T"}, "md", theme="none", timeout=MINUTES)
    with pytest.raises(FormatError, match="has no option"):
        render({"title": "T"}, "md", timeout=MINUTES, paper="blue")
    for function in (check, digest):
        with pytest.raises(InputError, match=r"none\.yaml"):
            function(SAMPLES / "none.yaml", timeout=MINUTES)
    with pytest.raises(InputError, match=r"none\.pdf"):
        verify({"title": "T"}, "none.pdf", timeout=MINUTES)
    with pytest.raises(UnfinishedError, match="marked final") as unfinished:
        render({"title": "T", "status": "final"}, "md", timeout=MINUTES)
    assert unfinished.value.findings


# ---- bounds

Call = Callable[..., Any]
CALLS: dict[str, Call] = {
    "render": lambda **bounds: render({"title": "T"}, "md", **bounds),
    "check": lambda **bounds: check({"title": "T"}, **bounds),
    "digest": lambda **bounds: digest({"title": "T"}, **bounds),
    "verify": lambda **bounds: verify({"title": "T"}, b"", **bounds),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize(
    "timeout", [0, -1, 0.0, -0.5, math.inf, -math.inf, math.nan, 1e300, 10**400, True, "9"], ids=str
)
def test_only_a_number_of_seconds_is_a_time_limit(timeout: object, call: Call) -> None:
    with pytest.raises(InputError, match=r"timeout is .*, expected a number of seconds above 0"):
        call(timeout=timeout)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("memory", [0, -1, 2.5e9, math.inf, math.nan, 2**80, 10**5000, True, "2 GiB"], ids=type)
def test_only_a_number_of_bytes_is_a_memory_limit(memory: object, call: Call) -> None:
    with pytest.raises(InputError, match=r"memory is .*, expected a whole number of bytes above 0"):
        call(memory=memory)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_every_function_is_stopped(call: Call) -> None:
    with pytest.raises(BoundError, match=r"took longer than 0\.01 s"):
        call(timeout=0.01)
    if sys.platform == "linux":
        with pytest.raises(BoundError, match="exceeded the memory limit of 1 MiB"):
            call(memory=2**20)


def test_an_argument_that_cannot_be_sent_is_refused() -> None:
    with pytest.raises(InputError, match="cannot be sent to another process"):
        render({"title": "T"}, "md", timeout=MINUTES, standard=lambda: None)


# ---- unusual callers

CALLERS = {
    "no interpreter": "sys.executable = None",
    "an empty name of the interpreter": "sys.executable = ''",
    "paths in sys.path": "sys.path += [pathlib.Path('/none'), '/none\\udcff']",
    "a long sys.path": "sys.path += ['/none' * 50] * 5000",
    "SIGCHLD ignored": "signal.signal(signal.SIGCHLD, signal.SIG_IGN)",
    "SIGPIPE fatal": "signal.signal(signal.SIGPIPE, signal.SIG_DFL)",
    "signals blocked": "signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals))",
    "no standard streams": "os.close(0); os.close(1); os.close(2)",
    "no standard input": "os.close(0)",
    "no standard output": "os.close(1)",
    "no standard error": "os.close(2)",
    "no streams in Python": "sys.stdin = sys.stdout = sys.stderr = None",
    "a folder that is gone": "os.chdir(gone := tempfile.mkdtemp()); os.rmdir(gone)",
    "an empty environment": "os.environ.clear()",
}
ERRING = {
    "an interpreter that is not there": ("sys.executable = '/none'", "could not be started"),
    "a program that does nothing": ("sys.executable = '/bin/true'", "exited unexpectedly"),
    "a program that is not Python": ("sys.executable = '/bin/cat'", "exited unexpectedly"),
}
CALLER = """
import os, pathlib, signal, sys, tempfile
{how}
from pmexport.isolation import warm_process
warm_process.AVAILABLE = {warm}
from pmexport import PmexportError, render
try:
    made = render({{"title": "T"}}, "md", timeout=600).decode()
except PmexportError as error:
    made = str(error)
pathlib.Path({out!r}).write_text(made, "utf-8")
"""


def answered(how: str, folder: Path, *, warm: bool) -> str:
    """Return the document that a caller gets, or the message of its error."""
    out = folder / "answer"
    code = CALLER.format(how=how, out=str(out), warm=warm)
    subprocess.run([sys.executable, "-c", code], check=True, timeout=MINUTES)
    return out.read_text("utf-8")


both = pytest.mark.parametrize("warm", [True, False] if warm_process.AVAILABLE else [False])
"""A fork of the warm process, and a fresh one."""


@pytest.mark.skipif(os.name != "posix", reason="descriptors and signals of POSIX")
@both
@pytest.mark.parametrize("how", CALLERS.values(), ids=CALLERS)
def test_an_unusual_caller_gets_the_document(how: str, warm: bool, tmp_path: Path) -> None:
    assert answered(how, tmp_path, warm=warm).startswith("# T\n")


@pytest.mark.skipif(os.name != "posix", reason="programs of POSIX")
@both
@pytest.mark.parametrize(("how", "message"), ERRING.values(), ids=ERRING)
def test_a_caller_without_python_gets_an_error(how: str, message: str, warm: bool, tmp_path: Path) -> None:
    assert message in answered(how, tmp_path, warm=warm)


# ---- the end of the process

ENDLESS = """
import pathlib, time
from pmexport import api, render
from pmexport.isolation import fresh_process, warm_process
warm_process.AVAILABLE = {warm}
fresh_process._CHILD = fresh_process._CHILD.replace("worker.answer_caller(api, start)", {code!r})
warm_process._PARENT = warm_process._PARENT.replace("warm_parent.serve(api, caller)", {code!r})
render({{"title": "T"}}, "md", timeout={timeout})
"""
BUSY = """
import os, pathlib, re, time
render = api.render
def hang(source, *rest, **options):
    if isinstance(source, dict):  # the warm process prepares itself
        return render(source, *rest, **options)
    pathlib.Path({pid!r}).write_text(str(os.getpid()))
    {hang}
api.render = hang
{before}
{work}
"""
HANGS = {
    "asleep": "time.sleep(600)",
    "in Python": "while True: pass",
    "in C": "re.match('(a*)*b', 'a' * 99)",
}


def start_endless(
    folder: Path, hang: str, *, warm: bool, timeout: float, before: str = ""
) -> tuple[subprocess.Popen[bytes], int]:
    """Start a caller whose work never ends. Return the caller and the id of the process that works for it."""
    pid = folder / "pid"
    work = "warm_parent.serve(api, caller)" if warm else "worker.answer_caller(api, start)"
    code = BUSY.format(pid=str(pid), hang=hang, before=before, work=work)
    caller = subprocess.Popen(
        [sys.executable, "-c", ENDLESS.format(code=code, timeout=timeout, warm=warm)],
        stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(folder)},
    )
    deadline = time.monotonic() + 60
    while not (pid.exists() and pid.read_text("utf-8")):
        assert time.monotonic() < deadline, "the work never began"
        time.sleep(0.05)
    return caller, int(pid.read_text("utf-8"))


def is_running(pid: int) -> bool:
    """Return whether a process runs; one that ended but was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def assert_ends(pid: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while is_running(pid):
        assert time.monotonic() < deadline, "it outlived its caller"
        time.sleep(0.05)


def assert_empty(folder: Path, seconds: float) -> None:
    """Wait until the temporary folders of processes are removed."""
    deadline = time.monotonic() + seconds
    while left := list(folder.glob("pmexport-*")):
        assert time.monotonic() < deadline, f"{left} is left"
        time.sleep(0.05)


linux = pytest.mark.skipif(sys.platform != "linux", reason="/proc tells whether a process runs")


@linux
@both
@pytest.mark.parametrize(
    ("ending", "hang"), [(signal.SIGINT, "asleep"), (signal.SIGTERM, "in Python"), (signal.SIGKILL, "in C")]
)
def test_it_ends_with_its_caller(ending: signal.Signals, hang: str, warm: bool, tmp_path: Path) -> None:
    caller, pid = start_endless(tmp_path, HANGS[hang], timeout=MINUTES, warm=warm)
    caller.send_signal(ending)
    caller.communicate()
    assert_ends(pid, 20)
    if warm:
        assert_empty(tmp_path, 20)


@linux
@both
def test_it_ends_with_its_caller_where_the_system_does_not_help(warm: bool, tmp_path: Path) -> None:
    before = "import pmexport.isolation.worker; pmexport.isolation.worker._SET_PARENT_DEATH_SIGNAL = -1"
    caller, pid = start_endless(tmp_path, HANGS["in Python"], timeout=MINUTES, warm=warm, before=before)
    caller.kill()
    caller.communicate()
    assert_ends(pid, 20)


@linux
@both
def test_it_ends_at_its_deadline_even_if_its_caller_is_stopped(warm: bool, tmp_path: Path) -> None:
    caller, pid = start_endless(tmp_path, HANGS["in C"], timeout=10, warm=warm)
    caller.send_signal(signal.SIGSTOP)
    try:
        assert_ends(pid, 60)
    finally:
        caller.send_signal(signal.SIGCONT)
        _, err = caller.communicate()
    assert b"BoundError" in err or b"RenderError" in err


def test_modules_in_the_working_directory_are_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('imported')", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert render({"title": "T"}, "md", timeout=MINUTES).startswith(b"# T")


def test_variables_of_python_are_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sitecustomize.py").write_text("raise SystemExit('imported')", "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert render({"title": "T"}, "md", timeout=MINUTES).startswith(b"# T")


def test_works_from_a_script_without_a_guard_and_from_standard_input(tmp_path: Path) -> None:
    code = "from pmexport import render\nprint(render({'title': 'T'}, 'md', timeout=600.0).decode())\n"
    script = tmp_path / "unguarded.py"
    script.write_text(code, "utf-8")
    for command, given in (([sys.executable, str(script)], None), ([sys.executable, "-"], code)):
        done = subprocess.run(command, input=given, capture_output=True, text=True, check=True, cwd=tmp_path)
        assert done.stdout.startswith("# T\n")


# ---- the warm process

forks = pytest.mark.skipif(not warm_process.AVAILABLE, reason="no process is kept")


def warm_id() -> int:
    """Return the id of the process that is kept."""
    return warm_process._current[0].process.pid


@forks
def test_each_call_has_the_surroundings_of_its_caller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    render({"title": "T"}, "md", timeout=MINUTES)
    kept = warm_id()
    report = {"title": "T", "action_items": [{"action": "a", "deadline": "2026-03-01"}]}
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert b"verdue" not in render(report, "md", timeout=MINUTES)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    assert b"verdue" in render(report, "md", timeout=MINUTES)
    (tmp_path / "here.yaml").write_text("title: Here\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert render("here.yaml", "md", timeout=MINUTES).startswith(b"# Here")
    assert warm_id() == kept


@forks
def test_a_process_that_was_killed_is_replaced() -> None:
    render({"title": "T"}, "md", timeout=MINUTES)
    os.kill(warm_id(), signal.SIGKILL)
    os.waitid(os.P_PID, warm_id(), os.WEXITED | os.WNOWAIT)
    assert render({"title": "T"}, "md", timeout=MINUTES).startswith(b"# T")


@forks
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_forked_caller_has_a_process_of_its_own() -> None:
    render({"title": "T"}, "md", timeout=MINUTES)
    kept = warm_id()
    child = os.fork()
    if not child:
        made = render({"title": "T"}, "md", timeout=MINUTES)
        own = warm_id()
        warm_process._leave_process()
        os._exit(0 if made.startswith(b"# T") and own != kept else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert render({"title": "T"}, "md", timeout=MINUTES).startswith(b"# T")
    assert warm_id() == kept


@both
def test_nothing_is_left_of_what_was_stopped(warm: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm_process, "AVAILABLE", warm)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    if warm:
        warm_process._leave_process()
    rows = [{"time": f"{number // 60:02}:{number % 60:02}", "event": "**E**"} for number in range(600)]
    assert render({"title": "T"}, "pdf", timeout=MINUTES)
    for timeout in (0.2, 0.4, 0.6):
        with pytest.raises(BoundError):
            render({"title": "T", "timeline": rows}, "pdf", timeout=timeout)
    assert_empty(tmp_path, 20)
    assert not list(tmp_path.iterdir())
    if warm:
        warm_process._leave_process()


@forks
def test_the_warm_process_has_no_threads() -> None:
    for format_name in ("pdf", "docx", "html", "md"):
        render({"title": "T"}, format_name, timeout=MINUTES)
    assert check({"title": "T"}, timeout=MINUTES)
    if sys.platform == "linux":
        assert len(list(Path(f"/proc/{warm_id()}/task").iterdir())) == 1


@forks
@linux
@pytest.mark.parametrize("sent", [0, 5, 30])
def test_the_warm_process_ends_with_a_caller_that_is_killed_as_it_starts(sent: int, tmp_path: Path) -> None:
    code = f"""
import os, pathlib, signal
from pmexport import render
from pmexport.isolation import warm_process
def send(connection, data):
    connection.sendall(data[:{sent}])
    pathlib.Path({str(tmp_path / "pid")!r}).write_text(str(warm_process._current[0].process.pid))
    os.kill(os.getpid(), signal.SIGKILL)
warm_process._send_all = send
render({{"title": "T"}}, "md", timeout=600)
"""
    subprocess.run([sys.executable, "-c", code], check=False)
    assert_ends(int((tmp_path / "pid").read_text("utf-8")), 60)
