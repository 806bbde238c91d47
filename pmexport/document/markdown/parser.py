"""Markdown inside a field -> nodes. The only place that parses Markdown.

Python-Markdown makes HTML of it, and the HTML is read into nodes. Raw HTML is text from the start, so that every
element seen here is Python-Markdown's own; of addresses, only those that a reader may follow become links.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial

from lxml.html import HtmlElement, HTMLParser, fragment_fromstring
from markdown import Markdown

from pmexport.document import nodes
from pmexport.document.clean_text import clean, one_line
from pmexport.document.labels import Labels
from pmexport.document.markdown.gfm_blocks import ADDRESS, STEP, TURNS, GfmExtension, without_punctuation
from pmexport.document.nodes import Block, Blocks, Inline, Inlines
from pmexport.limits import DEFAULT, LimitError, Limits

Images = Callable[[str, str, str], Inline]
"""Takes an image's source, its alt text and the path of the field; returns the image, or a remark in its place."""

LOWEST_HEADING = 6

_MARKUP = re.compile(r"[\\`*_\[\]<>#|~&\n\t=]|^ {4}|^\s*(?:[-+]|\d+[.)])(?:\s|$)|^\s*--|:\S|www\.", re.IGNORECASE)
_SAFE = re.compile(rf"(?:https?://|mailto:)[^\s{TURNS}]+", re.IGNORECASE)
_TASK = re.compile(r"\[([ xX])\] +")
_SPACES = re.compile(r"[ \t\n\r\f]+")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = {"p", "ul", "ol", "pre", "blockquote", "table", "hr", *_HEADINGS}


class Parser:
    """Reads the Markdown of fields. One is made for each document; its pictures and its words are that document's."""

    def __init__(self, images: Images, labels: Labels, limits: Limits = DEFAULT) -> None:
        self._images = images
        self._labels = labels
        self._limits = limits
        self._html = HTMLParser(huge_tree=True)
        self._markdown = Markdown(extensions=[GfmExtension(limits)], output_format="xhtml", tab_length=STEP)

    def blocks(self, text: str | None, level: int, path: str = "") -> Blocks:
        """Return the blocks of the field at this path, in a section of this level; none for an empty field.

        Raises LimitError where the field is too complex to be read in bounded time.
        """
        text = clean(text or "")
        if len(text) > self._limits.markdown_characters:
            raise LimitError("markdown_characters", self._limits)
        if not _MARKUP.search(text):
            return _paragraph((nodes.Text(_SPACES.sub(" ", text)),))
        try:
            html = self._markdown.reset().convert(text)
        except RecursionError as error:  # hundreds of marks of emphasis inside each other
            raise LimitError("markdown_depth", self._limits) from error
        root = fragment_fromstring(html, create_parent="div", parser=self._html)
        reader = _Reader(partial(self._load_image, path), self._labels.descriptions["text"], level, root, self._limits)
        blocks = reader.blocks(root)
        return (*blocks, *self._unlinked(reader.unlinked))

    def _load_image(self, path: str, source: str, alt: str) -> Inline:
        return self._images(source, alt, path)

    def _unlinked(self, targets: list[str]) -> Blocks:
        """Return a note of the targets that are no addresses, such as files beside the source: nothing is lost."""
        note = self._labels.phrase("unlinked", targets=", ".join(targets))
        return (nodes.Paragraph(note, role="note"),) if targets else ()


def is_address(target: str) -> bool:
    """Return whether a reader may follow a target: an address with the scheme http, https or mailto."""
    return _SAFE.fullmatch(target.strip()) is not None


def link(target: str, words: Inlines) -> Inlines:
    """Return a link where the target is an address that a reader may follow, else the words and the target as text."""
    target = target.strip()
    if is_address(target):
        return (nodes.Link(target, _without_links(words) or (nodes.Text(target),)),)
    return (*words, nodes.Text(f" ({target})")) if target and nodes.text_of(words) != target else words


