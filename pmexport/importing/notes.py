"""Notes: what became of each part of a source."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pmexport.problems import Problem
from pmexport.reading.found_values import shorten

Bin = Literal["taken", "own_section", "left_out", "not_understood"]
"""Where a part of a source went; `pmexport.importing` explains each."""

_SENTENCES = {
    "own_section": "became a section of its own",
    "left_out": "was left out",
    "not_understood": "is not in the report",
}


@dataclass(frozen=True, slots=True)
class Note:
    """What became of one part of a source: of some lines of a text, or of a key of JSON."""

    bin: Bin
    file: str = ""
    """The name the user gave; empty if there is no file."""
    line: int | None = None
    """The first line, from 1; None for a key."""
    last: int | None = None
    """The last line."""
    key: str = ""
    """The path of a key, such as `incident.severity.name` or `follow_ups[0].title`; empty for lines."""
    field: str = ""
    """The path in the report that its content went to, such as `timeline[3].event`; empty if it is not in it."""
    text: str = ""
    """What was found there, shortened."""
    reason: str = ""
    """Why it was left out or not understood, or what the author should look at, as a sentence."""

    @property
    def needs_attention(self) -> bool:
        """Whether the author should look at it: it found no field, or its reason says so."""
        return self.bin in ("own_section", "not_understood") or (self.bin == "taken" and bool(self.reason))

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as plain data."""
        return {name: getattr(self, name) for name in self.__slots__}

    def as_problem(self) -> Problem:
        """Return the note as a warning about the source."""
        subject = f"`{self.key}`" if self.key else f'"{shorten(self.text)}"'
        sentence = _SENTENCES.get(self.bin)
        said = f"{subject} {sentence}." if sentence else f"{subject}:"
        message = f"{said} {self.reason}" if self.reason else said
        return Problem(message, self.field, self.file, self.line, level="warning")


def list_problems(notes: Iterable[Note]) -> Iterator[Problem]:
    """Yield the notes that need attention, as warnings."""
    return (note.as_problem() for note in notes if note.needs_attention)
