"""What a check found, for people: each finding with its line of the file and what to do, and a count."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import click

from pmexport.checks.finding import Outcome
from pmexport.document.clean_text import one_line
from pmexport.problems import Problem, Source

_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}
_WIDTH = 110
"""Characters of a line that are shown."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A report that was checked."""

    outcome: Outcome
    origin: Source | None
    """None where it could not be read."""


def as_text(checked: Sequence[Checked], secret: Collection[str]) -> str:
    """Return the findings, and how many there are; a terminal shows the levels in colour.

    secret: the ids of the rules whose findings are not to be shown again. Their lines are not.
    """
    lines = [line for one in checked for line in _report(one, secret)]
    return "\n".join([*lines, _count(checked)]) + "\n"


def _report(checked: Checked, secret: Collection[str]) -> Iterator[str]:
    hidden = {place for finding in checked.outcome.findings if finding.id in secret for place in _places(finding)}
    shown: tuple[int | None, int | None] = (None, None)
    for finding in checked.outcome.findings:
        place = ":".join(str(part) for part in (finding.file, finding.line, finding.column) if part not in ("", None))
        level = click.style(finding.level, fg=_COLOURS[finding.level], bold=True)
        yield f"{place}: {level} {finding.id}: {finding.message}".removeprefix(": ")
        here = (finding.line, finding.column)
        if checked.origin and finding.line and here != shown and hidden.isdisjoint(_places(finding)):
            yield from _excerpt(checked.origin.line(finding.line), finding)
            shown = here
        if told := ": ".join(part for part in (one_line(finding.path), finding.help) if part):
            yield f"    {told}"


def _places(finding: Problem) -> tuple[object, object]:
    return finding.path, finding.line


def _excerpt(text: str, finding: Problem) -> Iterator[str]:
    """Yield a line of the file and a caret below the place; of a long line, what stands around it."""
    column = (finding.column or 1) - 1
    start = max(0, column - _WIDTH // 2) if len(text) > _WIDTH else 0
    before, after = _visible(text[start:column]), _visible(text[column : start + _WIDTH])
    yield f"    {finding.line} | {'…' if start else ''}{before}{after}{'…' if len(text) > start + _WIDTH else ''}"
    gutter = " " * len(str(finding.line))
    yield f"    {gutter} | {' ' if start else ''}{' ' * sum(map(_cells, before))}^"


def _visible(text: str) -> str:
    """Return a text as it is, with a blank for each character that a terminal would obey."""
    return "".join(character if character.isprintable() else " " for character in text)


def _cells(character: str) -> int:
    """Return how many cells of a terminal a character takes (UAX 11)."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _count(checked: Sequence[Checked]) -> str:
    findings = [finding for one in checked for finding in one.outcome.findings]
    suppressed = sum(len(one.outcome.suppressed) for one in checked)
    numbers = {f"{level}s": sum(finding.level == level for finding in findings) for level in _COLOURS}
    counted = [f"{number} {word[:-1] if number == 1 else word}" for word, number in numbers.items() if number]
    beside = f" ({suppressed} suppressed)" if suppressed else ""
    where = "" if len(checked) == 1 else f" in {len(checked)} reports"
    return f"{', '.join(counted) or 'Nothing found'}{where}{beside}."
