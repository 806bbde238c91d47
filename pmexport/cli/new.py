"""`pmexport new` and `pmexport schema`: a report to fill in, and its JSON Schema."""

import json
from importlib import resources
from pathlib import Path
from typing import Any

import click

from pmexport import reading
from pmexport._version import FORMAT_VERSION
from pmexport.cli.configuration import configuration_options, read_configuration
from pmexport.cli.output import write_documents, write_one
from pmexport.cli.program import STANDARD, Failure, program
from pmexport.house_style.report_schema import style_schema
from pmexport.problems import show_name
from pmexport.report.house_style import HouseStyle

SCHEMA_FILE = "pmexport.schema.json"


@program.command("new")
@click.argument("path", default="report.yaml", type=click.Path(path_type=str))
@configuration_options
def new_command(path: str, **options: Any) -> None:
    """Create a report to fill in and, next to it, the JSON Schema that editors use for completion.

    PATH defaults to report.yaml; use - for standard output. Existing reports are never overwritten.
    """
    starter = resources.files("pmexport.report").joinpath("starter.yaml").read_bytes()
    if path == STANDARD:
        write_one(STANDARD, starter)
        return
    if reading.FORMATS.get(Path(path).suffix) != "yaml":
        raise click.UsageError(f"`pmexport new` writes YAML. Use a file name ending in .yaml instead of {path!r}.")
    if Path(path).exists():
        raise Failure(f"{show_name(path)} already exists. Choose another file name.")
    schema = str(Path(path).parent / SCHEMA_FILE)
    config = read_configuration(path, options)
    if failures := list(write_documents({path: starter, schema: _dump_schema(config)}, quiet=False)):
        raise Failure("\n".join(failures))


@program.command("schema")
@click.option("--version", is_flag=True, help="Print the version of the report format instead.")
@configuration_options
def schema_command(*, version: bool, **options: Any) -> None:
    """Print the JSON Schema of reports, for editors, programs and agents.

    It has the fields and words of your house style. Its `$id` contains the version of the report format: a report that
    is valid in 1.0 is valid in every 1.x.
    """
    if version:
        write_one(STANDARD, f"{FORMAT_VERSION}\n".encode())
        return
    write_one(STANDARD, _dump_schema(read_configuration(STANDARD, options)))


def _dump_schema(style: HouseStyle) -> bytes:
    return (json.dumps(style_schema(style), indent=2, ensure_ascii=False) + "\n").encode()
