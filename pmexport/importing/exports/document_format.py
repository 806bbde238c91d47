"""Atlassian's document format (ADF) as Markdown. What Markdown has no word for keeps its text and is named."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

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
from pmexport.importing.markdown.inline_text import escape_inline

_MARKS = {"strong": "strong", "em": "em", "code": "code", "strike": "strike"}
_LOST_MARKS = {
    "underline": "underlining", "textColor": "colours", "backgroundColor": "colours",
    "annotation": "comments in the text", "alignment": "alignment",
    "indentation": "indentation", "breakout": "", "border": "", "fontSize": "fonts",
}  # fmt: skip
"""Marks that Markdown does not have; what is lost with them, if anything."""
_FLOWING = frozenset(
    {
        "text",
        "hardBreak",
        "mention",
        "emoji",
        "date",
        "status",
        "inlineCard",
        "placeholder",
        "mediaInline",
        "inlineExtension",
    }
)
_LISTS = frozenset({"bulletList", "orderedList", "taskList", "decisionList"})
_ALERTS = {"info": "NOTE", "note": "IMPORTANT", "success": "TIP", "warning": "WARNING", "error": "CAUTION"}


def is_document(value: Any) -> bool:
    """Return whether a value is a document in this format."""
    return isinstance(value, dict) and value.get("type") == "doc" and isinstance(value.get("content"), list)


def read_document(value: Any) -> Converted:
    """Return a document as Markdown."""
    reader = _Reader()
    markdown = "\n\n".join(reader.read_blocks(_content(value)))
    return Converted(markdown, tuple(f"{what} ({count})" for what, count in reader.lost.items()))


def _content(node: Any) -> list[dict[str, Any]]:
    content = node.get("content") if isinstance(node, dict) else None
    return [one for one in content if isinstance(one, dict)] if isinstance(content, list) else []


def _kind(node: Mapping[str, Any]) -> str:
    kind = node.get("type")
    return kind if isinstance(kind, str) else ""


def _attribute(node: Mapping[str, Any], name: str) -> str:
    attributes = node.get("attrs")
    value = attributes.get(name) if isinstance(attributes, dict) else None
    return value if isinstance(value, str) else ""


class _Reader:
    def __init__(self) -> None:
        self.lost: Counter[str] = Counter()

    # ---- blocks

    def read_blocks(self, nodes: Iterable[dict[str, Any]]) -> Iterator[str]:
        """Yield blocks; text between them is a paragraph."""
        runs: list[Run] = []
        for node in nodes:
            if _kind(node) in _FLOWING:
                runs += self._read_inline(node)
                continue
            yield from filter(None, [write_runs(runs)])
            runs = []
            yield from filter(None, self._read_block(node))
        yield from filter(None, [write_runs(runs)])

    def _read_block(self, node: dict[str, Any]) -> Iterator[str]:
        kind = _kind(node)
        match kind:
            case "paragraph":
                self._note_marks(node)
                yield write_runs(self._read_inlines(node))
            case "heading":
                yield self._read_heading(node)
            case kind if kind in _LISTS:
                yield self._read_list(node, kind)
            case "codeBlock":
                yield write_fence(
                    "".join(str(one.get("text") or "") for one in _content(node)), _attribute(node, "language")
                )
            case "blockquote":
                yield self._quote(node)
            case "panel":
                alert = _ALERTS.get(_attribute(node, "panelType"), "NOTE")
                yield f"> [!{alert}]\n{quoted}" if (quoted := self._quote(node)) else ""
            case "table":
                yield self._read_table(node)
            case "rule":
                yield "---"
            case "expand" | "nestedExpand":
                title = _attribute(node, "title")
                yield f"**{escape_inline(title)}**" if title else ""
                yield from self.read_blocks(_content(node))
            case "mediaSingle" | "mediaGroup" | "media" | "blockCard" | "embedCard":
                yield write_runs(self._read_media(node))
            case _:
                yield from self._read_other(node)

    def _read_other(self, node: dict[str, Any]) -> Iterator[str]:
        """Yield the content of a node that has no counterpart; columns and similar frames are lost alone."""
        kind = _kind(node) or "a node without a type"
        if kind not in ("doc", "layoutColumn", "caption", "listItem"):
            key = _attribute(node, "extensionKey")
            self.lost.update([f"{kind} {key}".strip()])
        text = node.get("text") or _attribute(node, "text")
        yield write_runs([Run(text)]) if isinstance(text, str) else ""
        yield from self.read_blocks(_content(node))

    def _read_heading(self, node: dict[str, Any]) -> str:
        attributes = node.get("attrs")
        level = str(attributes.get("level")) if isinstance(attributes, dict) else "1"
        text = write_runs(self._read_inlines(node), cell=True).replace("<br>", " ")
        return f"{'#' * (int(level) if re.fullmatch('[1-6]', level) else 1)} {text}" if text else ""

    def _quote(self, node: dict[str, Any]) -> str:
        text = "\n\n".join(self.read_blocks(_content(node)))
        return write_quote(text) if text else ""

    def _read_list(self, node: dict[str, Any], kind: str) -> str:
        items = list(self._read_items(node))
        attributes = node.get("attrs")
        order = str(attributes.get("order", 1)) if isinstance(attributes, dict) else "1"
        start = int(order) if order.isascii() and order.isdigit() and len(order) < 9 else 1
        return write_list(items, start if kind == "orderedList" else None) if items else ""

    def _read_items(self, node: dict[str, Any]) -> Iterator[str]:
        for item in _content(node):
            text = join_item(self.read_blocks(_content(item)))
            if _kind(item) in _LISTS:
                yield self._read_list(item, _kind(item))
            elif _kind(item) == "taskItem":
                yield f"[{'x' if _attribute(item, 'state') == 'DONE' else ' '}] {text}"
            elif text:
                yield text

    def _read_table(self, node: dict[str, Any]) -> str:
        rows = [_content(row) for row in _content(node)]
        for cell in (cell for row in rows for cell in row):
            attributes = cell.get("attrs")
            spans = (
                {str(attributes.get(name) or 1) for name in ("colspan", "rowspan")}
                if isinstance(attributes, dict)
                else set()
            )
            self.lost.update(["merged cells of a table"] * bool(spans - {"1"}))
        headed = bool(rows and rows[0]) and all(_kind(cell) == "tableHeader" for cell in rows[0])
        return write_table([[self._read_cell(cell) for cell in row] for row in rows], headed=headed)

    def _read_cell(self, cell: dict[str, Any]) -> str:
        """Return a cell on one line; its blocks are lines."""
        lines = [write_runs(self._flatten(node), cell=True) for node in _content(cell)]
        return "<br>".join(filter(None, lines))

    def _flatten(self, node: dict[str, Any]) -> Iterator[Run]:
        """Yield a block of a cell as runs."""
        kind = _kind(node)
        if kind in _FLOWING:
            yield from self._read_inline(node)
        elif kind in ("media", "mediaSingle", "mediaGroup", "blockCard"):
            yield from self._read_media(node)
        else:
            self.lost.update([f"{kind} in a table"] if kind not in ("paragraph", "listItem") else [])
            for number, inside in enumerate(_content(node)):
                yield from [Run(BREAK)] if number and _kind(inside) not in _FLOWING else []
                yield from self._flatten(inside)

    # ---- inlines

    def _read_inlines(self, node: dict[str, Any]) -> Iterator[Run]:
        for inside in _content(node):
            yield from self._read_inline(inside)

    def _read_inline(self, node: dict[str, Any]) -> Iterator[Run]:
        kind = _kind(node)
        if kind == "text" and isinstance(node.get("text"), str):
            yield from self._read_text(node)
        elif kind == "hardBreak":
            yield Run(BREAK)
        elif kind in _WORDS:
            yield Run(_WORDS[kind](node))
        elif kind == "placeholder":
            self.lost.update(["placeholders"])
        elif kind == "inlineCard" or kind in ("mediaInline", "media"):
            yield from self._read_media(node)
        else:
            self.lost.update([f"{kind} {_attribute(node, 'extensionKey')}".strip()])
            yield Run(_attribute(node, "text"))
            yield from self._read_inlines(node)

    def _read_text(self, node: dict[str, Any]) -> Iterator[Run]:
        marks: set[str] = set()
        href = ""
        for mark in self._note_marks(node):
            kind = _kind(mark)
            marks |= {_MARKS[kind]} if kind in _MARKS else set()
            marks |= {_attribute(mark, "type")} & {"sub", "sup"} if kind == "subsup" else set()
            href = _attribute(mark, "href") if kind == "link" else href
        if href and not is_address(href):
            self.lost.update(["links that are not web addresses"])
            href = ""
        yield Run(node["text"], frozenset(marks), href)

    def _note_marks(self, node: dict[str, Any]) -> list[dict[str, Any]]:
        marks = node.get("marks")
        found = [mark for mark in marks if isinstance(mark, dict)] if isinstance(marks, list) else []
        for mark in found:
            kind = _kind(mark)
            if kind not in _MARKS and kind not in ("link", "subsup"):
                self.lost.update(filter(None, [_LOST_MARKS.get(kind, kind)]))
        return found

    def _read_media(self, node: dict[str, Any]) -> Iterator[Run]:
        """Yield a card as its address, and a file as its name or alternative text: nothing is fetched."""
        url = _attribute(node, "url")
        if is_address(url):
            yield Run(_attribute(node, "alt") or url, href=url)
        elif _kind(node) in ("media", "mediaInline"):
            yield Run(_attribute(node, "alt") or _attribute(node, "__fileName"))
        if _kind(node) in ("media", "mediaInline"):
            self.lost.update(["images and files"])
        for number, inside in enumerate(_content(node)):
            yield from [Run(BREAK)] if number else []
            yield from self._read_media(inside) if _kind(inside) == "media" else self._flatten(inside)


def _read_date(node: Mapping[str, Any]) -> str:
    """Return a date, which is given in milliseconds, as ISO 8601; one that no calendar has as written."""
    attributes = node.get("attrs")
    stamp = str(attributes.get("timestamp") or "") if isinstance(attributes, dict) else ""
    if not re.fullmatch(r"-?\d{1,14}", stamp, re.ASCII):
        return stamp
    try:
        return (dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=int(stamp))).date().isoformat()
    except OverflowError:
        return stamp


_WORDS: Mapping[Any, Callable[[Mapping[str, Any]], str]] = {
    "mention": lambda node: _attribute(node, "text").removeprefix("@"),
    "emoji": lambda node: _attribute(node, "text") or _attribute(node, "shortName"),
    "status": lambda node: _attribute(node, "text"),
    "date": _read_date,
}
"""What nodes in the middle of a text say."""
