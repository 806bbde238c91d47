"""What was written as for a file of our own, made to fit into a template: its styles, its lists, ids of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from itertools import count

from docx.document import Document as WordDocument
from lxml import etree

from pmexport.renderers.docx import chronology
from pmexport.renderers.docx.numbering import BULLETS, STEP, STYLED, UNMARKED, Numbering, styled
from pmexport.renderers.docx.oxml import Pen, W, child, clean, root
from pmexport.renderers.docx.styles import GUTTER, TIGHT_GUTTER
from pmexport.renderers.docx.template.fill_ins import texts
from pmexport.renderers.docx.template.style_index import Sheet, as_number, select
from pmexport.renderers.docx.template.style_roles import TABLES, Roles

_STYLED = tuple(f"{W}{tag}" for tag in ("pStyle", "rStyle", "tblStyle"))
_NO_BANDS = 0x0200
"""In the look of a table (ISO/IEC 29500-1, 17.4.55): its rows are not shaded by turns."""
_CONTINUING = [styled("ListContinue", level) for level in range(STYLED)]
"""Our styles of what goes on in an item of a list, by its level."""
_NO_WIDTH = "\u200b"
_DISTANCE = 80
"""Between a table and what follows, at least; in twentieths of a point."""
_BOOKMARK = re.compile(r"_Toc\d+")


@dataclass(frozen=True, slots=True)
class Taken:
    """The ids and names that a template has."""

    bookmarks: frozenset[str]
    names: frozenset[str]
    """Of bookmarks."""
    pictures: frozenset[str]


def taken(word: WordDocument) -> Taken:
    """Return the ids and names in a template's text, headers and footers."""
    shown = [text for _, text in texts(word)]
    paths = (".//w:bookmarkStart/@w:id", ".//w:bookmarkStart/@w:name", ".//wp:docPr/@id")
    bookmarks, names, pictures = (frozenset(str(one) for text in shown for one in select(text, path)) for path in paths)
    return Taken(bookmarks, names, pictures)


def adopt_ids(written: etree._Element, taken: Taken) -> None:
    """Give bookmarks and pictures ids, and bookmarks names, that nothing in the template has."""
    _renumber(select(written, ".//wp:docPr"), "id", taken.pictures)
    _renumber(select(written, ".//w:bookmarkStart | .//w:bookmarkEnd"), f"{W}id", taken.bookmarks)
    own = {str(name) for name in select(written, ".//w:bookmarkStart/@w:name")}
    if own & taken.names:
        marks = (f"r{number}" for number in count(1))
        _rename(written, next(mark for mark in marks if not {name + mark for name in own} & taken.names))


def _renumber(elements: Iterable[etree._Element], attribute: str, taken: frozenset[str]) -> None:
    free = (str(number) for number in count(1) if str(number) not in taken)
    new: dict[str, str] = {}
    for element in elements:
        old = element.get(attribute, "")
        if old not in new:
            new[old] = next(free)
        element.set(attribute, new[old])


def _rename(written: etree._Element, mark: str) -> None:
    """Add a mark to the names of the bookmarks, wherever these are named."""
    for path, attribute in ((".//w:bookmarkStart", f"{W}name"), (".//w:hyperlink[@w:anchor]", f"{W}anchor")):
        for element in select(written, path):
            element.set(attribute, element.get(attribute) + mark)
    for code in written.iter(f"{W}instrText"):
        code.text = _BOOKMARK.sub(lambda name: name[0] + mark, code.text or "")


# ---- lists


def adopt_lists(written: etree._Element, own: Numbering, theirs: etree._Element, sheet: Sheet, roles: Roles) -> None:
    """Add the lists to those of the template, with its bullets and forms of numbers, and with ids of their own."""
    holder = root("numbering")
    own.write(holder)
    _give_marks(holder, _Marks(sheet, theirs), roles)
    definitions = _shifted(holder, theirs, "abstractNum", "abstractNumId")
    numbers = _shifted(holder, theirs, "num", "numId")
    for reference in select(holder, "w:num/w:abstractNumId"):
        reference.set(f"{W}val", definitions[reference.get(f"{W}val")])
    for element in (written, *roles.made.values()):
        for reference in element.iterfind(f".//{W}numPr/{W}numId"):
            reference.set(f"{W}val", numbers.get(reference.get(f"{W}val", ""), "0"))
    end = next(theirs.iterchildren(f"{W}num", f"{W}numIdMacAtCleanup"), None)
    _insert(theirs, holder.findall(f"{W}abstractNum"), end)
    _insert(theirs, holder.findall(f"{W}num"), next(theirs.iterchildren(f"{W}numIdMacAtCleanup"), None))


def _shifted(own: etree._Element, theirs: etree._Element, tag: str, attribute: str) -> dict[str, str]:
    """Give our elements ids that follow on theirs, and return the new ids by the old ones."""
    first = max((as_number(element.get(W + attribute)) for element in theirs.findall(W + tag)), default=0)
    new: dict[str, str] = {}
    for element in own.findall(W + tag):
        old = element.get(W + attribute, "")
        new[old] = str(first + int(old))
        element.set(W + attribute, new[old])
    return new


def _insert(parent: etree._Element, elements: Iterable[etree._Element], end: etree._Element | None) -> None:
    for element in elements:
        if end is None:
            parent.append(element)
        else:
            end.addprevious(element)


