"""Charts as SVG, in the theme's colours. As in the impact band, places are parts of an axis that runs from 0 to 1."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from pmexport.document import nodes
from pmexport.theming.tokens import Tokens

_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    ' font-family="{fonts}" font-size="13" fill="{color}">'
)
_WIDTH = 720
_LABELS = 230
"""Pixels for the labels before the axis."""
_AXIS = 400
_ROW = 26
_BAR = 14
_MOST_CHARACTERS = 26
"""Of a label; the table below the chart has all of them."""
_STEPS = (60, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 43200, 86400, 172800, 604800, 2592000, 31536000)
"""Seconds between the ticks of an axis of lengths."""
_MOST_TICKS = 6
_ROOM = 1.15
"""The length of an axis, as a multiple of the longest upper quartile."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a chart: a bar from one place to another, and what is written behind it."""

    label: str
    start: float
    end: float
    text: str
    mark: float | None = None
    """A place that is marked, such as the median."""


@dataclass(frozen=True, slots=True)
class AxisTick:
    """A number below the axis."""

    at: float
    text: str


def draw_counts(counts: Sequence[tuple[str, int]], tokens: Tokens, alt: str) -> nodes.Image:
    """Return a bar for each value, as long as it is frequent."""
    most = max(count for _, count in counts)
    return _draw([Bar(label, 0, count / most, str(count)) for label, count in counts], (), tokens, alt)


def draw_quartiles(
    rows: Sequence[tuple[str, tuple[float, float, float]]], tokens: Tokens, alt: str, show: Callable[[float], str]
) -> nodes.Image:
    """Return a bar for each distribution, from the lower to the upper quartile, with its median marked.

    show: returns a length in words.
    """
    longest = _ROOM * max(upper for _, (_, _, upper) in rows) or 1
    bars = [
        Bar(label, lower / longest, upper / longest, show(middle), middle / longest)
        for label, (lower, middle, upper) in rows
    ]
    step = next((step for step in _STEPS if longest / step <= _MOST_TICKS), longest / _MOST_TICKS)
    ticks = [AxisTick(number * step / longest, show(number * step)) for number in range(int(longest / step) + 1)]
    return _draw(bars, ticks, tokens, alt)


def _draw(bars: Sequence[Bar], ticks: Iterable[AxisTick], tokens: Tokens, alt: str) -> nodes.Image:
    ticks = list(ticks)
    bottom = _ROW * len(bars) + 4
    height = bottom + (22 if ticks else 4)
    parts = [
        _SVG.format(width=_WIDTH, height=height, fonts=escape(", ".join(tokens.fonts.text)), color=tokens.colors.text),
        *(_draw_tick(tick, bottom, tokens) for tick in ticks),
        *(part for number, bar in enumerate(bars) for part in _draw_bar(bar, number * _ROW, tokens)),
        "</svg>",
    ]
    return nodes.Image("\n".join(parts).encode(), "image/svg+xml", _WIDTH, height, alt)


def _draw_bar(bar: Bar, top: int, tokens: Tokens) -> Iterator[str]:
    line = top + _ROW / 2 + 4.5
    start, end = _place(bar.start), _place(bar.end)
    yield f'<text x="{_LABELS - 12}" y="{line}" text-anchor="end">{escape(_shorten(bar.label))}</text>'
    fill = tokens.tones.info.ink if bar.mark is None else tokens.tones.info.wash
    stroke = "" if bar.mark is None else f' stroke="{tokens.tones.info.ink}"'
    width = max(end - start, 1)
    yield f'<rect x="{start:.1f}" y="{top + 6}" width="{width:.1f}" height="{_BAR}" fill="{fill}"{stroke}/>'
    if bar.mark is not None:
        yield f'<rect x="{_place(bar.mark) - 1.5:.1f}" y="{top + 3}" width="3" height="{_BAR + 6}"/>'
    yield f'<text x="{end + 8:.1f}" y="{line}">{escape(bar.text)}</text>'


def _draw_tick(tick: AxisTick, bottom: int, tokens: Tokens) -> str:
    at, text = _place(tick.at), escape(tick.text)
    line = f'<path d="M{at:.1f} 0V{bottom}" stroke="{tokens.colors.hairline}"/>'
    word = f'<text x="{at:.1f}" y="{bottom + 15}" text-anchor="middle" font-size="11" fill="{tokens.colors.muted}">'
    return f"{line}{word}{text}</text>"


def _place(part: float) -> float:
    return _LABELS + part * _AXIS


def _shorten(text: str) -> str:
    ellipsis = "\N{HORIZONTAL ELLIPSIS}"
    return text if len(text) <= _MOST_CHARACTERS else text[: _MOST_CHARACTERS - 1].rstrip() + ellipsis
