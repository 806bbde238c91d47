"""Export: the report that the files of an export become, and what became of each of their keys."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any, get_args

from pmexport.importing.draft import Draft
from pmexport.importing.exports.contacts import CONTACT, drop_contacts, hide_contact, is_contact
from pmexport.importing.exports.document_format import is_document
from pmexport.importing.exports.export_times import is_same_time, read_moment
from pmexport.importing.exports.markdown_text import Converted, escape_plain, write_list
from pmexport.importing.exports.milestone_names import name_milestone
from pmexport.importing.import_options import ImportOptions
from pmexport.importing.json_keys import Keys
from pmexport.importing.markdown.heading_words import load_words
from pmexport.importing.markdown.inline_text import escape_inline, plain
from pmexport.importing.markdown.markdown_reader import read_markdown
from pmexport.importing.markdown.zone_words import has_local_times
from pmexport.importing.notes import Note
from pmexport.importing.report_fields import LISTS, TEXTS
from pmexport.importing.sources import SourceFile
from pmexport.report.model import Milestone, Report, stage_of
from pmexport.report.zones import UNKNOWN

MACHINE = "Only the tool uses it."
RECORD = "It says who made or changed the tool's record, and when."
DERIVED = "The tool derived it; pmexport derives its own value."
NO_REPORT = "It is the status of the incident, not of the report."
NO_TIME = "It has no time."
REPEATED = "It repeats what another key says."
SETTING = "It is a setting of the tool."
PAGES = "It is about the response's pagination."
_IN_REVIEW = "It was published or completed; the report is in review until you say that it is final."
_TWICE = "It differs from what is in the report."
_SECTION = "sections"
_LONG = 20_000
"""Characters of a section from which on another text gets a section of its own."""
_FACT = 200
"""Characters of a text on one line that is a fact and not a section."""

_MACHINES = frozenset(
    {"id", "self", "slug", "rank", "position", "color", "colour", "slack_user_id", "slack_channel_id", "slack_team_id",
     "accountId", "accountType", "metadataId", "requestId", "took", "username"}
)  # fmt: skip
_RECORDS = frozenset(
    {"created_at", "updated_at", "createdAt", "updatedAt", "creator", "created_by", "createdAtTime", "updated",
     "discarded_at"}
)  # fmt: skip
_PAGES = frozenset({"pagination_meta", "pagination", "paging", "links", "meta", "limit", "offset", "more", "total"})
_HEAD = "---\ntitle: Untitled\n---\n"
"""What a document is read below: without it, a document without a title would be named after its file."""
_HEAD_LINES = 3
_ENTRY = ("time", "end", "phase", "actor", "event", "link")
"""The parts of an entry of the timeline, as they are written."""
_FENCE = re.compile(r"(?P<mark>`{3,})(?P<name>[^\n`]*)\n(?P<text>(?:(?!(?P=mark)).)*)\n(?P=mark)", re.DOTALL)
_TIME = re.compile(r"timeline\[\d+\]\.time|milestones\.\w+")
"""The paths of times."""
_NO_ZONE = "No time zone is written: set `timezone`, for example to Europe/Paris."
_INDEX = re.compile(r"^(\w+)\[(\d+)\]")


Rules = Mapping[str, Iterable[str]]
"""The keys that a format leaves out, each `key` or `parent.key`, by the reason."""


class Export:
    """Collects a report from the keys of an export. Every key that a method takes gets its note."""

    def __init__(self, options: ImportOptions, name: str) -> None:
        """Begin an empty report. name: of the format."""
        self.draft = Draft(limits=options.limits, style=options.style)
        self.fields: dict[str, Any] = self.draft.fields
        self.waiting: list[Keys] = []
        """Entries of the timeline that are taken when all files have been read, so that they can be sorted."""
        self._options = options
        self._roots: list[Keys] = []
        self._words = load_words(options.headings)
        self._facts: list[str] = []
        self._contacts: list[str] = []
        self._own: list[dict[str, str]] = []
        self._private: dict[str, list[Any]] = {"format": [name]}
        self._texts: dict[str, list[str]] = {}
        self._seen: dict[str, set[str]] = {}
        self._actions: dict[str, int] = {}
        self._named = 0

    def open(self, value: Any, file: str, path: str = "") -> Keys:
        """Return the keys of a mapping in a file; they are accounted for at the end."""
        keys = Keys(value, self.draft, file, path)
        self._roots.append(keys)
        return keys

    # ---- single values

    def value(self, keys: Keys, key: str, field: str, remark: str = "") -> None:
        """Take a text into a field that is no Markdown. One that is set stays; a different one is private."""
        text = _scalar(keys.peek(key))
        if text is None:
            return
        if self.fields.get(field) in (None, text):
            self.fields[field] = keys.take(key, field, remark)
        else:
            self.private(keys, key, remark=_TWICE)

    def text(self, keys: Keys, key: str, field: str) -> None:
        """Take a plain text into a Markdown field."""
        text = _scalar(keys.peek(key))
        if text is not None:
            self.add_text(field, escape_plain(text))
            keys.take(key, field)

    def rich(self, keys: Keys, key: str, field: str, converted: Converted) -> None:
        """Take a converted text into a Markdown field."""
        if _has_words(keys, key, converted):
            self.add_text(field, converted.markdown)
            keys.split(key, [Note("taken", field=field, text=converted.markdown, reason=converted.remark)])

    def add_text(self, field: str, text: str) -> None:
        """Add Markdown to a text or a list of texts, unless it says the same already."""
        if not text.strip():
            return
        parts = self.fields.setdefault(field, []) if field in LISTS else self._texts.setdefault(field, [])
        parts += [text] if self._is_new(field, plain(text)) else []

    def milestone(self, keys: Keys, key: str, name: str, remark: str = "") -> None:
        """Take a time as a milestone."""
        text = _scalar(keys.peek(key))
        known = self.fields.setdefault("milestones", {})
        if text is None:
            return
        if name not in known or is_same_time(known[name], text):
            known.setdefault(name, text)
            keys.take(key, f"milestones.{name}", remark)
        else:
            self.private(keys, key, remark=_TWICE)

    def names(self, keys: Keys, key: str, field: str) -> None:
        """Take a name into a list of names."""
        text = _scalar(keys.peek(key))
        if text is not None:
            self._add_name(field, text)
            keys.take(key, field)

    def all_names(self, keys: Keys, key: str, field: str) -> None:
        """Take a list of names into a list of names."""
        listed = keys.peek(key)
        if isinstance(listed, list) and listed and all(isinstance(one, str) for one in listed):
            for one in listed:
                self._add_name(field, one)
            keys.take_all(key, field)

    def _add_name(self, field: str, text: str) -> None:
        self.fields.setdefault(field, []).extend([text] if self._is_new(field, text) else [])

    def _is_new(self, field: str, value: Any) -> bool:
        """Return whether a field has not been given this value before."""
        seen = self._seen.setdefault(field, set())
        written = json.dumps(value, sort_keys=True)
        is_new = written not in seen
        seen.add(written)
        return is_new

    def status(self, keys: Keys, key: str) -> None:
        """Take the status of a report: final ones are in_review."""
        text = _scalar(keys.peek(key))
        stage = stage_of(text) if text else None
        if text is None:
            return
        if stage is None:
            self.private(keys, key)
        elif stage == "final":
            self.fields.setdefault("status", "in_review")
            keys.take(key, "status", _IN_REVIEW)
        else:
            self.fields.setdefault("status", stage)
            keys.take(key, "status")

    def metric(self, keys: Keys, key: str, name: str) -> None:
        """Take a value as a metric of the impact."""
        text = _scalar(keys.peek(key))
        known = self.fields.setdefault("impact", {})
        if text is None:
            return
        if known.setdefault(name, text) == text:
            keys.take(key, f"impact.{name}")
        else:
            self.private(keys, key, remark=_TWICE)

    def private(self, keys: Keys, key: str, name: str = "", remark: str = "") -> None:
        """Keep a value under x-source, which is not shown."""
        value = self.known_value(keys, key)
        if is_contact("", value) or value in (None, "", [], {}):
            return
        at = name or key
        if self._is_new(f"x-source.{at}", value):
            self._private.setdefault(at, []).append(deepcopy(value))
        keys.take_all(key, f"x-source.{at}", remark)

    def known_value(self, keys: Keys, key: str) -> Any:
        """Return a value without the contacts in it, unless they are kept, and without accounting for it."""
        value = keys.peek(key)
        return value if self._options.keep_contacts else drop_contacts(value)

    # ---- sections of their own

    def section(self, keys: Keys, key: str, title: str, converted: Converted, after: str = "") -> None:
        """Make a section of its own."""
        if not _has_words(keys, key, converted):
            return
        self.add_section(title, converted.markdown, after)
        path = self.section_path()
        keys.split(key, [Note("own_section", field=path, text=converted.markdown, reason=converted.remark)])

    def add_section(self, title: str, text: str, after: str = "") -> None:
        """Add a section; another text under the same title follows the first."""
        if self._own and self._own[-1]["title"] == title and len(self._own[-1].get("text", "")) < _LONG:
            self._own[-1]["text"] += f"\n\n{text}"
        else:
            own = {"title": title, "after": after, "text": text}
            self._own.append({name: part for name, part in own.items() if part})

    def section_path(self) -> str:
        """Return the path of the last section."""
        return f"{_SECTION}[{len(self._own) - 1}]"

    def labelled(self, keys: Keys, key: str, label: str, converted: Converted | None = None) -> None:
        """Take what an organisation calls by a name of its own: into the field it names, a metric, or a section."""
        value = _scalar(keys.peek(key))
        if is_contact(label.replace(" ", "_"), value):
            self.contact(keys, key, label)
            return
        rich = converted or (Converted(escape_plain(value)) if value else None)
        if rich is None:
            return
        field = self.find_field(label)
        milestone = name_milestone(label) if value and read_moment(value) else None
        if milestone:
            self.milestone(keys, key, milestone)
        elif value and read_moment(value):
            self.fact(keys, key, label, rich)
        elif value and re.fullmatch(r"[-+]?[\d.,]+", value):
            self.metric(keys, key, label)
        elif field in ("services", "tags") and value:
            self.names(keys, key, field)
        elif field in TEXTS or field in LISTS:
            self.rich(keys, key, field, rich)
        elif field in ("severity", "id") and value and field not in self.fields:
            self.value(keys, key, field)
        elif len(rich.markdown) < _FACT and "\n" not in rich.markdown:
            self.fact(keys, key, label, rich)
        else:
            self.section(keys, key, label, rich)

    def labelled_list(self, keys: Keys, key: str, label: str) -> bool:
        """Take a list of texts that has a name of the organisation's own; return whether it is one."""
        listed = keys.peek(key)
        if not isinstance(listed, list) or not listed or not all(isinstance(one, str) for one in listed):
            return False
        field = self.find_field(label)
        if field in ("services", "tags"):
            self.all_names(keys, key, field)
        else:
            self.fact(keys, key, label, Converted(escape_plain(", ".join(listed))))
        return True

    def fact(self, keys: Keys, key: str, label: str, converted: Converted) -> None:
        """Take a short text into the section of further details."""
        if is_contact("", keys.peek(key)):
            self.contact(keys, key, label)
            return
        if not _has_words(keys, key, converted):
            return
        self._facts.append(f"**{escape_inline(label)}:** {converted.markdown}")
        keys.split(key, [Note("own_section", field=_SECTION, text=converted.markdown, reason=converted.remark)])

    def find_field(self, label: str) -> str:
        """Return the field that a heading or label stands for; empty if it is unknown."""
        return self._words.find_heading(label) or self._words.find_label(label) or ""

    # ---- lists

    def event(self, keys: Keys, event: str, time: str) -> int:
        """Add an entry to the timeline. event: as Markdown. time: the key of its time. Return its number."""
        timeline = self.fields.setdefault("timeline", [])
        number = len(timeline)
        entry = {"time": keys.take(time, f"timeline[{number}].time"), "event": event}
        timeline.append({part: text for part, text in entry.items() if text})
        return number

    def add_parts(self, number: int, **parts: str | None) -> None:
        """Add parts to an entry of the timeline."""
        entry = self.fields["timeline"][number] | {part: text for part, text in parts.items() if text}
        order = sorted(entry, key=lambda part: _ENTRY.index(part) if part in _ENTRY else len(_ENTRY))
        self.fields["timeline"][number] = {part: entry[part] for part in order}

    def action(self, keys: Keys, key: str, parts: Mapping[str, str], details: str = "") -> int:
        """Add an action item, or its parts to the one with the same words. Return its number."""
        items = self.fields.setdefault("action_items", [])
        action = escape_plain(_scalar(keys.peek(key)) or "")
        number = self._find_action(plain(action)) if action else len(items)
        if number == len(items):
            items.append({})
        at = f"action_items[{number}]"
        keys.take(key, f"{at}.action")
        taken = {part: keys.take(name, f"{at}.{part}") for part, name in parts.items()}
        taken["details"] = escape_plain(keys.take(details, f"{at}.details") or "") if details else None
        items[number] |= {"action": action, **{part: text for part, text in taken.items() if text}}
        return number

    def _find_action(self, words: str) -> int:
        """Return the number of the action item with these words, perhaps that of a new one."""
        items = self.fields["action_items"]
        for number in range(self._named, len(items)):
            self._actions.setdefault(plain(str(items[number].get("action", ""))), number)
        self._named = len(items)
        return self._actions.get(words, len(items))

    def add_private(self, field: str, number: int, **parts: str | None) -> None:
        """Add values that are not shown to an item of a list."""
        self.fields[field][number] |= {f"x-{part}": text for part, text in parts.items() if text}

    # ---- people

    def person(self, keys: Keys, field: str, name: str = "name", remark: str = "") -> str | None:
        """Return the name of a person, who goes to this path; contacts are kept only on request."""
        is_hidden = is_contact("", keys.peek(name)) and not self._options.keep_contacts
        if is_hidden:
            keys.leave(name, because=CONTACT, hidden=True)
        text = None if is_hidden else keys.take(name, field, remark)
        self.keep_contacts(keys, text or "")
        return text

    def assign(self, person: Keys, role: Keys, *, leads: bool) -> None:
        """Take a person in a role: the first who leads as the commander, the others as responders."""
        field = "commander" if leads and "commander" not in self.fields else "responders"
        name = self.person(person, field)
        if name is None:
            role.leave("name", because="Nobody is assigned to this role.")
            return
        title = role.take("name", field)
        found = {"name": name, "role": title} if title else {"name": name}
        if field == "commander":
            self.fields[field] = found
        else:
            self.people(field, found)

    def people(self, field: str, person: Mapping[str, str] | str | None) -> None:
        """Add a person to a list of people, once."""
        known = self.fields.setdefault(field, [])
        if person and person != self.fields.get("commander") and self._is_new(field, person):
            known.append(person)

    def keep_contacts(self, keys: Keys, name: str) -> None:
        """Take the contacts of a person if that is asked for; otherwise leave them out."""
        for inside, key in keys.rest():
            self._keep_contact(inside, key, name)

    def _keep_contact(self, keys: Keys, key: str, name: str) -> None:
        if is_contact(key, keys.peek(key)):
            self.contact(keys, key, name)

    def contact(self, keys: Keys, key: str, name: str = "") -> None:
        """Take a contact into a section of its own if that is asked for; otherwise leave it out. name: whose it is."""
        found = keys.peek(key)  # an avatar may have an address for each size
        sizes = [one for one in found.values() if _scalar(one)] if isinstance(found, dict) else []
        value = _scalar(sizes[0] if sizes else found)
        if not self._options.keep_contacts:
            keys.leave(key, because=CONTACT, hidden=True)
        elif value:
            line = ": ".join(escape_inline(part) for part in (name, value) if part)
            self._contacts += [line] if self._is_new("contacts", line) else []
            keys.move(key, _SECTION)

    # ---- documents

    def document(self, keys: Keys, key: str, converted: Converted) -> None:
        """Read a text that is a whole post-mortem by its headings. Each part of it gets a note with this key."""
        if not _has_words(keys, key, converted):
            return
        text = _HEAD + self._drop_title(converted.markdown)
        inner = read_markdown(SourceFile(text.encode(errors="replace"), keys.file), self._options)
        self.draft.files |= inner.files
        sizes = {name: len(value) for name, value in self.fields.items() if isinstance(value, list)}
        sizes[_SECTION] = len(self._own)
        lost = converted.remark
        moved = self._move_logs(inner.fields)
        sizes["logs"] = len(self.fields.get("logs", []))
        notes = [note for note in inner.notes if (note.last or 0) > _HEAD_LINES]
        notes = notes or [Note("left_out", text=converted.markdown, reason="It repeats the title.")]
        keys.split(
            key, [_lift_note(note, moved, sizes, lost if number == 0 else "") for number, note in enumerate(notes)]
        )
        for name, value in inner.fields.items():
            self._merge(name, value)

    def _drop_title(self, markdown: str) -> str:
        """Return a document without the heading that repeats the title, perhaps after the number or the date."""
        first, _, rest = markdown.partition("\n")
        title = str(self.fields.get("title") or "").strip().casefold()
        repeats = title and first.startswith("# ") and plain(first[2:]).casefold().endswith(title)
        return rest if repeats else markdown

    def _move_logs(self, fields: dict[str, Any]) -> dict[str, str]:
        """Move items of lists that are nothing but code to the logs. Return their new paths by the old ones."""
        moved: dict[str, str] = {}
        for name in LISTS & set(fields):
            kept: list[str] = []
            for number, text in enumerate(fields[name]):
                found = _FENCE.fullmatch(text)
                if found:
                    logs = fields.setdefault("logs", [])
                    moved[f"{name}[{number}]"] = f"logs[{len(logs)}]"
                    log = {"language": found["name"], "text": found["text"]}
                    logs.append({part: words for part, words in log.items() if words})
                else:
                    moved[f"{name}[{number}]"] = f"{name}[{len(kept)}]"
                    kept.append(text)
            fields[name] = kept
        return moved

    def _merge(self, name: str, value: Any) -> None:
        match value:
            case _ if name == "title":
                self._merge_title(value)
            case _ if name.startswith("x-"):
                return
            case str() if name in TEXTS:
                self.add_text(name, value)
            case str() if name == "timezone":
                self._merge_zone(value)
            case str() | dict() if name == "commander":
                if self.fields.setdefault(name, value) != value:
                    self.people("responders", value)
            case str():
                if self.fields.setdefault(name, value) != value:
                    self._facts.append(f"**{name.replace('_', ' ').capitalize()}:** {escape_inline(value)}")
            case dict():
                self._merge_table(name, value)
            case list() if name == _SECTION:
                self._own += value
            case list() if name in LISTS:
                for text in value:
                    self.add_text(name, text)
            case list():
                known = self.fields.setdefault(name, [])
                known += [one for one in value if name == "timeline" or self._is_new(name, one)]

    def _merge_zone(self, zone: str) -> None:
        """Take the zone of a document's times; where another is known, the zone of all times is not."""
        known = self.fields.setdefault("timezone", zone)
        if known != zone:
            self.fields["timezone"] = UNKNOWN
            self._facts += [f"**Time zone:** {one}" for one in (known, zone) if one != UNKNOWN]

    def _merge_title(self, title: str) -> None:
        known = self.fields.get("title")
        if title == "Untitled":
            return
        if known is None:
            self.fields["title"] = title
        elif not plain(title).casefold().endswith(known.strip().casefold()):
            self._facts.append(f"**Title:** {escape_inline(title)}")

    def _merge_table(self, name: str, table: Mapping[str, str]) -> None:
        known = self.fields.setdefault(name, {})
        for key, text in table.items():
            before = known.setdefault(key, text)
            if before != text and not (name == "milestones" and is_same_time(before, text)):
                self._facts.append(f"**{key.replace('_', ' ').capitalize()}:** {escape_inline(text)}")

    # ---- the end

    def finish(self, rules: Rules) -> Draft:
        """Return the draft. rules: the keys that the format leaves out besides those that all formats do."""
        self._note_rest(rules)
        self._settle_zone()
        self.fields |= {name: "\n\n".join(parts) for name, parts in self._texts.items()}
        self.fields["x-source"] = {name: one[0] if len(one) == 1 else one for name, one in self._private.items()}
        self.fields.setdefault("title", "Untitled")
        self.fields[_SECTION] = [*self._own, *self._list_sections()]
        moments = self.fields.get("milestones", {})
        self.fields["milestones"] = {name: moments[name] for name in get_args(Milestone) if name in moments}
        order = [*Report.model_fields, _SECTION]
        named = sorted(self.fields, key=lambda name: order.index(name) if name in order else len(order))
        self.draft.fields = {name: self.fields[name] for name in named if self.fields[name] not in ("", [], {}, None)}
        return self.draft

    def _note_rest(self, rules: Rules) -> None:
        """Note what became of the keys that nothing took."""
        left = {key: reason for reason, names in rules.items() for key in names}
        for root in self._roots:
            for keys, key in root.rest():
                self._keep_contact(keys, key, "")
                reason = left.get(key) or left.get(f"{keys.name}.{key}") or _find_rule(key)
                if reason:
                    keys.leave(key, because=reason)
            root.note_rest()
        if not self._options.keep_contacts:
            self.draft.notes = [hide_contact(note) for note in self.draft.notes]

    def _list_sections(self) -> Iterator[dict[str, str]]:
        """Yield the sections of what is collected until the end."""
        if self._facts:
            yield {"title": "Further Details", "after": "metadata", "text": write_list(self._facts)}
        if self._contacts:
            yield {"title": "Contacts", "text": write_list(self._contacts)}

    def _settle_zone(self) -> None:
        """Set that the zone is unknown if times need one and none is written; leave out UTC, which is the default."""
        if self.fields.get("timezone") == "UTC":
            del self.fields["timezone"]
            return
        if "timezone" in self.fields or not has_local_times(self.fields):
            return
        self.fields["timezone"] = UNKNOWN
        notes = self.draft.notes
        at = next((number for number, note in enumerate(notes) if _TIME.fullmatch(note.field)), None)
        if at is not None:
            notes[at] = replace(notes[at], reason=f"{notes[at].reason} {_NO_ZONE}".strip())


