"""Exports of incident tools become drafts: examples that tell one story in every format, and what they must become."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pmexport import Draft, FormatError, InputError, import_report, load, render
from pmexport.importing.exports.export_times import is_same_time
from pmexport.importing.import_options import ImportOptions
from pmexport.importing.importer_registry import detect_format, run_importer
from pmexport.importing.markdown.inline_text import plain
from pmexport.importing.sources import SourceFile

SHARED = Path(os.environ.get("PMEXPORT_CASES", "cases")).parent / "import"
CASES = Path(__file__).parent / "cases"
EXAMPLES = {
    "incidentio": ("incident-io", ["incident", "content", "followups", "postmortem"]),
    "incidentio-updates": ("incident-io", ["incident", "updates"]),
    "statuspage": ("statuspage", [""]),
    "statuspage-manage": ("statuspage", ["manage"]),
    "pagerduty": ("pagerduty", ["incident", "log_entries", "notes"]),
    "opsgenie": ("opsgenie", ["postmortem"]),
    "opsgenie-all": ("opsgenie", ["postmortem", "incident", "notes"]),
    "jira": ("jira", ["issue"]),
    "rootly": ("rootly", ["incident", "events", "action_items", "post_mortem"]),
    "firehydrant": ("firehydrant", ["incident", "events", "report", "tickets"]),
    "gitlab": ("gitlab", ["issue", "timeline"]),
}
"""The examples by their expected result: the format, and the files."""
NAMES = sorted(EXAMPLES)
SEEN_FIRST = ("impact_started", "detected", "mitigated", "resolved")


def example_paths(name: str) -> list[Path]:
    stem, (_, parts) = name.partition("-")[0], EXAMPLES[name]
    return [SHARED / "examples" / (f"{stem}-{part}.json" if part else f"{stem}.json") for part in parts]


def import_example(name: str) -> Draft:
    return import_report(example_paths(name), EXAMPLES[name][0])


def all_keys(value: Any, path: str = "") -> Iterator[str]:
    """Yield the path of every scalar that is not empty."""
    if isinstance(value, dict):
        for key, inside in value.items():
            yield from all_keys(inside, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for number, inside in enumerate(value):
            yield from all_keys(inside, f"{path}[{number}]")
    elif value not in (None, ""):
        yield path


def check_bins(paths: list[Path], draft: Draft) -> None:
    """Check that every value is in one bin. A note on a document counts for all in it; each part of it has a note."""
    for path in paths:
        noted = Counter(note.key for note in draft.notes if note.file == str(path))
        values = set(all_keys(json.loads(path.read_text("utf-8"))))
        covers = {key: [one for one in values if one == key or one.startswith((f"{key}.", f"{key}["))] for key in noted}
        assert all(covers.values())
        assert Counter(one for ones in covers.values() for one in ones) == Counter(values)
        assert {key.rpartition(".")[2] for key, count in noted.items() if count > 1} <= DOCUMENTS


WITH_CONTACTS = {
    *("incident-io", "jira", "firehydrant", "gitlab"),
    *("incident-io.answer", "jira.answer", "firehydrant.answer", "rootly.answer"),
}
"""The cases with contacts besides the names of people; those of notifications are never taken."""
DOCUMENTS = {"markdown", "body", "postmortem_body", "content", "description"}
"""The keys that hold a whole document."""

shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the examples are not here")


@shared
@pytest.mark.parametrize(
    "name", [name for name in NAMES if name not in ("incidentio-updates", "opsgenie-all", "jira", "gitlab")]
)
def test_an_example_becomes_what_is_expected(name: str) -> None:
    expected = _in_words(load(SHARED / "expected" / f"{name.partition('-')[0]}.yaml").model_dump())
    found = _in_words(import_example(name).report.model_dump())
    if name.endswith("-manage"):
        expected["timezone"] = None  # the page that says it is not in this answer
    assert found == expected


def _in_words(value: Any) -> Any:
    """Return a value with Markdown as its words, and a person with only a name as the name."""
    if isinstance(value, dict):
        return {key: _in_words(inside) for key, inside in value.items()}
    if isinstance(value, list):
        return [_in_words(one) for one in value]
    return plain(value) if isinstance(value, str) else value


@shared
@pytest.mark.parametrize("name", NAMES)
def test_every_key_is_in_one_bin_and_no_key_of_an_example_is_unknown(name: str) -> None:
    draft = import_example(name)
    check_bins(example_paths(name), draft)
    assert not [note.key for note in draft.notes if note.bin == "not_understood"]


@shared
@pytest.mark.parametrize("name", NAMES)
def test_the_format_is_told_by_the_content(name: str) -> None:
    paths = example_paths(name)
    assert import_report(paths).fields == import_report([*reversed(paths)]).fields == import_example(name).fields


@shared
def test_milestones_agree_to_the_minute() -> None:
    found = [import_example(name).fields["milestones"] for name in NAMES if name != "jira"]
    for milestone in SEEN_FIRST:
        moments = [one[milestone] for one in found if milestone in one]
        assert all(is_same_time(moments[0], moment) for moment in moments), milestone


@shared
@pytest.mark.parametrize("name", NAMES)
def test_an_example_renders_and_comes_back_from_yaml(name: str) -> None:
    draft = import_example(name)
    assert all(render(draft.report, format_) for format_ in ("md", "html"))
    assert load(draft.to_yaml().encode(), format="yaml").model_dump() == draft.report.model_dump()


@shared
@pytest.mark.parametrize("name", NAMES)
def test_contacts_are_taken_only_on_request(name: str) -> None:
    draft = import_example(name)
    said = draft.to_yaml() + json.dumps([note.as_dict() for note in draft.notes])
    assert "@example.com" not in said
    assert "+48" not in said


@shared
def test_contacts_are_in_a_section_on_request() -> None:
    sources = [SourceFile(path.read_bytes(), str(path)) for path in example_paths("incidentio")]
    draft = run_importer("incident-io", sources, ImportOptions(keep_contacts=True))
    contacts = draft.fields["sections"][-1]
    assert contacts["title"] == "Contacts"
    assert "Maren Oduya: maren@example.com" in contacts["text"]


MAIL = "nadia@mail.example"
PERSON = {"name": MAIL, "displayName": MAIL, "phone_2": "+34 600", "work_email": "n@x.yz"}
AVATAR = {"name": "Nadia", "avatarUrls": {"48x48": f"https://x.example/{MAIL}.png"}}
ISSUE = {"iid": 4, "title": "t", "issue_type": "incident"}
HIDING = [
    ("opsgenie", {"data": {"tinyId": "1", "message": "m", "extraProperties": {"by": MAIL, "of": [MAIL], "k": ["v"]}}}),
    ("gitlab", {**ISSUE, "service_desk_reply_to": MAIL}),
    ("gitlab", {**ISSUE, "assignees": [PERSON]}),
    ("jira", {"key": "A", "fields": {"summary": "s", "assignee": PERSON, "f": PERSON}, "names": {"f": "Reported by"}}),
    ("jira", {"key": "A", "fields": {"summary": "s", "customfield_1": "+34 6"}, "names": {"customfield_1": "Phone"}}),
    ("incident-io", {"follow_ups": [{"title": "t", "assignee": PERSON}]}),
    ("jira", {"key": "A", "fields": {"summary": "s", "customfield_1": AVATAR, "customfield_2": [AVATAR]}}),
]
"""Contacts where people also have names, or where values go that are kept without being shown."""


@pytest.mark.parametrize(("name", "value"), HIDING)
def test_contacts_are_found_wherever_they_are(name: str, value: Any) -> None:
    """They are left out under any key, also in place of a person's name, and are in the report on request."""
    source = SourceFile(json.dumps(value).encode(), "file.json")
    draft, kept = (run_importer(name, [source], ImportOptions(keep_contacts=keep)) for keep in (False, True))
    said = draft.to_yaml() + json.dumps([note.as_dict() for note in draft.notes])
    assert not re.search(r"nadia@mail\.example|\+34|n@x\.yz", said)
    assert any(note.bin == "left_out" and "contact" in note.reason for note in draft.notes)
    assert re.search(r"nadia@mail\.example|\+34", kept.to_yaml())


