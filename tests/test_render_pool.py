"""Rendering in a pool of warm processes."""

from __future__ import annotations

import asyncio
import datetime as dt
import inspect
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from pmexport import (
    BoundError,
    Config,
    FormatError,
    InputError,
    Limits,
    Problem,
    RenderError,
    RenderPool,
    UnfinishedError,
    load,
    render,
)

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "samples" / "checkout-outage.yaml"
MINUTES = 600.0
ENDLESS: dict[str, Any] = {"title": "T", "timeline": [{"time": "10:00", "event": "a *b* `c`"}] * 8000}
"""A report that takes about a minute to become a PDF."""
needs_signals = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal")


@pytest.fixture(scope="module")
def pool() -> Iterator[RenderPool]:
    with RenderPool(2, timeout=MINUTES) as pool:
        yield pool


def _processes(pool: RenderPool) -> set[int]:
    return {process._process.pid for process in pool._running}


def _await(condition: Any) -> None:
    while not condition():
        time.sleep(0.01)


def test_documents_are_the_same(pool: RenderPool) -> None:
    for source in (SAMPLE, load(SAMPLE)):
        assert pool.render(source, "pdf") == render(source, "pdf")
    assert pool.render(SAMPLE, "html", theme="board", as_of="2026-05-01") == render(
        SAMPLE, "html", theme="board", as_of="2026-05-01"
    )


def test_it_takes_what_render_takes() -> None:
    """Except for `memory`, which is the same for all renderings of a pool."""
    wanted = {name: one for name, one in inspect.signature(render).parameters.items() if name != "memory"}
    for method in (RenderPool.render, RenderPool.arender):
        _, *parameters = inspect.signature(method).parameters.values()
        shown = [str(one).replace("themes.Theme", "Theme") for one in parameters]
        assert shown == [str(one).replace("themes.Theme", "Theme") for one in wanted.values()]


def test_every_argument_arrives(pool: RenderPool, tmp_path: Path) -> None:
    logo = (ROOT / "samples" / "graphs" / "checkout-error-rate.png").read_bytes()
    (tmp_path / "levels.toml").write_text('[checks]\nPM002 = "off"\n', "utf-8")
    source = {
        "title": "T",
        "summary": "S",
        "status": "final",
        "figures": [{"src": "a.png", "alt": "A"}],
        "action_items": ["a"],
    }
    given: dict[str, Any] = {
        "config": Config.model_validate({"document": {"kind": "Review"}}),
        "theme": "board",
        "as_of": dt.date(2026, 5, 1),
        "limits": Limits(log_lines=10),
        "allow_unfinished": True,
        "levels": tmp_path / "levels.toml",
        "files": {"a.png": logo},
        "logo": logo,
        "logo_alt": "Acme",
        "language": "de",
    }
    page = pool.render(source, "html", **given)
    assert page == render(source, "html", **given)
    assert all(word in page.decode() for word in ("Acme", "Review", "Management Summary", 'lang="de"'))


def test_warnings_and_errors_come_through(pool: RenderPool) -> None:
    warnings: list[Problem] = []
    pool.render({"title": "T", "figures": [{"src": "no.png", "alt": "a"}]}, "md", warnings=warnings)
    assert [warning.path for warning in warnings] == ["figures[0].src"]
    with pytest.raises(InputError, match=r"none\.yaml"):
        pool.render("none.yaml", "md")
    with pytest.raises(UnfinishedError) as unfinished:
        pool.render({"title": "T", "status": "final"}, "md")
    assert unfinished.value.findings
    with pytest.raises(FormatError, match="has no option"):
        pool.render({"title": "T"}, "md", paper="blue")


def test_the_folder_and_the_environment_are_those_of_the_caller(
    pool: RenderPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overdue = "title: T\naction_items: [{action: a, deadline: 2026-04-01}]\nlogs: [{file: a.log}]\n"
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "report.yaml").write_text(overdue, "utf-8")
        (tmp_path / name / "a.log").write_text(f"a line of {name}", "utf-8")
        monkeypatch.chdir(tmp_path / name)
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1777593600" if name == "two" else "1767225600")
        text = pool.render("report.yaml", "md")
        assert text == render("report.yaml", "md")
        assert f"a line of {name}" in text.decode()


def test_a_rendering_that_overruns_is_stopped_and_no_other_fails(pool: RenderPool) -> None:
    pool.prepare()
    before = _processes(pool)
    with ThreadPoolExecutor(3) as threads:
        long = threads.submit(pool.render, ENDLESS, "pdf", timeout=1)
        others = [threads.submit(pool.render, {"title": f"T{number}"}, "md") for number in range(20)]
        with pytest.raises(BoundError, match="longer than 1 s"):
            long.result()
        assert all(f"T{number}" in other.result().decode() for number, other in enumerate(others))
    pool.prepare()
    assert len(before & _processes(pool)) == 1
    assert len(_processes(pool)) == 2


