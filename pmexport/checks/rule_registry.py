"""The rules: those that come with pmexport, and those that other packages add by an entry point (`pmexport.rules`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import get_args

from pmexport.checks.rule import Rule
from pmexport.checks.rules import action_rules, completeness, milestone_rules, texts, time_rules
from pmexport.checks.suppression import UNUSED
from pmexport.problems import Level
from pmexport.renderers.registry import origin

GROUP = "pmexport.rules"

UNREADABLE = Rule(
    id="PM000",
    name="not-readable",
    level="error",
    reason="What cannot be read as a report is checked no further.",
    check=lambda _subject: (),  # told by whoever reads the report
)
BROKEN = Rule(
    id="PM024",
    name="rule-not-run",
    level="warning",
    reason="A rule of another package could not be loaded or run, so what it looks for may be in the report.",
    check=lambda _subject: (),  # told by whoever runs the rules
)

RULES: tuple[Rule, ...] = tuple(
    sorted(
        (
            UNREADABLE,
            UNUSED,
            BROKEN,
            *completeness.RULES,
            *milestone_rules.RULES,
            *time_rules.RULES,
            *action_rules.RULES,
            *texts.RULES,
        ),
        key=lambda rule: rule.id,
    )
)
"""Those that come with pmexport, by their ids."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A rule, and who offers it."""

    rule: Rule
    by: str = ""
    """In words; empty for those that come with pmexport."""


def offers() -> tuple[tuple[Offer, ...], tuple[str, ...]]:
    """Return all rules, and why those of other packages that are not among them cannot be used."""
    found = {rule.id: Offer(rule) for rule in RULES}
    problems = []
    for point in sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value)):
        try:
            rules = list(_load(point))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a foreign package does, it breaks only itself
            told = str(error) if isinstance(error, _RefusedError) else f"{type(error).__name__}: {error}"
            problems.append(f"The rules {point.name!r} of {origin(point)} cannot be loaded: {told}")
            continue
        for rule in rules:
            first = found.setdefault(rule.id, Offer(rule, origin(point)))
            if first.rule is not rule:
                both = f"{first.by or 'pmexport'} and by {origin(point)}"
                problems.append(f"The rule {rule.id} is offered twice, by {both}; the second is not used.")
    return tuple(found.values()), tuple(problems)


class _RefusedError(Exception):
    """What a package offers is no rule; the text says why."""


def _load(point: EntryPoint) -> Iterator[Rule]:
    loaded = point.load()
    rules = loaded if isinstance(loaded, tuple | list) else (loaded,)
    for rule in rules:
        if not isinstance(rule, Rule):
            raise _RefusedError(f"found {type(rule).__name__}, expected a Rule or a tuple of them.")
        if not rule.id or rule.level not in get_args(Level):
            raise _RefusedError(f"the rule {rule.id!r} has the level {rule.level!r}, expected error, warning or note.")
        yield rule
