"""Removes from a template what makes Word run, prompt for or fetch something when the file is opened or printed.

The text and the pictures that Word stored for it stay. Macros and settings are removed by `template_package`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from docx.opc.part import Part
from lxml import etree

from pmexport.problems import show_name
from pmexport.renderers.docx.oxml import Element, R, W, parse_part
from pmexport.renderers.docx.template.style_index import remove_elements

_OBJECT = "an object of another program (OLE); its picture stays"
_ACTIVE_ELEMENTS = {
    "control": "ActiveX controls",
    "altChunk": "a document that Word would import (altChunk)",
    "OLEObject": _OBJECT,
    "objectEmbed": _OBJECT,
    "objectLink": _OBJECT,
    "frameset": "frames with other documents",
    "webVideoPr": "an online video; its picture stays",
    "webextensionref": "an add-in",
    "saveThroughXslt": "a transformation on saving",
}
"""Descriptions of elements that are removed, by their names without the namespace."""
UPDATE = "the field update on opening, which makes Word show a prompt"
_ACTIVE_FIELDS = (
    *("DDE", "DDEAUTO", "LINK", "EMBED", "CONTROL", "HTMLCONTROL", "DATABASE", "RD", "PRINT", "ASK", "FILLIN"),
    *("INCLUDE", "INCLUDETEXT", "INCLUDEPICTURE", "IMPORT", "AUTOTEXT", "AUTOTEXTLIST", "GLOSSARY", "MACROBUTTON"),
)
"""Fields that run or fetch something, read another file, or ask the reader (ISO/IEC 29500-1, 17.16.5)."""
_FIELD_NAME = re.compile(r'[\s"]*([^\s"\\{}]*)')
_WHOLE_NAME = re.compile(r"\s*(?:=|\S+\s)")
_LINKS = ("hyperlink", "hlinkClick", "hlinkHover", "hlinkMouseOver")
"""Elements whose external targets are followed on a click only."""
_IMAGE_HOLDERS = ("imagedata", "fill", "stroke", "image")
"""Elements of VML that show an image, also by an address of their own."""
_IMAGE_ADDRESSES = ("src", "href", "althref")
_STAY_WITHOUT_IMAGE = ("fill", "stroke", "blip", "svgBlip", *_LINKS)
"""Elements that are valid without a reference."""
_STORIES = tuple(f"{W}{tag}" for tag in ("txbxContent", "footnote", "endnote", "comment", "docPartBody"))
"""Elements with text of their own: a field does not extend beyond them."""
_SHOWN_CODE = 80
"""Characters of a field's instruction that are shown."""


def remove_active_content(part: Part) -> Iterator[str]:
    """Remove active content from a part of a template, and yield its descriptions."""
    root = _parse_root(part)
    if root is None:
        return
    found = [*_remove_elements(root), *_remove_fields(root), *_remove_requests(root), *_remove_loads(root, part)]
    if found and getattr(part, "element", None) is None:
        part._blob = etree.tostring(root, encoding="UTF-8", standalone=True)  # noqa: SLF001 - otherwise read-only
    yield from found


def _parse_root(part: Part) -> Element | None:
    """Return a part's root element; None for a part that is not XML."""
    element: Element | None = getattr(part, "element", None)
    if element is not None:
        return element
    try:
        return parse_part(part.blob)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _local_name(name: object) -> str:
    """Return a name without its namespace; empty for a comment or a processing instruction."""
    return name.rpartition("}")[2] if isinstance(name, str) else ""


def _remove_elements(root: Element) -> Iterator[str]:
    active = [element for element in root.iter() if _local_name(element.tag) in _ACTIVE_ELEMENTS]
    remove_elements(active)
    yield from (_ACTIVE_ELEMENTS[_local_name(element.tag)] for element in active)


# ---- fields


@dataclass(slots=True)
class _Field:
    """A complex field, of which the end may be missing."""

    code: str = ""
    marks: list[Element] = field(default_factory=list)
    """The elements that make it a field: its instruction, and what begins, separates and ends it."""
    in_result: bool = False
    composed: bool = False
    """Whether another field computes its name, which is a way to hide it."""


