"""Warm worker processes."""

from __future__ import annotations

import operator
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from pmexport.batch import worker_pool
from pmexport.batch.worker_pool import WorkerError, WorkerPool

SAMPLE = Path(__file__).parents[2] / "samples" / "minimal.yaml"
UNGUARDED = f"""
from pmexport import render_many
print([result.state for result in render_many([{str(SAMPLE)!r}], ["md"], "out", jobs=2)])
"""


@pytest.fixture
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(2) as pool:
        yield pool


def test_results_and_exceptions_come_back(pool: WorkerPool) -> None:
    assert list(pool.map(operator.add, range(20), range(20))) == list(range(0, 40, 2))
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        pool.submit(operator.truediv, 1, 0).result()
    assert pool.submit(operator.add, 1, 1).result() == 2


def test_what_is_printed_is_no_result(pool: WorkerPool) -> None:
    assert pool.submit(print, "printed").result() is None


def test_a_process_that_dies_fails_only_its_call(pool: WorkerPool) -> None:
    calls = [pool.submit(os._exit, 7) if number == 3 else pool.submit(operator.neg, number) for number in range(8)]
    with pytest.raises(WorkerError, match="exit status 7"):
        calls[3].result()
    assert [call.result() for number, call in enumerate(calls) if number != 3] == [0, -1, -2, -4, -5, -6, -7]


def test_a_process_that_never_worked_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(worker_pool, "_CHILD", "raise SystemExit(3)")
    monkeypatch.setattr(worker_pool, "list_folders", lambda: ["x" * 2**20])  # more than a pipe holds
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with WorkerPool(1) as pool, pytest.raises(WorkerError, match="exit status 3"):
        pool.submit(operator.neg, 1).result()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_processes_stay_and_are_replaced() -> None:
    with WorkerPool(1, calls_per_worker=3) as pool:
        ids = [pool.submit(os.getpid).result() for _ in range(7)]
    assert ids[0] == ids[1] == ids[2] != ids[3] == ids[4] == ids[5] != ids[6]


def test_cancelling_ends_what_is_at_work() -> None:
    pool = WorkerPool(1)
    working, waiting = pool.submit(time.sleep, 3600), pool.submit(time.sleep, 3600)
    while not working.running():
        time.sleep(0.01)
    pool.shutdown(cancel_futures=True)
    with pytest.raises(WorkerError):
        working.result()
    with pytest.raises(CancelledError):
        waiting.result()


@pytest.mark.slow
@pytest.mark.parametrize("start", [["script.py"], ["-"]], ids=["script", "prompt"])
def test_it_works_in_an_unguarded_script_and_at_a_prompt(start: list[str], tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(UNGUARDED, "utf-8")
    run = subprocess.run(
        [sys.executable, *start], cwd=tmp_path, check=False, capture_output=True, input=UNGUARDED, text=True
    )
    assert (run.stdout, run.stderr) == ("['written']\n", "")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal")
def test_processes_end_with_their_caller_and_leave_no_files(tmp_path: Path) -> None:
    script = """
import os, time
from pmexport.batch import worker_pool
from pmexport.batch.worker_pool import WorkerPool
pool = WorkerPool(1)
print(pool.submit(os.getpid).result(), flush=True)
pool.submit(time.sleep, 3600).result()
"""
    options = {"stdout": subprocess.PIPE, "text": True, "env": os.environ | {"TMPDIR": str(tmp_path)}}
    with subprocess.Popen([sys.executable, "-c", script], **options) as caller:  # type: ignore[call-overload]
        worker = int(caller.stdout.readline())
        assert list(tmp_path.iterdir())
        caller.kill()
    wait_until(lambda: not _is_alive(worker))
    assert not list(tmp_path.iterdir())


def wait_until(holds: Callable[[], bool]) -> None:
    while not holds():
        time.sleep(0.01)


def _is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_workers_start_if_the_interpreter_is_not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", None)
    with WorkerPool(1) as pool:
        assert pool.submit(len, "abc").result() == 3
