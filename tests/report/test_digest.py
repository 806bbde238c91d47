"""Provenance in documents: the digest of the report, which does not depend on how the report was written."""

from __future__ import annotations

import hashlib
import json
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html
from pypdf import PdfReader
from strategies import PIXEL, reports, without_surrogates

from pmexport import __version__, digest, load, render
from pmexport.report.digest import canonical_form
from pmexport.report.model import Report

FULL: dict[str, Any] = {
    "id": "INC-7",
    "title": "Search was slow",
    "revision": "3",
    "date": "2026-03-14",
    "published": "2026-03-19",
    "commander": {"name": "Ana Ruiz"},
    "services": ["search"],
    "timeline": [{"time": "12:30", "event": "It *began*."}],
    "root_cause": ["A pool."],
    "impact": {"sla": "68 %", "Refunds": "312", "Calls": "7"},
    "action_items": [{"action": "Alert", "deadline": "2026-04-01"}],
}


def digest_of(text: str, format_name: str = "yaml") -> str:
    return digest(load(text.encode(), format=format_name))


# ---- what counts

SAME = {
    "comments, order and layout": ("title: x\nid: A\n", "# c\nid:   A # d\n\n\ntitle: 'x'"),
    "line ends": ("title: x\nsummary: |\n  a\n  b\n", "title: x\r\nsummary: |\r\n  a\r\n  b\r\n"),
    "a time in quotes": ("title: x\nmilestones: {detected: 12:30}", "title: x\nmilestones: {detected: '12:30'}"),
    "what is empty": ("title: x", "title: x\nid:\nsummary: ''\ntags: []\nmilestones: {}\nimpact: {sla: null}\nlogs:"),
    "one item for a list": ("title: x\nservices: a\nroot_cause: b", "title: x\nservices: [a]\nroot_cause: [b]"),
    "a bare text": ("title: x\nauthors: [Ana]\ntimeline: a", "title: x\nauthors: [name: Ana]\ntimeline: [event: a]"),
    "a mapping without what is empty": ("title: x\ncommander: {name: Ana, team: }", "title: x\ncommander: Ana"),
    "what is yours": ("title: x", "$schema: s\ntitle: x\nx-ours: 5\nimpact: {x-cost: 7}"),
    "aliases": ("title: x\nid: &a A\nseverity: *a", "title: x\nid: A\nseverity: A"),
    "the checks": ("title: x", "title: x\nchecks: [{ignore: PM012, because: It is so.}]"),
    "the order of the template's metrics": (
        "title: x\nimpact: {sla: a, revenue: b}",
        "title: x\nimpact: {revenue: b, sla: a}",
    ),
}

OTHER = {
    "a word": ("title: x", "title: y"),
    "white space in a text": ("title: a b", "title: a  b"),
    "the same text elsewhere": ("title: x\nsummary: a", "title: x\nbackground: a"),
    "own metrics in another order": ("title: x\nimpact: {B: 1, A: 2}", "title: x\nimpact: {A: 2, B: 1}"),
    "items in another order": ("title: x\ntags: [a, b]", "title: x\ntags: [b, a]"),
    "one text or two": ("title: x\ntags: [a, b]", "title: x\ntags: ['a, b']"),
    "an item that is empty": ("title: x", "title: x\naction_items: [{}]"),
    "a written default": ("title: x", "title: x\nstatus: draft"),
    "a number's characters": ("title: x\nid: 1.10", "title: x\nid: 1.1"),
}


@pytest.mark.parametrize("case", SAME)
def test_equal_content_has_the_same_digest(case: str) -> None:
    one, other = SAME[case]
    assert digest_of(one) == digest_of(other)


@pytest.mark.parametrize("case", OTHER)
def test_different_content_has_another_digest(case: str) -> None:
    one, other = OTHER[case]
    assert digest_of(one) != digest_of(other)


def test_the_formats_agree() -> None:
    toml = """
        id = "INC-7"
        title = "Search was slow"
        revision = 3
        date = 2026-03-14
        published = 2026-03-19
        commander = "Ana Ruiz"
        services = "search"
        root_cause = "A pool."
        timeline = [{time = "12:30", event = "It *began*."}]
        impact = {sla = "68 %", Refunds = 312, Calls = 7}
        [[action_items]]
        action = "Alert"
        deadline = 2026-04-01
    """
    digests = {
        digest(FULL),
        digest_of(json.dumps(FULL), "json"),
        digest_of(yaml.safe_dump(FULL, sort_keys=False)),
        digest_of(toml, "toml"),
    }
    assert len(digests) == 1


