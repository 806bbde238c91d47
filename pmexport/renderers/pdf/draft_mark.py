"""The word that lies over every page of a report that is not final: drawn as outlines, neither tagged nor text.

The word is laid out like any other, in the theme's font or whichever the machine has for its script; its glyphs are
then drawn as paths, once, and shown on every page. It lies over the page, so that no ground hides it, and is so faint
that the words beneath can be read.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any, NamedTuple

import pydyf  # type: ignore[import-untyped]
from fontTools.pens.boundsPen import ControlBoundsPen  # type: ignore[import-untyped]
from fontTools.pens.cairoPen import CairoPen  # type: ignore[import-untyped]
from fontTools.pens.recordingPen import DecomposingRecordingPen  # type: ignore[import-untyped]
from fontTools.pens.transformPen import TransformPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from pmexport.renderers.pdf.missing_glyphs import missing_in

OPACITY = 0.08
LENGTH = 0.7
"""Of the word at most, as a part of the page's diagonal."""
HEIGHT = 0.2
"""Of its letters at most, as a part of the page's shorter side."""


class Mark(NamedTuple):
    """A word as outlines, 1 em high."""

    path: pydyf.Stream
    bounds: tuple[float, float, float, float]
    """Left, bottom, right, top."""


def outlined(line: Any) -> tuple[Mark | None, set[str]]:
    """Return the outlines of this `weasyprint.Document` of one line, and the characters that no font has."""
    marks: list[Mark | None] = []

    def keep(layout: Any, pdf: pydyf.PDF) -> None:
        page = pdf.objects[pdf.pages["Kids"][0]]
        marks.append(_drawn(_at(pdf, page["Contents"]).stream, layout.fonts.values()))

    line.write_pdf(finisher=keep)
    return marks[0], missing_in(line)


def draw(pdf: pydyf.PDF, mark: Mark, color: str) -> None:
    """Draw the mark over every page of this PDF, along its diagonal, in a colour as `#rrggbb`."""
    mark.path.extra = {"Type": "/XObject", "Subtype": "/Form", "BBox": pydyf.Array(mark.bounds)}
    pdf.add_object(mark.path)
    state = pydyf.Dictionary({"ca": OPACITY})
    ink = " ".join(f"{int(color[index : index + 2], 16) / 255:.3f}" for index in (1, 3, 5))
    for number in pdf.pages["Kids"][::3]:
        page = pdf.objects[number]
        resources = _at(pdf, page["Resources"])
        resources["XObject"]["mark"] = mark.path.reference
        resources["ExtGState"]["mark"] = state
        matrix = " ".join(f"{part:.4f}" for part in _matrix(mark.bounds, page["MediaBox"]))
        stream = _at(pdf, page["Contents"]).stream
        stream.insert(0, b"q")
        stream += [b"Q", b"/Artifact <</Type /Pagination /Subtype /Watermark>> BDC"]
        stream += [f"q /mark gs {ink} rg {matrix} cm /mark Do Q".encode(), b"EMC"]


def _matrix(bounds: tuple[float, float, float, float], page: Any) -> tuple[float, ...]:
    """Return the transformation that lays a mark along the diagonal of a page, in its middle."""
    left, bottom, right, top = bounds
    width, height = page[2] - page[0], page[3] - page[1]
    angle = math.atan2(height, width)
    scale = min(LENGTH * math.hypot(width, height) / (right - left), HEIGHT * min(width, height) / (top - bottom))
    cos, sin = scale * math.cos(angle), scale * math.sin(angle)
    x, y = (left + right) / 2, (bottom + top) / 2
    return cos, sin, -sin, cos, page[0] + width / 2 - cos * x + sin * y, page[1] + height / 2 - sin * x - cos * y


def _at(pdf: pydyf.PDF, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


# ---- from text to outlines


class _Path(pydyf.Stream):  # type: ignore[misc]
    """The operators of a path, written by a pen for Cairo, whose drawing is PDF's but for one name."""

    close_path = pydyf.Stream.close


_FONT = re.compile(rb"/(\w+) (\S+) Tf")
_RISE = re.compile(rb"(\S+) Ts")
_SHOWN = re.compile(rb"\[(.*)\] TJ")
_PART = re.compile(rb"<([0-9a-f]*)>|([-.\d]+)")


def _drawn(stream: list[Any], fonts: Any) -> Mark | None:
    """Return the outlines of what a content stream shows; None where its fonts have none."""
    faces = {font.hash.encode(): (font, TTFont(BytesIO(font.file_content), fontNumber=font.index)) for font in fonts}
    path = _Path(compress=True)
    bounds = ControlBoundsPen(None)
    x = rise = 0.0
    for operator in (part for part in stream if isinstance(part, bytes)):
        if found := _FONT.fullmatch(operator):
            (font, face), size = faces[found[1]], float(found[2])
        elif found := _RISE.fullmatch(operator):
            rise = float(found[1]) / size
        elif found := _SHOWN.fullmatch(operator):
            for glyph, move in _shown(found[1], font):
                if glyph is not None:
                    outline = _outline(face, glyph, x, rise)
                    outline.replay(CairoPen(None, path))
                    outline.replay(bounds)
                x += move
    path.stream.append(b"f")
    return Mark(path, bounds.bounds) if bounds.bounds else None


def _shown(operand: bytes, font: Any) -> Iterator[tuple[int | None, float]]:
    """Yield the glyphs that are shown, or None, and how far each moves on, in em."""
    for codes, back in _PART.findall(operand):
        if back:
            yield None, -float(back) / 1000
        for start in range(0, len(codes), 4):
            glyph = int(codes[start : start + 4], 16)
            yield glyph if glyph < font.glyph_count else None, font.widths[glyph] / 1000


def _outline(face: TTFont, glyph: int, x: float, y: float) -> DecomposingRecordingPen:
    """Return the outline of a glyph, 1 em high, from this point on."""
    glyphs = face.getGlyphSet()
    outline = DecomposingRecordingPen(glyphs)
    scale = 1 / face["head"].unitsPerEm
    glyphs[face.getGlyphName(glyph)].draw(TransformPen(outline, (scale, 0, 0, scale, x, y)))
    return outline
