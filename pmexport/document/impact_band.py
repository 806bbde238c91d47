"""The impact band: how long users were affected, on a true time axis. Its geometry is computed once, for every format.

A length is shown only between two milestones, or between the start and the `end` of one entry.
"""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from pmexport.document import nodes, parts, time_axis
from pmexport.document.composer import Composer
from pmexport.document.elapsed import has_certain_lengths, show_elapsed
from pmexport.document.flag_places import place_flags
from pmexport.document.nodes import AxisView, Blocks, EventLane, Flag, Inlines, Mark, Span, Stretch, Text, Time
from pmexport.document.text_lengths import measure_length
from pmexport.document.time_axis import Axis
from pmexport.document.tones import MILESTONE_TONES
from pmexport.report.facts import Event
from pmexport.report.model import Milestone
from pmexport.report.vocabulary import Tone, find_meaning

_LANES = ("change", "response", "communication")
_MOST_NUMBERS = 24
"""Events whose lanes show numbers; more are shown as ticks."""
_ROOM = 84
"""Characters that fit on the axis on paper."""
_BAR_ROOM = 76
"""Characters of bold text that fit into a bar as long as the axis."""
_NEAR = 0.028
"""The least distance of two numbers on a lane, as a part of the axis; closer ones are written as one."""
_FINEST = 400
"""The parts of the axis in which events are drawn: events in the same part look like one tick."""
_FEWEST_TO_ENLARGE = 8
_ENLARGED = 0.1
"""The part of the axis that is enlarged if it has more than half of the events."""


@dataclass(frozen=True, slots=True)
class _Story:
    """The instants of an incident that the band shows, in UTC."""

    milestones: dict[Milestone, dt.datetime]
    change: dt.datetime | None
    """The last change before the impact."""
    start: dt.datetime
    """The start of the impact; the first milestone if it is not known."""
    end: dt.datetime
    """The resolution; the last known moment if there is none."""


def compose_band(composer: Composer) -> Blocks:
    """Return the impact band; nothing if the times do not allow one."""
    story = _find_story(composer)
    if story is None:
        return ()
    axis = time_axis.frame_axis(min(story.start, story.change or story.start), story.end, composer.facts.computed_zone)
    if axis is None:
        return ()
    views = tuple(_compose_views(composer, story, axis))
    labels = composer.labels
    first = next(iter(story.milestones))
    return (
        nodes.ImpactBand(
            title=(Text(labels.band["impact"]),),
            columns=((Text(labels.band["milestone"]),), (Text(labels.timeline["time"]),), (Text(labels.since[first]),)),
            views=views,
            caption=_compose_caption(composer, axis),
            key=_compose_key(composer, axis, views),
            description=labels.descriptions["band"],
        ),
    )


def _find_story(composer: Composer) -> _Story | None:
    """Return the moments to show; None without a milestone. Milestones before the impact are left to the checks."""
    exact = {name: moment.exact for name, moment in composer.facts.milestones.items() if moment.exact}
    if not exact:
        return None
    start = exact.get("impact_started") or min(exact.values())
    milestones = {name: at for name, at in exact.items() if at >= start}
    if "impact_started" not in milestones:
        milestones = dict(sorted(milestones.items(), key=lambda pair: pair[1]))
    end = milestones.get("resolved") or max((*milestones.values(), *_event_times(composer)))
    milestones = {name: at for name, at in milestones.items() if at <= end}
    change = _find_change(composer, start, end) if "impact_started" in milestones else None
    return _Story(milestones, change, start, end)


def _event_times(composer: Composer) -> Iterator[dt.datetime]:
    for event in composer.facts.events:
        if event.start and (at := event.start.exact):
            yield at


def _find_change(composer: Composer, start: dt.datetime, end: dt.datetime) -> dt.datetime | None:
    """Return the last change before the impact, if it is no further away than the incident is long."""
    earliest = start - (end - start)
    changes = (event.start.exact for event in composer.facts.events if event.start and _lane_of(event) == "change")
    return max((at for at in changes if at and earliest <= at < start), default=None)


def _lane_of(event: Event) -> str:
    return find_meaning("lanes", event.entry.phase or "") or "response"


# ---- views


def _compose_views(composer: Composer, story: _Story, axis: Axis) -> Iterator[AxisView]:
    """Yield the view of the whole axis and, if most events are close together, an enlarged one of that part."""
    part = _find_busiest(composer, axis)
    if part is None:
        yield _compose_view(composer, story, axis)
        return
    inside = time_axis.cut_axis(axis, part)
    yield _compose_view(composer, story, axis, apart=inside)
    yield _compose_view(composer, story, inside, enlarged=True)


