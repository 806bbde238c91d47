"""GitHub's parser reads the Markdown back to the same texts, in the same places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import assert_never

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import example, given
from strategies import blocks, documents, examples, images, lines

from pmexport import load
from pmexport.assets.folder import Folder
from pmexport.document import nodes
from pmexport.document.compose import compose
from pmexport.document.nodes import Block, Blocks, Document, Inlines, Item, List, Paragraph, Table, Text
from pmexport.renderers.markdown import write_blocks
from pmexport.renderers.markdown_renderer import MarkdownRenderer
from pmexport.renderers.registry import make_renderer
from pmexport.report.facts import derive_facts
from pmexport.theming import themes

SAMPLES = Path(__file__).parents[2] / "samples"
THEME = themes.find_theme("default")
NOTHING = "\N{ZERO WIDTH SPACE}"


def rendered(parts: Blocks) -> str:
    return "\n\n".join(write_blocks(parts))


def paragraph(*inlines: nodes.Inline) -> Paragraph:
    return Paragraph(inlines)


# ---- what the tree says


def words(inlines: Inlines) -> str:
    out = ""
    for inline in inlines:
        match inline:
            case nodes.Text(text) | nodes.Code(text) | nodes.Label(text) | nodes.Time(text) | nodes.Ordinal(text):
                out += text
            case nodes.NoteMark():
                out += inline.text
            case (
                nodes.Strong(inside)
                | nodes.Emphasis(inside)
                | nodes.Strike(inside)
                | nodes.Marked(inside)
                | nodes.Link(_, inside)
            ):
                out += words(inside)
            case nodes.Image():
                out += f" {inline.alt} "
            case nodes.LineBreak():
                out += " "
            case _:
                assert_never(inline)
    return out


def texts(parts: Iterable[Block]) -> Iterator[str]:
    """Yield the texts of blocks, in order."""
    for block in nodes.without_layout(tuple(parts)):
        match block:
            case nodes.Paragraph(inlines) | nodes.Heading(_, inlines):
                yield words(inlines)
            case nodes.CodeBlock():
                yield words(block.caption)
                yield block.text
            case nodes.Excerpt(inside) | nodes.Quote(inside):
                yield from texts(inside)
            case nodes.Details(summary, inside):
                yield words(summary)
                yield from texts(inside)
            case nodes.Figure(image, caption):
                yield image.alt
                yield from texts(caption)
            case nodes.List(items):
                for item in items:
                    if item.checked is not None:
                        yield "☐☑"[item.checked]
                    yield from texts(item.blocks)
            case nodes.Table():
                for row in rows(block):
                    yield from row
            case nodes.ImpactBand():
                yield from texts((nodes.as_table(block), nodes.Paragraph(block.caption)))
            case nodes.Rule() | nodes.Previews():
                pass
            case _:
                assert_never(block)


def rows(table: Table) -> Iterator[list[str]]:
    """Yield the texts of a table's cells, row by row: its head, and the titles of its groups."""
    yield [words(column.title) for column in table.columns]
    for group in table.groups:
        if group.title:
            yield [words(group.title), *[""] * (len(table.columns) - 1)]
        for row in group.rows:
            yield [" ".join(texts(cell)) for cell in row.cells]


def tables(parts: Iterable[Block]) -> Iterator[Table]:
    """Yield the tables that are not in a cell of another."""
    for block in parts:
        match block:
            case nodes.Table():
                yield block
            case nodes.ImpactBand():
                yield nodes.as_table(block)
            case nodes.Excerpt(inside) | nodes.Quote(inside) | nodes.Details(_, inside):
                yield from tables(inside)
            case nodes.List(items):
                yield from (table for item in items for table in tables(item.blocks))
            case _:
                pass


def squeezed(text: str) -> str:
    """Return a text with single spaces, and with checkboxes as signs, which are used where GitHub has no checkboxes."""
    for box, sign in (("[ ]", "☐"), ("[x]", "☑")):
        text = text.replace(box, sign)
    return " ".join(text.replace(NOTHING, "").split())


# ---- what GitHub's parser reads

BLOCKS = {
    "p",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "pre",
    "blockquote",
    "tr",
    "td",
    "th",
    "table",
    "hr",
    "br",
    "details",
    "summary",
}


