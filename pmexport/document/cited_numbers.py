"""Opt-in numbers by which a document is cited: of sections, paragraphs and tables. All formats show the same ones."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Literal

from pmexport.document import nodes
from pmexport.document.labels import Labels
from pmexport.document.nodes import Block, Blocks, Document, Ordinal, Paragraph, Section, Text

Headings = Literal["none", "sections", "all"]
_NUMBERED_TABLES = ("timeline", "impact", "actions", "text")
"""The roles of tables that have a number: not those of page one."""


def number_document(
    document: Document, labels: Labels, *, headings: Headings, paragraphs: bool, tables: bool
) -> Document:
    """Return the document with numbers.

    headings: which sections have one: none, those of the first level, or all.
    paragraphs: whether paragraphs have one, and the items of a section that is a list. tables: whether tables do.
    """
    numbers = _Numbers(labels, headings, paragraphs=paragraphs, tables=tables)
    sections = tuple(numbers.number_section(one, number) for number, one in enumerate(document.sections, 1))
    return replace(document, sections=sections)


@dataclass
class _Numbers:
    """The numbers of one document, as far as they are given."""

    labels: Labels
    headings: Headings
    paragraphs: bool
    tables: bool
    _section: str = ""
    """The number of the section, with a full stop, if it is part of the paragraphs' numbers."""
    _title: str = ""
    """The last heading, which is the title of the table below it."""
    _next_paragraph: Iterator[int] = field(default_factory=lambda: count(1))
    _next_table: Iterator[int] = field(default_factory=lambda: count(1))

    def number_section(self, section: Section, number: int, before: str = "") -> Section:
        """Return a section and those inside it with their numbers. before: the number of the one around it."""
        ordinal = Ordinal(f"{before}{number}", "section", number) if self._counts_level(before) else None
        if ordinal and not before:
            self._section, self._next_paragraph = f"{number}.", count(1)
        self._title = section.title
        blocks = tuple(self._number_blocks(section.blocks))
        inside = tuple(self.number_section(one, place, f"{number}.") for place, one in enumerate(section.sections, 1))
        return replace(section, ordinal=ordinal, blocks=blocks, sections=inside)

    def _counts_level(self, before: str) -> bool:
        return self.headings == "all" or (self.headings == "sections" and not before)

    def _number_blocks(self, blocks: Blocks) -> Iterator[Block]:
        match blocks:
            case (nodes.List(items, ordered=False, role="list"),) if self.paragraphs and _are_paragraphs(items):
                blocks = tuple(block for item in items for block in item.blocks)
        for block in blocks:
            match block:
                case Paragraph(inlines, "text") if self.paragraphs and inlines:
                    yield self._number_paragraph(block)
                case nodes.Heading(_, inlines):
                    self._title = nodes.text_of(inlines)
                    yield block
                case nodes.Table() if self.tables and block.role in _NUMBERED_TABLES:
                    yield Paragraph(self._title_table(), "caption")
                    yield block
                case _:
                    yield block

    def _number_paragraph(self, paragraph: Paragraph) -> Paragraph:
        number = next(self._next_paragraph)
        ordinal = Ordinal(f"{self._section}{number}", "paragraph", number)
        return replace(paragraph, inlines=(ordinal, Text(" "), *paragraph.inlines))

    def _title_table(self) -> nodes.Inlines:
        number = next(self._next_table)
        words = nodes.text_of(self.labels.phrase("table_number", number=str(number)))
        return (Ordinal(words, "table", number), Text(" "), Text(self._title))


def _are_paragraphs(items: tuple[nodes.Item, ...]) -> bool:
    """Return whether each item of a list begins with a paragraph, which can have a number in place of a bullet."""
    return all(
        item.checked is None and item.blocks and isinstance(item.blocks[0], Paragraph) and item.blocks[0].inlines
        for item in items
    )
