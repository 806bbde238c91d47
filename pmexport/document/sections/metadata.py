"""The metadata table: the template's nine rows, then the other rows that have a value."""

from __future__ import annotations

from pmexport.document import nodes
from pmexport.document.clean_text import one_line
from pmexport.document.composer import (
    Composer,
    build_table,
    join_inlines,
    list_persons,
    make_column,
    make_paragraph,
    name_rows,
    plain_text,
    show_date,
    show_person,
    show_status,
)
from pmexport.document.nodes import Blocks, Inlines, Label
from pmexport.document.tones import severity_tone


def compose_metadata(composer: Composer, level: int) -> Blocks:
    """Return the table of the incident's key facts."""
    report, labels = composer.report, composer.labels.metadata
    severity = one_line(report.severity or "")
    pairs = (
        ("id", make_paragraph(*plain_text(report.id))),
        ("date", make_paragraph(*show_date(report.date))),
        ("duration", make_paragraph(*_show_duration(composer))),
        ("severity", make_paragraph(Label(severity, "severity", severity_tone(severity))) if severity else ()),
        ("services", make_paragraph(*join_inlines(map(plain_text, report.services)))),
        ("user_impact", composer.parse_markdown(report.user_impact, level, "user_impact")),
        ("commander", make_paragraph(*show_person(composer, report.commander))),
        ("responders", make_paragraph(*list_persons(composer, report.responders))),
        ("status", make_paragraph(show_status(composer))),
        ("published", make_paragraph(*show_date(report.published))),
        ("revision", make_paragraph(*plain_text(report.revision))),
        ("classification", make_paragraph(*plain_text(report.classification))),
        ("authors", make_paragraph(*list_persons(composer, report.authors))),
        ("tags", make_paragraph(*join_inlines(map(plain_text, report.tags)))),
    )
    columns = (make_column(labels["field"], "name"), make_column(labels["value"]))
    rows = name_rows((labels[key], blocks) for key, blocks in pairs)
    return build_table(composer, "metadata", columns, (nodes.RowGroup(rows),), row_headers=True)


def _show_duration(composer: Composer) -> Inlines:
    if composer.report.duration:
        return plain_text(composer.report.duration)
    measure = composer.facts.measure("duration")
    if measure is None:
        return ()
    return composer.labels.phrase("derived_duration", duration=composer.labels.duration(measure.length))
