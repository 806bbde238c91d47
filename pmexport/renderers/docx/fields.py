"""Fields: what Word itself counts and lists. Each holds its result, so that nothing asks the reader to update it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from lxml import etree

from pmexport.renderers.docx.oxml import Pen, child, reads_rtl

_CONTENTS = r'TOC \o "1-2" \h \z'
"""By the styles Heading 1 and 2, not by outline levels, which headings inside fields have as well. The numbers of the
pages, which nobody knows before Word has laid them out, come when a reader updates the list."""
_MARK = "\u200e"
"""The left-to-right mark: LibreOffice puts a number that ends a line on the other side of it."""
_PLACES = {"{page}": "PAGE", "{pages}": "NUMPAGES"}


def page_of(paragraph: etree._Element, words: str, pen: Pen) -> None:
    """Append the page number in words such as `Page {page} of {pages}`, which keep the order of their own script."""
    ltr = not reads_rtl(words)
    with pen.line(paragraph, words):
        for part in re.split(r"(\{pages?\})", words):
            if part in _PLACES:
                with field(paragraph, _PLACES[part]):
                    pen.run(paragraph, "1", ltr=ltr)
            elif part:
                pen.run(paragraph, part)
        if pen.rtl and ltr:
            pen.run(paragraph, _MARK, ltr=True)


@contextmanager
def field(parent: etree._Element, code: str) -> Iterator[None]:
    """Append a field whose result is what is appended meanwhile."""
    _begin(parent, code)
    yield
    _mark(parent, "end")


def contents(parent: etree._Element, title: str, entries: Iterable[tuple[int, str, str]], pen: Pen) -> None:
    """Append a list of contents: for each entry its level from 1, its words and the bookmark they lead to."""
    control = child(parent, "sdt")
    gallery = child(child(control, "sdtPr"), "docPartObj")
    child(gallery, "docPartGallery", val="Table of Contents")
    child(gallery, "docPartUnique")
    content = child(control, "sdtContent")
    pen.run(pen.paragraph(content, "TOCHeading"), title)
    for index, (level, words, bookmark) in enumerate(entries):
        paragraph = pen.paragraph(content, f"Toc{level}")
        if index == 0:
            _begin(paragraph, _CONTENTS)
        pen.run(child(paragraph, "hyperlink", anchor=bookmark, history=1), words)
    _mark(pen.paragraph(content, "Spacer"), "end")


def _begin(paragraph: etree._Element, code: str) -> None:
    _mark(paragraph, "begin")
    instruction = child(child(paragraph, "r"), "instrText")
    instruction.text = f" {code} "
    _mark(paragraph, "separate")


def _mark(paragraph: etree._Element, kind: str) -> None:
    child(child(paragraph, "r"), "fldChar", fldCharType=kind)
