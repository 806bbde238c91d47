"""The Word renderer, tested by the structure of its files."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, get_args

import docx
import pytest
from docx.document import Document as WordDocument
from lxml import etree

import pmexport
from pmexport.document.nodes import (
    AxisView,
    Block,
    Blocks,
    Code,
    CodeBlock,
    Column,
    Details,
    Document,
    Emphasis,
    EventLane,
    Excerpt,
    Figure,
    Flag,
    Heading,
    Image,
    ImpactBand,
    Inline,
    Item,
    Label,
    LineBreak,
    Link,
    List,
    Mark,
    Marked,
    NoteMark,
    Ordinal,
    Paragraph,
    Preview,
    Previews,
    Properties,
    Quote,
    Row,
    RowGroup,
    Rule,
    Section,
    Share,
    Stretch,
    Strike,
    Strong,
    Table,
    Text,
    Tick,
    Time,
    Words,
    sections_of,
)
from pmexport.errors import FormatError, RenderError, ThemeError
from pmexport.renderers.docx import DocxRenderer
from pmexport.renderers.docx.tables import measure_columns
from pmexport.renderers.registry import make_renderer
from pmexport.renderers.shared import tlp_colors
from pmexport.renderers.shared.contents_place import is_long
from pmexport.theming import themes
from pmexport.theming.themes import Theme

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
TEXT_WIDTH = 9638  # of A4 between margins of 20 mm, in twentieths of a point
NS = {"w": W[1:-1], "wp": WP[1:-1], "r": R[1:-1]}


# ---- a report with every kind of node


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\x1d\x5f\xc4" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + data


WIDE = Image(png(1600, 500), "image/png", 1600, 500, 'Error rate by minute: it rises at "13:58"')
SMALL = Image(png(16, 16), "image/png", 16, 16, "A blue dot")
GIF_BYTES = "47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b"
GIF = Image(bytes.fromhex(GIF_BYTES), "image/gif", 1, 1, "A white dot")
# A JPEG that has neither JFIF nor Exif, as Photoshop writes: python-docx does not take it for one.
JPEG = Image(bytes.fromhex("ffd8ffee000e41646f626500640000000000ffd9"), "image/jpeg", 40, 30, "A rack")


def text(words: str) -> Paragraph:
    return Paragraph((Text(words),))


def bullets(*items: str) -> List:
    return List(tuple(Item((text(item),)) for item in items))


def column(title: str, role: Any = "text", align: Any = "start") -> Column:
    return Column((Text(title),), role, align)


def table(columns: tuple[Column, ...], *rows: Row, **more: Any) -> Table:
    return Table(columns, (RowGroup(rows),), **{"description": "A table.", **more})


def field(name: str, *inlines: Inline) -> Row:
    return Row(((Paragraph((Strong((Text(name),)),)),), (Paragraph(inlines),)))


def event(time: str, phase: str, tone: Any, *inlines: Inline) -> Row:
    lead = (Label(phase, "phase", tone), Text(": "))
    return Row(((Paragraph((Time(time),)),), (Paragraph((*lead, *inlines)),)))


def action(name: str, what: Blocks, owner: str, priority: Label, deadline: str, state: Label) -> Row:
    cells: tuple[Inline, ...] = (Text(owner), priority, Time(deadline), state)
    return Row(((text(name),), what, *((Paragraph((cell,)),) for cell in cells)))


def why(question: str, answer: str) -> Item:
    return Item((Paragraph((Strong((Text(question),)),)), bullets(answer)))


METADATA = table(
    (column("Field", "name"), column("Value")),
    field("Incident ID", Text("INC-2026-0142")),
    field("Date", Time("14 March 2026")),
    field("Duration", Time("1 h 25 min"), Text(" (from detection to resolution)")),
    field("Severity", Label("P1", "severity", "critical")),
    field("Services Affected", Code("checkout-api"), Text(", "), Code("payments")),
    field("User Impact", Text("18 % of checkouts in the EU failed or timed out; the rest of the shop worked.")),
    field("Incident Commander", Text("Ana Ruiz")),
    field("Responders", Text("Ivo Lang (database on-call), Mei Tan (checkout), AWS support")),
    field("Status", Label("Final", "status", "good")),
    role="metadata",
    description="What is known of the incident, field by field.",
    row_headers=True,
)
STATUS_PAGE = Link("https://status.example.com/i/142", (Text("status page"),))
TIMELINE = Table(
    (column("Time", "time"), column("Event")),
    (
        RowGroup(
            (
                event("14:02", "Detection", "critical", Text("Alert for "), Code("checkout-api"), Text(": 18 % fail.")),
                event("14:05", "Triage", "warning", Text("Severity set to P1. Ivo Lang joins.")),
                event(
                    "14:09", "Escalation", "warning", Text("Ana Ruiz takes command; "), STATUS_PAGE, Text(" updated.")
                ),
                event("14:12", "Investigation", "caution", Text("Connection pool of orders-primary is full. " * 4)),
                event("15:27", "Resolution", "good", Text("Queue of delayed confirmations drained.")),
            ),
            (Time("Saturday, 14 March 2026"),),
        ),
        RowGroup(
            (event("09:00", "Monitoring", "info", Text("No recurrence; closed.")),), (Time("Sunday, 15 March 2026"),)
        ),
    ),
    "timeline",
    "What happened, in order.",
)
TICKET = Link("https://tracker.example.com/OPS-7", (Code("OPS-7"),))
ACTIONS = table(
    (
        column("ID", "id"),
        column("Action"),
        column("Owner", "name"),
        column("Priority", "label"),
        column("Deadline", "date"),
        column("Status", "label"),
    ),
    action(
        "AI-1",
        (text("Derive pool size from worker count in the deploy template"), bullets("in staging", "in production")),
        "Ivo Lang",
        Label("High", "priority", "warning"),
        "1 Apr 2026",
        Label("Done", "state", "good"),
    ),
    action(
        "AI-2",
        (Paragraph((Text("Alert on pool saturation above 80 % for five minutes ("), TICKET, Text(")"))),),
        "Mei Tan",
        Label("High", "priority", "warning"),
        "8 Apr 2026",
        Label("Open", "state", "neutral"),
    ),
    action(
        "AI-3",
        (text("Load test with production's worker count"), CodeBlock("make_renderer load WORKERS=8\n\tand wait", "sh")),
        "Ana Ruiz",
        Label("Medium", "priority", "caution"),
        "12 Mar 2026",
        Label("Overdue", "state", "critical"),
    ),
    role="actions",
    description="Action items with their owners and deadlines.",
)
IMPACT = table(
    (column("Metric", "name"), column("Value")),
    field("Total downtime", Text("47 min")),
    field("Revenue impact", Text("€ 210,000 (estimate)")),
    role="impact",
    description="How large the damage was.",
    row_headers=True,
)
OWN_TABLE = table(
    (column("Region"), column("Before", align="end"), column("After", align="center"), Column(())),
    Row(((text("eu-west-1"),), (text("200"),), (text("400"),), (text("as planned"),))),
    Row(((text("eu-north-1"),), (), (text("40"),), (Rule(),))),
    description="A table of the author's.",
)
NESTED = List(
    (
        Item(
            (
                text("Check the dashboards"),
                List((Item((text("errors"), text("by region"))), Item((bullets("third", "again"),))), True, 3),
            )
        ),
        Item(
            (text("Call the owner"), CodeBlock("call --team db"), Quote((text("No answer."), bullets("list in quote"))))
        ),
        Item(()),
        Item((CodeBlock("only code"),)),
    ),
    ordered=True,
)
EVERY_INLINE = Paragraph(
    (
        Text("Plain, "),
        Strong((Text("strong "), Emphasis((Text("and stressed"),)))),
        Text(", "),
        Strike((Text("no longer valid"),)),
        Text(", "),
        Code("WORKERS_PER_POD=8"),
        Text(", "),
        Link(
            "https://example.com/a?b=c&d=%20e", (Text("a link "), Strong((Text("that is strong, "),)), Code("and code"))
        ),
        Text(", "),
        SMALL,
        Text(", a line"),
        LineBreak(),
        Text("broken, "),
        Label("remark", "note", "info"),
        Text(" at "),
        Time("14:02-15:27"),
    )
)
DETAILS: Blocks = (
    EVERY_INLINE,
    Heading(4, (Text("In "), Link("https://example.com/staging", (Text("staging"),)))),
    text("Nothing was seen."),
    Heading(5, (Text("Nor later"),)),
    Heading(6, (Text("Nor ever"),)),
    NESTED,
    Rule(),
    OWN_TABLE,
    OWN_TABLE,
    Details((Text("The query"),), (text("It ran on every replica."),)),
    Paragraph(
        (
            *(
                Text("10"),
                Marked((Text("6"),), "sup"),
                Text(" rows of CO"),
                Marked((Text("2"),), "sub"),
                Text(" data; "),
            ),
            *(Marked((Text("Ctrl"), Emphasis((Text("C"),))), "kbd"), NoteMark(1), Text(" it"), NoteMark(1, "again")),
        )
    ),
    List((Item((text("On the replica."), Paragraph((NoteMark(1, "back"),)))),), ordered=True, role="notes"),
)
WHYS = List(
    (
        why("Why did checkouts fail?", "Requests waited for a database connection."),
        why("Why did they wait?", "The connection pool was exhausted."),
    ),
    ordered=True,
    role="whys",
)
TASKS = List((Item((text("Runbook updated"),), checked=True), Item((text("Runbook tested"),), checked=False)))
LOGS = (
    CodeBlock(
        "14:01 ERROR pool exhausted: 200/200\n14:02 WARN  retrying\n\n\tat pool.py", "text", "log", (Text("Pool"),)
    ),
    CodeBlock("SELECT count(*)\n  FROM pg_stat_activity;", "sql"),
    Excerpt((Rule(),), (CodeBlock("1 of 2\n3", None, "log"), Paragraph((Text("1 left out"),), "gap"))),
)
FIGURES = (
    Figure(WIDE, (Paragraph((Ordinal("Figure 1.", "figure", 1), Text(" Errors in "), Emphasis((Text("percent"),)))),)),
    Figure(GIF),
    Paragraph((JPEG,)),
)

FIGURES_AT_A_GLANCE = table(
    (column("Duration", "name"), column("Time to detect", "name")),
    Row(((Paragraph((Time("1 h 25 min"),)),), (Paragraph((Time("4 min"),)),))),
    role="key_figures",
    description="The key figures.",
)


def flag(at: float, title: str, time: str, elapsed: str, rank: int, tone: Any = "critical", **more: Any) -> Flag:
    return Flag(at, (Text(title),), (Time(time),), (Time(elapsed),) if elapsed else (), tone, rank, **more)


COURSE = ImpactBand(
    title=(Text("Impact"),),
    columns=((Text("Milestone"),), (Text("Time"),), (Text("Since the impact started"),)),
    views=(
        AxisView(
            flags=(
                flag(0.05, "Impact started", "13:58", "", 1),
                flag(0.1, "Detected", "14:02", "+4 min", 0),
                flag(0.9, "Resolved", "15:27", "+1 h 29 min", 0, "good", before=True),
            ),
            stretches=(
                Stretch(0.05, 0.5, "impact", (Time("47 min"),)),
                Stretch(0.5, 0.9, "mitigated", (Time("42 min"),)),
            ),
            lanes=(
                EventLane((Text("Change"),), (Mark(0, 0, "2"),)),
                EventLane((Text("Response"),), (Mark(0.2, 0.6), Mark(0.2, 0.2, "4"), Mark(0.95, 0.95, "5, 6"))),
                EventLane((Text("Communication"),), (Mark(0.3, 0.3), Mark(0.8, 0.8))),
            ),
            ticks=(Tick("14:00", 0.1), Tick("14:30", 0.35), Tick("15:00", 0.7)),
        ),
    ),
    caption=(Text("All times in "), Strong((Text("Europe/Paris"),))),
    key=(Text("Numbers refer to rows of the timeline."),),
    description="How long users were affected.",
)

NEXT = List((Item((text("Check the pool size."), Paragraph((Text("Ana Ruiz"),), "note"))),), role="actions")
PREVIEWS = Previews(
    (
        Preview("root_cause", (Text("Root Cause"),), (), (text("The pool size is a constant of its own."),)),
        Preview(
            "action_items",
            (Text("Action Items"),),
            (Share(1, (Text("1 overdue"),), "overdue"), Share(3, (Text("3 done"),), "done")),
            (NEXT,),
            (Text("More in Action Items"),),
        ),
    ),
    "The root cause and the action items.",
)

REPORT = Document(
    title="Checkout unavailable in the EU region",
    facts=(
        (Label("P1", "severity", "critical"),),
        (Time("14 March 2026"),),
        (Text("led by Ana Ruiz"),),
        (Text("Post-Mortem / Root Cause Analysis Report"),),
    ),
    sections=(
        Section("metadata", "Incident Metadata", 2, (METADATA,)),
        Section(
            "summary",
            "Executive Summary",
            2,
            (text("A deploy doubled the number of workers per pod. " * 4), FIGURES_AT_A_GLANCE, COURSE, PREVIEWS),
        ),
        Section("timeline", "Timeline", 2, (Paragraph((Text("All times in Europe/Paris."),), "note"), TIMELINE)),
        Section(
            "root_cause_analysis",
            "Root Cause Analysis",
            2,
            (),
            (
                Section("what_happened", "What happened", 3, DETAILS),
                Section("five_whys", "5 Whys Analysis", 3, (WHYS,)),
                Section("root_cause", "Root Cause", 3, (text("The pool size is a constant of its own."),)),
            ),
        ),
        Section("impact", "Impact Assessment", 2, (IMPACT,)),
        Section("went_well", "What Went Well", 2, (bullets("Alerting fired", "Rollback worked"), TASKS)),
        Section("action_items", "Action Items", 2, (ACTIONS,)),
        Section(
            "appendix",
            "Appendix",
            2,
            (),
            (
                Section("logs", "Relevant Logs", 3, LOGS),
                Section("figures", "Relevant Metrics / Graphs", 3, FIGURES),
            ),
        ),
    ),
    footer=(Paragraph((Emphasis((Text("This post-mortem follows a blameless culture."),)),)),),
    running=("Revision 3", "Final"),
    language="en",
    direction="ltr",
    words=Words("Contents", "Page {page} of {pages}", "Skip to content"),
    properties=Properties(
        id="INC-2026-0142",
        authors=("Ana Ruiz", "Ivo Lang"),
        subject="Post-Mortem",
        keywords=("database", "deploy"),
        status="Final",
        classification="TLP:GREEN",
        revision="3",
        date="2026-03-19",
    ),
    tlp="TLP:GREEN",
)
LONG = replace(REPORT, sections=(*REPORT.sections, Section("custom-2", "Long", 2, (text("word " * 200),) * 60)))
"""A report that is long enough for a table of contents."""
MINIMAL = replace(
    REPORT,
    facts=(),
    running=(),
    footer=(),
    tlp=None,
    sections=(Section("summary", "Executive Summary", 2, (text("It broke."),)),),
    properties=Properties("", (), "", (), "", "", "", ""),
)
ARABIC = replace(
    REPORT,
    title="تعذّر إتمام الشراء",
    facts=(
        (Label("حرج", "severity", "critical"),),
        (Time("2026-03-14 13:58"),),
        (Text("بقيادة آنا رويز"),),
        (Text("تقرير ما بعد الحادث"),),
    ),
    sections=(
        Section(
            "summary",
            "ملخص تنفيذي",
            2,
            (
                Paragraph(
                    (Text("بدأ في "), Time("2026-03-14"), Text(" في "), Code("checkout-api --all"), Text("، ثم توقف."))
                ),
                bullets("نقطة أولى", "نقطة ثانية"),
                Quote((text("لا شيء"),)),
                COURSE,
            ),
        ),
        Section(
            "timeline",
            "الجدول الزمني",
            2,
            (table((column("الوقت", "time"), column("الحدث")), event("14:02", "الكشف", "critical", Text("تنبيه."))),),
        ),
        Section(
            "logs", "السجلات", 2, (CodeBlock("14:02 ERROR pool exhausted"), replace(bullets("واحد"), ordered=True))
        ),
        Section("a", "أ", 2, (text("ب"),)),
        Section("b", "ب", 2, (text("ج"),)),
    ),
    footer=(text("نحن لا نلوم أحدا."),),
    running=("TLP:GREEN", "المراجعة 3"),
    language="ar",
    direction="rtl",
    words=Words("المحتويات", "صفحة {page} من {pages}", "تخطَّ إلى المحتوى"),
)


# ---- reading it back


def render(document: Document = REPORT, theme: Theme | None = None) -> bytes:
    return DocxRenderer().render(document, theme or themes.default_theme(), [])


def part(data: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(BytesIO(data)) as file:
        return etree.fromstring(file.read(name))


def body(data: bytes) -> etree._Element:
    return part(data, "word/document.xml")


def find(element: etree._Element, path: str) -> list[Any]:
    found = element.xpath(path, namespaces=NS)
    assert isinstance(found, list)
    return found


def only(*blocks: Block) -> etree._Element:
    """Return the body of a report with only this content."""
    return body(render(holding(*blocks)))


def holding(*blocks: Block) -> Document:
    return replace(MINIMAL, sections=(Section("custom-1", "Section", 2, blocks),))


def word(document: Document = REPORT, theme: Theme | None = None) -> WordDocument:
    return docx.Document(BytesIO(render(document, theme)))


def said(element: Any) -> str:
    """Return an element's text, with alt texts of images, and no-break spaces as ordinary ones."""
    says: list[str] = []
    for node in element.iter(f"{W}t", f"{W}tab", f"{W}br", f"{W}p", f"{WP}docPr"):
        if node.tag == f"{W}t":
            says.append(node.text or "")
        elif node.tag == f"{WP}docPr":
            says.append(node.get("descr") or "")
        elif not find(node, "parent::w:tabs"):
            says.append("\t" if node.tag == f"{W}tab" else "\n")
    return "".join(says).replace("\N{NO-BREAK SPACE}", " ")


