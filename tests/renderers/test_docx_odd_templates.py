"""Rendering a report on templates with the habits of real ones."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import company_templates
import docx
import odd_templates
import pytest
from company_templates import read, write
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm
from lxml import etree
from odd_templates import (
    ENCLOSED,
    END,
    REPORT,
    WATERMARKS,
    field,
    save,
    with_paragraphs,
    with_running_text,
    with_watermark,
)
from parity import assert_says_the_same

import pmexport
from pmexport import RenderError, check_template, load
from pmexport.assets.folder import Folder
from pmexport.document.compose import compose
from pmexport.document.nodes import Document, Paragraph, Text
from pmexport.problems import Problem
from pmexport.renderers.docx import DocxRenderer, missing_texts, word_document
from pmexport.renderers.docx.oxml import PARAGRAPH_ORDER
from pmexport.renderers.docx.template import fill_ins, template_package, template_rendering
from pmexport.report.facts import derive_facts
from pmexport.theming import themes

pytestmark = pytest.mark.slow

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SAMPLE = Path(__file__).parent.parent.parent / "samples" / "checkout-outage.yaml"


@pytest.fixture(scope="session")
def document() -> Document:
    """Return a long document; without a classification, which would be added to every header."""
    report = load(SAMPLE)
    return replace(compose(report, derive_facts(report), Folder(report.base)), tlp=None, classification="")


def render(template: Path, document: Document) -> bytes:
    return DocxRenderer(word_template=template).render(document, themes.default_theme(), [])


# ---- no text is lost


@pytest.mark.parametrize("name", ENCLOSED)
def test_a_place_inside_a_field_is_refused(name: str, document: Document, tmp_path: Path) -> None:
    template = save(ENCLOSED[name](), tmp_path / "odd.docx")
    with pytest.raises(RenderError, match=r"\{\{report\}\} is inside the field \{ \w+"):
        render(template, document)
    assert [one.level for one in check_template(template)] == ["error"]


def test_a_place_after_a_field_is_used(document: Document, tmp_path: Path) -> None:
    template = save(with_paragraphs(field('TOC \\o "1-3"'), END + REPORT), tmp_path / "odd.docx")
    assert_says_the_same(document, "docx", render(template, document))


def test_a_file_without_a_text_of_the_document_is_not_written(document: Document) -> None:
    runs = "<w:r><w:t>Checkout un</w:t></w:r><w:r><w:t>available</w:t></w:r>"
    body = odd_templates.parse(f"<w:body><w:p>{runs}</w:p></w:body>")
    told = replace(document, title="Checkout unavailable", facts=(), sections=(), footer=())
    missing_texts.refuse_losses(body, told)
    with pytest.raises(RenderError, match="would lack 'In the EU'"):
        missing_texts.refuse_losses(body, replace(told, footer=(Paragraph((Text("In the EU"),)),)))


# ---- the template's own table of contents


CASES = {
    r'TOC \o "1-1"': {"Heading 1": 1},
    r"TOC \o 1-1 \h": {"Heading 1": 1},
    r'TOC \h \t "Heading 1,2,Title,1"': {"Heading 1": 2, "Title": 1},
    r'TOC \t "Heading 1;1;Heading 2;3"': {"Heading 1": 1, "Heading 2": 3},
    r'TOC \t "Überschrift 1; 1" \z': {"Heading 1": 1},
    r'TOC \o "2-3" \t "Heading 1,1,Title,1"': {"Heading 1": 1, "Title": 1, "Heading 2": 2, "Heading 3": 3},
    r'TOC \t "Title,4" \o "1-2"': {"Heading 1": 1, "Heading 2": 2, "Title": 4},
    r'toc \u \t "Title,1"': {"Heading 1": 1, "Heading 2": 2, "Heading 3": 3, "Title": 1},
    "TOC": {"Heading 1": 1, "Heading 2": 2, "Heading 3": 3},
}
"""Instructions of fields, and the levels of the styles that Word lists for them."""


def contents(data: bytes) -> list[tuple[str, str]]:
    """Return the entries of a file's table of contents: the name of the style, and the text."""
    word = docx.Document(BytesIO(data))
    names = {style.style_id: style.name for style in word.styles}
    found = [(names[p.style or "Normal"], p) for p in word.element.body.iter(f"{W}p")]
    return [(name, p.text) for name, p in found if name.startswith("toc ")]


@pytest.mark.parametrize("code", CASES)
def test_the_contents_list_what_their_field_says(code: str, document: Document, tmp_path: Path) -> None:
    template = save(with_paragraphs(field(code), END, REPORT), tmp_path / "odd.docx")
    data = render(template, document)
    word, levels = docx.Document(BytesIO(data)), CASES[code]
    named = [(str(p.style and p.style.name), p.text) for p in word.paragraphs]
    listed = [(levels[name], words) for name, words in named if name in levels]
    assert len(listed) > 1
    assert contents(data) == [(f"toc {min(level, 2)}", words) for level, words in listed]
    assert_says_the_same(document, "docx", data)


def test_headings_in_tables_and_controls_are_listed(document: Document, tmp_path: Path) -> None:
    word = with_paragraphs(field(r'TOC \o "1-1"'), END, REPORT)
    word.add_table(1, 1).cell(0, 0).paragraphs[0].style = "Heading 1"
    word.tables[0].cell(0, 0).paragraphs[0].text = "In a table"
    heading = '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>In a control</w:t></w:r></w:p>'
    word.element.body[-1].addprevious(odd_templates.parse(f"<w:sdt><w:sdtContent>{heading}</w:sdtContent></w:sdt>"))
    entries = contents(render(save(word, tmp_path / "odd.docx"), document))
    assert [words for _, words in entries][-2:] == ["In a table", "In a control"]


