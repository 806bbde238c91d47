"""The tree of meaning: what a document says, before any format is known.

Nodes are frozen and carry meaning only: a role, a tone, an id; never a colour, a class or a size. `Block` and `Inline`
are closed unions; a renderer is one `match` over them that ends in `assert_never`. All words a reader sees stand in the
tree, headings and page furniture included: a renderer adds none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, assert_never

from pmexport.problems import Problem

Tone = Literal["neutral", "info", "good", "caution", "warning", "critical"]
"""How good or bad a thing is; `neutral` where that cannot be said. Themes map tones to colours."""

LabelRole = Literal["severity", "status", "phase", "priority", "state", "note"]
"""What a label labels: the report's severity or status, a timeline phase, an action's priority or state, our remark."""

Tlp = Literal["TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER", "TLP:GREEN", "TLP:CLEAR"]
"""The labels of the Traffic Light Protocol 2.0 (FIRST), as they must be written: never translated."""

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
    start: int = 1
    """The number of its first line: of the tail of a log, the one that it has in the log."""


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
    role: Literal["key_figures", "metadata", "timeline", "impact", "times", "actions", "text"] = "text"
    """Which of the report's tables it is; `text`: one that an author wrote in Markdown; `key_figures`: one row."""
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


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a time axis, which runs from 0 to 1."""

    start: float
    end: float
    """Not before the start; the same for a moment."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A phase, the events or a response time on a time axis: in words, and as bars."""

    title: Inlines
    times: Inlines
    """When and how long."""
    spans: tuple[Span, ...]
    role: Literal["phase", "events", "measure"]
    """`events`: the moments of all events of the timeline."""
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True)
class Tick:
    """A time that is written on the axis, where there is one."""

    text: str
    at: float


@dataclass(frozen=True, slots=True)
class Chronology:
    """The course of the incident as a picture on a true time axis. Its words say all that its bars show."""

    columns: tuple[Inlines, Inlines]
    """The titles over the lanes' titles and times."""
    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    marks: tuple[float, ...]
    """Where the milestones lie on the axis."""
    caption: Inlines
    """The zone of the times, and how long a phase lasts."""
    description: str
    """What it shows, in a sentence, for those who hear the document; shown nowhere else. Never empty."""


Block = Paragraph | Heading | List | CodeBlock | Quote | Table | Figure | Chronology | Rule
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
    generator: str = ""
    """The program that made the document, with its version."""
    digest: str = ""
    """The SHA-256 digest of the report that it was made from, in hexadecimal."""
    as_of: str = ""
    """The day as of which action items were counted, as an ISO 8601 date."""


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
    """What every page's foot says beside its number and the TLP label: classification, revision, status, date; those
    that are known."""
    language: str
    """BCP 47."""
    direction: Direction
    words: Words
    properties: Properties
    glance: Blocks = ()
    """The story at a glance, before the first section: key figures, and the incident on a time axis."""
    tlp: Tlp | None = None
    """The label that every page carries at its head and foot, where the classification is one of TLP 2.0."""
    mark: str = ""
    """The word that lies over every page of a report that is not final, such as Draft; empty for a final one."""
    problems: tuple[Problem, ...] = ()
    """What could not be shown, or does not agree: for the author, and in no output."""


def sections_of(document: Document) -> Iterator[Section]:
    """Yield every section of the document, in reading order, parents before their children."""
    waiting = list(reversed(document.sections))
    while waiting:
        section = waiting.pop()
        yield section
        waiting.extend(reversed(section.sections))


def as_table(chronology: Chronology) -> Table:
    """Return the words of a chronology as a table, for a format that draws nothing."""
    columns = tuple(Column(title, "name") for title in chronology.columns)
    rows = tuple(Row(((Paragraph(lane.title),), (Paragraph(lane.times),))) for lane in chronology.lanes)
    return Table(columns, (RowGroup(rows),), "text", chronology.description, row_headers=True)


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
