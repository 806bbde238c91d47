"""Plain text, HTML and documents of Atlassian become Markdown that shows the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pmexport.document import nodes
from pmexport.importing.exports.document_format import read_document
from pmexport.importing.exports.html_text import read_html, read_loose_html
from pmexport.importing.exports.markdown_text import Run, escape_plain, write_runs
from pmexport.importing.exports.wiki_markup import read_wiki
from pmexport.importing.markdown.inline_text import parse

MARKS = "*_`~[]()<>#|\\&;:!.-+=1a \n$@/"


def shown(markdown: str) -> str:
    """Return what a Markdown text of paragraphs shows, with lines as lines."""
    return "\n".join("".join(_inline(one) for one in block.inlines) for block in _paragraphs(parse(markdown)))


def _paragraphs(blocks: nodes.Blocks) -> Iterator[nodes.Paragraph]:
    for block in blocks:
        assert isinstance(block, nodes.Paragraph), block
        yield block


def _inline(inline: nodes.Inline) -> str:
    match inline:
        case nodes.LineBreak():
            return "\n"
        case nodes.Link(_, children):
            return nodes.text_of(children)
    assert isinstance(inline, nodes.Text), inline
    return inline.text


@given(st.text(MARKS, max_size=30))
@example("labels_waiting > 500 & [x](y) **b** <b>c</b>")
@example("- a\n1. b\n# c\n> d\n| e | f |\n|---|---|\n===")
@example("a&amp;b C:\\temp\\ https://x.example/a_b_c?d=*e*")
@example("[^1]: x\n[a]: b\n- [ ] task\n```\ncode")
@example("<!-- x -->\n<details>")
def test_plain_text_stays_text(text: str) -> None:
    lines = [re.sub(r"\s+", " ", line).strip() for line in text.split("\n")]
    assert re.sub(r"\s+", " ", shown(escape_plain(text))) == " ".join(filter(None, lines))


def test_ordinary_text_is_not_escaped() -> None:
    text = "labels_waiting > 500: see https://x.example/a_b (at 06:20, ~ 5 %), C:\\temp & more"
    assert escape_plain(text) == text.replace("~", "\\~")


@given(
    st.lists(
        st.tuples(st.text("ab *_(.", min_size=1, max_size=4), st.sets(st.sampled_from(["strong", "em"]))), max_size=4
    )
)
def test_marked_text_shows_its_words(runs: list[tuple[str, set[str]]]) -> None:
    written = write_runs([Run(text, frozenset(marks)) for text, marks in runs])
    words = "".join(nodes.text_of(block.inlines) for block in _paragraphs(parse(written)))
    assert re.sub(r"\s+", " ", words) == re.sub(r"\s+", " ", "".join(text for text, _ in runs)).strip()


# ---- HTML

HTML = [
    ("<p>One<br>two</p><p>Three</p>", "One\\\ntwo\n\nThree", ()),
    ("<h1><strong>Leadup</strong></h1><p>Text</p>", "# Leadup\n\nText", ()),
    ("<p><b>a</b>b <i>c</i> <code>d|e</code> <s>f</s></p>", "**a**b *c* `d|e` ~~f~~", ()),
    ("<ul><li>a<ul><li>b</li></ul></li><li><p>c</p></li></ul>", "- a\n  - b\n- c", ()),
    ('<ol start="3"><li>a</li><li>b</li></ol>', "3. a\n4. b", ()),
    ('<a href="https://x.example/a(b)">t</a>', "[t](https://x.example/a%28b%29)", ()),
    ('<a href="javascript:x">t</a>', "t", ("links that are not web addresses (1)",)),
    ("<pre><code class='language-sh'>a\n b</code></pre>", "```sh\na\n b\n```", ()),
    ("<blockquote><p>q</p></blockquote><hr>", "> q\n\n---", ()),
    ("<table><tr><th>a</th><th>b</th></tr><tr><td>1|2</td><td>x<br>y</td></tr></table>",
     "| a | b |\n| --- | --- |\n| 1\\|2 | x<br>y |", ()),
    ('<p><img src="https://x.example/i.png" alt="Queue"></p>', "[Queue](https://x.example/i.png)", ("images (1)",)),
    ('<p><u>u</u><span style="color:red">r</span></p>', "ur", ("underlining (1)", "colours and styles (1)")),
    ('<p style="color:red">r</p>', "r", ("colours and styles (1)",)),
    ("<script>x</script><p>a</p>", "a", ("script (1)",)),
    ("<p>5 * 3 * 2 and [x](y) &lt;b&gt;</p>", "5 \\* 3 \\* 2 and [x\\](y) \\<b>", ()),
    ("<video>v</video>", "v", ("<video> (1)",)),
    ("<ul><li><p>a</p><ol start='5'><li>b</li></ol></li></ul>", "- a\n\n  5. b", ()),
    ("<ul><li><p>a</p><pre>x\n\n- b\n\n1. c</pre></li></ul>", "- a\n\n  ```\n  x\n\n  - b\n\n  1. c\n  ```", ()),
    ("<table><tr><td>a<table><caption>c</caption><tr><td>b</td></tr></table></td></tr></table>",
     "|  |\n| --- |\n| a<br>c<br>b |", ()),
    ("", "", ()),
]  # fmt: skip


@pytest.mark.parametrize(("html", "markdown", "lost"), HTML, ids=[row[0] for row in HTML])
def test_html_is_markdown(html: str, markdown: str, lost: tuple[str, ...]) -> None:
    found = read_html(html)
    assert (found.markdown, found.lost) == (markdown, lost)


@pytest.mark.parametrize(
    "html", ["<div>" * 5000 + "x", "<b>" * 5000 + "x", "<ul><li>" * 400 + "x", "<table>" * 300, "\x00<p>\ud800"]
)
def test_hostile_html_is_read(html: str) -> None:
    assert read_html(html).markdown.count("x") <= 1


@pytest.mark.parametrize("text", ["**a** 2 < 3", "a <host> b", "List<String>"])
def test_markdown_is_not_taken_for_html(text: str) -> None:
    assert read_loose_html(text).markdown == text
    assert read_loose_html("<p>a</p>").markdown == "a"


@pytest.mark.parametrize(
    "text", ["## A\n\n- one<br>two", "**a**<br/>b", "`<div>` and <b>c</b>", "## A\n\n```html\n<p>x</p>\n```\n\n- b"]
)
def test_markdown_with_a_tag_stays_markdown(text: str) -> None:
    assert read_loose_html(text).markdown == text


# ---- documents of Atlassian


def text(words: str, *marks: Any) -> dict[str, Any]:
    return {"type": "text", "text": words, "marks": [{"type": one} if isinstance(one, str) else one for one in marks]}


def node(kind: str, *content: Any, **attributes: Any) -> dict[str, Any]:
    inside = [text(one) if isinstance(one, str) else one for one in content]
    return {"type": kind, "content": inside, "attrs": attributes}


def item(words: str, *content: Any) -> dict[str, Any]:
    return node("listItem", node("paragraph", words), *content)


LINK = {"type": "link", "attrs": {"href": "https://x.example"}}
DOCUMENTS: list[tuple[list[Any], str, tuple[str, ...]]] = [
    ([node("paragraph", text("a", "strong"), "b ", text("c", "em", "strike"))], "**a**b *~~c~~*", ()),
    ([node("heading", "H", level=3)], "### H", ()),
    ([node("heading", "H", level=12)], "# H", ()),
    ([node("paragraph", "a", {"type": "hardBreak"}, "b")], "a\\\nb", ()),
    ([node("paragraph", text("l", LINK), " ", text("x", "code"))], "[l](https://x.example) `x`", ()),
    ([node("bulletList", item("a", node("orderedList", item("b"))))], "- a\n  1. b", ()),
    ([node("bulletList", item("a", node("orderedList", item("b"), order=5)))], "- a\n\n  5. b", ()),
    ([node("bulletList", item("a", node("codeBlock", "x\n\n- b")))], "- a\n\n  ```\n  x\n\n  - b\n  ```", ()),
    ([node("taskList", node("taskItem", "a", state="DONE"), node("taskItem", "b", state="TODO"))],
     "- [x] a\n- [ ] b", ()),
    ([node("codeBlock", "x ```", language="sql")], "````sql\nx ```\n````", ()),
    ([node("panel", node("paragraph", "p"), panelType="warning")], "> [!WARNING]\n> p", ()),
    ([node("blockquote", node("paragraph", "q")), node("rule")], "> q\n\n---", ()),
    ([node("expand", node("paragraph", "e"), title="More")], "**More**\n\ne", ()),
    ([node("paragraph", node("mention", text="@Maren"), " ", node("date", timestamp="1778112000000"), " ",
           node("status", text="DONE"), " ", node("emoji", shortName=":ok:", text="\u2705"))],
     "Maren 2026-05-07 DONE \u2705", ()),
    ([node("paragraph", node("inlineCard", url="https://x.example/1"))], "https://x.example/1", ()),
    ([node("mediaSingle", node("media", alt="graph.png", id="1"))], "graph.png", ("images and files (1)",)),
    ([node("paragraph", text("u", "underline", {"type": "textColor", "attrs": {"color": "#f00"}}))], "u",
     ("underlining (1)", "colours (1)")),
    ([node("table", node("tableRow", node("tableCell", node("paragraph", "a|b"), node("paragraph", "c"), colspan=2)))],
     "|  |\n| --- |\n| a\\|b<br>c |", ("merged cells of a table (1)",)),
    ([node("table", node("tableRow", node("tableCell",
           node("bulletList", item("a"), item("b", node("paragraph", "c"))))))],
     "|  |\n| --- |\n| a<br>b<br>c |", ("bulletList in a table (1)",)),
    ([{**node("paragraph", "a"), "marks": [{"type": "alignment"}]}], "a", ("alignment (1)",)),
    ([node("bodiedExtension", node("paragraph", "x"), extensionKey="toc")], "x", ("bodiedExtension toc (1)",)),
    ([node("paragraph", "5 * 3 [x](y)"), node("paragraph", "# no heading")], "5 \\* 3 [x\\](y)\n\n\\# no heading", ()),
    ([node("layoutSection", node("layoutColumn", node("paragraph", "a")))], "a", ("layoutSection (1)",)),
]  # fmt: skip


@pytest.mark.parametrize(("content", "markdown", "lost"), DOCUMENTS, ids=[row[1] for row in DOCUMENTS])
def test_a_document_is_markdown(content: list[Any], markdown: str, lost: tuple[str, ...]) -> None:
    found = read_document({"type": "doc", "version": 1, "content": content})
    assert (found.markdown, found.lost) == (markdown, lost)


BROKEN: list[list[Any]] = [
    [None],
    ["x"],
    [{"type": 3}],
    [{"type": []}],
    [{"type": "text", "text": None}],
    [{"type": "heading", "attrs": []}],
    [{"type": "table", "content": [{"content": [None]}, 3]}],
    [{"type": "date", "attrs": {"timestamp": "9" * 99}}],
    [{"type": "date", "attrs": {"timestamp": "-99999999999999"}}],
    [{"type": "heading", "attrs": {"level": ""}, "content": [{"type": "text", "text": "a"}]}],
    [{"type": "heading", "attrs": {"level": "12"}, "content": [{"type": "text", "text": "a"}]}],
    [{"type": "heading", "attrs": {"level": 0}, "content": [{"type": "text", "text": "a"}]}],
]


@pytest.mark.parametrize("content", BROKEN, ids=repr)
def test_a_broken_document_is_read(content: list[Any]) -> None:
    assert isinstance(read_document({"type": "doc", "content": content}).markdown, str)


def test_a_date_that_no_calendar_has_stays_as_written() -> None:
    content = [node("paragraph", node("date", timestamp="-99999999999999"))]
    assert read_document({"type": "doc", "content": content}).markdown == "-99999999999999"


# ---- wiki markup

WIKI = [
    ("plain text\nof two lines", "plain text\\\nof two lines", 0),
    ("h2. Root cause\r\nA # sign\r\n\r\nMore", "## Root cause\n\nA # sign\n\nMore", 0),
    ("* a\n** b\n*# c\n# d\n## e\n- f", "- a\n  - b\n  1. c\n1. d\n   1. e\n- f", 0),
    ("x\n{code:java|title=a}\nint *y;\n{code}\nz", "x\n\n```java\nint *y;\n```\n\nz", 0),
    ("{noformat}\nh1. not a heading\n{noformat}", "```\nh1. not a heading\n```", 0),
    ("It is *bold* and _slanted_", "It is \\*bold\\* and \\_slanted\\_", 1),
    ("See [our site|https://x.example/a]", "See [our site|https://x.example/a\\]", 1),
    ("||Time||Event||\n|10:00|start|", "||Time||Event||\n|10:00|start|", 1),
    ("5 * 3 * 2, a-b-c and snake_case_name", "5 \\* 3 \\* 2, a-b-c and snake_case_name", 0),
    ("{code}never closed", "{code}never closed", 1),
]


@pytest.mark.parametrize(("wiki", "markdown", "lost"), WIKI, ids=[row[0] for row in WIKI])
def test_wiki_markup_is_markdown(wiki: str, markdown: str, lost: int) -> None:
    found = read_wiki(wiki)
    assert (found.markdown.replace("\\|", "|").replace("|\\\n", "|\n"), len(found.lost)) == (markdown, lost)


@given(st.text("h12. *#-_{}code|[]\n a", max_size=60))
def test_no_character_of_wiki_markup_is_lost(wiki: str) -> None:
    """Letters and figures all stay, but for the marks of headings and code."""
    kept = re.sub(r"(?m)^[ \t]*h[1-6]\.|\{(code|noformat)(:[^}\n]*)?\}|[^\w]", "", wiki)
    assert set(kept) <= set(read_wiki(wiki).markdown)