@pytest.mark.parametrize("code", [r'TOC \h \z \c "Figure"', r'TOC \t "Caption,1"', r"TOC \f"])
def test_other_lists_do_not_replace_the_contents(
    code: str, document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(template_rendering, "is_long", lambda *_: True)
    monkeypatch.setattr(word_document, "find_following", lambda _: "timeline")  # as in a longer document
    template = save(with_paragraphs(field(code), END, REPORT), tmp_path / "odd.docx")
    assert any(entry == ("toc 1", "Timeline") for entry in contents(render(template, document)))


def test_every_table_of_contents_is_filled(document: Document, tmp_path: Path) -> None:
    brief, full = (field(rf'TOC \o "1-{levels}"') for levels in (1, 2))
    entries = contents(render(save(with_paragraphs(brief, END, full, END, REPORT), tmp_path / "odd.docx"), document))
    assert [words for _, words in entries].count("Timeline") == 2
    assert [words for _, words in entries].count("What happened") == 1


def test_a_title_that_only_the_contents_show_is_written(document: Document, tmp_path: Path) -> None:
    template = save(with_paragraphs(field("TOC", "{{title}}"), END, REPORT), tmp_path / "odd.docx")
    assert_says_the_same(document, "docx", render(template, document))


# ---- the layout of running text


NORMALS = {
    "right": '<w:ind w:left="0" w:right="2880"/>',
    "left": '<w:ind w:left="1440"/>',
    "first line": '<w:ind w:firstLine="709"/><w:jc w:val="both"/>',
    "characters": '<w:ind w:firstLineChars="200" w:firstLine="480"/><w:jc w:val="both"/>',
    "hanging": '<w:ind w:left="1440" w:hanging="1440"/>',
    "centred": '<w:jc w:val="center"/>',
    "spaced": '<w:spacing w:before="240" w:beforeAutospacing="1" w:after="240" w:line="480" w:lineRule="auto"/>',
    "framed": '<w:pBdr><w:left w:val="single" w:sz="24" w:space="4" w:color="FF0000"/></w:pBdr><w:shd w:val="clear" '
    'w:color="auto" w:fill="FFFF99"/>',
    "breaking": "<w:pageBreakBefore/>",
    "kept": "<w:keepNext/><w:keepLines/>",
    "tabbed": '<w:tabs><w:tab w:val="left" w:pos="300"/><w:tab w:val="center" w:pos="4000"/></w:tabs>',
}
"""Properties of running text."""
FRAMES = ("pBdr", "shd")


def resolve(
    word: WordDocument, style: Any, found: dict[str, dict[str, str]] | None = None
) -> dict[str, dict[str, str]]:
    """Return the paragraph properties of a style as Word combines them: their attributes by element."""
    base = style.base_style
    defaults = word.styles.element.find(f"{W}docDefaults/{W}pPrDefault/{W}pPr")
    values = resolve(word, base) if base is not None else {} if defaults is None else attributes(defaults)
    own = {} if style.element.pPr is None else attributes(style.element.pPr)
    return {tag: values.get(tag, {}) | own.get(tag, {}) for tag in values | own}


def attributes(properties: Any) -> dict[str, dict[str, str]]:
    found = {}
    for child in properties:
        values = {etree.QName(name).localname: value for name, value in child.attrib.items()}
        found[etree.QName(child).localname] = values | {etree.QName(one).localname: one.get(f"{W}val") for one in child}
        for tab in child if child.tag == f"{W}tabs" else ():
            found["tabs"] = found["tabs"] | {tab.get(f"{W}pos"): tab.get(f"{W}val")}
    return found


@pytest.mark.parametrize("name", NORMALS)
@pytest.mark.parametrize("place", ["Normal", "defaults"])
def test_created_styles_have_their_own_layout(name: str, place: str, document: Document, tmp_path: Path) -> None:
    plain, odd = (
        docx.Document(BytesIO(render(save(with_running_text(xml, place), tmp_path / "odd.docx"), document)))
        for xml in ("", NORMALS[name])
    )
    known = {style.name for style in with_running_text("", place).styles}
    texts = [style for style in odd.styles if style.type == WD_STYLE_TYPE.PARAGRAPH and style.name not in known]
    created = [style for style in texts if style.base_style.name not in known - {"Normal", "Body Text"}]
    assert {"Table Text", "Band Bar", "Lead", "Code Block"} <= {one.name for one in created}
    for style in created:
        want, have = resolve(plain, plain.styles[style.name]), resolve(odd, style)
        for side in ("left", "right"):
            assert have["ind"].get(side, "0") == want["ind"].get(side, "0"), style.name
        assert have["ind"]["hanging"] == want["ind"]["hanging"], style.name  # counts more than `firstLine`
        assert have["ind"].get("firstLineChars", "0") == "0", style.name
        assert have["jc"] == want["jc"], style.name
        for toggle in ("keepNext", "keepLines", "pageBreakBefore"):
            assert have.get(toggle, {"val": "0"}) == want.get(toggle, {"val": "0"}), style.name
        spacing = have["spacing"] | ({} if name == "spaced" and style.name in RUNNING else {"beforeAutospacing": "0"})
        if name != "spaced" or style.name not in RUNNING:
            assert spacing == {"beforeAutospacing": "0"} | want["spacing"], style.name
        for frame in FRAMES:
            shown = [value for value in have.get(frame, {}).values() if value in ("single", "FFFF99")]
            assert shown == [value for value in want.get(frame, {}).values() if value == "single"], style.name
        assert {have.get("tabs", {}).get(stop, "clear") for stop in ("300", "4000")} == {"clear"}, style.name


RUNNING = ("Lead", "Root Cause", "Note", "Elapsed Note", "Quote Report")
"""Created styles with the template's line spacing."""


@pytest.mark.parametrize("name", ["first line", "characters", "hanging", "centred"])
def test_quotes_and_titles_do_not_take_over_the_layout(name: str, tmp_path: Path) -> None:
    report = {"title": "T", "summary": "S", "timeline": [{"time": "2026-03-14 14:02", "event": "A\n\n> Said"}]}
    template = save(with_running_text(NORMALS[name], "Normal"), tmp_path / "odd.docx")
    word = docx.Document(BytesIO(pmexport.render(report, "docx", word_template=template)))
    title = next(p for p in word.paragraphs if p.text == "T")
    line = title.paragraph_format.first_line_indent
    assert name == "centred" or line == 0
    assert name in ("centred", "hanging") or title.alignment == WD_ALIGN_PARAGRAPH.LEFT
    quote = next(p for p in word.element.body.iter(f"{W}p") if p.text == "Said")
    assert quote.pPr.ind.get(f"{W}hanging") == "0"
    assert quote.pPr.ind.get(f"{W}right") == "0"


def test_a_style_for_cells_with_the_layout_of_running_text_is_not_used(document: Document, tmp_path: Path) -> None:
    word = with_running_text(NORMALS["first line"], "Normal")
    for own in ("Table Contents", "Table Paragraph"):
        word.styles.add_style(own, WD_STYLE_TYPE.PARAGRAPH).base_style = word.styles["Normal"]
    word.styles["Table Paragraph"].element.append(odd_templates.parse('<w:pPr><w:ind w:firstLine="0"/></w:pPr>'))
    made = docx.Document(BytesIO(render(save(word, tmp_path / "odd.docx"), document)))
    used = {str(one.style.name) for table in made.tables for one in table.cell(1, 1).paragraphs if one.style}
    assert "Table Text" in used
    assert not used & {"Table Contents", "Table Paragraph"}


# ---- watermarks


def headers(data: bytes) -> list[etree._Element]:
    parts = read(data)
    return [etree.fromstring(parts[name]) for name in sorted(parts) if name.startswith("word/header")]


def text_of(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))


