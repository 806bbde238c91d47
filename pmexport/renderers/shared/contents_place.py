"""The position of the contents list in formats that have pages: after the summary of a long report."""

from pmexport.document.nodes import Document
from pmexport.renderers.shared.page_estimate import estimate_pages

_FIRST = frozenset({"metadata", "summary"})
"""Sections before the list."""
_MIN_SECTIONS = 4
"""Minimum sections after the list for it to be useful."""
_MIN_PAGES = 12


def find_following(document: Document) -> str | None:
    """Return the id of the section that follows the contents list; None if the report is too short for a list."""
    later = [section.id for section in document.sections if section.id not in _FIRST]
    return later[0] if len(later) >= _MIN_SECTIONS and estimate_pages(document) >= _MIN_PAGES else None
