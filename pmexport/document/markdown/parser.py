"""Parse the Markdown of a field into nodes. No other module parses Markdown.

Python-Markdown converts it to HTML, and the HTML is read into nodes. Raw HTML is treated as text, so every element here
comes from Python-Markdown. Only http, https and mailto addresses become links.
"""

import re
from collections.abc import Callable, Iterable

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
_EMPHASIS: dict[str, Callable[[Inlines], Inline]] = {"strong": nodes.Strong, "em": nodes.Emphasis, "del": nodes.Strike}
_BLOCKS = {"p", "ul", "ol", "pre", "blockquote", "table", "hr", *_HEADINGS}


class Parser:
    """Parses the Markdown of fields, with the images and the labels of one document."""

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
            return _make_paragraph((nodes.Text(_SPACES.sub(" ", text)),))
        try:
            html = self._markdown.reset().convert(text)
        except RecursionError as error:  # hundreds of marks of emphasis inside each other
            raise LimitError("markdown_depth", self._limits) from error
        root = fragment_fromstring(html, create_parent="div", parser=self._html)
        description = self._labels.descriptions["text"]
        reader = _Reader(lambda source, alt: self._images(source, alt, path), description, level, root, self._limits)
        blocks = reader.blocks(root)
        return (*blocks, *self._note_targets(reader.unlinked))

    def _note_targets(self, targets: list[str]) -> Blocks:
        """Return a note that lists link targets that are not addresses, such as files, so that nothing is lost."""
        note = self._labels.phrase("unlinked", targets=", ".join(targets))
        return (nodes.Paragraph(note, role="note"),) if targets else ()


def is_address(target: str) -> bool:
    """Return whether a target may become a link: an address with the scheme http, https or mailto."""
    return _SAFE.fullmatch(target.strip()) is not None


def link(target: str, words: Inlines) -> Inlines:
    """Return a link if the target is an address that may become one, otherwise the words and the target as text."""
    target = target.strip()
    if is_address(target):
        return (nodes.Link(target, _strip_links(words) or (nodes.Text(target),)),)
    return (*words, nodes.Text(f" ({target})")) if target and nodes.text_of(words) != target else words


def with_links(text: str) -> Inlines:
    """Return a clean text with its bare addresses as links, like GitHub (GFM 0.29, 6.9)."""
    parts: list[Inline] = []
    end = 0
    for match in ADDRESS.finditer(text):
        address = without_punctuation(match.group())
        parts += _text_piece(text[end : match.start()])
        parts += link(address if "://" in address else f"https://{address}", (nodes.Text(address),))
        end = match.start() + len(address)
    return (*parts, *_text_piece(text[end:]))


def _text_piece(text: str) -> Inlines:
    """Return a piece of a text. Direction marks end with it, so that they do not affect the address next to it."""
    return (nodes.Text(piece),) if (piece := clean(text)) else ()


def _strip_links(inlines: Inlines) -> Inlines:
    """Return inlines with links replaced by their words: a link cannot contain a link."""
    out: list[Inline] = []
    for inline in inlines:
        match inline:
            case nodes.Link(_, children):
                out += children
            case nodes.Strong(children) | nodes.Emphasis(children) | nodes.Strike(children):
                out.append(type(inline)(_strip_links(children)))
            case _:
                out.append(inline)
    return tuple(out)


