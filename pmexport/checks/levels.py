"""The levels that an organisation gives the rules, in `pmexport.toml` or in `pyproject.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from pmexport.checks.suppression import near
from pmexport.errors import InputError
from pmexport.problems import Level, Problem

Setting = Level | Literal["off"]
"""The level of a rule; off: it is not run."""
Levels = Mapping[str, Setting]
"""Settings by the ids of rules."""

NONE: Levels = {}
OWN, SHARED = "pmexport.toml", "pyproject.toml"

_SETTINGS = (*get_args(Level), "off")


def find(folder: Path, known: Collection[str]) -> Levels:
    """Return the levels that are set for a folder: by the nearest file, going up, that speaks of pmexport.

    In a folder that has both files, pmexport.toml counts. known: the ids of all rules. Raises InputError for a file
    that is no TOML, and for keys, ids and levels that there are not.
    """
    for above in (folder.absolute(), *folder.absolute().parents):
        for name in (OWN, SHARED):
            table = _table(above / name)
            if table is not None:
                refuse_unknown(table, known, str(above / name))
                return table
    return NONE


def refuse_unknown(levels: Mapping[str, Any], known: Collection[str], file: str = "") -> None:
    """Raise InputError for ids that are no rule's, and settings that are none."""
    problems = list(_problems(levels, known, file))
    if problems:
        raise InputError(problems)


def _problems(levels: Mapping[str, Any], known: Collection[str], file: str) -> Iterator[Problem]:
    for name, setting in levels.items():
        if name not in known:
            yield Problem(f'unknown rule id "{name}".', f"checks.{name}", file, help=near(name, known))
        elif setting not in _SETTINGS:
            message = f"found {setting!r}, expected error, warning, note or off."
            yield Problem(message, f"checks.{name}", file)


def _table(path: Path) -> Mapping[str, Any] | None:
    """Return the table of levels of a file; None where there is no such file, or pyproject.toml has nothing of ours."""
    try:
        text = path.read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError([Problem(f"the file cannot be read: {error}.", file=str(path))]) from error
    if path.name == SHARED and "pmexport" not in text:
        return None
    try:
        whole = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError([Problem(f"the file is not valid TOML: {error}.", file=str(path))]) from error
    tools = {"pmexport": whole} if path.name == OWN else whole.get("tool")
    return _levels(tools["pmexport"], str(path)) if isinstance(tools, dict) and "pmexport" in tools else None


def _levels(table: Any, file: str) -> Mapping[str, Any]:
    unknown = [key for key in table if key != "checks"] if isinstance(table, dict) else [str(table)]
    if unknown:
        raise InputError([Problem(f'unknown key "{unknown[0]}"; expected the table "checks".', file=file)])
    levels = table.get("checks", {})
    if not isinstance(levels, dict):
        raise InputError([Problem("expected a table of rule ids and levels.", "checks", file)])
    return levels
