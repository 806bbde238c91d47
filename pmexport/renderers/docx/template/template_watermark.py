"""Adds the watermark of an unfinished report to a company's template."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Literal

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
    for number, header in enumerate(dict.fromkeys(shown_parts(word, "header")), _FIRST):
        font, color = tokens.fonts.word_text, tokens.colors.hairline
        found = header.find(f"{W}p")
        paragraph = add_child(header, "p") if found is None else found
        watermark.draw_watermark(paragraph, text, number, font=font, color=color, width=width)


def shown_parts(word: WordDocument, edge: Literal["header", "footer"]) -> Iterator[Element]:
    """Yield the headers or footers that pages show; a section without its own shows that of the section before."""
    known = set()
    for section in word.sections:
        shown = {
            edge: True,
            f"first_page_{edge}": section.different_first_page_header_footer,
            f"even_page_{edge}": word.settings.odd_and_even_pages_header_footer,
        }
        for kind, is_shown in shown.items():
            part = getattr(section, kind)
            if is_shown and (kind not in known or not part.is_linked_to_previous):
                known.add(kind)
                yield from _own_part(part)


def _own_part(part: _BaseHeaderFooter) -> Iterator[Element]:
    """Yield the element of a header or footer, creating an empty one if there is none."""
    made = part.is_linked_to_previous
    part.is_linked_to_previous = False
    with suppress(KeyError, AttributeError):  # a template may refer to a part that is missing or of another kind
        element: Element = part._element  # noqa: SLF001
        remove_elements(select_nodes(element, "w:p/w:pPr") if made else [])  # a style that the template may not have
        yield element
