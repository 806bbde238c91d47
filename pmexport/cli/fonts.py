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
from pmexport.cli.configuration import configuration_options, read_configuration
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
@configuration_options
def fonts_command(report: str, **options: Any) -> None:
    """Show which fonts the PDF of REPORT uses for each script, and which ones to install for scripts without any.

    Exit codes: 0 all characters have a font; 1 fonts are missing, or the report cannot be read; 2 usage error.
    """
    from pmexport import pipeline  # noqa: PLC0415 - imports the model and the readers
    from pmexport.cli.excerpts import Excerpts  # noqa: PLC0415
    from pmexport.renderers.pdf.missing_glyphs import describe_missing  # noqa: PLC0415
    from pmexport.renderers.pdf.paper_rendering import find_fonts  # noqa: PLC0415

    excerpts, config = Excerpts(), read_configuration(report, options)
    try:
        loaded = load_report(report, options, config, excerpts)
        given = {name: options[name] for name in ("theme", "language")}
        composed = pipeline.compose_source(loaded, config=config, allow_unfinished=True, **given)
        drawn, missing = find_fonts(composed.document, composed.theme)
    except PmexportError as error:
        raise Failure(excerpts.describe(error), error.problems) from error
    for line in _list_families(drawn):
        click.echo(line)
    if missing:
        problems = list(describe_missing(missing, ""))
        raise Failure("\n".join(map(str, problems)), problems)


def _list_families(drawn: dict[str, str]) -> Iterator[str]:
    """Yield a line for each script, with the families that draw it."""
    from pmexport.renderers.pdf.script_fonts import group_scripts  # noqa: PLC0415

    families: dict[str, list[str]] = {}
    for family, characters in sorted(drawn.items()):
        for name in group_scripts(characters):
            families.setdefault(name, []).append(family)
    for name, used in sorted(families.items()):
        yield f"{name}: {', '.join(used)}"
