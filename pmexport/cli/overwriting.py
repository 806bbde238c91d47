"""No output overwrites an input: the report, its images and logs, the theme, the Word template, the configuration.

Files are compared by their identity, so that links, other spellings and file systems that ignore case make no
difference.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pmexport.cli.program import STANDARD
from pmexport.errors import PmexportError
from pmexport.problems import show_name

if TYPE_CHECKING:
    from pmexport.house_style.config import Config
    from pmexport.limits import Limits
    from pmexport.report.model import Report

Input = tuple[str, str | Path | int]
"""What a file is to the user, and its path or descriptor."""


def refuse_overwriting(targets: Iterable[str], inputs: Iterable[Input]) -> None:
    """Raise UsageError if a target is one of the inputs. They are listed only if a target exists."""
    existing = {key: target for target in targets if target != STANDARD and (key := _identify(target))}
    for what, file in inputs if existing else ():
        if (key := _identify(file)) and (target := existing.get(key)):
            raise click.UsageError(f"{show_name(target)} would overwrite {what}. Choose another output path.")


def list_inputs(
    name: str, report: Report, options: Mapping[str, Any], config: Config, own: Iterable[Any]
) -> Iterator[Input]:
    """Yield the files that a document is made from.

    name: the report's. options: those of the command. config: the house style. own: the values of the options of
    renderers.
    """
    from pmexport.house_style.config_files import list_candidates  # noqa: PLC0415 - imports reading
    from pmexport.house_style.theme_choice import choose_theme  # noqa: PLC0415 - imports pydantic

    yield from list_report(name)
    yield from (("an image or log of the report", path) for path in _find_files(report, config.resolve_limits(None)))
    if options["config"]:
        yield "the configuration", options["config"]
    folder = Path() if name == STANDARD else Path(name).parent
    yield from (("the configuration", path) for path in list_candidates(folder))
    if options.get("logo"):
        yield "the logo", options["logo"]
    yield from (("a file of the house style", path) for path in config.other_paths)
    yield from (("a file that you passed in another option", value) for value in own if isinstance(value, str | Path))
    with suppress(PmexportError):  # rendering reports what is wrong with the theme
        yield from (("a file of the theme", path) for path in choose_theme(options["theme"], config).list_files())


def list_report(name: str) -> Iterator[Input]:
    """Yield the report's file; for standard input, the file that it is redirected from."""
    if name != STANDARD:
        yield "the report", name
        return
    with suppress(OSError, ValueError, AttributeError):  # closed, or not a file of the system
        yield "the report", sys.stdin.fileno()


def _find_files(report: Report, limits: Limits) -> Iterator[Path]:
    from pmexport.document.source_files import find_files  # noqa: PLC0415 - imports Markdown

    return find_files(report, limits)


def _identify(file: str | Path | int) -> tuple[int, int] | None:
    """Return the identity of a regular file; None for anything else."""
    try:
        status = os.stat(file)  # noqa: PTH116 - also takes a descriptor
    except (OSError, ValueError):
        return None
    return (status.st_dev, status.st_ino) if stat.S_ISREG(status.st_mode) else None
