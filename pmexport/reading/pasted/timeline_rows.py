"""Bring a pasted timeline into the report's form: entries with a time each."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from pmexport.reading.found_values import shorten
from pmexport.reading.pasted.context import Context
from pmexport.reading.pasted.event_lines import Day, make_timed, read_events
from pmexport.reading.pasted.half_rows import join_half_rows
from pmexport.reading.pasted.list_texts import split_items
from pmexport.reading.pasted.pieces import Note, Piece, make_list, make_row
from pmexport.report.day_words import read_day_heading
from pmexport.report.field_types import is_empty, is_private_key
from pmexport.report.leading_times import find_marker, find_time, seems_timed
from pmexport.report.model import TimelineEntry
from pmexport.report.moments import parse_time

_KNOWN = frozenset(TimelineEntry.model_fields)

_WRITE = "If it is an entry with a time, write it in this form: `- {time: 2026-03-14 14:05, event: …}`."

Rows = list[Piece | Day]


def read_timeline(piece: Piece, context: Context) -> Piece:
    """Return a timeline whose entries that begin with a time have that time."""
    items = piece.items()
    joined = join_half_rows(items, TimelineEntry, "event")
    rows = list(_date_rows(chain.from_iterable(_read_item(item, context) for item in joined)))
    return piece if rows == items else make_list(rows, piece)


def _read_item(item: Piece, context: Context) -> Rows:
    if is_empty(item.value):
        return [item]
    if isinstance(item.value, str):
        return _read_text(item, context)
    fields = item.fields()
    return [item] if fields is None else _read_mapping(item, fields, context)


# ---- texts


def _read_text(item: Piece, context: Context) -> Rows:
    text, wrapped = context.read_lines(item)
    if not text:
        return [item]
    rows = read_events(text, item, context.year, wrapped=wrapped)
    if not any(isinstance(row, Day) or _is_timed(row) for row in rows):
        rows = list(split_items(item, context, bullets=True) or [item])
    elif len(rows) > 1:
        rows = [_note_preamble(row, rows[0]) for row in rows]
    notes = item.notes
    return [row if isinstance(row, Day) else _note_times(row).noted(*notes) for row in rows]


def _note_preamble(row: Piece | Day, first: Piece | Day) -> Piece | Day:
    """Return a row, with a note if it is what came before the first time, or a heading."""
    if isinstance(row, Day) or _is_timed(row) or not (row is first or str(row.value).startswith("#")):
        return row
    return row.noted(_advise_untimed(row))


def _is_timed(row: Piece) -> bool:
    return "time" in (row.fields() or ())


def _note_times(row: Piece) -> Piece:
    """Return an entry with a note about what seems to be a time in it but is not certain."""
    if row.notes:
        return row
    event = (row.fields() or {}).get("event", row)
    lines = str(event.value).split("\n")
    if _is_timed(row):
        return row.noted(*(_advise_line(line) for line in lines[1:2] if seems_timed(line) and not find_marker(line)))
    seeming = [line for line in lines if seems_timed(line) or seems_timed(line.strip().strip("|"))]
    return row.noted(_advise_line(seeming[0])) if seeming else row


def _advise_line(line: str) -> Note:
    message = (
        f'"{shorten(line.strip())}" seems to contain a time, but it cannot be read with certainty, so the line is shown'
        " as text."
    )
    return Note("PM038", message, _WRITE)


def _advise_untimed(row: Piece) -> Note:
    message = f'"{shorten(str(row.value).strip())}" does not begin with a time, so it becomes an entry without a time.'
    return Note("PM038", message, _WRITE)


# ---- mappings


def _read_mapping(item: Piece, fields: dict[str, Piece], context: Context) -> Rows:
    """Return the entries in a mapping: an entry, or one for each key that begins with a time."""
    unknown = [key for key in fields if key not in _KNOWN and not is_private_key(key)]
    rows = {key: _read_key(item.key(key), fields[key], context) for key in unknown}
    timed = {key: found for key, found in rows.items() if found is not None}
    if not timed:
        return [_read_entry(item, fields, context)]
    others = {key: part for key, part in fields.items() if key not in timed}
    found = list(chain.from_iterable(timed.values()))
    if others and others.keys() <= set(unknown):  # keys that are no times either: only these are wrong
        return [*found, make_row(others, item)]
    return [_add_fields(item, found, others)] if others else found


def _add_fields(item: Piece, rows: Rows, others: dict[str, Piece]) -> Piece:
    """Return one entry with these other fields; the item as written if that is not possible."""
    fields = rows[0].fields() if len(rows) == 1 and isinstance(rows[0], Piece) else None
    filled = {key: part for key, part in (fields or {}).items() if not is_empty(part.value)}
    return make_row({**filled, **others}, item) if filled and filled.keys().isdisjoint(others) else item


def _read_entry(item: Piece, fields: dict[str, Piece], context: Context) -> Piece:
    """Return an entry; if it has no time and its event begins with one, with that time."""
    event = fields.get("event")
    if event is None or not isinstance(event.value, str) or not is_empty(fields.get("time", event.cut("", 0)).value):
        return item
    rows = _read_text(event, context)
    row = rows[0] if len(rows) == 1 else None
    if isinstance(row, Piece) and _is_timed(row):
        return replace(make_row({**fields, **(row.fields() or {})}, item), notes=(*item.notes, *row.notes))
    return item.noted(*(row.notes if isinstance(row, Piece) else [_advise_several(event)]))


def _advise_several(event: Piece) -> Note:
    message = f'"{shorten(str(event.value).strip())}" seems to contain several entries.'
    return Note("PM038", message, "Write each as a separate entry, beginning with a dash and its time.")


def _read_key(key: Piece, value: Piece, context: Context) -> Rows | None:
    """Return the entries of a key that is a time or date, perhaps with the event's beginning; None if it is not."""
    text = str(key.value)
    date = read_day_heading(text, context.year)
    if date:
        return [Day(key, date), *_read_day(value, context)]
    led = find_time(text)
    if led is None:
        return None
    begun = make_timed(led, key.cut(led.read_event(text), led.rest), key)
    fields = value.fields()
    if fields is not None:
        return [_add_fields(value, [begun], fields)] if fields.keys() <= _KNOWN else None
    events = [part for part in value.items() if not is_empty(part.value)] or [value]
    return [_complete_event(begun, part) for part in events]


