"""Where in a template the report stands, and how much room there is."""

from __future__ import annotations

from dataclasses import dataclass

from docx.document import Document as WordDocument
from lxml import etree

from pmexport.errors import RenderError
from pmexport.renderers.docx.oxml import R, W, child
from pmexport.renderers.docx.template import fill_ins
from pmexport.renderers.docx.template.style_index import as_number, remove, select
from pmexport.renderers.docx.template.template_package import Template, drop

_LETTER = (12240, 15840)
_MARGIN = 1440
"""What Word takes where a section does not say; in twentieths of a point."""
_GAP = 720
_NARROWEST = 720
"""Less is no room to write in."""
_IMPLIED = (
    *("styles", "stylesWithEffects", "settings", "webSettings", "numbering", "theme", "fontTable"),
    *("footnotes", "endnotes", "glossaryDocument", "customXml"),
)
"""Kinds of relations that are used though no text names them."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where the report stands."""

    mark: etree._Element | None
    """The paragraph in whose place; None where it takes the place of the whole body."""
    section: etree._Element
    """The properties of its section."""
    number: int
    """Of its section, from 1."""
    sections: int

    @property
    def paper(self) -> tuple[int, int]:
        """The width and the height of the sheet, in twentieths of a point."""
        return self._value("pgSz", "w", _LETTER[0]), self._value("pgSz", "h", _LETTER[1])

    @property
    def columns(self) -> int:
        return max(1, self._value("cols", "num", 1))

    @property
    def area(self) -> tuple[int, int]:
        """The width and the height that text has, of one column; in twentieths of a point."""
        width, height = self.paper
        left, right, top, bottom = (self._value("pgMar", side, _MARGIN) for side in ("left", "right", "top", "bottom"))
        inside = width - left - right - self._value("pgMar", "gutter", 0)
        each = (inside - (self.columns - 1) * self._value("cols", "space", _GAP)) // self.columns
        widths = [as_number(width) for width in select(self.section, "w:cols/w:col/@w:w")]
        return min([each, *widths]) if self.columns > 1 else inside, height - abs(top) - abs(bottom)

    def _value(self, tag: str, attribute: str, default: int) -> int:
        element = self.section.find(W + tag)
        text = None if element is None else element.get(W + attribute)
        return as_number(text, default)


def find(template: Template) -> Site:
    """Return where the report stands. Raises RenderError where that cannot be said, or has no room."""
    text = template.word.element.body
    marks = [paragraph for _, paragraph in fill_ins.paragraphs(template.word) if _names_report(paragraph)]
    if len(marks) > 1:
        raise RenderError(f"{template.name}: {{{{report}}}} stands in it {len(marks)} times. Leave it once.")
    mark = next(iter(marks), None)
    if mark is not None and (mark.getparent() is not text or _is_among_words(mark)):
        raise RenderError(
            f"{template.name}: {{{{report}}}} must be all that a paragraph of the body says, outside of headers,"
            " tables, text boxes and content controls."
        )
    sections = select(text, "w:p/w:pPr/w:sectPr | w:sectPr")
    section = text[-1] if mark is None else _section_of(mark)
    site = Site(mark, section, sections.index(section) + 1, len(sections))
    if min(site.area) < _NARROWEST:
        raise RenderError(f"{template.name}: between its margins there is no room for the report. Make them smaller.")
    return site


def clear(word: WordDocument) -> None:
    """Empty a body, but for the properties of its last section, which shall have the headers that it had."""
    text = word.element.body
    last = text[-1]
    for section in reversed(select(text, "w:p/w:pPr/w:sectPr")):
        _inherit(last, section)
    remove(list(text)[:-1])
    used = {str(identifier) for identifier in select(word.element, f"//@*[namespace-uri()='{R[1:-1]}']")}
    for key, relation in list(word.part.rels.items()):
        if key not in used and relation.reltype.rpartition("/")[2] not in _IMPLIED:
            drop(word.part.rels, key)


def put(site: Site, written: etree._Element) -> None:
    """Move what was written to where it stands; the mark goes, but not a section that ends with it."""
    end = site.section if site.mark is None else site.mark
    for element in list(written):
        end.addprevious(element)
    remove([written])
    if site.mark is not None:
        remove(list(site.mark)[1:] if select(site.mark, "w:pPr/w:sectPr") else [site.mark])


def holder(word: WordDocument) -> etree._Element:
    """Return an element of the body to write in: to move elements within a document costs little."""
    text = word.element.body
    written = child(text, "body")
    text.insert(len(text) - 2, written)
    return written


def _names_report(paragraph: etree._Element) -> bool:
    return any(blank.name == fill_ins.REPORT for blank in fill_ins.of(paragraph))


def _is_among_words(paragraph: etree._Element) -> bool:
    return [blank.written for blank in fill_ins.of(paragraph)] != [fill_ins.text_of(paragraph).strip()]


def _section_of(mark: etree._Element) -> etree._Element:
    """Return the properties of the section that a paragraph is in: they stand at its end."""
    own = select(mark, "w:pPr/w:sectPr | following-sibling::w:p/w:pPr/w:sectPr | following-sibling::w:sectPr")
    section: etree._Element = own[0]
    return section


def _inherit(section: etree._Element, earlier: etree._Element) -> None:
    """Give a section the headers and footers of an earlier one that it has none of."""
    for tag in ("footerReference", "headerReference"):
        has = {reference.get(f"{W}type") for reference in section.findall(W + tag)}
        for reference in earlier.findall(W + tag):
            if reference.get(f"{W}type") not in has:
                section.insert(0, reference)
