"""Findings as text for people: each with its line of the file and what to do, then a count."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from pmexport.document.clean_text import one_line
from pmexport.problems import Problem, Source

if TYPE_CHECKING:
    from pmexport.checks.runner import Outcome

_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}
_EXCERPT_WIDTH = 110
"""Maximum number of characters shown of a line."""


@dataclass(frozen=True, slots=True)
class CheckedReport:
    """A report that was checked."""

    outcome: Outcome
    origin: Source | None
    """None if the report could not be read."""


def format_text(checked: Sequence[CheckedReport], secret_ids: Collection[str]) -> str:
    """Return the findings and their count; levels are coloured on a terminal.

    secret_ids: the ids of rules that find text that must not be repeated. The lines of the file are then hidden.
    """
    lines = [line for one in checked for line in _format_report(one, secret_ids)]
    return "\n".join([*lines, _format_count(checked)]) + "\n"


def _format_report(checked: CheckedReport, secret_ids: Collection[str]) -> Iterator[str]:
    findings = checked.outcome.findings
    hidden = {part for finding in findings if finding.id in secret_ids for part in _locate_finding(finding)}
    shown: tuple[int | None, int | None] = (None, None)
    for finding in findings:
        level = click.style(finding.level, fg=_COLOURS[finding.level], bold=True)
        yield f"{finding.place}: {level} {finding.id}: {finding.message}".removeprefix(": ")
        position = (finding.line, finding.column)
        if checked.origin and finding.line and position != shown and hidden.isdisjoint(_locate_finding(finding)):
            yield from _format_excerpt(checked.origin.line(finding.line), finding)
            shown = position
        if advice := ": ".join(part for part in (one_line(finding.path), finding.help) if part):
            yield f"    {advice}"


def _locate_finding(finding: Problem) -> tuple[object, object]:
    return finding.path, finding.line


def _format_excerpt(text: str, finding: Problem) -> Iterator[str]:
    """Yield a line of the file, shortened around the finding if it is long, and a caret below the position."""
    column = (finding.column or 1) - 1
    start = max(0, column - _EXCERPT_WIDTH // 2) if len(text) > _EXCERPT_WIDTH else 0
    end = start + _EXCERPT_WIDTH
    before, after = _mask_controls(text[start:column]), _mask_controls(text[column:end])
    yield f"    {finding.line} | {'…' if start else ''}{before}{after}{'…' if len(text) > end else ''}"
    indent = " " * len(str(finding.line))
    yield f"    {indent} | {' ' if start else ''}{' ' * sum(map(_count_cells, before))}^"


def _mask_controls(text: str) -> str:
    """Replace each character that a terminal would interpret with a space."""
    return "".join(character if character.isprintable() else " " for character in text)


def _count_cells(character: str) -> int:
    """Return how many terminal cells a character takes (UAX 11)."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _format_count(checked: Sequence[CheckedReport]) -> str:
    levels: list[str] = [finding.level for one in checked for finding in one.outcome.findings]
    suppressed = sum(len(one.outcome.suppressed) for one in checked)
    counts = [f"{number} {level}{'s' * (number != 1)}" for level in _COLOURS if (number := levels.count(level))]
    scope = "" if len(checked) == 1 else f" in {len(checked)} reports"
    return f"{', '.join(counts) or 'Nothing found'}{scope}{f' ({suppressed} suppressed)' if suppressed else ''}."
