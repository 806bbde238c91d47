"""Limits on the resources a report may use. Each has a name and a default that can be raised."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits for one report. Exceeding one is an error that names it."""

    file_bytes: int = 32 * 2**20
    """Size of the report file."""
    depth: int = 50
    """Nesting of mappings and lists."""
    values: int = 500_000
    """Texts, mappings and lists in a report, counting each repetition by an alias."""
    rows: int = 10_000
    """Items in a list, such as the timeline."""
    markdown_characters: int = 500_000
    """Length of a Markdown field."""
    markdown_marks: int = 3_000
    """Characters that could be markup, such as `[` and `*`, in a block of text without empty lines."""
    markdown_depth: int = 80
    """Nesting of lists and quotes in a field."""
    markdown_cells: int = 20_000
    """Cells of a table in a field: columns times rows."""
    log_bytes: int = 32 * 2**20
    """Size of a log file."""
    log_lines: int = 400
    """Lines of a log that are shown: its beginning, its end, and lines with errors from the middle. Paper shows
    fewer. The number of omitted lines is shown."""
    line_characters: int = 2_000
    """Characters of a log line that are shown. The number of omitted characters is shown."""
    picture_bytes: int = 16 * 2**20
    """Size of an image file."""
    picture_pixels: int = 24_000_000
    """Pixels of an image."""


_TOO_MUCH = {
    "rows": "the list has more items",
    "markdown_characters": "the text has more characters",
    "markdown_marks": "a paragraph has more characters that could be markup",
    "markdown_depth": "lists, quotes or emphasis are nested deeper",
    "markdown_cells": "a table has more cells",
}
"""What is too much, by the limits that LimitError reports."""


class LimitError(Exception):
    """A limit was exceeded; the text says which. Code that knows the place turns it into an InputError."""

    def __init__(self, name: str, limits: Limits) -> None:
        super().__init__(f"{_TOO_MUCH[name]} than the limit {name}={getattr(limits, name):,} allows.")
        self.name = name


DEFAULT = Limits()