def _find_busiest(composer: Composer, axis: Axis) -> Span | None:
    """Return the part of the axis to enlarge: a tenth with more than half of the events."""
    places = sorted(axis.place(at) for at in _event_times(composer) if axis.contains(at))
    if len(places) < _FEWEST_TO_ENLARGE:
        return None
    most, first = max(
        (bisect_right(places, start + _ENLARGED) - bisect_left(places, start), -start) for start in places
    )
    if 2 * most <= len(places):
        return None
    start = max(0.0, -first - _ENLARGED / 10)
    return Span(start, min(1.0, start + 1.2 * _ENLARGED))


def _compose_view(
    composer: Composer, story: _Story, axis: Axis, *, apart: Axis | None = None, enlarged: bool = False
) -> AxisView:
    """Return a view of the axis. apart: the part that has a view of its own, with the flags in it."""
    numbered = [
        (number, event)
        for number, event in enumerate(composer.facts.events, start=1)
        if event.start and event.start.exact and axis.contains(event.start.exact)
    ]
    return AxisView(
        flags=tuple(_compose_flags(composer, story, axis, apart)),
        stretches=tuple(_compose_stretches(composer, story, axis, silent=enlarged)),
        lanes=tuple(_compose_lanes(composer, numbered, axis, may_number=apart is None)),
        ticks=tuple(time_axis.make_ticks(composer, axis)),
        nights=tuple(time_axis.find_nights(axis)),
        enlarged=Span(axis.place(apart.start), axis.place(apart.end)) if apart else None,
    )


# ---- flags


def _compose_flags(composer: Composer, story: _Story, axis: Axis, apart: Axis | None) -> Iterator[Flag]:
    labels = composer.labels
    moments: list[tuple[dt.datetime, str, Tone]] = [
        (at, labels.flags[name], MILESTONE_TONES[name]) for name, at in story.milestones.items()
    ]
    if story.change:
        moments.append((story.change, labels.flags["change"], "neutral"))
    shown = [
        (at, title, tone)
        for at, title, tone in sorted(moments, key=lambda moment: moment[0])
        if axis.contains(at) and not (apart and apart.contains(at))
    ]
    origin = story.start if has_certain_lengths(composer.facts) else None
    texts = [(_show_moment(composer, at, axis), show_elapsed(composer, at - (origin or at))) for at, _, _ in shown]
    lengths = [
        max(_measure(time) + measure_length(title) + 1, _measure(elapsed)) / _ROOM
        for (_, title, _), (time, elapsed) in zip(shown, texts, strict=True)
    ]
    places = place_flags([axis.place(at) for at, _, _ in shown], lengths)
    for (at, title, tone), (time, elapsed), (rank, before) in zip(shown, texts, places, strict=True):
        yield Flag(axis.place(at), (Text(title),), time, elapsed, tone, rank, before=before)


def _measure(inlines: Inlines) -> float:
    return measure_length(nodes.text_of(inlines))


def _show_moment(composer: Composer, at: dt.datetime, axis: Axis) -> Inlines:
    local = at.astimezone(axis.zone)
    clock = (f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}") + time_axis.show_doubtful(local)
    return (Time(f"{composer.labels.date(local.date(), 'short')} {clock}" if len(axis.days) > 1 else clock),)


# ---- the bar


def _compose_stretches(composer: Composer, story: _Story, axis: Axis, *, silent: bool) -> Iterator[Stretch]:
    """Yield the parts of the bar: strong until mitigated, pale until resolved. silent: without their lengths."""
    milestones = story.milestones
    begun, over = milestones.get("impact_started"), milestones.get("mitigated")
    done = milestones.get("resolved")
    spans = [("impact", begun, over or done)]
    if over and over != done:
        spans.append(("mitigated", over, done))
    for name, start, end in spans:
        if (not start or start <= axis.end) and (not end or end >= axis.start):
            yield _compose_stretch(composer, axis, (name, start, end), silent=silent)


def _compose_stretch(
    composer: Composer, axis: Axis, stretch: tuple[str, dt.datetime | None, dt.datetime | None], *, silent: bool
) -> Stretch:
    name, start, end = stretch
    span = Span(axis.place(start) if start else 0.0, axis.place(end) if end else 1.0)
    texts = () if silent else tuple(_stretch_texts(composer, name, start, end))
    text = next((words for words in texts if _measure(words) / _BAR_ROOM < span.end - span.start), ())
    known = name if start and end else f"{name}_open"
    return Stretch(span.start, span.end, known, text)  # type: ignore[arg-type]


