"""Whether a document was made from a report: what documents say, and what they may do to whoever asks."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from time import process_time
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader, PdfWriter

from pmexport import InputError, digest, load, render, verify
from pmexport.publishing.verify import HEAD_BYTES, MOST_PARTS, PART_BYTES, PROPERTY_BYTES, read_claim
from pmexport.report.digest import Provenance

FORMATS = ["pdf", "docx", "html", "md"]
REPORT = {"id": "INC-7", "title": "Search was slow", "revision": "2", "summary": "For `ten` minutes."}
DIGEST = digest(REPORT)
SECONDS = 3.0
"""Processor time for a hostile document, on a slow machine."""


@pytest.fixture(scope="module")
def documents() -> dict[str, bytes]:
    return {name: render(REPORT, name) for name in FORMATS}


# ---- what documents say


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_document_belongs_to_the_report_that_it_was_made_from(format_name: str, documents: dict[str, bytes]) -> None:
    verdict = verify(REPORT, documents[format_name])
    assert verdict.agrees
    assert verdict.differences == {}
    assert verdict.document is not None
    assert verdict.document.digest == verdict.report.digest == DIGEST


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_changed_word_is_noticed(format_name: str, documents: dict[str, bytes]) -> None:
    now = {**REPORT, "summary": "For `twelve` minutes."}
    verdict = verify(now, documents[format_name])
    assert not verdict.agrees
    assert verdict.differences == {"digest": (DIGEST, digest(now))}


@pytest.mark.parametrize("format_name", ["pdf", "docx", "html"])
def test_it_is_said_what_differs(format_name: str, documents: dict[str, bytes]) -> None:
    other = {"id": "INC-8", "title": "Another"}
    differences = verify(other, documents[format_name]).differences
    assert differences == {"id": ("INC-7", "INC-8"), "revision": ("2", ""), "digest": (DIGEST, digest(other))}


def test_another_theme_and_another_day_do_not_matter(documents: dict[str, bytes]) -> None:
    assert verify(REPORT, render(REPORT, "html", as_of="2030-01-01")).agrees


def test_a_report_that_was_changed_on_the_way_is_another() -> None:
    changed = load(b"title: x\nseverity: P1", format="yaml", overrides={"severity": "P2"})
    page = render(changed, "html")
    assert verify(changed, page).agrees
    assert not verify({"title": "x", "severity": "P1"}, page).agrees


def test_documents_are_read_from_files_too(documents: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "of any name"
    path.write_bytes(documents["pdf"])
    assert verify(REPORT, path).agrees
    assert verify(REPORT, str(path)).agrees
    with pytest.raises(InputError, match=r"missing\.pdf: there is no such file"):
        verify(REPORT, tmp_path / "missing.pdf")
    with pytest.raises(InputError, match="found a folder"):
        verify(REPORT, tmp_path)


# ---- documents that went through other hands


def test_a_pdf_that_another_program_saved_keeps_it(documents: dict[str, bytes]) -> None:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(documents["pdf"])))
    writer.add_metadata({"/Reviewer": "Ivo Lang"})
    saved = BytesIO()
    writer.write(saved)
    assert saved.getvalue() != documents["pdf"]
    assert verify(REPORT, saved.getvalue()).agrees


def test_properties_of_a_pdf_may_be_attributes() -> None:
    packet = xmp(f'<rdf:Description dc:source="sha256:{DIGEST}" dc:identifier="INC-7"/>')
    assert read_claim(packet) == Provenance(DIGEST, "INC-7")


def test_the_last_metadata_of_a_pdf_count_that_say_anything() -> None:
    first, last = (xmp(f"<rdf:Description><dc:source>sha256:{c * 64}</dc:source></rdf:Description>") for c in "ab")
    claim = read_claim(first + last + xmp("<rdf:Description/>") + b"<?xpacket begin= broken <?xpacket end=")
    assert claim is not None
    assert claim.digest == "b" * 64


def test_the_metadata_of_a_picture_are_not_those_of_its_pdf(tmp_path: Path) -> None:
    packet = xmp(f"<rdf:Description><dc:source>sha256:{'a' * 64}</dc:source></rdf:Description>").partition(b"\n")[2]
    Image.new("RGB", (4, 4)).save(tmp_path / "photo.jpg", xmp=packet)
    report = load({"title": "x", "figures": [{"src": "photo.jpg", "alt": "It"}]}, base=tmp_path)
    pdf = render(report, "pdf")
    assert packet in pdf
    assert verify(report, pdf).agrees


def xmp(descriptions: str) -> bytes:
    """Return what is taken for a PDF with these metadata."""
    return (
        '%PDF-1.7\n<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'{descriptions}</rdf:RDF></x:xmpmeta><?xpacket end="r"?>\n'
    ).encode()


@pytest.mark.parametrize("lost", ["docProps/custom.xml", "docProps/core.xml"])
def test_a_word_file_without_properties_still_has_its_text(lost: str, documents: dict[str, bytes]) -> None:
    verdict = verify(REPORT, repacked(documents["docx"], {lost: None}))
    assert verdict.agrees


def test_a_digest_that_word_divides_is_found(documents: dict[str, bytes]) -> None:
    divided = DIGEST[:9] + '</w:t></w:r><w:r><w:rPr><w:lang w:val="en-GB"/></w:rPr><w:t>' + DIGEST[9:]
    with ZipFile(BytesIO(documents["docx"])) as archive:
        text = archive.read("word/document.xml").replace(DIGEST.encode(), divided.encode())
    assert divided.encode() in text
    assert verify(REPORT, repacked(documents["docx"], {"docProps/custom.xml": None, "word/document.xml": text})).agrees


def test_a_web_page_of_a_theme_without_properties_still_has_its_text(documents: dict[str, bytes]) -> None:
    page = documents["html"].replace(b"dcterms.source", b"x")
    assert verify(REPORT, page).agrees


def test_a_web_page_may_begin_with_a_mark(documents: dict[str, bytes]) -> None:
    claim = read_claim(b"\xef\xbb\xbf\n" + documents["html"])
    assert claim is not None
    assert claim.id == "INC-7"


def test_other_digests_in_a_text_are_not_that_of_the_report() -> None:
    report = {"title": "x", "summary": f"The image is `sha256:{'b' * 64}`."}
    assert verify(report, render(report, "md")).agrees


def repacked(document: bytes, parts: dict[str, bytes | None]) -> bytes:
    """Return a Word file with these parts in place of its own, without those that are None."""
    out = BytesIO()
    with ZipFile(BytesIO(document)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in {**dict.fromkeys(old.namelist()), **parts}:
            data = parts[name] if name in parts else old.read(name)
            if data is not None:
                new.writestr(name, data)
    return out.getvalue()


# ---- documents that say nothing, and hostile ones

_CUSTOM = (
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties">'
    b'<property name="dcterms.source"><a>sha256:%s</a></property></Properties>'
)
_LAUGHS = b'<!DOCTYPE x [<!ENTITY a "%s">%s]>' % (
    b"a" * 64,
    b"".join(b'<!ENTITY %c "&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;">' % ((98 + n,) + (97 + n,) * 8) for n in range(20)),
)
NOTHING = {
    "nothing": b"",
    "a text": b"# A report\n\nIt was slow.\n",
    "a longer number": b"f" * 65,
    "bytes": bytes(range(256)) * 9,
    "a PDF without metadata": b"%PDF-1.7\n%%EOF",
    "metadata that are cut off": xmp("<rdf:Description/>")[:-20],
    "metadata that are no XML": xmp("<<<"),
    "a digest of another kind": xmp("<rdf:Description><dc:source>md5:00</dc:source></rdf:Description>"),
    "metadata beyond the bound": xmp(
        f"<rdf:Description><dc:source>sha256:{DIGEST}</dc:source></rdf:Description>{' ' * PROPERTY_BYTES}"
    ),
    "many ends of metadata": b"%PDF-1.7" + b"<?xpacket end=" * 100_000,
    "many beginnings of metadata": b"%PDF-1.7" + b"<?xpacket begin=" * 100_000 + b"<?xpacket end=",
    "a broken zip": b"PK\3\4" + b"\0" * 99,
    "an empty web page": b"<!doctype html>",
    "a page of deep tags": b"<html>" + b"<p><div>" * 50_000,
}


@pytest.mark.parametrize("case", NOTHING)
def test_nothing_is_read_where_nothing_is_said(case: str) -> None:
    assert read_claim(NOTHING[case]) is None
    assert not verify(REPORT, NOTHING[case]).agrees


def test_entities_are_not_expanded(documents: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("b" * 64, "utf-8")
    outside = b'<!DOCTYPE x [<!ENTITY u SYSTEM "%s">]>' % (tmp_path / "secret").as_uri().encode()
    for part in (_LAUGHS + _CUSTOM % b"&u;", outside + _CUSTOM % b"&u;", _LAUGHS + _CUSTOM % b"&a;"):
        document = repacked(documents["docx"], {"docProps/custom.xml": part, "word/document.xml": b"<a/>"})
        assert read_claim(document) is None


@pytest.mark.parametrize(("name", "size"), [("docProps/custom.xml", PROPERTY_BYTES), ("word/document.xml", PART_BYTES)])
def test_zip_bombs_are_not_unpacked(name: str, size: int, documents: dict[str, bytes]) -> None:
    said = _CUSTOM % DIGEST.encode()
    empty = {"docProps/custom.xml": None, "word/document.xml": None}
    assert read_claim(repacked(documents["docx"], {**empty, name: said})) is not None
    assert read_claim(repacked(documents["docx"], {**empty, name: said + b" " * size})) is None


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\3\4", b"%PDF-", b"<html>", b"<!DOCTYPE html><meta "]))
def test_no_bytes_crash_it(data: bytes, head: bytes) -> None:
    assert read_claim(head + data) is None


@given(st.sampled_from(FORMATS), st.integers(0, 10_000), st.binary(min_size=1, max_size=8))
def test_no_damage_crashes_it(documents: dict[str, bytes], format_name: str, place: int, damage: bytes) -> None:
    document = documents[format_name]
    at = place * len(document) // 10_000
    read_claim(document[:at] + damage + document[at + len(damage) :])
    read_claim(document[:at])


def test_what_a_document_says_is_fit_to_be_printed() -> None:
    page = f'<html><meta name="dcterms.source" content="sha256:{DIGEST}"><meta name="revision" content="1\x1b[31m\n2">'
    claim = read_claim(page.encode())
    assert claim is not None
    assert claim.revision == "1 2"


def test_a_document_that_is_too_large_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pmexport.publishing.verify.DOCUMENT_BYTES", 10)
    path = tmp_path / "large.md"
    path.write_bytes(b"x" * 11)
    with pytest.raises(InputError, match="larger than 10 bytes"):
        verify(REPORT, path)


def test_a_long_property_is_cut_off() -> None:
    source, long = f"sha256:{DIGEST}", "1" * 300
    page = f'<html><meta name="dcterms.source" content="{source}"><meta name="dcterms.identifier" content="{long}">'
    packet = xmp(f'<rdf:Description dc:source="{source}" dc:identifier="{long}"/>')
    for document in (page.encode(), packet):
        assert read_claim(document) == Provenance(DIGEST, "1" * 255)


def test_only_the_beginning_of_a_web_page_is_read_for_properties() -> None:
    metas = f'<meta name="dcterms.source" content="sha256:{DIGEST}"><meta name="dcterms.identifier" content="INC-7">'
    assert read_claim(f"<html>{metas}".encode()) == Provenance(DIGEST, "INC-7")
    assert read_claim(f"<html>{' ' * HEAD_BYTES}{metas}".encode()) == Provenance(DIGEST)


def zipped(parts: dict[str, bytes], method: int = ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


ATTRIBUTES = " ".join(f'a{number}="1"' for number in range(70_000))
STATED = f"<dc:source>sha256:{'x' * 64}</dc:source>"
SLOW = {
    "attributes of a PDF": xmp(f"<rdf:Description {ATTRIBUTES}>{STATED}</rdf:Description>"),
    "packets of a PDF": xmp(STATED + "<a/>" * 200_000) * 200,
    "descriptions in a PDF": xmp(STATED + "<rdf:Description/>" * 50_000) * 200,
    "attributes of a web page": f"<html><meta {ATTRIBUTES}>".encode(),
    "attributes of a Word file": zipped({"docProps/custom.xml": f"<a {ATTRIBUTES}/>".encode()}),
    "digests in a text": b"f" * 65 + b" " * 65 + b"<" * 20_000_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("case", SLOW)
def test_no_document_takes_long(case: str) -> None:
    began = process_time()
    read_claim(SLOW[case])
    assert process_time() - began < SECONDS


def test_other_packets_with_a_digest_hide_the_claim_only_if_they_are_many() -> None:
    stated = f"<rdf:Description><dc:source>sha256:{DIGEST}</dc:source></rdf:Description>"
    photos = xmp("<rdf:Description><dc:title>sha256: of a photo</dc:title></rdf:Description>")
    assert read_claim(xmp(stated) + photos * 7) == Provenance(DIGEST)
    assert read_claim(xmp(stated) + photos * 9) is None


def test_a_word_file_is_unpacked_only_as_word_packs_it() -> None:
    part = {"word/document.xml": DIGEST.encode()}
    assert read_claim(zipped(part)) == read_claim(zipped(part, ZIP_STORED)) == Provenance(DIGEST)
    assert read_claim(zipped(part, ZIP_BZIP2)) is None
    assert read_claim(zipped(part, ZIP_LZMA)) is None


def test_a_word_file_of_too_many_parts_is_not_opened() -> None:
    part = {"word/document.xml": DIGEST.encode()}
    assert read_claim(zipped(part | {f"a{number}": b"" for number in range(MOST_PARTS)})) is None
