"""Make the theme's symbol font: the symbols of `symbols.toml`, from Noto Emoji and Noto Sans Symbols 2.

Usage: python tools/subset_symbols.py NotoEmoji_600SemiBold.ttf noto-sans-symbols-2-symbols-400-normal.woff2

The fonts are in the npm packages @expo-google-fonts/noto-emoji 0.4.7 and @fontsource/noto-sans-symbols-2 5.3.0. Reading
a .woff2 file needs the package brotli.
"""

import sys
import tomllib
from pathlib import Path

from fontTools.merge import Merger  # type: ignore[import-untyped]
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]
from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from fontTools.ttLib.scaleUpem import scale_upem  # type: ignore[import-untyped]
from fontTools.ttLib.tables._g_l_y_f import Glyph  # type: ignore[import-untyped]

ROOT = Path(__file__).parent.parent
SYMBOLS = ROOT / "pmexport/renderers/pdf/symbols.toml"
TARGET = ROOT / "themes/default/fonts/ReportSymbols.ttf"
FAMILY = "Report Symbols"
UNITS = 1000
BLANK = "\N{SPACE}\N{NO-BREAK SPACE}\N{ZERO WIDTH JOINER}\N{VARIATION SELECTOR-15}\N{VARIATION SELECTOR-16}"
"""Characters beside or inside symbols, which must not need another font."""
SKIN_TONES = [chr(code) for code in range(0x1F3FB, 0x1F400)]
"""Modifiers of the symbol before them, which a font of one colour cannot show; they take no room."""
VERTICAL = {"ascent": 1025, "descent": -275, "lineGap": 0}
"""The metrics of IBM Plex, so that a symbol does not move its line."""


def read_symbols() -> str:
    """Return the symbols that the font has."""
    return str(tomllib.loads(SYMBOLS.read_text("utf-8"))["symbols"])


def subset_font(source: str, symbols: str) -> TTFont:
    """Return a font with only those of the symbols that it has, without ligatures or hints."""
    font = TTFont(source)
    chosen = Subsetter(Options(layout_features=[], hinting=False, name_IDs=[0, 13, 14], notdef_outline=True))
    chosen.populate(text=symbols)
    chosen.subset(font)
    for table in ("GSUB", "GPOS", "GDEF", "STAT", "vhea", "vmtx", "DSIG"):
        if table in font:
            del font[table]
    scale_upem(font, UNITS)
    return font


def add_blanks(font: TTFont) -> None:
    """Add glyphs without an outline for characters that are only seen by what they do."""
    for character in (*BLANK, *SKIN_TONES):
        name, width = f"uni{ord(character):04X}", 250 if character in BLANK[:2] else 0
        font.setGlyphOrder([*font.getGlyphOrder(), name])
        font["glyf"][name] = Glyph()
        font["hmtx"][name] = (width, 0)
        for table in font["cmap"].tables:
            if table.isUnicode() and (table.format == 12 or ord(character) < 0x10000):
                table.cmap[ord(character)] = name


def add_keycap(font: TTFont) -> None:
    """Add the frame around the digit before it, for keycaps such as 1️⃣. A digit of the text's font is 600 units wide."""
    pen = TTGlyphPen(None)
    for points in (
        [(-590, -120), (-590, 830), (-10, 830), (-10, -120)],
        [(-550, -80), (-50, -80), (-50, 790), (-550, 790)],
    ):
        pen.moveTo(points[0])
        for point in points[1:]:
            pen.lineTo(point)
        pen.closePath()
    font.setGlyphOrder([*font.getGlyphOrder(), "uni20E3"])
    font["glyf"]["uni20E3"] = pen.glyph()
    font["hmtx"]["uni20E3"] = (0, -590)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[0x20E3] = "uni20E3"


def name_font(font: TTFont, notices: list[str]) -> None:
    """Name the font, with the copyright notices of both fonts (OFL 1.1, condition 2)."""
    license_text = "SIL Open Font License, Version 1.1"
    names = {0: "; ".join(notices), 1: FAMILY, 2: "Regular", 3: FAMILY, 4: FAMILY, 6: "ReportSymbols", 13: license_text}
    font["name"].names = []
    for number, text in {**names, 14: "https://openfontlicense.org"}.items():
        font["name"].setName(text, number, 3, 1, 0x409)


def main() -> None:
    """Write the font."""
    emoji, signs = sys.argv[1:]
    symbols = read_symbols()
    in_emoji = set(TTFont(emoji).getBestCmap())
    rest = "".join(symbol for symbol in symbols if ord(symbol) not in in_emoji)
    parts = [subset_font(emoji, symbols), subset_font(signs, rest)]
    notices = [str(part["name"].getDebugName(0)) for part in parts]
    saved = [TARGET.with_suffix(f".{number}.part") for number in range(len(parts))]
    for part, path in zip(parts, saved, strict=True):
        part.save(path)
    merged = Merger().merge(list(map(str, saved)))
    add_blanks(merged)
    add_keycap(merged)
    name_font(merged, notices)
    for name, value in VERTICAL.items():
        setattr(merged["hhea"], name, value)
    merged["head"].created = merged["head"].modified = 0
    merged.recalcTimestamp = False
    merged.save(TARGET)
    for path in saved:
        path.unlink()


if __name__ == "__main__":
    main()
