"""The importer of incident.io: the incident has the facts, its post-mortem's Markdown the text."""

from __future__ import annotations

import re
from typing import ClassVar

from pmexport.importing.exports.export import DERIVED, NO_REPORT, NO_TIME, RECORD, SETTING, Export
from pmexport.importing.exports.export_importer import (
    ExportImporter,
    Kinds,
    first_item,
    get_inside,
    has_items,
    has_keys,
    only_item,
)
from pmexport.importing.exports.export_times import oldest_first
from pmexport.importing.exports.markdown_text import Converted, escape_plain, write_list
from pmexport.importing.exports.milestone_names import name_milestone
from pmexport.importing.json_keys import Keys
from pmexport.importing.markdown.inline_text import escape_inline
from pmexport.report.model import find_milestone

_INCIDENT = ("incident", "incidents")
_DOCUMENT = ("postmortem_document", "postmortem_documents")
_LOOSE = re.compile(r"(?i)\breported\b|\baccepted\b|\bdeclared\b")
_CHECK_NAME = "Assigned by its name; check it."
_BOLD = re.compile(r"\*\*((?:(?!\*\*).)+)\*\*")
_DELETED = "The follow-up was deleted."
_IN_URL = "It is part of the ticket's URL."
_UPDATES = "Incident Updates"
_AUTHORS = ("user", "alert", "workflow", "api_key")
"""Who may have written an update."""
_VALUES = ("value_text", "value_numeric", "value_link")
_RULES = {
    SETTING: (
        *("mode", "visibility", "instructions", "required", "role_type", "shortform", "is_default", "category"),
        *("private_incidents_only", "create_in_triage", "field_type", "options", "custom_field_id", "sort_key"),
        *("has_debrief", "incident_id", "postmortem_document_ids", "slack_channel_name", "exported_urls", "provider"),
        *("role.description", "incident_status.description", "severity.description", "incident_type.description"),
        *("custom_field.description", "new_incident_status.description", "new_severity.description"),
        *("priority.description", "assignee.role", "user.role", "base_role", "idempotency_key", "debrief_export_id"),
        *("value_catalog_entry.external_id", "value_catalog_entry.aliases"),
    ),
    DERIVED: ("duration_metrics", *(f"workload_minutes_{part}" for part in ("total", "working", "late", "sleeping"))),
    RECORD: ("editors", "creator", "updater"),
}


class IncidentIoImporter(ExportImporter):
    """Reads what the API of incident.io answers."""

    name = "incident-io"
    takes = "incident, and follow_ups, actions, incident_updates, the post-mortem and its content (markdown)"
    kinds: ClassVar[Kinds] = {
        "incident": lambda value: has_keys(first_item(value, *_INCIDENT), "reference", "name", "incident_status"),
        "post-mortem": lambda value: has_keys(first_item(value, *_DOCUMENT), "title", "document_url"),
        "content": lambda value: isinstance(get_inside(value, "markdown"), str) and len(value) == 1,
        "follow-ups": lambda value: isinstance(get_inside(value, "follow_ups"), list),
        "actions": lambda value: has_items(get_inside(value, "actions"), "status"),
        "updates": lambda value: (
            isinstance(get_inside(value, "incident_updates"), list) and not has_keys(value, "status")
        ),
    }
    certain = frozenset({"incident", "post-mortem", "follow-ups"})
    rules = _RULES

    def take(self, kind: str, export: Export, keys: Keys) -> None:
        """Take what a file of this kind says."""
        match kind:
            case "incident":
                _take_incident(export, only_item(keys, *_INCIDENT, name="name", key="reference"))
            case "post-mortem":
                _take_document(export, only_item(keys, *_DOCUMENT, name="title"))
            case "content":
                _take_content(export, keys)
            case "follow-ups" | "actions":
                for item in keys.each("follow_ups" if kind == "follow-ups" else "actions"):
                    _take_action(export, item)
            case "updates":
                _take_updates(export, keys.each("incident_updates"))


def _take_incident(export: Export, incident: Keys) -> None:
    export.value(incident, "reference", "id")
    export.value(incident, "name", "title")
    export.text(incident, "summary", "summary")
    export.value(incident.inside("severity"), "name", "severity")
    export.private(incident, "permalink", "url")
    incident.inside("incident_status").leave("name", because=NO_REPORT)
    export.private(incident.inside("incident_type"), "name", "incident_type")
    export.private(incident, "postmortem_document_url")
    export.private(incident, "call_url")
    export.private(incident.inside("external_issue_reference"), "issue_permalink", "issue")
    incident.inside("external_issue_reference").leave("issue_name", because=_IN_URL)
    _take_roles(export, incident)
    for entry in incident.each("incident_timestamp_values"):
        _take_timestamp(export, entry)
    for entry in incident.each("custom_field_entries"):
        _take_custom(export, entry)


def _take_document(export: Export, document: Keys) -> None:
    if "title" in export.fields:
        document.leave("title", because="It is the incident's name.")
    export.value(document, "title", "title")
    export.status(document, "status")
    export.private(document, "document_url")
    document.leave("type", because=SETTING)


