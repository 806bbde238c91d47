"""The previews on page one, below the impact band: the root cause, and the state of the action items.

They are made from the nodes of their sections, so they say nothing else.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import accumulate, chain

from pmexport.document import parts
from pmexport.document.composer import Composer
from pmexport.document.glance import glance_section
from pmexport.document.nodes import (
    Block,
    Blocks,
    Emphasis,
    Image,
    Inline,
    Inlines,
    Item,
    Label,
    Link,
    List,
    Marked,
    NoteMark,
    Paragraph,
    Preview,
    Previews,
    Row,
    Section,
    Share,
    Strike,
    Strong,
    Table,
    Text,
    Time,
    text_of,
    walk_texts,
)
from pmexport.report.facts import Action
from pmexport.report.moments import read_date

_PAGE = 1200
"""Characters between page one and a section, from which that section is on another page."""
_GAP = 20
"""Characters as which the space around a text counts, such as the rest of its line."""
_LONGEST = 420
"""Characters of a preview, unless its first paragraph is longer."""
_MOST_ACTIONS = 3


def add_previews(composer: Composer, sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """Return the sections of a document, with previews of the later ones at the end of page one."""
    glance = glance_section(composer)
    later = list(_list_later(sections, glance))
    previews = tuple(filter(None, (_preview_cause(composer, later), _preview_actions(composer, later))))
    block = Previews(previews, composer.labels.descriptions["previews"])
    if not previews:
        return sections
    return tuple(replace(one, blocks=(*one.blocks, block)) if one.id == glance else one for one in sections)


def _list_later(sections: tuple[Section, ...], glance: str) -> Iterator[Section]:
    """Yield the sections on other pages than the glance, parents before their children."""
    between: Blocks = ()
    after = False
    for section in chain.from_iterable(map(_walk_section, sections)):
        if after and _is_longer(between, _PAGE):
            yield section
        elif after:
            between += section.blocks
        after = after or section.id == glance


def _walk_section(section: Section) -> Iterator[Section]:
    yield section
    for inside in section.sections:
        yield from _walk_section(inside)


def _is_longer(blocks: Blocks, least: int) -> bool:
    """Return whether blocks have this approximate length, in characters; it looks no further."""
    lengths = accumulate(len(text) + _GAP for text in walk_texts(blocks))
    return any(length >= least for length in lengths)


def _find_section(sections: Iterable[Section], key: str) -> Section | None:
    return next((section for section in sections if section.id == key and section.blocks), None)


def _make_preview(composer: Composer, section: Section, blocks: Blocks, *shares: Share, whole: bool) -> Preview:
    title = parts.plain_text(section.title)
    more = () if whole else composer.labels.phrase("more_in", section=title)
    return Preview(section.id, title, shares, tuple(map(_repeat_block, blocks)), more)


# ---- the root cause


def _preview_cause(composer: Composer, later: Iterable[Section]) -> Preview | None:
    """Return the first paragraphs or items of the root cause; None if it begins with something else."""
    section = _find_section(later, "root_cause")
    blocks = _Leading().take(section.blocks) if section else ()
    return _make_preview(composer, section, blocks, whole=blocks == section.blocks) if section and blocks else None


class _Leading:
    """Takes the paragraphs that blocks begin with, in lists as well: the first one, and others while there is room."""

    def __init__(self) -> None:
        self._room = _LONGEST
        self._begun = self._ended = False

    def take(self, blocks: Blocks) -> Blocks:
        kept: list[Block] = []
        for block in blocks:
            match block:
                case Paragraph(inlines) if self._fits(inlines):
                    kept.append(block)
                case List(items, role="list"):
                    fitting = tuple(replace(item, blocks=some) for item in items if (some := self.take(item.blocks)))
                    kept += [replace(block, items=fitting)] if fitting else []
                case _:
                    self._ended = True
            if self._ended:
                break
        return tuple(kept)

    def _fits(self, inlines: Inlines) -> bool:
        self._room -= len(text_of(inlines))
        self._ended |= _has_image(inlines) or (self._begun and self._room < 0)
        self._begun = True
        return not self._ended


def _has_image(inlines: Inlines) -> bool:
    return any(isinstance(one, Image) or _has_image(getattr(one, "children", ())) for one in inlines)


# ---- the action items


def _preview_actions(composer: Composer, later: Iterable[Section]) -> Preview | None:
    """Return the counts of the action items, and the next open ones: those that are overdue first."""
    section = _find_section(later, "action_items")
    tables = [block for block in section.blocks if isinstance(block, Table)] if section else []
    if section is None or not tables:
        return None
    rows = [row for group in tables[0].groups for row in group.rows]
    pairs = [pair for pair in zip(composer.facts.actions, rows, strict=True) if pair[0].state == "open"]
    pairs.sort(key=lambda pair: read_date(pair[0].item.deadline) or dt.date.max)
    items = tuple(_make_item(action, row) for action, row in pairs[:_MOST_ACTIONS])
    blocks: Blocks = (List(items, role="actions"),) if items else ()
    whole = len(items) == len(pairs) and not any(map(_is_cut, items, (row for _, row in pairs)))
    return _make_preview(composer, section, blocks, *_list_shares(composer), whole=whole)


def _make_item(action: Action, row: Row) -> Item:
    """Return an action item as in its row: the beginning of its text, then its id, its owner and its deadline."""
    number, text, owner, _, deadline, state = row.cells
    overdue = tuple(one for one in _list_inlines(state) if isinstance(one, Label))[1:] if action.overdue else ()
    facts = (_list_inlines(number), _list_inlines(owner), _list_inlines(deadline), overdue)
    return Item((*_Leading().take(text[:1]), parts.make_note(parts.join_inlines(facts, " · "))))


def _is_cut(item: Item, row: Row) -> bool:
    """Return whether an item shows less than the action of its row."""
    return item.blocks[:-1] != tuple(one for one in row.cells[1] if getattr(one, "role", "") != "note")


def _list_inlines(blocks: Blocks) -> Inlines:
    return tuple(inline for block in blocks if isinstance(block, Paragraph) for inline in block.inlines)


def _list_shares(composer: Composer) -> Iterator[Share]:
    """Yield how many action items are in each state; overdue ones are counted apart from the other open ones."""
    facts, phrase = composer.facts, composer.labels.phrase
    day = Time(composer.labels.date(facts.as_of)) if facts.as_of else Text("")
    rest = facts.count("open") - facts.overdue
    shares = (
        Share(facts.overdue, phrase("share_overdue", count=facts.overdue, day=day), "overdue"),
        Share(rest, phrase("share_not_overdue" if facts.overdue else "share_open", count=rest), "open"),
        Share(facts.count("done"), phrase("share_done", count=facts.count("done")), "done"),
        Share(facts.count("dropped"), phrase("share_dropped", count=facts.count("dropped")), "dropped"),
    )
    return (share for share in shares if share.count)


# ---- repeated content


def _repeat_block(block: Block) -> Block:
    """Return a block whose references to notes are not targets: the section has those."""
    match block:
        case Paragraph(inlines):
            return replace(block, inlines=tuple(map(_repeat_inline, inlines)))
        case List(items):
            return replace(
                block, items=tuple(replace(item, blocks=tuple(map(_repeat_block, item.blocks))) for item in items)
            )
    return block


def _repeat_inline(inline: Inline) -> Inline:
    match inline:
        case NoteMark(number):
            return NoteMark(number, "again")
        case Strong(children) | Emphasis(children) | Strike(children) | Marked(children) | Link(_, children):
            return replace(inline, children=tuple(map(_repeat_inline, children)))
    return inline
