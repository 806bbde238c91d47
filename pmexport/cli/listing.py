"""`pmexport themes` and `pmexport formats`: list the available choices."""

import click

from pmexport.cli.messages import is_json, tell_problems
from pmexport.cli.output import write_json
from pmexport.cli.program import program
from pmexport.errors import PmexportError
from pmexport.renderers import registry
from pmexport.theming import themes


@program.command("themes")
def themes_command() -> None:
    """List the built-in themes."""
    if is_json():
        write_json([{"name": name, "summary": themes.find_theme(name).tokens.summary} for name in themes.theme_names()])
        return
    for name in themes.theme_names():
        click.echo(f"{name}  {themes.find_theme(name).tokens.summary}")


@program.command("formats")
def formats_command() -> None:
    """List the output formats. Formats of other packages are included."""
    if is_json():
        found, problems = registry.list_formats()
        write_json([one.as_dict() for one in found])
        tell_problems(problems)
        return
    names = registry.format_names()
    for name in names:
        click.echo(f"{name:{max(map(len, names))}}  {_summarize_format(name)}")


def _summarize_format(name: str) -> str:
    try:
        renderer = registry.find_renderer(name)
    except PmexportError as error:
        return f"unavailable: {error}"
    return f"{'.' + renderer.suffix:5}  {renderer.summary}"
