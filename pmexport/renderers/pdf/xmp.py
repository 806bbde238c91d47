"""PDF metadata beyond title, authors and dates: the report it was made from (XMP, ISO 16684-1)."""

from xml.sax.saxutils import escape

import pydyf  # type: ignore[import-untyped]

from pmexport.document.nodes import Properties
from pmexport.report.digest import SCHEME

_DESCRIPTION = """\
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/">\
{fields}</rdf:Description>"""
_END = b"</rdf:RDF>"


def add_metadata(pdf: pydyf.PDF, properties: Properties) -> None:
    """Add the report's id, revision, digest and date to a PDF's metadata, and leave the metadata uncompressed.

    PDF/A allows these fields, which XMP defines, without an extension schema.
    """
    fields = {
        "dc:identifier": properties.id,
        "xmpMM:VersionID": properties.revision,
        "dc:source": properties.digest and SCHEME + properties.digest,
        "dc:coverage": properties.as_of,
    }
    written = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in fields.items() if text)
    stream = next(one for one in pdf.objects if isinstance(one, pydyf.Stream) and one.extra.get("Type") == "/Metadata")
    before, end, after = b"".join(stream.stream).rpartition(_END)
    stream.stream = [before + _DESCRIPTION.format(fields=written).encode() + end + after]
    stream.compress = False
