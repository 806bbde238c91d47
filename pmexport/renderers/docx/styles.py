"""The styles of a Word file, made from a theme's tokens: to change a style is to change the document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import quoteattr

from lxml import etree

from pmexport.document.nodes import Tlp
from pmexport.renderers.docx.numbering import BULLETS, NUMBERS, STEP, STYLED
from pmexport.renderers.docx.oxml import NAMESPACES, clean
from pmexport.renderers.shared import tlp_colors
from pmexport.theming.themes import Page, Tokens, Tones

PAD = 120
"""Between the edge of a code block and its text, in twentieths of a point."""
GUTTER = 160
"""Between the columns of a table, in twentieths of a point."""
TIGHT_GUTTER = 60
FIGURE = 1.45
"""The type size of a key figure, as a part of the running text's."""
TIGHT = 0.78
"""The text size of a table with many columns, as a part of the running text's."""

FURNITURE = 0.82
"""The text size of head and foot, likewise."""

_TWIPS = {"mm": 1440 / 25.4, "cm": 1440 / 2.54, "in": 1440, "pt": 20}
_PAPER = {"A4": ("210mm", "297mm"), "Letter": ("8.5in", "11in")}
_BOLD = "<w:b/><w:bCs/>"
_ITALIC = "<w:i/><w:iCs/>"
_KEEP = "<w:keepNext/>"
_SIDES = ("top", "left", "bottom", "right")
_BLOCK = 120
"""Before and after what stands in the running text, where Word takes the larger; in twentieths of a point."""
_EAST_ASIAN = {
    "ja": ("Yu Gothic", "ja-JP"),
    "ko": ("Malgun Gothic", "ko-KR"),
    "zh-hant": ("Microsoft JhengHei", "zh-TW"),
    "zh-tw": ("Microsoft JhengHei", "zh-TW"),
    "zh-hk": ("Microsoft JhengHei", "zh-HK"),
    "zh": ("Microsoft YaHei", "zh-CN"),
}
"""By language, the font of Word for its script, and how Word calls the language; `zh` for others."""
_COMPLEX = {
    "ar": "Arial",
    "th": "Tahoma",
    "hi": "Nirmala UI",
    "bn": "Nirmala UI",
    "ta": "Nirmala UI",
    "te": "Nirmala UI",
}
"""The same for scripts that are shaped; Arial, which has Hebrew as well, for others."""


def twips(length: str) -> int:
    """Return a length such as `20mm` in twentieths of a point."""
    return round(float(length[:-2]) * _TWIPS[length[-2:]])


def paper(page: Page) -> tuple[int, int]:
    """Return the width and the height of the sheet, in twentieths of a point."""
    width, height = _PAPER[page.size]
    return twips(width), twips(height)


def text_area(page: Page) -> tuple[int, int]:
    """Return the width and the height of what lies inside the margins, in twentieths of a point."""
    width, height = paper(page)
    return (
        width - twips(page.margin_left) - twips(page.margin_right),
        height - twips(page.margin_top) - twips(page.margin_bottom),
    )


def write(styles: etree._Element, tokens: Tokens, language: str, *, rtl: bool) -> None:
    """Replace the content of a styles part by the theme's styles, for a text in this language (BCP 47)."""
    for old in list(styles):
        styles.remove(old)
    xml = "".join(_Styles(tokens, language, rtl=rtl).all())
    declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    styles.extend(list(etree.fromstring(f"<w:styles {declared}>{xml}</w:styles>")))


def _style(kind: str, name: str, content: str, *, based: str = "", following: str = "", default: bool = False) -> str:
    mark = ' w:default="1"' if default else ""
    return (
        f'<w:style w:type="{kind}"{mark} w:styleId="{_identifier(name)}">'
        f'<w:name w:val="{name}"/>'
        + (f'<w:basedOn w:val="{based}"/>' if based else "")
        + (f'<w:next w:val="{following}"/>' if following else "")
        + f"<w:qFormat/>{content}</w:style>"
    )


