"""The text that is read: converts offsets to lines and columns, and makes problems at a place."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property

from pmexport.errors import InputError
from pmexport.problems import Place, Problem
from pmexport.reading.paths import Path, write_path

MOST = 100
"""Problems that are reported."""

_LONG_HELP = 120
"""Characters of a help text that is not repeated."""


class SourceText:
    """A text with the name of its file."""

    def __init__(self, text: str, file: str = "") -> None:
        self.text = text
        self.file = file

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a line and a column, both from 1."""
        return self._starts[line - 1] + column - 1

    def position(self, offset: int) -> tuple[int, int]:
        """Return the line and the column, both from 1, of an offset in characters."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def line(self, number: int) -> str:
        """Return a line, from 1, without its line end."""
        start = self.offset(number, 1)
        end = self.text.find("\n", start)
        return self.text[start:] if end < 0 else self.text[start:end]

    def place(self, offset: int | None) -> Place:
        """Return the place of an offset; the file alone for None."""
        return Place(self.file) if offset is None else Place(self.file, *self.position(offset))

    def problem(self, message: str, help_: str = "", path: Path = (), offset: int | None = None) -> Problem:
        """Return a problem at an offset, about the value at a path."""
        return Problem(message, write_path(path), help=help_).at(self.place(offset))


def report_problems(problems: Iterable[Problem], file: str) -> InputError:
    """Return the error for the user: the first problems in the order of the file, and the number of the others."""
    ordered = sorted(problems, key=lambda problem: (problem.file != file, problem.line or 0, problem.column or 0))
    shown = list(_drop_repeated_help(ordered[:MOST]))
    if more := len(ordered[MOST:]):
        shown.append(Problem(f"and {more:,} more problem{'' if more == 1 else 's'}.", file=file))
    return InputError(shown)


def _drop_repeated_help(problems: list[Problem]) -> Iterator[Problem]:
    """Yield the problems, each long help text only once."""
    seen: set[str] = set()
    for problem in problems:
        yield replace(problem, help="") if problem.help in seen else problem
        seen |= {problem.help} if len(problem.help) > _LONG_HELP else set()
