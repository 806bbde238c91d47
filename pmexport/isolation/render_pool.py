"""A pool of warm processes for servers: each rendering runs in one of them, and can be stopped."""

from __future__ import annotations

import asyncio
import atexit
import datetime as dt
import functools
import os
import queue
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self
from weakref import WeakSet

from pmexport.checks.levels import Levels
from pmexport.errors import InputError, RenderError
from pmexport.house_style.config import Config
from pmexport.isolation import check_bounds, raise_death, run_isolated
from pmexport.isolation.pool_process import EndedError, PoolProcess
from pmexport.isolation.requests import Reply, Request
from pmexport.limits import Limits
from pmexport.pipeline import Files, Source
from pmexport.problems import Problem
from pmexport.theming.themes import Theme

CALLS_PER_WORKER = 200
"""Renderings after which a process is replaced, so that a leak in a library does not add up."""
_MOST_ENDED = 3
"""Processes in a row that end before they got a call, after which the caller is told."""

Slot = PoolProcess | None
"""A place for a process: one that is free, or None if it must be started."""


class _Call:
    """A rendering, which can be cancelled from another thread."""

    def __init__(self) -> None:
        self._process: PoolProcess | None = None
        self._cancelled = False

    def cancel(self) -> None:
        """Stop the rendering."""
        self._cancelled = True
        if self._process:
            self._process.stop()

    def begin(self, process: PoolProcess) -> None:
        """Take note of the process that renders. Raises RenderError if the rendering was cancelled."""
        self._process = process
        if self._cancelled:
            raise RenderError("the rendering was cancelled.")


