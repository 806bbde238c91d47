"""The tree of meaning: what a document says, before any format is known.

Nodes are frozen and carry meaning only: a role, a tone, an id; never a colour, a class or a size. `Block` and `Inline`
are closed unions; a renderer is one `match` over them that ends in `assert_never`. All words a reader sees stand in the
tree, headings and page furniture included: a renderer adds none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, assert_never

from pmexport.errors import Problem

Tone = Literal["neutral", "info", "good", "caution", "warning", "critical"]
"""How good or bad a thing is; `neutral` where that cannot be said. Themes map tones to colours."""

LabelRole = Literal["severity", "status", "phase", "priority", "state", "note"]
"""What a label labels: the report's severity or status, a timeline phase, an action's priority or state, our remark."""

Align = Literal["start", "center", "end"]
Direction = Literal["ltr", "rtl"]


# ---- inlines


@dataclass(frozen=True, slots=True)
class Text:
    """Words as the author wrote them: never markup of any kind."""

    text: str
    """No control character, ANSI sequence or lone surrogate; soft line ends are spaces."""


@dataclass(frozen=True, slots=True)
class Strong:
    """Of strong importance."""

    children: Inlines


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Stressed."""

    children: Inlines


@dataclass(frozen=True, slots=True)
class Strike:
    """No longer valid, kept for the record."""

    children: Inlines


@dataclass(frozen=True, slots=True)
class Code:
    """A name, command or value in the words of a machine; one line."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link that a reader may follow; never followed by us."""

    target: str
    """An address with the scheme http, https or mailto: nothing else becomes a link."""
    children: Inlines


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of the report, already read and checked."""

    data: bytes = field(repr=False)
    """The file's bytes: PNG, JPEG or GIF."""
    media_type: Literal["image/png", "image/jpeg", "image/gif"]
    width: int
    """Pixels."""
    height: int
    """Pixels."""
    alt: str
    """What it shows, in words; never empty."""
    source: str = ""
    """Where its file lies, as the author wrote it: for a format that cannot hold pictures."""


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A line end that the author asked for."""


@dataclass(frozen=True, slots=True)
class Label:
    """A word of a fixed vocabulary: a phase, a severity, a state. Plain text for whoever sees no colour."""

    text: str
    role: LabelRole
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True)
class Time:
    """A date, a clock time or a range of them; reads left to right in every script."""

    text: str


Inline = Text | Strong | Emphasis | Strike | Code | Link | Image | LineBreak | Label | Time
Inlines = tuple[Inline, ...]


# ---- blocks


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    inlines: Inlines
    role: Literal["text", "note"] = "text"
    """`note`: a remark of ours on what stands beside it, such as the zone of the times or what was left out."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a field. Headings of sections are the sections' own."""

    level: int
    """3 to 6; the document's title is 1, so this lies below the section's level, and skips none."""
    inlines: Inlines


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list."""

    blocks: Blocks
    checked: bool | None = None
    """Of a task list: done or not; None elsewhere."""


@dataclass(frozen=True, slots=True)
class List:
    """A list, bulleted or numbered, nested to any depth."""

    items: tuple[Item, ...]
    ordered: bool = False
    start: int = 1
    """The first number of an ordered list, 0 or more."""
    role: Literal["list", "whys"] = "list"
    """`whys`: the chain of the five whys, each item a question and what answers it."""


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Code or a log: every line and space as written."""

    text: str
    """Without a line end at the end."""
    language: str | None = None
    """As the author named it; None where not said."""
    role: Literal["code", "log"] = "code"
    caption: Inlines = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody else's words."""

    blocks: Blocks


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    title: Inlines
    role: Literal["time", "id", "date", "name", "label", "text"] = "text"
    """What its cells hold, which tells a theme how wide to make it: short things, or `text` that takes the rest."""
    align: Align = "start"


@dataclass(frozen=True, slots=True)
class Row:
    """A row: as many cells as the table has columns, whatever stands in them."""

    cells: tuple[Blocks, ...]


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows that belong together, such as those of one day."""

    rows: tuple[Row, ...]
    title: Inlines = ()
    """Empty where the table has but one group."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a header row."""

    columns: tuple[Column, ...]
    groups: tuple[RowGroup, ...]
    role: Literal["metadata", "timeline", "impact", "times", "actions", "text"] = "text"
    """Which of the report's tables it is; `text`: one that an author wrote in Markdown."""
    description: str = ""
    """What it holds, in a sentence, for those who hear the document; shown nowhere else. Never empty."""
    row_headers: bool = False
    """Whether the first cell of a row names the row."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture of its own, with its caption."""

    image: Image
    caption: Blocks = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A thematic break."""


Block = Paragraph | Heading | List | CodeBlock | Quote | Table | Figure | Rule
Blocks = tuple[Block, ...]


# ---- the document


@dataclass(frozen=True, slots=True)
class Section:
    """A section with its heading. An empty one is not in the tree."""

    id: str
    """The key of the report format, or `custom-N`; unique in the document: letters, digits, `_` and `-`."""
    title: str
    level: int
    """2 or 3; the document's title is 1."""
    blocks: Blocks = ()
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """The words that page furniture needs, in the document's language."""

    contents: str
    """Over the contents list: Contents."""
    page: str
    """Page X of Y, with `{page}` and `{pages}` once each."""
    skip: str
    """The link that jumps over the navigation: Skip to content."""


@dataclass(frozen=True, slots=True)
class Properties:
    """What a file says of itself. Texts, empty where the report does not say."""

    id: str
    authors: tuple[str, ...]
    subject: str
    """The kind of document."""
    keywords: tuple[str, ...]
    status: str
    classification: str
    revision: str
    date: str
    """The day that the document speaks of, as an ISO 8601 date: published, else the incident's; never today's."""


@dataclass(frozen=True, slots=True)
class Document:
    """The whole document."""

    title: str
    kind: str
    """What kind of document it is; stands beside the title."""
    masthead: tuple[Inlines, ...]
    """The short facts beside the title: id, severity, status."""
    byline: tuple[Inlines, ...]
    """The short facts under the title: when, and who led."""
    sections: tuple[Section, ...]
    footer: Blocks
    """The blameless footer, at the end of the document."""
    running: tuple[str, ...]
    """What every page's foot says beside its number: classification, revision, status; those that are known."""
    language: str
    """BCP 47."""
    direction: Direction
    final: bool
    """False while the report is a draft or in review."""
    words: Words
    properties: Properties
    problems: tuple[Problem, ...] = ()
    """What could not be shown, or does not agree: for the author, and in no output."""


def sections_of(document: Document) -> Iterator[Section]:
    """Yield every section of the document, in reading order, parents before their children."""
    waiting = list(reversed(document.sections))
    while waiting:
        section = waiting.pop()
        yield section
        waiting.extend(reversed(section.sections))


def text_of(inlines: Inlines) -> str:
    """Return the plain text of a run of inlines; an image is its alt text."""
    return "".join(_texts(inlines))


def _texts(inlines: Inlines) -> Iterator[str]:
    for inline in inlines:
        match inline:
            case Text(text) | Code(text) | Label(text) | Time(text):
                yield text
            case Strong(children) | Emphasis(children) | Strike(children) | Link(_, children):
                yield from _texts(children)
            case Image():
                yield inline.alt
            case LineBreak():
                yield " "
            case _:
                assert_never(inline)
