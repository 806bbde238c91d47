"""PM020: long paragraphs in table cells."""

import re
from collections.abc import Iterator

from pmexport.checks.rule import Found, Subject

_MAX_LENGTH = 500
"""In characters: about ten lines of a cell, a third of a page."""
_INDEX = re.compile(r"\[\d+\]")
_ADVICE = {
    "timeline.event": "Say what happened in one sentence; put the rest in `what_happened` or a custom section.",
    "action_items.action": "Say what to do in one sentence; put the rest in `details`.",
    "impact": "Give only the number; explain it in `summary` or a custom section.",
    "user_impact": "Say what users noticed in one sentence; put the rest in `summary` or a custom section.",
}


def find_paragraphs(subject: Subject) -> Iterator[Found]:
    for written in subject.texts:
        field = _INDEX.sub("", written.path)
        advice = _ADVICE.get("impact" if field.startswith("impact.") else field)
        if not advice or len(written.text) <= _MAX_LENGTH:
            continue
        longest = max(map(len, written.prose.split("\n")))
        if longest > _MAX_LENGTH:
            yield Found(written.path, f"This table cell contains a paragraph of {longest} characters.", advice, 0)
