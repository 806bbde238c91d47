"""Rendering a report on a company's Word template."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from posixpath import normpath
from struct import pack
from time import process_time
from typing import Any
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile

import company_templates
import docx
import pytest
from company_templates import MAKERS, Templates, in_german, read, write
from docx.shared import Mm
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from parity import assert_says_the_same
from pdfminer.high_level import extract_text
from trees import p

from pmexport import RenderError, ThemeError, check_template, load, render
from pmexport.assets.folder import Folder
from pmexport.document.compose import compose
from pmexport.document.nodes import Document, Section
from pmexport.problems import Problem
from pmexport.renderers.docx import DocxRenderer, styles
from pmexport.renderers.docx.template import fill_ins, style_roles
from pmexport.renderers.docx.template import template_package as template_module
from pmexport.report.facts import derive_facts
from pmexport.theming import themes

pytestmark = pytest.mark.slow

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NS = {
    "w": W[1:-1],
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
}
SAMPLE = Path(__file__).parent.parent.parent / "samples" / "checkout-outage.yaml"
SMALL = {"title": "Search was slow", "id": "INC-7", "summary": "For *ten* minutes.", "revision": "2"}
ALL = pytest.mark.parametrize("name", MAKERS)
REWRITTEN = {"docProps/core.xml", "docProps/custom.xml", "docProps/thumbnail.jpeg", "word/stylesWithEffects.xml"}
"""Parts with the file's own properties, and parts that would be outdated."""


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return Templates(tmp_path_factory.mktemp("templates"))


@pytest.fixture
def template(name: str, templates: dict[str, Path]) -> Path:
    return templates[name]


@pytest.fixture(scope="session")
def document() -> Document:
    report = load(SAMPLE)
    return compose(report, derive_facts(report), Folder(report.base))


def on(template: Path, document: Document, warnings: list[Problem] | None = None) -> bytes:
    return DocxRenderer(word_template=template).render(
        document, themes.default_theme(), [] if warnings is None else warnings
    )


def xml(part: bytes) -> etree._Element:
    return etree.fromstring(part, etree.XMLParser(remove_blank_text=True))


def plain(element: etree._Element) -> bytes:
    """Return an element in canonical form, independent of its context."""
    return etree.tostring(element, method="c14n", exclusive=True, with_tail=False)


def find(element: etree._Element, path: str) -> list[Any]:
    found = element.xpath(path, namespaces=NS)
    assert isinstance(found, list)
    return found


def body(data: bytes) -> etree._Element:
    return xml(read(data)["word/document.xml"])[-1]


def filled(part: bytes, document: Document) -> etree._Element:
    """Return a part with its placeholders filled in."""
    root = xml(part)
    for paragraph in root.iter(f"{W}p"):
        fill_ins.fill_paragraph(paragraph, fill_ins.collect_values(document))
    return root


def name_of(template: Path) -> str:
    return template.stem


def words(element: etree._Element) -> str:
    """Return an element's text, with no-break spaces as ordinary ones."""
    return "".join(text.text or "" for text in element.iter(f"{W}t")).replace("\N{NO-BREAK SPACE}", " ")


def repaired(part: etree._Element) -> etree._Element:
    """Return a part without LibreOffice's violations of the format."""
    for charset in part.iter(f"{W}charset"):
        charset.attrib.pop(f"{W}characterSet", "")
    for level in part.iter(f"{W}lvl"):
        level[:] = sorted(level, key=lambda child: LEVEL.index(etree.QName(child).localname))
        for side in find(level, "w:lvlJc"):
            side.set(f"{W}val", side.get(f"{W}val").replace("start", "left").replace("end", "right"))
    return part


LEVEL = ["start", "numFmt", "lvlRestart", "pStyle", "isLgl", "suff", "lvlText", "lvlPicBulletId", "lvlJc", "pPr", "rPr"]
"""The order of a list level's elements (ISO/IEC 29500-1, 17.9.6)."""


# ---- the template


@ALL
def test_other_parts_are_unchanged(template: Path, document: Document) -> None:
    before, after = read(template), read(on(template, document))
    kept = 0
    for name, part in before.items():
        if name in REWRITTEN or name.endswith((".rels", "document.xml", "styles.xml", "numbering.xml", "Types].xml")):
            continue
        if re.match(r"word/(header|footer)\d", name):
            assert plain(xml(after[name])) == plain(filled(part, document)), name
        elif name.endswith(".xml"):
            assert plain(xml(after[name])) == plain(repaired(xml(part))), name
        else:
            assert after[name] == part, name
        kept += 1
    assert kept >= 4


@ALL
def test_styles_are_kept_and_only_added_to(template: Path, document: Document) -> None:
    before, after = (xml(read(file)["word/styles.xml"]) for file in (template, on(template, document)))
    theirs, all_of_it = [plain(style) for style in before], [plain(style) for style in after]
    assert all_of_it[: len(theirs)] == theirs
    added = list(after)[len(theirs) :]
    assert {style.tag for style in added} == {f"{W}style"}
    identifiers = find(after, "w:style/@w:styleId")
    assert len({key.casefold() for key in identifiers}) == len(identifiers)
    names = [str(name).casefold() for name in find(after, "w:style/w:name/@w:val")]
    assert len(set(names)) == len(names)
    assert set(find(after, "//w:basedOn/@w:val | //w:next/@w:val | //w:link/@w:val")) <= set(identifiers)


