"""What stands beside code: the numbers of its lines, and a sign where a line goes on in the next. Drawn as outlines.

They are no text of the document: neither tagged nor extracted, as a browser neither selects nor copies them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pydyf  # type: ignore[import-untyped]
from fontTools.pens.cairoPen import CairoPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from weasyprint.formatting_structure.boxes import BlockBox, LineBox  # type: ignore[import-untyped]

from pmexport.renderers.shared.paper import POINTS_PER_PIXEL
from pmexport.theming.themes import Theme

FONT = "fonts/IBMPlexMono-Regular.ttf"
"""Of the default theme, which every theme inherits."""
CONTINUED = "↪"
DRAWN = f"0123456789{CONTINUED}"
GAP = 0.4
"""Between a number and its line, in em."""


class _Note(NamedTuple):
    text: str
    end: float
    """Where it ends, from the left of the page; pixels of CSS, as the others."""
    baseline: float
    """From the top of the page."""
    size: float
    """Of its type."""


def number_lines(layout: Any, pdf: pydyf.PDF, theme: Theme) -> None:
    """Draw beside the lines of code of this `weasyprint.Document` what belongs there: a finisher of its `write_pdf`."""
    pages = [pdf.objects[number] for number in pdf.pages["Kids"][::3]]
    begun: set[Any] = set()
    outlines: dict[str, pydyf.Stream] = {}
    for page, sheet in zip(pages, layout.pages, strict=True):
        notes = list(_notes(sheet, begun))
        if notes:
            outlines = outlines or _outlines(pdf, theme)
            _at(pdf, page["Resources"])["XObject"].update({name: path.reference for name, path in outlines.items()})
            _at(pdf, page["Contents"]).stream += _drawn(notes, theme.tokens.colors.muted)


def _notes(page: Any, begun: set[Any]) -> Iterator[_Note]:
    """Yield what belongs beside the lines of code on a page, and add those that begin there to `begun`."""
    for box in page._page_box.descendants():  # noqa: SLF001
        if isinstance(box, BlockBox) and "line" in _classes(box):
            size = box.style["font_size"]
            for line in (child for child in box.children if isinstance(child, LineBox)):
                text = CONTINUED if box.element in begun else box.element.get("data-line", "")
                begun.add(box.element)
                yield _Note(text, box.position_x - GAP * size, line.position_y + line.baseline, size)


def _classes(box: Any) -> list[str]:
    return [] if box.element is None else box.element.get("class", "").split()


def _drawn(notes: list[_Note], color: str) -> Iterator[bytes]:
    """Yield the operators that draw this, as an artifact. The stream has the page's top at 0, and counts downwards."""
    ink = " ".join(f"{int(color[index : index + 2], 16) / 255:.3f}" for index in (1, 3, 5))
    yield f"/Artifact <</Type /Layout>> BDC q {ink} rg".encode()
    for note in notes:
        scale = note.size * POINTS_PER_PIXEL / 1000
        for index, character in enumerate(reversed(note.text), 1):
            x, y = note.end * POINTS_PER_PIXEL - index * ADVANCE * scale, note.baseline * POINTS_PER_PIXEL
            yield f"q {scale:.5f} 0 0 {-scale:.5f} {x:.2f} {y:.2f} cm /{_name(character)} Do Q".encode()
    yield b"Q EMC"


ADVANCE = 600
"""Of every glyph of the font; its em is 1000."""


class _Path(pydyf.Stream):  # type: ignore[misc]
    """The operators of a path, written by a pen for Cairo, whose drawing is PDF's but for one name."""

    close_path = pydyf.Stream.close


def _outlines(pdf: pydyf.PDF, theme: Theme) -> dict[str, pydyf.Stream]:
    """Add to this PDF the outlines of all that is drawn, and return them by their names."""
    font = TTFont(theme.find(FONT))
    names, glyphs = font.getBestCmap(), font.getGlyphSet()
    outlines = {}
    for character in DRAWN:
        path = _Path(extra={"Type": "/XObject", "Subtype": "/Form", "BBox": pydyf.Array((0, -300, ADVANCE, 1000))})
        glyphs[names[ord(character)]].draw(CairoPen(glyphs, path))
        path.fill()
        pdf.add_object(path)
        outlines[_name(character)] = path
    return outlines


def _name(character: str) -> str:
    return f"line{ord(character):x}"


def _at(pdf: pydyf.PDF, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]