def _take_roles(export: Export, incident: Keys) -> None:
    for assignment in incident.each("incident_role_assignments"):
        role, assignee = assignment.inside("role"), assignment.inside("assignee")
        export.assign(assignee, role, leads=role.peek("role_type") == "lead")


def _take_timestamp(export: Export, entry: Keys) -> None:
    stamp, value = entry.inside("incident_timestamp"), entry.inside("value")
    name = stamp.text("name")
    if not value.text("value").strip():
        stamp.leave("name", because=NO_TIME)
        return
    milestone = name_milestone(name)
    stamp.take("name", f"milestones.{milestone}" if milestone else "x-source")
    if milestone:
        export.milestone(value, "value", milestone, _CHECK_NAME if _LOOSE.search(name) else "")
    else:
        export.private(value, "value", name)


def _take_custom(export: Export, entry: Keys) -> None:
    field = entry.inside("custom_field")
    label = field.text("name")
    for value in entry.each("values"):
        for inside, key in _list_values(value):
            export.labelled(inside, key, label)
    field.leave("name", because="It names the values below it.")


def _list_values(value: Keys) -> list[tuple[Keys, str]]:
    places = [(value, key) for key in _VALUES]
    places += [(value.inside("value_option"), "value"), (value.inside("value_catalog_entry"), "name")]
    return [(inside, key) for inside, key in places if key in inside]


def _take_content(export: Export, keys: Keys) -> None:
    """Take the post-mortem. The headings of its days say that its times are in UTC."""
    export.document(keys, "markdown", Converted(keys.text("markdown")))
    for item in export.fields.get("action_items", []):
        bold = _BOLD.fullmatch(item.get("action", ""))
        item["action"] = bold[1] if bold else item.get("action", "")


def _take_action(export: Export, item: Keys) -> None:
    if item.peek("status") == "deleted":
        item.leave_rest(_DELETED)
        return
    key = "title" if "title" in item else "description"
    number = export.action(item, key, {"status": "status"}, "description" if key == "title" else "")
    action, at = export.fields["action_items"][number], f"action_items[{number}]"
    found = {
        "owner": export.person(item.inside("assignee"), f"{at}.owner")
        or item.inside("assignee_team").take("name", f"{at}.owner"),
        "priority": item.inside("priority").take("name", f"{at}.priority"),
        "ticket": item.inside("external_issue_reference").take("issue_permalink", f"{at}.ticket"),
    }
    item.inside("external_issue_reference").leave("issue_name", because=_IN_URL)
    item.leave("completed_at", because="A report states an action item's deadline, not when it was completed.")
    action |= {part: text for part, text in found.items() if text}


def _take_updates(export: Export, updates: list[Keys]) -> None:
    """Take the updates as the timeline; as a section of their own if the post-mortem has a timeline."""
    has_timeline = bool(export.fields.get("timeline"))
    told = [_tell_update(export, update) for update in oldest_first(updates, "created_at") if not has_timeline]
    own = [_list_update(update) for update in oldest_first(updates, "created_at") if has_timeline]
    if own and not told:
        export.add_section(_UPDATES, write_list(own), "timeline")


def _tell_update(export: Export, update: Keys) -> int:
    """Add an update to the timeline; return its number.

    A status that is a milestone to pmexport is part of the event: here, fixed means mitigated, and not resolved.
    """
    status = update.inside("new_incident_status")
    is_milestone = find_milestone(status.text("name")) is not None
    words = _update_words(update)
    reached = f"Status: {escape_plain(status.text('name'))}" if is_milestone else ""
    told = "\n\n".join(filter(None, (reached, words))) or escape_plain(status.text("name"))
    number = export.event(update, told, time="created_at")
    at = f"timeline[{number}]"
    phase = status.take("name", f"{at}.event" if is_milestone else f"{at}.phase")
    export.add_parts(
        number, phase=None if is_milestone else phase, actor=export.person(_find_author(update), f"{at}.actor")
    )
    update.take("message", f"{at}.event")
    update.inside("new_severity").take("name", f"{at}.event")
    return number


def _list_update(update: Keys) -> str:
    """Return an update as an item of a list."""
    status, author = update.inside("new_incident_status"), _find_author(update)
    places = ((update, "created_at"), (status, "name"), (author, "name"))
    head = ", ".join(keys.text(key) for keys, key in places if key in keys)
    words = _update_words(update) or escape_plain(status.text("name"))
    for keys, key in (*places, (update, "message"), (update.inside("new_severity"), "name")):
        keys.move(key, "sections")
    return f"**{escape_inline(head)}:** {words}"


def _update_words(update: Keys) -> str:
    """Return what an update says, as Markdown: its message, and the severity if that changed; empty if neither."""
    severity = update.inside("new_severity").text("name")
    said = [escape_plain(update.text("message")), f"Severity: {escape_plain(severity)}" if severity else ""]
    return "\n\n".join(filter(None, said))


def _find_author(update: Keys) -> Keys:
    updater = update.inside("updater")
    return updater.inside(next((kind for kind in _AUTHORS if kind in updater), _AUTHORS[0]))
