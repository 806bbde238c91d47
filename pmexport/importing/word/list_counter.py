"""The numbers of list items."""

from __future__ import annotations

from dataclasses import dataclass, field

from pmexport.importing.word.style_sheet import ListMark


@dataclass
class ListCounter:
    """Counts the items of all lists."""

    _counts: dict[str, list[int]] = field(default_factory=dict)
    """How far the lists of a definition have counted, by level."""
    _runs: dict[tuple[str, int], int] = field(default_factory=dict)
    """The run that each list is, by its number and level; lists that count on from another one are one run with it."""
    _latest: dict[tuple[str, int], int] = field(default_factory=dict)
    """The latest run of a definition at a level."""

    def count(self, mark: ListMark) -> tuple[int, int]:
        """Return the run that the next item of a list belongs to, and its number in it."""
        counts = self._counts.setdefault(mark.definition, [])
        del counts[mark.level + 1 :]
        counts += [-1] * (mark.level + 1 - len(counts))
        own, shared = (mark.number, mark.level), (mark.definition, mark.level)
        begins = own not in self._runs and (mark.restarts or shared not in self._latest)
        if begins:
            self._latest[shared] = len(self._runs) + 1
        self._runs.setdefault(own, self._latest[shared])
        counts[mark.level] = mark.start if begins or counts[mark.level] < 0 else counts[mark.level] + 1
        return self._runs[own], counts[mark.level]
