"""Word fields, each with its result, so that Word does not ask the reader to update it."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from pmexport.renderers.docx.oxml import Element, TextWriter, add_child, reads_rtl

_CONTENTS = r'TOC \o "1-2" \h \z'
"""Selects the styles Heading 1 and 2, not outline levels, which headings inside fields also have. Page numbers are
missing until the reader updates the list, because only Word knows them."""
_LEFT_TO_RIGHT = "\u200e"
"""Keeps LibreOffice from moving a number at the end of a line to the other side."""
_PLACES = {"{page}": "PAGE", "{pages}": "NUMPAGES"}


def write_page_number(paragraph: Element, words: str, writer: TextWriter) -> None:
    """Append a page number as in `Page {page} of {pages}`, in the text's own direction."""
    ltr = not reads_rtl(words)
    with writer.keep_order(paragraph, words):
        for part in re.split(r"(\{pages?\})", words):
            if part in _PLACES:
                with wrap_field(paragraph, _PLACES[part]):
                    writer.add_run(paragraph, "1", ltr=ltr)
            elif part:
                writer.add_run(paragraph, part)
        if writer.rtl and ltr:
            writer.add_run(paragraph, _LEFT_TO_RIGHT, ltr=True)


@contextmanager
def wrap_field(parent: Element, code: str, style: str = "") -> Iterator[None]:
    """Append a field; what is appended inside the `with` block becomes its result.

    style: the result's character style, which LibreOffice takes from the field.
    """
    _begin_field(parent, code, style)
    yield
    _add_field_char(parent, "end", style)


def write_contents(parent: Element, title: str, entries: Iterable[tuple[int, str, str]], writer: TextWriter) -> None:
    """Append a table of contents. Each entry has a level from 1, a text and a bookmark."""
    control = add_child(parent, "sdt")
    gallery = add_child(add_child(control, "sdtPr"), "docPartObj")
    add_child(gallery, "docPartGallery", val="Table of Contents")
    add_child(gallery, "docPartUnique")
    content = add_child(control, "sdtContent")
    writer.add_run(writer.add_paragraph(content, "TOCHeading"), title)
    for index, (level, words, bookmark) in enumerate(entries):
        paragraph = writer.add_paragraph(content, f"Toc{level}")
        if index == 0:
            _begin_field(paragraph, _CONTENTS)
        writer.add_run(add_child(paragraph, "hyperlink", anchor=bookmark, history=1), words)
    _add_field_char(writer.add_paragraph(content, "Spacer"), "end")


def _begin_field(paragraph: Element, code: str, style: str = "") -> None:
    _add_field_char(paragraph, "begin", style)
    instruction = add_child(_add_run(paragraph, style), "instrText")
    instruction.text = f" {code} "
    _add_field_char(paragraph, "separate", style)


def _add_field_char(paragraph: Element, kind: str, style: str = "") -> None:
    add_child(_add_run(paragraph, style), "fldChar", fldCharType=kind)


def _add_run(paragraph: Element, style: str) -> Element:
    run = add_child(paragraph, "r")
    if style:
        add_child(add_child(run, "rPr"), "rStyle", val=style)
    return run