def shapes(header: etree._Element, name: str) -> list[etree._Element]:
    return [one for one in header.iter() if etree.QName(one).localname == name]


@pytest.mark.parametrize("name", WATERMARKS)
def test_a_draft_has_only_our_watermark(name: str, document: Document, tmp_path: Path) -> None:
    template = save(with_watermark(WATERMARKS[name]), tmp_path / "odd.docx")
    (draft,) = headers(render(template, replace(document, mark="Draft")))
    assert [one.get("string") for one in shapes(draft, "textpath") if one.get("string")] == ["Draft"]
    assert not shapes(draft, "anchor")
    assert "Letterhead" in text_of(draft)
    (final,) = headers(render(template, document))
    (before,) = headers(template.read_bytes())
    assert etree.tostring(final) == etree.tostring(before)
    assert any(one.path == "watermark" for one in check_template(template))


def test_ids_of_shapes_are_unique(document: Document, tmp_path: Path) -> None:
    art = WATERMARKS["word"].replace("PowerPlusWaterMarkObject1", "Slogan").replace("rotation:315", "")
    other = art.replace("_x0000_s2049", "_x0000_s3049")
    (header,) = headers(render(save(with_watermark(art), tmp_path / "odd.docx"), replace(document, mark="Draft")))
    assert [one.get("id") for one in shapes(header, "shapetype")] == ["_x0000_t136"]
    assert len(shapes(header, "shape")) == 2
    (header,) = headers(render(save(with_watermark(other), tmp_path / "odd.docx"), replace(document, mark="Draft")))
    spid = "{urn:schemas-microsoft-com:office:office}spid"
    assert [one.get(spid) for one in shapes(header, "shape")] == ["_x0000_s3049", "_x0000_s3050"]


# ---- sections


def with_sections(*texts: str, report: int | None = None) -> WordDocument:
    """Return a document with a section for each text, each narrower than the one before, with a header of its own."""
    word = docx.Document()
    for number, words in enumerate(texts):
        section = word.add_section() if number else word.sections[0]
        section.page_width = Mm(210 - number)
        section.header.is_linked_to_previous = False
        section.header.paragraphs[0].text = f"Header {number}"
        for line in words.split("\n"):
            word.add_paragraph(line)
        if number == report:
            word.add_paragraph("{{report}}")
    return word


@pytest.mark.parametrize(
    ("texts", "report", "chosen"),
    [
        (("Cover", "Long text. " * 40, "Appendix"), None, 1),
        (("Long text. " * 40, "Appendix\nof two lines"), None, 0),
        (("a\nb\nc", "d"), None, 0),
        (("Cover", "Text"), None, 1),
        (("Cover", "Text", "Long text. " * 40), 1, 1),
        (("Cover", "Long text. " * 40), 0, 0),
    ],
)
def test_the_report_takes_the_section_of_the_body(
    texts: tuple[str, ...], report: int | None, chosen: int, document: Document, tmp_path: Path
) -> None:
    template = save(with_sections(*texts, report=report), tmp_path / "odd.docx")
    made = docx.Document(BytesIO(render(template, document)))
    kept = [section.header.paragraphs[0].text for section in made.sections]
    assert kept == ([f"Header {chosen}"] if report is None else [f"Header {number}" for number in range(len(texts))])
    width = 210 - chosen
    assert made.sections[0 if report is None else chosen].page_width == pytest.approx(Mm(width), abs=635)
    said = [one.message for one in check_template(template) if one.path == "report"]
    assert any(f"section {chosen + 1} of {len(texts)}" in message for message in said)


def test_a_section_without_headers_takes_over_earlier_ones(document: Document, tmp_path: Path) -> None:
    word = with_sections("Cover", "Long text. " * 40, "Appendix")
    word.sections[1].header.is_linked_to_previous = True
    made = docx.Document(BytesIO(render(save(word, tmp_path / "odd.docx"), document)))
    assert [section.header.paragraphs[0].text for section in made.sections] == ["Header 0"]


