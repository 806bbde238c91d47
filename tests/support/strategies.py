"""Hypothesis strategies for texts, documents, Markdown as authors write it, and reports."""

from __future__ import annotations

import re
from typing import Any, get_args

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from pmexport.document import nodes
from pmexport.document.clean_text import clean, one_line
from pmexport.document.markdown.runs import trim_inlines as trimmed
from pmexport.document.nodes import Block, Blocks, Document, Inline, Inlines
from pmexport.report.vocabulary import Tone


def examples(factor: float) -> settings:
    """Return settings with a multiple of the profile's number of examples."""
    return settings(max_examples=max(1, round(settings().max_examples * factor)))


# ---- texts

MARKUP = [
    *"\\`*_{}[]()<>#+-.!|~&:;=/@$\"'^?,%ab1 ",
    *("**", "~~", "```", "~~~", "- ", "1. ", "> ", "# ", "---", "    ", "  \n", "\n", "\n\n", "\t", "|---|"),
    *("](", "[x] ", "[a]: ", "![", "http://", "https://e.x/a", "www.", "mailto:", "x@y.zz", "word", "10:42"),
    *("&amp;", "&#27;", "&#x202e;", "<br>", "<b>", "</td>", "<!--", "-->", "\\|", "{{ x }}", "{: #id}", "[TOC]"),
    *("\u00a0", "é", "—", "“", "数", "٣. ", "\x0c", "\u2028"),
]
"""Pieces of text that have a special meaning in some format."""

CONTROLS = [
    "\x1b[31m",
    "\x1b]0;",
    "\x07",
    "\x9b",
    "\x9c",
    "\x00",
    "\x85",
    "\r",
    "\u202e",
    "\u2067",
    "\u2069",
    "\ue000",
    "\ud800",
]

written = st.lists(st.sampled_from(MARKUP) | st.characters(), max_size=14).map("".join)
"""Text as an author may write it: any characters, including Markdown syntax."""

hostile = st.lists(st.sampled_from([*MARKUP, *CONTROLS]) | st.characters(), max_size=14).map("".join)
"""The same with escape sequences, control characters, direction marks and lone surrogates."""

lines = hostile.map(lambda text: one_line(text) or "x")
"""Clean text on one line, as in leaves of the tree."""

runs = hostile.map(lambda text: re.sub(r"[ \t\n]+", " ", clean(text))).map(lambda text: text if text.strip() else "x")
"""The same, with spaces at its ends: text next to other inlines."""


# ---- inlines

_ADDRESS = st.sampled_from([*"ab1/._-~?=&()[]<>|\\*#%", "&amp;", "&copy;"])
addresses = st.lists(_ADDRESS, max_size=8).map(lambda path: "https://e.x/" + "".join(path))

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c6360000000020001e221bc330000000049454e44ae426082"
)
"""A PNG image of one black pixel."""

images = st.builds(
    lambda alt, source: nodes.Image(PIXEL, "image/png", 1, 1, alt, source),
    lines,
    st.sampled_from(["graphs/errors.png", "a (b).png", "ü.png", "x]y.png", "p|q.png"]),
)

_leaves: SearchStrategy[Inline] = st.one_of(
    st.builds(nodes.Text, runs),
    st.builds(nodes.Text, runs),
    st.builds(nodes.Code, lines),
    st.builds(nodes.Label, lines, st.just("phase")),
    st.builds(nodes.Time, st.sampled_from(["14:02", "2026-03-14 14:02", "14:02:05"])),
)


def _several(inline: SearchStrategy[Inline], most: int) -> SearchStrategy[Inlines]:
    return st.lists(inline, min_size=1, max_size=most).map(tuple)


def _marked(inline: SearchStrategy[Inline]) -> SearchStrategy[Inline]:
    children = _several(inline, 3)
    return st.one_of(
        st.builds(nodes.Strong, children),
        st.builds(nodes.Emphasis, children),
        st.builds(nodes.Strike, children),
        st.builds(nodes.Marked, children, st.sampled_from(["sub", "sup", "kbd"])),
    )


def _links(words: SearchStrategy[Inline]) -> SearchStrategy[Inline]:
    written_out = addresses.map(lambda address: nodes.Link(address, (nodes.Text(address),)))
    return st.builds(nodes.Link, addresses, _several(words, 2)) | written_out


_marks = st.builds(nodes.NoteMark, st.integers(1, 99), st.sampled_from(["again", "back"]))

_inline: SearchStrategy[Inline] = st.recursive(
    _leaves | _marks | _links(st.recursive(_leaves, _marked, max_leaves=4)) | images, _marked, max_leaves=6
)


