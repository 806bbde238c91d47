"""`pmexport check report.yaml…` and `pmexport rules`."""

from __future__ import annotations

import datetime as dt
import sys
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pmexport import reading
from pmexport.checks import finding_formats
from pmexport.checks.levels import Levels, find_levels
from pmexport.cli.arguments import from_option, parse_date, require_format
from pmexport.cli.excerpts import Excerpts
from pmexport.cli.finding_text import format_text
from pmexport.cli.output import write_one
from pmexport.cli.program import STANDARD, program
from pmexport.errors import InputError
from pmexport.limits import DEFAULT
from pmexport.report.model import Report

if TYPE_CHECKING:
    from pmexport.checks.runner import Outcome


@program.command("check", short_help="Find what is unfinished, unsafe or contradictory in reports.")
@click.argument("reports", metavar="REPORT…", nargs=-1, required=True)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    help="text (the default), json (a list of findings), sarif (SARIF 2.1.0) or github (annotations).",
)
@click.option(
    "--today", "--as-of", "today", callback=parse_date, metavar="DATE", help="Date of the check. Default: today."
)
@from_option
@click.pass_context
def check_command(
    context: click.Context, reports: tuple[str, ...], format_name: str, today: dt.date | None, input_format: str | None
) -> None:
    """Find what is unfinished, unsafe or contradictory in each REPORT (- for standard input), and say how to fix it.

    A report suppresses findings under its key `checks`, each with a reason. Your organisation can set the levels of
    rules in pmexport.toml or pyproject.toml; the file nearest to the report applies.

    Exit codes: 0 no errors; 1 errors found; 2 usage error.
    """
    for name in reports:
        require_format(name, input_format)
    today = today or dt.datetime.now().astimezone().date()
    excerpts = Excerpts()
    outcomes = [_check_file(name, input_format, today, excerpts) for name in reports]
    _write_findings(format_name, outcomes, excerpts)
    findings = (finding for outcome in outcomes for finding in outcome.findings)
    context.exit(1 if any(finding.level == "error" for finding in findings) else 0)


@program.command("rules")
def rules_command() -> None:
    """List all rules of `check`, with their levels and reasons. Rules of other packages are included."""
    from pmexport.checks.rule_registry import find_rules  # noqa: PLC0415 - imports Markdown

    registered, problems = find_rules()
    for one in registered:
        rule, origin = one.rule, f" ({one.origin})" if one.origin else ""
        click.echo(f"{rule.id}  {rule.level:7}  {rule.name}{origin}")
        click.echo(textwrap.indent(textwrap.fill(rule.reason, 100), " " * 7))
    for problem in problems:
        click.echo(f"warning: {problem}", err=True)


def read_levels(name: str) -> Levels:
    """Return the levels that apply to a report, from the configuration near it. Raises UsageError if it is invalid."""
    from pmexport.checks.rule_registry import list_rules  # noqa: PLC0415 - imports Markdown

    folder = Path() if name == STANDARD else Path(name).parent
    try:
        return find_levels(folder, {rule.id for rule in list_rules()})
    except InputError as error:
        raise click.UsageError(str(error)) from error


def _check_file(name: str, input_format: str | None, today: dt.date, excerpts: Excerpts) -> Outcome:
    from pmexport.checks.rule_registry import UNREADABLE  # noqa: PLC0415 - imports Markdown
    from pmexport.checks.runner import Outcome, check_report  # noqa: PLC0415 - imports Markdown

    levels = read_levels(name)
    try:
        report = _read_report(name, input_format, excerpts)
    except InputError as error:
        return Outcome(tuple(replace(problem, id=UNREADABLE.id) for problem in error.problems))
    return check_report(report, today=today, levels=levels)


def _read_report(name: str, input_format: str | None, excerpts: Excerpts) -> Report:
    if name != STANDARD:
        return reading.read_file(Path(name), format=input_format)
    data = sys.stdin.buffer.read(DEFAULT.file_bytes + 1)
    excerpts.add_file(STANDARD, data)
    return reading.read_bytes(data, format=input_format or "", name=STANDARD)


def _write_findings(format_name: str, outcomes: list[Outcome], excerpts: Excerpts) -> None:
    from pmexport.checks.rule_registry import list_rules  # noqa: PLC0415 - imports Markdown

    rules = list_rules()
    findings = [finding for outcome in outcomes for finding in outcome.findings]
    match format_name:
        case "text":
            click.echo(format_text(outcomes, excerpts), nl=False)
        case "json":
            write_one(STANDARD, finding_formats.format_json(findings).encode())
        case "github":
            write_one(STANDARD, finding_formats.format_github(findings).encode())
        case _:
            suppressed = [one for outcome in outcomes for one in outcome.suppressed]
            write_one(STANDARD, finding_formats.format_sarif(findings, suppressed, rules).encode())
