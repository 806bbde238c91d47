"""Everything that stands between the margins, in the order of the tree."""

from __future__ import annotations

from lxml import etree

from pmexport.document.nodes import Document, Inlines, Text, sections_of
from pmexport.renderers.docx import fields
from pmexport.renderers.docx.body import Body, Place, bookmark
from pmexport.renderers.docx.oxml import Pen
from pmexport.renderers.shared.contents_place import precedes


def write(
    text: etree._Element,
    document: Document,
    body: Body,
    pen: Pen,
    width: int,
    *,
    titled: bool = True,
    listed: bool = True,
) -> None:
    """Append a document to an element, for lines of this width in twentieths of a point.

    `titled`, `listed`: with the title and the list of contents. It is written where it stays: to move elements from one
    lxml document to another takes longer than to make them.
    """
    place = Place(width)
    kind: tuple[Inlines, ...] = ((Text(document.kind),),) if document.kind else ()
    body.facts(text, "Masthead", (*kind, *document.masthead), place)
    if titled:
        pen.run(pen.paragraph(text, "Title"), document.title)
    body.facts(text, "Subtitle", document.byline, place)
    body.blocks(text, document.glance, place)
    following = precedes([section.id for section in document.sections])
    for section in document.sections:
        if listed and section.id == following:
            fields.contents(text, document.words.contents, _entries(document), pen)
        body.section(text, section, place)
    body.blocks(text, document.footer, Place(width, "ClosingNote", "Provenance"))
    body.close(text)


def _entries(document: Document) -> list[tuple[int, str, str]]:
    numbered = enumerate(sections_of(document), 1)
    return [(section.level - 1, section.title, bookmark(number)) for number, section in numbered]
