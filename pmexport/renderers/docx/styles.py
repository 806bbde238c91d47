"""The styles of a Word file, made from a theme's tokens. The document has no other formatting."""

import re
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import quoteattr

from lxml import etree

from pmexport.document.compose import RIGHT_TO_LEFT
from pmexport.document.labels.conventions import add_region
from pmexport.document.nodes import Tlp
from pmexport.renderers.docx.numbering import BULLETS, NUMBERS, STEP, STYLED
from pmexport.renderers.docx.oxml import NAMESPACES, PARAGRAPH_ORDER, Element, W, spell_language
from pmexport.renderers.docx.theme_part import refer_to_theme
from pmexport.renderers.shared import tlp_colors
from pmexport.renderers.shared.css import DENSITIES
from pmexport.renderers.shared.paper import TWIPS_PER_POINT, text_area, to_half_points, to_twips
from pmexport.renderers.shared.side_headings import COLUMNS
from pmexport.theming.tokens import Tokens, Tones

PAD = 120
"""Padding of a code block, in twips."""
LOG_NUMBERS = 600
"""Width of the line numbers of a log, in twips."""
CITED = 620
"""Width of the numbers of paragraphs, in twips."""
LOG = 0.68
"""Type size of a log, relative to body text."""
_QUOTE_LINE, _QUOTE_GAP = 18, 8
"""Width of the line beside a quote in eighths of a point, and its distance in points."""
_MAX_SPACE = 31
"""The greatest distance of a border from its text, in points."""
COLUMN_GAP = 160
"""Space between table columns, in twips."""
TIGHT_GAP = 60
PREVIEW_GAP = 300
"""Space between previews, in twips."""
TITLE = 2.1
"""Type size of the title, relative to body text."""
LEAD = 1.15
"""Type size of the summary, relative to body text."""
LEAD_WIDTH = to_twips("160mm")
"""Maximum length of its lines, in twips."""
FIGURE, FIGURE_LABEL = 1.45, 0.85
"""Type sizes of a key figure and of its label, relative to body text."""
TIGHT = 0.78
"""Type size of a table with many columns, relative to body text."""
HEADER_SIZE = 0.82
"""Type size of headers and footers, relative to body text."""
_GALLERY = (
    *("Body Text", "heading 1", "heading 2", "heading 3", "Lead", "List Bullet", "List Number", "Quote", "Code Block"),
    *("Root Cause", "caption", "Strong", "Emphasis", "Code", "Title", "Subtitle", "Normal"),
)
"""The styles that people choose from, in the order that Word shows."""
_BUILT_IN = re.compile(
    r"Normal|Body Text|Title|Subtitle|heading \d|toc \d|TOC Heading|List (Bullet|Number|Continue)( \d)?|Quote|caption"
    r"|header|footer|Strong|Emphasis|Hyperlink"
)
"""Matches the names of Word's own styles."""
_BOLD = "<w:b/><w:bCs/>"
_ITALIC = "<w:i/><w:iCs/>"
_KEEP = "<w:keepNext/>"
_WHOLE = "<w:suppressAutoHyphens/>"
"""Words are not hyphenated."""
_BODY = ("Normal", "BodyText", "SourceCode")
"""Styles of running text, which templates and people may indent, justify and space."""
RUNNING = ("Lead", "RootCause", "Note", "Quote")
"""Further styles of running text, and those of lists."""
DRAWN = ("KeyFigure", "KeyFigureLabel", "BandText", "BandBar", "BandLane")
"""Styles of what is drawn with text: another layout would make it false."""
_PROPERTY = re.compile(r"<w:(\w+)(?:[^>]*/>|(?:>| [^>]*>).*?</w:\1>)")
_MINOR = ' w:asciiTheme="minorHAnsi" w:hAnsiTheme="minorHAnsi"'
_MAJOR = '<w:rFonts w:asciiTheme="majorHAnsi" w:hAnsiTheme="majorHAnsi"/>'
_NEUTRAL = {
    "keepNext": '<w:keepNext w:val="0"/>',
    "keepLines": '<w:keepLines w:val="0"/>',
    "pageBreakBefore": '<w:pageBreakBefore w:val="0"/>',
    "spacing": '<w:spacing w:before="0" w:after="0" w:line="288" w:lineRule="auto"/>',
    "ind": '<w:ind w:left="0" w:right="0" w:hanging="0"/>',  # counts more than any `firstLine`
    "contextualSpacing": '<w:contextualSpacing w:val="0"/>',
    "jc": '<w:jc w:val="left"/>',
}
"""The layout of a paragraph that nothing else sets."""
_SPACES = re.compile(
    r'((?:<w:(?=\w+ w:w)|\bw:)(before|after|line|top|bottom)(?:="| w:w="))(\d+)("(?! w:lineRule="exact"))'
)
"""Spaces of paragraphs and cells, and heights of lines, that depend on the density."""
_SIDES = ("top", "left", "bottom", "right")
_BLOCK = 120
"""Space before and after blocks in running text, of which Word uses the larger; in twips."""
_EAST_ASIAN = {
    "ja": ("Yu Gothic", "ja-JP"),
    "ko": ("Malgun Gothic", "ko-KR"),
    "zh-hant": ("Microsoft JhengHei", "zh-TW"),
    "zh-tw": ("Microsoft JhengHei", "zh-TW"),
    "zh-hk": ("Microsoft JhengHei", "zh-HK"),
    "zh": ("Microsoft YaHei", "zh-CN"),
}
"""Word's font and language tag by language; `zh` is used for others."""
_ENGLISH = "en-US"
_COMPLEX = {"ar": "Arial", "th": "Tahoma", **dict.fromkeys(("hi", "bn", "ta", "te"), "Nirmala UI")}
"""Fonts for complex scripts; Arial, which also has Hebrew, is used for others."""


