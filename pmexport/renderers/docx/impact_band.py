"""The drawn parts of an impact band: flags, bar, lanes and ticks, placed by tab stops to scale; bars are shaded tabs.

Everything is editable text, follows the theme's styles, and works in every program. Time runs in the direction of the
document's script.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Literal

from pmexport.document.nodes import AxisView, Mark, Share, Stretch, text_of
from pmexport.renderers.docx.oxml import PLAIN, Element, Font, TextWriter
from pmexport.renderers.docx.tables import measure_text
from pmexport.renderers.shared.flag_room import TYPE as RELATIVE_TYPE
from pmexport.renderers.shared.flag_room import is_crowded

TEXT, BAR, LANE = "BandText", "BandBar", "BandLane"
STYLES = (TEXT, BAR, LANE)
"""The paragraph styles of what is drawn."""
_EDGE = 40
"""Distance from the axis to the end of its cell, in twips; a tab beyond the cell would break the line."""
_LINE = 20
"""Width of a line or a tick, in twips."""
_GAP = 60
"""Distance between a flag's line and its label, in twips."""
_MOST_PIECES = 20
"""On one line; Word accepts 64 tab stops."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A text at a tab stop, or a bar between two."""

    at: int
    """In twips."""
    text: str = ""
    end: int = 0
    """Of a bar."""
    font: Font = PLAIN
    align: Literal["left", "right", "center"] = "left"