def _trimmed(inlines: Inlines) -> Inlines:
    """Return inlines as in the tree: no spaces or line breaks at the ends, no space at the start of a line."""
    return trimmed(inlines) or (nodes.Text("x"),)


inlines: SearchStrategy[Inlines] = _several(st.one_of(_inline, _inline, _inline, st.just(nodes.LineBreak())), 5).map(
    _trimmed
)
"""The content of a paragraph or heading: every kind of inline, nested."""


# ---- blocks

_paragraphs = st.builds(nodes.Paragraph, inlines, st.sampled_from(["text", "note"]))
_code = st.builds(
    nodes.CodeBlock,
    hostile.map(clean),
    st.sampled_from([None, "text", "c++", "sql", "a b", "`"]),
    st.sampled_from(["code", "log"]),
    st.just(()) | inlines,
    st.sampled_from([1, 98]),
)
_simple: SearchStrategy[Block] = st.one_of(
    _paragraphs,
    _paragraphs,
    _code,
    st.builds(nodes.Heading, st.integers(3, 6), inlines),
    st.just(nodes.Rule()),
    st.builds(nodes.Figure, images, st.lists(_paragraphs, max_size=2).map(tuple)),
)


def _tables(cells: SearchStrategy[Blocks]) -> SearchStrategy[Block]:
    @st.composite
    def tables(draw: DrawFn) -> nodes.Table:
        width = draw(st.integers(1, 3))
        align: SearchStrategy[nodes.Align] = st.sampled_from(["start", "center", "end"])
        columns = tuple(nodes.Column(draw(inlines), align=draw(align)) for _ in range(width))
        rows = st.lists(st.tuples(*[cells] * width).map(nodes.Row), max_size=2).map(tuple)
        groups = st.lists(st.builds(nodes.RowGroup, rows, st.just(()) | inlines), min_size=1, max_size=2).map(tuple)
        return nodes.Table(columns, draw(groups), description="A table")

    return tables()


def _containers(block: SearchStrategy[Block]) -> SearchStrategy[Block]:
    inside = st.lists(block, max_size=3).map(tuple)
    some = st.lists(block, min_size=1, max_size=3).map(tuple)
    items = st.lists(st.builds(nodes.Item, inside, st.sampled_from([None, None, True, False])), min_size=1, max_size=3)
    return st.one_of(
        st.builds(nodes.List, items.map(tuple), st.booleans(), st.sampled_from([0, 1, 7, 999_999_999])),
        st.builds(nodes.Quote, some),
        st.builds(nodes.Details, inlines, inside, st.booleans()),
        _tables(inside),
    )


blocks: SearchStrategy[Blocks] = st.lists(st.recursive(_simple, _containers, max_leaves=6), min_size=1, max_size=4).map(
    tuple
)
"""Every kind of block, nested."""


# ---- documents

_parts = st.floats(0, 1)
_ends = st.tuples(_parts, _parts).map(sorted)
_flags = st.builds(
    nodes.Flag,
    at=_parts,
    title=inlines,
    time=inlines,
    elapsed=inlines,
    tone=st.sampled_from(get_args(Tone)),
    rank=st.integers(0, 3),
    before=st.booleans(),
)
_stretches = st.builds(
    lambda ends, role, text: nodes.Stretch(ends[0], ends[1], role, text),
    _ends,
    st.sampled_from(["impact", "mitigated", "impact_open", "mitigated_open"]),
    inlines,
)
_events = st.builds(
    lambda ends, text: nodes.Mark(ends[0], ends[1], text), _ends, st.sampled_from(["", "1", "2\N{EN DASH}14"])
)
_lanes = st.builds(nodes.EventLane, inlines, st.lists(_events, max_size=3).map(tuple))
_views = st.builds(
    nodes.AxisView,
    flags=st.lists(_flags, max_size=3).map(tuple),
    stretches=st.lists(_stretches, min_size=1, max_size=2).map(tuple),
    lanes=st.lists(_lanes, max_size=2).map(tuple),
    ticks=st.lists(st.builds(nodes.Tick, lines, _parts), max_size=3).map(tuple),
    nights=st.lists(_ends.map(lambda ends: nodes.Span(*ends)), max_size=2).map(tuple),
    enlarged=st.none() | _ends.map(lambda ends: nodes.Span(*ends)),
)
_bands = st.builds(
    nodes.ImpactBand,
    title=inlines,
    columns=st.tuples(inlines, inlines, inlines),
    views=st.lists(_views, min_size=1, max_size=2).map(tuple),
    caption=inlines,
    key=inlines,
    description=lines,
)
_shares = st.builds(nodes.Share, st.integers(1, 9), inlines, st.sampled_from(["overdue", "open", "done", "dropped"]))
_preview = st.builds(
    nodes.Preview,
    section=st.just("trigger"),
    title=inlines,
    shares=st.lists(_shares, max_size=3).map(tuple),
    blocks=st.lists(st.builds(nodes.Paragraph, inlines), max_size=2).map(tuple),
    more=st.one_of(st.just(()), inlines),
)
_previews = st.builds(nodes.Previews, previews=st.lists(_preview, min_size=1, max_size=2).map(tuple), description=lines)
glances: SearchStrategy[Blocks] = st.lists(st.one_of(_bands, _previews), max_size=2).map(tuple)
"""The story at a glance, or none."""


