"""Figures of the incidents of a year, each with how many reports it counts and which it leaves out."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median, quantiles

from pmexport.archive.report_facts import ReportFacts

MOST_FREQUENT = 20
"""Of tags and contributing factors, how many are listed."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How often each value occurs."""

    counts: tuple[tuple[str, int], ...]
    """The values as first written, with the number of incidents, the most frequent first."""
    counted: int
    """Incidents that have a value."""
    left_out: int
    """Incidents without one."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """The lengths of a response time."""

    name: str
    lengths: tuple[float, ...]
    """Seconds, sorted."""
    unknown: int
    """Incidents with no time for one of the two milestones."""
    contradicted: int
    """Incidents whose two milestones contradict each other."""

    @property
    def quartiles(self) -> tuple[float, float, float]:
        """The lower quartile, the median and the upper quartile; all are the value if there is only one.

        The quartiles are those of spreadsheets (QUARTILE.INC): the shortest and the longest time are part of the range.
        """
        if len(self.lengths) < 2:
            return (self.lengths[0],) * 3
        lower, _, upper = quantiles(self.lengths, n=4, method="inclusive")
        return lower, median(self.lengths), upper


@dataclass(frozen=True, slots=True)
class Punctuality:
    """How many of the action items that are due are done."""

    done: int
    overdue: int
    not_due: int
    """Whose deadline has not passed."""
    no_deadline: int
    dropped: int


def tally_values(values: Iterable[Iterable[str]]) -> Tally:
    """Return how many incidents have each value. values: those of each incident; case and spaces are ignored."""
    counts: Counter[str] = Counter()
    names: dict[str, str] = {}
    counted = left_out = 0
    for given in values:
        folded = {" ".join(value.split()).casefold(): value for value in reversed(tuple(given))}
        counts.update(folded.keys())
        names = folded | names
        counted, left_out = counted + bool(folded), left_out + (not folded)
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return Tally(tuple((names[value], count) for value, count in ranked), counted, left_out)


def measure_lengths(name: str, reports: Iterable[ReportFacts]) -> Distribution:
    """Return the lengths of a response time, by its name."""
    reports = list(reports)
    lengths = sorted(report.measures[name] for report in reports if name in report.measures)
    contradicted = sum(name in report.contradicted for report in reports)
    return Distribution(name, tuple(lengths), len(reports) - len(lengths) - contradicted, contradicted)


def count_punctual(reports: Iterable[ReportFacts], day: dt.date) -> Punctuality:
    """Return how many action items that are due on a day are done."""
    actions = [action for report in reports for action in report.actions]
    kept = [action for action in actions if action.state != "dropped"]
    dated = [action for action in kept if action.has_deadline]
    due = [action for action in dated if action.is_due(day)]
    done = sum(action.state == "done" for action in due)
    return Punctuality(done, len(due) - done, len(dated) - len(due), len(kept) - len(dated), len(actions) - len(kept))