@ALL
def test_lists_are_kept_and_only_added_to(template: Path, document: Document) -> None:
    before = read(template).get("word/numbering.xml", b"<none/>")
    after = xml(read(on(template, document))["word/numbering.xml"])
    everything = [plain(element) for element in after]
    assert {plain(element) for element in repaired(xml(before))} <= set(everything)
    tags = [etree.QName(element).localname for element in after]
    assert tags == sorted(tags)  # abstractNum, then num; Word rejects other orders
    for path in ("w:abstractNum/@w:abstractNumId", "w:num/@w:numId"):
        found = find(after, path)
        assert len(set(found)) == len(found)


@ALL
def test_invalid_lists_and_fonts_are_repaired(template: Path, document: Document) -> None:
    parts = read(on(template, document))
    for level in xml(parts["word/numbering.xml"]).iter(f"{W}lvl"):
        places = [LEVEL.index(etree.QName(child).localname) for child in level]
        assert places == sorted(places)
        assert set(find(level, "w:lvlJc/@w:val")) <= {"left", "center", "right"}
    assert not find(xml(parts["word/fontTable.xml"]), "//@w:characterSet")
    kinds = [str(relation.get("Type")).rpartition("/")[2] for relation in xml(parts["word/_rels/document.xml.rels"])]
    assert kinds.count("theme") == kinds.count("fontTable") == 1


MARK_OF_WORD = "//*[starts-with(@id, 'PowerPlusWaterMarkObject')]"


def heads(data: bytes) -> dict[str, etree._Element]:
    return {name: xml(part) for name, part in read(data).items() if re.match(r"word/header\d", name)}


@ALL
def test_a_draft_has_a_watermark_in_each_header(template: Path, document: Document) -> None:
    final, draft = heads(on(template, document)), heads(on(template, replace(document, mark="Draft")))
    said = {name: words(head).replace("Draft", "Final") for name, head in draft.items()}
    assert said == {name: words(head) for name, head in final.items()}
    shown = {name: find(head, f"{MARK_OF_WORD}/*[@string]/@string") for name, head in draft.items()}
    assert set(map(tuple, shown.values())) == {("Draft",)}
    numbers = [str(number) for head in draft.values() for number in find(head, f"{MARK_OF_WORD}/@id")]
    assert len(set(numbers)) == len(draft) >= 1
    assert not any(find(head, MARK_OF_WORD) for head in final.values())


def test_pages_without_a_header_get_one_for_the_watermark(tmp_path: Path, document: Document) -> None:
    bare = docx.Document()
    bare.sections[0].different_first_page_header_footer = True
    bare.add_section()
    bare.save(str(tmp_path / "bare.docx"))
    document = replace(document, tlp=None)
    assert heads(on(tmp_path / "bare.docx", document)) == {}
    draft = heads(on(tmp_path / "bare.docx", replace(document, mark="Draft")))
    assert len(draft) == 2
    for head in draft.values():
        assert find(head, MARK_OF_WORD)
        assert words(head) == ""
        assert not find(head, "//w:pStyle")


@ALL
def test_sections_keep_their_pages_and_headers(template: Path, document: Document) -> None:
    before, after = body(template.read_bytes()), body(on(template, document))
    theirs, ours = (list(root.iter(f"{W}sectPr")) for root in (before, after))
    if name_of(template) == "python-docx":  # its body is replaced; the last section inherits the headers of the first
        (only,) = ours
        assert [plain(part) for part in list(only)[-len(theirs[-1]) :]] == [plain(part) for part in theirs[-1]]
        heads = "w:headerReference | w:footerReference"
        assert {plain(head) for head in find(only, heads)} == {plain(head) for head in find(theirs[0], heads)}
    else:
        assert [plain(section) for section in ours] == [plain(section) for section in theirs]


@pytest.mark.parametrize("name", ["libreoffice", "german"])
def test_content_around_the_report_stays(template: Path, document: Document) -> None:
    before = filled(read(template)["word/document.xml"], document)[-1]
    after = [plain(element) for element in body(on(template, document))]
    at = next(index for index, element in enumerate(before) if words(element) == "{{report}}")
    assert after[-(len(before) - at - 1) :] == [plain(element) for element in list(before)[at + 1 :]]
    lists = {index for index, element in enumerate(before) if find(element, ".//w:instrText[contains(., 'TOC')]")}
    for index, element in enumerate(list(before)[:at]):
        if not lists:
            assert after[index] == plain(element)
        elif "Old entry" not in words(element) and "Older entry" not in words(element):
            assert plain(element) in after


def test_nothing_of_a_replaced_body_is_left(tmp_path: Path, document: Document) -> None:
    old = docx.Document()
    old.sections[0].header.paragraphs[0].text = "Acme"
    old.add_paragraph("First paragraph").add_run().add_picture(BytesIO(company_templates.logo()))
    old.add_table(2, 2).cell(0, 0).text = "Table cell"
    old.add_section()
    old.add_paragraph("Last paragraph")
    old.save(str(tmp_path / "old.docx"))
    before, after = read(tmp_path / "old.docx"), read(on(tmp_path / "old.docx", document))
    text = xml(after[TEXT])[-1]
    assert not {"First paragraph", "Table cell", "Last paragraph"} & {words(line) for line in text.iter(f"{W}p")}
    assert style_name(text[0]) == "Title"
    assert len(find(text, ".//w:sectPr")) == 1
    assert all(find(table, "w:tblPr/w:tblDescription") for table in text.iter(f"{W}tbl"))
    assert before["word/media/image1.png"] not in after.values()
    assert b"Acme" in b"".join(after.values())  # the header stays


