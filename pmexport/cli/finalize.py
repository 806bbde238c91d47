"""`pmexport finalize report.yaml`: check a report, mark it final in its own file, and render it."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import click

from pmexport import api
from pmexport.cli.arguments import parse_date, theme_option
from pmexport.cli.check import read_levels
from pmexport.cli.excerpts import Excerpts
from pmexport.cli.output import write_documents
from pmexport.cli.program import STANDARD, Failure, program
from pmexport.cli.render import plan_targets
from pmexport.document.clean_text import one_line
from pmexport.problems import Problem
from pmexport.publishing.finalize import Finalization, plan_finalization
from pmexport.report.moments import read_date


@program.command("finalize", short_help="Check a report, mark it final in its file, and write its PDF.")
@click.argument("report", type=click.Path(path_type=str))
@click.option("--published", callback=parse_date, metavar="DATE", help="Publication date. Default: today.")
@click.option(
    "--revision",
    metavar="TEXT",
    help="Revision. Default: keep the current one (or 1); incremented if the report changed.",
)
@click.option("-o", "--output", metavar="PATH", help="Output file or folder. Default: a PDF next to the report.")
@theme_option
@click.option("--dry-run", is_flag=True, help="Show the changes to the file and write nothing.")
def finalize_command(
    report: str, published: dt.date | None, revision: str | None, output: str | None, theme: str, *, dry_run: bool
) -> None:
    """Check REPORT, a YAML file, mark it final, and write its PDF.

    If there are errors, nothing is written. Otherwise `status`, `published` and `revision` are set in the file; the
    rest of the file keeps its exact bytes. The first time, the revision you wrote is kept, or set to 1. Later, it is
    raised by one, unless the existing document shows that the report has not changed.

    Exit codes: 0 the report is final; 1 there are errors, or writing failed; 2 usage error.
    """
    if report == STANDARD:
        raise click.UsageError("finalize edits the report in place, so it cannot read standard input. Pass a file.")
    today = dt.datetime.now().astimezone().date()
    plan = plan_finalization(Path(report), published=published or today, revision=revision)
    ((target, format_name),) = plan_targets(report, plan.report, [], output).items()
    if _repeats_publication(plan, published, revision) and (made := _find_current_document(plan, target)):
        click.echo(f"{report} is already final and {made} is up to date. Nothing was changed.", err=True)
        plan = plan.without_changes()
    levels = read_levels(report)
    errors = _print_findings(api.check(plan.report, today=today, levels=levels))
    if dry_run:
        click.echo("".join(f"{line}\n" for line in plan.diff_lines()), nl=False)
    if errors:
        raise Failure(f"{report} was not changed: fix {errors} {'error' if errors == 1 else 'errors'} first.")
    warnings: list[Problem] = []
    data = api.render(plan.report, format_name, theme=theme, levels=levels, warnings=warnings)
    for line in Excerpts().list_problems(warnings, lambda warning: f"warning: {warning}"):
        click.echo(line, err=True)
    if not dry_run:
        _write_both(plan, target, data)


def _print_findings(findings: Iterable[Problem]) -> int:
    """Print the errors and warnings. Return the number of errors."""
    shown = [finding for finding in findings if finding.level != "note"]
    for line in Excerpts().list_problems(shown, lambda finding: f"{finding.level}: {one_line(str(finding))}"):
        click.echo(line, err=True)
    return sum(finding.level == "error" for finding in shown)


def _repeats_publication(plan: Finalization, published: dt.date | None, revision: str | None) -> bool:
    """Return whether the report already has the requested publication date and revision."""
    return published in (None, read_date(plan.was.published or "")) and revision in (None, plan.was.revision)


def _find_current_document(plan: Finalization, target: str) -> str:
    """Return the existing document that was made from this final report; the empty string if there is none."""
    if plan.was.stage != "final":
        return ""
    places = (target, str(plan.path.with_suffix(".pdf")))
    return next((place for place in places if Path(place).is_file() and api.verify(plan.was, place).agrees), "")


def _write_both(plan: Finalization, target: str, data: bytes) -> None:
    """Write the report, then the document, so that no document describes a version that was never saved.

    If the document cannot be written, restore the report. It would otherwise count as published, and the next attempt
    as another revision.
    """
    plan.write()
    if failures := list(write_documents({target: data}, quiet=True)):
        plan.restore()
        raise Failure("\n".join([*failures, f"{plan.path} was restored."]))
    if plan.fields:
        changes = ", ".join(f"{key} {text}" for key, text in plan.fields.items())
        click.echo(f"wrote {plan.path}: {changes}", err=True)
    if target != STANDARD:
        click.echo(f"wrote {target}", err=True)
