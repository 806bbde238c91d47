"""The importer of Rootly: the incident, its events, action items and post-mortem."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

from pmexport.importing.exports.export import DERIVED, MACHINE, NO_REPORT, RECORD, REPEATED, SETTING, Export
from pmexport.importing.exports.export_importer import (
    ExportImporter,
    Kinds,
    all_items,
    first_item,
    get_inside,
    has_keys,
    only_item,
)
from pmexport.importing.exports.export_times import oldest_first, read_moment
from pmexport.importing.exports.html_text import read_html, seems_html
from pmexport.importing.exports.markdown_text import Converted, escape_plain
from pmexport.importing.json_keys import Keys

_KINDS = {
    "incident": ("incidents", "started_at"),
    "post-mortem": ("incident_post_mortems", "content"),
    "events": ("incident_events", "occurred_at"),
    "actions": ("incident_action_items", "summary"),
}
"""The kinds of files, with the type of what is in them, and an attribute that others with the same type do not have."""
_DATA = "data"
_MILESTONES = {
    "started_at": "impact_started",
    "detected_at": "detected",
    "acknowledged_at": "acknowledged",
    "mitigated_at": "mitigated",
    "resolved_at": "resolved",
    "closed_at": "closed",
}
_LIQUID = re.compile(r"\{[{%]")
_UNFILLED = "unfilled placeholders of a template"
_PLACES = ("environments", "incident_types", "functionalities", "groups")
_NAMES = ("first_name", "last_name", "full_name", "full_name_with_team", "slack_id", "time_zone")
"""What a user has besides a name."""
_SHOWN = "It is a setting of the document."
_NO_NAME = "It is an internal number of the tool; the owner's name is not in the export."
_NUMBER = "It is the number of the ticket; the ticket's URL is used instead."
_RULES = {
    MACHINE: (
        *("type", "private", "kind", "slack_channel_name", "slack_channel_url", "incident_id", "short_url"),
        *(
            "relationships",
            "cause_ids",
            "assigned_to_group_ids",
            "user_id",
            "source",
            "attributes.severity",
            "team_name",
        ),
        *("zoom_meeting_join_url", "google_meeting_url", "slack_channel_deep_link", "slack_channel_archived"),
        *(
            "slack_last_message_ts",
            "jira_issue_key",
            "muted_service_ids",
            "slack_channel_short_url",
            "attributes.severity",
        ),
    ),
    RECORD: (
        *("user", "started_by", "mitigated_by", "resolved_by", "closed_by", "cancelled_by", "in_triage_by"),
        "acknowledged_by",
    ),
    DERIVED: ("started_duration", "detected_duration", "mitigated_duration", "resolved_duration", "in_triage_duration"),
    NO_REPORT: ("retrospective_progress_status",),
    _SHOWN: (
        *("show_timeline", "show_timeline_trail", "show_timeline_genius", "show_timeline_tasks", "show_action_items"),
        *("show_timeline_action_items", "show_timeline_order", "show_services_impacted", "show_groups_impacted"),
        *("show_functionalities_impacted", "show_alerts_attached", "show_timeline_starred_only"),
    ),
    _NO_NAME: ("assigned_to_user_id",),
    _NUMBER: ("jira_issue_id",),
}


def _has_type(name: str, attribute: str) -> Callable[[Any], bool]:
    """Return a test for answers whose data are of a type and have an attribute (JSON:API)."""

    def test(value: Any) -> bool:
        one = first_item(value, _DATA)
        return get_inside(one, "type") == name and has_keys(get_inside(one, "attributes"), attribute)

    return test


class RootlyImporter(ExportImporter):
    """Reads what the API of Rootly answers."""

    name = "rootly"
    takes = "incident, and its events, action items and post-mortem"
    kinds: ClassVar[Kinds] = {kind: _has_type(*shape) for kind, shape in _KINDS.items()}
    certain = frozenset(kinds)
    rules = _RULES

    def take(self, kind: str, export: Export, keys: Keys) -> None:
        """Take what a file of this kind says."""
        match kind:
            case "incident":
                _take_incident(export, only_item(keys, _DATA, name="type").inside("attributes"))
            case "post-mortem":
                _take_postmortem(export, only_item(keys, _DATA, name="type").inside("attributes"))
            case "events":
                events = [item.inside("attributes") for item in all_items(keys, _DATA)]
                for event in oldest_first(events, "occurred_at", "created_at"):
                    _take_event(export, event)
            case "actions":
                for item in all_items(keys, _DATA):
                    _take_action(export, item.inside("attributes"))


def _take_incident(export: Export, incident: Keys) -> None:
    export.value(incident, "sequential_id", "id")
    export.value(incident, "title", "title")
    export.text(incident, "summary", "summary")
    severity = incident.inside("severity").inside("data").inside("attributes")
    export.value(severity, "name", "severity")
    export.value(incident, "severity", "severity")
    for key, milestone in _MILESTONES.items():
        export.milestone(incident, key, milestone)
    for item in incident.each("services"):
        export.names(item.inside("data").inside("attributes"), "name", "services")
    for place in _PLACES:
        for item in incident.each(place):
            export.private(item.inside("data").inside("attributes"), "name", place)
    for key in ("mitigation_message", "resolution_message"):
        export.text(incident, key, "resolution")
    export.labelled(incident, "cancellation_message", "Cancellation")
    export.labelled(incident, "public_title", "Public title")
    for cause in incident.each("causes"):
        export.labelled(cause.inside("data").inside("attributes"), "name", "Cause")
    for role in incident.each("roles"):
        _take_role(export, role.inside("data").inside("attributes"))
    for selection in incident.each("form_field_selections"):
        _take_selection(export, selection)
    export.private(incident, "jira_issue_url", "issue")
    for key in ("labels", "url", "in_triage_at", "cancelled_at", "parent_incident_id", "duplicate_incident_id"):
        export.private(incident, key)
    export.private(incident, "scheduled_for")
    export.private(incident, "scheduled_until")
    incident.leave("status", because=NO_REPORT)


def _take_role(export: Export, assignment: Keys) -> None:
    role, user = (assignment.inside(key).inside("data").inside("attributes") for key in ("incident_role", "user"))
    export.assign(user, role, leads="commander" in role.text("name").casefold())
    role.leave("summary", "description", because=SETTING)
    user.leave(*_NAMES, because=REPEATED)


def _take_selection(export: Export, selection: Keys) -> None:
    field = selection.inside("form_field")
    export.labelled(selection, "value", field.text("name"))
    field.leave("name", because="It names the value beside it.")


def _take_postmortem(export: Export, document: Keys) -> None:
    if export.fields.get("title") in (None, document.peek("title")):
        export.value(document, "title", "title")
    else:
        export.private(document, "title", "document_title")
    export.status(document, "status")
    for key, milestone in _MILESTONES.items():
        export.milestone(document, key, milestone)
    text = _read_text(document.text("content"))
    if _LIQUID.search(text.markdown):
        text = replace(text, lost=(*text.lost, _UNFILLED))
    export.document(document, "content", text)
    export.private(document, "url", "document_url")
    export.private(document, "cancelled_at")
    if read_moment(document.text("published_at")):
        export.fields.setdefault("published", document.text("published_at")[:10])
        document.take("published_at", "published")


def _read_text(text: str) -> Converted:
    """Return a text, which is plain unless it has tags of HTML."""
    return read_html(text) if seems_html(text) else Converted(escape_plain(text))


def _take_event(export: Export, event: Keys) -> None:
    text = _read_text(event.text("event"))
    number = export.event(event, text.markdown, time="occurred_at" if "occurred_at" in event else "created_at")
    event.take("event", f"timeline[{number}].event", text.remark)
    export.add_private("timeline", number, visibility=event.take("visibility", f"timeline[{number}].x-visibility"))


def _take_action(export: Export, item: Keys) -> None:
    ticket = "jira_issue_url" if "jira_issue_url" in item else "jira_issue_id"
    parts = {"priority": "priority", "deadline": "due_date", "status": "status", "ticket": ticket}
    number = export.action(item, "summary", parts, "description")
    export.add_private("action_items", number, kind=item.take("kind", f"action_items[{number}].x-kind"))
