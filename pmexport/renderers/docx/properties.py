"""The custom properties of a Word file: where the document comes from, beside those that a template brings.

ISO/IEC 29500-1, 15.2.12.2 and 22.3.
"""

from __future__ import annotations

from collections.abc import Iterator

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.package import OpcPackage
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from lxml import etree

from pmexport.document.nodes import Properties
from pmexport.renderers.docx.oxml import clean
from pmexport.report.digest import SCHEME

LONGEST = 255
"""Characters of a property."""
_NAMESPACE = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}"
_TYPES = "{http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes}"
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"  # of properties that users define
_FIRST = 2  # of the numbers that properties may have


def add(package: OpcPackage, properties: Properties) -> None:
    """Write where the document comes from, under the names that a web page has for it."""
    fields = {
        "generator": properties.generator,
        "dcterms.identifier": properties.id,
        "revision": properties.revision,
        "dcterms.source": properties.digest and SCHEME + properties.digest,
        "dcterms.coverage": properties.as_of,
    }
    names = {None: _NAMESPACE[1:-1], "vt": _TYPES[1:-1]}
    root = etree.Element(_NAMESPACE + "Properties", nsmap=names)  # type: ignore[arg-type]  # None: the default
    root.extend([element for element in _taken_out(package) if element.get("name") not in fields])
    for name, text in fields.items():
        if text:
            element = etree.SubElement(root, _NAMESPACE + "property", fmtid=_FORMAT, name=name)
            etree.SubElement(element, _TYPES + "lpwstr").text = clean(text)[:LONGEST]
    for number, element in enumerate(root, _FIRST):
        element.set("pid", str(number))
    part = Part(PackURI("/docProps/custom.xml"), CONTENT_TYPE.OFC_CUSTOM_PROPERTIES, etree.tostring(root))
    package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)


def _taken_out(package: OpcPackage) -> Iterator[etree._Element]:
    """Remove the custom properties that there are, and yield them."""
    relations = package.rels
    for key in [key for key, one in relations.items() if one.reltype == RELATIONSHIP_TYPE.CUSTOM_PROPERTIES]:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        yield from etree.fromstring(relations.pop(key).target_part.blob, parser)