@ALL
def test_the_file_contains_the_whole_tree(template: Path, document: Document) -> None:
    assert_says_the_same(document, "docx", on(template, document))


@ALL
def test_rendering_is_reproducible(template: Path, document: Document) -> None:
    assert on(template, document) == on(template, document)


def test_libreoffice_renders_the_files(templates: dict[str, Path], document: Document, tmp_path: Path) -> None:
    files = [tmp_path / f"{name}.docx" for name in MAKERS]
    for file in files:
        file.write_bytes(on(templates[file.stem], document))
    for file in company_templates.convert(files, "pdf"):
        shown = "".join(extract_text(file).split())
        assert "CheckoutunavailableintheEUregion" in shown
        assert "Thispost-mortemfollowsablamelessculture" in shown
        assert "{{title}}" not in shown


# ---- the report in the template


@ALL
def test_ids_are_unique(template: Path, document: Document) -> None:
    assert_ids_are_unique(on(template, document))


def assert_ids_are_unique(data: bytes) -> None:
    parts = read(data)
    shown = [xml(part) for name, part in parts.items() if re.match(r"word/(document|header\d*|footer\d*)\.xml", name)]
    for path in ("//wp:docPr/@id", "//w:bookmarkStart/@w:id", "//w:bookmarkStart/@w:name"):
        found = [one for root in shown for one in find(root, path)]
        assert len(found) == len(set(found)), path
    text = xml(parts["word/document.xml"])
    assert set(find(text, "//w:hyperlink/@w:anchor")) <= set(find(text, "//w:bookmarkStart/@w:name"))
    relations = {relation.get("Id"): relation for relation in xml(parts["word/_rels/document.xml.rels"])}
    assert set(find(text, "//@r:id | //@r:embed")) <= set(relations)
    for relation in relations.values():
        assert relation.get("TargetMode") == "External" or normpath(f"word/{relation.get('Target')}") in parts


@ALL
def test_every_referenced_style_and_list_exists(template: Path, document: Document) -> None:
    parts = read(on(template, document))
    text, styles = xml(parts["word/document.xml"]), xml(parts["word/styles.xml"])
    for tag, kind in (("pStyle", "paragraph"), ("rStyle", "character"), ("tblStyle", "table")):
        known = set(find(styles, f"w:style[@w:type='{kind}']/@w:styleId"))
        assert set(find(text, f"//w:{tag}/@w:val")) <= known
    numbers = set(find(xml(parts["word/numbering.xml"]), "w:num/@w:numId")) | {"0"}
    assert set(find(text, "//w:numPr/w:numId/@w:val")) <= numbers
    assert set(find(styles, "//w:numPr/w:numId/@w:val")) <= numbers


@ALL
def test_tables_and_images_fit_the_text_width(template: Path, document: Document) -> None:
    # A4 landscape between margins of 1.25 in; A4 between 30 and 25 mm; A4 landscape with a gutter of 5 mm
    width = {"python-docx": 16838 - 2 * 1800, "libreoffice": 8788, "german": 16838 - 1134 - 1701 - 284}[
        name_of(template)
    ]
    text = body(on(template, document))
    tables = [table for table in text.iter(f"{W}tbl") if find(table, "w:tblPr/w:tblDescription")]
    widths = [sum(int(column) for column in find(table, "w:tblGrid/w:gridCol/@w:w")) for table in tables]
    assert len(widths) >= 7, "each day of the timeline is a table; a short page has no room for key figures"
    assert max(widths) == pytest.approx(width, abs=20)
    assert all(int(extent.get("cx")) <= (width + 20) * 635 for extent in find(text, "//wp:extent"))


def runs_of(text: etree._Element, said: str) -> list[etree._Element]:
    return [run for run in text.iter(f"{W}r") if words(run) == said]


def style_of(text: etree._Element, said: str) -> str:
    paragraphs = [paragraph for paragraph in text.iter(f"{W}p") if words(paragraph) == said]
    return str(find(paragraphs[-1], "w:pPr/w:pStyle/@w:val")[0])


def test_styles_with_german_names_are_found(templates: dict[str, Path], document: Document) -> None:
    parts = read(on(templates["german"], document))
    text = xml(parts["word/document.xml"])
    assert style_of(text, "Timeline") == "berschrift1"
    assert style_of(text, "What happened") == "berschrift2"
    assert (
        style_of(
            text,
            "No alert watches the connections of the database. They had passed 90 % at 13:55, three minutes"
            " before the first checkout failed.",
        )
        == "Textkrper"
    )
    assert style_of(text, "The alert fired four minutes after the first failure and named the right service.") == (
        "Aufzhlungszeichen"
    )
    assert set(find(text, "//w:tblStyle/@w:val")) >= {"Tabellenraster", "ImpactBand"}


def test_lists_use_the_template_bullets(templates: dict[str, Path], document: Document) -> None:
    parts = read(on(templates["german"], document))
    numbering = xml(parts["word/numbering.xml"])
    bullets = find(numbering, "w:abstractNum[position() > 2][w:lvl/w:numFmt/@w:val='bullet']")
    assert [find(level, "w:lvlText/@w:val")[0] for level in bullets[0].iter(f"{W}lvl")][:3] == ["■", "□", "•"]
    assert find(bullets[0], "w:lvl[1]/w:rPr/w:color/@w:val") == ["B00020"]


