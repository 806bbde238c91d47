"""The command line: a thin layer over `pmexport.api`, with one file per subcommand.

Exit codes: 0 success; 1 invalid input, invalid theme or rendering failure; 2 usage error; 130 interrupted.
"""

import sys
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import NoReturn

import click

from pmexport.cli import streams
from pmexport.cli.program import PROGRAM, Failure, program
from pmexport.errors import PmexportError
from pmexport.problems import show_name, show_text


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the program and exit. args: the arguments; those of the process if None."""
    streams.prepare_streams()
    try:
        code = program.main(args=None if args is None else list(args), prog_name=PROGRAM, standalone_mode=False)
        sys.stdout.flush()
    except click.Abort:  # Ctrl-C
        click.echo("Aborted.", err=True)
        sys.exit(130)
    except click.ClickException as error:
        _show_error(error)
        sys.exit(error.exit_code)
    except PmexportError as error:
        from pmexport.cli.excerpts import Excerpts  # noqa: PLC0415 - imports reading

        Failure(Excerpts().describe(error)).show()
        sys.exit(1)
    except OSError as error:
        streams.discard_output()
        Failure(_describe_failure(error)).show()
        sys.exit(1)
    sys.exit(code or 0)  # set by `Context.exit`


def _show_error(error: click.ClickException) -> None:
    if isinstance(error, click.UsageError) and error.ctx and error.ctx.info_name == "render":
        error.ctx = error.ctx.parent  # the user did not type `render`
    shown = StringIO()
    error.show(shown)
    click.echo(show_text(shown.getvalue()), err=True, nl=False)


def _describe_failure(error: OSError) -> str:
    """Return the message for a failure outside our own files, such as a full disk or a closed standard output."""
    if error.filename is None and _is_folder_gone():
        return "the current folder no longer exists. Change to another folder and run the command again."
    return f"{show_name(error.filename or 'standard output')}: {streams.explain_error(error)}"


def _is_folder_gone() -> bool:
    try:
        Path.cwd()
    except FileNotFoundError:
        return True
    return False
