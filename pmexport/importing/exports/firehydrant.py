"""The importer of FireHydrant: the incident, its events, tickets and report."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import ClassVar

from pmexport.importing.exports.export import DERIVED, MACHINE, NO_REPORT, NO_TIME, REPEATED, Export
from pmexport.importing.exports.export_importer import (
    ExportImporter,
    Kinds,
    all_items,
    first_item,
    has_keys,
    only_item,
)
from pmexport.importing.exports.export_times import oldest_first, read_moment
from pmexport.importing.exports.markdown_text import Converted, escape_plain
from pmexport.importing.json_keys import Keys
from pmexport.importing.report_fields import LISTS

_DATA = "data"
_MILESTONES = {
    "started": "impact_started",
    "detected": "detected",
    "acknowledged": "acknowledged",
    "mitigated": "mitigated",
    "resolved": "resolved",
    "closed": "closed",
}
_NO_CURRENCY = "The currency is not in the export."
_DAY = "A deadline is a date; the time is left out."
_TOOL = "The tool wrote this entry."
_RULES = {
    MACHINE: (
        *("active", "incident_id", "incident_name", "incident_current_milestone", "task_id", "conversations", "votes"),
        *(
            "report_id",
            "context",
            "source",
            "value_type",
            "field_id",
            "custom_fields.name",
            "custom_fields.description",
        ),
        *("role_assignments.status", "tooltip", "kind", "question_type_id", "is_required", "available_options"),
        *("calendar_events", "priority.description", "priority.default", "attachments", "link.type", "icon_url"),
        *("editable", "deletable", "impacts.type", "display_name", "incident.name", "severity_color", "private_id"),
        *("organization", "organization_id", "channel_name", "channel_reference", "channel_id", "channel_status"),
        *(
            "restricted",
            "slack_linked?",
            "incident_role.summary",
            "incident_role.description",
            "team_assignments.status",
        ),
        *("last_note.visibility", "private_status_page_url", "status_pages"),
    ),
    NO_REPORT: ("current_milestone",),
    DERIVED: ("lifecycle_measurements", "milestones.duration"),
}


class FireHydrantImporter(ExportImporter):
    """Reads what the API of FireHydrant answers."""

    name = "firehydrant"
    takes = "incident, and its events, tickets and post-mortem report"
    kinds: ClassVar[Kinds] = {
        "incident": lambda value: has_keys(first_item(value, _DATA), "name", "current_milestone", "milestones"),
        "report": lambda value: has_keys(first_item(value, _DATA), "name", "questions", "incident"),
        "events": lambda value: has_keys(first_item(value, _DATA), "occurred_at", "visibility", "data"),
        "tickets": lambda value: has_keys(first_item(value, _DATA), "summary", "state", "type"),
    }
    certain = frozenset(kinds)
    rules = _RULES

    def take(self, kind: str, export: Export, keys: Keys) -> None:
        """Take what a file of this kind says."""
        match kind:
            case "incident":
                _take_incident(export, only_item(keys, _DATA, name="name"))
            case "report":
                _take_report(export, only_item(keys, _DATA, name="name"))
            case "events":
                for event in oldest_first(all_items(keys, _DATA), "occurred_at"):
                    _take_event(export, event)
            case "tickets":
                for ticket in all_items(keys, _DATA):
                    _take_ticket(export, ticket)


def _take_incident(export: Export, incident: Keys) -> None:
    export.value(incident, "number", "id")
    export.value(incident, "name", "title")
    export.value(incident, "severity", "severity")
    export.text(incident, "summary", "summary")
    export.text(incident, "customer_impact_summary", "user_impact")
    export.text(incident, "description", "what_happened")
    export.all_names(incident, "tag_list", "tags")
    export.private(incident, "incident_url", "url")
    export.private(incident, "ticket")
    export.private(incident, "last_update")
    export.private(incident.inside("last_note"), "body", "last_note")
    for team in incident.each("team_assignments"):
        export.private(team.inside("team"), "name", "team")
    for key in ("priority", "severity_impact", "severity_condition", "labels"):
        export.private(incident, key)
    _take_milestones(export, incident)
    _take_people(export, incident)
    _take_places(export, incident)
    _take_metrics(export, incident)
    for field in incident.each("custom_fields"):
        _take_custom(export, field)
    for ticket in incident.each("incident_tickets"):
        _take_ticket(export, ticket)
    summary = Converted(escape_plain(incident.text("ai_incident_summary")))
    export.section(incident, "ai_incident_summary", "Summary Written by AI", summary, "summary")


def _take_milestones(export: Export, incident: Keys) -> None:
    for milestone in incident.each("milestones"):
        name = _MILESTONES.get(milestone.text("type"))
        if name:
            export.milestone(milestone, "occurred_at", name)
        else:
            export.private(milestone, "occurred_at", milestone.text("type") or "milestone")
        if milestone.text("occurred_at").strip():
            milestone.take("type", f"milestones.{name}" if name else "x-source")
        milestone.leave("type", because=NO_TIME)
    export.milestone(incident, "started_at", "impact_started")


def _take_people(export: Export, incident: Keys) -> None:
    for assignment in incident.each("role_assignments"):
        role, user = assignment.inside("incident_role"), assignment.inside("user")
        export.assign(user, role, leads="commander" in role.text("name").casefold())


def _take_places(export: Export, incident: Keys) -> None:
    for service in incident.each("services"):
        export.names(service, "name", "services")
    for place in ("environments", "functionalities"):
        for item in incident.each(place):
            export.private(item, "name", place)
    for impact in incident.each("impacts"):
        export.private(impact.inside("impact"), "name", "impacts")
        export.private(impact.inside("condition"), "name", "conditions")


def _take_metrics(export: Export, incident: Keys) -> None:
    metrics = export.fields.setdefault("impact", {})
    if users := incident.take("customers_impacted", "impact.users_affected"):
        metrics["users_affected"] = users
    if amount := _read_cents(incident.text("monetary_impact_cents")):
        incident.take("monetary_impact_cents", "impact.revenue", _NO_CURRENCY)
        incident.leave("monetary_impact", because=REPEATED)
        metrics["revenue"] = f"{amount} (from monetary_impact_cents; currency not in the export)"
    elif amount := incident.take("monetary_impact", "impact.revenue", _NO_CURRENCY):
        metrics["revenue"] = f"{amount} (currency not in the export)"


def _read_cents(text: str) -> str | None:
    """Return an amount in cents as one in units; None if it is no number."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return f"{amount / 100:,.2f}" if amount.is_finite() and len(text) < 20 else None


