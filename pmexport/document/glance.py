"""The incident at a glance, below the summary: the key figures and the impact band."""

import re
from collections.abc import Iterator

from pmexport.document import nodes, parts
from pmexport.document.clean_text import one_line
from pmexport.document.composer import Composer
from pmexport.document.impact_band import compose_band
from pmexport.document.markdown.links import with_links
from pmexport.document.nodes import Blocks, Inlines, Time
from pmexport.report.facts import Measure, MeasureName

_IMPACT_TIME: tuple[MeasureName, ...] = ("time_to_mitigate", "time_to_resolve", "duration")
"""The length to show, the first one that is known."""
_METRICS = ("users_affected", "revenue", "data_loss")
_LONGEST = 20
"""Characters of a key figure, without its qualifier."""
_WHOLE = 12
"""Characters of a text that is a key figure with its qualifier."""
_LONGEST_QUALIFIER = 140
_FEWEST = 2
_QUALIFIED = re.compile(
    r"(?P<figure>.*?\S)(?:\s*[;:.]\s+|,\s+(?=\D)|\s+(?=[(\[])|\s+[\N{EN DASH}\N{EM DASH}]\s+)(?P<rest>\S.*)"
)
"""A figure and what qualifies it: `No; 212 payments were released`, `1.2 M (18 %)`."""


def glance_section(composer: Composer) -> str:
    """Return the key of the section that the incident at a glance ends; empty if both that could are hidden."""
    candidates = ("summary", "metadata") if composer.report.summary else ("metadata",)
    return next((key for key in candidates if key not in composer.style.sections.hide), "")


def compose_glance(composer: Composer) -> Blocks:
    """Return the key figures and the impact band, each if there is enough to show."""
    return (*_compose_figures(composer), *compose_band(composer))


def _compose_figures(composer: Composer) -> Blocks:
    figures = list(_list_figures(composer))
    if len(figures) < _FEWEST:
        return ()
    columns = tuple(parts.make_column(title, "name") for title, _ in figures)
    row = nodes.Row(tuple(blocks for _, blocks in figures))
    return parts.build_table(composer, "key_figures", columns, (nodes.RowGroup((row,)),))


def _list_figures(composer: Composer) -> Iterator[tuple[str, Blocks]]:
    """Yield the titles and the values of the figures that an executive looks for."""
    labels, impact = composer.labels, composer.report.impact
    length = next(filter(None, map(composer.facts.measure, _IMPACT_TIME)), None)
    if length:
        yield labels.response_times[length.name], _show_measure(composer, length)
    elif figure := _split_figure(composer.report.duration):
        yield labels.response_times["duration"], figure
    for name in _METRICS:
        if figure := _split_figure(getattr(impact, name)):
            yield labels.impact[name], figure
    if detected := composer.facts.measure("time_to_detect"):
        yield labels.response_times["time_to_detect"], _show_measure(composer, detected)


def _show_measure(composer: Composer, measure: Measure) -> Blocks:
    """Return a length, and the two times between which it is measured."""
    start, end = parts.show_moment(measure.start), parts.show_moment(measure.end, measure.start)
    span = composer.labels.phrase("range", start=start, end=end)
    return _make_figure((Time(composer.labels.duration(measure.length)),), span)


def _split_figure(text: str | None) -> Blocks:
    """Return the figure that begins the author's text, and its qualifier; nothing if they are too long."""
    line = one_line(text or "")
    match = _QUALIFIED.fullmatch(line) if len(line) > _WHOLE else None
    figure, rest = (match["figure"], match["rest"]) if match else (line, "")
    if not figure or len(figure) > _LONGEST or len(rest) > _LONGEST_QUALIFIER:
        return ()
    return _make_figure(with_links(figure), with_links(rest))


def _make_figure(figure: Inlines, qualifier: Inlines) -> Blocks:
    return (nodes.Paragraph(figure), *((parts.make_note(qualifier),) if qualifier else ()))
