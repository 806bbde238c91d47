"""What a document shows at a glance: its key figures, and the table of its milestones."""

from __future__ import annotations

import re

from pmexport.assets.folder import Folder
from pmexport.document import nodes
from pmexport.document.composer import Composer
from pmexport.document.glance import compose_glance
from pmexport.document.markdown.source_blocks import SourceBlock
from pmexport.importing.markdown.fact_sections import table_rows
from pmexport.importing.markdown.inline_text import plain
from pmexport.importing.markdown.own_layout.own_page import DERIVED, OwnPage
from pmexport.importing.markdown.own_layout.written_dates import date_pattern, month_of, read_date_of
from pmexport.importing.markdown.own_layout.zone_notes import is_caption
from pmexport.report.facts import MILESTONES, derive_facts
from pmexport.report.moments import read_date, resolve_times
from pmexport.report.zones import UNKNOWN, read_zone


class GlanceReader:
    """Leaves out what follows from the report, and sets what does not."""

    def __init__(self, own: OwnPage) -> None:
        """Start without anything that was shown."""
        self._own = own
        self._has_figures = False
        self._shown: dict[str, str] = {}
        """The milestones that the document shows, with the text of their times."""

    def drop_glance(self, blocks: list[SourceBlock]) -> list[SourceBlock]:
        """Return the blocks without the key figures, the milestones' table and its caption."""
        figures = [block for block in blocks if block.kind == "table" and self._is_figures(block)]
        bands = [block for block in blocks if block.kind == "table" and self._is_band(block)]
        figures, bands = figures[-1:], bands[-1:]  # ours end the section
        captions = [block for block in blocks if bands and is_caption(self._own, block)][-1:]
        self._has_figures = bool(figures)
        for band in bands:
            self._read_band(band, captions)
        ours = [*figures, *bands, *captions]
        self._own.leave(ours, DERIVED)
        return [block for block in blocks if block not in ours]

    def _is_figures(self, block: SourceBlock) -> bool:
        rows = table_rows(self._own.page, block)
        known = {*self._own.labels.response_times.values(), *self._own.labels.impact.values()}
        return len(rows) == 2 and len(rows[0]) > 1 and all(plain(cell) in known for cell in rows[0])

    def _is_band(self, block: SourceBlock) -> bool:
        labels = self._own.labels
        header = [plain(cell) for cell in table_rows(self._own.page, block)[0]]
        return len(header) == 3 and header[0] == labels.band["milestone"] and header[2] in labels.since.values()

    def _read_band(self, block: SourceBlock, captions: list[SourceBlock]) -> None:
        """Remember the milestones that the document shows."""
        names = {title: name for name, title in self._own.labels.flags.items()}
        days = plain(self._own.source(captions[0])) if captions else ""
        is_unknown = self._own.builder.fields.get("timezone") == UNKNOWN
        has_offsets = is_unknown and self._own.labels.band["zone_unknown"] not in days
        for title, time, _ in table_rows(self._own.page, block)[1:]:
            if name := names.get(plain(title)):
                self._shown[name] = self._date_time(plain(time), days) + (" UTC" if has_offsets else "")

    def _date_time(self, time: str, caption: str) -> str:
        """Return a time of the milestones' table with its date: that in the table, or the only one of the caption."""
        short = date_pattern(self._own.labels, "short")
        years = re.findall(r"\b\d{4}\b", caption)
        if found := re.match(rf"{short}\s+(?P<clock>.+)$", time):
            year = years[0] if years else ""
            month = month_of(self._own.labels, found)
            if len(years) > 1 and month == 1:
                year = years[-1]
            return f"{year}-{month:02}-{int(found['day']):02} {found['clock']}" if year else time
        found = re.match(date_pattern(self._own.labels, "long"), caption)
        day = read_date_of(self._own.labels, found) if found else None
        return f"{day.isoformat()} {time}" if day else time

    def settle_milestones(self) -> None:
        """Set the milestones that the document shows and that do not follow from the phases of the timeline."""
        fields = self._own.builder.fields
        zone = read_zone(fields.get("timezone"))
        day = read_date(fields.get("date"))
        entries = fields.get("timeline", [])
        times = resolve_times([entry.get("time") for entry in entries], zone, day)
        for name in MILESTONES:
            if name not in self._shown:
                continue
            at = resolve_times([self._shown[name]], zone, day)[0]
            same = [
                moment
                for entry, moment in zip(entries, times, strict=True)
                if self._own.style.milestone_of(entry.get("phase")) == name and moment
            ]
            derived = (same[-1] if name in ("mitigated", "resolved") else same[0]) if same else None
            if at is not None and at.at is not None and (derived is None or derived.at != at.at):
                self._own.builder.set_once(f"milestones.{name}", self._shown[name].replace("\N{NO-BREAK SPACE}", " "))

    def settle_metrics(self) -> None:
        """Take a metric as the author's own if the built-in one of its name would be among the key figures."""
        fields, labels = self._own.builder.fields, self._own.labels
        impact = fields.get("impact", {})
        if self._has_figures or not impact:
            return
        report, style = self._own.validate(fields), self._own.style
        composer = Composer(report, derive_facts(report, style=style), Folder(None), labels, style)
        blocks = compose_glance(composer)
        if any(isinstance(block, nodes.Table) and block.role == "key_figures" for block in blocks):
            fields["impact"] = {labels.impact.get(key, key): text for key, text in impact.items()}
