"""Parse the Markdown of a field into nodes. No other module parses Markdown.

Python-Markdown converts it to HTML, and the HTML is read into nodes. Every element here comes from Python-Markdown: the
author's own tags arrive as texts in `span` elements, and the few that mean something are paired here.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from lxml.html import HtmlElement, HTMLParser, fragment_fromstring
from markdown import Markdown

from pmexport.document import nodes
from pmexport.document.clean_text import clean, clean_characters, one_line
from pmexport.document.labels import Labels
from pmexport.document.markdown.gfm_blocks import STEP, GfmExtension
from pmexport.document.markdown.html_tags import COMMENT, WRITTEN, Tag, read_tag
from pmexport.document.markdown.links import is_address, link, with_links
from pmexport.document.markdown.runs import make_paragraph, trim_inlines
from pmexport.document.markdown.simple_line import read_line
from pmexport.document.markdown.tag_pairs import BREAK, TagMeanings, Token, pair_blocks, pair_inlines
from pmexport.document.nodes import Blocks, Inline, Inlines
from pmexport.limits import DEFAULT, LimitError, Limits

Images = Callable[[str, str, str], Inline]
"""Takes an image's source, its alt text and the path of the field; returns the image, or a remark in its place."""
LOWEST_HEADING = 6

_MARKUP = re.compile(r"[\\`*_\[\]<>#|~&\n\t=]|^ {4}|^\s*(?:[-+]|\d+[.)])(?:\s|$)|^\s*--|:\S|\S@\S|www\.", re.IGNORECASE)
_ALERT = re.compile(r"\s*\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*(\n|$)", re.IGNORECASE)
_TASK = re.compile(r"\[([ xX])\] +")
_SPACES = re.compile(r"[ \t\n\r\f]+")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_EMPHASIS: dict[str, Callable[[Inlines], Inline]] = {"strong": nodes.Strong, "em": nodes.Emphasis, "del": nodes.Strike}
_BLOCKS = {"ul", "ol", "pre", "blockquote", "table", "hr", *_HEADINGS}


class Parser:
    """Parses the Markdown of fields, with the images and the labels of one document."""

    def __init__(self, images: Images, labels: Labels, limits: Limits = DEFAULT) -> None:
        self._images = images
        self._labels = labels
        self._limits = limits
        self._html = HTMLParser(huge_tree=True)
        self._last_note = 0
        self.tags: tuple[Tag, ...] = ()
        """The comments of the last field, and its tags that are shown as text."""
        self._markdown = Markdown(extensions=[GfmExtension(limits)], output_format="xhtml", tab_length=STEP)

    def blocks(self, text: str | None, level: int, path: str = "") -> Blocks:
        """Return the blocks of the field at this path, in a section of this level; none for an empty field.

        Raises LimitError where the field is too complex to be read in bounded time.
        """
        self.tags = ()
        text = clean(text or "")
        if len(text) > self._limits.markdown_characters:
            raise LimitError("markdown_characters", self._limits)
        if not _MARKUP.search(text):
            return make_paragraph((nodes.Text(_SPACES.sub(" ", text)),))
        line = read_line(text)
        if line is not None:
            return make_paragraph(line)
        try:
            html = self._markdown.reset().convert(text)
        except RecursionError as error:  # hundreds of marks of emphasis inside each other
            raise LimitError("markdown_depth", self._limits) from error
        root = fragment_fromstring(html, create_parent="div", parser=self._html)
        reader = _Reader(
            lambda source, alt: self._images(source, alt, path),
            self._labels,
            level,
            root,
            self._limits,
            self._last_note,
        )
        blocks = (*reader.read_field(root), *self._note_targets(reader.unlinked))
        self._last_note += len(reader.numbers)
        self.tags = tuple(reader.tags)
        return blocks

    def _note_targets(self, targets: list[str]) -> Blocks:
        """Return a note that lists link targets that are not addresses, such as files, so that nothing is lost."""
        note = self._labels.phrase("unlinked", targets=self._labels.list_texts(targets))
        return (nodes.Paragraph(note, role="note"),) if targets else ()