def test_entries_of_contents_are_not_the_body(document: Document, tmp_path: Path) -> None:
    word = with_sections("a\nb", "c\nd\ne")
    for style in ("TOC 1", "toc 2"):
        word.styles.add_style(style, WD_STYLE_TYPE.PARAGRAPH)
    for number in range(9):
        word.paragraphs[0].insert_paragraph_before(f"Entry {number}", "TOC 1" if number % 2 else "toc 2")
    made = docx.Document(BytesIO(render(save(word, tmp_path / "odd.docx"), document)))
    assert made.sections[0].header.paragraphs[0].text == "Header 1"


def test_a_section_in_a_content_control_has_a_watermark(document: Document, tmp_path: Path) -> None:
    word = with_sections("Cover", "Text", report=1)
    first = next(p for p in word.element.body if p.tag == f"{W}p" and p.pPr is not None and p.pPr.sectPr is not None)
    control = odd_templates.parse("<w:sdt><w:sdtContent/></w:sdt>")
    first.addprevious(control)
    control[0].append(first)
    data = render(save(word, tmp_path / "odd.docx"), replace(document, mark="Draft"))
    assert [text_of(header).strip() for header in headers(data)] == ["Header 0", "Header 1"]
    assert all(shapes(header, "textpath") for header in headers(data))


# ---- size


