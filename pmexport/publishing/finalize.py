"""Making a report final: `status`, `published` and `revision` are set in the author's file, and nothing else."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import unified_diff
from pathlib import Path

from pmexport import reading
from pmexport.assets.atomic_write import write_file
from pmexport.errors import InputError, WriteError
from pmexport.limits import DEFAULT, Limits
from pmexport.problems import Problem
from pmexport.reading.yaml_edit import set_fields
from pmexport.report.model import Report


@dataclass(frozen=True, slots=True)
class Finalization:
    """A report that is to be made final: what its file holds, and what it will hold. Nothing is written yet."""

    path: Path
    before: bytes
    after: bytes
    report: Report
    """As it will be; what is found in it is told by the lines of the file as it is."""
    was: Report
    """As it is."""
    fields: dict[str, str]
    """What is set in the file."""

    def settled(self) -> Finalization:
        """Return the same with the report left as it is."""
        return replace(self, after=self.before, report=self.was, fields={})

    def difference(self) -> Iterator[str]:
        """Yield the lines of the unified difference between the file as it is and as it will be."""
        name = str(self.path)
        before, after = (_lines(data) for data in (self.before, self.after))
        yield from unified_diff(before, after, name, name, lineterm="")

    def write(self) -> None:
        """Write the file. Raises WriteError where it cannot be written, or was changed since it was read."""
        self._replace(self.before, self.after)

    def undo(self) -> None:
        """Put the file back as it was. Raises WriteError as `write` does."""
        self._replace(self.after, self.before)

    def _replace(self, old: bytes, new: bytes) -> None:
        if new == old:
            return
        if self.path.read_bytes() != old:
            raise WriteError(f"{self.path} was changed in the meantime and is left alone; try again.")
        write_file(self.path, new)


def prepare(path: Path, *, published: dt.date, revision: str | None = None, limits: Limits = DEFAULT) -> Finalization:
    """Return what makes the report of a YAML file final as of this day.

    revision: that of the final report. Where None, the one written, 1 where there is none; and the next number where
    the report was final or published before.

    Raises InputError for a report that cannot be read, for a file that is no YAML, and where the fields cannot be set
    without touching others.
    """
    name = str(path)
    if reading.FORMATS.get(path.suffix.lower()) != "yaml":
        advice = "In another, set `status`, `published` and `revision` yourself; then `pmexport` checks and renders it."
        raise InputError([Problem("only a YAML file is made final.", file=name, help=advice)])
    before = reading.file_bytes(path, limits.file_bytes)
    was = reading.read_bytes(before, format="yaml", name=name, limits=limits).based_at(path.parent)
    fields = {"published": published.isoformat(), "revision": revision or _revision(was, name)}
    if was.stage != "final":
        fields["status"] = "final"
    after = set_fields(before, fields, name, limits)
    return Finalization(path, before, after, was.model_copy(update=fields), was, fields)


def _revision(report: Report, name: str) -> str:
    """Return the revision of a report that becomes final: the next one if this is not the first time."""
    written = (report.revision or "1").strip()
    if report.revision is None or (report.stage != "final" and report.published is None):
        return written
    if not re.fullmatch(r"[0-9]{1,9}", written):
        message = f"found {written!r}, expected a number to count on from, as the report was published before."
        raise InputError([Problem(message, "revision", name, help="Say which revision comes next: --revision.")])
    return str(int(written) + 1)


def _lines(data: bytes) -> list[str]:
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    return data.decode(encoding).splitlines()
