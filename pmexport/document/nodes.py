"""The tree of meaning: the content of a document, independent of any format.

Nodes are frozen and carry meaning only: a role, a tone, an id; never a colour, a class or a size. `Block` and `Inline`
are closed unions; a renderer is one `match` over them that ends in `assert_never`. The tree contains every word that
readers see, including headings and page headers: a renderer adds none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, Literal, assert_never

from pmexport.problems import Problem
from pmexport.report.vocabulary import Tone

LabelRole = Literal["severity", "status", "phase", "priority", "state", "note"]
"""The kind of label: the report's severity or status, a phase, an action's priority or state, or our remark."""
Tlp = Literal["TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER", "TLP:GREEN", "TLP:CLEAR"]
"""The labels of the Traffic Light Protocol 2.0 (FIRST). They are never translated."""
AttachmentRole = Literal["source", "log", "digests"]
"""`source`: the report as its author wrote it. `log`: one of its logs. `digests`: those of its images and logs."""
Align = Literal["start", "center", "end"]
Direction = Literal["ltr", "rtl"]


# ---- inlines


@dataclass(frozen=True, slots=True)
class Text:
    """The author's words; never markup."""

    text: str
    """Without control characters, ANSI sequences and lone surrogates; soft line breaks are spaces."""


@dataclass(frozen=True, slots=True)
class Strong:
    """Strongly important text."""

    children: Inlines


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Stressed text."""

    children: Inlines


@dataclass(frozen=True, slots=True)
class Strike:
    """Text that is no longer valid, kept for the record."""

    children: Inlines


@dataclass(frozen=True, slots=True)
class Marked:
    """Text whose form carries its meaning: 10 to the 6th is not 106."""

    children: Inlines
    role: Literal["sub", "sup", "kbd"]
    """Set below the line, set above it, or a key to press."""


@dataclass(frozen=True, slots=True)
class NoteMark:
    """One end of the link between a text and its note."""

    number: int
    """The note's number, unique in the document."""
    role: Literal["first", "again", "back"] = "first"
    """`first`, `again`: a reference in the text, to the note. `back`: at the note's end, to its first reference."""

    @property
    def text(self) -> str:
        """What readers see."""
        return "\N{UPWARDS ARROW}" if self.role == "back" else f"[{self.number}]"


@dataclass(frozen=True, slots=True)
class Code:
    """A name, command or value as a machine writes it; one line."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link for readers; pmexport never follows it."""

    target: str
    """An address with the scheme http, https or mailto; nothing else in a report becomes a link. On the pages of an
    archive, the relative path of a document."""
    children: Inlines


@dataclass(frozen=True, slots=True)
class Image:
    """An image of the report, already read and checked; or a chart of ours, on the web pages of an archive."""

    data: bytes = field(repr=False)
    """The file's bytes: PNG, JPEG or GIF; SVG for a chart."""
    media_type: Literal["image/png", "image/jpeg", "image/gif", "image/svg+xml"]
    width: int
    """Pixels."""
    height: int
    """Pixels."""
    alt: str
    """The alternative text; never empty."""
    source: str = ""
    """The path of its file in the report's folder, for formats that cannot contain images."""


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A line break that the author wrote."""


@dataclass(frozen=True, slots=True)
class Label:
    """A word from a fixed vocabulary: a phase, a severity, a state. Readable without its colour."""

    text: str
    role: LabelRole
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True)
class Time:
    """A date, a clock time or a range; reads left to right in every script."""

    text: str


@dataclass(frozen=True, slots=True)
class Ordinal:
    """The number by which something is cited, at the beginning of its caption, its heading or its text."""

    text: str
    """The number as readers see it: Figure 1; for a section or a paragraph, 4 or 4.1."""
    role: Literal["figure", "log", "table", "section", "paragraph"]
    number: int
    """From 1, among those with the same role; within its section, for a paragraph or a section inside another."""


Inline = (
    Text | Strong | Emphasis | Strike | Marked | NoteMark | Code | Link | Image | LineBreak | Label | Time | Ordinal
)
Inlines = tuple[Inline, ...]


# ---- blocks


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    inlines: Inlines
    role: Literal["text", "note", "gap", "caption", "elapsed", "addresses"] = "text"
    """`note`: our remark about the text next to it, such as the time zone. `gap`: how many lines are left out between
    two parts of a log. `caption`: the number and the title of the table below it.

    Markdown leaves out the others. `elapsed`: the time since the impact started, with a clock time, or what such times
    count from. `addresses`: those of links that show a ticket's key, for readers of paper; a screen hides them."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a field. A section has its heading as a title."""

    level: int
    """3 to 6: below the section's level, without skipping one. The document's title is 1."""
    inlines: Inlines


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list."""

    blocks: Blocks
    checked: bool | None = None
    """Whether a task is done; None outside of task lists."""


@dataclass(frozen=True, slots=True)
class List:
    """A bulleted or numbered list, nested to any depth."""

    items: tuple[Item, ...]
    ordered: bool = False
    start: int = 1
    """The first number of an ordered list, 0 or more."""
    role: Literal["list", "whys", "notes", "actions"] = "list"
    """`whys`: the five whys; each item is a question and its answer. `notes`: a field's notes, by their numbers.
    `actions`: the next action items; each item is the action, and a note of its owner and deadline."""


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Code or a log, with every line and space as written."""

    text: str
    """Without a final line break."""
    language: str | None = None
    """As the author named it; None if not given."""
    role: Literal["code", "log"] = "code"
    caption: Inlines = ()
    start: int = 1
    """The number of its first line; for a part of a log, the number in the whole log."""
    lines: int = 0
    """The number of lines of the log of which it is a part; 0 if it is whole."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Content of which paper shows less than a screen. Only directly in a section, and never inside another."""

    screen: Blocks
    paper: Blocks


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody else's words."""

    blocks: Blocks


