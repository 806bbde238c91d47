"""The lines of files in which problems are, with a caret below the place. Lines that contain secrets are not shown."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from pmexport.errors import InputError, PmexportError
from pmexport.limits import DEFAULT
from pmexport.problems import Problem
from pmexport.reading import file_bytes
from pmexport.reading.encoding import decode
from pmexport.reading.source_text import SourceText

_WIDTH = 110
"""Maximum number of characters shown of a line."""

_EXAMINED = 1000
"""Characters before and after the place that are searched for secrets; more than are shown, less than a long line."""
_LONGEST_KEY = 8000
"""Characters of a private key."""


class Excerpts:
    """Reads lines of the files that the program was given."""

    def __init__(self) -> None:
        self._files: dict[str, SourceText | None] = {}

    def add_file(self, name: str, data: bytes) -> None:
        """Add what is not on the disk, such as standard input. name: the file's name in problems."""
        self._files[name] = SourceText(_decode_leniently(data))

    def collect(self, problems: Iterable[Problem]) -> Iterator[list[str]]:
        """Yield an excerpt for each problem: its line, shortened around the place if it is long, and a caret.

        It is empty if the line is unknown or contains a secret, and if the problem before it is at the same place.
        """
        problems = list(problems)
        hidden = _find_hidden(problems)
        last = None
        for problem in problems:
            visible = problem.place != last and hidden.isdisjoint(_places_of(problem))
            yield list(self._draw_problem(problem)) if visible else []
            last = problem.place if visible else last

    def list_problems(self, problems: Sequence[Problem], format_problem: Callable[[Problem], str]) -> Iterator[str]:
        """Yield each problem in this format, and its excerpt."""
        for problem, excerpt in zip(problems, self.collect(problems), strict=True):
            yield from (format_problem(problem), *excerpt)

    def describe(self, error: PmexportError) -> str:
        """Return the message of an error, each problem in it with its line."""
        listed = "\n".join(map(str, error.problems))
        with_lines = "\n".join(self.list_problems(error.problems, str))
        return str(error).replace(listed, with_lines, 1)

    def _draw_problem(self, problem: Problem) -> Iterator[str]:
        line, column = problem.line, problem.column or 1
        source = self._find_source(problem.file) if line else None
        with suppress(IndexError):  # the file has changed
            if line and source and not _is_near_secret(source, line, column):
                yield from _draw_line(source.line(line), line, column)

    def _find_source(self, file: str) -> SourceText | None:
        if file not in self._files:
            self._files[file] = _read_text(file) if file else None
        return self._files[file]


def _find_hidden(problems: Iterable[Problem]) -> set[tuple[str, object]]:
    """Return the paths and lines at which a problem contains something that must not be shown again."""
    from pmexport.checks.rule_registry import list_rules  # noqa: PLC0415 - imports Markdown

    problems = [problem for problem in problems if problem.id]
    secret = {rule.id for rule in list_rules() if rule.secret} if problems else set()
    return {place for problem in problems if problem.id in secret for place in _places_of(problem)}


def _places_of(problem: Problem) -> tuple[tuple[str, object], tuple[str, object]]:
    """Return the path and the line of a problem."""
    return (problem.file, problem.path), (problem.file, problem.line)


def _is_near_secret(source: SourceText, line: int, column: int) -> bool:
    """Return whether a secret is in a line, begins in the line above, or is a key of many lines around it."""
    from pmexport.checks.rules.texts.secrets import contains_secret  # noqa: PLC0415 - imports Markdown

    place = source.offset(line, column)
    around = source.text[max(0, place - _LONGEST_KEY) : place + _LONGEST_KEY]
    if "-----BEGIN" in around and contains_secret(around):
        return True
    start = max(source.offset(max(1, line - 1), 1), place - _EXAMINED)
    end = min(source.offset(line, 1) + len(source.line(line)), place + _EXAMINED)
    return contains_secret(source.text[start:end])


def _read_text(name: str) -> SourceText | None:
    try:
        return SourceText(_decode_leniently(file_bytes(Path(name), DEFAULT.file_bytes)))
    except InputError:
        return None


def _decode_leniently(data: bytes) -> str:
    try:
        return decode(data, "", DEFAULT)
    except InputError:
        return decode(data[: DEFAULT.file_bytes].decode("utf-8", "replace"), "", DEFAULT)


def _draw_line(text: str, line: int, column: int) -> Iterator[str]:
    start = max(0, column - 1 - _WIDTH // 2) if len(text) > _WIDTH else 0
    end = start + _WIDTH
    before, after = _mask_controls(text[start : column - 1]), _mask_controls(text[column - 1 : end])
    yield f"    {line} | {'…' if start else ''}{before}{after}{'…' if len(text) > end else ''}"
    indent = " " * len(str(line))
    yield f"    {indent} | {' ' if start else ''}{' ' * sum(map(_count_cells, before))}^"


def _mask_controls(text: str) -> str:
    """Replace each character that a terminal would interpret with a space."""
    return "".join(character if character.isprintable() else " " for character in text)


def _count_cells(character: str) -> int:
    """Return how many terminal cells a character takes (UAX 11)."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
