"""Adapts a report's content to a template: its styles, lists, ids and language."""

import re
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from itertools import count

from docx.document import Document as WordDocument

from pmexport.renderers.docx import impact_band
from pmexport.renderers.docx.numbering import BULLETS, CONTINUE_STYLES, STEP, UNMARKED, Numbering
from pmexport.renderers.docx.oxml import Element, TextWriter, W, add_child, create_root, ensure_first
from pmexport.renderers.docx.styles import COLUMN_GAP, TIGHT_GAP, name_languages
from pmexport.renderers.docx.template.created_layout import cancel_characters
from pmexport.renderers.docx.template.fill_ins import visible_parts
from pmexport.renderers.docx.template.style_index import (
    StyleIndex,
    first_value,
    parse_number,
    select_nodes,
)
from pmexport.renderers.docx.template.style_roles import TABLES, Roles

_STYLED = tuple(f"{W}{tag}" for tag in ("pStyle", "rStyle", "tblStyle"))
_NO_BANDS = 0x0200
"""Bit of tblLook that turns off row banding (ISO/IEC 29500-1, 17.4.55)."""
_NO_WIDTH = "\u200b"
_MIN_SPACE = 80
"""Minimum space after a table, in twips."""
_BOOKMARK = re.compile(r"_Toc\d+")


@dataclass(frozen=True, slots=True)
class UsedIds:
    """The ids and bookmark names that a template uses."""

    bookmarks: frozenset[str]
    names: frozenset[str]
    images: frozenset[str]


def collect_ids(word: WordDocument) -> UsedIds:
    """Return the ids and bookmark names in a template's body, headers and footers."""
    shown = [text for _, text in visible_parts(word)]
    paths = (".//w:bookmarkStart/@w:id", ".//w:bookmarkStart/@w:name", ".//wp:docPr/@id")
    return UsedIds(*(frozenset(str(one) for text in shown for one in select_nodes(text, path)) for path in paths))


def adopt_ids(written: Element, used: UsedIds) -> None:
    """Give bookmarks and images ids and names that the template does not use."""
    _renumber_ids(select_nodes(written, ".//wp:docPr"), "id", used.images)
    _renumber_ids(select_nodes(written, ".//w:bookmarkStart | .//w:bookmarkEnd"), f"{W}id", used.bookmarks)
    own = {str(name) for name in select_nodes(written, ".//w:bookmarkStart/@w:name")}
    if own & used.names:
        suffixes = (f"r{number}" for number in count(1))
        _rename_bookmarks(written, next(end for end in suffixes if not {name + end for name in own} & used.names))


def _renumber_ids(elements: Iterable[Element], attribute: str, used: frozenset[str]) -> None:
    free = (str(number) for number in count(1) if str(number) not in used)
    new: dict[str, str] = {}
    for element in elements:
        old = element.get(attribute, "")
        if old not in new:
            new[old] = next(free)
        element.set(attribute, new[old])


def _rename_bookmarks(written: Element, suffix: str) -> None:
    """Add a suffix to bookmark names and to all references to them."""
    for path, attribute in ((".//w:bookmarkStart", f"{W}name"), (".//w:hyperlink[@w:anchor]", f"{W}anchor")):
        for element in select_nodes(written, path):
            element.set(attribute, element.get(attribute) + suffix)
    for code in written.iter(f"{W}instrText"):
        code.text = _BOOKMARK.sub(lambda name: name[0] + suffix, code.text or "")


def adopt_lists(written: Element, own: Numbering, theirs: Element, index: StyleIndex, roles: Roles) -> None:
    """Add our lists to the template's, with the template's bullets and number formats, and with new ids."""
    holder = create_root("numbering")
    own.write_lists(holder)
    cancel_characters(holder, index)
    cancel_characters(written, index)
    _apply_levels(holder, theirs, index, roles)
    definitions = _shift_ids(holder, theirs, "abstractNum", "abstractNumId")
    numbers = _shift_ids(holder, theirs, "num", "numId")
    for reference in select_nodes(holder, "w:num/w:abstractNumId"):
        reference.set(f"{W}val", definitions[reference.get(f"{W}val")])
    for element in (written, *roles.made.values()):
        for reference in element.iterfind(f".//{W}numPr/{W}numId"):
            reference.set(f"{W}val", numbers.get(reference.get(f"{W}val", ""), "0"))
    end = next(theirs.iterchildren(f"{W}num", f"{W}numIdMacAtCleanup"), None)
    _insert_before(theirs, holder.findall(f"{W}abstractNum"), end)
    _insert_before(theirs, holder.findall(f"{W}num"), next(theirs.iterchildren(f"{W}numIdMacAtCleanup"), None))


def _shift_ids(own: Element, theirs: Element, tag: str, attribute: str) -> dict[str, str]:
    """Renumber our elements after the template's, and return the new ids by the old ones."""
    first = max((parse_number(element.get(W + attribute)) for element in theirs.findall(W + tag)), default=0)
    new: dict[str, str] = {}
    for element in own.findall(W + tag):
        old = element.get(W + attribute, "")
        new[old] = str(first + int(old))
        element.set(W + attribute, new[old])
    return new


def _insert_before(parent: Element, elements: Iterable[Element], end: Element | None) -> None:
    for element in elements:
        if end is None:
            parent.append(element)
        else:
            end.addprevious(element)