@pytest.mark.parametrize("path", sorted(CASES.glob("*.json")), ids=lambda path: path.stem)
def test_a_case_becomes_its_fields_and_notes(path: Path) -> None:
    """Marks stay text, contacts and deleted follow-ups are left out, and what has no field is told."""
    case, name = json.loads(path.read_text("utf-8")), path.stem.partition(".")[0]
    sources = [SourceFile(json.dumps(file).encode(), f"{number}.json") for number, file in enumerate(case["files"])]
    draft = run_importer(name, sources, ImportOptions())
    assert draft.fields == case["fields"]
    assert [f"{note.key}: {note.reason or note.bin}" for note in draft.notes if note.needs_attention] == case[
        "attention"
    ]
    assert all(render(draft.report, format_) for format_ in ("md", "html"))
    assert not re.search(
        r"@mail\.example|\+34|x\.example/[ab]\.png\"", json.dumps([note.as_dict() for note in draft.notes])
    )
    kept = run_importer(name, sources, ImportOptions(keep_contacts=True))
    has_contacts = any(section["title"] == "Contacts" for section in kept.fields.get("sections", ()))
    assert has_contacts == (path.stem in WITH_CONTACTS)
    assert len(kept.notes) <= len(draft.notes)
    assert not [note.key for note in draft.notes if note.bin == "not_understood" and path.stem.endswith(".answer")]


