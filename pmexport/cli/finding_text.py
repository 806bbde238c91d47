"""Findings as text for people: each with its line of the file and what to do, then a count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from pmexport.cli.excerpts import Excerpts
from pmexport.document.clean_text import one_line
from pmexport.problems import show_name

if TYPE_CHECKING:
    from pmexport.checks.runner import Outcome

_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}


def format_text(outcomes: Sequence[Outcome], excerpts: Excerpts, notes: Sequence[str]) -> str:
    """Return the findings of each report, notes, and a count; levels are coloured on a terminal."""
    lines = [line for outcome in outcomes for line in _format_report(outcome, excerpts)]
    return "\n".join([*lines, *notes, _format_count(outcomes)]) + "\n"


def _format_report(outcome: Outcome, excerpts: Excerpts) -> Iterator[str]:
    shown = excerpts.collect(outcome.findings)
    for finding, excerpt in zip(outcome.findings, shown, strict=True):
        level = click.style(finding.level, fg=_COLOURS[finding.level], bold=True)
        yield f"{finding.place}: {level} {finding.id}: {show_name(finding.message)}".removeprefix(": ")
        yield from excerpt
        if advice := ": ".join(part for part in (one_line(finding.path), finding.help) if part):
            yield f"    {show_name(advice)}"


def _format_count(outcomes: Sequence[Outcome]) -> str:
    levels: list[str] = [finding.level for outcome in outcomes for finding in outcome.findings]
    suppressed = sum(len(outcome.suppressed) for outcome in outcomes)
    counts = [f"{number} {level}{'s' * (number != 1)}" for level in _COLOURS if (number := levels.count(level))]
    scope = "" if len(outcomes) == 1 else f" in {len(outcomes)} reports"
    return f"{', '.join(counts) or 'Nothing found'}{scope}{f' ({suppressed} suppressed)' if suppressed else ''}."