def _find_levels(index: StyleIndex, numbering: Element, style: str | None) -> dict[int, Element]:
    """Return the levels, from 0, that a template defines for the list that belongs to a style."""
    for _ in range(2):  # a definition may only refer to a style
        number = index.resolve_value(style, "w:pPr/w:numPr/w:numId/@w:val")
        reference = _find_element(numbering, "num", "numId", number)
        wanted = None if reference is None else first_value(reference, "w:abstractNumId/@w:val")
        definition = _find_element(numbering, "abstractNum", "abstractNumId", wanted)
        if definition is None:
            break
        style = first_value(definition, "w:numStyleLink/@w:val")
        if not style:
            return {parse_number(level.get(f"{W}ilvl")): level for level in definition.findall(f"{W}lvl")}
    return {}


def _find_element(numbering: Element, tag: str, attribute: str, value: str | None) -> Element | None:
    return next((one for one in numbering.findall(W + tag) if one.get(W + attribute) == value), None)


def _apply_levels(own: Element, numbering: Element, index: StyleIndex, roles: Roles) -> None:
    """Copy the template's bullets and number formats to our lists. Our indents remain."""
    styles = map(roles.found.get, ("ListBullet", "ListNumber"))
    bullets, numbers = (_find_levels(index, numbering, style) for style in styles)
    for definition in own.findall(f"{W}abstractNum"):
        identifier = int(definition.get(f"{W}abstractNumId", 0))
        theirs = {BULLETS: bullets, UNMARKED: {}}.get(identifier, numbers)
        for level, ours in enumerate(definition.findall(f"{W}lvl")):
            bulleted = level in theirs and first_value(theirs[level], "w:numFmt/@w:val") == "bullet"
            if level in theirs and bulleted == (identifier == BULLETS):
                _copy_format(theirs[level], ours)


def _copy_format(theirs: Element, ours: Element) -> None:
    if select_nodes(theirs, "w:lvlPicBulletId | w:numFmt[@w:val='none']"):
        return
    for tag in ("numFmt", "lvlText"):
        for value in select_nodes(theirs, f"w:{tag}/@w:val"):
            for element in ours.findall(W + tag):
                element.set(f"{W}val", value)
    ours.extend(map(deepcopy, theirs.findall(f"{W}rPr")))


def adopt_layout(written: Element, index: StyleIndex, roles: Roles, writer: TextWriter) -> None:
    """Add space after tables if the template's styles have none, and end bars with a character.

    In files of Word 2010 and earlier, LibreOffice does not draw the shading of a tab at the end of a line.
    """
    for axis in [paragraph for paragraph in written.iter(f"{W}p") if _paragraph_style(paragraph) in impact_band.STYLES]:
        writer.add_run(axis, _NO_WIDTH)
    for table in list(written.iter(f"{W}tbl")):
        following = table.getnext()
        style = roles.found.get(_paragraph_style(following)) if following is not None else None
        if style and index.resolve_number(style, "w:pPr/w:spacing/@w:before") < _MIN_SPACE:
            table.addnext(writer.add_paragraph(written, "Spacer"))


def _paragraph_style(paragraph: Element) -> str:
    return first_value(paragraph, "w:pPr/w:pStyle/@w:val")


def adopt_styles(written: Element, roles: Roles) -> None:
    """Replace our styles with the template's, and create those that it lacks."""
    for reference in written.iter(*_STYLED):
        identifier, properties = reference.get(f"{W}val", ""), reference.getparent()
        assert properties is not None
        if identifier in roles.found:
            _set_directly(properties, identifier)
            if reference.tag == f"{W}pStyle":
                roles.corrections.correct(properties, identifier)
        reference.set(f"{W}val", roles.use_style(identifier))


def _set_directly(properties: Element, identifier: str) -> None:
    """Set directly what our style defines and the template's style may define differently."""
    if identifier in TABLES:
        _set_cell_margins(properties, TIGHT_GAP if identifier == TABLES[1] else COLUMN_GAP)
    elif identifier == "CodeBlock":
        for run in properties.itersiblings(f"{W}r"):
            add_child(ensure_first(run, "rPr"), "noProof")
    elif identifier in CONTINUE_STYLES and properties.find(f"{W}ind") is None:
        aligned = properties.find(f"{W}jc")
        indent = add_child(properties, "ind", left=STEP * (CONTINUE_STYLES.index(identifier) + 1), right=0, hanging=0)
        if aligned is not None:
            aligned.addprevious(indent)


def _set_cell_margins(properties: Element, gap: int) -> None:
    """Use the table style's own formatting, except for the gaps that its columns were measured with."""
    margins = add_child(properties, "tblCellMar")
    for side in ("left", "right"):
        add_child(margins, side, w=gap // 2, type="dxa")
    for look in properties.findall(f"{W}tblLook"):
        look.addprevious(margins)
        look.set(f"{W}noHBand", "0")
        look.set(f"{W}val", f"{int(look.get(f'{W}val', '0'), 16) & ~_NO_BANDS:04X}")


def set_language(written: Element, language: str) -> None:
    """Set the language of every run, for a report whose language differs from the template's."""
    languages = name_languages(language)
    for run in written.iter(f"{W}r"):
        add_child(ensure_first(run, "rPr"), "lang", **languages)
