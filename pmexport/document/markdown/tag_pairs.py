"""Pair the HTML tags that stand between the nodes of a text: what they enclose becomes a node, or they become text."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import cast

from pmexport.document import nodes
from pmexport.document.markdown.html_tags import INLINE, VOID, Tag
from pmexport.document.markdown.runs import join_texts, make_paragraph, trim_inlines
from pmexport.document.nodes import Block, Blocks, Inline, Inlines
from pmexport.limits import LimitError, Limits


@dataclass(frozen=True, slots=True)
class Break:
    """The border of a paragraph or another block: no inline tag reaches across it."""


BREAK = Break()
Token = Inline | Block | Tag | Break


@dataclass(frozen=True)
class TagMeanings:
    """What the tags of a text become."""

    make_void: Callable[[Tag], Inlines]
    """Makes a line break or an image of a tag without content."""
    make_inline: Callable[[Tag, Inlines], Inlines]
    """Makes a node of a tag and the words it encloses."""
    make_text: Callable[[Tag], Inlines]
    """Shows a tag as text, or nothing for a comment; also called for tags without a counterpart."""
    summary: Inlines
    """The summary of details that have none."""
    limits: Limits


def pair_inlines(tokens: Iterable[Token], meanings: TagMeanings) -> Inlines:
    """Return the inlines of a line. Raises LimitError if tags and emphasis are nested too deeply."""
    return join_texts(cast("list[Inline]", _Pairs(meanings, may_hold_blocks=False).pair_tokens(tokens)))


def pair_blocks(tokens: Iterable[Token], meanings: TagMeanings) -> Blocks:
    """Return the blocks of a field, item or cell; inlines between them become paragraphs. Raises as `pair_inlines`."""
    return _group_blocks(_Pairs(meanings, may_hold_blocks=True).pair_tokens(tokens))


@dataclass
class _Frame:
    """An open tag, and what it encloses so far."""

    tag: Tag | None = None
    content: list[Token] = field(default_factory=list)
    summary: list[Token] | None = None

    @property
    def name(self) -> str:
        return self.tag.name if self.tag else ""


class _Pairs:
    def __init__(self, meanings: TagMeanings, *, may_hold_blocks: bool) -> None:
        self._meanings = meanings
        self._may_hold_blocks = may_hold_blocks
        self._frames = [_Frame()]

    def pair_tokens(self, tokens: Iterable[Token]) -> list[Token]:
        """Return the tokens with nodes in place of tags."""
        for token in tokens:
            if isinstance(token, Tag):
                self._add_tag(token)
            else:
                if isinstance(token, Break):
                    self._undo_inlines()
                self._frames[-1].content.append(token)
        while len(self._frames) > 1:
            self._undo_frame()
        return self._frames[0].content

    def _add_tag(self, tag: Tag) -> None:
        if tag.closes:
            self._close_tag(tag)
        elif tag.name in VOID:
            self._frames[-1].content += self._meanings.make_void(tag)
        elif tag.name in INLINE:
            self._open_frame(tag)
        elif self._opens_block(tag):
            self._undo_inlines()
            self._open_frame(tag)
        else:
            self._frames[-1].content += self._meanings.make_text(tag)

    def _open_frame(self, tag: Tag) -> None:
        if len(self._frames) > self._meanings.limits.markdown_depth:
            raise LimitError("markdown_depth", self._meanings.limits)
        self._frames.append(_Frame(tag))

    def _opens_block(self, tag: Tag) -> bool:
        """Return whether a tag opens details, or the only summary of the innermost ones."""
        outside = next(frame for frame in reversed(self._frames) if frame.name not in INLINE)
        if tag.name == "summary":
            return outside.name == "details" and outside.summary is None
        return tag.name == "details" and self._may_hold_blocks and outside.name != "summary"

    def _close_tag(self, tag: Tag) -> None:
        """Close the innermost frame of this name; tags opened in it stay unpaired."""
        names = [frame.name for frame in self._frames]
        start = next((index for index, name in enumerate(names) if index and tag.name in INLINE and name in INLINE), 1)
        if tag.name not in names[start:]:
            self._frames[-1].content += self._meanings.make_text(tag)
            return
        while self._frames[-1].name != tag.name:
            self._undo_frame()
        self._add_node(self._frames.pop())

    def _add_node(self, frame: _Frame) -> None:
        outer = self._frames[-1]
        if frame.name == "summary":
            outer.summary = frame.content
        elif frame.name == "details":
            outer.content += (BREAK, self._make_details(frame), BREAK)
        elif frame.tag:
            made = self._meanings.make_inline(frame.tag, join_texts(cast("list[Inline]", frame.content)))
            self._check_depth(made)
            outer.content += made

    def _make_details(self, frame: _Frame) -> nodes.Details:
        summary, rest = _split_summary(_group_blocks(frame.summary or []))
        unfolded = frame.tag is not None and "open" in frame.tag.attributes
        details = nodes.Details(
            summary or self._meanings.summary, (*rest, *_group_blocks(frame.content)), unfolded=unfolded
        )
        self._check_depth((details,))
        return details

    def _check_depth(self, made: Iterable[Token]) -> None:
        if _measure_depth(made) > self._meanings.limits.markdown_depth:
            raise LimitError("markdown_depth", self._meanings.limits)

    def _undo_inlines(self) -> None:
        while self._frames[-1].name in INLINE:
            self._undo_frame()

    def _undo_frame(self) -> None:
        """Show a tag without a counterpart as text, before what it would have enclosed."""
        frame = self._frames.pop()
        if frame.tag:
            summary = (BREAK, *frame.summary, BREAK) if frame.summary else ()
            self._frames[-1].content += (*self._meanings.make_text(frame.tag), *summary, *frame.content)


def _group_blocks(tokens: Iterable[Token]) -> Blocks:
    """Return the blocks among the tokens; inlines between them become paragraphs."""
    blocks: list[Block] = []
    run: list[Inline] = []
    for token in tokens:
        if isinstance(token, Inline):
            run.append(token)
            continue
        blocks += make_paragraph(run)
        run = []
        if not isinstance(token, Break | Tag):
            blocks.append(token)
    return (*blocks, *make_paragraph(run))


def _split_summary(blocks: Blocks) -> tuple[Inlines, Blocks]:
    """Return the words that begin a summary on one line, and the blocks after them."""
    words: list[Inline] = []
    for number, block in enumerate(blocks):
        if not isinstance(block, nodes.Paragraph | nodes.Heading):
            return trim_inlines(words), blocks[number:]
        words += (nodes.Text(" "), *block.inlines) if words else block.inlines
    return trim_inlines(words), ()


def _measure_depth(parts: Iterable[object]) -> int:
    return 1 + max((_measure_depth(children) for part in parts for children in _children(part)), default=0)


def _children(part: object) -> Iterator[Iterable[object]]:
    match part:
        case (
            nodes.Strong(children)
            | nodes.Emphasis(children)
            | nodes.Strike(children)
            | nodes.Marked(children)
            | nodes.Link(_, children)
        ):
            yield children
        case nodes.Quote(children):
            yield children
        case nodes.Details(summary, children):
            yield from (summary, children)
        case nodes.List(items):
            yield from (item.blocks for item in items)
        case _:
            return
