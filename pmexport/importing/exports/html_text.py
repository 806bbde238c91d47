"""HTML as Markdown. What Markdown has no word for keeps its text and is named."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement, HTMLParser, fragment_fromstring

from pmexport.document.markdown.links import is_address
from pmexport.importing.exports.markdown_text import (
    BREAK,
    Converted,
    Run,
    join_item,
    write_fence,
    write_list,
    write_quote,
    write_runs,
    write_table,
)

_MARKS = {
    "strong": "strong", "b": "strong", "em": "em", "i": "em", "code": "code", "kbd": "code", "samp": "code",
    "tt": "code", "del": "strike", "s": "strike", "strike": "strike", "sub": "sub", "sup": "sup",
}  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(
    {
        *_HEADINGS, *("p", "div", "ul", "ol", "pre", "blockquote", "table", "hr", "section", "article", "header"),
        *("footer", "main", "aside", "figure", "figcaption", "details", "summary", "dl", "dt", "dd", "center"),
        *("address", "body", "form", "fieldset", "li", "tr", "td", "th", "thead", "tbody", "tfoot", "caption"),
    }
)  # fmt: skip
_PLAIN = frozenset({"span", "a", "br", "font", "small", "html", "body", "label", "abbr", "time", "cite", "q", "wbr"})
_SILENT = frozenset({"script", "style", "template", "head", "title", "noscript", "meta", "link"})
"""Elements that show nothing."""
_SEEN = {"u": "underlining", "ins": "underlining", "mark": "highlighting", "font": "fonts"}
_TAG = re.compile(r"(?i)</?(?:p|br|a|b|i|strong|em|ul|ol|li|div|span|h[1-6]|pre|blockquote|table|hr)(?:\s[^<>]*)?/?>")
_BLOCK_TAG = re.compile(r"(?i)<(?:p|ul|ol|div|h[1-6]|pre|blockquote|table|hr)(?:\s[^<>]*)?/?>")
_CODE = re.compile(r"(?ms)^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1|\Z)|`[^`\n]*`")
"""Code in Markdown, whose tags are text."""
_DEEPEST = 60
"""Elements inside each other; the text of those below is kept, without their form."""


def read_html(text: str) -> Converted:
    """Return HTML as Markdown."""
    if not text.strip():
        return Converted("")
    clean = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", "", text)
    root = fragment_fromstring(clean, create_parent="div", parser=HTMLParser(huge_tree=False, remove_comments=True))
    reader = _Reader()
    markdown = "\n\n".join(reader.read_blocks(root, 0))
    return Converted(markdown, tuple(f"{what} ({count})" for what, count in reader.lost.items()))


def read_loose_html(text: str) -> Converted:
    """Return a text that is Markdown, or HTML if it has blocks of it, as Markdown: that may have tags in a line."""
    return read_html(text) if _BLOCK_TAG.search(_CODE.sub("", text)) else Converted(text.strip())


def seems_html(text: str) -> bool:
    """Return whether a text that is not Markdown has tags of HTML that people use for text."""
    return _TAG.search(text) is not None


class _Reader:
    def __init__(self) -> None:
        self.lost: Counter[str] = Counter()

    # ---- blocks

    def read_blocks(self, parent: HtmlElement, depth: int) -> Iterator[str]:
        """Yield the blocks in an element; text between them is a paragraph."""
        runs: list[Run] = [Run(parent.text or "")]
        for child in parent:
            if child.tag in _BLOCKS and depth < _DEEPEST:
                yield from _paragraph(runs)
                runs = []
                yield from self._read_block(child, depth + 1)
            else:
                runs += self._read_inline(child, frozenset(), "", depth + 1)
            runs.append(Run(child.tail or ""))
        yield from _paragraph(runs)

    def _read_block(self, element: HtmlElement, depth: int) -> Iterator[str]:
        self._note_style(element)
        match element.tag:
            case tag if tag in _HEADINGS:
                text = write_runs(_without_strong(self._read_inlines(element, frozenset(), "", depth)), cell=True)
                yield from [f"{'#' * _HEADINGS[tag]} {text.replace('<br>', ' ')}"] if text else []
            case "ul" | "ol":
                yield from self._read_list(element, depth)
            case "pre":
                language = re.search(
                    r"\blanguage-([\w+#.-]+)", " ".join(one.get("class", "") for one in element.iter())
                )
                yield write_fence("".join(element.itertext()).strip("\n"), language[1] if language else "")
            case "blockquote":
                yield from map(write_quote, filter(None, ["\n\n".join(self.read_blocks(element, depth))]))
            case "table":
                yield from self._read_table(element, depth)
            case "hr":
                yield "---"
            case _:
                yield from self.read_blocks(element, depth)

    def _read_list(self, element: HtmlElement, depth: int) -> Iterator[str]:
        items = [join_item(self.read_blocks(item, depth)) for item in element if item.tag not in _SILENT]
        start = element.get("start", "1")
        number = int(start) if start.isascii() and start.isdigit() and len(start) < 9 else 1
        if shown := [item for item in items if item]:
            yield write_list(shown, number if element.tag == "ol" else None)

    def _read_table(self, element: HtmlElement, depth: int) -> Iterator[str]:
        rows = []
        own = list(_own_rows(element))
        for row in own:
            cells = [cell for cell in row if cell.tag in ("td", "th")]
            self.lost.update(
                ["merged cells of a table"] * any(cell.get("colspan") or cell.get("rowspan") for cell in cells)
            )
            rows.append([self._read_cell(cell, depth) for cell in cells])
        headed = next((any(cell.tag == "th" for cell in row) for row in own), False)
        caption = element.find("caption")
        if caption is not None:
            yield from self.read_blocks(caption, depth)
        yield from filter(None, [write_table(rows, headed=headed)])

    def _read_cell(self, cell: HtmlElement, depth: int) -> str:
        """Return a cell on one line; its blocks are lines."""
        runs = list(self._read_inlines(cell, frozenset(), "", depth))
        self.lost.update(["lists in a table"] * (next(cell.iter("ul", "ol"), None) is not None))
        return write_runs(_trim_breaks(runs), cell=True)

    # ---- inlines

    def _read_inlines(self, element: HtmlElement, marks: frozenset[str], href: str, depth: int) -> Iterator[Run]:
        yield Run(element.text or "", marks, href)
        for child in element:
            yield from self._read_inline(child, marks, href, depth + 1)
            yield Run(child.tail or "", marks, href)

    def _read_inline(self, element: HtmlElement, marks: frozenset[str], href: str, depth: int) -> Iterator[Run]:
        tag = element.tag
        if depth > _DEEPEST:
            yield Run("".join(element.itertext()), marks, href)
        elif tag == "br":
            yield Run(BREAK)
        elif tag == "img":
            yield from self._read_image(element, marks, href)
        elif not isinstance(tag, str) or tag in _SILENT:
            self.lost.update([str(tag)] if tag in ("script", "style") else [])
        elif tag in _BLOCKS:
            yield Run(BREAK)
            yield from self._read_inlines(element, marks, href, depth)
            yield Run(BREAK)
        else:
            self._note_element(element)
            inner = marks | {_MARKS[tag]} if tag in _MARKS else marks
            yield from self._read_inlines(element, inner, self._read_target(element) or href, depth)

    def _read_image(self, element: HtmlElement, marks: frozenset[str], href: str) -> Iterator[Run]:
        """Yield an image as its alternative text, linked to its address: nothing is fetched."""
        source = element.get("src", "")
        target = source if is_address(source) else ""
        self.lost.update(["images"])
        if element.get("alt") or target:
            yield Run(element.get("alt") or target, marks, href or target)

    def _read_target(self, element: HtmlElement) -> str:
        target = str(element.get("href", "")).strip() if element.tag == "a" else ""
        if target and not is_address(target):
            self.lost.update(["links that are not web addresses"])
            return ""
        return target

    def _note_element(self, element: HtmlElement) -> None:
        tag = str(element.tag)
        self._note_style(element)
        if tag in _SEEN:
            self.lost.update([_SEEN[tag]])
        elif tag not in _MARKS and tag not in _PLAIN:
            self.lost.update([f"<{tag}>"])

    def _note_style(self, element: HtmlElement) -> None:
        if element.get("style"):
            self.lost.update(["colours and styles"])


def _own_rows(table: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the rows of a table, without those of tables in its cells."""
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from (row for row in child if row.tag == "tr")


def _paragraph(runs: Iterable[Run]) -> list[str]:
    text = write_runs(_trim_breaks(list(runs)))
    return [text] if text.strip() else []


def _trim_breaks(runs: list[Run]) -> list[Run]:
    """Return runs without breaks and white space at the ends, and without several breaks in a row."""
    out: list[Run] = []
    for run in runs:
        is_repeated = run.text == BREAK and (not out or out[-1].text == BREAK)
        if not is_repeated and (run.text.strip() or run.text == BREAK or (out and out[-1].text != BREAK)):
            out.append(run)
    while out and not out[-1].text.strip():
        out.pop()
    return out


def _without_strong(runs: Iterable[Run]) -> Iterator[Run]:
    """Yield the runs of a heading, which is bold by itself."""
    return (Run(run.text, run.marks - {"strong"}, run.href) for run in runs)
