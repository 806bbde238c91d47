"""`pmexport finalize report.yaml`: checks a report, makes it final in its author's file, and renders it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import click

from pmexport import api
from pmexport.cli.check import levels_for
from pmexport.cli.output import write_documents
from pmexport.cli.program import STANDARD, Failure, program
from pmexport.cli.render import targets_of
from pmexport.document.clean_text import one_line
from pmexport.problems import Problem
from pmexport.publishing.finalize import Finalization, prepare
from pmexport.report.moments import read_date
from pmexport.theming import themes


@program.command("finalize", short_help="Check a report, make it final in its file, and write its PDF.")
@click.argument("report", type=click.Path(path_type=str))
@click.option("--published", metavar="DATE", help="The day of its publication. Default: today.")
@click.option("--revision", metavar="TEXT", help="Its revision. Default: the written one, or 1; the next, if not new.")
@click.option("-o", "--output", metavar="PATH", help="As for rendering. Default: a PDF beside the report.")
@click.option("--theme", default=themes.DEFAULT, metavar="NAME|FOLDER", help="How PDF, Word and HTML look.")
@click.option("--dry-run", is_flag=True, help="Show what would change in the file, and write nothing.")
def finalize_command(
    report: str, published: str | None, revision: str | None, output: str | None, theme: str, *, dry_run: bool
) -> None:
    """Check REPORT, a YAML file, make it final, and write its PDF.

    Where an error stands, nothing is written. Else `status`, `published` and `revision` are set in the file, and
    nothing else in it changes by a byte. The first time, the written revision stays, or is 1; afterwards the next
    number is set, unless the document beside it shows that nothing has changed since.

    Exit codes: 0 it is final; 1 an error stands, or something failed; 2 wrong usage.
    """
    if report == STANDARD:
        raise click.UsageError("Name a file: what comes from standard input cannot be changed there.")
    today = dt.datetime.now().astimezone().date()
    plan = prepare(Path(report), published=_day(published) or today, revision=revision)
    ((target, format_name),) = targets_of(report, plan.report, [], output).items()
    if _nothing_new(plan, published, revision) and (made := _made_from(plan, target)):
        click.echo(f"{report} is final already, and {made} was made from it: it stays as it is.", err=True)
        plan = plan.settled()
    levels = levels_for(report)
    errors = _tell(api.check(plan.report, today=today, levels=levels))
    if dry_run:
        click.echo("".join(f"{line}\n" for line in plan.difference()), nl=False)
    if errors:
        raise Failure(f"{report} is left as it is: mend {errors} first.")
    warnings: list[Problem] = []
    data = api.render(plan.report, format_name, theme=theme, levels=levels, warnings=warnings)
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)
    if not dry_run:
        _write(plan, target, data)


def _day(text: str | None) -> dt.date | None:
    day = None if text is None else read_date(text)
    if text is not None and day is None:
        raise click.UsageError(f"--published takes a day such as 2026-04-01, found {text!r}.")
    return day


def _tell(findings: Iterable[Problem]) -> str:
    """Print the errors and warnings, and return how many errors there are, in words; nothing for none."""
    errors = 0
    for finding in findings:
        if finding.level != "note":
            click.echo(f"{finding.level}: {one_line(str(finding))}", err=True)
        errors += finding.level == "error"
    return f"{errors} {'error' if errors == 1 else 'errors'}" if errors else ""


def _nothing_new(plan: Finalization, published: str | None, revision: str | None) -> bool:
    """Return whether the report says already when and as which revision it is to be published."""
    day = read_date(plan.was.published or "")
    return (published is None or _day(published) == day) and revision in (None, plan.was.revision)


def _made_from(plan: Finalization, target: str) -> str:
    """Return which of the documents that this writes was made from the report as it is, final already; else nothing."""
    if plan.was.stage != "final":
        return ""
    places = (target, str(plan.path.with_suffix(".pdf")))
    return next((place for place in places if Path(place).is_file() and api.verify(plan.was, place).agrees), "")


def _write(plan: Finalization, target: str, data: bytes) -> None:
    """Write the report first: a document of a state that no file holds would be worse than none.

    Where the document cannot be written, the report is put back: it would count as published, and the next try as
    another revision.
    """
    plan.write()
    if failures := list(write_documents({target: data}, quiet=True)):
        plan.undo()
        raise Failure("\n".join([*failures, f"{plan.path} is left as it was."]))
    if plan.fields:
        told = ", ".join(f"{key} {text}" for key, text in plan.fields.items())
        click.echo(f"wrote {plan.path}: {told}", err=True)
    if target != STANDARD:
        click.echo(f"wrote {target}", err=True)
