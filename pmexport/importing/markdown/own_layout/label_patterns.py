"""Patterns of the phrases that pmexport writes, in the words of a language's labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pmexport.document.clean_text import one_line
from pmexport.document.labels import Labels
from pmexport.importing.markdown.own_layout.written_dates import date_pattern

DOT = "\N{MIDDLE DOT}"
_NO_BREAK = re.compile("[\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]")
PAIRS = ("()", "\N{FULLWIDTH LEFT PARENTHESIS}\N{FULLWIDTH RIGHT PARENTHESIS}")
"""The parentheses of languages."""
WITHOUT_PAIRS = f"[^{''.join(PAIRS)}]+"
"""The pattern of a text without parentheses."""
_NUMBER = "\\d[\\d.,\N{RIGHT SINGLE QUOTATION MARK} ]*"
_ZONE = r"[\w/+:-]+"
"""The name of a zone."""


def masthead_patterns(labels: Labels, fields: dict[str, Any], commander: str) -> Iterator[str]:
    """Yield the patterns of the lines below the title: today's line, and the two of earlier versions.

    A value may differ from that in the metadata, which somebody may have changed; it goes on to the next dot.
    """
    values = {"severity": str(fields.get("severity") or ""), "commander": commander}
    words = {key: f"(?:{re.escape(one_line(value))}|[^{DOT}]+)" for key, value in values.items()}
    severity = unnamed(phrase_pattern(labels.word("severity"), **words))
    led_by = unnamed(phrase_pattern(labels.word("led_by"), **words))
    date = re.escape(one_line(str(fields.get("date") or "")))
    kind, day = re.escape(labels.kind), f"(?:{unnamed(date_pattern(labels, 'long'))}|{date})"
    marks = "|".join(map(re.escape, labels.marks.values()))
    lead = f"(?:{day} {DOT} )?(?:{led_by} {DOT} )?"
    yield f"(?:(?:{marks}) {DOT} )?(?:{severity} {DOT} )?{lead}{kind}"
    status = "|".join(map(re.escape, (*labels.status.values(), *labels.marks.values())))
    yield rf"{kind}(?: {DOT} [^\s{DOT}]+)?(?: {DOT} {severity})?(?: {DOT} (?:{status}))?"
    yield f"{day}(?: {DOT} {led_by})?"


def provenance_pattern(labels: Labels) -> str:
    """Return the pattern of the line at the end: which report and which program the document was made from."""
    made_by = phrase_pattern(labels.word("made_by"), generator=r"pmexport \S+")
    made_by += f"(?: {DOT} {phrase_pattern(labels.word('made_with'), look=f'[^{DOT}]+')})?"
    return rf"(?:.+ {DOT} )?{made_by}(?: {DOT} {phrase_pattern(labels.word('digest'), digest=r'[0-9a-f]+')})?"


def caption_pattern(labels: Labels) -> str:
    """Return the pattern of the days and the zone below the milestones."""
    day = unnamed(date_pattern(labels, "long"))
    span = f"{day}(?:{re.escape(between_placeholders(labels.word('range')))}{day})?"
    return phrase_pattern(labels.word("band_zone"), day=span, zone=any_zone_pattern(labels))


def note_patterns(labels: Labels, names: Iterable[str]) -> Iterator[str]:
    """Yield the patterns of phrases that name a zone or count actions."""
    counts, zone = dict.fromkeys(("open", "overdue", "done", "dropped"), _NUMBER), any_zone_pattern(labels)
    day = unnamed(date_pattern(labels, "long"))
    return (phrase_pattern(labels.word(name), zone=zone, day=day, **counts) for name in names)


def zone_pattern(labels: Labels) -> str:
    """Return the pattern of the name of a zone with its abbreviations."""
    return phrase_pattern(labels.word("zone"), name=_ZONE, abbreviation=WITHOUT_PAIRS)


def any_zone_pattern(labels: Labels) -> str:
    """Return the pattern of the name of a zone with or without abbreviations, or of the words that it is unknown."""
    return f"(?:{re.escape(labels.band['zone_unknown'])}|{unnamed(zone_pattern(labels))}|{_ZONE})"


def plain_spaces(text: str) -> str:
    """Return a text or a pattern with ordinary spaces."""
    return _NO_BREAK.sub(" ", text)


def unnamed(pattern: str) -> str:
    """Return a pattern without the names of its groups."""
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
