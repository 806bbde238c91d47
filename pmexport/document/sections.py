"""The sections: what each holds, in which order they stand, and what is hidden.

All of that is decided here and nowhere else. Each section is a function that takes the composer and the level of its
heading and returns its blocks; one that returns none is left out, with its heading, unless sections inside it are not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pmexport.assets.folder import UnavailableError
from pmexport.document import nodes
from pmexport.document.clean_text import clean, one_line
from pmexport.document.composer import (
    Composer,
    column,
    date_of,
    joined,
    linked_text,
    note,
    paragraph,
    person_of,
    plain,
    status,
    table_of,
    value_rows,
    zone_of,
)
from pmexport.document.markdown.parser import link, with_links
from pmexport.document.nodes import Blocks, Inlines, Label, Paragraph, Strong, Text, Time
from pmexport.document.tones import phase_tone, priority_tone, severity_tone, state_tone
from pmexport.report.facts import MEASURES, Action, Event, Measure
from pmexport.report.field_types import is_empty
from pmexport.report.model import Figure, Log, RelatedIncident
from pmexport.report.moments import Moment, read_date


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in the document: a section's key, what makes its blocks, and the sections inside it."""

    key: str
    blocks: Callable[[Composer, int], Blocks]
    inside: tuple[Entry, ...] = ()


# ---- metadata, summary


def _metadata(composer: Composer, level: int) -> Blocks:
    report, labels = composer.report, composer.labels.metadata
    severity = one_line(report.severity or "")
    pairs = (
        ("id", paragraph(*plain(report.id))),
        ("date", paragraph(*date_of(report.date))),
        ("duration", paragraph(*_duration(composer))),
        ("severity", paragraph(Label(severity, "severity", severity_tone(severity))) if severity else ()),
        ("services", paragraph(*joined(map(plain, report.services)))),
        ("user_impact", composer.markdown(report.user_impact, level)),
        ("commander", paragraph(*person_of(composer, report.commander))),
        ("responders", paragraph(*joined(person_of(composer, person) for person in report.responders))),
        ("status", paragraph(status(composer))),
        ("published", paragraph(*date_of(report.published))),
        ("revision", paragraph(*plain(report.revision))),
        ("classification", paragraph(*plain(report.classification))),
        ("authors", paragraph(*joined(person_of(composer, person) for person in report.authors))),
        ("tags", paragraph(*joined(map(plain, report.tags)))),
    )
    columns = (column(labels["field"], "name"), column(labels["value"]))
    rows = value_rows((labels[key], blocks) for key, blocks in pairs)
    return table_of(composer, "metadata", columns, (nodes.RowGroup(rows),), row_headers=True)


def _duration(composer: Composer) -> Inlines:
    if composer.report.duration:
        return plain(composer.report.duration)
    measure = composer.facts.measure("duration")
    if measure is None:
        return ()
    return composer.labels.phrase("derived_duration", duration=composer.labels.duration(measure.length))


# ---- timeline


def _timeline(composer: Composer, level: int) -> Blocks:
    labels = composer.labels
    days = list(_days(composer.facts.events))
    known = {day for day in days if day}
    one_day = known <= {read_date(composer.report.date)} and len(known) <= 1
    groups = []
    for day, rows in _runs(days, [_event_row(composer, event, level) for event in composer.facts.events]):
        title = () if one_day or day is None else (Time(labels.date(day, "weekday")),)
        groups.append(nodes.RowGroup(rows, title))
    columns = (column(labels.timeline["time"], "time"), column(labels.timeline["event"]))
    table = table_of(composer, "timeline", columns, tuple(groups), row_headers=True)
    return (note(labels.phrase("all_times", zone=zone_of(composer))), *table) if table else ()


def _days(events: Iterable[Event]) -> Iterator[dt.date | None]:
    """Yield the day that each event stands under: its own, or the one before where it has none."""
    day = None
    for event in events:
        if event.start and event.start.at:
            day = event.start.at.date()
        yield day


def _runs(days: list[dt.date | None], rows: list[nodes.Row]) -> Iterator[tuple[dt.date | None, tuple[nodes.Row, ...]]]:
    """Yield rows in runs of the same day, in the order written."""
    start = 0
    for end in range(1, len(rows) + 1):
        if end == len(rows) or days[end] != days[start]:
            yield days[start], tuple(rows[start:end])
            start = end


