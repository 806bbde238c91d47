"""The rows of the table: what is compared with what, and the goal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from measuring import Run, Sample, inside, whole
from reports import make_report, write_report
from tasks import capture_page

PYTHON = sys.executable
PMEXPORT = [PYTHON, "-c", "import sys; from pmexport.__main__ import main; sys.exit(main())"]
"""What the installed command does."""
MODEL = """
import pydantic
class Model(pydantic.BaseModel):
    title: str
    rows: list[str] = []
Model(title="T")
"""
COMPLETE = (
    "import os; os.environ |= {'_PMEXPORT_COMPLETE': 'bash_complete', 'COMP_WORDS': 'pmexport f', 'COMP_CWORD': '1'}\n"
)
LOG = 10_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """A comparison. The figure is that of the first run, divided by that of the second."""

    name: str
    """Unique; `--only` selects by a part of it."""
    runs: list[Run]
    goal: float | None = None
    """The most that the figure may be; None for a row that only informs."""
    clock: Literal["cpu", "wall", "peak"] = "cpu"
    """Processor time is not affected by what else runs on the machine, but says too little of several processes."""
    times: int = 5
    compute: Callable[[list[Sample], str], float] | None = None
    """Computes the figure in another way."""
    at_least: bool = False
    """Whether the goal is the least that the figure may be."""

    def figure(self, samples: list[Sample]) -> float:
        """Return the figure of one sample of each run."""
        if self.compute:
            return self.compute(samples, self.clock)
        return samples[0][self.clock] / samples[1][self.clock]

    def is_met(self, figure: float) -> bool:
        """Return whether a figure meets the goal."""
        return self.goal is None or (figure >= self.goal if self.at_least else figure <= self.goal)


def list_rows(folder: Path) -> Iterator[Row]:
    """Yield the rows. folder: for the files that commands read and write."""
    yield from _list_pdf()
    yield from _list_texts()
    yield from _list_commands(folder)
    yield from _list_processes()


COMMAND = "in a process that collects garbage as rarely as the command and its workers"
LIBRARY = "with Python's garbage collector as it is"
FLOOR = "reading and composing alone, before anything is written"


def _list_pdf() -> Iterator[Row]:
    naive = {rows: inside("naive_script", rows) for rows in (20, 1000)}
    plain = {rows: inside("plain_weasyprint", rows) for rows in (20, 100, 500, 1000, 5000)}
    for rows, goal, times in ((20, 1.3, 7), (1000, 0.55, 3)):
        name = f"PDF, {rows:,} rows, against a naive Jinja2 and WeasyPrint script"
        yield Row(f"{name}, {LIBRARY}", [inside("render", "pdf", rows), naive[rows]], goal, times=times)
        yield Row(f"{name}, {COMMAND}", [inside("render", "pdf", rows, "worker"), naive[rows]], goal, times=times)
        yield Row(
            f"For comparison: plain WeasyPrint on our page of {rows:,} rows, against the naive script",
            [plain[rows], naive[rows]],
            times=times,
        )
    for rows, goal, times in ((100, 0.95, 5), (1000, 0.70, 3)):
        name = f"PDF, {rows:,} rows, against plain WeasyPrint on the same input"
        yield Row(f"{name}, {LIBRARY}", [inside("render", "pdf", rows), plain[rows]], goal, times=times)
        yield Row(f"{name}, {COMMAND}", [inside("render", "pdf", rows, "worker"), plain[rows]], goal, times=times)
    pdf = [inside("render", "pdf", rows, "worker") for rows in (5000, 500)]
    name = "time per row at 5,000 rows against 500"
    yield Row(f"PDF, {name}", pdf, 1.0, times=1, compute=_compute_growth)
    yield Row(
        f"For comparison: plain WeasyPrint on our page, {name}",
        [plain[5000], plain[500]],
        times=1,
        compute=_compute_growth,
    )
    yield Row(
        f"Peak memory, PDF of 5,000 rows, against plain WeasyPrint, {LIBRARY}",
        [inside("render", "pdf", 5000), plain[5000]],
        1.1,
        "peak",
        times=1,
    )
    yield Row(
        "Memory that a 10 MB log adds to a PDF, against its size",
        [inside("render_log", LOG), inside("render_log", 1000)],
        5.0,
        "peak",
        compute=lambda samples, clock: (samples[0][clock] - samples[1][clock]) * 1024 / LOG,
    )
    yield Row("PDF with a 1 MB log, against one of 1 kB", [inside("render_log", 1_000_000), inside("render_log", 1000)])
    yield Row(
        "PDF, 1,000 rows, against Typst", [inside("render", "pdf", 1000, "worker"), inside("typst", 1000)], times=3
    )


def _compute_growth(samples: list[Sample], clock: str) -> float:
    """Return the time per row of the first sample, which has ten times the rows, against the second."""
    return samples[0][clock] / 10 / samples[1][clock]


def _list_texts() -> Iterator[Row]:
    for rows in (1000, 5000):
        other = inside("pandoc", "docx", rows)
        runs = [inside("render", "docx", rows), other]
        yield Row(f"Word, {rows:,} rows with Markdown in each, against pandoc on our Markdown", runs, 0.6)
        yield Row(f"Of that, {FLOOR}", [inside("compose_only", rows), other])
    other = inside("docxtpl", 1000)
    runs = [inside("render", "docx", 1000, "plain"), other]
    yield Row("Word, 1,000 rows of plain text, against docxtpl, which parses no Markdown", runs, 1.5)
    yield Row(f"Of that, {FLOOR}", [inside("compose_only", 1000, "plain"), other])
    for name, format_name in (("HTML", "html"), ("Markdown", "md")):
        runs = [inside("render", format_name, 5000), inside("pandoc", "html", 5000)]
        yield Row(f"{name}, 5,000 rows, against pandoc, from our Markdown to HTML", runs, 0.6)
    yield Row(f"Of each of the two, {FLOOR}", [inside("compose_only", 5000), runs[1]])
    yield Row(
        "What the check of a final report adds to Markdown, 5,000 rows",
        [inside("render", "md", 5000, "final"), inside("render", "md", 5000, "in_review")],
        0.10,
        compute=lambda samples, clock: samples[0][clock] / samples[1][clock] - 1,
    )


def _list_commands(folder: Path) -> Iterator[Row]:
    small, long = write_report(folder, make_report(3), "small"), write_report(folder, make_report(300), "long")
    empty = whole([PYTHON, "-c", "pass"], folder=folder, repeat=5)
    for arguments, goal in (("--version", 1.5), ("--help", 3.0)):
        yield Row(
            f"`pmexport {arguments}`, against an empty Python process",
            [whole([*PMEXPORT, arguments], folder=folder, repeat=5), empty],
            goal,
            "wall",
        )
    completion = [PYTHON, "-c", COMPLETE + PMEXPORT[2].replace("sys.exit(main())", "main()")]
    yield Row(
        "Completion, against an empty Python process", [whole(completion, folder=folder, repeat=5), empty], 3.0, "wall"
    )
    click = whole([PYTHON, "-c", "import click"], folder=folder, repeat=5)
    yield Row("The floor of both: `import click`, against an empty Python process", [click, empty], clock="wall")
    markdown = whole([*PMEXPORT, str(small), "-o", "small.md"], folder=folder, repeat=3)
    model = whole([PYTHON, "-c", MODEL], folder=folder, repeat=3)
    yield Row(
        "The Markdown command on a small report, against a process with one pydantic model", [markdown, model], 4.0
    )
    page, sheets = folder / "page.html", []
    html, styles = capture_page(300)
    page.write_bytes(html)
    for number, (base, text) in enumerate(styles):
        path = Path(unquote(urlsplit(base).path)) if base else folder / f"{number}.css"
        if not base:
            path.write_text(text, "utf-8")
        sheets += ["-s", str(path)]
    plain = [PYTHON, "-m", "weasyprint", "--pdf-variant", "pdf/ua-1", *sheets, str(page), "plain.pdf"]
    yield Row(
        "The PDF command, 300 rows, against the `weasyprint` command on the same input",
        [whole([*PMEXPORT, str(long), "-o", "long.pdf"], folder=folder), whole(plain, folder=folder)],
        1.1,
    )
    together = [*PMEXPORT, str(long), "--docx", "--html", "--md", "-o", "out/"]
    alone = [[*PMEXPORT, str(long), f"--{name}", "-o", "out/"] for name in ("docx", "html", "md")]
    yield Row(
        "Word, HTML and Markdown in one command, against three",
        [whole(together, folder=folder), whole(*alone, folder=folder)],
    )


def _list_processes() -> Iterator[Row]:
    isolated = inside("isolated_render", 20)
    yield Row(
        "PDF of 20 rows with `timeout=`, from the second call on, against a first rendering after the imports",
        [isolated, inside("first_render", 20)],
        1.3,
        "wall",
        times=7,
    )
    yield Row(
        "The same, against a rendering that is not the first",
        [isolated, inside("render", "pdf", 20)],
        clock="wall",
        times=7,
    )
    for rows, times in ((20, 9), (300, 5)):
        yield Row(
            f"PDF of {rows} rows in a warm RenderPool, against a rendering in the process itself",
            [inside("pooled_render", rows), inside("render", "pdf", rows)],
            1.3,
            "wall",
            times=times,
        )
    yield Row(
        "200 ordinary reports as PDF in one process, against two on two cores",
        [inside("render_in_turn", 200), inside("render_in_two", 200)],
        1.85,
        "wall",
        times=1,
        at_least=True,
    )
    yield Row(
        "kB that each of 1,000 renderings leaves in the memory of a process",
        [inside("grow", 1000)],
        20.0,
        times=1,
        compute=lambda samples, _: samples[0]["value"],
    )