def test_a_large_body_is_cleared(document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    word = docx.Document()
    table = word.add_table(1, 2)._tbl
    for _ in range(3_000):
        table.append(odd_templates.parse("<w:tr><w:tc><w:p/></w:tc><w:tc><w:p/></w:tc></w:tr>"))
    template = save(word, tmp_path / "odd.docx")
    assert_says_the_same(document, "docx", render(template, document))
    monkeypatch.setattr(template_package, "_MAX_ELEMENTS", 1_000)
    with pytest.raises(RenderError, match=r"more than 1,000 XML elements"):
        render(template, document)


# ---- packages


def rewritten(path: Path, *changes: tuple[str, str, str]) -> Path:
    """Replace texts in the parts of a template: the part's name, the old text and the new one."""
    parts = read(path)
    for name, old, new in changes:
        assert old.encode() in parts[name], name
        parts[name] = parts[name].replace(old.encode(), new.encode())
    return write(path, parts)


def related(kind: str, target: str) -> tuple[str, str]:
    """Return the end of a relationship part, and the same with one more relationship."""
    start = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return "</Relationships>", f'<Relationship Id="odd" Type="{start}/{kind}" Target="{target}"/></Relationships>'


@pytest.mark.parametrize(
    ("part", "kind", "target"),
    [
        ("_rels/.rels", "metadata/thumbnail", "docProps/none.wmf"),
        ("word/_rels/document.xml.rels", "image", "../NULL"),
        ("word/_rels/document.xml.rels", "image", "media/none.png"),
        ("word/_rels/document.xml.rels", "hyperlink", "#_Toc1"),
        ("word/_rels/document.xml.rels", "customXml", "../customXml/none.xml"),
    ],
)
def test_parts_that_nothing_shows_may_be_missing(
    part: str, kind: str, target: str, document: Document, tmp_path: Path
) -> None:
    template = rewritten(save(with_paragraphs(REPORT), tmp_path / "odd.docx"), (part, *related(kind, target)))
    assert_says_the_same(document, "docx", render(template, document))


def test_a_part_to_import_may_claim_to_be_a_document(document: Document, tmp_path: Path) -> None:
    template = save(with_paragraphs("<w:r><w:t>{{report}}</w:t></w:r>"), tmp_path / "odd.docx")
    rewritten(template, ("word/_rels/document.xml.rels", *related("aFChunk", "chunk.dat")))
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    declared = f'<Override PartName="/word/chunk.dat" ContentType="{main}"/></Types>'
    rewritten(template, ("[Content_Types].xml", "</Types>", declared))
    write(template, {**read(template), "word/chunk.dat": b"{rtf"})
    assert_says_the_same(document, "docx", render(template, document))


def test_an_internal_link_stays_a_link(document: Document, tmp_path: Path) -> None:
    place = '<w:bookmarkStart w:id="1" w:name="here"/><w:bookmarkEnd w:id="1"/>'
    link = f'{place}<w:hyperlink r:id="odd"><w:r><w:t>Go</w:t></w:r></w:hyperlink>'
    template = save(with_paragraphs(link, REPORT), tmp_path / "odd.docx")
    rewritten(template, ("word/_rels/document.xml.rels", *related("hyperlink", "#here")))
    made = docx.Document(BytesIO(render(template, document)))
    (key,) = [one.get(f"{R}id") for one in made.element.body.iter(f"{W}hyperlink") if one.text == "Go"]
    assert made.part.rels[key].target_ref == "#here"


@pytest.mark.parametrize("place", ["body", "replaced body", "header"])
def test_a_missing_picture_is_refused_if_it_stays(place: str, document: Document, tmp_path: Path) -> None:
    word = docx.Document() if place == "replaced body" else with_paragraphs(REPORT)
    word.sections[0].header.paragraphs[0].text = "Acme"
    holder = word.sections[0].header.paragraphs[0] if place == "header" else word.add_paragraph()
    holder.add_run().add_picture(BytesIO(company_templates.logo()))
    parts = read(save(word, tmp_path / "odd.docx"))
    template = write(tmp_path / "odd.docx", {name: part for name, part in parts.items() if "media/" not in name})
    if place == "replaced body":
        assert_says_the_same(document, "docx", render(template, document))
    else:
        with pytest.raises(RenderError, match=r"The part /word/media/image1.png, to which /word/"):
            render(template, document)


def test_names_of_parts_are_compared_without_case(document: Document, tmp_path: Path) -> None:
    template = save(with_paragraphs(REPORT), tmp_path / "odd.docx")
    rewritten(template, ("word/_rels/document.xml.rels", 'Target="styles.xml"', 'Target="Styles.xml"'))
    assert_says_the_same(document, "docx", render(template, document))


STRICT = {
    "schemas.openxmlformats.org/wordprocessingml/2006/main": "purl.oclc.org/ooxml/wordprocessingml/main",
    "schemas.openxmlformats.org/drawingml/2006/": "purl.oclc.org/ooxml/drawingml/",
    "schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties": "purl.oclc.org/ooxml/"
    "officeDocument/relationships/extendedProperties",
    "schemas.openxmlformats.org/officeDocument/2006/extended-properties": "purl.oclc.org/ooxml/"
    "officeDocument/extendedProperties",
    "schemas.openxmlformats.org/officeDocument/2006/": "purl.oclc.org/ooxml/officeDocument/",
}
"""Transitional namespaces, and the Strict ones."""


def test_a_strict_template_is_read(document: Document, tmp_path: Path) -> None:
    word = with_paragraphs(REPORT)
    word.sections[0].header.paragraphs[0].add_run().add_picture(BytesIO(company_templates.logo()))
    parts = read(save(word, tmp_path / "odd.docx"))
    want = read(render(tmp_path / "odd.docx", document))
    for old, new in STRICT.items():
        parts = {name: part.replace(old.encode(), new.encode()) for name, part in parts.items()}
    theme = "word/theme/theme1.xml"
    parts[theme] = re.sub(rb'(tint|shade|satMod) val="(\d+)000"', rb'\1 val="\2%"', parts[theme])
    text = "word/document.xml"
    parts[text] = parts[text].replace(b"<w:document ", b'<w:document w:conformance="strict" ')
    have = read(render(write(tmp_path / "odd.docx", parts), document))
    assert canonical(have) == canonical(want)


def canonical(parts: dict[str, bytes]) -> dict[str, str]:
    chosen = {name: part for name, part in parts.items() if name.endswith((".xml", ".rels"))}
    return {name: etree.canonicalize(etree.fromstring(part)) for name, part in chosen.items()}


# ---- what else the placeholder's paragraph has

BREAK = '<w:r><w:br w:type="page"/></w:r>'
START, STOP = '<w:bookmarkStart w:id="5" w:name="abc"/>', '<w:bookmarkEnd w:id="5"/>'


def title_of(body: Any) -> Any:
    """Return the paragraph of the report's title; some of its spaces do not break."""
    title = "Checkout unavailable in the EU region"
    return next(one for one in body.iter(f"{W}p") if one.text.replace("\xa0", " ") == title)


def order_of(data: bytes, *found: str) -> list[str]:
    """Return which of these elements precede and follow the report's title, in order."""
    body = docx.Document(BytesIO(data)).element.body
    names = [etree.QName(one).localname for one in body.iter() if etree.QName(one).localname in found]
    title = next(
        one for one in body.iter(f"{W}p") if one.text.replace("\xa0", " ") == "Checkout unavailable in the EU region"
    )
    before = [one for one in body.iter() if one is title or etree.QName(one).localname in found].index(title)
    return [*names[:before], "report", *names[before:]]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (BREAK + REPORT, ["br", "report"]),
        (REPORT + BREAK, ["report", "br"]),
        ('<w:r><w:br w:type="page"/><w:t>{{report}}</w:t></w:r>', ["br", "report"]),
        ('<w:r><w:t>{{report}}</w:t><w:br w:type="column"/></w:r>', ["report", "br"]),
        (START + REPORT + STOP, ["bookmarkStart", "report", "bookmarkEnd"]),
        (START + STOP + REPORT, ["bookmarkStart", "bookmarkEnd", "report"]),
        (f"<w:smartTag>{START}{REPORT}{BREAK}</w:smartTag>{STOP}", ["bookmarkStart", "report", "br", "bookmarkEnd"]),
        (f'<w:ins w:id="9" w:author="A">{REPORT}</w:ins>', ["report"]),
        ("<w:r><w:t>{{rep</w:t></w:r><w:r><w:t>ort}}</w:t></w:r>" + BREAK, ["report", "br"]),
        ("<w:pPr><w:pageBreakBefore/></w:pPr>" + REPORT, ["report"]),
    ],
)
def test_breaks_and_bookmarks_stay(content: str, expected: list[str], document: Document, tmp_path: Path) -> None:
    data = render(save(with_paragraphs(content), tmp_path / "odd.docx"), document)
    assert [one for one in order_of(data, "br", "bookmarkStart", "bookmarkEnd") if one in expected][: len(expected)]
    texts = docx.Document(BytesIO(data)).element.body
    own = [one for one in texts.iter() if etree.QName(one).localname in ("br", "bookmarkStart", "bookmarkEnd")]
    kept = [one for one in own if (one.tag == f"{W}br" and one.get(f"{W}type")) or one.get(f"{W}id") in kept_ids(texts)]
    title = next(
        one for one in texts.iter(f"{W}p") if one.text.replace("\xa0", " ") == "Checkout unavailable in the EU region"
    )
    listed = [one for one in texts.iter() if one is title or one in kept]
    assert ["report" if one is title else etree.QName(one).localname for one in listed] == expected
    assert "{{report}}" not in text_of(etree.fromstring(etree.tostring(texts)))
    assert_says_the_same(document, "docx", data)


def kept_ids(body: etree._Element) -> set[str]:
    return {one.get(f"{W}id", "") for one in body.iter(f"{W}bookmarkStart") if one.get(f"{W}name") == "abc"}


@pytest.mark.parametrize("place", ["paragraph", "style", "off"])
def test_a_page_break_before_the_report_stays(place: str, document: Document, tmp_path: Path) -> None:
    direct = {"paragraph": "<w:pageBreakBefore/>", "off": '<w:pageBreakBefore w:val="0"/>'}.get(place, "")
    style = "" if place == "paragraph" else '<w:pStyle w:val="Breaking"/>'
    word = with_paragraphs(f"<w:pPr>{style}{direct}</w:pPr>{REPORT}")
    word.styles.add_style("Breaking", WD_STYLE_TYPE.PARAGRAPH).paragraph_format.page_break_before = True
    made = docx.Document(BytesIO(render(save(word, tmp_path / "odd.docx"), document)))
    first = made.paragraphs[2]
    assert first.text.startswith("Checkout unavailable")
    assert first.paragraph_format.page_break_before is (None if place == "off" else True)
    assert "Words after." in {paragraph.text for paragraph in made.paragraphs}