def test_a_process_in_which_a_bug_was_met_renders_no_other_report() -> None:
    with RenderPool(1, timeout=MINUTES) as pool:
        pool.prepare()
        before = _processes(pool)
        with pytest.raises(RuntimeError, match="AttributeError"):
            pool.render(load({"title": "T"}), "md", language=5)  # type: ignore[arg-type]
        assert b"# T" in pool.render({"title": "T"}, "md")
        assert before.isdisjoint(_processes(pool))


@needs_signals
def test_a_process_that_dies_fails_only_its_own_rendering(pool: RenderPool) -> None:
    pool.prepare()
    with ThreadPoolExecutor(1) as thread:
        dying = thread.submit(pool.render, ENDLESS, "pdf")
        _await(lambda: any(process.is_working for process in pool._running))
        (busy,) = (process for process in pool._running if process.is_working)
        os.kill(busy._process.pid, signal.SIGKILL)
        with pytest.raises(RenderError, match="exited unexpectedly"):
            dying.result()
    assert pool.render({"title": "T"}, "md")


@needs_signals
def test_processes_that_died_while_they_waited_are_replaced(pool: RenderPool) -> None:
    pool.prepare()
    before = _processes(pool)
    for process in before:
        os.kill(process, signal.SIGKILL)
    _await(lambda: not any(process.is_alive for process in pool._running))
    pool.prepare()
    assert not before & _processes(pool)
    assert len(_processes(pool)) == 2
    for process in _processes(pool):
        os.kill(process, signal.SIGKILL)
    assert all(pool.render({"title": "T"}, "md") for _ in range(4))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take the limit and ignore it")
def test_the_memory_is_bounded() -> None:
    with RenderPool(1, memory=600 << 20) as pool:
        assert pool.render({"title": "T"}, "pdf").startswith(b"%PDF")
        with pytest.raises(BoundError, match="memory limit of 600 MiB"):
            pool.render({"title": "T", "logs": [{"text": "a\n" * 15_000_000}]}, "pdf")
        assert pool.render({"title": "T"}, "pdf").startswith(b"%PDF")
    with RenderPool(1, memory=1 << 20) as pool, pytest.raises(BoundError, match="memory limit of 1 MiB"):
        pool.render({"title": "T"}, "md")
    with RenderPool(1, memory=1 << 20) as pool, pytest.raises(BoundError, match="memory limit of 1 MiB"):
        pool.prepare()


def test_processes_are_replaced_after_a_number_of_renderings() -> None:
    with RenderPool(1, calls_per_worker=2) as pool:
        seen = []
        for _ in range(5):
            pool.render({"title": "T"}, "md")
            seen.append(pool._slots.get())
            pool._slots.put(seen[-1])
        assert seen[0] is not seen[2] is not seen[4]


@pytest.mark.parametrize("workers", [0, -1, True, "2", 1.5])
def test_only_a_number_of_processes_is_taken(workers: Any) -> None:
    with pytest.raises(InputError, match="workers is"):
        RenderPool(workers)
    with pytest.raises(InputError, match="timeout is"):
        RenderPool(1, timeout=-1)


# ---- many callers


def test_many_threads_get_their_own_documents(pool: RenderPool) -> None:
    def work(number: int) -> bool:
        return all(
            f"T{number}-{turn}" in pool.render({"title": f"T{number}-{turn}"}, "md").decode() for turn in range(10)
        )

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(work, range(8)))


def test_many_tasks_get_their_own_documents(pool: RenderPool) -> None:
    async def work() -> list[bytes]:
        ticking = asyncio.create_task(_tick())
        documents = await asyncio.gather(*(pool.arender({"title": f"T{number}"}, "pdf") for number in range(8)))
        ticking.cancel()
        return documents

    ticks = 0

    async def _tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    documents = asyncio.run(work())
    assert documents == [render({"title": f"T{number}"}, "pdf") for number in range(8)]
    assert ticks > 8  # the loop went on


def test_a_cancelled_task_stops_its_rendering(pool: RenderPool) -> None:
    async def work() -> None:
        task = asyncio.create_task(pool.arender(ENDLESS, "pdf"))
        while pool._slots.qsize() == 2:  # noqa: ASYNC110 - another thread takes the process
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    pool.prepare()
    asyncio.run(work())
    pool.prepare()
    _await(lambda: pool._slots.qsize() == 2)  # not after the minute that the report takes
    assert pool.render({"title": "T"}, "md")


