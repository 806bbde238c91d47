"""Measure pmexport against other programs, and write the table into the documentation: `make benchmark`.

Each pair runs in turn, each run in a process of its own, so that the ratio holds although the machine's speed changes.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from measuring import ROOT, Figure, take_turns
from rows import Row, list_rows

PAGE = ROOT / "docs" / "benchmark.md"
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
PACKAGES = ("weasyprint", "pypandoc-binary", "docxtpl", "typst", "python-docx", "pydantic", "lxml")


def main() -> None:
    """Measure the rows that were chosen; write the table if all of them were."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="run each pair once, and write nothing")
    parser.add_argument("--most", type=int, default=100, help="run each pair at most this often")
    parser.add_argument("--only", default="", help="measure rows with this text in their names, and write nothing")
    options = parser.parse_args()
    lines = []
    with TemporaryDirectory() as folder:
        for row in list_rows(Path(folder)):
            if options.only.casefold() in row.name.casefold():
                lines.append(measure_row(row, 1 if options.quick else min(row.times, options.most)))
                print(lines[-1], flush=True)  # noqa: T201
    if not options.quick and not options.only:
        write_page(lines)


def measure_row(row: Row, times: int) -> str:
    """Return a row of the table."""
    samples = list(take_turns(row.runs, times))
    figure = Figure.of([row.figure(sample) for sample in samples])
    goal = "–" if row.goal is None else f"{'≥' if row.at_least else '≤'} {row.goal:g}"  # noqa: RUF001
    met = "" if row.goal is None else "yes" if row.is_met(figure.median) else "no"
    first = samples[0]
    absolute = " / ".join(
        f"{sample['peak'] / 1024:,.0f} MB" if row.clock == "peak" else f"{sample[row.clock]:.3g} s" for sample in first
    )
    return f"| {row.name} | {figure} | {goal} | {met} | {absolute} | {row.clock} |"


def write_page(lines: list[str]) -> None:
    """Replace the table in the documentation."""
    text = PAGE.read_text("utf-8")
    before, after = text[: text.index(BEGIN)], text[text.index(END) :]
    head = ("| what | ratio (spread) | goal | met | each, first run | clock |", "|---|---|---|---|---|---|")
    table = "\n".join([*head, *lines])
    PAGE.write_text(f"{before}{BEGIN}\n{table}\n\nMeasured on {describe_machine()}.\n{after}", "utf-8")


def describe_machine() -> str:
    """Return the machine, the system and the versions of what was measured."""
    names = [line.partition(":")[2].strip() for line in read_lines("/proc/cpuinfo") if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ", ".join(f"{name} {found}" for name in PACKAGES if (found := find_version(name)))
    machine = f"{names[0] if names else platform.processor()}, {os.cpu_count()} cores, {memory:.0f} GiB"
    return f"{machine}; {platform.system()}, Python {platform.python_version()}; {packages}"


def read_lines(path: str) -> Iterator[str]:
    """Yield the lines of a file, if it exists."""
    if Path(path).exists():
        yield from Path(path).read_text("utf-8").splitlines()


def find_version(name: str) -> str:
    """Return the version of an installed package; empty if it is not installed."""
    try:
        return version(name)
    except ImportError:
        return ""


if __name__ == "__main__":
    main()