def paragraph(element: etree._Element, words: str) -> etree._Element:
    """Return the paragraph with this text."""
    found = [p for p in element.iter(f"{W}p") if said(p).strip() == words]
    assert found, words
    return found[-1]


def value(element: etree._Element, path: str) -> str | None:
    found = find(element, f"{path}/@w:val")
    return str(found[0]) if found else None


def style(element: Any) -> str | None:
    return value(element, "w:pPr/w:pStyle")


def codes(element: etree._Element) -> list[str]:
    """Return the instructions of an element's fields."""
    return [(code.text or "").strip() for code in element.iter(f"{W}instrText")]


def numbers(element: etree._Element) -> tuple[int, int]:
    """Return a list paragraph's level and number id: its own or, for a list of bullets, its style's."""
    found = find(element, "w:pPr/w:numPr/w:ilvl/@w:val") + find(element, "w:pPr/w:numPr/w:numId/@w:val")
    if found:
        return int(found[0]), int(found[1])
    named = re.fullmatch(r"ListBullet(\d?)", style(element) or "")
    assert named
    return int(named[1] or 1) - 1, 1


def _drawn(band: ImpactBand) -> Iterator[Any]:
    """Yield what is drawn of an impact band, in the order of its lines."""
    for view in band.views:
        for rank in range(max((flag.rank for flag in view.flags), default=-1), -1, -1):
            flags = [flag for flag in view.flags if flag.rank == rank]
            yield from ((flag.time, flag.title) for flag in flags)
            yield from (flag.elapsed for flag in flags)
        yield (band.title, tuple(stretch.text for stretch in view.stretches))
        yield tuple(lane.title for lane in view.lanes)


def leaves(node: Any) -> Iterator[str]:
    """Yield every text of a tree, in reading order."""
    match node:
        case str():
            yield from (line for line in node.split("\n") if line)
        case Text(words) | Code(words) | Time(words) | Label(words) | Ordinal(words):
            yield words
        case tuple():
            for inner in node:
                yield from leaves(inner)
        case Image():
            yield node.alt
        case CodeBlock():
            yield from leaves((node.caption, node.text))
        case Excerpt(_, paper):
            yield from leaves(paper)
        case Table():
            yield from leaves(tuple(column.title for column in node.columns))
            for group in node.groups:
                yield from leaves((group.title, tuple(row.cells for row in group.rows)))
        case Figure(image, caption):
            yield from leaves((image, caption))
        case ImpactBand():
            yield from leaves(tuple(_drawn(node)))
            yield from leaves((node.caption, node.key))
        case Section():
            yield from leaves((node.title, node.blocks, node.sections))
        case Document():
            yield from leaves((node.title, node.facts))
            first = sum(section.id in ("metadata", "summary") for section in node.sections)
            yield from leaves(node.sections[:first])
            if is_long(node, themes.default_theme().tokens):
                yield from leaves((node.words.contents, tuple(section.title for section in sections_of(node))))
            yield from leaves((node.sections[first:], node.footer))
        case NoteMark():
            yield node.text
        case (Paragraph() | Heading() | Strong() | Emphasis() | Strike() | Marked() | Link()) | (
            List() | Item() | Quote() | Details()
        ):
            for inner in (getattr(node, part.name) for part in fields(node)):
                if isinstance(inner, tuple):
                    yield from leaves(inner)
        case Previews(previews):
            for one in previews:
                yield from leaves((one.title, tuple(share.text for share in one.shares), one.blocks, one.more))
        case LineBreak() | Rule():
            return
        case _:
            raise TypeError(node)


def kinds(node: Any) -> set[type]:
    if isinstance(node, tuple):
        return {kind for inner in node for kind in kinds(inner)}
    if is_dataclass(node):
        return {type(node)} | {kind for part in fields(node) for kind in kinds(getattr(node, part.name))}
    return set()


def assert_in_order(leaves: Iterator[str], text: str) -> None:
    position = count = 0
    for leaf in leaves:
        found = text.find(leaf, position)
        assert found >= 0, f"{leaf!r} is not in {text[position : position + 200]!r}"
        position, count = found + len(leaf), count + 1
    assert count


ALL = pytest.mark.parametrize("document", [REPORT, MINIMAL, ARABIC], ids=["report", "minimal", "arabic"])


# ---- the whole


def test_the_sample_has_every_kind_of_node() -> None:
    assert kinds(REPORT) >= set(get_args(Block)) | set(get_args(Inline))


@ALL
def test_all_text_is_in_the_file_in_order(document: Document) -> None:
    assert_in_order(leaves(document), said(body(render(document))))


def test_the_file_has_no_other_text() -> None:
    text = said(body(render(MINIMAL)))
    assert text.split() == [
        "Checkout",
        "unavailable",
        "in",
        "the",
        "EU",
        "region",
        "Executive",
        "Summary",
        "It",
        "broke.",
    ]


