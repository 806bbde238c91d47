"""`pmexport check report.yaml…` and `pmexport rules`: what is unfinished, unsafe or contradictory in a report."""

from __future__ import annotations

import datetime as dt
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import click

from pmexport import reading
from pmexport.checks import finding_formats, levels
from pmexport.checks.finding import Outcome
from pmexport.checks.levels import Levels
from pmexport.cli.finding_text import Checked, as_text
from pmexport.cli.output import write_one
from pmexport.cli.program import STANDARD, program
from pmexport.errors import InputError
from pmexport.limits import DEFAULT
from pmexport.problems import Problem
from pmexport.report.model import Report
from pmexport.report.moments import read_date

_UNREADABLE = "PM000"


def _day(_context: click.Context, _option: click.Parameter, text: str | None) -> dt.date | None:
    day = None if text is None else read_date(text)
    if text is not None and day is None:
        raise click.BadParameter(f"{text!r} is not a date; write it as 2026-04-01.")
    return day


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
    "--today", "--as-of", "today", callback=_day, metavar="DATE", help="The date of the check. Default: today."
)
@click.option(
    "--from",
    "input_format",
    type=click.Choice(sorted(set(reading.FORMATS.values()))),
    help="The input format of the reports.",
)
@click.pass_context
def check_command(
    context: click.Context, reports: tuple[str, ...], format_name: str, today: dt.date | None, input_format: str | None
) -> None:
    """Find what is unfinished, unsafe or contradictory in each REPORT (- for standard input), and say how to fix it.

    A report suppresses findings under its key `checks`, each with a reason. Your organisation can set the levels of
    rules in pmexport.toml or pyproject.toml; the file nearest to the report applies.

    Exit codes: 0 no errors; 1 errors found; 2 wrong usage.
    """
    if STANDARD in reports and input_format is None:
        raise click.UsageError("Specify the format of standard input: --from yaml, json or toml.")
    day = today or dt.date.today()  # noqa: DTZ011 - the day of whoever checks
    checked = [_check(name, input_format, day) for name in reports]
    findings = [finding for one in checked for finding in one.outcome.findings]
    _show(format_name, checked, findings)
    context.exit(1 if any(finding.level == "error" for finding in findings) else 0)


@program.command("rules")
def rules_command() -> None:
    """List the rules of `check`, including those of other packages, with their levels and reasons."""
    from pmexport.checks.rule_registry import offers  # noqa: PLC0415 - brings in Markdown

    known, problems = offers()
    for offer in known:
        rule, by = offer.rule, f" ({offer.by})" if offer.by else ""
        click.echo(f"{rule.id}  {rule.level:7}  {rule.name}{by}")
        click.echo(textwrap.indent(textwrap.fill(rule.reason, 100), " " * 7))
    for problem in problems:
        click.echo(f"warning: {problem}", err=True)


def levels_for(name: str) -> Levels:
    """Return the levels that are set for a report by its name. Raises UsageError for a file that sets them wrongly."""
    from pmexport.checks.rule_registry import offers  # noqa: PLC0415 - brings in Markdown

    folder = Path() if name == STANDARD else Path(name).parent
    try:
        return levels.find(folder, {offer.rule.id for offer in offers()[0]})
    except InputError as error:
        raise click.UsageError(str(error)) from error


def _check(name: str, input_format: str | None, today: dt.date) -> Checked:
    from pmexport.checks.runner import examine  # noqa: PLC0415 - brings in Markdown

    set_levels = levels_for(name)
    try:
        report = _load(name, input_format)
    except InputError as error:
        return Checked(Outcome(tuple(map(_unreadable, error.problems))), None)
    return Checked(examine(report, today=today, levels=set_levels), report.origin)


def _load(name: str, input_format: str | None) -> Report:
    if name != STANDARD:
        return reading.read_file(Path(name), format=input_format)
    data = sys.stdin.buffer.read(DEFAULT.file_bytes + 1)
    return reading.read_bytes(data, format=input_format or "", name=STANDARD)


def _unreadable(problem: Problem) -> Problem:
    return replace(problem, id=_UNREADABLE)


def _show(format_name: str, checked: list[Checked], findings: list[Problem]) -> None:
    from pmexport.checks.rule_registry import offers  # noqa: PLC0415 - brings in Markdown

    rules = [offer.rule for offer in offers()[0]]
    match format_name:
        case "text":
            click.echo(as_text(checked, {rule.id for rule in rules if rule.secret}), nl=False)
        case "json":
            write_one(STANDARD, finding_formats.as_json(findings).encode())
        case "github":
            write_one(STANDARD, finding_formats.as_annotations(findings).encode())
        case _:
            suppressed = [one for report in checked for one in report.outcome.suppressed]
            write_one(STANDARD, finding_formats.as_sarif(findings, suppressed, rules).encode())
