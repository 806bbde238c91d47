"""`pmexport themes` and `pmexport formats`: what there is to choose from."""

from __future__ import annotations

import click

from pmexport import renderers, themes
from pmexport.cli.program import program
from pmexport.errors import PmexportError


@program.command("themes")
def themes_command() -> None:
    """List the themes that come with the program."""
    for name in themes.names():
        click.echo(f"{name}  {themes.find(name).tokens.summary}")


@program.command("formats")
def formats_command() -> None:
    """List the formats, those of other packages included."""
    names = renderers.names()
    for name in names:
        click.echo(f"{name:{max(map(len, names))}}  {_format_summary(name)}")


def _format_summary(name: str) -> str:
    try:
        renderer = renderers.find(name)
    except PmexportError as error:
        return f"not usable: {error}"
    return f"{'.' + renderer.suffix:5}  {renderer.summary}"