@ALL
def test_every_used_style_exists(document: Document) -> None:
    data = render(document)
    known = set(find(part(data, "word/styles.xml"), "//w:style/@w:styleId"))
    used = {
        *find(body(data), "//w:pStyle/@w:val | //w:rStyle/@w:val | //w:tblStyle/@w:val"),
        *find(part(data, "word/styles.xml"), "//w:basedOn/@w:val | //w:next/@w:val"),
    }
    assert used
    assert used <= known


def test_built_in_style_names_are_used() -> None:
    names = {style.name for style in word().styles}
    assert names >= {
        *("Title", "Subtitle", "Heading 1", "Heading 2", "Heading 3", "Heading 4", "Heading 5", "Body Text", "Caption"),
        *("List Bullet", "List Number", "Quote", "Hyperlink", "Header", "Footer", "TOC Heading", "toc 1", "toc 2"),
        *("List Bullet 2", "List Number 5", "List Continue 3", "Strong", "Emphasis"),
    }
    assert names >= {"Label Critical", "Label Neutral", "Code", "Code Block", "Note", "Report Table"}


def test_section_headings_start_at_level_one() -> None:
    data = body(render())
    assert style(paragraph(data, REPORT.title)) == "Title"
    facts = "P1 · 14 March 2026 · led by Ana Ruiz · Post-Mortem / Root Cause Analysis Report"
    assert style(paragraph(data, facts)) == "Subtitle"
    styled = [(style(p) or "", said(p).strip()) for p in data.iter(f"{W}p")]
    headings = [(name, words) for name, words in styled if name.startswith(("Heading", "TextHeading"))]
    assert headings[3:9] == [
        ("Heading1", "Root Cause Analysis"),
        ("Heading2", "What happened"),
        ("TextHeading3", "In staging"),
        ("TextHeading4", "Nor later"),
        ("TextHeading5", "Nor ever"),
        ("Heading2", "5 Whys Analysis"),
    ]


def test_it_is_registered_by_name() -> None:
    renderer = make_renderer("docx")
    assert isinstance(renderer, DocxRenderer)
    assert (renderer.name, renderer.suffix) == ("docx", "docx")
    assert renderer.media_type.endswith("wordprocessingml.document")
    with pytest.raises(FormatError, match="no option 'standard'"):
        make_renderer("docx", {"standard": "a-3a"})


# ---- inlines


def runs(element: etree._Element) -> dict[str, etree._Element]:
    return {said(run): run for run in element.iter(f"{W}r")}


def test_inlines_are_runs_with_styles() -> None:
    found = runs(only(EVERY_INLINE))
    assert value(found["strong "], "w:rPr/w:rStyle") == "Strong"
    assert not find(found["strong "], "w:rPr/w:b")
    assert find(found["and stressed"], "w:rPr[w:rStyle/@w:val='Strong' and w:i and not(w:b)]")
    assert value(found["no longer valid"], "w:rPr/w:rStyle") == "Struck"
    assert value(found["WORKERS_PER_POD=8"], "w:rPr/w:rStyle") == "Code"
    assert value(found["a link "], "w:rPr/w:rStyle") == "Hyperlink"
    assert value(found["remark"], "w:rPr/w:rStyle") == "LabelInfo"
    assert not find(found["Plain, "], "w:rPr")
    assert find(paragraph(only(EVERY_INLINE), said_of(EVERY_INLINE)), "w:r/w:br")


def said_of(block: Paragraph) -> str:
    parts = ["\n" if isinstance(inline, LineBreak) else "".join(leaves(inline)) for inline in block.inlines]
    return "".join(parts)


def test_links_are_children_of_their_paragraphs() -> None:
    data = render()
    relations = {
        relation.get("Id"): relation.get("Target")
        for relation in part(data, "word/_rels/document.xml.rels")
        if relation.get("TargetMode") == "External"
    }
    links = find(body(data), "//w:hyperlink[@r:id]")
    assert [(relations[link.get(f"{R}id")], said(link)) for link in links] == [
        ("https://status.example.com/i/142", "status page"),
        ("https://example.com/a?b=c&d=%20e", "a link that is strong, and code"),
        ("https://example.com/staging", "staging"),
        ("https://tracker.example.com/OPS-7", "OPS-7"),
    ]
    assert {link.getparent().tag for link in links} == {f"{W}p"}


def test_a_nested_link_is_text() -> None:
    inner = Link("https://example.com/inner", (Text("inner"),))
    data = only(Paragraph((Link("https://example.com/", (Text("outer "), inner)),)))
    assert [said(link) for link in find(data, "//w:hyperlink")] == ["outer inner"]


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("http://<host>/a b", "http://%3Chost%3E/a%20b"),
        ("mailto:a@example.com,b@example.com", "mailto:a@example.com,b@example.com"),
        ("http://example.com:99999/", "http://example.com:99999/"),
        ('https://[::1/" \\o', "https://[::1/%22%20%5Co"),
    ],
)
def test_an_address_that_makes_the_file_invalid_is_a_field(target: str, address: str) -> None:
    data = render(holding(Paragraph((Link(target, (Text("there"),)),))))
    assert codes(body(data)) == [f'HYPERLINK "{address}"']
    assert find(body(data), "//w:fldChar/@w:fldCharType") == ["begin", "separate", "end"]
    assert b"External" not in etree.tostring(part(data, "word/_rels/document.xml.rels"))
    assert said(body(data)).strip().endswith("there")


def test_an_address_is_stored_once() -> None:
    data = render(holding(*(Paragraph((Link("https://example.com/", (Text(f"{n}"),)),)) for n in range(50))))
    assert len(find(body(data), "//w:hyperlink")) == 50
    assert etree.tostring(part(data, "word/_rels/document.xml.rels")).count(b"External") == 1


def test_characters_that_xml_forbids_are_removed() -> None:
    bad = "\x1b[31mred\x00 \ud800 \uffff end"
    image = replace(SMALL, alt=bad)
    table = replace(OWN_TABLE, description=bad)
    document = replace(holding(text(bad), CodeBlock(bad), Paragraph((image,)), table), title=bad, language="e\x00n")
    data = render(document)
    assert said(body(data)).count("[31mred \ufffd  end") == 4
    assert value(body(data), "//w:tblDescription") == "[31mred \ufffd  end"
    assert docx.Document(BytesIO(data)).core_properties.title == "[31mred \ufffd  end"


def test_markup_is_text() -> None:
    words = "<w:t>&amp; {{ title }} **bold** %s ]]>"
    assert paragraph(only(text(words)), words) is not None


# ---- blocks


def test_code_keeps_lines_spaces_and_tabs() -> None:
    data = render(holding(CodeBlock("if  x:\n\treturn\n\n  # end ", "python", "code", (Text("Listing"),))))
    code = find(body(data), "//w:p[w:pPr/w:pStyle/@w:val='CodeBlock']")
    assert [said(p) for p in code] == ["\nif  x:\n\treturn\n\n  # end "]
    assert style(code[0].getprevious()) == "CodeCaption"
    styles = part(data, "word/styles.xml")
    assert find(styles, "//w:style[@w:styleId='CodeBlock']/w:rPr/w:noProof")
    assert find(styles, "//w:style[@w:styleId='CodeBlock']/w:rPr/w:rFonts/@w:ascii") == ["Consolas"]


def test_a_note_stays_with_the_next_paragraph_outside_cells() -> None:
    note = Paragraph((Text("All in UTC."),), "note")
    cell = replace(note, inlines=(Text("Type: repair"),))
    data = render(holding(note, table((column("A"),), Row(((text("x"), cell),)))))
    styles = part(data, "word/styles.xml")
    assert style(paragraph(body(data), "All in UTC.")) == "Note"
    assert find(styles, "w:style[@w:styleId='Note']/w:pPr/w:keepNext")
    # A row whose paragraphs keep to what follows would keep the whole table on one page.
    assert style(paragraph(body(data), "Type: repair")) == "TableNote"
    assert not find(styles, "w:style[@w:styleId='TableNote']/w:pPr/w:keepNext")


LOG = (
    CodeBlock("14:02 INFO a\n\t14:03 ERROR b", None, "log", (Text("Pool"),), 1, 900),
    Paragraph((Text("Lines left out here: 897 of 900."),), "gap"),
    CodeBlock("level=warn c", None, "log", (), 900, 900),
)


def test_lines_of_a_log_have_their_numbers_and_hang() -> None:
    data = render(holding(*LOG))
    lines = find(body(data), "//w:p[w:pPr/w:pStyle/@w:val='LogLine']")
    assert [said(line).removeprefix("\n") for line in lines] == [
        "\t1\t14:02 INFO a",
        "\t2\t\t14:03 ERROR b",
        "\t\tLines left out here: 897 of 900.",
        "\t900\tlevel=warn c",
    ]
    assert style(lines[0].getprevious()) == "CodeCaption"
    numbers = [find(line, "w:r/w:rPr/w:rStyle/@w:val")[0] for line in (*lines[:2], lines[3])]
    assert numbers == ["LogNumber", "ToneCritical", "ToneWarning"]
    (line,) = find(part(data, "word/styles.xml"), "w:style[@w:styleId='LogLine']")
    assert value(line, "w:rPr/w:sz") == "14", "6.8 pt, in half points"
    (indent,) = find(line, "w:pPr/w:ind")
    assert indent.get(f"{W}left") == str(int(indent.get(f"{W}hanging")) + 120), "continued lines are indented"


def test_details_keep_their_title() -> None:
    data = render(holding(Details((Text("Steps"),), (text("First."),))))
    title = paragraph(body(data), "Steps")
    assert style(title) == "DetailsTitle"
    assert find(part(data, "word/styles.xml"), "w:style[@w:styleId='DetailsTitle']/w:pPr/w:keepNext")


def test_numbers_of_captions_are_fields() -> None:
    """Word lists them in a table of figures, and numbers them again if one is added."""
    caption = (Ordinal("Figure 2:", "figure", 2), Text(" Errors"))
    data = only(Figure(GIF, (Paragraph(caption),)), CodeBlock("x", None, "log", (Ordinal("Log 1.", "log", 1),)))
    first, second = (line for line in data.iter(f"{W}p") if style(line) in ("Caption", "CodeCaption"))
    assert (codes(first), codes(second)) == ([r"SEQ Figure \* ARABIC"], [r"SEQ Log \* ARABIC"])
    assert [said(line).strip() for line in (first, second)] == ["Figure 2: Errors", "Log 1."]


@pytest.mark.parametrize(("width", "height", "share"), [(1600, 1500, 0.385), (1500, 1600, 0.47), (500, 5000, 0.78)])
def test_heights_of_images_are_limited(width: int, height: int, share: float) -> None:
    image = Image(WIDE.data, WIDE.media_type, width, height, "Errors")
    (extent,) = only(Figure(image)).iter(f"{WP}extent")
    room = (297 - 21 - 20) * 36_000
    assert int(extent.get("cy", "")) == pytest.approx(min(room * share, 170 * 36_000 * height / width), rel=0.01)


def test_paper_shows_the_excerpt() -> None:
    data = only(Excerpt((CodeBlock("all"),), (CodeBlock("some"),)))
    assert "some" in said(data)
    assert "all" not in said(data)


