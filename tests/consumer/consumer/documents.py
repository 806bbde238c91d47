"""What a service does with reports: render, check, derive, dump and finalize them, and pass errors on as data."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
from pathlib import Path
from typing import Any

from pmexport import (
    Facts,
    Finalized,
    Format,
    Limits,
    PmexportError,
    Problem,
    RenderPool,
    Report,
    Result,
    Verdict,
    check,
    digest,
    dump,
    facts,
    finalize,
    formats,
    import_report,
    load,
    render,
    render_many,
    verify,
    write,
)


def render_page(fields: dict[str, Any], pictures: dict[str, bytes], logo: bytes) -> tuple[bytes, list[str]]:
    """Return a web page of a report, and what is wrong with it."""
    warnings: list[Problem] = []
    report = load(fields, files=pictures, limits=Limits(rows=100))
    page: bytes = render(report, "html", logo=logo, logo_alt="Acme", warnings=warnings, timeout=30.0)
    return page, [warning.message for warning in warnings]


def serve_pages(pool: RenderPool, report: Report, logo: bytes) -> list[bytes]:
    """Return documents that a pool renders, whose options have the types of those of `render`."""
    page: bytes = pool.render(report, "html", theme="board", as_of=dt.date(2026, 4, 2), logo=logo, logo_alt="Acme")
    limits = Limits(log_lines=10)
    return [page, pool.render(report, "pdf", standard="a-3a", limits=limits, language="de", timeout=30)]


async def serve_both(pool: RenderPool, fields: dict[str, Any]) -> list[bytes]:
    """Return two documents that are rendered at the same time."""
    warnings: list[Problem] = []
    both = (pool.arender(fields, name, warnings=warnings, allow_unfinished=True) for name in ("md", "html"))
    return await asyncio.gather(*both)


def refuse_options(pool: RenderPool) -> None:
    """Make mistakes that the type checkers must find."""
    pool.render({"title": "x"}, "md", theme=5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    pool.render({"title": "x"}, "md", files={"a": "b"})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]


def write_everywhere(report: Report, folder: Path) -> list[Path]:
    """Write a report to a stream and to files."""
    stream = io.BytesIO()
    write(report, stream, "md")
    path: Path = write(report, folder / "report.html")
    results: list[Result] = render_many([folder], ["md"], folder / "archive")
    return [path, *(document for result in results for document in result.documents)]


def explain_error(fields: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what is wrong with the fields of a report, as data."""
    try:
        found: list[Problem] = check(fields, today=dt.date(2026, 4, 2), levels={"PM014": "off"})
    except PmexportError as error:
        return [problem.as_dict() for problem in error.problems]
    return [problem.as_dict() for problem in found]


def measure(report: Report) -> dict[str, float]:
    """Return the response times of a report in minutes."""
    found: Facts = facts(report, as_of="2026-04-02")
    minutes: dict[str, float] = {name: time / dt.timedelta(minutes=1) for name, time in found.response_times.items()}
    return minutes | {"overdue": found.overdue}


def list_formats() -> dict[str, str]:
    """Return the media types of the formats."""
    known: list[Format] = formats()
    return {one.name: one.media_type for one in known}


def publish(path: Path) -> bool:
    """Finalize a report, and return whether its document agrees."""
    done: Finalized = finalize(path, format="md", levels={"PM002": "off"}, today=dt.date(2026, 4, 2))
    verdict: Verdict = verify(path, done.document)
    return verdict.agrees and digest(load(dump(path).encode(), format="yaml")) == digest(path)


def take_over(text: bytes) -> str:
    """Return the YAML of a report in Markdown."""
    return import_report(text, "markdown").to_yaml()
