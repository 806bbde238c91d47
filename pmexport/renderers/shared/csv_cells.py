"""Cells of CSV files (RFC 4180) that no spreadsheet runs as formulas."""

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}")
"""Beginnings of a cell that a spreadsheet may run as a formula (OWASP, CSV injection)."""


def neutralize_cell(text: str) -> str:
    """Return the text of a cell, with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text