def with_links(text: str) -> Inlines:
    """Return a clean text whose bare addresses are links, as GitHub makes them (GFM 0.29, 6.9)."""
    parts: list[Inline] = []
    end = 0
    for match in ADDRESS.finditer(text):
        address = without_punctuation(match.group())
        parts += _piece(text[end : match.start()])
        parts += link(address if "://" in address else f"https://{address}", (nodes.Text(address),))
        end = match.start() + len(address)
    return (*parts, *_piece(text[end:]))


def _piece(text: str) -> Inlines:
    """Return a piece of a text; its directions end with it, and do not turn the address beside it."""
    return (nodes.Text(piece),) if (piece := clean(text)) else ()


def _without_links(inlines: Inlines) -> Inlines:
    """Return inlines with the words of their links: a link holds no link."""
    out: list[Inline] = []
    for inline in inlines:
        match inline:
            case nodes.Link(_, children):
                out += children
            case nodes.Strong(children) | nodes.Emphasis(children) | nodes.Strike(children):
                out.append(type(inline)(_without_links(children)))
            case _:
                out.append(inline)
    return tuple(out)


# ---- reading the HTML


class _Reader:
    """Reads the elements that Python-Markdown makes of one field."""

    def __init__(
        self,
        load_image: Callable[[str, str], Inline],
        table_description: str,
        level: int,
        root: HtmlElement,
        limits: Limits,
    ) -> None:
        self._load_image = load_image
        self._table_description = table_description
        self._level = level  # of the section, then of the heading before
        self._levels = {
            tag: number for number, tag in enumerate(sorted({e.tag for e in root.iter(*_HEADINGS)}), level + 1)
        }
        self._limits = limits
        self._depth = 0  # of inlines in each other
        self.unlinked: list[str] = []

    def blocks(self, element: HtmlElement) -> Blocks:
        """Return the blocks that an element holds; inlines between them become paragraphs."""
        blocks: list[Block] = []
        run: list[Inline] = list(_words(element.text))
        for child in element:
            if child.tag in _BLOCKS:
                blocks += _paragraph(run)
                blocks += self._block(child)
                run = []
            else:
                run += self._inline(child)
            run += _words(child.tail)
        return (*blocks, *_paragraph(run))

    def _block(self, element: HtmlElement) -> Blocks:
        match element.tag:
            case "p":
                return _captioned(element, self._inlines(element))
            case "ul" | "ol":
                return (self._list(element),)
            case "pre":
                return (_code_block(element),)
            case "blockquote":
                return (nodes.Quote(blocks),) if (blocks := self.blocks(element)) else ()
            case "table":
                return (self._table(element),)
            case "hr":
                return (nodes.Rule(),)
        return self._heading(element)

    def _heading(self, element: HtmlElement) -> Blocks:
        """Headings lie below the section's level, in the order of their own, and skip none (PDF/UA-1, 7.4.2)."""
        inlines = _trimmed(self._inlines(element))
        if not inlines:
            return ()
        self._level = min(self._levels[element.tag], self._level + 1, LOWEST_HEADING)
        return (nodes.Heading(self._level, inlines),)

    def _list(self, element: HtmlElement) -> nodes.List:
        start = int(element.get("start", "1"))
        return nodes.List(tuple(map(self._item, element)), ordered=element.tag == "ol", start=start)

    def _item(self, element: HtmlElement) -> nodes.Item:
        blocks = self.blocks(element)
        match blocks:
            case (nodes.Paragraph((nodes.Text(text), *rest)), *others) if task := _TASK.match(
                text if rest else f"{text} "
            ):
                inlines = _trimmed((nodes.Text(text[task.end() :]), *rest))
                return nodes.Item((*_paragraph(inlines), *others), checked=task[1] != " ")
        return nodes.Item(blocks)

    def _table(self, element: HtmlElement) -> nodes.Table:
        rows = [row for part in element for row in part]
        columns = tuple(nodes.Column(_trimmed(self._inlines(cell)), align=_align(cell)) for cell in rows[0])
        body = tuple(nodes.Row(tuple(self._cell(cell) for cell in row)) for row in rows[1:])
        return nodes.Table(columns, (nodes.RowGroup(body),), description=self._table_description)

    def _cell(self, element: HtmlElement) -> Blocks:
        return _paragraph(self._inlines(element))

    def _inlines(self, element: HtmlElement) -> list[Inline]:
        self._depth += 1
        if self._depth > self._limits.markdown_depth:
            raise LimitError("markdown_depth", self._limits)
        run = list(_words(element.text))
        for child in element:
            run += self._inline(child)
            run += _words(child.tail)
        self._depth -= 1
        return run

    def _inline(self, element: HtmlElement) -> Inlines:
        match element.tag:
            case "br":
                return (nodes.LineBreak(),)
            case "img":
                return (self._load_image(_attribute(element, "src"), _attribute(element, "alt")), *_title(element))
            case "code":
                return (nodes.Code(text),) if (text := _code_text(element)) else ()
        children = tuple(self._inlines(element))
        match element.tag:
            case "a":
                return (*self._link(_attribute(element, "href"), children), *_title(element))
            case "strong":
                return (nodes.Strong(children),)
            case "em":
                return (nodes.Emphasis(children),)
            case "del":
                return (nodes.Strike(children),)
        return children

    def _link(self, target: str, words: Inlines) -> Inlines:
        if not is_address(target) and target and target != nodes.text_of(words):
            self.unlinked.append(f"{nodes.text_of(words)} ({target})")
            return words
        return link(target, words)


