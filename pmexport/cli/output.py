"""Write documents to files or to standard output."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import click

from pmexport.cli.program import STANDARD
from pmexport.errors import PmexportError
from pmexport.problems import show_name


def write_documents(documents: Mapping[str, bytes], *, quiet: bool) -> Iterator[str]:
    """Write documents by their target, and yield a message for each that fails."""
    for target, data in documents.items():
        try:
            write_one(target, data)
        except PmexportError as error:
            yield str(error)
            continue
        if not quiet and target != STANDARD:
            click.echo(f"wrote {show_name(target)}", err=True)


def write_one(target: str, data: bytes) -> None:
    """Write to a file, or to standard output if the target is `-`. Raises WriteError."""
    if target != STANDARD:
        from pmexport.assets.atomic_write import write_file  # noqa: PLC0415 - imports cryptography

        write_file(Path(target), data)
        return
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def is_stream(target: str) -> bool:
    """Return whether a target is standard output, a terminal or a pipe: what is written there cannot be replaced."""
    return target == STANDARD or (Path(target).exists() and not Path(target).is_file() and not Path(target).is_dir())


def print_notes(notes: Iterable[str]) -> None:
    """Print notes to standard error; those that are empty are left out."""
    for note in notes:
        if note:
            click.echo(f"note: {note}", err=True)
