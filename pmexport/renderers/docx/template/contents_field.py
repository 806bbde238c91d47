"""Finds a template's tables of contents and fills them with the document's headings."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from pmexport.renderers.docx.oxml import Element, TextWriter, W, add_child, ensure_first
from pmexport.renderers.docx.template.fill_ins import paragraph_text
from pmexport.renderers.docx.template.style_index import StyleIndex, first_value, remove_elements, select_nodes

_CONTENTS = re.compile(r"\s*TOC\b", re.IGNORECASE)
_SWITCH = re.compile(r'\\([a-z])(?:\s*"([^"]*)"|\s+([^\s"\\]+))?', re.IGNORECASE)
_RANGE = re.compile(r"\s*(\d)\s*-\s*(\d)\s*")
_STYLE_LEVEL = re.compile(r"\s*(.+?)\s*[,;]\s*(\d)\s*(?:[,;]|$)")
"""A style's name and its level, with the list separator of the writer's country."""
_ALL_LEVELS = range(1, 10)
_SHOWN_CODE = 60
"""Characters of a field's instruction that are shown."""
_SELECTING = set("acflotu")
"""Switches that say what is listed; without one, a field lists the heading styles."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What a table of contents lists, by its field's switches (ISO/IEC 29500-1, 17.16.5.68)."""

    levels: range
    """Levels of heading styles, from 1."""
    outlines: range
    """Outline levels of paragraphs of other styles, from 1."""
    styles: Mapping[str, int]
    """Levels of further styles, by their names as written."""

    def __bool__(self) -> bool:
        """Whether it lists anything that has a style or a level; a list of captions does not."""
        return bool(self.levels or self.outlines or self.styles)


@dataclass(slots=True)
class Field:
    """A field: an instruction, and a result that may span several runs."""

    code: str = ""
    marks: dict[str, Element] = field(default_factory=dict)
    """What begins it, separates its result and ends it, by these names; none for a simple field."""

    @property
    def shown(self) -> str:
        """Its instruction as Word shows it, shortened."""
        return show_code(self.code)

    @property
    def is_list(self) -> bool:
        """Whether it is a table of contents or a list of captions."""
        return _CONTENTS.match(self.code) is not None

    @property
    def selection(self) -> Selection:
        """What it lists; nothing if it is not a table of contents."""
        if not self.is_list:
            return Selection(range(0), range(0), {})
        switches = {name.lower(): quoted or bare for name, quoted, bare in _SWITCH.findall(self.code)}
        found = _RANGE.fullmatch(switches.get("o", ""))
        levels = range(int(found[1]), int(found[2]) + 1) if found else _ALL_LEVELS
        styles = {name: int(level) for name, level in _STYLE_LEVEL.findall(switches.get("t", ""))}
        has_headings = "o" in switches or not _SELECTING & switches.keys()
        return Selection(levels if has_headings else range(0), levels if "u" in switches else range(0), styles)

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


def show_code(code: str) -> str:
    """Return a field's instruction as Word shows it, shortened."""
    return f"{{ {' '.join(code.split())[:_SHOWN_CODE]} }}"


def find_enclosing(text: Element, piece: Element) -> str | None:
    """Return the instruction of the field that a piece of text is in; None if there is none."""
    simple = next(piece.iterancestors(f"{W}fldSimple"), None)
    if simple is not None:
        return simple.get(f"{W}instr", "")
    places = {one: place for place, one in enumerate(text.iter(f"{W}fldChar", piece.tag))}
    ended = (one for one in find_fields(text) if "end" in one.marks)
    around = (one.code for one in ended if places[one.marks["begin"]] < places[piece] < places[one.marks["end"]])
    return next(around, None)


def clear_contents(field: Field) -> tuple[Element, Element] | None:
    """Remove the old entries, and return the paragraphs before and after them, split if they were one.

    Returns None for a field whose result does not begin and end beside each other.
    """
    return None if field.ends is None else _clear_result(field, *field.ends)


def fill_contents(
    first: Element,
    last: Element,
    headings: Iterable[tuple[int, str, str]],
    style: Callable[[int], str],
    writer: TextWriter,
) -> None:
    """Write the entries of a cleared table of contents: a level, a text and a bookmark each, which may be empty.

    Page numbers are omitted, because only Word knows them. style: returns the style id of an entry's level.
    """
    for number, (level, words, bookmark) in enumerate(headings):
        if number:
            paragraph = writer.add_paragraph(last, style(level))
            last.addprevious(paragraph)
        else:
            paragraph = first
            _set_style(first, style(level))
        writer.add_run(add_child(paragraph, "hyperlink", anchor=bookmark, history=1) if bookmark else paragraph, words)


def find_headings(
    text: Element, index: StyleIndex, levels: Mapping[str, int], outlines: range
) -> Iterator[tuple[int, str, str]]:
    """Yield the paragraphs of a body that are listed: level, text, and bookmark, which may be empty.

    levels: by style id. outlines: the outline levels, from 1, at which paragraphs of other styles are listed.
    """
    for paragraph in text.iter(f"{W}p"):
        style = first_value(paragraph, "w:pPr/w:pStyle/@w:val") or None
        level = levels.get(style or "") or _outline_level(paragraph, index, style, outlines)
        words = paragraph_text(paragraph).strip() if level else ""
        if words and not any(paragraph.iterancestors(f"{W}txbxContent")):
            yield level, words, first_value(paragraph, "w:bookmarkStart/@w:name")


def _outline_level(paragraph: Element, index: StyleIndex, style: str | None, outlines: range) -> int:
    """Return a paragraph's outline level, from 1; 0 if it has none of these."""
    if not outlines:
        return 0
    path = "w:pPr/w:outlineLvl/@w:val"
    level = first_value(paragraph, path) or index.resolve_value(style, path) or "9"
    return int(level) + 1 if level.isdigit() and int(level) + 1 in outlines else 0


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