@dataclass(frozen=True, slots=True)
class Details:
    """Further content that a screen may fold away; on paper it is unfolded."""

    summary: Inlines
    """Its title; never empty."""
    blocks: Blocks
    unfolded: bool = False
    """Whether a screen shows it from the start."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    title: Inlines
    role: Literal["time", "id", "date", "name", "label", "text"] = "text"
    """The kind of its cells, which decides its width: `text` takes the space that the short kinds leave."""
    align: Align = "start"


@dataclass(frozen=True, slots=True)
class Row:
    """A row, with as many cells as the table has columns."""

    cells: tuple[Blocks, ...]
    tone: Tone = "neutral"
    """What sets it apart: the tone of the milestone that an event is, or `critical` for an overdue action item."""


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows that belong together, such as those of one day."""

    rows: tuple[Row, ...]
    title: Inlines = ()
    """Empty if the table has only one group."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a header row."""

    columns: tuple[Column, ...]
    groups: tuple[RowGroup, ...]
    role: Literal["key_figures", "metadata", "timeline", "impact", "actions", "text", "cover", "reports", "figures"] = (
        "text"
    )
    """Which of the report's tables it is. `text`: written by the author in Markdown. `key_figures`: has one row.
    `cover`: the facts on the cover.
    `reports`, `figures`: tables of an archive's pages."""
    description: str = ""
    """One sentence for screen readers; not visible. Never empty."""
    row_headers: bool = False
    """Whether the first cell of each row is its header."""


@dataclass(frozen=True, slots=True)
class Figure:
    """An image on its own, with its caption."""

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
    """Not before the start; equal to it for a moment."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A milestone, or the last change before the impact, above the bar of an impact band."""

    at: float
    title: Inlines
    time: Inlines
    elapsed: Inlines
    """The time since the start of the impact, or since the first milestone; empty for that one."""
    tone: Tone
    rank: int
    """How many labels high it stands, from 0, so that no line crosses a label."""
    before: bool = False
    """Whether its label is before its line: there is no room after it."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of an impact band's bar."""

    start: float
    end: float
    role: Literal["impact", "mitigated", "impact_open", "mitigated_open"]
    """`open`: its start or its end is not known."""
    text: Inlines = ()
    """Its length; empty if there is no room for it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """An event on a lane: the number of its row in the timeline, a tick if it has no text, or a period."""

    start: float
    end: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class EventLane:
    """The events of one kind, below the bar of an impact band."""

    title: Inlines
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A time written on the axis."""

    text: str
    at: float


@dataclass(frozen=True, slots=True)
class AxisView:
    """An impact band on one time axis: the whole, or its busiest part enlarged."""

    flags: tuple[Flag, ...]
    stretches: tuple[Stretch, ...]
    lanes: tuple[EventLane, ...]
    ticks: tuple[Tick, ...]
    nights: tuple[Span, ...] = ()
    enlarged: Span | None = None
    """The part that the next view enlarges."""


