"""Read documents back and compare their texts with the tree: titles, column labels and all leaves.

White space does not count: a page ends lines where it must.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any, assert_never
from zipfile import ZipFile

import cmarkgfm
from cmarkgfm.cmark import Options
from lxml import etree
from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.psparser import PSLiteral
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

from pmexport.document import nodes
from pmexport.document.nodes import Block, Document, Inline
from pmexport.renderers.shared import page_one

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_UNSEEN = re.compile("[\u00ad\u200e\u2066-\u2069\ufe0e\ufe0f]")
"""Soft hyphens, by which a PDF tells that a line divides a word; direction marks; and how a symbol is shown."""


def assert_says_the_same(document: Document, format_name: str, data: bytes) -> None:
    """Assert that a file has all texts that its format shows: the head in any order, the rest as in the tree.

    Markdown has no previews. On paper, page one may leave out what it only repeats, if it is too full.
    """
    document = nodes.on_paper(document) if format_name in ON_PAPER else document
    text = squashed(READERS[format_name](data))
    alts = squashed("".join(pdf_alts(data))) if format_name == "pdf" else text
    choices = [page_one.keep_previews(document) if format_name == "md" else document]
    choices += page_one.list_reductions(document) if format_name in ("pdf", "docx") else ()
    differences = []
    for choice in choices:
        try:
            return _assert_texts(choice, format_name, text, alts)
        except AssertionError as difference:
            differences.append(difference)
    raise differences[0]


def _assert_texts(document: Document, format_name: str, text: str, alts: str) -> None:
    for title in head(document):
        assert squashed(title) in text, f"{format_name}: {title!r} is missing"
    position = 0
    for leaf in body(document, format_name):
        if isinstance(leaf, nodes.Image):
            assert squashed(leaf.alt) in alts, f"{format_name}: the alt text {leaf.alt!r} is missing"
            continue
        found = text.find(squashed(leaf), position)
        assert found >= 0, f"{format_name}: {leaf!r} is missing after {text[max(0, position - 80) : position]!r}"
        position = position if isinstance(leaf, Anywhere) else found + len(squashed(leaf))


class Anywhere(str):
    """A text that is drawn: formats may write it at any place after the text before it."""

    __slots__ = ()


def squashed(text: str) -> str:
    """Return a text without white space, of which no-break spaces are a kind, and without what is not seen."""
    return "".join(_UNSEEN.sub("", text).split())


# ---- the tree


def head(document: Document) -> Iterator[str]:
    """Yield the texts of the document's head."""
    yield document.title
    for inlines in document.facts:
        yield from (leaf for leaf in _of_inlines(inlines) if isinstance(leaf, str))
    yield from (leaf for leaf in _of_blocks(document.cover, "") if isinstance(leaf, str))


def body(document: Document, format_name: str = "") -> Iterator[str | nodes.Image]:
    """Yield all leaves below the head that a format shows, in order: texts, and images for their alt texts."""
    for section in nodes.sections_of(document):
        yield from _of_inlines(nodes.title_of(section))
        yield from _of_blocks(section.blocks, format_name)
    yield from _of_blocks(document.footer, format_name)


def _of_blocks(blocks: Iterable[Block], format_name: str) -> Iterator[str | nodes.Image]:
    for block in blocks:
        if format_name == "md" and isinstance(block, nodes.Paragraph) and block.role in ("elapsed", "addresses"):
            continue
        match block:
            case nodes.Paragraph(inlines) | nodes.Heading(_, inlines):
                yield from _of_inlines(inlines)
            case nodes.List(items):
                for item in items:
                    yield from _of_blocks(item.blocks, format_name)
            case nodes.CodeBlock():
                yield from _of_inlines(block.caption)
                yield from block.text.split("\n")
            case nodes.Excerpt(inside) | nodes.Quote(inside):
                yield from _of_blocks(inside, format_name)
            case nodes.Details(summary, inside):
                yield from _of_inlines(summary)
                yield from _of_blocks(inside, format_name)
            case nodes.Table():
                yield from _of_table(block, format_name)
            case nodes.Figure(image, caption):
                yield image
                yield from _of_blocks(caption, format_name)
            case nodes.ImpactBand():
                yield from map(Anywhere, _of_table(nodes.as_table(replace(block, columns=((), (), ()))), format_name))
                yield from _of_inlines(block.caption)
            case nodes.Previews(previews):
                for preview in previews:
                    yield from _of_inlines(preview.title)
                    yield from (leaf for share in preview.shares for leaf in _of_inlines(share.text))
                    yield from _of_blocks(preview.blocks, format_name)
                    yield from _of_inlines(preview.more)
            case nodes.Rule():
                pass
            case _:
                assert_never(block)


def _of_table(table: nodes.Table, format_name: str) -> Iterator[str | nodes.Image]:
    for column in table.columns:
        yield from _of_inlines(column.title)
    for group in table.groups:
        yield from _of_inlines(group.title)
        for row in group.rows:
            for cell in row.cells:
                yield from _of_blocks(cell, format_name)


