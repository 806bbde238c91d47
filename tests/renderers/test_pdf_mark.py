"""The mark over every page of a PDF that is not final: seen, and nothing else."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from parity import read_pdf, squashed
from pdfs import pages, read, render
from pypdf import PageObject, PdfReader
from trees import arabic, document, p, section, table
from wcag import AA, contrast

from pmexport.document.nodes import Document
from pmexport.renderers.pdf.draft_mark import OPACITY
from pmexport.theming import themes
from pmexport.theming.tokens import Tokens

pytestmark = pytest.mark.slow

NUMBER = r"(-?\d+(?:\.\d+)?)"
SHOWN = re.compile(
    r"EMC\n/Artifact <</Type /Pagination /Subtype /Watermark>> BDC\n"
    rf"q /mark gs \S+ \S+ \S+ rg {' '.join([NUMBER] * 6)} cm /mark Do Q\nEMC\s*$".replace(r"EMC\n", "", 1)
)


def draft(word: str = "Draft", **more: Any) -> Document:
    """Return a document of several pages, one of them landscape."""
    wide = table([f"Column {number}" for number in range(22)], *[["alpha beta"] * 22] * 3)
    return document(section("summary", *[p(f"Paragraph {number}") for number in range(60)], wide), mark=word, **more)


def path_of(page: PageObject) -> str:
    mark: Any = page["/Resources"]["/XObject"]["/mark"]  # type: ignore[index]
    return str(mark.get_object().get_data().decode())


def test_watermark_is_an_artifact_on_every_page() -> None:
    data = render(draft())
    reader = PdfReader(BytesIO(data))
    assert len(reader.pages) > 3
    assert len({page.mediabox.width for page in reader.pages}) == 2, "upright and landscape"
    for page in reader.pages:
        assert SHOWN.search(page.get_contents().get_data().decode("latin-1")), "last, so that no ground hides it"  # type: ignore[union-attr]
        operators = [line.split()[-1] for line in path_of(page).splitlines()]
        assert set(operators) == {"m", "l", "c", "h", "f"}
        assert operators.count("m") >= len("DRAFT")
    assert not any("draft" in shown.lower() for shown in pages(reader))
    assert "draft" not in squashed(read_pdf(data)).lower()


def test_final_report_has_no_watermark() -> None:
    for page in read(document(section("summary", p("Seen.")))).pages:
        assert "mark" not in page.get_contents().get_data().decode("latin-1")  # type: ignore[union-attr]


@pytest.mark.parametrize("word", ["Draft", "I", "Ein sehr langes Wort", "下書き", "ร่าง", "مسودة"])
def test_watermark_is_on_the_page_in_any_script(word: str) -> None:
    tree = arabic() if word == "مسودة" else document(section("summary", p("Seen.")))
    page = read(draft(word, language=tree.language, direction=tree.direction)).pages[0]
    a, b, c, d, e, f = map(float, SHOWN.search(page.get_contents().get_data().decode("latin-1")).groups())  # type: ignore[union-attr]
    points = [
        tuple(map(float, pair))
        for line in path_of(page).splitlines()
        for pair in re.findall(rf"{NUMBER} {NUMBER}", line)
    ]
    assert len(points) > 3
    xs, ys = [a * x + c * y + e for x, y in points], [b * x + d * y + f for x, y in points]
    assert min(xs) > 0
    assert max(xs) < page.mediabox.width
    assert min(ys) > 0
    assert max(ys) < page.mediabox.height
    assert (min(xs) + max(xs)) / 2 == pytest.approx(float(page.mediabox.width) / 2, rel=0.1)


def test_watermark_is_in_the_file_once() -> None:
    pages_more = len(render(draft())) - len(render(draft("")))
    assert pages_more < 4000


def mixed(color: str, over: str) -> str:
    parts = [(int(one[at : at + 2], 16)) for at in (1, 3, 5) for one in (color, over)]
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return "#" + "".join(f"{round(under * (1 - OPACITY) + top * OPACITY):02x}" for under, top in pairs)


@pytest.mark.parametrize("name", themes.theme_names())
def test_text_below_watermark_has_enough_contrast(name: str) -> None:
    tokens: Tokens = themes.find_theme(name).tokens
    colors, mark = tokens.colors, tokens.colors.muted
    pairs = [
        (ink, ground) for ink in (colors.text, colors.muted, colors.accent) for ground in (colors.page, colors.surface)
    ]
    pairs += [(tone.ink, ground) for _, tone in tokens.tones for ground in (tone.wash, colors.page)]
    for ink, ground in pairs:
        assert contrast(mixed(ink, mark), mixed(ground, mark)) >= AA, (ink, ground)
    assert contrast(mixed(colors.page, mark), colors.page) > 1.1, "it is seen"
