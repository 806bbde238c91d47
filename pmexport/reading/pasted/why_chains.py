"""Five whys whose question and answer were written as one: `- Why did it fail? Because of DNS`."""

import re

from pmexport.reading.pasted.context import Context
from pmexport.reading.pasted.half_rows import join_half_rows
from pmexport.reading.pasted.list_texts import split_items
from pmexport.reading.pasted.pieces import Piece, make_list, make_row
from pmexport.report.field_types import is_private_key
from pmexport.report.model import Why

_SEPARATOR = re.compile(r"\s+(?:(?:->|=>|[-\N{EN DASH}\N{EM DASH}→])\s+)?|\s*[→\N{EM DASH}\N{EN DASH}]\s*")
_QUESTION = re.compile(r"[^?]*\?(?:[*_]+(?=\s))?")
_ASKS = re.compile(r"(?:\d+[.)]\s*)?why\b", re.IGNORECASE)


def read_whys(piece: Piece, context: Context) -> Piece:
    """Return five whys with each question apart from its answer."""
    items = piece.items()
    split = [part for item in items for part in split_items(item, context, bullets=True) or (item,)]
    rows = [row for item in join_half_rows(split, Why, "why") for row in _read_item(item)]
    return piece if rows == items else make_list(rows, piece)


def _read_item(item: Piece) -> list[Piece]:
    fields = item.fields()
    if fields is None:
        return [_split_answer(item)]
    if fields.keys() & Why.model_fields.keys() or not fields or not all(map(_is_question, fields)):
        return [item]
    return [make_row({"why": item.key(key), "because": answer}, item) for key, answer in fields.items()]


def _is_question(key: str) -> bool:
    return not is_private_key(key) and (key.rstrip().endswith("?") or _ASKS.match(key) is not None)


def _split_answer(item: Piece) -> Piece:
    """Return a question and its answer, if a text contains one question mark and goes on after it."""
    text = item.value.rstrip() if isinstance(item.value, str) else ""
    question = _QUESTION.match(text)
    end = question.end() if question else 0
    separator = _SEPARATOR.match(text, end) if end and text.count("?") == 1 else None
    if separator is None or separator.end() == len(text):
        return item
    answer = item.cut(text[separator.end() :], separator.end())
    return make_row({"why": item.cut(text[:end], 0), "because": answer}, item)
