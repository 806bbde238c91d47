"""The table of action items, with a note that counts them by state."""

from typing import get_args

from pmexport.document import nodes, parts
from pmexport.document.clean_text import one_line
from pmexport.document.composer import Composer
from pmexport.document.nodes import Blocks, Inlines, Label, Paragraph, Text, Time
from pmexport.document.tickets import list_addresses, name_tickets
from pmexport.document.tones import priority_tone, state_tone
from pmexport.report.facts import Action
from pmexport.report.model import State

COLUMNS = {"id": "id", "action": "text", "owner": "name", "priority": "label", "deadline": "date", "status": "label"}
"""The role of each column, by the key of its label."""


def compose_actions(composer: Composer, level: int) -> Blocks:
    """Return the counts by state, and the table of action items."""
    labels = composer.labels.action_items
    columns = tuple(parts.make_column(labels[key], role) for key, role in COLUMNS.items())
    numbered = enumerate(composer.facts.actions)
    tickets = [ticket for action in composer.facts.actions for ticket in action.item.ticket]
    names = name_tickets(tickets)
    rows = tuple(_action_row(composer, action, level, f"action_items[{number}]", names) for number, action in numbered)
    table = parts.build_table(composer, "actions", columns, (nodes.RowGroup(rows),), row_headers=True)
    counts = (parts.make_note(count_actions(composer)),) if table else ()
    return (*counts, *table, *_note_addresses(composer, names, complete=len(names) == len(set(map(one_line, tickets)))))


def _note_addresses(composer: Composer, names: dict[str, str], *, complete: bool) -> Blocks:
    if not names:
        return ()
    return (Paragraph(list_addresses(composer.labels, names, complete=complete), "addresses"),)


def count_actions(composer: Composer) -> Inlines:
    facts = composer.facts
    counts = {state: facts.count(state) for state in get_args(State)}
    if facts.as_of is None:
        return composer.labels.phrase("counts", **counts)
    day = Time(composer.labels.date(facts.as_of))
    return composer.labels.phrase("counts_as_of", **counts, overdue=facts.overdue, day=day)


def _action_row(composer: Composer, action: Action, level: int, path: str, names: dict[str, str]) -> nodes.Row:
    item = action.item
    priority = one_line(item.priority or "")
    return nodes.Row(
        (
            parts.make_paragraph(*parts.plain_text(action.id)),
            _action_blocks(composer, action, level, path, names),
            parts.make_paragraph(*parts.plain_text(item.owner)),
            parts.make_paragraph(Label(priority, "priority", priority_tone(priority))) if priority else (),
            parts.make_paragraph(*parts.show_date(item.deadline)),
            parts.make_paragraph(*_show_state(composer, action)),
        ),
        "critical" if action.overdue else "neutral",
    )


def _action_blocks(composer: Composer, action: Action, level: int, path: str, names: dict[str, str]) -> Blocks:
    item, phrase = action.item, composer.labels.phrase
    kind = phrase("type", type=parts.plain_text(item.type)) if item.type else ()
    links = (parts.link_text(ticket, names.get(one_line(ticket))) for ticket in item.ticket)
    tickets = parts.list_inlines(composer, links)
    ticket = phrase("tickets", tickets=tickets) if tickets else ()
    note = parts.join_inlines((ticket, kind), " · ")
    text = composer.parse_markdown(item.action, level, f"{path}.action")
    details = composer.parse_markdown(item.details, level, f"{path}.details")
    return (*text, *details, parts.make_note(note)) if note else (*text, *details)


def _show_state(composer: Composer, action: Action) -> Inlines:
    written = one_line(action.item.status or "") or composer.labels.states["open"]
    state = Label(written, "state", state_tone(action.state))
    overdue = Label(composer.labels.states["overdue"], "state", "critical")
    return (state, Text(" "), overdue) if action.overdue else (state,)
