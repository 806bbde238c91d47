"""Finish or undo a finalization that was killed, before a command reads the report."""

from pathlib import Path

import click

from pmexport.publishing.save_final import recover_report


def print_recovery(name: str) -> None:
    """Finish or undo what an interrupted `finalize` began with this report, and say so."""
    print_note(recover_report(Path(name)))


def print_note(text: str) -> None:
    """Print a note to standard error, if there is one."""
    if text:
        click.echo(f"note: {text}", err=True)
