"""The levels of rules that an organisation sets in `pmexport.toml` or `pyproject.toml`.

A configuration may come from the same strangers as the report beside it, so it is read within limits.
"""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Literal, get_args

from pmexport import reading
from pmexport.checks.rule import Rule
from pmexport.checks.suppression import suggest_rule
from pmexport.errors import InputError
from pmexport.limits import Limits
from pmexport.problems import Level, Place, Problem
from pmexport.reading.encoding import decode
from pmexport.reading.found_values import name_value, shorten
from pmexport.reading.parsed_tree import Parsed
from pmexport.reading.paths import write_path
from pmexport.reading.source_text import MOST, SourceText
from pmexport.reading.toml_reader import parse_toml

Setting = Level | Literal["off"]
"""The level of a rule; a rule that is off is not run."""
Levels = Mapping[str, Setting]
"""Settings by rule id."""

NO_LEVELS: Levels = {}

OWN_FILE, _SHARED_FILE = "pmexport.toml", "pyproject.toml"
_SETTINGS: tuple[Setting, ...] = (*get_args(Level), "off")
"""From the most severe to the least."""
_LIMITS = Limits(file_bytes=2**20)

Locate = Callable[[tuple[str, ...], bool], Place]
"""Returns the place of a value in a configuration file, or of its key."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a configuration file sets."""

    levels: Levels = field(default_factory=dict)
    path: Path | None = None
    """The file; None if there is none."""

    def find_lowered(self, rules: Iterable[Rule]) -> dict[str, Setting]:
        """Return the settings that are less severe than the rules' own levels, by rule id."""
        own = {rule.id: _SETTINGS.index(rule.level) for rule in rules}
        return {name: level for name, level in self.levels.items() if _SETTINGS.index(level) > own[name]}


def find_configuration(
    folder: Path, rule_ids: Collection[str], allows: Callable[[Path], bool] = lambda _path: True
) -> Configuration:
    """Return the configuration of a folder: the nearest file in it or above it that configures pmexport.

    If a folder contains both files, pmexport.toml is used. rule_ids: the ids of all rules. allows: returns whether a
    file may be read. Raises InputError as `read_configuration` does.
    """
    found = (_read_file(path, rule_ids) for path in list_candidates(folder) if allows(path))
    return next((configuration for configuration in found if configuration), Configuration())


def list_candidates(folder: Path) -> Iterator[Path]:
    """Yield the files in a folder and above it that may configure pmexport, the nearest first."""
    for parent in (folder.absolute(), *folder.absolute().parents):
        for path in (parent / OWN_FILE, parent / _SHARED_FILE):
            if os.path.exists(path):  # noqa: PTH110 - unlike Path.exists, it never raises
                yield path


def read_configuration(path: Path, rule_ids: Collection[str]) -> Configuration:
    """Return the configuration in a file.

    Raises InputError for a file that is missing, not regular, larger than 1 MiB or not valid TOML, and for unknown
    keys, ids and levels; each problem has its place.
    """
    return _read_file(path, rule_ids) or Configuration(path=path)


def validate_levels(
    levels: Mapping[str, Any], rule_ids: Collection[str], locate: Locate = lambda _path, _key: Place()
) -> None:
    """Raise InputError for unknown rule ids and unknown levels."""
    problems = list(islice(_find_problems(levels, rule_ids, locate), MOST))
    if problems:
        raise InputError(problems)


def _find_problems(levels: Mapping[str, Any], rule_ids: Collection[str], locate: Locate) -> Iterator[Problem]:
    for name, setting in levels.items():
        path = ("checks", name)
        if name not in rule_ids:
            help_ = suggest_rule(name, rule_ids)
            yield Problem(f'unknown rule id "{shorten(name)}".', write_path(path), help=help_).at(locate(path, True))
        elif setting not in _SETTINGS:
            message = f"found {name_value(setting)}, expected error, warning, note or off."
            yield Problem(message, write_path(path)).at(locate(path, False))


def _read_file(path: Path, rule_ids: Collection[str]) -> Configuration | None:
    """Return the configuration in a file; None if it does not configure pmexport."""
    data = reading.file_bytes(path, _LIMITS.file_bytes)
    if path.name == _SHARED_FILE and b"pmexport" not in data:
        return None
    name = str(path)
    parsed = parse_toml(SourceText(decode(data, name, _LIMITS), name), _LIMITS)
    steps = ("tool", "pmexport") if path.name == _SHARED_FILE else ()
    table: object = parsed.value or {}
    for step in steps:
        if not isinstance(table, Mapping) or step not in table:
            return None
        table = table[step]
    locate = _make_locator(parsed, steps)
    levels = _select_levels(table, locate)
    validate_levels(levels, rule_ids, locate)
    return Configuration(levels, path)


def _make_locator(parsed: Parsed, steps: tuple[str, ...]) -> Locate:
    """Return a function that finds the place of a value in the table to which the steps lead."""

    def locate(path: tuple[str, ...], key: bool) -> Place:
        extent = parsed.extent.find((*steps, *path))[0]
        return parsed.source.place(extent.key if key else extent.start)

    return locate


def _select_levels(table: object, locate: Locate) -> Mapping[str, Any]:
    if not isinstance(table, Mapping):
        raise InputError([Problem(f"found {name_value(table)}, expected a table.").at(locate((), False))])
    for key in table:
        if key != "checks":
            message = f'unknown key "{shorten(key)}"; only the table [checks] is allowed.'
            raise InputError([Problem(message).at(locate((key,), True))])
    levels = table.get("checks", {})
    if not isinstance(levels, Mapping):
        message = f"found {name_value(levels)}, expected a table of rule ids and levels."
        raise InputError([Problem(message, "checks").at(locate(("checks",), False))])
    return levels
