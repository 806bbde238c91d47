"""`pmexport config`: the settings in force, and the place that each comes from."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from pmexport.cli.configuration import configuration_options, read_configuration
from pmexport.cli.output import print_notes
from pmexport.cli.program import program
from pmexport.house_style.settings_list import Setting, list_settings
from pmexport.problems import show_name, show_text

_WIDEST = 60
"""Characters of a value that are aligned."""


@program.command("config")
@click.argument("report", required=False, default=".", type=click.Path(path_type=str))
@configuration_options
@click.option(
    "--format", "format_name", type=click.Choice(["text", "json"]), default="text", help="text (the default) or json."
)
def config_command(report: str, format_name: str, **options: Any) -> None:
    """List the settings in force for REPORT, or for a folder (default: this one), and the place each comes from.

    The nearest pmexport.toml applies, or pyproject.toml with [tool.pmexport]. What is not set has its default. The
    command line and the report itself come before these settings.

    Exit codes: 0; 2 the file has a wrong key or value.
    """
    name = str(Path(report) / "report") if Path(report).is_dir() else report
    config = read_configuration(name, options)
    print_notes(["" if config.path else "no configuration file applies."])
    settings = list_settings(config)
    if format_name == "json":
        click.echo(json.dumps([setting.as_dict() for setting in settings], indent=2, ensure_ascii=False))
    else:
        click.echo(show_text(_format_table(settings)), nl=False)


def _format_table(settings: Sequence[Setting]) -> str:
    """Return a line for each setting: its key, its value and its place, in columns."""
    rows = [(one.key, one.text, show_name(one.place) or "default") for one in settings]
    widths = [min(max(len(row[column]) for row in rows), _WIDEST) for column in range(2)]
    return "".join(f"{key:{widths[0]}}  {value:{widths[1]}}  {place}\n" for key, value, place in rows)
