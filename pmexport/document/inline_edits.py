"""Edit the texts of a run of inlines as if they were one text, across the markup between them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple, assert_never

from pmexport.document import nodes
from pmexport.document.nodes import Inline, Inlines

OPAQUE = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands for code, an image, or another part that is never edited."""


class Edit(NamedTuple):
    """The replacement of a part of a text."""

    start: int
    end: int
    text: str


FindEdits = Callable[[str], Iterable[Edit]]
"""Returns the edits of a text, in order and without overlap."""
Kinds = tuple[type[Inline], ...]


def edit_inlines(inlines: Inlines, find: FindEdits, kinds: Kinds) -> Inlines:
    """Return the inlines with the edits that are found in their joined text; an edit never spans two texts.

    kinds: the leaves that may be edited. Each other leaf counts as one opaque character.
    """
    edits = deque(find("".join(_list_texts(inlines, kinds))))
    return _Editor(edits, kinds).edit(inlines) if edits else inlines


def _list_texts(inlines: Inlines, kinds: Kinds) -> Iterator[str]:
    for inline in inlines:
        match inline:
            case nodes.Strong() | nodes.Emphasis() | nodes.Strike() | nodes.Marked() | nodes.Link():
                yield from _list_texts(inline.children, kinds)
            case nodes.Text() | nodes.Label() | nodes.Time() if isinstance(inline, kinds):
                yield inline.text
            case nodes.LineBreak():
                yield "\n"
            case _:
                yield OPAQUE


class _Editor:
    """Walks the inlines, and applies each edit where its place is reached."""

    def __init__(self, edits: deque[Edit], kinds: Kinds) -> None:
        self._edits = edits
        self._kinds = kinds
        self._place = 0

    def edit(self, inlines: Inlines) -> Inlines:
        return tuple(map(self._edit_inline, inlines))

    def _edit_inline(self, inline: Inline) -> Inline:
        match inline:
            case nodes.Strong() | nodes.Emphasis() | nodes.Strike() | nodes.Marked() | nodes.Link():
                children = self.edit(inline.children)
                return inline if children == inline.children else replace(inline, children=children)
            case nodes.Text(text) | nodes.Label(text) | nodes.Time(text) if isinstance(inline, self._kinds):
                edited = self._edit_text(text)
                return inline if edited == text else replace(inline, text=edited)
            case (
                nodes.Text()
                | nodes.Label()
                | nodes.Time()
                | nodes.Code()
                | nodes.Image()
                | nodes.NoteMark()
                | nodes.Ordinal()
                | nodes.LineBreak()
            ):
                self._place += 1
                return inline
            case _:
                assert_never(inline)

    def _edit_text(self, text: str) -> str:
        start, self._place = self._place, self._place + len(text)
        if not self._edits or self._edits[0].start >= self._place:
            return text
        parts, done = [], 0
        while self._edits and self._edits[0].start < self._place:
            edit = self._edits.popleft()
            if edit.start >= start and edit.end <= self._place:
                parts += [text[done : edit.start - start], edit.text]
                done = edit.end - start
        return "".join([*parts, text[done:]])
