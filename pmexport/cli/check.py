"""`pmexport check report.yaml…` and `pmexport rules`."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from pmexport.checks import finding_formats
from pmexport.cli.arguments import (
    base_option,
    from_option,
    limit_option,
    load_report,
    parse_date,
    require_format,
    set_option,
)
from pmexport.cli.configuration import configuration_options, describe_loosened, read_configuration
from pmexport.cli.excerpts import Excerpts
from pmexport.cli.finding_text import format_text
from pmexport.cli.messages import is_json, tell_problems
from pmexport.cli.output import print_notes, write_json, write_one
from pmexport.cli.program import STANDARD, program
from pmexport.errors import InputError
from pmexport.problems import Problem

if TYPE_CHECKING:
    from pmexport.checks.runner import Outcome
    from pmexport.house_style.config import Config


@program.command("check")
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
@set_option
@from_option
@base_option
@limit_option
@configuration_options
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings too.")
@click.pass_context
def check_command(
    context: click.Context,
    /,
    reports: tuple[str, ...],
    format_name: str,
    today: dt.date | None,
    *,
    strict: bool,
    **options: Any,
) -> None:
    """Find what is unfinished, unsafe or contradictory in each REPORT (- for standard input), and say how to fix it.

    To suppress findings, list them under `checks` in the report, each with a reason. Your organisation can set the
    levels of rules and require fields in pmexport.toml or pyproject.toml; the file nearest to the report applies,
    unless you choose one with --config or none with --no-config.

    Exit codes: 0 no errors; 1 errors found, or warnings with --strict; 2 usage error.
    """
    for name in reports:
        require_format(name, options["input_format"])
    today = today or dt.datetime.now().astimezone().date()
    excerpts = Excerpts()
    configurations = [read_configuration(name, options) for name in reports]
    outcomes = [
        _check_file(name, options, today, configuration, excerpts)
        for name, configuration in zip(reports, configurations, strict=True)
    ]
    notes = list(dict.fromkeys(note for configuration in configurations for note in describe_loosened(configuration)))
    _write_findings(format_name, outcomes, excerpts, notes)
    levels = {finding.level for outcome in outcomes for finding in outcome.findings}
    context.exit(1 if levels & ({"error", "warning"} if strict else {"error"}) else 0)


@program.command("rules")
def rules_command() -> None:
    """List all rules of `check`, with their levels and reasons. Rules of other packages are included."""
    from pmexport.checks.rule_registry import find_rules  # noqa: PLC0415 - imports Markdown

    registered, problems = find_rules()
    if is_json():
        names = ("id", "level", "name", "reason")
        write_json([{name: getattr(one.rule, name) for name in names} for one in registered])
    for one in () if is_json() else registered:
        rule, origin = one.rule, f" ({one.origin})" if one.origin else ""
        click.echo(f"{rule.id}  {rule.level:7}  {rule.name}{origin}")
        click.echo(textwrap.indent(textwrap.fill(rule.reason, 100), " " * 7))
    for problem in problems:
        tell_problems([Problem(problem, level="warning")])


def _check_file(name: str, options: Mapping[str, Any], today: dt.date, config: Config, excerpts: Excerpts) -> Outcome:
    from pmexport.checks.rule_registry import UNREADABLE  # noqa: PLC0415 - imports Markdown
    from pmexport.checks.runner import Outcome, check_report  # noqa: PLC0415 - imports Markdown

    try:
        report = load_report(name, options, config, excerpts)
    except InputError as error:
        return Outcome(tuple(replace(problem, id=UNREADABLE.id) for problem in error.problems))
    return check_report(report, today=today, levels=config.checks, limits=config.resolve_limits(None), style=config)


def _write_findings(format_name: str, outcomes: list[Outcome], excerpts: Excerpts, notes: list[str]) -> None:
    """Write the findings to standard output. notes: sentences about configurations, for people."""
    from pmexport.checks.rule_registry import list_rules  # noqa: PLC0415 - imports Markdown

    rules = list_rules()
    findings = [finding for outcome in outcomes for finding in outcome.findings]
    if format_name != "text":
        print_notes(notes)
    match format_name:
        case "text":
            click.echo(format_text(outcomes, excerpts, notes), nl=False)
        case "json":
            write_one(STANDARD, finding_formats.format_json(findings).encode())
        case "github":
            write_one(STANDARD, finding_formats.format_github(findings).encode())
        case _:
            suppressed = [one for outcome in outcomes for one in outcome.suppressed]
            write_one(STANDARD, finding_formats.format_sarif(findings, suppressed, rules).encode())
