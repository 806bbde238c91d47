"""The tokens of a theme: colours, fonts, paper and logo. They drive the CSS and the Word styles."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

COLOR = r"^#[0-9a-fA-F]{6}$"
FONT_NAME = r"^[\w .-]+$"
LENGTH = r"^\d{1,4}(\.\d{1,4})?(mm|cm|in|pt)$"

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


class _Tokens(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


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
    size: Annotated[Length, AfterValidator(_check_size)]
    """Size of body text on paper."""


class Page(_Tokens):
    """The paper."""

    size: Literal["A4", "Letter"]
    margin_top: Length
    margin_right: Length
    margin_bottom: Length
    margin_left: Length

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
    typography: Literal["plain", "smart"] = "plain"
    """`smart`: the quotes and dashes of the report's language in all formats, but not in code. `plain`: as written."""