def test_adjacent_code_blocks_are_separate() -> None:
    data = only(CodeBlock("one"), CodeBlock("two"))
    assert [style(p) for p in data.iter(f"{W}p")][-3:] == ["CodeBlock", "Spacer", "CodeBlock"]


def test_notes_summary_root_cause_and_footer_have_own_styles() -> None:
    data = body(render())
    assert style(paragraph(data, "All times in Europe/Paris.")) == "Note"
    assert style(paragraph(data, ("A deploy doubled the number of workers per pod. " * 4).strip())) == "Lead"
    assert style(paragraph(data, "The pool size is a constant of its own.")) == "RootCause"
    footer = paragraph(data, "This post-mortem follows a blameless culture.")
    assert style(footer) == "ClosingNote"
    assert find(part(render(), "word/styles.xml"), "w:style[@w:styleId='ClosingNote']/w:pPr/w:pBdr/w:top")


def test_quotes_and_list_continuations_are_indented() -> None:
    data = only(Quote((text("one"), Quote((text("two"),)), bullets("item"))), bullets("list"))
    assert [style(paragraph(data, words)) for words in ("one", "two")] == ["Quote", "Quote"]
    assert not find(paragraph(data, "one"), "w:pPr/w:ind")
    assert find(paragraph(data, "two"), "w:pPr/w:ind/@w:left") == ["680"]
    assert find(paragraph(data, "item"), "w:pPr/w:ind/@w:left") == ["680"]
    assert not find(paragraph(data, "list"), "w:pPr/w:ind")


# ---- images


def test_images_have_alt_texts_and_ids_and_fit_the_page() -> None:
    data = render()
    images = find(body(data), "//wp:inline/wp:docPr")
    assert [image.get("descr") for image in images] == [SMALL.alt, WIDE.alt, GIF.alt, JPEG.alt]
    assert [image.get("id") for image in images] == ["1", "2", "3", "4"]
    extents = [(int(e.get("cx")), int(e.get("cy"))) for e in find(body(data), "//wp:extent")]
    assert extents[0] == (16 * 9525, 16 * 9525)
    assert extents[1] == pytest.approx((170 * 36000, 170 * 36000 * 500 / 1600), rel=0.001)
    with zipfile.ZipFile(BytesIO(data)) as file:
        media = {name: file.read(name) for name in file.namelist() if name.startswith("word/media/")}
    assert media == {
        "word/media/image1.png": SMALL.data,
        "word/media/image2.png": WIDE.data,
        "word/media/image3.gif": GIF.data,
        "word/media/image4.jpeg": JPEG.data,
    }


def test_an_image_fits_its_cell_and_is_stored_once() -> None:
    both = (column("A"), column("B"))
    data = render(holding(Figure(WIDE), table(both, Row(((Figure(WIDE),), (Paragraph((WIDE,)),))))))
    page, *cells = (int(e.get("cx")) for e in find(body(data), "//wp:extent"))
    widths = [int(w) * 635 for w in find(body(data), "//w:tbl/w:tblGrid/w:gridCol/@w:w")]
    assert page == pytest.approx(170 * 36000, rel=0.001)
    assert all(cell < width for cell, width in zip(cells, widths, strict=True))
    with zipfile.ZipFile(BytesIO(data)) as file:
        assert [name for name in file.namelist() if "media" in name] == ["word/media/image1.png"]


def test_a_tall_image_fits_the_page_height() -> None:
    tall = replace(SMALL, width=10, height=100_000)
    ((height, width),) = ((int(e.get("cy")), int(e.get("cx"))) for e in find(only(Figure(tall)), "//wp:extent"))
    assert height <= 297 * 36000
    assert width >= 1


# ---- lists


def test_sixty_list_levels_keep_their_order() -> None:
    block: Block = text("level 60")
    for level in range(59, 0, -1):
        block = List((Item((text(f"level {level}"), block)),), ordered=level % 2 == 0)
    data = only(block)
    found = [p for p in data.iter(f"{W}p") if said(p).strip().startswith("level")]
    assert [said(p).strip() for p in found] == [f"level {level}" for level in range(1, 61)]
    assert [numbers(p)[0] for p in found[:-1]] == [min(level, 8) for level in range(59)]
    styles = [style(p) for p in found]
    assert styles[:6] == ["ListBullet", "ListNumber2", "ListBullet3", "ListNumber4", "ListBullet5", "ListNumber5"]
    assert set(styles[6:]) == {"ListBullet5", "ListNumber5", "ListContinue5"}
    assert max(int(indent) for indent in find(data, "//w:ind/@w:left")) <= 9 * 340


def test_every_numbered_list_restarts() -> None:
    one, two, three = (replace(bullets(*words.split()), ordered=True) for words in ("a b", "c d", "e f"))
    data = render(holding(one, replace(two, start=0), text("between"), replace(three, start=7)))
    ids = [numbers(paragraph(body(data), words))[1] for words in "abcdef"]
    assert ids[0::2] == ids[1::2]
    assert len(set(ids)) == 3
    numbering = part(data, "word/numbering.xml")
    starts = [value(numbering, f"w:num[@w:numId='{n}']/w:lvlOverride[@w:ilvl='0']/w:startOverride") for n in ids[::2]]
    assert starts == ["1", "0", "7"]


def test_a_list_continues_after_a_nested_list_on_its_level() -> None:
    columns = (column("A"),)
    inner = table(columns, Row(((replace(bullets("in a cell"), ordered=True),),)))
    data = render(holding(List((Item((text("first"), inner)), Item((text("second"),))), ordered=True)))
    first, inside, second = (numbers(paragraph(body(data), words)) for words in ("first", "in a cell", "second"))
    assert first == second
    assert first[0] == inside[0]
    numbering = part(data, "word/numbering.xml")
    definitions = [value(numbering, f"w:num[@w:numId='{n}']/w:abstractNumId") for n in (first[1], inside[1])]
    assert len(set(definitions)) == 2


def test_definitions_precede_lists() -> None:
    tags = [child.tag for child in part(render(), "word/numbering.xml")]
    assert tags == sorted(tags)
    assert set(tags) == {f"{W}abstractNum", f"{W}num"}


def test_numbers_above_the_limit_are_text() -> None:
    tasks = replace(TASKS, ordered=True, start=20260314)
    data = only(tasks)
    assert "20260314.\t✓\tRunbook updated\n20260315.\t☐\tRunbook tested" in said(data)


def test_task_states_are_text() -> None:
    assert "✓\tRunbook updated\n☐\tRunbook tested" in said(only(TASKS))
    assert "✓ Runbook updated\n☐ Runbook tested" in said(only(replace(TASKS, ordered=True)))
    assert numbers(paragraph(only(TASKS), "✓\tRunbook updated")) == (0, 3)


def test_an_empty_item_keeps_its_number() -> None:
    data = only(List((Item(()), Item((CodeBlock("code"),)), Item((text("words"),))), ordered=True))
    items = find(data, "//w:p[w:pPr/w:numPr]")
    assert [said(p).strip() for p in items] == ["", "", "words"]
    assert style(items[1].getnext()) == "ListCode"


def test_whys_are_a_numbered_list_with_answers() -> None:
    data = only(WHYS)
    question, answer = paragraph(data, "Why did they wait?"), paragraph(data, "The connection pool was exhausted.")
    assert style(question) == "Why"
    assert (numbers(question)[0], numbers(answer)[0]) == (0, 1)


def test_lists_work_in_cells_and_quotes() -> None:
    data = body(render())
    assert numbers(paragraph(data, "in production"))[0] == 0
    assert find(paragraph(data, "in production"), "ancestor::w:tc")
    assert str(style(paragraph(data, "list in quote"))).startswith("QuoteList")


# ---- tables


def tables(data: etree._Element) -> list[Any]:
    found = list(data.iter(f"{W}tbl"))
    assert found
    return found


@ALL
def test_tables_are_valid(document: Document) -> None:
    for element in body(render(document)).iter(f"{W}tbl"):
        header, *rows = find(element, "w:tr")
        marks = find(header, "w:trPr/*")
        assert [mark.tag for mark in marks] == [f"{W}cantSplit", f"{W}tblHeader"]
        assert not any(mark.attrib for mark in marks)
        assert not any(find(row, "w:trPr/w:tblHeader") for row in rows[1:]), "only a group's title follows"
        assert not find(element, ".//w:gridSpan | .//w:vMerge | .//w:hMerge")
        grid = find(element, "w:tblGrid/w:gridCol/@w:w")
        assert all(find(row, "w:tc/w:tcPr/w:tcW/@w:w") == grid for row in (header, *rows))
        assert sum(map(int, grid)) <= TEXT_WIDTH
        assert value(element, "w:tblPr/w:tblLayout") is None
        assert find(element, "w:tblPr/w:tblLayout/@w:type") == ["fixed"]
        assert [child.tag.removeprefix(W) for child in element[0]][-3:] == ["tblLook", "tblCaption", "tblDescription"]
        assert {cell[-1].tag for cell in element.iter(f"{W}tc")} == {f"{W}p"}
        assert find(element, "following-sibling::*[1]/self::w:p")


def test_a_table_has_a_description() -> None:
    descriptions = [value(element, "w:tblPr/w:tblDescription") for element in tables(body(render()))]
    before, after = (METADATA, FIGURES_AT_A_GLANCE, COURSE, PREVIEWS), (OWN_TABLE, OWN_TABLE, IMPACT, ACTIONS)
    assert descriptions == [
        *(table.description for table in before),
        f"{TIMELINE.description} · Saturday, 14 March 2026",
        f"{TIMELINE.description} · Sunday, 15 March 2026",
        *(table.description for table in after),
    ]
    looks = [find(element, "w:tblPr/w:tblLook/@w:firstColumn") for element in tables(body(render()))]
    assert looks == [["1"], ["0"], ["1"], ["0"], ["0"], ["0"], ["0"], ["0"], ["1"], ["0"]]


def test_metadata_is_a_dense_table_in_two_pairs_of_columns_read_row_by_row() -> None:
    element = tables(body(render()))[0]
    head, *rows = ([said(cell).strip() for cell in find(row, "w:tc")] for row in find(element, "w:tr"))
    assert head == ["Field", "Value", "Field", "Value"]
    assert rows[:2] == [
        ["Incident ID", "INC-2026-0142", "Date", "14 March 2026"],
        ["Duration", "1 h 25 min (from detection to resolution)", "Severity", "P1"],
    ]
    assert {len(row) for row in rows} == {4}
    assert {style(p) for p in find(element, "w:tr[1]//w:p")} == {"TableHeadingHidden"}
    few = table(METADATA.columns, *METADATA.groups[0].rows[:5], role="metadata", row_headers=True)
    assert len(find(only(few), "//w:tblGrid/w:gridCol")) == 2


def test_metadata_of_an_odd_number_of_rows_ends_with_empty_cells() -> None:
    odd = table(METADATA.columns, *METADATA.groups[0].rows[:7], role="metadata", row_headers=True)
    assert [said(cell).strip() for cell in find(only(odd), "//w:tr[last()]/w:tc")] == [
        "Incident Commander",
        "Ana Ruiz",
        "",
        "",
    ]