def test_a_picture_beside_the_placeholder_stays(document: Document, tmp_path: Path) -> None:
    word = with_paragraphs(REPORT)
    paragraph = next(one for one in word.paragraphs if one.text == "{{report}}")
    paragraph.add_run().add_picture(BytesIO(company_templates.logo()))
    before = read(save(word, tmp_path / "odd.docx"))["word/media/image1.png"]
    assert before in read(render(tmp_path / "odd.docx", document)).values()


# ---- headings


def test_headings_stay_with_their_text(tmp_path: Path) -> None:
    word = with_paragraphs(REPORT)
    names = ("Heading 1", "Heading 2", "Heading 3", "Title", "TOC Heading")
    for name in names:
        for tag in ("keepNext", "keepLines"):
            for found in list(word.styles[name].element.iter(f"{W}{tag}")):
                found.getparent().remove(found)
    report = {"title": "T", "summary": "S", "background": "### One\n\nText.", "root_cause": "R", "trigger": "T"}
    made = docx.Document(BytesIO(pmexport.render(report, "docx", word_template=save(word, tmp_path / "odd.docx"))))
    heads = [one for one in made.paragraphs if str(one.style and one.style.name).startswith(("Heading", "Title"))][1:]
    assert len(heads) > 4
    assert all(one.paragraph_format.keep_with_next for one in heads)
    inside = next(one for one in made.paragraphs if one.text == "One")
    assert made.styles[str(inside.style and inside.style.name)].paragraph_format.keep_with_next
    messages = {one.message for one in check_template(tmp_path / "odd.docx") if one.path == "headings"}
    assert any("keep with next" in message and "Heading 1, Heading 2, Heading 3" in message for message in messages)


def test_the_check_says_what_a_page_break_before_headings_means(tmp_path: Path) -> None:
    word = with_paragraphs(REPORT)
    word.styles["Heading 1"].paragraph_format.page_break_before = True
    template = save(word, tmp_path / "odd.docx")
    messages = [one.message for one in check_template(template) if one.path == "headings"]
    assert messages == ["Heading 1 begins a new page, so each section of a report does too."]
    made = docx.Document(BytesIO(pmexport.render({"title": "T", "summary": "S"}, "docx", word_template=template)))
    heads = [one for one in made.paragraphs if one.text == "Executive Summary"]
    assert [one.paragraph_format.page_break_before for one in heads] == [None]


# ---- tables


@pytest.mark.parametrize("kind", ["plain", "with a header", "named by the theme"])
def test_a_plain_grid_gives_way_to_a_table_with_the_accent(kind: str, document: Document, tmp_path: Path) -> None:
    word = docx.Document()
    grid = word.styles["Table Grid"].element
    if kind == "with a header":
        grid.append(odd_templates.parse('<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr></w:tblStylePr>'))
    theme = tmp_path / "acme"
    theme.mkdir()
    styles = '[word.styles]\nreport_table = "Table Grid"' if kind == "named by the theme" else ""
    (theme / "theme.toml").write_text(f'summary = "Acme"\n{styles}', "utf-8")
    template = save(word, tmp_path / "odd.docx")
    made = docx.Document(BytesIO(pmexport.render(SAMPLE, "docx", word_template=template, theme=theme)))
    used = {str(table.style and table.style.name): table for table in made.tables}
    assert ("Report Table" in used, "Table Grid" in used) == (kind == "plain", kind != "plain")
    if kind == "plain":
        head = made.styles["Report Table"].element.find(f"{W}tblStylePr/{W}tcPr/{W}tcBorders/{W}bottom")
        assert head.get(f"{W}color") == str(word.styles["Heading 1"].font.color.rgb)
        cell = used["Report Table"].cell(0, 0).paragraphs[0].style
        assert cell is not None
        assert {one.name for one in chain_of(cell)} >= {"Normal"}
    messages = [one.message for one in check_template(template, theme=theme) if one.path == "tables"]
    assert len(messages) == 1
    assert ("has only lines" in messages[0]) is (kind == "plain")


def chain_of(style: Any) -> list[Any]:
    return [] if style is None else [style, *chain_of(style.base_style)]


def test_the_check_describes_running_text_and_languages(tmp_path: Path) -> None:
    word = with_running_text('<w:ind w:left="567" w:firstLine="709"/><w:jc w:val="both"/>', "Normal")
    word.add_paragraph("{{report}}")
    run = word.add_paragraph().add_run("Vertraulich")
    run._r.get_or_add_rPr().append(odd_templates.parse('<w:lang w:val="de-DE"/>'))
    found = {(one.path, one.message) for one in check_template(save(word, tmp_path / "odd.docx"))}
    expected = "justified, indented by 10 mm, indented in the first line by 13 mm"
    assert ("text", f"Body Text is {expected}. Tables, figures and titles of the report are not.") in found
    assert ("language", "The remaining parts of the template also contain text in de-DE.") in found


# ---- placeholders


def with_header(*lines: str) -> WordDocument:
    word = with_paragraphs(REPORT)
    word.sections[0].header.paragraphs[0].text = lines[0]
    for line in lines[1:]:
        word.sections[0].header.add_paragraph(line)
    return word


def header_of(data: bytes) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(BytesIO(data)).sections[0].header.paragraphs]