@st.composite
def documents(draw: DrawFn) -> Document:
    """Return documents with any text in every place."""
    sections = [
        nodes.Section("summary", draw(lines), 2, (*draw(blocks), *draw(glances))),
        nodes.Section(
            "root_cause_analysis", draw(lines), 2, (), (nodes.Section("trigger", draw(lines), 3, draw(blocks)),)
        ),
    ]
    facts = st.lists(_several(_leaves, 2).map(_trimmed), max_size=3).map(tuple)
    return Document(
        title=draw(lines),
        facts=draw(facts),
        sections=tuple(sections),
        footer=draw(blocks),
        running=tuple(draw(st.lists(lines, max_size=3))),
        language="en",
        direction=draw(st.sampled_from(["ltr", "rtl"])),
        words=nodes.Words("Contents", "Page {page} of {pages}", "Skip to content"),
        properties=nodes.Properties(
            "INC-1", (draw(lines),), draw(lines), (draw(lines),), "Draft", "", "", "2026-03-14"
        ),
        tlp=draw(st.sampled_from([None, *get_args(nodes.Tlp)])),
        mark=draw(st.sampled_from(["", "Draft", "In Review"])),
    )


# ---- Markdown, as authors write it

_WORDS = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "epsilon",
    "zeta",
    "eta",
    "theta",
    "node-7",
    "10:42",
    "v1.2",
    "café",
    "数据",
    "user_id",
    "a.b",
]
_words = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=4).map(" ".join)
_CODE = ["x", "a b", "*x*", "<b>", "a_b", "f(x)", "[l](u)", "&amp;", "a\\b", "$x"]
_TARGETS = [
    "https://e.x/a?b=c&d=e",
    "http://a.b",
    "mailto:a@b.cz",
    "#top",
    "docs/x.md",
    "https://e.x/(a)",
    "https://e.x/a_b_c",
]
_SPECIAL = [
    *(
        "\\*x\\*",
        "\\_",
        "\\[y\\]",
        "\\`",
        "\\#",
        "a \\\\ b",
        "\\-",
        "C\\:",
        "2 * 3",
        "a_",
        "&",
        "x > y",
        "100%",
        "!",
        '"q"',
    ),
    *("&copy;", "&amp;", "&lt;b&gt;", "&#35;", "&#x41;", "&nbsp;", "&unknown;", "it's"),
]
_BARE = ["https://e.x/a?b=c", "http://e.x/a_b_c.", "(https://e.x/a)", "https://e.x/a(b)", "https://e.x/*/_a_/b"]
_LINKS = ["<https://e.x/a?b=c>", "<a@b.cz>", "<http://e.x/a_b_c>", "[r]", "[text][r]", "[r][]", "[unknown]", "[a][b]"]


def _spans(*, cell: bool) -> SearchStrategy[str]:
    code = st.sampled_from([*_CODE, "a \\| b" if cell else "a | b"])
    fences = st.sampled_from(["`{}`", "`` {} ``", "``{}``"])
    return st.builds(str.format, fences, code)


def _markdown_inlines(*, cell: bool = False) -> SearchStrategy[str]:
    """Return texts with marks around words. Marks do not nest directly, because parsers differ there."""
    plain = st.lists(
        st.one_of(_words, _words, _spans(cell=cell), st.sampled_from(_SPECIAL)), min_size=1, max_size=3
    ).map(" ".join)
    marks = st.sampled_from(["**{}**", "__{}__", "*{}*", "_{}_", "~~{}~~"])
    links = st.builds("[{}]({}{})".format, plain, st.sampled_from(_TARGETS), st.sampled_from(["", ' "Title"', " 'T'"]))
    pictures = st.builds("![{}]({})".format, _words, st.sampled_from(["x.png", "a/b.png", "https://e.x/i.png"]))
    ready = st.sampled_from([*_BARE, *_LINKS])
    parts = st.one_of(plain, plain, st.builds(str.format, marks, plain), links, pictures, ready)
    return st.lists(parts, min_size=1, max_size=3).map(" ".join)


