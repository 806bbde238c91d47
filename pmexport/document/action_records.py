"""Action items as records, for formats that other programs read: all of them, in the order of the report."""

from pmexport.document.clean_text import one_line
from pmexport.document.composer import Composer
from pmexport.document.nodes import ActionRecord
from pmexport.report.facts import Action

_LEVEL = 2


def compose_records(composer: Composer) -> tuple[ActionRecord, ...]:
    """Return the action items of a report."""
    actions = enumerate(composer.facts.actions)
    return tuple(_make_record(composer, action, f"action_items[{number}]") for number, action in actions)


def _make_record(composer: Composer, action: Action, path: str) -> ActionRecord:
    item = action.item
    return ActionRecord(
        id=one_line(action.id),
        action=composer.parse_markdown(item.action, _LEVEL, f"{path}.action"),
        details=composer.parse_markdown(item.details, _LEVEL, f"{path}.details"),
        owner=one_line(item.owner or ""),
        priority=one_line(item.priority or ""),
        deadline=one_line(item.deadline or ""),
        status=one_line(item.status or "") or composer.labels.states["open"],
        overdue=None if composer.facts.as_of is None else action.overdue,
        kind=one_line(item.type or ""),
        tickets=tuple(map(one_line, item.ticket)),
    )
