"""Five whys whose question and answer were written as one, `- Why did it fail? Because of DNS`, or as two texts."""

import re

from pmexport.reading.pasted.context import Context
from pmexport.reading.pasted.half_rows import join_half_rows
from pmexport.reading.pasted.list_texts import split_items
from pmexport.reading.pasted.pieces import Piece, make_list, make_row
from pmexport.report.field_types import is_private_key
from pmexport.report.model import Why

_SEPARATOR = re.compile(r"\s+(?:(?:->|=>|[-\N{EN DASH}\N{EM DASH}→])\s+)?|\s*[→\N{EM DASH}\N{EN DASH}]\s*")
_QUESTION = re.compile(r"[^?]*\?(?:[*_]+(?=\s))?")
_ANSWERS = re.compile(r"\W{0,3}(?:because|weil|parce qu|porque|なぜなら)", re.IGNORECASE)
_ENDS_ASKING = re.compile(r"[^?\uff1f]*[?\uff1f]\W{0,3}\Z")
_ASKS = re.compile(r"(?:\d+[.)]\s*)?why\b", re.IGNORECASE)


def read_whys(piece: Piece, context: Context) -> Piece:
    """Return five whys with each question apart from its answer."""
    items = piece.items()
    split = [part for item in items for part in split_items(item, context, bullets=True) or (item,)]
    rows = _join_answers([row for item in join_half_rows(split, Why, "why") for row in _read_item(item)])
    return piece if rows == items else make_list(rows, piece)


def _join_answers(rows: list[Piece]) -> list[Piece]:
    """Return five whys with each text that begins with Because as the answer to the question before it."""
    joined: list[Piece] = []
    for row in rows:
        before = joined[-1] if joined else None
        if before and _matches(_ANSWERS, row) and _matches(_ENDS_ASKING, before):
            joined[-1] = make_row({"why": before, "because": row}, before)
        else:
            joined.append(row)
    return joined


def _matches(pattern: re.Pattern[str], row: Piece) -> bool:
    return isinstance(row.value, str) and pattern.match(row.value) is not None


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
