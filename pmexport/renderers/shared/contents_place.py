"""Where the list of contents stands in formats that have pages: after what tells the story, if the rest needs one."""

from __future__ import annotations

FIRST = frozenset({"metadata", "summary"})
"""Sections that come before the list."""
FEWEST = 4
"""Sections after it that make it worth its room."""


def precedes(ids: list[str]) -> str | None:
    """Return the section that the list precedes, of those with these ids; None where they are few."""
    later = [section for section in ids if section not in FIRST]
    return later[0] if len(later) >= FEWEST else None
