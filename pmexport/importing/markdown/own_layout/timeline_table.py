"""The table of the timeline, with a row for the name of each day."""

from __future__ import annotations

import datetime as dt
import re

from pmexport.document.labels import Labels
from pmexport.document.markdown.source_blocks import SourceBlock
from pmexport.importing.markdown.cell_markdown import cell_blocks
from pmexport.importing.markdown.fact_sections import table_rows
from pmexport.importing.markdown.inline_text import plain
from pmexport.importing.markdown.own_layout.label_patterns import PAIRS, between_placeholders
from pmexport.importing.markdown.own_layout.own_page import WRITTEN, OwnPage
from pmexport.importing.markdown.own_layout.own_values import (
    STRONG,
    is_paragraph,
    plain_time,
    plain_value,
    split_link,
)
from pmexport.importing.markdown.own_layout.written_dates import date_pattern, read_date_of
from pmexport.importing.markdown.own_layout.zone_notes import ZONE_NOTES, match_zone
from pmexport.report.moments import parse_time, read_date, resolve_times
from pmexport.report.zones import read_zone


def read_timeline(own: OwnPage, blocks: list[SourceBlock]) -> bool:
    """Read the timeline if it has our form; return whether it has."""
    if len(blocks) != 2 or blocks[0].kind != "paragraph" or blocks[1].kind != "table":
        return False
    rows = table_rows(own.page, blocks[1])
    if not match_zone(own, blocks[0], ZONE_NOTES) or len(rows[0]) != 2:
        return False
    own.leave_note("timeline", blocks[0], ZONE_NOTES, WRITTEN)
    own.mark_header(blocks[1], "timeline")
    entries: list[dict[str, str]] = []
    days: list[dt.date | None] = []
    day: dt.date | None = None
    for number, (time, event) in enumerate(rows[1:], start=1):
        title = _read_day(own, time) if not event else None
        if title:
            day = title
            own.mark_row(blocks[1], number, f"{own.item_path('timeline', len(entries))}.time")
            continue
        own.mark_row(blocks[1], number, own.item_path("timeline", len(entries)))
        entries.append({**_read_span(own, time), **_read_event(own.labels, event)})
        days.append(day)
    _date_entries(own, entries, days)
    own.builder.add_items("timeline", entries)
    return True


def _read_day(own: OwnPage, cell: str) -> dt.date | None:
    found = STRONG.fullmatch(cell)
    match = re.fullmatch(date_pattern(own.labels, "weekday"), plain(cell)) if found else None
    return read_date_of(own.labels, match) if match else None


def _read_span(own: OwnPage, cell: str) -> dict[str, str]:
    text = plain_value(cell)
    start, between, end = text.partition(between_placeholders(own.labels.word("range")))
    if between and parse_time(start) and parse_time(end):
        return {"time": plain_time(start), "end": plain_time(end)}
    if between and not parse_time(text) and (parse_time(start) or parse_time(end)):
        return {"time": plain_time(start), "end": plain_time(end)}
    return {"time": plain_time(text)} if text else {}


def _date_entries(own: OwnPage, entries: list[dict[str, str]], days: list[dt.date | None]) -> None:
    """Give a date to each time that would otherwise not be on the day of its group."""
    zone = read_zone(own.builder.fields.get("timezone"))
    first, before = read_date(own.builder.fields.get("date")), None
    for entry, day in zip(entries, days, strict=True):
        written = parse_time(entry.get("time", ""))
        moment = resolve_times([entry.get("time")], zone, first, before)[0]
        if day and written and not written.date and (not moment or not moment.at or moment.at.date() != day):
            entry["time"] = f"{day.isoformat()} {entry['time']}"
            moment = resolve_times([entry["time"]], zone, first, before)[0]
        before = moment if moment and moment.at else before


def _read_event(labels: Labels, cell: str) -> dict[str, str]:
    blocks = cell_blocks(cell)
    entry: dict[str, str] = {}
    if blocks:
        lead, blocks[0] = _split_lead(labels, blocks[0])
        entry |= lead
        blocks[-1], link = split_link(blocks[-1]) if "link" not in entry else (blocks[-1], "")
        entry |= {"link": link} if link else {}
    event = "\n\n".join(block for block in blocks if block)
    link = entry.pop("link", "")
    return {**entry, "event": event, **({"link": link} if link else {})}  # never half a row


def _split_lead(labels: Labels, text: str) -> tuple[dict[str, str], str]:
    """Return the phase and the actor that begin an event, and the rest of it."""
    found = STRONG.match(text)
    if found is None:
        return {}, text
    phase, rest = plain_value(found["marks"] or found["tags"]), text[found.end() :]
    colon = between_placeholders(labels.word("phase"))
    before, behind, _ = re.split(r"\{\w+\}", labels.word("actor"))[1:]
    inside, closing = rf"(?:[^{''.join(PAIRS)}\\]|\\.)*", re.escape(behind.removesuffix(colon))
    actor = re.match(rf"{re.escape(before)}(?P<actor>{inside}){closing}(?={re.escape(colon)}|$)", rest)
    after = rest[actor.end() :] if actor else rest
    lead = {"phase": phase, **({"actor": plain_value(actor["actor"])} if actor else {})}
    is_led = after.startswith(colon)
    if after.startswith(" ") and not is_led and not after.startswith(before) and is_paragraph(text):
        return {**lead, "link": plain_value(after[1:])}, ""  # a link, and no event
    return (lead, after.removeprefix(colon)) if not after or is_led else ({}, text)
