"""What is measured, each in a process of its own: `python tests/benchmarks/tasks.py NAME ARGUMENTS…`.

A task prepares itself, and returns the function that is measured. The process prints what that took, as JSON.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from reports import make_complete, make_ordinary, make_report, write_log, write_report

Measured = Callable[[], object]
LEAST_SECONDS = 0.5
"""Short functions are repeated for this long."""
FORMATS = ("pdf", "docx", "html", "md")


def render(format_name: str, rows: int = 20, kind: str = "") -> Measured:
    """Render a report from a mapping, in a process that has rendered a small one of its kind.

    kind: plain, the status of a complete report, or worker, to collect garbage as rarely as the command and workers do.
    """
    import pmexport
    from pmexport.collector import collect_rarely

    if kind == "worker":
        collect_rarely()

    def make(count: int) -> dict[str, Any]:
        complete = kind in ("final", "in_review")
        return make_complete(count, kind) if complete else make_report(count, plain=kind == "plain")

    fields = make(rows)
    work = partial(pmexport.render, format=format_name)
    work(make(1))
    return lambda: work(fields)


def compose_only(rows: int, kind: str = "") -> Measured:
    """Read a report from a mapping, and compose its document. No format takes less."""
    import pmexport
    from pmexport import pipeline

    fields = make_report(rows, plain=kind == "plain")
    pmexport.render(make_report(1), format="md")
    return lambda: pipeline.compose_source(fields)


def render_log(size: int) -> Measured:
    """Render a report with a log."""
    import pmexport

    folder = Path(tempfile.mkdtemp())
    report = pmexport.load(write_log(folder, size), base=folder)
    pmexport.render(make_report(1), "pdf")
    return lambda: pmexport.render(report, "pdf")


def first_render(rows: int) -> Measured:
    """Render a PDF for the first time, in a process that has imported everything."""
    import pmexport
    from pmexport.checks import runner
    from pmexport.renderers.pdf.engine_import import import_engine

    import_engine()
    assert runner
    return lambda: pmexport.render(make_report(rows), "pdf")


def isolated_render(rows: int) -> Measured:
    """Render a PDF in a process that can be stopped, but not for the first time."""
    import pmexport

    pmexport.render(make_report(1), "pdf", timeout=600)
    return lambda: pmexport.render(make_report(rows), "pdf", timeout=600)


def pooled_render(rows: int) -> Measured:
    """Render a PDF in a warm pool."""
    from pmexport import RenderPool

    pool = RenderPool(1, timeout=600)
    pool.prepare()
    return lambda: pool.render(make_report(rows), "pdf")


def plain_weasyprint(rows: int) -> Measured:
    """Lay out with WeasyPrint alone what pmexport lays out with it."""
    from weasyprint import CSS, HTML  # type: ignore[import-untyped]
    from weasyprint.text.fonts import FontConfiguration  # type: ignore[import-untyped]

    html, sheets = capture_page(rows)
    small, _ = capture_page(1)

    def work(page: bytes) -> bytes:
        fonts = FontConfiguration()
        styles = [CSS(string=text, base_url=base, font_config=fonts) for base, text in sheets]
        pdf: bytes = HTML(string=page, encoding="utf-8").write_pdf(
            stylesheets=styles, font_config=fonts, pdf_variant="pdf/ua-1"
        )
        return pdf

    work(small)
    return lambda: work(html)


def capture_page(rows: int) -> tuple[bytes, list[tuple[str | None, str]]]:
    """Return the HTML and the style sheets that pmexport passes to WeasyPrint."""
    from pmexport import load, pipeline
    from pmexport.assets.folder import Folder
    from pmexport.document.compose import compose
    from pmexport.document.nodes import on_paper
    from pmexport.limits import DEFAULT
    from pmexport.renderers.html import make_page
    from pmexport.renderers.pdf.paper_rendering import list_styles
    from pmexport.report.facts import derive_facts
    from pmexport.theming.themes import default_theme

    report = pipeline.load_source(make_report(rows))
    document = on_paper(compose(report, derive_facts(report, None), Folder(load(make_report(1)).base, DEFAULT)))
    return make_page(document, default_theme()), list_styles(document, default_theme(), {})


NAIVE = """<!doctype html><html lang="en"><title>{{ title }}</title><style>
@page { size: A4; margin: 2cm; @bottom-right { content: counter(page) " / " counter(pages) } }
body { font: 10pt sans-serif } table { border-collapse: collapse; width: 100% }
td, th { border-bottom: 1px solid #ccc; padding: 4pt; text-align: left; vertical-align: top }
tr:nth-child(even) { background: #f6f6f6 } code { background: #eee; font-family: monospace }
.badge { background: #def; border-radius: 3pt; display: inline-block; padding: 1pt 4pt }
</style><h1>{{ title }}</h1><p>{{ date }}</p><h2>Summary</h2>{{ summary|markdown }}<h2>Timeline</h2>
<table><thead><tr><th>Time<th>Phase<th>Event</thead><tbody>
{% for row in timeline %}<tr><td>{{ row.time }}<td><span class="badge">{{ row.phase }}</span>
<td>{{ row.event|markdown }}{% endfor %}
</tbody></table></html>"""


def naive_script(rows: int) -> Measured:
    """Fill a Jinja2 template, and lay it out with WeasyPrint."""
    import jinja2
    import markdown
    from weasyprint import HTML

    environment = jinja2.Environment(autoescape=True)
    environment.filters["markdown"] = lambda text: jinja2.utils.markupsafe.Markup(markdown.markdown(text))  # type: ignore[attr-defined]
    template = environment.from_string(NAIVE)
    HTML(string=template.render(make_report(1))).write_pdf()
    fields = make_report(rows)
    return lambda: HTML(string=template.render(fields)).write_pdf()


def pandoc(format_name: str, rows: int) -> Measured:
    """Convert our Markdown with pandoc."""
    import pypandoc

    import pmexport

    source = pmexport.render(make_report(rows), "md")
    target = Path(tempfile.mkdtemp()) / f"out.{format_name}"
    command = [pypandoc.get_pandoc_path(), "-f", "gfm", "-t", format_name, "-s", "-o", str(target)]
    command += ["--metadata", "title=Report"] if format_name == "html" else []
    return lambda: subprocess.run(command, input=source, check=True)


def docxtpl(rows: int) -> Measured:
    """Fill a Word template."""
    import docx
    from docxtpl import DocxTemplate

    document = docx.Document()
    document.add_heading("{{ title }}")
    document.add_paragraph("{{ summary }}")
    table = document.add_table(rows=4, cols=3)
    cells = ("Time", "Phase", "Event"), ("{%tr for row in timeline %}",) * 3
    texts = (*cells, ("{{ row.time }}", "{{ row.phase }}", "{{ row.event }}"), ("{%tr endfor %}",) * 3)
    for row, written in zip(table.rows, texts, strict=True):
        for cell, text in zip(row.cells, written, strict=True):
            cell.text = text
    template, fields = BytesIO(), make_report(rows, plain=True)
    document.save(template)

    def work(values: dict[str, Any]) -> None:
        filled = DocxTemplate(BytesIO(template.getvalue()))
        filled.render(values, autoescape=True)
        filled.save(BytesIO())

    work(make_report(1, plain=True))
    return lambda: work(fields)


TYPST = """#set text(font: "DejaVu Sans", size: 10pt)
#set page(numbering: "1 / 1")
= {title}
#table(columns: 3, table.header([Time], [Phase], [Event]), {rows})"""


def typst(rows: int) -> Measured:
    """Compile a Typst document with the same rows."""
    import typst as compiler

    def write(count: int) -> bytes:
        fields = make_report(count, plain=True)
        cells = ", ".join(f"[{row['time']}], [{row['phase']}], [{row['event']}]" for row in fields["timeline"])
        return TYPST.format(title=fields["title"], rows=cells).encode()

    compiler.compile(write(1))
    source = write(rows)
    return lambda: compiler.compile(source)


def render_in_turn(count: int) -> Measured:
    """Render ordinary reports in one process."""
    import pmexport

    pmexport.render(make_ordinary(0), "pdf")
    return lambda: [render_ordinary(number) for number in range(count)]


def render_in_two(count: int) -> Measured:
    """Render ordinary reports in two processes, from files into files."""
    import pmexport

    folder = Path(tempfile.mkdtemp())
    paths = [write_report(folder, make_ordinary(number), f"report-{number}") for number in range(count)]
    return lambda: pmexport.render_many(paths, ["pdf"], folder / "out", jobs=2, pages=False, force=True)


def render_ordinary(number: int) -> int:
    """Render one ordinary report, and return the length of its PDF."""
    import pmexport

    return len(pmexport.render(make_ordinary(number), "pdf"))


def grow(count: int) -> Measured:
    """Render small reports in one process. The result is the growth of its memory for each, in kB."""
    import pmexport

    def work() -> float:
        reports = [make_report(rows) for rows in (1, 5, 9)]
        for number in range(30):
            pmexport.render(reports[number % 3], "pdf")
        before = resident()
        for number in range(count):
            pmexport.render(reports[number % 3], "pdf")
        return (resident() - before) / count

    return work


def resident() -> int:
    """Return the memory of this process in kB."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() // 1024


def measure(task: Measured) -> dict[str, float]:
    """Return the time of a task in seconds, its processor time, and the peak memory of the process in kB."""
    runs, result, before, start = 0, None, processor(), time.perf_counter()
    while not runs or time.perf_counter() - start < LEAST_SECONDS:
        result = task()
        runs += 1
    wall, cpu = time.perf_counter() - start, processor() - before
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    peak = max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, children)
    value = result if isinstance(result, float) else 0.0
    return {"wall": wall / runs, "cpu": cpu / runs, "peak": peak, "value": value}


def processor() -> float:
    """Return the processor time of this process and of its children that ended."""
    return sum(os.times()[:4])


TASKS: dict[str, Callable[..., Measured]] = {
    task.__name__: task
    for task in (
        *(
            render,
            compose_only,
            render_log,
            first_render,
            isolated_render,
            pooled_render,
            plain_weasyprint,
            naive_script,
            pandoc,
            docxtpl,
            typst,
        ),
        *(render_in_turn, render_in_two, grow),
    )
}


if __name__ == "__main__":
    name, *given = sys.argv[1:]
    print(json.dumps(measure(TASKS[name](*(int(one) if one.isdecimal() else one for one in given)))))  # noqa: T201
