"""Verify that a document was made from a report, by the digest that the document carries.

The digest is a claim, not a signature: anyone who can edit a document can change its text and keep the digest.
Documents may come from strangers: they are read within limits, and nothing in them is run, expanded or fetched.
"""

from __future__ import annotations

import re
import zipfile
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

from lxml import etree

from pmexport.document.clean_text import one_line
from pmexport.document.source_files import digest_files
from pmexport.errors import InputError
from pmexport.limits import Limits
from pmexport.problems import Problem
from pmexport.reading import file_bytes
from pmexport.report.digest import GENERATOR, NO_LOOK, SCHEME, Look, Provenance, digest_report
from pmexport.report.facts import derive_facts
from pmexport.report.model import Report

DOCUMENT_BYTES = 256 * 2**20
"""Size of a document that is read."""
PART_BYTES = 64 * 2**20
"""Unpacked size of a part of a Word file."""
PROPERTY_BYTES = 2**20
"""Size of a file's properties: a Word file's properties, a PDF's metadata."""
HEAD_BYTES = 2**16
"""The beginning of a web page that is read for properties. A small one: libxml2 compares the attributes of a tag."""
MOST_PACKETS = 1000
"""Metadata packets that are looked at in a PDF: also images contain some."""
MOST_CLAIMS = 8
"""Metadata packets with a digest that are parsed in a PDF."""
MOST_PARTS = 10_000
"""Parts of a Word file."""
_LOOK_BYTES = 400
"""The text before a digest, in which the house style and the theme are stated."""
_DIGEST = re.compile(rb"(?<![0-9A-Za-z])[0-9a-f]{64}(?![0-9A-Za-z])")
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_TAG = re.compile(rb"<[^<>]*>")
_PACKET_BEGIN, _PACKET_END = b"<?xpacket begin=", b"<?xpacket end="
_ZIP_ENTRY = b"PK\1\2"
"""The signature of a part in the directory of a zip file (APPNOTE 6.3.10, 4.3.12)."""
_ZIP_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The only ones of ISO/IEC 29500-2. Python unpacks others all at once, without a bound."""
_CUSTOM_PROPERTY = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}property"
_COMPARED = ("id", "revision", "digest")
_NAMES = {
    "id": "dcterms.identifier",
    "revision": "revision",
    "generator": "generator",
    "as_of": "dcterms.coverage",
    "look": "dcterms.relation",
}
"""The names of the fields of a Provenance in web pages and Word files."""
_SOURCE = "dcterms.source"
_XMP = {
    "{http://ns.adobe.com/xap/1.0/}CreatorTool": "generator",
    "{http://ns.adobe.com/xap/1.0/mm/}VersionID": "revision",
    "{http://purl.org/dc/elements/1.1/}coverage": "dcterms.coverage",
    "{http://purl.org/dc/elements/1.1/}identifier": "dcterms.identifier",
    "{http://purl.org/dc/elements/1.1/}relation": "dcterms.relation",
    "{http://purl.org/dc/elements/1.1/}source": _SOURCE,
}
"""The names of the same fields in the metadata of a PDF."""
_DESCRIPTION = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description"
"""The element whose attributes can be properties (ISO 16684-1, 7.9.2.2)."""
_ITEM = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The provenance that a document states, and that of the report as it is now."""

    report: Provenance
    document: Provenance | None
    """None if the document states nothing that can be read."""

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Verdict:
        """Return the verdict that `dataclasses.asdict` made into plain data."""
        stated = fields["document"]
        return cls(Provenance(**fields["report"]), stated and Provenance(**stated))

    @property
    def agrees(self) -> bool:
        """Whether the document states that it was made from the report as it is now."""
        return self.document is not None and self.document.digest == self.report.digest

    @property
    def differences(self) -> dict[str, tuple[str, str]]:
        """The id, revision and digest that differ: what the document states, and what the report says."""
        if self.document is None:
            return {}
        both = {name: (getattr(self.document, name), getattr(self.report, name)) for name in _COMPARED}
        return {name: (said, known) for name, (said, known) in both.items() if said and said != known}

    @property
    def other_look(self) -> dict[str, tuple[str, str]]:
        """The house style and the theme that differ: what the document states, and what they are now, if known."""
        if self.document is None or not self.report.look:
            return {}
        return Look.parse(self.report.look).list_differences(Look.parse(self.document.look))


def report_provenance(report: Report, limits: Limits, look: Look = NO_LOOK) -> Provenance:
    """Return the provenance of documents made from this report as it is now, with this house style and theme."""
    return replace(provenance_with(report, digest_files(report, limits)), look=look.text)


def provenance_with(report: Report, digests: Mapping[str, str]) -> Provenance:
    """Return the provenance of documents made from this report, and from images and logs with these digests."""
    texts = {name: one_line(getattr(report, name) or "") for name in ("id", "revision")}
    as_of = derive_facts(report).as_of
    digest = digest_report(report, digests)
    return Provenance(digest, **texts, generator=GENERATOR, as_of=as_of.isoformat() if as_of else "")