def _remove_fields(root: Element) -> Iterator[str]:
    """Turn active fields into their last results."""
    for simple in [one for one in root.iter(f"{W}fldSimple") if _is_active(one.get(f"{W}instr") or "")]:
        yield _describe_field(simple.get(f"{W}instr") or "")
        _unwrap(simple)
    for one in list(_find_fields(root)):
        if one.composed or _is_active(one.code):
            remove_elements(one.marks)
            yield _describe_field(one.code)


def _remove_requests(root: Element) -> Iterator[str]:
    """Remove the requests to update fields on opening, for which Word asks the reader."""
    for mark in root.iter(f"{W}fldChar", f"{W}fldSimple"):
        if f"{W}dirty" in mark.attrib:
            del mark.attrib[f"{W}dirty"]
            yield UPDATE


def _is_active(code: str) -> bool:
    name = _FIELD_NAME.match(code)
    return name is not None and name[1].upper() in _ACTIVE_FIELDS


def _describe_field(code: str) -> str:
    shown = " ".join(code.split())
    shown = shown if len(shown) <= _SHOWN_CODE else f"{shown[: _SHOWN_CODE - 1]}…"
    return f"the field {shown!r}, which loads, runs or asks for something; its text stays"


def _unwrap(element: Element) -> None:
    """Replace an element with its children."""
    for child in list(element):
        if child.tag != f"{W}fldData":
            element.addprevious(child)
    remove_elements([element])


def _find_fields(root: Element) -> Iterator[_Field]:
    """Yield the complex fields of a part, including those that never end."""
    opened: dict[Element | None, list[_Field]] = {}
    for mark in root.iter(f"{W}fldChar", f"{W}instrText", f"{W}delInstrText"):
        fields = opened.setdefault(next(mark.iterancestors(*_STORIES), None), [])
        kind = mark.get(f"{W}fldCharType")
        if kind == "begin":
            _note_nested(fields)
            fields.append(_Field())
        if not fields:
            continue
        fields[-1].marks.append(mark)
        if kind == "end":
            yield fields.pop()
        elif kind == "separate":
            fields[-1].in_result = True
        elif not fields[-1].in_result:
            fields[-1].code += mark.text or ""
    yield from (one for fields in opened.values() for one in fields)


def _note_nested(fields: list[_Field]) -> None:
    """Note that a field begins inside the last one."""
    if fields and not fields[-1].in_result:
        fields[-1].composed = fields[-1].composed or not _WHOLE_NAME.match(fields[-1].code)


# ---- images and other parts on other machines


def _remove_loads(root: Element, part: Part) -> Iterator[str]:
    """Remove the references that make Word fetch something without a click."""
    external = {key: relation.target_ref for key, relation in part.rels.items() if relation.is_external}
    for element in list(root.iter()):
        for name, value in list(element.attrib.items()):
            target = _find_load(element, str(name), str(value), external)
            if target is not None:
                del element.attrib[name]
                _remove_holder(element)
                yield describe_load(target)


def describe_load(target: str) -> str:
    """Return the description of an image or another file that Word would fetch."""
    return f"the linked image or file {show_name(target)}, which Word would fetch"


def _find_load(element: Element, name: str, value: str, external: dict[str, str]) -> str | None:
    """Return what an attribute makes Word fetch, if anything."""
    holder = _local_name(element.tag)
    if name.startswith(R) or _local_name(name) == "relid":
        return None if holder in _LINKS else external.get(value)
    return value if holder in _IMAGE_HOLDERS and _local_name(name) in _IMAGE_ADDRESSES else None


def _remove_holder(element: Element) -> None:
    """Remove an element that is not valid, or a drawing that is empty, without the reference that it had."""
    name = _local_name(element.tag)
    if any(str(key).startswith(R) for key in element.attrib):
        return
    if name == "blip":
        remove_elements(_first(element.iterancestors(f"{W}drawing")))
    elif name not in _STAY_WITHOUT_IMAGE:
        remove_elements([element])


def _first(elements: Iterable[Element]) -> list[Element]:
    return [element for _, element in zip(range(1), elements, strict=False)]
