"""Finds the place of the report in a template, and clears it."""

import re
from dataclasses import dataclass

from docx.document import Document as WordDocument

from pmexport.errors import RenderError
from pmexport.problems import show_name
from pmexport.renderers.docx.oxml import Element, R, W, add_child
from pmexport.renderers.docx.template import contents_field, fill_ins
from pmexport.renderers.docx.template.style_index import first_value, parse_number, select_nodes
from pmexport.renderers.docx.template.template_package import Template, drop_relation
from pmexport.renderers.shared.paper import SIZES, to_twips

_DEFAULT_WIDTH, _DEFAULT_HEIGHT = map(to_twips, SIZES["Letter"])
_DEFAULT_MARGIN = to_twips("1in")
_DEFAULT_GAP = to_twips("0.5in")
"""Word's defaults, in twips."""
_MIN_SIDE = to_twips("0.5in")
"""Minimum width and height of the text area."""
_LINE = 80
"""Characters of a line, about."""
_CONTENTS = re.compile("toc|verzeichnis|contents", re.IGNORECASE)
"""Matches the styles of entries of a table of contents, but not those of headings."""
_IMPLIED = (
    *("styles", "stylesWithEffects", "settings", "webSettings", "numbering", "theme", "fontTable"),
    *("footnotes", "endnotes", "glossaryDocument", "customXml"),
)
"""Relationship types that are used even though no element refers to them."""


@dataclass(frozen=True, slots=True)
class Placement:
    """The place of the report in a template."""

    paragraph: Element | None
    """The paragraph that the report replaces; None if it replaces the whole body."""
    section: Element
    """The section's properties."""
    number: int
    """The section's number, from 1."""
    sections: int
    """The number of sections in the template."""

    @property
    def section_name(self) -> str:
        """The section's number and that of all sections, as words."""
        return f"section {self.number} of {self.sections}"

    @property
    def page_size(self) -> tuple[int, int]:
        """The paper's width and height, in twips."""
        return self._read_number("pgSz", "w", _DEFAULT_WIDTH), self._read_number("pgSz", "h", _DEFAULT_HEIGHT)

    @property
    def columns(self) -> int:
        return max(1, self._read_number("cols", "num", 1))

    @property
    def text_area(self) -> tuple[int, int]:
        """The width of one text column and the height between the margins, in twips."""
        width, height = self.page_size
        sides = ("left", "right", "top", "bottom")
        left, right, top, bottom = (self._read_number("pgMar", side, _DEFAULT_MARGIN) for side in sides)
        inside = width - left - right - self._read_number("pgMar", "gutter", 0)
        each = (inside - (self.columns - 1) * self._read_number("cols", "space", _DEFAULT_GAP)) // self.columns
        widths = [parse_number(width) for width in select_nodes(self.section, "w:cols/w:col/@w:w")]
        return min([each, *widths]) if self.columns > 1 else inside, height - abs(top) - abs(bottom)

    def _read_number(self, tag: str, attribute: str, default: int) -> int:
        element = self.section.find(W + tag)
        text = None if element is None else element.get(W + attribute)
        return parse_number(text, default)


def find_placement(template: Template) -> Placement:
    """Return the place of the report. Raises RenderError if it is ambiguous or has no room."""
    text = template.word.element.body
    marks = [paragraph for _, paragraph in fill_ins.all_paragraphs(template.word) if _names_report(paragraph)]
    if len(marks) > 1:
        raise RenderError(f"{show_name(template.name)}: {{{{report}}}} occurs {len(marks)} times. Keep one of them.")
    mark = next(iter(marks), None)
    if mark is not None and (mark.getparent() is not text or _has_other_text(mark)):
        raise RenderError(
            f"{show_name(template.name)}: {{{{report}}}} is not in a paragraph of its own. Move it to one in the body,"
            " outside headers, footers, tables, text boxes and content controls."
        )
    if mark is not None and (code := _find_field(text, mark)) is not None:
        raise RenderError(
            f"{show_name(template.name)}: {{{{report}}}} is inside the field {code}, whose result Word replaces."
            " Move it to a paragraph of its own after the field."
        )
    sections = list_sections(text)
    section = _main_section(text, sections) if mark is None else _section_of(mark, text, sections)
    placement = Placement(mark, section, sections.index(section) + 1, len(sections))
    if min(placement.text_area) < _MIN_SIDE:
        raise RenderError(f"{show_name(template.name)}: the margins leave no room for the report. Reduce them in Word.")
    return placement