def _event_row(composer: Composer, event: Event, level: int) -> nodes.Row:
    return nodes.Row((paragraph(*_span(composer, event)), _event(composer, event, level)))


def _span(composer: Composer, event: Event) -> Inlines:
    start = _moment(event.start, None)
    end = _moment(event.end, event.start)
    return composer.labels.phrase("range", start=start, end=end) if start and end else start or end


def _moment(moment: Moment | None, beside: Moment | None) -> Inlines:
    """Return a time as the document shows it: by the clock of its zone, with its day where `beside` is of another."""
    if moment is None:
        return ()
    if moment.at is None:
        return plain(moment.text)
    if moment.precision == "day":
        return (Time(moment.at.date().isoformat()),)
    clock = f"{moment.at:%H:%M:%S}" if moment.precision == "second" else f"{moment.at:%H:%M}"
    other_day = beside is not None and beside.at is not None and beside.at.date() != moment.at.date()
    return (Time(f"{moment.at.date().isoformat()} {clock}" if other_day else clock),)


def _event(composer: Composer, event: Event, level: int) -> Blocks:
    """Return an event led by its phase in bold, as in the template, then who acted; its link stands at its end."""
    entry = event.entry
    blocks = composer.markdown(entry.event, level)
    phase: Inlines = ()
    if name := one_line(entry.phase or ""):
        phase = (Strong((Label(name, "phase", phase_tone(name)),)),)
    actor = plain(entry.actor)
    if phase or actor:
        blocks = _led(composer, phase, actor, blocks)
    return _followed(blocks, linked_text(entry.link))


def _led(composer: Composer, phase: Inlines, actor: Inlines, blocks: Blocks) -> Blocks:
    name = "actor" if phase and actor else "phase" if phase else "actor_alone"
    match blocks:
        case (Paragraph(inlines, "text"), *rest):
            return (Paragraph(composer.labels.phrase(name, phase=phase, actor=actor, event=inlines)), *rest)
    led = composer.labels.phrase(name, phase=phase, actor=actor, event=())
    return (Paragraph(_without_end(led, " " if blocks else ": ")), *blocks)


def _without_end(inlines: Inlines, characters: str) -> Inlines:
    """Return a phrase without what it would end with, did something follow on its line."""
    match inlines:
        case (*before, Text(text)):
            stripped = text.rstrip(characters)
            return (*before, Text(stripped)) if stripped else tuple(before)
    return inlines


def _followed(blocks: Blocks, inlines: Inlines) -> Blocks:
    if not inlines:
        return blocks
    match blocks:
        case (*before, Paragraph(last, "text")):
            return (*before, Paragraph((*last, Text(" "), *inlines)))
    return (*blocks, Paragraph(inlines))


# ---- root cause analysis


def _five_whys(composer: Composer, level: int) -> Blocks:
    items = []
    for why in composer.report.five_whys:
        question, answer = composer.markdown(why.why, level), composer.markdown(why.because, level)
        because = (nodes.List((nodes.Item(_because(composer, answer)),)),) if answer else ()
        if question or because:
            items.append(nodes.Item((*_strong(question), *because)))
    return (nodes.List(tuple(items), ordered=True, role="whys"),) if items else ()


def _strong(blocks: Blocks) -> Blocks:
    match blocks:
        case (Paragraph(inlines), *rest):
            return (Paragraph((Strong(inlines),)), *rest)
    return blocks


def _because(composer: Composer, answer: Blocks) -> Blocks:
    """Lead an answer with the template's word, unless the author wrote it."""
    match answer:
        case (Paragraph(inlines), *rest):
            phrase = composer.labels.phrase("because", answer=inlines)
            word = nodes.text_of(phrase[:1]).strip(": ").casefold()
            written = nodes.text_of(inlines).casefold().startswith(word)
            return answer if written else (Paragraph(phrase), *rest)
    return answer


def _root_cause(composer: Composer, level: int) -> Blocks:
    causes = composer.report.root_cause
    return composer.markdown(causes[0], level) if len(causes) == 1 else composer.items(causes, level)


# ---- impact, response times


def _impact(composer: Composer, _level: int) -> Blocks:
    labels, impact = composer.labels.impact, composer.report.impact
    given = {name: getattr(impact, name) for name in type(impact).model_fields}
    pairs = [(labels[name], value) for name, value in given.items()]
    pairs += [(one_line(name), value) for name, value in (impact.__pydantic_extra__ or {}).items()]
    rows = value_rows((name, paragraph(*with_links(one_line(value)))) for name, value in pairs if not is_empty(value))
    columns = (column(labels["metric"], "name"), column(labels["value"]))
    return table_of(composer, "impact", columns, (nodes.RowGroup(rows),), row_headers=True)


