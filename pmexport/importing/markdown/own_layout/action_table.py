"""The table of action items, below a note with their counts."""

from __future__ import annotations

import re
from typing import Any

from pmexport.document.labels import Labels
from pmexport.document.markdown.source_blocks import SourceBlock
from pmexport.importing.markdown.cell_markdown import cell_blocks
from pmexport.importing.markdown.fact_sections import table_rows
from pmexport.importing.markdown.inline_text import plain
from pmexport.importing.markdown.own_layout.label_patterns import phrase_pattern
from pmexport.importing.markdown.own_layout.own_page import DERIVED, OwnPage
from pmexport.importing.markdown.own_layout.own_values import plain_value, read_addresses

_COUNTS = ("counts", "counts_as_of")
"""The phrases that count the actions."""


def read_actions(own: OwnPage, blocks: list[SourceBlock]) -> bool:
    """Read the action items if they have our form; return whether they have."""
    if [block.kind for block in blocks] != ["paragraph", "table"]:
        return False
    labels = own.labels.action_items
    columns = ["id", "action", "owner", "priority", "deadline", "status"]
    rows = table_rows(own.page, blocks[1])
    if [plain(cell) for cell in rows[0]] != [labels[key] for key in columns]:
        return False
    own.leave_note("action_items", blocks[0], _COUNTS, DERIVED)
    own.mark_header(blocks[1], "action_items")
    items: list[dict[str, Any]] = []
    for number, row in enumerate(rows[1:], start=1):
        own.mark_row(blocks[1], number, own.item_path("action_items", len(items)))
        items.append(_read_action(own.labels, dict(zip(columns, row, strict=True))))
    own.builder.add_items("action_items", items)
    return True


def _read_action(labels: Labels, cells: dict[str, str]) -> dict[str, Any]:
    item: dict[str, Any] = {key: plain_value(cells[key]) for key in cells if key != "action"}
    overdue = f" {labels.states['overdue']}"
    item["status"] = item["status"].removesuffix(overdue)
    blocks = cell_blocks(cells["action"])
    if blocks and (note := _find_note(labels, blocks[-1])):
        item |= note
        blocks = blocks[:-1]
    action, details = (blocks[:1], blocks[1:]) if blocks else ([], [])
    item = {"id": item.pop("id"), "action": "".join(action), "details": "\n\n".join(details), **item}
    return {key: value for key, value in item.items() if value or key == "action"}


def _find_note(labels: Labels, text: str) -> dict[str, Any] | None:
    """Return the type and the tickets in the note below an action; None if it is not one."""
    kind, ticket = (phrase_pattern(labels.word(name)) for name in ("type", "tickets"))
    orders = (f"{ticket} \N{MIDDLE DOT} {kind}", f"{kind} \N{MIDDLE DOT} {ticket}", ticket, kind)
    found = next(filter(None, (re.fullmatch(order, text, re.DOTALL) for order in orders)), None)
    if found is None:
        return None
    parts = found.groupdict()
    note: dict[str, Any] = {"type": plain_value(parts["type"])} if parts.get("type") else {}
    if parts.get("tickets"):
        note["ticket"] = read_addresses(parts["tickets"]).split(labels.formats["list"])
    return note