def test_previews_are_columns_that_link_to_their_sections() -> None:
    data = body(render())
    element = next(one for one in tables(data) if value(one, "w:tblPr/w:tblDescription") == PREVIEWS.description)
    cause, actions = find(element, "w:tr/w:tc")
    for cell, title in ((cause, "Root Cause"), (actions, "Action Items")):
        anchors = set(find(cell, ".//w:hyperlink/@w:anchor"))
        assert anchors == set(find(paragraph(data, title), "w:bookmarkStart/@w:name"))
    assert not find(element, ".//w:pStyle[starts-with(@w:val, 'Heading')]")
    assert [style(p) for p in find(cause, "w:p")] == ["PreviewTitle", "PreviewText"]
    assert "PreviewAction" in {style(p) for p in find(actions, "w:p")}
    assert find(actions, ".//w:rStyle/@w:val")[1:3] == ["ShareOverdue", "ShareDone"]


def test_text_columns_take_the_remaining_width() -> None:
    timeline, actions = tables(body(render()))[4], tables(body(render()))[-1]
    time, event = map(int, find(timeline, "w:tblGrid/w:gridCol/@w:w"))
    assert time < event / 6
    widths = list(map(int, find(actions, "w:tblGrid/w:gridCol/@w:w")))
    assert widths[1] == max(widths)
    assert widths[0] in sorted(widths)[:2]
    assert sum(widths) == pytest.approx(TEXT_WIDTH, abs=10)


@pytest.mark.parametrize("theme", themes.theme_names())
def test_actions_have_nearly_half_of_their_table(theme: str) -> None:
    data = pmexport.render(Path(__file__).parents[2] / "samples" / "checkout-outage.yaml", "docx", theme=theme)
    actions = next(one for one in tables(body(data)) if "Deadline" in said(one))
    widths = list(map(int, find(actions, "w:tblGrid/w:gridCol/@w:w")))
    least = {"clear": 0.36, "board": 0.38, "inquiry": 0.4}.get(theme, 0.42)  # they have less room for their type
    assert least < widths[1] / sum(widths) < 0.6


def test_running_text_has_shorter_lines_than_tables() -> None:
    styles = part(render(), "word/styles.xml")
    for name in ("BodyText", "ListBullet", "ListNumber2", "ListContinue2", "Quote", "Note"):
        assert find(styles, f"w:style[@w:styleId='{name}']/w:pPr/w:ind/@w:right") == [str(TEXT_WIDTH - 20 * 350)], name
    paper = themes.default_theme()
    small = paper.tokens.model_copy(update={"fonts": paper.tokens.fonts.model_copy(update={"size": "14pt"})})
    wide = part(render(theme=replace(paper, tokens=small)), "word/styles.xml")
    assert find(wide, "w:style[@w:styleId='BodyText']/w:pPr/w:ind/@w:right") == ["0"]


def test_lists_and_quotes_in_cells_have_the_whole_cell() -> None:
    inside = (List((Item((text("item"),)),)), Quote((text("quoted"),)))
    element = only(table((column("A"),), Row((inside,))), *inside)
    for words in ("item", "quoted"):
        cell, outside = [p for p in element.iter(f"{W}p") if said(p).strip() == words]
        assert find(cell, "w:pPr/w:ind/@w:right") == ["0"]
        assert find(outside, "w:pPr/w:ind/@w:right") == []


@pytest.mark.parametrize(("because", "kept"), [(20, True), (2000, False)])
def test_whys_are_kept_with_their_root_cause_if_a_page_has_room(because: int, kept: bool) -> None:
    item = Item((text("Why?"), text("because " * because)))
    whys = Section("five_whys", "5 Whys", 3, (List((item,) * 5, ordered=True, role="whys"),))
    cause = Section("root_cause", "Root Cause", 3, (text("cause"),))
    analysis = Section("root_cause_analysis", "Analysis", 2, (), (whys, cause))
    found = [p for p in body(render(replace(MINIMAL, sections=(analysis,)))).iter(f"{W}p") if "because" in said(p)]
    assert len(found) == 5
    assert all(bool(find(p, "w:pPr/w:keepNext")) is kept for p in found)


def test_days_are_regular_rows() -> None:
    rows = [row for part in tables(body(render()))[4:6] for row in find(part, "w:tr")]
    says = [[said(cell).strip() for cell in find(row, "w:tc")] for row in rows]
    assert says[1] == ["", "Saturday, 14 March 2026"]
    assert says[8] == ["", "Sunday, 15 March 2026"]
    assert [says[0][0], says[2][0], says[9][0]] == ["Time", "1\N{EN SPACE}14:02", "6\N{EN SPACE}09:00"]
    roomy = Table((column("A"),), (RowGroup((Row(((text("x"),),)),), (Text("Group"),)),), description="One column.")
    assert said(find(only(roomy), "//w:tr")[1]).strip() == "Group"


def test_only_long_rows_break_across_pages() -> None:
    long = Row(((text("12:00"),), (text("words " * 500),)))
    listing = Row(((text("12:01"),), (CodeBlock("line\n" * 100),)))
    short = event("12:02", "Triage", "info", Text("Short."))
    rows = find(only(table(TIMELINE.columns, long, listing, short)), "//w:tr")
    assert [bool(find(row, "w:trPr/w:cantSplit")) for row in rows] == [True, False, False, True]


def test_a_short_row_is_not_alone_with_the_header() -> None:
    brief = [event(f"12:0{n}", "Triage", "info", Text("Short.")) for n in range(6)]
    long = Row(((text("12:00"),), (text("words " * 100),)))
    for table_, kept in (
        (table(TIMELINE.columns, *brief), [True, True, False, False, True, False]),
        (table(TIMELINE.columns, brief[0]), [False]),
        (table(TIMELINE.columns, long, *brief[:3], long), [False, True, False, True, False]),
    ):
        rows = find(only(table_), "//w:tr[not(w:trPr/w:tblHeader)]")
        assert [len(find(row, "w:tc")) == len(find(row, "w:tc/w:p[w:pPr/w:keepNext]")) for row in rows] == kept


def test_the_last_row_of_a_day_may_end_a_page() -> None:
    days = tuple(
        RowGroup((event("12:00", "Triage", "info", Text("Short.")),) * 2, (Text(f"Day {n}"),)) for n in range(6)
    )
    rows = find(only(replace(TIMELINE, groups=days)), "//w:tr[not(w:trPr/w:tblHeader)]")
    kept = [bool(find(row, "w:tc/w:p[w:pPr/w:keepNext]")) for row in rows]
    assert kept[3:12] == [False, True, False] * 3  # the day's name is kept by its style


def test_short_columns_do_not_break_words() -> None:
    columns = (column("ID", "id"), column("Action"), column("Owner", "name"), column("Priority", "label"))
    words = ("AI-1", "Shrink the connection pools of every pod. " * 3, "Site Reliability", "Medium")
    shape = measure_columns(table(columns, Row(tuple((text(cell),) for cell in words))), 8800, 14000, 220)
    letters = [(width - shape.gap) / (220 * 0.45) for width in shape.widths]
    assert letters[1] > sum(letters[2:])
    assert all(room > len(word) for room, word in zip(letters, ("AI-1", "", "Reliability", "Priority"), strict=True))


def test_content_of_a_tight_cell_has_small_type() -> None:
    cells = ((List((Item((text("a"),)),), ordered=True),), (Paragraph((Text("note"),), "note"),))
    wide = wide_table(14)
    rows = (Row((*cells, *wide.groups[0].rows[0].cells[2:])),)
    used = set(find(only(table(wide.columns, *rows)), "//w:tr[2]//w:pStyle/@w:val"))
    assert used == {"ListNumberTight", "TableNoteTight", "TableTextTight"}
    styles = part(render(), "word/styles.xml")
    assert len({value(styles, f"w:style[@w:styleId='{name}']/w:rPr/w:sz") for name in used}) == 1


def test_tables_work_in_cells_and_lists() -> None:
    outer = table((column("A"), column("B")), Row(((OWN_TABLE,), (List((Item((OWN_TABLE,)),)),))))
    data = only(outer)
    first, in_cell, in_list = tables(data)
    cells = list(map(int, find(first, "w:tblGrid/w:gridCol/@w:w")))
    for cell, inner in zip(cells, (in_cell, in_list), strict=True):
        assert sum(map(int, find(inner, "w:tblGrid/w:gridCol/@w:w"))) < cell
    assert find(in_list, "w:tblPr/w:tblInd/@w:w") == ["340"]


def test_empty_paragraphs_are_only_where_word_needs_them() -> None:
    data = only(OWN_TABLE, text("between"), OWN_TABLE, OWN_TABLE, text("end"))
    empty = [p for p in find(data, "w:body/w:p") if not said(p).strip()]
    assert [(p.getprevious().tag, p.getnext().tag) for p in empty] == [(f"{W}tbl", f"{W}tbl")]
    last = find(only(OWN_TABLE), "w:body/*[last() - 1]")[0]
    assert (last.tag, said(last).strip()) == (f"{W}p", "")


def test_row_headers_use_a_style_instead_of_bold() -> None:
    name = paragraph(body(render()), "Incident ID")
    assert style(name) == "TableLabelTight"
    assert not find(name, ".//w:rPr")


def test_cells_have_the_column_alignment() -> None:
    header, row = find(tables(only(OWN_TABLE))[0], "w:tr")[:2]
    for cells in (find(header, "w:tc"), find(row, "w:tc")):
        assert [value(cell, "w:p/w:pPr/w:jc") for cell in cells] == [None, "right", "center", None]


def wide_table(count: int) -> Table:
    columns = tuple(column(f"Column {n}") for n in range(count))
    return table(columns, Row(tuple((text(f"ordinary words {n}"),) for n in range(count))))


@pytest.mark.parametrize("count", [1, 5, 14, 40])
def test_many_columns_fit_the_page(count: int) -> None:
    data = only(wide_table(count))
    assert sum(map(int, find(data, "//w:gridCol/@w:w"))) <= TEXT_WIDTH
    tight = "Tight" if count > 5 else ""
    assert set(find(data, "//w:tc//w:pStyle/@w:val")) == {f"TableHeading{tight}", f"TableText{tight}"}


def test_columns_beyond_the_limit_are_merged() -> None:
    table = wide_table(70)
    data = only(table)
    assert {len(find(row, "w:tc")) for row in find(data, "//w:tr")} == {63}
    assert_in_order(leaves(table), said(data))


def test_a_very_long_word_leaves_room_for_other_columns() -> None:
    word = "supercalifragilistic" * 500
    row = Row(((text("14:02"),), (text(word),), (text("ordinary"),)))
    widths = list(map(int, find(only(table((column("T", "time"), column("A"), column("B")), row)), "//w:gridCol/@w:w")))
    assert sum(widths) <= TEXT_WIDTH
    assert min(widths) > 500


@pytest.mark.slow
def test_long_tables_repeat_their_header() -> None:
    rows = [event(f"{n // 60:02}:{n % 60:02}", "Phase", "info", Text(f"Event {n}.")) for n in range(2000)]
    data = only(table(TIMELINE.columns, *rows))
    found = find(data, "//w:tr")
    assert len(found) == 2001
    assert [said(found[n]).split() for n in (1, 2000)] == [
        ["00:00", "Phase:", "Event", "0."],
        ["33:19", "Phase:", "Event", "1999."],
    ]
    assert len(find(data, "//w:tblHeader")) == 1


# ---- the story at a glance


