"""An impact band as a PNG, since mail programs show no drawings. The table below it says the same in words.

It is drawn at twice its size, for sharp screens. Labels that the theme's font cannot write are left out.
"""

from io import BytesIO
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from PIL import Image, ImageDraw, ImageFont

from pmexport.document.nodes import AxisView, ImpactBand, text_of
from pmexport.renderers.mail.mail_html import WIDTH
from pmexport.theming.themes import Theme

_SCALE = 2
_SIDE = 16
_LINE = 17
_BAR = 22
_TYPE = 12
_FONT = "fonts/IBMPlexSans-Regular.ttf"
"""The default theme's, which every theme inherits."""


def draw_band(band: ImpactBand, theme: Theme) -> bytes:
    """Return the first view of a band as a PNG: flags, bar and ticks."""
    view = band.views[0]
    painter = _Painter(view, theme)
    painter.draw_flags()
    painter.draw_bar()
    painter.draw_ticks()
    out = BytesIO()
    painter.image.save(out, "PNG", optimize=True)
    return out.getvalue()


class _Painter:
    def __init__(self, view: AxisView, theme: Theme) -> None:
        self._view = view
        self._tokens = theme.tokens
        path = theme.find(_FONT)
        self._font: Any = ImageFont.truetype(str(path), _TYPE * _SCALE) if path else ImageFont.load_default()
        self._known = _list_characters(path) if path else frozenset[int]()
        ranks = [flag.rank for flag in view.flags]
        self._top = 4 + (max(ranks, default=-1) + 1) * _LINE
        height = self._top + _BAR + 8 + _LINE
        size = (WIDTH - 48) * _SCALE, height * _SCALE
        self.image = Image.new("RGB", size, self._tokens.colors.page)
        self._draw = ImageDraw.Draw(self.image)

    def draw_flags(self) -> None:
        for flag in self._view.flags:
            color = getattr(self._tokens.tones, flag.tone).ink
            x = self._place(flag.at)
            y = (self._top - (flag.rank + 1) * _LINE) * _SCALE
            self._draw.line([(x, y), (x, (self._top + _BAR) * _SCALE)], color, 2)
            text = f"{text_of(flag.time)} {text_of(flag.title)}"
            self._write(text, x - 8 if flag.before else x + 8, y, color, "ra" if flag.before else "la")

    def draw_bar(self) -> None:
        top, bottom = self._top * _SCALE, (self._top + _BAR) * _SCALE
        for stretch in self._view.stretches:
            tone = self._tokens.tones.critical if stretch.role.startswith("impact") else self._tokens.tones.caution
            solid = stretch.role.startswith("impact")
            start, end = self._place(stretch.start), max(self._place(stretch.end), self._place(stretch.start) + 2)
            self._draw.rectangle([start, top, end, bottom], tone.ink if solid else tone.wash, tone.ink)
            text = self._tokens.colors.page if solid else tone.ink
            if self._draw.textlength(text_of(stretch.text), self._font) + 16 < end - start:
                self._write(text_of(stretch.text), start + 8, (top + bottom) // 2, text, "lm")

    def draw_ticks(self) -> None:
        y = (self._top + _BAR + 4) * _SCALE
        self._draw.line([(self._place(0), y), (self._place(1), y)], self._tokens.colors.rule, 1)
        for tick in self._view.ticks:
            x = self._place(tick.at)
            self._draw.line([(x, y), (x, y + 6)], self._tokens.colors.rule, 1)
            self._write(tick.text, x, y + 8, self._tokens.colors.muted, "ma")

    def _place(self, at: float) -> int:
        side = _SIDE * _SCALE
        return round(side + at * (self.image.width - 2 * side))

    def _write(self, text: str, x: int, y: int, color: str, anchor: str) -> None:
        if all(ord(character) in self._known for character in text):
            self._draw.text((x, y), text, color, self._font, anchor)


def _list_characters(path: Path) -> frozenset[int]:
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())
