"""Tones: how good or bad the author's word for a severity, priority, phase or state is. Unknown words are neutral."""

import re
from typing import cast

from pmexport.report.house_style import HouseStyle
from pmexport.report.model import Stage, State
from pmexport.report.vocabulary import Subject, Tone, find_meaning

_LEVEL = re.compile(r"(?:p|s|sev|severity|priority|prio|level)?\W*([0-5])(?!\d)", re.IGNORECASE)
_LEVELS: tuple[Tone, ...] = ("critical", "critical", "warning", "caution", "info", "info")

MILESTONE_TONES: dict[str, Tone] = {
    "impact_started": "critical",
    "detected": "critical",
    "acknowledged": "warning",
    "mitigated": "caution",
    "resolved": "good",
    "closed": "info",
}

STAGE_TONES: dict[Stage, Tone] = {"draft": "caution", "in_review": "info", "final": "good"}


def severity_tone(text: str, style: HouseStyle) -> Tone:
    """Return the tone of a severity: the organisation's own, otherwise by its number (P1, SEV-2) or by its word."""
    return style.tone_of(text) or _level_tone(text) or _find_tone("severity_tones", text)


def priority_tone(text: str) -> Tone:
    """Return the tone of an action item's priority: by its number (P1), otherwise by its word."""
    return _level_tone(text) or _find_tone("priority_tones", text)


def state_tone(state: State) -> Tone:
    """Return the tone of an action item's state."""
    return "good" if state == "done" else "neutral" if state == "dropped" else "info"


def _level_tone(text: str) -> Tone | None:
    level = _LEVEL.match(text.strip())
    return _LEVELS[int(level[1])] if level else None


def _find_tone(subject: Subject, text: str) -> Tone:
    return cast("Tone", find_meaning(subject, text) or "neutral")
