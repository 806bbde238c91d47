"""Labels: the words of a document that are not the author's. One data file per language; every key is required."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Literal

from pmexport.document.nodes import Inline, Inlines, Text
from pmexport.report.house_style import HouseStyle
from pmexport.report.model import Report

FALLBACK = "en"

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of one language, by purpose; `labels/en.toml` explains each."""

    language: str
    kind: str
    footer: str
    sections: dict[str, str]
    metadata: dict[str, str]
    timeline: dict[str, str]
    impact: dict[str, str]
    response_times: dict[str, str]
    milestones: dict[str, str]
    action_items: dict[str, str]
    status: dict[str, str]
    states: dict[str, str]
    marks: dict[str, str]
    flags: dict[str, str]
    since: dict[str, str]
    elapsed: dict[str, str]
    lanes: dict[str, str]
    band: dict[str, str]
    descriptions: dict[str, str]
    phrases: dict[str, str]
    archive: dict[str, str]
    attachments: dict[str, str]
    letter: dict[str, str]
    reasons: dict[str, str]
    durations: dict[str, str]
    dates: dict[str, str | list[str]]

    def phrase(self, name: str, /, **parts: str | Inline | Inlines) -> Inlines:
        """Return the phrase with this name, its placeholders filled in."""
        return fill_pattern(self.phrases[name], **parts)

    def reason(self, code: str, **values: str) -> str:
        """Return the sentence that says why a file is not shown."""
        return self.reasons[code].format(**values)

    def duration(self, length: dt.timedelta) -> str:
        """Return a duration, such as `1 h 25 min`; from one hour on, rounded to the minute."""
        seconds = round(length.total_seconds())
        if seconds >= 3600:
            seconds = round(seconds / 60) * 60
        sizes = {"day": 86400, "hour": 3600, "minute": 60, "second": 1}
        parts = []
        for unit, size in sizes.items():
            count, seconds = divmod(seconds, size)
            if count:
                parts.append(self.durations[unit].format(n=count))
        return " ".join(parts) or self.durations["minute"].format(n=0)

    def date(self, day: dt.date, form: Literal["long", "short", "weekday"] = "long") -> str:
        """Return a date in words, such as `14 March 2026`; without the year, or with the weekday."""
        pattern = str(self.dates[form])
        return pattern.format(
            day=day.day,
            month=self.dates["months"][day.month - 1],
            short_month=self.dates["short_months"][day.month - 1],
            year=day.year,
            weekday=self.dates["weekdays"][day.weekday()],
        )

    def styled(self, style: HouseStyle) -> Labels:
        """Return the labels with the words that an organisation uses instead."""
        own = style.document
        kind, footer = own.kind or self.kind, own.footer or self.footer
        return replace(self, kind=kind, footer=footer, sections=self.sections | style.sections.titles)


def list_labels(style: HouseStyle) -> list[Labels]:
    """Return the labels of all languages, first with an organisation's words, then without."""
    plain = [labels_for(name) for name in known_languages()]
    return [*(labels.styled(style) for labels in plain), *plain]


def choose_labels(report: Report, style: HouseStyle) -> Labels:
    """Return the labels of a report's document."""
    return labels_for(style.language_of(report)).styled(style)


def fill_pattern(pattern: str, /, **parts: str | Inline | Inlines) -> Inlines:
    """Return a pattern as inlines, its `{placeholders}` filled in. The values are never read as patterns."""
    out: list[Inline] = []
    for number, piece in enumerate(_PLACEHOLDER.split(pattern)):
        part = parts[piece] if number % 2 else piece
        if isinstance(part, str):
            part = (Text(part),) if part else ()
        out += part if isinstance(part, tuple) else (part,)
    return tuple(out)


def known_languages() -> list[str]:
    """Return the languages that have labels."""
    files = resources.files(__name__).iterdir()
    return sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml"))


@cache
def labels_for(language: str) -> Labels:
    """Return the labels of a language (BCP 47), otherwise of its primary language, otherwise the English ones."""
    tag = language.strip().replace("_", "-").lower()
    names = {name.lower(): name for name in known_languages()}
    name = names.get(tag) or names.get(tag.split("-")[0], FALLBACK)
    text = resources.files(__name__).joinpath(f"{name}.toml").read_text("utf-8")
    return Labels(language=name, **tomllib.loads(text))
