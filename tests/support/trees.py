"""Handmade documents for the tests of the HTML and PDF renderers."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from typing import Any

from pmexport.document.nodes import (
    Block,
    Blocks,
    Code,
    CodeBlock,
    Column,
    Document,
    Emphasis,
    Figure,
    Heading,
    Image,
    Inline,
    Inlines,
    Item,
    Label,
    LineBreak,
    Link,
    List,
    Paragraph,
    Properties,
    Quote,
    Row,
    RowGroup,
    Rule,
    Section,
    Strike,
    Strong,
    Table,
    Text,
    Time,
    Words,
)


def png(width: int = 64, height: int = 24) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\0" + b"\x1d\x5f\xc4" * width) * height
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


HOSTILE = "</style><script>alert(1)</script>\"'><img src=x onerror=alert(1)> &amp; {{ 7 * 7 }} {% endif %} ]]> <!--"
PICTURE = Image(png(), "image/png", 64, 24, "Errors rise at 14:02")


def text(words: str) -> Inlines:
    return (Text(words),)


def p(*parts: str | Inline) -> Paragraph:
    return Paragraph(tuple(Text(part) if isinstance(part, str) else part for part in parts))


def bullets(*items: str | Blocks, **more: Any) -> List:
    return List(tuple(Item((p(item),) if isinstance(item, str) else item) for item in items), **more)


def table(titles: Iterable[str], *rows: Iterable[str | Block], **more: Any) -> Table:
    """Return a table. Its columns have the role `text` unless `roles` is given."""
    roles = more.pop("roles", None)
    columns = [Column(text(title)) for title in titles]
    if roles:
        columns = [Column(column.title, role) for column, role in zip(columns, roles, strict=True)]
    cells = [Row(tuple((p(cell) if isinstance(cell, str) else cell,) for cell in row)) for row in rows]
    return Table(tuple(columns), (RowGroup(tuple(cells)),), **{"description": "A table", **more})


def entry(time: str, event: str) -> Row:
    phase = Strong((Label("Detection", "phase", "critical"),))
    return Row(((p(Time(time)),), (p(phase, f": {event}"),)))


def timeline(*groups: tuple[str, Iterable[tuple[str, str]]]) -> Table:
    made = [RowGroup(tuple(entry(*item) for item in entries), (Time(day),) if day else ()) for day, entries in groups]
    columns = (Column(text("Time"), "time"), Column(text("Event")))
    return Table(columns, tuple(made), "timeline", "What happened when")


METADATA = Table(
    (Column(text("Field"), "name"), Column(text("Value"))),
    (
        RowGroup(
            (
                Row(((p(Strong(text("Incident ID"))),), (p("INC-2026-0142"),))),
                Row(((p(Strong(text("Severity"))),), (p(Label("P1", "severity", "critical")),))),
            )
        ),
    ),
    "metadata",
    "The incident in brief",
    row_headers=True,
)

TIMELINE = timeline(
    ("Saturday, 14 March 2026", [("14:02", "Alert fired."), ("14:12 \N{EN DASH} 14:30", "Pool exhausted.")]),
    ("Sunday, 15 March 2026", [("09:00", "Closed.")]),
)

WHYS = List(
    tuple(
        Item((p(Strong(text(question))), bullets(answer)))
        for question, answer in [("Why did it fail?", "The pool was full."), ("Why was it full?", "It is fixed.")]
    ),
    ordered=True,
    role="whys",
)

ACTIONS = table(
    ["ID", "Action", "Owner", "Priority", "Deadline", "Status"],
    [
        p("AI-1"),
        p("Derive the pool's size from the number of workers, and alert before it is reached"),
        p("Ana Ruiz"),
        p(Label("High", "priority", "warning")),
        p(Time("2026-04-01")),
        p(Label("In progress", "state", "info")),
    ],
    roles=["id", "text", "name", "label", "date", "label"],
    role="actions",
    description="What is to be done",
)

EVERY_INLINE = p(
    "plain, ",
    Strong(text("strong")),
    " ",
    Emphasis((Text("stressed "), Strong(text("and strong")))),
    " ",
    Strike(text("struck")),
    " ",
    Code("code()"),
    " ",
    Link("https://example.com/a?b=1&c=2", (Text("a link to "), Code("there"))),
    LineBreak(),
    PICTURE,
    Label("Overdue", "note", "critical"),
    " ",
    Time("2026-03-14"),
)

EVERY_BLOCK: Blocks = (
    EVERY_INLINE,
    Paragraph(text("All times in UTC."), "note"),
    Heading(3, text("Inside a field")),
    bullets("first", (p("second"), bullets("nested", ordered=True, start=3)), (p("two"), p("paragraphs"))),
    List((Item((p("done"),), checked=True), Item((p("open"),), checked=False))),
    CodeBlock("\n  if x < 3 & y:\n\treturn\n", "python", "code", text("Pool errors")),
    CodeBlock("plain log", None, "log"),
    Quote((p("quoted"), bullets("in a quote"))),
    table(["Left", "Right"], ["1", "2"], description="An author's table"),
    Figure(PICTURE, (p("The share of failed requests."),)),
    Rule(),
)


def document(*sections: Section, **more: Any) -> Document:
    """Return a document with these sections; `more` sets its other fields."""
    kind = "Post-Mortem / Root Cause Analysis Report"
    fields = {
        "title": "Checkout unavailable in the EU region",
        "facts": (
            (Label("P1", "severity", "critical"),),
            (Time("14 March 2026"),),
            text("led by Ana Ruiz"),
            text(kind),
        ),
        "sections": sections,
        "footer": (p(Emphasis(text("Blameless."))),),
        "running": ("TLP:GREEN", "Revision 3", "Final"),
        "language": "en",
        "direction": "ltr",
        "words": Words("Contents", "Page {page} of {pages}", "Skip to content"),
        "properties": Properties(
            "INC-2026-0142",
            ("Ana Ruiz", "Ivo Lang"),
            kind,
            ("database", "deploy"),
            "Final",
            "TLP:GREEN",
            "3",
            "2026-03-19",
        ),
    }
    return Document(**{**fields, **more})


def section(name: str, *blocks: Block, title: str = "", sections: tuple[Section, ...] = (), level: int = 2) -> Section:
    return Section(name, title or name.replace("_", " ").capitalize(), level, blocks, sections)


def whole() -> Document:
    """Return a document with every kind of node."""
    return document(
        section("metadata", METADATA, title="Incident Metadata"),
        section("summary", p("The pool of connections was exhausted."), title="Executive Summary"),
        section("background", *EVERY_BLOCK),
        section("timeline", TIMELINE),
        section(
            "root_cause_analysis",
            title="Root Cause Analysis",
            sections=(
                section("five_whys", WHYS, title="5 Whys Analysis", level=3),
                section("root_cause", p("The size of the pool is a constant."), title="Root Cause", level=3),
            ),
        ),
        section("action_items", ACTIONS, title="Action Items"),
    )


def hostile() -> Document:
    """Return a document whose texts look like markup, everywhere."""
    inlines = (
        Text(HOSTILE),
        Code(HOSTILE),
        Label(HOSTILE, "note"),
        Time(HOSTILE),
        Link(f"https://example.com/{HOSTILE}", text(HOSTILE)),
        Image(png(), "image/png", 64, 24, HOSTILE),
    )
    cell = Table(
        (Column(text(HOSTILE)),), (RowGroup((Row(((Paragraph(inlines),),)),), text(HOSTILE)),), description=HOSTILE
    )
    blocks = (
        Paragraph(inlines),
        Heading(3, inlines),
        bullets((Paragraph(inlines),)),
        CodeBlock(HOSTILE, HOSTILE, "log", text(HOSTILE)),
        quoted(1),
        cell,
        Figure(Image(png(), "image/png", 64, 24, HOSTILE), (p(HOSTILE),)),
    )
    return document(
        section("summary", *blocks, title=HOSTILE),
        title=HOSTILE,
        facts=(text(HOSTILE), text(HOSTILE)),
        footer=(p(HOSTILE),),
        running=(HOSTILE,),
        language='en" onload="alert(1)',
        words=Words(HOSTILE, HOSTILE, HOSTILE),
        properties=Properties(HOSTILE, (HOSTILE,), HOSTILE, (HOSTILE,), HOSTILE, HOSTILE, HOSTILE, HOSTILE),
    )


def minimal() -> Document:
    """Return a document with nothing but a title."""
    nothing = Properties("", (), "", (), "", "", "", "")
    return document(title="Only a title", facts=(), footer=(), running=(), properties=nothing)


def arabic() -> Document:
    """Return a right-to-left document."""
    rows = timeline(("", [("14:02", "انطلق التنبيه")]))
    block = p("بدأ في ", Time("2026-03-14 14:02"), " من ", Code("checkout-api"), "، ", Time("14 مارس 2026"))
    words = Words("المحتويات", "صفحة {page} من {pages}", "انتقل إلى المحتوى")
    return document(
        section("summary", block, CodeBlock("x = 1"), title="الملخص"),
        section("timeline", rows, title="الخط الزمني"),
        title="توقف خدمة الدفع",
        language="ar",
        direction="rtl",
        words=words,
    )


def nested(levels: int) -> List:
    """Return a list with this many levels."""
    block: Block = p("innermost")
    for level in range(levels, 0, -1):
        block = List((Item((p(f"level {level}"), block)),), ordered=level % 2 == 0)
    assert isinstance(block, List)
    return block


def quoted(levels: int) -> Block:
    """Return a quote with this many levels."""
    block: Block = p("innermost quote")
    for _ in range(levels):
        block = Quote((block,))
    return block