@dataclass(frozen=True, slots=True)
class ImpactBand:
    """How long users were affected, on a true time axis. The flags say everything that the bar shows."""

    title: Inlines
    """The name of the bar."""
    columns: tuple[Inlines, Inlines, Inlines]
    """The headers of the flags as a table: milestone, time, elapsed time."""
    views: tuple[AxisView, ...]
    caption: Inlines
    """The days and the time zone."""
    key: Inlines
    """What the numbers on the lanes are, for formats that draw them."""
    description: str
    """One sentence for screen readers; not visible. Never empty."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole: the action items in one state."""

    count: int
    """Positive."""
    text: Inlines
    """The count and the state in words."""
    role: Literal["overdue", "open", "done", "dropped"]


@dataclass(frozen=True, slots=True)
class Preview:
    """The beginning of a section that comes later, in the section's own nodes. It has no heading."""

    section: str
    """The id of the section."""
    title: Inlines
    """The section's title, which links to it."""
    shares: tuple[Share, ...] = ()
    """Drawn as one bar, with a key."""
    blocks: Blocks = ()
    more: Inlines = ()
    """The words of the link to the rest; empty if there is none."""


@dataclass(frozen=True, slots=True)
class Previews:
    """Previews beside each other. They only repeat, so a format leaves out those for which page one has no room."""

    previews: tuple[Preview, ...]
    """The most important one first."""
    description: str
    """One sentence for screen readers; not visible. Never empty."""


Block = (
    Paragraph | Heading | List | CodeBlock | Excerpt | Quote | Details | Table | Figure | ImpactBand | Previews | Rule
)
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
    ordinal: Ordinal | None = None
    """Its number, if sections have numbers."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words for page headers, footers and navigation, in the document's language."""

    contents: str
    """The heading of the table of contents: Contents."""
    page: str
    """Page X of Y, with `{page}` and `{pages}` once each."""
    skip: str
    """The link that skips the navigation: Skip to content."""


@dataclass(frozen=True, slots=True)
class Properties:
    """The properties of a file. Texts; empty if the report does not give them."""

    id: str = ""
    authors: tuple[str, ...] = ()
    subject: str = ""
    """The kind of document."""
    keywords: tuple[str, ...] = ()
    status: str = ""
    classification: str = ""
    revision: str = ""
    date: str = ""
    """The date of publication, otherwise that of the incident, in ISO 8601; never today's."""
    generator: str = ""
    """The program that made the document, with its version."""
    digest: str = ""
    """The SHA-256 digest of the report it was made from, in hexadecimal."""
    as_of: str = ""
    """The date on which action items were counted, in ISO 8601."""
    metadata: tuple[tuple[str, str], ...] = ()
    """Further metadata as keys and one line of text each, for the placeholders of templates; empty texts included."""
    look: str = ""
    """The short digests of the house style and the theme that it was made with."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a document carries, for formats that can."""

    role: AttachmentRole
    name: str
    """Its name, without folders."""
    data: bytes = field(repr=False)
    media_type: str
    description: str
    """What it is, in the document's language."""


@dataclass(frozen=True, slots=True)
class ActionRecord:
    """An action item for other programs. Texts; empty if the report does not give them."""

    id: str
    action: Blocks
    details: Blocks
    owner: str
    priority: str
    deadline: str
    """As written: in ISO 8601, if it is a date."""
    status: str
    """The author's word, or that for an open one."""
    overdue: bool | None
    """None if the date of the document is unknown."""
    kind: str
    tickets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The whole document."""

    title: str
    facts: tuple[Inlines, ...]
    """The short facts below the title, on one line: severity, date, incident commander, and the kind of document."""
    sections: tuple[Section, ...]
    footer: Blocks
    """The blameless footer, at the end of the document."""
    running: tuple[str, ...]
    """The footer of every page, besides its number and the classification: the known ones of revision, status and
    date, or other words."""
    language: str
    """BCP 47."""
    direction: Direction
    words: Words
    properties: Properties
    tlp: Tlp | None = None
    """The label in the header and footer of every page, if the classification begins with one of TLP 2.0."""
    classification: str = ""
    """Shown in the header and footer of every page, unless it is a TLP label alone."""
    mark: str = ""
    """The watermark on every page of a report that is not final, such as Draft; empty for a final one."""
    header: tuple[str, str] | None = None
    """The start and the end of the header of every page; None for the report's id and its title."""
    letterhead: tuple[str, ...] = ()
    """The lines beside the logo on the first page, for formats that have pages, and for a screen."""
    cover: Blocks = ()
    """What stands below the title and the facts on a page of their own; nothing if there is no cover."""
    attachments: tuple[Attachment, ...] = ()
    """Files that go with the document, if they were asked for."""
    actions: tuple[ActionRecord, ...] = ()
    """The action items as records, if they were asked for."""
    letter: Document | None = None
    """The letter that goes with the document, if it was asked for: a shorter composition of the same report."""
    problems: tuple[Problem, ...] = ()
    """What could not be shown or is contradictory: for the author, not part of any output."""


