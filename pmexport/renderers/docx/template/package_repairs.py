"""Makes packages readable that Word reads and python-docx does not: Strict ones, and those with odd relationships."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from lxml import etree

from pmexport.renderers.docx.oxml import Element, parse_part
from pmexport.renderers.docx.template.style_index import remove_elements

_STRICT = b"http://purl.oclc.org/ooxml/"
_NAMES = {
    "officeDocument/extendedProperties": "officeDocument/2006/extended-properties",
    "officeDocument/customProperties": "officeDocument/2006/custom-properties",
    "officeDocument/docPropsVTypes": "officeDocument/2006/docPropsVTypes",
    "officeDocument/relationships/extendedProperties": "officeDocument/2006/relationships/extended-properties",
    "officeDocument/relationships/customProperties": "officeDocument/2006/relationships/custom-properties",
}
"""Strict namespaces and relationship types whose names differ in more than the year (ISO/IEC 29500-4, annex A)."""
_URI = re.compile(rb"http://purl\.oclc\.org/ooxml/([A-Za-z]+)(/[A-Za-z0-9/-]*)?")
_CONFORMANCE = re.compile(rb'\s(?:\w+:)?conformance="strict"')
_PERCENT = re.compile(r"-?\d+(?:\.\d+)?%")
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_RELATIONS = ".rels"
_UNREAD = ("/aFChunk", "/thumbnail")
"""Ends of the types of relationships that are dropped with their parts, which may claim to be anything."""


@dataclass(frozen=True, slots=True)
class MissingPart:
    """A part that a package refers to and does not have."""

    source: str
    """The part that refers to it, with a leading slash."""
    key: str
    """The relationship's id."""
    name: str


def translate_strict(parts: dict[str, bytes]) -> bool:
    """Translate a package in the Strict form to the Transitional one, which is a superset apart from the names.

    Returns whether it was one.
    """
    if _STRICT not in parts.get("_rels/.rels", b""):
        return False
    for name, data in parts.items():
        if _STRICT in data and name.lower().endswith((".xml", _RELATIONS)):
            parts[name] = _write_numbers(_CONFORMANCE.sub(b"", _URI.sub(_translate_uri, data), count=1))
    return True


def _translate_uri(found: re.Match[bytes]) -> bytes:
    strict = found[0].decode().removeprefix(_STRICT.decode())
    named = f"{found[1].decode()}/2006{(found[2] or b'').decode()}"
    return f"http://schemas.openxmlformats.org/{_NAMES.get(strict, named)}".encode()


def _write_numbers(data: bytes) -> bytes:
    """Write the percentages of drawings as thousandths: older programs read nothing else."""
    if _DRAWING[1:-1].encode() not in data or b'%"' not in data:
        return data
    root = parse_part(data)
    for element in root.iter(f"{_DRAWING}*"):
        for name, value in element.attrib.items():
            if _PERCENT.fullmatch(str(value)):
                element.set(name, str(round(float(str(value)[:-1]) * 1000)))
    return etree.tostring(root, encoding="UTF-8", standalone=True)


def repair_relations(parts: dict[str, bytes]) -> list[MissingPart]:
    """Correct the relationships of a package, and return those to parts that are missing, which are removed.

    A link to a place in the document becomes external, as Word writes it. Names of parts are compared without case.
    """
    known = {name.lower(): name for name in parts}
    missing: list[MissingPart] = []
    for name in [name for name in parts if name.lower().endswith(_RELATIONS)]:
        root = parse_part(parts[name])
        changed = [_repair_relation(relation, _source_of(name), known, missing) for relation in list(root)]
        if any(changed):
            parts[name] = etree.tostring(root, encoding="UTF-8", standalone=True)
    return missing


def _source_of(name: str) -> str:
    """Return the name of the part that has these relationships."""
    folder, file = name.rsplit("/", 1) if "/" in name else ("", name)
    return join("/", dirname(folder), file.removesuffix(_RELATIONS))


def _repair_relation(relation: Element, source: str, known: dict[str, str], missing: list[MissingPart]) -> bool:
    """Correct a relationship, and return whether it was changed."""
    target = relation.get("Target", "")
    if relation.get("TargetMode") == "External":
        return False
    if relation.get("Type", "").endswith("/hyperlink"):
        relation.set("TargetMode", "External")
        return True
    if relation.get("Type", "").endswith(_UNREAD):
        remove_elements([relation])
        return True
    name = normpath(join(dirname(source), target.partition("#")[0]))
    actual = known.get(name[1:].lower()) or known.get(unquote(name[1:]).lower())
    if actual is None:
        missing.append(MissingPart(source, relation.get("Id", ""), name))
        remove_elements([relation])
    elif name[1:] != actual:
        relation.set("Target", f"/{actual}")
    return actual is None or name[1:] != actual


def list_losses(missing: list[MissingPart], source: str, element: Element) -> Iterator[MissingPart]:
    """Yield the missing parts that an element of a part refers to."""
    used = {str(value) for one in element.iter() for name, value in one.attrib.items() if _REFERENCE in str(name)}
    yield from (one for one in missing if one.source == source and one.key in used)


_REFERENCE = "officeDocument/2006/relationships}"