def _identifier(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in name.split())


def _paragraph(name: str, properties: str = "", face: str = "", *, based: str = "Normal", following: str = "") -> str:
    content = f"<w:pPr>{properties}</w:pPr><w:rPr>{face}</w:rPr>"
    return _style("paragraph", name, content, based=based, following=following)


def _character(name: str, face: str) -> str:
    return _style("character", name, f"<w:rPr>{face}</w:rPr>", based="DefaultParagraphFont")


def _spacing(before: int = 0, after: int = 0, line: int = 288) -> str:
    """Space in twentieths of a point, leading in 240ths of a line."""
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="auto"/>'


def _indent(start: int, end: int = 0, hanging: int = 0) -> str:
    return f'<w:ind w:left="{start}" w:right="{end}" w:hanging="{hanging}"/>'


def _color(color: str) -> str:
    return f'<w:color w:val="{_hex(color)}"/>'


def _fill(color: str) -> str:
    return f'<w:shd w:val="clear" w:color="auto" w:fill="{_hex(color)}"/>'


def _line(side: str, color: str, width: int, space: int = 0) -> str:
    """Draw a border: width in eighths of a point, space in points."""
    return f'<w:{side} w:val="single" w:sz="{width}" w:space="{space}" w:color="{_hex(color)}"/>'