def _response_times(composer: Composer, _level: int) -> Blocks:
    labels = composer.labels
    moments = [moment.at for measure in composer.facts.measures for moment in (measure.start, measure.end)]
    days = {at.date() for at in moments if at}
    rows = tuple(
        nodes.Row(
            (
                paragraph(Strong((Text(labels.response_times[measure.name]),))),
                paragraph(Time(labels.duration(measure.length))),
                paragraph(*_measured(composer, measure, several_days=len(days) > 1)),
            )
        )
        for measure in composer.facts.measures
    )
    columns = (
        column(labels.response_times["measure"], "name"),
        column(labels.response_times["value"], "name"),
        column(labels.response_times["from_to"]),
    )
    return table_of(composer, "times", columns, (nodes.RowGroup(rows),), row_headers=True)


def _measured(composer: Composer, measure: Measure, *, several_days: bool) -> Inlines:
    """Return the two moments that a measure lies between, which is its definition as well."""
    names = composer.labels.milestones
    first, last = MEASURES[measure.name]
    start, end = (
        _dated(measure.start) if several_days else _moment(measure.start, None),
        _moment(measure.end, measure.start),
    )
    return composer.labels.phrase("measured", first=names[first], start=start, last=names[last], end=end)


def _dated(moment: Moment) -> Inlines:
    day = f"{moment.at.date().isoformat()} " if moment.at else ""
    return (Time(day + nodes.text_of(_moment(moment, None))),)


# ---- action items


def _action_items(composer: Composer, level: int) -> Blocks:
    labels = composer.labels.action_items
    columns = (
        column(labels["id"], "id"),
        column(labels["action"]),
        column(labels["owner"], "name"),
        column(labels["priority"], "label"),
        column(labels["deadline"], "date"),
        column(labels["status"], "label"),
    )
    items = tuple(_action_row(composer, action, level) for action in composer.facts.actions)
    blocks = table_of(composer, "actions", columns, (nodes.RowGroup(items),))
    return (note(_counts(composer)), *blocks) if blocks else ()


def _counts(composer: Composer) -> Inlines:
    facts = composer.facts
    counts = {
        "open": str(facts.count("open")),
        "done": str(facts.count("done")),
        "dropped": str(facts.count("dropped")),
    }
    if facts.as_of is None:
        return composer.labels.phrase("counts", **counts)
    day = Time(composer.labels.date(facts.as_of))
    return composer.labels.phrase("counts_as_of", **counts, overdue=str(facts.overdue), day=day)


def _action_row(composer: Composer, action: Action, level: int) -> nodes.Row:
    item = action.item
    priority = one_line(item.priority or "")
    return nodes.Row(
        (
            paragraph(*plain(action.id)),
            _action(composer, action, level),
            paragraph(*plain(item.owner)),
            paragraph(Label(priority, "priority", priority_tone(priority))) if priority else (),
            paragraph(*date_of(item.deadline)),
            paragraph(*_state(composer, action)),
        )
    )


def _action(composer: Composer, action: Action, level: int) -> Blocks:
    labels, item = composer.labels.action_items, action.item
    kind = (Text(f"{labels['type']}: "), *plain(item.type)) if item.type else ()
    tickets = joined(map(linked_text, item.ticket))
    ticket = (Text(f"{labels['ticket']}: "), *tickets) if tickets else ()
    beside = joined((kind, ticket), " · ")
    blocks = (*composer.markdown(item.action, level), *composer.markdown(item.details, level))
    return (*blocks, note(beside)) if beside else blocks


def _state(composer: Composer, action: Action) -> Inlines:
    written = one_line(action.item.status or "") or composer.labels.states["open"]
    state = Label(written, "state", state_tone(action))
    overdue = Label(composer.labels.states["overdue"], "state", "critical")
    return (state, Text(" "), overdue) if action.overdue else (state,)


# ---- appendix


def _logs(composer: Composer, _level: int) -> Blocks:
    return tuple(block for log in composer.report.logs for block in _log(composer, log))


