"""What every format is read into: a plain value, and the place in the text of each of its parts.

A reader tells a `Tree` where mappings and lists begin and end, and the scalars between; the tree keeps to the limits
and collects what is wrong.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NoReturn

from pmexport.limits import Limits

Path = tuple[str | int, ...]
"""The keys and indices that lead to a value."""

MOST = 100
"""Problems that are told."""

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, before it is known what its reader calls the file."""

    message: str
    help: str = ""
    path: Path = ()
    offset: int | None = None
    """In characters from the start of the text; None where there is no text."""
    override: bool = False
    """Whether it is about a value that was set from outside."""


class UnreadableError(Exception):
    """What was given is no report. Holds every fault, in no order."""

    def __init__(self, *faults: Fault, more: int = 0) -> None:
        super().__init__(faults)
        self.faults = faults
        self.more = more
        """How many there are besides."""


@dataclass(slots=True)
class Extent:
    """Where a value stands in its text, in characters from the start."""

    start: int | None = None
    key: int | None = None
    """Where its key stands, if it has one."""
    inside: dict[str | int, Extent] | None = None

    def find(self, path: Path) -> tuple[Extent, bool]:
        """Return the place at a path, or the nearest above it; and whether it is the one at the path."""
        here = self
        for part in path:
            if here.inside is None or part not in here.inside:
                return here, False
            here = here.inside[part]
        return here, True


def located(fault: Fault, root: Extent) -> Fault:
    """Return the fault with the offset of what its path leads to."""
    return replace(fault, offset=root.find(fault.path)[0].start)


def too_many(limits: Limits, offset: int | None, path: Path = ()) -> Fault:
    """Return the fault of more values than the limits allow."""
    hint = f"The limit is values={limits.values}."
    return Fault("found more keys and values than the limit allows.", hint, path, offset)


def too_deep(limits: Limits, offset: int | None, path: Path = ()) -> Fault:
    """Return the fault of more nesting than the limits allow."""
    hint = f"The limit is depth={limits.depth}."
    return Fault("found mappings and lists deeper inside each other than the limit allows.", hint, path, offset)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a reader makes of a text."""

    value: object
    """Mappings, lists and scalars; None where the text holds nothing."""
    place: Extent
    faults: tuple[Fault, ...] = ()
    """What is wrong with it, although it could be read."""
    quoting: str = ""
    """What its author must know who finds a mapping where there should be a text."""


class Lines:
    """The lines of a text, to tell offsets as an editor does."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self._text))]

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a line and a column, both from 1."""
        return self._starts[line - 1] + column - 1

    def position(self, offset: int) -> tuple[int, int]:
        """Return the line and the column, both from 1, of an offset in characters."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


@dataclass(slots=True)
class Frame:
    """A mapping or a list that is not yet complete."""

    value: dict[str, object] | list[object]
    start: int | None
    count_before: int
    inside: dict[str | int, Extent] = field(default_factory=dict)
    height: int = 1
    key: str | None = None
    """Of a mapping: the key whose value comes next."""
    key_start: int | None = None
    drop: bool = False
    """Whether that value is left out, for its key is wrong."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value that is complete, with what it counts for where it is repeated."""

    value: object
    place: Extent
    count: int = 1
    """Of values: itself and those inside."""
    height: int = 0
    """Of mappings and lists inside each other, itself among them."""


