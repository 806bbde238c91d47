"""The timeline table: one row for each entry, in the order written, grouped by day if there are several days."""

import datetime as dt
from collections.abc import Iterable, Iterator

from pmexport.document import nodes, parts
from pmexport.document.clean_text import one_line
from pmexport.document.composer import Composer
from pmexport.document.nodes import Blocks, Inlines, Label, Paragraph, Strong, Text, Time
from pmexport.document.tones import phase_tone
from pmexport.report.facts import Event
from pmexport.report.moments import read_date


def compose_timeline(composer: Composer, level: int) -> Blocks:
    """Return a note that names the time zone, and the table of events."""
    labels, events = composer.labels, composer.facts.events
    days = list(_event_days(events))
    known = {day for day in days if day}
    one_day = known <= {read_date(composer.report.date)} and len(known) <= 1
    rows = [_event_row(composer, event, level, f"timeline[{number}]") for number, event in enumerate(events)]
    groups = tuple(
        nodes.RowGroup(run, () if one_day or day is None else (Time(labels.date(day, "weekday")),))
        for day, run in _day_runs(days, rows)
    )
    columns = (parts.make_column(labels.timeline["time"], "time"), parts.make_column(labels.timeline["event"]))
    table = parts.build_table(composer, "timeline", columns, groups, row_headers=True)
    return (parts.make_note(parts.note_zone(composer, otherwise="times_and_wordings")), *table) if table else ()


def _event_days(events: Iterable[Event]) -> Iterator[dt.date | None]:
    """Yield the day of each event, or that of the event before it if it has none."""
    day = None
    for event in events:
        if event.start and event.start.at:
            day = event.start.at.date()
        yield day


def _day_runs(
    days: list[dt.date | None], rows: list[nodes.Row]
) -> Iterator[tuple[dt.date | None, tuple[nodes.Row, ...]]]:
    """Yield the rows in runs of the same day, in the order written."""
    start = 0
    for end in range(1, len(rows) + 1):
        if end == len(rows) or days[end] != days[start]:
            yield days[start], tuple(rows[start:end])
            start = end


def _event_row(composer: Composer, event: Event, level: int, path: str) -> nodes.Row:
    return nodes.Row((parts.make_paragraph(*_event_span(composer, event)), _event_blocks(composer, event, level, path)))


def _event_span(composer: Composer, event: Event) -> Inlines:
    start = parts.show_moment(event.start)
    end = parts.show_moment(event.end, event.start)
    return composer.labels.phrase("range", start=start, end=end) if start and end else start or end


def _event_blocks(composer: Composer, event: Event, level: int, path: str) -> Blocks:
    """Return an event: its phase in bold, as in the template, the actor, the text, and the link at the end."""
    entry = event.entry
    blocks = composer.parse_markdown(entry.event, level, f"{path}.event")
    phase: Inlines = ()
    if name := one_line(entry.phase or ""):
        phase = (Strong((Label(name, "phase", phase_tone(name)),)),)
    actor = parts.plain_text(entry.actor)
    if phase or actor:
        blocks = _lead_event(composer, phase, actor, blocks)
    return _append_link(blocks, parts.link_text(entry.link))


def _lead_event(composer: Composer, phase: Inlines, actor: Inlines, blocks: Blocks) -> Blocks:
    name = "actor" if phase and actor else "phase" if phase else "actor_alone"
    match blocks:
        case (Paragraph(inlines, "text"), *rest):
            return (Paragraph(composer.labels.phrase(name, phase=phase, actor=actor, event=inlines)), *rest)
    lead = composer.labels.phrase(name, phase=phase, actor=actor, event=())
    return (Paragraph(_strip_end(lead, " " if blocks else ": ")), *blocks)


def _strip_end(inlines: Inlines, characters: str) -> Inlines:
    """Return a phrase without these characters at its end: nothing follows on its line."""
    match inlines:
        case (*before, Text(text)):
            stripped = text.rstrip(characters)
            return (*before, Text(stripped)) if stripped else tuple(before)
    return inlines


def _append_link(blocks: Blocks, inlines: Inlines) -> Blocks:
    if not inlines:
        return blocks
    match blocks:
        case (*before, Paragraph(last, "text")):
            return (*before, Paragraph((*last, Text(" "), *inlines)))
    return (*blocks, Paragraph(inlines))
