"""The outline of a Markdown file: its title, what comes before the first section, and the sections."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from pmexport.document.markdown.source_blocks import SourceBlock
from pmexport.importing.markdown.heading_words import Words, normalize, strip_remark
from pmexport.importing.markdown.inline_text import heading_text, split_label
from pmexport.importing.markdown.pages import Content, Page
from pmexport.report.day_words import IN_WORDS, read_day_heading
from pmexport.report.leading_times import find_time
from pmexport.report.sections import section_keys

_BELOW = 7
"""The level of bold lines and labels that stand for a heading."""
_STRUCTURED = frozenset({"timeline", "action_items", "five_whys", "logs"})
"""Fields whose rows may have headings or bold words that mean something else elsewhere."""
_KINDS_OF_ACTIONS = frozenset({"detection", "resolution", "what_happened", "action_items", "root_cause"})
"""What headings stand for that are kinds of actions below the heading of actions."""
_SHARE = 0.6
"""The share of known labels in a list of labels whose items are sections."""
_FACTS = frozenset({"date", "id", "severity", "status"})
"""What a list of labels before the first section is about if it has the facts of the incident."""
_PLACEHOLDER_TIME = re.compile(r"[\[{(<\s]*[?\-:\sxhmdy./\d]*(?:hh|mm|\?\?)[?\-:\sxhmdy./\d]*[\]})>\s]*", re.IGNORECASE)


@dataclass
class Part:
    """A section of the file."""

    name: str | None
    """The field of the report that it stands for, perhaps with a part of it: `milestones.detected`; None if unknown."""
    title: str
    """As shown."""
    level: int
    kind: Literal["heading", "bold", "label"]
    page: Page
    line: int
    """The first line of its heading in the page."""
    lines: int = 1
    """The lines of its heading."""
    contents: list[Content] = field(default_factory=list)
    parent: Part | None = None

    def add(self, page: Page, block: SourceBlock) -> None:
        """Add a block to the content."""
        if not self.contents or self.contents[-1].page is not page:
            self.contents.append(Content(page, []))
        self.contents[-1].blocks.append(block)

    @property
    def heading_lines(self) -> list[str]:
        """The lines of its heading."""
        return self.page.lines[self.line : self.line + self.lines]

    def is_contents(self) -> bool:
        """Return whether it is a table of contents."""
        blocks = [(content.page, block) for content in self.contents for block in content.blocks]
        return bool(blocks) and all(page.is_contents(block) for page, block in blocks)

    def mark_heading(self, bin_: Literal["taken", "own_section", "left_out"], path: str, reason: str = "") -> None:
        """Note what became of the line of the heading."""
        line = self.page.start + self.line
        self.page.sources.ledger.mark(line, line + self.lines - 1, bin_, path, reason)


@dataclass
class Outline:
    """What a file consists of."""

    title: tuple[str, SourceBlock] | None
    preamble: Content
    parts: list[Part]


class OutlineReader:
    """Reads the blocks of a file one after the other."""

    def __init__(self, page: Page, words: Words, *, has_title: bool) -> None:
        self._page = page
        self._words = words
        self._title: tuple[str, SourceBlock] | None = None
        self._has_title = has_title
        self._preamble = Content(page, [])
        tops = [block for block in page.blocks if block.kind == "heading" and block.level == 1]
        self._has_several_tops = len(tops) > 1
        self._parts: list[Part] = []
        self._stack: list[Part] = []

    def read(self) -> Outline:
        """Return the outline."""
        for block in self._page.blocks:
            self._take(block)
        return Outline(self._title, self._preamble, self._parts)

    def _take(self, block: SourceBlock) -> None:
        if block.kind == "heading":
            self._take_heading(block)
        elif not (self._take_label(block) or self._take_labels(block)):
            self._add(block)

    def _add(self, block: SourceBlock) -> None:
        if self._stack:
            self._stack[-1].add(self._page, block)
        else:
            self._preamble.blocks.append(block)

    # ---- headings

    def _take_heading(self, block: SourceBlock) -> None:
        lines = self._page.block_lines(block)
        text = heading_text(" ".join(lines[:-1]) if len(lines) > 1 else lines[0])
        known = self._words.find_heading(text)
        if self._is_title(block, text, known):
            self._title = (text, block)
        elif self._belongs_above(block, text, known):
            self._stack[-1].add(self._page, block)
        else:
            self._begin(Part(known, text, block.level, "heading", self._page, block.first, len(lines)))

    def _is_title(self, block: SourceBlock, text: str, known: str | None) -> bool:
        """Return whether a heading is the document's title: the first one, of the first level, that is no section."""
        first = not self._parts and self._title is None
        return (
            first
            and block.level == 1
            and bool(text)
            and (known is None or not self._has_title)
            and not self._many(known)
        )

    def _many(self, known: str | None) -> bool:
        """Return whether headings of the first level are sections here."""
        return known is not None and self._has_several_tops

    def _belongs_above(self, block: SourceBlock, text: str, known: str | None) -> bool:
        """Return whether a heading is content of the section above it; the sections that it ends are closed."""
        within = next((part for part in reversed(self._stack) if part.name in _STRUCTURED), None)
        if within and within.name == "timeline" and is_time_heading(text):
            self._close_below(within)
            return True
        deeper = within is not None and block.level > within.level
        if deeper and within and within.name == "action_items" and self._is_kind(text, known):
            self._close_below(within)
            return True
        if known is not None:
            return False
        while self._stack and self._stack[-1].level >= block.level:
            self._stack.pop()
        return bool(self._stack)

    def _is_kind(self, text: str, known: str | None) -> bool:
        return known is None or known in _KINDS_OF_ACTIONS or self._words.find_type(text) is not None

    def _close_below(self, part: Part) -> None:
        while self._stack[-1] is not part:
            self._stack.pop()

    def _begin(self, part: Part) -> None:
        while self._stack and self._stack[-1].level >= part.level:
            self._stack.pop()
        part.parent = self._stack[-1] if self._stack else None
        self._stack.append(part)
        self._parts.append(part)

    # ---- bold lines and labels

    def _take_label(self, block: SourceBlock) -> bool:
        """Begin a section with a bold line or a paragraph that begins with a bold label, if it is known."""
        if block.kind != "paragraph" or self._is_structured():
            return False
        starts = self._find_label_lines(block)
        if len(starts) > 1:
            for start, end in pairwise([*starts, block.last - block.first + 1]):
                self._begin_label(block, start, end)
            return True
        lines = self._page.block_lines(block)
        if sum(split_label(line.strip()) is not None for line in lines) > 1:
            return False  # lines of facts
        found = split_label("\n".join(line.strip() for line in lines))
        known = self._words.headings.get(normalize(strip_remark(found[0])[0])) if found else None
        if found and known is None and not found[1].strip() and self._stack and self._stack[-1].kind == "bold":
            self._begin(Part(None, found[0], _BELOW, "bold", self._page, block.first))  # as the bold line above it
            return True
        if found is None or known is None or (not self._stack and known in ("status", "severity", "date", "id")):
            return False
        self._begin_label(block, 0, len(lines))
        return True

    def _find_label_lines(self, block: SourceBlock) -> list[int]:
        """Return the lines of a paragraph that begin with a bold label of a section, if its first line does."""
        labels = [split_label(line.strip()) for line in self._page.block_lines(block)]
        names = [self._words.headings.get(normalize(strip_remark(label[0])[0])) if label else None for label in labels]
        starts = [number for number, name in enumerate(names) if name in section_keys()]
        return starts if starts[:1] == [0] and all(names[at] for at, label in enumerate(labels) if label) else []

    def _begin_label(self, block: SourceBlock, start: int, end: int) -> None:
        """Begin a section with the label in a line of a paragraph; the rest, up to a line, is its content."""
        lines = [line.strip() for line in self._page.block_lines(block)[start:end]]
        label, rest = split_label("\n".join(lines)) or ("", "")
        known = self._words.headings.get(normalize(strip_remark(label)[0]))
        kind: Literal["bold", "label"] = "label" if rest.strip() else "bold"
        part = Part(known, label, _BELOW, kind, self._page, block.first + start)
        self._begin(part)
        if rest.strip():
            skipped = start + len(lines) - len(rest.split("\n"))
            page = Page(rest.split("\n"), self._page.start + block.first + skipped, self._page.sources)
            part.contents.append(Content(page, page.blocks))

    def _is_structured(self) -> bool:
        return bool(self._stack) and self._stack[-1].name in _STRUCTURED and self._stack[-1].kind == "heading"

    def _take_labels(self, block: SourceBlock) -> bool:
        """Begin a section with each item of a list of bold labels, if most of them are known."""
        if block.kind != "list" or (
            self._stack and self._stack[-1].name is not None and self._stack[-1].kind == "heading"
        ):
            return False
        pages = [self._page.item_page(item) for item in block.items]
        labels = [split_label(page.lines[0].strip()) for page in pages]
        known = [self._find(label[0]) for label in labels if label]
        if not self._stack and _FACTS & set(known) and all(len(page.lines) == 1 for page in pages):
            return False
        if len(known) < len(pages) or len(pages) < 2 or sum(map(bool, known)) < _SHARE * len(pages):
            return False
        for page, label, meaning in zip(pages, labels, known, strict=True):
            assert label
            part = Part(meaning, label[0], _BELOW, "label", page, 0)
            self._begin(part)
            inner = Page([label[1], *page.lines[1:]], page.start, page.sources)
            part.contents.append(Content(inner, inner.blocks))
        return True

    def _find(self, label: str) -> str | None:
        text = strip_remark(label)[0]
        return self._words.headings.get(normalize(text)) or self._words.find_label(text)


def is_time_heading(text: str) -> bool:
    """Return whether a heading in a timeline says when: a date, a time, or a placeholder for one."""
    return (
        read_day_heading(text, 2000) is not None
        or find_time(text) is not None
        or any(pattern.match(text) for pattern in IN_WORDS)
        or _PLACEHOLDER_TIME.fullmatch(text) is not None
    )
