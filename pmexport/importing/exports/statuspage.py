"""The importer of Statuspage: the incident of a status page, with its updates and its published post-mortem."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from pmexport.importing.exports.export import MACHINE, NO_REPORT, Export
from pmexport.importing.exports.export_importer import (
    ExportImporter,
    Kinds,
    first_item,
    has_keys,
    only_item,
)
from pmexport.importing.exports.export_times import oldest_first, read_moment
from pmexport.importing.exports.html_text import read_loose_html
from pmexport.importing.exports.markdown_text import Converted
from pmexport.importing.json_keys import Keys
from pmexport.report.zones import read_zone

_INCIDENT = ("incidents", "incident")
_KEYS = ("impact", "incident_updates", "status")
_MONITORED = "By convention, the impact ends when monitoring begins; check it."
_REACHED = {"monitoring": "mitigated", "resolved": "resolved"}
"""The milestone that an update's status reaches, if the incident does not say when."""
_PUBLISHED = "It was published; the report is in review until you say that it is final."
_COMPONENT = "It is the state of a component, not of the incident."
_SENT = "It says where the update was sent."
_RULES = {
    MACHINE: (
        *("page_id", "incident_id", "code", "group_id", "page.url", "reminder_intervals", "organization_id"),
        *("metadata", "backfilled", "scheduled_auto_transition", "scheduled_auto_in_progress"),
        *("scheduled_auto_completed", "scheduled_reminded_at", "auto_transition_to_maintenance_state"),
        *("auto_transition_to_operational_state", "auto_transition_deliver_notifications_at_start"),
        "auto_transition_deliver_notifications_at_end",
    ),
    _SENT: (
        *("deliver_notifications", "custom_tweet", "tweet_id", "postmortem_notified_subscribers"),
        "wants_twitter_update",
        *("postmortem_notified_twitter", "postmortem_ignored", "postmortem_body_last_updated_at"),
        "auto_tweet_on_update",
    ),
    _COMPONENT: (
        *("components.status", "components.description", "components.position", "showcase", "start_date", "group"),
        *("only_show_if_degraded", "old_status", "new_status"),
    ),
}  # fmt: skip


class StatuspageImporter(ExportImporter):
    """Reads what the public and the manage API of Statuspage answer, and pages that speak the same."""

    name = "statuspage"
    takes = "one incident, from the public incidents.json or from the manage API"
    kinds: ClassVar[Kinds] = {
        "incident": lambda value: has_keys(first_item(value, *_INCIDENT), "name", *_KEYS),
    }
    certain = frozenset(kinds)
    rules = _RULES

    def take(self, kind: str, export: Export, keys: Keys) -> None:  # noqa: ARG002 - there is one kind
        """Take what a file of this kind says."""
        _take_zone(export, keys.inside("page"))
        _take_incident(export, only_item(keys, *_INCIDENT, name="name"))


def _take_zone(export: Export, page: Keys) -> None:
    export.private(page, "name", "page")
    try:
        read_zone(page.text("time_zone"))
    except ValueError:
        return
    export.value(page, "time_zone", "timezone")


def _take_incident(export: Export, incident: Keys) -> None:
    export.value(incident, "id", "id")
    export.value(incident, "name", "title")
    export.private(incident, "shortlink", "url")
    incident.leave("status", because=NO_REPORT)
    export.value(incident, "impact_override", "severity")
    export.value(incident, "impact", "severity")
    for component in incident.each("components"):
        export.names(component, "name", "services")
    export.milestone(incident, "started_at", "impact_started")
    export.milestone(incident, "monitoring_at", "mitigated", _MONITORED)
    export.milestone(incident, "resolved_at", "resolved")
    _take_updates(export, oldest_first(incident.each("incident_updates"), "display_at", "created_at"))
    export.private(incident, "scheduled_for")
    export.private(incident, "scheduled_until")
    export.private(incident, "scheduled_remind_prior")
    export.document(incident, "postmortem_body", read_loose_html(incident.text("postmortem_body")))
    _take_publication(export, incident, "postmortem_published_at")


def _take_updates(export: Export, updates: list[Keys]) -> None:
    for update in updates:
        for component in update.each("affected_components"):
            export.names(component, "name", "services")
        body = read_loose_html(update.text("body"))
        shown = "display_at" if "display_at" in update else "created_at"
        if update.peek("status") == "postmortem":
            export.document(update, "body", body)
            update.leave("status", because="It says that this is the post-mortem.")
            _take_publication(export, update, shown)
            continue
        _take_update(export, update, shown, body)


def _take_update(export: Export, update: Keys, shown: str, body: Converted) -> None:
    number = export.event(update, body.markdown, time=shown)
    update.take("body", f"timeline[{number}].event", body.remark)
    entry, status = export.fields["timeline"][number], update.text("status")
    milestone = _REACHED.get(status)
    known = export.fields.setdefault("milestones", {})
    is_new = milestone is not None and milestone not in known and "time" in entry
    if is_new:
        known[milestone] = entry["time"]
    update.take("status", f"timeline[{number}].phase", _MONITORED if is_new and status == "monitoring" else "")
    if status:
        export.add_parts(number, phase=status.replace("_", " ").capitalize())


def _take_publication(export: Export, keys: Keys, key: str) -> None:
    """Take the day of publication, in the page's zone."""
    moment = read_moment(keys.peek(key))
    if moment is None:
        return
    export.fields.setdefault("published", _read_day(moment, read_zone(export.fields.get("timezone"))))
    export.fields["status"] = "in_review"
    keys.take(key, "published", _PUBLISHED)


def _read_day(moment: dt.datetime, zone: dt.tzinfo) -> str:
    """Return the day of a moment in a zone; in UTC if the calendar ends in between."""
    try:
        return moment.astimezone(zone).date().isoformat()
    except OverflowError:
        return moment.date().isoformat()
