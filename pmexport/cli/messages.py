"""What the program says: text for people on standard error or, with `--format json`, one list of problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import click

from pmexport.cli.program import Failure
from pmexport.errors import PmexportError
from pmexport.problems import Problem

if TYPE_CHECKING:
    from pmexport.cli.excerpts import Excerpts

_collected: list[Problem] | None = None
"""With `--format json`, the errors and warnings so far."""


def start_messages(arguments: Sequence[str]) -> None:
    """Choose how to say things. The arguments are searched, because also wrong ones must be told in that form."""
    global _collected  # noqa: PLW0603 - one per process, as standard error
    asked = "--format=json" in arguments or ("--format", "json") in pairwise(arguments)
    _collected = [] if asked else None


def is_json() -> bool:
    """Return whether problems are collected, to be written as JSON."""
    return _collected is not None


def write_collected() -> None:
    """Write the problems as JSON to standard error, if that was asked for and there are any."""
    if _collected:
        from pmexport.checks.finding_formats import dump_json  # noqa: PLC0415 - rarely needed

        click.echo(dump_json([problem.as_dict() for problem in dict.fromkeys(_collected)]), err=True, nl=False)


def tell(text: str) -> None:
    """Say something that is not a problem, such as which file was written."""
    if _collected is None:
        click.echo(text, err=True)


def say(text: str, problems: Iterable[Problem]) -> None:
    """Say a text to people, or the same as data to programs."""
    if _collected is None:
        click.echo(text, err=True)
    else:
        _collected.extend(problems)


def tell_note(problem: Problem) -> None:
    """Say what needs attention; the problem has the level of a warning for programs."""
    say(f"note: {problem}", [problem])


def tell_error(text: str, problems: Iterable[Problem]) -> None:
    """Say what failed, while the program goes on. problems: the same as data."""
    say(f"error: {text}", problems)


def tell_problems(
    problems: Sequence[Problem], excerpts: Excerpts | None = None, show: Callable[[Problem], str] | None = None
) -> None:
    """Say what is wrong, each problem with its line of the file. show: returns its text, by default with its level."""
    if _collected is not None:
        _collected.extend(problems)
    elif problems:
        from pmexport.cli.excerpts import Excerpts as New  # noqa: PLC0415 - imports reading

        for line in (excerpts or New()).list_problems(problems, show or _show_problem):
            click.echo(line, err=True)


def _show_problem(problem: Problem) -> str:
    return f"{problem.level}: {problem}"


def collect_failure(error: click.ClickException) -> bool:
    """Add what a failure says to the problems, and return whether they are collected."""
    if _collected is None:
        return False
    _collected.extend(_list_problems(error))
    return True


def _list_problems(error: click.ClickException) -> Iterable[Problem]:
    if isinstance(error, Failure) and error.problems is not None:
        return error.problems
    if isinstance(error.__cause__, PmexportError):
        return error.__cause__.problems
    return [Problem(line) for line in error.format_message().splitlines() if not line.startswith("    ")]
