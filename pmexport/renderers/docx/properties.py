"""Custom properties (ISO/IEC 29500-1, 15.2.12.2 and 22.3): the provenance, and the template's own properties."""

from collections.abc import Iterator

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.package import OpcPackage
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from lxml import etree

from pmexport.document.nodes import Properties
from pmexport.renderers.docx.oxml import Element, clean_xml, parse_part
from pmexport.report.digest import SCHEME

MAX_LENGTH = 255
"""Maximum characters in a property."""
SHORTENED = "pmexport.page-one"
"""The property that says what page one had no room for."""
_NAMESPACE = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}"
_TYPES = "{http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes}"
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"  # user-defined properties
_FIRST_ID = 2


def write_custom(package: OpcPackage, properties: Properties, *, is_shortened: bool) -> None:
    """Write the provenance under the names used in HTML, replacing properties with the same names.

    is_shortened: whether page one had no room for the key figures; an import has to know.
    """
    fields = {
        "generator": properties.generator,
        "dcterms.identifier": properties.id,
        "revision": properties.revision,
        "dcterms.source": properties.digest and SCHEME + properties.digest,
        "dcterms.coverage": properties.as_of,
        "dcterms.relation": properties.look,
        SHORTENED: "without key figures" if is_shortened else "",
    }
    names = {None: _NAMESPACE[1:-1], "vt": _TYPES[1:-1]}
    root = etree.Element(_NAMESPACE + "Properties", nsmap=names)  # type: ignore[arg-type]  # None: the default
    root.extend([element for element in _remove_properties(package) if element.get("name") not in fields])
    for name, text in fields.items():
        if text:
            element = etree.SubElement(root, _NAMESPACE + "property", fmtid=_FORMAT, name=name)
            etree.SubElement(element, _TYPES + "lpwstr").text = clean_xml(text)[:MAX_LENGTH]
    for number, element in enumerate(root, _FIRST_ID):
        element.set("pid", str(number))
    part = Part(PackURI("/docProps/custom.xml"), CONTENT_TYPE.OFC_CUSTOM_PROPERTIES, etree.tostring(root))
    package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)


def _remove_properties(package: OpcPackage) -> Iterator[Element]:
    """Remove and yield the existing custom properties."""
    relations = package.rels
    for key in [key for key, one in relations.items() if one.reltype == RELATIONSHIP_TYPE.CUSTOM_PROPERTIES]:
        yield from parse_part(relations.pop(key).target_part.blob)
