"""What a Word template would run, ask for or fetch is left out and named; its text and pictures stay."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from company_templates import STORIES, read, with_content
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pmexport import check_template, render
from pmexport.problems import Problem
from pmexport.renderers.docx.template import active_content
from pmexport.renderers.docx.template.active_content import remove_active_content

pytestmark = pytest.mark.slow

SMALL = {"title": "Search was slow"}
EVIL = "https://evil.example/x"
Relations = list[tuple[str, str, str]]


def run(inner: str) -> str:
    return f"<w:r>{inner}</w:r>"


def mark(kind: str) -> str:
    return run(f'<w:fldChar w:fldCharType="{kind}"/>')


def code(*pieces: str) -> str:
    return "".join(run(f"<w:instrText>{piece}</w:instrText>") for piece in pieces)


def complex_field(*pieces: str) -> str:
    return mark("begin") + code(*pieces) + mark("separate") + run("<w:t>shown</w:t>") + mark("end")


def unterminated(*pieces: str) -> str:
    return mark("begin") + code(*pieces) + run("<w:t>shown</w:t>")


def simple_field(*pieces: str) -> str:
    return f'<w:fldSimple w:instr="{"".join(pieces)}">{run("<w:t>shown</w:t>")}</w:fldSimple>'


def unseparated(*pieces: str) -> str:
    return mark("begin") + code(*pieces) + mark("end") + run("<w:t>shown</w:t>")


def nested(*pieces: str) -> str:
    return mark("begin") + code(" IF 1 = 1 ") + complex_field(*pieces) + mark("separate") + mark("end")


SHAPES = (complex_field, unterminated, simple_field, unseparated, nested)
CODES = [
    *(
        ["DDEAUTO evil.example"],
        ["D", "DEA", "UTO evil.example"],
        [" dde evil.example"],
        ["\n LINK Excel evil.example"],
    ),
    *([" INCLUDETEXT &quot;evil.example&quot;"], ["INCLUDEPICTURE", " evil.example \\d"], ["import evil.example"]),
    *(["RD evil.example \\f"], ["DATABASE \\d evil.example"], ["AUTOTEXT evil.example"], ["EMBED evil.example"]),
    *(["MACROBUTTON evil.example"], ["FILLIN evil.example"], ["PRINT evil.example"], ["&quot;DDE&quot; evil.example"]),
]


def rendered(template: Path) -> tuple[dict[str, bytes], list[str]]:
    """Return the parts of a report on a template, and the warnings."""
    warnings: list[Problem] = []
    parts = read(render(SMALL, "docx", word_template=template, warnings=warnings))
    return parts, [warning.message for warning in warnings]


def text_of(part: bytes) -> str:
    return "".join(map(str, etree.fromstring(part).itertext()))


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_field_that_loads_something_becomes_its_text(story: str, shape: Any, tmp_path: Path) -> None:
    xml = "".join(f"<w:p>{shape(*pieces)}</w:p>" for pieces in CODES)
    parts, warnings = rendered(with_content(tmp_path / "fields.docx", story, xml))
    assert b"evil.example" not in b"".join(parts.values())
    part = parts[f"word/{STORIES[story]}.xml"]
    assert text_of(part).count("shown") == len(CODES)
    named = [warning for warning in warnings if warning.startswith("Left out of the template: the field ")]
    assert len(named) == len({"".join(pieces) for pieces in CODES})


@pytest.mark.parametrize("story", ["body", "footnotes"])
def test_a_field_whose_name_is_computed_is_left_out(story: str, tmp_path: Path) -> None:
    hidden = mark("begin") + code("D") + complex_field("QUOTE 68 69") + code("AUTO evil.example") + mark("end")
    parts, warnings = rendered(with_content(tmp_path / "hidden.docx", story, f"<w:p>{hidden}</w:p>"))
    assert b"evil.example" not in b"".join(parts.values())
    assert any("the field " in warning for warning in warnings)


def test_a_field_that_begins_in_a_text_box_does_not_end_outside(tmp_path: Path) -> None:
    box = f"<w:pict><v:shape><v:textbox><w:txbxContent><w:p>{unterminated('DDE evil.example')}</w:p></w:txbxContent>"
    box += "</v:textbox></v:shape></w:pict>"
    outer = mark("begin") + code(" PAGE ") + mark("separate") + run(box) + mark("end")
    parts, _ = rendered(with_content(tmp_path / "box.docx", "header", f"<w:p>{outer}</w:p>"))
    header = parts["word/header1.xml"].decode()
    assert "evil.example" not in header
    assert re.findall('fldCharType="([a-z]+)"', header) == ["begin", "separate", "end"]


HARMLESS = [
    " PAGE ",
    "TOC \\o &quot;1-3&quot;",
    " DATE ",
    "HYPERLINK &quot;https://a.example&quot;",
    "REF x",
    "= 1 + 1",
    "DDEX",
]


@pytest.mark.parametrize("story", ["body", "footer", "footnotes", "glossary"])
def test_other_fields_stay(story: str, tmp_path: Path) -> None:
    xml = "".join(f"<w:p>{shape(one)}</w:p>" for one in HARMLESS for shape in (complex_field, simple_field))
    before = with_content(tmp_path / "harmless.docx", story, xml)
    parts, warnings = rendered(before)
    assert not [warning for warning in warnings if "Left out" in warning and "field" in warning]
    name = f"word/{STORIES[story]}.xml"
    for one in ("instrText", "fldSimple", "fldChar"):
        assert parts[name].count(f"<w:{one}".encode()) == read(before)[name].count(f"<w:{one}".encode())


BLIP = (
    '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="9" cy="9"/><wp:docPr id="77" name="p"/><a:graphic><a:graphicData '
    'uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:blipFill><a:blip {}/></pic:blipFill>'
    "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r><w:r><w:t>shown</w:t></w:r></w:p>"
)
VML = "<w:p><w:r><w:pict><v:shape><v:{} {}/></v:shape></w:pict></w:r><w:r><w:t>shown</w:t></w:r></w:p>"
SHOWN = "<w:p><w:r><w:t>shown</w:t></w:r></w:p>"
OBJECT = '<w:p><w:r><w:object><v:shape><v:imagedata r:id="x9"/></v:shape>{}</w:object></w:r></w:p>' + SHOWN
ALT_CHUNK = f'<w:altChunk r:id="x1"/>{SHOWN}'
PICTURE = ("x9", "image", "media/preview.png")
CONTENT: dict[str, tuple[str, Relations, str]] = {
    "ActiveX": (OBJECT.format('<w:control r:id="x1"/>'), [("x1", "control", "activeX/a.xml"), PICTURE], "ActiveX"),
    "altChunk of HTML": (
        ALT_CHUNK,
        [("x1", "aFChunk", "a.html")],
        "altChunk",
    ),
    "altChunk of RTF": (
        ALT_CHUNK,
        [("x1", "aFChunk", "a.rtf")],
        "altChunk",
    ),
    "altChunk elsewhere": (
        ALT_CHUNK,
        [("x1", "aFChunk", EVIL)],
        "altChunk",
    ),
    "an OLE object": (OBJECT.format('<o:OLEObject r:id="x1"/>'), [("x1", "oleObject", "a.bin"), PICTURE], "OLE"),
    "a linked OLE object": (
        OBJECT.format('<o:OLEObject Type="Link" r:id="x1"/>'),
        [("x1", "oleObject", EVIL), PICTURE],
        "OLE",
    ),
    "a linked image": (BLIP.format('r:link="x1"'), [("x1", "image", EVIL)], EVIL),
    "an image by a hyperlink": (BLIP.format('r:link="x1"'), [("x1", "hyperlink", EVIL)], EVIL),
    "an embedded image elsewhere": (BLIP.format('r:embed="x1"'), [("x1", "hyperlink", EVIL)], EVIL),
    "an image on a share": (BLIP.format('r:embed="x1"'), [("x1", "image", "\\\\evil.example\\x")], "evil.example"),
    "a VML image": (VML.format("imagedata", 'r:id="x1"'), [("x1", "image", EVIL)], EVIL),
    "a VML image by a hyperlink": (VML.format("imagedata", 'r:id="x1"'), [("x1", "hyperlink", EVIL)], EVIL),
    "a VML link": (VML.format("imagedata", 'r:href="x1"'), [("x1", "hyperlink", EVIL)], EVIL),
    "a VML address": (VML.format("imagedata", f'src="{EVIL}"'), [], EVIL),
    "an address of Office": (VML.format("imagedata", f'o:href="{EVIL}"'), [], EVIL),
    "a VML fill": (VML.format("fill", f'type="frame" src="{EVIL}"'), [], EVIL),
    "a VML fill by a relationship": (VML.format("fill", 'o:relid="x1"'), [("x1", "image", EVIL)], EVIL),
    "an unused linked image": (SHOWN, [("x1", "image", EVIL)], EVIL),
}


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("content", CONTENT)
def test_active_content_is_left_out_and_named(content: str, story: str, tmp_path: Path) -> None:
    xml, relations, named = CONTENT[content]
    template = with_content(tmp_path / "active.docx", story, xml, relations)
    parts, warnings = rendered(template)
    kept = [name for name, part in parts.items() if b"evil.example" in part and not name.endswith(".rels")]
    assert not kept
    assert not re.search(rb"altChunk|OLEObject|w:control", b"".join(parts.values()))
    assert sum(part == b"active content" for part in parts.values()) == (PICTURE in relations)
    assert text_of(parts[f"word/{STORIES[story]}.xml"]).endswith("shown") or story in ("body", "text box", "header")
    assert any(warning.startswith("Left out of the template: ") and named in warning for warning in warnings)
    assert any(named in problem.message for problem in check_template(template) if problem.level == "warning")
    assert_references_exist(parts)


def assert_references_exist(parts: dict[str, bytes]) -> None:
    """Check that every reference of a part to another one has its relationship; Word repairs other files."""
    space = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
    for name, part in parts.items():
        if not name.endswith(".xml") or name.startswith("["):
            continue
        folder, _, file = name.rpartition("/")
        relations = parts.get(f"{folder}/_rels/{file}.rels", b"<none/>")
        known = {one.get("Id") for one in etree.fromstring(relations)}
        used = {
            value
            for one in etree.fromstring(part).iter("*")
            for key, value in one.attrib.items()
            if str(key).startswith(space)
        }
        assert used <= known, name


def test_a_copy_of_a_linked_image_stays(tmp_path: Path) -> None:
    xml = BLIP.format('r:embed="x9" r:link="x1"')
    parts, warnings = rendered(with_content(tmp_path / "copy.docx", "header", xml, [("x1", "image", EVIL), PICTURE]))
    assert b"active content" in parts.values()
    assert b"<w:drawing>" in parts["word/header1.xml"]
    assert any(EVIL in warning for warning in warnings)


def test_links_to_follow_stay(tmp_path: Path) -> None:
    xml = '<w:p><w:hyperlink r:id="x1"><w:r><w:t>shown</w:t></w:r></w:hyperlink></w:p>'
    parts, warnings = rendered(with_content(tmp_path / "link.docx", "footer", xml, [("x1", "hyperlink", EVIL)]))
    assert EVIL.encode() in parts["word/_rels/footer1.xml.rels"]
    assert b'r:id="x1"' in parts["word/footer1.xml"]
    assert not any("Left out" in warning and EVIL in warning for warning in warnings)


PIECES = st.sampled_from(
    ["begin", "separate", "end", "DDEAUTO evil", "D", "DE ", "PAGE", "<box>", "</box>", " LINK evil", "x", "simple"]
)


@given(st.lists(PIECES, max_size=25))
def test_no_arrangement_of_marks_keeps_a_field_that_loads(pieces: list[str]) -> None:
    """No field that remains has an active name, however the marks are nested or missing."""
    root = etree.fromstring(f"<w:body xmlns:w='{W[1:-1]}'><w:p/></w:body>")
    paragraph, holders = root[0], [root[0]]
    for piece in pieces:
        holder = holders[-1]
        if piece in ("begin", "separate", "end"):
            etree.SubElement(etree.SubElement(holder, f"{W}r"), f"{W}fldChar", {f"{W}fldCharType": piece})
        elif piece == "<box>":
            holders.append(etree.SubElement(etree.SubElement(holder, f"{W}txbxContent"), f"{W}p"))
        elif piece == "</box>":
            holders = holders[:-1] or [paragraph]
        elif piece == "simple":
            etree.SubElement(holder, f"{W}fldSimple", {f"{W}instr": "DDE evil"})
        else:
            etree.SubElement(etree.SubElement(holder, f"{W}r"), f"{W}instrText").text = piece
    list(remove_active_content(_Part(root)))  # type: ignore[arg-type]
    assert not [one for one in active_content._find_fields(root) if active_content._is_active(one.code)]
    assert b"fldSimple" not in etree.tostring(root)


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class _Part:
    """As much of a part as is needed."""

    def __init__(self, element: etree._Element) -> None:
        self.element = element
        self.rels: dict[str, Any] = {}