class _Reader:
    """Reads the HTML elements that Python-Markdown makes from one field."""

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
        used = sorted({element.tag for element in root.iter(*_HEADINGS)})
        self._levels = {tag: number for number, tag in enumerate(used, level + 1)}
        self._limits = limits
        self._depth = 0  # of inlines in each other
        self.unlinked: list[str] = []

    def blocks(self, element: HtmlElement) -> Blocks:
        """Return the blocks in an element; inlines between them become paragraphs."""
        blocks: list[Block] = []
        run: list[Inline] = list(_read_words(element.text))
        for child in element:
            if child.tag in _BLOCKS:
                blocks += _make_paragraph(run)
                blocks += self._read_block(child)
                run = []
            else:
                run += self._read_inline(child)
            run += _read_words(child.tail)
        return (*blocks, *_make_paragraph(run))

    def _read_block(self, element: HtmlElement) -> Blocks:
        match element.tag:
            case "p":
                return _make_figure(element, self._read_inlines(element))
            case "ul" | "ol":
                return (self._read_list(element),)
            case "pre":
                return (_read_code_block(element),)
            case "blockquote":
                return (nodes.Quote(blocks),) if (blocks := self.blocks(element)) else ()
            case "table":
                return (self._read_table(element),)
            case "hr":
                return (nodes.Rule(),)
        return self._read_heading(element)

    def _read_heading(self, element: HtmlElement) -> Blocks:
        """Return a heading below the section's level; no level is skipped (PDF/UA-1, 7.4.2)."""
        inlines = _trim_inlines(self._read_inlines(element))
        if not inlines:
            return ()
        self._level = min(self._levels[element.tag], self._level + 1, LOWEST_HEADING)
        return (nodes.Heading(self._level, inlines),)

    def _read_list(self, element: HtmlElement) -> nodes.List:
        start = int(element.get("start", "1"))
        return nodes.List(tuple(map(self._read_item, element)), ordered=element.tag == "ol", start=start)

    def _read_item(self, element: HtmlElement) -> nodes.Item:
        blocks = self.blocks(element)
        match blocks:
            case (nodes.Paragraph((nodes.Text(text), *rest)), *others) if task := _TASK.match(
                text if rest else f"{text} "
            ):
                inlines = _trim_inlines((nodes.Text(text[task.end() :]), *rest))
                return nodes.Item((*_make_paragraph(inlines), *others), checked=task[1] != " ")
        return nodes.Item(blocks)

    def _read_table(self, element: HtmlElement) -> nodes.Table:
        rows = [row for part in element for row in part]
        columns = tuple(
            nodes.Column(_trim_inlines(self._read_inlines(cell)), align=_cell_align(cell)) for cell in rows[0]
        )
        body = tuple(nodes.Row(tuple(_make_paragraph(self._read_inlines(cell)) for cell in row)) for row in rows[1:])
        return nodes.Table(columns, (nodes.RowGroup(body),), description=self._table_description)

    def _read_inlines(self, element: HtmlElement) -> list[Inline]:
        self._depth += 1
        if self._depth > self._limits.markdown_depth:
            raise LimitError("markdown_depth", self._limits)
        run = list(_read_words(element.text))
        for child in element:
            run += self._read_inline(child)
            run += _read_words(child.tail)
        self._depth -= 1
        return run

    def _read_inline(self, element: HtmlElement) -> Inlines:
        match element.tag:
            case "br":
                return (nodes.LineBreak(),)
            case "img":
                image = self._load_image(_read_attribute(element, "src"), _read_attribute(element, "alt"))
                return (image, *_read_title(element))
            case "code":
                return (nodes.Code(text),) if (text := _read_code(element)) else ()
        children = tuple(self._read_inlines(element))
        if element.tag == "a":
            return (*self._read_link(_read_attribute(element, "href"), children), *_read_title(element))
        return (_EMPHASIS[element.tag](children),) if element.tag in _EMPHASIS else children

    def _read_link(self, target: str, words: Inlines) -> Inlines:
        if not is_address(target) and target and target != nodes.text_of(words):
            self.unlinked.append(f"{nodes.text_of(words)} ({target})")
            return words
        return link(target, words)


def _read_words(text: str | None) -> Inlines:
    """Return a text with its links, without control characters that came from references such as `&#27;`."""
    return with_links(_SPACES.sub(" ", clean(text.replace("\x1b", "")))) if text else ()


def _read_attribute(element: HtmlElement, name: str) -> str:
    return one_line(element.get(name, "").replace("\x1b", ""))


def _read_title(element: HtmlElement) -> Inlines:
    """Return a link's or image's title as text: as a tooltip, most readers would never see it."""
    title = _read_attribute(element, "title")
    return (nodes.Text(f" ({title})"),) if title else ()


def _read_code(element: HtmlElement) -> str:
    """Return the text of a code span. In a table, an escaped pipe loses its backslash (GFM 0.29, 4.10)."""
    text = one_line(element.text or "")
    in_cell = next(element.iterancestors("td", "th"), None) is not None
    return text.replace("\\|", "|") if in_cell else text


def _read_code_block(element: HtmlElement) -> nodes.CodeBlock:
    code = element[0]
    language = (code.get("class") or "").removeprefix("language-")
    return nodes.CodeBlock((code.text or "").removesuffix("\n"), language or None)


def _cell_align(cell: HtmlElement) -> nodes.Align:
    aligns: dict[str, nodes.Align] = {"center": "center", "right": "end"}
    return aligns.get(cell.get("align", ""), "start")


def _make_paragraph(inlines: Iterable[Inline]) -> Blocks:
    """Return a paragraph, or a figure if the only inline is an image; nothing if the inlines are empty."""
    match _trim_inlines(inlines):
        case ():
            return ()
        case (nodes.Image() as image,):
            return (nodes.Figure(image),)
        case trimmed:
            return (nodes.Paragraph(trimmed),)


def _make_figure(element: HtmlElement, inlines: list[Inline]) -> Blocks:
    """Return a paragraph, or a figure if the only inline is an image, with the image's title as its caption."""
    match inlines:
        case [nodes.Image() as image, _] if len(element) == 1 and not element[0].tail:
            return (nodes.Figure(image, _make_paragraph((nodes.Text(_read_attribute(element[0], "title")),))),)
    return _make_paragraph(inlines)


def _trim_inlines(inlines: Iterable[Inline]) -> Inlines:
    """Return inlines without spaces and line breaks at both ends, and without spaces after line breaks."""
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
