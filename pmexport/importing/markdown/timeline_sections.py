"""Timelines: a table, a list, a heading for each event, or plain lines, with the dates that are written above them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pmexport.document.markdown.source_blocks import SourceBlock
from pmexport.importing.markdown.clock_words import find_clock_words, write_clock
from pmexport.importing.markdown.fact_sections import row_line, table_rows
from pmexport.importing.markdown.heading_words import strip_remark
from pmexport.importing.markdown.inline_text import escape_inline, escape_start, has_words, heading_text, plain
from pmexport.importing.markdown.numeric_dates import write_iso
from pmexport.importing.markdown.pages import Content, Page
from pmexport.importing.markdown.report_builder import ReportBuilder
from pmexport.importing.markdown.zone_words import certain_zone, find_zone_names, is_zone_sentence, repeats_note
from pmexport.report.day_words import IN_WORDS, WEEKDAY, format_date, read_day_heading
from pmexport.report.leading_times import find_time, seems_timed
from pmexport.report.moments import parse_time, read_date, resolve_times
from pmexport.report.zones import find_zones, read_zone

_BREAK_TAG = re.compile(r"(?<![ \t])[ \t]*<br[ \t]*/?>[ \t]*\n?[ \t]*", re.IGNORECASE)
_DASHES = r"\N{EN DASH}\N{EM DASH}"
_LOOSE = re.compile(
    r"^(?P<lead>[\[(*_`~]{0,8}[^\n|]{1,40}?[\])*_`]{0,8})"
    rf"(?:\s+[-{_DASHES}>|]\s+|:\s+|:$|\s*[{_DASHES}]\s*)(?P<rest>.*)$",
    re.DOTALL,
)
_COMPACT = re.compile(
    r"^(?:(?P<date>\d{4}-\d\d-\d\d)[ T])?(?P<clock>[01]\d[0-5]\d|2[0-3][0-5]\d|[Xx?]{1,5})"
    rf"(?=\s*:(?:\s|$)|\s+[-{_DASHES}]\s)"
)
_DATE_LEAD = re.compile(r"\W{0,6}\d{4}-\d\d-\d\d[*_`\])]*(?P<clock>[ T]+\d\d?[:.]\d\d(?![\d.%]))?")
"""What a line with a date begins with."""
_POINTED = re.compile(rf"^(?P<time>\d{{4}}-\d\d-\d\d +(?:[01]\d|2[0-3])\.[0-5]\d)(?![\w.%])(?:\s*[-:|{_DASHES}]\s)?\s*")
_LONGEST_LEAD = 48
_ESCAPED_MARK = re.compile(r"\\([-~:.])")
_ESCAPED_BRACKETS = re.compile(r"^(?P<lead>[*_\s]*)\\\[(?P<time>[^\[\]\\]{1,48})\\\]")
_DATED = re.compile(
    r"^(?P<open>\*\*|__)?(?P<date>[^:*_\n]{6,40}?)(?P<inner>:?)(?(open)(?P=open))"
    rf"(?P<outer>\s*:|\s+[-{_DASHES}])?"
)
_PLACEHOLDER = re.compile(
    r"^[\[{(<]+[?\-:\sxhmdyHMDY./\d]+[\]})>]+|^(?:\d{2,4}[-x/.])?[xX?MDmd\d-]*\s*[-?xXHhMm]{1,2}:[-?xXHhMm]{2}|^\d{2,4}[x]{0,2}-(?:MM|XX|\?\?)(?:-\w\w)?|^\d{4}-\d\d-(?:DD|XX|\?\?)"
)
_NOTE_LEAD = re.compile(r"^(\[\^[^\[\]]+\])\s*:[ ]*")
"""A reference to a footnote between a time and a colon; at the beginning of a text it would be its definition."""
_BEFORE_CLOCK = re.compile(rf"(?:,?\s+(?:at\s+|[-{_DASHES}@]\s+)?)(?=\d{{1,2}}:\d\d)", re.IGNORECASE)
"""What is between a date in words and a clock time."""
_DATE_AND_CLOCK = re.compile(rf"^(?P<date>(?:\*\*|__)?\d{{4}}-\d\d-\d\d) [-{_DASHES}@] (?=\d{{1,2}}:\d\d)")
"""A date and what is between it and a clock time."""
_MOST_WORDS = 6
_TIMES = frozenset({"time", "clock", "end"})
"""The columns of times."""
_FEWEST_EVENTS = 3
"""Items from which on a list of times is a timeline."""
_MOST_CLEAR = 0.8
"""The share of these whose time is clear."""
_PHASE = re.compile(r"^(?:\*\*|__)(?P<phase>[^*_\n:]{1,40}?)(?::\s*(?:\*\*|__)|(?:\*\*|__)\s*:)\s+(?=\S)")
_MARKED = re.compile(r"\*\*\\?<?(?P<mark>[^*<>\n]{4,30}?)\.?>?\*\*")


@dataclass
class _Row:
    """An entry while it is read."""

    fields: dict[str, str]
    lines: list[tuple[Page, int, int]] = field(default_factory=list)
    """What it consists of: a page, and its first and last line in it."""
    is_day: bool = False
    """Whether it only says the date of what follows."""


class TimelineReader:
    """Reads the blocks of a timeline one after the other."""

    def __init__(self, builder: ReportBuilder) -> None:
        self._builder = builder
        self._rows: list[_Row] = []
        self._open: _Row | None = None
        self._under_heading = False
        self._takes_points = False
        """Whether a number such as `15.26` after a date is a time: every date here has one."""
        self.zone = ""
        """The names of zones that are not certain, or not that of the report."""
        self.hidden_zones: list[str] = []
        """Those of them that are in a heading or in the header of a column, so that no text has them."""

    def read(self, content: Content) -> None:
        """Read the blocks of a content."""
        self._takes_points = _has_clocks(line for block in content.blocks for line in content.page.block_lines(block))
        for block in content.blocks:
            match block.kind:
                case "heading":
                    self._read_heading(content.page, block)
                case "list":
                    self._read_list(content.page, block)
                case "paragraph":
                    self._read_paragraph(content.page, block)
                case "table":
                    self._read_table(content.page, block)
                case "quote" if self._find_zone(plain(content.page.source([block]))):
                    content.page.mark(block, "taken", "timezone")
                case _:
                    self._add_body(content.page, block)

    @property
    def timed(self) -> int:
        """The number of entries with a time."""
        return sum(bool(row.fields.get("time", "").strip()) for row in self._rows)

    @property
    def has_local_times(self) -> bool:
        """Whether an entry has a clock time without an offset, so that a zone matters."""
        times = (parse_time(row.fields.get("time", "")) for row in self._rows)
        return any(time and time.clock and time.clock.tzinfo is None for time in times)

    def finish(self) -> list[dict[str, Any]]:
        """Return the entries, and note what became of their lines."""
        entries: list[dict[str, Any]] = []
        first = self._builder.next_index("timeline")
        for row in _date_rows(self._rows):
            path = f"timeline[{first + len(entries)}]"
            sources = self._builder.sources
            for page, start, end in row.lines:
                sources.ledger.mark(page.start + start, page.start + end, "taken", path)
            entry = {key: value for key, value in row.fields.items() if value.strip()}
            if "event" in entry:
                entry["event"] = sources.define_used(entry["event"], path)
                entry = _split_phase(entry)
            if entry:
                entries.append(entry)
        return entries

    # ---- blocks

    def _read_heading(self, page: Page, block: SourceBlock) -> None:
        text = heading_text(page.lines[block.first])
        self._under_heading = True
        day, remark = strip_remark(text)
        text = day if remark and self._find_zone(f"times: {remark}") else text
        if self._add_day(text, page, block.first, block.last):
            return
        row = self._read_line(text) or _Row({"event": f"**{escape_inline(text)}**"})
        self._add(row, page, block.first, block.last)

    def _add_day(self, text: str, page: Page, first: int, last: int) -> bool:
        """Add the date that a line consists of, and what follows it, if it is one."""
        label, colon, value = text.partition(":")
        if colon and self._builder.words.find_label(label) == "date":
            text = value.strip()
        text = write_iso(text, self._builder.date_order)
        day = read_day_heading(text, self._builder.year)
        if day is not None:
            self._add(_Row({"time": day.isoformat()}, is_day=True), page, first, last)
            return True
        bare = WEEKDAY.sub("", text.strip(" *_:()#[]"), count=1).strip(" ,.*_:")
        for pattern in IN_WORDS:
            if pattern.fullmatch(bare):
                self._add(_Row({"time": text.strip(" *_:#")}, is_day=True), page, first, last)
                return True
            found = pattern.match(bare)
            rest = re.match(r"\s*[-:\N{EN DASH}\N{EM DASH},]\s+(\S.*)$", bare[found.end() :]) if found else None
            if found and rest and not _BEFORE_CLOCK.match(bare, found.end()):
                date = format_date(found, self._builder.year)
                self._add(
                    _Row({"time": date, "event": f"**{escape_inline(rest[1])}**"}, is_day=False), page, first, last
                )
                return True
        return False

    def _read_list(self, page: Page, block: SourceBlock) -> None:
        pages = [page.item_page(item) for item in block.items]
        rows = [self._read_item(inner) for inner in pages]
        days = [self._is_day(inner) for inner in pages]
        if not any(rows) and not any(days) and self._open is not None and self._under_heading:
            self._add_body(page, block)
            return
        for item, inner, row, day in zip(block.items, pages, rows, days, strict=True):
            if day:
                self._add_day(plain(inner.lines[inner.blocks[0].first]), page, item.first, item.first)
                self.read(Content(inner, inner.blocks[1:]))
            elif row is not None or has_words("\n".join(inner.lines)) or "![" in "\n".join(inner.lines):
                self._add(row or _Row({"event": inner.source(inner.blocks)}), page, item.first, item.last)
            else:
                page.mark(item, "left_out", reason="It is empty.")
        self._under_heading = False

    def _is_day(self, inner: Page) -> bool:
        first = inner.blocks[0] if inner.blocks else None
        if first is None or first.kind != "paragraph" or first.first != first.last or len(inner.blocks) < 2:
            return False
        text = plain(inner.lines[first.first])
        return read_day_heading(text, 2000) is not None and inner.blocks[1].kind == "list"

    def _read_item(self, inner: Page) -> _Row | None:
        return self._read_line(inner.source(inner.blocks)) if inner.blocks else None

    def _read_line(self, text: str) -> _Row | None:
        """Return the entry in a text that begins with a time, or what seems to be one; None if it does not."""
        first, newline, others = text.partition("\n")
        first, others = self._write_date(_open_brackets(_unescape_lead(first))), textwrap.dedent(others)
        compact = _COMPACT.match(_unmark(first))
        pointed = _POINTED.match(first) if self._takes_points else None
        if pointed:
            return _Row({"time": pointed["time"], "event": escape_start(f"{first[pointed.end() :]}{newline}{others}")})
        led = None if compact else find_time(first)
        if led:
            event = _NOTE_LEAD.sub(r"\1 ", led.read_event(first)) + newline + others
            fields = {"time": led.time, **({"end": led.end} if led.end else {}), "event": escape_start(event.strip())}
            return _Row(fields)
        if dated := _read_dated(first, f"{newline}{others}"):
            return dated
        loose = _LOOSE.match(first)
        if loose and "[^" not in loose["lead"] and self._seems_time(loose["lead"]):
            event = f"{loose['rest']}{newline}{others}".strip()
            return _Row({"time": plain(loose["lead"].strip()).strip(" []"), "event": escape_start(event)})
        return self._read_placeholder(first, f"{newline}{others}")

    def _write_date(self, line: str) -> str:
        """Return a line that begins with a date in words and a clock time, or in digits, with the date as ISO 8601."""
        size = find_clock_words(line)  # what follows is the author's text
        line = write_clock(write_iso(line[:size], self._builder.date_order)) + line[size:]
        if dated := _DATE_AND_CLOCK.match(line):
            return f"{dated['date']} {line[dated.end() :]}"
        opening = re.match(r"(?:\*\*|__|[\[(*_])?", line)
        begin = opening.end() if opening else 0
        weekday = WEEKDAY.match(line, begin)
        start = weekday.end() if weekday else begin
        for pattern in IN_WORDS:
            found = pattern.match(line, start)
            after = _BEFORE_CLOCK.match(line, found.end()) if found else None
            date = format_date(found, self._builder.year) if found and after else ""
            if after and read_date(date):
                return f"{line[:begin]}{date} {line[after.end() :]}"
        return line

    def _read_placeholder(self, first: str, others: str) -> _Row | None:
        found = _PLACEHOLDER.match(first)
        if found is None or len(found[0]) < 4:
            return None
        rest = _NOTE_LEAD.sub(r"\1 ", first[found.end() :]).lstrip(" :-\N{EN DASH}\N{EM DASH}")
        return _Row({"time": found[0].strip(), "event": f"{rest}{others}".strip()})

    def _seems_time(self, lead: str) -> bool:
        text = _unmark(plain(lead))
        if not re.search(r"\d|[?X]", text) or len(text.split()) > _MOST_WORDS:
            return False
        return bool(seems_timed(text) or _COMPACT.match(f"{text}:") or _PLACEHOLDER.match(text))

    # ---- paragraphs

    def _read_paragraph(self, page: Page, block: SourceBlock) -> None:
        lines = page.block_lines(block)
        text = "\n".join(line.strip() if number else line.lstrip() for number, line in enumerate(lines))
        day, remark = strip_remark(plain(text))
        alone = day if self._find_zone(remark) else plain(text)
        if len(lines) == 1 and self._add_day(alone, page, block.first, block.last):
            self._under_heading = True
            return
        if self._find_zone(plain(text)):
            page.mark(block, "taken", "timezone")
            return
        segments = self._split_segments(text)
        if not any(self._read_line(segment) for segment, _, _ in segments):
            self._add_body(page, block)
            return
        for segment, first, last in segments:
            row = self._read_line(segment)
            if row is None and self._open is not None and first:
                self._append(self._open, segment, page, block.first + first, block.first + last, between="\n")
            else:
                self._add(row or _Row({"event": segment}), page, block.first + first, block.first + last)
        self._under_heading = False

    def _split_segments(self, text: str) -> list[tuple[str, int, int]]:
        """Return the parts of a paragraph that may be entries, each with its first and last line."""
        segments: list[tuple[str, int, int]] = []
        if _BREAK_TAG.search(text):
            line, start = 0, 0
            for found in [*_BREAK_TAG.finditer(text), None]:
                end = found.start() if found else len(text)
                segment = text[start:end]
                last = line + segment.count("\n")
                segments.append((segment.strip(), line, last))
                line = last + (found[0].count("\n") if found else 0)
                start = found.end() if found else end
            return [one for one in segments if one[0]]
        for number, written in enumerate(text.split("\n")):
            if segments and not self._read_line(written):
                before, first, _ = segments[-1]
                segments[-1] = (f"{before}\n{written}", first, number)
            else:
                segments.append((written, number, number))
        return [(re.sub(r"(?:\\|(?<! )  +)$", "", segment), first, last) for segment, first, last in segments]

    def _find_zone(self, text: str) -> bool:
        """Remember the zone that a sentence names; return whether the document says the same in the same words."""
        if not is_zone_sentence(text) or not self.note_zones(text):
            return False
        return not self.zone and repeats_note(text, self._builder.fields.get("timezone", ""))

    def note_zones(self, text: str, *, is_hidden: bool = False) -> bool:
        """Take the zone that a text names, if that is certain; otherwise remember its name. Return whether it has one.

        Certain are UTC, an offset from it and an IANA name, if it is the only one, and an abbreviation of the zone that
        the report has. is_hidden: whether no field takes the text.
        """
        fields, names = self._builder.fields, find_zone_names(text)
        zone = certain_zone(names[0]) if len(names) == 1 else ""
        known = fields.setdefault("timezone", zone) if zone else fields.get("timezone", "")
        if names and (not zone or known != zone) and not all(known in find_zones(name) for name in names):
            self.zone = " and ".join(names)
            self.hidden_zones += names if is_hidden else []
        return bool(names)

    # ---- tables

    def _read_table(self, page: Page, block: SourceBlock) -> None:
        rows = table_rows(page, block)
        keys = self._find_columns(rows[0])
        if keys is None:
            self._add_body(page, block)
            return
        self._mark_header(page, block, keys)
        for number, cells in enumerate(rows[1:], start=1):
            line = block.first + row_line(number)
            filled = [cell for cell in cells if cell]
            if not filled:
                page.sources.ledger.mark(page.start + line, page.start + line, "left_out", reason="It is empty.")
            elif len(filled) == 1 and self._add_day(plain(filled[0]), page, line, line):
                continue
            else:
                self._add(_Row(self._read_cells(keys, rows[0], cells)), page, line, line)
        self._under_heading = False

    def _mark_header(self, page: Page, block: SourceBlock, keys: list[str]) -> None:
        start = page.start + block.first
        page.sources.ledger.mark(start, start + 1, "taken", "timeline")
        for key, cell in zip(keys, table_rows(page, block)[0], strict=True):
            if key:
                self.note_zones(plain(cell), is_hidden=True)

    def _find_columns(self, header: list[str]) -> list[str] | None:
        """Return the field of each column, empty for an unknown one; None if times or events have no column."""
        words = self._builder.words
        keys: list[str] = []
        for cell in header:
            text = plain(cell)
            key = words.find_column(words.timeline, text) or ""
            if not key and re.search(r"\b(?:time|date|when)\b", text, re.IGNORECASE):
                key = "time"
            if key == "time" and "time" in keys and "clock" not in keys:
                key = "clock"
            keys.append(key if key not in keys else "")
        if "event" not in keys:
            keys = [
                *(
                    "event" if not key and "event" not in keys[:at] and at and not any(keys[at + 1 :]) else key
                    for at, key in enumerate(keys)
                )
            ]
        return _choose_clock(keys, header) if "time" in keys and "event" in keys else None

    def _read_cells(self, keys: list[str], header: list[str], cells: list[str]) -> dict[str, str]:
        order = self._builder.date_order
        return _read_cells(
            keys,
            header,
            [
                write_clock(write_iso(cell, order)) if key in _TIMES else cell
                for key, cell in zip(keys, cells, strict=True)
            ],
        )

    # ---- entries

    def _add(self, row: _Row, page: Page, first: int, last: int) -> None:
        row.lines.append((page, first, last))
        self._rows.append(row)
        self._open = None if row.is_day else row

    def _add_body(self, page: Page, block: SourceBlock) -> None:
        """Add a block to the entry above it; before the first one, as an entry without a time."""
        text = page.source([block])
        if self._open is not None:
            self._append(self._open, text, page, block.first, block.last)
        elif has_words(text) or "![" in text:
            self._add(_Row({"event": text}), page, block.first, block.last)
        else:
            page.mark(block, "left_out", reason="It is empty.")

    def _append(self, row: _Row, text: str, page: Page, first: int, last: int, between: str = "\n\n") -> None:
        before = row.fields.get("event", "")
        row.fields["event"] = f"{before}{between}{text}" if before.strip() else text
        row.lines.append((page, first, last))


def _choose_clock(keys: list[str], header: list[str]) -> list[str]:
    """Return the fields of columns, if two have the same times in different zones, with the certain one of them."""
    clocks = {at: find_zone_names(plain(header[at])) for at, key in enumerate(keys) if key in ("time", "clock")}
    if len(clocks) < 2 or not all(clocks.values()):
        return keys
    certain = next((at for at, names in clocks.items() if certain_zone(names[0])), min(clocks))
    return ["time" if at == certain else "" if at in clocks else key for at, key in enumerate(keys)]


def _unescape_lead(line: str) -> str:
    r"""Return a line that begins with a time without backslashes before the marks around it: `10:42 \- it began`."""
    opened = _ESCAPED_MARK.sub(r"\1", line[:_LONGEST_LEAD]) + line[_LONGEST_LEAD:]
    return opened if opened != line and find_time(opened) else line


def _open_brackets(line: str) -> str:
    """Return a line that begins with a time in escaped brackets with plain ones."""
    opened = _ESCAPED_BRACKETS.sub(r"\g<lead>[\g<time>]", line, count=1)
    return opened if opened != line and find_time(opened) else line


def _has_clocks(lines: Iterable[str]) -> bool:
    """Return whether several lines begin with a date, and a time follows each."""
    pieces = (piece for line in lines for piece in _BREAK_TAG.split(line))
    dated = [found for found in map(_DATE_LEAD.match, pieces) if found]
    return len(dated) > 1 and all(found["clock"] for found in dated)


def _read_dated(first: str, others: str) -> _Row | None:
    """Return the entry in a text that begins with a date in words and its year; None if it does not."""
    found = _DATED.match(first)
    if found is None or not (found["inner"] or found["outer"] or found["open"]):
        return None
    bare = WEEKDAY.sub("", found["date"], count=1).strip(" ,.")
    words = next(filter(None, (pattern.fullmatch(bare) for pattern in IN_WORDS)), None)
    if words is None or not words["year"]:
        return None
    event = f"{first[found.end() :]}{others}".strip()
    return _Row({"time": format_date(words, None), "event": escape_start(event)}) if event else None


def is_chain_of_events(contents: list[Content]) -> bool:
    """Return whether a section is a list of events, each with its time, though its heading does not say so."""
    blocks = [block for content in contents for block in content.blocks]
    if len(blocks) != 1 or blocks[0].kind != "list" or len(blocks[0].items) < _FEWEST_EVENTS:
        return False
    page = contents[0].page
    texts = [page.item_page(item).lines[0] for item in blocks[0].items]
    clear = [led is not None and ":" in led.time for led in map(find_time, texts)]
    return sum(clear) >= _MOST_CLEAR * len(texts) and all(
        is_clear or seems_timed(text) for is_clear, text in zip(clear, texts, strict=True)
    )


def _unmark(text: str) -> str:
    return text.strip().strip("*_`[]()").strip()


def _read_cells(keys: list[str], header: list[str], cells: list[str]) -> dict[str, str]:
    """Return the fields of an entry; cells of unknown columns follow the event, after the words of their header."""
    fields: dict[str, str] = {}
    more = []
    for key, title, cell in zip(keys, header, cells, strict=True):
        if not cell:
            continue
        if key in ("event", "") or ("![" in cell and not plain(cell).strip()):  # an image alone is not a time or a name
            text = escape_start(cell)
            if key == "event":
                fields["event"] = text
            else:
                more.append(f"**{title}:** {cell}" if title and not key else text)
        elif key == "clock":
            fields["time"] = f"{fields.get('time', '')} {plain(cell)}".strip()
        else:
            fields[key] = plain(cell)
    if more:
        fields["event"] = "\n\n".join([*([fields["event"]] if "event" in fields else []), *more])
    return _split_range(fields)


def _split_range(fields: dict[str, str]) -> dict[str, str]:
    """Return an entry whose time is a range with its start and its end apart."""
    time = fields.get("time", "")
    led = find_time(time) if time and "end" not in fields else None
    if led and led.end and not time[led.rest :].strip():
        return {**fields, "time": led.time, "end": led.end}
    if led and not time[led.rest :].strip(" *_`"):
        return {**fields, "time": led.time}
    return fields


def _split_phase(entry: dict[str, str]) -> dict[str, str]:
    """Return an entry whose event begins with a phase in bold with the phase apart."""
    found = _PHASE.match(entry["event"]) if "phase" not in entry else None
    if found is None:
        return entry
    phase = plain(found["phase"])
    time = {key: entry[key] for key in ("time", "end") if key in entry}
    others = {key: value for key, value in entry.items() if key not in time and key != "event"}
    return {**time, "phase": phase, **others, "event": escape_start(entry["event"][found.end() :])}


def _date_rows(rows: list[_Row]) -> Iterator[_Row]:
    """Yield the entries; the first one after a date has it, and later clock times follow from it."""
    day: _Row | None = None
    for row in rows:
        if row.is_day:
            yield from [day] if day else []
            day = row
        elif day is None:
            yield row
        else:
            yield from _date_row(day, row)
            day = None
    yield from [day] if day else []


def _date_row(day: _Row, row: _Row) -> Iterator[_Row]:
    date, time = day.fields["time"], row.fields.get("time", "")
    written = parse_time(time)
    undated = written.date is None if written else not re.search(r"\d{4}-\d\d", time)
    if undated:
        row.fields = {**row.fields, "time": f"{date} {time}".strip()}
    elif written is None or written.date is None or written.date.isoformat() != date:
        yield day
        yield row
        return
    row.lines = [*day.lines, *row.lines]
    yield row


def find_marks(builder: ReportBuilder, numbers: Collection[int]) -> None:
    """Set the milestones that marks such as OUTAGE BEGINS stand for, each if it is at one time only.

    numbers: of the entries that may have marks.
    """
    zone, day = read_zone(builder.fields.get("timezone")), read_date(builder.fields.get("date"))
    entries = builder.fields.get("timeline", ())
    moments = resolve_times([entry.get("time") for entry in entries], zone, day) if numbers else ()
    found: dict[str, set[str]] = {}
    for number, moment in enumerate(moments):
        if number not in numbers or not moment or not moment.exact or not moment.at:
            continue
        written = parse_time(moment.text)
        date = "" if written and written.date else f"{moment.at.date().isoformat()} "
        for match in _MARKED.finditer(entries[number].get("event", "")):
            if milestone := builder.words.find_column(builder.words.marks, match["mark"]):
                found.setdefault(milestone, set()).add(f"{date}{moment.text}")
    for milestone, times in found.items():
        if len(times) == 1:
            builder.set_once(f"milestones.{milestone}", times.pop())