def read_document(path: Path) -> bytes:
    """Return the bytes of a document. Raises InputError if it is missing, not a regular file, or too large."""
    data = file_bytes(path, DOCUMENT_BYTES)
    if len(data) > DOCUMENT_BYTES:
        raise InputError(
            [Problem(f"the file is larger than {DOCUMENT_BYTES:,} bytes, the limit for verify.", file=str(path))]
        )
    return data


def read_claim(document: bytes) -> Provenance | None:
    """Return the provenance that a PDF, Word file, web page or Markdown file states; None if there is none.

    For Markdown, and for web pages and Word files that have lost their properties, only the last digest in the text is
    read.
    """
    if document.startswith(b"PK"):
        return _read_word(document)
    if b"%PDF-" in document[:1024]:
        return _read_pdf(document)
    if _PAGE.match(document):
        return _claim_of_properties(_read_page(document)) or _claim_of_text(document)
    return _claim_of_text(document)


def _claim_of_properties(properties: Mapping[str, str]) -> Provenance | None:
    source = properties.get(_SOURCE, "")
    if not re.fullmatch(rf"{SCHEME}[0-9a-f]{{64}}", source):
        return None
    fields = {field: one_line(properties.get(name, ""))[:255] for field, name in _NAMES.items()}
    return Provenance(source.removeprefix(SCHEME), **fields)


def _claim_of_text(text: bytes) -> Provenance | None:
    last = deque(_DIGEST.finditer(text), maxlen=1)
    if not last:
        return None
    before = text[max(last[0].start() - _LOOK_BYTES, 0) : last[0].start()]
    return Provenance(last[0][0].decode(), look=Look.parse(before.decode("utf-8", "replace")).text)


# ---- PDF


def _read_pdf(document: bytes) -> Provenance | None:
    """Return the claim of the last metadata packet that has one: new versions of a PDF are appended."""
    packets = islice(_find_packets(document), MOST_PACKETS)
    stating = islice((packet for packet in packets if SCHEME.encode() in packet), MOST_CLAIMS)
    claims = (_claim_of_properties(_read_xmp(packet)) for packet in stating)
    return next((claim for claim in claims if claim), None)


def _find_packets(document: bytes) -> Iterator[bytes]:
    """Yield the metadata packets in a file, the last one first; empty bytes for a packet without a beginning.

    Packets can be found without parsing the PDF; that is their purpose (ISO 16684-1, 7.3).
    """
    end = document.rfind(_PACKET_END)
    while end >= 0:
        previous = document.rfind(_PACKET_END, 0, end)
        begin = document.rfind(_PACKET_BEGIN, max(previous, end - PROPERTY_BYTES, 0), end)
        yield document[begin:end] if begin >= 0 else b""
        end = previous


def _read_xmp(packet: bytes) -> dict[str, str]:
    """Return the properties in a packet, written as elements or as attributes."""
    properties: dict[str, str] = {}
    for element in _parse_xml(packet.partition(b"?>")[2], _DESCRIPTION, *_XMP):
        # lxml lists attributes in quadratic time, so each is asked for by its name.
        stated = [(element.tag, _read_text(element)), *((name, element.get(name)) for name in _XMP)]
        properties |= {_XMP[str(name)]: str(text) for name, text in stated if text and name in _XMP}
    return properties


def _read_text(element: etree._Element) -> str:
    """Return the text of a property, also if it is in a list (ISO 16684-1, 7.7)."""
    items = islice(element.iter(_ITEM), 1)
    return next((item.text or "" for item in items), element.text or "")


# ---- Word and web pages


def _read_word(document: bytes) -> Provenance | None:
    if document.count(_ZIP_ENTRY) > MOST_PARTS:
        return None
    try:
        with zipfile.ZipFile(BytesIO(document)) as archive:
            properties = _read_part(archive, "docProps/custom.xml", PROPERTY_BYTES)
            if claim := _claim_of_properties(_read_properties(properties)):
                return claim
            return _claim_of_text(_TAG.sub(b"", _read_part(archive, "word/document.xml", PART_BYTES)))
    except Exception:  # noqa: BLE001 - zipfile raises many kinds for broken and hostile files
        return None


def _read_part(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """Return a part of a Word file; nothing if it is missing, packed unusually, or larger than this when unpacked."""
    if name not in archive.namelist() or archive.getinfo(name).compress_type not in _ZIP_METHODS:
        return b""
    with archive.open(name) as file:
        data = file.read(most + 1)
    return data if len(data) <= most else b""


def _read_properties(part: bytes) -> dict[str, str]:
    found = _parse_xml(part, _CUSTOM_PROPERTY)
    return {element.get("name", ""): "".join(map(str, element.itertext())) for element in found}


def _read_page(page: bytes) -> dict[str, str]:
    """Return the named metadata in the head of a web page."""
    root = etree.HTML(page[:HEAD_BYTES], etree.HTMLParser(no_network=True))
    found = () if root is None else root.iter("meta")
    return {element.get("name", ""): element.get("content", "") for element in found}


def _parse_xml(xml: bytes, *names: str) -> Iterator[etree._Element]:
    """Yield the elements with these names in an XML text; none if it is not well-formed. Entities are not expanded."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        yield from etree.fromstring(xml, parser).iter(*names)
    except (etree.XMLSyntaxError, ValueError):
        return
