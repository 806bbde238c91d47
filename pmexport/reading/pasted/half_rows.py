"""Join rows that were split into several list items, such as `- time: 14:05` and then `- event: alert`."""

from itertools import pairwise

from pmexport.reading.pasted.pieces import Note, Piece, make_row
from pmexport.report.field_types import Part, is_empty


def join_half_rows(items: list[Piece], part: type[Part], main: str) -> list[Piece]:
    """Return the items of a list, those that make up one row joined.

    part: the kind of row. main: the field that every row has.

    Neighbours make up a row if no key occurs in two of them and all but one lack the main field. Where another
    reading is possible, they are returned as written, with a note.
    """
    filled = [item for item in items if not is_empty(item.value)]
    known = frozenset(part.model_fields)
    rows = _group_rows(filled, known, main)
    if len(rows) == len(filled):
        return items
    if _is_certain(rows, main):
        return [_join_row(row) for row in rows]
    return [item.noted(_advise(main)) if _is_half(item, main) else item for item in items]


def _group_rows(items: list[Piece], known: frozenset[str], main: str) -> list[list[Piece]]:
    rows: list[list[Piece]] = []
    seen: frozenset[str] = frozenset()
    halved = False
    for item in items:
        names = item.names()
        keys = names if names <= known else frozenset()
        half = bool(keys) and main not in keys
        fits = bool(rows and keys and seen) and seen.isdisjoint(keys) and (half or halved)
        if fits:
            rows[-1].append(item)
        else:
            rows.append([item])
        seen = seen | keys if fits else keys
        halved = main not in seen if fits else half
    return rows


def _is_certain(rows: list[list[Piece]], main: str) -> bool:
    """Return whether the joined rows are all complete and begin alike; then no half can belong to its other side."""
    joined = [row for row in rows if len(row) > 1]
    firsts = {main in row[0].names() for row in joined}
    begins_with_main = firsts == {True}
    undecided = [row for row, after in pairwise(rows) if len(row) > 1 and len(after) == 1 and _lacks(after[0], row[-1])]
    complete = all(any(main in item.names() for item in row) for row in joined)
    return complete and len(firsts) == 1 and not (begins_with_main and main == "event" and undecided)


def _lacks(item: Piece, half: Piece) -> bool:
    """Return whether a half row would fit the item after it as well."""
    return item.names().isdisjoint(half.names())


def _is_half(item: Piece, main: str) -> bool:
    names = item.names()
    return bool(names) and main not in names


def _join_row(row: list[Piece]) -> Piece:
    if len(row) == 1:
        return row[0]
    fields = {key: part for item in row for key, part in (item.fields() or {}).items()}
    return make_row(fields, row[0])


def _advise(main: str) -> Note:
    message = f"This item has no `{main}`, and it is unclear which neighbouring item it belongs to."
    return Note("PM038", message, f"Write one item with one dash, and align `{main}:` with its first key.")
