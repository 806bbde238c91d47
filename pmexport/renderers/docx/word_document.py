"""Writes the content of a document, in the order of the tree."""

from pmexport.document.nodes import Document, Inlines, Text, sections_of
from pmexport.renderers.docx import fields
from pmexport.renderers.docx.body import Body, Context, bookmark_name
from pmexport.renderers.docx.oxml import Element, TextWriter
from pmexport.renderers.shared.bound_words import bind_title
from pmexport.renderers.shared.contents_place import find_following


def write_document(
    text: Element,
    document: Document,
    body: Body,
    writer: TextWriter,
    width: int,
    *,
    titled: bool = True,
    listed: bool = True,
) -> None:
    """Append a document to an element, for lines of this width in twips.

    titled, listed: whether to include the title and the table of contents.
    """
    context = Context(width)
    kind: tuple[Inlines, ...] = ((Text(document.kind),),) if document.kind else ()
    body.write_facts(text, "Masthead", (*kind, *document.masthead), context)
    if titled:
        writer.add_run(writer.add_paragraph(text, "Title"), bind_title(document.title))
    body.write_facts(text, "Subtitle", document.byline, context)
    following = find_following(document) if listed else None
    numbered = enumerate(sections_of(document), 1)
    entries = [(section.level - 1, section.title, bookmark_name(number)) for number, section in numbered]
    for section in document.sections:
        if section.id == following:
            fields.write_contents(text, document.words.contents, entries, writer)
        body.write_section(text, section, context)
    body.write_blocks(text, document.footer, Context(width, "ClosingNote", "Provenance"))
    body.end_paragraph(text)