@dataclass(frozen=True, slots=True)
class BandWriter:
    """Writes the lines of an impact band into cells that contain the axis."""

    writer: TextWriter
    width: int
    """Of the axis, in twips."""
    size: int
    """Of the type, in half-points."""

    def write_flags(self, cell: Element, view: AxisView) -> None:
        """Append two lines for each height at which flags stand: their times and titles, then the elapsed times.

        If their labels would cross each other, append one line for each of them.
        """
        if is_crowded(view, RELATIVE_TYPE * self.width / self.size):
            for flag in view.flags:
                paragraph = self.writer.add_paragraph(cell, TEXT, ltr=True)
                words = f"{text_of(flag.time)} {text_of(flag.title)}"
                self.writer.add_run(paragraph, words, Font(f"Tone{flag.tone.title()}", strong=True), ltr=True)
                if flag.elapsed:
                    self.writer.add_run(paragraph, f"  {text_of(flag.elapsed)}", ltr=True)
            return
        highest = max((flag.rank for flag in view.flags), default=-1)
        for rank in range(highest, -1, -1):
            titles: list[_Piece] = []
            elapsed: list[_Piece] = []
            for flag in view.flags:
                if flag.rank >= rank:
                    at = self._place(flag.at)
                    ink = Font(f"Tone{flag.tone.title()}", strong=True)
                    line = _Piece(at, end=at + _LINE, font=Font(f"Bar{flag.tone.title()}"))
                    shown = flag.rank == rank
                    titles += _join_flag(line, f"{text_of(flag.time)} {text_of(flag.title)}" * shown, ink, flag.before)
                    elapsed += _join_flag(line, text_of(flag.elapsed) * shown, PLAIN, flag.before)
            self._write_line(cell, titles)
            self._write_line(cell, elapsed)

    def write_bar(self, cell: Element, stretches: Iterable[Stretch]) -> None:
        """Append the bar. Its texts are on the shading."""
        pieces = []
        for one in stretches:
            start = self._place(one.start)
            end = max(self._place(one.end), start + _LINE)
            name = one.role.removesuffix("_open").title() + ("Open" if one.role.endswith("_open") else "")
            text = f"  {text_of(one.text)}" if one.text else ""
            pieces.append(_Piece(start, text, end, Font(f"Band{name}")))
        self._write_line(cell, pieces, BAR)

    def write_lane(self, cell: Element, marks: Iterable[Mark]) -> None:
        """Append a lane: numbers and ticks, and a bar for each period between them."""
        marks = list(marks)
        half = measure_text("00", self.size) // 2
        numbers = [_Piece(self._place(mark.start), mark.text, align="center") for mark in marks if mark.text]
        bars = [self._draw_mark(mark) for mark in marks if not mark.text]
        taken = [(one.at - reach, one.at + reach) for one in numbers if (reach := half + half * len(one.text) // 2)]
        bars = [part for bar in _merge_bars(bars) for part in _cut_bar(bar, taken)]
        pieces = sorted([*numbers, *bars], key=lambda piece: piece.at)
        for first in range(0, len(pieces), _MOST_PIECES):
            self._write_line(cell, pieces[first : first + _MOST_PIECES], LANE)

    def write_ticks(self, cell: Element, view: AxisView) -> None:
        """Append the labels of the axis."""
        self._write_line(cell, [_Piece(self._place(tick.at), tick.text, align="center") for tick in view.ticks])

    def write_shares(self, cell: Element, shares: Iterable[Share]) -> None:
        """Append the bar of a whole that is divided into shares, with a gap between two of them."""
        shares = list(shares)
        ends = [0, *accumulate(share.count for share in shares)]
        places = pairwise(self._place(end / ends[-1]) for end in ends)
        fonts = (Font(f"Share{share.role.title()}") for share in shares)
        pieces = zip(places, fonts, strict=True)
        self._write_line(cell, [_Piece(start, end=end - _LINE, font=font) for (start, end), font in pieces])

    def _place(self, at: float) -> int:
        return round(at * (self.width - _EDGE - _LINE))

    def _draw_mark(self, mark: Mark) -> _Piece:
        start = self._place(mark.start)
        return _Piece(start, end=max(self._place(mark.end), start + _LINE), font=Font("BarNeutral"))

    def _write_line(self, cell: Element, pieces: list[_Piece], style: str = TEXT) -> None:
        pieces = list(_set_apart(pieces))
        paragraph = self.writer.add_paragraph(cell, style, tabs=_find_stops(pieces), ltr=True)
        reached = 0
        for piece in pieces:
            if piece.at > reached:
                self.writer.add_run(paragraph, "\t", ltr=True)
            if piece.text:
                self.writer.add_run(paragraph, piece.text, piece.font, ltr=True)
            if piece.end:
                self.writer.add_run(paragraph, "\t", piece.font, ltr=True)
            reached = piece.end or piece.at


def _join_flag(line: _Piece, text: str, font: Font, before: bool) -> Iterator[_Piece]:
    """Yield the line of a flag and its label, in the order of their places."""
    if text and before:
        yield _Piece(line.at - _GAP, text, font=font, align="right")
    yield line
    if text and not before:
        yield _Piece(line.end + _GAP, text, font=font)


def _set_apart(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """Yield the pieces; of a bar without text, only what no earlier bar covers."""
    reached = 0
    for piece in pieces:
        if not piece.end or piece.text:
            yield piece
        elif piece.end > reached:
            yield replace(piece, at=max(piece.at, reached))
        reached = max(reached, piece.end)


def _find_stops(pieces: Iterable[_Piece]) -> Mapping[int, str]:
    """Return the tab stops of a line, each with its alignment."""
    stops: dict[int, str] = {}
    for piece in pieces:
        stops |= {piece.at: piece.align} if piece.at else {}
        stops |= {piece.end: "left"} if piece.end else {}
    return stops


def _merge_bars(bars: Iterable[_Piece]) -> list[_Piece]:
    """Return the bars in order, with touching ones as one."""
    merged: list[_Piece] = []
    for bar in sorted(bars, key=lambda bar: bar.at):
        if merged and bar.at <= merged[-1].end:
            merged[-1] = _Piece(merged[-1].at, end=max(merged[-1].end, bar.end), font=bar.font)
        else:
            merged.append(bar)
    return merged


def _cut_bar(bar: _Piece, taken: Iterable[tuple[int, int]]) -> Iterator[_Piece]:
    """Yield the parts of a bar that no number covers."""
    start = bar.at
    for first, last in sorted(taken):
        if first < bar.end and last > start:
            if first > start:
                yield _Piece(start, end=first, font=bar.font)
            start = last
    if start < bar.end:
        yield _Piece(start, end=bar.end, font=bar.font)
