"""`pmexport mcp` and `pmexport skill`: for agents."""

import contextlib
import io
import os
import sys
from importlib import resources
from pathlib import Path

import click

from pmexport.cli.output import write_one
from pmexport.cli.program import STANDARD, Failure, program


@program.command("mcp")
@click.option(
    "--timeout",
    type=click.FloatRange(0, 86_400, min_open=True),
    default=120,
    metavar="SECONDS",
    help="Time that one rendering or check may take. Default: 120.",
)
def mcp_command(*, timeout: float) -> None:
    """Serve agents over the Model Context Protocol, on standard input and output.

    The agent can validate, check, render and import reports, and ask for facts and rules. It reaches only files below
    the current folder, and overwrites one only if it says so. Needs `pip install 'pmexport[mcp]'`.
    """
    try:
        import mcp  # noqa: F401, PLC0415 - an extra
    except ImportError as error:
        raise Failure("`pmexport mcp` needs the package mcp. Install it: pip install 'pmexport[mcp]'") from error
    with contextlib.redirect_stdout(sys.stderr):
        from pmexport.agents.server import make_server  # noqa: PLC0415

        server = make_server(Path.cwd(), timeout)
    # While it serves, the SDK lets file descriptor 1 lead to standard error. Nothing may wait in a buffer until then.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(write_through=True)
    server.run("stdio")
    os.dup2(2, 1)


@program.command("skill")
def skill_command() -> None:
    """Print a short guide for agents: the format by example, and how to validate, check and render a report.

    It can be saved as a skill: pmexport skill > .claude/skills/pmexport/SKILL.md
    """
    write_one(STANDARD, resources.files("pmexport.agents").joinpath("guide.md").read_bytes())
