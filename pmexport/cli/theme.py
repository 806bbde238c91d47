"""`pmexport theme`: create a theme, and check one before rendering anything."""

from pathlib import Path

import click

from pmexport import api
from pmexport.cli.excerpts import Excerpts
from pmexport.cli.messages import is_json, tell
from pmexport.cli.output import write_documents, write_problems
from pmexport.cli.program import PROGRAM, Failure, program
from pmexport.problems import show_name
from pmexport.theming.starter import write_starter
from pmexport.theming.themes import TOKENS, theme_names


@program.group("theme")
def theme_group() -> None:
    """Create a theme, or check one."""


@theme_group.command("new")
@click.argument("folder", metavar="NAME", type=click.Path(path_type=str))
def new_command(folder: str) -> None:
    """Create a theme in the folder NAME: a file with every token, to change what should differ.

    An existing theme is never overwritten.
    """
    path = Path(folder)
    file = path / TOKENS
    if file.exists():
        raise Failure(f"{show_name(file)} already exists. Choose another name.")
    written = folder if path.is_absolute() or folder.startswith(".") else f"./{folder}"
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(f"the folder {show_name(path)} cannot be created: {error.strerror}.") from error
    text = write_starter(f"The look of {show_name(path.resolve().name)}", show_name(written)).encode()
    if failures := list(write_documents({str(file): text}, quiet=False)):
        raise Failure("\n".join(failures))
    tell(f"To use it: {PROGRAM} report.yaml --theme {show_name(written)}")


@theme_group.command("check")
@click.argument("theme", metavar="PATH", type=click.Path(path_type=str))
@click.pass_context
def check_command(context: click.Context, theme: str) -> None:
    """Find everything that is wrong in the theme in the folder PATH, or in a built-in one.

    Exit codes: 0 nothing is wrong; 1 something is; 2 usage error.
    """
    problems = api.check_theme(Path(theme) if Path(theme).is_dir() and theme not in theme_names() else theme)
    if is_json():
        write_problems(problems)
        context.exit(1 if problems else 0)
    for line in Excerpts().list_problems(problems, lambda problem: f"{problem.level}: {problem}"):
        click.echo(line)
    has_errors = any(problem.level == "error" for problem in problems)
    counted = f"{len(problems)} problem{'s' * (len(problems) != 1)}" if problems else "nothing is wrong"
    click.echo(f"{show_name(theme)} {'cannot be used' if has_errors else 'can be used'}: {counted}.")
    context.exit(1 if problems else 0)