def _read_day(value: Piece, context: Context) -> Rows:
    items = join_half_rows(value.items(), TimelineEntry, "event")
    return list(chain.from_iterable(_read_item(item, context) for item in items))


def _complete_event(row: Piece, value: Piece) -> Piece:
    """Return an entry whose event began in its key and goes on in the key's value."""
    fields = row.fields() or {}
    begun = fields["event"]
    if is_empty(value.value):
        return row
    if is_empty(begun.value) or not isinstance(value.value, str):
        return make_row({**fields, "event": value}, row)
    return make_row({**fields, "event": replace(begun, value=f"{begun.value}: {value.value}")}, row)


# ---- dates


def _date_rows(rows: Iterable[Piece | Day]) -> Iterator[Piece]:
    """Yield the entries; the first one after a date has it, and later clock times follow from it."""
    day: Day | None = None
    for row in rows:
        if isinstance(row, Day):
            yield from _date_alone(day)
            day = row
        elif day is None or is_empty(row.value):
            yield row
        else:
            yield from _date_row(day, row)
            day = None
    yield from _date_alone(day)


def _date_alone(day: Day | None) -> Iterator[Piece]:
    if day:
        yield make_row({"time": replace(day.piece, value=day.date.isoformat())}, day.piece)


def _date_row(day: Day, row: Piece) -> Iterator[Piece]:
    fields = row.fields() or {"event": row}
    time = fields.get("time")
    dated = replace(day.piece, value=day.date.isoformat())
    if time is None or is_empty(time.value):
        yield replace(make_row({**fields, "time": dated}, row), notes=row.notes)
        return
    written = parse_time(str(time.value))
    if written and written.date:
        yield from () if written.date == day.date else _date_alone(day)
        yield row
        return
    text = f"{dated.value} {time.value}"
    yield replace(make_row({**fields, "time": replace(time, value=text)}, row), notes=row.notes)
