"""The list items, quotes and details that are open while paragraphs are read, and the blocks in them.

Word has no nesting: a paragraph's list level or its indent says where it belongs.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Literal

from pmexport.document import nodes
from pmexport.document.nodes import Block, Blocks, Inlines
from pmexport.importing.word.paragraph_lines import Line
from pmexport.importing.word.style_sheet import ListMark
from pmexport.renderers.docx.body import DETAILS_BOOKMARK
from pmexport.renderers.docx.numbering import STEP

_TOLERANCE = 60
"""Twips by which indents may differ that are meant to be the same."""


@dataclass
class Frame:
    """A list item or a quote that is open, or the text as a whole."""

    kind: Literal["text", "item", "quote", "details"]
    left: int = 0
    mark: ListMark | None = None
    number: int = 1
    run: int = 0
    """The number of the list that counts it."""
    checked: bool | None = None
    is_ordered: bool = False
    blocks: list[Block | Frame] = field(default_factory=list)
    title: Inlines = ()
    """Of details."""
    bookmark: str = ""
    """The name of the bookmark around details."""

    @property
    def key(self) -> tuple[object, ...]:
        """What items of one list have in common."""
        return (self.kind, self.is_ordered, self.run if self.is_ordered else 0)


class OpenBlocks:
    """The text as a whole, and what is open in it."""

    def __init__(self) -> None:
        """Start with nothing open."""
        self._text = Frame("text")
        self._open = [self._text]

    @property
    def top(self) -> Frame:
        """What was opened last."""
        return self._open[-1]

    def read(self) -> Blocks:
        """Return all blocks, with the items that belong together as lists."""
        return _freeze(self._text.blocks)

    def open_details(self, line: Line, title: Inlines, bookmark: str) -> None:
        """Begin details with their title; they end where the bookmark ends."""
        self.find_place(line)
        self.push(Frame("details", title=title, bookmark=bookmark))

    def is_open(self, bookmark: str) -> bool:
        """Return whether these details have begun: LibreOffice repeats the start of a bookmark in each paragraph."""
        return any(frame.bookmark == bookmark for frame in self._open)

    def close_details(self, ended: Container[str]) -> None:
        """Close details whose bookmarks ended."""
        for number, frame in enumerate(self._open):
            if frame.bookmark and frame.bookmark in ended:
                del self._open[number:]
                break

    def find_place(self, line: Line) -> Frame:
        """Return the frame that a paragraph belongs to, and close those that it ends."""
        if line.is_quoted:
            return self._find_quote(line)
        continued = re.fullmatch(r"list_(?:continue|code)(?:_(?P<level>[1-5]))?", line.role)
        while len(self._open) > 1:
            top = self._open[-1]
            if top.kind == "details":
                break
            if top.kind == "item" and continued and not _has_indent(line, top):
                if top.mark and top.mark.level <= int(continued["level"] or 1) - 1:
                    break
            elif top.kind == "item" and line.left >= top.left - _TOLERANCE and line.left > 0:
                break
            self._open.pop()
        return self._open[-1]

    def _find_quote(self, line: Line) -> Frame:
        """Return the frame in a quote that a paragraph belongs to; a quote begins if none is open at its indent."""
        inside = line.role not in ("quote", "intense_quote")
        begins = inside and all(one.kind != "quote" for one in self._open)
        left = max(line.left - STEP, STEP) if begins else line.left
        while len(self._open) > 1:
            top = self._open[-1]
            if top.kind == "details":
                break
            if top.kind == "quote" and (inside or abs(top.left - left) <= _TOLERANCE):
                return top
            if left >= top.left + STEP - _TOLERANCE and (top.kind == "item" or not inside):
                break
            if inside and top.kind == "item" and line.left >= top.left - _TOLERANCE:
                return top
            self._open.pop()
        return self.push(Frame("quote", left))

    def push(self, frame: Frame) -> Frame:
        """Open a frame in the one that was opened last, and return it."""
        self._open[-1].blocks.append(frame)
        self._open.append(frame)
        return frame

    def close_items(self, line: Line, mark: ListMark) -> None:
        """Close the items and quotes that an item is not inside of."""
        if line.is_quoted and not any(frame.kind == "quote" for frame in self._open):
            quote = replace(line, role="quote", left=max(line.left - STEP, STEP), mark=None)
            self._find_quote(quote)
        while len(self._open) > 1:
            top = self._open[-1]
            if top.kind == "details":
                break
            if top.kind == "quote" and line.is_quoted:
                break
            if top.kind == "item" and top.mark and _is_inside(line, mark, top, top.mark):
                break
            self._open.pop()


def _has_indent(line: Line, item: Frame) -> bool:
    return abs(line.left - item.left) <= _TOLERANCE


def _is_inside(line: Line, mark: ListMark, top: Frame, above: ListMark) -> bool:
    """Return whether an item is nested in the open one: by its level, or if the levels are the same, by its indent."""
    if mark.level != above.level:
        return mark.level > above.level
    return mark.number != above.number and line.left > top.left + STEP // 2


def _freeze(blocks: Iterable[Block | Frame]) -> Blocks:
    """Return the blocks, with the items that belong together as lists."""
    out: list[Block] = []
    for key, run in groupby(blocks, key=lambda one: one.key if isinstance(one, Frame) else ("block",)):
        if key[0] == "block":
            out += [one for one in run if not isinstance(one, Frame)]
            continue
        frames = [one for one in run if isinstance(one, Frame)]
        if key[0] == "details":
            out += [
                nodes.Details(one.title, _freeze(one.blocks), one.bookmark.startswith(f"{DETAILS_BOOKMARK}open"))
                for one in frames
            ]
            continue
        if key[0] == "quote":
            out += [nodes.Quote(inside) for one in frames if (inside := _freeze(one.blocks))]
            continue
        items = tuple(nodes.Item(_freeze(one.blocks), one.checked) for one in frames)
        out.append(nodes.List(items, frames[0].is_ordered, max(frames[0].number, 0) if frames[0].is_ordered else 1))
    return tuple(out)
