"""How long texts are when they are set, in characters of an average width."""

import unicodedata

_WIDE = 1.75
"""The width of an East Asian character."""


def measure_length(text: str) -> float:
    """Return the length of a text in characters: East Asian ones count almost twice, combining marks not at all."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(one) else _WIDE if unicodedata.east_asian_width(one) in "WF" else 1 for one in text
    )