def lines(cell: etree._Element) -> list[list[tuple[int, str, str]]]:
    """Return the lines of a band's cell: tab stops, each with its alignment and the text or the style at it."""
    found = []
    for line in find(cell, "w:p"):
        stops = [(int(tab.get(f"{W}pos")), tab.get(f"{W}val")) for tab in find(line, "w:pPr/w:tabs/w:tab")]
        texts: list[str] = []
        for run in find(line, "w:r"):
            if find(run, "w:tab"):
                texts.append(value(run, "w:rPr/w:rStyle") or "")
            elif texts:
                texts[-1] += said(run)
        found.append([(*stop, text) for stop, text in zip(stops, texts, strict=True)])
    return found


def test_the_impact_band_is_drawn_to_scale() -> None:
    band = tables(body(render()))[2]
    cell = int(find(band, "w:tblGrid/w:gridCol/@w:w")[1])
    assert cell > TEXT_WIDTH * 0.6
    width = cell - 60
    flags, bar, *_ = (find(row, "w:tc[2]")[0] for row in find(band, "w:tr"))
    names = [said(find(row, "w:tc[1]")[0]).strip() for row in find(band, "w:tr")]
    assert names == ["", "Impact", "Change", "Response", "Communication", ""]
    at = [round(part * width) for part in (0.05, 0.1, 0.9)]
    high, _, low, elapsed = lines(flags)
    assert [stop for stop, _, _ in high] == [at[0], at[0] + 20, at[0] + 80]
    assert high[-1] == (at[0] + 80, "left", "13:58 Impact started")
    assert (at[1] + 80, "left", "14:02 Detected") in low
    assert (at[2] - 60, "right", "15:27 Resolved") in low
    assert at[0] in {stop for stop, _, _ in low}, "the line of the higher flag goes on"
    assert [text for _, _, text in elapsed if text.startswith("+")] == ["+4 min", "+1 h 29 min"]
    (drawn,) = lines(bar)
    assert [(stop, text) for stop, _, text in drawn] == [
        (at[0], "  47 min"), (round(0.5 * width), "BandImpact  42 min"), (at[2], "BandMitigated")
    ]  # fmt: skip


@pytest.mark.parametrize("distance", [0, 10], ids=["at one instant", "closer than their lines are wide"])
def test_labels_of_flags_that_stand_together_are_at_their_lines(distance: int) -> None:
    data = body(render())
    axis = int(find(tables(data)[2], "w:tblGrid/w:gridCol/@w:w")[1]) - 60
    first, second = 0.1, 0.1 + distance / axis
    both = (flag(first, "Impact started", "13:58", "", 1), flag(second, "Detected", "13:58", "+0 min", 0))
    drawn = only(replace(COURSE, views=(replace(COURSE.views[0], flags=both),)))
    cell = find(tables(drawn)[0], "w:tr[1]/w:tc[2]")[0]
    width = int(find(drawn, "//w:gridCol[2]/@w:w")[0]) - 60
    label = round(second * width) + 80
    high, _, low, elapsed = lines(cell)
    assert [text for _, _, text in high if "13:58" in text] == ["13:58 Impact started"]
    assert (label, "left", "13:58 Detected") in low
    assert (label, "left", "+0 min") in elapsed


def test_the_impact_band_stays_with_its_caption() -> None:
    data = render()
    band = tables(body(data))[2]
    caption = band.getnext()
    assert (style(caption), said(caption).strip()) == (
        "Caption", "All times in Europe/Paris Numbers refer to rows of the timeline."
    )  # fmt: skip
    assert set(find(band, ".//w:pStyle/@w:val")) == {"BandText", "BandBar", "BandLane", "BandTitle"}
    assert find(part(data, "word/styles.xml"), "w:style[@w:styleId='BandText']/w:pPr/w:keepNext")


@pytest.mark.parametrize("count", [31, 300, 5000])
def test_many_ticks_stay_within_the_axis(count: int) -> None:
    marks = tuple(Mark(n / (count - 1), n / (count - 1)) for n in range(count))
    view = replace(COURSE.views[0], lanes=(EventLane((Text("Response"),), marks),))
    data = only(replace(COURSE, views=(view,)))
    width = int(find(data, "//w:gridCol[2]/@w:w")[0])
    found = lines(find(tables(data)[0], "w:tr[3]/w:tc[2]")[0])
    assert all(len(line) <= 64 for line in found)
    assert 0.9 * width < max(stop for line in found for stop, _, _ in line) < width


def test_key_figures_are_titles_above_large_values() -> None:
    figures = tables(body(render()))[1]
    assert [style(p) for p in figures.iter(f"{W}p")] == ["KeyFigureLabel", "KeyFigureLabel", "KeyFigure", "KeyFigure"]
    assert len(set(find(figures, "w:tblGrid/w:gridCol/@w:w"))) == 1
    values = Row(((text("some 9,600 customers"),), *(((text("4 min"),),) * 5)))
    narrow = table((column("Users affected", "name"),) * 6, values, role="key_figures")
    widths = list(map(int, find(only(narrow), "//w:gridCol/@w:w")))
    assert widths[0] > widths[1]
    assert sum(widths) <= TEXT_WIDTH


# ---- contents, head and foot


def test_contents_link_to_headings() -> None:
    data = body(render(LONG))
    control = find(data, "w:body/w:sdt")[0]
    assert value(control, "w:sdtPr/w:docPartObj/w:docPartGallery") == "Table of Contents"
    heading, *entries, _end = find(control, "w:sdtContent/w:p")
    assert (style(heading), said(heading).strip()) == ("TOCHeading", "Contents")
    assert [(style(entry), said(entry).strip()) for entry in entries] == [
        (f"Toc{section.level - 1}", section.title) for section in sections_of(LONG)
    ]
    marks = [mark for mark in data.iter(f"{W}bookmarkStart") if str(mark.get(f"{W}name")).startswith("_Toc")]
    targets = {mark.get(f"{W}name"): said(mark.getparent()).strip() for mark in marks}
    links = {link.get(f"{W}anchor"): said(link) for link in find(control, ".//w:hyperlink")}
    assert links == targets
    assert len(set(find(data, "//w:bookmarkStart/@w:id"))) == len(find(data, "//w:bookmarkStart"))
    assert codes(control) == [r'TOC \o "1-2" \h \z']
    assert find(control, ".//w:fldChar/@w:fldCharType") == ["begin", "separate", "end"]


def test_updated_contents_omit_headings_inside_fields() -> None:
    """Word lists the styles named heading 1 and 2; others are only in the navigation pane."""
    styles = part(render(), "word/styles.xml")
    names = find(styles, "w:style[w:pPr/w:outlineLvl/@w:val < 2]/w:name/@w:val")
    assert sorted(names) == ["Text Heading 2", "heading 1", "heading 2"]
    inside = only(Heading(3, (Text("Inside"),)))
    assert style(paragraph(inside, "Inside")) == "TextHeading2"


def test_a_short_report_has_no_contents() -> None:
    assert not find(body(render()), "//w:sdt")
    few = replace(LONG, sections=(*LONG.sections[:2], LONG.sections[-1]))
    assert not find(body(render(few)), "//w:sdt")


def test_contents_follow_the_summary() -> None:
    texts = [said(paragraph).strip() for paragraph in find(body(render(LONG)), "//w:p")]
    heading = texts.index("Executive Summary")
    assert heading < texts.index("Contents") < texts.index("Timeline")


def test_no_field_prompts_for_an_update() -> None:
    with zipfile.ZipFile(BytesIO(render())) as file:
        everything = b"".join(file.read(name) for name in file.namelist())
    assert b"fldChar" in everything
    assert b"dirty" not in everything
    assert b"updateFields" not in everything


def test_headers_and_footers_name_the_report_and_page() -> None:
    section = word(replace(REPORT, tlp=None)).sections[0]
    assert section.different_first_page_header_footer
    assert section.first_page_header.paragraphs[0].text == ""
    assert section.header.paragraphs[0].text == f"INC-2026-0142\t{REPORT.title}"
    for footer in (section.footer, section.first_page_footer):
        assert footer.paragraphs[0].text == "Revision 3 · Final\tPage 1 of 1"
        assert codes(footer.part.element) == ["PAGE", "NUMPAGES"]


@pytest.mark.parametrize("label", tlp_colors.INKS)
def test_a_tlp_label_is_on_every_page_in_its_colours(label: Any) -> None:
    data = render(replace(REPORT, tlp=label))
    section = docx.Document(BytesIO(data)).sections[0]
    furniture = (section.header, section.first_page_header, section.footer, section.first_page_footer)
    lines = [part.paragraphs[0].text.partition("\t") for part in furniture]
    assert [line[2] for line in lines] == [f"\u00a0{label}\u00a0"] * 4
    assert [line[0] for line in lines] == [
        f"INC-2026-0142 · {REPORT.title}",
        "",
        "Revision 3 · Final · Page 1 of 1",
        "Revision 3 · Final · Page 1 of 1",
    ]
    name = section.header.paragraphs[0].runs[-1].style.style_id
    (face,) = find(part(data, "word/styles.xml"), f"w:style[@w:styleId='{name}']/w:rPr")
    assert value(face, "w:color") == tlp_colors.INKS[label].removeprefix("#").upper()
    assert find(face, "w:shd/@w:fill") == ["000000"]
    assert int(value(face, "w:sz") or 0) >= 24


@pytest.mark.parametrize("tlp", [None, "TLP:RED"])
def test_a_classification_is_boxed_on_every_page(tlp: Any) -> None:
    data = render(replace(REPORT, classification="Confidential", tlp=tlp))
    section = docx.Document(BytesIO(data)).sections[0]
    for part_, place in (
        (section.header, 0),
        (section.first_page_header, 0),
        (section.footer, -1),
        (section.first_page_footer, -1),
    ):
        line = part_.paragraphs[place]
        assert (line.text, line.style.style_id) == ("Confidential", "Classification")
        assert bool(tlp) == any("TLP:RED" in one.text for one in part_.paragraphs)
    (face,) = find(part(data, "word/styles.xml"), "w:style[@w:styleId='Classification']")
    assert len(find(face, "w:pPr/w:pBdr/*[@w:val='single']")) == 4
    assert find(face, "w:rPr/w:b")


V = "{urn:schemas-microsoft-com:vml}"


def test_an_unfinished_report_has_a_watermark_on_every_page() -> None:
    section = word(replace(REPORT, mark='In "Review" & <more>')).sections[0]
    shapes = [
        shape
        for head in (section.first_page_header, section.header)
        for shape in head.part.element.iterfind(f"{W}p/{W}r/{W}pict/{V}shape")
    ]
    assert [shape.get("id") for shape in shapes] == ["PowerPlusWaterMarkObject1", "PowerPlusWaterMarkObject2"]
    assert len({shape.get("{urn:schemas-microsoft-com:office:office}spid") for shape in shapes}) == 2
    for shape in shapes:
        assert [path.get("string") for path in shape.iter(f"{V}textpath")] == ['In "Review" & <more>']
        (width,), (height,) = (re.findall(rf"{name}:([\d.]+)pt", shape.get("style")) for name in ("width", "height"))
        assert float(width) + float(height) < TEXT_WIDTH / 20 * 2**0.5


def test_a_final_report_has_no_watermark() -> None:
    with zipfile.ZipFile(BytesIO(render())) as file:
        assert not any(b"WaterMark" in file.read(name) for name in file.namelist())


