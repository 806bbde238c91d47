"""Adds the watermark of an unfinished report to a company's template."""

from collections.abc import Iterator
from contextlib import suppress

from docx.document import Document as WordDocument
from docx.section import _BaseHeaderFooter

from pmexport.renderers.docx import watermark
from pmexport.renderers.docx.oxml import Element, W, add_child
from pmexport.renderers.docx.template.style_index import remove_elements, select_nodes
from pmexport.theming.tokens import Tokens

_FIRST = 1001
"""Number of our first watermark: a template may have its own."""


def draw_watermarks(word: WordDocument, text: str, tokens: Tokens, width: int) -> None:
    """Add a removable watermark of this width in twips to the headers of all pages.

    Existing headers keep their content; pages without a header get an empty one.
    """
    for number, header in enumerate(dict.fromkeys(_shown_headers(word)), _FIRST):
        font, color = tokens.fonts.word_text, tokens.colors.hairline
        found = header.find(f"{W}p")
        paragraph = add_child(header, "p") if found is None else found
        watermark.draw_watermark(paragraph, text, number, font=font, color=color, width=width)


def _shown_headers(word: WordDocument) -> Iterator[Element]:
    """Yield the headers that pages show; a section without its own shows that of the section before."""
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
                yield from _own_header(header)


def _own_header(header: _BaseHeaderFooter) -> Iterator[Element]:
    """Yield a header's element, creating an empty one if there is none."""
    made = header.is_linked_to_previous
    header.is_linked_to_previous = False
    with suppress(KeyError, AttributeError):  # a template may refer to a part that is missing or not a header
        element: Element = header._element  # noqa: SLF001
        remove_elements(select_nodes(element, "w:p/w:pPr") if made else [])  # a style that the template may not have
        yield element
