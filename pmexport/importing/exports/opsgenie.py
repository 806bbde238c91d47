"""The importer of Opsgenie: the post-mortem, the incident, its notes and logs."""

from __future__ import annotations

from typing import ClassVar

from pmexport.importing.draft import Draft
from pmexport.importing.exports.document_format import is_document, read_document
from pmexport.importing.exports.export import MACHINE, NO_REPORT, REPEATED, Export
from pmexport.importing.exports.export_importer import (
    ExportImporter,
    Kinds,
    all_items,
    first_item,
    has_keys,
    only_item,
)
from pmexport.importing.exports.export_times import oldest_first
from pmexport.importing.exports.markdown_text import Converted, escape_plain
from pmexport.importing.json_keys import Keys

_DATA = "data"
_MILESTONES = {
    "startTime": "impact_started",
    "respondTime": "acknowledged",
    "endTime": "mitigated",
    "resolveTime": "resolved",
}
"""The milestone of each time of a post-mortem."""
_OWNER = "It is the owner of the review; check who commanded the incident."
_TOLD = "It is when Opsgenie was notified; the impact may have started earlier."
_RULES = {
    MACHINE: (
        "serviceId",
        "postmortemId",
        "timeline",
        "iccSessions",
        "impactedServices",
        "actions",
        "tinyId",
        "offset",
        "responders.type",
    ),
    REPEATED: ("rootIncident.priority",),
    NO_REPORT: ("rootIncident.status",),
}


class OpsgenieImporter(ExportImporter):
    """Reads what the API of Opsgenie answers."""

    name = "opsgenie"
    takes = "post-mortem, incident, notes and logs"
    kinds: ClassVar[Kinds] = {
        "post-mortem": lambda value: has_keys(first_item(value, _DATA), "postmortemId"),
        "incident": lambda value: has_keys(first_item(value, _DATA), "tinyId", "message"),
        "notes": lambda value: has_keys(first_item(value, _DATA), "note", "createdAt"),
        "logs": lambda value: has_keys(first_item(value, _DATA), "log", "createdAt"),
    }
    certain = frozenset({"post-mortem", "incident"})
    rules = _RULES

    def take(self, kind: str, export: Export, keys: Keys) -> None:
        """Take what a file of this kind says."""
        match kind:
            case "post-mortem":
                _take_postmortem(export, only_item(keys, _DATA, name="title", key="postmortemId"))
            case "incident":
                _take_incident(export, only_item(keys, _DATA, name="message", key="tinyId"))
            case _:
                export.waiting += all_items(keys, _DATA)

    def finish(self, export: Export) -> Draft:
        """Return the draft when all files are taken."""
        for entry in oldest_first(export.waiting, "createdAt"):
            _take_entry(export, entry)
        return super().finish(export)


def _take_postmortem(export: Export, data: Keys) -> None:
    root = data.inside("rootIncident")
    export.value(root, "tinyId", "id")
    export.value(data, "title", "title")
    export.value(data, "severity", "severity")
    export.status(data, "status")
    for key, milestone in _MILESTONES.items():
        export.milestone(data, key, milestone)
    export.private(root, "message", "root_incident")
    export.private(root, "creationTime", "root_incident_created")
    export.private(root, "tags", "root_incident_tags")
    if name := export.person(data.inside("owner"), "commander", remark=_OWNER):
        export.fields["commander"] = name
    for service in data.each("affectedServices"):
        export.names(service, "name", "services")
    for person in data.each("responders"):
        export.people("responders", export.person(person, "responders"))
    for team in data.each("responderTeams"):
        export.private(team, "name", "team")
    _take_text(export, data, "executiveSummary", field="summary")
    _take_text(export, data, "content")
    for issue in data.each("jiraIssues"):
        export.action(issue, "summary" if "summary" in issue else "key", {"ticket": "key"})
    for incident in data.each("relatedIncidents"):
        _take_related(export, incident)


def _take_text(export: Export, data: Keys, key: str, field: str = "") -> None:
    """Take a document: into a field, or by its own headings."""
    value = data.peek(key)
    text = read_document(value) if is_document(value) else Converted(escape_plain(data.text(key)))
    if field:
        export.rich(data, key, field, text)
    else:
        export.document(data, key, text)


def _take_related(export: Export, incident: Keys) -> None:
    related = export.fields.setdefault("related_incidents", [])
    at = f"related_incidents[{len(related)}]"
    found = {"id": incident.take("tinyId", f"{at}.id"), "title": incident.take("message", f"{at}.title")}
    related += [{part: text for part, text in found.items() if text}] if any(found.values()) else []


def _take_incident(export: Export, data: Keys) -> None:
    export.value(data, "tinyId", "id")
    if "title" in export.fields:
        export.private(data, "message", "root_incident")
    else:
        export.value(data, "message", "title")
    export.value(data, "priority", "severity")
    export.milestone(data, "createdAt", "detected", _TOLD)
    export.all_names(data, "tags", "tags")
    export.private(data, "ownerTeam", "team")
    export.private(data, "extraProperties")
    export.text(data, "description", "summary")
    export.milestone(data, "impactStartDate", "impact_started")
    export.milestone(data, "impactEndDate", "mitigated")
    data.leave("status", because=NO_REPORT)


def _take_entry(export: Export, entry: Keys) -> None:
    """Take a note or a log entry."""
    key = "note" if "note" in entry else "log"
    number = export.event(entry, escape_plain(entry.text(key)), time="createdAt")
    entry.take(key, f"timeline[{number}].event")
    entry.leave("type", because=MACHINE)
    export.add_parts(number, actor=export.person(entry, f"timeline[{number}].actor", "owner"))
