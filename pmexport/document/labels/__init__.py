"""Labels: the words of a document that are not the author's. One data file per language; every key is required."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pmexport.document.labels.catalogues import FALLBACK, FOLDER, find_language, known_languages, read_catalogue
from pmexport.document.labels.conventions import PLAIN, Conventions, DateForm, choose_locale
from pmexport.document.nodes import Inline, Inlines, Text
from pmexport.report.house_style import PLAIN as PLAIN_STYLE
from pmexport.report.house_style import HouseStyle
from pmexport.report.model import Report

__all__ = [
    "FALLBACK",
    "Labels",
    "choose_labels",
    "fill_pattern",
    "known_languages",
    "labels_for",
    "list_labels",
    "match_labels",
    "spell_tag",
]

_PLACEHOLDER = re.compile(r"\{(\w+)\}")

Phrase = str | dict[str, str]
"""A text, or its forms by plural category."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of one language, by purpose; `labels/en.toml` explains each."""

    language: str
    """The language of the catalogue."""
    conventions: Conventions
    kind: str
    footer: str
    formats: dict[str, str]
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
    phrases: dict[str, Phrase]
    archive: dict[str, str]
    attachments: dict[str, str]
    letter: dict[str, str]
    reasons: dict[str, str]

    def phrase(self, name: str, /, **parts: str | int | Inline | Inlines) -> Inlines:
        """Return the phrase with this name, its placeholders filled in. `count` chooses among plural forms."""
        return self.fill(self.phrases[name], **parts)

    def fill(self, phrase: Phrase, /, **parts: str | int | Inline | Inlines) -> Inlines:
        """Return a phrase with its placeholders filled in: texts, inlines, and numbers as the language writes them."""
        count = parts.get("count")
        category = self.conventions.find_plural(count) if isinstance(count, int) else ""
        pattern = phrase if isinstance(phrase, str) else phrase.get(category, phrase["other"])
        given = {key: self.number(part) if isinstance(part, int) else part for key, part in parts.items()}
        return fill_pattern(pattern, **given)

    def word(self, name: str) -> str:
        """Return a phrase that has no placeholders or is used as a pattern."""
        return next(iter(list_forms(self.phrases[name])))

    def reason(self, code: str, **values: str) -> str:
        """Return the sentence that says why a file is not shown."""
        return self.reasons[code].format(**values)

    def duration(self, length: dt.timedelta) -> str:
        """Return a duration, such as `1 h 25 min`; from one hour on, rounded to the minute."""
        return self.conventions.format_length(length)

    def date(self, day: dt.date, form: DateForm = "long") -> str:
        """Return a date in words, such as `14 March 2026`; without the year, or with the weekday."""
        return self.conventions.format_date(day, form)

    def number(self, number: int) -> str:
        """Return a whole number, such as `12,345`."""
        return self.conventions.format_number(number)

    def list_texts(self, texts: Iterable[str]) -> str:
        """Return texts in one line, such as `A, B, C`."""
        return self.formats["list"].join(texts)


def list_forms(phrase: Phrase) -> list[str]:
    """Return the plural forms of a phrase; the phrase itself if it has none."""
    return [phrase] if isinstance(phrase, str) else list(dict.fromkeys(phrase.values()))


def list_labels(style: HouseStyle) -> list[Labels]:
    """Return the labels of all languages, first with an organisation's words, then without."""
    folders, first = style.theme_folders, find_language(style.language or FALLBACK, style.theme_folders, style.labels)
    names = sorted(known_languages(folders, style.labels), key=lambda name: name != first)
    plain = [labels_for(name) for name in known_languages()]
    return [*(labels_for(name, folders, style) for name in names), *plain]


def match_labels(candidates: Iterable[Labels], titles: Collection[str]) -> Labels | None:
    """Return the labels with most of these titles of sections; the first of several, None of none."""
    return max(candidates, key=lambda one: len(set(one.sections.values()).intersection(titles)), default=None)


def choose_labels(
    report: Report, style: HouseStyle, language: str | None = None, folders: tuple[Path, ...] = ()
) -> Labels:
    """Return the labels of a report's document. language: in place of the report's. folders: as for `labels_for`."""
    return labels_for(language or style.language_of(report), folders, style)


def fill_pattern(pattern: str, /, **parts: str | Inline | Inlines) -> Inlines:
    """Return a pattern as inlines, its `{placeholders}` filled in. The values are never read as patterns."""
    out: list[Inline] = []
    for number, piece in enumerate(_PLACEHOLDER.split(pattern)):
        part = parts[piece] if number % 2 else piece
        if isinstance(part, str):
            part = (Text(part),) if part else ()
        out += part if isinstance(part, tuple) else (part,)
    return tuple(out)


def spell_tag(tag: str) -> str:
    """Return a language tag with hyphens and without spaces around it."""
    return tag.strip().replace("_", "-")


def labels_for(language: str, folders: tuple[Path, ...] = (), style: HouseStyle = PLAIN_STYLE) -> Labels:
    """Return the labels of a language (BCP 47) in the conventions of its region; otherwise the English ones.

    folders: those of a theme, its own first, whose catalogues add languages or change words. style: an organisation's
    words, which come before these.
    Raises ThemeError if one of these catalogues is wrong.
    """
    own = tuple(folder for folder in folders if (folder / FOLDER).is_dir())
    is_plain = not own and not style.labels and not style.common_words
    return _keep_labels(spell_tag(language)) if is_plain else _read_labels(spell_tag(language), own, style)


@cache
def _keep_labels(tag: str) -> Labels:
    """Return built-in labels, which do not change while the program runs; a theme's may."""
    return _read_labels(tag, (), PLAIN_STYLE)


def _read_labels(tag: str, folders: tuple[Path, ...], style: HouseStyle) -> Labels:
    name = find_language(tag, folders, style.labels)
    found = name or FALLBACK
    values = read_catalogue(found, folders, style.labels, style.common_words)
    formats = values["formats"]
    locale = choose_locale(tag, found) if name else PLAIN
    conventions = Conventions(locale, formats["unit"], formats["unit_space"])
    return Labels(language=found, conventions=conventions, **values)