def _of_inlines(inlines: Iterable[Inline]) -> Iterator[str | nodes.Image]:
    for inline in inlines:
        match inline:
            case nodes.Text(text) | nodes.Code(text) | nodes.Label(text) | nodes.Time(text) | nodes.Ordinal(text):
                yield text
            case nodes.NoteMark():
                yield inline.text
            case (
                nodes.Strong(children)
                | nodes.Emphasis(children)
                | nodes.Strike(children)
                | nodes.Marked(children)
                | nodes.Link(_, children)
            ):
                yield from _of_inlines(children)
            case nodes.Image():
                yield inline
            case nodes.LineBreak():
                pass
            case _:
                assert_never(inline)


# ---- reading back


class _Html(HTMLParser):
    """Return the text of a page's body without its navigation; images are given by their alt texts."""

    def __init__(self) -> None:
        super().__init__()
        self.out: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("head", "nav", "style")
        if tag == "img" and not self.hidden:
            self.out.append(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("head", "nav", "style")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.out.append(data)


def read_html(data: bytes) -> str:
    """Return the text of an HTML file."""
    parser = _Html()
    parser.feed(data.decode())
    parser.close()
    return "".join(parser.out)


def read_markdown(data: bytes) -> str:
    """Return the text of a Markdown file as GitHub's parser reads it."""
    html: str = cmarkgfm.github_flavored_markdown_to_html(data.decode(), Options.CMARK_OPT_UNSAFE)
    return read_html(html.encode())


def read_docx(data: bytes) -> str:
    """Return the text of a Word file's body without its table of contents; images are given by their alt texts."""
    with ZipFile(io.BytesIO(data)) as archive:
        body = etree.fromstring(archive.read("word/document.xml"))
    shown = (part for part in body.iter(f"{_W}t", f"{_WP}docPr") if next(part.iterancestors(f"{_W}sdt"), None) is None)
    return "".join(part.get("descr") or "" if part.tag == f"{_WP}docPr" else part.text or "" for part in shown)


class _Marked(PDFTextDevice):
    """Return the text of each marked content of a page, by its id."""

    def __init__(self, resources: PDFResourceManager) -> None:
        super().__init__(resources)
        self.texts: dict[int, str] = {}
        self.open: list[int | None] = []

    def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
        number = next((number for number in reversed(self.open) if number is not None), None)
        if number is not None:
            codes = (code for part in seq if isinstance(part, bytes) for code in textstate.font.decode(part))
            self.texts[number] = self.texts.get(number, "") + "".join(map(textstate.font.to_unichr, codes))

    def begin_tag(self, tag: PSLiteral, props: Any = None) -> None:
        self.open.append(props.get("MCID") if isinstance(props, dict) else None)

    def end_tag(self) -> None:
        self.open.pop()


def read_pdf(data: bytes) -> str:
    """Return the text of a tagged PDF in the order of its structure, which is what a screen reader reads."""
    return "".join(_structured(data, texts=True))


def pdf_alts(data: bytes) -> Iterator[str]:
    """Yield the alternative texts of a tagged PDF's structure."""
    yield from _structured(data, texts=False)


def _structured(data: bytes, *, texts: bool) -> Iterator[str]:
    """Walk the structure tree (ISO 32000-1, 14.7) and yield its marked content, or its alternative texts."""
    reader = PdfReader(io.BytesIO(data))
    pages = {page.indirect_reference.idnum: number for number, page in enumerate(reader.pages)}  # type: ignore[union-attr]
    marked = _marked(data) if texts else []
    waiting: list[tuple[Any, int]] = [(reader.trailer["/Root"]["/StructTreeRoot"]["/K"], 0)]  # type: ignore[index]
    while waiting:
        element, page = waiting.pop()
        element = element.get_object() if isinstance(element, IndirectObject) else element
        if isinstance(element, list):
            waiting += [(kid, page) for kid in reversed(element)]
        elif isinstance(element, DictionaryObject):
            page = pages[element.raw_get("/Pg").idnum] if "/Pg" in element else page
            if not texts and "/Alt" in element:
                yield str(element["/Alt"])
            kids = element.get("/K", element.get("/MCID") if element.get("/Type") == "/MCR" else None)
            waiting.append((kids, page))
        elif element is not None and texts:
            yield marked[page].get(int(str(element)), "")


def _marked(data: bytes) -> list[dict[int, str]]:
    texts = []
    for page in PDFPage.get_pages(io.BytesIO(data)):
        resources = PDFResourceManager()
        device = _Marked(resources)
        PDFPageInterpreter(resources, device).process_page(page)
        texts.append(device.texts)
    return texts


ON_PAPER = {"pdf", "docx"}
"""The formats that show less of an excerpt."""
READERS = {"md": read_markdown, "html": read_html, "docx": read_docx, "pdf": read_pdf}
