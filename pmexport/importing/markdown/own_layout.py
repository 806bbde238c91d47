"""The Markdown that pmexport writes, read back as the report it was made from, also after edits by hand.

What follows from the report is left out: response times, the counts of actions, the key figures and the milestones'
table, the notes about zones, the masthead and the footer. A section that was changed so that it no longer has our form
is read like anybody's.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from pmexport import reading
from pmexport.assets.folder import Folder
from pmexport.document import nodes
from pmexport.document.clean_text import one_line
from pmexport.document.composer import Composer
from pmexport.document.glance import compose_glance
from pmexport.document.labels import Labels, known_languages, labels_for
from pmexport.document.markdown.source_blocks import SourceBlock
from pmexport.importing.markdown.cell_markdown import cell_blocks
from pmexport.importing.markdown.fact_sections import row_line, table_rows
from pmexport.importing.markdown.inline_text import parse, plain
from pmexport.importing.markdown.outline import Part
from pmexport.importing.markdown.pages import Content, Page
from pmexport.importing.markdown.report_builder import ReportBuilder
from pmexport.importing.markdown.structured_sections import code_lines, split_name
from pmexport.importing.markdown.text_sections import escape_marks
from pmexport.report.facts import MILESTONES, derive_facts, find_milestone
from pmexport.report.model import stage_of
from pmexport.report.moments import parse_time, read_date, resolve_times
from pmexport.report.sections import SECTIONS
from pmexport.report.zones import read_zone

_WRITTEN = "pmexport writes it."
_DERIVED = "pmexport derives it from the report."
_TOP = {entry.key: entry for entry in SECTIONS}
_GROUPS = frozenset(key for key, entry in _TOP.items() if entry.inside)
"""Sections that only contain others; a text below their heading has no field."""
_STRONG = re.compile(r"^(?:\*\*(?P<marks>.+?)\*\*|<strong>(?P<tags>.+?)</strong>)")
_LINK_AT_END = re.compile(r"(?:^|\s)<(?P<address>(?:https?://|mailto:)?[^\s<>]+)>$")

_ZONE_NOTES = ("all_times", "times_and_wordings")
"""The phrases that name the zone above the timeline."""
_COUNTS = ("counts", "counts_as_of")
"""The phrases that count the actions above their table."""
_ZONE = r"[\w/+:-]+(?: \([^()]*\))?"
"""The name of a zone, with its abbreviations."""
_DOT = "\N{MIDDLE DOT}"
_GUARD = "\N{ZERO WIDTH SPACE}"
"""Put around a text that is parsed, so that its first characters begin no block and its spaces stay."""


def find_labels(page: Page) -> Labels | None:
    """Return the labels of the language in which pmexport wrote a file; None if it did not write it."""
    blocks = page.blocks[:2]
    if len(blocks) < 2 or blocks[0].kind != "heading" or blocks[0].level != 1 or blocks[1].kind != "paragraph":
        return None
    text = plain_value(page.source(blocks[1:]))
    return next((one for one in map(labels_for, known_languages()) if _is_masthead(text, one.kind)), None)


def _is_masthead(text: str, kind: str) -> bool:
    """Return whether a line says what our documents are: at its end, or in earlier versions at its beginning."""
    return text.endswith(kind) or text.startswith(f"{kind} {_DOT} ")


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
        self, builder: ReportBuilder, page: Page, labels: Labels, read_other: Callable[[Part, str], bool]
    ) -> None:
        """read_other: reads a section that no longer has our form into a field; returns whether it could."""
        self._builder = builder
        self._page = page
        self._labels = labels
        self._read_other = read_other
        self._commander = ""
        self._derived_duration = ""
        self._has_figures = False
        self._read_keys: set[str] = set()
        self._top = "metadata"
        self._shown: dict[str, str] = {}
        """The milestones that the document shows, with the text of their times."""

    # ---- the document

    def read(self, *, is_shortened: bool = False) -> None:
        """Read the whole document. is_shortened: whether there was no room for the key figures."""
        page, builder = self._page, self._builder
        title, *blocks = page.blocks
        page.mark(title, "taken", "title")
        builder.fields["title"] = _title_text(page.lines[title.first])
        if self._labels.language != "en":
            builder.fields["language"] = self._labels.language
        blocks = self._drop_footer(blocks)
        start = next((number for number, block in enumerate(blocks) if _begins_section(block)), len(blocks))
        self._take_masthead(blocks[:start])
        sections = list(self._split_sections(blocks[start:]))
        for section in sections:
            self._find_zone(section)
        for section in sections:
            self._read_section(section)
        self._read_head(blocks[:start])
        self._settle_milestones()
        self._settle_duration()
        if not is_shortened:
            self._settle_metrics()

    def _drop_footer(self, blocks: list[SourceBlock]) -> list[SourceBlock]:
        """Return the blocks without the footer and the line of provenance."""
        last = blocks[-1] if blocks else None
        if last and last.kind == "paragraph" and self._is_written(last, [_provenance_pattern(self._labels)]):
            self._leave([last], _WRITTEN)
            blocks = blocks[:-1]
        last = blocks[-1] if blocks else None
        if last and last.kind == "paragraph" and plain(self._source(last)) == plain(f"*{self._labels.footer}*"):
            self._leave([last], _WRITTEN)
            blocks = blocks[:-1]
        return blocks

    def _take_masthead(self, blocks: list[SourceBlock]) -> None:
        """Remember the commander's name from the byline; all else in these lines is in the metadata too."""
        led_by = re.escape(self._labels.phrases["led_by"]).replace(r"\{commander\}", "(?P<name>.+?)")
        kind = re.escape(self._labels.kind)
        texts = [plain_value(self._source(block)) for block in blocks if block.kind == "paragraph"]
        pattern = rf"(?:^|.* {_DOT} ){led_by}(?: {_DOT} {kind}|$)"
        found = next(filter(None, (re.fullmatch(pattern, text) for text in texts)), None)
        self._commander = found["name"] if found else ""

    def _read_head(self, blocks: list[SourceBlock]) -> None:
        """Leave out the lines of facts below the title; keep what else is there."""
        patterns = list(_masthead_patterns(self._labels, self._builder.fields, self._commander))
        ours = [block for block in blocks if block.kind == "paragraph" and self._is_written(block, patterns)]
        self._leave(ours, _WRITTEN)
        self._keep("metadata", self._builder.make_title("preamble"), [one for one in blocks if one not in ours])

    def _is_written(self, block: SourceBlock, patterns: Iterable[str]) -> bool:
        """Return whether a paragraph is nothing but a phrase of ours."""
        text = plain_value(self._source(block)).replace("\N{NO-BREAK SPACE}", " ")
        return any(re.fullmatch(pattern, text) for pattern in patterns)

    def _read_note(self, key: str, block: SourceBlock, phrases: Iterable[str], reason: str) -> None:
        """Leave out the phrase above a section's table; keep a paragraph that says something else."""
        if self._is_written(block, _note_patterns(self._labels, phrases)):
            self._leave([block], reason)
        else:
            self._keep(key, self._labels.sections[key], [block])

    def _keep(self, after: str, title: str, blocks: Sequence[SourceBlock]) -> None:
        """Make a section of blocks that are the author's, if there are any."""
        path = f"sections[{len(self._builder.sections)}]"
        if blocks:
            self._builder.add_section(title, self._text(blocks, f"{path}.text"), after)

    def _split_sections(self, blocks: list[SourceBlock]) -> Iterable[OwnSectionBlocks]:
        titles = {title: key for key, title in self._labels.sections.items()}
        section: OwnSectionBlocks | None = None
        parent: str | None = None
        for block in blocks:
            text = _title_text(self._page.lines[block.first]) if block.kind == "heading" else ""
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

    # ---- sections

    def _read_section(self, section: OwnSectionBlocks) -> None:
        key, builder = section.key, self._builder
        if key in ("summary", "metadata"):
            section.blocks = self._drop_glance(section.blocks)
        if key is None:
            self._read_custom(section)
            return
        builder.last = key
        self._top = self._top if section.nested else key
        if not section.blocks:
            self._page.mark(section.heading, "taken", key)
            return
        if key in _GROUPS:
            self._read_custom(section)
            return
        if self._is_first(key) and self._read_own_form(key, section):
            self._page.mark(section.heading, "taken", key)
            return
        part = Part(key, section.title, section.heading.level, "heading", self._page, section.heading.first)
        part.contents.append(Content(self._page, section.blocks))
        if not self._read_other(part, key):
            self._read_custom(section)

    def _read_custom(self, section: OwnSectionBlocks) -> None:
        inside = _TOP[self._builder.last].inside if self._builder.last in _TOP else ()
        if section.nested and inside:  # after a section that is not shown
            self._builder.last = inside[0].key
        elif not section.nested:
            self._builder.last = self._top
        path = f"sections[{len(self._builder.sections)}]"
        self._page.mark(section.heading, "taken", path)
        self._builder.add_section(section.title, self._text(section.blocks, f"{path}.text"))

    def _is_first(self, key: str) -> bool:
        """Return whether a section may be read in our form; a second table of values is read like anybody's."""
        return key not in ("metadata", "impact") or key not in self._read_keys

    def _read_own_form(self, key: str, section: OwnSectionBlocks) -> bool:
        """Read a section that has the form in which we write it; return whether it has."""
        blocks = section.blocks
        self._read_keys.add(key)
        match key:
            case "metadata":
                return self._read_metadata(blocks)
            case "timeline":
                return self._read_timeline(blocks)
            case "five_whys":
                return self._read_whys(blocks)
            case "impact":
                return self._read_impact(blocks)
            case "action_items":
                return self._read_actions(blocks)
            case "logs":
                return self._read_logs(blocks)
            case "figures":
                return self._read_figures(blocks)
            case "related_incidents":
                return self._read_related(blocks)
            case "root_cause":
                several = len(blocks) == 1 and len(blocks[0].items) > 1
                items = self._items(blocks, key) if several else None
                self._builder.add_items(key, items or [self._text(blocks, self._item_path(key, 0))])
                return True
            case "contributing_factors" | "went_well" | "could_improve" | "got_lucky" | "lessons":
                items = self._items(blocks, key)
                self._builder.add_items(key, items or [])
                return items is not None
        self._builder.add_text(key, self._text(blocks, key), escape_marks(section.title))
        return True

    def _items(self, blocks: list[SourceBlock], key: str) -> list[str] | None:
        """Return the items of a section that is one bulleted list; None if it is not."""
        if len(blocks) != 1 or blocks[0].kind != "list" or blocks[0].is_ordered:
            return None
        items: list[str] = []
        for item in blocks[0].items:
            inner = self._page.item_page(item)
            path = self._item_path(key, len(items))
            self._page.mark(item, "taken", path)
            items.append(inner.sources.define_used("\n".join(inner.lines).strip("\n"), path))
        return items

    def _item_path(self, key: str, number: int) -> str:
        """Return the path of an item that is read, counted in its section: there may be items of an earlier one."""
        return f"{key}[{self._builder.next_index(key) + number}]"

    def _text(self, blocks: Sequence[SourceBlock], path: str) -> str:
        for block in blocks:
            self._page.mark(block, "taken", path)
        return self._page.sources.define_used(self._page.source(blocks), path) if blocks else ""

    def _source(self, block: SourceBlock) -> str:
        return self._page.source([block])

    def _leave(self, blocks: Iterable[SourceBlock], reason: str) -> None:
        for block in blocks:
            self._page.mark(block, "left_out", reason=reason)

    # ---- what follows from the report

    def _drop_glance(self, blocks: list[SourceBlock]) -> list[SourceBlock]:
        """Return the blocks without the key figures, the milestones' table and its caption."""
        figures = [block for block in blocks if block.kind == "table" and self._is_figures(block)]
        bands = [block for block in blocks if block.kind == "table" and self._is_band(block)]
        figures, bands = figures[-1:], bands[-1:]  # ours end the section
        captions = [block for block in blocks if bands and self._is_caption(block)][-1:]
        self._has_figures = bool(figures)
        for band in bands:
            self._read_band(band, captions)
        ours = [*figures, *bands, *captions]
        self._leave(ours, _DERIVED)
        return [block for block in blocks if block not in ours]

    def _is_caption(self, block: SourceBlock) -> bool:
        """Return whether a paragraph says the days and the zone of the milestones, and nothing else."""
        return block.kind == "paragraph" and self._is_written(block, [_caption_pattern(self._labels)])

    def _is_figures(self, block: SourceBlock) -> bool:
        rows = table_rows(self._page, block)
        known = {*self._labels.response_times.values(), *self._labels.impact.values()}
        return len(rows) == 2 and len(rows[0]) > 1 and all(plain(cell) in known for cell in rows[0])

    def _is_band(self, block: SourceBlock) -> bool:
        labels = self._labels
        header = [plain(cell) for cell in table_rows(self._page, block)[0]]
        return len(header) == 3 and header[0] == labels.band["milestone"] and header[2] in labels.since.values()

    def _read_band(self, block: SourceBlock, captions: list[SourceBlock]) -> None:
        """Remember the milestones that the document shows."""
        names = {title: name for name, title in self._labels.flags.items()}
        days = plain(self._source(captions[0])) if captions else ""
        for title, time, _ in table_rows(self._page, block)[1:]:
            if name := names.get(plain(title)):
                self._shown[name] = self._date_time(plain(time), days)

    def _date_time(self, time: str, caption: str) -> str:
        """Return a time of the milestones' table with its date: that in the table, or the only one of the caption."""
        short = _date_pattern(self._labels, "short")
        years = re.findall(r"\b\d{4}\b", caption)
        if found := re.match(rf"{short}\s+(?P<clock>.+)$", time):
            year = years[0] if years else ""
            month = self._month(found)
            if len(years) > 1 and month == 1:
                year = years[-1]
            return f"{year}-{month:02}-{int(found['day']):02} {found['clock']}" if year else time
        found = re.match(_date_pattern(self._labels, "long"), caption)
        day = self._read_long(found) if found else None
        return f"{day.isoformat()} {time}" if day else time

    def _month(self, found: re.Match[str]) -> int:
        names = self._labels.dates["months"], self._labels.dates["short_months"]
        return next(list(listed).index(found["month"]) + 1 for listed in names if found["month"] in listed)

    def _read_long(self, found: re.Match[str]) -> dt.date | None:
        try:
            return dt.date(int(found["year"]), self._month(found), int(found["day"]))
        except ValueError:
            return None

    def _settle_milestones(self) -> None:
        """Set the milestones that the document shows and that do not follow from the phases of the timeline."""
        fields = self._builder.fields
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
                if find_milestone(entry.get("phase")) == name and moment
            ]
            derived = (same[-1] if name in ("mitigated", "resolved") else same[0]) if same else None
            if at is not None and at.at is not None and (derived is None or derived.exact != at.exact):
                self._builder.set_once(f"milestones.{name}", self._shown[name].replace("\N{NO-BREAK SPACE}", " "))

    def _settle_duration(self) -> None:
        """Leave out a duration that follows from the milestones in the words in which the document writes it."""
        fields = self._builder.fields
        if not self._derived_duration:
            return
        others = {key: value for key, value in fields.items() if key != "duration"}
        measure = derive_facts(reading.read_mapping(others, limits=self._page.sources.limits)).measure("duration")
        if measure and self._labels.duration(measure.length) == self._derived_duration:
            del fields["duration"]

    def _settle_metrics(self) -> None:
        """Take a metric as the author's own if the built-in one of its name would be among the key figures."""
        impact = self._builder.fields.get("impact", {})
        if self._has_figures or not impact:
            return
        report = reading.read_mapping(self._builder.fields, limits=self._page.sources.limits)
        composer = Composer(report, derive_facts(report), Folder(None), self._labels)
        blocks = compose_glance(composer)
        if any(isinstance(block, nodes.Table) and block.role == "key_figures" for block in blocks):
            self._builder.fields["impact"] = {self._labels.impact.get(key, key): text for key, text in impact.items()}

    # ---- metadata and impact

    def _read_metadata(self, blocks: list[SourceBlock]) -> bool:
        if len(blocks) != 1 or blocks[0].kind != "table":
            return False
        keys = {label: key for key, label in self._labels.metadata.items()}
        rows = table_rows(self._page, blocks[0])
        labels = [plain(row[0]) for row in rows[1:]]
        if len(rows[0]) != 2 or not keys.keys() >= {*labels} or len({*labels}) < len(labels):
            return False
        status = dict(zip(labels, (row[1] for row in rows[1:]), strict=True)).get(self._labels.metadata["status"])
        if status is not None and stage_of(self._read_status(status)) is None:
            return False
        self._mark_header(blocks[0], "metadata")
        for number, (label, value) in enumerate(rows[1:], start=1):
            key = keys[plain(label)]
            path = self._put(key, value)
            line = self._page.start + blocks[0].first + row_line(number)
            self._page.sources.ledger.mark(line, line, *(("taken", path) if path else ("left_out", "", _DERIVED)))
        return True

    def _mark_header(self, block: SourceBlock, path: str) -> None:
        first = self._page.start + block.first
        self._page.sources.ledger.mark(first, first + 1, "taken", path)

    def _put(self, key: str, value: str) -> str:
        text = plain_value(value)
        fields = self._builder.fields
        match key:
            case "duration":
                found = re.fullmatch(_phrase_pattern(self._labels.phrases["derived_duration"]), text)
                self._derived_duration = found["duration"] if found else ""
                fields[key] = self._derived_duration or text
            case "services" | "tags":
                fields[key] = _split_names(text)
            case "responders" | "authors":
                fields[key] = [self._person(name) for name in _split_names(text)]
            case "commander":
                fields[key] = self._person(text, self._commander) if self._commander else {"team": text}
            case "status":
                fields[key] = self._read_status(value)
            case "user_impact":
                fields[key] = "\n\n".join(cell_blocks(value))
            case _:
                fields[key] = text
        return key

    def _read_status(self, cell: str) -> str:
        """Return the status that a document shows, as a report names it."""
        text = plain_value(cell)
        return next((stage for stage, word in self._labels.status.items() if word == text), text)

    def _person(self, text: str, name: str = "") -> str | dict[str, str]:
        """Return a person from what the document shows: `Ana Ruiz (Database on-call, Payments)`. name: if known."""
        if name and text.startswith(f"{name}, "):
            return {"role": name, "team": text.removeprefix(f"{name}, ")}
        pattern = re.escape(name) if text.startswith(f"{name} (") and name else "[^()]+"
        found = re.fullmatch(rf"(?P<name>{pattern}) \((?P<role>{'.+' if name else '[^()]+'})\)", text)
        if found is None:
            return text
        role, between, team = found["role"].partition(", ")
        if role != role.strip():
            role, team = found["role"], ""
        return {"name": found["name"], "role": role, **({"team": team} if between and team else {})}

    def _read_impact(self, blocks: list[SourceBlock]) -> bool:
        labels = self._labels
        if len(blocks) != 1 or blocks[0].kind != "table":
            return False
        rows = table_rows(self._page, blocks[0])
        if [plain(cell) for cell in rows[0]] != [labels.impact["metric"], labels.impact["value"]]:
            return False
        keys = {label: key for key, label in labels.impact.items() if key not in ("metric", "value")}
        measured = re.compile(rf".+ \({_phrase_pattern(labels.phrases['measured'])}\)")
        names = [plain_value(_unbold(label)) for label, _ in rows[1:]]
        if len({*names}) < len(names):
            return False
        self._mark_header(blocks[0], "impact")
        metrics: dict[str, str] = {}
        for number, (label, value) in enumerate(rows[1:], start=1):
            name, text = plain_value(_unbold(label)), plain_value(value)
            line = self._page.start + blocks[0].first + row_line(number)
            if name in labels.response_times.values() and measured.fullmatch(text):
                self._page.sources.ledger.mark(line, line, "left_out", reason=_DERIVED)
                continue
            key = keys.get(name, name)
            self._page.sources.ledger.mark(line, line, "taken", f"impact.{key}")
            metrics[key] = text
        self._builder.fields.setdefault("impact", {}).update(metrics)
        return True

    # ---- the timeline

    def _find_zone(self, section: OwnSectionBlocks) -> None:
        """Find the zone of the document's times: the timeline's note names it, or the caption of the band."""
        if section.key == "timeline":
            for block in section.blocks[:1]:
                self._match_zone(block, _ZONE_NOTES)
        elif section.key in ("summary", "metadata"):
            for block in section.blocks:
                if self._is_caption(block):
                    self._match_zone(block, ("band_zone",))

    def _match_zone(self, block: SourceBlock, phrases: Sequence[str]) -> bool:
        text = plain(self._source(block)).replace("\N{NO-BREAK SPACE}", " ")
        for name in phrases:
            found = re.match(_phrase_pattern(self._labels.phrases[name]), text)
            if found:
                zone = re.sub(r" \([^()]*\)$", "", found["zone"])
                try:
                    read_zone(zone)
                except ValueError:
                    return False
                if zone != "UTC":
                    self._builder.fields["timezone"] = zone
                return True
        return False

    def _read_timeline(self, blocks: list[SourceBlock]) -> bool:
        if len(blocks) != 2 or blocks[0].kind != "paragraph" or blocks[1].kind != "table":
            return False
        rows = table_rows(self._page, blocks[1])
        if not self._match_zone(blocks[0], _ZONE_NOTES) or len(rows[0]) != 2:
            return False
        self._read_note("timeline", blocks[0], _ZONE_NOTES, _WRITTEN)
        self._mark_header(blocks[1], "timeline")
        entries: list[dict[str, str]] = []
        days: list[dt.date | None] = []
        day: dt.date | None = None
        for number, (time, event) in enumerate(rows[1:], start=1):
            line = self._page.start + blocks[1].first + row_line(number)
            title = self._read_day(time) if not event else None
            if title:
                day = title
                self._page.sources.ledger.mark(line, line, "taken", f"{self._item_path('timeline', len(entries))}.time")
                continue
            self._page.sources.ledger.mark(line, line, "taken", self._item_path("timeline", len(entries)))
            entries.append({**self._read_span(time), **self._read_event(event)})
            days.append(day)
        self._date_entries(entries, days)
        self._builder.add_items("timeline", entries)
        return True

    def _read_day(self, cell: str) -> dt.date | None:
        found = _STRONG.fullmatch(cell)
        match = re.fullmatch(_date_pattern(self._labels, "weekday"), plain(cell)) if found else None
        return self._read_long(match) if match else None

    def _read_span(self, cell: str) -> dict[str, str]:
        text = plain_value(cell)
        start, between, end = text.partition(_between(self._labels.phrases["range"]))
        if between and parse_time(start) and parse_time(end):
            return {"time": _plain_spaces(start), "end": _plain_spaces(end)}
        if between and not parse_time(text) and (parse_time(start) or parse_time(end)):
            return {"time": _plain_spaces(start), "end": _plain_spaces(end)}
        return {"time": _plain_spaces(text)} if text else {}

    def _date_entries(self, entries: list[dict[str, str]], days: list[dt.date | None]) -> None:
        """Give a date to each time that would otherwise not be on the day of its group."""
        zone = read_zone(self._builder.fields.get("timezone"))
        first, before = read_date(self._builder.fields.get("date")), None
        for entry, day in zip(entries, days, strict=True):
            written = parse_time(entry.get("time", ""))
            moment = resolve_times([entry.get("time")], zone, first, before)[0]
            if day and written and not written.date and (not moment or not moment.at or moment.at.date() != day):
                entry["time"] = f"{day.isoformat()} {entry['time']}"
                moment = resolve_times([entry["time"]], zone, first, before)[0]
            before = moment if moment and moment.at else before

    def _read_event(self, cell: str) -> dict[str, str]:
        blocks = cell_blocks(cell)
        entry: dict[str, str] = {}
        if blocks:
            lead, blocks[0] = self._split_lead(blocks[0])
            entry |= lead
            blocks[-1], link = _split_link(blocks[-1]) if "link" not in entry else (blocks[-1], "")
            entry |= {"link": link} if link else {}
        event = "\n\n".join(block for block in blocks if block)
        link = entry.pop("link", "")
        return {**entry, "event": event, **({"link": link} if link else {})}  # never half a row

    def _split_lead(self, text: str) -> tuple[dict[str, str], str]:
        """Return the phase and the actor that begin an event, and the rest of it."""
        found = _STRONG.match(text)
        if found is None:
            return {}, text
        phase, rest = plain_value(found["marks"] or found["tags"]), text[found.end() :]
        actor = re.match(r" \((?P<actor>(?:[^()\\]|\\.)*)\)(?=: |$)", rest)
        after = rest[actor.end() :] if actor else rest
        lead = {"phase": phase, **({"actor": plain_value(actor["actor"])} if actor else {})}
        if after.startswith(" ") and not after.startswith(" (") and _is_paragraph(text):  # a link, and no event
            return {**lead, "link": plain_value(after[1:])}, ""
        return (lead, after.removeprefix(": ")) if not after or after.startswith(": ") else ({}, text)

    # ---- whys and actions

    def _read_whys(self, blocks: list[SourceBlock]) -> bool:
        if len(blocks) != 1 or blocks[0].kind != "list" or not blocks[0].is_ordered:
            return False
        whys = []
        word = self._labels.phrases["because"].partition("{")[0]
        for number, item in enumerate(blocks[0].items):
            inner = self._page.item_page(item)
            path = self._item_path("five_whys", number)
            self._page.mark(item, "taken", path)
            whys.append(self._read_why(inner, word, path))
        self._builder.add_items("five_whys", whys)
        return True

    def _read_why(self, inner: Page, word: str, path: str) -> dict[str, str]:
        blocks = inner.blocks
        answered = (
            bool(blocks) and blocks[-1].kind == "list" and not blocks[-1].is_ordered and len(blocks[-1].items) == 1
        )
        question = inner.source(blocks[:-1] if answered else blocks)
        first = question.partition("\n")[0]
        found = _STRONG.fullmatch(first) if _is_strong(first) else _STRONG.match(question)
        if found and (
            len(blocks) - answered > 1 or found.end() == len(question) or "\n" in question[found.end() :][:2]
        ):
            question = (found["marks"] or found["tags"]) + question[found.end() :]
        why = {"why": question}  # kept if it is empty: an answer alone would join the next question
        if answered:
            page = inner.item_page(blocks[-1].items[0])
            why["because"] = inner.sources.define_used("\n".join(page.lines).strip("\n").removeprefix(word), path)
        return why

    def _read_actions(self, blocks: list[SourceBlock]) -> bool:
        if [block.kind for block in blocks] != ["paragraph", "table"]:
            return False
        labels = self._labels.action_items
        columns = ["id", "action", "owner", "priority", "deadline", "status"]
        rows = table_rows(self._page, blocks[1])
        if [plain(cell) for cell in rows[0]] != [labels[key] for key in columns]:
            return False
        self._read_note("action_items", blocks[0], _COUNTS, _DERIVED)
        self._mark_header(blocks[1], "action_items")
        items: list[dict[str, Any]] = []
        for number, row in enumerate(rows[1:], start=1):
            line = self._page.start + blocks[1].first + row_line(number)
            self._page.sources.ledger.mark(line, line, "taken", self._item_path("action_items", len(items)))
            items.append(self._read_action(dict(zip(columns, row, strict=True))))
        self._builder.add_items("action_items", items)
        return True

    def _read_action(self, cells: dict[str, str]) -> dict[str, Any]:
        item: dict[str, Any] = {key: plain_value(cells[key]) for key in cells if key != "action"}
        overdue = f" {self._labels.states['overdue']}"
        item["status"] = item["status"].removesuffix(overdue)
        if item["status"] == self._labels.states["open"] and self._labels.language == "en":
            item["status"] = "Open"
        blocks = cell_blocks(cells["action"])
        if blocks and (note := self._find_note(blocks[-1])):
            item |= note
            blocks = blocks[:-1]
        action, details = (blocks[:1], blocks[1:]) if blocks else ([], [])
        item = {"id": item.pop("id"), "action": "".join(action), "details": "\n\n".join(details), **item}
        return {key: value for key, value in item.items() if value or key == "action"}

    def _find_note(self, text: str) -> dict[str, Any] | None:
        """Return the type and the tickets in the note below an action; None if it is not one."""
        labels = self._labels.action_items
        kind, ticket = (re.escape(labels[key]) for key in ("type", "ticket"))
        kind, ticket = f"{kind}: (?P<type>.+?)", f"{ticket}: (?P<ticket>.+?)"
        orders = (f"{ticket} \N{MIDDLE DOT} {kind}", f"{kind} \N{MIDDLE DOT} {ticket}", ticket, kind)
        found = next(filter(None, (re.fullmatch(order, text, re.DOTALL) for order in orders)), None)
        if found is None:
            return None
        parts = found.groupdict()
        note: dict[str, Any] = {"type": plain_value(parts["type"])} if parts.get("type") else {}
        if parts.get("ticket"):
            note["ticket"] = _read_addresses(parts["ticket"]).split(", ")
        return note

    # ---- the appendix

    def _read_logs(self, blocks: list[SourceBlock]) -> bool:
        kinds = [block.kind for block in blocks]
        if "fence" not in kinds or any(kind not in ("fence", "paragraph") for kind in kinds):
            return False
        logs: list[dict[str, str]] = []
        pending: dict[str, str] | None = None
        """A log whose code comes next."""
        for block in blocks:
            text = self._source(block)
            self._page.mark(block, "taken", self._item_path("logs", max(0, len(logs) - (pending is None))))
            if block.kind == "fence":
                language, code = self._code(block)
                if pending is None and logs and logs[-1].get("text", "").endswith("]\n"):
                    logs[-1]["text"] += code
                    continue
                log = pending if pending is not None else {}
                logs += [] if pending is not None else [log]
                log |= {**({"language": language} if language else {}), "text": code}
                pending = None
            elif self._is_cut(text) and logs and "text" in logs[-1]:
                logs[-1]["text"] += f"\n[{plain_value(text)}]\n"
            else:
                title, numbered = self._drop_number("log", text)
                logs.append({"title": plain_value(title)} if title else {})
                pending = logs[-1] if numbered else None
        self._builder.add_items("logs", [log for log in logs if log])
        return True

    def _is_cut(self, text: str) -> bool:
        phrases = (self._labels.phrases[name] for name in ("log_cut", "log_cut_errors"))
        return any(re.fullmatch(_phrase_pattern(phrase), plain_value(text)) for phrase in phrases)

    def _drop_number(self, kind: str, text: str) -> tuple[str, bool]:
        """Return a caption without the number of its log or figure, and whether it had one."""
        words = re.escape(self._labels.phrases[f"{kind}_number"]).replace(r"\{number\}", r"\d+")
        found = re.match(rf"\*\*{words}\*\*(?: |$)", text)
        return (text[found.end() :], True) if found else (text, False)

    def _code(self, block: SourceBlock) -> tuple[str, str]:
        lines = self._page.block_lines(block)
        return lines[0].lstrip("`~ "), "\n".join(code_lines(lines))

    def _read_figures(self, blocks: list[SourceBlock]) -> bool:
        figures: list[dict[str, Any]] = []
        for block in blocks:
            text = self._source(block)
            figure = self._find_figure(text) if block.kind == "paragraph" else None
            if figure is None and (not figures or block.kind == "heading"):
                figure = {}
            if figure is not None:
                figures.append(figure)
            self._page.mark(block, "taken", self._item_path("figures", len(figures) - 1))
            if not figure:
                before, caption = figures[-1].get("caption"), self._drop_number("figure", text)[0]
                figures[-1] |= {"caption": f"{before}\n\n{text}" if before else caption} if caption else {}
        self._builder.add_items("figures", figures)
        return True

    def _find_figure(self, text: str) -> dict[str, str] | None:
        """Return the figure that a paragraph is: an image, a link, or the remark that its file is missing."""
        image = re.fullmatch(r"!\[(?P<alt>(?:[^\]\\]|\\.)*)\]\((?P<src>[^()\s]+)\)", text)
        if image:
            return {"src": unquote(image["src"]), "alt": plain_value(image["alt"])}
        match parse(text):
            case (nodes.Paragraph((nodes.Link(target, children),)),):
                words = nodes.text_of(children)
                return {"src": target, **({"alt": words} if words != target else {})}
        shown = plain_value(text)
        head = re.escape(self._labels.phrases["image_missing"].partition("{")[0])
        for reason in map(_phrase_pattern, self._labels.reasons.values()):
            if found := re.fullmatch(rf"{head}(?P<source>.+?)\. (?:{reason})(?: (?P<alt>.+))?", shown):
                return {"src": found["source"], **({"alt": found["alt"]} if found["alt"] else {})}
        return None

    def _read_related(self, blocks: list[SourceBlock]) -> bool:
        if len(blocks) != 1 or blocks[0].kind != "list":
            return False
        incidents: list[dict[str, str]] = []
        for item in blocks[0].items:
            inner = self._page.item_page(item)
            self._page.mark(item, "taken", self._item_path("related_incidents", len(incidents)))
            incidents.append(self._read_incident(inner))
        self._builder.add_items("related_incidents", incidents)
        return True

    def _read_incident(self, inner: Page) -> dict[str, str]:
        blocks = inner.blocks
        head, rest = inner.source(blocks[:1]), inner.source(blocks[1:])
        more = {"text": rest} if rest else {}
        match parse(head):
            case (nodes.Paragraph((nodes.Link(target, children),)),):
                words = nodes.text_of(children)
                return {**({} if words == target else split_name(words)), "link": target, **more}
        name = split_name(plain_value(head))
        if "id" in name and blocks and blocks[0].kind == "paragraph":
            return {**name, **more}
        return {"text": inner.source(blocks)}


