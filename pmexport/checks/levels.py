"""The levels of rules that an organisation sets, for `check` and for the gate."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Literal, get_args

from pmexport.checks.rule import Rule
from pmexport.checks.suppression import suggest_rule
from pmexport.errors import InputError
from pmexport.problems import Level, Problem
from pmexport.reading.found_values import name_value, shorten
from pmexport.reading.paths import write_path
from pmexport.reading.source_text import MOST

Setting = Level | Literal["off"]
"""The level of a rule; a rule that is off is not run."""
Levels = Mapping[str, Setting]
"""Settings by rule id."""

NO_LEVELS: Levels = {}

SETTINGS: tuple[Setting, ...] = (*get_args(Level), "off")
"""From the most severe to the least."""


def find_lowered(levels: Levels, rules: Iterable[Rule]) -> dict[str, Setting]:
    """Return the settings that are less severe than the rules' own levels, by rule id."""
    own = {rule.id: SETTINGS.index(rule.level) for rule in rules}
    return {name: level for name, level in levels.items() if SETTINGS.index(level) > own[name]}


def validate_levels(levels: Mapping[str, Any], rule_ids: Collection[str]) -> None:
    """Raise InputError for unknown rule ids and unknown levels."""
    problems = list(islice(_find_problems(levels, rule_ids), MOST))
    if problems:
        raise InputError(problems)


def _find_problems(levels: Mapping[str, Any], rule_ids: Collection[str]) -> Iterator[Problem]:
    for name, setting in levels.items():
        path = write_path(("checks", name))
        if name not in rule_ids:
            yield Problem(f'unknown rule id "{shorten(name)}".', path, help=suggest_rule(name, rule_ids))
        elif setting not in SETTINGS:
            yield Problem(f"found {name_value(setting)}, expected error, warning, note or off.", path)
