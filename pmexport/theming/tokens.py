"""The tokens of a theme: colours, fonts, paper and logo. They drive the CSS and the Word styles."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

COLOR = r"^#[0-9a-fA-F]{6}$"
FONT_NAME = r"^[\w .-]+$"
LENGTH = r"^\d+(\.\d+)?(mm|cm|in|pt)$"

EXPECTED = {
    COLOR: "a colour such as #7a1fa2",
    FONT_NAME: "the name of a font",
    LENGTH: "a length such as 20mm, in mm, cm, in or pt",
}
"""What a value must be, by its pattern."""

Color = Annotated[str, Field(pattern=COLOR)]
"""Written as `#rrggbb`."""
FontName = Annotated[str, Field(pattern=FONT_NAME)]
Length = Annotated[str, Field(pattern=LENGTH)]
"""A number with a unit: mm, cm, in or pt."""


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
    """The other colours."""

    text: Color
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
    name: Color
    """Names that are defined or set: functions, keys, tags."""
    string: Color
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
    code: tuple[FontName, ...] = Field(min_length=1)
    word_text: FontName
    """For Word files, which use the fonts of the reader's machine."""
    word_code: FontName
    size: Length
    """Size of body text on paper."""


class Page(_Tokens):
    """The paper."""

    size: Literal["A4", "Letter"]
    margin_top: Length
    margin_right: Length
    margin_bottom: Length
    margin_left: Length


class Word(_Tokens):
    """Settings for Word files only."""

    template: str = ""
    """A Word template in the theme's folder. Its page layout is used. Default: none."""
    styles: dict[str, str] = {}
    """The template's style for each role in a report, such as `heading_1 = "Acme Heading"`."""


class Tokens(_Tokens):
    """All tokens of a theme."""

    summary: str
    """The theme in one line."""
    logo: str = ""
    """A PNG or JPEG file in the theme's folder, shown beside the title. Default: none."""
    logo_alt: str = ""
    """Alternative text of the logo: the organisation's name."""
    colors: Colors
    tones: Tones
    code: Code
    dark: Dark
    fonts: Fonts
    page: Page
    word: Word = Word()
