"""Items of a list that were written as one text: `-Ana` and `-Bob`, or lines with bullets that YAML does not know."""

import re
import textwrap

from pmexport.reading.found_values import shorten
from pmexport.reading.pasted.context import Context
from pmexport.reading.pasted.pieces import Note, Piece, make_list

_SIGN = "•‣◦▪·●"
_MARKERS = (
    re.compile(rf"[ \t]*[{_SIGN}]\s*(?=\S)"),
    re.compile(r"[ \t]*-(?=[^\W\d])"),
)
"""Markers of items that are not Markdown: a bullet sign, and a dash without a space."""
_BULLETS = (
    re.compile(r"[ \t]*[-*+\N{EN DASH}\N{EM DASH}][ \t]+(?=\S)"),
    re.compile(r"[ \t]*\d{1,3}[.)][ \t]+(?=\S)"),
)
_MOST_INLINE = 10_000
"""Characters of a line with several bullets."""
_INLINE = re.compile(rf"\s(?=[{_SIGN}]\s)")

NAMES = re.compile(r"[,;]\s")
"""What is between names that were written as one text."""
PEOPLE = re.compile(r"[,;]\s|\s(?:&|and)\s")
"""The same for people."""


def read_list(piece: Piece, context: Context) -> Piece:
    """Return a list of Markdown texts; items that were written as one text are apart."""
    return _rebuild(piece, [part for item in piece.items() for part in split_items(item, context) or (item,)])


def read_names(piece: Piece, context: Context, joined: re.Pattern[str]) -> Piece:
    """Return a list of names; names that were written as one text in place of a list, one a line, are apart."""
    if not isinstance(piece.value, str):
        return read_list(piece, context)
    found = split_items(piece, context, bullets=True, names=True) or [piece]
    if found == [piece] and joined.search(piece.value):
        return piece.noted(_advise_names(piece.value, joined))
    return _rebuild(piece, found)


def read_single(piece: Piece, _context: Context) -> Piece:
    """Return the only item of a list; anything else as it is."""
    items = piece.items()
    return items[0] if len(items) == 1 else piece


def _rebuild(piece: Piece, found: list[Piece]) -> Piece:
    noted = [_note_dash(item) for item in found]
    return piece if noted == piece.items() else make_list(noted, piece)


def split_items(item: Piece, context: Context, *, bullets: bool = False, names: bool = False) -> list[Piece] | None:
    """Return the items in a text; None if it is not certain that it is a list."""
    text = item.value
    if not isinstance(text, str) or not (bullets or names or any(marker.match(text) for marker in _MARKERS)):
        return None
    lines = context.read_lines(item)[0]
    if _MARKERS[0].match(lines) and "\n" not in lines and len(lines) < _MOST_INLINE:
        lines = _INLINE.sub("\n", lines)
    for marker in _MARKERS + (_BULLETS if bullets else ()):
        found = _split_lines(lines, item, marker)
        if found and (len(found) > 1 or marker is not _MARKERS[1]):
            return found
    return _split_names(lines, item) if names else None


def _split_lines(text: str, whole: Piece, marker: re.Pattern[str]) -> list[Piece] | None:
    """Return the items of a text all of whose outer lines begin with a marker; None if one does not."""
    starts: list[tuple[int, int]] = []
    offset, indent = 0, len(text) - len(text.lstrip(" \t"))
    for line in text.split("\n"):
        begin = marker.match(line)
        if begin and len(line) - len(line.lstrip()) <= indent:
            starts.append((offset, offset + begin.end()))
        elif line.strip() and len(line) - len(line.lstrip()) <= indent:
            return None
        offset += len(line) + 1
    ends = [start for start, _ in starts[1:]] + [len(text)]
    if not starts:
        return None
    return [whole.cut(_dedent(text[inner:end]), inner) for (_, inner), end in zip(starts, ends, strict=True)]


def _dedent(text: str) -> str:
    first, _, others = text.rstrip().partition("\n")
    return f"{first}\n{textwrap.dedent(others)}" if others else first


def _split_names(text: str, whole: Piece) -> list[Piece] | None:
    found, offset = [], 0
    for line in text.split("\n"):
        if line.strip():
            found.append(whole.cut(line.strip(), offset + len(line) - len(line.lstrip())))
        offset += len(line) + 1
    return found if len(found) > 1 else None


def _note_dash(item: Piece) -> Piece:
    if not isinstance(item.value, str) or not _MARKERS[1].match(item.value):
        return item
    message = f'"{shorten(item.value)}" begins with a dash, which is part of the text.'
    return item.noted(
        Note("PM039", message, f"For a list item, write a space after the dash: - {shorten(item.value[1:])}")
    )


def _advise_names(text: str, joined: re.Pattern[str]) -> Note:
    names = ", ".join(filter(None, map(str.strip, joined.split(text))))
    message = f'"{shorten(text)}" is read as one name but seems to be several.'
    return Note("PM039", message, f"Write a list: [{shorten(names)}].")