def test_missing_styles_match_the_template(templates: dict[str, Path], document: Document) -> None:
    styles = xml(read(on(templates["german"], document))["word/styles.xml"])
    made = find(styles, "w:style[position() > 12]")
    fonts = {str(font) for style in made for font in find(style, ".//w:rFonts/@w:ascii")}
    assert fonts == {themes.default_theme().tokens.fonts.word_code}
    heading = find(styles, "w:style[@w:styleId='TableHeading']")[0]
    assert find(heading, "w:rPr/w:color/@w:val") == ["FFFFFF"]  # on the background of the template's table
    assert find(heading, "w:basedOn/@w:val") == ["TableText"]
    assert find(styles, "w:style[@w:styleId='TableText']/w:basedOn/@w:val") == ["Standard"]
    assert find(styles, "w:style[@w:styleId='Hyperlink']/w:rPr/w:color/@w:val") == ["B00020"]
    assert find(styles, "w:style[@w:styleId='CodeReport']/w:name/@w:val") == ["Code Report"]  # an id was taken
    code = find(styles, "w:style[@w:styleId='CodeReport']/w:rPr")[0]
    assert [etree.QName(element).localname for element in code] == ["rFonts", "noProof", "color", "shd"]
    assert find(code, "w:color/@w:val") == ["22313F"]  # not white on white in the head of a table


def test_a_created_heading_is_smaller_than_the_one_above(templates: dict[str, Path]) -> None:
    report = {**SMALL, "background": "### One\n\nText.\n\n#### Two\n\nText."}
    styles = xml(read(render(report, "docx", word_template=templates["german"]))["word/styles.xml"])
    made = find(styles, "w:style[@w:styleId='Heading3']")[0]
    assert find(made, "w:basedOn/@w:val") == ["berschrift2"]
    assert find(made, "w:pPr/w:numPr/w:numId/@w:val") == ["0"]
    assert find(made, "w:pPr/w:outlineLvl/@w:val") == ["2"]
    assert int(find(made, "w:rPr/w:sz/@w:val")[0]) <= 23


def test_runs_have_a_language_if_the_template_has_another(templates: dict[str, Path]) -> None:
    text = body(render(SMALL, "docx", word_template=templates["german"]))
    assert find(runs_of(text, "Executive Summary")[0], "w:rPr/w:lang/@w:val") == ["en-US"]
    assert not find(runs_of(text, "Zum Gebrauch")[0], "w:rPr/w:lang")
    assert not find(body(render(SMALL, "docx", word_template=templates["python-docx"])), "//w:lang")


def test_a_title_and_a_table_of_contents_are_added(templates: dict[str, Path], document: Document) -> None:
    long = Section("custom-9", "Long", 2, (p("word " * 200),) * 60)
    text = body(on(templates["python-docx"], replace(document, sections=(*document.sections, long))))
    assert style_of(text, document.title) == "Title"
    assert len(find(text, "//w:docPartGallery[@w:val='Table of Contents']")) == 1


@pytest.mark.parametrize("name", ["libreoffice"])
def test_the_template_table_of_contents_is_filled(template: Path, document: Document) -> None:
    text = body(on(template, document))
    codes = [code for code in find(text, "//w:instrText/text()") if "TOC" in code]
    assert len(codes) == 1
    entries = [p for p in text.iter(f"{W}p") if style_name(p).startswith(("TOC", "Contents"))]
    said = [words(entry) for entry in entries]
    assert "Old entry" not in said
    assert said[:3] == ["How to read this", "Incident Metadata", "Executive Summary"]
    assert said[-2:] == ["Distribution", ""] or said[-1] == "Distribution"
    assert len(find(text, "//w:fldChar[@w:fldCharType='begin']")) == len(
        find(text, "//w:fldChar[@w:fldCharType='end']")
    )


def style_name(paragraph: etree._Element) -> str:
    return next(map(str, find(paragraph, "w:pPr/w:pStyle/@w:val")), "")


def test_a_rendered_file_can_be_a_template(document: Document, tmp_path: Path) -> None:
    own = tmp_path / "own.docx"
    own.write_bytes(DocxRenderer().render(document, themes.default_theme(), []))
    word = docx.Document(str(own))
    word.paragraphs[0].insert_paragraph_before("{{report}}")
    word.save(str(own))
    data = on(own, document)
    assert_ids_are_unique(data)
    assert len([name for name in read(data) if name.startswith("word/media/")]) == 2
    assert_says_the_same(document, "docx", data)


# ---- placeholders


def paragraph_of(*texts: str) -> etree._Element:
    runs = "".join(f'<w:r><w:rPr><w:sz w:val="{size}"/></w:rPr><w:t/></w:r>' for size, _ in enumerate(texts, 1))
    paragraph = etree.fromstring(f'<w:p xmlns:w="{W[1:-1]}">{runs}</w:p>')
    for element, text in zip(paragraph.iter(f"{W}t"), texts, strict=True):
        element.text = text
    return paragraph


