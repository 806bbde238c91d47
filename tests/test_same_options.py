"""What the command offers, the functions offer too, and the reverse. The differences have their reasons here."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import click
import pytest

from pmexport import check, facts, finalize, load, render, render_many
from pmexport.agents.tools import Tools
from pmexport.cli.program import program
from pmexport.isolation.render_pool import RenderPool

OF_EVERY_COMMAND = {"_click_default_help", "messages", "format_name"}
SHARED = {"config", "theme", "as_of", "language", "limits", "timeout", "memory", "logo", "logo_alt"}
"""What every way to a document takes."""
OF_READING = {"overrides", "base"}
ONLY_COMMAND = {
    "no_config": "functions search for no file",
    "strict": "functions return the warnings",
    "output": "`write`",
    "open": "for people",
    "quiet": "for people",
    "watch": "for people",
    "dask": "`executor`",
}
ONLY_FUNCTION = {
    "files": "the command reads files",
    "warnings": "the command prints them",
    "levels": "the command has the house style",
    "on_result": "the command prints them",
    "executor": "`--dask`",
    "pages": "the command writes them",
    "options": "each has an option",
    "format": "each has an option",
    "formats": "each has an option",
    "source": "an argument",
    "report_file": "an argument",
    "reports": "an argument",
    "to": "`--output`",
    "output": "the same",
    "today": "the command runs today",
}


def parameters(function: Callable[..., Any]) -> set[str]:
    return set(inspect.signature(function).parameters)


def options(name: str) -> set[str]:
    context = click.Context(program)
    command = program.get_command(context, name)
    assert command is not None
    return {option.name or "" for option in command.get_params(click.Context(command))} - OF_EVERY_COMMAND


def of_formats(names: set[str]) -> set[str]:
    return {name for name in names if name.startswith(("format_", "option_"))}


@pytest.mark.parametrize(
    ("command", "functions"), [("render", (load, render, render_many)), ("finalize", (finalize, render))]
)
def test_the_command_and_the_functions_take_the_same(command: str, functions: tuple[Callable[..., Any], ...]) -> None:
    given = options(command) - of_formats(options(command))
    known = set().union(*map(parameters, functions))
    assert given - known - ONLY_COMMAND.keys() <= {"report"}
    wanted = known - given - ONLY_FUNCTION.keys()
    assert wanted <= ({"allow_unfinished"} if command == "finalize" else set()), wanted


def test_each_way_to_a_document_takes_what_all_take() -> None:
    assert parameters(render) >= SHARED
    assert SHARED | OF_READING | {"input_format"} <= parameters(render_many)
    assert parameters(finalize) | parameters(render) >= SHARED
    assert options("render") >= SHARED | OF_READING
    assert options("finalize") >= SHARED
    assert SHARED - {"memory"} <= parameters(RenderPool.render)  # which the pool has
    assert {"theme", "as_of", "language", "pdf_standard", "word_template"} <= parameters(Tools.render)


def test_the_options_of_formats_are_those_of_both_commands() -> None:
    assert of_formats(options("render")) == of_formats(options("finalize"))


def test_checks_and_facts_take_what_reading_takes() -> None:
    assert {"config", "limits", "overrides", "base"} <= options("check")
    assert {"config", "limits", "overrides"} <= options("facts")
    assert {"config", "limits", "files"} <= parameters(check) & parameters(facts)
