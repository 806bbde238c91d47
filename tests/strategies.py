"""What hypothesis makes: texts, trees of meaning, Markdown as authors write it, and reports.

The settings of the tests that use it are set here too: no deadline, and on a build server (CI) the same examples
in each run.
"""

from __future__ import annotations

import os
import re
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from pmexport.document import nodes
from pmexport.document.nodes import Block, Blocks, Document, Inline, Inlines
from pmexport.document.text import clean, one_line

settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("here"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


# ---- texts

MARKUP = [
    *"\\`*_{}[]()<>#+-.!|~&:;=/@$\"'^?,%ab1 ",
    *("**", "~~", "```", "~~~", "- ", "1. ", "> ", "# ", "---", "    ", "  \n", "\n", "\n\n", "\t", "|---|"),
    *("](", "[x] ", "[a]: ", "![", "http://", "https://e.x/a", "www.", "mailto:", "x@y.zz", "word", "10:42"),
    *("&amp;", "&#27;", "&#x202e;", "<br>", "<b>", "</td>", "<!--", "-->", "\\|", "{{ x }}", "{: #id}", "[TOC]"),
    *("\u00a0", "é", "—", "“", "数", "٣. ", "\x0c", "\u2028"),
]
"""Pieces of text that some format reads as something else."""

CONTROLS = ["\x1b[31m", "\x1b]0;", "\x07", "\x9b", "\x9c", "\x00", "\x85", "\r", "\u202e", "\u2067", "\u2069", "\ue000", "\ud800"]

written = st.lists(st.sampled_from(MARKUP) | st.characters(), max_size=14).map("".join)
"""A text as an author may write it: any characters, and among them what Markdown reads as markup."""

hostile = st.lists(st.sampled_from([*MARKUP, *CONTROLS]) | st.characters(), max_size=14).map("".join)
"""The same with what is no text: escape sequences, controls, marks of direction, lone surrogates."""

lines = hostile.map(one_line).filter(bool)
"""A clean text on one line, as leaves of the tree hold it."""

runs = hostile.map(lambda text: re.sub(r"[ \t\n]+", " ", clean(text))).filter(lambda text: text.strip() != "")
"""The same, with spaces at its ends: a text beside other inlines."""


# ---- inlines

_ADDRESS = st.sampled_from([*"ab1/._-~?=&()[]<>|\\*#%", "&amp;", "&copy;"])
addresses = st.lists(_ADDRESS, max_size=8).map(lambda path: "https://e.x/" + "".join(path))

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c6360000000020001e221bc330000000049454e44ae426082"
)
"""A picture in PNG: one black pixel."""

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
        st.builds(nodes.Strong, children), st.builds(nodes.Emphasis, children), st.builds(nodes.Strike, children)
    )


def _links(words: SearchStrategy[Inline]) -> SearchStrategy[Inline]:
    written_out = addresses.map(lambda address: nodes.Link(address, (nodes.Text(address),)))
    return st.builds(nodes.Link, addresses, _several(words, 2)) | written_out


_inline: SearchStrategy[Inline] = st.recursive(
    _leaves | _links(st.recursive(_leaves, _marked, max_leaves=4)) | images, _marked, max_leaves=6
)


def _trimmed(inlines: Inlines) -> Inlines:
    """Return inlines as the tree holds them: no spaces or line breaks at the ends, no space that begins a line."""
    from pmexport.document.markup import _trimmed as trimmed

    return trimmed(inlines)


inlines: SearchStrategy[Inlines] = (
    _several(st.one_of(_inline, _inline, _inline, st.just(nodes.LineBreak())), 5).map(_trimmed).filter(bool)
)
"""What a paragraph or a heading holds: every kind of inline, inside each other."""


# ---- blocks

_paragraphs = st.builds(nodes.Paragraph, inlines, st.sampled_from(["text", "note"]))
_code = st.builds(
    nodes.CodeBlock,
    hostile.map(clean),
    st.sampled_from([None, "text", "c++", "a b", "`"]),
    st.sampled_from(["code", "log"]),
    st.just(()) | inlines,
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
        align = st.sampled_from(["start", "center", "end"])
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
        _tables(inside),
    )


blocks: SearchStrategy[Blocks] = st.lists(
    st.recursive(_simple, _containers, max_leaves=6), min_size=1, max_size=4
).map(tuple)
"""Every kind of block, inside each other."""


# ---- documents


@st.composite
def documents(draw: DrawFn) -> Document:
    """A document of any texts in all its places."""
    sections = [
        nodes.Section("summary", draw(lines), 2, draw(blocks)),
        nodes.Section(
            "root_cause_analysis", draw(lines), 2, (), (nodes.Section("trigger", draw(lines), 3, draw(blocks)),)
        ),
    ]
    facts = st.lists(_several(_leaves, 2).map(_trimmed).filter(bool), max_size=3).map(tuple)
    return Document(
        title=draw(lines),
        kind=draw(lines),
        masthead=draw(facts),
        byline=draw(facts),
        sections=tuple(sections),
        footer=draw(blocks),
        running=tuple(draw(st.lists(lines, max_size=3))),
        language="en",
        direction=draw(st.sampled_from(["ltr", "rtl"])),
        final=draw(st.booleans()),
        words=nodes.Words("Contents", "Page {page} of {pages}", "Skip to content"),
        properties=nodes.Properties("INC-1", (draw(lines),), draw(lines), (draw(lines),), "Draft", "", "", "2026-03-14"),
    )


_ = Any