def _find_rule(key: str) -> str | None:
    if is_contact(key, None):
        return CONTACT
    rules = {MACHINE: _MACHINES, RECORD: _RECORDS, PAGES: _PAGES}
    return next((reason for reason, names in rules.items() if key in names), None)


def _lift_note(note: Note, moved: Mapping[str, str], sizes: Mapping[str, int], lost: str) -> Note:
    """Return a note on some lines of a document as one on its key. moved: paths that have changed."""
    path = moved.get(note.field, note.field)
    found = _INDEX.match(path)
    shift = sizes.get(found[1], 0) if found else 0
    field = _INDEX.sub(lambda found: f"{found[1]}[{int(found[2]) + shift}]", path)
    reason = " ".join(filter(None, (note.reason, lost)))
    return Note(note.bin, field=field, text=note.text, reason=reason)


def _has_words(keys: Keys, key: str, converted: Converted) -> bool:
    """Return whether a text has words; note why if it has none. A value of another type is left to `note_rest`."""
    if converted.markdown.strip():
        return True
    if converted.lost:
        keys.split(key, [Note("not_understood", reason=converted.remark)])
    elif isinstance(keys.peek(key), str) or is_document(keys.peek(key)):
        keys.leave(key, because="It has no words.")
    return False


def _scalar(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None
