"""Writes the content of a document, in the order of the tree."""

from pmexport.document.nodes import Document, sections_of, text_of, title_of
from pmexport.renderers.docx import fields
from pmexport.renderers.docx.body import Body, Context, bookmark_name
from pmexport.renderers.docx.oxml import Element, TextWriter, add_child
from pmexport.renderers.shared.bound_words import bind_title
from pmexport.renderers.shared.contents_place import find_following

_COVER_SPACE = 4000
"""Space above the title on a cover, in twips."""
REPORT_BOOKMARK = "_pmexport"
"""The bookmark of the report in a company's template, by which an import finds it. Word does not list it."""


def mark_report(text: Element) -> None:
    """Put a bookmark around the paragraphs of a report."""
    first, last = text[0], text[-1]
    first.insert(1, add_child(first, "bookmarkStart", id=0, name=REPORT_BOOKMARK))  # after the properties
    add_child(last, "bookmarkEnd", id=0)


def write_document(
    text: Element,
    document: Document,
    body: Body,
    writer: TextWriter,
    width: int,
    *,
    listed: bool,
    titled: bool = True,
) -> None:
    """Append a document to an element, for lines of this width in twips.

    titled, listed: whether to include the title and the table of contents.
    """
    context = Context(width, end=body.margin)
    if titled:
        title = writer.add_paragraph(text, "Title")
        writer.add_run(title, bind_title(document.title))
        if document.cover:
            add_child(title[0], "spacing", before=_COVER_SPACE)
    body.write_facts(text, document.facts, context)
    if document.cover:
        body.write_blocks(text, document.cover, context)
        body.end_paragraph(text)
    bookmarks = [(section, bookmark_name(number)) for number, section in enumerate(sections_of(document), 1)]
    body.bookmarks = {section.id: name for section, name in bookmarks}
    following = find_following(document) if listed else None
    entries = [(section.level - 1, text_of(title_of(section)), name) for section, name in bookmarks]
    for section in document.sections:
        if section.id == following:
            fields.write_contents(text, document.words.contents, entries, writer)
        body.write_section(text, section, context)
    if document.footer:
        body.keep_end(text)
    body.write_blocks(text, document.footer, Context(width, "ClosingNote", "Provenance"))
    body.end_paragraph(text)
