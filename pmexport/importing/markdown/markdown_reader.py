"""Read a Markdown file as a draft: its outline first, then each section into its field."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from pmexport.document.labels import FALLBACK
from pmexport.importing.draft import Draft
from pmexport.importing.import_options import PICTURES, ImportOptions
from pmexport.importing.markdown.action_sections import read_actions
from pmexport.importing.markdown.fact_sections import (
    are_facts,
    find_full_date,
    find_pairs,
    line_pairs,
    put_fact,
    read_people,
    take_pairs,
)
from pmexport.importing.markdown.front_matter import find_front_matter, mark_front_matter, read_front_matter
from pmexport.importing.markdown.heading_words import load_words, normalize
from pmexport.importing.markdown.inline_text import escape_inline, has_words, plain
from pmexport.importing.markdown.numeric_dates import find_order, write_iso
from pmexport.importing.markdown.outline import Outline, OutlineReader, Part
from pmexport.importing.markdown.own_layout.own_reader import OwnReader, find_labels
from pmexport.importing.markdown.pages import CONTENTS, Content, Ledger, Page, Sources, join_texts
from pmexport.importing.markdown.report_builder import ReportBuilder
from pmexport.importing.markdown.structured_sections import (
    fits_cell,
    read_figures,
    read_impact,
    read_logs,
    read_related,
    read_whys,
)
from pmexport.importing.markdown.text_sections import read_items, read_own, read_text
from pmexport.importing.markdown.timeline_sections import TimelineReader, find_marks, is_chain_of_events
from pmexport.importing.markdown.zone_words import find_stated_zone, has_local_times
from pmexport.importing.notes import Note
from pmexport.importing.report_fields import LISTS, ORDER, TEXTS
from pmexport.importing.sources import SourceFile
from pmexport.limits import LimitError
from pmexport.report.house_style import HouseStyle
from pmexport.report.leading_times import seems_timed
from pmexport.report.moments import read_date
from pmexport.report.sections import section_keys
from pmexport.report.zones import UNKNOWN

_PEOPLE = frozenset({"responders", "authors", "services", "tags"})
_SET_ZONE = "`timezone` is unknown until you set it, for example to Europe/Paris."
_ZONE = f"It says {{zone}}, which can mean several zones or contradicts another one. {_SET_ZONE}"
_NO_ZONE = f"No time zone is written. {_SET_ZONE}"
_NAMED = "The title is the name of the file."
_REFERENCE = re.compile(r"\[\^[^\[\]]+\]")
_FOLD = re.compile(r"<details[^<>]*>\s*(?:<summary>(?P<label>[^<>]*)</summary>)?", re.DOTALL)
_FOLDED = "It only folds what is in it."
_FEWEST_FOLDED = 3
"""Blocks of a section that is folded away: the beginning, the end and something between."""
_DATED = "The date of the incident is taken from the title."


def read_markdown(source: SourceFile, options: ImportOptions, *, is_shortened: bool = False) -> Draft:
    """Return the draft in a Markdown file. Raises InputError for what is not text, or exceeds a limit.

    is_shortened: whether page one of our own document had no room for the key figures.
    """
    try:
        return _read_lines(source, options, is_shortened=is_shortened)
    except LimitError as error:
        source.fail(str(error), f"Shorten it, or raise the limit: --limit {error.name}=NUMBER.")


def _read_lines(source: SourceFile, options: ImportOptions, *, is_shortened: bool) -> Draft:
    text = source.text()
    if not text.strip():
        source.fail("the file is empty.", "There is nothing to import.")
    lines = text.split("\n")
    sources = Sources(Ledger(lines, source.name), options.limits, folder=options.pictures or PICTURES)
    builder = ReportBuilder(load_words(options.headings), sources, date_order=find_order(text))
    size = find_front_matter(lines)
    if size and not read_front_matter(builder, lines[:size], options.limits):
        size = 0
    page = Page(lines[size:], size, sources)
    reader = _Reader(builder, page, source, options.style)
    reader.read(is_shortened=is_shortened)
    mark_front_matter(builder, size)
    return reader.finish(options)


class _Reader:
    def __init__(self, builder: ReportBuilder, page: Page, source: SourceFile, style: HouseStyle) -> None:
        self._builder = builder
        self._page = page
        self._source = source
        self._style = style
        self._remarks: list[Note] = []
        self._action_parts = 0
        self._doubtful: Part | None = None
        """The first timeline whose times have no offset, while no zone is named."""
        self._zones: list[str] | None = None
        """The names of zones that no text has; None if none contradicts the report's zone."""
        self._told: set[int] = set()
        """The numbers of the timeline's entries that do not have our form."""
        self._front_date = str(builder.fields.get("date") or "")

    def read(self, *, is_shortened: bool) -> None:
        """Read the sections in their order."""
        self._read_sections(is_shortened=is_shortened)
        find_marks(self._builder, self._told)

    def _read_sections(self, *, is_shortened: bool) -> None:
        labels = find_labels(self._page, self._style)
        if labels is not None:
            own = OwnReader(
                self._builder, self._page, labels, self._style, lambda part, name: self._read_known(name, part)
            )
            own.read(is_shortened=is_shortened)
            return
        self._page.drop_anchors()
        has_title = "title" in self._builder.fields
        outline = OutlineReader(self._page, self._builder.words, has_title=has_title).read()
        self._action_parts = sum(part.name == "action_items" for part in outline.parts)
        self._builder.language = self._builder.words.find_language(part.title for part in outline.parts)
        if self._builder.language != FALLBACK:
            self._builder.fields["language"] = self._builder.language
        self._take_title(outline)
        self._read_preamble(outline)
        for part in outline.parts:
            self._read_part(part)
        for part in outline.parts:
            notes = self._page.sources.take_notes("\n".join(part.heading_lines))
            self._builder.facts += [(_REFERENCE.sub("", part.title), text) for text in notes]

    def finish(self, options: ImportOptions) -> Draft:
        """Return the draft."""
        builder = self._builder
        builder.sources.mark_unused()
        self._settle_zone()
        self._add_facts()
        self._settle_date()
        fields: dict[str, Any] = dict(builder.fields)
        if not str(fields.get("title") or "").strip():
            fields["title"] = _name_file(self._source.name) or "Untitled"
            self._remarks.append(Note("taken", self._source.name, 1, 1, field="title", reason=_NAMED))
        if builder.sections:
            fields["sections"] = [
                {"title": one.title, "after": one.after, "text": one.text} for one in builder.sections
            ]
            fields["sections"] = [{key: value for key, value in one.items() if value} for one in fields["sections"]]
        ordered = {key: fields[key] for key in ORDER if fields.get(key)}
        ordered |= {key: value for key, value in fields.items() if key not in ordered and value}
        notes = list(builder.sources.ledger.notes())
        files = builder.sources.files
        return Draft(ordered, _add_remarks(notes, self._remarks), files, options.limits, options.style)

    # ---- before the sections

    def _take_title(self, outline: Outline) -> None:
        if outline.title is None:
            self._take_bold_title(outline)
            return
        text, block = outline.title
        given = self._builder.fields.get("title")
        if given and given != text:
            self._builder.fields.setdefault("x-front-matter", {})["title"] = given
        self._builder.fields["title"] = text
        self._page.mark(block, "taken", "title")

    def _take_bold_title(self, outline: Outline) -> None:
        """Take the bold line that a file without a title begins with as its title."""
        first = outline.preamble.blocks[0] if outline.preamble.blocks else None
        if first is None or self._builder.fields.get("title") or first.kind != "paragraph" or first.first != first.last:
            return
        found = re.fullmatch(r"(\*\*|__)(?P<words>[^*_]+)\1", self._page.lines[first.first].strip())
        if found and not found["words"].rstrip().endswith(":"):
            self._builder.fields["title"] = plain(found["words"])
            self._page.mark(first, "taken", "title")
            outline.preamble.blocks.remove(first)

    def _find_date(self) -> None:
        date = find_full_date(write_iso(str(self._builder.fields.get("title") or ""), self._builder.date_order))
        if date and "date" not in self._builder.fields:
            self._builder.fields["date"] = date
            self._remarks.append(Note("taken", self._source.name, field="date", reason=_DATED))

    def _read_preamble(self, outline: Outline) -> None:
        """Take the facts before the first section; the rest is the summary if there is none, else a section."""
        builder, page = self._builder, self._page
        rest = []
        for block in outline.preamble.blocks:
            if page.is_contents(block):
                page.mark(block, "left_out", reason=CONTENTS)
                continue
            pairs = find_pairs(self._builder, page, block) if block.kind == "table" else line_pairs(page, block)
            if are_facts(builder, pairs):
                self._take_facts(page, block, pairs or [])
            else:
                rest.append(block)
        self._find_date()
        if not rest:
            return
        content = Content(page, rest)
        if any(part.name == "summary" for part in outline.parts) or "summary" in builder.fields:
            content.mark("own_section", builder.section_path())
            builder.add_section(builder.make_title("preamble"), content.text(builder.section_path()))
        else:
            builder.add_text("summary", content.text("summary"))
            builder.last = "summary"

    def _take_facts(self, page: Page, block: Any, pairs: list[tuple[str, str, int]]) -> None:
        if block.kind == "table":
            page.sources.ledger.mark(page.start + block.first, page.start + block.first + 1, "taken", "metadata")
        take_pairs(self._builder, page, pairs)
        page.mark(block, "left_out", reason="It has no value.")

    # ---- sections

    def _read_part(self, part: Part) -> None:
        if part.name is None and part.is_contents():
            part.mark_heading("left_out", "", CONTENTS)
            for content in part.contents:
                content.mark("left_out", "", CONTENTS)
            return
        if not part.contents and part.name is None and (fields := self._read_headings(part.title)):
            part.mark_heading("taken", fields[0])
            return
        known = self._choose_field(part)
        placed = known in section_keys()
        if known is None or not self._read_known(known, part):
            read_own(self._builder, part, known if placed and known != "appendix" else None)
        elif placed:
            self._builder.last = known

    def _read_headings(self, title: str) -> list[str]:
        """Return the fields of a heading that consists of known ones: `What went well / Where we got lucky`."""
        fields = [self._builder.words.find_heading(heading) for heading in title.split(" / ")]
        return [field for field in fields if field] if len(fields) > 1 and all(fields) else []

    def _choose_field(self, part: Part) -> str | None:
        """Return the field of a section: a list of events in a section on something else is a timeline."""
        loose = part.name in (None, "background", "what_happened", "summary", "resolution", "detection")
        return "timeline" if loose and is_chain_of_events(part.contents) else part.name

    def _read_known(self, name: str, part: Part) -> bool:
        """Take a section into its field; return whether that was possible."""
        builder = self._builder
        if name not in TEXTS:
            self._unfold(part)
        if not part.contents:
            part.mark_heading("taken", name)
            return True
        if "." in name:
            return self._read_value(name, part)
        if name in TEXTS:
            self._take_labelled(part)
            read_text(builder, name, part)
            return True
        if name in LISTS:
            read_items(builder, name, part)
            return True
        match name:
            case "timeline":
                return self._read_timeline(part)
            case "action_items":
                return self._read_actions(part)
            case "impact":
                return self._read_impact(part)
            case "five_whys" | "related_incidents":
                taken = (read_whys if name == "five_whys" else read_related)(builder, part)
                return self._accept(part, name, taken=taken)
            case "logs":
                return self._read_logs(part)
            case "figures" | "appendix":
                return self._accept(part, "figures", taken=read_figures(builder, part))
            case "metadata" | "milestones":
                return self._read_facts(part)
        if name in _PEOPLE:
            return self._accept(part, name, taken=_all_people(builder, name, part))
        return self._read_value(name, part)

    def _unfold(self, part: Part) -> None:
        """Take the element that folds a whole section away from around its rows; a label of its own stays as a fact."""
        blocks = [(content, block) for content in part.contents for block in content.blocks]
        if len(blocks) < _FEWEST_FOLDED or blocks[0][0].page is not blocks[-1][0].page:
            return
        (begin, first), (end, last) = blocks[0], blocks[-1]
        folded = _FOLD.fullmatch(begin.page.source([first]).strip())
        if folded is None or end.page.source([last]).strip() != "</details>":
            return
        label = (folded["label"] or "").strip()
        is_own = has_words(label) and normalize(label) != normalize(part.title)
        self._builder.facts += [(part.title, label)] if is_own else []
        begin.page.mark(first, *(("own_section", "sections") if is_own else ("left_out", "", _FOLDED)))
        end.page.mark(last, "left_out", reason=_FOLDED)
        begin.blocks.remove(first)
        end.blocks.remove(last)

    def _take_labelled(self, part: Part) -> None:
        """Take the paragraphs and tables of a text that are facts, line by line."""
        for content in part.contents:
            for block in list(content.blocks):
                pairs = find_pairs(self._builder, content.page, block) if block.kind == "table" else None
                pairs = line_pairs(content.page, block) if block.kind == "paragraph" else pairs
                labels = [self._builder.words.find_label(label) for label, _, _ in pairs or []]
                facts = are_facts(self._builder, pairs) if block.kind == "table" else all(labels)
                if len(labels) > 1 and facts:
                    content.blocks.remove(block)
                    self._take_facts(content.page, block, pairs or [])

    def _accept(self, part: Part, name: str, *, taken: bool) -> bool:
        if taken:
            part.mark_heading("taken", name)
        return taken

    def _read_value(self, name: str, part: Part) -> bool:
        """Take a section that is one short value."""
        if len(part.contents) != 1 or len(part.contents[0].blocks) != 1:
            return False
        content = part.contents[0]
        text = content.page.source(content.blocks)
        if content.blocks[0].kind != "paragraph" or len(text) > 200:
            return False
        path = put_fact(self._builder, name, part.title, text)
        if path == "facts":
            return False
        content.mark(*(("taken", path) if path else ("left_out", "", "It has no value.")))
        return self._accept(part, path or name, taken=True)

    def _read_timeline(self, part: Part) -> bool:
        builder = self._builder
        reader = TimelineReader(builder)
        for content in part.contents:
            reader.read(content)
        self._note_zone(reader, part)
        if not reader.timed:
            return self._read_narrative(part)
        before = builder.next_index("timeline")
        entries = reader.finish()
        builder.add_items("timeline", entries)
        self._told.update(range(before, builder.next_index("timeline")))
        if before and normalize(part.title) != "timeline":
            builder.fields["timeline"][before] = _head_entry(builder.fields["timeline"][before], part.title)
        part.mark_heading("taken", f"timeline[{before}]")
        return True

    def _read_narrative(self, part: Part) -> bool:
        """Take a timeline that is told in paragraphs without times as what happened, below its heading."""
        blocks = [(content.page, block) for content in part.contents for block in content.blocks]
        lines = [line for page, block in blocks for line in page.block_lines(block)]
        if any(block.kind != "paragraph" for _, block in blocks) or any(map(seems_timed, lines)):
            return False
        part.mark_heading("taken", "what_happened")
        text = join_texts(content.text("what_happened") for content in part.contents)
        self._builder.add_text("what_happened", f"### {escape_inline(part.title)}\n\n{text}")
        return True

    def _note_zone(self, reader: TimelineReader, part: Part) -> None:
        reader.note_zones(part.title, is_hidden=True)
        if reader.zone:
            self._zones = [*(self._zones or ()), *reader.hidden_zones]
            self._remark_zone(part, _ZONE.format(zone=reader.zone))
        elif reader.has_local_times:
            self._doubtful = self._doubtful or part

    def _settle_zone(self) -> None:
        """Set that the zone is unknown if times need one and none is certain. What was said about it stays visible."""
        builder, fields = self._builder, self._builder.fields
        if not has_local_times(fields):
            return
        named = [*(self._zones or ())]
        if self._zones is not None:
            named = [*filter(None, [fields.pop("timezone", "")]), *named]
        elif fields.get("timezone") or builder.has_zone:
            return
        elif stated := find_stated_zone("\n".join(self._page.lines)):
            fields["timezone"] = stated
            return
        elif self._doubtful:
            self._remark_zone(self._doubtful, _NO_ZONE)
        else:
            self._remarks.append(Note("taken", self._source.name, field="milestones", reason=_NO_ZONE))
        fields["timezone"] = UNKNOWN
        title = builder.make_title("timezone")
        builder.facts += [(title, zone) for zone in dict.fromkeys(named) if zone != UNKNOWN]

    def _remark_zone(self, part: Part, reason: str) -> None:
        line = part.page.start + part.line + 1
        self._remarks.append(
            Note("taken", self._source.name, line, line, field="timeline", text=part.title, reason=reason)
        )

    def _read_actions(self, part: Part) -> bool:
        builder = self._builder
        reader = read_actions(builder, part, several=self._action_parts > 1)
        if not reader.items:
            return False
        builder.add_items("action_items", reader.items)
        part.mark_heading("taken", "action_items")
        if reader.rest:
            rest = replace(part, name=None, contents=[])
            for page, block in reader.rest:
                rest.add(page, block)
            read_own(builder, rest, "action_items")
        return True

    def _read_impact(self, part: Part) -> bool:
        builder = self._builder
        rest = read_impact(builder, part)
        if not rest:
            part.mark_heading("taken", "impact")
            return True
        text = replace(part, name="user_impact", contents=rest)
        if fits_cell(rest) and len(str(builder.fields.get("user_impact") or "")) < 1000:
            read_text(builder, "user_impact", text)
            return True
        read_own(builder, text, "impact")
        return True

    def _read_logs(self, part: Part) -> bool:
        titled = normalize(part.title) not in ("logs", "relevant logs", "log")
        rest = read_logs(self._builder, part, titled=titled)
        if rest and not self._builder.next_index("logs"):
            return False
        part.mark_heading("taken", "logs")
        for page, blocks in rest:
            own = Part(
                None, part.title, part.level, part.kind, part.page, part.line, part.lines, [Content(page, blocks)]
            )
            read_own(self._builder, own, None)
        return True

    def _read_facts(self, part: Part) -> bool:
        """Take the facts of a section; what follows them becomes a section of its own."""
        blocks = [(content.page, block) for content in part.contents for block in content.blocks]
        pairs = [self._find_facts(page, block) for page, block in blocks]
        count = pairs.index(None) if None in pairs else len(pairs)
        if not count:
            return False
        for (page, block), found in zip(blocks[:count], pairs, strict=False):
            self._take_facts(page, block, found or [])
        self._accept(part, "metadata", taken=True)
        if count < len(blocks):
            rest = replace(part, name=None, contents=[])
            for page, block in blocks[count:]:
                rest.add(page, block)
            read_own(self._builder, rest, "metadata")
        return True

    def _find_facts(self, page: Page, block: Any) -> list[tuple[str, str, int]] | None:
        pairs = find_pairs(self._builder, page, block) if block.kind == "table" else _timed_pairs(page, block)
        return pairs if are_facts(self._builder, pairs) else None

    def _settle_date(self) -> None:
        """Take the date of a front matter as that of publication if it is after the incident."""
        fields = self._builder.fields
        times = [entry.get("time", "") for entry in fields.get("timeline", ())] + list(
            fields.get("milestones", {}).values()
        )
        days = [day for day in map(read_date, times) if day]
        date = read_date(str(fields.get("date") or ""))
        if self._front_date and fields.get("date") == self._front_date and date and days and date > max(days):
            fields.setdefault("published", fields.pop("date"))

    def _add_facts(self) -> None:
        facts = self._builder.facts
        if facts:
            text = "\n".join(f"- **{escape_inline(label)}:** {value}".rstrip() for label, value in facts)
            self._builder.add_section(self._builder.make_title("metadata"), text, "metadata")


