"""Patterns of the phrases that pmexport writes, in the words of a language's labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pmexport.document.clean_text import one_line
from pmexport.document.labels import Labels
from pmexport.importing.markdown.own_layout.written_dates import date_pattern

DOT = "\N{MIDDLE DOT}"
_ZONE = r"[\w/+:-]+(?: \([^()]*\))?"
"""The name of a zone, with its abbreviations."""


def masthead_patterns(labels: Labels, fields: dict[str, Any], commander: str) -> Iterator[str]:
    """Yield the patterns of the lines below the title: today's line, and the two of earlier versions.

    A value may differ from that in the metadata, which somebody may have changed; it goes on to the next dot.
    """
    values = {"severity": str(fields.get("severity") or ""), "commander": commander}
    words = {key: f"(?:{re.escape(one_line(value))}|[^{DOT}]+)" for key, value in values.items()}
    severity = _unnamed(phrase_pattern(labels.phrases["severity"], **words))
    led_by = _unnamed(phrase_pattern(labels.phrases["led_by"], **words))
    date = re.escape(one_line(str(fields.get("date") or "")))
    kind, day = re.escape(labels.kind), f"(?:{_unnamed(date_pattern(labels, 'long'))}|{date})"
    marks = "|".join(map(re.escape, labels.marks.values()))
    lead = f"(?:{day} {DOT} )?(?:{led_by} {DOT} )?"
    yield f"(?:(?:{marks}) {DOT} )?(?:{severity} {DOT} )?{lead}{kind}"
    status = "|".join(map(re.escape, (*labels.status.values(), *labels.marks.values())))
    yield rf"{kind}(?: {DOT} [^\s{DOT}]+)?(?: {DOT} {severity})?(?: {DOT} (?:{status}))?"
    yield f"{day}(?: {DOT} {led_by})?"


def provenance_pattern(labels: Labels) -> str:
    """Return the pattern of the line at the end: which report and which program the document was made from."""
    made_by = phrase_pattern(labels.phrases["made_by"], generator=r"pmexport \S+")
    made_by += f"(?: {DOT} {phrase_pattern(labels.phrases['made_with'], look=f'[^{DOT}]+')})?"
    return rf"(?:.+ {DOT} )?{made_by}(?: {DOT} {phrase_pattern(labels.phrases['digest'], digest=r'[0-9a-f]+')})?"


def caption_pattern(labels: Labels) -> str:
    """Return the pattern of the days and the zone below the milestones."""
    day = _unnamed(date_pattern(labels, "long"))
    span = f"{day}(?:{re.escape(between_placeholders(labels.phrases['range']))}{day})?"
    return phrase_pattern(labels.phrases["band_zone"], day=span, zone=_ZONE)


def note_patterns(labels: Labels, names: Iterable[str]) -> Iterator[str]:
    """Yield the patterns of phrases that name a zone or count actions."""
    counts = dict.fromkeys(("open", "overdue", "done", "dropped"), r"\d+")
    day = _unnamed(date_pattern(labels, "long"))
    return (phrase_pattern(labels.phrases[name], zone=_ZONE, day=day, **counts) for name in names)


def _unnamed(pattern: str) -> str:
    return re.sub(r"\?P<\w+>", "?:", pattern)


def between_placeholders(phrase: str) -> str:
    """Return what is between the two placeholders of a phrase."""
    return phrase.partition("}")[2].partition("{")[0]


def phrase_pattern(phrase: str, **patterns: str) -> str:
    """Return the pattern of a phrase. patterns: those of its placeholders, which may otherwise be any words."""
    pieces = re.split(r"\{(\w+)\}", phrase)
    return "".join(
        f"(?P<{piece}>{patterns.get(piece, '.+?')})" if number % 2 else re.escape(piece)
        for number, piece in enumerate(pieces)
    )
