"""The errors of pmexport. Each is a clear message for its reader; anything else that is raised is a bug of ours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pmexport.checks.finding import Finding

__all__ = [
    "BoundError",
    "FormatError",
    "InputError",
    "PmexportError",
    "Problem",
    "RenderError",
    "ThemeError",
    "UnfinishedError",
    "WriteError",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input, told so that its author can mend it."""

    message: str
    """What was found and what was expected, in one sentence."""
    path: str = ""
    """Where in the report, such as `timeline[3].time`; empty for the file as a whole."""
    file: str = ""
    """The file's name as the user gave it; empty where there is none."""
    line: int | None = None
    """From 1."""
    column: int | None = None
    """From 1, in characters."""
    help: str = ""
    """What to do, such as the nearest known key."""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part not in ("", None))
        head = ": ".join(part for part in (place, self.path, self.message) if part)
        return f"{head} {self.help}" if self.help else head


class PmexportError(Exception):
    """The base of all errors: its text is a message for the user."""


class InputError(PmexportError):
    """A report that cannot be read. Holds every problem that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


_UNFINISHED = (
    "the report calls itself final, and these errors stand in it. Mend them, or set its status to in_review; "
    "--allow-unfinished (allow_unfinished=True) renders it marked as unfinished."
)


class UnfinishedError(PmexportError):
    """A report that calls itself final, and in which errors stand. Holds them all."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join([*map(str, self.findings), _UNFINISHED]))


class FormatError(PmexportError):
    """A format that nobody offers, or an option that it does not have; the message lists those that there are."""


class ThemeError(PmexportError):
    """A theme that cannot be found or used."""


class RenderError(PmexportError):
    """A document that cannot be made, such as a PDF on a machine without Pango."""


class BoundError(RenderError):
    """A document that could not be made within the time or the memory that it was given."""


class WriteError(PmexportError):
    """A file that cannot be written."""
