"""Outline Markdown text: list its blocks as plain lines, as parsed by pmexport and by GitHub's parser.

One line for each block, indented by two spaces for each level: `p`, `h`, `ul`, `ol 1`, `li`, `li [x]`, `quote`, `rule`,
`code python`, `details open`, `table start end`, `row`; a line of code follows a `|`. Inlines stand in angle brackets:
`<b>`, `<i>`, `<s>`, `<sub>`, `<sup>`, `<kbd>`, `<code>`, `<br>`, `<a https://e.x>words</a>`, `<img source alt>`; runs
of white space are one space.

What GitHub shows and paper cannot is put as pmexport puts it: titles of links follow them in parentheses, and of links
that lead to no address only the words stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import assert_never

import cmarkgfm
from cmarkgfm.cmark import Options
from lxml.html import HtmlComment, HtmlElement, fragment_fromstring

from pmexport.document import nodes
from pmexport.document.labels import labels_for
from pmexport.document.markdown.parser import Parser
from pmexport.document.nodes import Block, Inline, Inlines

_SPACES = re.compile(r"[ \t\n\r\f]+")
_ADDRESS = re.compile(r"(?:https?://|mailto:)\S+", re.IGNORECASE)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = {"p", "ul", "ol", "pre", "blockquote", "table", "hr", "details", "summary", *_HEADINGS}


def picture(source: str, alt: str, _path: str = "") -> Inline:
    """Return an image that needs no file."""
    return nodes.Image(b"", "image/png", 1, 1, alt, source)


def parser() -> Parser:
    return Parser(picture, labels_for("en"))


def outline(blocks: Iterable[Block]) -> list[str]:
    """Return the outline of blocks in the tree, without the notes that pmexport adds."""
    return [line.rstrip() for line in _of_blocks(blocks)]


def github_outline(markdown: str) -> list[str]:
    """Return the outline of a text as parsed by GitHub's parser."""
    html = cmarkgfm.github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE)
    return [line.rstrip() for line in _of_elements(fragment_fromstring(html, create_parent="div"))]


def _tidy(text: str) -> str:
    return re.sub(r" *<br> *", "<br>", _SPACES.sub(" ", text)).strip(" ")


def _plain(text: str) -> str:
    return escape(text, quote=False)


def _indented(lines: Iterable[str], by: str = "  ") -> Iterator[str]:
    for line in lines:
        yield by + line


def _code(language: str, text: str) -> Iterator[str]:
    yield f"code {language}"
    yield from _indented(text.split("\n") if text else (), "  |")


# ---- the tree


