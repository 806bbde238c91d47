"""Positions of the words in a PDF, to find words that overlap or are outside the text area.

A word is a run of characters between spaces on one line. Its box is as wide as its advance and as high as its letters,
so that adjacent lines do not touch.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pdfminer.cmapdb import CMapDB
from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.utils import apply_matrix_pt

from pmexport.renderers.shared.paper import UNITS, to_points

TOUCH = 1.0
"""Allowed overlap of boxes, in points, because of rounding and italics."""
EDGE, LEAN = 2.0, 0.06
"""Allowed overlap of an edge, in points and as a fraction of the height of large letters. WeasyPrint ends a line where
its text ends, and ignores the padding of code."""
KERN = 0.2
"""Maximum distance between the letters of a word, as a fraction of their size."""
CLEAR = 3 * UNITS["mm"]
"""Empty space between the text area and headers or footers, in points."""
RISE, FALL = 0.7, 0.2
"""Height of letters above and below the baseline, as fractions of their size."""


@dataclass(frozen=True)
class Area:
    """A rectangle, in points from the left and bottom edges of the page."""

    left: float
    bottom: float
    right: float
    top: float

    def holds(self, other: Area) -> bool:
        """Return whether the other area is inside this one."""
        touch = max(EDGE, LEAN * (other.top - other.bottom))
        return (
            self.left - touch <= other.left
            and other.right <= self.right + touch
            and self.bottom - touch <= other.bottom
            and other.top <= self.top + touch
        )

    def covers(self, other: Area) -> bool:
        """Return whether the areas overlap."""
        return (
            min(self.right, other.right) - max(self.left, other.left) > TOUCH
            and min(self.top, other.top) - max(self.bottom, other.bottom) > TOUCH
        )


@dataclass(frozen=True)
class Word:
    """A word with its position."""

    text: str
    page: int
    area: Area


@dataclass(frozen=True)
class Sheet:
    """A page with its words."""

    width: float
    height: float
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Margins:
    """A page's margins, in points."""

    top: float
    right: float
    bottom: float
    left: float


def margins_of(page: Any) -> Margins:
    """Return the margins of a theme."""
    return Margins(*(to_points(getattr(page, f"margin_{side}")) for side in ("top", "right", "bottom", "left")))


def misplaced(sheets: list[Sheet], margins: Margins) -> list[str]:
    """Return a line for each word that is outside the text area or overlaps another word."""
    return [line for sheet in sheets for line in (*_outside(sheet, margins), *_covered(sheet))]


def _outside(sheet: Sheet, margins: Margins) -> Iterator[str]:
    left, right = margins.left, sheet.width - margins.right
    areas = (
        Area(left, margins.bottom, right, sheet.height - margins.top),
        Area(left, sheet.height - margins.top + CLEAR, right, sheet.height),
        Area(left, 0, right, margins.bottom - CLEAR),
    )
    for word in sheet.words:
        if not any(area.holds(word.area) for area in areas):
            yield f"page {word.page + 1}: {word.text[:60]!r} is outside its area at {word.area}"


def _covered(sheet: Sheet) -> Iterator[str]:
    """Compare each word with those that start before it ends, from the bottom of the page to the top."""
    words = sorted(sheet.words, key=lambda word: word.area.bottom)
    for index, word in enumerate(words):
        for other in words[index + 1 :]:
            if other.area.bottom >= word.area.top:
                break
            if word.area.covers(other.area):
                yield f"page {word.page + 1}: {word.text[:60]!r} and {other.text[:60]!r} overlap"


# ---- reading


def sheets_of(data: bytes) -> list[Sheet]:
    """Return the pages of a PDF with their words."""
    resources = _Resources()
    reader = _Reader(resources)
    interpreter = PDFPageInterpreter(resources, reader)
    for page in PDFPage.get_pages(BytesIO(data)):
        interpreter.process_page(page)
    return reader.sheets


@dataclass(frozen=True)
class _Character:
    text: str
    left: float
    right: float
    line: float
    size: float


class _Resources(PDFResourceManager):
    """Reads fonts with an embedded encoding, which WeasyPrint writes if a font lacks a glyph."""

    def get_font(self, objid: object, spec: Mapping[str, object]) -> Any:
        font: Any = super().get_font(objid, spec)
        encoding = resolve1(spec.get("Encoding"))
        if isinstance(encoding, PDFStream):
            font.cmap = CMapDB.get_cmap("Identity-H")
            for code, glyph in re.findall(rb"<([0-9a-f]{4})> (\d+)", encoding.get_data()):
                font.widths[int(code, 16)] = font.widths.get(int(glyph), font.default_width)
        return font


class _Reader(PDFTextDevice):
    """Collects characters in the order a page draws them."""

    def __init__(self, resources: PDFResourceManager) -> None:
        super().__init__(resources)
        self.sheets: list[Sheet] = []
        self._characters: list[_Character] = []

    def render_char(
        self, matrix: Any, font: Any, fontsize: float, scaling: float, rise: float, cid: int, *_: Any
    ) -> float:
        advance: float = font.char_width(cid) * fontsize * scaling
        left, line = apply_matrix_pt(matrix, (0, rise))
        right = apply_matrix_pt(matrix, (advance, rise))[0]
        top = apply_matrix_pt(matrix, (0, rise + fontsize))[1]
        text = font.to_unichr(cid)
        self._characters.append(_Character(text, left, right, line, top - line))
        return advance

    def end_page(self, page: PDFPage) -> None:
        box: Any = page.mediabox
        left, bottom, right, top = box
        words = tuple(_words(self._characters, len(self.sheets)))
        self.sheets.append(Sheet(right - left, top - bottom, words))
        self._characters = []


def _words(characters: list[_Character], page: int) -> Iterator[Word]:
    run: list[_Character] = []
    for character in characters:
        if run and not _is_adjacent(run[-1], character):
            yield _word(run, page)
            run = []
        if character.text.strip() and character.right > character.left:
            run.append(character)
    if run:
        yield _word(run, page)


def _is_adjacent(before: _Character, character: _Character) -> bool:
    near = abs(character.left - before.right) < KERN * character.size
    return near and bool(character.text.strip()) and (before.line, before.size) == (character.line, character.size)


def _word(run: list[_Character], page: int) -> Word:
    first = run[0]
    bottom, top = first.line - FALL * first.size, first.line + RISE * first.size
    area = Area(min(character.left for character in run), bottom, max(character.right for character in run), top)
    return Word("".join(character.text for character in run), page, area)
