"""The time axis of a chronology: bars that are shaded tabs, and times over them, at tab stops on the true scale.

It is text: it can be edited, it takes the colours of the theme's styles, and every program shows it. Time goes from
left to right in every script.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from pmexport.document.nodes import Lane, Span, Tick
from pmexport.renderers.docx.oxml import Face, Pen
from pmexport.renderers.docx.tables import line_width

STYLE = "ChronologyAxis"
_EDGE = 40
"""Between the end of the axis and that of its cell, in twentieths of a point: a tab beyond it would end the line."""
_LEAST = 30
"""The length of the shortest bar, in twentieths of a point."""
_MOST_BARS = 30
"""On one line: Word takes 64 tab stops."""


def ticks(cell: etree._Element, ticks: Iterable[Tick], width: int, size: int, pen: Pen) -> None:
    """Append the times over an axis in a cell of this width, for this type size; those without room are left out."""
    shown = list(_with_room(ticks, width - _EDGE, size))
    paragraph = pen.paragraph(cell, STYLE, tabs=[at for at, _ in shown if at], ltr=True)
    for at, text in shown:
        if at:
            pen.run(paragraph, "\t", ltr=True)
        pen.time(paragraph, text)


def bars(cell: etree._Element, lane: Lane, width: int, pen: Pen) -> None:
    """Append the bars of a lane, on an axis in a cell of this width."""
    face = Face("BarMeasure" if lane.role == "measure" else f"Bar{lane.tone.title()}")
    placed = _placed(lane.spans, width - _EDGE)
    for first in range(0, len(placed), _MOST_BARS):
        line = placed[first : first + _MOST_BARS]
        stops = sorted({stop for bar in line for stop in bar if stop})
        paragraph = pen.paragraph(cell, STYLE, tabs=stops, ltr=True)
        reached = 0
        for start, end in line:
            if start > reached:
                pen.run(paragraph, "\t", ltr=True)
            pen.run(paragraph, "\t", face, ltr=True)
            reached = end


def _with_room(ticks: Iterable[Tick], width: int, size: int) -> Iterator[tuple[int, str]]:
    reached = -1
    for tick in ticks:
        at = round(tick.at * width)
        end = at + line_width(tick.text, size)
        if at > reached and end <= width:
            yield at, tick.text
            reached = end


def _placed(spans: Iterable[Span], width: int) -> list[tuple[int, int]]:
    """Return where bars begin and end: none too short to be seen, those that meet as one.

    Where they are too many for a line, so are those with a gap between them that is too narrow to be seen.
    """
    starts = ((span, min(round(span.start * width), width - _LEAST)) for span in spans)
    bars = _joined(sorted((start, max(round(span.end * width), start + _LEAST)) for span, start in starts), 0)
    return bars if len(bars) <= _MOST_BARS else _joined(bars, _LEAST)


def _joined(bars: Iterable[tuple[int, int]], gap: int) -> list[tuple[int, int]]:
    """Return bars, in order, with those that lie no further apart as one."""
    joined: list[tuple[int, int]] = []
    for start, end in bars:
        if joined and start <= joined[-1][1] + gap:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
