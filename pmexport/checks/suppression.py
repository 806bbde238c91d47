"""Suppressions: the findings that a report excludes, and suppressions that have no effect."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from pmexport.checks.rule import Found
from pmexport.problems import Problem, suggest_name
from pmexport.report.model import Report
from pmexport.report.sections import section_fields

_PATH_STEP = re.compile(r"[.\[]")


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A finding that the report suppresses."""

    finding: Problem
    because: str
    """The author's reason."""


def suggest_rule(name: str, rule_ids: Collection[str]) -> str:
    """Return the help for an unknown rule id."""
    return suggest_name(name.upper(), rule_ids, "Run `pmexport rules` to list the rules.")


Scopes = Mapping[tuple[str, str], int]
"""Indexes of suppressions, by the id of the rule and the path that each covers."""


def index_suppressions(report: Report) -> Scopes:
    """Return what a report's suppressions cover; the first one if several cover the same."""
    scopes: dict[tuple[str, str], int] = {}
    for number, suppression in enumerate(report.checks):
        at = (suppression.at or "").strip()
        for path in (at, *section_fields(at)):
            scopes.setdefault((suppression.ignore.strip(), path), number)
    return scopes


def find_suppression(scopes: Scopes, rule_id: str, path: str) -> int | None:
    """Return the index of the suppression that covers a rule's finding at a path or a parent of it."""
    parents = (path[: match.start()] for match in _PATH_STEP.finditer(path))
    return next((scopes[rule_id, scope] for scope in (path, *parents, "") if (rule_id, scope) in scopes), None)


def find_unused(
    report: Report, rule_ids: Collection[str], run: Collection[str], used: Collection[int | None]
) -> Iterator[Found]:
    """Yield a result for each suppression with an unknown rule id or without effect.

    rule_ids: the ids of all rules. run: the ids of the rules that ran and whose results do not depend on the date.
    used: the indexes of the suppressions that cover something.
    """
    for number, suppression in enumerate(report.checks):
        path, rule_id = f"checks[{number}].ignore", suppression.ignore.strip()
        if rule_id not in rule_ids:
            yield Found(path, f'Unknown rule id "{suppression.ignore}".', suggest_rule(rule_id, rule_ids))
        elif rule_id in run and number not in used:
            where = f" at {suppression.at}" if suppression.at else ""
            message = f"{rule_id} finds nothing{where}, so this suppression has no effect."
            yield Found(path, message, "Remove it, or correct its `at`.")
