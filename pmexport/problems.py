"""Something is wrong at a place: one type for reading problems, findings of checks and rendering warnings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

Level = Literal["error", "warning", "note"]
"""error: a final report must not have it; warning: its author should look at it; note: a remark."""

_CONTROLS = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # all but tab and line feed: a terminal obeys them
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction marks (UAX 9)
    "\u2028\u2029\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f"  # line ends, annotations, surrogates, hidden tags
)
UNSAFE = re.compile(f"[{_CONTROLS}]")
"""A character that a terminal or a log would obey, or that hides or reorders what is shown."""
_LONGEST_NAME = 80
"""Characters of a name that is compared with known ones."""
_UNSAFE_IN_NAME = re.compile(f"[\t\n{_CONTROLS}]")


def show_text(text: str) -> str:
    """Return a message of one or several lines as a terminal or a log may show it: unsafe characters become U+FFFD."""
    return UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text)


def show_name(name: object) -> str:
    """Return the name of a file on one line, as a terminal or a log may show it: unsafe characters become U+FFFD."""
    return _UNSAFE_IN_NAME.sub("\N{REPLACEMENT CHARACTER}", str(name))


def find_nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name that is spelt most like another one; empty if none is similar."""
    from difflib import get_close_matches  # noqa: PLC0415 - rarely needed

    return next(iter(get_close_matches(name[:_LONGEST_NAME], list(known), n=1)), "")


def suggest_name(name: str, known: Iterable[str], otherwise: str) -> str:
    """Return the help for an unknown name: the known one that was probably meant, otherwise another help."""
    near = find_nearest(name, known)
    return f"Did you mean {near}?" if near else otherwise


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file."""

    file: str = ""
    """The name the user gave; empty if there is no file."""
    line: int | None = None
    """From 1."""
    column: int | None = None
    """From 1, in characters."""

    def __str__(self) -> str:
        parts = (show_name(self.file), self.line, self.column)
        return ":".join(str(part) for part in parts if part not in ("", None))


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, described so that the author can fix it."""

    message: str
    """What was found and what was expected, in one sentence."""
    path: str = ""
    """Where in the report, such as `timeline[3].time`; empty for the file as a whole."""
    file: str = ""
    """The name the user gave; empty if there is no file."""
    line: int | None = None
    """From 1; for a missing part, the line of the nearest part that should contain it."""
    column: int | None = None
    """From 1, in characters."""
    help: str = ""
    """What to do, such as the nearest known key."""
    level: Level = "error"
    id: str = ""
    """The id of the rule that found it, such as PM012; empty if no rule did."""
    quoted: str = ""
    """A text of the report that it is about, by which its place is found if nothing else is known of it."""

    @property
    def place(self) -> Place:
        """The place in the file."""
        return Place(self.file, self.line, self.column)

    def at(self, place: Place) -> Problem:
        """Return the same problem at this place."""
        return replace(self, file=place.file, line=place.line, column=place.column)

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as plain data: id, level, path, file, line, column, message and help."""
        names = ("id", "level", "path", "file", "line", "column", "message", "help")
        return {name: getattr(self, name) for name in names}

    def __str__(self) -> str:
        """Return `file:line:column: path: id message help`, without the parts that are empty, safe to show."""
        message = f"{self.id} {self.message}" if self.id else self.message
        head = ": ".join(part for part in (str(self.place), self.path, message) if part)
        return show_text(f"{head} {self.help}" if self.help else head)


class Source(Protocol):
    """The text a report was read from: finds the places of its parts."""

    def find(self, path: str, offset: int | None = None) -> Place:
        """Return the place of the value at a path, or the nearest one above it.

        offset: a character of the value's text, from 0, if the place of that character is wanted.
        """
        ...

    def line(self, number: int) -> str:
        """Return a line of the text, from 1, without its line end."""
        ...
