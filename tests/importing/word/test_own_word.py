"""Our own Word files come back whole, with and without a company's template, and after edits."""

from __future__ import annotations

import difflib
import os
import re
import subprocess
import zipfile
from collections.abc import Callable
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import docx
import pytest
from company_templates import MAKERS, Templates, convert
from conftest import Run
from docx.document import Document as WordDocument
from docx.text.paragraph import Paragraph
from hypothesis import given
from hypothesis import strategies as st
from libreoffice import find_python, find_soffice
from lxml import etree
from strategies import examples, reports
from whole_reports import load_whole

from pmexport import Draft, InputError, Report, import_report, load, render
from pmexport.renderers.docx.oxml import W

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
CASES = Path(os.environ.get("PMEXPORT_CASES", "cases"))
FILES = sorted([*ROOT.glob("samples/*.yaml"), *CASES.glob("real/*.yaml"), *CASES.glob("small/*.yaml")])
CUT = ("cache-migration",)
"""A log of which paper shows less than Markdown."""
SAMPLE = load(ROOT / "samples" / "checkout-outage.yaml")
WORD = render(SAMPLE, "docx")


def bring_back(report: Report, word: bytes) -> tuple[Draft, Report]:
    """Return the draft in a Word file, and its report with the status set back."""
    draft = import_report(word, "docx")
    assert [note for note in draft.notes if note.bin == "not_understood"] == []
    if report.status:
        draft.fields["status"] = report.status
    return draft, draft.report


def markdown(report: Report) -> str:
    """Return a report as Markdown, without what Word does not show: languages of code and the names of images.

    It also lacks the provenance, and addresses are as a browser understands them.
    """
    text = render(report, "md", allow_unfinished=True).decode()
    text = re.sub(r"\n[^\n]*SHA-256 of the report[^\n]*\n\Z", "\n", text)
    text = re.sub(r"(?m)^([ >]*`{3,})[\w+#.-]+$", r"\1", text)
    return re.sub(r"\]\([\w/.%-]+\.(?:png|jpe?g|gif|webp)\)", "](image)", text)


def assert_same(report: Report, again: Report) -> None:
    before, after = markdown(report).split("\n"), markdown(again).split("\n")
    assert after == before, "\n".join(difflib.unified_diff(before, after, lineterm="", n=0))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_comes_back(path: Path) -> None:
    report = load(path)
    _, again = bring_back(report, render(report, "docx", allow_unfinished=True))
    if path.stem in CUT:
        report, again = (one.model_copy(update={"logs": ()}) for one in (report, again))
    assert_same(report, again)
    assert body(render(again, "docx", allow_unfinished=True)) == body(render(report, "docx", allow_unfinished=True))


def body(word: bytes) -> list[str]:
    """Return the text of each paragraph, without the last one: the provenance."""
    paragraphs = docx.Document(BytesIO(word)).element.body.iter(f"{W}p")
    texts = ("".join(text.text or "" for text in one.iter(f"{W}t")) for one in paragraphs)
    return [text.replace("\u00a0", " ") for text in texts][:-1]


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(tmp_path_factory.mktemp("templates"))


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_on_a_template_comes_back(path: Path, name: str, templates: Templates) -> None:
    report = load(path)
    word = render(report, "docx", allow_unfinished=True, word_template=templates[name])
    _, again = bring_back(report, word)
    if path.stem in CUT:
        report, again = (one.model_copy(update={"logs": ()}) for one in (report, again))
    assert_same(report, again)


def test_what_a_template_has_around_the_report_is_left_out(templates: Templates) -> None:
    word = render(SAMPLE, "docx", word_template=templates["libreoffice"])
    draft, _ = bring_back(SAMPLE, word)
    left = [note.text for note in draft.notes if note.reason == "It belongs to the Word template."]
    assert (left[0], left[-1]) == ("In one sitting.", "board@acme.example")
    assert "Distribution" not in markdown(draft.report)