def _log(composer: Composer, log: Log) -> Blocks:
    """Return the file of a log, and its text if it has both."""
    caption = plain(log.title) or plain(log.file)
    if log.file is None:
        return _excerpt(composer, log, log.text, caption)
    try:
        read = _excerpt(composer, log, composer.folder.text(one_line(log.file)), caption)
    except UnavailableError as error:
        read = (*paragraph(*caption), Paragraph((composer.missing_log(log.file, str(error)),)))
    return (*read, *_excerpt(composer, log, log.text, ()))


def _excerpt(composer: Composer, log: Log, written: str | None, caption: Inlines) -> Blocks:
    """Return a log as code: whole, or its head and its tail with what is left out between them."""
    text = clean(written or "")
    lines = text.strip("\n").split("\n")
    if not any(lines):
        return paragraph(*caption)
    start = 1 + len(text) - len(text.lstrip("\n"))
    most = composer.folder.limits.log_lines
    language = one_line(log.language or "") or None
    if len(lines) <= most:
        return (_code(composer, lines, language, caption, start),)
    head = lines[: most * 3 // 4]
    left_out = len(lines) - most
    tail = lines[len(head) + left_out :]
    cut = composer.labels.phrase("log_cut", lines=f"{len(lines):,}", left_out=f"{left_out:,}")
    return (
        _code(composer, head, language, caption, start),
        note(cut),
        _code(composer, tail, language, (), start + len(head) + left_out),
    )


def _code(composer: Composer, lines: list[str], language: str | None, caption: Inlines, start: int) -> nodes.CodeBlock:
    most = composer.folder.limits.line_characters
    shown = [line if len(line) <= most else f"{clean(line[:most])}… (+{len(line) - most:,})" for line in lines]
    return nodes.CodeBlock("\n".join(shown), language, "log", caption, start)


def _figures(composer: Composer, level: int) -> Blocks:
    return tuple(block for figure in composer.report.figures for block in _figure(composer, figure, level))


def _figure(composer: Composer, figure: Figure, level: int) -> Blocks:
    caption = composer.markdown(figure.caption, level)
    if figure.src is None:
        return (*paragraph(*plain(figure.alt)), *caption)
    shown = composer.picture(figure.src, figure.alt or "")
    return (nodes.Figure(shown, caption),) if isinstance(shown, nodes.Image) else (*paragraph(shown), *caption)


def _related(composer: Composer, level: int) -> Blocks:
    items = tuple(
        nodes.Item(blocks) for one in composer.report.related_incidents if (blocks := _incident(composer, one, level))
    )
    return (nodes.List(items),) if items else ()


def _incident(composer: Composer, incident: RelatedIncident, level: int) -> Blocks:
    name = joined((plain(incident.id), plain(incident.title)), " · ")
    target = one_line(incident.link or "")
    head = link(target, name or (Text(target),)) if target else name
    return (*paragraph(*head), *composer.markdown(incident.text, level))


# ---- the order


def _field(name: str) -> Callable[[Composer, int], Blocks]:
    """Return the section of a field that is one text."""
    return lambda composer, level: composer.markdown(getattr(composer.report, name), level)


def _items(name: str) -> Callable[[Composer, int], Blocks]:
    """Return the section of a field that is a list of texts."""
    return lambda composer, level: composer.items(getattr(composer.report, name), level)


def _nothing(_composer: Composer, _level: int) -> Blocks:
    """Return no blocks: the section has only sections inside it."""
    return ()


SECTIONS = (
    Entry("metadata", _metadata),
    Entry("summary", _field("summary")),
    Entry("background", _field("background")),
    Entry("timeline", _timeline),
    Entry(
        "root_cause_analysis",
        _nothing,
        (
            Entry("what_happened", _field("what_happened")),
            Entry("trigger", _field("trigger")),
            Entry("detection", _field("detection")),
            Entry("five_whys", _five_whys),
            Entry("root_cause", _root_cause),
            Entry("resolution", _field("resolution")),
        ),
    ),
    Entry("contributing_factors", _items("contributing_factors")),
    Entry("impact", _impact),
    Entry("response_times", _response_times),
    Entry("went_well", _items("went_well")),
    Entry("could_improve", _items("could_improve")),
    Entry("got_lucky", _items("got_lucky")),
    Entry("action_items", _action_items),
    Entry("lessons", _items("lessons")),
    Entry(
        "appendix",
        _nothing,
        (Entry("logs", _logs), Entry("figures", _figures), Entry("related_incidents", _related)),
    ),
)
"""The order of the document; `appendix` stands after the sections of the organisation's own."""
