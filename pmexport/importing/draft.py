"""Drafts: what an importer returns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pmexport import reading
from pmexport.importing.notes import Note, list_problems
from pmexport.importing.yaml_writer import write_yaml
from pmexport.limits import DEFAULT, Limits
from pmexport.problems import Place, Problem
from pmexport.report.house_style import PLAIN, HouseStyle
from pmexport.report.model import Report

_NOTHING: Mapping[str, str] = {}


@dataclass
class Draft:
    """The parts of a report that were found in a source, and what became of each part of the source."""

    fields: dict[str, Any] = field(default_factory=dict)
    """The fields of the report, as `pmexport.load` takes them."""
    notes: list[Note] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    """Images that the source contained, by the path that the fields name them with."""
    limits: Limits = DEFAULT
    style: HouseStyle = PLAIN
    """The fields and words that the organisation has declared."""

    @property
    def report(self) -> Report:
        """The report; its remarks are the notes that need attention. Raises InputError if a text exceeds a limit."""
        return self.load()

    @property
    def problems(self) -> list[Problem]:
        """The notes that need attention, as warnings."""
        return list(list_problems(self.notes))

    def load(self, overrides: Mapping[str, str] = _NOTHING) -> Report:
        """Return the report with some values replaced, by path. Raises InputError."""
        report = reading.read_mapping(self.fields, overrides=overrides, limits=self.limits, style=self.style)
        return report.read_from(_Origin(tuple(self.notes)), tuple(self.problems)).with_files(self.files)

    def to_yaml(self) -> str:
        """Return the report as YAML to keep and edit, with a comment for each note that needs attention."""
        return write_yaml(self.fields, list(self._list_comments()))

    def soften_status(self) -> None:
        """Turn a final status into in_review: a report is final only if its author says so after the import."""
        if self.style.stage_of(str(self.fields.get("status") or "")) == "final":
            self.fields["status"] = "in_review"

    def _list_comments(self) -> Iterator[tuple[str, str]]:
        """Yield comments, each with the path of the part that it is written above; for no part, an empty path."""
        for note, problem in ((note, note.as_problem()) for note in self.notes if note.needs_attention):
            place = f"{problem.place}: " if problem.place != Place() else ""
            yield note.field, f"{place}{problem.message}"


@dataclass(frozen=True)
class _Origin:
    """Finds the places of a report's parts in the sources that it was imported from."""

    notes: tuple[Note, ...]

    def find(self, path: str, offset: int | None = None) -> Place:  # noqa: ARG002 - lines are known, characters are not
        """Return the place of the part at a path, or of the nearest part above it."""
        known = {note.field: note for note in reversed(self.notes) if note.field}
        while path and path not in known:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        note = known.get(path)
        return Place(note.file, note.line) if note else Place()

    def line(self, number: int) -> str:  # noqa: ARG002 - the source's text is not kept
        """Return an empty text: there is no excerpt."""
        return ""
