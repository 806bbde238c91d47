"""Bring what authors paste into the report's form, before it is validated. Every part keeps its place in the text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from pmexport.problems import Problem
from pmexport.reading.flattened_markdown import MARKDOWN_FLATTENED
from pmexport.reading.parsed_tree import Extent, Parsed
from pmexport.reading.pasted.checkboxes import read_actions
from pmexport.reading.pasted.context import Context
from pmexport.reading.pasted.file_names import read_figures, read_logs
from pmexport.reading.pasted.list_texts import NAMES, PEOPLE, read_list, read_names, read_single
from pmexport.reading.pasted.metric_lists import read_metrics
from pmexport.reading.pasted.pieces import Piece
from pmexport.reading.pasted.timeline_rows import read_timeline
from pmexport.reading.pasted.why_chains import read_whys
from pmexport.reading.paths import Path, write_path
from pmexport.reading.written_words import WrittenWords, unfold_lines
from pmexport.report.field_types import is_empty
from pmexport.report.house_style import HouseStyle
from pmexport.report.moments import read_date

_Reader = Callable[[Piece, Context], Piece]

_LISTS = ("root_cause", "contributing_factors", "went_well", "could_improve", "got_lucky", "lessons")
_READERS: dict[str, _Reader] = {
    **dict.fromkeys(("services", "tags"), partial(read_names, joined=NAMES)),
    **dict.fromkeys(("responders", "authors"), partial(read_names, joined=PEOPLE)),
    "commander": read_single,
    **dict.fromkeys(_LISTS, read_list),
    "timeline": read_timeline,
    "five_whys": read_whys,
    "impact": read_metrics,
    "milestones": read_metrics,
    "action_items": read_actions,
    "logs": read_logs,
    "figures": read_figures,
}
"""How each field is read."""


VERBATIM = "x-verbatim"
"""The private key of a report whose texts are all taken as they are. `dump` writes it if a text looks pasted."""


def rewrite_pasted(parsed: Parsed, style: HouseStyle) -> Parsed:
    """Return the same content in the report's form, with remarks about what could not be determined."""
    value = parsed.value
    if not isinstance(value, Mapping) or value.get(VERBATIM) in ("true", True):
        return parsed
    context = Context(_find_year(value), partial(_unfold, parsed), style)
    pieces = {
        key: _READERS[key](Piece(item, (key,)), context)
        for key, item in value.items()
        if key in _READERS and not is_empty(item)
    }
    changed = {key: piece for key, piece in pieces.items() if piece.parts is not None or len(piece.path) > 1}
    kept = (remark for remark in parsed.remarks if remark.id != MARKDOWN_FLATTENED or remark.path not in changed)
    remarks = (*kept, *_list_remarks(parsed, pieces))
    if not changed:
        return replace(parsed, remarks=remarks)
    plain = {key: piece.plain() for key, piece in changed.items()}
    return replace(parsed, value={**value, **plain}, locate=partial(_move_extents, parsed, changed), remarks=remarks)


def _list_remarks(parsed: Parsed, pieces: Mapping[str, Piece]) -> Iterator[Problem]:
    finder = _PieceFinder(parsed)
    for key, piece in pieces.items():
        for path, part in piece.walk((key,)):
            for note in part.notes:
                place = parsed.source.place(finder.find_extent(part).start)
                yield Problem(note.message, write_path(path), help=note.help, level="warning", id=note.id).at(place)


def _find_year(value: Mapping[str, object]) -> int | None:
    dates = (read_date(str(value.get(key) or "")) for key in ("date", "published"))
    return next((date.year for date in dates if date), None)


def _unfold(parsed: Parsed, piece: Piece) -> str:
    text = str(piece.value)
    if not parsed.folded or piece.at_key or piece.offset is not None:
        return text
    extent, exact = parsed.extent.find(piece.path)
    return text if extent.start is None or not exact else unfold_lines(parsed.source.text, extent.start, text)


def _move_extents(parsed: Parsed, pieces: Mapping[str, Piece]) -> Extent:
    finder = _PieceFinder(parsed)
    moved: dict[str | int, Extent] = {key: finder.find_extent(piece) for key, piece in pieces.items()}
    whole = parsed.extent
    return Extent(whole.start, whole.key, {**(whole.inside or {}), **moved})


class _PieceFinder:
    """Finds where pieces are in the source. The words of each text are looked up once."""

    def __init__(self, parsed: Parsed) -> None:
        self._parsed = parsed
        self._words: dict[tuple[Path, bool], WrittenWords] = {}

    def find_extent(self, piece: Piece) -> Extent:
        """Return the extent of a piece and its parts."""
        extent, exact = self._parsed.extent.find(piece.path)
        if piece.parts is None and piece.offset is None and not piece.at_key:
            return extent
        start = extent.key if piece.at_key else extent.start
        if piece.offset is not None and start is not None and exact:
            start = self._find_words(piece, start).find(piece.offset)
        return Extent(start, start, {key: self.find_extent(part) for key, part in (piece.parts or {}).items()})

    def _find_words(self, piece: Piece, start: int) -> WrittenWords:
        key = (piece.path, piece.at_key)
        if key not in self._words:
            value: Any = self._parsed.value
            for step in piece.path:
                value = value[step]
            text = str(piece.path[-1] if piece.at_key else value)
            self._words[key] = WrittenWords(self._parsed.source.text, start, text)
        return self._words[key]
