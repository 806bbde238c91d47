"""The places of a report's parts after some of its fields were changed: what stays keeps its place."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pmexport.problems import Place, Source

_PATH = re.compile(r"(?P<field>\w+)(?:\[(?P<number>\d+)\])?(?P<rest>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class EditedSource:
    """The text that a report was read from before it was changed."""

    source: Source
    kept: Mapping[str, Sequence[int | None]]
    """For each field that was changed, the former number of each of its items; None for a new one."""

    def find(self, path: str, offset: int | None = None) -> Place:
        """Return the place of the value at a path, or the nearest one above it; none for what is new."""
        match = _PATH.match(path)
        if match is None or match["field"] not in self.kept:
            return self.source.find(path, offset)
        numbers, number = self.kept[match["field"]], int(match["number"] or -1)
        former = numbers[number] if 0 <= number < len(numbers) else None
        return Place() if former is None else self.source.find(f"{match['field']}[{former}]{match['rest']}", offset)

    def line(self, number: int) -> str:
        """Return a line of the text, from 1, without its line end."""
        return self.source.line(number)


def find_kept(before: object, after: object) -> list[int | None]:
    """Return, for each item of a list, its number before; None for a new one. Empty if one of the two is no list."""
    if not (isinstance(before, tuple) and isinstance(after, tuple)):
        return []
    left = list(enumerate(before))
    kept: list[int | None] = []
    for item in after:
        found = next((pair for pair in left if pair[1] == item), (None, None))
        kept.append(found[0])
        left = [pair for pair in left if pair[0] != found[0]]
    return kept
