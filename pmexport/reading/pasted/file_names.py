"""Figures and logs that name a file: `figures: [plot.png]`."""

import re
from functools import partial

from pmexport.reading.pasted.context import Context
from pmexport.reading.pasted.list_texts import split_items
from pmexport.reading.pasted.pieces import Piece, make_list, make_row

_IMAGE = re.compile(r"[^\s<>()\[\]!|*?\"]+\.(?:png|jpe?g|jfif|gif|webp|svg|heic|heif|avif|bmp|tiff?)", re.IGNORECASE)
_LOG = re.compile(
    r"[^\s<>()\[\]!|*?\"]+\.(?:log|txt|out|err|json|jsonl|ndjson|csv|tsv|ya?ml|xml|trace|dump)(?:\.\d+)?", re.IGNORECASE
)
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)


def is_file_name(text: object, pattern: re.Pattern[str]) -> bool:
    """Return whether a value is one word that names a file of a kind, and not an address."""
    return isinstance(text, str) and pattern.fullmatch(text.strip()) is not None and not _ADDRESS.match(text.strip())


def _read_files(pattern: re.Pattern[str], field: str, title: str, piece: Piece, context: Context) -> Piece:
    items = piece.items()
    split = [part for item in items for part in _split_names(item, context, pattern) or (item,)]
    rows = [row for item in split for row in _read_file(item, pattern, field, title)]
    return piece if rows == items else make_list(rows, piece)


def _split_names(item: Piece, context: Context, pattern: re.Pattern[str]) -> list[Piece] | None:
    """Return the file names in a text that contains only file names, one a line."""
    first = item.value.strip().partition("\n")[0] if isinstance(item.value, str) else ""
    if not is_file_name(first.split(" ")[-1], pattern):  # spares a long log
        return None
    names = split_items(item, context, bullets=True, names=True)
    return names if names and all(is_file_name(name.value, pattern) for name in names) else None


def _read_file(item: Piece, pattern: re.Pattern[str], field: str, title: str) -> list[Piece]:
    fields = item.fields()
    if is_file_name(item.value, pattern):
        return [make_row({field: item}, item)]
    if not fields or not all(is_file_name(key, pattern) for key in fields):
        return [item]
    return [make_row({field: item.key(key), title: text}, item) for key, text in fields.items()]


read_figures = partial(_read_files, _IMAGE, "src", "caption")
"""Returns figures; a text that names an image is its `src`, and the text of such a key its caption."""

read_logs = partial(_read_files, _LOG, "file", "title")
"""Returns logs; a text that names a log is its `file`, and the text of such a key its title."""
