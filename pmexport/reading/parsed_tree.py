"""The result of every reader: a plain value, and the place of each of its parts in the text.

A reader reports where mappings and lists begin and end, and the scalars between them. The tree enforces the limits and
collects the problems.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NoReturn

from pmexport.errors import InputError
from pmexport.limits import Limits
from pmexport.problems import Problem
from pmexport.reading.paths import Path
from pmexport.reading.shape_hints import advise_repetition
from pmexport.reading.source_text import MOST, SourceText, report_problems

REPETITION = "Remove one of them, or join their values under one key."
"""What to do about a key that is set twice."""
REMOVE_FENCE = "Remove the lines that begin with ```."
"""What to do about a report that was copied with its Markdown fence."""
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(slots=True)
class Extent:
    """Where a value is in its text, in characters from the start."""

    start: int | None = None
    key: int | None = None
    """Where its key is, if it has one."""
    inside: dict[str | int, Extent] | None = None

    def find(self, path: Path) -> tuple[Extent, bool]:
        """Return the extent at a path, or the nearest above it, and whether it is the one at the path."""
        here = self
        for part in path:
            if here.inside is None or part not in here.inside:
                return here, False
            here = here.inside[part]
        return here, True


@dataclass(frozen=True)
class Parsed:
    """The content of a text."""

    value: object
    """Mappings, lists and scalars; None for an empty text."""
    source: SourceText
    locate: Callable[[], Extent]
    """Returns where the value and its parts are. Called only when a problem is reported."""
    problems: tuple[Problem, ...] = ()
    """What is wrong, although the text could be read."""
    faulty: frozenset[Path] = frozenset()
    """The paths of these problems."""
    remarks: tuple[Problem, ...] = ()
    """What the author should look at, although nothing is wrong. Each has the id of a rule and a place."""
    quoting: str = ""
    """Advice for an author who wrote a mapping in place of a text."""
    folded: bool = False
    """Whether the format makes one line of the lines of a text."""

    @cached_property
    def extent(self) -> Extent:
        """Where the value and its parts are."""
        return self.locate()

    def __getstate__(self) -> dict[str, object]:
        """Return what is pickled: the extent in place of the function that finds it, which cannot be."""
        return {**vars(self), "extent": self.extent, "locate": None}


@dataclass(slots=True)
class Frame:
    """A mapping or list that is not complete yet."""

    value: dict[str, object] | list[object]
    start: int | None
    count_before: int
    inside: dict[str | int, Extent] = field(default_factory=dict)
    height: int = 1
    key: str | None = None
    """The key of a mapping whose value comes next."""
    key_start: int | None = None
    drop: bool = False
    """Whether that value is dropped because its key is wrong."""


@dataclass(frozen=True, slots=True)
class Node:
    """A complete value, with its size for when it is repeated."""

    value: object
    extent: Extent
    count: int = 1
    """The number of values: itself and those inside."""
    height: int = 0
    """The nesting of mappings and lists, itself included."""


class Tree:
    """Builds a value from its parts, in the order of the text. In a mapping, keys and values alternate.

    Raises InputError when a limit is exceeded.
    """

    def __init__(
        self, limits: Limits, source: SourceText, locate: Callable[[Path], int | None] = lambda _path: None
    ) -> None:
        """Take the limits and the source. locate: finds a path's offset if the reader does not know the place."""
        self.problems: list[Problem] = []
        self.remarks: list[Problem] = []
        self._faulty: list[Path] = []
        self._limits = limits
        self._source = source
        self._locate = locate
        self._count = 0
        self.roots: list[object] = []
        """The complete values: one, if the text is correct."""
        self._frames = [Frame(self.roots, None, 0)]

    @property
    def top(self) -> Frame:
        """The innermost mapping or list that is being filled; outside of all, the frame of the roots."""
        return self._frames[-1]

    @property
    def depth(self) -> int:
        """The number of mappings and lists that are being filled."""
        return len(self._frames) - 1

    @property
    def wants_key(self) -> bool:
        """Whether a key comes next."""
        top = self._frames[-1]
        return top.key is None and isinstance(top.value, dict)

    def add_scalar(self, value: object, start: int | None = None) -> None:
        """Add a scalar; as a key if one comes next."""
        self._count_values(1, start)
        self._put_value(value, Extent(start))

    def open_value(self, value: dict[str, object] | list[object], start: int | None = None) -> None:
        """Begin a mapping or list, given empty."""
        self._check_depth(1, start)
        self._count_values(1, start)
        self._frames.append(Frame(value, start, self._count - 1))

    def close_value(self) -> Node:
        """End the innermost mapping or list."""
        frame = self._frames.pop()
        extent = Extent(frame.start, inside=frame.inside)
        self.top.height = max(self.top.height, frame.height + 1)
        self._put_value(frame.value, extent)
        return Node(frame.value, extent, self._count - frame.count_before, frame.height)

    def repeat_value(self, node: Node, start: int | None = None) -> None:
        """Add a complete value once more."""
        self._check_depth(node.height, start)
        self._count_values(node.count, start)
        self.top.height = max(self.top.height, node.height + 1)
        is_key = self.wants_key
        self._put_value(node.value, Extent(start if is_key else node.extent.start, inside=node.extent.inside))

    def drop_root(self) -> None:
        """Remove the last root."""
        self.roots.pop()
        self._frames[0].inside.pop(len(self.roots))

    def current_path(self) -> Path:
        """Return the path of the next value."""
        parts = [len(frame.value) if isinstance(frame.value, list) else frame.key for frame in self._frames[1:]]
        return tuple(part for part in parts if part is not None)

    def last_path(self) -> Path:
        """Return the path of the value before, which is complete."""
        inside = self.top.inside
        return (*self.current_path()[: self.depth - 1], next(reversed(inside))) if self.depth and inside else ()

    def add_problem(self, start: int | None, message: str, help_: str = "") -> None:
        """Record a problem with the next part."""
        self._faulty.append(self.current_path())
        self.problems.append(self._make_problem(start, message, help_))
        if len(self.problems) >= MOST - 1:
            self._raise_problems(self._source.problem("too many problems; stopped reading.", offset=start))

    def fail(self, start: int | None, message: str, help_: str = "") -> NoReturn:
        """Raise InputError with this problem and all recorded ones."""
        self._raise_problems(self._make_problem(start, message, help_))

    def stop(self, *problems: Problem) -> InputError:
        """Return the error with these problems and all recorded ones."""
        return report_problems([*self.problems, *problems], self._source.file)

    def parsed(self, quoting: str = "") -> Parsed:
        """Return the result."""
        if not self.roots:
            return Parsed(None, self._source, lambda: Extent(0))
        extent = self._frames[0].inside[0]
        problems, faulty = tuple(self.problems), frozenset(self._faulty)
        return Parsed(self.roots[0], self._source, lambda: extent, problems, faulty, tuple(self.remarks), quoting)

    def _raise_problems(self, problem: Problem) -> NoReturn:
        raise self.stop(problem)

    def _make_problem(self, start: int | None, message: str, help_: str) -> Problem:
        path = self.current_path()
        return self._source.problem(message, help_, path, self._locate(path) if start is None else start)

    def _put_value(self, value: object, extent: Extent) -> None:
        top = self._frames[-1]
        if isinstance(top.value, list):
            top.inside[len(top.value)] = extent
            top.value.append(value)
        elif top.key is None:
            self._put_key(value, extent)
        else:
            if not top.drop:
                extent.key = top.key_start
                top.inside[top.key] = extent
                top.value[top.key] = value
            top.key, top.drop = None, False

    def _put_key(self, key: object, extent: Extent) -> None:
        top = self._frames[-1]
        top.key = replace_surrogates(key) if isinstance(key, str) else "?"
        top.key_start = extent.start
        top.drop = not isinstance(key, str) or top.key in top.inside
        if not isinstance(key, str):
            help_ = "A value that begins with { or [ must be quoted." if isinstance(key, dict | list) else ""
            self.add_problem(extent.start, "keys must be strings.", help_)
        elif top.drop:
            help_ = advise_repetition(self.current_path()[:-1]) or REPETITION
            self.add_problem(extent.start, self._describe_repetition(top.inside[top.key]), help_)

    def _describe_repetition(self, first: Extent) -> str:
        line = "" if first.key is None else f" on line {self._source.position(first.key)[0]}"
        return f"this key is already set{line}."

    def _count_values(self, count: int, start: int | None) -> None:
        self._count += count
        if self._count > self._limits.values:
            help_ = f"The limit is values={self._limits.values}."
            self.fail(start, "too many keys and values.", help_)

    def _check_depth(self, height: int, start: int | None) -> None:
        if self.depth + height > self._limits.depth:
            self.fail(start, *depth_message(self._limits.depth))


def depth_message(depth: int) -> tuple[str, str]:
    """Return the message and the help for nesting that exceeds this limit."""
    return "mappings and lists are nested too deeply.", f"The limit is depth={depth}."


def replace_surrogates(text: str) -> str:
    """Return the text with U+FFFD for each lone surrogate, which no file can contain."""
    return text if text.isascii() else _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
