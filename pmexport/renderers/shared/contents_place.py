"""The position of the contents list in formats that have pages: after the summary, if enough sections follow."""

_FIRST = frozenset({"metadata", "summary"})
"""Sections before the list."""
_MIN_SECTIONS = 4
"""Minimum sections after the list for it to be useful."""


def find_following(ids: list[str]) -> str | None:
    """Return the id of the section that follows the contents list; None if there are too few sections for a list."""
    later = [section for section in ids if section not in _FIRST]
    return later[0] if len(later) >= _MIN_SECTIONS else None