_line = _markdown_inlines()
_CODE_LINES = [
    *("", "x = 1", "  indented", "    four", "\ttab", "- item", "# no", "> q", "`", "``", "<b>", "| a |", "|---|"),
    *("&amp;", "1. x", "***", "\\", "[a]: b"),
]
_code_lines = st.lists(st.sampled_from(_CODE_LINES), max_size=4)
Lines = list[str]


@st.composite
def _markdown_paragraphs(draw: DrawFn) -> Lines:
    first, *rest = draw(st.lists(_line, min_size=1, max_size=3))
    out = [first]
    for line in rest:
        out[-1] += draw(st.sampled_from(["", "", "  ", "" if "//" in out[-1].rpartition(" ")[2] else "\\"]))
        out.append(draw(st.sampled_from(["", "", " ", "  "])) + line)
    return out


@st.composite
def _fenced(draw: DrawFn) -> Lines:
    mark = draw(st.sampled_from(["```", "~~~", "````"]))
    info = draw(st.sampled_from(["", "python", " sh", "c++", 'json title="x"']))
    indent = draw(st.sampled_from(["", "", " ", "  "]))
    return [f"{indent}{mark}{info}", *(line and indent + line for line in draw(_code_lines)), indent + mark]


@st.composite
def _markdown_tables(draw: DrawFn) -> Lines:
    width = draw(st.integers(1, 3))
    cell = _markdown_inlines(cell=True)
    cells = st.lists(st.one_of(cell, cell, cell, st.just("")), min_size=width, max_size=width)
    delimiters = st.lists(st.sampled_from(["---", ":--", "--:", ":-:"]), min_size=width, max_size=width)
    bare = width > 1 and draw(st.booleans())

    def row(parts: list[str]) -> str:
        return " | ".join(parts) if bare and all(parts) else f"| {' | '.join(parts)} |"

    rows = draw(st.lists(cells, max_size=3))
    short = [parts[:-1] if width > 1 and draw(st.integers(0, 5)) == 0 else parts for parts in rows]
    return [row(draw(cells)), row(draw(delimiters)), *map(row, short)]


_HEADINGS = st.builds("{} {}{}".format, st.sampled_from(["#", "##", "###"]), _line, st.sampled_from(["", " #", " ##"]))
_markdown_simple = st.one_of(
    _markdown_paragraphs(),
    _markdown_paragraphs(),
    _HEADINGS.map(lambda heading: [heading]),
    st.tuples(_line, st.sampled_from(["===", "---", "=", "-----"])).map(list),
    _fenced(),
    st.lists(st.sampled_from(["x", "  y", "- z", "# q"]), min_size=1, max_size=3).map(
        lambda code: [f"    {line}" for line in code]
    ),
    st.sampled_from(["---", "***", "___", "* * *", "- - -"]).map(lambda rule: [rule]),
    _markdown_tables(),
)


@st.composite
def _joined(draw: DrawFn, block: SearchStrategy[Lines]) -> Lines:
    """Return blocks with or without empty lines between them. A table, which absorbs the next block, always has one."""
    first, *rest = draw(st.lists(block, min_size=1, max_size=3))
    out = list(first)
    for lines_ in rest:
        table = any("|" in line and "-" in line for line in (*out[-6:], *lines_))
        out += [""] * draw(st.sampled_from([1 if table else 0, 1, 1, 2])) + lines_
    return out


@st.composite
def _quoted(draw: DrawFn, inside: SearchStrategy[Lines]) -> Lines:
    held = draw(inside)
    mark = "> " if any(line.startswith(" ") for line in held) else draw(st.sampled_from(["> ", ">"]))
    return [mark + line if line else ">" for line in held]


@st.composite
def _listed(draw: DrawFn, inside: SearchStrategy[Lines]) -> Lines:
    number = draw(st.sampled_from([1, 1, 0, 7, 98]))
    mark = draw(st.sampled_from(["-", "*", "+", "{}.", "{}.", "{})"]))
    gap = " " * draw(st.sampled_from([1, 1, 2, 3]))
    task = st.builds("[{}] {}".format, st.sampled_from(" xX"), _words).map(lambda line: [line])
    between = [""] * draw(st.integers(0, 1))
    out: Lines = []
    for count, (first, *rest) in enumerate(draw(st.lists(inside | task, min_size=1, max_size=3))):
        head = mark.format(number + count) + gap
        out += [head + first, *(line and " " * len(head) + line for line in rest), *between]
    return out[: len(out) - len(between)]