REPORT_OF_ALL = {
    "title": "T",
    "id": "INC-7",
    "severity": "SEV1",
    "date": "2026-03-14",
    "services": ["checkout", "payments"],
    "user_impact": "**No** [payments](https://a.test/)\n\n- in `eu`",
    "commander": {"name": "Ana Ruiz", "role": "SRE"},
    "authors": [{"name": "Ana Ruiz"}, {"name": "Ivo Lang"}],
    "published": "2026-03-19",
    "duration": "47 min",
    "responders": [{"name": "Mei Tan"}],
    "tags": ["database", "deploy"],
}


OF_THEME = ("letterhead", "header_start", "header_end", "footer_start")


def test_the_metadata_fills_placeholders(tmp_path: Path) -> None:
    names = [name for name in fill_ins.NAMES if name not in ("classification", "revision", *OF_THEME)]
    template = save(with_header("; ".join(f"{name}={{{{ {name} }}}}" for name in names)), tmp_path / "odd.docx")
    (line,) = header_of(pmexport.render(REPORT_OF_ALL, "docx", word_template=template))
    assert dict(pair.split("=") for pair in line.split("; ")) == {
        "title": "T",
        "id": "INC-7",
        "status": "Draft",
        "date": "2026-03-19",
        "severity": "SEV1",
        "incident_date": "2026-03-14",
        "duration": "47 min",
        "services": "checkout, payments",
        "user_impact": "No payments in eu",
        "commander": "Ana Ruiz (SRE)",
        "responders": "Mei Tan",
        "published": "2026-03-19",
        "authors": "Ana Ruiz, Ivo Lang",
        "tags": "database, deploy",
    }


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Acme · {{classification}}", "Acme"),
        ("Acme | {{classification}} | Page", "Acme | Page"),
        ("{{classification}} \u2013 Acme", "Acme"),
        ("Acme - {{classification}}\tPage", "Acme\tPage"),
        ("{{classification}} · {{revision}} · {{id}}", "INC-7"),
        ("{{id}}, {{classification}}, {{revision}}", "INC-7"),
        ("Class: {{classification}}", "Class: "),
        ("v1-{{revision}}", "v1-"),
        ("A{{classification}}B", "AB"),
        ("{{title}} · {{classification}} · {{id}}", "T · INC-7"),
    ],
)
def test_no_separator_is_left_dangling(line: str, expected: str, tmp_path: Path) -> None:
    template = save(with_header(line), tmp_path / "odd.docx")
    assert header_of(pmexport.render({"title": "T", "id": "INC-7"}, "docx", word_template=template)) == [expected]


def test_each_thing_is_reported_once(tmp_path: Path) -> None:
    word = with_header("{{ nothing }} {% if x %}{{NOTHING}}{% endif %}", "{{nothing}} {# why #}", "{{other}}")
    for _ in range(2):
        control = odd_templates.parse("<w:p><w:r><w:object><w:control/></w:object></w:r></w:p>")
        word.element.body[-1].addprevious(control)
    template, warnings = save(word, tmp_path / "odd.docx"), list[Problem]()
    pmexport.render({"title": "T"}, "docx", word_template=template, warnings=warnings)
    *others, last = [one.message for one in warnings]
    assert others == [
        "Left out of the template: ActiveX controls (2 times, first in the body).",
        "Unknown placeholder {{ nothing }} (3 times, first in the header); it was not filled in.",
        "Unknown placeholder {{other}} in the header; it was not filled in.",
    ]
    assert last.startswith("The Jinja statement {% if x %} (3 times, first in the header) stays text: ")
    checked = [one.message for one in check_template(template) if one.path == "placeholders"]
    assert len([message for message in checked if "nothing" in message]) == 1


def test_fields_of_the_caller_are_filled_in(tmp_path: Path) -> None:
    template = save(with_header("{{ Contract }} & {{title}}"), tmp_path / "odd.docx")
    warnings: list[Problem] = []
    fields = {"contract": "C-17 <&>", "unused": "x"}
    data = pmexport.render({"title": "T"}, "docx", word_template=template, fields=fields, warnings=warnings)
    assert header_of(data) == ["C-17 <&> & T"]
    assert [one.message for one in warnings] == [
        "The template has no placeholder {{unused}}, so its text is not shown."
    ]
    assert pmexport.render({"title": "T"}, "docx", word_template=template, fields=fields, timeout=60) == data


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"Title": "x"}, r"The report fills in \{\{title\}\} itself"),
        ({"report": "x"}, "itself"),
        ({"a}": "x"}, "cannot be the name"),
    ],
)
def test_a_field_needs_a_name_of_its_own(fields: dict[str, str], message: str, tmp_path: Path) -> None:
    template = save(with_header("{{x}}"), tmp_path / "odd.docx")
    with pytest.raises(RenderError, match=message):
        pmexport.render({"title": "T"}, "docx", word_template=template, fields=fields)


def test_fields_need_a_template() -> None:
    with pytest.raises(RenderError, match="Fields fill in placeholders of a Word template"):
        pmexport.render({"title": "T"}, "docx", fields={"contract": "C-17"})


# ---- quotes


@pytest.mark.parametrize("line", [True, False])
def test_the_line_of_a_quote_is_that_of_the_template(line: bool, tmp_path: Path) -> None:
    word = with_paragraphs(REPORT)
    border = '<w:pBdr><w:left w:val="double" w:sz="6" w:space="4" w:color="00AA00"/></w:pBdr>' if line else ""
    word.styles["Quote"].element.append(odd_templates.parse(f"<w:pPr>{border}</w:pPr>"))
    report = {"title": "T", "background": "> Said\n>\n> - one\n>\n> | A |\n> |---|\n> | b |"}
    made = docx.Document(BytesIO(pmexport.render(report, "docx", word_template=save(word, tmp_path / "odd.docx"))))
    (item,) = [one for one in made.paragraphs if one.text == "one"]
    styles = [item.style, made.tables[1].style]
    paths = (f"{W}pPr/{W}pBdr/{W}left", f"{W}tblPr/{W}tblBorders/{W}left")
    sides = [side for style, path in zip(styles, paths, strict=True) for side in style.element.iterfind(path)]  # type: ignore[union-attr]
    expected = [("double", "6", "00AA00")] * 2 if line else []
    assert [tuple(one.get(W + name) for name in ("val", "sz", "color")) for one in sides] == expected


