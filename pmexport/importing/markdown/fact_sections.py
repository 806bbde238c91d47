"""Facts: tables of labels and values, lines with labels, and people."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pmexport.document.markdown.gfm_blocks import split_row
from pmexport.document.markdown.source_blocks import SourceBlock
from pmexport.importing.markdown.clock_words import write_clock
from pmexport.importing.markdown.heading_words import normalize, strip_remark
from pmexport.importing.markdown.inline_text import BREAK_TAG, has_words, plain, split_plain_label
from pmexport.importing.markdown.numeric_dates import write_iso
from pmexport.importing.markdown.pages import Content, Page
from pmexport.importing.markdown.report_builder import ReportBuilder
from pmexport.importing.markdown.zone_words import certain_zone
from pmexport.importing.report_fields import LISTS, TEXTS
from pmexport.report.day_words import IN_WORDS, format_date
from pmexport.report.model import stage_of
from pmexport.report.moments import parse_time, read_date

PEOPLE = ("responders", "authors")
_NAMES = ("services", "tags")
_BETWEEN_NAMES = re.compile(r",\s+|;\s+|(?<!\s)\s+(?:and|&)\s+|(?<!\s)\s*/\s+")
_PERSON_COLUMNS = {"name": "name", "person": "name", "who": "name", "role": "role", "team": "team"}
_UPRIGHT = 2
"""The rows of a table whose labels are above their values."""
_BETWEEN_LABELS = re.compile(r"(?<!\s)\s+[|\N{MIDDLE DOT}\N{BULLET}]\s+(?=\*\*[^*]+(?::\*\*|\*\*\s*:))")
_NO_VALUE = "It has no value."
_LONGEST_FACT = 60
"""Characters of a date or a severity. Of a longer text, only what is certain is taken; it stays visible as a whole."""
_FEWEST = 0.5
"""The share of known labels from which on rows or lines are facts."""

Pair = tuple[str, str, int]
"""A label, its value as Markdown, and the line of the page."""


# ---- tables


def table_rows(page: Page, block: SourceBlock) -> list[list[str]]:
    """Return the cells of a table, the header first, without the line of delimiters. Every row has the same length."""
    lines = page.block_lines(block)
    rows = [split_row(line) for line in [lines[0], *lines[2:]]]
    width = len(rows[0])
    return [
        [*row[: width - 1], " | ".join(row[width - 1 :])] if len(row) > width else row + [""] * (width - len(row))
        for row in rows
    ]


def row_line(number: int) -> int:
    """Return the line of a row in its table's block, counting from 0: the second line has the delimiters."""
    return number if number == 0 else number + 1


def find_pairs(builder: ReportBuilder, page: Page, block: SourceBlock) -> list[Pair] | None:
    """Return the labels and values of a table with two or four columns, or with a row of labels above one of values.

    None for other tables.
    """
    rows = table_rows(page, block)
    width = len(rows[0])
    if _is_upright(builder, rows):
        line = block.first + row_line(1)
        return [(plain(label), value, line) for label, value in zip(*rows, strict=True)]
    if width not in (2, 4):
        return None
    pairs = []
    for number, row in enumerate(rows):
        if number == 0 and _is_header(builder, row):
            continue
        line = block.first + row_line(number)
        pairs += [(plain(row[at]), row[at + 1], line) for at in range(0, width, 2) if row[at] or row[at + 1]]
    return pairs


def _is_upright(builder: ReportBuilder, rows: list[list[str]]) -> bool:
    """Return whether a table is a row of labels above one of values: labels are known where others have values."""
    if len(rows) != _UPRIGHT or len(rows[0]) < _UPRIGHT or not all(map(has_words, rows[0])):
        return False
    labels, values = ([builder.words.find_label(plain(cell)) is not None for cell in row] for row in rows)
    return any(labels) and (any(labels[1::2]) or len(labels) % 2 == 1) and not any(values)


def _is_header(builder: ReportBuilder, row: list[str]) -> bool:
    words = [normalize(cell) for cell in row]
    return not any(words) or all(word in builder.words.headers or not word for word in words)


# ---- lines