def _markdown_blocks(depth: int) -> SearchStrategy[Lines]:
    if depth == 0:
        return _markdown_simple
    inside = _joined(_markdown_blocks(depth - 1))
    return st.one_of(_markdown_simple, _quoted(inside), _listed(inside), _listed(inside))


def _with_definition(lines_: Lines, definition: str) -> str:
    text = "\n".join(lines_)
    return f"{text}\n\n{definition}" if "[r]" in text else text


markdown = st.builds(
    _with_definition,
    _joined(_markdown_blocks(2)),
    st.sampled_from(["[r]: https://r.e", '[r]: <https://r.e> "Title"', "[R]: https://r.e/x (T)"]),
)
"""Documents of nested lists, quotes, tables, code, headings and paragraphs, with and without empty lines."""


# ---- reports

_title = written.map(lambda text: f"Title {text}")
_times = st.sampled_from(
    [
        *("2026-03-14 14:02", "14:05", "2:02 PM", "2026-03-15", "ca. 11:20", "2026-03-14T23:59:59Z", "14:20 UTC"),
        *("2026-10-25T02:10+02:00", "2026-10-25 02:05 UTC+1", "02:30", "2026-03-29 02:30", "9:05am PST"),
    ]
)
_phases = st.sampled_from(["Impact", "Detection", "Identified", "Mitigation", "Monitoring", "Resolved", "Closed"])
_sources = st.sampled_from(["graphs/missing.png", "https://e.x/a.png", "https://e.x/a b.png", "../up.png"])
_targets = st.sampled_from(["https://e.x/1", "mailto:a@b.cz", "docs/run.md", "javascript:alert(1)", "T-1234"]) | hostile


def _mapping(**values: SearchStrategy[Any]) -> SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=values)


def _few(item: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return item | st.lists(item, max_size=3)


@st.composite
def reports(draw: DrawFn) -> dict[str, Any]:
    """Return reports with any fields and any text in them."""
    plain, md = hostile, written
    person = _mapping(name=plain, role=plain, team=plain)
    action = _mapping(
        id=plain, action=md, details=md, owner=plain, priority=plain, deadline=plain | _times, type=plain,
        status=st.sampled_from(["Open", "Done", "won't do"]) | plain, ticket=_few(_targets),
    )  # fmt: skip
    fields: dict[str, SearchStrategy[Any]] = {
        **dict.fromkeys(("id", "severity", "revision", "classification", "duration"), plain),
        **dict.fromkeys(("user_impact", "summary", "background", "what_happened", "trigger", "detection"), md),
        **dict.fromkeys(("root_cause", "contributing_factors", "went_well", "could_improve", "got_lucky"), _few(md)),
        **dict.fromkeys(("services", "tags"), _few(plain)),
        **dict.fromkeys(("responders", "authors"), _few(person)),
        **dict.fromkeys(("date", "published"), st.sampled_from(["2026-03-14", "mid of March"])),
        "timezone": st.sampled_from(["Europe/Berlin", "America/New_York", "UTC+2", "-03:30", "unknown"]),
        "resolution": md,
        "lessons": _few(md),
        "commander": person,
        "status": st.sampled_from(["draft", "In Review", "final", "Draft (second)"]),
        "timeline": _few(
            _mapping(time=_times, end=_times, phase=plain | _phases, actor=plain, event=md, link=_targets)
        ),
        "five_whys": _few(_mapping(why=md, because=md)),
        "impact": st.dictionaries(st.sampled_from(["sla", "data_loss", "Own metric", "Q&A | x"]), plain, max_size=3),
        "action_items": _few(action),
        "logs": _few(_mapping(title=plain, language=plain, text=hostile, file=st.just("missing.log"))),
        "figures": _few(_mapping(src=_sources, alt=plain, caption=md)),
        "related_incidents": _few(_mapping(id=plain, title=plain, link=_targets, text=md)),
        "sections": _few(
            st.fixed_dictionaries(
                {"title": _title}, optional={"text": md, "after": st.sampled_from(["summary", "logs"])}
            )
        ),
    }
    return {"title": draw(_title), **draw(_mapping(**fields))}


_surrogates = re.compile("[\ud800-\udfff]")


def without_surrogates(value: Any) -> Any:
    """Return a report without lone surrogates, which YAML cannot represent."""
    if isinstance(value, dict):
        return {key: without_surrogates(item) for key, item in value.items()}
    return [without_surrogates(item) for item in value] if isinstance(value, list) else _surrogates.sub("?", value)
