"""Read a Word file as a draft: its content is written as Markdown, which the Markdown importer reads.

So headings lead to the same fields, and what our own documents repeat is left out by the same rules.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import replace

from lxml.etree import XMLSyntaxError

from pmexport.document import nodes
from pmexport.document.compose import text_direction
from pmexport.document.nodes import Blocks
from pmexport.errors import RenderError
from pmexport.importing.draft import Draft
from pmexport.importing.import_options import PICTURES, ImportOptions
from pmexport.importing.markdown.markdown_reader import read_markdown
from pmexport.importing.notes import Note
from pmexport.importing.sources import SourceFile
from pmexport.importing.word import own_document
from pmexport.importing.word.block_reader import BlockReader
from pmexport.importing.word.inline_reader import InlineReader, select_comments
from pmexport.importing.word.list_counter import ListCounter
from pmexport.importing.word.style_sheet import StyleSheet
from pmexport.importing.word.word_file import WordFile, element_text, open_file
from pmexport.reading.found_values import shorten
from pmexport.renderers.markdown import write_blocks
from pmexport.report.house_style import PLAIN, HouseStyle

_NOTE_MARK = re.compile(r"<sup>\\\[(?P<number>\d+)\\\]</sup>")
_TITLE, _DEEPEST = 1, 6
"""Levels of headings in Markdown."""
_DRAWING = "It is a chart or another drawing. To keep it, save it as an image and add it to the report."
_TEMPLATE = "It belongs to the Word template."


def read_word(source: SourceFile, options: ImportOptions) -> Draft:
    """Return the draft in a Word file. Raises InputError for another or a damaged file, or one that exceeds a limit."""
    try:
        return _read_file(open_file(source.data, options.pictures or PICTURES), source, options)
    except RenderError as error:
        source.fail(str(error))
    except XMLSyntaxError as error:  # of a part that is read late, such as comments
        source.fail(
            f"a part of the file is damaged: {error.msg}.", "Open it in Word or LibreOffice, and save it again."
        )


def _read_file(file: WordFile, source: SourceFile, options: ImportOptions) -> Draft:
    outside = own_document.cut_template(file)
    comments = list(_note_comments(file, source.name))
    markdown = write_markdown(file, options.style)
    if not markdown:
        source.fail("the file shows no text.", "There is nothing to import.")
    draft = read_markdown(
        SourceFile(markdown.encode(), source.name, source.limits), options, is_shortened=file.is_shortened
    )
    draft.notes = [replace(note, line=None, last=None) for note in draft.notes]
    draft.notes += [Note("left_out", source.name, text=shorten(text), reason=_TEMPLATE) for text in outside]
    draft.notes += [Note("not_understood", source.name, text=shorten(name), reason=_DRAWING) for name in file.skipped]
    draft.notes += comments
    draft.files = file.pictures
    return draft


def write_markdown(file: WordFile, style: HouseStyle = PLAIN) -> str:
    """Return the content of a Word file as GitHub Flavored Markdown."""
    styles = StyleSheet(file.styles, file.numbering)
    file.labels = own_document.find_labels(file, styles, style)
    if file.labels and text_direction(file.labels.language) == "rtl":
        own_document.drop_isolates(file.body)
    inlines = InlineReader(file, styles)
    blocks = BlockReader(file, styles, inlines, ListCounter()).read(file.body)
    if file.labels:
        blocks = own_document.add_title(own_document.join_tables(blocks), file.title)
    else:
        blocks = settle_levels(blocks)
    notes = list(_write_notes(file, styles, inlines))
    text = "\n\n".join(write_blocks(blocks))
    if notes:
        known = len(notes)
        text = _NOTE_MARK.sub(
            lambda found: f"[^{found['number']}]" if int(found["number"]) <= known else found[0], text
        )
    return "\n\n".join([text, *notes]) + "\n" if text else ""


def settle_levels(blocks: Blocks) -> Blocks:
    """Return the blocks of anybody's document with headings of level 1 for the title, 2 for sections, and so on.

    Without a paragraph in the style of titles, the first heading is the title if no other one has its level.
    """
    headings = [block for block in blocks if isinstance(block, nodes.Heading)]
    levels = sorted({block.level for block in headings})
    has_title = levels[:1] == [_TITLE]
    top = [block for block in headings if block.level == levels[0]]
    if not has_title and len(top) == 1 and headings[0] is top[0] and (len(headings) > 1 or blocks[0] is top[0]):
        has_title = True
    ranks = {level: min(rank, _DEEPEST) for rank, level in enumerate(levels, start=_TITLE + (not has_title))}
    return tuple(replace(one, level=ranks[one.level]) if isinstance(one, nodes.Heading) else one for one in blocks)


def _write_notes(file: WordFile, styles: StyleSheet, inlines: InlineReader) -> Iterator[str]:
    """Yield the footnotes and endnotes as the definitions of Markdown's footnotes."""
    for number, (_, note) in enumerate(list(file.notes), start=1):
        blocks = BlockReader(file, styles, inlines, ListCounter()).read(note)
        text = textwrap.indent("\n\n".join(write_blocks(blocks)), "    ").strip()
        yield f"[^{number}]: {text}"


def _note_comments(file: WordFile, name: str) -> Iterator[Note]:
    """Yield a note for each comment, which names its author and the text that it is about."""
    places = select_comments(file.body)
    for identifier, author, text in file.comments():
        about = shorten(element_text(places[identifier]).strip()) if identifier in places else ""
        place = f' on "{about}"' if about else ""
        reason = f"It is a comment by {author or 'somebody'}{place}."
        yield Note("not_understood", name, text=text[:200], reason=reason)
