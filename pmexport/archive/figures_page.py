"""Figures of each year, with their definitions, what they count and what they leave out."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from pmexport.archive import page_parts
from pmexport.archive.archived import Archive, ArchivedReport
from pmexport.archive.charts import draw_counts, draw_quartiles
from pmexport.archive.page_parts import make_paragraph, read_markdown
from pmexport.archive.report_facts import SHOWN_MEASURES, ReportFacts
from pmexport.archive.yearly_figures import (
    MOST_FREQUENT,
    Distribution,
    Punctuality,
    Tally,
    count_punctual,
    measure_lengths,
    tally_values,
)
from pmexport.document import nodes, parts
from pmexport.document.labels import Labels
from pmexport.document.nodes import Blocks, Row, Section, Text, Time
from pmexport.theming.tokens import Tokens

_EXACT = 600
"""Seconds below which a length is shown to the second."""
_LENGTHS = ("counted", "least", "lower", "median", "upper", "most", "unknown", "contradicted")


def compose_figures(archive: Archive, tokens: Tokens) -> nodes.Document:
    """Return the page with the figures of each year. tokens: the colours and fonts of its charts."""
    title = archive.labels.archive["figures"]
    sections = (_compose_year(archive, year, reports, tokens) for year, reports in archive.group_years())
    return page_parts.compose_page(archive, page_parts.FIGURES, title, sections)


def _compose_year(archive: Archive, year: int | None, reports: Iterable[ArchivedReport], tokens: Tokens) -> Section:
    key = str(year or "unknown")
    facts = [report.facts for report in reports]
    tally = partial(_compose_tally, archive, tokens)
    inside = (
        tally(
            f"severity-{key}",
            "by_severity",
            (_listed(one.severity) for one in facts),
            order=list(archive.style.severities),
        ),
        tally(f"service-{key}", "by_service", (one.services for one in facts)),
        _compose_times(archive, f"times-{key}", facts, tokens),
        tally(f"tags-{key}", "tags", (one.tags for one in facts), MOST_FREQUENT),
        tally(f"factors-{key}", "factors", (_list_factors(archive, one) for one in facts), MOST_FREQUENT),
        _compose_punctuality(archive, f"actions-{key}", facts, tokens),
    )
    title = str(year) if year else archive.labels.archive["no_date"]
    note = make_paragraph(nodes.text_of(archive.fill_words("reports", count=len(facts))))
    return Section(f"year-{key}", title, 2, note, tuple(section for section in inside if section))


def _listed(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _list_factors(archive: Archive, facts: ReportFacts) -> tuple[str, ...]:
    return tuple(read_markdown(factor, archive.labels) for factor in facts.factors)


# ---- how often values occur


def _compose_tally(
    archive: Archive,
    tokens: Tokens,
    key: str,
    name: str,
    values: Iterable[Iterable[str]],
    most: int | None = None,
    *,
    order: list[str] | None = None,
) -> Section:
    """Return a table and a chart of counts. order: the values before others, which are by name; None: by count."""
    words, tally = archive.labels.archive, tally_values(values)
    blocks = (*make_paragraph(words[f"{name}_note"]), *_note_counted(archive, tally, most))
    if tally.counts:
        counts = tally.counts[:most] if order is None else sorted(tally.counts, key=lambda one: _rank(one[0], order))
        rows = [(make_paragraph(value), make_paragraph(str(count))) for value, count in counts]
        image = draw_counts(counts, tokens, _describe_chart(archive, words[name]))
        blocks = (*blocks, nodes.Figure(image), _make_table(archive.labels, ("value", "incidents"), rows))
    return Section(key, words[name], 3, blocks)


def _rank(value: str, order: list[str]) -> tuple[int, str]:
    return order.index(value) if value in order else len(order), value


def _note_counted(archive: Archive, tally: Tally, most: int | None) -> Iterator[nodes.Paragraph]:
    total = tally.counted + tally.left_out
    name = "counts_without" if tally.left_out else "counts"
    values = {"left_out": tally.left_out} if tally.left_out else {}
    yield parts.make_note(archive.fill_words(name, counted=tally.counted, total=total, **values))
    if most is not None and len(tally.counts) > most:
        yield parts.make_note(archive.fill_words("more_values", shown=most, all=len(tally.counts)))


# ---- response times


def _compose_times(archive: Archive, key: str, facts: list[ReportFacts], tokens: Tokens) -> Section:
    words, names = archive.labels.archive, archive.labels.response_times
    show = partial(_show_length, archive.labels)
    distributions = [measure_lengths(name, facts) for name in SHOWN_MEASURES]
    known = [(names[one.name], one.quartiles) for one in distributions if one.lengths]
    image = draw_quartiles(known, tokens, _describe_chart(archive, words["response_times"]), show) if known else None
    rows = [(make_paragraph(names[one.name]), *map(make_paragraph, _list_lengths(one, show))) for one in distributions]
    blocks: Blocks = (
        *make_paragraph(words["response_times_note"]),
        *((nodes.Figure(image),) if image else ()),
        _make_table(archive.labels, ("response_time", *_LENGTHS), rows),
    )
    return Section(key, words["response_times"], 3, blocks)


def _list_lengths(distribution: Distribution, show: Callable[[float], str]) -> Iterator[str]:
    """Yield the texts of a row, in the order of its columns."""
    yield str(len(distribution.lengths))
    if distribution.lengths:
        lengths = (distribution.lengths[0], *distribution.quartiles, distribution.lengths[-1])
        yield from map(show, lengths)
    else:
        yield from [""] * 5
    yield str(distribution.unknown)
    yield str(distribution.contradicted)


def _show_length(labels: Labels, seconds: float) -> str:
    """Return a length in words: a quartile may be between two of the times, so seconds only count in short ones."""
    exact = seconds if seconds < _EXACT else 60 * round(seconds / 60)
    return labels.duration(dt.timedelta(seconds=exact))


# ---- action items


def _compose_punctuality(archive: Archive, key: str, facts: list[ReportFacts], tokens: Tokens) -> Section:
    labels, found = archive.labels, count_punctual(facts, archive.day)
    words = labels.archive
    date = (Time(labels.date(archive.day)),)
    counts = _list_counts(found)
    rows = [(make_paragraph(words[name]), make_paragraph(str(count))) for name, count in counts.items()]
    blocks: Blocks = (
        nodes.Paragraph(archive.fill_words("punctuality_note", day=date)),
        *make_paragraph(_summarize(archive, found)),
        *((_draw_punctuality(archive, found, tokens),) if found.done + found.overdue else ()),
        _make_table(archive.labels, ("value", "actions"), rows),
    )
    return Section(key, words["punctuality"], 3, blocks)


def _list_counts(found: Punctuality) -> dict[str, int]:
    """Return the counts, by the keys of their labels."""
    return {
        "done_items": found.done,
        "overdue_items": found.overdue,
        "not_due": found.not_due,
        "no_deadline": found.no_deadline,
        "dropped_items": found.dropped,
    }


def _summarize(archive: Archive, found: Punctuality) -> str:
    due = found.done + found.overdue
    if not due:
        return archive.labels.archive["nothing_due"]
    return nodes.text_of(
        archive.fill_words("punctual", done=found.done, due=due, percent=round(100 * found.done / due))
    )


def _draw_punctuality(archive: Archive, found: Punctuality, tokens: Tokens) -> nodes.Figure:
    words = archive.labels.archive
    counts = [(words["done_items"], found.done), (words["overdue_items"], found.overdue)]
    return nodes.Figure(draw_counts(counts, tokens, _describe_chart(archive, words["punctuality"])))


# ---- shared


def _describe_chart(archive: Archive, title: str) -> str:
    return nodes.text_of(archive.fill_words("chart", title=title))


def _make_table(labels: Labels, keys: Iterable[str], rows: Iterable[tuple[Blocks, ...]]) -> nodes.Table:
    """Return a table of figures, whose first column names the rows. keys: the labels of its columns."""
    first, *others = (labels.archive[key] for key in keys)
    columns = (parts.make_column(first), *(nodes.Column((Text(title),), "id", "end") for title in others))
    group = nodes.RowGroup(tuple(map(Row, rows)))
    return nodes.Table(columns, (group,), "figures", labels.descriptions["figures"], row_headers=True)
