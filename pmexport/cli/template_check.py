"""`pmexport template-check company.docx`: whether a Word template fits, before anything is rendered."""

from __future__ import annotations

import click

from pmexport import api
from pmexport.cli.program import program
from pmexport.theming import themes


@program.command("template-check", short_help="Say what of a Word template fits.")
@click.argument("template", type=click.Path(path_type=str))
@click.option("--theme", default=themes.DEFAULT, metavar="NAME|FOLDER", help="The theme that it is used with.")
@click.pass_context
def template_check_command(context: click.Context, template: str, theme: str) -> None:
    """Say what of a company's Word TEMPLATE fits and what does not, before anything is rendered.

    Exit code 0: it fits, perhaps with notes; 1: it does not.
    """
    findings = api.check_template(template, theme=theme)
    faults = [finding for finding in findings if finding.kind == "fault"]
    about = ""
    for finding in findings:
        mark = "" if finding.kind == "ok" else f"{finding.kind}: "
        click.echo(f"{'' if finding.about == about else finding.about:10}{mark}{finding.message}")
        about = finding.about
    notes = sum(finding.kind == "note" for finding in findings)
    click.echo(f"{template} does not fit." if faults else f"{template} fits{f'; {notes} to look at' if notes else ''}.")
    context.exit(1 if faults else 0)