def sections_of(document: Document) -> Iterator[Section]:
    """Yield every section of the document in reading order, parents before their children."""
    waiting = list(reversed(document.sections))
    while waiting:
        section = waiting.pop()
        yield section
        waiting.extend(reversed(section.sections))


def title_of(section: Section) -> Inlines:
    """Return a section's title with its number, if it has one."""
    words = (Text(section.title),)
    return (section.ordinal, Text(" "), *words) if section.ordinal else words


def on_paper(document: Document) -> Document:
    """Return the document as paper shows it, with the shorter version of each excerpt."""
    return replace(document, sections=tuple(map(_section_on_paper, document.sections)))


def _section_on_paper(section: Section) -> Section:
    blocks = (block.paper if isinstance(block, Excerpt) else (block,) for block in section.blocks)
    inside = tuple(map(_section_on_paper, section.sections))
    return replace(section, blocks=tuple(chain.from_iterable(blocks)), sections=inside)


def without_layout(blocks: Blocks) -> Blocks:
    """Return the blocks without the paragraphs that only laid out pages have."""
    return tuple(
        block for block in blocks if not (isinstance(block, Paragraph) and block.role in ("elapsed", "addresses"))
    )


def flags_of(band: ImpactBand) -> Iterator[Flag]:
    """Yield the flags of all views in the order of time."""
    whole, *enlarged = band.views
    part = whole.enlarged.start if whole.enlarged else 1
    yield from (flag for flag in whole.flags if flag.at <= part)
    yield from (flag for view in enlarged for flag in view.flags)
    yield from (flag for flag in whole.flags if flag.at > part)


def as_table(band: ImpactBand) -> Table:
    """Return the flags of an impact band as a table in the order of time, for formats without drawings."""
    rows = tuple(
        Row(tuple((Paragraph(cell),) if cell else () for cell in (flag.title, flag.time, flag.elapsed)))
        for flag in flags_of(band)
    )
    columns = tuple(Column(title, "name") for title in band.columns)
    return Table(columns, (RowGroup(rows),), "text", band.description, row_headers=True)


def walk_nodes(root: object) -> Iterator[object]:
    """Yield a part of the tree and all that is in it, in order: nodes, and the values of their fields."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        parts = node if isinstance(node, tuple) else [getattr(node, name) for name in getattr(node, "__slots__", ())]
        waiting.extend(reversed(parts))


def walk_texts(root: object) -> Iterator[str]:
    """Yield the texts of a part of the tree in order; an image's is its alternative text."""
    waiting: list[Any] = [root]
    while waiting:
        node = waiting.pop()
        match node:
            case tuple():
                waiting.extend(reversed(node))
            case Text() | Code() | Label() | Time() | NoteMark() | Ordinal():
                yield node.text
            case Image():
                yield node.alt
            case CodeBlock():
                waiting += (*map(Text, reversed(node.text.split("\n"))), node.caption)
            case Section():
                waiting += (node.sections, node.blocks, title_of(node))
            case ImpactBand():
                flags = tuple(flags_of(node))
                waiting += (node.caption, *((flag.title, flag.time, flag.elapsed) for flag in flags), node.title)
            case _:
                parts = (getattr(node, name) for name in reversed(node.__slots__))
                waiting.extend(part for part in parts if isinstance(part, tuple | Image))


def text_of(inlines: Inlines) -> str:
    """Return the plain text of a run of inlines; an image is its alt text."""
    return "".join(map(_read_text, inlines))


def _read_text(inline: Inline) -> str:
    match inline:
        case Text() | Time() | Label() | Code() | Ordinal() | NoteMark():
            return inline.text
        case Strong() | Emphasis() | Strike() | Marked() | Link():
            return text_of(inline.children)
        case Image():
            return inline.alt
        case LineBreak():
            return " "
        case _:
            assert_never(inline)