@examples(4)
@given(reports())
def test_generated_reports_come_back(fields: dict[str, Any]) -> None:
    """All words come back. Word does not tell every nesting of quotes and marks apart, so the bytes may differ."""
    report = load_whole(fields)
    if report is None:
        return
    _, again = bring_back(report, render(report, "docx", allow_unfinished=True))
    assert words(markdown(again)) == words(markdown(report))


MARKED = [
    "**a<br>b**",
    "[a<br>b](https://e.x)",
    "*a **b** c*",
    "x <kbd>y</kbd> `z`",
    "a<sub>b</sub>",
    "~~a~~ **b**c",
    "# a<br>b",
]


@pytest.mark.parametrize("text", MARKED)
def test_marks_come_back(text: str) -> None:
    report = load({"title": "T", "summary": text})
    _, again = bring_back(report, render(report, "docx"))
    assert_same(report, again)


def test_a_bold_question_with_a_line_break_is_one_question() -> None:
    report = load({"title": "T", "five_whys": {"why": "a<br>b", "because": "c"}})
    _, again = bring_back(report, render(report, "docx"))
    assert again.five_whys == report.five_whys


def words(text: str) -> list[str]:
    return sorted(re.findall(r"\w+", unquote(text)))


# ---- images


def test_images_come_with_the_draft_and_are_shown_at_once(tmp_path: Path) -> None:
    word = WORD
    draft, again = bring_back(SAMPLE, word)
    (name, data), *_ = draft.files.items()
    assert (name, data[:4]) == ("pictures/image1.png", b"\x89PNG")
    assert again.figures[0].src == name
    assert again.figures[0].alt == SAMPLE.figures[0].alt
    (tmp_path / "a.docx").write_bytes(word)
    for report in (draft.report, load(tmp_path / "a.docx")):
        html = render(report, "html").decode()
        assert "Image not shown" not in html
        assert html.count("data:image/png") == render(SAMPLE, "html").decode().count("data:image/png")