@given(st.text("ab {}", max_size=6), st.text("ab {}", max_size=6), st.lists(st.integers(0, 30), max_size=6))
def test_a_split_placeholder_is_filled(before: str, after: str, cuts: list[int]) -> None:
    text = f"{before}{{{{ Title }}}}{after}"
    ends = [*sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    paragraph = paragraph_of(*pieces)
    outside = fill_ins.paragraph_text(paragraph_of(text))
    fill_ins.fill_paragraph(paragraph, {"title": "All {{title}} of it"})
    expected = re.sub(r"\{\{([^{}]*)\}\}", filling, outside)
    assert words(paragraph) == expected
    assert len(paragraph) == len(pieces)


def filling(found: re.Match[str]) -> str:
    return "All {{title}} of it" if found[1].strip().casefold() == "title" else found[0]


def test_a_value_has_the_format_of_the_first_run() -> None:
    paragraph = paragraph_of("On {", "{id", "}} and ", "{{id}}", " end")
    fill_ins.fill_paragraph(paragraph, {"id": "INC-7"})
    assert [words(run) for run in paragraph] == ["On INC-7", "", " and ", "INC-7", " end"]


def test_a_long_title_is_shortened_only_in_a_header(templates: dict[str, Path], document: Document) -> None:
    title = "A very long title " * 100
    made = docx.Document(BytesIO(on(templates["libreoffice"], replace(document, title=title))))
    assert len(made.sections[0].header.paragraphs[0].text) < 200
    assert made.sections[0].header.paragraphs[0].text.endswith("…")
    assert made.paragraphs[0].text == title.strip()


BOUND = """<w:sdt><w:sdtPr><w:alias w:val="Title"/><w:showingPlcHdr/>\
<w:dataBinding w:xpath="/title" w:storeItemID="{0}"/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>CONTENT</w:t></w:r></w:p>\
</w:sdtContent></w:sdt><w:p><w:r><w:t>Verteiler</w:t></w:r>"""


@pytest.mark.parametrize(
    ("content", "left"), [("{{title}}", ["alias"]), ("Ours", ["alias", "showingPlcHdr", "dataBinding"])]
)
def test_a_filled_content_control_is_unbound(
    content: str, left: list[str], templates: dict[str, Path], tmp_path: Path
) -> None:
    """Otherwise Word would show the bound property, which is empty."""
    old = "<w:p><w:r><w:t>Verteiler</w:t></w:r>"
    template = changed(templates["german"], tmp_path / "bound.docx", (TEXT, old, BOUND.replace("CONTENT", content)))
    (control,) = find(xml(read(render(SMALL, "docx", word_template=template))[TEXT]), "//w:sdt[w:sdtPr/w:alias]")
    assert [etree.QName(element).localname for element in control[0]] == left
    assert (words(control) == "Ours") == (content == "Ours")


def test_placeholders_in_the_report_are_text(templates: dict[str, Path]) -> None:
    report = {**SMALL, "title": "On {{id}}", "summary": "About {{title}} and {{report}}."}
    warnings: list[Problem] = []
    parts = read(render(report, "docx", word_template=templates["german"], warnings=warnings))
    text = words(xml(parts["word/document.xml"]))
    assert "On {{id}}" in text
    assert "About {{title}} and {{report}}." in text
    assert [str(warning) for warning in warnings] == [
        f"{templates['german']}: Unknown placeholder {{{{Kunde}}}} in the header; it was not filled in."
    ]


@pytest.mark.parametrize(
    ("report", "shown"),
    [
        ({"classification": "tlp:amber"}, "TLP:AMBER"),
        ({"classification": "Internal"}, "Internal"),
        ({}, ""),
    ],
)
def test_the_classification_is_filled_in(report: dict[str, str], shown: str, templates: dict[str, Path]) -> None:
    parts = read(render({**SMALL, **report}, "docx", word_template=templates["german"]))
    assert words(xml(parts["word/footer1.xml"])) == f"{shown}Seite 1"


@pytest.mark.parametrize("shown", ["TLP:RED", "Confidential \N{EN DASH} legally privileged"])
def test_a_classification_without_a_placeholder_is_on_every_page(shown: str, tmp_path: Path) -> None:
    plain = docx.Document()
    plain.sections[0].header.paragraphs[0].text = "Example Ltd"
    plain.sections[0].different_first_page_header_footer = True
    plain.save(str(tmp_path / "plain.docx"))
    data = render({**SMALL, "classification": shown}, "docx", word_template=tmp_path / "plain.docx")
    section = docx.Document(BytesIO(data)).sections[0]
    assert section.header.paragraphs[-1].text == "Example Ltd"
    heads, feet = (section.header, section.first_page_header), (section.footer, section.first_page_footer)
    edges = [*(head.paragraphs[0] for head in heads), *(foot.paragraphs[-1] for foot in feet)]
    assert [edge.text.strip() for edge in edges] == [shown] * 4
    assert shown not in words(body(data)[0])


# ---- dropped content and unusable templates


def changed(template: Path, path: Path, *changes: tuple[str, str, str]) -> Path:
    """Write a template with replacements: the end of a part's name, the old text and the new one."""
    parts = read(template)
    for ending, old, new in changes:
        (name,) = [name for name in parts if name.endswith(ending)]
        assert old in parts[name].decode()
        parts[name] = parts[name].decode().replace(old, new).encode()
    return write(path, parts)


def relation(kind: str, target: str, mode: str = "") -> str:
    space = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return f'<Relationship Id="x1" Type="{space}/{kind}" Target="{target}"{mode}/></Relationships>'


EXTERNAL = ' TargetMode="External"'


def test_macros_are_dropped(templates: dict[str, Path], tmp_path: Path) -> None:
    parts = read(templates["german"])
    relations = "word/_rels/document.xml.rels"
    parts[relations] = parts[relations].replace(b"</Relationships>", relation("vbaProject", "vbaProject.bin").encode())
    parts["word/vbaProject.bin"] = b"Sub AutoOpen()"
    types = parts["[Content_Types].xml"]
    types = types.replace(
        b"openxmlformats-officedocument.wordprocessingml.template.main", b"ms-word.document.macroEnabled.main"
    )
    parts["[Content_Types].xml"] = types.replace(
        b"<Default", b'<Default Extension="bin" ContentType="application/x"/><Default', 1
    )
    warnings: list[Problem] = []
    data = render(SMALL, "docx", word_template=write(tmp_path / "macros.docm", parts), warnings=warnings)
    assert "Left out of the template: macros." in [warning.message for warning in warnings]
    after = read(data)
    assert b"AutoOpen" not in b"".join(after.values())
    assert b"macro" not in after["[Content_Types].xml"]


def test_prompts_and_external_templates_are_dropped(templates: dict[str, Path], tmp_path: Path) -> None:
    space = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    attached = f'<w:attachedTemplate xmlns:r="{space}" r:id="x1"/><w:linkStyles/><w:updateFields/><w:defaultTabStop'
    dirty = '<w:fldSimple w:instr=" DATE " w:dirty="true"><w:r><w:t>1.1.</w:t></w:r></w:fldSimple>'
    changes = (("settings.xml", "<w:defaultTabStop", attached), (TEXT, "<w:r><w:t>Verteiler</w:t></w:r>", dirty))
    template = changed(templates["german"], tmp_path / "asking.docx", *changes)
    parts = read(template)
    external = relation("attachedTemplate", "https://evil.example/t.dotm", EXTERNAL)
    parts["word/_rels/settings.xml.rels"] = (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{external}'
    ).encode()
    after = read(render(SMALL, "docx", word_template=write(template, parts)))
    assert b"evil.example" not in b"".join(after.values())
    assert not find(xml(after["word/settings.xml"]), "//w:attachedTemplate | //w:updateFields | //w:linkStyles")
    assert find(xml(after["word/settings.xml"]), "//w:mirrorMargins")
    assert [field.attrib.values() for field in find(xml(after[TEXT]), "//w:fldSimple")] == [[" DATE "]]


MARK = "{{rep</w:t></w:r><w:r><w:t>ort}}"
PROTECTION = '<w:documentProtection w:edit="forms" w:enforcement="1"/>'
RELATIONS, TEXT = "word/_rels/document.xml.rels", "word/document.xml"
UNUSABLE: dict[str, tuple[str, list[tuple[str, str, str]]]] = {
    "protected": ("protected against changes", [("settings.xml", "<w:zoom", f"{PROTECTION}<w:zoom")]),
    "strict": (
        "Strict",
        [("_rels/.rels", "http://schemas.openxmlformats.org/officeDocument", "http://purl.oclc.org/ooxml")],
    ),
    "entities": ("document type declaration", [("styles.xml", "<w:styles", "<!DOCTYPE a [<!ENTITY b 'c'>]><w:styles")]),
    "linked": (
        "a subDocument link to x.docx",
        [(RELATIONS, "</Relationships>", relation("subDocument", "x.docx", EXTERNAL))],
    ),
    "broken": ("damaged", [("styles.xml", "</w:styles>", "")]),
    "no document": ("not a Word file", [("Types].xml", "wordprocessingml.template.main", "spreadsheetml.sheet.main")]),
    "twice": ("2 times", [(TEXT, "Zum Gebrauch", "{{report}}")]),
    "in a table": ("not in a paragraph of its own", [(TEXT, MARK, ""), (TEXT, "Vorstand", "{{report}}")]),
    "in a header": ("not in a paragraph of its own", [(TEXT, MARK, ""), ("header2.xml", "Vorfall", "{{report}}")]),
    "among words": ("not in a paragraph of its own", [(TEXT, MARK, f"To {MARK}")]),
    "no room": ("no room", [(TEXT, 'w:w="16838"', 'w:w="3000"')]),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_an_unusable_template_is_an_error(case: str, templates: dict[str, Path], tmp_path: Path) -> None:
    message, changes = UNUSABLE[case]
    template = changed(templates["german"], tmp_path / "bad.docx", *changes)
    with pytest.raises(RenderError, match=message) as error:
        render(SMALL, "docx", word_template=template)
    assert str(error.value).startswith(f"{template}: ")
    (problem,) = check_template(template)
    assert (problem.level, str(problem)) == ("error", str(error.value).replace(": ", ": template: ", 1))


FILES = {
    "text": (b"hello", "not a Word file"),
    "old": (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "password-protected"),
    "empty": (b"", "not a Word file"),
}


@pytest.mark.parametrize("case", FILES)
def test_another_file_type_is_an_error(case: str, tmp_path: Path) -> None:
    data, message = FILES[case]
    (tmp_path / "file.docx").write_bytes(data)
    with pytest.raises(RenderError, match=message):
        render(SMALL, "docx", word_template=tmp_path / "file.docx")


def test_unpacked_size_is_limited(templates: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(template_module, "_MAX_UNPACKED", 10_000)
    with pytest.raises(RenderError, match="unpacks to more than 10,000 bytes"):
        render(SMALL, "docx", word_template=templates["german"])


def test_a_part_is_not_unpacked_beyond_the_size_that_the_file_states(
    templates: dict[str, Path], tmp_path: Path
) -> None:
    data, stated, true = templates["german"].read_bytes(), pack("<I", 10), pack("<I", 300_000_001)
    with ZipFile(out := BytesIO(data), "a", ZIP_DEFLATED) as archive:
        archive.writestr("word/part.bin", b"\0" * 300_000_001)
    (tmp_path / "file.docx").write_bytes(out.getvalue().replace(true, stated))
    began = process_time()
    with pytest.raises(RenderError, match="damaged"):
        render(SMALL, "docx", word_template=tmp_path / "file.docx")
    assert process_time() - began < 2


@pytest.mark.parametrize("method", [ZIP_BZIP2, ZIP_LZMA])
def test_a_file_that_is_packed_unusually_is_an_error(method: int, templates: dict[str, Path], tmp_path: Path) -> None:
    with ZipFile(templates["german"]) as old, ZipFile(tmp_path / "file.docx", "w", method) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    with pytest.raises(RenderError, match="compression method"):
        render(SMALL, "docx", word_template=tmp_path / "file.docx")


def test_file_size_is_limited(templates: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(template_module, "_MAX_BYTES", 2_000)
    with pytest.raises(RenderError, match="larger than 2,000 bytes"):
        render(SMALL, "docx", word_template=templates["german"])


ODD = st.sampled_from(["", "-1", "99999999999", "2.5cm", "x", "'\"", "12.7", "Überschrift 1", "0", "first"])


@given(data=st.data())
def test_odd_values_are_rejected_or_rendered(data: st.DataObject, templates: dict[str, Path], tmp_path: Path) -> None:
    parts = read(templates["german"])
    name = data.draw(st.sampled_from([name for name in parts if name.endswith((".xml", ".rels"))]))
    root = etree.fromstring(parts[name])
    places = [(element, key) for element in root.iter() for key in element.keys()]  # noqa: SIM118 - an element, no dict
    for element, key in data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=3)):
        element.set(key, data.draw(ODD))
    template = write(tmp_path / "odd.docx", {**parts, name: etree.tostring(root)})
    try:
        assert docx.Document(BytesIO(render(SMALL, "docx", word_template=template)))
    except RenderError as error:
        assert str(error).startswith(str(template))  # noqa: PT017 - either is right


def test_a_template_is_a_path_or_bytes(templates: dict[str, Path]) -> None:
    path = templates["german"]
    expected = render(SMALL, "docx", word_template=path)
    assert render(SMALL, "docx", word_template=path.read_bytes()) == expected
    with pytest.warns(DeprecationWarning, match="word_template"):
        assert render(SMALL, "docx", template=path) == expected
    with pytest.raises(RenderError, match=r"^word_template: The file is not a Word file"):
        render({"title": "T"}, "docx", word_template=b"PK")
    with pytest.raises(RenderError, match=r"^a Word template must be the path of a file or its bytes, found int\.$"):
        render({"title": "T"}, "docx", word_template=5)


def test_the_bytes_of_a_template_are_checked_as_its_file_is(templates: dict[str, Path]) -> None:
    path = templates["german"]
    assert check_template(path.read_bytes()) == check_template(path)
    (problem,) = check_template(b"PK")
    assert (problem.level, problem.file) == ("error", "")


def test_a_missing_file_or_a_folder_is_an_error(tmp_path: Path) -> None:
    for path in (tmp_path / "none.docx", tmp_path):
        with pytest.raises(RenderError, match=re.escape(str(path))):
            render(SMALL, "docx", word_template=path)


# ---- themes


def theme_with(folder: Path, word: str) -> Path:
    folder.mkdir()
    (folder / "theme.toml").write_text(f'summary = "Acme"\n[word]\n{word}', "utf-8")
    return folder


def test_a_theme_sets_the_template_and_style_names(templates: dict[str, Path], tmp_path: Path) -> None:
    theme = theme_with(
        tmp_path / "acme",
        'template = "acme.docx"\n[word.styles]\nheading_1 = "Acme Heading"\nreport_table = ""\ntitle = "überschrift 1"',
    )
    (theme / "acme.docx").write_bytes(templates["python-docx"].read_bytes())
    text = body(render({**SMALL, "impact": {"users_affected": "3"}}, "docx", theme=theme))
    assert style_of(text, "Executive Summary") == "AcmeHeading"
    assert "ReportTable" in find(text, "//w:tblStyle/@w:val")
    assert style_of(text, SMALL["title"]) == "Heading1"  # its German name


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ('heading_1 = "Acme Haeding"', "heading_1: 'Acme Haeding' is not a paragraph style"),
        ('headline = "Acme Heading"', "unknown role 'headline'; known: .*heading_1"),
        ('code = "Acme Heading"', "is not a character style"),
    ],
)
def test_an_unknown_style_name_is_an_error(word: str, message: str, templates: dict[str, Path], tmp_path: Path) -> None:
    theme = theme_with(tmp_path / "acme", f"[word.styles]\n{word}")
    with pytest.raises(RenderError, match=message):
        render(SMALL, "docx", theme=theme, word_template=templates["python-docx"])


