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
