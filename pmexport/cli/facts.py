"""`pmexport facts report.yaml`: what follows from a report, as JSON."""

from __future__ import annotations

import datetime as dt
from typing import Any

import click

from pmexport.cli.arguments import from_option, limit_option, load_report, parse_date, set_option
from pmexport.cli.configuration import configuration_options, read_configuration
from pmexport.cli.output import write_json
from pmexport.cli.program import program


@program.command("facts")
@click.argument("report", type=click.Path(path_type=str))
@click.option(
    "--as-of",
    callback=parse_date,
    metavar="DATE",
    help="Reference date for overdue action items. Default: SOURCE_DATE_EPOCH, otherwise the publication date.",
)
@set_option
@from_option
@limit_option
@configuration_options
def facts_command(report: str, as_of: dt.date | None, **options: Any) -> None:
    """Print what follows from REPORT (- for standard input), as JSON: milestones, response times and action items.

    The library's documentation describes the JSON. Exit codes: 0 success; 1 invalid input; 2 usage error.
    """
    from pmexport import api  # noqa: PLC0415 - imports the model and the readers
    from pmexport.cli.excerpts import Excerpts  # noqa: PLC0415 - imports reading

    config = read_configuration(report, options)
    loaded = load_report(report, {"base": None, **options}, config, Excerpts())
    found = api.facts(loaded, config=config, as_of=as_of)
    write_json(found.as_dict())
