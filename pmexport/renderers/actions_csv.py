"""The action items as a table for spreadsheets and issue trackers (RFC 4180)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Literal, get_args

from pmexport.errors import FormatError
from pmexport.problems import Problem
from pmexport.renderers.options import RendererOption

if TYPE_CHECKING:
    from pmexport.document.nodes import ActionRecord, Blocks, Document
    from pmexport.theming.themes import Theme

Columns = Literal["plain", "jira", "linear"]
"""`plain`: the names of the report format. The others: those that the tracker's import expects."""

_COLUMNS = RendererOption("Names of the columns, for the tracker that imports them.", flag="--actions-columns")
_BOM = RendererOption("Begin with a byte order mark, by which Excel recognises UTF-8.", flag="--actions-bom")

_OF_TRACKERS = {
    "Description": "description",
    "Assignee": "owner",
    "Priority": "priority",
    "Due Date": "deadline",
    "Status": "status",
    "Labels": "type",
}
_TABLES: dict[Columns, dict[str, str]] = {
    "plain": {
        name: name
        for name in ("id", "action", "details", "owner", "priority", "deadline", "status", "overdue", "type", "tickets")
    },
    "jira": {"Summary": "action", "Issue Type": "task"} | _OF_TRACKERS,
    "linear": {"Title": "action"} | _OF_TRACKERS,
}
"""What each column contains, by its name. docs/outgoing.md describes them."""


class ActionsCsvRenderer:
    """Renders the action items, and nothing else of the report."""

    name = "actions-csv"
    suffix = "csv"
    media_type = "text/csv"
    summary = "The action items as a table for spreadsheets, Jira or Linear"
    lists_actions = True
    """Whether the document must have its action items as records."""

    def __init__(self, *, columns: Annotated[Columns, _COLUMNS] = "plain", bom: Annotated[bool, _BOM] = False) -> None:
        """Set the names of the columns, and whether the file begins with a byte order mark.

        columns: plain, jira or linear. Raises FormatError for others.
        """
        if columns not in get_args(Columns):
            raise FormatError(f"unknown columns {columns!r}. Known: {', '.join(get_args(Columns))}.")
        self._columns = _TABLES[columns]
        self._encoding = "utf-8-sig" if bom else "utf-8"

    def render(self, document: Document, theme: Theme, warnings: list[Problem]) -> bytes:  # noqa: ARG002 - as in all
        """Return the file; only its header line if there are no action items."""
        import csv  # noqa: PLC0415
        from io import StringIO  # noqa: PLC0415

        from pmexport.renderers.shared.csv_cells import neutralize_cell  # noqa: PLC0415

        out = StringIO()
        writer = csv.writer(out)
        writer.writerow(self._columns)
        for record in document.actions:
            writer.writerow([neutralize_cell(_CELLS[cell](document, record)) for cell in self._columns.values()])
        return out.getvalue().encode(self._encoding, "replace")


def _write_line(blocks: Blocks) -> str:
    return " ".join(_write_lines(blocks).split())


def _write_lines(blocks: Blocks) -> str:
    from pmexport.renderers.mail.plain_text import write_blocks  # noqa: PLC0415

    return "\n\n".join(write_blocks(blocks))


def _describe(document: Document, record: ActionRecord) -> str:
    """Return the details, the tickets, and the incident that the action item comes from."""
    incident = ": ".join(filter(None, (document.properties.id, document.title)))
    return "\n\n".join(filter(None, (_write_lines(record.details), "\n".join(record.tickets), incident)))


_OVERDUE = {True: "yes", False: "no", None: ""}

_CELLS: dict[str, Callable[[Document, ActionRecord], str]] = {
    "id": lambda _document, record: record.id,
    "action": lambda _document, record: _write_line(record.action),
    "details": lambda _document, record: _write_lines(record.details),
    "description": _describe,
    "owner": lambda _document, record: record.owner,
    "priority": lambda _document, record: record.priority,
    "deadline": lambda _document, record: record.deadline,
    "status": lambda _document, record: record.status,
    "overdue": lambda _document, record: _OVERDUE[record.overdue],
    "type": lambda _document, record: record.kind,
    "tickets": lambda _document, record: " ".join(record.tickets),
    "task": lambda _document, _record: "Task",
}
"""The text of a cell, by what it contains."""
