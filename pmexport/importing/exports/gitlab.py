"""The importer of GitLab: an incident and the events of its timeline."""

from __future__ import annotations

import re
from typing import ClassVar

from pmexport.importing.exports.export import DERIVED, MACHINE, NO_REPORT, RECORD, Export
from pmexport.importing.exports.export_importer import (
    ExportImporter,
    Kinds,
    first_item,
    get_inside,
    has_keys,
    only_item,
)
from pmexport.importing.exports.export_times import oldest_first
from pmexport.importing.exports.markdown_text import Converted
from pmexport.importing.json_keys import Keys
from pmexport.importing.markdown.inline_text import escape_inline

_EVENTS = "incidentManagementTimelineEvents"
_TAGS = {
    "start time": "impact_started",
    "impact detected": "detected",
    "response initiated": "acknowledged",
    "impact mitigated": "mitigated",
    "end time": "resolved",
}
"""The milestone that a tag means. Cause identified means none."""
_ENDS = ("mitigated", "resolved")
"""Milestones that the last of several events reaches."""
_CLOSED = "It is when the issue was closed; check whether the incident was over then."
_RULES = {
    MACHINE: (
        *("project_id", "issue_type", "action", "editable", "user_notes_count", "references", "_links", "type"),
        *("task_completion_status", "time_stats", "confidential", "discussion_locked", "assignees.state", "imported"),
        *("merge_requests_count", "upvotes", "downvotes", "imported_from", "has_tasks", "blocking_issues_count"),
        *("subscribed", "health_status", "escalation_status", "iteration", "epic", "epic_iid", "labels.description"),
        *("moved_to_id", "closed_as_duplicate_of_id", "weight", "milestone", "locked", "assignee", "task_status"),
    ),
    DERIVED: ("noteHtml",),
    NO_REPORT: ("state",),
    RECORD: ("author", "closed_by", "nodes.createdAt"),
}


class GitLabImporter(ExportImporter):
    """Reads an incident as GitLab's REST API answers it, and its timeline as GraphQL does."""

    name = "gitlab"
    takes = "the incident's issue, and its timeline from GraphQL"
    kinds: ClassVar[Kinds] = {
        "issue": lambda value: has_keys(first_item(value), "iid", "title", "issue_type"),
        "timeline": lambda value: isinstance(get_inside(value, "data", "project", _EVENTS, "nodes"), list),
    }
    certain = frozenset(kinds)
    rules = _RULES

    def take(self, kind: str, export: Export, keys: Keys) -> None:
        """Take what a file of this kind says."""
        if kind == "issue":
            _take_issue(export, only_item(keys, name="title", key="iid"))
        else:
            events = keys.inside("data").inside("project").inside(_EVENTS).each("nodes")
            for event in oldest_first(events, "occurredAt"):
                _take_event(export, event)


def _take_issue(export: Export, issue: Keys) -> None:
    export.value(issue, "iid", "id")
    export.value(issue, "title", "title")
    if issue.text("severity").casefold() == "unknown":
        issue.leave("severity", because="It is not set.")
    else:
        export.value(issue, "severity", "severity")
    export.private(issue, "web_url", "url")
    export.private(issue, "due_date")
    export.private(issue, "closed_at", remark=_CLOSED)
    export.all_names(issue, "labels", "tags")
    for label in issue.each("labels"):
        export.names(label, "name", "tags")
    for person in issue.each("assignees"):
        export.people("responders", export.person(person, "responders"))
    export.document(issue, "description", Converted(issue.text("description")))


def _take_event(export: Export, event: Keys) -> None:
    """Take an event. Its note is Markdown; its tags are milestones, or words after it."""
    number = export.event(event, event.text("note").strip(), time="occurredAt")
    at = f"timeline[{number}]"
    event.take("note", f"{at}.event")
    export.add_parts(number, actor=export.person(event.inside("author"), f"{at}.actor"))
    for tag in event.inside("timelineEventTags").each("nodes"):
        _take_tag(export, tag, event.text("occurredAt"), number)


def _take_tag(export: Export, tag: Keys, time: str, number: int) -> None:
    name = tag.text("name")
    milestone = _TAGS.get(re.sub(r"\W+", " ", name).strip().casefold())
    known = export.fields.setdefault("milestones", {})
    if milestone and time and (milestone not in known or milestone in _ENDS):
        known[milestone] = time
        tag.take("name", f"milestones.{milestone}")
    elif name:
        event = export.fields["timeline"][number].get("event", "")
        export.add_parts(number, event=f"{event} ({escape_inline(name)})".strip())
        tag.take("name", f"timeline[{number}].event")