class _Reader:
    """Reads the HTML elements that Python-Markdown makes from one field."""

    def __init__(
        self,
        load_image: Callable[[str, str], Inline],
        labels: Labels,
        level: int,
        root: HtmlElement,
        limits: Limits,
        last_note: int,
    ) -> None:
        self._load_image = load_image
        self._labels = labels
        self._level = level  # of the section, then of the heading before
        used = sorted({element.tag for element in root.iter(*_HEADINGS)})
        self._levels = {tag: number for number, tag in enumerate(used, level + 1)}
        self._limits = limits
        self._last_note = last_note
        self._depth = 0  # of inlines in each other
        self.numbers: dict[str, int] = {}
        self._noted: list[str] = []  # the labels of notes, by their numbers
        self._referred: set[str] = set()
        self.unlinked: list[str] = []
        self.tags: list[Tag] = []
        """The comments, and the tags that are shown as text."""
        self._meanings = TagMeanings(
            self._read_void, self._read_element, self._read_other, labels.phrase("details"), limits
        )

    def read_field(self, root: HtmlElement) -> Blocks:
        """Return the blocks of the field, followed by its footnotes in the order of their references."""
        notes = _detach_notes(root)
        blocks = self.blocks(root)
        return (*blocks, *self._read_notes(notes))

    def _read_notes(self, notes: dict[str, HtmlElement]) -> Blocks:
        items = tuple(nodes.Item(self._read_note(label, notes[label])) for label in self._order_notes(notes))
        return (nodes.List(items, ordered=True, start=self._last_note + 1, role="notes"),) if items else ()

    def _order_notes(self, notes: dict[str, HtmlElement]) -> Iterator[str]:
        """Yield the labels by their numbers. Notes refer to others while they are read; the rest has no reference."""
        rest = iter(notes)
        done = 0
        while done < len(notes):
            if done == len(self._noted):
                self._number_note(next(label for label in rest if label not in self.numbers))
            yield self._noted[done]
            done += 1

    def _number_note(self, label: str) -> int:
        """Return the number of a note, which it gets when it is first mentioned."""
        if label not in self.numbers:
            self._noted.append(label)
            self.numbers[label] = self._last_note + len(self._noted)
        return self.numbers[label]

    def _read_note(self, label: str, element: HtmlElement) -> Blocks:
        """Return the blocks of a note, with a link to its first reference if it has one, after its first paragraph."""
        blocks = self.blocks(element)
        if label not in self._referred:
            return blocks
        mark = nodes.NoteMark(self.numbers[label], "back")
        match blocks:
            case (nodes.Paragraph(inlines), *others):
                return (nodes.Paragraph((*inlines, nodes.Text(" "), mark)), *others)
        return (nodes.Paragraph((mark,)), *blocks)

    def _read_reference(self, label: str) -> nodes.NoteMark:
        again = label in self._referred
        self._referred.add(label)
        return nodes.NoteMark(self._number_note(label), "again" if again else "first")

    def blocks(self, element: HtmlElement) -> Blocks:
        """Return the blocks in an element; inlines between them become paragraphs."""
        return pair_blocks(self._list_tokens(element), self._meanings)

    def _list_tokens(self, element: HtmlElement) -> list[Token]:
        tokens: list[Token] = [*_read_words(element.text)]
        for child in element:
            if child.tag == "p":
                tokens += (BREAK, *self._read_paragraph(child), BREAK)
            elif child.tag in _BLOCKS:
                tokens += (BREAK, *self._read_block(child), BREAK)
            else:
                tokens += self._read_token(child)
            tokens += _read_words(child.tail)
        return tokens

    def _read_paragraph(self, element: HtmlElement) -> Iterable[Token]:
        """Return the inlines of a paragraph, or a figure if it is an image with a title: the title is the caption."""
        run = self._read_run(element)
        match run:
            case [nodes.Image() as image, nodes.Text()] if len(element) == 1 and not element[0].tail:
                title = nodes.Text(_read_attribute(element[0], "title"))
                return (nodes.Figure(image, make_paragraph((title,))),)
        return run

    def _read_block(self, element: HtmlElement) -> Blocks:
        match element.tag:
            case "ul" | "ol":
                return (self._read_list(element),)
            case "pre":
                return (_read_code_block(element),)
            case "blockquote":
                return (nodes.Quote(blocks),) if (blocks := self._read_quote(element)) else ()
            case "table":
                return (self._read_table(element),)
            case "hr":
                return (nodes.Rule(),)
        return self._read_heading(element)

    def _read_quote(self, element: HtmlElement) -> Blocks:
        """Return the blocks of a quote. An alert, such as `[!WARNING]` on its first line, starts with its word."""
        first = element[0] if len(element) and element[0].tag == "p" else None
        alert = _ALERT.match(first.text or "") if first is not None else None
        if first is None or alert is None or not _has_content(element, first, alert):
            return self.blocks(element)
        first.text = (first.text or "")[alert.end() :]
        word = self._labels.phrase(f"alert_{alert[1].lower()}")
        return (nodes.Paragraph((nodes.Strong(word),)), *self.blocks(element))

    def _read_heading(self, element: HtmlElement) -> Blocks:
        """Return a heading below the section's level; no level is skipped (PDF/UA-1, 7.4.2)."""
        inlines = trim_inlines(self._read_inlines(element))
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
                inlines = trim_inlines((nodes.Text(text[task.end() :]), *rest))
                return nodes.Item((*make_paragraph(inlines), *others), checked=task[1] != " ")
        return nodes.Item(blocks)

    def _read_table(self, element: HtmlElement) -> nodes.Table:
        rows = [row for part in element for row in part]
        columns = tuple(
            nodes.Column(trim_inlines(self._read_inlines(cell)), align=_cell_align(cell)) for cell in rows[0]
        )
        body = tuple(nodes.Row(tuple(self.blocks(cell) for cell in row)) for row in rows[1:])
        return nodes.Table(columns, (nodes.RowGroup(body),), description=self._labels.descriptions["text"])

    def _read_inlines(self, element: HtmlElement) -> Inlines:
        return pair_inlines(self._read_run(element), self._meanings)

    def _read_run(self, element: HtmlElement) -> list[Token]:
        """Return the inlines and tags in an element."""
        self._depth += 1
        if self._depth > self._limits.markdown_depth:
            raise LimitError("markdown_depth", self._limits)
        run: list[Token] = [*_read_words(element.text)]
        for child in element:
            run += self._read_token(child)
            run += _read_words(child.tail)
        self._depth -= 1
        return run

    def _read_token(self, element: HtmlElement) -> Iterable[Token]:
        if element.tag == "span":
            return (read_tag(element.text_content()),)
        return self._read_inline(element)

    def _read_inline(self, element: HtmlElement) -> Inlines:
        match element.tag:
            case "br":
                return (nodes.LineBreak(),)
            case "img":
                image = self._load_image(_read_attribute(element, "src"), _read_attribute(element, "alt"))
                return (image, *_read_title(element))
            case "code":
                return _read_code(element)
            case "sup":
                return (self._read_reference(element.text_content()),)
        children = self._read_inlines(element)
        if element.tag == "a":
            return (*self._read_link(_read_attribute(element, "href"), children), *_read_title(element))
        return (_EMPHASIS[element.tag](children),) if element.tag in _EMPHASIS else children

    # ---- the author's tags

    def _read_void(self, tag: Tag) -> Inlines:
        if tag.name == "br":
            return (nodes.LineBreak(),)
        source = _clean_attribute(tag.attributes.get("src", ""))
        if not source:
            return self._read_other(tag)
        image = self._load_image(source, _clean_attribute(tag.attributes.get("alt", "")))
        return (image, *_make_title(tag.attributes.get("title", "")))

    def _read_element(self, tag: Tag, words: Inlines) -> Inlines:
        """Return the node of a pair of tags. A link without a target is an anchor, which shows only its words."""
        if tag.name in WRITTEN:
            return _make_written(tag.name, words) if words else ()
        if tag.name != "a":
            return (nodes.Marked(words, tag.name),) if words else ()  # type: ignore[arg-type] # the other names
        target = _clean_attribute(tag.attributes.get("href", ""))
        shown = self._read_link(target, words) if target else words
        return (*shown, *_make_title(tag.attributes.get("title", "")))

    def _read_other(self, tag: Tag) -> Inlines:
        """Return the text of a tag that is not a pair's, or that means nothing here. A comment is not shown."""
        self.tags.append(tag)
        return () if tag.name == COMMENT else (nodes.Text(_clean_attribute(tag.raw)),)

    def _read_link(self, target: str, words: Inlines) -> Inlines:
        if not is_address(target) and target and target != nodes.text_of(words):
            self.unlinked.append(f"{nodes.text_of(words)} ({target})")
            return words
        return link(target, words)


