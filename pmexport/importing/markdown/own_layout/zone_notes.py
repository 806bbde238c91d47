"""The phrases that name the zone of a document's times."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pmexport.document.markdown.source_blocks import SourceBlock
from pmexport.importing.markdown.inline_text import plain
from pmexport.importing.markdown.own_layout.label_patterns import (
    caption_pattern,
    phrase_pattern,
    plain_spaces,
    zone_pattern,
)
from pmexport.importing.markdown.own_layout.own_page import OwnPage
from pmexport.report.zones import read_zone

ZONE_NOTES = ("all_times", "times_and_wordings")
"""The phrases that name the zone above the timeline."""


def match_zone(own: OwnPage, block: SourceBlock, phrases: Sequence[str]) -> bool:
    """Set the zone that one of these phrases names; return whether there is one."""
    text = plain_spaces(plain(own.source(block)))
    named = plain_spaces(zone_pattern(own.labels))
    for name in phrases:
        found = re.match(plain_spaces(phrase_pattern(own.labels.word(name))), text)
        if found:
            with_abbreviation = re.fullmatch(named, found["zone"])
            zone = with_abbreviation["name"] if with_abbreviation else found["zone"]
            try:
                read_zone(zone)
            except ValueError:
                return False
            if zone != "UTC":
                own.builder.fields["timezone"] = zone
            return True
    return False


def is_caption(own: OwnPage, block: SourceBlock) -> bool:
    """Return whether a paragraph says the days and the zone of the milestones, and nothing else."""
    return block.kind == "paragraph" and own.is_written(block, [caption_pattern(own.labels)])
