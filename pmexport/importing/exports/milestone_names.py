"""The milestones that organisations' own names of times mean."""

import re

_MILESTONES = (
    ("impact_started", r"\b(impact|outage|incident|issue) (start|began|begin)|^start(ed)?( at| time)?$"),
    ("detected", r"\bdetect|\breported\b"),
    ("acknowledged", r"\back\b|\backnowledge|\baccepted\b|\bdeclared\b"),
    ("mitigated", r"\bfixed\b|\bmitigat|\bstabili[sz]ed\b|\bimpact (end|stop)"),
    ("resolved", r"\bresolved\b|\brecovered\b"),
    ("closed", r"\bclosed\b"),
)
"""The milestone that a timestamp's name means: an organisation names its own."""


def name_milestone(name: str) -> str | None:
    """Return the milestone that the name of a timestamp means; None if it means none, as identified does."""
    text = name.replace("_", " ").casefold()
    return next((milestone for milestone, pattern in _MILESTONES if re.search(pattern, text)), None)
