"""Marks the pages of an unfinished report on a company's template, in place of the template's own watermark."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from typing import Literal

from docx.document import Document as WordDocument
from docx.section import Section, _BaseHeaderFooter

from pmexport.renderers.docx import page, watermark
from pmexport.renderers.docx.oxml import Element, TextWriter, W, add_child, create_root
from pmexport.renderers.docx.template import adoption
from pmexport.renderers.docx.template.fill_ins import visible_parts
from pmexport.renderers.docx.template.placement import list_sections
from pmexport.renderers.docx.template.style_index import remove_elements, select_nodes
from pmexport.renderers.docx.template.style_roles import Roles
from pmexport.theming.tokens import Tokens

_FIRST = 1001
"""Number of our first watermark; low numbers are frequent."""
_NAMED = "contains(translate(concat(@id, @name), 'WATERMK', 'watermk'), 'watermark')"
_TURNED = "*[local-name()='textpath'] and contains(@style, 'rotation')"
_WATERMARKS = (
    f".//*[local-name()='shape' or local-name()='rect'][{_NAMED} or {_TURNED}] | .//wp:anchor[wp:docPr[{_NAMED}]]"
)
"""Shapes that Word or LibreOffice named as watermarks, and words that are turned."""
_HOLDERS = ("AlternateContent", "pict", "drawing", "object")
_SHAPE_TYPE = f".//*[local-name()='shapetype'][@id='{watermark.SHAPE_TYPE}']"


def mark_pages(word: WordDocument, text: str, roles: Roles, tokens: Tokens, writer: TextWriter, width: int) -> None:
    """Replace the template's watermarks in the headers of all pages by a removable one, or by a band above them.

    Existing headers keep their other content; pages without a header get an empty one. tokens: say which of the two.
    width: that of the text, in twips.
    """
    for _, part in visible_parts(word):
        for shape in select_nodes(part, _WATERMARKS):
            _remove_shape(shape)
    if tokens.mark == "band":
        _write_bands(word, text, roles, writer)
    else:
        _draw_watermarks(word, text, tokens, width)


def _write_bands(word: WordDocument, text: str, roles: Roles, writer: TextWriter) -> None:
    for header in dict.fromkeys(shown_parts(word, "header")):
        written = create_root("body")
        page.write_band(written, text, writer)
        adoption.adopt_styles(written, roles)
        header[:0] = list(written)


def _draw_watermarks(word: WordDocument, text: str, tokens: Tokens, width: int) -> None:
    taken = {
        str(name)
        for _, part in visible_parts(word)
        for name in select_nodes(part, ".//@id | .//@*[local-name()='spid']")
    }
    free = (number for number in count(_FIRST) if not taken & set(watermark.shape_ids(number)))
    for header in dict.fromkeys(shown_parts(word, "header")):
        font, color = tokens.fonts.word_text, tokens.colors.hairline
        found = header.find(f"{W}p")
        paragraph = add_child(header, "p") if found is None else found
        known = select_nodes(header, _SHAPE_TYPE)
        watermark.draw_watermark(paragraph, text, next(free), font=font, color=color, width=width)
        if known:
            remove_elements(one for one in select_nodes(header, _SHAPE_TYPE) if one not in known)


def find_watermarks(word: WordDocument) -> list[str]:
    """Return the words of the template's watermarks, each once; empty for a picture."""
    shapes = (shape for _, part in visible_parts(word) for shape in select_nodes(part, _WATERMARKS))
    return list(dict.fromkeys(" ".join(map(str, select_nodes(shape, ".//@string"))) for shape in shapes))


def _remove_shape(shape: Element) -> None:
    """Remove a shape with what holds it: its run and content control, if they are then empty."""
    holders = [one for one in shape.iterancestors() if str(one.tag).rpartition("}")[2] in _HOLDERS]
    holder = holders[-1] if holders else shape
    run = holder.getparent()
    remove_elements([holder])
    if run is not None and run.tag == f"{W}r" and not select_nodes(run, "*[not(self::w:rPr)]"):
        control = next(run.iterancestors(f"{W}sdt"), None)
        remove_elements([run])
        if control is not None and not select_nodes(control, "w:sdtContent//*[self::w:r or self::w:p]"):
            remove_elements([control])


def shown_parts(word: WordDocument, edge: Literal["header", "footer"]) -> Iterator[Element]:
    """Yield the headers or footers that pages show; a section without its own shows that of the section before."""
    known = set()
    for properties in list_sections(word.element.body):
        section = Section(properties, word.part)  # type: ignore[arg-type]  # python-docx finds no nested ones
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
