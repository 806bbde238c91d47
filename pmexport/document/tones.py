"""Tones: how good or bad the author's word for a severity, priority, phase or state is. Unknown words are neutral."""

from __future__ import annotations

import re

from pmexport.document.nodes import Tone
from pmexport.report.facts import Action, milestone_of
from pmexport.report.field_types import named
from pmexport.report.model import Stage

_LEVEL = re.compile(r"(?:p|s|sev|severity|priority|prio|level)?\W*([0-5])(?!\d)", re.IGNORECASE)
_LEVELS: tuple[Tone, ...] = ("critical", "critical", "warning", "caution", "info", "info")

_SEVERITIES: dict[str, Tone] = {
    **dict.fromkeys(("critical", "catastrophic", "emergency", "blocker"), "critical"),
    **dict.fromkeys(("major", "high", "severe"), "warning"),
    **dict.fromkeys(("medium", "moderate"), "caution"),
    **dict.fromkeys(("minor", "low", "negligible"), "info"),
}

_PRIORITIES: dict[str, Tone] = {
    **dict.fromkeys(("critical", "urgent", "highest", "immediate"), "critical"),
    **dict.fromkeys(("high", "major"), "warning"),
    **dict.fromkeys(("medium", "normal", "moderate"), "caution"),
    **dict.fromkeys(("low", "lowest", "minor"), "info"),
}

_PHASES: dict[str, Tone] = {
    **dict.fromkeys(("escalation", "escalated", "investigation", "investigating", "diagnosis"), "warning"),
    **dict.fromkeys(("recovery", "recovering"), "caution"),
}

_MILESTONES: dict[str, Tone] = {
    "impact_started": "critical",
    "detected": "critical",
    "acknowledged": "warning",
    "mitigated": "caution",
    "resolved": "good",
    "closed": "info",
}

_STAGES: dict[Stage, Tone] = {"draft": "caution", "in_review": "info", "final": "good"}


def severity_tone(text: str) -> Tone:
    """Return the tone of a severity: by its number (P1, SEV-2), otherwise by its word."""
    level = _LEVEL.match(text.strip())
    return _LEVELS[int(level[1])] if level else named(text, _SEVERITIES) or "neutral"


def priority_tone(text: str) -> Tone:
    """Return the tone of an action item's priority: by its number (P1), otherwise by its word."""
    level = _LEVEL.match(text.strip())
    return _LEVELS[int(level[1])] if level else named(text, _PRIORITIES) or "neutral"


def phase_tone(text: str) -> Tone:
    """Return the tone of a timeline phase."""
    milestone = milestone_of(text)
    return _MILESTONES[milestone] if milestone else named(text, _PHASES) or "neutral"


def stage_tone(stage: Stage) -> Tone:
    """Return the tone of a report's stage."""
    return _STAGES[stage]


def state_tone(action: Action) -> Tone:
    """Return the tone of an action item's state."""
    return "good" if action.state == "done" else "neutral" if action.state == "dropped" else "info"
