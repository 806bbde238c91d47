"""Headers and footers of PDF pages."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from io import BytesIO
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any, NamedTuple, get_args

import pytest
from parity import read_pdf, squashed
from pdfminer.high_level import extract_pages
from pdfminer.layout import LTChar, LTCurve, LTPage, LTRect
from pdfs import MM, characters, pages, read, render
from pypdf import PdfReader
from trees import arabic, document, p, section, table

from pmexport.document.nodes import Document, Tlp
from pmexport.renderers.html import HtmlRenderer
from pmexport.renderers.shared import tlp_colors
from pmexport.renderers.shared.sheet_margins import fit_classification
from pmexport.theming import themes

pytestmark = pytest.mark.slow

CHROMIUM = shutil.which("chromium")
LABELS: tuple[Tlp, ...] = get_args(Tlp)
LONG = "A title that is so long that no head of any page has the room to show it, " * 3


class Line(NamedTuple):
    """A line in a margin."""

    text: str
    left: float
    right: float
    middle: float
    size: float
    color: Any


def several(**more: Any) -> Document:
    """Return a document of several pages, one of them landscape."""
    wide = table([f"Column {number}" for number in range(22)], *[["alpha beta"] * 22] * 3)
    return document(section("summary", *[p(f"Paragraph {number}") for number in range(35)], wide), **more)


def margins(data: bytes) -> Iterator[tuple[list[Line], list[Line]]]:
    """Yield the header and footer of each page."""
    sheets = [page.mediabox for page in PdfReader(BytesIO(data)).pages]
    found = {number: list(chars) for number, chars in groupby(characters(data), lambda item: item[0])}
    for number, sheet in enumerate(sheets):
        chars = [char for _, char in found[number]]
        head = [char for char in chars if char.y0 > float(sheet.height) - 19 * MM]
        foot = [char for char in chars if char.y1 < 18 * MM]
        yield list(lines(head)), list(lines(foot))


def lines(chars: list[Any]) -> Iterator[Line]:
    """Yield the runs of characters of one size and colour that are adjacent."""
    chars = sorted(chars, key=lambda char: char.x0)
    run: list[Any] = []
    for char in [*chars, None]:
        if run and (char is None or char.x0 - run[-1].x1 > char.size or char.fontname != run[-1].fontname):
            shown = "".join(one.get_text() for one in run)
            middle = (run[0].y0 + run[0].y1) / 2
            yield Line(shown, run[0].x0, run[-1].x1, middle, run[0].size, run[0].graphicstate.ncolor)
            run = []
        if char is not None:
            run.append(char)


def rgb(color: str) -> tuple[float, ...]:
    return tuple(int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))


@pytest.mark.parametrize("label", LABELS)
def test_tlp_label_is_in_every_header_and_footer(label: Tlp) -> None:
    data = render(several(tlp=label, title=LONG, running=("Revision 3", "Final")))
    sheets = [page.mediabox for page in PdfReader(BytesIO(data)).pages]
    assert len({sheet.width for sheet in sheets}) == 2, "upright and landscape"
    grounds = [[rect for rect in page if isinstance(rect, LTRect)] for page in extract_pages(BytesIO(data))]
    for (head, foot), sheet, rects in zip(margins(data), sheets, grounds, strict=True):
        for line in (head[-1], foot[-1]):
            assert line.text == label
            assert line.right == pytest.approx(float(sheet.width) - 20 * MM, abs=6)
            assert line.color == pytest.approx(rgb(tlp_colors.INKS[label]), abs=0.01)
            assert any(
                rect.x0 <= line.left
                and line.right <= rect.x1
                and rect.y0 <= line.middle <= rect.y1
                and rect.non_stroking_color == rgb(tlp_colors.BACKGROUND)
                for rect in rects
            )
    assert label not in read_pdf(data), "headers and footers are not read aloud on every page"


def test_tlp_label_size() -> None:
    data = render(several(tlp="TLP:RED"))
    reader = PdfReader(BytesIO(data))
    sizes: list[float] = []
    reader.pages[0].extract_text(
        visitor_text=lambda shown, _ctm, matrix, _font, size: (
            sizes.append(size * abs(_ctm[0] * matrix[0])) if "TLP:RED" in shown else None
        )
    )
    assert len(sizes) == 2
    assert all(size >= 11.99 for size in sizes)


def test_no_tlp_label() -> None:
    assert all("TLP" not in page for page in pages(read(several(running=("Internal",)))))


@pytest.mark.parametrize("label", [None, "TLP:AMBER+STRICT"])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_headers_and_footers_do_not_overlap(direction: str, label: Tlp | None) -> None:
    data = render(several(tlp=label, title=LONG, running=(LONG, "Revision 3"), direction=direction))
    sheets = [page.mediabox for page in PdfReader(BytesIO(data)).pages]
    for (head, foot), sheet in zip(margins(data), sheets, strict=True):
        for row in (head, foot):
            for line, following in pairwise(row):
                assert line.right <= following.left
            assert not row or row[0].left >= 20 * MM - 1
            assert not row or row[-1].right <= float(sheet.width) - 20 * MM + 9  # an ellipsis may reach over it
        assert any("\N{HORIZONTAL ELLIPSIS}" in line.text and "A title" in line.text for line in foot)


def test_longest_footer_fact_is_shortened() -> None:
    for _, foot in margins(render(several(running=(LONG, "Revision 3", "Final")))):
        shown = " ".join(line.text for line in foot)
        assert shown.startswith("A title that is so long")
        assert "… · Revision 3 · Final" in shown


def test_header_names_report_after_first_page() -> None:
    heads = [" ".join(line.text for line in head) for head, _ in margins(render(several()))]
    assert heads[0] == ""
    assert len(heads) > 2
    for head in heads[1:]:
        assert squashed("INC-2026-0142 Checkout unavailable in the EU region") == squashed(head)


def test_sides_are_swapped_right_to_left() -> None:
    tree = arabic()
    head, foot = list(margins(render(several(direction="rtl", language="ar", words=tree.words))))[1]
    assert head[-1].text == "INC-2026-0142"
    assert "TLP:GREEN" in foot[-1].text or "Final" in foot[-1].text


SECRET = "Secret \N{EN DASH} legally privileged, at the request of counsel"


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("label", [None, "TLP:AMBER"])
def test_a_classification_is_boxed_in_every_header_and_footer(label: Tlp | None, direction: str) -> None:
    tree = several(classification=SECRET, tlp=label, title=LONG, running=("Revision 3", "Final"), direction=direction)
    data = render(tree)
    for sheet, (head, foot) in zip(extract_pages(BytesIO(data)), margins(data), strict=True):
        boxes = [item for item in sheet if isinstance(item, LTCurve)]
        for chars in middle_of(data, sheet):
            assert squashed("".join(char.get_text() for char in chars)) == squashed(SECRET)
            assert {char.fontname.rpartition("+")[2] for char in chars} == {"IBM-Plex-Sans-Semi-Bold"}
            assert any(all(box.x0 <= char.x0 and char.x1 <= box.x1 for char in chars) for box in boxes)
        assert not label or (head[-1].text, foot[-1].text) == (label, label)
    shown = pages(PdfReader(BytesIO(data)))
    assert all("Revision 3 · Final" in page and f"Page {n} of {len(shown)}" in page for n, page in enumerate(shown, 1))
    assert SECRET not in read_pdf(data), "headers and footers are not read aloud on every page"


def middle_of(data: bytes, sheet: LTPage) -> Iterator[list[LTChar]]:
    """Yield the characters in the middle of a page's header, and those in the middle of its footer, line by line."""
    chars = [char for number, char in characters(data) if number == sheet.pageid - 1]
    middle = [char for char in chars if sheet.width * 0.31 < char.x0 < sheet.width * 0.69 and char.get_text().strip()]
    for part in ([c for c in middle if c.y0 > sheet.height - 19 * MM], [c for c in middle if c.y1 < 18 * MM]):
        yield sorted(part, key=lambda char: (-round(char.y0), char.x0))