def test_the_command_saves_images_if_it_is_told_where(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(WORD)
    ended = run("import", "a.docx")
    assert (ended.code, "Add --pictures FOLDER" in ended.err) == (0, True)
    assert {path.name for path in tmp_path.iterdir()} == {"a.docx", "a.yaml"}
    ended = run("import", "a.docx", "--pictures", "img/", "--force")
    assert (ended.code, "Add --pictures" in ended.err) == (0, False)
    assert (tmp_path / "img" / "image1.png").read_bytes().startswith(b"\x89PNG")
    assert load(tmp_path / "a.yaml").figures[0].src == "img/image1.png"
    assert run("import", "a.docx", "--pictures", "img", "-o", "b.yaml").code == 1  # the image exists
    for folder in ("../up", "/tmp/x"):
        assert run("import", "a.docx", "--pictures", folder, "--force").code == 2


def test_the_command_renders_a_word_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(WORD)
    assert run("a.docx", "--html").code == 0
    assert "data:image/png" in (tmp_path / "a.html").read_text("utf-8")
    assert run("a.docx", "--docx").code == 2  # it would overwrite the report


# ---- after edits


def edited(change: Callable[[WordDocument], None]) -> Draft:
    """Return what the sample becomes after an edit in Word."""
    word = docx.Document(BytesIO(WORD))
    change(word)
    saved = BytesIO()
    word.save(saved)
    return import_report(saved.getvalue(), "docx")


def find(word: WordDocument, text: str) -> Any:
    """Return the paragraph that begins with a text, also in a table."""
    found = (one for one in word.element.body.iter(f"{W}p") if "".join(map(str, one.itertext())).startswith(text))
    return Paragraph(next(found), word)


def insert_after(paragraph: Any, text: str, style: str | None = None) -> Any:
    """Press Enter at the end of a paragraph, and type."""
    new = deepcopy(paragraph._p)
    for run in new.findall(f".//{W}r"):
        run.getparent().remove(run)
    paragraph._p.addnext(new)
    added = Paragraph(new, paragraph._parent)
    added.add_run(text)
    if style:
        new.find(f"{W}pPr/{W}pStyle").set(f"{W}val", style)
    return added


def test_a_new_paragraph_is_in_its_field() -> None:
    draft = edited(lambda word: insert_after(find(word, "A release doubled"), "A new *paragraph*."))
    assert draft.fields["summary"].endswith("no order was lost.\n\nA new \\*paragraph\\*.")


def test_a_new_item_is_in_its_list() -> None:
    draft = edited(lambda word: insert_after(find(word, "A limit that is written"), "A new lesson."))
    assert draft.fields["lessons"].index("A new lesson.") == 1 + next(
        number for number, text in enumerate(SAMPLE.lessons) if text.startswith("A limit that is written")
    )
    nested = edited(lambda word: insert_after(find(word, "3 are reserved"), "4 are new."))
    assert "- 3 are reserved for administrators.\n- 4 are new.\n" in nested.fields["background"]


def test_a_new_row_is_in_its_table() -> None:
    def add_row(word: WordDocument) -> None:
        row = next(find(word, "7\u2002")._p.iterancestors(f"{W}tr"))
        new = deepcopy(row)
        time, event = (cell.findall(f"{W}p")[0] for cell in new.findall(f"{W}tc"))
        for cell in new.findall(f"{W}tc"):
            for extra in cell.findall(f"{W}p")[1:]:
                cell.remove(extra)
        for paragraph, text in ((time, "14:13"), (event, "Somebody looked.")):
            for run in paragraph.findall(f".//{W}r"):
                run.getparent().remove(run)
            Paragraph(paragraph, word).add_run(text)
        row.addnext(new)

    entries = edited(add_row).report.timeline
    assert (entries[7].time, entries[7].event) == ("14:13", "Somebody looked.")
    assert len(entries) == len(SAMPLE.timeline) + 1


def test_a_new_heading_is_a_section_or_in_its_field() -> None:
    def add_section(word: WordDocument) -> None:
        after = find(word, "Customers who did not come back")
        insert_after(after, "Press", "Heading1")
        insert_after(find(word, "Press"), "Nobody called.", "BodyText")

    sections = [(one.title, one.after, one.text) for one in edited(add_section).report.sections]
    assert ("Press", "summary", "Nobody called.") in sections

    def add_heading(word: WordDocument) -> None:
        insert_after(find(word, "Customers who did not come back"), "By phone", "TextHeading2")
        insert_after(find(word, "By phone"), "Nobody called.", "BodyText")

    text = edited(add_heading).report.sections[0].text or ""
    assert text.endswith("### By phone\n\nNobody called.")


def test_a_changed_value_is_in_its_field() -> None:
    def change(word: WordDocument) -> None:
        find(word, "P1").runs[0].text = "P2"
        find(word, "Open").runs[0].text = "Done"

    report = edited(change).report
    assert report.severity == "P2"
    changed = [
        one.id for one, old in zip(report.action_items, SAMPLE.action_items, strict=True) if one.status != old.status
    ]
    assert len(changed) == 1


def tracked(word: WordDocument, text: str, kind: str) -> None:
    """Track the paragraph that begins with a text as inserted or deleted."""
    paragraph = find(word, text)._p
    for run in paragraph.findall(f"{W}r"):
        mark = etree.SubElement(paragraph, f"{W}{kind}", {f"{W}id": "900", f"{W}author": "Bo"})
        run.addprevious(mark)
        mark.append(run)
        for words_ in run.findall(f"{W}t") if kind == "del" else ():
            words_.tag = f"{W}delText"


@pytest.mark.parametrize(("kind", "expected"), [("ins", True), ("del", False), ("moveTo", True), ("moveFrom", False)])
def test_tracked_insertions_count_and_deletions_do_not(kind: str, expected: bool) -> None:
    draft = edited(lambda word: tracked(word, "Customers who did not come back", kind))
    assert ("Customers who did not come back" in markdown(draft.report)) == expected


def test_a_deleted_end_of_a_paragraph_joins_it_with_the_next() -> None:
    def delete_end(word: WordDocument) -> None:
        properties = find(word, "The status page carried")._p.find(f"{W}pPr")
        mark = etree.SubElement(etree.SubElement(properties, f"{W}rPr"), f"{W}del")
        mark.set(f"{W}id", "901")

    text = edited(delete_end).report.sections[0].text or ""
    assert "The first one read:Customers in the EU" in text


def test_comments_are_listed_with_author_and_place() -> None:
    def comment(word: WordDocument) -> None:
        paragraph = find(word, "Customers who did not come back")
        word.add_comment(paragraph.runs[0], "Is this *true*?", "Bo Chen")

    draft = edited(comment)
    (problem,) = draft.problems
    said = '"Is this *true*?" is not in the report. It is a comment by Bo Chen on "Customers who did not come back'
    assert problem.message.startswith(said)
    assert "Is this" not in markdown(draft.report)


def test_a_final_report_comes_back_in_review() -> None:
    assert import_report(WORD, "docx").report.status == "in_review"


def test_what_follows_from_the_report_is_not_taken() -> None:
    draft, again = bring_back(SAMPLE, WORD)
    assert {*draft.fields} == {*load(render(SAMPLE, "md"), format="markdown").model_dump(exclude_defaults=True)}
    assert (again.duration, again.milestones) == (
        SAMPLE.duration,
        load(render(SAMPLE, "md"), format="markdown").milestones,
    )


EDITS = st.lists(
    st.tuples(st.sampled_from(["delete", "repeat", "move", "unstyle"]), st.integers(0, 10**6), st.integers(0, 10**6)),
    min_size=1,
    max_size=6,
)


@examples(1)
@given(EDITS)
def test_no_edit_makes_it_crash(edits: list[tuple[str, int, int]]) -> None:
    def change(word: WordDocument) -> None:
        for kind, first, second in edits:
            inside = [one for one in word.element.body.iter() if one.getparent() is not word.element.body.getparent()]
            element, other = inside[first % len(inside)], inside[second % len(inside)]
            if kind == "delete":
                element.getparent().remove(element)
            elif kind == "unstyle":
                for style in list(element.iter(f"{W}pStyle", f"{W}rStyle", f"{W}tblStyle")):
                    style.getparent().remove(style)
            elif element not in other.iterancestors() and element is not other:
                other.addnext(deepcopy(element) if kind == "repeat" else element)

    draft = edited(change)
    assert load(draft.to_yaml().encode(), format="yaml").model_dump() == draft.report.model_dump()


# ---- after LibreOffice has saved it


def test_files_that_libreoffice_saved_come_back(tmp_path: Path) -> None:
    find_soffice()
    known = {path.stem: load(path) for path in FILES}
    (tmp_path / "saved").mkdir()
    for name, report in known.items():
        (tmp_path / f"{name}.docx").write_bytes(render(report, "docx", allow_unfinished=True))
    odt = convert([tmp_path / f"{name}.docx" for name in known], "odt")
    back = convert([path.rename(tmp_path / "saved" / path.name) for path in odt], "docx")
    for path in back:
        report = known[path.stem]
        _, again = bring_back(report, path.read_bytes())
        if path.stem in CUT:
            report, again = (one.model_copy(update={"logs": ()}) for one in (report, again))
        after = re.sub(r"(https?://[\w.-]+)/(?=[)>])", r"\1", markdown(again))  # which LibreOffice adds
        assert after == markdown(report), path.stem


# ---- other files


@pytest.mark.parametrize("data", [b"PK\3\4", b"PK\3\4word/document.xml", b"", b"hello"])
def test_a_broken_file_is_one_clear_error(data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        import_report(data, "docx")
    assert len(caught.value.problems) == 1


def repacked(change: Callable[[str], str], part: str = "word/document.xml") -> bytes:
    """Return the sample with a part changed."""
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(WORD)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data.decode()).encode() if name == part else data)
    return out.getvalue()


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml.replace("<w:body>", "<w:body", 1),
        lambda xml: xml[: len(xml) // 2],
        lambda _: '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        lambda _: " " * (300 * 2**20),
        lambda xml: xml.replace("</w:body>", "<w:p/>" * 1_000_001 + "</w:body>"),
    ],
    ids=["broken", "cut", "entity", "bomb", "huge"],
)
def test_a_hostile_file_is_one_clear_error(change: Callable[[str], str]) -> None:
    with pytest.raises(InputError) as caught:
        import_report(repacked(change), "docx")
    assert len(caught.value.problems) == 1


