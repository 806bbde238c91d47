"""The command line: a thin layer over `pmexport.api`, with one file per subcommand.

Exit codes: 0 success; 1 invalid input, invalid theme or rendering failure; 2 usage error.
"""

import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from pmexport.cli import check, finalize, listing, new, render, template_check, verify  # noqa: F401 - register commands
from pmexport.cli.excerpts import Excerpts
from pmexport.cli.program import PROGRAM, Failure, program
from pmexport.errors import PmexportError


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the program and exit. args: the arguments; those of the process if None."""
    try:
        code = program.main(args=None if args is None else list(args), prog_name=PROGRAM, standalone_mode=False)
    except click.Abort:
        click.echo("Aborted.", err=True)
        sys.exit(1)
    except click.ClickException as error:
        if isinstance(error, click.UsageError) and error.ctx and error.ctx.info_name == "render":
            error.ctx = error.ctx.parent  # the user did not type `render`
        error.show()
        sys.exit(error.exit_code)
    except PmexportError as error:
        Failure(Excerpts().describe(error)).show()
        sys.exit(1)
    except OSError as error:  # a file name that is too long, or a full disk
        Failure(f"{error.filename or 'standard output'}: {error.strerror or error}").show()
        sys.exit(1)
    sys.exit(code or 0)  # set by `Context.exit`
