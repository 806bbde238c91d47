"""Small Word templates, each with one habit of real ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
REPORT = "<w:r><w:t>{{report}}</w:t></w:r>"
END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def parse(xml: str) -> Any:
    """Return an element; its namespaces need not be declared."""
    start = xml.index(">") - (xml[xml.index(">") - 1] == "/")
    return parse_xml(f"{xml[:start]} {nsdecls('w', 'r', 'wp')}{xml[start:]}")


def field(code: str, result: str = "Old entry") -> str:
    """Return the beginning of a field and its result."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{result}</w:t></w:r>'
    )


def with_paragraphs(*contents: str) -> WordDocument:
    """Return a document with a cover, a paragraph for each content, and an ending."""
    word = docx.Document()
    word.add_heading("Cover of Acme", 1)
    word.add_paragraph("Words before.")
    for content in contents:
        word.element.body[-1].addprevious(parse(f"<w:p>{content}</w:p>"))
    word.add_paragraph("Words after.")
    return word


def save(word: WordDocument, path: Path) -> Path:
    word.save(str(path))
    return path


ENCLOSED: dict[str, Callable[[], WordDocument]] = {
    "contents": lambda: with_paragraphs(field('TOC \\o "1-3" \\h'), REPORT, END),
    "last entry": lambda: with_paragraphs(field('TOC \\o "1-3" \\h'), REPORT + END),
    "figures": lambda: with_paragraphs(field('TOC \\h \\z \\c "Figure"'), REPORT, END),
    "index": lambda: with_paragraphs(field("INDEX"), REPORT, END),
    "one run": lambda: with_paragraphs(field("REF x", "{{report}}") + END),
    "nested": lambda: with_paragraphs(field("TOC") + field("PAGEREF x", "1") + END, REPORT, END),
    "simple": lambda: with_paragraphs(f'<w:fldSimple w:instr=" REF x ">{REPORT}</w:fldSimple>'),
}
"""Templates whose place for the report is in the result of a field."""


def with_running_text(properties: str, place: str) -> WordDocument:
    """Return a document whose style Normal, or whose defaults, have these paragraph properties."""
    word = docx.Document()
    styles = word.styles.element
    if place == "Normal":
        for old in word.styles["Normal"].element.findall(f"{W}pPr"):
            old.getparent().remove(old)
        word.styles["Normal"].element.insert(2, parse(f"<w:pPr>{properties}</w:pPr>"))
    else:
        holder = styles.find(f"{W}docDefaults/{W}pPrDefault")
        holder[:] = [parse(f"<w:pPr>{properties}</w:pPr>")]
    return word


_PICT = (
    '<w:r><w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" path="m0,0l21600,0e"/>'
    '<v:shape id="PowerPlusWaterMarkObject1" o:spid="_x0000_s2049" type="#_x0000_t136" style="position:absolute;'
    'width:400pt;height:100pt;rotation:315"><v:textpath string="TEMPLATE"/></v:shape></w:pict></w:r>'
)
_ANCHOR = (
    '<w:r><w:drawing><wp:anchor behindDoc="1" distT="0" distB="0" distL="0" distR="0" simplePos="0" locked="0"'
    ' relativeHeight="2" layoutInCell="0" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
    '<wp:positionH relativeFrom="column"><wp:align>center</wp:align></wp:positionH>'
    '<wp:positionV relativeFrom="paragraph"><wp:align>center</wp:align></wp:positionV>'
    '<wp:extent cx="9" cy="9"/><wp:wrapNone/><wp:docPr id="7" name="PowerPlusWaterMarkObject7"/>'
    '<a:graphic><a:graphicData uri="urn:x"/></a:graphic></wp:anchor></w:drawing></w:r>'
)
_GALLERY = '<w:sdtPr><w:docPartObj><w:docPartGallery w:val="Watermarks"/></w:docPartObj></w:sdtPr>'
WATERMARKS = {
    "word": _PICT,
    "without a name": _PICT.replace("PowerPlusWaterMarkObject1", "Shape1"),
    "in a control": f"<w:sdt>{_GALLERY}<w:sdtContent>{_PICT}</w:sdtContent></w:sdt>",
    "drawing": _ANCHOR,
    "alternatives": '<w:r><mc:AlternateContent><mc:Choice Requires="wps">'
    + _ANCHOR.removeprefix("<w:r>").removesuffix("</w:r>")
    + "</mc:Choice><mc:Fallback>"
    + _PICT.removeprefix("<w:r>").removesuffix("</w:r>")
    + "</mc:Fallback></mc:AlternateContent></w:r>",
}
"""Watermarks as Word and LibreOffice write them."""


def with_watermark(watermark: str) -> WordDocument:
    """Return a document with a watermark beside the words of its header."""
    word = docx.Document()
    header = word.sections[0].header.paragraphs[0]
    header.text = "Letterhead"
    declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _DRAWINGS.items())
    header._p.extend(list(parse_xml(f"<w:p {nsdecls('w', 'wp', 'a')} {declared}>{watermark}</w:p>")))
    return word


_DRAWINGS = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
}
