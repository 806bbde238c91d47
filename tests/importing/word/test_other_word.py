"""Word files that others wrote: styles, outline levels, lists, tables, code, links, images, notes and fields."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import docx
import pytest
from company_templates import logo
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.shared import Pt
from lxml import etree

from pmexport import Draft, InputError, import_report, load, render
from pmexport.importing.word.word_file import open_file
from pmexport.importing.word.word_reader import write_markdown
from pmexport.renderers.docx.oxml import NAMESPACES, W

R = NAMESPACES["r"]


def saved(fill: Callable[[WordDocument], object]) -> bytes:
    word = docx.Document()
    fill(word)
    out = BytesIO()
    word.save(out)
    return out.getvalue()


def converted(fill: Callable[[WordDocument], object]) -> str:
    """Return what a document becomes as Markdown."""
    return write_markdown(open_file(saved(fill), "pictures"))


def imported(fill: Callable[[WordDocument], object]) -> Draft:
    return import_report(saved(fill), "docx")


def add_xml(word: WordDocument, xml: str) -> Any:
    """Append a paragraph with this content."""
    names = " ".join(f'xmlns:{name}="{uri}"' for name, uri in NAMESPACES.items())
    paragraph = word.add_paragraph()
    paragraph._p.extend(list(parse_xml(f"<w:p {names}>{xml}</w:p>")))
    return paragraph


# ---- headings


def test_a_whole_post_mortem_is_placed_by_its_headings() -> None:
    def fill(word: WordDocument) -> None:
        word.add_heading("Search is down", 0)
        word.add_paragraph("Severity: P1")
        word.add_heading("Summary", 1)
        word.add_paragraph("No results were shown for an hour.")
        word.add_heading("Timeline", 1)
        for text in ("14:02 The alert fires", "14:20 The rollback begins"):
            word.add_paragraph(text, "List Bullet")
        word.add_heading("Action items", 1)
        table = word.add_table(2, 3)
        for cell, text in zip(table.rows[0].cells, ("Action", "Owner", "Due"), strict=True):
            cell.paragraphs[0].add_run(text).bold = True
        for cell, text in zip(table.rows[1].cells, ("Test the index", "Bo", "2026-05-01"), strict=True):
            cell.text = text
        word.add_heading("Press", 1)
        word.add_paragraph("Nobody called.")

    report = imported(fill).report
    assert (report.title, report.severity, report.summary) == (
        *("Search is down", "P1", "No results were shown for an hour."),
    )
    assert [(entry.time, entry.event) for entry in report.timeline] == [
        ("14:02", "The alert fires"), ("14:20", "The rollback begins"),
    ]  # fmt: skip
    (action,) = report.action_items
    assert (action.action, action.owner, action.deadline) == ("Test the index", "Bo", "2026-05-01")
    assert [(one.title, one.text) for one in report.sections] == [("Press", "Nobody called.")]
    assert b"Nobody called." in render(report, "md")


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([0, 1, 1, 2], [1, 2, 2, 3]),
        ([0, 2, 2, 3], [1, 2, 2, 3]),
        ([1, 2, 2, 3], [1, 2, 2, 3]),
        ([3, 4, 4], [1, 2, 2]),
        ([1, 1, 2], [2, 2, 3]),
        ([2, 1, 1], [3, 2, 2]),
        ([1], [1]),
    ],
)
def test_the_levels_of_headings_are_settled(levels: list[int], expected: list[int]) -> None:
    def fill(word: WordDocument) -> None:
        for number, level in enumerate(levels):
            word.add_heading(f"H{number}", level)
            word.add_paragraph("Text.")

    lines = [line for line in converted(fill).split("\n") if line.startswith("#")]
    assert [line.index(" ") for line in lines] == expected


def test_a_heading_by_outline_level_or_in_another_language() -> None:
    def fill(word: WordDocument) -> None:
        word.add_paragraph("T", "Title")
        style = word.styles.add_style("Acme Head", WD_STYLE_TYPE.PARAGRAPH)
        etree.SubElement(style.element.get_or_add_pPr(), f"{W}outlineLvl", {f"{W}val": "0"})
        word.add_paragraph("Impact", style)
        word.add_paragraph("All users.")
        word.styles.add_style("Überschrift 1", WD_STYLE_TYPE.PARAGRAPH)
        word.add_paragraph("Auslöser", "Überschrift 1")
        word.add_paragraph("Ein Release.")
        own = word.add_paragraph("Lessons")
        etree.SubElement(own._p.get_or_add_pPr(), f"{W}outlineLvl", {f"{W}val": "0"})
        word.add_paragraph("Test it.")

    report = imported(fill).report
    assert (report.user_impact, report.trigger, report.lessons) == ("All users.", "Ein Release.", ("Test it.",))


def test_bold_lines_are_headings_as_in_markdown() -> None:
    def fill(word: WordDocument) -> None:
        for head, text in (("Summary", "It was down."), ("Root cause:", "A typo.")):
            word.add_paragraph().add_run(head).bold = True
            word.add_paragraph(text)

    report = imported(fill).report
    assert (report.summary, report.root_cause) == ("It was down.", ("A typo.",))


# ---- lists


def test_lists_nest_by_style_and_numbers_restart_or_go_on() -> None:
    def fill(word: WordDocument) -> None:
        word.add_paragraph("a", "List Bullet")
        word.add_paragraph("b", "List Bullet 2")
        word.add_paragraph("c", "List Bullet 3")
        word.add_paragraph("d", "List Bullet")
        word.add_paragraph("Between")
        word.add_paragraph("one", "List Number")
        word.add_paragraph("two", "List Number")
        word.add_paragraph("Between")
        word.add_paragraph("three", "List Number")

    assert converted(fill) == ("- a\n  - b\n    - c\n- d\n\nBetween\n\n1. one\n2. two\n\nBetween\n\n3. three\n")


def test_what_is_indented_below_an_item_belongs_to_it() -> None:
    def fill(word: WordDocument) -> None:
        word.add_paragraph("a", "List Bullet").paragraph_format.left_indent = Pt(18)
        word.add_paragraph("More.").paragraph_format.left_indent = Pt(18)
        word.add_paragraph("Not more.")

    assert converted(fill) == "- a\n\n  More.\n\nNot more.\n"


@pytest.mark.parametrize(("box", "mark"), [("☐", "[ ]"), ("☒", "[x]"), ("☑", "[x]")])
def test_a_box_at_the_beginning_of_an_item_is_a_checkbox(box: str, mark: str) -> None:
    assert converted(lambda word: word.add_paragraph(f"{box} Do it", "List Bullet")) == f"- {mark} Do it\n"


# ---- text


def test_text_stays_text() -> None:
    texts = ["*a* `b` <b>c</b> [d](e)", "# no heading", "- no list", "| no | table |", "1. no list", "&amp; \\ ~~x~~"]
    draft = imported(lambda word: [word.add_heading("Summary", 1), *map(word.add_paragraph, texts)])
    html = render(load(draft.fields), "html").decode()
    for text in texts:
        assert text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace(" no ", " no ") in html


def test_marks_code_and_breaks() -> None:
    def fill(word: WordDocument) -> None:
        paragraph = word.add_paragraph("a ")
        paragraph.add_run("bold ").bold = True
        both = paragraph.add_run("both")
        both.bold = both.italic = True
        paragraph.add_run(" x")
        paragraph.add_run("2").font.superscript = True
        paragraph.add_run(" ")
        paragraph.add_run("ls -l").font.name = "Consolas"
        paragraph.add_run(" end")
        paragraph.add_run().add_break()
        paragraph.add_run("next")

    assert converted(fill) == "a **bold <em>both</em>** x<sup>2</sup> `ls -l` end\\\nnext\n"


def test_lines_in_a_font_for_code_are_one_block() -> None:
    def fill(word: WordDocument) -> None:
        word.add_paragraph("Before")
        for line in ("if x:", "    y", "", "# *z*"):
            word.add_paragraph().add_run(line).font.name = "Courier New"
        word.add_paragraph("After")

    assert converted(fill).startswith("Before\n\n```\nif x:\n    y\n")
    assert converted(fill).endswith("# *z*\n```\n\nAfter\n")


def test_addresses_that_are_written_out_are_links() -> None:
    text = "See https://e.x/a_b and a.b@e.xyz."
    assert converted(lambda word: word.add_paragraph(text)) == "See <https://e.x/a_b> and <a.b@e.xyz>.\n"


def test_links_by_relationship_with_an_anchor_and_by_field() -> None:
    def fill(word: WordDocument) -> None:
        key = word.part.relate_to("https://e.x/doc", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        add_xml(word, f'<w:hyperlink r:id="{key}" w:anchor="top"><w:r><w:t>the page</w:t></w:r></w:hyperlink>')
        add_xml(word, '<w:hyperlink w:anchor="here"><w:r><w:t>inside</w:t></w:r></w:hyperlink>')
        begin, between, end = (
            f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")
        )
        code = '<w:r><w:instrText> HYPERLINK "https://e.x/f" \\l "x" </w:instrText></w:r>'
        add_xml(word, f"{begin}{code}{between}<w:r><w:t>a field</w:t></w:r>{end}")
        code = "<w:r><w:instrText> TOC \\o </w:instrText></w:r>"
        add_xml(word, f"{begin}{code}{between}<w:r><w:t>Contents 1</w:t></w:r>")
        add_xml(word, f"<w:r><w:t>Contents 2</w:t></w:r>{end}<w:r><w:t>After</w:t></w:r>")

    assert converted(fill) == ("[the page](https://e.x/doc#top)\n\ninside\n\n[a field](https://e.x/f#x)\n\nAfter\n")


def test_a_link_that_runs_something_is_text() -> None:
    def fill(word: WordDocument) -> None:
        word.add_heading("Summary", 1)
        key = word.part.relate_to("javascript:alert(1)", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        add_xml(word, f'<w:hyperlink r:id="{key}"><w:r><w:t>click</w:t></w:r></w:hyperlink>')

    html = render(imported(fill).report, "html").decode()
    assert 'href="javascript' not in html
    assert "click" in html


# ---- tables, images, notes


def test_tables_with_merged_cells_alignment_and_lists() -> None:
    def fill(word: WordDocument) -> None:
        table = word.add_table(3, 3)
        for row in table.rows:
            for number, cell in enumerate(row.cells):
                cell.text = f"c{number}"
        table.cell(0, 2).paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        table.cell(1, 0).merge(table.cell(1, 1)).text = "wide"
        table.cell(2, 2).text = ""
        table.cell(2, 2).add_paragraph("x", "List Bullet")

    assert converted(fill) == (
        "| c0 | c1 | c2 |\n| --- | --- | ---: |\n| wide |  | c2 |\n| c0 | c1 | <ul><li>x</li></ul> |\n"
    )


def test_a_box_of_one_cell_is_its_text() -> None:
    def fill(word: WordDocument) -> None:
        word.add_table(1, 1).cell(0, 0).text = "A note"

    assert converted(fill) == "A note\n"


def test_images_are_kept_with_their_text() -> None:
    def fill(word: WordDocument) -> None:
        word.add_heading("Search is down", 0)
        word.add_heading("Figures", 1)
        word.add_picture(BytesIO(logo()))
        next(word.element.body.iter(f"{{{DRAWING}}}docPr")).set("descr", "Errors [per] minute")
        word.add_picture(BytesIO(logo()))

    draft = imported(fill)
    assert draft.fields["figures"][0] == {"src": "pictures/image1.png", "alt": "Errors [per] minute"}
    assert list(draft.files) == ["pictures/image1.png"]
    assert "Image not shown" not in render(draft.report, "html").decode()


DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"


def test_footnotes_are_footnotes() -> None:
    def fill(word: WordDocument) -> None:
        word.add_heading("Summary", 1)
        add_xml(
            word, '<w:r><w:t>It was down</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t>.</w:t></w:r>'
        )
        note = f'<w:footnotes xmlns:w="{W[1:-1]}"><w:footnote w:id="2"><w:p><w:r><w:t>For *one* hour.</w:t></w:r></w:p>'
        part = Part(
            PackURI("/word/footnotes.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
            f"{note}</w:footnote></w:footnotes>".encode(),
        )
        word.part.relate_to(part, f"{R}/footnotes")

    assert imported(fill).fields["summary"] == "It was down[^1].\n\n[^1]: For \\*one\\* hour."


def test_a_drawing_that_is_no_image_is_named() -> None:
    def fill(word: WordDocument) -> None:
        word.add_paragraph("Text.")
        names = f'xmlns:wp="{DRAWING}"'
        inline = f'<wp:inline {names}><wp:docPr id="7" name="Chart 7" descr="Errors per minute"/></wp:inline>'
        add_xml(word, f"<w:r><w:drawing>{inline}</w:drawing></w:r>")

    (problem,) = [one for one in imported(fill).problems if "drawing" in one.message]
    assert problem.message.startswith('"Errors per minute" is not in the report.')


def test_a_file_without_text_is_an_error() -> None:
    with pytest.raises(InputError, match="the file shows no text"):
        imported(lambda word: word.add_paragraph(" "))


def test_what_the_page_shows_around_the_text_is_not_content() -> None:
    def fill(word: WordDocument) -> None:
        word.sections[0].header.paragraphs[0].text = "Acme, confidential"
        word.add_paragraph("Text.")

    assert converted(fill) == "Text.\n"


# ---- the command


def test_a_word_file_is_told_by_its_content() -> None:
    word = saved(lambda word: word.add_paragraph("Severity: P2"))
    assert import_report(word).report.severity == "P2"


# ---- paragraphs whose ends were deleted

DELETED_END = '<w:pPr><w:rPr><w:del w:id="1" w:author="A"/></w:rPr></w:pPr><w:r><w:t>one</w:t></w:r>'


def test_a_paragraph_whose_end_was_deleted_joins_the_next_one() -> None:
    def fill(word: WordDocument) -> None:
        paragraph = add_xml(word, "")._p
        paragraph.getparent().replace(paragraph, parse_xml(f'<w:p xmlns:w="{NAMESPACES["w"]}">{DELETED_END}</w:p>'))
        word.add_paragraph(" two")

    assert converted(fill) == "one two\n"


@pytest.mark.parametrize("table", [True, False])
def test_a_paragraph_whose_end_was_deleted_stays_if_no_other_one_follows(table: bool) -> None:
    def fill(word: WordDocument) -> None:
        paragraph = add_xml(word, "")._p
        paragraph.getparent().replace(paragraph, parse_xml(f'<w:p xmlns:w="{NAMESPACES["w"]}">{DELETED_END}</w:p>'))
        if table:
            word.add_table(2, 2).cell(1, 1).text = "cell"

    assert converted(fill).startswith("one\n")