def test_a_missing_theme_template_is_an_error(tmp_path: Path) -> None:
    theme = theme_with(tmp_path / "acme", 'template = "../other.docx"')
    with pytest.raises(ThemeError, match=r"the Word template '\.\./other\.docx' is missing"):
        render(SMALL, "docx", theme=theme)


def test_known_names_belong_to_roles() -> None:
    holder = etree.Element(f"{W}styles")
    styles.write_styles(holder, themes.default_theme().tokens, "en", rtl=False)
    assert set(style_roles.known_names()) <= {styles.role_name(style) for style in holder.iterchildren(f"{W}style")}


# ---- the check


def messages(template: Path, level: str, topic: str) -> Iterator[str]:
    return (one.message for one in check_template(template) if (one.level, one.path) == (level, topic))


def test_the_check_describes_what_fits(templates: dict[str, Path]) -> None:
    german = templates["german"]
    assert list(messages(german, "note", "page")) == ["A4 landscape, 297 by 210 mm, with text 242 mm wide."]
    assert "heading_2: Überschrift 2" in messages(german, "note", "styles")
    assert any("section 2 of 3" in message for message in messages(german, "note", "report"))
    assert any(
        message.startswith("{{title}} is filled in: body") and "split" in message
        for message in messages(german, "note", "placeholders")
    )
    (made,) = [message for message in messages(german, "note", "styles") if message.startswith("Created when needed")]
    assert "subtitle" in made
    assert "heading_1" not in made


