"""Run two things in turn, several times, and compare them pair by pair."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
Sample = dict[str, float]
"""Seconds (`wall`, `cpu`), peak memory in kB (`peak`), and a figure of the task's own (`value`)."""
Run = Callable[[], Sample]


def inside(*arguments: object) -> Run:
    """Return a run of a task, measured in its process, after its imports and preparation."""

    def run() -> Sample:
        command = [sys.executable, str(HERE / "tasks.py"), *map(str, arguments)]
        done = subprocess.run(command, check=True, capture_output=True, env=environment())
        sample: Sample = json.loads(done.stdout.splitlines()[-1])
        return sample

    return run


def whole(*commands: list[str], folder: Path, repeat: int = 1) -> Run:
    """Return a run of commands, one after the other, measured from outside, from their start to their end."""

    def run() -> Sample:
        total = {"wall": 0.0, "cpu": 0.0, "peak": 0.0, "value": 0.0}
        for command in commands * repeat:
            start = time.perf_counter()
            process = subprocess.Popen(command, cwd=folder, stdout=-3, stderr=-3, env=environment())
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                raise subprocess.CalledProcessError(process.returncode, command)
            total["wall"] += (time.perf_counter() - start) / repeat
            total["cpu"] += (used.ru_utime + used.ru_stime) / repeat
            total["peak"] = max(total["peak"], used.ru_maxrss)
        return total

    return run


def environment() -> dict[str, str]:
    """Return an environment in which this version of pmexport is imported, compiled as an installed one is."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**inherited, "PYTHONPATH": str(ROOT)}


def take_turns(runs: list[Run], times: int) -> Iterator[list[Sample]]:
    """Yield one sample of each run, in turn."""
    for _ in range(times):
        yield [run() for run in runs]


@dataclass(frozen=True, slots=True)
class Figure:
    """A ratio or another figure: the median of several, the smallest and the largest."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: list[float]) -> Figure:
        """Return the figure of these values."""
        return cls(statistics.median(values), min(values), max(values))

    def __str__(self) -> str:
        """Return the median and the spread."""
        return f"{self.median:.2f} ({self.least:.2f}–{self.most:.2f})"  # noqa: RUF001
