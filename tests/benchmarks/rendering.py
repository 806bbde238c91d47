"""Measure rendering time by format and length of the timeline: `make benchmark`.

Each time is also given as a ratio to linear growth from the shortest report, because machines differ.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from pmexport import load, render
from pmexport.renderers import registry

ROWS = (100, 1_000, 5_000)


def report(rows: int) -> dict[str, Any]:
    """Return a report whose timeline has this many rows, some with markup."""
    events = ("Error rate at 18 %.", "`checkout-api` restarts, **again**.", "See [the runbook](https://r.example/1).")
    times = (f"{number // 60 % 24:02}:{number % 60:02}" for number in range(rows))
    timeline = [{"time": at, "phase": "Triage", "event": events[number % 3]} for number, at in enumerate(times)]
    return {"title": "Checkout unavailable", "date": "2026-03-14", "summary": "It was slow.", "timeline": timeline}


def seconds(rows: int, format_name: str) -> float:
    """Return the seconds needed to render a report with this many rows."""
    loaded = load(report(rows))
    start = time.perf_counter()
    render(loaded, format_name)
    return time.perf_counter() - start


def main() -> None:
    """Print one line per format."""
    for name in registry.BUILT_IN:
        seconds(1, name)  # imports the renderer's libraries
        times = [seconds(rows, name) for rows in ROWS]
        cells = (cell(rows, taken, times[0] * rows / ROWS[0]) for rows, taken in zip(ROWS, times, strict=True))
        sys.stdout.write(f"{name:5}" + "   ".join(cells) + "\n")


def cell(rows: int, taken: float, linear: float) -> str:
    """Format a time with its ratio to linear growth."""
    return f"{rows:>5} rows {taken:7.3f} s ({taken / linear:4.2f} x linear)"


if __name__ == "__main__":
    main()
