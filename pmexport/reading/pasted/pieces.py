"""Pieces: parts of an author's value, as written or put together anew, which know where they were written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from pmexport.reading.paths import Path
from pmexport.report.field_types import is_empty


class Note(NamedTuple):
    """What the author should look at in a piece."""

    id: str
    """The id of the rule."""
    message: str
    help: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A value of the report, and where it comes from."""

    value: object
    """As the model takes it. Of a mapping or list that was put together: without its parts."""
    path: Path
    """The author's path of the value, or of the text it was in."""
    offset: int | None = None
    """Where it is in that text, in characters; None if it is the whole value."""
    at_key: bool = False
    """Whether it was written as the key at that path."""
    parts: Mapping[str | int, Piece] | None = None
    """The parts of a mapping or list that was put together; None if the value is as written."""
    notes: tuple[Note, ...] = ()

    def items(self) -> list[Piece]:
        """Return the items of a list; the piece itself if it is not a list."""
        if self.parts is None and isinstance(self.value, list):
            return [Piece(item, (*self.path, index)) for index, item in enumerate(self.value)]
        return list(self.parts.values()) if self.parts is not None and isinstance(self.value, list) else [self]

    def fields(self) -> dict[str, Piece] | None:
        """Return the values of a mapping by their keys; None if the piece is not a mapping."""
        if not isinstance(self.value, Mapping):
            return None
        if self.parts is not None:
            return {str(key): part for key, part in self.parts.items()}
        return {key: Piece(item, (*self.path, key)) for key, item in self.value.items()}

    def names(self) -> frozenset[str]:
        """Return the keys of a mapping; none if the piece is not a mapping."""
        if not isinstance(self.value, Mapping):
            return frozenset()
        return frozenset(self.value if self.parts is None else map(str, self.parts))

    def key(self, key: str) -> Piece:
        """Return a key of a mapping as a piece."""
        return Piece(key, (*self.path, key), at_key=True)

    def cut(self, text: str, offset: int) -> Piece:
        """Return a part of a text that begins at an offset of it."""
        return replace(self, value=text, offset=(self.offset or 0) + offset, notes=())

    def noted(self, *notes: Note) -> Piece:
        """Return the same piece with these notes added."""
        return replace(self, notes=(*self.notes, *notes))

    def plain(self) -> object:
        """Return the value as the model takes it."""
        if self.parts is None:
            return self.value
        if isinstance(self.value, list):
            return [part.plain() for part in self.parts.values()]
        return {key: part.plain() for key, part in self.parts.items()}

    def walk(self, path: Path) -> Iterator[tuple[Path, Piece]]:
        """Yield the piece and its parts, each with its path in the report, where lists have no empty items."""
        yield path, self
        parts = list((self.parts or {}).items())
        if isinstance(self.value, list):
            parts = list(enumerate(part for _, part in parts if not is_empty(part.value)))
        for key, part in parts:
            yield from part.walk((*path, key))


def make_row(fields: Mapping[str, Piece], at: Piece) -> Piece:
    """Return a mapping of these fields, which the author wrote in the place of another piece."""
    parts: dict[str | int, Piece] = dict(fields.items())
    return replace(at, value={}, parts=parts)


def make_list(items: list[Piece], at: Piece) -> Piece:
    """Return a list of these items, which the author wrote in the place of another piece."""
    return replace(at, value=[], parts=dict(enumerate(items)))
