"""The importer of Jira: an issue that is a post-incident review, or an incident."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from pmexport.importing.exports.document_format import is_document, read_document
from pmexport.importing.exports.export import MACHINE, NO_REPORT, RECORD, REPEATED, Export
from pmexport.importing.exports.export_importer import (
    ExportImporter,
    Kinds,
    first_item,
    has_keys,
    only_item,
)
from pmexport.importing.exports.export_times import oldest_first
from pmexport.importing.exports.markdown_text import Converted, escape_plain, write_list
from pmexport.importing.exports.wiki_markup import read_wiki
from pmexport.importing.json_keys import Keys
from pmexport.importing.markdown.inline_text import escape_inline
from pmexport.importing.notes import Note

_LISTS = ("issues", "values")
_UNNAMED = "Its name is not in the file: export the issue with ?expand=names."
_LOST_NAME = "the field's name, which exports with ?expand=names have"
_NO_FILE = "The file is not in the export."
_REVIEW = re.compile(r"(?i)review|post-?\s?mortem|\bpir\b|\brca\b")
_PRIORITY = "It is the priority of the issue; check that it is the severity."
_LINKED = 'It is linked as "{}"; check that it is an action item.'
_RELATION = "It names the link."
_COMMENTS = "Comments"
_RULES = {
    MACHINE: (
        *(
            "expand",
            "names",
            "schema",
            "issuetype.subtask",
            "iconUrl",
            "statusCategory",
            "workratio",
            "issuelinks.type",
        ),
        *(
            "priority.name",
            "issuetype.name",
            "hierarchyLevel",
            "avatarId",
            "startAt",
            "maxResults",
            "timeZone",
            "active",
        ),
        *("watches", "votes", "lastViewed", "project", "progress", "aggregateprogress", "isWatching", "properties"),
        *("comments.updateAuthor", "jsdPublic", "entityId", "timetracking", "issuetype.description", "worklog"),
        *("versions", "fixVersions", "parent.fields"),
    ),
    NO_REPORT: ("status.name", "status.description", "resolution"),
    RECORD: ("created", "resolutiondate", "statuscategorychangedate"),
    REPEATED: ("renderedFields",),
}


class JiraImporter(ExportImporter):
    """Reads an issue as the REST API of Jira answers it."""

    name = "jira"
    takes = "one issue, best with ?expand=names"
    kinds: ClassVar[Kinds] = {
        "issue": lambda value: (
            has_keys(first_item(value, *_LISTS), "key", "fields")
            and has_keys(first_item(value, *_LISTS)["fields"], "summary")
        ),
    }
    certain = frozenset({"issue"})
    rules = _RULES

    def take(self, kind: str, export: Export, keys: Keys) -> None:  # noqa: ARG002 - there is one kind
        """Take what a file of this kind says."""
        issue = only_item(keys, *_LISTS, name="self", key="key")
        _take_issue(export, issue, {**_names(keys), **_names(issue)})


def _names(keys: Keys) -> dict[str, str]:
    """Return the names of custom fields."""
    names = keys.peek("names")
    return {key: name for key, name in names.items() if isinstance(name, str)} if isinstance(names, dict) else {}


def _take_issue(export: Export, issue: Keys, names: dict[str, str]) -> None:
    fields = issue.inside("fields")
    export.value(issue, "key", "id")
    export.value(fields, "summary", "title")
    is_review = _REVIEW.search(fields.inside("issuetype").text("name")) is not None
    if is_review:
        export.status(fields.inside("status"), "name")
    export.value(fields.inside("priority"), "name", "severity", _PRIORITY)
    export.all_names(fields, "labels", "tags")
    for component in fields.each("components"):
        export.names(component, "name", "services")
    for key in ("assignee", "reporter"):
        _take_person(export, fields.inside(key), key.capitalize())
    export.private(fields, "duedate")
    export.private(fields, "environment")
    for key in ("fixVersions", "versions"):
        for version in fields.each(key):
            export.private(version, "name", key)
    fields.leave("attachment", because=_NO_FILE)
    parent = fields.inside("parent")
    if _is_incident(parent):
        _take_related(export, parent, "parent")
    export.private(parent, "key", "parent")
    _take_text(export, fields, "description", "")
    for key in [key for key in names if key.startswith("customfield_") and key in fields]:
        _take_text(export, fields, key, names[key])
    for key in [key for key in fields if key.startswith("customfield_") and key not in names]:
        _take_unnamed(export, fields, key)
    for link in fields.each("issuelinks"):
        _take_link(export, link)
    for subtask in fields.each("subtasks"):
        _take_action(export, subtask, "sub-task")
    _take_comments(export, fields.inside("comment").each("comments"))


def _take_person(export: Export, person: Keys, label: str) -> None:
    """Take a person as a fact: who is assigned a review need not have commanded the incident, or written it."""
    if "displayName" in person:
        export.fact(person, "displayName", label, Converted(escape_inline(person.text("displayName"))))


def _take_text(export: Export, fields: Keys, key: str, label: str) -> None:
    """Take a document, a value, or several; a label is the heading above it."""
    value = fields.peek(key)
    if label and export.labelled_list(fields, key, label):
        return
    if not is_document(value):
        for inside, name in _list_values(fields, key):
            if not label:
                export.document(inside, name, read_wiki(inside.text(name)))
            else:
                export.labelled(
                    inside, name, label, read_wiki(inside.text(name)) if "\n" in inside.text(name) else None
                )
        return
    text = read_document(value)
    if not label:
        export.document(fields, key, text)
    elif export.find_field(label) in ("timeline", "action_items", "five_whys", "impact", "logs", "metadata"):
        export.document(fields, key, Converted(f"# {label}\n\n{text.markdown}", text.lost))
    else:
        export.labelled(fields, key, label, text)


def _take_unnamed(export: Export, fields: Keys, key: str) -> None:
    """Take a document whose name is not in the file as a section; other values are settings as often as content."""
    value = fields.peek(key)
    if is_document(value):
        text = read_document(value)
        export.section(fields, key, key, replace(text, lost=(*text.lost, _LOST_NAME)))
    elif isinstance(value, dict):
        _miss_value(export, fields.inside(key))
    elif isinstance(value, list) and all(isinstance(one, dict) for one in value):
        for item in fields.each(key):
            _miss_value(export, item)
    elif value is not None:
        fields.miss(key, _UNNAMED)


def _miss_value(export: Export, value: Keys) -> None:
    """Note that a value has no name; people in it have contacts."""
    export.keep_contacts(value, "")
    value.note_rest(_UNNAMED)


def _list_values(fields: Keys, key: str) -> Iterator[tuple[Keys, str]]:
    """Yield the texts of a field: its own, or those of its options or people."""
    value = fields.peek(key)
    if isinstance(value, str):
        yield fields, key
    items = [fields.inside(key)] if isinstance(value, dict) else fields.each(key) if isinstance(value, list) else []
    for item in items:
        yield from ((item, name) for name in ("value", "displayName", "name") if name in item)


def _take_link(export: Export, link: Keys) -> None:
    for direction, side in (("outward", "outwardIssue"), ("inward", "inwardIssue")):
        if side in link:
            relation = link.inside("type").text(direction)
            issue = link.inside(side)
            link.inside("type").leave("name", "inward", "outward", because=_RELATION)
            (_take_related if _is_incident(issue) else _take_action)(export, issue, relation)


def _is_incident(issue: Keys) -> bool:
    return "incident" in issue.inside("fields").inside("issuetype").text("name").casefold()


def _take_action(export: Export, issue: Keys, relation: str) -> None:
    fields = issue.inside("fields")
    number = export.action(fields, "summary", {})
    at = f"action_items[{number}]"
    found = {
        "status": fields.inside("status").take("name", f"{at}.status"),
        "priority": fields.inside("priority").take("name", f"{at}.priority"),
        "ticket": issue.take("key", f"{at}.ticket", _LINKED.format(relation)),
    }
    item = export.fields["action_items"][number]
    item |= {part: text for part, text in found.items() if text}
    item["action"] = item.get("action") or found["ticket"] or ""


def _take_related(export: Export, issue: Keys, relation: str) -> None:
    related = export.fields.setdefault("related_incidents", [])
    at = f"related_incidents[{len(related)}]"
    found = {
        "id": issue.take("key", f"{at}.id"),
        "title": issue.inside("fields").take("summary", f"{at}.title"),
        "text": escape_plain(relation.capitalize()),
    }
    related.append({part: text for part, text in found.items() if text})


def _take_comments(export: Export, comments: list[Keys]) -> None:
    items = [_list_comment(comment) for comment in oldest_first(comments, "created")]
    if items:
        export.add_section(_COMMENTS, write_list(items))


def _list_comment(comment: Keys) -> str:
    """Return a comment as an item of a list."""
    body = comment.peek("body")
    text = read_document(body) if is_document(body) else read_wiki(comment.text("body"))
    author = comment.inside("author")
    head = ", ".join(filter(None, (comment.text("created"), author.text("displayName"))))
    comment.split("body", [Note("own_section", field="sections", text=text.markdown, reason=text.remark)])
    comment.move("created", "sections")
    author.move("displayName", "sections")
    return f"**{escape_inline(head)}:** {text.markdown}" if head else text.markdown
