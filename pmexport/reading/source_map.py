"""Where the parts of a report stand in the text that it was read from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from pmexport.problems import Place
from pmexport.reading import paths
from pmexport.reading.parsed_tree import Extent, Lines, Path
from pmexport.report.field_types import is_empty

OVERRIDE = "override"
"""Stands instead of a file's name where a value was set from outside."""

_WORD = re.compile(r"\S+")
_OPENING = re.compile(r'[|>][-+0-9]*[ \t]*(?:#[^\n]*)?\n|"""|\'\'\'|["\']|')
"""What stands before the characters of a text: the line of a YAML block, a quote, or nothing."""


@dataclass(frozen=True)
class Origin:
    """The text that a report was read from."""

    file: str
    """As the user called it; empty where it has no name."""
    text: str
    """Empty for a report that was read from a mapping."""
    value: object
    """What its author wrote, before it was made a report of."""
    place: Extent
    changed: frozenset[Path] = frozenset()
    """What was set from outside."""

    def find(self, path: str, offset: int | None = None) -> Place:
        """Return where something stands, or the nearest place above: the character at an offset of a text, if given."""
        written, place, value = self._walk(paths.read(path) or ())
        if any(written[:length] in self.changed for length in range(1, len(written) + 1)):
            return Place(OVERRIDE)
        if place.start is None:
            return Place(self.file)
        exact = offset is not None and isinstance(value, str)
        start = self._within(place.start, str(value), offset or 0) if exact else place.start
        return Place(self.file, *self._lines.position(start))

    def line(self, number: int) -> str:
        """Return a line of the text, from 1, without its end."""
        start = self._lines.offset(number, 1)
        end = self.text.find("\n", start)
        return self.text[start:] if end < 0 else self.text[start:end]

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.text)

    def _walk(self, path: Path) -> tuple[Path, Extent, object]:
        """Return the nearest to a path of the report that its author wrote: the path, the place and the value there.

        One item may stand for a list, a text for a mapping, and a list may hold empty items.
        """
        written: list[str | int] = []
        place, value = self.place, self.value
        for part in path:
            match value, part:
                case Mapping(), str():
                    key: str | int | None = part
                case list(), int():
                    filled = self._filled_of(value)
                    key = filled[part] if part < len(filled) else None
                case _:
                    continue
            written.append(part if key is None else key)
            if key is None or key not in (place.inside or {}):
                return tuple(written), place, None
            place, value = (place.inside or {})[key], value[key]  # type: ignore[index]
        return tuple(written), place, value

    def _filled_of(self, items: list[object]) -> list[int]:
        """Return the numbers of the items that are not empty; only they are in the report."""
        if id(items) not in self._filled:
            self._filled[id(items)] = [number for number, item in enumerate(items) if not is_empty(item)]
        return self._filled[id(items)]

    @cached_property
    def _filled(self) -> dict[int, list[int]]:
        return {}

    def _within(self, start: int, value: str, offset: int) -> int:
        """Return where a character of a text stands; where the text begins, if it is not written word for word."""
        opening = _OPENING.match(self.text, start)
        words = _WORD.finditer(self.text, opening.end() if opening else start)
        for word, written in zip(_WORD.finditer(value), words, strict=False):
            if offset < word.end():
                inside = max(0, offset - word.start())
                same = written.group().startswith(word.group()[: inside + 1])
                return written.start() + inside if same else start
            if word.group() != written.group():
                return start
        return start
