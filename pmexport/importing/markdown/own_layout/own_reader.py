"""Our own document, section by section."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pmexport.document.labels import FALLBACK, Labels, list_labels, match_labels
from pmexport.document.markdown.source_blocks import SourceBlock
from pmexport.importing.markdown.inline_text import escape_inline, plain
from pmexport.importing.markdown.outline import Part
from pmexport.importing.markdown.own_layout.action_table import read_actions
from pmexport.importing.markdown.own_layout.fact_tables import MetadataReader, read_impact
from pmexport.importing.markdown.own_layout.key_figures import GlanceReader
from pmexport.importing.markdown.own_layout.label_patterns import DOT, masthead_patterns, provenance_pattern
from pmexport.importing.markdown.own_layout.own_appendix import read_figures, read_logs, read_related
from pmexport.importing.markdown.own_layout.own_page import WRITTEN, OwnPage
from pmexport.importing.markdown.own_layout.own_values import plain_value, title_text
from pmexport.importing.markdown.own_layout.timeline_table import read_timeline
from pmexport.importing.markdown.own_layout.whys_list import read_whys
from pmexport.importing.markdown.own_layout.zone_notes import ZONE_NOTES, is_caption, match_zone
from pmexport.importing.markdown.pages import Content, Page
from pmexport.importing.markdown.report_builder import ReportBuilder
from pmexport.report.house_style import HouseStyle
from pmexport.report.sections import SECTIONS

_TOP = {entry.key: entry for entry in SECTIONS}
_GROUPS = frozenset(key for key, entry in _TOP.items() if entry.inside)
"""Sections that only contain others; a text below their heading has no field."""


def find_labels(page: Page, style: HouseStyle) -> Labels | None:
    """Return the labels with which pmexport wrote a file, under a house style or without; None if it did not."""
    blocks = page.blocks[:2]
    if len(blocks) < 2 or blocks[0].kind != "heading" or blocks[0].level != 1 or blocks[1].kind != "paragraph":
        return None
    text = plain_value(page.source(blocks[1:]))
    titles = {title_text(page.lines[block.first]) for block in page.blocks if block.kind == "heading"}
    return match_labels((one for one in list_labels(style) if _is_masthead(text, one.kind)), titles)


def _is_masthead(text: str, kind: str) -> bool:
    """Return whether a line says what our documents are: at its end, or in earlier versions at its beginning."""
    return text.endswith(kind) or text.startswith(f"{kind} {DOT} ")


@dataclass
class OwnSectionBlocks:
    """A section of our document."""

    key: str | None
    """None for a section of the author's own."""
    title: str
    heading: SourceBlock
    blocks: list[SourceBlock]
    nested: bool = False


