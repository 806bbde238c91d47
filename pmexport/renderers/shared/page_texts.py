"""Compare the texts of a page with those of its document: a theme's templates must neither hide nor add any.

Only letters and digits are compared, without their case. Separators, check marks, spaces and capitals are a matter of
style, and so are the places of header and captions, and whether there is a table of contents.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Any, assert_never

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from pmexport.document import nodes
from pmexport.document.clean_text import one_line
from pmexport.document.nodes import Block, Blocks, Document, sections_of, text_of, title_of
from pmexport.errors import PmexportError, ThemeError
from pmexport.problems import Place, Problem
from pmexport.theming.themes import Theme

_MOST_TEMPLATES = 50
"""Templates of a theme that are tried, to find out which one changes a text."""
_MOST_REPORTED = 5
"""Texts of a kind that are reported."""
_MOST_SEARCHES = 500
"""Texts that are searched for away from their place; each search may read the whole page."""
_SHORT = 20
"""Letters of a block that is expected at its place only, because it may be a part of another."""
_SHOWN = 60
"""Characters of a text that are quoted."""
_NOT_LETTERS = re.compile(r"[\W_]+")
_WORD = re.compile(r"[^\W\d_]{2}")
"""What a text needs to count as added: numbers of sections and letters of lists do not."""
_HELP = "Templates must output all of the report's text and add none of their own."
_UNSEEN = ("script", "style", "template", "title")

Part = tuple[int, int]
"""A part of the page's letters: its start and end."""


def refuse_changes(
    page: bytes, document: Document, theme: Theme, make_page: Callable[[Document, Theme], bytes]
) -> None:
    """Raise ThemeError for each text that a theme's templates leave out, add or move, in the template that does it.

    page: the page that they made, in UTF-8. make_page: makes it with another theme. Without templates of its own, a
    theme cannot change a text.
    """
    if not theme.list_own(".j2"):
        return
    if problems := list(compare_texts(page, document, theme)):
        raise ThemeError(problems=list(_name_templates(problems, document, theme, make_page)))


def _name_templates(
    problems: list[Problem], document: Document, theme: Theme, make_page: Callable[[Document, Theme], bytes]
) -> Iterator[Problem]:
    """Yield the problems at the template without which each is gone; if there is none, at the last of the templates."""
    names = theme.list_own(".j2")[:_MOST_TEMPLATES]
    left = {name: _list_messages(document, replace(theme, ignored=frozenset({name})), make_page) for name in names}
    for problem in problems:
        culprit = next((name for name in names if problem.message not in left[name]), names[-1] if names else "")
        path = theme.find(culprit) if culprit else None
        yield problem.at(Place(str(path))) if path else problem


def _list_messages(document: Document, theme: Theme, make_page: Callable[[Document, Theme], bytes]) -> set[str]:
    try:
        return {problem.message for problem in compare_texts(make_page(document, theme), document, theme)}
    except PmexportError:  # another template needs the one that is left out
        return set()


def compare_texts(page: bytes, document: Document, theme: Theme) -> Iterator[Problem]:
    """Yield a problem for each text that a theme's templates leave out, add or move.

    page: the page that they made, in UTF-8.
    """
    parser = HTMLParser(huge_tree=True, encoding="utf-8")
    try:
        root = document_fromstring(page.replace(b"<wbr>", b""), parser=parser)  # to lxml, it would never end
        body: HtmlElement | None = next(root.iter("body"), None)
    except etree.ParserError:  # nothing but white space, or the end tags of nothing
        body = None
    if body is None:
        yield Problem(f'the theme "{theme.name}" makes a page without a <body>.', help="Correct its page.html.j2.")
        return
    contents = "\n".join(map(_take_text, body.findall(".//nav")))
    text = _read_text(body)
    usual = (_fold("".join(_list_usual(document, theme))), _fold("".join(_list_contents(document))))
    if (_fold(text), _fold(contents)) != usual:
        yield from _Comparison(text, contents).describe(document, theme)
    else:
        yield from _find_plain_titles(body, document, theme)


def _find_plain_titles(body: HtmlElement, document: Document, theme: Theme) -> Iterator[Problem]:
    """Yield a problem for each section whose title is not a heading, by which screen readers and outlines find it."""
    headings = {_fold(_read_text(one)) for one in body.iter("h1", "h2", "h3", "h4", "h5", "h6")}
    for section in sections_of(document):
        if _fold(text_of(title_of(section))) not in headings:
            message = f'the theme "{theme.name}" shows the title "{_shorten(section.title)}" without a heading.'
            yield Problem(message, help='Write it as <h{{ section.level }} class="title">{{ title }}</h…>.')


