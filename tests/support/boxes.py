"""Where the words of a PDF stand, and which of them stand where no reader could read them.

A word is a run of characters between spaces on one line, as the page draws it. Its box is as wide as its advance and as
high as its letters: two lines that are set solid do not touch.
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

MM = 72 / 25.4
TOUCH = 1.0
"""Points by which boxes may reach over each other: rounding, leaning letters."""
EDGE, LEAN = 2.0, 0.06
"""The same over an edge, in points and as a part of the height of large letters: WeasyPrint ends a line where its text
ends, and forgets the padding of code."""
KERN = 0.2
"""How much nearer or farther than their advance letters of a word stand, as a part of their size."""
CLEAR = 3 * MM
"""Between what a page says and what stands in its margins: whatever runs off a page crosses this."""
RISE, FALL = 0.7, 0.2
"""How far letters reach above their line and below it, as parts of their size."""


@dataclass(frozen=True)
class Area:
    """A rectangle, in points from the left and the lower edge of the sheet."""

    left: float
    bottom: float
    right: float
    top: float

    def holds(self, other: Area) -> bool:
        """Return whether the other one lies in this one."""
        touch = max(EDGE, LEAN * (other.top - other.bottom))
        return (
            self.left - touch <= other.left
            and other.right <= self.right + touch
            and self.bottom - touch <= other.bottom
            and other.top <= self.top + touch
        )

    def covers(self, other: Area) -> bool:
        """Return whether the two lie over one another."""
        return (
            min(self.right, other.right) - max(self.left, other.left) > TOUCH
            and min(self.top, other.top) - max(self.bottom, other.bottom) > TOUCH
        )


@dataclass(frozen=True)
class Word:
    """A word and where it stands."""

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
    """Of a page, in points."""

    top: float
    right: float
    bottom: float
    left: float


def margins_of(page: Any) -> Margins:
    """Return the margins that the tokens of a theme set."""
    units = {"mm": MM, "cm": 10 * MM, "in": 72, "pt": 1}
    lengths = (getattr(page, f"margin_{side}") for side in ("top", "right", "bottom", "left"))
    return Margins(*(float(length[:-2]) * units[length[-2:]] for length in lengths))


def misplaced(sheets: list[Sheet], margins: Margins) -> list[str]:
    """Return what is wrong with the places of words, a line each: outside its area, or over another word."""
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
            yield f"page {word.page + 1}: {word.text[:60]!r} stands outside its area at {word.area}"


def _covered(sheet: Sheet) -> Iterator[str]:
    """Go down the page, and hold each word against those that begin before it ends."""
    words = sorted(sheet.words, key=lambda word: word.area.bottom)
    for index, word in enumerate(words):
        for other in words[index + 1 :]:
            if other.area.bottom >= word.area.top:
                break
            if word.area.covers(other.area):
                yield f"page {word.page + 1}: {word.text[:60]!r} and {other.text[:60]!r} stand over one another"


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
    """Reads fonts whose encoding is in the file: WeasyPrint writes one if a font lacks a glyph, such as a joiner's."""

    def get_font(self, objid: object, spec: Mapping[str, object]) -> Any:
        font: Any = super().get_font(objid, spec)
        encoding = resolve1(spec.get("Encoding"))
        if isinstance(encoding, PDFStream):
            font.cmap = CMapDB.get_cmap("Identity-H")
            for code, glyph in re.findall(rb"<([0-9a-f]{4})> (\d+)", encoding.get_data()):
                font.widths[int(code, 16)] = font.widths.get(int(glyph), font.default_width)
        return font


class _Reader(PDFTextDevice):
    """Collects characters in the order in which a page draws them."""

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
        if run and not _goes_on(run[-1], character):
            yield _word(run, page)
            run = []
        if character.text.strip() and character.right > character.left:
            run.append(character)
    if run:
        yield _word(run, page)


def _goes_on(before: _Character, character: _Character) -> bool:
    near = abs(character.left - before.right) < KERN * character.size
    return near and bool(character.text.strip()) and (before.line, before.size) == (character.line, character.size)


def _word(run: list[_Character], page: int) -> Word:
    first = run[0]
    bottom, top = first.line - FALL * first.size, first.line + RISE * first.size
    area = Area(min(character.left for character in run), bottom, max(character.right for character in run), top)
    return Word("".join(character.text for character in run), page, area)