@pytest.mark.slow
@given(reports())
def test_any_report_has_one_digest_in_all_formats(written: dict[str, Any]) -> None:
    written = without_surrogates(written)
    expected = canonical_form(load(written), {})
    assert canonical_form(load(json.dumps(written).encode(), format="json"), {}) == expected
    as_yaml = yaml.safe_dump(written, sort_keys=False, allow_unicode=False)
    assert canonical_form(load(as_yaml.encode(), format="yaml"), {}) == expected


def texts(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the paths of a dumped report's free texts."""
    if isinstance(value, str):
        return [] if {"status", "after", "timezone", "language"} & set(path) and path[0] != "action_items" else [path]
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, tuple) else ()
    return [found for key, item in inside for found in texts(item, (*path, key))]


def changed(value: Any, path: tuple[str | int, ...]) -> Any:
    if not path:
        return value + "!"
    if isinstance(value, dict):
        return {**value, path[0]: changed(value[path[0]], path[1:])}
    return [changed(item, path[1:]) if number == path[0] else item for number, item in enumerate(value)]


@given(reports(), st.data())
def test_any_changed_text_changes_the_digest(written: dict[str, Any], data: st.DataObject) -> None:
    dumped = load(written).model_dump()
    path = data.draw(st.sampled_from(texts(dumped)))
    assert canonical_form(Report.model_validate(changed(dumped, path)), {}) != canonical_form(load(written), {})


def test_the_canonical_form_is_canonical_json() -> None:
    report = load({**FULL, "title": 'Ä "\x1f\u2028😀', "checks": [{"ignore": "PM1", "because": "so"}]})
    form = canonical_form(report, {})
    assert form.decode() == (
        '{"files":[],"report":{"action_items":[{"action":"Alert","deadline":"2026-04-01"}],'
        '"commander":{"name":"Ana Ruiz"},"date":"2026-03-14","id":"INC-7",'
        '"impact":[["sla","68 %"],["Refunds","312"],["Calls","7"]],"published":"2026-03-19","revision":"3",'
        '"root_cause":["A pool."],"services":["search"],'
        '"timeline":[{"event":"It *began*.","time":"12:30"}],"title":"Ä \\"\\u001f\u2028😀"}}'
    )


# ---- the files beside a report


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.png").write_bytes(PIXEL)
    (tmp_path / "b.png").write_bytes(PIXEL)
    (tmp_path / "pool.log").write_text("ERROR\n", "utf-8")
    (tmp_path / "unused.log").write_text("x", "utf-8")
    (tmp_path / "report.yaml").write_text(
        "title: x\nsummary: See ![it](b.png).\nfigures: [{src: a.png}, {src: https://e.x/c.png}]\n"
        "logs: [{file: pool.log}, {file: missing.log}]\n",
        "utf-8",
    )
    return tmp_path


def test_the_canonical_form_names_the_files_that_were_read(folder: Path) -> None:
    pixel, log = hashlib.sha256(PIXEL).hexdigest(), hashlib.sha256(b"ERROR\n").hexdigest()
    files = {"a.png": pixel, "b.png": pixel, "pool.log": log}
    report = load(folder / "report.yaml")
    assert digest(report) == hashlib.sha256(canonical_form(report, files)).hexdigest()
    assert json.loads(canonical_form(report, files))["files"] == [["a.png", pixel], ["b.png", pixel], ["pool.log", log]]


@pytest.mark.parametrize("name", ["a.png", "b.png", "pool.log", "missing.log"])
def test_a_changed_file_changes_the_digest(name: str, folder: Path) -> None:
    before = digest(folder / "report.yaml")
    (folder / name).write_bytes(PIXEL + b"\n")
    after = digest(folder / "report.yaml")
    assert after != before
    (folder / name).unlink()
    assert digest(folder / "report.yaml") not in ([after] if name == "missing.log" else [before, after])


