"""The fields of a report by what an importer can put into them, as the model says."""

from pmexport.report.field_types import markdown_fields
from pmexport.report.model import Report

ORDER = tuple(Report.model_fields)
"""All fields, in the order in which they are written."""
LISTS = frozenset(name for name in markdown_fields(Report) if Report.model_fields[name].default == ())
"""The fields that are a list of Markdown texts."""
TEXTS = markdown_fields(Report) - LISTS
"""The fields that are one Markdown text."""
TARGETS = tuple(
    name for name in ORDER if name not in ("finalized_digest", "language", "timezone", "sections", "checks")
)
"""The fields that a heading can stand for."""
