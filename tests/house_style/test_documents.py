"""A house style changes the composition of documents: the same for every format, and never the report."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest

from pmexport import (
    Config,
    InputError,
    Problem,
    UnfinishedError,
    check,
    digest,
    dump,
    facts,
    finalize,
    import_report,
    load,
    load_config,
    render,
    verify_attached,
)
from pmexport.assets.folder import Folder
from pmexport.document import nodes
from pmexport.document.compose import compose
from pmexport.report.facts import derive_facts

REPORT: dict[str, Any] = {
    "title": "Checkout down",
    "id": "INC-1",
    "severity": "Amber",
    "date": "2026-03-14",
    "summary": "It was *down*.",
    "timeline": [
        {"time": "10:00", "phase": "Spotted", "event": "An alert."},
        {"time": "10:30", "phase": "containment (partial)", "event": "Rolled back."},
    ],
    "trigger": "A release.",
    "root_cause": "A limit.",
    "action_items": [{"action": "Fix it", "status": "Parked"}, {"action": "Test it", "status": "Live"}],
    "lessons": ["Limits matter[^1].\n\n[^1]: A note."],
    "went_well": ["The alert[^1].\n\n[^1]: Another note."],
    "sections": [{"title": "Customers", "text": "They waited."}, {"title": "Law", "after": "lessons", "text": "None."}],
}
STYLE = """
language = "en-GB"
[sections]
order = ["summary", "root_cause", "went_well"]
hide = ["lessons", "trigger"]
[sections.titles]
summary = "In short"
root_cause = "Why"
[document]
kind = "Incident Review"
footer = "Acme plc."
footer_below = "Do not forward."
[metadata]
region = "Region"
tracker = "Tracker"
[severities]
"Red" = "critical"
"Amber" = "warning"
[phases]
"Spotted" = "detected"
"Containment" = "mitigated"
[statuses]
"Parked" = "dropped"
"Live" = "done"
"""


def make_config(folder: Path, text: str = STYLE) -> Config:
    (folder / "pmexport.toml").write_text(text, "utf-8")
    return load_config(folder / "pmexport.toml")


def tree(written: dict[str, Any], config: Config, base: Path | None = None) -> nodes.Document:
    report = load(written, config=config, base=base)
    return compose(report, derive_facts(report, style=config), Folder(report.base), style=config)


def titles(document: nodes.Document) -> list[str]:
    return [section.title for section in nodes.sections_of(document)]


def test_sections_are_in_the_order_of_the_file(tmp_path: Path) -> None:
    document = tree(REPORT, make_config(tmp_path))
    assert titles(document) == [
        "In short", "What Went Well", "Incident Metadata", "Timeline", "Root Cause Analysis", "Why",
        "Action Items", "Law", "Customers",
    ]  # fmt: skip


def test_an_appendix_that_comes_first_leaves_own_sections_at_the_end(tmp_path: Path) -> None:
    config = make_config(tmp_path, '[sections]\norder = ["appendix"]')
    found = titles(tree(REPORT | {"related_incidents": ["INC-0"]}, config))
    assert (found[0], found[-1]) == ("Appendix", "Customers")


def test_hidden_sections_are_named_once_in_a_note(tmp_path: Path) -> None:
    config, warnings = make_config(tmp_path), list[Problem]()
    text = render(REPORT, "md", config=config, warnings=warnings).decode()
    (note,) = (one for one in warnings if one.id == "PM043")
    assert (note.level, note.path) == ("note", "trigger")
    assert note.message.endswith("fills: Trigger, Lessons Learned.")
    assert "Limits matter" not in text
    assert "A release." not in text
    assert [one.level for one in check(REPORT, config=config) if one.id == "PM043"] == ["note"]


def test_hidden_notes_take_no_numbers(tmp_path: Path) -> None:
    text = render(REPORT, "md", config=make_config(tmp_path, '[sections]\nhide = ["went_well"]')).decode()
    assert "Another note" not in text
    assert "[2]" not in text


@pytest.mark.parametrize("hidden", [["summary"], ["metadata"], ["summary", "metadata"], ["timeline", "action_items"]])
def test_any_section_can_be_hidden(hidden: list[str], tmp_path: Path) -> None:
    config = make_config(tmp_path, f"[sections]\nhide = {hidden}")
    document = tree(REPORT, config)
    assert not {section.id for section in document.sections} & {*hidden}
    for name in ("md", "html", "docx"):
        assert render(REPORT, name, config=config)


def test_a_link_to_a_hidden_section_is_no_error(tmp_path: Path) -> None:
    config = make_config(tmp_path, '[sections]\nhide = ["lessons"]')
    assert render(REPORT | {"background": "See [lessons](#lessons)."}, "html", config=config)


def test_words_are_those_of_the_house_style(tmp_path: Path) -> None:
    document = tree(REPORT, make_config(tmp_path))
    assert nodes.text_of(document.facts[-1]) == "Incident Review"
    assert document.properties.subject == "Incident Review"
    assert document.language == "en-GB"
    footer = [nodes.text_of(block.inlines) for block in document.footer if isinstance(block, nodes.Paragraph)]
    assert footer[:2] == ["Acme plc.", "Do not forward."]
    assert tree(REPORT | {"language": "en"}, make_config(tmp_path)).language == "en"


def test_a_paragraph_can_be_added_below_the_blameless_footer(tmp_path: Path) -> None:
    document = tree(REPORT, make_config(tmp_path, '[document]\nfooter_below = "Acme plc."'))
    footer = [nodes.text_of(block.inlines) for block in document.footer if isinstance(block, nodes.Paragraph)]
    assert footer[0].startswith("This post-mortem follows a blameless culture.")
    assert footer[1] == "Acme plc."


def test_a_report_can_have_a_status_of_the_file(tmp_path: Path) -> None:
    config = make_config(tmp_path, '[statuses]\n"Signed off" = "final"\n[checks]\nPM002 = "off"')
    report = load({"title": "T", "status": "signed-off"}, config=config)
    assert (report.stage, report.model_copy().stage, pickle.loads(pickle.dumps(report)).stage) == ("final",) * 3
    assert b"| signed-off |" in render(report, "md", config=config)
    with pytest.raises(InputError, match="expected draft, in_review or final"):
        load({"title": "T", "status": "signed-off"})
    with pytest.raises(UnfinishedError):
        render({"title": "T", "status": "Signed off", "summary": "TBD"}, "md", config=config)


def test_words_of_the_file_are_no_mistakes(tmp_path: Path) -> None:
    config = make_config(tmp_path, '[statuses]\n"Live" = "done"\n"TBD!" = "dropped"')
    written = {"title": "T", "action_items": [{"action": "[x] A", "status": "Live"}, {"action": "B", "status": "tbd"}]}
    assert not {one.id for one in check(written, config=config)} & {"PM001", "PM040"}
    assert "PM040" in {one.id for one in check(written)}


def walk(value: Any) -> Iterator[Any]:
    yield value
    inside = (getattr(value, one.name) for one in fields(value)) if is_dataclass(value) else value
    for one in inside if isinstance(inside, Iterable) and not isinstance(inside, str | bytes) else ():
        yield from walk(one)


def labels(document: nodes.Document, role: str) -> list[tuple[str, str]]:
    found = (one for one in walk(document) if isinstance(one, nodes.Label) and one.role == role)
    return [(one.text, one.tone) for one in found]


def test_severities_phases_and_statuses_have_the_meanings_of_the_file(tmp_path: Path) -> None:
    config = make_config(tmp_path)
    document = tree(REPORT, config)
    assert set(labels(document, "severity")) == {("Amber", "warning")}
    assert labels(document, "phase") == [("Spotted", "critical"), ("containment (partial)", "caution")]
    report = load(REPORT, config=config)
    derived = derive_facts(report, style=config)
    assert list(derived.milestones) == ["detected", "mitigated"]
    assert [action.state for action in derived.actions] == ["dropped", "done"]
    assert set(derive_facts(report).milestones) == set()


def test_fields_of_ones_own_are_shown_with_their_names(tmp_path: Path) -> None:
    config = make_config(tmp_path)
    written = REPORT | {"tracker": "https://tracker.example.com/7", "region": "EU | *west*"}
    text = render(written, "md", config=config).decode()
    rows = re.findall(r"^\| \*\*(Region|Tracker)\*\* \| (.*) \|$", text, re.MULTILINE)
    assert rows == [("Region", r"EU \| \*west\*"), ("Tracker", "<https://tracker.example.com/7>")]
    assert dict(tree(written, config).properties.metadata)["region"] == "EU | *west*"


def test_a_word_template_shows_fields_of_ones_own(tmp_path: Path) -> None:
    config, template = make_config(tmp_path), docx.Document()
    template.sections[0].header.paragraphs[0].text = "Acme · {{Region}} · {{tracker}} · {{nothing}}"
    template.save(str(tmp_path / "acme.docx"))
    warnings: list[Problem] = []
    data = render(
        {**REPORT, "region": "EU"}, "docx", config=config, word_template=tmp_path / "acme.docx", warnings=warnings
    )
    assert docx.Document(BytesIO(data)).sections[0].header.paragraphs[0].text == "Acme · EU · {{nothing}}"
    assert [one.message for one in warnings if "placeholder" in one.message] == [
        "Unknown placeholder {{nothing}} in the header; it was not filled in."
    ]


def test_a_field_is_an_error_without_its_declaration(tmp_path: Path) -> None:
    path = tmp_path / "report.yaml"
    path.write_text("title: T\nregion: EU\n", "utf-8")
    with pytest.raises(InputError, match=r'report.yaml:2:1: region: found the unknown key "region"'):
        load(path)
    config = make_config(tmp_path)
    assert load(path, config=config).own_fields == {"region": "EU"}
    path.write_text("title: T\nregoin: EU\n", "utf-8")
    with pytest.raises(InputError, match=r'found the unknown key "regoin". Did you mean region\?'):
        load(path, config=config)
    path.write_text("title: T\nregion: [EU, US]\n", "utf-8")
    with pytest.raises(InputError, match=r"report.yaml:2:9: region: found a list, expected a string"):
        load(path, config=config)
    assert load({"title": "T"}, config=config, overrides={"region": "US"}).own_fields == {"region": "US"}


def test_the_digest_covers_fields_but_not_the_house_style(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text("a line", "utf-8")
    written = REPORT | {"logs": ["app.log"]}
    hiding = make_config(tmp_path, '[sections]\nhide = ["appendix", "lessons"]')
    assert tree(written, hiding, tmp_path).properties.digest == digest(load(written, base=tmp_path))
    config = make_config(tmp_path)
    assert digest(REPORT, config=config) == digest(REPORT)
    assert digest(REPORT | {"region": "EU"}, config=config) != digest(REPORT | {"region": "US"}, config=config)


def test_secrets_in_fields_of_ones_own_are_found(tmp_path: Path) -> None:
    found = check(REPORT | {"region": "AKIAQ3EGRT7YWN5KPLMZ"}, config=make_config(tmp_path))
    assert [one.path for one in found if one.id == "PM005"] == ["region"]


def test_a_final_report_needs_the_required_fields(tmp_path: Path) -> None:
    config = make_config(
        tmp_path, '[metadata]\nregion = "Region"\n[required]\nfinal = ["region"]\n[checks]\nPM002 = "off"'
    )
    final = {"title": "T", "status": "final", "summary": "S"}
    with pytest.raises(UnfinishedError, match="region: PM044 The report has no region"):
        render(final, "md", config=config)
    assert render(final | {"region": "EU"}, "md", config=config)
    assert render(final | {"status": "draft"}, "md", config=config)


@pytest.mark.parametrize("name", ["md", "docx"])
def test_our_own_documents_are_read_back(name: str, tmp_path: Path) -> None:
    config = make_config(tmp_path, STYLE.replace('hide = ["lessons", "trigger"]', ""))
    written = REPORT | {"region": "EU"}
    draft = import_report(render(written, name, config=config), {"md": "markdown"}.get(name, name), config=config)
    assert draft.fields["region"] == "EU"
    assert draft.fields["summary"] == REPORT["summary"]
    assert draft.fields["root_cause"] == [REPORT["root_cause"]]
    assert not draft.problems
    assert load(draft.fields, config=config).own_fields == {"region": "EU"}


# ---- the other functions


def test_a_changed_report_keeps_what_is_declared(tmp_path: Path) -> None:
    config = make_config(tmp_path, STYLE + '"Signed off" = "final"\n')
    report = load(REPORT | {"region": "EU", "status": "Signed off"}, config=config)
    changed = report.with_fields(title="Another title")
    assert (changed.own_fields, changed.stage) == ({"region": "EU"}, "final")
    copied = report.model_copy(update={"title": "Another title"})
    assert digest(copied, config=config) == digest(changed, config=config)


def test_facts_have_the_words_of_the_file(tmp_path: Path) -> None:
    config = make_config(tmp_path)
    assert list(facts(REPORT, config=config).milestones) == ["detected", "mitigated"]
    assert facts(REPORT).milestones == {}


@pytest.mark.parametrize("name", ["yaml", "json", "toml"])
def test_a_dumped_report_has_the_fields(name: Any, tmp_path: Path) -> None:
    config = make_config(tmp_path)
    report = load(REPORT | {"region": "EU"}, config=config)
    again = load(dump(report, name, config=config).encode(), format=name, config=config)
    assert digest(again, config=config) == digest(report, config=config)


def test_a_report_is_finalized_under_its_house_style(tmp_path: Path) -> None:
    style = '[metadata]\nregion = "Region"\n[required]\nfinal = ["region"]\n[checks]\nPM002 = "off"\n'
    config, path = make_config(tmp_path, style), tmp_path / "report.yaml"
    path.write_text("title: T\nregion: EU\n", "utf-8")
    done = finalize(path, tmp_path / "out.md", config=config)
    assert done.report.own_fields == {"region": "EU"}
    assert "| **Region** | EU |" in (tmp_path / "out.md").read_text("utf-8")
    path.write_text("title: T\n", "utf-8")
    with pytest.raises(UnfinishedError, match="PM044"):
        finalize(path, tmp_path / "out.md", config=config)


@pytest.mark.slow
def test_a_pdf_carries_a_source_with_fields(tmp_path: Path) -> None:
    config, path = make_config(tmp_path), tmp_path / "report.yaml"
    path.write_text("title: T\nregion: EU\n", "utf-8")
    pdf = render(path, "pdf", config=config, attach_source=True)
    assert verify_attached(pdf, config=config).agrees
    assert verify_attached(pdf, config=config).other_look == {}
    with pytest.raises(InputError, match="region"):
        verify_attached(pdf)