def write_styles(styles: Element, tokens: Tokens, language: str, *, rtl: bool, themed: bool = False) -> None:
    """Replace the content of a styles part with the theme's styles.

    language: a BCP 47 tag. themed: whether colours and fonts refer to the document's theme.
    """
    for old in list(styles):
        styles.remove(old)
    made = _ThemeStyles(tokens, language, rtl=rtl, themed=themed)
    xml = "".join(made.all_styles())
    xml = (refer_to_theme(xml, tokens) if themed else xml) + "".join(made.tlp_styles())
    declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    styles.extend(list(etree.fromstring(f"<w:styles {declared}>{xml}</w:styles>")))


def measure_margin(tokens: Tokens) -> int:
    """Return how much earlier than tables running text ends its lines, in twips, so that they read well."""
    return max(text_area(tokens.page)[0] - COLUMNS[tokens.density] * to_twips(tokens.fonts.size), 0)


def _style_xml(
    kind: str, name: str, content: str, *, based: str = "", following: str = "", default: bool = False
) -> str:
    """Return a style. One that is not in the gallery is hidden until it is used."""
    mark = ' w:default="1"' if default else "" if _BUILT_IN.fullmatch(name) else ' w:customStyle="1"'
    shown = name in _GALLERY
    priority = _GALLERY.index(name) + 1 if shown else 99
    return (
        f'<w:style w:type="{kind}"{mark} w:styleId="{style_id(name)}">'
        f'<w:name w:val="{name}"/>'
        + (f'<w:basedOn w:val="{based}"/>' if based else "")
        + (f'<w:next w:val="{following}"/>' if following else "")
        + f'<w:uiPriority w:val="{priority}"/>'
        + ("<w:qFormat/>" if shown else "<w:semiHidden/><w:unhideWhenUsed/>")
        + f"{content}</w:style>"
    )


def style_id(name: str) -> str:
    """Return the id of a style: its name in upper camel case, without spaces."""
    return "".join(word[:1].upper() + word[1:] for word in name.split())


def _paragraph_style(
    name: str, properties: str = "", font: str = "", *, based: str = "Normal", following: str = ""
) -> str:
    """Return a paragraph style. One that is based on body text sets its whole layout, whatever that has."""
    if based in _BODY or style_id(name) in DRAWN:
        properties = _complete_layout(properties)
    content = f"<w:pPr>{properties}</w:pPr><w:rPr>{font}</w:rPr>"
    return _style_xml("paragraph", name, content, based=based, following=following)


def _complete_layout(properties: str) -> str:
    """Return paragraph properties with neutral ones for those that are missing, in the order of the format."""
    own = {found[1]: found[0] for found in _PROPERTY.finditer(properties)}
    return "".join(own.get(name) or _NEUTRAL.get(name, "") for name in PARAGRAPH_ORDER)


