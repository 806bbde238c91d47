"""What a check says to the author: what was found, where it stands, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from pmexport.problems import Problem


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A finding that the report says is to be left alone."""

    finding: Problem
    because: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check found, in the order of the file; for a report without a file, in the order of the rules."""

    findings: tuple[Problem, ...]
    suppressed: tuple[Suppressed, ...] = ()