class OwnReader:
    """Reads our own document section by section."""

    def __init__(
        self,
        builder: ReportBuilder,
        page: Page,
        labels: Labels,
        style: HouseStyle,
        read_other: Callable[[Part, str], bool],
    ) -> None:
        """read_other: reads a section that no longer has our form into a field; returns whether it could."""
        self._own = OwnPage(builder, page, labels, style)
        self._glance = GlanceReader(self._own)
        self._metadata = MetadataReader(self._own)
        self._read_other = read_other
        self._read_keys: set[str] = set()
        self._top = "metadata"

    def read(self, *, is_shortened: bool = False) -> None:
        """Read the whole document. is_shortened: whether there was no room for the key figures."""
        page, builder = self._own.page, self._own.builder
        title, *blocks = page.blocks
        page.mark(title, "taken", "title")
        builder.fields["title"] = title_text(page.lines[title.first])
        if self._own.labels.language != (self._own.style.language or FALLBACK):
            builder.fields["language"] = self._own.labels.language
        blocks = self._drop_footer(blocks)
        start = next((number for number, block in enumerate(blocks) if _begins_section(block)), len(blocks))
        self._metadata.commander = self._find_commander(blocks[:start])
        sections = list(self._split_sections(blocks[start:]))
        for section in sections:
            self._find_zone(section)
        for section in sections:
            self._read_section(section)
        self._read_head(blocks[:start])
        self._glance.settle_milestones()
        self._metadata.settle_duration()
        if not is_shortened:
            self._glance.settle_metrics()

    def _drop_footer(self, blocks: list[SourceBlock]) -> list[SourceBlock]:
        """Return the blocks without the footer and the line of provenance."""
        last = blocks[-1] if blocks else None
        if last and last.kind == "paragraph" and self._own.is_written(last, [provenance_pattern(self._own.labels)]):
            self._own.leave([last], WRITTEN)
            blocks = blocks[:-1]
        for words in (self._own.style.document.footer_below, self._own.labels.footer):
            last = blocks[-1] if blocks else None
            if words and last and last.kind == "paragraph" and plain(self._own.source(last)) == plain(f"*{words}*"):
                self._own.leave([last], WRITTEN)
                blocks = blocks[:-1]
        return blocks

    def _find_commander(self, blocks: list[SourceBlock]) -> str:
        """Return the commander's name from the byline; all else in these lines is in the metadata too."""
        led_by = re.escape(self._own.labels.word("led_by")).replace(r"\{commander\}", "(?P<name>.+?)")
        kind = re.escape(self._own.labels.kind)
        texts = [plain_value(self._own.source(block)) for block in blocks if block.kind == "paragraph"]
        pattern = rf"(?:^|.* {DOT} ){led_by}(?: {DOT} {kind}|$)"
        found = next(filter(None, (re.fullmatch(pattern, text) for text in texts)), None)
        return found["name"] if found else ""

    def _read_head(self, blocks: list[SourceBlock]) -> None:
        """Leave out the lines of facts below the title; keep what else is there."""
        patterns = list(masthead_patterns(self._own.labels, self._own.builder.fields, self._metadata.commander))
        ours = [block for block in blocks if block.kind == "paragraph" and self._own.is_written(block, patterns)]
        self._own.leave(ours, WRITTEN)
        self._own.keep("metadata", self._own.builder.make_title("preamble"), [one for one in blocks if one not in ours])

    def _find_zone(self, section: OwnSectionBlocks) -> None:
        """Find the zone of the document's times: the timeline's note names it, or the caption of the band."""
        if section.key == "timeline":
            for block in section.blocks[:1]:
                match_zone(self._own, block, ZONE_NOTES)
        elif section.key in ("summary", "metadata"):
            for block in section.blocks:
                if is_caption(self._own, block):
                    match_zone(self._own, block, ("band_zone",))

    def _split_sections(self, blocks: list[SourceBlock]) -> Iterable[OwnSectionBlocks]:
        titles = {title: key for key, title in self._own.labels.sections.items()}
        section: OwnSectionBlocks | None = None
        parent: str | None = None
        for block in blocks:
            text = title_text(self._own.page.lines[block.first]) if block.kind == "heading" else ""
            inside = parent is not None and bool(_TOP[parent].inside) and block.level == 3
            if block.kind == "heading" and (block.level == 2 or inside):
                if section:
                    yield section
                keys = _TOP if block.level == 2 else {entry.key for entry in _TOP[parent or ""].inside}
                key = titles.get(text) if titles.get(text) in keys else None
                parent = key if block.level == 2 else parent
                section = OwnSectionBlocks(key, text, block, [], nested=block.level == 3)
            elif section:
                section.blocks.append(block)
        if section:
            yield section

    def _read_section(self, section: OwnSectionBlocks) -> None:
        key, builder = section.key, self._own.builder
        if key in ("summary", "metadata"):
            section.blocks = self._glance.drop_glance(section.blocks)
        if key is None:
            self._read_custom(section)
            return
        builder.last = key
        self._top = self._top if section.nested else key
        if not section.blocks:
            self._own.page.mark(section.heading, "taken", key)
            return
        if key in _GROUPS:
            self._read_custom(section)
            return
        if self._is_first(key) and self._read_own_form(key, section):
            self._own.page.mark(section.heading, "taken", key)
            return
        part = Part(key, section.title, section.heading.level, "heading", self._own.page, section.heading.first)
        part.contents.append(Content(self._own.page, section.blocks))
        if not self._read_other(part, key):
            self._read_custom(section)

    def _read_custom(self, section: OwnSectionBlocks) -> None:
        inside = _TOP[self._own.builder.last].inside if self._own.builder.last in _TOP else ()
        if section.nested and inside:  # after a section that is not shown
            self._own.builder.last = inside[0].key
        elif not section.nested:
            self._own.builder.last = self._top
        path = f"sections[{len(self._own.builder.sections)}]"
        self._own.page.mark(section.heading, "taken", path)
        self._own.builder.add_section(section.title, self._own.text(section.blocks, f"{path}.text"))

    def _is_first(self, key: str) -> bool:
        """Return whether a section may be read in our form; a second table of values is read like anybody's."""
        return key not in ("metadata", "impact") or key not in self._read_keys

    def _read_own_form(self, key: str, section: OwnSectionBlocks) -> bool:
        """Read a section that has the form in which we write it; return whether it has."""
        blocks = section.blocks
        self._read_keys.add(key)
        match key:
            case "metadata":
                return self._metadata.read(blocks)
            case "timeline":
                return read_timeline(self._own, blocks)
            case "five_whys":
                return read_whys(self._own, blocks)
            case "impact":
                return read_impact(self._own, blocks)
            case "action_items":
                return read_actions(self._own, blocks)
            case "logs":
                return read_logs(self._own, blocks)
            case "figures":
                return read_figures(self._own, blocks)
            case "related_incidents":
                return read_related(self._own, blocks)
            case "root_cause":
                several = len(blocks) == 1 and len(blocks[0].items) > 1
                items = self._own.items(blocks, key) if several else None
                self._own.builder.add_items(key, items or [self._own.text(blocks, self._own.item_path(key, 0))])
                return True
            case "contributing_factors" | "went_well" | "could_improve" | "got_lucky" | "lessons":
                items = self._own.items(blocks, key)
                self._own.builder.add_items(key, items or [])
                return items is not None
        self._own.builder.add_text(key, self._own.text(blocks, key), escape_inline(section.title))
        return True


def _begins_section(block: SourceBlock) -> bool:
    return block.kind == "heading" and block.level == 2
