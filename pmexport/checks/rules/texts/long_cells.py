"""PM020: long paragraphs in the cells of tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pmexport.checks.rule import Found, Rule, Subject

_LONG = 500
"""Characters: some ten lines of a cell, a third of a page."""
_NUMBER = re.compile(r"\[\d+\]")
_ADVICE = {
    "timeline.event": "Say in a sentence what happened; the rest goes in `what_happened`, or in a section of your own.",
    "action_items.action": "Say in a sentence what is to be done; the rest goes in `details`.",
    "impact": "Give the figure; what it means goes in `summary`, or in a section of your own.",
    "user_impact": "Say in a sentence what users noticed; the rest goes in `summary`, or in a section of your own.",
}


def _check(subject: Subject) -> Iterator[Found]:
    for written in subject.texts:
        field = _NUMBER.sub("", written.path)
        advice = _ADVICE.get("impact" if field.startswith("impact.") else field)
        if advice and len(written.text) > _LONG and (longest := max(map(len, written.prose.split("\n")))) > _LONG:
            yield Found(written.path, f"A paragraph of {longest} characters stands in the cell of a table.", advice, 0)


RULE = Rule(
    id="PM020",
    name="long-paragraph-in-a-cell",
    level="note",
    reason="A table is read by running the eye down it; a paragraph in a cell stops it.",
    check=_check,
)