def luminance(color: str) -> float:
    parts = [int(color[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def test_a_band_says_it_above_the_text_instead() -> None:
    theme = themes.find_theme("default", {"mark": "band"})
    head = word(replace(REPORT, mark="Draft"), theme).sections[0].header
    assert [paragraph.text for paragraph in head.paragraphs if paragraph.style.name == "Mark Band"] == ["Draft"]
    assert not list(head.part.element.iter(f"{V}shape"))


MARKED = [name for name in themes.theme_names() if themes.find_theme(name).tokens.mark == "watermark"]


@pytest.mark.parametrize("name", MARKED)
def test_text_is_legible_over_the_watermark(name: str) -> None:
    theme = themes.find_theme(name)
    head = word(replace(REPORT, mark="Draft"), theme).sections[0].header.part.element
    (fill,) = (shape.get("fillcolor") for shape in head.iter(f"{V}shape"))
    colors = theme.tokens.colors
    behind = "#" + "".join(
        f"{(int(fill[index : index + 2], 16) + int(colors.page[index : index + 2], 16)) // 2:02x}"
        for index in (1, 3, 5)
    )
    for ink in (colors.text, colors.muted):
        dark, light = sorted((luminance(ink), luminance(behind)))
        assert (light + 0.05) / (dark + 0.05) >= 4.5  # WCAG 2.2, 1.4.3


def test_the_page_number_text_has_any_order() -> None:
    words = replace(REPORT.words, page="{pages} / {page}.")
    footer = word(replace(REPORT, words=words, tlp=None)).sections[0].footer
    assert footer.paragraphs[0].text.endswith("\t1 / 1.")
    assert codes(footer.part.element) == ["NUMPAGES", "PAGE"]


def test_a_long_title_is_shortened_only_in_the_header() -> None:
    title = "A very long title " * 30
    made = word(replace(REPORT, title=title))
    assert len(made.sections[0].header.paragraphs[0].text) < 120
    assert made.paragraphs[0].text.split() == title.split()
    assert len(made.core_properties.title) == 255


@pytest.mark.parametrize("label", [None, "TLP:AMBER+STRICT"])
def test_long_texts_keep_headers_on_one_line(label: Any) -> None:
    own = replace(REPORT.properties, id="I" * 300)
    document = replace(REPORT, title="W" * 5000, running=("C" * 1000, "Final"), properties=own, tlp=label)
    section = word(document).sections[0]
    for part_ in (section.header, section.footer):
        assert len(part_.paragraphs[0].text) < 140
        assert "…" in part_.paragraphs[0].text


def test_missing_texts_leave_no_separator() -> None:
    own = replace(REPORT.properties, id="")
    section = word(replace(REPORT, running=(), properties=own, tlp="TLP:RED")).sections[0]
    assert section.header.paragraphs[0].text.startswith(REPORT.title)
    assert section.footer.paragraphs[0].text.startswith("Page 1")


# ---- the file


def test_core_properties_describe_the_document() -> None:
    core = word().core_properties
    assert core.title == REPORT.title
    assert core.author == "Ana Ruiz; Ivo Lang"
    assert core.subject == "Post-Mortem"
    assert core.keywords == "database, deploy"
    assert core.language == "en"
    assert core.identifier == "INC-2026-0142"
    assert core.content_status == "Final"
    assert core.category == "TLP:GREEN"
    assert core.version == "3"
    assert core.revision == 1
    assert core.created == core.modified == datetime(2026, 3, 19, tzinfo=UTC)
    assert core.comments == ""


def test_nothing_of_the_default_template_is_left() -> None:
    data = render()
    with zipfile.ZipFile(BytesIO(data)) as file:
        names = set(file.namelist())
        everything = b"".join(file.read(name) for name in names if name.endswith(("xml", "rels")))
    assert names >= {"word/document.xml", "word/styles.xml", "word/numbering.xml", "docProps/core.xml"}
    assert not any(re.search("thumbnail|stylesWithEffects|customXml|app.xml", name) for name in names)
    assert b"python-docx" not in everything
    assert b"2013-12-23" not in everything
    settings = part(data, "word/settings.xml")
    assert find(settings, "w:zoom/@w:percent") == ["100"]
    assert find(settings, "w:compat/w:compatSetting[@w:name='compatibilityMode']/@w:val") == ["15"]


def test_the_language_is_the_documents() -> None:
    for language, shown in {"fr-CA": "fr-CA", "de": "de-DE", "sv": "sv-SE", "xx": "xx", '"><x/>': '"><x/>'}.items():
        found = part(render(replace(REPORT, language=language)), "word/styles.xml")
        assert value(found, "w:docDefaults/w:rPrDefault/w:rPr/w:lang") == shown


def test_the_page_follows_the_theme() -> None:
    section = word().sections[0]
    assert section.page_width is not None
    assert section.page_height is not None
    assert section.left_margin is not None
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert round(section.left_margin.mm) == 20
    tokens = themes.default_theme().tokens
    letter = tokens.page.model_copy(update={"size": "Letter", "margin_left": "1in"})
    section = word(theme=replace(themes.default_theme(), tokens=tokens.model_copy(update={"page": letter}))).sections[0]
    assert section.page_width is not None
    assert section.left_margin is not None
    assert (section.page_width.inches, section.left_margin.inches) == (8.5, 1)


def themed(folder: Path, tokens: str) -> Theme:
    (folder / "theme.toml").write_text(tokens, encoding="utf-8")
    return themes.find_theme(folder)


def test_styles_follow_the_tokens(tmp_path: Path) -> None:
    theme = themed(
        tmp_path,
        '[colors]\ntext = "#010203"\naccent = "#040506"\npage = "#fffff0"\n[tones]\ncritical = { ink = "#070809" }\n'
        '[fonts]\nword_text = "Georgia"\nword_code = "Menlo"\nsize = "12pt"\n',
    )
    data = render(REPORT, theme)
    styles = part(data, "word/styles.xml")

    def face(name: str) -> str:
        return etree.tostring(find(styles, f"w:style[@w:styleId='{name}']/w:rPr")[0]).decode()

    assert 'w:ascii="Georgia"' in face("Normal")
    assert 'w:val="010203"' in face("Normal")
    assert '<w:sz w:val="24"/>' in face("Normal")
    assert '<w:sz w:val="50"/>' in face("Title")
    assert 'w:val="040506"' in face("Hyperlink")
    assert 'w:val="070809"' in face("LabelCritical")
    assert 'w:ascii="Menlo"' in face("CodeBlock")
    assert find(body(data), "w:background/@w:color") == ["FFFFF0"]
    assert find(part(data, "word/settings.xml"), "w:displayBackgroundShape")


@pytest.mark.parametrize(
    ("language", "east_asian", "complex_"),
    [
        ("en", "Microsoft YaHei", "Arial"),
        ("ja", "Yu Gothic", "Arial"),
        ("zh-Hant-TW", "Microsoft JhengHei", "Arial"),
        ("zh-Hans", "Microsoft YaHei", "Arial"),
        ("th", "Microsoft YaHei", "Tahoma"),
        ("ar-EG", "Microsoft YaHei", "Arial"),
    ],
)
def test_every_script_has_a_font(language: str, east_asian: str, complex_: str) -> None:
    styles = part(render(replace(REPORT, language=language)), "word/styles.xml")
    for name, latin in (("Normal", "Calibri"), ("CodeBlock", "Consolas"), ("Code", "Consolas")):
        (fonts,) = find(styles, f"w:style[@w:styleId='{name}']/w:rPr/w:rFonts")
        assert [fonts.get(f"{W}{script}") for script in ("ascii", "hAnsi", "eastAsia", "cs")] == [
            *(latin, latin),
            *(east_asian, complex_),
        ]


def test_no_color_or_font_is_set_outside_the_styles() -> None:
    for document in (REPORT, ARABIC):
        data = render(document)
        assert not find(body(data), "//w:rPr/w:color | //w:rPr/w:rFonts | //w:rPr/w:sz | //w:shd | //w:pBdr")
        assert not find(body(data), "//w:spacing | //w:tcBorders | //w:tblBorders | //w:tblCellMar")
        closing = "following-sibling::*[1]/w:pPr/w:pStyle/@w:val = 'ClosingNote'"
        kept = find(body(data), f"//w:p[w:pPr/w:keepNext][not(ancestor::w:tc or {closing})]")
        places = [element.getparent().index(element) for element in kept]
        assert places == list(range(min(places, default=0), 1 + max(places, default=-1))), "only the five whys"
        assert {style(element) for element in (*kept[:1], *(one.getnext() for one in kept[-1:]))} <= {"Heading2"}


@pytest.mark.parametrize("block", [text("words"), replace(TIMELINE, groups=TIMELINE.groups[:1])])
def test_no_page_has_only_the_closing_words(block: Block) -> None:
    data = render(replace(MINIMAL, sections=(Section("s", "Title", 2, (block,)),), footer=(text("Blameless."),)))
    (closing,) = find(body(data), "//w:p[w:pPr/w:pStyle/@w:val='ClosingNote']")
    before = next(one for one in closing.itersiblings(preceding=True) if style(one) != "Spacer")
    last = find(before, "w:tr")[-1] if before.tag == f"{W}tbl" else before
    assert all(find(paragraph, "w:pPr/w:keepNext") for paragraph in last.iter(f"{W}p"))
    assert find(part(data, "word/styles.xml"), "w:style[@w:styleId='ClosingNote']/w:pPr/w:keepNext")


def test_the_logo_comes_first(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(png(400, 100))
    theme = themed(tmp_path, 'logo = "logo.png"\nlogo_alt = "Example Corp"\n')
    data = body(render(REPORT, theme))
    first = find(data, "w:body/w:p")[0]
    assert said(first).strip() == "Example Corp"
    assert style(first) == "Logo"


@pytest.mark.parametrize(
    ("name", "message"), [("logo.png", "not a valid PNG"), ("missing.png", "logo file 'missing.png' is missing")]
)
def test_an_invalid_logo_is_an_error(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "logo.png").write_text("<svg/>", encoding="utf-8")
    with pytest.raises(ThemeError, match=message):
        render(REPORT, themed(tmp_path, f'logo = "{name}"\nlogo_alt = "A"\n'))


# ---- right to left


def test_a_right_to_left_document_is_set_right_to_left() -> None:
    data = body(render(ARABIC))
    turned = find(data, "//w:p[w:pPr/w:bidi]")
    straight = find(data, "//w:p[not(w:pPr/w:bidi)]")
    assert len(turned) > 20
    assert {style(p) for p in straight} == {"CodeBlock", "BandText", "BandBar", "BandLane"}
    assert find(data, "//w:sectPr/w:bidi")
    assert [child.tag.removeprefix(W) for child in tables(data)[0][0]][:2] == ["tblStyle", "bidiVisual"]
    found = runs(data)
    assert find(found["نقطة أولى"], "w:rPr/w:rtl")
    assert find(found[" · "], "w:rPr/w:rtl")
    assert not find(found["\u20662026-03-14 13:58\u2069"], "w:rPr/w:rtl")
    assert find(part(render(ARABIC), "word/styles.xml"), "w:style[@w:styleId='Normal']/w:pPr/w:bidi")


def test_latin_text_keeps_its_order_in_right_to_left_documents() -> None:
    """Digits and full stops at the edge of Latin text would otherwise move to the wrong side."""
    parts = (Text("4 min, "), Time("14:02"), Text(" to "), Time("14:06"))
    document = replace(holding(Paragraph(parts), text("Well."), text("words")), direction="rtl", tlp=None, running=())
    (line, stop, plain) = find(body(render(document)), "//w:p[w:pPr/w:pStyle/@w:val='BodyText']")
    assert said(line).strip().startswith("\u2066\u20664 min,")
    assert said(line).strip().endswith("\u2069\u2069")
    assert said(stop).strip() == "\u2066Well.\u2069"
    assert said(plain).strip() == "words"
    (foot,) = word(document).sections[0].footer.paragraphs
    assert foot.text == "\t\u2066Page 1 of 1\u200e\u2069"


def test_times_are_isolated_in_right_to_left_documents() -> None:
    found = runs(body(render(ARABIC)))
    assert "\u20662026-03-14\u2069" in found
    assert not find(found["\u20662026-03-14\u2069"], "w:rPr/w:rtl")
    assert not find(found["checkout-api --all"], "w:rPr/w:rtl")
    plain = said(body(render(REPORT)))
    assert "14 March 2026" in plain
    assert not re.search("[\u2066-\u2069]", plain)


# ---- the same bytes

RENDER = """
import sys
sys.path.insert(0, sys.argv[1])
import test_docx
for document in (test_docx.REPORT, test_docx.MINIMAL, test_docx.ARABIC):
    sys.stdout.buffer.write(test_docx.render(document))
"""


def rendered_elsewhere(**environment: str) -> bytes:
    command = [sys.executable, "-c", RENDER, str(Path(__file__).parent)]
    run = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, check=True)
    return run.stdout


@pytest.mark.slow
def test_rendering_is_reproducible_across_environments() -> None:
    one = rendered_elsewhere(PYTHONHASHSEED="1", TZ="Pacific/Kiritimati", LC_ALL="C")
    two = rendered_elsewhere(PYTHONHASHSEED="2", TZ="America/Adak", LC_ALL="C.UTF-8")
    assert len(one) > 10_000
    assert one == two


def stamps(document: Document) -> set[tuple[int, ...]]:
    with zipfile.ZipFile(BytesIO(render(document))) as file:
        return {entry.date_time for entry in file.infolist()}


def test_timestamps_come_from_the_document_or_the_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert stamps(MINIMAL) == {(1980, 1, 1, 0, 0, 0)}
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert stamps(MINIMAL) == {(2023, 11, 14, 22, 13, 20)}
    assert word(MINIMAL).core_properties.modified == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert stamps(REPORT) == {(2026, 3, 19, 0, 0, 0)}
    ancient = replace(REPORT, properties=replace(REPORT.properties, date="0079-08-24"))
    assert stamps(ancient) == {(1980, 1, 1, 0, 0, 0)}


def test_zip_entries_do_not_name_a_platform() -> None:
    with zipfile.ZipFile(BytesIO(render(MINIMAL))) as file:
        assert {entry.create_system for entry in file.infolist()} == {0}  # otherwise bytes differ between platforms


def test_an_invalid_epoch_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(RenderError, match="'yesterday'"):
        render(MINIMAL)


def test_notes_and_their_references_link_to_each_other() -> None:
    data = body(render())
    anchors = [link.get(f"{W}anchor") for link in data.iter(f"{W}hyperlink")]
    marks = [str(mark.get(f"{W}name")) for mark in data.iter(f"{W}bookmarkStart")]
    assert [anchor for anchor in anchors if anchor and anchor.startswith("note")] == ["note1", "note1", "noteref1"]
    assert [mark for mark in marks if mark.startswith("note")] == ["noteref1", "note1"]


def test_raised_and_lowered_text_is_marked_as_such() -> None:
    runs = [run for run in body(render()).iter(f"{W}r") if find(run, "w:rPr/w:vertAlign")]
    found = {said(run): value(run, "w:rPr/w:vertAlign") for run in runs}
    assert found["6"] == "superscript"
    assert found["2"] == "subscript"


# ---- quotes and images


QUOTED = """\
> Said.
>
> - one
>     - two
>
>     more
>
> ```
> code
> ```
>
> | A | B |
> |---|---|
> | c | d |
>
> #### Head
>
> > inner
> >
> > 1. three
"""


@pytest.mark.parametrize("place", ["text", "cell"])
def test_everything_in_a_quote_has_its_line_at_one_place(place: str) -> None:
    event = {"timeline": [{"time": "2026-03-14 14:02", "event": QUOTED}]}
    report = {"title": "T", **({"background": QUOTED} if place == "text" else event)}
    data = pmexport.render(report, "docx")
    styles = {str(one.get(f"{W}styleId")): one for one in part(data, "word/styles.xml").iter(f"{W}style")}
    numbering = part(data, "word/numbering.xml")
    places = {}
    for words in ("Said.", "one", "two", "more", "code"):
        (paragraph,) = [one for one in body(data).iter(f"{W}p") if words_of(one) == words]
        (line,) = find(paragraph, "w:pPr/w:pBdr/w:left") or find(styles[str(style(paragraph))], "w:pPr/w:pBdr/w:left")
        assert int(line.get(f"{W}sz")) == 18, words
        indent, hanging = indent_of(paragraph, styles, numbering)
        places[words] = indent - hanging - 20 * int(line.get(f"{W}space"))
    assert places == dict.fromkeys(places, 340 - 160)
    for words in ("inner", "three"):
        (paragraph,) = [one for one in body(data).iter(f"{W}p") if words_of(one) == words]
        assert find(paragraph, "w:pPr/w:pBdr/w:left") or find(styles[str(style(paragraph))], "w:pPr/w:pBdr/w:left")
    if place == "text":
        (table,) = [one for one in body(data).iter(f"{W}tbl") if "cd" in words_of(one).replace(" ", "")]
        shown = styles[str(find(table, "w:tblPr/w:tblStyle/@w:val")[0])]
        assert find(shown, "w:tblPr/w:tblBorders/w:left/@w:sz") == ["18"]
        assert find(shown, "w:tblPr/w:tblCellMar/w:left/@w:w") == ["160"]
        assert find(table, "w:tblPr/w:tblInd/@w:w") == [str(340 - 160)]


def words_of(element: etree._Element) -> str:
    return "".join(one.text or "" for one in element.iter(f"{W}t"))


def indent_of(
    paragraph: etree._Element, styles: dict[str, etree._Element], numbering: etree._Element
) -> tuple[int, int]:
    """Return a paragraph's indent and hanging indent: its own, otherwise those of its style."""
    own = find(paragraph, "w:pPr/w:ind") or find(styles[str(style(paragraph))], "w:pPr/w:ind")
    return (int(own[0].get(f"{W}left")), int(own[0].get(f"{W}hanging", 0))) if own else (0, 0)


# ---- the file as people use it


def test_a_few_styles_are_in_the_gallery() -> None:
    styles = part(render(), "word/styles.xml").findall(f"{W}style")
    shown = [one for one in styles if one.find(f"{W}qFormat") is not None]
    assert len(shown) == 17
    assert {"Body Text", "heading 1", "Quote", "Code Block", "Title"} <= {str(value(one, "w:name")) for one in shown}
    order = sorted(shown, key=lambda one: int(value(one, "w:uiPriority") or 0))
    assert [value(one, "w:name") for one in order[:3]] == ["Body Text", "heading 1", "heading 2"]
    for one in styles:
        hidden = [one.find(W + tag) is not None for tag in ("semiHidden", "unhideWhenUsed")]
        assert hidden == [one not in shown] * 2
        tags = [child.tag.removeprefix(W) for child in one]
        known = ["name", "basedOn", "next", "uiPriority", "semiHidden", "unhideWhenUsed", "qFormat"]
        assert [tag for tag in tags if tag in known] == [tag for tag in known if tag in tags]


def test_colors_and_fonts_refer_to_the_theme() -> None:
    data = render()
    drawing = {"a": "http://schemas.openxmlformats.org/drawingml/2006/main"}
    theme, styles = part(data, "word/theme/theme1.xml"), part(data, "word/styles.xml")
    tokens = themes.default_theme().tokens
    scheme = theme.find(".//a:clrScheme", drawing)
    assert scheme is not None
    colors = {etree.QName(one).localname: f"#{one[0].get('val')}".lower() for one in scheme}
    assert colors["dk1"] == tokens.colors.text.lower()
    assert colors["accent1"] == tokens.colors.accent.lower()
    assert theme.xpath(".//a:latin/@typeface", namespaces=drawing) == [tokens.fonts.word_text] * 2
    names = {"text1": "dk1", "background1": "lt1", "text2": "dk2", "background2": "lt2"}
    referring = [*styles.iter(f"{W}color"), *styles.iter(f"{W}shd")]
    for one in referring:
        own = "color" if one.tag == f"{W}shd" else "val"
        for attribute, color in (("themeColor", own), ("themeFill", "fill")):
            if name := one.get(W + attribute):
                assert colors[names.get(name, name)] == f"#{one.get(W + color)}".lower()
    assert {one.get(f"{W}themeColor") for one in referring} >= {"text1", "text2", "accent1", "accent2"}
    normal, heading = (find(styles, f"w:style[@w:styleId='{key}']/w:rPr/w:rFonts")[0] for key in ("Normal", "Heading1"))
    assert normal.get(f"{W}asciiTheme") == "minorHAnsi"
    assert heading.get(f"{W}asciiTheme") == "majorHAnsi"
    labels = [one for one in styles if str(value(one, "w:name")).startswith("TLP ")]
    assert labels
    assert not any(find(one, ".//@w:themeColor | .//@w:themeFill") for one in labels)  # the standard's colours stay


def test_code_has_styles_that_programs_recognise() -> None:
    styles = part(render(), "word/styles.xml")
    assert find(styles, "w:style[@w:styleId='CodeBlock']/w:basedOn/@w:val") == ["SourceCode"]
    assert find(styles, "w:style[@w:styleId='Code']/w:basedOn/@w:val") == ["VerbatimChar"]
    assert find(styles, "w:style/w:name[@w:val='Source Code' or @w:val='Verbatim Char']")


def test_the_title_of_a_table_is_not_its_description() -> None:
    report = {"title": "T", "background": "| A |\n|---|\n| b |\n\n### Costs\n\n| A |\n|---|\n| b |", "summary": "S"}
    report |= {"action_items": [{"action": "Do"}]}  # type: ignore[dict-item]
    properties = find(body(pmexport.render(report, "docx")), "//w:tblPr")
    titles = [str(value(one, "w:tblCaption")) for one in properties]
    assert titles == ["Incident Metadata", "Background", "Costs", "Action Items"]
    for one in properties:
        assert str(value(one, "w:tblCaption")).lower() not in str(value(one, "w:tblDescription")).lower()


@pytest.mark.parametrize(
    ("written", "spelled", "languages"),
    [
        ("pt-br", "pt-BR", ["pt-BR", "zh-CN", "pt-BR"]),
        ("en", "en", ["en-US", "zh-CN", "en-US"]),
        ("ZH-hant-tw", "zh-Hant-TW", ["en-US", "zh-TW", "zh-Hant-TW"]),
        ("ja", "ja", ["en-US", "ja-JP", "ja-JP"]),
        ("ar-EG", "ar-EG", ["en-US", "zh-CN", "ar-EG"]),
        ("th", "th", ["en-US", "zh-CN", "th-TH"]),
    ],
)
def test_each_script_has_its_language_and_region(written: str, spelled: str, languages: list[str]) -> None:
    data = render(replace(REPORT, language=written))
    (found,) = find(part(data, "word/styles.xml"), "w:docDefaults//w:lang")
    assert [found.get(f"{W}{script}") for script in ("val", "eastAsia", "bidi")] == languages
    assert word(replace(REPORT, language=written)).core_properties.language == spelled
