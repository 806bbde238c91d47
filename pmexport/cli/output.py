"""Write documents to files or to standard output."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pmexport.cli.messages import say, tell
from pmexport.cli.program import STANDARD
from pmexport.errors import PmexportError
from pmexport.problems import Problem, show_name


def write_documents(documents: Mapping[str, bytes], *, quiet: bool) -> Iterator[str]:
    """Write documents by their target, and yield a message for each that fails."""
    for target, data in documents.items():
        try:
            write_one(target, data)
        except PmexportError as error:
            yield str(error)
            continue
        if not quiet and target != STANDARD:
            tell(f"wrote {show_name(target)}")


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
    """Say what may be of interest; notes that are empty are left out."""
    for note in notes:
        if note:
            say(f"note: {note}", [Problem(note, level="note")])


def write_problems(problems: Iterable[Problem]) -> None:
    """Write the problems that a command looks for to standard output, as JSON."""
    write_json([problem.as_dict() for problem in problems])


def write_json(value: object) -> None:
    """Write a value to standard output, as JSON."""
    from pmexport.checks.finding_formats import dump_json  # noqa: PLC0415 - rarely needed

    write_one(STANDARD, dump_json(value).encode())
