"""The phrases that name the zone of a document's times."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pmexport.document.markdown.source_blocks import SourceBlock
from pmexport.importing.markdown.inline_text import plain
from pmexport.importing.markdown.own_layout.label_patterns import (
    any_zone_pattern,
    caption_pattern,
    phrase_pattern,
    plain_spaces,
    zone_pattern,
)
from pmexport.importing.markdown.own_layout.own_page import OwnPage
from pmexport.report.zones import UNKNOWN, read_zone

ZONE_NOTES = ("all_times", "times_and_wordings", "zone_unknown", "zone_partly_unknown")
"""The phrases that name the zone above the timeline, or say that it is unknown."""


def match_zone(own: OwnPage, block: SourceBlock, phrases: Sequence[str]) -> bool:
    """Set the zone that one of these phrases names; return whether there is one."""
    text = plain_spaces(plain(own.source(block)))
    for name in phrases:
        pattern = phrase_pattern(own.labels.word(name), zone=any_zone_pattern(own.labels))
        found = re.match(plain_spaces(pattern), text)
        if found:
            zone = _read_name(own, found.groupdict().get("zone", UNKNOWN))
            try:
                read_zone(zone)
            except ValueError:
                return False
            own.builder.has_zone = True
            if zone != "UTC":
                own.builder.fields["timezone"] = zone
            return True
    return False


def _read_name(own: OwnPage, words: str) -> str:
    """Return the name of the zone in the words that a document has for it."""
    if words == plain_spaces(own.labels.band["zone_unknown"]):
        return UNKNOWN
    with_abbreviation = re.fullmatch(plain_spaces(zone_pattern(own.labels)), words)
    return with_abbreviation["name"] if with_abbreviation else words


def is_caption(own: OwnPage, block: SourceBlock) -> bool:
    """Return whether a paragraph says the days and the zone of the milestones, and nothing else."""
    return block.kind == "paragraph" and own.is_written(block, [caption_pattern(own.labels)])
