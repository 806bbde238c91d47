"""The command line: a thin layer over `pmexport.api`, with one file per subcommand.

Exit codes: 0 success; 1 invalid input, invalid theme or rendering failure; 2 usage error; 130 interrupted.
"""

import sys
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import NoReturn

import click

from pmexport.cli import messages, streams
from pmexport.cli.program import PROGRAM, Failure, program
from pmexport.errors import PmexportError
from pmexport.problems import show_name, show_text


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the program and exit. args: the arguments; those of the process if None."""
    streams.prepare_streams()
    messages.start_messages(sys.argv[1:] if args is None else args)
    try:
        _run_program(args)
    finally:
        messages.write_collected()


def _run_program(args: Sequence[str] | None) -> NoReturn:
    try:
        code = program.main(args=None if args is None else list(args), prog_name=PROGRAM, standalone_mode=False)
        sys.stdout.flush()
    except click.Abort:  # Ctrl-C
        _show_error(Failure("Aborted."), "Aborted.\n")
        sys.exit(130)
    except click.ClickException as error:
        _show_error(error)
        sys.exit(error.exit_code)
    except PmexportError as error:
        from pmexport.cli.excerpts import Excerpts  # noqa: PLC0415 - imports reading

        _show_error(Failure(Excerpts().describe(error), error.problems))
        sys.exit(1)
    except OSError as error:
        streams.discard_output()
        _show_error(Failure(_describe_failure(error)))
        sys.exit(1)
    sys.exit(code or 0)  # set by `Context.exit`


def _show_error(error: click.ClickException, text: str | None = None) -> None:
    if messages.collect_failure(error):
        return
    if isinstance(error, click.UsageError) and error.ctx and error.ctx.info_name == "render":
        error.ctx = error.ctx.parent  # the user did not type `render`
    shown = StringIO()
    error.show(shown)
    click.echo(show_text(shown.getvalue() if text is None else text), err=True, nl=False)


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