def _make_written(name: str, words: Inlines) -> Inlines:
    if name == "code":
        return (nodes.Code(nodes.text_of(words)),)
    return (_EMPHASIS[name](words),) if name in _EMPHASIS else words


def _read_words(text: str | None) -> Inlines:
    """Return a text with its links, without control characters that came from references such as `&#27;`."""
    words = _SPACES.sub(" ", clean_characters(text.replace("\x1b", ""))) if text else ""
    found = with_links(words)
    return (nodes.Text(words),) if words and all(isinstance(one, nodes.Text) for one in found) else found


def _read_attribute(element: HtmlElement, name: str) -> str:
    return _clean_attribute(element.get(name, ""))


def _clean_attribute(text: str) -> str:
    """Return a text from inside a tag on one line, without control characters that came from references."""
    return one_line(text.replace("\x1b", ""))


def _read_title(element: HtmlElement) -> Inlines:
    return _make_title(element.get("title", ""))


def _make_title(title: str) -> Inlines:
    """Return a link's or image's title as text: as a tooltip, most readers would never see it."""
    title = _clean_attribute(title)
    return (nodes.Text(f" ({title})"),) if title else ()


def _detach_notes(root: HtmlElement) -> dict[str, HtmlElement]:
    """Move the footnotes out of the field, each into the element that marks its start; return those by their labels."""
    notes: dict[str, HtmlElement] = {}
    note: HtmlElement | None = None
    for child in list(root):
        if child.tag == "aside":
            note = notes[child.get("title", "")] = child
            root.remove(child)
        elif note is not None:
            note.append(child)
    return notes