def _among(known: Iterable[str], language: str, other: str) -> str:
    """Return as much of the name of a language, such as `zh-Hant-TW`, as is known."""
    parts = language.lower().split("-")
    names = ("-".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((name for name in names if name in known), other)


def traffic_light(label: Tlp) -> str:
    """Return the id of the character style of a label of the Traffic Light Protocol."""
    return _identifier(_traffic_light(label))


def _traffic_light(label: Tlp) -> str:
    return "TLP " + label.removeprefix("TLP:").replace("+", " ").title()


def _hex(color: str) -> str:
    return color.removeprefix("#").upper()


class _Styles:
    """The styles of one theme, as XML. Tokens are checked when a theme is read: none holds markup."""

    def __init__(self, tokens: Tokens, language: str, *, rtl: bool) -> None:
        self.tokens = tokens
        self.language = language
        self.rtl = rtl
        self.east_asian, self.east_asian_language = _EAST_ASIAN[_among(_EAST_ASIAN, language, "zh")]
        self.complex = _COMPLEX[_among(_COMPLEX, language, "ar")]
        self.start = "right" if rtl else "left"  # Word turns indents in right-to-left text, but not borders
        self.colors = tokens.colors
        self.muted = _color(tokens.colors.muted)

    def all(self) -> Iterator[str]:
        yield self.defaults(quoteattr(clean(self.language)))
        yield from self.text()
        yield from self.front()
        yield from self.headings()
        yield from self.apart()
        yield from self.lists()
        yield from self.table_text()
        yield from self.tables()
        yield from self.glance()
        yield from self.furniture()
        yield from self.characters()

    def size(self, factor: float) -> str:
        """Return a type size, in half points, as a part of the running text's."""
        halves = round(twips(self.tokens.fonts.size) / 10 * factor)
        return f'<w:sz w:val="{halves}"/><w:szCs w:val="{halves}"/>'

    def fonts(self, name: str) -> str:
        """Return a font, and those for scripts that it lacks: Word would take one for each word, of any look."""
        return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{self.east_asian}" w:cs="{self.complex}"/>'

    def defaults(self, language: str) -> str:
        # Not among the defaults: in table cells LibreOffice prefers those to a character style.
        face = f"<w:rPr>{self.fonts(self.tokens.fonts.word_text)}{_color(self.colors.text)}{self.size(1)}</w:rPr>"
        direction = "<w:pPr><w:bidi/></w:pPr>" if self.rtl else ""
        lang = f'<w:lang w:val={language} w:eastAsia="{self.east_asian_language}" w:bidi={language}/>'
        return (
            f"<w:docDefaults><w:rPrDefault><w:rPr>{lang}</w:rPr></w:rPrDefault>"
            f"<w:pPrDefault><w:pPr>{_spacing()}</w:pPr></w:pPrDefault></w:docDefaults>"
            '<w:latentStyles w:defLockedState="0" w:defUIPriority="99" w:defSemiHidden="1" w:defUnhideWhenUsed="1"'
            ' w:defQFormat="0" w:count="376"/>'
            + _style("paragraph", "Normal", direction + face, default=True)
            + _style("character", "Default Paragraph Font", "", default=True)
            + _style("numbering", "No List", "", default=True)
            + _style("table", "Normal Table", f"<w:tblPr>{self.margins(GUTTER)}</w:tblPr>", default=True)
        )

    def text(self) -> Iterator[str]:
        yield _paragraph("Body Text", _spacing(_BLOCK, _BLOCK))
        yield _paragraph("Lead", _spacing(_BLOCK, 140), self.size(1.15), based="BodyText")
        yield _paragraph("Note", _KEEP + _spacing(_BLOCK, 100), self.muted + self.size(0.9))
        yield _paragraph("caption", _spacing(before=60, after=160), self.muted + self.size(0.9))
        yield _paragraph("Code Caption", _KEEP + _spacing(before=120, line=264), based="Caption")
        yield _paragraph("Figure", _KEEP + _spacing(before=120, line=240))
        rule = f"<w:pBdr>{_line('bottom', self.colors.hairline, 6)}</w:pBdr>"
        yield _paragraph("Horizontal Rule", _KEEP + rule + _spacing(after=200, line=240), following="BodyText")
        yield _paragraph("Spacer", '<w:spacing w:before="0" w:after="0" w:line="160" w:lineRule="exact"/>')
        rule = f"<w:pBdr>{_line('top', self.colors.hairline, 6, 8)}</w:pBdr>"
        closing = "<w:keepLines/>" + rule + _spacing(600, 80)
        yield _paragraph("Closing Note", closing, self.muted + self.size(0.9))
        yield _paragraph("Provenance", _spacing(after=80), self.muted + self.size(0.8))

    def front(self) -> Iterator[str]:
        yield _paragraph("Logo", _spacing(after=240, line=240))
        yield _paragraph("Masthead", _KEEP + _spacing(after=40), self.muted + self.size(0.92), following="Title")
        title = _KEEP + "<w:keepLines/>" + _spacing(after=80, line=252)
        yield _paragraph("Title", title, _BOLD + self.size(2.5), following="Subtitle")
        yield _paragraph("Subtitle", _spacing(after=200), self.muted + self.size(0.9), following="BodyText")

    def headings(self) -> Iterator[str]:
        faces = (
            ("heading 1", 400, 100, _BOLD + self.size(1.5)),
            ("heading 2", 260, 60, _BOLD + self.size(1.15)),
            ("heading 3", 200, 40, _BOLD + self.size(1)),
            ("heading 4", 160, 40, _BOLD + self.muted + self.size(1)),
            ("heading 5", 160, 40, _ITALIC + self.muted + self.size(1)),
        )
        for level, (name, before, after, face) in enumerate(faces):
            place = f'{_KEEP}<w:keepLines/>{_spacing(before, after, 264)}<w:outlineLvl w:val="{level}"/>'
            yield _paragraph(name, place, face, following="BodyText")
        for level in range(2, 6):  # the contents list leaves these out, the outline and the navigation pane do not
            outline = f'<w:outlineLvl w:val="{level - 1}"/>'
            yield _paragraph(f"Text Heading {level}", outline, based=f"Heading{level}", following="BodyText")

    def apart(self) -> Iterator[str]:
        colors = self.colors
        bar = f"<w:pBdr>{_line(self.start, colors.hairline, 18, 8)}</w:pBdr>"
        yield _paragraph("Quote", bar + _spacing(_BLOCK, _BLOCK) + _indent(STEP), self.muted)
        sides = "".join(_line(side, colors.surface, 4, 6) for side in _SIDES)
        box = f"<w:pBdr>{sides}</w:pBdr>{_fill(colors.surface)}<w:suppressAutoHyphens/>"
        box += '<w:bidi w:val="0"/>' + _spacing(120, 180, 264) + _indent(PAD, PAD) + '<w:jc w:val="left"/>'
        code = self.fonts(self.tokens.fonts.word_code) + "<w:noProof/>" + self.size(0.85)
        yield _paragraph("Code Block", box, code, following="BodyText")
        edge = {self.start: (colors.accent, 36, 9)}
        sides = "".join(_line(side, *edge.get(side, (colors.surface, 4, 8))) for side in _SIDES)
        box = f"<w:pBdr>{sides}</w:pBdr>{_fill(colors.surface)}" + _spacing(120, 200) + _indent(220, 160)
        yield _paragraph("Root Cause", box, based="BodyText", following="BodyText")

    def lists(self) -> Iterator[str]:
        for level in range(STYLED):
            ending = f" {level + 1}" if level else ""
            for name, number in (("List Bullet", BULLETS), ("List Number", NUMBERS)):
                numbering = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
                yield _paragraph(name + ending, numbering + _spacing(after=80))
            yield _paragraph(f"List Continue{ending}", _spacing(after=80) + _indent(STEP * (level + 1)))
        for name in ("List Bullet", "List Number"):
            yield _paragraph(f"{name} Tight", face=self.size(TIGHT), based=_identifier(name))
        yield _paragraph("Why", _KEEP + _spacing(before=100, after=20), based="ListNumber")

    def table_text(self) -> Iterator[str]:
        yield _paragraph("Table Text", _spacing(line=264))
        yield _paragraph("Table Text Tight", face=self.size(TIGHT), based="TableText")
        heading = _BOLD + self.muted
        yield _paragraph("Table Heading", _KEEP, heading + self.size(0.82), based="TableText")
        yield _paragraph("Table Heading Tight", face=self.size(TIGHT), based="TableHeading")
        yield _paragraph("Table Label", face=self.muted, based="TableText")
        yield _paragraph("Table Label Tight", face=self.size(TIGHT), based="TableLabel")
        yield _paragraph("Table Note", face=self.muted + self.size(0.9), based="TableText")
        yield _paragraph("Table Note Tight", face=self.size(TIGHT), based="TableNote")
        yield _paragraph("Table Group", _KEEP + _spacing(before=120, line=264), _BOLD, based="TableText")

    def tables(self) -> Iterator[str]:
        colors = self.colors
        lines = _line("bottom", colors.hairline, 4) + _line("insideH", colors.hairline, 4)
        head = f"<w:tcPr><w:tcBorders>{_line('bottom', colors.rule, 8)}</w:tcBorders></w:tcPr>"
        yield _style(
            "table",
            "Report Table",
            f"<w:tblPr><w:tblBorders>{lines}</w:tblBorders>{self.margins(GUTTER)}</w:tblPr>"
            f'<w:tblStylePr w:type="firstRow">{head}</w:tblStylePr>',
            based="NormalTable",
        )
        tight = f"<w:tblPr>{self.margins(TIGHT_GUTTER)}</w:tblPr>"
        yield _style("table", "Report Table Tight", tight, based="ReportTable")

    def glance(self) -> Iterator[str]:
        """Yield the styles of the key figures and of the time axis."""
        colors = self.colors
        yield _paragraph(
            "Key Figure", _KEEP + _spacing(after=200, line=252), _BOLD + self.size(FIGURE), based="TableText"
        )
        yield _paragraph("Key Figure Label", _KEEP, self.muted + self.size(0.85), based="TableText")
        above = f"<w:tblBorders>{_line('top', colors.rule, 16)}</w:tblBorders>{self.margins(GUTTER, 40)}"
        yield _style("table", "Key Figures", f"<w:tblPr>{above}</w:tblPr>", based="NormalTable")
        small = _spacing(line=240)
        yield _paragraph("Chronology Text", _KEEP + small, self.size(0.85), based="TableText")
        yield _paragraph("Chronology Time", face=self.muted, based="ChronologyText")
        yield _paragraph("Chronology Heading", face=_BOLD + self.muted, based="ChronologyText")
        yield _paragraph("Chronology Axis", '<w:bidi w:val="0"/>', self.muted + self.size(0.75), based="ChronologyText")
        head = f"<w:tcPr><w:tcBorders>{_line('bottom', colors.hairline, 4)}</w:tcBorders></w:tcPr>"
        yield _style(
            "table",
            "Chronology",
            f'<w:tblPr>{self.margins(0, 20)}</w:tblPr><w:tcPr><w:vAlign w:val="center"/></w:tcPr>'
            f'<w:tblStylePr w:type="firstRow">{head}</w:tblStylePr>',
            based="NormalTable",
        )
        for tone in Tones.model_fields:
            yield _character(f"Bar {tone.title()}", _fill(getattr(self.tokens.tones, tone).ink))
        yield _character("Bar Measure", f'<w:u w:val="thick" w:color="{_hex(colors.muted)}"/>')

    def margins(self, gutter: int, above: int = 80) -> str:
        """Return the margins of cells: none at the start, so that text begins at the table's edge.

        Programs disagree on whether a right-to-left table turns them; there, both sides share.
        """
        start, end = (gutter // 2, gutter // 2) if self.rtl else (0, gutter)
        sides = (("top", above), ("left", start), ("bottom", above), ("right", end))
        cells = "".join(f'<w:{side} w:w="{width}" w:type="dxa"/>' for side, width in sides)
        return f"<w:tblCellMar>{cells}</w:tblCellMar>"

    def furniture(self) -> Iterator[str]:
        tab = f'<w:tabs><w:tab w:val="right" w:pos="{text_area(self.tokens.page)[0]}"/></w:tabs>'
        for name in ("header", "footer"):
            yield _paragraph(name, tab, self.muted + self.size(FURNITURE))
        yield _paragraph("TLP", '<w:bidi w:val="0"/>' + _spacing(after=_BLOCK) + '<w:jc w:val="right"/>')
        heading = _KEEP + _spacing(before=120, after=60)
        yield _paragraph("TOC Heading", heading, _BOLD + self.size(1), following="BodyText")
        yield _paragraph("toc 1", tab + _spacing(line=264), self.size(0.95))
        yield _paragraph("toc 2", tab + _spacing(line=264) + _indent(STEP), self.muted + self.size(0.95))

    def characters(self) -> Iterator[str]:
        fonts, colors = self.tokens.fonts, self.colors
        yield _character("Strong", _BOLD)
        yield _character("Emphasis", _ITALIC)
        yield _character("Struck", f"<w:strike/>{self.muted}")
        yield _character("Code", self.fonts(fonts.word_code) + "<w:noProof/>" + _fill(colors.surface))
        yield _character("Hyperlink", _color(colors.accent) + '<w:u w:val="single"/>')
        yield _character("Running Head", _BOLD + _color(colors.text))
        for tone in Tones.model_fields:
            pair = getattr(self.tokens.tones, tone)
            yield _character(f"Label {tone.title()}", _BOLD + _color(pair.ink) + _fill(pair.wash))
            yield _character(f"Tone {tone.title()}", _BOLD + (_color(pair.ink) if tone != "neutral" else ""))
        yield from self.traffic_lights()

    def traffic_lights(self) -> Iterator[str]:
        """Yield a style for each label of the Traffic Light Protocol, in the standard's colours, on a black box."""
        halves = twips(tlp_colors.LEAST_SIZE) // 10
        box = f'<w:sz w:val="{halves}"/><w:szCs w:val="{halves}"/>{_fill(tlp_colors.BACKGROUND)}'
        for label, ink in tlp_colors.INKS.items():
            yield _character(_traffic_light(label), f"{_BOLD}<w:noProof/>{_color(ink)}{box}")