def line_pairs(page: Page, block: SourceBlock) -> list[Pair] | None:
    """Return the labels and values of a paragraph or list each of whose lines has one; None if one has not."""
    if block.kind == "list":
        return _item_pairs(page, block)
    if block.kind not in ("paragraph", "quote"):
        return None
    pairs: list[Pair] = []
    for number, written in enumerate(page.block_lines(block), start=block.first):
        line = re.sub(r"^\s*> ?", "", written) if block.kind == "quote" else written
        for segment in _split_line(line.strip().removesuffix("\\")):
            found = split_plain_label(segment)
            if found:
                pairs.append((found[0], found[1], number))
            elif segment and pairs:
                pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]} {segment}".strip(), pairs[-1][2])
            elif segment:
                return None
    return pairs


def _item_pairs(page: Page, block: SourceBlock) -> list[Pair] | None:
    pairs: list[Pair] = []
    for item in block.items:
        inner = page.item_page(item)
        *before, last = _split_line(inner.lines[0].strip())
        labelled = [*map(split_plain_label, before), split_plain_label("\n".join([last, *inner.lines[1:]]).strip())]
        if len(inner.blocks) > 2:
            return None
        for found in labelled:
            if found is None:
                return None
            pairs.append((found[0], found[1].strip(), item.first))
    return pairs


def _split_line(line: str) -> list[str]:
    """Return the parts of a line: what is between tags that break it, or dots and bars before further bold labels."""
    return [part for piece in BREAK_TAG.split(line) for part in _BETWEEN_LABELS.split(piece)]


def are_facts(builder: ReportBuilder, pairs: list[Pair] | None) -> bool:
    """Return whether labels and values are facts: enough of the labels are known."""
    if not pairs:
        return False
    known = sum(builder.words.find_label(label) is not None for label, _, _ in pairs)
    return known >= max(1, _FEWEST * len(pairs))


def take_pairs(builder: ReportBuilder, page: Page, pairs: Iterable[Pair], default: str = "") -> None:
    """Put labels and values into their fields. default: the field of unknown labels, such as `impact.`, if any."""
    for label, value, line in pairs:
        place = page.start + line
        field = builder.words.find_label(label) or default
        path = "facts" if page.sources.has_note(value) else put_fact(builder, field, label, value)
        path = path or ("facts" if not field and has_words(label) else "")
        text = page.sources.define_used(value, path) if path else value
        if not path:
            page.sources.ledger.mark(place, place, "left_out", reason=_NO_VALUE)
        elif path == "facts":
            builder.facts.append((label, text))
            page.sources.ledger.mark(place, place, "own_section", "sections")
        else:
            page.sources.ledger.mark(place, place, "taken", path)


# ---- values


def put_fact(builder: ReportBuilder, field: str, label: str, value: str) -> str:
    """Put a value into a field and return its path; `facts` if no field takes it, empty if there is no value."""
    text = plain(value)
    if not has_words(text):
        return "" if not text.strip("-\N{EN DASH}\N{EM DASH} ") else "facts"
    if field.startswith("impact."):
        path = field if field != "impact." else f"impact.{label}"
        return path if builder.set_once(path, text) else "facts"
    if field.startswith("milestones."):
        time = write_clock(write_iso(text, builder.date_order))
        return field if parse_time(time) is not None and builder.set_once(field, time) else "facts"
    return _put_value(builder, field, value, text)


def _put_value(builder: ReportBuilder, field: str, value: str, text: str) -> str:
    match field:
        case "commander":
            builder.fields.setdefault("commander", read_person(text))
            return field if builder.fields["commander"] == read_person(text) else "facts"
        case "responders" | "authors":
            builder.add_items(field, [read_person(name) for name in split_names(text)])
            return field
        case "services" | "tags":
            builder.add_items(field, split_names(text))
            return field
        case "timezone":
            zone = certain_zone(text.strip())
            return field if zone and builder.set_once(field, zone) else "facts"
        case "status":
            stage = stage_of(text)
            remarked = stage == "final" and len(text.split()) > 1  # it will not be final: its words stay visible
            taken = stage is not None and builder.set_once(field, "in_review" if remarked else text)
            return field if taken and not remarked else "facts"
        case "date" | "published" | "severity" if len(text) > _LONGEST_FACT:
            dated = write_iso(text, builder.date_order)
            core = strip_remark(text)[0] if field == "severity" else find_full_date(dated) or ""
            if 0 < len(core) <= _LONGEST_FACT:
                builder.set_once(field, core)
            return "facts"
        case "date" | "published":
            return field if builder.set_once(field, iso_date(write_iso(text, builder.date_order))) else "facts"
        case _ if field in TEXTS:
            builder.add_text(field, value)
            return field
        case _ if field in LISTS:
            builder.add_items(field, [value])
            return field
        case "":
            return "facts"
    return field if builder.set_once(field, text) else "facts"