def _words(text: str | None) -> Inlines:
    """Return a text with its links, cleaned of what was written as a character reference: `&#27;`, `&#x202e;`."""
    return with_links(_SPACES.sub(" ", clean(text.replace("\x1b", "")))) if text else ()


def _attribute(element: HtmlElement, name: str) -> str:
    return one_line(element.get(name, "").replace("\x1b", ""))


def _title(element: HtmlElement) -> Inlines:
    """Return a title in words: it would show only under a mouse."""
    title = _attribute(element, "title")
    return (nodes.Text(f" ({title})"),) if title else ()


def _code_text(element: HtmlElement) -> str:
    """In a table GitHub takes a pipe's backslash away, inside code as well (GFM 0.29, 4.10)."""
    text = one_line(element.text or "")
    in_cell = next(element.iterancestors("td", "th"), None) is not None
    return text.replace("\\|", "|") if in_cell else text


def _code_block(element: HtmlElement) -> nodes.CodeBlock:
    code = element[0]
    language = (code.get("class") or "").removeprefix("language-")
    return nodes.CodeBlock((code.text or "").removesuffix("\n"), language or None)


def _align(cell: HtmlElement) -> nodes.Align:
    aligns: dict[str, nodes.Align] = {"center": "center", "right": "end"}
    return aligns.get(cell.get("align", ""), "start")


def _paragraph(inlines: Iterable[Inline]) -> Blocks:
    """Return the paragraph of these inlines, if they hold anything; a picture alone is a figure."""
    match _trimmed(inlines):
        case ():
            return ()
        case (nodes.Image() as image,):
            return (nodes.Figure(image),)
        case trimmed:
            return (nodes.Paragraph(trimmed),)


def _captioned(element: HtmlElement, inlines: list[Inline]) -> Blocks:
    """Return a paragraph; where it is a picture alone, the picture with its title for a caption."""
    match inlines:
        case [nodes.Image() as image, _] if len(element) == 1 and not element[0].tail:
            return (nodes.Figure(image, _paragraph((nodes.Text(_attribute(element[0], "title")),))),)
    return _paragraph(inlines)


def _trimmed(inlines: Iterable[Inline]) -> Inlines:
    """Return inlines without spaces and line breaks at their ends, and without a space at the beginning of a line."""
    out: list[Inline] = []
    for inline in inlines:
        if isinstance(inline, nodes.Text):
            text = inline.text.lstrip(" ") if not out or isinstance(out[-1], nodes.LineBreak) else inline.text
            if text:
                out.append(nodes.Text(text))
        elif not isinstance(inline, nodes.LineBreak) or out:
            out.append(inline)
    while out and isinstance(out[-1], nodes.LineBreak | nodes.Text):
        last = out.pop()
        if isinstance(last, nodes.Text) and last.text.rstrip(" "):
            return (*out, nodes.Text(last.text.rstrip(" ")))
    return tuple(out)
