"""The command line: arguments in, exit codes out. What it does, the API does. One file for each subcommand.

Exit codes: 0 done; 1 with a message: the input, the theme or the rendering failed; 2 wrong usage.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from pmexport.cli import (  # noqa: F401 - each adds its commands to the program
    check,
    finalize,
    listing,
    new,
    render,
    template_check,
    verify,
)
from pmexport.cli.program import PROGRAM, Failure, program
from pmexport.errors import PmexportError


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the program with these arguments, those of the command line where None, and exit."""
    try:
        code = program.main(args=None if args is None else list(args), prog_name=PROGRAM, standalone_mode=False)
    except click.Abort:
        click.echo("Aborted.", err=True)
        sys.exit(1)
    except click.ClickException as error:
        if isinstance(error, click.UsageError) and error.ctx and error.ctx.info_name == "render":
            error.ctx = error.ctx.parent  # a word that the user did not write
        error.show()
        sys.exit(error.exit_code)
    except PmexportError as error:
        Failure(str(error)).show()
        sys.exit(1)
    except OSError as error:  # a name that is too long, standard output on a full disk
        Failure(f"{error.filename or 'standard output'}: {error.strerror or error}").show()
        sys.exit(1)
    sys.exit(code or 0)  # that of `Context.exit`
