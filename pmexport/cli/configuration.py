"""The house style that applies to a report, and what it turns off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pmexport.cli.program import STANDARD
from pmexport.errors import InputError
from pmexport.problems import show_name

if TYPE_CHECKING:
    from pmexport.house_style.config import Config

_Command = TypeVar("_Command", bound=Callable[..., Any])


def configuration_options(command: _Command) -> _Command:
    """Add the options --config and --no-config to a command."""
    choose = click.option(
        "--config",
        type=click.Path(path_type=str),
        metavar="FILE",
        help="File with the house style. Default: the nearest pmexport.toml or pyproject.toml.",
    )
    return choose(click.option("--no-config", is_flag=True, help="Ignore configuration files.")(command))


def read_configuration(name: str, options: Mapping[str, Any]) -> Config:
    """Return the house style for a report, as --config, --no-config and --limit say.

    Raises UsageError if the file is invalid.
    """
    from pmexport.house_style.config import NO_CONFIG  # noqa: PLC0415 - imports the model
    from pmexport.house_style.config_files import find_config  # noqa: PLC0415 - imports reading
    from pmexport.house_style.config_reader import read_config  # noqa: PLC0415 - imports reading

    chosen, none = options["config"], options["no_config"]
    if chosen is not None and none:
        raise click.UsageError("--config and --no-config contradict each other. Use one of them.")
    folder = Path() if name == STANDARD else Path(name).parent
    try:
        if chosen is not None:
            config = read_config(Path(chosen)) or NO_CONFIG
        else:
            config = NO_CONFIG if none else find_config(folder)
    except InputError as error:
        hint = "" if chosen else "\nTo ignore configuration files, add --no-config."
        raise click.UsageError(f"{error}{hint}") from error
    return config.override_limits(options.get("limits") or {})


def describe_loosened(config: Config) -> list[str]:
    """Return sentences that name the file and what it loosens: rules and limits."""
    return [sentence for sentence in (describe_lowered(config), describe_raised(config)) if sentence]


def describe_lowered(config: Config) -> str:
    """Return a sentence that names the file and the rules that it disables or lowers; empty if there are none."""
    from pmexport.checks.levels import find_lowered  # noqa: PLC0415 - imports the model
    from pmexport.checks.rule_registry import list_rules  # noqa: PLC0415 - imports Markdown

    by_level: dict[str, list[str]] = {}
    for rule_id, level in find_lowered(config.checks, list_rules()).items():
        by_level.setdefault(level, []).append(rule_id)
    lowered = "; ".join(f"{', '.join(rule_ids)}: {level}" for level, rule_ids in by_level.items())
    return f"{show_name(config.path)} disables rules or lowers their level ({lowered})." if lowered else ""


def describe_raised(config: Config) -> str:
    """Return a sentence that names the file and the limits that it raises; empty if there are none."""
    raised = ", ".join(
        f"{name}={value}" for name, value in config.find_raised().items() if f"limits.{name}" in config.places
    )
    return f"{show_name(config.path)} raises limits ({raised})." if raised else ""
