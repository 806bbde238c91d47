"""The tokens of a theme: colours, fonts, paper, logo, numbering. They drive the CSS, the Word styles and the tree."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from pmexport.problems import find_nearest
from pmexport.reading.settings_model import find_table
from pmexport.report.sections import section_keys

COLOR = r"^#[0-9a-fA-F]{6}$"
FONT_NAME = r"^[\w .-]+$"
LENGTH = r"^\d{1,4}(\.\d{1,4})?(mm|cm|in|pt)$"

EXPECTED = {
    COLOR: "a colour such as #7a1fa2",
    FONT_NAME: "the name of a font",
    LENGTH: "a length such as 20mm, in mm, cm, in or pt",
}
"""What a value must be, by its pattern."""

GENERIC_FAMILIES = frozenset(
    {"serif", "sans-serif", "monospace", "system-ui", "ui-serif", "ui-sans-serif", "ui-monospace"}
)
"""Names that stand for any font of a kind."""

Color = Annotated[str, Field(pattern=COLOR)]
"""Written as `#rrggbb`."""
FontName = Annotated[str, Field(pattern=FONT_NAME)]
Length = Annotated[str, Field(pattern=LENGTH)]
"""A number with a unit: mm, cm, in or pt."""


_MILLIMETRES = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72}
_PAPER = {"A4": (210.0, 297.0), "Letter": (215.9, 279.4)}
"""Width and height, in millimetres."""
_SIZES = 5 * _MILLIMETRES["pt"], 30 * _MILLIMETRES["pt"]
"""The smallest and the largest size of body text, in millimetres."""
_LEAST_ROOM = 60.0
"""Width and height that margins must leave for the text, in millimetres."""


def _measure(length: str) -> float:
    """Return a length in millimetres."""
    return float(length[:-2]) * _MILLIMETRES[length[-2:]]


def _check_size(size: str) -> str:
    if not _SIZES[0] <= _measure(size) <= _SIZES[1]:
        raise PydanticCustomError("size", "a size from 5pt to 30pt")
    return size


PLACEHOLDERS = ("id", "title", "revision", "status", "published", "classification", "kind", "organisation")
"""What texts in the header and footer of pages may contain, in braces."""


def _check_placeholders(text: str) -> str:
    for name in re.findall(r"\{(.*?)\}", text):
        if name not in PLACEHOLDERS:
            near = find_nearest(name, PLACEHOLDERS)
            hint = f"{{{near}}}" if near else f"one of {', '.join(PLACEHOLDERS)}"
            raise PydanticCustomError("placeholder", "a known placeholder: {hint}", {"hint": hint})
    return text


def _check_line(text: str) -> str:
    if not all(character.isprintable() or character in _JOINERS for character in text):
        raise PydanticCustomError("line", "a text on one line, without control characters")
    return text


_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}\N{SOFT HYPHEN}\N{NO-BREAK SPACE}"
Line = Annotated[str, AfterValidator(_check_line)]
"""A text that documents show."""
Running = Annotated[Line, AfterValidator(_check_placeholders)]
"""A text in the header or footer of pages, such as `Acme plc · {id}`."""


def _check_sections(names: tuple[str, ...]) -> tuple[str, ...]:
    known = section_keys()
    for name in names:
        if name not in known and not re.fullmatch(r"custom-\d+", name):
            hint = find_nearest(name, known) or ", ".join(known)
            raise PydanticCustomError("section", "the keys of sections: {hint}", {"hint": hint})
    return names


class _Tokens(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Tone(_Tokens):
    """The colours of a tone. Each pair has a contrast of at least 4.5:1 (WCAG 2.2, 1.4.3)."""

    ink: Color
    """Text colour, on the page and on `wash`."""
    wash: Color
    """Background colour."""


class Tones(_Tokens):
    """The colours that carry meaning."""

    neutral: Tone
    info: Tone
    good: Tone
    caution: Tone
    warning: Tone
    critical: Tone


class Colors(_Tokens):
    """The colours of text, lines and grounds."""

    text: Color
    """Text, and what is drawn in its colour."""
    muted: Color
    """Secondary text: captions, labels, page headers and footers."""
    accent: Color
    """Links, and the bar beside a root cause."""
    rule: Color
    """Strong rules, under a table's header row."""
    hairline: Color
    """Thin rules, between rows."""
    surface: Color
    """Background of code, quotes and highlighted sections."""
    page: Color
    """Background of the page."""


class Code(_Tokens):
    """Syntax highlighting, on `surface`."""

    keyword: Color
    """Keywords of the language."""
    name: Color
    """Names that are defined or set: functions, keys, tags."""
    string: Color
    """Texts in quotes."""
    number: Color
    """Numbers, constants and dates."""
    comment: Color
    """Comments and prompts."""


class Dark(_Tokens):
    """The colours of the web page in dark mode."""

    colors: Colors
    tones: Tones
    code: Code


