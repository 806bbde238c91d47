"""The incident at a glance, below the summary: the key figures and the impact band."""

from collections.abc import Iterator

from pmexport.document import nodes, parts
from pmexport.document.clean_text import one_line
from pmexport.document.composer import Composer
from pmexport.document.impact_band import compose_band
from pmexport.document.markdown.links import with_links
from pmexport.document.nodes import Blocks, Inlines, Time
from pmexport.report.facts import MeasureName
from pmexport.report.model import Report

_MEASURES: tuple[MeasureName, ...] = ("time_to_detect", "time_to_mitigate", "time_to_resolve")
_LONGEST = 40
"""Characters of a key figure."""
_FEWEST = 2


def glance_section(report: Report) -> str:
    """Return the key of the section that the incident at a glance ends."""
    return "summary" if report.summary else "metadata"


def compose_glance(composer: Composer) -> Blocks:
    """Return the key figures and the impact band, each if there is enough to show."""
    return (*_compose_figures(composer), *compose_band(composer))


def _compose_figures(composer: Composer) -> Blocks:
    figures = list(_list_figures(composer))
    if len(figures) < _FEWEST:
        return ()
    columns = tuple(parts.make_column(title, "name") for title, _ in figures)
    row = nodes.Row(tuple(parts.make_paragraph(*figure) for _, figure in figures))
    return parts.build_table(composer, "key_figures", columns, (nodes.RowGroup((row,)),))


def _list_figures(composer: Composer) -> Iterator[tuple[str, Inlines]]:
    labels, report = composer.labels, composer.report
    if figure := _show_short(report.duration) or _show_measure(composer, "duration"):
        yield labels.response_times["duration"], figure
    for name in _MEASURES:
        if figure := _show_measure(composer, name):
            yield labels.response_times[name], figure
    if figure := _show_short(report.impact.users_affected):
        yield labels.impact["users_affected"], figure


def _show_measure(composer: Composer, name: MeasureName) -> Inlines:
    measure = composer.facts.measure(name)
    return (Time(composer.labels.duration(measure.length)),) if measure else ()


def _show_short(text: str | None) -> Inlines:
    line = one_line(text or "")
    return with_links(line) if len(line) <= _LONGEST else ()
