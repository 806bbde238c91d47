"""`pmexport new` and `pmexport schema`: what an author begins with."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import click

from pmexport import reading
from pmexport.cli.output import write_documents, write_one
from pmexport.cli.program import STANDARD, Failure, program
from pmexport.report.model import json_schema

SCHEMA_FILE = "pmexport.schema.json"


@program.command("new", short_help="Write a report to fill in, and its schema.")
@click.argument("path", default="report.yaml", type=click.Path(path_type=str))
def new_command(path: str) -> None:
    """Write a report to fill in, and beside it the schema that your editor completes it by.

    PATH is report.yaml where none is given, - for standard output. A file that exists is left alone.
    """
    starter = resources.files("pmexport.report").joinpath("starter.yaml").read_bytes()
    if path == STANDARD:
        write_one(STANDARD, starter)
        return
    if reading.FORMATS.get(Path(path).suffix) != "yaml":
        raise click.UsageError(f"It is YAML that is written: name a file that ends in .yaml, not {path!r}.")
    if Path(path).exists():
        raise Failure(f"{path} exists already; name another file.")
    schema = str(Path(path).parent / SCHEMA_FILE)
    failures = list(write_documents({path: starter, schema: _schema()}, quiet=False))
    if failures:
        raise Failure("\n".join(failures))


@program.command("schema")
def schema_command() -> None:
    """Print the JSON Schema of a report, for editors."""
    write_one(STANDARD, _schema())


def _schema() -> bytes:
    return (json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n").encode()
