"""Finalize a report: set its status, date, revision and digest in the author's file, and change nothing else."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import unified_diff
from pathlib import Path

from pmexport import reading
from pmexport.errors import InputError
from pmexport.limits import DEFAULT, Limits
from pmexport.problems import Problem, show_name
from pmexport.reading.yaml_edit import set_fields
from pmexport.report.digest import digest_report
from pmexport.report.house_style import PLAIN, HouseStyle
from pmexport.report.model import Report
from pmexport.report.moments import read_date


@dataclass(frozen=True, slots=True)
class Finalization:
    """The plan to finalize a report: its file's content before and after. Nothing is written yet."""

    path: Path
    before: bytes
    after: bytes
    report: Report
    """The report as it will be; findings cite the lines of the present file."""
    was: Report
    """The report as it is."""
    fields: dict[str, str]
    """The fields that are set in the file."""

    def without_changes(self) -> Finalization:
        """Return the same plan without any change to the report."""
        return replace(self, after=self.before, report=self.was, fields={})

    def diff_lines(self) -> Iterator[str]:
        """Yield the lines of the unified diff between the file before and after."""
        name = show_name(self.path)
        before, after = (_split_lines(data) for data in (self.before, self.after))
        yield from unified_diff(before, after, name, name, lineterm="")


def plan_finalization(
    path: Path,
    *,
    today: dt.date,
    published: dt.date | None = None,
    revision: str | None = None,
    base: Path | None = None,
    limits: Limits = DEFAULT,
    style: HouseStyle = PLAIN,
) -> Finalization:
    """Return the plan to finalize the report in a YAML file; it changes nothing if the report did not change since.

    published: the date of publication. Default: today.
    base: the folder of the report's images and logs. Default: the file's folder.
    limits: the bounds on what is read. style: the fields and words that the organisation has declared.
    revision: the revision of the final report. Default: the report's own, or 1; the next number if the report was final
        or published before.

    Raises InputError for a report that cannot be read, for a file that is not YAML, and if the fields cannot be set
    without changing others.
    """
    require_yaml(path)
    name = str(path)
    before = reading.file_bytes(path, limits.file_bytes)
    was = reading.read_bytes(before, format="yaml", name=name, limits=limits, style=style).based_at(base or path.parent)
    if _is_current(was, limits) and repeats_publication(was, published, revision):
        return Finalization(path, before, before, was, was, {})
    fields = {} if was.stage == "final" else {"status": "final"}
    fields |= {"published": (published or today).isoformat(), "revision": revision or _next_revision(was, name)}
    report = _read_edited(was, set_fields(before, fields, name, limits), name, limits, style)
    fields["finalized_digest"] = _digest_report(report, limits)
    after = set_fields(before, fields, name, limits)
    return Finalization(path, before, after, _read_edited(was, after, name, limits, style), was, fields)


def require_yaml(path: Path) -> None:
    """Raise InputError if a file's suffix is not that of YAML."""
    if reading.FORMATS.get(path.suffix.lower()) != "yaml":
        advice = "Set `status`, `published` and `revision` yourself, then render the report as usual."
        raise InputError([Problem("only YAML files can be finalized.", file=str(path), help=advice)])


def repeats_publication(report: Report, published: dt.date | None, revision: str | None) -> bool:
    """Return whether a final report has the requested publication date and revision, or none is requested."""
    if report.stage != "final":
        return False
    return published in (None, read_date(report.published)) and revision in (None, report.revision)


def _digest_report(report: Report, limits: Limits) -> str:
    """Return the digest of a report with its images and logs."""
    from pmexport.document.source_files import digest_files  # noqa: PLC0415 - imports Markdown

    return digest_report(report, digest_files(report, limits))


def _is_current(report: Report, limits: Limits) -> bool:
    """Return whether a report states the digest that it has now."""
    stated = (report.finalized_digest or "").strip()
    return bool(stated) and stated == _digest_report(report, limits)


def _read_edited(report: Report, after: bytes, name: str, limits: Limits, style: HouseStyle) -> Report:
    """Return the report in its edited file; its places stay those of the present file."""
    edited = reading.read_bytes(after, format="yaml", name=name, limits=limits, style=style)
    return edited.based_at(report.base).read_from(report.origin, report.remarks)


def _next_revision(report: Report, name: str) -> str:
    """Return the revision of the final report: the next number if it was published before."""
    written = (report.revision or "1").strip()
    if report.revision is None or (report.stage != "final" and report.published is None):
        return written
    if not re.fullmatch(r"[0-9]{1,9}", written):
        message = f"the revision {written!r} cannot be incremented: it is not a number."
        raise InputError([Problem(message, "revision", name, help="Set the new one with --revision.")])
    return str(int(written) + 1)


def _split_lines(data: bytes) -> list[str]:
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    return data.decode(encoding).splitlines()
