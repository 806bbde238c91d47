"""Finalize a report in one call, for programs: plan, check, render, and write the report and its document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from pmexport.checks.levels import Levels
from pmexport.document.source_files import find_files
from pmexport.errors import UnfinishedError, WriteError
from pmexport.limits import Limits
from pmexport.problems import Problem, show_name
from pmexport.publishing.finalize import Finalization, plan_finalization, repeats_publication, require_yaml
from pmexport.publishing.report_lock import lock_report
from pmexport.publishing.save_final import recover, save_final
from pmexport.report.house_style import HouseStyle
from pmexport.report.model import Report

_ADVICE = "The report was not changed. Fix the errors first."


@dataclass(frozen=True, slots=True)
class Finalized:
    """A report that was finalized, or would be with `dry_run`."""

    report: Report
    """The final report."""
    document: Path
    """The path of its document."""
    fields: dict[str, str]
    """The fields that are set in the report's file; empty if it was final already and has not changed."""
    diff: str
    """The changes to the report's file, as a unified diff."""
    findings: list[Problem]
    """What `check` found, without errors."""


def finalize_report(
    path: Path,
    target: Path,
    render: Callable[[Report], bytes],
    *,
    today: dt.date,
    published: dt.date | None,
    revision: str | None,
    base: Path | None,
    levels: Levels,
    limits: Limits,
    style: HouseStyle,
    dry_run: bool,
) -> Finalized:
    """Finalize the report in a file, and write its document. For arguments and errors see `pmexport.finalize`.

    target: the document's path. render: returns the document.
    """
    from pmexport.checks.runner import check_report  # noqa: PLC0415 - imports Markdown

    require_yaml(path)
    with ExitStack() as stack:
        locked = None if dry_run else stack.enter_context(lock_report(path))
        if locked:
            recover(locked)
        plan = plan_finalization(
            path, today=today, base=base, limits=limits, style=style, published=published, revision=revision
        )
        _refuse_overwriting(plan, target, limits)
        if repeats_publication(plan.was, published, revision) and has_current_document(plan, target, limits):
            plan = plan.without_changes()
        findings = check_report(plan.report, today=today, levels=levels, limits=limits, style=style).findings
        if any(finding.level == "error" for finding in findings):
            raise UnfinishedError((finding for finding in findings if finding.level == "error"), _ADVICE)
        data = render(plan.report)
        if locked:
            save_final(locked, plan.before, plan.after, target, data)
    diff = "".join(f"{line}\n" for line in plan.diff_lines())
    return Finalized(plan.report, target, plan.fields, diff, list(findings))


def has_current_document(plan: Finalization, target: Path, limits: Limits) -> bool:
    """Return whether a document was made from a final report that does not state its digest yet."""
    if plan.was.finalized_digest:
        return False
    from pmexport.publishing import verify  # noqa: PLC0415 - imports lxml

    known = verify.report_provenance(plan.was, limits)
    places = (target, plan.path.with_suffix(".pdf"))
    documents = (verify.read_document(place) for place in places if place.is_file())
    return any(verify.Verdict(known, verify.read_claim(data)).agrees for data in documents)


def _refuse_overwriting(plan: Finalization, target: Path, limits: Limits) -> None:
    inputs = (plan.path, *find_files(plan.was, limits))
    if target.exists() and any(target.samefile(path) for path in inputs if path.exists()):
        raise WriteError(f"{show_name(target)} would overwrite the report or one of its files. Choose another path.")