def test_no_other_file_changes_the_digest(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    before = digest(folder / "report.yaml")
    (folder / "unused.log").unlink()
    moved = folder.rename(tmp_path_factory.mktemp("elsewhere") / "folder")
    assert digest(moved / "report.yaml") == before


# ---- in the properties of every document

EXPECTED = ("INC-7", "3", f"sha256:{digest(FULL)}", "2026-03-19", f"pmexport {__version__}")


def test_a_pdf_states_its_origin() -> None:
    pdf = PdfReader(BytesIO(render(FULL, "pdf")))
    xmp = pdf.xmp_metadata
    assert xmp is not None
    namespace = "http://ns.adobe.com/xap/1.0/mm/"
    revision = "".join(node.firstChild.data for node in xmp.get_element("", namespace, "VersionID"))
    found = (xmp.dc_identifier, revision, xmp.dc_source, xmp.dc_coverage, xmp.xmp_creator_tool)
    assert found == EXPECTED
    assert pdf.metadata is not None
    assert pdf.metadata.creator == EXPECTED[-1]


def test_the_metadata_of_a_pdf_can_be_found_without_reading_it() -> None:
    pdf = render(FULL, "pdf")
    packet = pdf[pdf.index(b"<?xpacket begin=") : pdf.index(b"<?xpacket end=")]
    assert EXPECTED[2].encode() in packet


def test_a_word_file_states_its_origin() -> None:
    with ZipFile(BytesIO(render(FULL, "docx"))) as archive:
        root = etree.fromstring(archive.read("docProps/custom.xml"))
    found = {element.get("name"): "".join(map(str, element.itertext())) for element in root}
    assert [element.get("pid") for element in root] == ["2", "3", "4", "5", "6", "7"]
    names = ("dcterms.identifier", "revision", "dcterms.source", "dcterms.coverage", "generator")
    assert tuple(found[name] for name in names) == EXPECTED


def test_a_web_page_states_its_origin() -> None:
    page = html.document_fromstring(render(FULL, "html"))
    found = {element.get("name"): element.get("content") for element in page.iter("meta")}
    names = ("dcterms.identifier", "revision", "dcterms.source", "dcterms.coverage", "generator")
    assert tuple(found[name] for name in names) == EXPECTED


@pytest.mark.parametrize("format_name", ["html", "md"])
def test_the_origin_is_visible_to_readers(format_name: str) -> None:
    text = render(FULL, format_name).decode().replace("\N{NO-BREAK SPACE}", " ")
    last = text[text.rindex("INC-7") :]
    assert all(part in last for part in ("Revision 3", digest(FULL), "19 March 2026", f"pmexport {__version__}"))


@pytest.mark.parametrize("format_name", ["pdf", "docx", "html"])
def test_hostile_texts_stay_in_their_property(format_name: str) -> None:
    hostile = {"title": "x", "id": "</dc:identifier><a>&lol;\"'>", "revision": "1\x1b[31m\ud800"}
    data = render(hostile, format_name)
    from pmexport.publishing.verify import read_claim

    claim = read_claim(data)
    assert claim is not None
    assert (claim.id, claim.digest) == (hostile["id"], digest(hostile))
    assert claim.revision == "1\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("format_name", ["pdf", "docx", "html"])
def test_unknown_facts_are_left_out(format_name: str) -> None:
    from pmexport.publishing.verify import read_claim

    claim = read_claim(render({"title": "x"}, format_name))
    assert claim is not None
    assert (claim.id, claim.revision, claim.as_of) == ("", "", "")


def test_the_date_is_that_of_counting_action_items() -> None:
    from pmexport.publishing.verify import read_claim

    claim = read_claim(render(FULL, "html", as_of="2026-05-01"))
    assert claim is not None
    assert (claim.as_of, claim.digest) == ("2026-05-01", digest(FULL))


def test_files_of_an_earlier_report_do_not_count(folder: Path) -> None:
    from pmexport.assets.folder import Folder
    from pmexport.document.compose import compose
    from pmexport.report.facts import derive_facts

    shared = Folder(folder)
    reports = [load(folder / "report.yaml"), load({"title": "x"}, base=folder)]
    made = [compose(report, derive_facts(report), shared).properties.digest for report in reports]
    assert made == [digest(report) for report in reports]


def test_rendering_in_a_child_process_gives_the_same_digest() -> None:
    from pmexport.publishing.verify import read_claim

    claim = read_claim(render(FULL, "html", timeout=120))
    assert claim is not None
    assert claim.digest == digest(FULL)