def iso_date(text: str) -> str:
    """Return a date in words, with its year, as ISO 8601; any other text as it is."""
    for pattern in IN_WORDS:
        found = pattern.fullmatch(text.strip())
        if found and found["year"]:
            return format_date(found, None)
    return text


def find_full_date(text: str) -> str | None:
    """Return the only full date in a text, as ISO 8601; None if there is none, or several."""
    found = re.findall(r"(?<![\d-])(\d{4}-\d{2}-\d{2})(?![\d-])", text)
    words = [format_date(match, None) for pattern in IN_WORDS for match in pattern.finditer(text) if match["year"]]
    dates = {date for date in (*found, *words) if read_date(date)}
    return dates.pop() if len(dates) == 1 else None


def split_names(text: str) -> list[str]:
    """Return the names in a text, which commas, slashes or words such as `and` outside parentheses separate."""
    return [name.strip() for name in split_outside(text, _BETWEEN_NAMES) if name.strip()]


def split_outside(text: str, between: re.Pattern[str]) -> list[str]:
    """Return the pieces of a text between the matches of a pattern that are outside parentheses."""
    pieces: list[str] = []
    start = 0
    for found in between.finditer(text):
        piece = text[start : found.start()]
        if piece.count("(") <= piece.count(")"):
            pieces.append(piece)
            start = found.end()
    return [*pieces, text[start:]]


def read_person(text: str) -> str | dict[str, str]:
    """Return a person: `Ana Ruiz (Database on-call)` has a role; a handle or an address is none."""
    found = re.fullmatch(r"(?P<name>[^()]+?)\s*\((?P<role>(?!\S*://)[^()@]+)\)", text)
    return {"name": found["name"], "role": found["role"]} if found else text


# ---- sections of people and names


_CHECKBOX = re.compile(r"\[[ xX]\](?:\s|$)")
"""What an item of a checklist begins with: it chooses from names, and is none."""


def read_people(builder: ReportBuilder, name: str, content: Content) -> bool:
    """Add people or names from a list, a table or a line; return whether it was possible."""
    found = [(block, _list_names(content, block)) for block in content.blocks]
    names = [text for _, listed in found for text in listed]
    if None in names or not names or any(isinstance(text, str) and _CHECKBOX.match(text) for text in names):
        return False
    for block, _ in found:
        content.page.mark(block, "taken", name)
    shown = [text for text in names if isinstance(text, dict) or (text and has_words(text))]
    is_person = name in PEOPLE
    builder.add_items(name, [read_person(text) if is_person and isinstance(text, str) else text for text in shown])
    return True


def _list_names(content: Content, block: SourceBlock) -> list[str | dict[str, str] | None]:
    """Return the names in a block; None for what is not a name."""
    lines = content.page.block_lines(block)
    if block.kind == "list":
        pages = map(content.page.item_page, block.items)
        return [plain("\n".join(page.lines)) if len(page.blocks) <= 1 else None for page in pages]
    if block.kind == "paragraph" and len(lines) <= 3 and len(plain("\n".join(lines))) < 200:
        return [*split_names(plain("\n".join(lines)))]
    return [*_person_rows(content.page, block)] if block.kind == "table" else [None]


def _person_rows(page: Page, block: SourceBlock) -> list[dict[str, str] | None]:
    """Return the people in the rows of a table; None if a cell with words is in a column that people do not have."""
    header, *rows = table_rows(page, block)
    keys = [_PERSON_COLUMNS.get(normalize(cell), "") for cell in header]
    unknown = any(cell and not key for row in rows for key, cell in zip(keys, row, strict=True))
    if unknown or "name" not in keys or len({*keys}) < len(keys):
        return [None]
    return [{key: plain(cell) for key, cell in zip(keys, row, strict=True) if cell} for row in rows if any(row)]
