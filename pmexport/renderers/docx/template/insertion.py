"""Puts the report in its place in a template, and keeps what else the placeholder's paragraph has."""

from copy import deepcopy

from pmexport.renderers.docx.oxml import Element, W, insert_property
from pmexport.renderers.docx.template import fill_ins
from pmexport.renderers.docx.template.placement import Placement
from pmexport.renderers.docx.template.style_index import StyleIndex, first_value, remove_elements, select_nodes

_PLACES = "bookmark comment customXml moveFrom moveTo perm"
_PLACE_ENDS = ("Start", "End", "RangeStart", "RangeEnd")
_RANGES = tuple(f"{W}{name}{end}" for name in _PLACES.split() for end in _PLACE_ENDS)
"""Elements that mark the start or end of a range, which may extend over the report."""
_NO_CONTENT = (f"{W}rPr", f"{W}lastRenderedPageBreak", f"{W}proofErr")


def insert_report(placement: Placement, written: Element, index: StyleIndex) -> None:
    """Move the report to its place, and remove the placeholder.

    A page break, a field's end or a picture in its paragraph stays on its side of the report. So do the ends of a
    bookmark, and the end of a section.
    """
    mark = placement.paragraph
    end = placement.section
    if mark is not None:
        end = _split_paragraph(mark)
        if not _has_content(mark) and _breaks_page(mark, index):
            _break_page(written)
    for element in list(written):
        end.addprevious(element)
    remove_elements([written])
    if mark is not None:
        _reduce_paragraph(mark)
        _reduce_paragraph(end)


def _split_paragraph(mark: Element) -> Element:
    """Remove the placeholder, and move what follows it into a new paragraph, which is returned."""
    last = fill_ins.report_pieces(mark)[-1]
    fill_ins.fill_paragraph(mark, {fill_ins.REPORT: ""})
    following = _split_after(last, mark)
    mark.addnext(following)
    for ended in select_nodes(mark, "w:pPr/w:sectPr"):
        remove_elements([ended])
    remove_elements(select_nodes(following, "w:pPr/w:pageBreakBefore"))
    return following


def _split_after(piece: Element, top: Element) -> Element:
    """Return a copy of an enclosing element, into which what follows a piece was moved from every level."""
    parent = piece.getparent()
    assert parent is not None
    following = list(piece.itersiblings())
    copy = parent.makeelement(parent.tag)
    copy.attrib.update(parent.attrib)
    copy.extend([deepcopy(one) for one in parent if str(one.tag).endswith("Pr")])
    copy.extend(following)
    if parent is top:
        return copy
    holder = _split_after(parent, top)
    if following:
        at = next((index for index, one in enumerate(holder) if not str(one.tag).endswith("Pr")), len(holder))
        holder.insert(at, copy)
    return holder


def _has_content(paragraph: Element) -> bool:
    """Return whether a paragraph shows something, or has a part of a field."""
    inside = (one for run in paragraph.iter(f"{W}r") for one in run if one.tag not in _NO_CONTENT)
    return any(one.tag != f"{W}t" or (one.text or "").strip() for one in inside)


def _breaks_page(paragraph: Element, index: StyleIndex) -> bool:
    if (own := paragraph.find(f"{W}pPr/{W}pageBreakBefore")) is not None:
        return own.get(f"{W}val") not in ("0", "false", "off")
    return index.has_property(first_value(paragraph, "w:pPr/w:pStyle/@w:val") or None, "pageBreakBefore")


def _break_page(written: Element) -> None:
    """Begin the report on a new page."""
    for properties in select_nodes(written, "(.//w:p)[1]/w:pPr"):
        remove_elements(properties.findall(f"{W}pageBreakBefore"))
        insert_property(properties, "pageBreakBefore")


def _reduce_paragraph(paragraph: Element) -> None:
    """Remove a paragraph that shows nothing, but keep the ends of ranges, and the end of a section."""
    if _has_content(paragraph):
        return
    for place in list(paragraph.iter(*_RANGES)):
        paragraph.addprevious(place)
    if select_nodes(paragraph, "w:pPr/w:sectPr"):
        remove_elements(list(paragraph)[1:])
    else:
        remove_elements([paragraph])
