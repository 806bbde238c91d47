"""A page that pmexport wrote, with what the readers of its sections share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pmexport import reading
from pmexport.document.labels import Labels
from pmexport.document.markdown.source_blocks import SourceBlock
from pmexport.importing.markdown.fact_sections import row_line
from pmexport.importing.markdown.own_layout.label_patterns import note_patterns, plain_spaces
from pmexport.importing.markdown.own_layout.own_values import plain_value
from pmexport.importing.markdown.pages import Page
from pmexport.importing.markdown.report_builder import ReportBuilder
from pmexport.report.house_style import HouseStyle
from pmexport.report.model import Report

WRITTEN = "pmexport writes it."
DERIVED = "pmexport derives it from the report."


@dataclass
class OwnPage:
    """A page, the labels of its language, and the report that is filled."""

    builder: ReportBuilder
    page: Page
    labels: Labels
    style: HouseStyle
    """The words and fields of the organisation."""

    def validate(self, fields: dict[str, Any]) -> Report:
        """Return the report with these fields."""
        return reading.read_mapping(fields, limits=self.page.sources.limits, style=self.style)

    def source(self, block: SourceBlock) -> str:
        """Return the Markdown of a block."""
        return self.page.source([block])

    def text(self, blocks: Sequence[SourceBlock], path: str) -> str:
        """Take blocks as the Markdown of a field, and return it."""
        for block in blocks:
            self.page.mark(block, "taken", path)
        return self.page.sources.define_used(self.page.source(blocks), path) if blocks else ""

    def items(self, blocks: list[SourceBlock], key: str) -> list[str] | None:
        """Return the items of a section that is one bulleted list; None if it is not."""
        if len(blocks) != 1 or blocks[0].kind != "list" or blocks[0].is_ordered:
            return None
        items: list[str] = []
        for item in blocks[0].items:
            inner = self.page.item_page(item)
            path = self.item_path(key, len(items))
            self.page.mark(item, "taken", path)
            items.append(inner.sources.define_used("\n".join(inner.lines).strip("\n"), path))
        return items

    def item_path(self, key: str, number: int) -> str:
        """Return the path of an item that is read, counted in its section: there may be items of an earlier one."""
        return f"{key}[{self.builder.next_index(key) + number}]"

    def leave(self, blocks: Iterable[SourceBlock], reason: str) -> None:
        """Leave out blocks."""
        for block in blocks:
            self.page.mark(block, "left_out", reason=reason)

    def is_written(self, block: SourceBlock, patterns: Iterable[str]) -> bool:
        """Return whether a paragraph is nothing but a phrase of ours."""
        text = plain_spaces(plain_value(self.source(block)))
        return any(re.fullmatch(plain_spaces(pattern), text) for pattern in patterns)

    def leave_note(self, key: str, block: SourceBlock, phrases: Iterable[str], reason: str) -> None:
        """Leave out the phrase above a section's table; keep a paragraph that says something else."""
        if self.is_written(block, note_patterns(self.labels, phrases)):
            self.leave([block], reason)
        else:
            self.keep(key, self.labels.sections[key], [block])

    def keep(self, after: str, title: str, blocks: Sequence[SourceBlock]) -> None:
        """Make a section of blocks that are the author's, if there are any."""
        path = f"sections[{len(self.builder.sections)}]"
        if blocks:
            self.builder.add_section(title, self.text(blocks, f"{path}.text"), after)

    def mark_header(self, block: SourceBlock, path: str) -> None:
        """Take the titles of a table's columns."""
        first = self.page.start + block.first
        self.page.sources.ledger.mark(first, first + 1, "taken", path)

    def mark_row(self, table: SourceBlock, number: int, path: str) -> None:
        """Note which field the row of a table was taken to."""
        line = self._row_line(table, number)
        self.page.sources.ledger.mark(line, line, "taken", path)

    def leave_row(self, table: SourceBlock, number: int) -> None:
        """Note that the row of a table is derived."""
        line = self._row_line(table, number)
        self.page.sources.ledger.mark(line, line, "left_out", reason=DERIVED)

    def _row_line(self, table: SourceBlock, number: int) -> int:
        return self.page.start + table.first + row_line(number)
