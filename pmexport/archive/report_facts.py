"""What the pages of an archive show of a report, as plain data: it is kept, so that unchanged reports are not read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pmexport.assets.folder import Folder
from pmexport.document import parts
from pmexport.document.clean_text import one_line
from pmexport.document.composer import Composer
from pmexport.document.labels import choose_labels, spell_tag
from pmexport.report.facts import MEASURES, Action, Facts, derive_facts
from pmexport.report.house_style import PLAIN, HouseStyle
from pmexport.report.model import Report, Stage, State
from pmexport.report.moments import read_date

SHOWN_MEASURES = ("time_to_detect", "time_to_mitigate", "time_to_resolve")
"""The response times that an archive compares."""


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """An action item."""

    id: str
    action: str
    """Markdown."""
    owner: str
    priority: str
    deadline: str
    """As written."""
    state: State
    status: str
    """As written; empty if not given."""
    tickets: tuple[str, ...]

    @property
    def has_deadline(self) -> bool:
        """Whether its deadline is a date."""
        return read_date(self.deadline) is not None

    def is_due(self, day: dt.date) -> bool:
        """Return whether its deadline is before a day."""
        deadline = read_date(self.deadline)
        return deadline is not None and deadline < day

    def is_overdue(self, day: dt.date) -> bool:
        """Return whether it is open and its deadline is before a day."""
        return self.state == "open" and self.is_due(day)


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """A report. Texts are empty if it does not give them."""

    title: str
    language: str
    """The language tag of its document."""
    id: str
    date: str
    """In ISO 8601: the date as written, otherwise that of its first milestone."""
    severity: str
    status: str
    stage: Stage
    services: tuple[str, ...]
    duration: str
    """As written, otherwise from detection to resolution."""
    measures: dict[str, float]
    """Seconds, by the names of response times."""
    contradicted: tuple[str, ...]
    """The names of response times whose two milestones contradict each other."""
    tags: tuple[str, ...]
    factors: tuple[str, ...]
    """The contributing factors, in Markdown."""
    actions: tuple[ActionFacts, ...]

    @property
    def day(self) -> dt.date | None:
        """The date of the incident."""
        return dt.date.fromisoformat(self.date) if self.date else None

    def as_dict(self) -> dict[str, Any]:
        """Return plain data, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> ReportFacts:
        """Return what `as_dict` made into plain data. Raises TypeError and KeyError for anything else."""
        actions = (ActionFacts(**action | {"tickets": tuple(action["tickets"])}) for action in fields["actions"])
        lists = {name: tuple(fields[name]) for name in ("services", "contradicted", "tags", "factors")}
        return cls(**dict(fields) | lists | {"actions": tuple(actions)})


def describe_report(
    report: Report, style: HouseStyle = PLAIN, *, language: str | None = None, themes: tuple[Path, ...] = ()
) -> ReportFacts:
    """Return what an archive shows of a report. language, themes: as for `compose`."""
    facts = derive_facts(report, style=style)
    tag = spell_tag(language or style.language_of(report))
    composer = Composer(report, facts, Folder(None), choose_labels(report, style, tag, themes), style)
    measure = facts.measure("duration")
    lengths: dict[str, float] = {one.name: one.length.total_seconds() for one in facts.measures}
    return ReportFacts(
        title=one_line(report.title) or composer.labels.kind,
        language=tag,
        id=one_line(report.id or ""),
        date=_find_date(report, facts),
        severity=one_line(report.severity or ""),
        status=parts.show_status(composer).text,
        stage=report.stage,
        services=_clean_list(report.services),
        duration=one_line(report.duration or "") or (composer.labels.duration(measure.length) if measure else ""),
        measures=lengths,
        contradicted=tuple(name for name in MEASURES if name not in lengths and _has_both(facts, name)),
        tags=_clean_list(report.tags),
        factors=tuple(report.contributing_factors),
        actions=tuple(map(_describe_action, facts.actions)),
    )


def _find_date(report: Report, facts: Facts) -> str:
    first = next((moment.at for moment in facts.milestones.values() if moment.at), None)
    day = read_date(report.date) or (first.date() if first else None)
    return day.isoformat() if day else ""


def _has_both(facts: Facts, name: str) -> bool:
    return all(milestone in facts.milestones for milestone in MEASURES[name])  # type: ignore[index]


def _clean_list(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for text in texts if (line := one_line(text))))


def _describe_action(action: Action) -> ActionFacts:
    item = action.item
    return ActionFacts(
        id=one_line(action.id),
        action=item.action or "",
        owner=one_line(item.owner or ""),
        priority=one_line(item.priority or ""),
        deadline=one_line(item.deadline or ""),
        state=action.state,
        status=one_line(item.status or ""),
        tickets=_clean_list(item.ticket),
    )
