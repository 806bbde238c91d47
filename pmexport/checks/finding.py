"""What a check says to the author: what was found, where it stands, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from pmexport.checks.rule import Level


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found."""

    id: str
    """Of the rule: PM012."""
    level: Level
    path: str
    """Where in the report: `action_items[2].owner`; empty for the report as a whole."""
    file: str
    """The file's name as the user gave it; empty where there is none."""
    line: int | None
    """From 1; for what is missing, of the nearest part that it belongs to."""
    column: int | None
    """From 1, in characters."""
    message: str
    """What was found and what is wrong with it, in one sentence."""
    help: str
    """What to do."""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part not in ("", None))
        head = ": ".join(part for part in (place, self.path, f"{self.id} {self.message}") if part)
        return f"{head} {self.help}" if self.help else head


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A finding that the report says is to be left alone."""

    finding: Finding
    because: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check found, in the order of the file; for a report without a file, in the order of the rules."""

    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...] = ()
