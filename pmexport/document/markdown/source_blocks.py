"""The blocks of a Markdown text with the lines that each was written on, for those who read more than its meaning.

The lines are read by the same rules as a field's (`gfm_blocks`), so that a block begins here where it begins on GitHub.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markdown import Markdown

from pmexport.document.markdown.gfm_blocks import STEP, BlockKind, GfmExtension, LineLayout, read_state
from pmexport.document.markdown.references import match_definition
from pmexport.limits import DEFAULT, Limits

SourceKind = BlockKind | Literal["list", "note", "definition"]


@dataclass(slots=True)
class SourceBlock:
    """A block of a text."""

    kind: SourceKind
    first: int
    """Its first line, from 0."""
    last: int
    """Its last line."""
    level: int = 0
    """Of a heading."""
    items: tuple[SourceItem, ...] = ()
    """Of a list."""

    @property
    def is_ordered(self) -> bool:
        """Whether it is a numbered list."""
        return bool(self.items) and self.items[0].mark[:1].isdigit()


@dataclass(slots=True)
class SourceItem:
    """An item of a list."""

    first: int
    last: int
    mark: str
    """As written: `-` or `1.`"""
    column: int
    """Where its text begins on its first line, and what its other lines are indented by."""


@dataclass(slots=True)
class _Begun:
    """A block in the innermost items that contain it."""

    kind: SourceKind
    first: int
    last: int
    level: int
    items: tuple[tuple[int, str], ...]
    """The text column and the last character of the mark of each item around it."""
    begun: int
    """The number of these items that begin with it."""


def read_source_blocks(text: str, limits: Limits = DEFAULT) -> list[SourceBlock]:
    """Return the outermost blocks of a text. Raises LimitError for a text that is nested too deeply."""
    lines = text.split("\n")
    tracer = _Tracer(lines, limits)
    tracer.run(lines)
    return [_make_block(run, lines) for run in _group_lists(tracer.begun)]


def item_text(item: SourceItem, lines: Sequence[str]) -> str:
    """Return the text of a list item as its own document; its lines are those of the item.

    lines: those of the text that contains the item.
    """
    first = lines[item.first].expandtabs(STEP)[item.column :]
    others = (_unindent(line, item.column) for line in lines[item.first + 1 : item.last + 1])
    return "\n".join([first, *others])


def _unindent(line: str, column: int) -> str:
    text = line.lstrip(" \t")
    spaces = len(line[: len(line) - len(text)].expandtabs(STEP))
    return " " * max(0, spaces - column) + text


class _Tracer(LineLayout):
    """Notes where the blocks begin and end while a text is laid out."""

    def __init__(self, lines: list[str], limits: Limits) -> None:
        md = Markdown(extensions=[GfmExtension(limits)], tab_length=STEP)
        super().__init__(read_state(lines, md, limits))
        self.begun: list[_Begun] = []
        self._line = -1

    def add(self, line: str, following: str) -> None:
        self._line += 1
        before = len(self.begun)
        super().add(line, following)
        if len(self.begun) == before and line.strip(" \t") and self.begun:
            self.begun[-1].last = self._line

    def begin_block(self, kind: BlockKind, text: str, indent: int, depth: int, following: str) -> None:
        level = len(text) - len(text.lstrip("#")) if kind == "heading" else 0
        self._note(kind, level, len(self.items) - self.indent)
        super().begin_block(kind, text, indent, depth, following)

    def make_heading(self, level: int) -> None:
        self.begun[-1].kind, self.begun[-1].level = "heading", level
        super().make_heading(level)

    def begin_note(self, text: str, column: int) -> bool:
        begins = super().begin_note(text, column)
        if begins:
            self._note("note", 0, 0)
        return begins

    def _note(self, kind: SourceKind, level: int, begun: int) -> None:
        self.begun.append(_Begun(kind, self._line, self._line, level, tuple(self.items), begun))


def _group_lists(blocks: list[_Begun]) -> list[list[_Begun]]:
    """Return the blocks in runs that make up one outermost block: a list, or a block outside of lists."""
    runs: list[list[_Begun]] = []
    for block in blocks:
        goes_on = runs and block.items and runs[-1][0].items and block.items[0][1] == runs[-1][0].items[0][1]
        if goes_on:
            runs[-1].append(block)
        else:
            runs.append([block])
    return runs


def _make_block(run: list[_Begun], lines: list[str]) -> SourceBlock:
    first, last = run[0].first, run[-1].last
    if run[0].items:
        return SourceBlock("list", first, last, items=tuple(_make_items(run, lines)))
    kind = run[0].kind
    if kind == "paragraph" and all(match_definition(line.strip()) for line in lines[first : last + 1]):
        kind = "definition"
    return SourceBlock(kind, first, last, run[0].level)


def _make_items(run: list[_Begun], lines: list[str]) -> list[SourceItem]:
    items: list[SourceItem] = []
    for block in run:
        if block.begun == len(block.items):
            mark = lines[block.first].split(maxsplit=1)[0]
            items.append(SourceItem(block.first, block.last, mark, block.items[0][0]))
        else:
            items[-1].last = block.last
    return items
