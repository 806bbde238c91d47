"""The mark on every page of a report that is not final: drawn as paths, neither tagged nor text.

A watermark runs across the page; a band is at its top edge, where it covers no text.

The word is laid out in the theme's font, or in one that the machine has for its script. Its glyphs are then drawn as
paths. It is on top of the page, so that no background hides it, and is faint enough to read the text below.
"""

import math
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any, NamedTuple

import pydyf  # type: ignore[import-untyped]
from fontTools.pens.boundsPen import ControlBoundsPen  # type: ignore[import-untyped]
from fontTools.pens.cairoPen import CairoPen  # type: ignore[import-untyped]
from fontTools.pens.recordingPen import DecomposingRecordingPen  # type: ignore[import-untyped]
from fontTools.pens.transformPen import TransformPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from pmexport.renderers.pdf.missing_glyphs import list_missing
from pmexport.renderers.pdf.pdf_objects import Path, get_object, list_pages, set_fill

OPACITY = 0.08
LENGTH = 0.7
"""Maximum length of the word, as a fraction of the page's diagonal."""
HEIGHT = 0.2
"""Maximum height of its letters, as a fraction of the page's shorter side."""


BAND, BAND_TYPE = 15.0, 9.0
"""Height of a band, and the type size of the word in it, in points."""


class Watermark(NamedTuple):
    """A word as paths; the unit is 1 em."""

    path: pydyf.Stream
    bounds: tuple[float, float, float, float]
    """Left, bottom, right, top."""


def outline_word(line: Any) -> tuple[Watermark | None, set[str]]:
    """Return the paths of a one-line `weasyprint.Document`, and the characters that no font has."""
    marks: list[Watermark | None] = []

    def keep(layout: Any, pdf: pydyf.PDF) -> None:
        contents = get_object(pdf, list_pages(pdf)[0]["Contents"])
        marks.append(_draw_text(contents.stream, layout.fonts.values()))

    line.write_pdf(finisher=keep)
    return marks[0], list_missing(line)


def draw_watermark(pdf: pydyf.PDF, mark: Watermark, color: str, *, opaque: bool = False) -> None:
    """Draw the watermark along the diagonal of every page, in a colour given as `#rrggbb`.

    opaque: draw it below the page's content, in a colour as faint as the translucent one.
    """
    fill = set_fill(color, OPACITY) if opaque else set_fill(color)

    def place(page: Any) -> str:
        matrix = " ".join(f"{part:.4f}" for part in _place_diagonally(mark.bounds, page))
        return f"{fill} {matrix} cm /mark Do"

    _draw_mark(pdf, mark, "Watermark", place, opacity=None if opaque else OPACITY, below=opaque)


def draw_band(pdf: pydyf.PDF, mark: Watermark, ink: str, ground: str) -> None:
    """Draw a band at the top edge of every page with the word in its middle. The colours are given as `#rrggbb`."""
    left, bottom, right, top = mark.bounds

    def place(page: Any) -> str:
        x = (page[0] + page[2] - BAND_TYPE * (left + right)) / 2
        y = page[3] - (BAND + BAND_TYPE * (bottom + top)) / 2
        edge = f"q {set_fill(ground)} {page[0]} {page[3] - BAND:.2f} {page[2] - page[0]} {BAND:.2f} re f Q"
        return f"{edge} {set_fill(ink)} {BAND_TYPE} 0 0 {BAND_TYPE} {x:.2f} {y:.2f} cm /mark Do"

    _draw_mark(pdf, mark, "Header", place)


def _draw_mark(
    pdf: pydyf.PDF,
    mark: Watermark,
    kind: str,
    place: Callable[[Any], str],
    *,
    opacity: float | None = None,
    below: bool = False,
) -> None:
    """Draw a word on every page, as an artifact. place: returns the operators for a page of this size."""
    mark.path.extra = {"Type": "/XObject", "Subtype": "/Form", "BBox": pydyf.Array(mark.bounds)}
    pdf.add_object(mark.path)
    begin = "q" if opacity is None else "q /mark gs"
    for page in list_pages(pdf):
        resources = get_object(pdf, page["Resources"])
        resources["XObject"]["mark"] = mark.path.reference
        if opacity is not None:
            resources["ExtGState"]["mark"] = pydyf.Dictionary({"ca": opacity})
        drawn = [f"/Artifact <</Type /Pagination /Subtype /{kind}>> BDC".encode()]
        drawn += [f"{begin} {place(page['MediaBox'])} Q".encode(), b"EMC"]
        stream = get_object(pdf, page["Contents"]).stream
        stream[:] = [*drawn, *stream] if below else [b"q", *stream, b"Q", *drawn]


def _place_diagonally(bounds: tuple[float, float, float, float], page: Any) -> tuple[float, ...]:
    """Return the matrix that centres a watermark on the diagonal of a page."""
    left, bottom, right, top = bounds
    width, height = page[2] - page[0], page[3] - page[1]
    angle = math.atan2(height, width)
    scale = min(LENGTH * math.hypot(width, height) / (right - left), HEIGHT * min(width, height) / (top - bottom))
    cos, sin = scale * math.cos(angle), scale * math.sin(angle)
    x, y = (left + right) / 2, (bottom + top) / 2
    return cos, sin, -sin, cos, page[0] + width / 2 - cos * x + sin * y, page[1] + height / 2 - sin * x - cos * y


# ---- from text to paths


_FONT = re.compile(rb"/(\w+) (\S+) Tf")
_RISE = re.compile(rb"(\S+) Ts")
_SHOWN = re.compile(rb"\[(.*)\] TJ")
_STRING = re.compile(rb"<([0-9a-f]*)>|([-.\d]+)")


def _draw_text(stream: list[Any], fonts: Any) -> Watermark | None:
    """Return the text of a content stream as paths; None if its fonts have no outlines."""
    faces = {font.hash.encode(): (font, TTFont(BytesIO(font.file_content), fontNumber=font.index)) for font in fonts}
    path = Path(compress=True)
    bounds = ControlBoundsPen(None)
    x = rise = 0.0
    for operator in (part for part in stream if isinstance(part, bytes)):
        if found := _FONT.fullmatch(operator):
            (font, face), size = faces[found[1]], float(found[2])
        elif found := _RISE.fullmatch(operator):
            rise = float(found[1]) / size
        elif found := _SHOWN.fullmatch(operator):
            for glyph, move in _list_glyphs(found[1], font):
                if glyph is not None:
                    outline = _outline_glyph(face, glyph, x, rise)
                    outline.replay(CairoPen(None, path))
                    outline.replay(bounds)
                x += move
    path.stream.append(b"f")
    return Watermark(path, bounds.bounds) if bounds.bounds else None


def _list_glyphs(operand: bytes, font: Any) -> Iterator[tuple[int | None, float]]:
    """Yield each glyph, or None for a gap, and its advance in em."""
    for codes, back in _STRING.findall(operand):
        if back:
            yield None, -float(back) / 1000
        for start in range(0, len(codes), 4):
            glyph = int(codes[start : start + 4], 16)
            yield glyph if glyph < font.glyph_count else None, font.widths[glyph] / 1000


def _outline_glyph(face: TTFont, glyph: int, x: float, y: float) -> DecomposingRecordingPen:
    """Return the outline of a glyph at this point; the unit is 1 em."""
    glyphs = face.getGlyphSet()
    outline = DecomposingRecordingPen(glyphs)
    scale = 1 / face["head"].unitsPerEm
    glyphs[face.getGlyphName(glyph)].draw(TransformPen(outline, (scale, 0, 0, scale, x, y)))
    return outline