def _stretch_texts(
    composer: Composer, name: str, start: dt.datetime | None, end: dt.datetime | None
) -> Iterator[Inlines]:
    """Yield the text of a part of the bar, from the longest wording to the shortest."""
    labels = composer.labels
    if start and end:
        length = (Time(labels.duration(end - start)),)
        if name == "mitigated":
            yield labels.phrase("band_mitigated", length=length)
        yield length
    elif name == "mitigated":
        yield (Text(labels.band["end_of_incident_unknown"]),)
    else:
        unknown = "end_unknown" if start else "start_unknown" if end else "both_unknown"
        yield (Text(labels.band[unknown]),)


# ---- the lanes


def _compose_lanes(
    composer: Composer, numbered: list[tuple[int, Event]], axis: Axis, *, may_number: bool
) -> Iterator[EventLane]:
    """Yield a lane for each kind of event, with the numbers of the timeline's rows, or with ticks if there are many."""
    write = _write_numbers if may_number and len(numbered) <= _MOST_NUMBERS else _write_ticks
    for lane in _LANES:
        lengths = _write_lengths((event for event in composer.facts.events if _lane_of(event) == lane), axis)
        moments = write([(number, event) for number, event in numbered if _lane_of(event) == lane], axis)
        if marks := (*lengths, *moments):
            yield EventLane((Text(composer.labels.lanes[lane]),), marks)


def _write_lengths(events: Iterable[Event], axis: Axis) -> Iterator[Mark]:
    """Yield a mark for the part on the axis of each entry that has an end."""
    for event in events:
        if event.start and event.end and event.start.exact and event.end.exact:
            span = Span(axis.place(event.start.exact), axis.place(event.end.exact))
            if span.end > span.start:
                yield Mark(span.start, span.end, "")


def _write_ticks(events: Iterable[tuple[int, Event]], axis: Axis) -> Iterator[Mark]:
    places = {round(at * _FINEST) / _FINEST for at, _ in _place_events(events, axis)}
    yield from (Mark(at, at, "") for at in sorted(places))


def _write_numbers(events: Iterable[tuple[int, Event]], axis: Axis) -> Iterator[Mark]:
    """Yield the rows' numbers; those of rows without room between them stand together, as `4-6` or `4, 6`."""
    placed = sorted(_place_events(events, axis))
    group: list[tuple[float, int]] = []
    for at, number in placed:
        if group and at - group[-1][0] >= _NEAR * max(1, len(_join_numbers(group)) / 2.4):
            yield _mark_group(group)
            group = []
        group.append((at, number))
    if group:
        yield _mark_group(group)


def _place_events(events: Iterable[tuple[int, Event]], axis: Axis) -> Iterator[tuple[float, int]]:
    for number, event in events:
        if event.start and event.start.exact:
            yield axis.place(event.start.exact), number


def _mark_group(group: list[tuple[float, int]]) -> Mark:
    middle = (group[0][0] + group[-1][0]) / 2
    return Mark(middle, middle, _join_numbers(group))


def _join_numbers(group: list[tuple[float, int]]) -> str:
    """Return the numbers of rows, runs of them with a dash: `4-6, 8`."""
    numbers = sorted(number for _, number in group)
    runs = []
    for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        found = [number for _, number in run]
        separator = "\N{EN DASH}" if len(found) > 2 else ", "
        runs.append(str(found[0]) if len(found) == 1 else f"{found[0]}{separator}{found[-1]}")
    return ", ".join(runs)


# ---- the caption


def _compose_caption(composer: Composer, axis: Axis) -> Inlines:
    """Return the days and the time zone."""
    labels = composer.labels
    days = [Time(labels.date(day)) for day in axis.days]
    when = labels.phrase("range", start=days[0], end=days[1]) if len(days) > 1 else (days[0],)
    return labels.phrase("band_zone", day=when, zone=parts.show_zone(composer, axis.zone))


def _compose_key(composer: Composer, axis: Axis, views: tuple[AxisView, ...]) -> Inlines:
    """Return what the numbers are, and which rows of the timeline are not on the axis."""
    if not any(mark.text for view in views for lane in view.lanes for mark in lane.marks):
        return ()
    outside = _list_outside(composer, axis)
    note = composer.labels.phrase("band_outside", rows=outside) if outside else ()
    return parts.join_inlines(((Text(composer.labels.band["numbers"]),), note), " ")


def _list_outside(composer: Composer, axis: Axis) -> str:
    """Return the numbers of the rows whose time is known and not on the axis."""
    rows = [
        (0.0, number)
        for number, event in enumerate(composer.facts.events, start=1)
        if event.start and event.start.exact and not axis.contains(event.start.exact)
    ]
    return _join_numbers(rows)