def _character_style(name: str, font: str) -> str:
    based = "VerbatimChar" if name in ("Code", "Keyboard") else "DefaultParagraphFont"
    return _style_xml("character", name, f"<w:rPr>{font}</w:rPr>", based=based)


def _spacing_xml(before: int = 0, after: int = 0, line: int = 288) -> str:
    """Return paragraph spacing in twips, with line spacing in 240ths of a line."""
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="auto"/>'


def _indent_xml(start: int, end: int = 0, hanging: int = 0) -> str:
    return f'<w:ind w:left="{start}" w:right="{end}" w:hanging="{hanging}"/>'


def _color_xml(color: str) -> str:
    return f'<w:color w:val="{hex_color(color)}"/>'


def _fill_xml(color: str, ground: str = "") -> str:
    """Return a shading: a colour, or half of it on another one."""
    if ground:
        return f'<w:shd w:val="pct50" w:color="{hex_color(color)}" w:fill="{hex_color(ground)}"/>'
    return f'<w:shd w:val="clear" w:color="auto" w:fill="{hex_color(color)}"/>'


def _border_xml(side: str, color: str, width: int, space: int = 0) -> str:
    """Return a border: width in eighths of a point, space in points."""
    return f'<w:{side} w:val="single" w:sz="{width}" w:space="{space}" w:color="{hex_color(color)}"/>'


