"""Pages: the lines of a Markdown text, its blocks, and the ledger that says what became of each line."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from pmexport.document.markdown.references import NOTE, find_used, fold_label, match_definition
from pmexport.document.markdown.source_blocks import SourceBlock, SourceItem, item_text, read_source_blocks
from pmexport.importing.import_options import PICTURES
from pmexport.importing.notes import Bin, Note
from pmexport.limits import Limits

_COMMENT = "An HTML comment is not shown."
_RULE = "A horizontal rule between sections is not content."
_SECOND = "The label is already defined above."
_UNUSED = "Nothing refers to this definition."
CONTENTS = "A table of contents is not content."
_ANCHOR = re.compile(r"(?<!\s)\s*\{#[^\s{}]+\}(?=\s*$)")
"""What other programs write after a heading, so that links can lead to it."""
_CONTENTS_LINE = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])?\s*\[[^\]\n]*\]\(#[^()\s]*\)\s*\\?")
_CONTENTS_MARK = re.compile(r"\s*(?:\[{1,2}_?toc_?\]{1,2}|\{{1,2}toc\}{1,2}|\$\{toc\})\s*", re.IGNORECASE)
"""What wikis replace with a table of contents."""
_EMBEDDED = re.compile(
    r"\[(?P<label>[^\[\]]+)\]:\s*<?data:image/(?P<kind>png|jpeg|gif|webp);base64,(?P<data>[A-Za-z0-9+/=]+)>?\s*"
)
"""The definition of an image that is in the file itself, as Google Docs writes it."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """What became of a line."""

    bin: Bin
    field: str = ""
    reason: str = ""


class Ledger:
    """What became of each line of a file. The first answer counts."""

    def __init__(self, lines: Sequence[str], file: str) -> None:
        self._lines = lines
        self._file = file
        self._marks: dict[int, _Mark] = {}

    def mark(self, first: int, last: int, bin_: Bin, field_: str = "", reason: str = "") -> None:
        """Note what became of these lines, counted from 0."""
        for line in range(first, last + 1):
            self._marks.setdefault(line, _Mark(bin_, field_, reason))

    def is_marked(self, line: int) -> bool:
        """Return whether something was noted about a line, counted from 0."""
        return line in self._marks

    def notes(self) -> Iterator[Note]:
        """Yield a note for each run of lines with the same answer. Empty lines belong to the run before them."""
        start, before = 0, None
        for number, line in enumerate(self._lines):
            mark = self._marks.get(number) or (_Mark("not_understood") if line.strip() else None)
            if mark is None or before is None or mark == before:
                before = before or mark
                continue
            yield self._note(start, number - 1, before)
            start, before = number, mark
        if self._lines:
            yield self._note(start, len(self._lines) - 1, before or _Mark("left_out", reason="The file is empty."))

    def _note(self, first: int, last: int, mark: _Mark) -> Note:
        text = next((line.strip() for line in self._lines[first : last + 1] if line.strip()), "")
        return Note(mark.bin, self._file, first + 1, last + 1, field=mark.field, text=text[:200], reason=mark.reason)


@dataclass
class Sources:
    """What the pages of one file share."""

    ledger: Ledger
    limits: Limits
    definitions: dict[str, str] = field(default_factory=dict)
    """The lines that define a label, of a link or a footnote, by the label."""
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    """The lines of each of these definitions."""
    folder: str = PICTURES
    """Where the images in the file will be, as the report names them."""
    files: dict[str, bytes] = field(default_factory=dict)
    """These images, by their paths."""

    def extract_image(self, definition: str) -> str:
        """Return a definition; that of an image in the file with the path of a file, which is kept."""
        found = _EMBEDDED.fullmatch(definition)
        if found is None:
            return definition
        name = re.sub(r"[^\w.-]+", "_", found["label"])
        path = f"{self.folder}/{name}.{found['kind']}"
        try:
            self.files[path] = base64.b64decode(found["data"], validate=True)
        except binascii.Error:
            return definition
        return f"[{found['label']}]: {path}"

    def define_used(self, text: str, path: str) -> str:
        """Return a text followed by the definitions that it uses; they went to this path of the report."""
        used = [label for label in find_used(text) if label in self.definitions]
        bin_: Bin = "own_section" if path.startswith("sections") else "taken"
        for label in used:
            self.ledger.mark(*self.places[label], bin_, path)
        lines = "\n".join(self.definitions[label] for label in used)
        return f"{text}\n\n{lines}" if lines else text

    def has_note(self, text: str) -> bool:
        """Return whether a text refers to a footnote, which only Markdown can show."""
        return any(label.startswith("^") and label in self.definitions for label in find_used(text))

    def take_notes(self, text: str) -> Iterator[str]:
        """Yield the texts of the footnotes that a heading refers to, unless they are in the report already."""
        for label in find_used(text):
            place = self.places.get(label)
            if label.startswith("^") and place and not self.ledger.is_marked(place[0]):
                self.ledger.mark(*place, "own_section", "sections")
                yield " ".join(NOTE.sub("", self.definitions[label], count=1).split())

    def mark_unused(self) -> None:
        """Note the definitions that nothing uses."""
        for first, last in self.places.values():
            self.ledger.mark(first, last, "left_out", reason=_UNUSED)


@dataclass
class Page:
    """Some lines that are Markdown by themselves: a file, or the text of a list item."""

    lines: list[str]
    start: int
    """The number of the first line in the file, from 0."""
    sources: Sources

    @cached_property
    def blocks(self) -> list[SourceBlock]:
        """The blocks that show something. Definitions, comments and lines are noted."""
        return [block for block in read_source_blocks("\n".join(self.lines), self.sources.limits) if self._keep(block)]

    def _keep(self, block: SourceBlock) -> bool:
        first = self.lines[block.first].strip()
        if block.kind in ("definition", "note"):
            self._define(block)
        elif block.kind == "rule" and not first.startswith("_"):
            self.mark(block, "left_out", reason=_RULE)
        elif block.kind == "html" and first.startswith("<!--") and self.lines[block.last].rstrip().endswith("-->"):
            self.mark(block, "left_out", reason=_COMMENT)
        else:
            return True
        return False

    def _define(self, block: SourceBlock) -> None:
        lines = self.lines[block.first : block.last + 1]
        if block.kind == "note":
            found = NOTE.match(lines[0].strip())
            self._add_definition(found["label"] if found else "", "\n".join(lines), block.first, block.last)
            return
        for number, line in enumerate(lines, start=block.first):
            found = match_definition(line.strip())
            text = self.sources.extract_image(line.strip())
            self._add_definition(found["label"] if found else "", text, number, number)

    def _add_definition(self, label: str, text: str, first: int, last: int) -> None:
        folded = fold_label(label)
        if folded not in self.sources.definitions:
            self.sources.definitions[folded] = text
            self.sources.places[folded] = (self.start + first, self.start + last)
        elif (self.start + first, self.start + last) != self.sources.places[folded]:
            self.sources.ledger.mark(self.start + first, self.start + last, "left_out", reason=_SECOND)

    def drop_anchors(self) -> None:
        """Drop the anchors after headings, which GitHub shows and other programs do not: `## Summary {#summary}`."""
        for block in self.blocks:
            if block.kind == "heading":
                self.lines[block.first] = _ANCHOR.sub("", self.lines[block.first])

    def is_contents(self, block: SourceBlock) -> bool:
        """Return whether a block is a table of contents: links to places in the file and nothing else, or its mark."""
        lines = self.block_lines(block)
        is_mark = len(lines) == 1 and _CONTENTS_MARK.fullmatch(lines[0]) is not None
        return is_mark or all(map(_CONTENTS_LINE.fullmatch, lines))

    def mark(self, block: SourceBlock | SourceItem, bin_: Bin, field_: str = "", reason: str = "") -> None:
        """Note what became of a block's lines."""
        self.sources.ledger.mark(self.start + block.first, self.start + block.last, bin_, field_, reason)

    def block_lines(self, block: SourceBlock) -> list[str]:
        """Return the lines of a block."""
        return self.lines[block.first : block.last + 1]

    def source(self, blocks: Sequence[SourceBlock]) -> str:
        """Return the text of some blocks as written, without what was left out between them."""
        parts: list[str] = []
        for number, block in enumerate(blocks):
            if number:
                between = self.lines[blocks[number - 1].last + 1 : block.first]
                parts += between if not any(line.strip(" \t") for line in between) else [""]
            parts += self.block_lines(block)
        return "\n".join(parts).strip("\n").rstrip(" \t\n")

    def item_page(self, item: SourceItem) -> Page:
        """Return the text of a list item as a page."""
        return Page(item_text(item, self.lines).split("\n"), self.start + item.first, self.sources)


@dataclass
class Content:
    """Some blocks of a page that belong together."""

    page: Page
    blocks: list[SourceBlock]

    def text(self, path: str) -> str:
        """Return the text as written, with the definitions it uses. It goes to this path of the report."""
        for block in self.blocks:
            self.page.mark(block, "taken", path)
        text = self.page.source(self.blocks)
        return self.page.sources.define_used(text, path) if text else ""

    def mark(self, bin_: Bin, path: str, reason: str = "") -> None:
        """Note what became of all blocks."""
        for block in self.blocks:
            self.page.mark(block, bin_, path, reason)


def whole(page: Page) -> Content:
    """Return all that a page shows."""
    return Content(page, page.blocks)


def join_texts(texts: Iterable[str]) -> str:
    """Return texts as one, with an empty line between them."""
    return "\n\n".join(text for text in texts if text.strip())
