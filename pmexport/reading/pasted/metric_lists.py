"""Metrics and milestones written as a list of single keys: `- users_affected: 41,000`."""

from pmexport.reading.pasted.context import Context
from pmexport.reading.pasted.pieces import Piece, make_row


def read_metrics(piece: Piece, _context: Context) -> Piece:
    """Return a list of mappings without a common key as one mapping; anything else as it is."""
    mappings = [item.fields() for item in piece.items()] if isinstance(piece.value, list) else []
    pairs = [pair for fields in mappings for pair in (fields or {}).items()]
    fields = dict(pairs)
    return make_row(fields, piece) if fields and None not in mappings and len(fields) == len(pairs) else piece