def _all_people(builder: ReportBuilder, name: str, part: Part) -> bool:
    taken = [read_people(builder, name, content) for content in part.contents]
    return all(taken)


def _timed_pairs(page: Page, block: Any) -> list[tuple[str, str, int]] | None:
    """Return labels and values; a value that is a time may follow its label without a colon."""
    pairs = line_pairs(page, block)
    if pairs is not None or block.kind != "list":
        return pairs
    found = []
    for item in block.items:
        text = page.item_page(item).lines[0].strip()
        match = re.match(r"^(?P<label>[^\d:]{2,40}?)\s*:?\s+(?P<value>\d{4}-\d\d-\d\d.*)$", text)
        if match is None or item.first != item.last:
            return None
        found.append((match["label"], match["value"], item.first))
    return found


def _head_entry(entry: dict[str, Any], title: str) -> dict[str, Any]:
    """Return the first entry of a second timeline, with the heading of it."""
    return {**entry, "event": f"**{escape_inline(title)}:** {entry.get('event', '')}".strip()}


def _name_file(name: str) -> str:
    """Return the name of a file as words."""
    return re.sub(r"(?<!\d)[-_\s]+|[-_\s]+(?!\d)", " ", Path(name).stem).strip() if name != "-" else ""


def _add_remarks(notes: list[Note], remarks: list[Note]) -> list[Note]:
    """Return the notes, each remark on the note whose lines it is about, or else on the first note of its field."""
    out = list(notes)
    for remark in remarks:
        at = next(
            (
                number
                for number, note in enumerate(out)
                if (remark.line is not None and (note.line or 0) <= remark.line <= (note.last or 0))
                or (remark.line is None and note.field in (remark.field, "title"))
            ),
            None,
        )
        if at is not None and not out[at].reason:
            note = out[at]
            values = {**note.as_dict(), "reason": remark.reason, "field": note.field or remark.field}
            out[at] = Note(**values)
    return out