@pytest.mark.parametrize(("theirs", "ours", "expected"), [("en-US", "en-gb", "en-GB"), ("en-US", "en", None)])
def test_a_region_that_the_report_names_counts(theirs: str, ours: str, expected: str | None, tmp_path: Path) -> None:
    word = with_paragraphs(REPORT)
    for lang in word.styles.element.iter(f"{W}lang"):
        lang.set(f"{W}val", theirs)
    report = {"title": "Colour", "summary": "S", "language": ours}
    made = docx.Document(BytesIO(pmexport.render(report, "docx", word_template=save(word, tmp_path / "odd.docx"))))
    (title,) = [one for one in made.paragraphs if one.text == "Colour"]
    found = [one.get(f"{W}val") for one in title._p.iter(f"{W}lang")]
    assert found == ([expected] if expected else [])


# ---- every kind of template


def as_strict(path: Path) -> Path:
    parts = read(path)
    for old, new in STRICT.items():
        parts = {name: part.replace(old.encode(), new.encode()) for name, part in parts.items()}
    return write(path, parts)


def without_keep() -> WordDocument:
    word = with_paragraphs(REPORT)
    for name in ("Heading 1", "Heading 2", "Heading 3"):
        for found in list(word.styles[name].element.iter(f"{W}keepNext", f"{W}keepLines")):
            found.getparent().remove(found)
    return word


def with_missing_thumbnail(path: Path) -> Path:
    return rewritten(path, ("_rels/.rels", *related("metadata/thumbnail", "docProps/none.wmf")))


def unchanged(path: Path) -> Path:
    return path


KINDS: dict[str, tuple[Callable[[], WordDocument], Callable[[Path], Path]]] = {
    "after a field": (lambda: with_paragraphs(field('TOC \\o "1-3"'), END + REPORT), unchanged),
    "contents by style": (lambda: with_paragraphs(field(r'TOC \h \t "Heading 1,1"'), END, REPORT), unchanged),
    "watermark": (lambda: with_watermark(WATERMARKS["word"]), unchanged),
    "watermark in a control": (lambda: with_watermark(WATERMARKS["in a control"]), unchanged),
    "missing thumbnail": (lambda: with_paragraphs(REPORT), with_missing_thumbnail),
    "strict": (lambda: with_paragraphs(REPORT), as_strict),
    "sections": (lambda: with_sections("Cover", "Long text. " * 40, "Appendix"), unchanged),
    "report in a section": (lambda: with_sections("Cover", "Text", "Appendix", report=1), unchanged),
    "headings without keep": (without_keep, unchanged),
    "page break": (lambda: with_paragraphs(BREAK + REPORT), unchanged),
    "page break before": (lambda: with_paragraphs(f"<w:pPr><w:pageBreakBefore/></w:pPr>{REPORT}"), unchanged),
    "bookmark": (lambda: with_paragraphs(START + REPORT + STOP), unchanged),
    **{f"Normal: {name}": (partial(with_running_text, xml, "Normal"), unchanged) for name, xml in NORMALS.items()},
}
"""Templates with one habit each: how they are made, and what is then done to the file."""


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_rendered(kind: str, document: Document, tmp_path: Path) -> None:
    make, change = KINDS[kind]
    template = change(save(make(), tmp_path / "odd.docx"))
    draft = replace(document, mark="Draft")
    data = render(template, draft)
    assert_says_the_same(draft, "docx", data)
    before = read(save(make(), tmp_path / "plain.docx"))["word/styles.xml"]
    theirs, ours = (list(etree.fromstring(part)) for part in (before, read(data)["word/styles.xml"]))
    kept = [etree.tostring(style, method="c14n", exclusive=True, with_tail=False) for style in theirs]
    assert [etree.tostring(one, method="c14n", exclusive=True, with_tail=False) for one in ours[: len(kept)]] == kept


@pytest.mark.parametrize("kind", KINDS)
def test_the_open_xml_sdk_finds_nothing_new(kind: str, document: Document, tmp_path: Path) -> None:
    make, change = KINDS[kind]
    template = change(save(make(), tmp_path / "odd.docx"))
    made = tmp_path / "made.docx"
    made.write_bytes(render(template, replace(document, mark="Draft")))
    assert find_faults(made) <= find_faults(template)


def find_faults(file: Path) -> set[str]:
    """Return what the Open XML SDK says of a file. Skip the test if it is not installed."""
    tools = Path(__file__).parent.parent.parent / ".tools" / "node_modules" / ".bin"
    validator = shutil.which("ooxml-validator", path=f"{tools}{os.pathsep}{os.environ.get('PATH', '')}")
    if validator is None:
        pytest.skip("The Open XML SDK is not installed. Run: make conformance")
    done = subprocess.run([validator, str(file)], check=False, capture_output=True)
    return {str(error["description"]) for error in json.loads(done.stdout)["errors"]}


@pytest.mark.parametrize("kind", KINDS)
def test_properties_of_created_styles_are_in_order(kind: str, document: Document, tmp_path: Path) -> None:
    word = KINDS[kind][0]()
    for name in ("heading 2", "heading 3"):
        for style in [one for one in word.styles.element if one.find(f"{W}name[@{W}val='{name}']") is not None]:
            word.styles.element.remove(style)
    parts = read(render(KINDS[kind][1](save(word, tmp_path / "odd.docx")), document))
    for properties in etree.fromstring(parts["word/styles.xml"]).iterfind(f"{W}style/{W}pPr"):
        tags = [child.tag.removeprefix(W) for child in properties]
        assert tags == [tag for tag in PARAGRAPH_ORDER if tag in tags]
