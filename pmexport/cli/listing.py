"""`pmexport themes` and `pmexport formats`: what there is to choose from."""

from __future__ import annotations

import click

from pmexport.cli.program import program
from pmexport.errors import PmexportError
from pmexport.renderers import registry
from pmexport.theming import themes


@program.command("themes")
def themes_command() -> None:
    """List the themes that come with the program."""
    for name in themes.theme_names():
        click.echo(f"{name}  {themes.find_theme(name).tokens.summary}")


@program.command("formats")
def formats_command() -> None:
    """List the formats, those of other packages included."""
    names = registry.format_names()
    for name in names:
        click.echo(f"{name:{max(map(len, names))}}  {_format_summary(name)}")


def _format_summary(name: str) -> str:
    try:
        renderer = registry.find_renderer(name)
    except PmexportError as error:
        return f"not usable: {error}"
    return f"{'.' + renderer.suffix:5}  {renderer.summary}"