class Page(HTMLParser):
    """The text of a page, with spaces between blocks, and the cells of the tables that are not in a cell."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.out: list[str] = []
        self.rows: list[list[str]] = []
        self.depth = 0  # of cells
        self.feed(cmarkgfm.github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE))
        self.close()

    @property
    def text(self) -> str:
        return squeezed("".join(self.out))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("td", "th"):
            self.depth += 1
            if self.depth == 1:
                self.rows[-1].append("")
        elif tag == "tr" and not self.depth:
            self.rows.append([])
        given_ = dict(attrs)
        if tag == "img":
            self.handle_data(f" {given_['alt']} ")
        elif tag == "input":
            self.handle_data("[x] " if "checked" in given_ else "[ ] ")
        elif tag in BLOCKS:
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.depth -= 1
        if tag in BLOCKS:
            self.handle_data(" ")

    def handle_data(self, data: str) -> None:
        self.out.append(data)
        if self.depth:
            self.rows[-1][-1] += data


LEAVES: list[Blocks] = [
    (paragraph(Text("^")), paragraph(nodes.Image(b"", "image/png", 1, 1, "^1", "a.png"))),
    (paragraph(nodes.Link("https://e.x", (Text("^a"),)), Text("[^1] ![b")),),
    (List((Item((List((Item((paragraph(Text("a")),)),)),), checked=False),)),),
    (List((Item((nodes.Quote((paragraph(Text("a")),)),), checked=True), Item((), checked=True))),),
    (List((Item((paragraph(Text("a")), List((Item(()),), ordered=True))),)),),
    (List((Item((paragraph(Text("a")), List((Item((paragraph(Text("b")),)),), ordered=True, start=7))),)),),
    (List((Item((nodes.CodeBlock("a\nb"),), checked=True),)), List((Item((), checked=None),))),
    (List((Item((List((Item((paragraph(Text("a")),)),), ordered=True, start=7),)),), ordered=True),),
    (Table((nodes.Column((Text("|"),)), nodes.Column((Text("a|b"),))), (nodes.RowGroup(()),)),),
]


@given(blocks)
@example(LEAVES[0])
@example(LEAVES[1])
@example(LEAVES[2])
@example(LEAVES[3])
@example(LEAVES[4])
@example(LEAVES[5])
@example(LEAVES[6])
@example(LEAVES[7])
@example(LEAVES[8])
def test_blocks_round_trip(parts: Blocks) -> None:
    markdown = rendered(parts)
    page = Page(markdown)
    assert page.text == squeezed(" ".join(texts(parts))), markdown
    cells = [[squeezed(cell) for cell in row] for row in page.rows]
    assert cells == [[squeezed(cell) for cell in row] for table in tables(parts) for row in rows(table)], markdown


@pytest.mark.slow
@examples(0.2)
@given(documents())
def test_documents_round_trip(document: Document) -> None:
    data = MarkdownRenderer().render(document, THEME, [])
    assert Page(data.decode()).text == squeezed(" ".join(texts_of(document)))
    assert MarkdownRenderer().render(document, THEME, []) == data


def texts_of(document: Document) -> Iterator[str]:
    """Yield the texts of a document in the order of the Markdown."""
    yield document.title
    yield " · ".join(map(words, document.facts))
    for section in nodes.sections_of(document):
        yield section.title
        yield from texts(section.blocks)
    yield from texts(document.footer)


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_samples_round_trip(path: Path) -> None:
    report = load(path)
    document = compose(report, derive_facts(report), Folder(report.base))
    page = Page(MarkdownRenderer().render(document, THEME, []).decode())
    assert page.text == squeezed(" ".join(texts_of(document)))
    parts = [section.blocks for section in nodes.sections_of(document)]
    found = [table for blocks in parts for table in tables(blocks)]
    assert [[squeezed(cell) for cell in row] for row in page.rows] == [
        [squeezed(cell) for cell in row] for table in found for row in rows(table)
    ]


# ---- how it is written


def test_renderer_is_registered() -> None:
    renderer = make_renderer("md", {})
    assert isinstance(renderer, MarkdownRenderer)
    assert (renderer.name, renderer.suffix, renderer.media_type) == ("md", "md", "text/markdown")


def test_document_layout() -> None:
    report = load(SAMPLES / "minimal.yaml")
    document = compose(report, derive_facts(report), Folder(report.base))
    text = MarkdownRenderer().render(document, THEME, []).decode()
    assert text.startswith(f"# {report.title}\n\nPost-Mortem / Root Cause Analysis Report\n\n---\n\n")
    assert (
        "\n\n---\n\n*This post-mortem follows a blameless culture. The goal is to understand systemic "
        "issues and improve, not to assign blame to individuals.*\n\n" in text
    )
    assert text.count("\n---\n") == len(document.sections) + 1


PLAIN = [
    "Error-rate alert fired.",
    "18 % of 41,000 (1.2 M)",
    "snake_case_name and v1.2.3",
    "a + b - c = d, e/f; g: h? i!",
    "\N{LEFT DOUBLE QUOTATION MARK}quoted\N{RIGHT DOUBLE QUOTATION MARK} 'single' \"double\"",
    "AT&T, 10:42 UTC, 3 x 4",
]


@pytest.mark.parametrize("text", PLAIN)
def test_plain_words_are_not_escaped(text: str) -> None:
    assert rendered((paragraph(Text(text)),)) == text


def test_unambiguous_marks_are_used() -> None:
    inlines = (
        nodes.Strong((Text("a"),)), Text(" "), nodes.Emphasis((Text("b"),)), Text(" "), nodes.Strike((Text("c"),)),
        Text(" "),
        nodes.Code("d"), Text(" "), nodes.Link("https://e.x", (Text("f"),)), Text(" "),
        nodes.Link("https://e.x", (Text("https://e.x"),)),
    )  # fmt: skip
    assert rendered((Paragraph(inlines),)) == "**a** *b* ~~c~~ `d` [f](https://e.x) <https://e.x>"


def test_block_syntax() -> None:
    parts: Blocks = (
        nodes.Heading(3, (Text("a"),)),
        List(
            (
                Item((paragraph(Text("b")), List((Item((paragraph(Text("c")),)),)))),
                Item((paragraph(Text("d")),), checked=True),
            )
        ),
        List((Item((paragraph(Text("e")),)),), ordered=True, start=9),
        nodes.Quote((paragraph(Text("f")), paragraph(Text("g")))),
        nodes.CodeBlock("h\n\n  i", "sh", caption=(Text("j"),)),
        nodes.Figure(nodes.Image(b"", "image/png", 1, 1, "k", "l m.png"), (paragraph(Text("n")),)),
        nodes.Rule(),
    )
    assert rendered(parts) == (
        "### a\n\n- b\n  - c\n- [x] d\n\n9. e\n\n> f\n>\n> g\n\nj\n\n```sh\nh\n\n  i\n```\n\n"
        "![k](l%20m.png)\n\nn\n\n___"
    )


def test_table_alignment_and_groups() -> None:
    columns = (
        nodes.Column((Text("a"),)),
        nodes.Column((Text("b"),), align="center"),
        nodes.Column((Text("c"),), align="end"),
    )
    row = nodes.Row(((paragraph(Text("1|2")),), (), (paragraph(Text("3")), paragraph(Text("4")))))
    table = Table(columns, (nodes.RowGroup((row,), (nodes.Time("14 March"),)),))
    assert rendered((table,)) == "| a | b | c |\n| --- | :---: | ---: |\n| **14 March** |  |  |\n| 1\\|2 |  | 3<br>4 |"


def test_exclamation_mark_before_link() -> None:
    link = nodes.Link("https://e.x", (Text("a"),))
    assert rendered((paragraph(Text("Wow!"), link),)) == "Wow\\![a](https://e.x)"
    assert rendered((paragraph(Text("Wow! "), link),)) == "Wow! [a](https://e.x)"


@pytest.mark.parametrize("checked", [True, False])
def test_task_state_round_trips(checked: bool) -> None:
    task = List((Item((paragraph(nodes.Code("[x]")), paragraph(Text("a"))), checked=checked),))
    html = cmarkgfm.github_flavored_markdown_to_html(rendered((task,)))
    assert ('checked=""' in html) is checked


def test_adjacent_lists_stay_separate() -> None:
    one = List((Item((paragraph(Text("a")),)),))
    html = cmarkgfm.github_flavored_markdown_to_html(rendered((one, one, one)))
    assert html.count("<ul>") == 3


@given(lines, images)
def test_text_never_becomes_html_or_a_link(text: str, image: nodes.Image) -> None:
    markdown = rendered((paragraph(Text(text)), paragraph(Text("a"), image, nodes.Code(text))))
    html = cmarkgfm.github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE)
    assert set(re.findall(r"<(/?[a-zA-Z!?][\w-]*)", html)) <= {"p", "/p", "img", "code", "/code", "span", "/span"}
    assert re.findall("<span>(.*?)</span>", html) == re.findall("<span>([:@])</span>", html)


def test_pipe_never_ends_a_cell() -> None:
    leaves = (Text("|a\\|"), nodes.Code("b|c"), nodes.Code("d\\|e"), nodes.Link("https://e.x/|", (Text("f|"),)))
    cell = (Paragraph(leaves), nodes.CodeBlock("g | h\n| i |"))
    table = Table((nodes.Column(leaves), nodes.Column((Text("x"),))), (nodes.RowGroup((nodes.Row((cell, ())),)),))
    page = Page(rendered((table,)))
    assert [len(row) for row in page.rows] == [2, 2]
    assert squeezed(page.rows[1][0]) == "|a\\|b|cd\\|ef| g | h | i |"
