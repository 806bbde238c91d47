"""Read the sections of documents back as plain lines: words, lists, tables, links and line breaks.

Each line is a block, indented by two spaces for each list around it: `h`, `p`, `cell`, `code`, or an item's
mark. Links are `<a target>words</a>`, images `<img alt>`, line breaks `<br>`; other marks are left out.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

import cmarkgfm
from cmarkgfm.cmark import Options
from lxml import etree
from lxml.html import HtmlElement, document_fromstring, fragment_fromstring

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
STEP = 340
"""The indent of a list, in twentieths of a point."""
BULLETS = 1
"""The id of the numbering of bullets."""

_ADDRESS = re.compile(r"(?:https?://|mailto:)\S+", re.IGNORECASE)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TEXT_BLOCKS = ("p", "summary", "figcaption", *_HEADINGS)
_BLOCKS = {*_TEXT_BLOCKS, "ul", "ol", "li", "pre", "blockquote", "table", "tr", "td", "th", "hr", "div", "section"}
_BLOCKS |= {"details", "figure", "thead", "tbody", "main"}
_HIDDEN = ("colgroup", "nav", "style", "script")

Titles = list[tuple[int, str]]
"""The level and title of each section of a document, in order."""

Sections = list[list[str]]
"""The lines of each section, in order, without those of the sections inside it."""


def tidy(text: str) -> str:
    text = re.sub(r"[\u00ad\u2066-\u2069\u200b\u2060\ufe0e\ufe0f]", "", text)
    text = re.sub(r"[ \t\n\r\f\u00a0]+", " ", text)
    text = re.sub(r" *(<br>) *", r"\1", text)
    return re.sub(r"^(?:<br>)+|(?:<br>)+$", "", text.strip(" ")).strip(" ")


def is_address(target: str) -> bool:
    """Return whether a target is an address that a document may link to."""
    return _ADDRESS.fullmatch(target) is not None


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def write_link(target: str, words: str) -> str:
    return f"<a {_same_target(target)}>{words}</a>" if is_address(target) else words


def _same_target(target: str) -> str:
    """Return a target as others may spell it: decoded, and without the slash at its end."""
    return unquote(target).removesuffix("/")


def has_text(line: str) -> bool:
    """Return whether a line shows something: empty lines of code and empty cells do not count."""
    return line.strip() not in ("", "code", "cell")


# ---- HTML, ours and GitHub's


def read_html(data: bytes, titles: Titles) -> Sections:
    """Return the sections of our page."""
    (main,) = document_fromstring(data.decode()).iter("main")
    found: list[HtmlElement] = list(main.iter("section"))
    assert [tidy(section[0].text_content()) for section in found] == [title for _, title in titles]
    return [list(html_lines((part for part in section[1:] if part.tag != "section"), 0)) for section in found]


def read_markdown(data: bytes, titles: Titles) -> Sections:
    """Return the sections of our Markdown, as GitHub's parser reads it."""
    page = github_page(data.decode().rpartition("\n---\n")[0])
    elements = [element for element in page if element.tag != "hr"]
    starts = _find_starts(list(map(_html_head, elements)), titles)
    ends = [*starts[1:], len(elements)]
    return [list(html_lines(elements[start + 1 : end], 0)) for start, end in zip(starts, ends, strict=True)]


def _html_head(element: HtmlElement) -> tuple[int, str]:
    """Return the level and the words of a heading; level 0 for other elements."""
    level = int(element.tag[1]) if element.tag in _HEADINGS else 0
    return level, tidy(element.text_content())


def _find_starts(heads: list[tuple[int, str]], titles: Titles) -> list[int]:
    """Return the indices of the headings of sections; the author's own headings are deeper, or elsewhere."""
    starts: list[int] = []
    for title in titles:
        starts.append(heads.index((title[0], tidy(title[1])), starts[-1] + 1 if starts else 0))
    return starts


def read_github(text: str) -> list[str]:
    """Return the lines of a Markdown text as GitHub's parser reads it."""
    return list(html_lines([github_page(text)], 0))


def github_page(text: str) -> HtmlElement:
    options = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
    page = cmarkgfm.github_flavored_markdown_to_html(text, options)
    return fragment_fromstring(page, create_parent="div")


def html_lines(elements: Iterable[HtmlElement], depth: int, mark: str = "p") -> Iterator[str]:
    """Yield the lines of elements. mark: of the first line, where an item begins."""
    for element in elements:
        for line in _element_lines(element, depth, mark):
            yield line
            mark = "p"


def _element_lines(element: HtmlElement, depth: int, mark: str) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.tag in _HIDDEN:
        return
    if element.tag == "pre":
        yield from _code_lines(element.text_content(), depth, mark)
    elif element.tag in ("ul", "ol"):
        for item in element:
            inside = html_lines([item], depth + 1, "1." if element.tag == "ol" else "-")
            yield from inside
    elif element.tag in _HEADINGS:
        yield from _line(_inline(element).replace("<br>", " "), depth, "h" if mark == "p" else mark)
    elif element.tag in ("td", "th"):
        yield from cell_lines(_mixed(element, 0, "p"))
    else:
        yield from _mixed(element, depth, mark)


