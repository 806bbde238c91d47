"""What a report says is to be left alone, and what of that has no meaning."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping

from pmexport.checks.rule import Found, Rule
from pmexport.report.model import Report, Suppression
from pmexport.report.sections import section_fields

UNUSED = Rule(
    id="PM011",
    name="suppression-without-effect",
    level="warning",
    reason="A suppression that matches nothing is useless today, and may hide a real problem tomorrow.",
    check=lambda _subject: (),  # what it finds is known when all others have been run
)

_STEP = re.compile(r"[.\[]")


def near(name: str, known: Collection[str]) -> str:
    """Return the help for an id that is no rule's."""
    nearest = difflib.get_close_matches(name[:20].upper(), known, n=1)
    return f"Did you mean {nearest[0]}?" if nearest else "Run `pmexport rules` to list the rules."


Places = Mapping[tuple[str, str], int]
"""The numbers of suppressions, by the rule and the part of the report that each is about."""


def places_of(report: Report) -> Places:
    """Return what the suppressions of a report cover; the first, where several say the same."""
    places: dict[tuple[str, str], int] = {}
    for number, one in enumerate(report.checks):
        at = (one.at or "").strip()
        for key in (at, *section_fields(at)):
            places.setdefault((_id(one), key), number)
    return places


def suppression_of(places: Places, rule: str, path: str) -> int | None:
    """Return the number of the suppression that covers what a rule found at a path, which lies there or below."""
    above = (path[: match.start()] for match in _STEP.finditer(path))
    return next((places[rule, key] for key in (path, *above, "") if (rule, key) in places), None)


def unused(
    report: Report, known: Collection[str], run: Collection[str], used: Collection[int | None]
) -> Iterator[Found]:
    """Yield what is wrong with the suppressions.

    known: the ids of all rules. run: those of the rules that were run, and must find something. used: the numbers of
    the suppressions that cover something.
    """
    for number, one in enumerate(report.checks):
        name = _id(one)
        if name not in known:
            yield Found(f"checks[{number}].ignore", f'Unknown rule id "{one.ignore}".', near(name, known))
        elif name in run and number not in used:
            where = f" at {one.at}" if one.at else ""
            message = f"{name} finds nothing{where}, so this suppression has no effect."
            yield Found(f"checks[{number}].ignore", message, "Remove it, or correct its `at`.")


def _id(suppression: Suppression) -> str:
    return suppression.ignore.strip()