def _fold(text: str) -> str:
    """Return the letters and digits of a text, without their case."""
    return _NOT_LETTERS.sub("", text.casefold())


# ---- the texts of the page


def _take_text(element: HtmlElement) -> str:
    """Return the text in an element, and empty it."""
    text, tail = _read_text(element), element.tail
    element.clear()
    element.tail = tail
    return text


def _read_text(element: HtmlElement) -> str:
    """Return the text in an element, with the alternative texts of its images."""
    return "\n".join(filter(None, _walk_texts(element)))


def _walk_texts(root: HtmlElement) -> Iterator[str]:
    walk: Any = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        if event == "start" and (element.tag in _UNSEEN or "hidden" in element.attrib):
            walk.skip_subtree()
        elif event == "start":
            yield element.get("alt", "")
            yield element.text or ""
        elif element is not root:
            yield element.tail or ""


# ---- the texts of the document


def _list_usual(document: Document, theme: Theme) -> Iterator[str]:
    """Yield the texts in the order of the default theme, without its table of contents."""
    label = document.tlp or ""
    yield from (document.words.skip, label, theme.tokens.logo_alt if theme.tokens.logo else "")
    yield from document.letterhead
    yield document.title
    yield from map(text_of, document.facts)
    yield from _list_blocks(document.cover)
    yield from chain.from_iterable(_list_content(document))
    yield label


def _list_contents(document: Document) -> Iterator[str]:
    """Yield the texts of the table of contents."""
    if document.sections:
        yield document.words.contents
        yield from (text_of(title_of(section)) for section in sections_of(document))


def _list_content(document: Document) -> Iterator[list[str]]:
    """Yield the texts of each heading and block that must be on the page, in this order."""
    for section in sections_of(document):
        yield [text_of(title_of(section))]
        yield from _split_blocks(section.blocks)
    yield from _split_blocks(document.footer)


def _split_blocks(blocks: Blocks) -> Iterator[list[str]]:
    return (list(_list_block(block)) for block in blocks)


def _list_blocks(blocks: Blocks) -> Iterator[str]:
    for block in blocks:
        yield from _list_block(block)


def _list_block(block: Block) -> Iterator[str]:
    match block:
        case nodes.Paragraph(inlines) | nodes.Heading(_, inlines):
            yield text_of(inlines)
        case nodes.List(items):
            for item in items:
                yield from _list_blocks(item.blocks)
        case nodes.CodeBlock():
            yield text_of(block.caption)
            yield block.text
        case nodes.Excerpt(inside) | nodes.Quote(inside):
            yield from _list_blocks(inside)
        case nodes.Details(summary, inside):
            yield text_of(summary)
            yield from _list_blocks(inside)
        case nodes.Table():
            yield from _list_table(block)
        case nodes.Figure(image, caption):
            yield image.alt
            yield from _list_blocks(caption)
        case nodes.ImpactBand():
            yield from _list_band(block)
        case nodes.Previews(previews):
            for preview in previews:
                yield from _list_preview(preview)
        case nodes.Rule():
            return
        case _:
            assert_never(block)


def _list_table(table: nodes.Table) -> Iterator[str]:
    yield from (text_of(column.title) for column in table.columns)
    for group in table.groups:
        yield text_of(group.title)
        for row in group.rows:
            for cell in row.cells:
                yield from _list_blocks(cell)


def _list_band(block: nodes.ImpactBand) -> Iterator[str]:
    for view in block.views:
        for flag in view.flags:
            yield from map(text_of, (flag.time, flag.title, flag.elapsed))
        yield text_of(block.title)
        yield from (text_of(stretch.text) for stretch in view.stretches)
        for lane in view.lanes:
            yield text_of(lane.title)
            yield from (mark.text for mark in lane.marks)
        yield from (tick.text for tick in view.ticks)
    yield text_of(block.caption)
    yield text_of(block.key)


def _list_preview(preview: nodes.Preview) -> Iterator[str]:
    yield text_of(preview.title)
    yield from (text_of(share.text) for share in preview.shares)
    yield from _list_blocks(preview.blocks)
    yield text_of(preview.more)


def _list_header(document: Document) -> Iterator[str]:
    """Yield the texts that must be on the page, wherever the theme puts them."""
    yield document.title
    yield from document.letterhead
    yield from map(text_of, document.facts)
    yield from _list_blocks(document.cover)