def _of_blocks(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case nodes.Paragraph(_, "note"):
                pass
            case nodes.Paragraph(inlines):
                yield f"p {_tidy(_words(inlines))}"
            case nodes.Figure(image):
                yield f"p {_tidy(_words((image,)))}"
            case nodes.Heading(_, inlines):
                yield f"h {_tidy(_words(inlines))}"
            case nodes.List():
                yield f"ol {block.start}" if block.ordered else "ul"
                for item in block.items:
                    yield "  li" if item.checked is None else "  li [x]" if item.checked else "  li [ ]"
                    yield from _indented(_of_blocks(item.blocks), "    ")
            case nodes.CodeBlock():
                yield from _code(block.language or "", block.text)
            case nodes.Excerpt(screen):
                yield from _of_blocks(screen)
            case nodes.Quote(inside):
                yield "quote"
                yield from _indented(_of_blocks(inside))
            case nodes.Details(summary, inside, unfolded):
                yield "details open" if unfolded else "details"
                yield f"  summary {_tidy(_words(summary))}"
                yield from _indented(_of_blocks(inside))
            case nodes.Table():
                yield from _of_table(block)
            case nodes.ImpactBand():
                yield from _of_table(nodes.as_table(block))
            case nodes.Previews():
                pass
            case nodes.Rule():
                yield "rule"
            case _:
                assert_never(block)


def _of_table(table: nodes.Table) -> Iterator[str]:
    yield f"table {' '.join(column.align for column in table.columns)}"
    yield "  row"
    yield from _indented((_tidy(_words(column.title)) for column in table.columns), "    ")
    for row in (row for group in table.groups for row in group.rows):
        yield "  row"
        for cell in row.cells:
            yield f"    {' '.join(line.removeprefix('p ') for line in _of_blocks(cell))}"


def _words(inlines: Inlines) -> str:
    return "".join(map(_word, inlines))


def _word(inline: Inline) -> str:
    match inline:
        case nodes.Text(text) | nodes.Label(text) | nodes.Time(text) | nodes.Ordinal(text):
            return _plain(text)
        case nodes.Strong(children):
            return f"<b>{_words(children)}</b>"
        case nodes.Emphasis(children):
            return f"<i>{_words(children)}</i>"
        case nodes.Strike(children):
            return f"<s>{_words(children)}</s>"
        case nodes.Marked(children, role):
            return f"<{role}>{_words(children)}</{role}>"
        case nodes.NoteMark():
            return f"<sup>{inline.text}</sup>"
        case nodes.Code(text):
            return f"<code>{_tidy(_plain(text))}</code>"
        case nodes.Link(target, children):
            return f"<a {target}>{_words(children)}</a>"
        case nodes.Image():
            return f"<img {inline.source} {_plain(inline.alt)}>"
        case nodes.LineBreak():
            return "<br>"
        case _:
            assert_never(inline)


# ---- words

WORD = re.compile(r"[^\W_]+")
_SYNTAX = [
    re.compile(r"(?:`{3,}|~{3,}).*"),  # the info string, of which the language is kept
    re.compile(r"^[ \t>*+-]*(?:\d{1,9}[.)][ \t>*+-]*)*", re.MULTILINE),  # the numbers of items
    re.compile(r"\[[xX]\]"),
    re.compile(r"\[\^[^\]\s]+\]"),  # notes are numbered through the document
    re.compile(r"&#?\w+;"),
    re.compile(r"<!--.*?-->|</?(?:a|br|details|img|kbd|sub|summary|sup)\b[^<>]*>", re.DOTALL | re.IGNORECASE),
]


def words_of(text: str) -> set[str]:
    """Return the words of a text that are not Markdown syntax."""
    for syntax in _SYNTAX:
        text = syntax.sub(" ", text)
    return set(WORD.findall(text))


def walk(parts: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks and all nested blocks, in reading order."""
    for block in parts:
        yield block
        match block:
            case nodes.Excerpt(inside) | nodes.Quote(inside) | nodes.Details(_, inside):
                yield from walk(inside)
            case nodes.List(items):
                for item in items:
                    yield from walk(item.blocks)
            case nodes.Table():
                for row in (row for group in block.groups for row in group.rows):
                    for cell in row.cells:
                        yield from walk(cell)
            case nodes.Figure(_, caption):
                yield from walk(caption)
            case _:
                pass


def inlines_of(block: Block) -> Iterator[Inlines]:
    """Yield a block's own runs of inlines: words, titles, captions, its image."""
    match block:
        case nodes.Paragraph(found) | nodes.Heading(_, found):
            yield found
        case nodes.Table():
            yield from (column.title for column in block.columns)
            yield from (group.title for group in block.groups)
        case nodes.Details(summary):
            yield summary
        case nodes.Figure(image):
            yield (image,)
        case nodes.CodeBlock():
            yield block.caption
        case nodes.ImpactBand():
            yield from (block.title, *block.columns, block.caption, block.key)
            yield from (found for flag in nodes.flags_of(block) for found in (flag.title, flag.time, flag.elapsed))
        case nodes.Previews(previews):
            for preview in previews:
                yield from (preview.title, *(share.text for share in preview.shares), preview.more)
        case nodes.Excerpt() | nodes.List() | nodes.Quote() | nodes.Rule():
            pass
        case _:
            assert_never(block)


def leaves(found: Inlines) -> Iterator[nodes.Inline]:
    """Yield inlines and all nested inlines."""
    for inline in found:
        yield inline
        match inline:
            case (
                nodes.Strong(inside)
                | nodes.Emphasis(inside)
                | nodes.Strike(inside)
                | nodes.Marked(inside)
                | nodes.Link(_, inside)
            ):
                yield from leaves(inside)
            case _:
                pass


def texts(parts: Iterable[Block]) -> Iterator[str]:
    """Yield every visible text, and the targets of links."""
    for block in walk(parts):
        if isinstance(block, nodes.CodeBlock):
            yield from (block.language or "", block.text)
        if isinstance(block, nodes.List) and block.ordered:
            yield str(block.start)
        for inline in (inline for found in inlines_of(block) for inline in leaves(found)):
            match inline:
                case (
                    nodes.Text(text)
                    | nodes.Code(text)
                    | nodes.Label(text)
                    | nodes.Time(text)
                    | nodes.Ordinal(text)
                    | nodes.Link(text)
                ):
                    yield text
                case nodes.NoteMark():
                    yield inline.text
                case nodes.Image():
                    yield from (inline.alt, inline.source)
                case _:
                    pass


# ---- GitHub's HTML


def _of_elements(parent: HtmlElement) -> Iterator[str]:
    run = _plain(parent.text or "")
    for element in parent:
        if isinstance(element, HtmlComment):
            pass
        elif element.tag in _BLOCKS:
            yield from _paragraph(run)
            run = ""
            yield from _of_element(element)
        else:
            run += _of_inline(element)
        run += _plain(element.tail or "")
    yield from _paragraph(run)


def _paragraph(run: str, kind: str = "p") -> Iterator[str]:
    if text := _tidy(run):
        yield f"{kind} {text}"


def _of_element(element: HtmlElement) -> Iterator[str]:
    match element.tag:
        case "hr":
            yield "rule"
        case "blockquote":
            inside = list(_of_elements(element))
            yield from ("quote", *_indented(inside)) if inside else ()
        case "details":
            yield "details" if element.get("open") is None else "details open"
            yield from _indented(_of_elements(element))
        case "summary":
            yield from _paragraph(_of_inlines(element), "summary")
        case "pre":
            yield from _code(element.get("lang", ""), (element[0].text or "").removesuffix("\n"))
        case "ul" | "ol":
            yield "ul" if element.tag == "ul" else f"ol {element.get('start', '1')}"
            for item in element:
                yield from _indented(_of_item(item))
        case "table":
            yield from _of_github_table(element)
        case "p":
            yield from _paragraph(_of_inlines(element))
        case _:
            yield from _paragraph(_of_inlines(element).replace("<br>", " "), "h")


def _of_item(element: HtmlElement) -> Iterator[str]:
    """GitHub's parser, unlike its website, shows tasks inside a quote or first in another item as text."""
    box = element.find("input")
    box = element.find("p/input") if box is None else box
    mark = "" if box is None else " [ ]" if box.get("checked") is None else " [x]"
    inside = list(_of_elements(element))
    if inside and (task := re.match(r"p \[([ xX])\](?: |$)", inside[0])):
        mark = f" [{task[1].lower()}]"
        inside[:1] = _paragraph(inside[0][task.end() :])
    yield f"li{mark}"
    yield from _indented(inside)


def _of_github_table(element: HtmlElement) -> Iterator[str]:
    rows = list(element.iter("tr"))
    aligns = {"center": "center", "right": "end"}
    yield f"table {' '.join(aligns.get(cell.get('align', ''), 'start') for cell in rows[0])}"
    for row in rows:
        yield "  row"
        yield from _indented((_tidy(_of_inlines(cell)) for cell in row), "    ")


def _of_inlines(element: HtmlElement) -> str:
    out = _plain(element.text or "")
    for child in element:
        out += _of_inline(child) + _plain(child.tail or "")
    return out


def _of_inline(element: HtmlElement) -> str:
    if isinstance(element, HtmlComment):
        return ""
    words = _of_inlines(element)
    match element.tag:
        case "sub" | "sup" | "kbd":
            return f"<{element.tag}>{words}</{element.tag}>"
        case "br":
            return "<br>"
        case "strong":
            return f"<b>{words}</b>"
        case "em":
            return f"<i>{words}</i>"
        case "del":
            return f"<s>{words}</s>"
        case "code":
            return f"<code>{_tidy(words)}</code>" if _tidy(words) else ""
        case "img":
            return f"<img {element.get('src')} {_plain(element.get('alt', ''))}>{_title(element)}"
        case "a":
            target = element.get("href", "")
            return (f"<a {target}>{words or target}</a>" if _ADDRESS.fullmatch(target) else words) + _title(element)
    return words


def _title(element: HtmlElement) -> str:
    title = _tidy(element.get("title", ""))
    return f" ({_plain(title)})" if title else ""