class Fonts(_Tokens):
    """Font families in order of preference. Lists may end with a generic name (`sans-serif`, `monospace`)."""

    text: tuple[FontName, ...] = Field(min_length=1)
    """For everything but code."""
    serif_text: tuple[FontName, ...] = Field(min_length=1)
    """For running text and headings if `serif` is set. Facts, tables and labels stay in `text`."""
    code: tuple[FontName, ...] = Field(min_length=1)
    """For code and logs."""
    word_text: FontName
    """For Word files, which use the fonts of the reader's machine."""
    word_serif: FontName
    """For running text in Word files if `serif` is set."""
    word_code: FontName
    """For code in Word files."""
    serif: bool = False
    """Whether running text and headings are in a serif typeface, in all formats but Markdown."""
    size: Annotated[Length, AfterValidator(_check_size)]
    """Size of body text on paper."""

    @property
    def word_body(self) -> str:
        """The font of running text in Word files."""
        return self.word_serif if self.serif else self.word_text


class Page(_Tokens):
    """The paper."""

    size: Literal["A4", "Letter"]
    """`A4` or `Letter`."""
    margin_top: Length
    """Contains the header."""
    margin_right: Length
    """The right margin."""
    margin_bottom: Length
    """Contains the footer."""
    margin_left: Length
    """The left margin."""
    break_before: Annotated[tuple[str, ...], AfterValidator(_check_sections)] = ()
    """The keys of sections that begin on a new page, such as `timeline`. Default: none."""

    @model_validator(mode="after")
    def _check_room(self) -> Self:
        width, height = _PAPER[self.size]
        sides = _measure(self.margin_left) + _measure(self.margin_right)
        ends = _measure(self.margin_top) + _measure(self.margin_bottom)
        if min(width - sides, height - ends) < _LEAST_ROOM:
            raise PydanticCustomError("room", "margins that leave at least 60 mm for the text in width and height")
        return self


class Word(_Tokens):
    """Settings for Word files only."""

    template: str = ""
    """A Word template in the theme's folder. Its page layout is used. Default: none."""
    styles: dict[str, str] = {}
    """The template's style for each role in a report, such as `heading_1 = "Acme Heading"`."""


class Numbering(_Tokens):
    """Numbers by which a document is cited. Figures and logs always have theirs."""

    headings: Literal["none", "sections", "all"] = "none"
    """`sections`: 1, 2, 3. `all`: the sections inside them too, as 4.1."""
    paragraphs: bool = False
    """Whether paragraphs have numbers: 4.1, 4.2 in section 4, or 1, 2, 3 if `headings` is `none`."""
    tables: bool = False
    """Whether tables have numbers and titles, as figures do."""

    @model_validator(mode="after")
    def _check_levels(self) -> Self:
        if self.paragraphs and self.headings == "all":
            raise PydanticCustomError("levels", 'headings = "sections" or "none" with paragraphs = true')
        return self


class Cover(_Tokens):
    """A page before the report, with its logo, title and facts, and who may read it."""

    shown: bool = False
    """Whether there is a cover. Markdown shows its facts below the title."""
    distribution: tuple[Line, ...] = ()
    """The distribution list, such as `["Board", "Risk Committee"]`."""


class Header(_Tokens):
    """The header of every page but the first. The classification and the TLP label stand beside it."""

    start: Running = ""
    """Default: the report's id."""
    end: Running = ""
    """Default: its title."""


class Footer(_Tokens):
    """The footer of every page. Its other side has the number of the page."""

    start: Running = ""
    """Default: revision, status and date of publication."""


class Tokens(_Tokens):
    """All tokens of a theme."""

    summary: str
    """The theme in one line."""
    logo: str = ""
    """A PNG or JPEG file in the theme's folder, shown beside the title. Default: none."""
    logo_alt: Line = ""
    """Alternative text of the logo: the organisation's name."""
    colors: Colors
    tones: Tones
    code: Code
    dark: Dark
    fonts: Fonts
    page: Page
    word: Word = Word()
    typography: Literal["plain", "smart"] = "plain"
    """`smart`: the quotes and dashes of the report's language in all formats, but not in code. `plain`: as written."""
    density: Literal["dense", "normal", "generous"] = "normal"
    """`dense`, `normal` or `generous`: the space between lines, paragraphs and rows."""
    numbering: Numbering = Numbering()
    addresses: Literal["links", "endnotes"] = "links"
    """`endnotes`: the addresses of links are listed at the end, by number, for readers of paper."""
    cover: Cover = Cover()
    header: Header = Header()
    footer: Footer = Footer()
    letterhead: tuple[Line, ...] = ()
    """Lines beside the logo, on the first page: the organisation's name and address."""
    mark: Literal["watermark", "band"] = "watermark"
    """How each page says that the report is not final: across the text, or in a band above it."""


def list_tokens(model: type[BaseModel] = Tokens, before: str = "") -> Iterator[str]:
    """Yield the names of all tokens, such as `colors.text`."""
    for name, field in model.model_fields.items():
        if table := find_table(field.annotation):
            yield from list_tokens(table, f"{before}{name}.")
        else:
            yield before + name
