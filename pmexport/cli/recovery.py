"""Finish or undo a finalization that was killed, before a command reads the report."""

from pathlib import Path

from pmexport.cli.output import print_notes
from pmexport.publishing.save_final import recover_report


def print_recovery(name: str) -> None:
    """Finish or undo what an interrupted `finalize` began with this report, and say so."""
    print_notes([recover_report(Path(name))])
