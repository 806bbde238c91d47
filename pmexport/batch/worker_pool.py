"""Worker processes that stay warm: an executor that also works in an unguarded script and at a prompt.

`ProcessPoolExecutor` imports the caller's script in each of its processes, and gives up if one of them dies. A worker
of this pool is a fresh interpreter that imports pmexport only. One that dies fails its own call; after a number of
calls, it is replaced.
"""

import pickle
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

from pmexport.isolation.child_process import ChildProcess
from pmexport.isolation.requests import list_folders

CALLS_PER_WORKER = 200
"""Calls after which a worker is replaced, so that a leak in a library does not add up."""

_CHILD = """
import pickle, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)  # after Ctrl-C, the caller ends its workers
sys.path[:], folder = pickle.load(sys.stdin.buffer)
from pmexport.batch import batch_worker
batch_worker.serve_calls(folder)
"""


class WorkerError(Exception):
    """A worker process that ended before it answered; the text says how."""


class WorkerPool(Executor):
    """Runs calls in warm processes. Functions, arguments and results are pickled."""

    def __init__(self, workers: int, calls_per_worker: int = CALLS_PER_WORKER) -> None:
        """Start no process yet. workers: the most processes at a time."""
        self._threads = ThreadPoolExecutor(workers, "pmexport-worker")
        self._calls_per_worker = calls_per_worker
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()
        self._closed = False

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a call in the next process that is free. Raises RuntimeError after `shutdown`."""
        return self._threads.submit(self._run_call, (function, args, kwargs))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes. cancel_futures: also those that are at work, and no call is begun any more."""
        if cancel_futures:
            self._closed = True
            for worker in list(self._all):
                worker.stop()
        self._threads.shutdown(wait, cancel_futures=cancel_futures)
        for worker in list(self._all) if wait else ():
            self._end_worker(worker)

    def _run_call(self, call: tuple[Any, ...]) -> Any:
        worker = self._take_worker()
        try:
            result = worker.run_call(call)
        except BaseException:
            self._end_worker(worker)
            raise
        if worker.calls < self._calls_per_worker:
            self._idle.append(worker)
        else:
            self._end_worker(worker)
        if isinstance(result, Exception):
            raise result
        return result

    def _take_worker(self) -> "_Worker":
        try:
            worker = self._idle.pop()
        except IndexError:
            worker = _Worker()
            self._all.add(worker)
        if self._closed:  # only now: `shutdown` stops the workers that it sees
            self._end_worker(worker)
            raise WorkerError("the work was cancelled")
        return worker

    def _end_worker(self, worker: "_Worker") -> None:
        worker.close()
        self._all.discard(worker)


class _Worker(ChildProcess):
    """A process that runs one call at a time."""

    def __init__(self) -> None:
        super().__init__(_CHILD, "pmexport-worker-")
        try:
            self._send((list_folders(), self._folder))
        except BaseException:
            self.close()
            raise

    def run_call(self, call: tuple[Any, ...]) -> Any:
        """Return the result of a call, or the exception that it raised. Raises WorkerError if the process ends."""
        self.calls += 1
        self._send(call)
        assert self._process.stdout
        try:
            return pickle.load(self._process.stdout)  # noqa: S301 - from our own process
        except (EOFError, pickle.UnpicklingError) as error:
            raise self._explain_end() from error

    def _send(self, value: object) -> None:
        data = pickle.dumps(value)
        assert self._process.stdin
        try:
            self._process.stdin.write(data)
            self._process.stdin.flush()
        except OSError as error:
            raise self._explain_end() from error

    def _explain_end(self) -> WorkerError:
        status, errors = self._find_end()
        return WorkerError(", ".join([f"exit status {status}", *errors.strip().splitlines()[-1:]]))
