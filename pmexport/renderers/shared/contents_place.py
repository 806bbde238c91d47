"""The position of the contents list in formats that have pages: after the summary of a long report."""

from pmexport.document.nodes import Document
from pmexport.renderers.shared.page_estimate import estimate_pages
from pmexport.theming.tokens import Tokens

_FIRST = frozenset({"metadata", "summary"})
"""Sections before the list."""
_MIN_SECTIONS = 4
"""Minimum sections after the list for it to be useful."""
LONG = 12
"""Minimum pages of a document that has a list."""


def find_following(document: Document) -> str | None:
    """Return the id of the section that follows a contents list; None if there are too few sections for a list."""
    later = [section.id for section in document.sections if section.id not in _FIRST]
    return later[0] if len(later) >= _MIN_SECTIONS else None


def is_long(document: Document, tokens: Tokens) -> bool:
    """Return whether a document is, by estimate, long enough on a theme's paper for a contents list."""
    return find_following(document) is not None and estimate_pages(document, tokens) >= LONG