def test_the_check_warns(templates: dict[str, Path], tmp_path: Path) -> None:
    assert any(
        "Unknown placeholder {{Kunde}} in the header" in message
        for message in messages(templates["german"], "warning", "placeholders")
    )
    empty = tmp_path / "empty.docx"
    word = docx.Document()
    word.sections[0].page_width = Mm(110)
    word.save(str(empty))
    assert any("only" in message for message in messages(empty, "warning", "page"))
    assert any("{{classification}}" in message for message in messages(empty, "warning", "placeholders"))
    assert any("whole body" in message for message in messages(empty, "note", "report"))


def test_the_check_warns_of_tracked_changes(templates: dict[str, Path], tmp_path: Path) -> None:
    change = '<w:ins w:id="9" w:author="A"><w:r><w:t>V</w:t></w:r></w:ins>'
    template = changed(templates["german"], tmp_path / "odd.docx", (TEXT, "<w:r><w:t>Verteiler</w:t></w:r>", change))
    assert len(list(messages(template, "warning", "changes"))) == 1
    assert not list(messages(templates["german"], "warning", "changes"))


def test_a_dotx_template_becomes_a_document(tmp_path: Path) -> None:
    template = in_german(tmp_path / "acme.dotx")
    assert any(".dotx" in message for message in messages(template, "note", "file"))
    assert b"template.main" not in read(render(SMALL, "docx", word_template=template))["[Content_Types].xml"]