def cell_lines(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a cell, the first of which says so."""
    first, *others = (*lines, "")
    kind, _, text = first.partition(" ")
    yield f"cell {text}" if kind else "cell "
    yield from others if kind else (first, *others)


def _mixed(element: HtmlElement, depth: int, mark: str) -> Iterator[str]:
    """Yield the lines of an element that holds blocks, inlines, or both."""
    run = escape(element.text or "")
    for child in element:
        if child.tag in _BLOCKS or child.tag in ("ul", "ol"):
            for line in (*_line(run, depth, mark), *_later(child, depth, mark, run)):
                yield line
                mark = "p"
            run = ""
        else:
            run += _inline_of(child)
        run += escape(child.tail or "")
    yield from _line(run, depth, mark)


def _later(child: HtmlElement, depth: int, mark: str, run: str) -> Iterator[str]:
    return html_lines([child], depth, "p" if tidy(run) else mark)


def _line(run: str, depth: int, mark: str) -> Iterator[str]:
    text = tidy(run)
    if text := re.sub("^[✓☐☑] ?", "", text) if mark in ("-", "1.") else text:
        yield f"{'  ' * depth}{mark} {text}"


def _code_lines(text: str, depth: int, mark: str) -> Iterator[str]:
    for line in text.strip("\n").split("\n"):
        yield f"{'  ' * depth}{'code' if mark == 'p' else mark} {tidy(escape(line))}".rstrip()
        mark = "p"


def _inline(element: HtmlElement) -> str:
    return escape(element.text or "") + "".join(_inline_of(child) + escape(child.tail or "") for child in element)


def _inline_of(element: HtmlElement) -> str:
    if not isinstance(element.tag, str):
        return ""
    match element.tag:
        case "br":
            return "<br>"
        case "img":
            return f"<img {escape(element.get('alt', ''))}>"
        case "input":
            return ""
        case "span" if element.get("class") == "box":
            return ""
        case "a":
            return write_link(element.get("href", ""), _inline(element))
    return _inline(element)


# ---- Word

_KINDS = {"ListBullet": "-", "ListNumber": "1.", "ListContinue": "p"}


def read_docx(data: bytes, titles: Titles) -> Sections:
    """Return the sections of a Word file's body."""
    with ZipFile(io.BytesIO(data)) as archive:
        body = etree.fromstring(archive.read("word/document.xml"))[0]
        relations = etree.fromstring(archive.read("word/_rels/document.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target") for relation in relations}
    parts = [part for part in body if _word_style(part) not in ("ClosingNote", "Provenance")]
    starts = [number for number, part in enumerate(parts) if re.fullmatch("Heading[1-5]", _word_style(part))]
    heads = [(int(_word_style(parts[start])[-1]) + 1, tidy(_word_inline(parts[start], targets))) for start in starts]
    assert heads == [(level, tidy(escape(title))) for level, title in titles]
    ends = [*starts[1:], len(parts)]
    return [
        [line for part in parts[start + 1 : end] for line in _word_lines(part, targets)]
        for start, end in zip(starts, ends, strict=True)
    ]


def _word_style(part: etree._Element) -> str:
    style = part.find(f"{_W}pPr/{_W}pStyle")
    return "" if style is None else style.get(f"{_W}val", "")


def _word_lines(part: etree._Element, targets: Mapping[Any, Any]) -> Iterator[str]:
    if part.tag == f"{_W}tbl":
        for cell in part.findall(f"{_W}tr/{_W}tc"):
            yield from cell_lines(line for inside in cell for line in _word_lines(inside, targets))
    elif part.tag == f"{_W}p":
        style = _word_style(part)
        text = _word_inline(part, targets)
        if style.startswith(("CodeBlock", "ListCode", "QuoteCode")):
            yield from _code_lines(unescape(text.replace("<br>", "\n")), 0, "p")
        elif found := re.fullmatch(r"(ListBullet|ListNumber|ListContinue)(?:Tight)?(\d?)", style):
            level = part.find(f"{_W}pPr/{_W}numPr/{_W}ilvl")
            depth = int(found[2] or 1) if level is None else int(level.get(f"{_W}val", "0")) + 1
            yield from _line(text, depth, _KINDS[found[1]])
        elif style.startswith("QuoteList"):
            level, number = (part.find(f"{_W}pPr/{_W}numPr/{_W}{name}") for name in ("ilvl", "numId"))
            assert level is not None
            assert number is not None
            kind = "-" if int(number.get(f"{_W}val", "0")) == BULLETS else "1."
            yield from _line(text, int(level.get(f"{_W}val", "0")) + 1, kind)
        else:
            indent = part.find(f"{_W}pPr/{_W}ind") if style == "Quote" else None
            depth = 0 if indent is None else int(indent.get(f"{_W}left", "0")) // STEP - 1
            yield from _line(text, depth, "h" if "TextHeading" in style else "p")


def _word_inline(part: etree._Element, targets: Mapping[Any, Any]) -> str:
    out = ""
    for run in part:
        if run.tag == f"{_W}hyperlink":
            out += write_link(targets.get(run.get(f"{_R}id"), ""), _word_inline(run, targets))
        elif run.tag == f"{_W}r":
            out += "".join(_word_text(piece) for piece in run.iter(f"{_W}t", f"{_W}br", f"{_W}tab", f"{_WP}docPr"))
    return re.sub(r"^[✓☐☑✗□]\s*", "", out)


def _word_text(piece: etree._Element) -> str:
    match piece.tag:
        case tag if tag == f"{_W}t":
            return escape(piece.text or "")
        case tag if tag == f"{_WP}docPr":
            return f"<img {escape(piece.get('descr') or '')}>"
    return "<br>" if piece.tag == f"{_W}br" else " "


READERS = {"html": read_html, "md": read_markdown, "docx": read_docx}
