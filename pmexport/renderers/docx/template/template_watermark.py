"""The mark over every page of a report that is not final, in the headers of a company's template."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from docx.document import Document as WordDocument
from docx.section import _BaseHeaderFooter
from lxml import etree

from pmexport.renderers.docx import watermark
from pmexport.renderers.docx.oxml import W, child
from pmexport.renderers.docx.template.style_index import remove, select
from pmexport.theming.themes import Tokens

_FIRST = 1001
"""The number of our first mark: a template may have watermarks of its own."""


def mark(word: WordDocument, text: str, tokens: Tokens, width: int) -> None:
    """Draw a mark that is so wide, in twentieths of a point, into the headers of all pages.

    What stands in them stays; where pages have no header, they get an empty one. Word can remove the mark.
    """
    for number, header in enumerate(dict.fromkeys(_headers(word)), _FIRST):
        font, color = tokens.fonts.word_text, tokens.colors.hairline
        watermark.draw(_paragraph(header), text, number, font=font, color=color, width=width)


def _headers(word: WordDocument) -> Iterator[etree._Element]:
    """Yield the headers that pages show; a section shows that of the section before where it has none."""
    known = set()
    for section in word.sections:
        shown = {
            "default": (section.header, True),
            "first": (section.first_page_header, section.different_first_page_header_footer),
            "even": (section.even_page_header, word.settings.odd_and_even_pages_header_footer),
        }
        for kind, (header, is_shown) in shown.items():
            if is_shown and (kind not in known or not header.is_linked_to_previous):
                known.add(kind)
                yield from _own(header)


def _own(header: _BaseHeaderFooter) -> Iterator[etree._Element]:
    """Yield the element of a header; where there was none, of one without words."""
    made = header.is_linked_to_previous
    header.is_linked_to_previous = False
    with suppress(KeyError, AttributeError):  # of what the template names, and has not or is no header
        element: etree._Element = header._element  # noqa: SLF001
        remove(select(element, "w:p/w:pPr") if made else [])  # a style that the template may not have
        yield element


def _paragraph(header: etree._Element) -> etree._Element:
    found = header.find(f"{W}p")
    return child(header, "p") if found is None else found
