"""Clock times as other languages than English write them: `9:05 Uhr`, `9h05`, `9時05分`, `9시 5분`."""

from __future__ import annotations

import re

_FORMS = (
    re.compile(r"(?<![\d:])(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)\s?Uhr\b"),
    re.compile(r"(?<![\w:+])(?P<hour>[01]\d|2[0-3])\s?h\s?(?P<minute>[0-5]\d)(?!\w)"),
    re.compile(r"(?<!\d)(?P<hour>[01]?\d|2[0-3])[時时点](?P<minute>[0-5]?\d)分"),
    re.compile(r"(?<!\d)(?P<hour>[01]?\d|2[0-3])시\s?(?P<minute>[0-5]?\d)분"),
)


_LEAD = re.compile("(?:[\\W\\d_]|Uhr\\b|h(?=\\s?\\d)|[時时点分시분])*")


def find_clock_words(text: str) -> int:
    """Return how many characters at the beginning of a text can belong to dates and clock times."""
    found = _LEAD.match(text)
    return found.end() if found else 0


def write_clock(text: str) -> str:
    """Return a text with its clock times as `09:05`."""
    for form in _FORMS:
        text = form.sub(lambda found: f"{int(found['hour']):02}:{int(found['minute']):02}", text)
    return text
