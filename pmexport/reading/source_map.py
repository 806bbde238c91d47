"""Where the parts of a report are in the text that it was read from."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from pmexport.problems import Place
from pmexport.reading.overrides import OVERRIDE
from pmexport.reading.parsed_tree import Extent, Parsed
from pmexport.reading.paths import Path, is_under, read_path
from pmexport.reading.written_words import find_character
from pmexport.report.field_types import is_empty


@dataclass(frozen=True)
class SourceMap:
    """The text that a report was read from, with the places of its parts."""

    parsed: Parsed
    value: object
    """The author's value, with overrides applied, before it became a report."""
    changed: frozenset[Path] = frozenset()
    """The paths of values that were set from outside."""

    def find(self, path: str, offset: int | None = None) -> Place:
        """Return the place of a part or the nearest above it; with an offset, of that character of its text."""
        written, extent, value = self._walk_path(read_path(path) or ())
        source = self.parsed.source
        if is_under(written, set(self.changed)):
            return Place(OVERRIDE)
        start = extent.start
        if start is not None and offset is not None and isinstance(value, str):
            start = find_character(source.text, start, value, offset)
        return source.place(start)

    def line(self, number: int) -> str:
        """Return a line of the text, from 1, without its line end."""
        return self.parsed.source.line(number)

    def _walk_path(self, path: Path) -> tuple[Path, Extent, object]:
        """Return the author's path nearest to a path of the report, and the extent and value there.

        One item may replace a list, a text may replace a mapping, and a list may contain empty items.
        """
        written: list[str | int] = []
        extent, value = self.parsed.extent, self.value
        for part in path:
            match value, part:
                case Mapping(), str():
                    key: str | int | None = part
                case list(), int():
                    filled = self._filled_items(value)
                    key = filled[part] if part < len(filled) else None
                case _:
                    continue
            written.append(part if key is None else key)
            if key is None or key not in (extent.inside or {}):
                return tuple(written), extent, None
            extent, value = (extent.inside or {})[key], value[key]  # type: ignore[index]
        return tuple(written), extent, value

    def _filled_items(self, items: list[object]) -> list[int]:
        """Return the indices of the items that are not empty; only these are in the report."""
        if id(items) not in self._filled:
            self._filled[id(items)] = [number for number, item in enumerate(items) if not is_empty(item)]
        return self._filled[id(items)]

    @cached_property
    def _filled(self) -> dict[int, list[int]]:
        return {}
