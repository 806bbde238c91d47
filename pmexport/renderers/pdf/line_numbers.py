"""Line numbers beside code, and a sign where a line continues. Drawn as paths.

They are not text: neither tagged nor extracted, just as a browser neither selects nor copies them.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pydyf  # type: ignore[import-untyped]
from fontTools.pens.cairoPen import CairoPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from weasyprint.formatting_structure.boxes import BlockBox, LineBox  # type: ignore[import-untyped]

from pmexport.renderers.pdf.pdf_objects import Path, get_object, list_pages, set_fill
from pmexport.renderers.shared.paper import POINTS_PER_PIXEL
from pmexport.theming.themes import Theme

FONT = "fonts/IBMPlexMono-Regular.ttf"
"""A file of the default theme, which every theme inherits."""
CONTINUED = "↪"
DRAWN = f"0123456789{CONTINUED}"
ADVANCE = 600
"""The width of every glyph of the font, in thousandths of an em."""
GAP = 0.4
"""Space between a number and its line, in em."""


class _LineNumber(NamedTuple):
    text: str
    end: float
    """Its right edge, from the left of the page, in CSS pixels like the others."""
    baseline: float
    """Distance from the top of the page."""
    size: float
    """Type size."""


def number_lines(layout: Any, pdf: pydyf.PDF, theme: Theme) -> None:
    """Draw the line numbers of a `weasyprint.Document`: a finisher of its `write_pdf`."""
    begun: set[Any] = set()
    outlines: dict[str, pydyf.Stream] = {}
    for page, laid_out in zip(list_pages(pdf), layout.pages, strict=True):
        numbers = list(_list_numbers(laid_out, begun))
        if numbers:
            outlines = outlines or _outline_glyphs(pdf, theme)
            get_object(pdf, page["Resources"])["XObject"].update(
                {name: path.reference for name, path in outlines.items()}
            )
            get_object(pdf, page["Contents"]).stream += _draw_numbers(numbers, theme.tokens.colors.muted)


def _list_numbers(page: Any, begun: set[Any]) -> Iterator[_LineNumber]:
    """Yield the line numbers of a page, and add the lines that begin there to `begun`."""
    for box in page._page_box.descendants():  # noqa: SLF001
        if isinstance(box, BlockBox) and "line" in _list_classes(box):
            size = box.style["font_size"]
            for line in (child for child in box.children if isinstance(child, LineBox)):
                text = CONTINUED if box.element in begun else box.element.get("data-line", "")
                begun.add(box.element)
                yield _LineNumber(text, box.position_x - GAP * size, line.position_y + line.baseline, size)


def _list_classes(box: Any) -> list[str]:
    return [] if box.element is None else box.element.get("class", "").split()


def _draw_numbers(numbers: list[_LineNumber], color: str) -> Iterator[bytes]:
    """Yield the operators that draw line numbers as an artifact. The origin is the top left corner of the page."""
    yield f"/Artifact <</Type /Layout>> BDC q {set_fill(color)}".encode()
    for number in numbers:
        scale = number.size * POINTS_PER_PIXEL / 1000
        for index, character in enumerate(reversed(number.text), 1):
            x, y = number.end * POINTS_PER_PIXEL - index * ADVANCE * scale, number.baseline * POINTS_PER_PIXEL
            yield f"q {scale:.5f} 0 0 {-scale:.5f} {x:.2f} {y:.2f} cm /{_name_glyph(character)} Do Q".encode()
    yield b"Q EMC"


def _outline_glyphs(pdf: pydyf.PDF, theme: Theme) -> dict[str, pydyf.Stream]:
    """Add the paths of all glyphs that are drawn to a PDF, and return them by name."""
    font = TTFont(theme.find(FONT))
    names, glyphs = font.getBestCmap(), font.getGlyphSet()
    outlines = {}
    for character in DRAWN:
        path = Path(extra={"Type": "/XObject", "Subtype": "/Form", "BBox": pydyf.Array((0, -300, ADVANCE, 1000))})
        glyphs[names[ord(character)]].draw(CairoPen(glyphs, path))
        path.fill()
        pdf.add_object(path)
        outlines[_name_glyph(character)] = path
    return outlines


def _name_glyph(character: str) -> str:
    return f"line{ord(character):x}"
