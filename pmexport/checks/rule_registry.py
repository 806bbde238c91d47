"""The rules: those that come with pmexport, and those that other packages add by an entry point (`pmexport.rules`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

from pmexport.checks.rule import Rule
from pmexport.checks.rules import action_rules, completeness, milestone_rules, texts, time_rules
from pmexport.checks.suppression import UNUSED
from pmexport.plugins import Plugin, PluginError, find_plugins
from pmexport.problems import Level

GROUP = "pmexport.rules"

UNREADABLE = Rule(
    id="PM000",
    name="not-readable",
    level="error",
    reason="A file that cannot be read as a report is not checked further.",
    check=lambda _subject: (),  # told by whoever reads the report
)
BROKEN = Rule(
    id="PM024",
    name="rule-not-run",
    level="warning",
    reason="A rule of another package could not be loaded or run, so it may have missed problems in the report.",
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
    """Return all rules, and why the missing rules of other packages cannot be used."""
    found = {rule.id: Offer(rule) for rule in RULES}
    problems = []
    for plugin in find_plugins(GROUP):
        try:
            rules = list(_load_rules(plugin))
        except PluginError as error:
            problems.append(f"The rules {plugin.name!r} of {plugin.origin} cannot be loaded: {error}")
            continue
        for rule in rules:
            first = found.setdefault(rule.id, Offer(rule, plugin.origin))
            if first.rule is not rule:
                both = f"{first.by or 'pmexport'} and by {plugin.origin}"
                problems.append(f"The rule {rule.id} is offered twice, by {both}; the second is not used.")
    return tuple(found.values()), tuple(problems)


def _load_rules(plugin: Plugin) -> Iterator[Rule]:
    loaded = plugin.load()
    for rule in loaded if isinstance(loaded, tuple | list) else (loaded,):
        if not isinstance(rule, Rule):
            raise PluginError(f"found {type(rule).__name__}, expected a Rule or a tuple of them.")
        if not rule.id or rule.level not in get_args(Level):
            raise PluginError(f"the rule {rule.id!r} has the level {rule.level!r}, expected error, warning or note.")
        yield rule
