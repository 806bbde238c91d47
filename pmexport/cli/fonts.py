"""`pmexport fonts report.yaml`: which fonts a PDF uses for each script, and what to install for the missing ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from pmexport.cli.arguments import (
    base_option,
    from_option,
    language_option,
    limit_option,
    load_report,
    set_option,
    theme_option,
)
from pmexport.cli.program import Failure, program
from pmexport.errors import PmexportError


@program.command("fonts")
@click.argument("report", type=click.Path(path_type=str))
@theme_option
@language_option
@set_option
@from_option
@base_option
@limit_option
def fonts_command(report: str, **options: Any) -> None:
    """Show which fonts the PDF of REPORT uses for each script, and which ones to install for scripts without any.

    Exit codes: 0 all characters have a font; 1 fonts are missing, or the report cannot be read; 2 usage error.
    """
    from pmexport import pipeline  # noqa: PLC0415 - imports the model and the readers
    from pmexport.cli.excerpts import Excerpts  # noqa: PLC0415
    from pmexport.renderers.pdf.missing_glyphs import describe_missing  # noqa: PLC0415
    from pmexport.renderers.pdf.pdf_renderer import find_fonts  # noqa: PLC0415

    excerpts = Excerpts()
    try:
        loaded = load_report(report, options, excerpts)
        given = {name: options[name] for name in ("theme", "language", "limits")}
        composed = pipeline.compose_source(loaded, allow_unfinished=True, **given)
        drawn, missing = find_fonts(composed.document, composed.theme)
    except PmexportError as error:
        raise Failure(excerpts.describe(error)) from error
    for line in _list_families(drawn):
        click.echo(line)
    if missing:
        raise Failure("\n".join(str(problem) for problem in describe_missing(missing, "")))


def _list_families(drawn: dict[str, str]) -> Iterator[str]:
    """Yield a line for each script, with the families that draw it."""
    from pmexport.renderers.pdf.script_fonts import group_scripts  # noqa: PLC0415

    families: dict[str, list[str]] = {}
    for family, characters in sorted(drawn.items()):
        for name in group_scripts(characters):
            families.setdefault(name, []).append(family)
    for name, used in sorted(families.items()):
        yield f"{name}: {', '.join(used)}"