def test_a_damaged_part_that_is_read_late_is_one_clear_error() -> None:
    with pytest.raises(InputError, match="a part of the file is damaged"):
        import_report(repacked(lambda xml: f"{xml}<", "docProps/custom.xml"), "docx")
    with pytest.raises(InputError, match="The file is damaged"):
        import_report(
            repacked(lambda xml: xml.replace("wordprocessingml.styles+xml", "other"), "[Content_Types].xml"), "docx"
        )


REVIEW = Path(__file__).parents[2] / "support" / "office_review.py"


def test_what_a_colleague_changed_in_libreoffice_is_in_its_field(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(WORD)
    command = [find_python(), str(REVIEW), find_soffice(), str(tmp_path / "profile"), str(path)]
    subprocess.run(command, check=True, capture_output=True)
    draft = import_report(tmp_path / "a-reviewed.docx")
    report = draft.report
    assert (report.summary or "").endswith("no order was lost.\n\nA new paragraph.")
    assert "- 3 are reserved for administrators.\n- 4 are new.\n" in (report.background or "")
    assert ("Press", "Nobody called.") in [(one.title, one.text) for one in report.sections]
    assert ("14:13", "Somebody looked.") in [(entry.time, entry.event) for entry in report.timeline]
    assert len(report.timeline) == len(SAMPLE.timeline) + 1
    said = report.sections[0].text or ""
    assert "A tracked paragraph." in said
    assert "Customers in the EU region" not in said
    (comment,) = [problem.message for problem in draft.problems if "comment by" in problem.message]
    assert comment.startswith('"Is this true?" is not in the report. It is a comment by Bo Chen on "Customers who did')
    assert report.action_items == load(render(SAMPLE, "md"), format="markdown").action_items


UNKNOWN_ZONES = [
    [("23:50", "Impact"), ("00:20", "Resolved")],
    [("14:02", "Impact"), ("14:10 UTC+2", "x"), ("2026-03-14T15:00:20+05:30", "y"), ("9:05 AM PST", "Fixed")],
    [("14:02Z", "Impact"), ("14:10", "x"), ("16:10+02:00", "Detected")],
]


@pytest.mark.parametrize("language", ["en", "de", "ja", "ar"])
@pytest.mark.parametrize("times", UNKNOWN_ZONES)
def test_a_zone_that_nobody_knows_comes_back(times: list[tuple[str, str]], language: str) -> None:
    timeline = [{"time": time, "phase": phase, "event": "e"} for time, phase in times]
    report = load(
        {"title": "T", "date": "2026-03-14", "language": language, "timezone": "unknown", "timeline": timeline}
    )
    draft, again = bring_back(report, render(report, "docx"))
    assert draft.fields["timezone"] == "unknown"
    assert [one.time for one in again.timeline] == [
        one.time for one in import_report(render(report, "md"), "markdown").report.timeline
    ]
