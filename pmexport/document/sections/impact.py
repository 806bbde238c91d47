"""The impact table, with the response times that follow from the milestones."""

from collections.abc import Iterator

from pmexport.document import nodes, parts
from pmexport.document.clean_text import one_line
from pmexport.document.composer import Composer
from pmexport.document.markdown.links import with_links
from pmexport.document.nodes import Blocks, Inlines, Time
from pmexport.problems import Problem
from pmexport.reading.found_values import shorten
from pmexport.reading.paths import write_path
from pmexport.reading.suggestions import find_misspelt_field
from pmexport.report.facts import MEASURES, Measure
from pmexport.report.field_types import is_empty
from pmexport.report.model import Impact


def compose_impact(composer: Composer, _level: int) -> Blocks:
    """Return the table of metrics: the built-in ones, the author's own in the order written, and the response times."""
    labels, impact = composer.labels.impact, composer.report.impact
    pairs = [(labels[name], getattr(impact, name)) for name in type(impact).model_fields]
    _report_misspelt(composer)
    pairs += [(one_line(name), value) for name, value in (impact.__pydantic_extra__ or {}).items()]
    given = [(name, parts.make_paragraph(*with_links(one_line(value)))) for name, value in pairs if not is_empty(value)]
    rows = parts.name_rows((*given, *_list_measures(composer)))
    columns = (parts.make_column(labels["metric"], "name"), parts.make_column(labels["value"]))
    return parts.build_table(composer, "impact", columns, (nodes.RowGroup(rows),), row_headers=True)


def _report_misspelt(composer: Composer) -> None:
    """Report metrics of the author's own that are probably built-in ones: these are key figures, and translated."""
    for name, value in (composer.report.impact.__pydantic_extra__ or {}).items():
        meant = "" if is_empty(value) else find_misspelt_field(Impact, name)
        if meant:
            message = f'"{shorten(name)}" is shown as a metric of your own, not among the key figures.'
            help_ = f"Did you mean {meant}?"
            composer.problems.append(Problem(message, write_path(("impact", name)), help=help_, id="PM042"))


def _list_measures(composer: Composer) -> Iterator[tuple[str, Blocks]]:
    """Yield the response times, each with the two moments between which it is measured."""
    labels, measures = composer.labels, composer.facts.measures
    days = {moment.at.date() for measure in measures for moment in (measure.start, measure.end) if moment.at}
    for measure in measures:
        span = _show_span(composer, measure, several_days=len(days) > 1)
        value = labels.phrase("measure", length=Time(labels.duration(measure.length)), span=span)
        yield labels.response_times[measure.name], parts.make_paragraph(*value)


def _show_span(composer: Composer, measure: Measure, *, several_days: bool) -> Inlines:
    names = composer.labels.milestones
    first, last = MEASURES[measure.name]
    start = parts.show_dated_moment(measure.start) if several_days else parts.show_moment(measure.start)
    end = parts.show_moment(measure.end, measure.start)
    return composer.labels.phrase("measured", first=names[first], start=start, last=names[last], end=end)
