"""All rules: pmexport's own, and those that other packages add through the entry-point group `pmexport.rules`."""

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
    check=lambda _subject: (),  # reported when the file is read
)
BROKEN = Rule(
    id="PM024",
    name="rule-not-run",
    level="warning",
    reason="A rule of another package could not be loaded or run, so it may have missed problems in the report.",
    check=lambda _subject: (),  # reported when the rules are run
)

_UNSORTED = (
    UNREADABLE,
    UNUSED,
    BROKEN,
    *completeness.RULES,
    *milestone_rules.RULES,
    *time_rules.RULES,
    *action_rules.RULES,
    *texts.RULES,
)
RULES: tuple[Rule, ...] = tuple(sorted(_UNSORTED, key=lambda rule: rule.id))
"""pmexport's own rules, by id."""


@dataclass(frozen=True, slots=True)
class RegisteredRule:
    """A rule and the package it comes from."""

    rule: Rule
    origin: str = ""
    """The package and the object; empty for pmexport's own rules."""


def find_rules() -> tuple[tuple[RegisteredRule, ...], tuple[str, ...]]:
    """Return all rules, and one message for each plugin or rule of another package that cannot be used."""
    registered = {rule.id: RegisteredRule(rule) for rule in RULES}
    problems = []
    for plugin in find_plugins(GROUP):
        try:
            rules = list(_load_rules(plugin))
        except PluginError as error:
            problems.append(f"The rules {plugin.name!r} of {plugin.origin} cannot be loaded: {error}")
            continue
        for rule in rules:
            first = registered.setdefault(rule.id, RegisteredRule(rule, plugin.origin))
            if first.rule is not rule:
                origins = f"{first.origin or 'pmexport'} and {plugin.origin}"
                problems.append(f"Rule {rule.id} is defined twice, by {origins}; the second one is not used.")
    return tuple(registered.values()), tuple(problems)


def list_rules() -> list[Rule]:
    """Return all rules that can be used."""
    return [registered.rule for registered in find_rules()[0]]


def _load_rules(plugin: Plugin) -> Iterator[Rule]:
    loaded = plugin.load()
    for rule in loaded if isinstance(loaded, tuple | list) else (loaded,):
        if not isinstance(rule, Rule):
            raise PluginError(f"found {type(rule).__name__}, expected a Rule or a tuple of rules.")
        if not rule.id or rule.level not in get_args(Level):
            raise PluginError(f"rule {rule.id!r} has the level {rule.level!r}, expected error, warning or note.")
        yield rule
