"""`finalize` ends in one of two whole states, whatever signal or stream ends it. `make fuzz` tries 200 moments."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Run
from hypothesis import settings

from pmexport import digest, load
from pmexport.publishing.save_final import recover_report
from pmexport.publishing.verify import read_claim

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signals"),
]

REPORT = """\
title: Search was slow
status: draft
id: INC-1
severity: P1
commander: Ana Ruiz
date: 2026-03-14
summary: Searches took nine seconds.
timeline:
  - {time: "14:00", phase: Detection, event: The alert fires.}
  - {time: "15:00", phase: Resolution, event: The pool is larger.}
root_cause: The pool was too small.
impact: {users_affected: "7"}
action_items:
  - {id: AI-1, action: Alert on it., owner: Ivo, deadline: 2036-01-01, ticket: T-1}
"""
FINALIZE = [sys.executable, "-m", "pmexport", "finalize", "report.yaml", "--published", "2026-03-19"]
SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGKILL")

LOOP = """
import signal, sys, time
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # `nohup make test` ignores it
from pathlib import Path
from pmexport.publishing.report_lock import lock_report
from pmexport.publishing.save_final import save_final
report, document = Path(sys.argv[1]), Path(sys.argv[2])
before, after = (b"before\\n", b"old\\n" * 99), (b"afterwards\\n", b"new document\\n" * 99)
with lock_report(report) as locked:
    start = time.monotonic()
    for turn in range(10**9):
        save_final(locked, before[0], after[0], document, after[1])
        save_final(locked, after[0], before[0], document, before[1])
        if not turn:
            print(time.monotonic() - start, flush=True)
"""
BEFORE, AFTER = (b"before\n", b"old\n" * 99), (b"afterwards\n", b"new document\n" * 99)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.yaml"
    path.write_text(REPORT, "utf-8")
    return path


def count_moments() -> int:
    return 200 if settings.get_current_profile_name() == "fuzz" else 24


def assert_whole(report: Path) -> bool:
    """Check that the report is as before, or final with its document, and that nothing else is left. Return which."""
    final = report.read_bytes() != REPORT.encode()
    names = {path.name for path in report.parent.iterdir()}
    if final:
        claim = read_claim((report.parent / "out.md").read_bytes())
        assert claim is not None
        assert claim.digest == digest(report)
        assert (load(report).stage, load(report).revision) == ("final", "1")
    assert names - {"report.yaml"} == ({"out.md"} if final else set())
    return final


def test_a_signal_at_any_moment(report: Path, run: Run) -> None:
    moments = random.Random(11)
    start = time.monotonic()
    subprocess.run([*FINALIZE, "-o", "out.md"], cwd=report.parent, check=True, capture_output=True)
    longest = (time.monotonic() - start) * 1.1
    assert assert_whole(report)
    for number in range(count_moments()):
        report.write_text(REPORT, "utf-8")
        (report.parent / "out.md").unlink(missing_ok=True)
        name = SIGNALS[number % len(SIGNALS)]
        with subprocess.Popen([*FINALIZE, "-o", "out.md"], cwd=report.parent, stderr=subprocess.PIPE) as process:
            time.sleep(moments.uniform(0, longest))
            process.send_signal(signal.Signals[name])
            process.communicate()
        if name == "SIGKILL":
            recover_report(report)
        if not assert_whole(report):
            assert run("finalize", "report.yaml", "-o", "out.md").code == 0
            assert assert_whole(report)


@pytest.mark.parametrize("name", SIGNALS)
def test_a_signal_between_the_writes(name: str, tmp_path: Path) -> None:
    report, document = tmp_path / "report.yaml", tmp_path / "out.md"
    moments = random.Random(name)
    seen = []
    for _ in range(count_moments() // 2):
        report.write_bytes(BEFORE[0])
        document.write_bytes(BEFORE[1])
        with subprocess.Popen([sys.executable, "-c", LOOP, report, document], stdout=subprocess.PIPE) as process:
            assert process.stdout
            time.sleep(moments.uniform(0, float(process.stdout.readline())))
            process.send_signal(signal.Signals[name])
        if name == "SIGKILL":
            recover_report(report)
        seen.append((report.read_bytes(), document.read_bytes()))
        assert seen[-1] in (BEFORE, AFTER)
        assert {path.name for path in tmp_path.iterdir()} == {"report.yaml", "out.md"}
    assert len(set(seen)) == 2  # the moments were between the writes, not before all of them


def open_closed_pipe() -> int:
    read, write = os.pipe()
    os.close(read)
    return write


STREAMS: dict[str, Callable[[], int]] = {
    "full": lambda: os.open("/dev/full", os.O_WRONLY),
    "closed pipe": open_closed_pipe,
    "only for reading": lambda: os.open("/dev/null", os.O_RDONLY),
}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device")
@pytest.mark.parametrize("name", STREAMS)
def test_standard_output_that_fails_leaves_the_report(name: str, report: Path) -> None:
    stdout = STREAMS[name]()
    done = subprocess.run([*FINALIZE, "-o", "-"], cwd=report.parent, stdout=stdout, stderr=subprocess.PIPE, check=False)
    os.close(stdout)
    assert done.returncode != 0
    assert not assert_whole(report)


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
@pytest.mark.parametrize("output", ["-", "out.md"])
def test_closed_streams_leave_a_whole_state(closed: str, output: str, report: Path) -> None:
    script = f'exec "$@" {closed}'
    subprocess.run(["sh", "-c", script, "sh", *FINALIZE, "-o", output], cwd=report.parent, check=False)
    final = report.read_bytes() != REPORT.encode()
    if output == "-" and closed in ("2>&-", "<&-"):
        assert final
    elif output == "-":
        assert not final
    else:
        assert_whole(report)


def test_two_at_once_make_one_revision(report: Path) -> None:
    commands = [[*FINALIZE, "-o", f"out{number}.md"] for number in range(3)]
    started = [subprocess.Popen(command, cwd=report.parent, stderr=subprocess.PIPE) for command in commands]
    messages = [process.communicate()[1].decode() for process in started]
    won = [process.returncode == 0 for process in started]
    assert any(won)
    for message, first in zip(messages, won, strict=True):
        assert first or "is being finalized by another process" in message
    assert load(report).revision == "1"
    documents = [read_claim(path.read_bytes()) for path in report.parent.glob("out*.md")]
    assert len(documents) == sum(won)
    assert {claim.digest if claim else "" for claim in documents} == {digest(report)}
