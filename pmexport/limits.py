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


DEFAULT = Limits()