class RenderPool:
    """Renders reports in processes that stay warm. It can be used from several threads, and from asyncio.

    No process is started before it is needed; `prepare` starts all of them. A process that dies or exceeds a limit
    fails only its own rendering, and is replaced. After a fork, such as that of a preloaded gunicorn, each process has
    workers of its own. The workers end with the process that uses the pool.
    """

    def __init__(
        self,
        workers: int | None = None,
        *,
        timeout: float | None = None,
        memory: int | None = None,
        calls_per_worker: int = CALLS_PER_WORKER,
    ) -> None:
        """Start no process yet.

        workers: how many reports are rendered at a time. Default: one for each processor. timeout: seconds that one
        rendering may take, without the time that it waits for a process. memory: bytes of address space for each
        process, on systems with setrlimit. calls_per_worker: renderings after which a process is replaced; with 1, each
        report has a process to itself, in which no other report was.

        Raises InputError for values that are not valid, and BoundError where memory cannot be limited.
        """
        self._workers = _count_workers(workers)
        self._bounds = check_bounds(timeout, memory)
        self._calls_per_worker = calls_per_worker
        self._reset()
        _pools.add(self)

    def render(
        self,
        source: Source,
        format: str,  # noqa: A002 - the word users know
        *,
        config: Config | None = None,
        theme: str | Path | Theme | None = None,
        as_of: dt.date | str | None = None,
        limits: Limits | None = None,
        warnings: list[Problem] | None = None,
        timeout: float | None = None,
        allow_unfinished: bool = False,
        levels: Levels | str | Path | None = None,
        files: Files | None = None,
        logo: str | Path | bytes | None = None,
        logo_alt: str | None = None,
        language: str | None = None,
        **options: Any,
    ) -> bytes:
        """Return a report as a document, rendered in a process of the pool.

        timeout: seconds. Default: that of the pool. For the other arguments and the errors see `pmexport.render`.
        Raises BoundError if a bound is exceeded, and RenderError if the process dies or the pool is closed.
        """
        return self._render(
            _Call(),
            source,
            format,
            config=config,
            theme=theme,
            as_of=as_of,
            limits=limits,
            warnings=warnings,
            timeout=timeout,
            allow_unfinished=allow_unfinished,
            levels=levels,
            files=files,
            logo=logo,
            logo_alt=logo_alt,
            language=language,
            **options,
        )

    async def arender(
        self,
        source: Source,
        format: str,  # noqa: A002 - the word users know
        *,
        config: Config | None = None,
        theme: str | Path | Theme | None = None,
        as_of: dt.date | str | None = None,
        limits: Limits | None = None,
        warnings: list[Problem] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - it stops a process
        allow_unfinished: bool = False,
        levels: Levels | str | Path | None = None,
        files: Files | None = None,
        logo: str | Path | bytes | None = None,
        logo_alt: str | None = None,
        language: str | None = None,
        **options: Any,
    ) -> bytes:
        """Return a report as a document, as `render` does, without blocking the event loop.

        If the task is cancelled, the rendering is stopped.
        """
        self._require_open()
        call = _Call()
        work = functools.partial(
            self._render,
            call,
            source,
            format,
            config=config,
            theme=theme,
            as_of=as_of,
            limits=limits,
            warnings=warnings,
            timeout=timeout,
            allow_unfinished=allow_unfinished,
            levels=levels,
            files=files,
            logo=logo,
            logo_alt=logo_alt,
            language=language,
            **options,
        )
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except asyncio.CancelledError:
            call.cancel()
            raise

    def prepare(self) -> None:
        """Start all processes that are not running yet, and wait until they are warm.

        Raises RenderError, also if the pool is closed, or BoundError if a process needs more memory than it may have.
        """
        self._require_open()
        slots = []
        with suppress(queue.Empty):
            while True:
                slots.append(self._slots.get_nowait())
        ended: list[Reply] = []
        for slot in slots:
            self._begin_filling(slot, ended)
        for thread in list(self._filling):
            thread.join()
        if ended:
            raise_death("rendering", ended[0], self._bounds)

    def close(self) -> None:
        """End the processes, after what they are rendering. Nothing is rendered any more."""
        self._closed = True
        self._threads.shutdown()
        for _ in range(self._workers):
            self._slots.get()
        self._end_all()
        for _ in range(self._workers):  # whoever still waits learns that the pool is closed
            self._slots.put(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def _reset(self) -> None:
        self._closed = False
        self._running: set[PoolProcess] = set()
        self._filling: set[threading.Thread] = set()
        self._slots: queue.LifoQueue[Slot] = queue.LifoQueue()
        for _ in range(self._workers):
            self._slots.put(None)
        self._threads = ThreadPoolExecutor(self._workers, "pmexport-pool")

    def _render(
        self,
        call: _Call,
        source: Source,
        format: str,  # noqa: A002 - the word users know
        *,
        timeout: float | None,
        **arguments: Any,
    ) -> bytes:
        data: bytes = run_isolated(
            "render",
            source,
            timeout=self._bounds.timeout if timeout is None else timeout,
            memory=self._bounds.memory,
            ask=functools.partial(self._ask, call),
            format=format,
            **arguments,
        )
        return data

    def _ask(self, call: _Call, request: Request) -> Reply:
        """Return what a process of the pool replies. Raises TimeoutError, and OSError if none can be started."""
        ended = Reply(b"", 0, "")
        for _ in range(_MOST_ENDED):
            try:
                with self._take_process() as process:
                    call.begin(process)
                    return process.ask(request)
            except EndedError as error:
                ended = error.reply
        return ended

    @contextmanager
    def _take_process(self) -> Iterator[PoolProcess]:
        """Yield a process that is free, and then give it back or replace it. Raises EndedError and OSError."""
        slot = self._slots.get()
        try:
            self._require_open()
            slot = self._drop_dead(slot) or self._start()
            yield slot
        finally:
            self._give_back(slot)

    def _require_open(self) -> None:
        if self._closed:
            raise RenderError("the pool is closed.")

    def _give_back(self, slot: Slot) -> None:
        if slot and (not slot.is_alive or slot.calls >= self._calls_per_worker):
            self._end(slot)
            if not self._closed:
                self._begin_filling(None, [])
                return
            slot = None
        self._slots.put(slot)

    def _begin_filling(self, slot: Slot, ended: list[Reply]) -> None:
        thread = threading.Thread(target=self._fill, args=(slot, ended), name="pmexport-pool", daemon=True)
        self._filling.add(thread)
        thread.start()

    def _fill(self, slot: Slot, ended: list[Reply]) -> None:
        """Give a slot back, with a process that is started now if it has none. ended: gets what became of one."""
        process = self._drop_dead(slot)
        try:
            process = process or self._start()
        except EndedError as error:
            ended.append(error.reply)
        except OSError as error:
            ended.append(Reply(b"", 1, str(error)))
        finally:
            self._slots.put(process)
            self._filling.discard(threading.current_thread())

    def _drop_dead(self, slot: Slot) -> Slot:
        """Return a slot, without its process if that has ended."""
        if slot and not slot.is_alive:
            self._end(slot)
            return None
        return slot

    def _start(self) -> PoolProcess:
        process = PoolProcess(self._bounds.memory)
        self._running.add(process)
        return process

    def _end(self, process: PoolProcess) -> None:
        process.close()
        self._running.discard(process)

    def _end_all(self) -> None:
        for process in list(self._running):
            self._end(process)

    def _forget(self) -> None:
        """Leave the processes to the parent of this one, from which this one was forked."""
        for process in self._running:
            process.forget()
        closed = self._closed
        self._reset()
        self._closed = closed


def _count_workers(workers: int | None) -> int:
    if workers is None:
        return os.cpu_count() or 1
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise InputError([Problem(f"workers is {workers!r}, expected a whole number above 0.")])
    return workers


_pools: WeakSet[RenderPool] = WeakSet()


def _end_pools() -> None:
    for pool in list(_pools):
        pool._end_all()  # noqa: SLF001 - our own


def _forget_pools() -> None:
    for pool in list(_pools):
        pool._forget()  # noqa: SLF001 - our own


atexit.register(_end_pools)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_pools)
