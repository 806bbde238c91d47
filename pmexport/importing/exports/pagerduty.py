"""The importer of PagerDuty: the incident, its log entries and notes, and the post-mortem of a status page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from pmexport.document.markdown.links import is_address
from pmexport.importing.draft import Draft
from pmexport.importing.exports.export import DERIVED, MACHINE, NO_REPORT, REPEATED, Export
from pmexport.importing.exports.export_importer import (
    ExportImporter,
    Kinds,
    first_item,
    get_inside,
    has_keys,
    only_item,
)
from pmexport.importing.exports.export_times import oldest_first, read_moment
from pmexport.importing.exports.html_text import read_html
from pmexport.importing.exports.markdown_text import Converted, escape_plain, write_fence, write_runs
from pmexport.importing.exports.markdown_text import Run as TextRun
from pmexport.importing.json_keys import Keys

_PHASES = {
    "trigger": "Detection", "acknowledge": "Acknowledged", "escalate": "Escalation", "resolve": "Resolved",
    "exhaust_escalation_path": "Escalation", "repeat_escalation_path": "Escalation",
}  # fmt: skip
"""The phase of an entry of the log, by its type."""
_TOLD = "It is when PagerDuty was notified; the impact may have started earlier."
_ENVELOPES = ("incident", "incidents")
_NOTIFIED = "A notification is not an event."
_MORE = "There are more entries: export all pages."
_ADDED = "It says that a note was added; the note is the event."
_INCIDENT = "It is about the incident as a whole, which the incident's file describes."
_RULES = {
    REPEATED: ("priority.name", "priority.description", "user.type"),
    MACHINE: (
        *("type", "html_url", "incident_key", "assigned_via", "first_trigger_log_entry", "last_status_change_at"),
        *("last_status_change_by", "basic_alert_grouping", "is_mergeable", "pending_actions", "alert_grouping"),
        *("external_references", "conference_bridge", "incidents_responders", "responder_requests", "channel"),
        *("event_details", "agent.summary", "resolve_reason"),
    ),
}  # fmt: skip


class PagerDutyImporter(ExportImporter):
    """Reads what the REST API of PagerDuty answers."""

    name = "pagerduty"
    takes = "incident, and log_entries, notes, analytics and the post-mortem of a status page"
    kinds: ClassVar[Kinds] = {
        "incident": lambda value: has_keys(first_item(value, *_ENVELOPES), "incident_number"),
        "analytics": lambda value: has_keys(get_inside(value, "data"), "seconds_to_resolve"),
        "post-mortem": lambda value: has_keys(get_inside(value, "postmortem"), "message"),
        "log": lambda value: isinstance(get_inside(value, "log_entries"), list),
        "notes": lambda value: isinstance(get_inside(value, "notes"), list),
    }
    certain = frozenset({"incident", "log"})
    rules = _RULES

    def take(self, kind: str, export: Export, keys: Keys) -> None:
        """Take what a file of this kind says."""
        match kind:
            case "incident":
                _take_incident(export, only_item(keys, *_ENVELOPES, name="title"))
            case "analytics":
                export.names(keys.inside("data"), "service_name", "services")
                keys.leave("time_zone", "data", because=DERIVED)
            case "post-mortem":
                _take_postmortem(export, keys.inside("postmortem"))
            case "log":
                export.waiting += keys.each("log_entries")
                _note_pages(keys)
            case "notes":
                export.waiting += keys.each("notes")

    def finish(self, export: Export) -> Draft:
        """Return the draft when all files are taken."""
        entries = oldest_first(export.waiting, "created_at")
        annotations = {
            _note_key(entry, entry.inside("channel").text("summary")): entry
            for entry in entries
            if _kind_of(entry) == "annotate"
        }
        found = [
            (note, annotations.get(_note_key(note, note.text("content")))) for note in entries if "content" in note
        ]
        joined = {id(note): entry for note, entry in found if entry is not None}
        numbers = {id(entry): _take_entry(export, entry) for entry in entries if id(entry) not in joined}
        for note in (entry for entry in entries if id(entry) in joined):
            _join_note(export, note, numbers[id(joined[id(note)])])
        return super().finish(export)


def _take_incident(export: Export, incident: Keys) -> None:
    export.value(incident, "incident_number", "id")
    export.value(incident, "title", "title")
    priority = incident.inside("priority")
    export.value(priority, "summary" if "summary" in priority else "name", "severity")
    for service in (incident.inside("service"), *incident.each("impacted_services")):
        export.names(service, "summary", "services")
    for field in incident.each("custom_fields"):
        export.labelled(field, "value", field.text("display_name") or field.text("name"))
        field.leave("name", "display_name", "data_type", "field_type", because="It names the value beside it.")
    export.milestone(incident, "created_at", "detected", _TOLD)
    export.milestone(incident, "resolved_at", "resolved")
    export.private(incident, "html_url", "url")
    export.private(incident, "urgency")
    export.private(incident, "alert_counts")
    export.private(incident.inside("incident_type"), "name", "incident_type")
    export.private(incident.inside("escalation_policy"), "summary", "escalation_policy")
    incident.leave("status", because=NO_REPORT)
    incident.leave("summary", because=REPEATED)
    if incident.peek("description") == incident.peek("title"):
        incident.leave("description", because=REPEATED)
    else:
        export.labelled(incident, "description", "Description")
    for team in incident.each("teams"):
        export.private(team, "summary", "team")
    for listed, person in (("assignments", "assignee"), ("acknowledgements", "acknowledger")):
        for item in incident.each(listed):
            export.people("responders", export.person(item.inside(person), "responders", "summary"))
            item.leave("at", because=_INCIDENT)
    body = incident.inside("body")
    details = export.known_value(body, "details")
    text = escape_plain(details) if isinstance(details, str) else _write_data(details)
    export.section(body, "details", "Incident Details", Converted(text), "summary")


def _write_data(value: Any) -> str:
    """Return data that an alert came with as a block of code."""
    return write_fence(json.dumps(value, indent=2, ensure_ascii=False), "json") if value else ""


def _take_postmortem(export: Export, postmortem: Keys) -> None:
    export.document(postmortem, "message", read_html(postmortem.text("message")))
    moment = read_moment(postmortem.peek("reported_at"))
    if moment:
        export.fields.setdefault("published", moment.date().isoformat())
        postmortem.take("reported_at", "published")
    postmortem.leave("notify_subscribers", because=MACHINE)


def _note_pages(keys: Keys) -> None:
    if keys.peek("more") is True:
        keys.take_all("more", "timeline", _MORE)


# ---- the log


def _kind_of(entry: Keys) -> str:
    return entry.text("type").removesuffix("_reference").removesuffix("_log_entry")


def _note_key(entry: Keys, text: str) -> tuple[str, int | str]:
    """Return what a note and the entry of the log that says it was added have in common: the text and the minute."""
    moment = read_moment(entry.text("created_at"))
    return text, int(moment.timestamp() // 60) if moment else entry.text("created_at")


def _join_note(export: Export, note: Keys, number: int) -> None:
    """Join a note to the entry that says it was added, perhaps without its author."""
    at, user = f"timeline[{number}]", note.inside("user")
    note.take("content", f"{at}.event")
    note.take("created_at", f"{at}.time")
    if export.fields["timeline"][number].get("actor") in (None, user.peek("summary")):
        export.add_parts(number, actor=export.person(user, f"{at}.actor", "summary"))
    else:
        export.private(user, "summary", "note_author", "The log names another author.")
    _drop_references(note)


def _take_entry(export: Export, entry: Keys) -> int:
    """Take an entry of the log, or a note that is not in it. Return its number; -1 for a notification."""
    kind = _kind_of(entry)
    if kind == "notify":
        entry.leave_rest(_NOTIFIED)
        return -1
    places = _find_words(entry, kind)
    number = export.event(entry, _join_words(places) or escape_plain(kind.replace("_", " ")), time="created_at")
    at = f"timeline[{number}]"
    for keys, key in places:
        keys.take(key, f"{at}.event")
    agent = entry.inside("user" if "content" in entry else "agent")
    is_person = agent.text("type").startswith("user")
    actor = export.person(agent, f"{at}.actor", "summary") if is_person else None
    if kind in _PHASES:
        entry.take("type", f"{at}.phase")
    export.add_parts(number, phase=_PHASES.get(kind), actor=actor)
    export.people("responders", actor)
    if kind == "acknowledge" and entry.text("created_at"):
        export.fields.setdefault("milestones", {}).setdefault("acknowledged", entry.text("created_at"))
    _take_contexts(export, entry, number)
    _drop_references(entry)
    return number


def _find_words(entry: Keys, kind: str) -> list[tuple[Keys, str]]:
    """Return where the words of an entry are: what happened, its details, and what people wrote."""
    channel = (entry.inside("channel"), "summary")
    own = [(entry, "content")] if "content" in entry else [channel] if kind == "annotate" else []
    if found := [(keys, key) for keys, key in own if keys.text(key).strip()]:
        entry.leave("summary", because=_ADDED)
        return found
    places = [(entry, "summary"), (entry.inside("event_details"), "description"), channel, (entry, "note")]
    return [(keys, key) for keys, key in places if keys.text(key).strip()]


def _join_words(places: Sequence[tuple[Keys, str]]) -> str:
    """Return texts as Markdown: the second follows the first in its line, unless it is a note. Each is there once."""
    first, *others = dict.fromkeys(keys.text(key).strip() for keys, key in places) or [""]
    if others and places[1][1] != "note":
        first = f"{first}: {others.pop(0)}"
    return "\n\n".join(escape_plain(text) for text in (first, *others))


def _take_contexts(export: Export, entry: Keys, number: int) -> None:
    """Take the first link of an entry as its link; the others, and images, follow its event."""
    at = f"timeline[{number}]"
    for context in entry.each("contexts"):
        key = "href" if "href" in context else "src"
        target, text, is_image = context.text(key), context.text("text"), context.peek("type") == "image"
        if "link" not in export.fields["timeline"][number] and not is_image and not text:
            export.add_parts(number, link=context.take(key, f"{at}.link"))
        elif target or text:
            said = write_runs(_link_runs(text, target))
            export.add_parts(number, event=f"{export.fields['timeline'][number].get('event', '')}\n\n{said}".strip())
            context.take(key, f"{at}.event", "The image became a link." if is_image else "")
        context.take("text", f"{at}.event")


def _link_runs(text: str, target: str) -> list[TextRun]:
    """Return the words of a link, with its target; what is no address is shown after them."""
    if is_address(target):
        return [TextRun(text or target, href=target)]
    return [TextRun(" ".join(filter(None, (text, target))))]


def _drop_references(entry: Keys) -> None:
    entry.leave("service", "incident", "teams", "escalation_policy", because=_INCIDENT)
    entry.leave("user", "agent", "channel", "updated_at", because=MACHINE)
