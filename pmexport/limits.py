"""What a report may ask of the machine that reads and renders it: named bounds, each with a default to raise."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one report. An input beyond one is an error that names it."""

    file_bytes: int = 32 * 2**20
    """Of the report file."""
    depth: int = 50
    """Of mappings and lists inside each other."""
    values: int = 500_000
    """Texts, mappings and lists of a report, each counted as often as aliases repeat it."""
    rows: int = 10_000
    """Of a list of the report, such as the timeline."""
    markdown_characters: int = 500_000
    """Of a field that holds Markdown."""
    markdown_marks: int = 3_000
    """Of a field's characters that Markdown could read as markup, such as `[` and `*`, between two empty lines."""
    markdown_depth: int = 80
    """Of lists and quotes inside each other in a field."""
    markdown_cells: int = 20_000
    """Of a table in a field: its columns times its rows."""
    log_bytes: int = 32 * 2**20
    """Of a log's file."""
    log_lines: int = 400
    """Of a log, that are shown: its head and its tail. What is left out is said."""
    line_characters: int = 2_000
    """Of a line of a log, that are shown. What is left out is said."""
    picture_bytes: int = 16 * 2**20
    """Of a picture's file."""
    picture_pixels: int = 24_000_000
    """Of a picture."""


class LimitError(Exception):
    """A limit was reached; its text says which. Whoever knows the place makes an InputError of it."""

    def __init__(self, name: str, limits: Limits) -> None:
        super().__init__(f"it is beyond the limit {name}={getattr(limits, name)}.")
        self.name = name


DEFAULT = Limits()