def _list_optional(document: Document, theme: Theme) -> Iterator[str]:
    """Yield the texts that may be on the page: those of the document that are not part of its content."""
    label = document.tlp or ""  # at the top and at the end
    yield from (document.words.skip, label, label, document.mark, theme.tokens.logo_alt)
    yield from (text for _ in range(2) for text in _list_contents(document))
    yield from (*document.running, *(document.header or ()))
    properties = document.properties
    yield from (getattr(properties, name) for name in ("id", "status", "classification", "revision", "date", "subject"))
    yield from (*properties.authors, *properties.keywords)


# ---- the differences


class _Comparison:
    """Removes the texts of a document from those of a page. What is left on either side is a difference."""

    def __init__(self, text: str, contents: str) -> None:
        """Take the text of the page, and that of its table of contents."""
        self._text = f"{text}\n{contents}"
        folded = [(letter, at) for at, char in enumerate(self._text) for letter in char.casefold() if letter.isalnum()]
        self._letters = "".join(letter for letter, _ in folded)
        self._places = [at for _, at in folded]
        end = bisect_left(self._places, len(text))
        self._ahead: Part = (0, end)
        """What comes after the last block that was found."""
        self._rest: list[Part] = []
        """What is not removed yet, apart from that."""
        self._contents = (end, len(folded))
        self._moved: list[str] = []

    def describe(self, document: Document, theme: Theme) -> Iterator[Problem]:
        """Yield the differences as problems."""
        changed = [text for block in _list_content(document) if not self._pass_block(block) for text in block]
        self._rest.append(self._ahead)
        if len(changed) > _MOST_SEARCHES:
            yield Problem(f'the theme "{theme.name}" changes or moves most of the text.', help=_HELP)
            return
        texts = [*_list_header(document), *changed]
        kept = {index for index in _order_longest(texts) if self._remove(texts[index])}
        missing = [text for index, text in enumerate(texts) if index not in kept and _fold(text)]
        self._rest.append(self._contents)
        optional = list(_list_optional(document, theme))
        for index in _order_longest(optional):
            self._remove(optional[index])
        added = [text for text in map(self._quote_part, self._rest) if _WORD.search(text)]
        moved = [] if missing or added else self._moved[:1]  # one that moved may move many
        for verb, texts in {"leaves out": missing, "adds": added, "moves": moved}.items():
            for text in texts[:_MOST_REPORTED]:
                yield Problem(f'the theme "{theme.name}" {verb} "{_shorten(text)}".', help=_HELP)

    def _quote_part(self, part: Part) -> str:
        """Return a part as the page writes it."""
        start, end = part
        return self._text[self._places[start] : self._places[end - 1] + 1] if start < end else ""

    def _pass_block(self, block: list[str]) -> bool:
        """Remove a block that is whole, and return whether it is. Short ones may be anywhere, so they must be next."""
        letters = _fold("".join(block))
        if not letters or self._pass_next(letters):
            return True
        if len(letters) < _SHORT or len(self._moved) > _MOST_SEARCHES:
            return False
        if self._remove(letters):
            self._moved.append(" ".join(block))
            return True
        return self._skip_to(letters)

    def _pass_next(self, letters: str) -> bool:
        start, end = self._ahead
        if not self._letters.startswith(letters, start, end):
            return False
        self._ahead = (start + len(letters), end)
        return True

    def _skip_to(self, letters: str) -> bool:
        """Remove a block that comes later, and return whether it does. What comes before it is left over for now."""
        start, end = self._ahead
        at = self._letters.find(letters, start, end)
        if at < 0:
            return False
        self._rest.append((start, at))
        self._ahead = (at + len(letters), end)
        return True

    def _remove(self, text: str) -> bool:
        """Remove a text from the rest where it first occurs, not within a word, and return whether it does."""
        letters = _fold(text)
        if not letters:
            return True
        for index, (start, end) in enumerate(self._rest):
            at = self._letters.find(letters, start, end)
            while at >= 0 and not self._is_whole(at, at + len(letters)):
                at = self._letters.find(letters, at + 1, end)
            if at >= 0:
                self._rest[index : index + 1] = [(start, at), (at + len(letters), end)]
                return True
        return False

    def _is_whole(self, start: int, end: int) -> bool:
        """Return whether a part neither begins nor ends within a word of the page."""
        places = self._places
        begins = start == 0 or places[start - 1] != places[start] - 1
        return begins and (end == len(places) or places[end - 1] + 1 != places[end])


def _shorten(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN].rstrip()}…"


def _order_longest(texts: list[str]) -> list[int]:
    """Return the indexes of texts, those of the longest first, because a short text may be a part of a long one."""
    return sorted(range(len(texts)), key=lambda index: -len(texts[index]))
