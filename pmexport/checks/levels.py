"""The levels of rules that an organisation sets in `pmexport.toml` or `pyproject.toml`."""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from pmexport.checks.suppression import suggest_rule
from pmexport.errors import InputError
from pmexport.problems import Level, Problem

Setting = Level | Literal["off"]
"""The level of a rule; a rule that is off is not run."""
Levels = Mapping[str, Setting]
"""Settings by rule id."""

NO_LEVELS: Levels = {}

_OWN_FILE, _SHARED_FILE = "pmexport.toml", "pyproject.toml"
_SETTINGS = (*get_args(Level), "off")


def find_levels(folder: Path, rule_ids: Collection[str]) -> Levels:
    """Return the levels set for a folder, from the nearest file in it or above it that configures pmexport.

    If a folder contains both files, pmexport.toml is used. rule_ids: the ids of all rules. Raises InputError for a file
    that is not valid TOML, and for unknown keys, ids and levels.
    """
    for parent in (folder.absolute(), *folder.absolute().parents):
        for name in (_OWN_FILE, _SHARED_FILE):
            table = _read_table(parent / name)
            if table is not None:
                validate_levels(table, rule_ids, str(parent / name))
                return table
    return NO_LEVELS


def validate_levels(levels: Mapping[str, Any], rule_ids: Collection[str], file: str = "") -> None:
    """Raise InputError for unknown rule ids and unknown levels."""
    problems = list(_find_problems(levels, rule_ids, file))
    if problems:
        raise InputError(problems)


def _find_problems(levels: Mapping[str, Any], rule_ids: Collection[str], file: str) -> Iterator[Problem]:
    for name, setting in levels.items():
        if name not in rule_ids:
            help_ = suggest_rule(name, rule_ids)
            yield Problem(f'unknown rule id "{name}".', f"checks.{name}", file, help=help_)
        elif setting not in _SETTINGS:
            message = f"found {setting!r}, expected error, warning, note or off."
            yield Problem(message, f"checks.{name}", file)


def _read_table(path: Path) -> Mapping[str, Any] | None:
    """Return a file's table of levels; None if the file does not exist or does not configure pmexport."""
    try:
        text = path.read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError([Problem(f"the file cannot be read: {error}.", file=str(path))]) from error
    if path.name == _SHARED_FILE and "pmexport" not in text:
        return None
    try:
        whole = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError([Problem(f"the file is not valid TOML: {error}.", file=str(path))]) from error
    tools = {"pmexport": whole} if path.name == _OWN_FILE else whole.get("tool")
    return _select_levels(tools["pmexport"], str(path)) if isinstance(tools, dict) and "pmexport" in tools else None


def _select_levels(table: Any, file: str) -> Mapping[str, Any]:
    unknown = [key for key in table if key != "checks"] if isinstance(table, dict) else [str(table)]
    if unknown:
        raise InputError([Problem(f'unknown key "{unknown[0]}"; only the table [checks] is allowed.', file=file)])
    levels = table.get("checks", {})
    if not isinstance(levels, dict):
        raise InputError([Problem("expected a table of rule ids and levels.", "checks", file)])
    return levels