def plain_value(markdown: str) -> str:
    """Return a plain text that pmexport wrote as Markdown."""
    guarded = parse(f"{_GUARD}{markdown}{_GUARD}")
    words = "".join(nodes.text_of(block.inlines) for block in guarded if isinstance(block, nodes.Paragraph))
    return one_line(words.removeprefix(_GUARD).removesuffix(_GUARD))


def _split_names(text: str) -> list[str]:
    """Return the names that commas outside parentheses separate."""
    names: list[str] = []
    for piece in text.split(", "):
        if names and names[-1].count("(") > names[-1].count(")"):
            names[-1] += f", {piece}"
        else:
            names.append(piece)
    return names if all(name == name.strip(" ") != "" for name in names) else [text]


def _title_text(line: str) -> str:
    return plain_value(line.lstrip("#").removeprefix(" "))


def _unbold(cell: str) -> str:
    found = _STRONG.fullmatch(cell)
    return (found["marks"] or found["tags"]) if found else cell


def _is_strong(text: str) -> bool:
    """Return whether a text is bold as a whole, also if an address in it contains marks."""
    match parse(text):
        case (nodes.Paragraph((nodes.Strong(),)),):
            return True
    return False


def _plain_spaces(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ") if parse_time(text) else text


def _split_link(text: str) -> tuple[str, str]:
    """Return a text without the address that ends it, and the address."""
    found = _LINK_AT_END.search(text)
    if found is None or not found["address"] or not _is_paragraph(text):
        return text, ""
    return text[: found.start()], found["address"]


def _read_addresses(markdown: str) -> str:
    """Return tickets as they were written: a key that is a link stands for its address."""
    out = ""
    for block in parse(f"{_GUARD}{markdown}{_GUARD}"):
        for inline in block.inlines if isinstance(block, nodes.Paragraph) else ():
            out += inline.target if isinstance(inline, nodes.Link) else nodes.text_of((inline,))
    return one_line(out.removeprefix(_GUARD).removesuffix(_GUARD))


def _is_paragraph(text: str) -> bool:
    match parse(text):
        case (nodes.Paragraph(),):
            return True
    return False


def _begins_section(block: SourceBlock) -> bool:
    return block.kind == "heading" and block.level == 2


def _masthead_patterns(labels: Labels, fields: dict[str, Any], commander: str) -> Iterator[str]:
    """Yield the patterns of the lines below the title: today's line, and the two of earlier versions.

    A value may differ from that in the metadata, which somebody may have changed; it goes on to the next dot.
    """
    values = {"severity": str(fields.get("severity") or ""), "commander": commander}
    words = {key: f"(?:{re.escape(one_line(value))}|[^{_DOT}]+)" for key, value in values.items()}
    severity = _unnamed(_fill_phrase(labels.phrases["severity"], **words))
    led_by = _unnamed(_fill_phrase(labels.phrases["led_by"], **words))
    date = re.escape(one_line(str(fields.get("date") or "")))
    kind, day = re.escape(labels.kind), f"(?:{_unnamed(_date_pattern(labels, 'long'))}|{date})"
    marks = "|".join(map(re.escape, labels.marks.values()))
    lead = f"(?:{day} {_DOT} )?(?:{led_by} {_DOT} )?"
    yield f"(?:(?:{marks}) {_DOT} )?(?:{severity} {_DOT} )?{lead}{kind}"
    status = "|".join(map(re.escape, (*labels.status.values(), *labels.marks.values())))
    yield rf"{kind}(?: {_DOT} [^\s{_DOT}]+)?(?: {_DOT} {severity})?(?: {_DOT} (?:{status}))?"
    yield f"{day}(?: {_DOT} {led_by})?"


def _provenance_pattern(labels: Labels) -> str:
    """Return the pattern of the line at the end: which report and which program the document was made from."""
    made_by = _fill_phrase(labels.phrases["made_by"], generator=r"pmexport \S+")
    return rf"(?:.+ {_DOT} )?{made_by}(?: {_DOT} {_fill_phrase(labels.phrases['digest'], digest=r'[0-9a-f]+')})?"


def _caption_pattern(labels: Labels) -> str:
    """Return the pattern of the days and the zone below the milestones."""
    day = _unnamed(_date_pattern(labels, "long"))
    span = f"{day}(?:{re.escape(_between(labels.phrases['range']))}{day})?"
    return _fill_phrase(labels.phrases["band_zone"], day=span, zone=_ZONE)


def _note_patterns(labels: Labels, names: Iterable[str]) -> Iterator[str]:
    """Yield the patterns of phrases that name a zone or count actions."""
    counts = dict.fromkeys(("open", "overdue", "done", "dropped"), r"\d+")
    day = _unnamed(_date_pattern(labels, "long"))
    return (_fill_phrase(labels.phrases[name], zone=_ZONE, day=day, **counts) for name in names)


def _unnamed(pattern: str) -> str:
    return re.sub(r"\?P<\w+>", "?:", pattern)


def _between(phrase: str) -> str:
    """Return what is between the two placeholders of a phrase."""
    return phrase.partition("}")[2].partition("{")[0]


def _phrase_pattern(phrase: str) -> str:
    """Return the pattern of a phrase or reason: its placeholders may be any words."""
    return _fill_phrase(phrase)


def _fill_phrase(phrase: str, **patterns: str) -> str:
    """Return the pattern of a phrase. patterns: those of its placeholders, which may otherwise be any words."""
    pieces = re.split(r"\{(\w+)\}", phrase)
    return "".join(
        f"(?P<{piece}>{patterns.get(piece, '.+?')})" if number % 2 else re.escape(piece)
        for number, piece in enumerate(pieces)
    )


def _date_pattern(labels: Labels, form: str) -> str:
    """Return the pattern of a date as the labels write it."""
    names = {
        "day": r"(?P<day>\d{1,2})",
        "year": r"(?P<year>\d{4})",
        "month": f"(?P<month>{'|'.join(map(re.escape, labels.dates['months']))})",
        "short_month": f"(?P<month>{'|'.join(map(re.escape, labels.dates['short_months']))})",
        "weekday": f"(?:{'|'.join(map(re.escape, labels.dates['weekdays']))})",
    }
    pieces = re.split(r"\{(\w+)\}", str(labels.dates[form]))
    return "".join(names[piece] if number % 2 else re.escape(piece) for number, piece in enumerate(pieces))
