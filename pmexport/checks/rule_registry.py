"""All rules: pmexport's own, and those that other packages add through the entry-point group `pmexport.rules`."""

import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import resources
from typing import get_args

from pmexport.checks.rule import Found, Rule, Subject
from pmexport.checks.rules import action_rules, completeness, house_rules, milestone_rules, time_rules
from pmexport.checks.rules.texts import (
    blame,
    image_alt,
    long_cells,
    personal_data,
    placeholders,
    private_links,
    secrets,
)
from pmexport.plugins import Plugin, PluginError, find_plugins
from pmexport.problems import Level

GROUP = "pmexport.rules"

_CHECKS: dict[str, Callable[[Subject], Iterable[Found]]] = {
    "PM001": placeholders.find_placeholders,
    "PM002": completeness.find_missing,
    "PM003": milestone_rules.find_contradictions,
    "PM004": action_rules.find_duplicate_ids,
    "PM005": secrets.find_secrets,
    "PM006": time_rules.find_invalid_times,
    "PM007": time_rules.find_disorder,
    "PM008": milestone_rules.find_before_impact,
    "PM009": time_rules.find_ambiguous,
    "PM010": milestone_rules.find_wrong_lengths,
    "PM012": action_rules.find_unowned,
    "PM013": action_rules.find_undated,
    "PM014": action_rules.find_untracked,
    "PM015": blame.find_causes,
    "PM016": blame.find_blame,
    "PM017": personal_data.find_personal_data,
    "PM018": image_alt.find_images,
    "PM019": private_links.find_links,
    "PM020": long_cells.find_paragraphs,
    "PM021": completeness.find_monitored,
    "PM022": action_rules.find_overdue,
    "PM023": time_rules.find_future_dates,
    "PM025": time_rules.find_early_publication,
    "PM028": milestone_rules.find_several_ends,
    "PM029": milestone_rules.find_contradicted_ends,
    "PM044": house_rules.find_missing_fields,
    "PM045": house_rules.find_unknown_severity,
    "PM046": time_rules.find_unknown_zone,
}


def _read_rules() -> Iterator[Rule]:
    """Yield the rules. Those without a function of their own report what reading and composing noticed."""
    table = tomllib.loads(resources.files(__package__).joinpath("rules.toml").read_text("utf-8"))
    for rule_id, fields in table.items():
        yield Rule(rule_id, check=_CHECKS.get(rule_id, partial(_find_noticed, rule_id)), **fields)


def _find_noticed(rule_id: str, subject: Subject) -> Iterator[Found]:
    for problem in subject.noticed:
        if problem.id == rule_id:
            yield Found(problem.path, problem.message, problem.help, place=problem.place)


RULES: tuple[Rule, ...] = tuple(_read_rules())
"""pmexport's own rules, by id."""

UNREADABLE, SECRET, UNUSED, BROKEN = (rule for rule in RULES if rule.id in ("PM000", "PM005", "PM011", "PM024"))
"""The rules that the program refers to. All but SECRET are checked outside of any function."""


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
                problems.append(f"Rule {rule.id} is defined by both {origins}; the second one is ignored.")
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
