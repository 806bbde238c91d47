"""Finds a template's table of contents and fills it with the document's headings."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from pmexport.renderers.docx.oxml import Element, TextWriter, W, add_child, ensure_first
from pmexport.renderers.docx.template.fill_ins import paragraph_text
from pmexport.renderers.docx.template.style_index import StyleIndex, first_value, remove_elements, select_nodes

_HEADINGS = re.compile(r"\s*TOC\b(?!.*\\c\b)", re.DOTALL)
"""Matches a table of contents, but not a list of captions."""
_HEADING_LEVELS = "012345678"
"""Outline levels of headings; body text is on level 9."""
_LEVELS = re.compile(r'\\o\s+"?(\d)\s*-\s*(\d)')


@dataclass(slots=True)
class Field:
    """A field: an instruction, and a result that may span several runs."""

    code: str = ""
    marks: dict[str, Element] = field(default_factory=dict)
    """What begins it, separates its result and ends it, by these names; none for a simple field."""

    @property
    def lists_headings(self) -> bool:
        return _HEADINGS.match(self.code) is not None

    @property
    def levels(self) -> range:
        """The heading levels, from 1, that it lists."""
        found = _LEVELS.search(self.code)
        return range(int(found[1]), int(found[2]) + 1) if found else range(1, 4)

    @property
    def ends(self) -> tuple[Element, Element] | None:
        """The paragraphs in which its result begins and ends; None unless they are siblings."""
        if not {"separate", "end"} <= self.marks.keys():
            return None
        first, last = (run.getparent() for run in self.runs)
        if first is None or last is None or {first.tag, last.tag} != {f"{W}p"}:
            return None
        return (first, last) if first.getparent() is last.getparent() else None

    @property
    def runs(self) -> tuple[Element, Element]:
        """The runs before and after its result."""
        before, after = (self.marks[name].getparent() for name in ("separate", "end"))
        assert before is not None
        assert after is not None
        return before, after


def find_fields(text: Element) -> Iterator[Field]:
    """Yield the fields in a text, complex and simple."""
    yield from (Field(str(code)) for code in select_nodes(text, ".//w:fldSimple/@w:instr"))
    opened: list[Field] = []
    for mark in text.iter(f"{W}fldChar", f"{W}instrText"):
        kind = mark.get(f"{W}fldCharType")
        if kind == "begin":
            opened.append(Field())
        if opened and kind:
            opened[-1].marks[kind] = mark
        elif opened:
            opened[-1].code += mark.text or ""
        if opened and kind == "end":
            yield opened.pop()


def find_enclosing(text: Element, piece: Element) -> str | None:
    """Return the instruction of the field that a piece of text is in; None if there is none."""
    simple = next(piece.iterancestors(f"{W}fldSimple"), None)
    if simple is not None:
        return simple.get(f"{W}instr", "")
    places = {one: place for place, one in enumerate(text.iter(f"{W}fldChar", piece.tag))}
    ended = (one for one in find_fields(text) if "end" in one.marks)
    around = (one.code for one in ended if places[one.marks["begin"]] < places[piece] < places[one.marks["end"]])
    return next(around, None)


def fill_contents(
    field: Field, headings: Iterable[tuple[int, str, str]], style: Callable[[int], str], writer: TextWriter
) -> None:
    """Fill a table of contents. Each heading has a level, a text and a bookmark, which may be empty.

    Page numbers are omitted, because only Word knows them. style: returns the style id of an entry's level.
    """
    if field.ends is None:
        return
    first, last = _clear_result(field, *field.ends)
    entries = [heading for heading in headings if heading[0] in field.levels]
    for number, (level, words, bookmark) in enumerate(entries):
        if number:
            paragraph = writer.add_paragraph(last, style(level))
            last.addprevious(paragraph)
        else:
            paragraph = first
            _set_style(first, style(level))
        writer.add_run(add_child(paragraph, "hyperlink", anchor=bookmark, history=1) if bookmark else paragraph, words)


def find_headings(text: Element, index: StyleIndex) -> Iterator[tuple[int, str, str]]:
    """Yield the headings of a body: level, text, and bookmark, which may be empty."""
    for paragraph in text.iterchildren(f"{W}p"):
        style = first_value(paragraph, "w:pPr/w:pStyle/@w:val") or None
        level = index.resolve_value(style, "w:pPr/w:outlineLvl/@w:val") or "9"
        if level in _HEADING_LEVELS and (words := paragraph_text(paragraph).strip()):
            yield int(level) + 1, words, first_value(paragraph, "w:bookmarkStart/@w:name")


def _clear_result(field: Field, first: Element, last: Element) -> tuple[Element, Element]:
    """Remove a field's result, and return the paragraphs before and after it, split if they were one."""
    separate, end = field.runs
    if first is last:
        last = etree.SubElement(first, f"{W}p")
        last.extend([end, *(element for element in end.itersiblings() if element is not last)])
        first.addnext(last)
    siblings = list(first.itersiblings())
    before_end = (element for element in end.itersiblings(preceding=True) if element.tag != f"{W}pPr")
    remove_elements([*separate.itersiblings(), *siblings[: siblings.index(last)], *before_end])
    return first, last


def _set_style(paragraph: Element, style: str) -> None:
    properties = ensure_first(paragraph, "pPr")
    for old in properties.findall(f"{W}pStyle"):
        properties.remove(old)
    properties.insert(0, add_child(properties, "pStyle", val=style))
