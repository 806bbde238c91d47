"""The timeline table: one row for each entry, in the order written, grouped by day if there are several days."""

import datetime as dt
from collections.abc import Iterable, Iterator

from pmexport.document import nodes, parts
from pmexport.document.clean_text import one_line
from pmexport.document.composer import Composer
from pmexport.document.elapsed import Origin, find_origin, measure_event, show_elapsed
from pmexport.document.nodes import Blocks, Inlines, Label, Paragraph, Strong, Text, Time
from pmexport.document.tones import MILESTONE_TONES
from pmexport.report.facts import Event, Facts
from pmexport.report.model import Milestone
from pmexport.report.moments import read_date
from pmexport.report.vocabulary import Tone


def compose_timeline(composer: Composer, level: int) -> Blocks:
    """Return a note that names the time zone, and the table of events."""
    labels, events = composer.labels, composer.facts.events
    days, origin = list(_event_days(events)), find_origin(composer.facts)
    by_day = _needs_days(composer, days)
    tones = {number: MILESTONE_TONES[name] for name, number in _find_milestone_rows(composer.facts)}
    rows = [
        _event_row(composer, number, level, tones.get(number, "neutral"), origin, dated=not by_day)
        for number in range(len(events))
    ]
    groups = tuple(
        nodes.RowGroup(run, (Time(labels.date(day, "weekday")),) if by_day and day else ())
        for day, run in _day_runs(days, rows)
    )
    columns = (parts.make_column(labels.timeline["time"], "time"), parts.make_column(labels.timeline["event"]))
    table = parts.build_table(composer, "timeline", columns, groups, row_headers=True)
    return (*_compose_notes(composer, origin), *table) if table else ()


def _compose_notes(composer: Composer, origin: Origin | None) -> Blocks:
    """Return the notes that name the time zone and what elapsed times count from."""
    zone = parts.make_note(parts.note_zone(composer, otherwise="times_and_wordings"))
    if origin is None or not any(measure_event(origin, event) for event in composer.facts.events):
        return (zone,)
    return (zone, Paragraph((Text(composer.labels.elapsed[origin[0]]),), "elapsed"))


def _needs_days(composer: Composer, days: list[dt.date | None]) -> bool:
    """Return whether rows are grouped by day: there are clock times, and not all are on the report's only day."""
    known = {day for day in days if day}
    one_day = known <= {read_date(composer.report.date)} and len(known) <= 1
    starts = [event.start for event in composer.facts.events if event.start and event.start.at]
    return not one_day and any(start.precision != "day" for start in starts)


def _find_milestone_rows(facts: Facts) -> Iterator[tuple[Milestone, int]]:
    """Yield the milestones that an entry's phase names at their time, each with the entry's number."""
    for name, moment in facts.milestones.items():
        instant = moment.exact
        for number, event in enumerate(facts.events):
            if event.milestone == name and event.start and event.start.exact == instant:
                yield name, number
                break


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


def _event_row(
    composer: Composer, number: int, level: int, tone: Tone, origin: Origin | None, *, dated: bool
) -> nodes.Row:
    """Return the row of an event. dated: whether a date alone is shown, because no row above names the day."""
    event = composer.facts.events[number]
    time = parts.make_paragraph(*_event_span(composer, event, dated=dated))
    length = measure_event(origin, event)
    elapsed = (Paragraph(show_elapsed(composer, length), "elapsed"),) if length else ()
    return nodes.Row(((*time, *elapsed), _event_blocks(composer, event, level, number, tone)), tone)


def _event_span(composer: Composer, event: Event, *, dated: bool) -> Inlines:
    start = parts.show_moment(event.start)
    end = parts.show_moment(event.end, event.start)
    if event.start and event.start.at and event.start.precision == "day" and not dated and not end:
        return ()
    return composer.labels.phrase("range", start=start, end=end) if start and end else start or end


def _event_blocks(composer: Composer, event: Event, level: int, number: int, tone: Tone) -> Blocks:
    """Return an event: its phase in bold, as in the template, the actor, the text, and the link at the end."""
    entry = event.entry
    blocks = composer.parse_markdown(entry.event, level, f"timeline[{number}].event")
    phase: Inlines = ()
    if name := one_line(entry.phase or ""):
        phase = (Strong((Label(name, "phase", tone),)),)
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
    return (Paragraph(_strip_end(lead, " " if blocks else parts.COLONS)), *blocks)


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
