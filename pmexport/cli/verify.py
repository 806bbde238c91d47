"""`pmexport verify report.yaml report.pdf`: check whether documents were made from a report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pmexport import api
from pmexport.cli.arguments import base_option, limit_option
from pmexport.cli.program import program
from pmexport.cli.recovery import print_recovery
from pmexport.errors import InputError
from pmexport.limits import Limits
from pmexport.problems import show_name

if TYPE_CHECKING:
    from pmexport.publishing.verify import Verdict

_SHOWN = 12
"""Hexadecimal digits of a digest to show: enough to distinguish two versions of a report."""


@program.command("verify")
@click.argument("report", type=click.Path(path_type=Path))
@click.argument("documents", metavar="DOCUMENT…", nargs=-1, required=True, type=click.Path(path_type=Path))
@base_option
@limit_option
@click.pass_context
def verify_command(
    context: click.Context, /, report: Path, documents: tuple[Path, ...], base: str | None, limits: Limits
) -> None:
    """Check whether each DOCUMENT (PDF, Word, HTML or Markdown) was made from the current REPORT.

    Every document states the SHA-256 digest of the report, images and logs that it was made from. This command
    compares that digest with the current one. A match is not a signature: the text of the document may have been
    edited since.

    Exit codes: 0 all documents match; 1 a document does not match or cannot be read; 2 usage error.
    """
    print_recovery(str(report))
    loaded = api.load(report, base=base, limits=limits)
    agree = True
    for document in documents:
        try:
            verdict = api.verify(loaded, document, limits=limits)
        except InputError as error:
            click.echo(f"error: {error}", err=True)
            agree = False
            continue
        click.echo(show_name(f"{document}: {_describe_verdict(verdict, report)}"))
        agree = agree and verdict.agrees
    context.exit(0 if agree else 1)


def _describe_verdict(verdict: Verdict, report: Path) -> str:
    """Return a verdict as a sentence."""
    claim = verdict.document
    if claim is None:
        return "cannot be verified: it does not state which report it was made from."
    by = f", by {claim.generator}" if claim.generator else ""
    if verdict.agrees:
        revision = f"revision {verdict.report.revision}, " if verdict.report.revision else ""
        state = f"{revision}SHA-256 {verdict.report.digest[:_SHOWN]}…"
        return f"matches {report} ({state}){by}."
    differences = ", ".join(_describe_difference(name, *both) for name, both in verdict.differences.items())
    other = "another report" if "id" in verdict.differences else "another version"
    unsure = "" if claim.id else " or another report"
    return f"does not match {report}: made from {other}{unsure} ({differences}){by}."


def _describe_difference(name: str, stated: str, known: str) -> str:
    if name == "digest":
        return f"SHA-256 {stated[:_SHOWN]}…, not {known[:_SHOWN]}…"
    return f"{name} {stated}, not {known or 'none'}"
