"""PDF/A and PDF/UA: what files say of themselves, and what is refused. Validators judge them in `make conformance`."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from lxml import etree
from pdfs import catalog, elements, pages
from PIL import Image as Pillow
from pypdf import PdfReader
from pypdf.generic import StreamObject

import pmexport
from pmexport.errors import FormatError, RenderError
from pmexport.renderers.pdf.standards import STANDARDS

pytestmark = pytest.mark.slow

ARCHIVAL = [name for name in STANDARDS if name.startswith("a-")]
DRAFT: dict[str, Any] = {
    "title": "Checkout unavailable",
    "id": "INC-1",
    "authors": ["Ana Ruiz", "Ivo Lang"],
    "date": "2026-03-14",
    "summary": "The pool was empty. See [the graph](https://example.com/).",
    "timeline": [
        {"time": "13:58", "phase": "Impact", "event": "The first checkouts fail."},
        {"time": "14:45", "phase": "Mitigation", "event": "Rolled back."},
    ],
    "root_cause": "Pools and workers are configured apart.",
    "action_items": [{"action": "Alert on saturation", "owner": "Ivo Lang"}, {"action": "Done", "status": "Done"}],
}


def read(standard: str | None, report: Any = None, **options: Any) -> PdfReader:
    return PdfReader(BytesIO(pmexport.render(report or DRAFT, "pdf", standard=standard, **options)))


def xmp(reader: PdfReader) -> Any:
    stream: StreamObject = catalog(reader)["/Metadata"].get_object()
    assert "/Filter" not in stream, "PDF/A-1 wants it readable"
    return etree.fromstring(stream.get_data())


def claims(reader: PdfReader, prefix: str) -> dict[str, str]:
    """Return what the metadata says in a namespace, as elements or as attributes."""
    spaces = {"a": "http://www.aiim.org/pdfa/ns/id/", "ua": "http://www.aiim.org/pdfua/ns/id/"}
    start = f"{{{spaces[prefix]}}}"
    found: dict[str, str] = {}
    for element in xmp(reader).iter():
        stated = [(element.tag, element.text or ""), *element.attrib.items()]
        found |= {str(name).removeprefix(start): text for name, text in stated if str(name).startswith(start)}
    return found


@pytest.mark.parametrize("standard", ARCHIVAL)
def test_archival_files_say_what_they_are(standard: str) -> None:
    reader = read(standard)
    assert claims(reader, "a") == {"part": standard[2], "conformance": standard[3].upper()}
    assert claims(reader, "ua") == {"part": "1"}
    (intent,) = catalog(reader)["/OutputIntents"]
    assert intent["/S"] == "/GTS_PDFA1"
    assert b"sRGB" in intent["/DestOutputProfile"].get_data()[:4096]
    assert reader.pdf_header == ("%PDF-1.4" if standard == "a-1b" else "%PDF-1.7")
    assert reader.trailer["/ID"]


@pytest.mark.parametrize("standard", ARCHIVAL)
def test_archival_files_are_tagged(standard: str) -> None:
    kinds = [element["/S"] for element in elements(read(standard))]
    assert kinds == [element["/S"] for element in elements(read(None))]
    assert {"/H1", "/H2", "/P", "/Table", "/TH"} <= set(kinds)


@pytest.mark.parametrize("standard", [None, "ua-1"])
def test_without_archival(standard: str | None) -> None:
    reader = read(standard)
    assert claims(reader, "a") == {}
    assert claims(reader, "ua") == {"part": "1"}
    assert "/OutputIntents" not in catalog(reader)


def test_metadata_agree() -> None:
    """PDF/A wants the properties and the metadata to say the same; PDF/A-1 wants one author."""
    for standard, authors in (("a-1b", ["Ana Ruiz, Ivo Lang"]), ("a-3a", ["Ana Ruiz", "Ivo Lang"])):
        reader: Any = read(standard)
        items = xmp(reader).iterfind(".//{http://purl.org/dc/elements/1.1/}creator//{*}li")
        assert [item.text for item in items] == authors
        assert reader.metadata.author == "Ana Ruiz, Ivo Lang"


def test_archival_files_are_reproducible() -> None:
    assert pmexport.render(DRAFT, "pdf", standard="a-3a") == pmexport.render(DRAFT, "pdf", standard="a-3a")


def test_isolated() -> None:
    here = pmexport.render(DRAFT, "pdf", standard="a-2u")
    assert here == pmexport.render(DRAFT, "pdf", standard="a-2u", timeout=300)


def streams(reader: Any) -> list[Any]:
    parts = (reader.get_object(number) for number in range(1, int(reader.trailer["/Size"])))
    return [part for part in parts if isinstance(part, StreamObject)]


def test_nothing_is_transparent(tmp_path: Path) -> None:
    """The draft mark, the hatched bar of shares and hidden texts would be, and opaque images with an alpha channel."""
    Pillow.new("RGBA", (8, 8), (200, 0, 0, 255)).save(tmp_path / "opaque.png")
    report = pmexport.load(DRAFT | {"figures": [{"src": "opaque.png", "alt": "Red"}]}).based_at(tmp_path)
    reader: Any = read("a-1b", report)
    states = [state for page in reader.pages for state in page["/Resources"].get("/ExtGState", {}).values()]
    assert not any({"/ca", "/CA", "/SMask"} & set(state.get_object()) for state in states)
    assert not any({"/Group", "/SMask"} & set(stream) for stream in streams(reader))
    assert any("/mark Do" in page.get_contents().get_data().decode("latin-1") for page in reader.pages)
    others = read("a-2a", report)
    assert pages(reader) == pages(others)


def test_images_are_not_smoothed(tmp_path: Path) -> None:
    Pillow.new("RGB", (8, 8)).save(tmp_path / "black.png")
    report = pmexport.load(DRAFT | {"figures": [{"src": "black.png", "alt": "Black"}]}).based_at(tmp_path)
    values = [stream["/Interpolate"] for stream in streams(read("a-3a", report)) if "/Interpolate" in stream]
    assert values
    assert not any(value.value for value in values)


def test_fonts_are_those_of_the_first_part() -> None:
    """PDF 1.4 knows no OpenType fonts, which those for Chinese, Japanese and Korean often are."""
    words = {"title": "Fonts", "summary": "Plain and 日本語."}
    try:
        reader: Any = read("a-1b", words)
    except RenderError:  # no font for them here
        reader = read("a-1b", {"title": "Fonts"})
    parts = map(reader.get_object, range(1, int(reader.trailer["/Size"])))
    described = [part for part in parts if isinstance(part, dict) and "/CIDSet" in part]
    assert described
    for font in described:
        assert "/FontFile3" not in font or font["/FontFile3"].get_object()["/Subtype"] == "/CIDFontType0C"
        data = font["/CIDSet"].get_object().get_data()
        listed = [number for number in range(8 * len(data)) if data[number // 8] & 0x80 >> number % 8]
        assert listed[0] == 0
        if "/FontFile2" in font:
            with TTFont(BytesIO(font["/FontFile2"].get_object().get_data())) as program:
                assert listed == list(range(program["maxp"].numGlyphs))


# ---- what is refused


def refuse(standard: str, report: Any, **options: Any) -> list[pmexport.Problem]:
    with pytest.raises(RenderError) as caught:
        pmexport.render(report, "pdf", standard=standard, **options)
    return list(caught.value.problems)


def style(tmp_path: Path, css: str) -> str:
    theme = tmp_path / "theme"
    theme.mkdir()
    (theme / "theme.toml").write_text('inherit = "default"\nsummary = "Ours"\n')
    (theme / "style.css").write_text(css)
    Pillow.new("CMYK", (8, 8)).save(theme / "inks.jpg")
    Pillow.new("RGBA", (8, 8), (0, 0, 0, 9)).save(theme / "faint.png")
    return str(theme)


@pytest.mark.parametrize("standard", ARCHIVAL)
def test_missing_characters_are_refused(standard: str, tmp_path: Path) -> None:
    path = tmp_path / "report.yaml"
    entry = "  - {time: '10:00', event: 'Ab \u0378 c'}"
    path.write_text(f"title: Good\nsummary: Fine.\ntimeline:\n{entry}\n")
    (problem,) = refuse(standard, path)
    assert "U+0378" in problem.message
    assert STANDARDS[standard].title in problem.message
    assert "code point" not in problem.message
    assert problem.path == "timeline[0].event"
    assert (problem.line, problem.column) == (4, entry.index("\u0378") + 1)


def test_missing_characters_without_archival() -> None:
    warnings: list[pmexport.Problem] = []
    pmexport.render({"title": "x", "summary": "\u0378"}, "pdf", warnings=warnings)
    (warning,) = warnings
    assert "its code point is shown" in warning.message
    assert warning.path == "summary"


def test_transparent_images_are_refused(tmp_path: Path) -> None:
    Pillow.new("RGBA", (8, 8), (200, 0, 0, 100)).save(tmp_path / "half.png")
    path = tmp_path / "report.yaml"
    path.write_text("title: x\nsummary: Fine.\nfigures:\n  - alt: Half\n    src: half.png\n")
    (problem,) = refuse("a-1b", path)
    assert "'half.png' is transparent, which PDF/A-1b forbids" in problem.message
    assert (problem.path, problem.line, problem.column) == ("figures[0].src", 5, 10)
    pmexport.render(path, "pdf", standard="a-2u")


@pytest.mark.parametrize("standard", STANDARDS)
def test_opacity_is_refused(standard: str, tmp_path: Path) -> None:
    theme = style(tmp_path, "section#summary p { opacity: .5 }")
    (problem,) = refuse(standard, DRAFT, theme=theme)
    assert problem.message == "the theme's `p` has `opacity`, which PDF/UA-1 forbids."
    assert problem.path == "summary"


@pytest.mark.parametrize(
    ("css", "cause"),
    [
        ("section#summary p { color: rgb(0 0 0 / 60%) }", "`p` has a translucent colour"),
        ("section#summary { background: linear-gradient(rgb(0 0 0 / 10%), red) }", "`section` has a translucent"),
        ("section#summary { background: url(faint.png) }", "`section` has a transparent background"),
        ("section#summary { box-shadow: 1px 1px 2px rgb(0 0 0 / 10%) }", "paints something translucent"),
    ],
)
def test_translucency_is_refused(css: str, cause: str, tmp_path: Path) -> None:
    theme = style(tmp_path, css)
    (problem,) = refuse("a-1b", DRAFT, theme=theme)
    assert cause in problem.message
    assert "which PDF/A-1b forbids" in problem.message
    pmexport.render(DRAFT, "pdf", standard="a-2a", theme=theme)


@pytest.mark.parametrize("css", ["p { color: device-cmyk(0 1 1 0) }", "{ background: url(inks.jpg) }"])
def test_inks_are_refused(css: str, tmp_path: Path) -> None:
    theme = style(tmp_path, f"section#summary {css}")
    (problem,) = refuse("a-3a", DRAFT, theme=theme)
    assert "colours as inks (CMYK)" in problem.message
    pmexport.render(DRAFT, "pdf", theme=theme)


def test_unknown_standard() -> None:
    with pytest.raises(FormatError, match=r"unknown PDF standard 'a-4'\. Known standards: ua-1, a-1b, a-2a"):
        pmexport.render(DRAFT, "pdf", standard="a-4")


def test_too_long_for_the_first_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pmexport.renderers.pdf.conformity._LONGEST", 5)
    (problem,) = refuse("a-1b", DRAFT)
    assert "too long for PDF/A-1b" in problem.message


def test_theme_logo_is_named(tmp_path: Path) -> None:
    theme = Path(style(tmp_path, ""))
    with (theme / "theme.toml").open("a") as file:
        file.write('logo = "faint.png"\nlogo_alt = "Acme"\n')
    (problem,) = refuse("a-1b", DRAFT, theme=theme)
    assert "the theme's image 'Acme' is transparent" in problem.message


def test_of_images_with_the_same_description_the_transparent_one_is_named(tmp_path: Path) -> None:
    for name, alpha in {"one.png": 255, "two.png": 90, "three.png": 255}.items():
        Pillow.new("RGBA", (8, 8), (200, 0, 0, alpha)).save(tmp_path / name)
    path = tmp_path / "report.yaml"
    text = "title: x\nsummary: |\n  - ![A](one.png)\n\n  > ![A](two.png)\n\n  | a |\n  |-|\n  | ![A](three.png) |\n"
    path.write_text(text, "utf-8")
    (problem,) = refuse("a-1b", path)
    assert "'two.png' is transparent" in problem.message
    assert problem.line == 5


LONG = {
    "summary": "[x](https://example.com/{})",
    "title": "{}",
    "figures[0].alt": "{}",
    "sections[0].title": "{}",
    "authors[0].name": "{}",
    "tags[0]": "{}",
}


@pytest.mark.parametrize("place", LONG)
def test_long_strings_are_refused(place: str, tmp_path: Path) -> None:
    text = LONG[place].format("Long" * 10_000)
    Pillow.new("RGB", (8, 8)).save(tmp_path / "black.png")
    report: dict[str, Any] = {"title": "x", "summary": "Fine."}
    others: dict[str, dict[str, Any]] = {
        "figures[0].alt": {"figures": [{"src": "black.png", "alt": text}]},
        "sections[0].title": {"sections": [{"title": text, "text": "x"}]},
        "authors[0].name": {"authors": [{"name": text}]},
        "tags[0]": {"tags": [text]},
    }
    loaded = pmexport.load(report | others.get(place, {place: text})).based_at(tmp_path)
    problems = refuse("a-2u", loaded)
    assert {problem.path for problem in problems} == {place}
    assert all("PDF/A-2u allows 32,767" in problem.message for problem in problems)
    pmexport.render(loaded, "pdf")
