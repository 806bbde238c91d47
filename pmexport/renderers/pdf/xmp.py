"""PDF metadata beyond title, authors and dates: the report it was made from (XMP, ISO 16684-1)."""

from xml.sax.saxutils import escape

import pydyf  # type: ignore[import-untyped]

from pmexport.document.nodes import Properties
from pmexport.renderers.pdf.standards import Standard
from pmexport.report.digest import SCHEME

_DESCRIPTION = """\
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/">\
{fields}</rdf:Description>"""
_RELATION = "<dc:relation><rdf:Bag><rdf:li>{look}</rdf:li></rdf:Bag></dc:relation>"
_END = b"</rdf:RDF>"
_ACCESSIBLE = """\
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part>\
</rdf:Description>\
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>\
<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289 to which the file conforms</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""
"""The claim of PDF/UA-1 in a PDF/A file, and the description that PDF/A wants of it (ISO 19005-2, 6.6.2.3)."""


def add_metadata(pdf: pydyf.PDF, properties: Properties, standard: Standard) -> None:
    """Add the report's id, revision, digest and date, and the look, to a PDF's metadata; leave them uncompressed.

    PDF/A allows these fields, which XMP defines, without an extension schema.
    """
    fields = {
        "dc:identifier": properties.id,
        "xmpMM:VersionID": properties.revision,
        "dc:source": properties.digest and SCHEME + properties.digest,
        "dc:coverage": properties.as_of,
    }
    written = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in fields.items() if text)
    written += _RELATION.format(look=escape(properties.look)) if properties.look else ""
    stream = next(one for one in pdf.objects if isinstance(one, pydyf.Stream) and one.extra.get("Type") == "/Metadata")
    before, end, after = b"".join(stream.stream).rpartition(_END)
    claims = _ACCESSIBLE if standard.archival else ""
    stream.stream = [before + (_DESCRIPTION.format(fields=written) + claims).encode() + end + after]
    stream.compress = False