class _Marks:
    """The bullets and the forms of numbers that a template's lists have."""

    def __init__(self, sheet: Sheet, numbering: etree._Element) -> None:
        self._sheet = sheet
        self._numbering = numbering

    def levels(self, style: str | None) -> dict[int, etree._Element]:
        """Return the levels, from 0, of the list that belongs to a style, as far as they are defined."""
        for _ in range(2):  # a definition may say no more than the style in which it stands
            number = self._sheet.value(style, "w:pPr/w:numPr/w:numId/@w:val")
            reference = self._find("num", "numId", number)
            wanted = None if reference is None else next(iter(select(reference, "w:abstractNumId/@w:val")), None)
            definition = self._find("abstractNum", "abstractNumId", wanted)
            if definition is None:
                break
            style = next(iter(select(definition, "w:numStyleLink/@w:val")), None)
            if style is None:
                return {as_number(level.get(f"{W}ilvl")): level for level in definition.findall(f"{W}lvl")}
        return {}

    def _find(self, tag: str, attribute: str, value: str | None) -> etree._Element | None:
        found = (element for element in self._numbering.findall(W + tag) if element.get(W + attribute) == value)
        return next(found, None)


def _give_marks(own: etree._Element, marks: _Marks, roles: Roles) -> None:
    """Put the template's marks into our lists, level by level. The indents stay those that the report is set by."""
    bullets, numbers = (marks.levels(roles.found.get(style)) for style in ("ListBullet", "ListNumber"))
    for definition in own.findall(f"{W}abstractNum"):
        identifier = int(definition.get(f"{W}abstractNumId", 0))
        theirs = {BULLETS: bullets, UNMARKED: {}}.get(identifier, numbers)
        for level, ours in enumerate(definition.findall(f"{W}lvl")):
            if level in theirs and (_form(theirs[level]) == "bullet") == (identifier == BULLETS):
                _give(theirs[level], ours)


def _form(level: etree._Element) -> str:
    return str(next(iter(select(level, "w:numFmt/@w:val")), ""))


def _give(theirs: etree._Element, ours: etree._Element) -> None:
    if select(theirs, "w:lvlPicBulletId | w:numFmt[@w:val='none']"):
        return
    for tag in ("numFmt", "lvlText"):
        for value in select(theirs, f"w:{tag}/@w:val"):
            for element in ours.findall(W + tag):
                element.set(f"{W}val", value)
    ours.extend(map(deepcopy, theirs.findall(f"{W}rPr")))


# ---- what other styles and settings than ours ask for


def adopt_layout(written: etree._Element, sheet: Sheet, roles: Roles, pen: Pen) -> None:
    """Keep a distance to tables where the template's styles have none, and end bars with a character.

    LibreOffice does not draw the shade of a tab that ends a line in files of Word 2010 and earlier.
    """
    for axis in [paragraph for paragraph in written.iter(f"{W}p") if _style_of(paragraph) == chronology.STYLE]:
        pen.run(axis, _NO_WIDTH)
    for table in list(written.iter(f"{W}tbl")):
        following = table.getnext()
        style = roles.found.get(_style_of(following)) if following is not None else None
        if style and sheet.number(style, "w:pPr/w:spacing/@w:before") < _DISTANCE:
            table.addnext(pen.paragraph(written, "Spacer"))


def _style_of(paragraph: etree._Element) -> str:
    return next(map(str, select(paragraph, "w:pPr/w:pStyle/@w:val")), "")


# ---- styles and language


def adopt_styles(written: etree._Element, roles: Roles) -> None:
    """Let what was written use the template's styles, and make those that it lacks."""
    for reference in written.iter(*_STYLED):
        identifier = reference.get(f"{W}val", "")
        if identifier in roles.found:
            _say_directly(reference.getparent(), identifier)
        reference.set(f"{W}val", roles.take(identifier))


def _say_directly(properties: etree._Element | None, identifier: str) -> None:
    """Say in a paragraph or table what our style would say, and the template's may say otherwise."""
    assert properties is not None
    if identifier in TABLES:
        _follow(properties, TIGHT_GUTTER if identifier == TABLES[1] else GUTTER)
    elif identifier == "CodeBlock":
        _leave_unproofed(properties)
    elif identifier in _CONTINUING and properties.find(f"{W}ind") is None:
        aligned = properties.find(f"{W}jc")
        indent = child(properties, "ind", left=STEP * (_CONTINUING.index(identifier) + 1), right=0, hanging=0)
        if aligned is not None:
            aligned.addprevious(indent)


def _leave_unproofed(properties: etree._Element) -> None:
    for run in properties.itersiblings(f"{W}r"):
        face = child(run, "rPr")
        run.insert(0, face)
        child(face, "noProof")


def _follow(properties: etree._Element, gutter: int) -> None:
    """Let a table look as its style says, but for the gutters, by which its columns were measured."""
    margins = child(properties, "tblCellMar")
    for side in ("left", "right"):
        child(margins, side, w=gutter // 2, type="dxa")
    for look in properties.findall(f"{W}tblLook"):
        look.addprevious(margins)
        look.set(f"{W}noHBand", "0")
        look.set(f"{W}val", f"{int(look.get(f'{W}val', '0'), 16) & ~_NO_BANDS:04X}")


def mark_language(written: etree._Element, language: str) -> None:
    """Say of every run in which language it is, where the template is in another one."""
    tag = clean(language)
    for run in written.iter(f"{W}r"):
        properties = run.find(f"{W}rPr")
        if properties is None:
            properties = child(run, "rPr")
            run.insert(0, properties)
        child(properties, "lang", val=tag, eastAsia=tag, bidi=tag)
