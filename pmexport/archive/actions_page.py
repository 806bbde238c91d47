"""The action items of all reports: as a page with the overdue ones first, and as a table for spreadsheets."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import groupby
from urllib.parse import quote

from pmexport.archive import page_parts
from pmexport.archive.archived import Archive, ArchivedReport
from pmexport.archive.page_parts import make_paragraph
from pmexport.archive.report_facts import ActionFacts
from pmexport.document import nodes, parts
from pmexport.document.labels import Labels
from pmexport.document.markdown.parser import Parser
from pmexport.document.nodes import Blocks, Label, Link, Row, Section, Text
from pmexport.document.sections.actions import COLUMNS
from pmexport.document.tickets import name_tickets
from pmexport.document.tones import priority_tone, state_tone
from pmexport.renderers.shared.csv_cells import neutralize_cell

TABLE_FIELDS = (
    "report",
    "report_id",
    "date",
    "id",
    "action",
    "owner",
    "priority",
    "deadline",
    "status",
    "overdue",
    "tickets",
    "document",
)

Pair = tuple[ArchivedReport, ActionFacts]


# ---- the page


def compose_actions(archive: Archive) -> nodes.Document:
    """Return the page that lists all action items."""
    title = archive.labels.archive["actions"]
    return page_parts.compose_page(archive, page_parts.ACTIONS, title, _compose_sections(archive))


def _compose_sections(archive: Archive) -> Iterator[Section]:
    words, parser = archive.labels.archive, page_parts.make_parser(archive.labels)
    pairs = list(archive.list_actions())
    names = name_tickets(ticket for _, action in pairs for ticket in action.tickets)
    for number, (state, group) in enumerate(groupby(pairs, key=lambda pair: _name_state(archive, pair[1]))):
        blocks: Blocks = (_make_table(archive.labels, state, list(group), parser, names),)
        if number == 0:
            file = (Link(page_parts.TABLE, (Text(page_parts.TABLE),)),)
            blocks = (parts.make_note(archive.fill_words("table", file=file)), *blocks)
        yield Section(state, words[state], 2, blocks)


def _name_state(archive: Archive, action: ActionFacts) -> str:
    return "overdue" if action.is_overdue(archive.day) else action.state


def _make_table(
    labels: Labels, state: str, pairs: Iterable[Pair], parser: Parser, names: dict[str, str]
) -> nodes.Table:
    columns = tuple(parts.make_column(labels.action_items[key], role) for key, role in COLUMNS.items())
    report = parts.make_column(labels.archive["report"])
    rows = tuple(_make_row(labels, state, pair, parser, names) for pair in pairs)
    return nodes.Table((*columns, report), (nodes.RowGroup(rows),), "actions", labels.descriptions["actions"])


def _make_row(labels: Labels, state: str, pair: Pair, parser: Parser, names: dict[str, str]) -> Row:
    report, action = pair
    status = action.status or labels.states["open"]
    label = Label(status, "state", "critical" if state == "overdue" else state_tone(action.state))
    priority = Label(action.priority, "priority", priority_tone(action.priority))
    return Row(
        (
            make_paragraph(action.id),
            _show_action(labels, action, parser, names),
            make_paragraph(action.owner),
            parts.make_paragraph(priority) if action.priority else (),
            parts.make_paragraph(*parts.show_date(action.deadline)),
            parts.make_paragraph(label),
            parts.make_paragraph(*page_parts.link_report(report)),
        ),
        "critical" if state == "overdue" else "neutral",
    )


def _show_action(labels: Labels, action: ActionFacts, parser: Parser, names: dict[str, str]) -> Blocks:
    links = (parts.link_text(ticket, names.get(ticket)) for ticket in action.tickets)
    tickets = parts.join_inlines(links, labels.formats["list"])
    text = page_parts.parse_markdown(parser, action.action)
    return (*text, parts.make_note(tickets)) if tickets else text


# ---- the table


def write_table(archive: Archive) -> bytes:
    """Return the action items as CSV (RFC 4180) in UTF-8 with a byte order mark, as spreadsheets expect it."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(TABLE_FIELDS)
    writer.writerows([neutralize_cell(cell) for cell in _list_cells(archive, *pair)] for pair in archive.list_actions())
    return out.getvalue().encode("utf-8-sig", "replace")


def _list_cells(archive: Archive, report: ArchivedReport, action: ActionFacts) -> tuple[str, ...]:
    facts = report.facts
    return (
        facts.title,
        facts.id,
        facts.date,
        action.id,
        page_parts.read_markdown(action.action, archive.labels),
        action.owner,
        action.priority,
        action.deadline,
        action.status or archive.labels.states["open"],
        "yes" if action.is_overdue(archive.day) else "no",
        " ".join(action.tickets),
        quote(report.main),
    )