FORKED = """
import os
from pmexport import RenderPool
pool = RenderPool(2)
pool.prepare()
parent = {process._process.pid for process in pool._running}
children = [os.fork() for _ in range(1)]
if children == [0]:
    assert not pool._running
    assert b"child" in pool.render({"title": "child"}, "md")
    assert not parent & {process._process.pid for process in pool._running}
    pool.close()
    os._exit(0)
assert os.waitpid(children[0], 0)[1] == 0
assert b"parent" in pool.render({"title": "parent"}, "md")
assert parent == {process._process.pid for process in pool._running}
pool.close()
print("fine")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_fork_has_processes_of_its_own() -> None:
    run = subprocess.run([sys.executable, "-W", "error", "-c", FORKED], check=False, capture_output=True, text=True)
    assert (run.stdout, run.stderr) == ("fine\n", "")


# ---- the end


def test_a_closed_pool_renders_nothing() -> None:
    with RenderPool(1) as pool:
        pool.render({"title": "T"}, "md")
        (process,) = pool._running
    assert process._process.poll() is not None
    assert not Path(process._folder).exists()
    with pytest.raises(RenderError, match="closed"):
        pool.render({"title": "T"}, "md")
    with pytest.raises(RenderError, match="closed"):
        asyncio.run(pool.arender({"title": "T"}, "md"))
    with pytest.raises(RenderError, match="closed"):
        pool.prepare()
    pool.close()


def test_closing_waits_for_what_is_at_work() -> None:
    pool = RenderPool(1)
    documents: list[bytes] = []
    thread = threading.Thread(target=lambda: documents.append(pool.render(SAMPLE, "pdf")))
    thread.start()
    _await(lambda: pool._slots.qsize() == 0)
    pool.close()
    thread.join()
    assert documents[0].startswith(b"%PDF")


LEFT = """
import os, sys
from pmexport import RenderPool
pool = RenderPool(1)
pool.render({"title": "T"}, "md")
(process,) = pool._running
print(process._process.pid, process._folder, flush=True)
if sys.argv[1] == "killed":
    os.kill(os.getpid(), 9)
"""


@needs_signals
@pytest.mark.parametrize("end", ["killed", "forgotten"])
def test_processes_end_with_their_caller_and_leave_no_files(end: str) -> None:
    run = subprocess.run([sys.executable, "-c", LEFT, end], check=False, capture_output=True, text=True)
    process, folder = run.stdout.split()
    assert run.stderr == ""

    def is_gone() -> bool:
        try:
            os.kill(int(process), 0)
        except ProcessLookupError:
            return not Path(folder).exists()
        return Path(f"/proc/{process}/stat").exists() and ") Z" in Path(f"/proc/{process}/stat").read_text("utf-8")

    _await(is_gone)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_does_not_grow() -> None:
    """After 1,000 renderings, a process needs as much memory as after 200, also if it is not replaced."""
    with RenderPool(1, calls_per_worker=10_000) as pool:
        used = []
        for turn in range(1000):
            pool.render({"title": f"T{turn}", "summary": f"*A* `b` {turn}", "lessons": ["a", "b"]}, "md")
            if turn in (199, 999):
                (process,) = _processes(pool)
                used.append(int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1]) * 4096)
    assert used[1] - used[0] < 4_000_000


# ---- servers

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


def _post(connection: HTTPConnection, title: str) -> bytes:
    with closing(connection):
        connection.request("POST", "/", json.dumps({"title": title}))
        response = connection.getresponse()
        assert response.status == 200
        return response.read()


def test_uvicorn_answers_eight_requests_at_once(pool: RenderPool) -> None:
    uvicorn = pytest.importorskip("uvicorn")

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        body = await pool.arender(json.loads((await receive())["body"]), "pdf")
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})

    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        _await(lambda: server.started)
        with ThreadPoolExecutor(8) as threads:
            port = listening.getsockname()[1]
            calls = [threads.submit(_post, HTTPConnection("127.0.0.1", port), f"T{number}") for number in range(8)]
            assert [call.result() for call in calls] == [render({"title": f"T{n}"}, "pdf") for n in range(8)]
    finally:
        server.should_exit = True
        thread.join()


PRELOADED = """
import json, os
from pmexport import RenderPool
pool = RenderPool(1)
pool.prepare()
loaded = os.getpid(), {process._process.pid for process in pool._running}
def app(environ, start):
    assert os.getpid() != loaded[0]
    document = pool.render(json.loads(environ["wsgi.input"].read()), "md")
    assert not loaded[1] & {process._process.pid for process in pool._running}
    start("200 OK", [])
    return [document]
"""


class _LocalConnection(HTTPConnection):
    """Speaks to a socket of the file system, which needs no free port."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost")
        self._path = str(path)

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self._path)


@pytest.mark.skipif(os.name != "posix", reason="gunicorn needs POSIX")
def test_preloaded_gunicorn_gives_each_process_its_own(tmp_path: Path) -> None:
    pytest.importorskip("gunicorn")
    (tmp_path / "service.py").write_text(PRELOADED, "utf-8")
    path = tmp_path / "socket"
    command = ["gunicorn", "service:app", "--preload", "--workers", "2", "--threads", "4", "--bind", f"unix:{path}"]
    server = subprocess.Popen(
        [sys.executable, "-m", *command], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    try:
        _await(lambda: path.exists() or server.poll() is not None)
        assert server.poll() is None
        with ThreadPoolExecutor(8) as threads:
            calls = [threads.submit(_post, _LocalConnection(path), f"T{number}") for number in range(16)]
            assert all(call.result().decode().startswith(f"# T{number}\n") for number, call in enumerate(calls))
    finally:
        server.terminate()
        assert server.wait() == 0