# ---- what the theme says about pages


@ALL
def test_a_theme_with_a_band_marks_each_header_with_it(template: Path, document: Document) -> None:
    theme = themes.find_theme("default", {"mark": "band"})
    made = {
        mark: heads(DocxRenderer(word_template=template).render(replace(document, mark=mark), theme, []))
        for mark in ("", "Draft")
    }
    for name, head in made["Draft"].items():
        first = head.find(f"{W}p")
        assert first is not None
        assert words(first) == "Draft"
        assert find(first, "w:pPr/w:pStyle/@w:val") == ["MarkBand"]
        assert not find(head, MARK_OF_WORD)
        rest = words(made[""][name]).replace("Final", "") if name in made[""] else ""
        assert words(head).removeprefix("Draft").replace("Draft", "") == rest


PAGES = {
    "letterhead": ["Acme plc", "1 Harbour Street"],
    "header": {"start": "{organisation} · {id}", "end": "{kind}"},
    "footer": {"start": "{status} · {id}"},
    "logo_alt": "Acme",
}


def with_pages(folder: Path, header: str, footer: str) -> tuple[docx.document.Document, list[Problem]]:
    """Return a report on a template with these texts, under a theme that sets texts for pages."""
    plain = docx.Document()
    plain.sections[0].header.paragraphs[0].text = header
    plain.sections[0].footer.paragraphs[0].text = footer
    plain.save(str(folder / "plain.docx"))
    warnings: list[Problem] = []
    theme = themes.find_theme("default", PAGES)
    report = {**SMALL, "id": "INC-7", "status": "final"}
    data = render(
        report, "docx", theme=theme, word_template=folder / "plain.docx", warnings=warnings, allow_unfinished=True
    )
    return docx.Document(BytesIO(data)), [one for one in warnings if "plain.docx" in one.file]


def test_placeholders_show_the_texts_of_the_theme(tmp_path: Path) -> None:
    word, warnings = with_pages(tmp_path, "{{letterhead}} / {{header_start}} / {{header_end}}", "{{footer_start}}")
    section = word.sections[0]
    kind = "Post-Mortem / Root Cause Analysis Report"
    shown = [section.header.paragraphs[0].text, section.footer.paragraphs[0].text]
    assert shown[0] == f"Acme plc · 1 Harbour Street / Acme · INC-7 / {kind}"
    assert shown[1].endswith(" · INC-7")
    assert warnings == []


def test_a_templates_own_header_and_footer_win(tmp_path: Path) -> None:
    word, warnings = with_pages(tmp_path, "Example Ltd", "Page")
    assert (word.sections[0].header.paragraphs[0].text, word.sections[0].footer.paragraphs[0].text) == (
        "Example Ltd",
        "Page",
    )
    assert warnings == []


def test_texts_of_the_theme_that_no_page_has_are_named(tmp_path: Path) -> None:
    _, warnings = with_pages(tmp_path, "", "")
    assert [one.path for one in warnings] == ["letterhead", "header.start", "header.end", "footer.start"]
    assert "Put {{footer_start}} into the template's footer." in str(warnings[-1])
    found = check_template(tmp_path / "plain.docx", theme=themes.find_theme("default", PAGES))
    notes = [one.message for one in found if one.path == "headers"]
    assert any("replace the theme's letterhead, header, footer." in note for note in notes)
    assert sum(one.level == "warning" for one in found if one.path == "headers") == 4
    assert not any("theme's" in one.message for one in check_template(tmp_path / "plain.docx"))