def _match_language(known: Iterable[str], language: str, other: str) -> str:
    """Return the longest known prefix of a language tag such as `zh-Hant-TW`."""
    parts = language.lower().split("-")
    names = ("-".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((name for name in names if name in known), other)


def role_name(style: Element) -> str:
    """Return a style's role as named in a theme, such as `heading_1`."""
    return str(style[0].get(f"{W}val")).lower().replace(" ", "_")


def name_languages(language: str) -> dict[str, str]:
    """Return the language of the words in each kind of script, as Word wants it; Latin words elsewhere are English."""
    tag = spell_language(add_region(language))
    _, east_asian = _EAST_ASIAN[_match_language(_EAST_ASIAN, language, "zh")]
    is_latin = language.lower().partition("-")[0] not in _EAST_ASIAN.keys() | _COMPLEX.keys() | RIGHT_TO_LEFT
    return {"val": tag if is_latin else _ENGLISH, "eastAsia": east_asian, "bidi": tag}


def tlp_style_name(label: Tlp) -> str:
    """Return the name of a TLP label's character style."""
    return "TLP " + label.removeprefix("TLP:").replace("+", " ").title()


def hex_color(color: str) -> str:
    """Return a colour of a theme as Word writes it."""
    return color.removeprefix("#").upper()


class _ThemeStyles:
    """The styles of one theme, as XML. Tokens contain no markup; this is checked when the theme is read."""

    def __init__(self, tokens: Tokens, language: str, *, rtl: bool, themed: bool) -> None:
        self.tokens = tokens
        self.languages = name_languages(language)
        self.rtl = rtl
        self.themed = themed
        self.east_asian, _ = _EAST_ASIAN[_match_language(_EAST_ASIAN, language, "zh")]
        self.complex = _COMPLEX[_match_language(_COMPLEX, language, "ar")]
        self.start = "right" if rtl else "left"  # Word mirrors indents in right-to-left text, but not borders
        self.colors = tokens.colors
        self.margin = measure_margin(tokens) if themed else 0
        self.muted = _color_xml(tokens.colors.muted)

    def all_styles(self) -> Iterator[str]:
        yield self.default_styles()
        texts = (self.body_styles, self.front_styles, self.heading_styles, self.box_styles, self.list_styles)
        tables = (self.table_text_styles, self.table_styles, self.quote_styles, self.glance_styles)
        for list_styles in (*texts, *tables, self.header_styles, self.character_styles):
            yield from map(self.set_density, list_styles())

    def set_density(self, style: str) -> str:
        """Return a style with the spaces of the theme's density, unless it is drawn with text."""
        if any(f'w:styleId="{name}"' in style for name in DRAWN):
            return style
        space, leading = DENSITIES[self.tokens.density]
        factors = {
            "before": space,
            "after": space,
            "top": space,
            "bottom": space,
            "line": leading / DENSITIES["normal"][1],
        }

        def scale(found: re.Match[str]) -> str:
            return f"{found[1]}{round(int(found[3]) * factors[found[2]])}{found[4]}"

        return _SPACES.sub(scale, style) if self.tokens.density != "normal" else style

    def font_size(self, factor: float) -> str:
        """Return a type size relative to body text."""
        halves = round(to_half_points(self.tokens.fonts.size) * factor)
        return f'<w:sz w:val="{halves}"/><w:szCs w:val="{halves}"/>'

    def muted_font(self, factor: float) -> str:
        """Return the muted colour and a type size relative to body text."""
        return self.muted + self.font_size(factor)

    def font_family(self, name: str) -> str:
        """Return a font, and fonts for scripts that it lacks; Word would otherwise choose one for each word."""
        theme = _MINOR if self.themed and name == self.tokens.fonts.word_body else ""
        fallback = f'w:eastAsia="{self.east_asian}" w:cs="{self.complex}"'
        return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" {fallback}{theme}/>'

    def facts_font(self) -> str:
        """Return the font of tables, captions and headers, if it is another one than that of the text."""
        return self.font_family(self.tokens.fonts.word_text) if self.tokens.fonts.serif else ""

    def heading_font(self) -> str:
        """Return the font of headings in the document's theme."""
        return _MAJOR if self.themed else ""

    def default_styles(self) -> str:
        # Not in docDefaults: in table cells, LibreOffice prefers those to a character style.
        family = self.font_family(self.tokens.fonts.word_body)
        font = f"<w:rPr>{family}{_color_xml(self.colors.text)}{self.font_size(1)}</w:rPr>"
        direction = "<w:pPr><w:bidi/></w:pPr>" if self.rtl else ""
        lang = "".join(f" w:{script}={quoteattr(tag)}" for script, tag in self.languages.items())
        return (
            f"<w:docDefaults><w:rPrDefault><w:rPr><w:lang{lang}/></w:rPr></w:rPrDefault>"
            f"<w:pPrDefault><w:pPr>{_spacing_xml()}</w:pPr></w:pPrDefault></w:docDefaults>"
            '<w:latentStyles w:defLockedState="0" w:defUIPriority="99" w:defSemiHidden="1" w:defUnhideWhenUsed="1"'
            ' w:defQFormat="0" w:count="376"/>'
            + _style_xml("paragraph", "Normal", direction + font, default=True)
            + _style_xml("character", "Default Paragraph Font", "", default=True)
            + _style_xml("numbering", "No List", "", default=True)
            + _style_xml("table", "Normal Table", f"<w:tblPr>{self.cell_margins(COLUMN_GAP)}</w:tblPr>", default=True)
        )

    def body_styles(self) -> Iterator[str]:
        yield _paragraph_style("Body Text", _spacing_xml(_BLOCK, _BLOCK) + _indent_xml(0, self.margin))
        margin = _indent_xml(0, max(text_area(self.tokens.page)[0] - LEAD_WIDTH, 0) if self.themed else 0)
        yield _paragraph_style("Lead", _spacing_xml(_BLOCK, 100) + margin, self.font_size(LEAD), based="BodyText")
        hanging = _indent_xml(CITED, self.margin, CITED)
        yield _paragraph_style("Numbered Text", _spacing_xml(_BLOCK, _BLOCK) + hanging, based="BodyText")
        yield _paragraph_style("Numbered Lead", _indent_xml(CITED, self.margin, CITED), based="Lead")
        facts = self.facts_font()
        yield _paragraph_style(
            "Note", _KEEP + _spacing_xml(_BLOCK, 100) + _indent_xml(0, self.margin), facts + self.muted_font(0.9)
        )
        yield _paragraph_style("caption", _spacing_xml(before=60, after=160), facts + self.muted_font(0.9))
        yield _paragraph_style("Addresses", based="Caption")
        yield _paragraph_style("Table Caption", _KEEP + _spacing_xml(before=160, after=60), based="Caption")
        yield _paragraph_style("Elapsed Note", based="Note")
        yield _paragraph_style("Code Caption", _KEEP + _spacing_xml(before=120, line=264), based="Caption")
        yield _paragraph_style("Details Title", _KEEP, based="BodyText", following="BodyText")
        yield _paragraph_style("Figure", _KEEP + _spacing_xml(before=120, line=240))
        rule = f"{_KEEP}<w:pBdr>{_border_xml('bottom', self.colors.hairline, 6)}</w:pBdr>"
        yield _paragraph_style("Horizontal Rule", rule + _spacing_xml(after=200, line=240), following="BodyText")
        yield _paragraph_style("Spacer", '<w:spacing w:before="0" w:after="0" w:line="160" w:lineRule="exact"/>')
        rule = f"<w:pBdr>{_border_xml('top', self.colors.hairline, 6, 8)}</w:pBdr>"
        closing = _KEEP + "<w:keepLines/>" + rule + _spacing_xml(600, 80)
        yield _paragraph_style("Closing Note", closing, self.muted_font(0.9))
        yield _paragraph_style("Provenance", _spacing_xml(after=80), facts + self.muted_font(0.8))

    def front_styles(self) -> Iterator[str]:
        yield _paragraph_style("Logo", _spacing_xml(after=240, line=240))
        end = "left" if self.rtl else "right"
        place = _spacing_xml(after=240, line=264) + f'<w:jc w:val="{end}"/>'
        yield _paragraph_style("Letterhead", place, self.facts_font() + self.muted_font(0.85))
        title = _KEEP + "<w:keepLines/>" + _WHOLE + _spacing_xml(after=80, line=252)
        font = self.heading_font() + _BOLD + self.font_size(TITLE)
        yield _paragraph_style("Title", title, font, following="Subtitle")
        yield _paragraph_style(
            "Subtitle", _WHOLE + _spacing_xml(after=120), self.facts_font() + self.muted_font(0.9), following="BodyText"
        )

    def heading_styles(self) -> Iterator[str]:
        faces = (
            ("heading 1", 300, 60, _BOLD + self.font_size(1.4)),
            ("heading 2", 260, 60, _BOLD + self.font_size(1.15)),
            ("heading 3", 200, 40, _BOLD + self.font_size(1)),
            ("heading 4", 160, 40, _BOLD + self.muted_font(1)),
            ("heading 5", 160, 40, _ITALIC + self.muted_font(1)),
        )
        for level, (name, before, after, font) in enumerate(faces):
            place = f'{_KEEP}<w:keepLines/>{_WHOLE}{_spacing_xml(before, after, 264)}<w:outlineLvl w:val="{level}"/>'
            yield _paragraph_style(name, place, self.heading_font() + font, following="BodyText")
        for level in range(2, 6):  # in the navigation pane but not in the table of contents
            outline = f'{_KEEP}<w:outlineLvl w:val="{level - 1}"/>'
            yield _paragraph_style(f"Text Heading {level}", outline, based=f"Heading{level}", following="BodyText")

    def box_styles(self) -> Iterator[str]:
        colors = self.colors
        bar = f"<w:pBdr>{self.quote_line()}</w:pBdr>"
        yield _paragraph_style("Quote", bar + _spacing_xml(_BLOCK, _BLOCK) + _indent_xml(STEP, self.margin), self.muted)
        sides = "".join(_border_xml(side, colors.surface, 4, 6) for side in _SIDES)
        box = f"<w:pBdr>{sides}</w:pBdr>{_fill_xml(colors.surface)}{_WHOLE}"
        box += '<w:bidi w:val="0"/>' + _spacing_xml(120, 180, 264) + _indent_xml(PAD, PAD) + '<w:jc w:val="left"/>'
        code = self.font_family(self.tokens.fonts.word_code) + "<w:noProof/>" + self.font_size(0.85)
        yield _paragraph_style("Source Code")  # by which other programs recognise code
        yield _paragraph_style("Code Block", box, code, based="SourceCode", following="BodyText")
        tabs = f'<w:tabs><w:tab w:val="right" w:pos="{PAD + LOG_NUMBERS - 100}"/></w:tabs>'
        room = f'<w:ind w:left="{PAD + LOG_NUMBERS}" w:right="{PAD}" w:hanging="{LOG_NUMBERS}"/><w:contextualSpacing/>'
        line = tabs + _spacing_xml(120, 180, 264) + room
        yield _paragraph_style("Log Line", line, self.font_size(LOG), based="CodeBlock", following="BodyText")
        edge = {self.start: (colors.accent, 36, 9)}
        sides = "".join(_border_xml(side, *edge.get(side, (colors.surface, 4, 8))) for side in _SIDES)
        box = f"<w:pBdr>{sides}</w:pBdr>{_fill_xml(colors.surface)}" + _spacing_xml(120, 200) + _indent_xml(220, 160)
        yield _paragraph_style("Root Cause", box, based="BodyText", following="BodyText")
        yield _paragraph_style("Numbered Root Cause", _indent_xml(220 + CITED, 160, CITED), based="RootCause")

    def quote_line(self, steps: int = 0) -> str:
        """Return the line beside a quote. steps: how many steps of an indent are between them and the text."""
        space = _QUOTE_GAP + round(steps * STEP / TWIPS_PER_POINT)
        return _border_xml(self.start, self.colors.hairline, _QUOTE_LINE, min(space, _MAX_SPACE))

    def quote_styles(self) -> Iterator[str]:
        """Yield the styles of lists, code and tables in a quote, which keep its line at one place."""
        for level in (1, 2):
            line = f"<w:pBdr>{self.quote_line(level - 1)}</w:pBdr>"
            place = line + _spacing_xml(after=80) + _indent_xml(STEP * (level + 1), hanging=STEP)
            yield _paragraph_style(f"Quote List {level}".removesuffix(" 1"), place, based="Quote")
        line = f"<w:pBdr>{self.quote_line(1)}</w:pBdr>"
        yield _paragraph_style(
            "Quote Continue", line + _spacing_xml(after=80) + _indent_xml(2 * STEP, self.margin), based="Quote"
        )
        edge = {self.start: (self.colors.hairline, _QUOTE_LINE, _QUOTE_GAP + PAD // TWIPS_PER_POINT)}
        sides = "".join(_border_xml(side, *edge.get(side, (self.colors.surface, 4, 6))) for side in _SIDES)
        yield _paragraph_style("Quote Code", f"<w:pBdr>{sides}</w:pBdr>", based="CodeBlock")
        for name, gap in (("Quote Table", COLUMN_GAP), ("Quote Table Tight", TIGHT_GAP)):
            line = _border_xml(self.start, self.colors.hairline, _QUOTE_LINE)
            margins = self.cell_margins(gap, before=gap)
            table = f"<w:tblPr><w:tblBorders>{line}</w:tblBorders>{margins}</w:tblPr>"
            yield _style_xml("table", name, table, based=style_id(name.replace("Quote", "Report")))

    def list_styles(self) -> Iterator[str]:
        for level in range(STYLED):
            ending = f" {level + 1}" if level else ""
            for name, number in (("List Bullet", BULLETS), ("List Number", NUMBERS)):
                numbering = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
                place = _spacing_xml(after=80) + _indent_xml(STEP * (level + 1), self.margin, STEP)
                yield _paragraph_style(name + ending, numbering + place)
            # Without a number, by which pandoc recognises what continues an item.
            none = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="0"/></w:numPr>'
            place = none + _spacing_xml(after=80) + _indent_xml(STEP * (level + 1), self.margin)
            yield _paragraph_style(f"List Continue{ending}", place)
            yield _paragraph_style(f"List Code{ending}", none, based="CodeBlock")
        for name in ("List Bullet", "List Number"):
            yield _paragraph_style(f"{name} Tight", _spacing_xml(after=20), self.font_size(TIGHT), based=style_id(name))
        yield _paragraph_style("Why", _KEEP + _spacing_xml(before=100, after=20), based="ListNumber")

    def table_text_styles(self) -> Iterator[str]:
        yield _paragraph_style("Table Text", _spacing_xml(line=264), self.facts_font())
        yield _paragraph_style("Table Text Tight", font=self.font_size(TIGHT), based="TableText")
        heading = _BOLD + self.muted
        yield _paragraph_style("Table Heading", _KEEP, heading + self.font_size(0.82), based="TableText")
        yield _paragraph_style("Table Heading Tight", font=self.font_size(TIGHT), based="TableHeading")
        hidden = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
        font = f'{_color_xml(self.colors.page)}<w:sz w:val="2"/><w:szCs w:val="2"/>'
        yield _paragraph_style("Table Heading Hidden", _KEEP + hidden, font, based="TableText")
        yield _paragraph_style("Table Label", font=self.muted, based="TableText")
        yield _paragraph_style("Table Label Tight", font=self.font_size(TIGHT), based="TableLabel")
        yield _paragraph_style("Table Note", font=self.muted_font(0.9), based="TableText")
        yield _paragraph_style("Table Note Tight", font=self.font_size(TIGHT), based="TableNote")
        yield _paragraph_style("Table Group", _KEEP + _spacing_xml(before=120, line=264), _BOLD, based="TableText")

    def table_styles(self) -> Iterator[str]:
        colors = self.colors
        lines = _border_xml("bottom", colors.hairline, 4) + _border_xml("insideH", colors.hairline, 4)
        head = f"<w:tcPr><w:tcBorders>{_border_xml('bottom', colors.rule, 8)}</w:tcBorders></w:tcPr>"
        yield _style_xml(
            "table",
            "Report Table",
            f"<w:tblPr><w:tblBorders>{lines}</w:tblBorders>{self.cell_margins(COLUMN_GAP)}</w:tblPr>"
            f'<w:tblStylePr w:type="firstRow">{head}</w:tblStylePr>',
            based="NormalTable",
        )
        tight = f"<w:tblPr>{self.cell_margins(TIGHT_GAP)}</w:tblPr>"
        yield _style_xml("table", "Report Table Tight", tight, based="ReportTable")
        compact = f"<w:tblPr>{self.cell_margins(COLUMN_GAP, 16)}</w:tblPr>"
        yield _style_xml("table", "Report Table Compact", compact, based="ReportTable")

    def glance_styles(self) -> Iterator[str]:
        """Yield the styles of the key figures and the impact band."""
        colors = self.colors
        yield _paragraph_style(
            "Key Figure", _KEEP + _WHOLE + _spacing_xml(line=252), _BOLD + self.font_size(FIGURE), based="TableText"
        )
        yield _paragraph_style(
            "Key Figure Label", _KEEP + _spacing_xml(line=264), self.muted_font(FIGURE_LABEL), based="TableText"
        )
        above = f"<w:tblBorders>{_border_xml('top', colors.rule, 16)}</w:tblBorders>{self.cell_margins(COLUMN_GAP, 40)}"
        yield _style_xml("table", "Key Figures", f"<w:tblPr>{above}</w:tblPr>", based="NormalTable")
        small = _spacing_xml(line=240)
        yield _paragraph_style("Band Text", _KEEP + _WHOLE + small, self.muted_font(0.85), based="TableText")
        yield _paragraph_style("Band Bar", _KEEP + _spacing_xml(line=360), font=_BOLD, based="BandText")
        yield _paragraph_style("Band Lane", _KEEP + _spacing_xml(before=40, after=20, line=240), based="BandText")
        yield _paragraph_style("Band Title", font=_BOLD + _color_xml(colors.text), based="BandBar")
        yield from self.preview_styles()
        yield _style_xml("table", "Impact Band", f"<w:tblPr>{self.cell_margins(0, 0)}</w:tblPr>", based="NormalTable")
        yield from self.band_styles()
        for tone in Tones.model_fields:
            yield _character_style(f"Bar {tone.title()}", _fill_xml(getattr(self.tokens.tones, tone).ink))

    def preview_styles(self) -> Iterator[str]:
        """Yield the styles of the previews: the texts, and the shares of a bar, which differ in greyscale too."""
        tones, colors, small = self.tokens.tones, self.colors, self.font_size(0.9)
        rule = f"<w:pBdr>{_border_xml('top', colors.hairline, 4, 2)}</w:pBdr>"
        for name, place, font in (
            ("Title", _KEEP + _spacing_xml(after=40, line=252), _BOLD + small),
            ("Text", _spacing_xml(after=60, line=252), small),
            ("Key", _spacing_xml(after=60, line=252), self.muted_font(0.82)),
            ("Action", _KEEP + rule + _spacing_xml(before=40, line=252), small),
        ):
            yield _paragraph_style(f"Preview {name}", place, font, based="TableText")
        above = f"<w:tblBorders>{_border_xml('top', colors.hairline, 6)}</w:tblBorders>"
        margins = self.cell_margins(PREVIEW_GAP)
        yield _style_xml("table", "Previews", f"<w:tblPr>{above}{margins}</w:tblPr>", based="NormalTable")
        yield _character_style("Share Overdue", _fill_xml(tones.critical.ink))
        yield _character_style("Share Open", _fill_xml(tones.info.wash))
        yield _character_style("Share Done", _fill_xml(tones.good.ink, tones.good.wash))
        yield _character_style("Share Dropped", _fill_xml(colors.hairline))

    def band_styles(self) -> Iterator[str]:
        """Yield the styles of the parts of the bar: strong, pale, and where an end is not known."""
        critical, caution = self.tokens.tones.critical, self.tokens.tones.caution
        for name, ink, fill in (
            ("Impact", self.colors.page, critical.ink),
            ("Mitigated", caution.ink, caution.wash),
            ("Impact Open", critical.ink, critical.wash),
            ("Mitigated Open", caution.ink, caution.wash),
        ):
            yield _character_style(f"Band {name}", _BOLD + _color_xml(ink) + _fill_xml(fill))

    def cell_margins(self, gap: int, above: int = 80, before: int = 0) -> str:
        """Return cell margins: all of the gap, or what is not before the text, at the end, so that texts align.

        Programs disagree on whether right-to-left tables mirror margins, so there they are equal on both sides.
        """
        start, end = (gap // 2, gap // 2) if self.rtl else (before, gap - before)
        sides = (("top", above), ("left", start), ("bottom", above), ("right", end))
        cells = "".join(f'<w:{side} w:w="{width}" w:type="dxa"/>' for side, width in sides)
        return f"<w:tblCellMar>{cells}</w:tblCellMar>"

    def header_styles(self) -> Iterator[str]:
        tab = f'<w:tabs><w:tab w:val="right" w:pos="{text_area(self.tokens.page)[0]}"/></w:tabs>'
        for name in ("header", "footer"):
            yield _paragraph_style(name, tab, self.facts_font() + self.muted_font(HEADER_SIZE))
        band = _fill_xml(self.colors.text) + _spacing_xml(after=60, line=264) + '<w:jc w:val="center"/>'
        yield _paragraph_style("Mark Band", band, self.facts_font() + _BOLD + _color_xml(self.colors.page))
        sides = "".join(_border_xml(side, self.colors.text, 6, 2) for side in _SIDES)
        box = f"<w:pBdr>{sides}</w:pBdr>{_spacing_xml(60, 100, 240)}{_indent_xml(60, 60)}" + '<w:jc w:val="center"/>'
        yield _paragraph_style("Classification", box, _BOLD + self.font_size(HEADER_SIZE))
        yield _paragraph_style("TLP", '<w:bidi w:val="0"/>' + _spacing_xml(after=_BLOCK) + '<w:jc w:val="right"/>')
        heading = _KEEP + _spacing_xml(before=120, after=60)
        yield _paragraph_style("TOC Heading", heading, _BOLD + self.font_size(1), following="BodyText")
        yield _paragraph_style("toc 1", tab + _spacing_xml(line=264), self.font_size(0.95))
        yield _paragraph_style("toc 2", tab + _spacing_xml(line=264) + _indent_xml(STEP), self.muted_font(0.95))

    def character_styles(self) -> Iterator[str]:
        fonts, colors = self.tokens.fonts, self.colors
        yield _character_style("Strong", _BOLD)
        yield _character_style("Emphasis", _ITALIC)
        yield _character_style("Struck", f"<w:strike/>{self.muted}")
        yield _character_style("Verbatim Char", "")
        for name in ("Code", "Keyboard"):
            yield _character_style(name, self.font_family(fonts.word_code) + "<w:noProof/>" + _fill_xml(colors.surface))
        yield _character_style("Hyperlink", _color_xml(colors.accent) + '<w:u w:val="single"/>')
        yield _character_style("Row Number", self.muted_font(0.75))
        yield _character_style("Ordinal", _BOLD + _color_xml(colors.text))
        yield _character_style("Section Number", "")
        yield _character_style("Paragraph Number", self.facts_font() + self.muted_font(0.9))
        yield _character_style("Log Number", self.muted)
        yield _character_style("Elapsed", self.muted_font(0.82))
        yield _character_style("Band Key", "")
        yield _character_style("Running Head", _BOLD + _color_xml(colors.text))
        for tone in Tones.model_fields:
            pair = getattr(self.tokens.tones, tone)
            yield _character_style(f"Label {tone.title()}", _BOLD + _color_xml(pair.ink) + _fill_xml(pair.wash))
            yield _character_style(f"Tone {tone.title()}", _BOLD + (_color_xml(pair.ink) if tone != "neutral" else ""))

    def tlp_styles(self) -> Iterator[str]:
        """Yield a style for each TLP label, in the standard's colours on black."""
        halves = round(to_half_points(tlp_colors.MIN_SIZE))
        box = f'<w:sz w:val="{halves}"/><w:szCs w:val="{halves}"/>{_fill_xml(tlp_colors.BACKGROUND)}'
        for label, ink in tlp_colors.INKS.items():
            yield _character_style(tlp_style_name(label), f"{_BOLD}<w:noProof/>{_color_xml(ink)}{box}")