def _has_content(quote: HtmlElement, first: HtmlElement, alert: re.Match[str]) -> bool:
    """Return whether an alert's word is alone on its line, and something follows it."""
    if not alert[2] and len(first) and first[0].tag != "br":
        return False
    return bool((first.text or "")[alert.end() :].strip() or len(first) or len(quote) > 1)


def _read_code(element: HtmlElement) -> Inlines:
    r"""Return a code span, a space at its end outside. In a table, `\|` loses its backslash (GFM 0.29, 4.10)."""
    text = element.text or ""
    in_cell = next(element.iterancestors("td", "th"), None) is not None
    code = one_line(text.replace("\\|", "|") if in_cell else text)
    if not code:
        return (nodes.Text(" "),) if text else ()
    lead, trail = ((nodes.Text(" "),) * has for has in (text.startswith(" "), text.endswith(" ")))
    return (*lead, nodes.Code(code), *trail)


def _read_code_block(element: HtmlElement) -> nodes.CodeBlock:
    code = element[0]
    language = (code.get("class") or "").removeprefix("language-")
    return nodes.CodeBlock((code.text or "").removesuffix("\n"), language or None)


def _cell_align(cell: HtmlElement) -> nodes.Align:
    aligns: dict[str, nodes.Align] = {"center": "center", "right": "end"}
    return aligns.get(cell.get("align", ""), "start")
