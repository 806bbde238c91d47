"""Whether a document was made from a report, by what the document says of itself.

That is a claim and no signature: whoever can edit a document can change its text and leave what it says of its making.
Documents are read as what strangers sent: within bounds, and nothing in them is run, expanded or fetched.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path

from lxml import etree

from pmexport.document.clean_text import one_line
from pmexport.document.source_files import digest_files
from pmexport.errors import InputError
from pmexport.limits import Limits
from pmexport.problems import Problem
from pmexport.reading import file_bytes
from pmexport.report.digest import GENERATOR, SCHEME, Provenance, digest_report
from pmexport.report.facts import facts_of
from pmexport.report.model import Report

DOCUMENT_BYTES = 256 * 2**20
"""Of a document that is looked at."""
PART_BYTES = 64 * 2**20
"""Of a part of a Word file, unpacked."""
PROPERTY_BYTES = 2**20
"""Of what a file says of itself: the head of a web page, the properties of a Word file, the metadata of a PDF."""

MOST_PACKETS = 1000
"""Of metadata that are looked at in a PDF."""

_DIGEST = re.compile(rb"(?<![0-9A-Za-z])[0-9a-f]{64}(?![0-9A-Za-z])")
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_TAG = re.compile(rb"<[^<>]*>")
_PACKET_BEGIN, _PACKET_END = b"<?xpacket begin=", b"<?xpacket end="
_CUSTOM_PROPERTY = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}property"
_COMPARED = ("id", "revision", "digest")
_NAMES = {"id": "dcterms.identifier", "revision": "revision", "generator": "generator", "as_of": "dcterms.coverage"}
"""What web pages and Word files call the fields of a provenance."""
_SOURCE = "dcterms.source"
_XMP = {
    "{http://ns.adobe.com/xap/1.0/}CreatorTool": "generator",
    "{http://ns.adobe.com/xap/1.0/mm/}VersionID": "revision",
    "{http://purl.org/dc/elements/1.1/}coverage": "dcterms.coverage",
    "{http://purl.org/dc/elements/1.1/}identifier": "dcterms.identifier",
    "{http://purl.org/dc/elements/1.1/}source": _SOURCE,
}
"""The same in the metadata of a PDF."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a document says of its making, beside what one of the report as it stands says."""

    report: Provenance
    document: Provenance | None
    """None where it says nothing that can be read."""

    @property
    def agrees(self) -> bool:
        """Whether the document says that it was made from the report as it stands."""
        return self.document is not None and self.document.digest == self.report.digest

    @property
    def differences(self) -> dict[str, tuple[str, str]]:
        """What the document says, and what the report says instead: of the id, the revision and the digest."""
        if self.document is None:
            return {}
        both = {name: (getattr(self.document, name), getattr(self.report, name)) for name in _COMPARED}
        return {name: (said, known) for name, (said, known) in both.items() if said and said != known}


def report_provenance(report: Report, limits: Limits) -> Provenance:
    """Return what a document made from this report, as it is now, says of its making."""
    texts = {name: one_line(getattr(report, name) or "") for name in ("id", "revision")}
    as_of = facts_of(report).as_of
    digest = digest_report(report, digest_files(report, limits))
    return Provenance(digest, **texts, generator=GENERATOR, as_of=as_of.isoformat() if as_of else "")


def read(path: Path) -> bytes:
    """Return the bytes of a document. Raises InputError for one that is missing, no regular file or too large."""
    data = file_bytes(path, DOCUMENT_BYTES)
    if len(data) > DOCUMENT_BYTES:
        raise InputError([Problem(f"found more than {DOCUMENT_BYTES:,} bytes, expected a document.", file=str(path))])
    return data


def claim_of(document: bytes) -> Provenance | None:
    """Return what a PDF, a Word file, a web page or Markdown says of its making, None where nothing can be read.

    Of a web page or a Word file that has lost its properties, and of Markdown, only the digest is read: the one that
    stands last in the text.
    """
    if document.startswith(b"PK"):
        return _of_word(document)
    if b"%PDF-" in document[:1024]:
        return _of_pdf(document)
    if _PAGE.match(document):
        return _of_properties(_of_page(document)) or _of_text(document)
    return _of_text(document)


def _of_properties(properties: Mapping[str, str]) -> Provenance | None:
    source = properties.get(_SOURCE, "")
    if not re.fullmatch(rf"{SCHEME}[0-9a-f]{{64}}", source):
        return None
    fields = {field: one_line(properties.get(name, ""))[:255] for field, name in _NAMES.items()}
    return Provenance(source.removeprefix(SCHEME), **fields)


def _of_text(text: bytes) -> Provenance | None:
    digests = _DIGEST.findall(text)
    return Provenance(digests[-1].decode()) if digests else None


# ---- PDF


def _of_pdf(document: bytes) -> Provenance | None:
    """Return what the last metadata that say anything say: new versions of a PDF are added at its end."""
    claims = (_of_properties(_of_xmp(packet)) for packet in islice(_packets(document), MOST_PACKETS))
    return next((claim for claim in claims if claim), None)


def _packets(document: bytes) -> Iterator[bytes]:
    """Yield the packets of metadata in a file, the last one first; nothing for one without a beginning.

    They are found without reading the structure of the PDF, which is what they are made for (ISO 16684-1, 7.3).
    """
    end = document.rfind(_PACKET_END)
    while end >= 0:
        previous = document.rfind(_PACKET_END, 0, end)
        begin = document.rfind(_PACKET_BEGIN, max(previous, end - PROPERTY_BYTES, 0), end)
        yield document[begin:end] if begin >= 0 else b""
        end = previous


def _of_xmp(packet: bytes) -> dict[str, str]:
    """Return the properties in a packet, whether they were written as elements or as attributes."""
    properties: dict[str, str] = {}
    for element in _elements(packet.partition(b"?>")[2]):
        said = [(element.tag, element.text), *element.attrib.items()]
        properties |= {_XMP[str(name)]: str(text or "") for name, text in said if name in _XMP}
    return properties


# ---- Word and web pages


def _of_word(document: bytes) -> Provenance | None:
    try:
        with zipfile.ZipFile(BytesIO(document)) as archive:
            properties = _part(archive, "docProps/custom.xml", PROPERTY_BYTES)
            return _of_properties(_of_custom(properties)) or _of_text(_text(archive))
    except Exception:  # noqa: BLE001 - of broken and of hostile files, zipfile raises many kinds
        return None


def _text(archive: zipfile.ZipFile) -> bytes:
    return _TAG.sub(b"", _part(archive, "word/document.xml", PART_BYTES))


def _part(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """Return a part of a Word file, nothing for one that is missing or unpacks to more than this."""
    if name not in archive.namelist():
        return b""
    with archive.open(name) as file:
        data = file.read(most + 1)
    return data if len(data) <= most else b""


def _of_custom(part: bytes) -> dict[str, str]:
    found = (element for element in _elements(part) if element.tag == _CUSTOM_PROPERTY)
    return {element.get("name", ""): "".join(map(str, element.itertext())) for element in found}


def _of_page(page: bytes) -> dict[str, str]:
    """Return the named metadata at the head of a web page."""
    root = etree.HTML(page[:PROPERTY_BYTES], etree.HTMLParser(no_network=True))
    found = () if root is None else root.iter("meta")
    return {element.get("name", ""): element.get("content", "") for element in found}


def _elements(xml: bytes) -> Iterator[etree._Element]:
    """Yield the elements of an XML text, none where it is no sound one. No entity is expanded."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        yield from etree.fromstring(xml, parser).iter("*")
    except (etree.XMLSyntaxError, ValueError):
        return
