"""`pmexport verify report.yaml report.pdf`: says whether a document was made from a report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pmexport import api
from pmexport.cli.program import program
from pmexport.errors import InputError
from pmexport.report.digest import Provenance

if TYPE_CHECKING:
    from pmexport.publishing.verify import Verdict

_SHOWN = 12
"""Hexadecimal digits of a digest that are shown: enough to tell two states of a report apart."""


@program.command("verify", short_help="Say whether documents were made from a report.")
@click.argument("report", type=click.Path(path_type=Path))
@click.argument("documents", metavar="DOCUMENT…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.pass_context
def verify_command(context: click.Context, report: Path, documents: tuple[Path, ...]) -> None:
    """Say of each DOCUMENT (PDF, Word, HTML, Markdown) whether it was made from REPORT as it stands.

    It compares the SHA-256 digest of the report, with its pictures and logs, with the one that the document says it was
    made from. That tells which document belongs to which state of a report. It proves nothing of its text, which may
    have been edited since: this is no signature.

    Exit codes: 0 all were made from it; 1 one was not, or cannot be read; 2 wrong usage.
    """
    loaded = api.load(report)
    agree = True
    for document in documents:
        try:
            verdict = api.verify(loaded, document)
        except InputError as error:
            click.echo(f"error: {error}", err=True)
            agree = False
            continue
        click.echo(f"{document}: {_told(verdict, report)}")
        agree = agree and verdict.agrees
    context.exit(0 if agree else 1)


def _told(verdict: Verdict, report: Path) -> str:
    """Return a verdict in a sentence."""
    claim = verdict.document
    if claim is None:
        return "no. It does not say what it was made from."
    by = f", by {claim.generator}" if claim.generator else ""
    if verdict.agrees:
        return f"yes. It says that it was made from {report} as it stands ({_state(verdict.report)}){by}."
    said = ", ".join(_difference(name, *both) for name, both in verdict.differences.items())
    other = "another report" if "id" in verdict.differences else f"another state of {report}"
    unsure = "" if claim.id else ", or from another report"
    return f"no. It says that it was made from {other}{unsure}: {said}{by}."


def _state(known: Provenance) -> str:
    revision = f"revision {known.revision}, " if known.revision else ""
    return f"{revision}SHA-256 {known.digest[:_SHOWN]}…"


def _difference(name: str, said: str, known: str) -> str:
    if name == "digest":
        return f"SHA-256 {said[:_SHOWN]}…, not {known[:_SHOWN]}…"
    return f"{name} {said}, not {known or 'none'}"
