"""What a text says about the zone of its times: the names of zones in it, and whether one is certain."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pmexport.document.labels import known_languages, labels_for
from pmexport.report.moments import parse_time
from pmexport.report.zones import find_zones, read_zone

_LONGEST_SENTENCE = 90
_ZONE_SENTENCE = re.compile(
    r"^[^.\n]{0,24}(?:\b(?:times?|timestamps?|(?:uhr)?zeiten|zeitangaben|zeitzone|heures?|horaires|fuseau|horas?|horários?"
    r"|fuso)\b|時刻|時間|タイムゾーン|时间|时区|시각|시간|الأوقات|التوقيت|المنطقة الزمنية)",
    re.IGNORECASE,
)
_ALL_TIMES = re.compile(
    r"(?:(?<!at )\ball (?:the )?(?:times|timestamps)\b|\balle (?:(?:uhr)?zeiten|zeitangaben)\b|\btoutes les heures\b"
    r"|\btodas (?:las|as) horas\b"
    r"|\btodos (?:los|os) horários\b|時刻は(?:すべて|全て)|(?:すべて|全て)の時刻|所有时间"
    r"|모든 시[각간]|(?:جميع|كل) الأوقات)(?P<where>[^\n]{0,40})",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ZONE_NAME = re.compile(
    r"(?<![A-Za-z0-9_/])(?:(?:UTC|GMT)(?:\s?[+\N{MINUS SIGN}-]\d{1,2}(?::?[0-5]\d)?)?|[A-Z]{2,5}"
    r"|[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_]+){1,2})(?![A-Za-z0-9_/])"
)
"""What may be the name of a zone in a heading, a header or a sentence."""
_OUR_WORDS = frozenset({"all", "times", "time", "in", "utc"})
"""The words of the sentence that a document has anyway if the zone is UTC, in English."""


def is_zone_sentence(text: str) -> bool:
    """Return whether a text may be a sentence about the zone of times."""
    return len(text) < _LONGEST_SENTENCE and _ZONE_SENTENCE.match(text) is not None


def find_stated_zone(text: str) -> str:
    """Return the zone that a file says all its times are in, wherever it says so; empty if none, or several."""
    stated = [find_zone_names(found["where"]) for found in _ALL_TIMES.finditer(_COMMENT.sub("", text))]
    zones = {certain_zone(name) for names in stated for name in names}
    return zones.pop() if len(zones) == 1 else ""


def repeats_note(text: str, zone: str) -> bool:
    """Return whether a text says in the words of our documents that all times are in a zone."""
    if zone == "UTC" and set(re.findall(r"\w+", text.casefold())) <= _OUR_WORDS:
        return True
    return text.strip() in {labels_for(one).word("all_times").format(zone=zone) for one in known_languages()}


def find_zone_names(text: str) -> list[str]:
    """Return the names of zones in a text."""
    return [*dict.fromkeys(found[0] for found in _ZONE_NAME.finditer(text) if _is_zone(found[0]))]


def certain_zone(name: str) -> str:
    """Return the zone of this name, as a report names it; empty if it may be several, or is none."""
    if not name.startswith(("UTC", "GMT")) and "/" not in name:
        return ""
    try:
        read_zone(name)
    except ValueError:
        return ""
    return "UTC" if name == "GMT" else name


def _is_zone(name: str) -> bool:
    return bool(certain_zone(name) or find_zones(name))


def has_local_times(fields: Mapping[str, Any]) -> bool:
    """Return whether a time of the timeline or a milestone has no offset, so that a zone matters."""
    entries = fields.get("timeline", ())
    texts = [entry.get(key, "") for entry in entries for key in ("time", "end")] + [
        *fields.get("milestones", {}).values()
    ]
    return any(time and time.clock and time.clock.tzinfo is None for time in map(parse_time, texts))
