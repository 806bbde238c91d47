"""The impact table, and the table of the response times that follow from the milestones."""

from pmexport.document import nodes, parts
from pmexport.document.clean_text import one_line
from pmexport.document.composer import Composer
from pmexport.document.markdown.links import with_links
from pmexport.document.nodes import Blocks, Inlines, Strong, Text, Time
from pmexport.report.facts import MEASURES, Measure
from pmexport.report.field_types import is_empty


def compose_impact(composer: Composer, _level: int) -> Blocks:
    """Return the table of metrics: the template's six, then the author's own in the order written."""
    labels, impact = composer.labels.impact, composer.report.impact
    given = {name: getattr(impact, name) for name in type(impact).model_fields}
    pairs = [(labels[name], value) for name, value in given.items()]
    pairs += [(one_line(name), value) for name, value in (impact.__pydantic_extra__ or {}).items()]
    rows = parts.name_rows(
        (name, parts.make_paragraph(*with_links(one_line(value)))) for name, value in pairs if not is_empty(value)
    )
    columns = (parts.make_column(labels["metric"], "name"), parts.make_column(labels["value"]))
    return parts.build_table(composer, "impact", columns, (nodes.RowGroup(rows),), row_headers=True)


def compose_measures(composer: Composer, _level: int) -> Blocks:
    """Return the table of response times, each with the two moments that define it."""
    labels, measures = composer.labels, composer.facts.measures
    days = {moment.at.date() for measure in measures for moment in (measure.start, measure.end) if moment.at}
    rows = tuple(_measure_row(composer, measure, several_days=len(days) > 1) for measure in measures)
    roles = {"measure": "name", "value": "name", "from_to": "text"}
    columns = tuple(parts.make_column(labels.response_times[key], role) for key, role in roles.items())
    return parts.build_table(composer, "times", columns, (nodes.RowGroup(rows),), row_headers=True)


def _measure_row(composer: Composer, measure: Measure, *, several_days: bool) -> nodes.Row:
    labels = composer.labels
    return nodes.Row(
        (
            parts.make_paragraph(Strong((Text(labels.response_times[measure.name]),))),
            parts.make_paragraph(Time(labels.duration(measure.length))),
            parts.make_paragraph(*_show_span(composer, measure, several_days=several_days)),
        )
    )


def _show_span(composer: Composer, measure: Measure, *, several_days: bool) -> Inlines:
    names = composer.labels.milestones
    first, last = MEASURES[measure.name]
    start = parts.show_dated_moment(measure.start) if several_days else parts.show_moment(measure.start)
    end = parts.show_moment(measure.end, measure.start)
    return composer.labels.phrase("measured", first=names[first], start=start, last=names[last], end=end)
