"""The time axis of a chronology: bars are shaded tabs, and tick labels are placed by tab stops to scale.

The axis is editable text, follows the theme's styles, and works in every program. Time runs from left to right in
every script.
"""

from collections.abc import Iterable, Iterator

from pmexport.document.nodes import Lane, Span, Tick
from pmexport.renderers.docx.oxml import Element, Font, TextWriter
from pmexport.renderers.docx.tables import measure_text

STYLE = "ChronologyAxis"
_EDGE = 40
"""Distance from the axis to the end of its cell, in twips; a tab beyond the cell would break the line."""
_MIN_BAR = 30
"""Length of the shortest bar, in twips."""
_MAX_BARS = 30
"""Per line; Word accepts 64 tab stops."""


def write_ticks(cell: Element, ticks: Iterable[Tick], width: int, size: int, writer: TextWriter) -> None:
    """Append tick labels to a cell of this width, omitting those without room."""
    shown = list(_fitting_ticks(ticks, width - _EDGE, size))
    paragraph = writer.add_paragraph(cell, STYLE, tabs=[at for at, _ in shown if at], ltr=True)
    for at, text in shown:
        if at:
            writer.add_run(paragraph, "\t", ltr=True)
        writer.add_time(paragraph, text)


def write_bars(cell: Element, lane: Lane, width: int, writer: TextWriter) -> None:
    """Append a lane's bars to a cell of this width."""
    face = Font("BarMeasure" if lane.role == "measure" else f"Bar{lane.tone.title()}")
    placed = _place_bars(lane.spans, width - _EDGE)
    for first in range(0, len(placed), _MAX_BARS):
        line = placed[first : first + _MAX_BARS]
        stops = sorted({stop for bar in line for stop in bar if stop})
        paragraph = writer.add_paragraph(cell, STYLE, tabs=stops, ltr=True)
        reached = 0
        for start, end in line:
            if start > reached:
                writer.add_run(paragraph, "\t", ltr=True)
            writer.add_run(paragraph, "\t", face, ltr=True)
            reached = end


def _fitting_ticks(ticks: Iterable[Tick], width: int, size: int) -> Iterator[tuple[int, str]]:
    reached = -1
    for tick in ticks:
        at = round(tick.at * width)
        end = at + measure_text(tick.text, size)
        if at > reached and end <= width:
            yield at, tick.text
            reached = end


def _place_bars(spans: Iterable[Span], width: int) -> list[tuple[int, int]]:
    """Return the start and end of each bar: at least visible, with touching bars merged.

    If there are too many for one line, bars with an invisible gap between them are merged too.
    """
    starts = ((span, min(round(span.start * width), width - _MIN_BAR)) for span in spans)
    bars = _merge_bars(sorted((start, max(round(span.end * width), start + _MIN_BAR)) for span, start in starts), 0)
    return bars if len(bars) <= _MAX_BARS else _merge_bars(bars, _MIN_BAR)


def _merge_bars(bars: Iterable[tuple[int, int]], gap: int) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in bars:
        if joined and start <= joined[-1][1] + gap:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
