"""Elapsed times: how long after the start of the impact something happened. The impact band and the timeline agree."""

import datetime as dt

from pmexport.document.composer import Composer
from pmexport.document.nodes import Inlines, Time
from pmexport.report.facts import ENDS, Event, Facts
from pmexport.report.model import Milestone

Origin = tuple[Milestone, dt.datetime]
"""A milestone from which times count, with its instant."""


def find_origin(facts: Facts) -> Origin | None:
    """Return the milestone from which times count: the start of the impact, or the first known one.

    None if none is known, or if it is not certain: its clock time does not exist or exists twice, or the impact would
    end before it starts.
    """
    known = {name: moment.exact for name, moment in facts.milestones.items() if moment.exact}
    if not known:
        return None
    name = "impact_started" if "impact_started" in known else min(known, key=lambda key: known[key])
    ends_first = any(known.get(end, known[name]) < known[name] for end in ENDS)
    return None if facts.milestones[name].doubt or ends_first else (name, known[name])


def has_certain_lengths(facts: Facts) -> bool:
    """Return whether the times from the origin to each milestone are certain."""
    return find_origin(facts) is not None and not any(moment.doubt for moment in facts.milestones.values())


def measure_event(origin: Origin | None, event: Event) -> dt.timedelta | None:
    """Return how long after the origin an event was; None if that is not certain, or if it is the origin itself.

    It is not certain if the time is not exact or contradicts another: a milestone before the first, an end before its
    start.
    """
    start = event.start.exact if event.start and not event.start.doubt else None
    if origin is None or start is None:
        return None
    early = start < origin[1] and event.milestone is not None
    reversed_ = event.end is not None and event.end.exact is not None and event.end.exact < start
    return None if early or reversed_ else start - origin[1] or None


def show_elapsed(composer: Composer, length: dt.timedelta) -> Inlines:
    """Return a length of time with its sign, such as `+4 min`; nothing for no time."""
    if not length:
        return ()
    labels = composer.labels
    sign = labels.conventions.find_sign(negative=length < dt.timedelta())
    return (Time(f"{sign}{labels.duration(abs(length))}"),)