def _take_custom(export: Export, field: Keys) -> None:
    label = field.text("display_name") or field.text("name")
    is_list = export.labelled_list(field, "value_array", label)
    has_text = bool(field.text("value_string").strip())
    if not is_list:
        export.labelled(field, "value_string" if has_text else "value", label)
    if is_list or has_text:
        field.leave("value", "value_string", because=REPEATED)


# ---- the report


def _take_report(export: Export, report: Keys) -> None:
    export.value(report, "name", "title")
    export.text(report, "summary", "summary")
    export.all_names(report, "tag_list", "tags")
    for question in report.each("questions") or [report.inside("questions")]:
        _take_answer(export, question, "Question")
    for number, detail in enumerate(report.each("additional_details"), start=1):
        _take_answer(export, detail, f"Additional Details {number}")


def _take_answer(export: Export, question: Keys, default: str) -> None:
    """Take an answer: into the field that its question names, or as a section."""
    title = question.text("title") or default
    body = Converted(escape_plain(question.text("body")))
    field = export.find_field(title)
    if not body.markdown:
        question.leave("title", because="It has no answer.")
    elif field in LISTS or field == "background":
        export.rich(question, "body", field, body)
        question.take("title", field)
    else:
        export.section(question, "body", title, body)
        question.move("title", export.section_path())


# ---- events and tickets


def _take_event(export: Export, event: Keys) -> None:
    place, key = _find_words(event.inside("data"))
    kind = event.text("type").replace("_", " ").capitalize()
    number = export.event(event, escape_plain(place.text(key) or kind), time="occurred_at")
    at, author = f"timeline[{number}]", event.inside("author")
    place.take(key, f"{at}.event")
    if place is event.inside("data"):
        export.add_parts(number, actor=export.person(author, f"{at}.actor"))
    author.leave("name", because=_TOOL)
    kept = {part: event.take(part, f"{at}.x-{part}") for part in ("type", "visibility")}
    export.add_private("timeline", number, **kept)


def _find_words(data: Keys) -> tuple[Keys, str]:
    """Return where the words of an event are, which depends on its type."""
    for place in (data, *(data.inside(kind) for kind in ("alert", "ticket", "change"))):
        for key in ("body", "message", "summary", "description", "name", "title"):
            if place.text(key).strip():
                return place, key
    return data, "body"


def _take_ticket(export: Export, ticket: Keys) -> None:
    number = export.action(ticket, "summary", {"status": "state"}, "description")
    at, link, due = f"action_items[{number}]", ticket.inside("link"), ticket.text("due_at")
    owners = [export.person(person, f"{at}.owner") for person in ticket.each("assignees")]
    found = {
        "owner": ", ".join(filter(None, owners)),
        "priority": ticket.inside("priority").take("slug", f"{at}.priority"),
        "ticket": link.take("href_url" if "href_url" in link else "display_text", f"{at}.ticket"),
    }
    moment = read_moment(due)
    if moment:
        is_midnight = "T00:00:00" in due
        found["deadline"] = due[:10]
        ticket.take("due_at", f"{at}.deadline", "" if is_midnight else _DAY)
    link.leave("display_text", because=REPEATED)
    export.fields["action_items"][number] |= {part: text for part, text in found.items() if text}
    export.add_private("action_items", number, kind=ticket.take("type", f"{at}.x-kind"))
