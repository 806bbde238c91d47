"""Custom properties in a Word file whose template has its own."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import docx
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from lxml import etree
from trees import minimal

from pmexport.renderers.docx import properties

FOREIGN = (
    b'<op:Properties xmlns:op="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    b'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
    b'<op:property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="7" name="Office"><vt:i4>12</vt:i4></op:property>'
    b'<op:property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="9" name="generator"><vt:lpwstr>Other</vt:lpwstr>'
    b"</op:property></op:Properties>"
)


def test_template_properties_stay_unless_replaced() -> None:
    word = docx.Document()
    part = Part(PackURI("/docProps/theirs.xml"), CONTENT_TYPE.OFC_CUSTOM_PROPERTIES, FOREIGN)
    word.part.package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)
    own = replace(minimal().properties, id="INC-7", generator="pmexport 9")
    properties.write_custom(word.part.package, own, is_shortened=False)
    saved = BytesIO()
    word.save(saved)
    with ZipFile(saved) as archive:
        assert "docProps/theirs.xml" not in archive.namelist()
        root = etree.fromstring(archive.read("docProps/custom.xml"))
    found = {element.get("name"): "".join(map(str, element.itertext())) for element in root}
    assert found["Office"] == "12"
    assert (found["generator"], found["dcterms.identifier"]) == ("pmexport 9", "INC-7")
    assert [element.get("pid") for element in root] == [str(number) for number in range(2, 2 + len(root))]
