"""The index of an archive: every report, grouped by year."""

from collections.abc import Iterable, Iterator

from pmexport.archive import page_parts
from pmexport.archive.archived import Archive, ArchivedReport
from pmexport.archive.page_parts import make_paragraph
from pmexport.document import nodes, parts
from pmexport.document.nodes import Blocks, Inlines, Label, Row, Section, Text, Time
from pmexport.document.tones import STAGE_TONES, severity_tone

COLUMNS = {
    "date": "date",
    "incident": "text",
    "severity": "label",
    "status": "label",
    "services": "name",
    "duration": "name",
    "open": "id",
    "overdue": "id",
}
"""The role of each column, by the key of its label."""


def compose_index(archive: Archive) -> nodes.Document:
    """Return the page that lists all reports."""
    title = archive.labels.archive["title"]
    return page_parts.compose_page(archive, page_parts.INDEX, title, _compose_sections(archive))


def _compose_sections(archive: Archive) -> Iterator[Section]:
    words = archive.labels.archive
    for number, (year, reports) in enumerate(archive.group_years()):
        note = (_note_columns(archive),) if number == 0 else ()
        blocks = (*note, _make_table(archive, reports))
        yield Section(f"year-{year or 'unknown'}", str(year) if year else words["no_date"], 2, blocks)
    if archive.failed:
        items = tuple(nodes.Item(make_paragraph(name)) for name in archive.failed)
        yield Section("left-out", words["failed"], 2, (*make_paragraph(words["failed_note"]), nodes.List(items)))


def _note_columns(archive: Archive) -> nodes.Paragraph:
    return parts.make_note(archive.fill_words("index_note", day=(Time(archive.labels.date(archive.day)),)))


def _make_table(archive: Archive, reports: Iterable[ArchivedReport]) -> nodes.Table:
    labels = archive.labels
    columns = tuple(parts.make_column(labels.archive[key], role) for key, role in COLUMNS.items())
    rows = tuple(_make_row(archive, report) for report in reports)
    return nodes.Table(columns, (nodes.RowGroup(rows),), "reports", labels.descriptions["reports"])


def _make_row(archive: Archive, report: ArchivedReport) -> Row:
    facts = report.facts
    severity = Label(facts.severity, "severity", severity_tone(facts.severity, archive.style))
    overdue = sum(action.is_overdue(archive.day) for action in facts.actions)
    open_items = sum(action.state == "open" for action in facts.actions)
    return Row(
        (
            parts.make_paragraph(*((Time(facts.date),) if facts.date else ())),
            _show_report(report),
            parts.make_paragraph(severity) if facts.severity else (),
            parts.make_paragraph(Label(facts.status, "status", STAGE_TONES[facts.stage])),
            parts.make_paragraph(*_show_services(facts.services)),
            make_paragraph(facts.duration),
            make_paragraph(str(open_items)),
            parts.make_paragraph(Label(str(overdue), "state", "critical") if overdue else Text("0")),
        )
    )


def _show_report(report: ArchivedReport) -> Blocks:
    """Return the title, and a note with the id and the files."""
    named = ((page_parts.link_document(path, path.rpartition(".")[2].upper())) for path in report.documents.values())
    files: Inlines = parts.join_inlines(named, " \N{MIDDLE DOT} ") if report.documents else ()
    note = parts.join_inlines((parts.plain_text(report.facts.id), files), " \N{MIDDLE DOT} ")
    return (nodes.Paragraph(page_parts.link_report(report)), *((parts.make_note(note),) if note else ()))


def _show_services(services: Iterable[str]) -> Inlines:
    return parts.join_inlines(((Label(service, "note"),) for service in services), " ")