def test_a_classification_that_does_not_fit_is_shortened() -> None:
    tokens = themes.default_theme().tokens
    shown = fit_classification(document(classification=SECRET * 5), tokens)
    assert shown.startswith(SECRET)
    assert shown.endswith("…")
    narrow = tokens.model_copy(update={"page": tokens.page.model_copy(update={"margin_top": "10mm"})})
    assert len(fit_classification(document(classification=SECRET * 5), narrow)) < len(shown) / 2
    assert fit_classification(document(classification=SECRET), tokens) == SECRET


@pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_a_browser_prints_headers_and_footers(direction: str, tmp_path: Path) -> None:
    secret = f"</style><b>*/ \\ {SECRET}"
    tree = several(classification=secret, tlp="TLP:RED", running=("Revision 3",), direction=direction)
    (tmp_path / "a.html").write_bytes(HtmlRenderer().render(tree, themes.default_theme(), []))
    printing = [str(CHROMIUM), "--headless", "--no-sandbox", "--no-pdf-header-footer", "--print-to-pdf=a.pdf", "a.html"]
    subprocess.run(printing, cwd=tmp_path, check=True, capture_output=True)
    sheets = [squashed(sheet) for sheet in pages(PdfReader(tmp_path / "a.pdf"))]
    assert len(sheets) > 2
    for number, sheet in enumerate(sheets, 1):
        assert sheet.count(squashed(secret if direction == "ltr" else "legally privileged, ")) == 2
        assert sheet.count("TLP:RED") >= 2
        assert direction == "rtl" or squashed(f"Page {number} of {len(sheets)}") in sheet
        assert number == 1 or "INC-2026-0142" in sheet
        assert squashed("Revision 3") in sheet


def test_web_page_has_tlp_label_twice() -> None:
    page = HtmlRenderer().render(several(tlp="TLP:AMBER"), themes.default_theme(), []).decode()
    label = '<p class="tlp"><span style="background: #000000; color: #ffc000; font-size: 12pt">TLP:AMBER</span></p>'
    assert page.count(label) == 2
    assert page.index(label) < page.index("<h1") < page.index("<footer") < page.rindex(label)
