"""The checkbox before an action is its status: `[x] Add an alert` is done."""

import re
from dataclasses import replace

from pmexport.reading.pasted.context import Context
from pmexport.reading.pasted.half_rows import join_half_rows
from pmexport.reading.pasted.list_texts import split_items
from pmexport.reading.pasted.pieces import Note, Piece, make_list, make_row
from pmexport.report.field_types import is_empty
from pmexport.report.house_style import HouseStyle
from pmexport.report.model import ActionItem, State

_BOX = re.compile(r"\s*(?:[-*+]\s+)?(?:\[(?P<mark>[xX ]?)\]\s+|(?P<sign>[☐☑✅✔✓])\N{VARIATION SELECTOR-16}?\s*)(?=\S)")
_LISTED_BOX = re.compile(r"^[ \t]*[-*+] \[[xX ]\] ", re.MULTILINE)
_SEVERAL = Note(
    "PM039",
    "The checkboxes in this action do not set its status.",
    "Write each line as a separate item.",
)
_DONE_MARKS = ("x", "X")
_OPEN_SIGN = "☐"


def read_actions(piece: Piece, context: Context) -> Piece:
    """Return action items whose checkboxes are their status, one for each line of a checklist."""
    items = piece.items()
    split = [part for item in items for part in split_items(item, context, bullets=True) or (item,)]
    rows = [_read_box(item, context.style) for item in join_half_rows(split, ActionItem, "action")]
    return piece if rows == items else make_list(rows, piece)


def _read_box(item: Piece, style: HouseStyle) -> Piece:
    fields = item.fields() or {"action": item}
    action = fields.get("action")
    match = _BOX.match(action.value) if action and isinstance(action.value, str) else None
    if action is None or match is None:
        several = isinstance(action, Piece) and len(_LISTED_BOX.findall(str(action.value))) > 1
        return item.noted(_SEVERAL) if several else item
    box = "Done" if match["mark"] in _DONE_MARKS or match["sign"] not in (None, _OPEN_SIGN) else "Open"
    status = fields.get("status")
    if status is not None and not is_empty(status.value):
        if _contradicts(box, style.state_of(str(status.value))):
            return item.noted(_advise(box, str(status.value)))
    else:
        status = replace(action.cut(box, match.start("mark") if match["mark"] else match.start("sign")), notes=())
    row = make_row({**fields, "action": _drop_box(action, match), "status": status}, item)
    return replace(row, notes=item.notes)


def _drop_box(action: Piece, match: re.Match[str]) -> Piece:
    return action.cut(str(action.value)[match.end() :], match.end())


def _contradicts(box: str, state: State) -> bool:
    return state != "dropped" and (state == "done") != (box == "Done")


def _advise(box: str, status: str) -> Note:
    message = f"The checkbox says {box.lower()}, but the status is {status.strip()}."
    return Note("PM040", message, "Remove the checkbox from the action, or correct the `status`.")