# ---- what is wrong


@pytest.mark.parametrize("name", sorted({format_ for format_, _ in EXAMPLES.values()}))
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b"null",
        b'"x"',
        b'{"a": 1}',
        b"\xff\xfe\x00",
        b'{"incident": 3}',
        b'{"data": []}',
        b"[" * 99,
    ],
    ids=repr,
)
def test_a_wrong_file_is_one_clear_error(name: str, data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        import_report(data, name)
    assert len(caught.value.problems) == 1


@shared
@pytest.mark.parametrize("name", NAMES)
def test_a_truncated_or_mixed_up_file_is_one_error_or_a_draft(name: str) -> None:
    """Wherever a file ends early, and whatever is in place of a value, it is one error or a report that renders."""
    format_ = EXAMPLES[name][0]
    for path in example_paths(name):
        data = path.read_bytes()
        for end in range(1, len(data) - 1, max(1, len(data) // 20)):
            with pytest.raises(InputError) as caught:
                import_report(data[:end], format_)
            assert len(caught.value.problems) == 1
        odds: list[Any] = [None, MARKED, [], {}, [1, MARKED, None, [{}]], {"a": {"b": [], "text": MARKED}}, 3, True]
        for odd in odds:
            for changed in _replacements(json.loads(data), odd):
                _check_told(json.dumps(changed).encode(), format_)


MARKED = "zebras <b>graze</b> *quietly*"
"""Words that no example has."""


def _check_told(data: bytes, format_: str) -> None:
    """Check that data becomes a report that has whatever its notes say, or one problem that says what is wrong."""
    draft = _import_or_fail(data, format_)
    if draft is None:
        return
    assert draft.report.title
    written = draft.to_yaml().casefold()
    for note in draft.notes:
        is_whole = note.key.rpartition(".")[2] in DOCUMENTS  # a note on a heading with nothing below it has no field
        if note.bin in ("taken", "own_section") and not is_whole:
            assert _has_field(draft.fields, note.field), note
            assert "zebras" not in note.text or "zebras" in written, note


def _import_or_fail(data: bytes, format_: str) -> Draft | None:
    """Return the draft; None if there is one problem that says what is wrong."""
    try:
        return import_report(data, format_)
    except InputError as error:
        if len(error.problems) != 1:
            raise
        return None


def _has_field(fields: Any, path: str) -> bool:
    """Return whether a report has the part at a path; of metrics and of what is not shown, the whole."""
    for name, number in re.findall(r"([\w-]+)|\[(\d+)\]", re.sub(r"^(impact|x-source)\..*", r"\1", path)):
        try:
            fields = fields[name] if name else fields[int(number)]
        except (KeyError, IndexError):
            return False
    return True


def _replacements(value: Any, odd: Any) -> Iterator[Any]:
    """Yield copies of a value, each with another part replaced."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    for key in keys:
        copy = value.copy()
        copy[key] = odd
        yield copy
        for inside in _replacements(value[key], odd):
            copy = value.copy()
            copy[key] = inside
            yield copy


@shared
@pytest.mark.parametrize(
    ("name", "number", "key", "listed"),
    [
        ("incidentio", 0, "incident", "incidents"),
        ("incidentio", 3, "postmortem_document", "postmortem_documents"),
        ("statuspage-manage", 0, "", "incidents"),
        ("pagerduty", 0, "incident", "incidents"),
        ("opsgenie-all", 0, "data", "data"),
        ("opsgenie-all", 1, "data", "data"),
        ("opsgenie-all", 2, "data", ""),
        ("jira", 0, "", "issues"),
        ("rootly", 0, "data", "data"),
        ("rootly", 1, "data", ""),
        ("rootly", 3, "data", "data"),
        ("firehydrant", 0, "", "data"),
        ("firehydrant", 1, "data", ""),
        ("firehydrant", 2, "", "data"),
        ("gitlab", 0, "", ""),
    ],
)
def test_an_item_is_the_same_alone_in_a_list_and_in_an_answer_of_the_api(
    name: str, number: int, key: str, listed: str
) -> None:
    values = [json.loads(path.read_text("utf-8")) for path in example_paths(name)]
    inside = values[number][key] if key else values[number]
    items = inside if isinstance(inside, list) else [inside]
    forms = [items, *([inside] if inside is not items else []), *([{listed: items, "links": {}}] if listed else [])]
    for form in forms:
        files = [*values[:number], form, *values[number + 1 :]]
        sources = [SourceFile(json.dumps(one).encode(), f"{at}.json") for at, one in enumerate(files)]
        assert detect_format(sources) == EXAMPLES[name][0]
        draft = run_importer(EXAMPLES[name][0], sources, ImportOptions())
        assert draft.fields == import_example(name).fields
        assert not [note.key for note in draft.notes if note.bin == "not_understood"]


@shared
def test_other_formats_are_not_taken_for_one_of_these() -> None:
    ours = {path for name in NAMES for path in example_paths(name)}
    others = sorted(set((SHARED / "examples").glob("*.json")) - ours)
    assert others
    assert not [path.name for path in others if detect_format([SourceFile(path.read_bytes(), str(path))])]


@shared
def test_files_of_two_formats_are_not_certain() -> None:
    with pytest.raises(FormatError, match="with certainty"):
        import_report([*example_paths("statuspage"), *example_paths("pagerduty")])


def test_several_incidents_in_a_file_are_an_error_that_lists_them() -> None:
    incidents = [
        {"id": f"i{n}", "name": f"Name {n}", "impact": "minor", "status": "x", "incident_updates": []} for n in (1, 2)
    ]
    with pytest.raises(InputError, match="2 incidents: i1 Name 1; i2 Name 2"):
        import_report(json.dumps(incidents).encode(), "statuspage")


def test_of_many_incidents_the_error_lists_the_first() -> None:
    issues = [{"iid": n, "title": f"Title {n}", "issue_type": "incident"} for n in range(9)]
    with pytest.raises(InputError, match="9 incidents: 0 Title 0; 1 Title 1; ") as caught:
        import_report(json.dumps(issues).encode(), "gitlab")
    assert "7 Title 7; \N{HORIZONTAL ELLIPSIS}." in str(caught.value)


def test_what_a_document_says_otherwise_stays_visible() -> None:
    """A milestone of the document that differs, to the minute, from that of the incident is a further detail."""
    body = "| Field | Value |\n|---|---|\n| Resolved | 2026-05-07 08:{} UTC |\n\n## Summary\n\nText\n"
    base = {"id": "i", "name": "N", "impact": "x", "status": "x", "incident_updates": [],
            "resolved_at": "2026-05-07T08:15:09Z"}  # fmt: skip
    for minute, sections in (("15", []), ("16", ["- **Resolved:** 2026-05-07 08:16 UTC"])):
        incident = {**base, "postmortem_body": body.format(minute)}
        fields = import_report(json.dumps(incident).encode(), "statuspage").fields
        assert fields["milestones"] == {"resolved": "2026-05-07T08:15:09Z"}
        assert [one["text"] for one in fields.get("sections", ())] == sections


def test_notes_name_the_places_of_items_after_code_that_became_a_log() -> None:
    issue = {**ISSUE, "description": "## What went well\n\n- ```sh\n  ls\n  ```\n- Rollback\n- Alerts\n"}
    draft = import_report(json.dumps(issue).encode(), "gitlab")
    assert draft.fields["logs"] == [{"language": "sh", "text": "ls"}]
    assert draft.fields["went_well"] == ["Rollback", "Alerts"]
    places = {note.text: note.field for note in draft.notes if note.key == "description"}
    assert (places["- Rollback"], places["- Alerts"]) == ("went_well[0]", "went_well[1]")


def test_images_in_a_document_are_files_of_the_draft() -> None:
    issue = {**ISSUE, "description": "## Summary\n\n![Graph][g]\n\n[g]: <data:image/png;base64,YWJj>\n"}
    draft = import_report(json.dumps(issue).encode(), "gitlab")
    assert draft.files == {"pictures/g.png": b"abc"}
    assert "pictures/g.png" in draft.fields["summary"]


@pytest.mark.parametrize(("agent", "actor"), [("Ana", "Ana"), ("Bo", "Bo"), (None, "Ana")])
def test_the_author_of_a_note_is_the_actor_unless_the_log_names_another(agent: str | None, actor: str) -> None:
    user = {"type": "user_reference", "summary": agent} if agent else None
    at = {"created_at": "2026-05-07T08:15:09Z"}
    entry = {**at, "type": "annotate_log_entry", "agent": user, "channel": {"summary": "Rolled back"}}
    note = {**at, "content": "Rolled back", "user": {"summary": "Ana"}}
    sources = [SourceFile(json.dumps(one).encode()) for one in ({"log_entries": [entry]}, {"notes": [note]})]
    draft = run_importer("pagerduty", sources, ImportOptions())
    assert draft.fields["timeline"] == [{"time": at["created_at"], "actor": actor, "event": "Rolled back"}]
    assert draft.fields["x-source"].get("note_author") == ("Ana" if agent == "Bo" else None)


@pytest.mark.parametrize("count", [1500])
def test_many_items_are_read_once_each(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The work grows with the number of items, and not with its square."""
    calls = 0

    def counted(text: str) -> str:
        nonlocal calls
        calls += 1
        return plain(text)

    monkeypatch.setattr("pmexport.importing.exports.export.plain", counted)
    items = [{"type": "incident_action_items", "attributes": {"summary": f"x *{n}"}} for n in range(count)]
    draft = import_report(json.dumps({"data": items}).encode(), "rootly")
    assert (len(draft.fields["action_items"]), calls < 4 * count) == (count, True)


def test_a_publication_at_the_end_of_the_calendar_has_its_day() -> None:
    incident = {"id": "i", "name": "N", "impact": "minor", "status": "x", "incident_updates": [],
                "postmortem_published_at": "9999-12-31T23:00:00Z"}  # fmt: skip
    page = {"page": {"id": "p", "name": "P", "time_zone": "Asia/Tokyo"}, "incidents": [incident]}
    assert import_report(json.dumps(page).encode(), "statuspage").fields["published"] == "9999-12-31"


@pytest.mark.parametrize("text", ["", " ", None])
def test_a_custom_field_without_a_text_has_its_value(text: str | None) -> None:
    field = {"display_name": "Region", "value_string": text, "value": "Tokyo"}
    incident = {"name": "N", "current_milestone": "x", "milestones": [], "custom_fields": [field]}
    draft = import_report(json.dumps(incident).encode(), "firehydrant")
    assert draft.fields["sections"][0]["text"] == "- **Region:** Tokyo"


@pytest.mark.parametrize(
    ("page_zone", "body", "zone", "facts"),
    [
        ("Asia/Tokyo", "## Timeline (JST)\n\n- 14:02 - a\n", "unknown", "- **Time zone:** JST"),
        ("Asia/Tokyo", "## Timeline\n\n- 14:02 - a\n", "unknown", "- **Time zone:** Asia/Tokyo"),
        ("Asia/Tokyo", "## Timeline (UTC)\n\n- 14:02 - a\n", "unknown", "Asia/Tokyo\n- **Time zone:** UTC"),
        ("Asia/Tokyo", "## Timeline\n\n- 14:02 UTC - a\n", "Asia/Tokyo", ""),
        (None, "## Timeline (UTC)\n\n- 14:02 - a\n", None, ""),
        (None, "## Timeline\n\n- 14:02 - a\n", "unknown", ""),
    ],
)
def test_the_zone_of_a_page_is_not_that_of_a_text_without_one(
    page_zone: str | None, body: str, zone: str | None, facts: str
) -> None:
    incident = {"id": "i", "name": "N", "impact": "minor", "status": "x", "incident_updates": [],
                "postmortem_body": body}  # fmt: skip
    page = {"page": {"id": "p", "name": "P", "time_zone": page_zone}, "incidents": [incident]}
    fields = import_report(json.dumps(page).encode(), "statuspage").fields
    assert fields.get("timezone") == zone
    assert facts in "".join(one["text"] for one in fields.get("sections", ()))
    assert ("Time zone" in json.dumps(fields)) == bool(facts)


UPDATES = [("c", "2026-05-07T07:00:00{}"), ("b", "2026-05-07T06:30:00{}"), ("x", ""), ("a", "2026-05-07T06:00:00{}")]
"""Updates from the newest to the oldest, one without a time."""


@pytest.mark.parametrize(("offset", "is_told"), [("Z", False), ("+02:00", False), ("", True)])
@pytest.mark.parametrize(("count", "said"), [(2, "bc"), (4, "axbc")])
def test_updates_are_told_from_the_oldest_to_the_newest(offset: str, count: int, said: str, *, is_told: bool) -> None:
    """Also if one has no time, or none has an offset; then a note says once that no zone is written."""
    updates = [{"status": "x", "body": body, "display_at": time.format(offset)} for body, time in UPDATES[:count]]
    incident = {"id": "i", "name": "N", "impact": "minor", "status": "x", "incident_updates": updates}
    draft = import_report(json.dumps(incident).encode(), "statuspage")
    assert "".join(entry["event"] for entry in draft.fields["timeline"]) == said
    assert sum("No time zone is written" in note.reason for note in draft.notes) == is_told


@shared
@pytest.mark.parametrize("name", NAMES)
def test_no_example_is_said_to_have_no_time_zone(name: str) -> None:
    assert not [note.key for note in import_example(name).notes if "No time zone is written" in note.reason]
