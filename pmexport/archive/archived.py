"""The reports of an archive, with the paths of their documents."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import get_args

from pmexport.archive.report_facts import ActionFacts, ReportFacts
from pmexport.document.labels import FALLBACK, Labels, labels_for
from pmexport.document.nodes import Inlines
from pmexport.report.house_style import PLAIN, HouseStyle
from pmexport.report.model import State
from pmexport.report.moments import read_date


@dataclass(frozen=True, slots=True)
class ArchivedReport:
    """A report and its documents."""

    facts: ReportFacts
    documents: dict[str, str]
    """The paths of its documents in the archive, by format, such as `2026/search.pdf`."""

    @property
    def main(self) -> str:
        """The path of the document to which the title links: the web page if there is one; empty without any."""
        return self.documents.get("html") or next(iter(self.documents.values()), "")


@dataclass(frozen=True, slots=True)
class Archive:
    """All that the pages show."""

    reports: tuple[ArchivedReport, ...]
    """The newest first; those without a date last."""
    failed: tuple[str, ...]
    """The names of reports that could not be rendered, which the pages leave out."""
    day: dt.date
    """The date on which action items count as overdue."""
    labels: Labels
    """The words of the pages."""
    style: HouseStyle = PLAIN
    """The words of the organisation; none if the reports have several house styles."""

    def fill_words(self, name: str, **values: str | int | Inlines) -> Inlines:
        """Return a sentence of the labels of archives, its placeholders filled in."""
        return self.labels.fill(self.labels.archive[name], **values)

    def list_actions(self) -> Iterator[tuple[ArchivedReport, ActionFacts]]:
        """Yield each action item of each report, by state and deadline; so the overdue ones come first."""
        pairs = ((report, action) for report in self.reports for action in report.facts.actions)
        yield from sorted(pairs, key=lambda pair: _rank_action(pair[1]))

    def group_years(self) -> Iterator[tuple[int | None, tuple[ArchivedReport, ...]]]:
        """Yield each year with its reports; None for those without a date."""
        for year, reports in groupby(self.reports, key=lambda report: year_of(report.facts)):
            yield year, tuple(reports)


STATES: tuple[State, ...] = get_args(State)


def year_of(facts: ReportFacts) -> int | None:
    """Return the year of an incident; None if its date is not known."""
    return facts.day.year if facts.day else None


def collect_archive(
    reports: list[ArchivedReport],
    failed: list[str],
    day: dt.date,
    style: HouseStyle = PLAIN,
    *,
    language: str | None = None,
    themes: tuple[Path, ...] = (),
) -> Archive:
    """Return an archive with its reports in order.

    language: that of the pages. Default: the one that all reports have, otherwise English. themes: the folders of the
    theme, whose catalogues of labels are used.
    """
    languages = {report.facts.language for report in reports}
    tag = language or (languages.pop() if len(languages) == 1 else FALLBACK)
    by_title = sorted(reports, key=lambda report: (report.facts.title, report.main))
    ordered = sorted(by_title, key=lambda report: report.facts.date, reverse=True)
    return Archive(tuple(ordered), tuple(failed), day, labels_for(tag, themes, style), style)


def _rank_action(action: ActionFacts) -> tuple[int, str]:
    deadline = read_date(action.deadline)
    return STATES.index(action.state), deadline.isoformat() if deadline else "~"