class Tree:
    """Grows a value from its parts, in the order of the text.

    Inside a mapping, keys and values take turns. Raises UnreadableError beyond a limit.
    """

    def __init__(self, limits: Limits, lines: Lines | None = None) -> None:
        self.faults: list[Fault] = []
        self._limits = limits
        self._lines = lines
        self._count = 0
        self.roots: list[object] = []
        """What is complete: one value, where the text is right."""
        self._frames = [Frame(self.roots, None, 0)]

    @property
    def top(self) -> Frame:
        """The mapping or list that is being filled; outside of all, that of the roots."""
        return self._frames[-1]

    @property
    def depth(self) -> int:
        """How many mappings and lists are being filled."""
        return len(self._frames) - 1

    @property
    def wants_key(self) -> bool:
        """Whether a key comes next."""
        top = self._frames[-1]
        return top.key is None and isinstance(top.value, dict)

    def scalar(self, value: object, start: int | None = None) -> None:
        """Add a scalar, as a key where one is wanted."""
        self._count_up(1, start)
        self._put(value, Extent(start))

    def open(self, value: dict[str, object] | list[object], start: int | None = None) -> None:
        """Begin a mapping or a list, given empty."""
        self._check_depth(1, start)
        self._count_up(1, start)
        self._frames.append(Frame(value, start, self._count - 1))

    def close(self) -> Node:
        """End the mapping or list that was begun last."""
        frame = self._frames.pop()
        place = Extent(frame.start, inside=frame.inside)
        self.top.height = max(self.top.height, frame.height + 1)
        self._put(frame.value, place)
        return Node(frame.value, place, self._count - frame.count_before, frame.height)

    def repeat(self, node: Node, start: int | None = None) -> None:
        """Add once more what is complete already."""
        self._check_depth(node.height, start)
        self._count_up(node.count, start)
        self.top.height = max(self.top.height, node.height + 1)
        is_key = self.wants_key
        self._put(node.value, Extent(start if is_key else node.place.start, inside=node.place.inside))

    def take_back(self) -> None:
        """Remove the last root."""
        self.roots.pop()
        self._frames[0].inside.pop(len(self.roots))

    def fault(self, start: int | None, message: str, help: str = "") -> None:  # noqa: A002 - as in Problem
        """Note what is wrong with the part that comes next."""
        self.faults.append(Fault(message, help, self._path(), start))
        if len(self.faults) >= MOST - 1:
            raise UnreadableError(*self.faults, Fault("found too many problems to read on.", offset=start))

    def fail(self, start: int | None, message: str, help: str = "") -> NoReturn:  # noqa: A002 - as in Problem
        """Raise UnreadableError with this fault and all that were noted."""
        raise UnreadableError(*self.faults, Fault(message, help, self._path(), start))

    def parsed(self) -> Parsed:
        """Return what has grown."""
        if not self.roots:
            return Parsed(None, Extent(0))
        return Parsed(self.roots[0], self._frames[0].inside[0], tuple(self.faults))

    def _put(self, value: object, place: Extent) -> None:
        top = self._frames[-1]
        if isinstance(top.value, list):
            top.inside[len(top.value)] = place
            top.value.append(value)
        elif top.key is None:
            self._put_key(value, place)
        else:
            if not top.drop:
                place.key = top.key_start
                top.inside[top.key] = place
                top.value[top.key] = value
            top.key, top.drop = None, False

    def _put_key(self, key: object, place: Extent) -> None:
        top = self._frames[-1]
        top.key = without_surrogates(key) if isinstance(key, str) else "?"
        top.key_start = place.start
        top.drop = not isinstance(key, str) or top.key in top.inside
        if not isinstance(key, str):
            hint = "A text that begins with { or [ must stand in quotes." if isinstance(key, dict | list) else ""
            self.fault(place.start, "found a key that is no text, expected a name.", hint)
        elif top.drop:
            self.fault(place.start, "this key is given twice.", self._first(top.inside[top.key]))

    def _first(self, place: Extent) -> str:
        if place.key is None or self._lines is None:
            return ""
        return f"The first time is in line {self._lines.position(place.key)[0]}."

    def _path(self) -> Path:
        parts = [len(frame.value) if isinstance(frame.value, list) else frame.key for frame in self._frames[1:]]
        return tuple(part for part in parts if part is not None)

    def _count_up(self, count: int, start: int | None) -> None:
        self._count += count
        if self._count > self._limits.values:
            raise UnreadableError(*self.faults, too_many(self._limits, start, self._path()))

    def _check_depth(self, height: int, start: int | None) -> None:
        if self.depth + height > self._limits.depth:
            raise UnreadableError(*self.faults, too_deep(self._limits, start, self._path()))


def without_surrogates(text: str) -> str:
    """Return the text with U+FFFD for each lone surrogate, which no file can hold."""
    return text if text.isascii() else _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