def list_sections(text: Element) -> list[Element]:
    """Return the properties of a body's sections, including those in content controls."""
    return select_nodes(text, ".//w:sectPr[not(parent::w:sectPrChange)]")


def _section_of(mark: Element, text: Element, sections: list[Element]) -> Element:
    """Return the section that a paragraph is in: its properties are at its end."""
    found = False
    for element in text.iter(f"{W}p", f"{W}sectPr"):
        found = found or element is mark
        if found and element in sections:
            return element
    return sections[-1]


def _main_section(text: Element, sections: list[Element]) -> Element:
    """Return the section with the most lines, without those of a table of contents; the last one of several."""
    lines = dict.fromkeys(sections, 0)
    waiting = iter(sections)
    section = next(waiting)
    for element in text.iter(f"{W}p", f"{W}sectPr"):
        if element.tag == f"{W}p" and not _CONTENTS.match(first_value(element, "w:pPr/w:pStyle/@w:val")):
            least = 0 if element.find(f"{W}pPr/{W}sectPr") is not None else 1
            lines[section] += max(least, -(-len(fill_ins.paragraph_text(element).strip()) // _LINE))
        elif element is section:
            section = next(waiting, section)
    return max(reversed(sections), key=lines.__getitem__)


def clear_body(word: WordDocument, kept: Element) -> None:
    """Remove the body's content and the parts it refers to.

    The properties of one section stay, with the headers and footers that the section inherited.
    """
    text = word.element.body
    sections = list_sections(text)
    for section in reversed(sections[: sections.index(kept)]):
        _inherit_headers(kept, section)
    text.append(kept)
    del text[:-1]  # removing one element after the other takes a time that grows with the square of a table's size
    used = {str(identifier) for identifier in select_nodes(word.element, f"//@*[namespace-uri()='{R[1:-1]}']")}
    for key, relation in list(word.part.rels.items()):
        if key not in used and relation.reltype.rpartition("/")[2] not in _IMPLIED:
            drop_relation(word.part.rels, key)


def add_container(word: WordDocument) -> Element:
    """Return a new element of the body to write in; moving elements within a document is fast."""
    text = word.element.body
    written = add_child(text, "body")
    text.insert(len(text) - 2, written)
    return written


def _names_report(paragraph: Element) -> bool:
    return any(placeholder.name == fill_ins.REPORT for placeholder in fill_ins.parse_placeholders(paragraph))


def _has_other_text(paragraph: Element) -> bool:
    written = [placeholder.written for placeholder in fill_ins.parse_placeholders(paragraph)]
    return written != [fill_ins.paragraph_text(paragraph).strip()]


def _find_field(text: Element, paragraph: Element) -> str | None:
    """Return the field that contains the placeholder of a paragraph, as Word shows it; None if there is none."""
    found = (contents_field.find_enclosing(text, piece) for piece in fill_ins.report_pieces(paragraph))
    code = next((one for one in found if one is not None), None)
    return None if code is None else contents_field.show_code(code)


def _inherit_headers(section: Element, earlier: Element) -> None:
    """Copy the headers and footers that a section lacks from an earlier one."""
    for tag in ("footerReference", "headerReference"):
        has = {reference.get(f"{W}type") for reference in section.findall(W + tag)}
        for reference in earlier.findall(W + tag):
            if reference.get(f"{W}type") not in has:
                section.insert(0, reference)
