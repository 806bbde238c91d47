"""The metadata table: the template's nine rows, the other rows that have a value, then the organisation's own."""

import datetime as dt
from collections.abc import Iterable, Iterator

from pmexport.document import nodes, parts
from pmexport.document.clean_text import one_line
from pmexport.document.composer import Composer
from pmexport.document.markdown.links import with_links
from pmexport.document.nodes import Blocks, Inlines, Section, Table
from pmexport.report.stated_length import parse_length


def compose_metadata(composer: Composer, level: int) -> Blocks:
    """Return the table of the incident's key facts."""
    report, labels = composer.report, composer.labels.metadata
    pairs = (
        ("id", parts.make_paragraph(*parts.plain_text(report.id))),
        ("date", parts.make_paragraph(*parts.show_date(report.date))),
        ("duration", parts.make_paragraph(*_show_duration(composer))),
        ("severity", parts.make_paragraph(*parts.show_severity(composer))),
        ("services", parts.make_paragraph(*parts.list_inlines(composer, map(parts.plain_text, report.services)))),
        ("user_impact", composer.parse_markdown(report.user_impact, level, "user_impact")),
        ("commander", parts.make_paragraph(*parts.show_person(composer, report.commander))),
        ("responders", parts.make_paragraph(*parts.list_persons(composer, report.responders))),
        ("status", parts.make_paragraph(parts.show_status(composer))),
        ("published", parts.make_paragraph(*parts.show_date(report.published))),
        ("revision", parts.make_paragraph(*parts.plain_text(report.revision))),
        ("classification", parts.make_paragraph(*parts.plain_text(report.classification))),
        ("authors", parts.make_paragraph(*parts.list_persons(composer, report.authors))),
        ("tags", parts.make_paragraph(*parts.list_inlines(composer, map(parts.plain_text, report.tags)))),
    )
    columns = (parts.make_column(labels["field"], "name"), parts.make_column(labels["value"]))
    named = [(labels[key], blocks) for key, blocks in pairs]
    rows = parts.name_rows((*named, *_list_own(composer)))
    return parts.build_table(composer, "metadata", columns, (nodes.RowGroup(rows),), row_headers=True)


def _list_own(composer: Composer) -> Iterator[tuple[str, Blocks]]:
    """Yield the organisation's own fields, in its order, each with its name."""
    names, values = composer.style.metadata, composer.report.own_fields
    for key in (*names, *(key for key in values if key not in names)):
        yield names.get(key, key), parts.make_paragraph(*with_links(one_line(values.get(key, ""))))


def _show_duration(composer: Composer) -> Inlines:
    """Return the duration as written, or derived. If the milestones give the same one, it says from when to when."""
    measure, written = composer.facts.measure("duration"), one_line(composer.report.duration or "")
    if measure is None or (written and not _can_mean(written, measure.length)):
        return parts.plain_text(written)
    duration = written or composer.labels.duration(measure.length)
    return composer.labels.phrase("derived_duration", duration=duration)


def _can_mean(written: str, length: dt.timedelta) -> bool:
    """Return whether a written length means this one, to the minute."""
    stated = parse_length(written)
    return stated is not None and any(abs(one - length) <= dt.timedelta(minutes=1) for one in stated.lengths)


def list_texts(composer: Composer, sections: Iterable[Section]) -> dict[str, str]:
    """Return the metadata in one line each, by key; empty if the report does not give it. sections: those composed."""
    report = composer.report
    return {
        "severity": one_line(report.severity or ""),
        "incident_date": one_line(report.date or ""),
        "duration": nodes.text_of(_show_duration(composer)),
        "services": composer.labels.list_texts(map(one_line, report.services)),
        "user_impact": _read_value(sections, composer.labels.metadata["user_impact"]),
        "commander": nodes.text_of(parts.show_person(composer, report.commander)),
        "responders": nodes.text_of(parts.list_persons(composer, report.responders)),
        "published": one_line(report.published or ""),
        "authors": nodes.text_of(parts.list_persons(composer, report.authors)),
        "tags": composer.labels.list_texts(map(one_line, report.tags)),
        **dict.fromkeys(composer.style.metadata, ""),
        **{key: one_line(value) for key, value in report.own_fields.items()},
    }


def _read_value(sections: Iterable[Section], name: str) -> str:
    """Return the value of a row of the metadata table as one line; empty if there is no such row."""
    blocks = (block for section in sections if section.id == "metadata" for block in section.blocks)
    rows = (row for table in blocks if isinstance(table, Table) for group in table.groups for row in group.rows)
    values = {"".join(nodes.walk_texts(row.cells[0])): row.cells[1] for row in rows}
    return " ".join(_split_lines(values.get(name, ())))


def _split_lines(blocks: Blocks) -> Iterator[str]:
    for block in blocks:
        match block:
            case nodes.List(items):
                for item in items:
                    yield from _split_lines(item.blocks)
            case nodes.Quote(inside):
                yield from _split_lines(inside)
            case _:
                yield "".join(nodes.walk_texts(block))
