"""The configuration that applies to a report, and what it turns off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pmexport.cli.program import STANDARD
from pmexport.errors import InputError
from pmexport.problems import show_name

if TYPE_CHECKING:
    from pmexport.checks.levels import Configuration

_Command = TypeVar("_Command", bound=Callable[..., Any])


def configuration_options(command: _Command) -> _Command:
    """Add the options --config and --no-config to a command."""
    choose = click.option(
        "--config",
        type=click.Path(path_type=str),
        metavar="FILE",
        help="File with the levels of rules. Default: the nearest pmexport.toml or pyproject.toml.",
    )
    return choose(click.option("--no-config", is_flag=True, help="Ignore configuration files.")(command))


def read_configuration(name: str, options: Mapping[str, Any]) -> Configuration:
    """Return the configuration for a report, as --config and --no-config say. Raises UsageError if it is invalid."""
    from pmexport.checks import levels  # noqa: PLC0415 - imports reading
    from pmexport.checks.rule_registry import list_rules  # noqa: PLC0415 - imports Markdown

    chosen, none = options["config"], options["no_config"]
    if chosen is not None and none:
        raise click.UsageError("--config and --no-config contradict each other. Use one of them.")
    rule_ids = {rule.id for rule in list_rules()}
    try:
        if chosen is not None:
            return levels.read_configuration(Path(chosen), rule_ids)
        folder = Path() if name == STANDARD else Path(name).parent
        return levels.Configuration() if none else levels.find_configuration(folder, rule_ids)
    except InputError as error:
        hint = "" if chosen else "\nTo ignore configuration files, add --no-config."
        raise click.UsageError(f"{error}{hint}") from error


def describe_lowered(configuration: Configuration) -> str:
    """Return a sentence that names the file and the rules that it disables or lowers; empty if there are none."""
    from pmexport.checks.rule_registry import list_rules  # noqa: PLC0415 - imports Markdown

    by_level: dict[str, list[str]] = {}
    for rule_id, level in configuration.find_lowered(list_rules()).items():
        by_level.setdefault(level, []).append(rule_id)
    lowered = "; ".join(f"{', '.join(rule_ids)}: {level}" for level, rule_ids in by_level.items())
    return f"{show_name(configuration.path)} disables rules or lowers their level ({lowered})." if lowered else ""
