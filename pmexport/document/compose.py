"""Report -> Document, once: the sections in their places, and what stands at the head and foot of the pages."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from pmexport.document import nodes
from pmexport.document.labels import labels_for
from pmexport.document.nodes import Inlines, Label, Paragraph, Section, Text, Time
from pmexport.document.parts import Composer, plain, status
from pmexport.document.sections import SECTIONS, Entry
from pmexport.document.text import one_line
from pmexport.document.tones import severity_tone
from pmexport.errors import InputError
from pmexport.facts import Facts
from pmexport.folder import Folder
from pmexport.model import CustomSection, Report
from pmexport.times import read_date

TITLE_LEVEL = 1

RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "ug", "ur", "yi"})
"""Languages whose script runs from right to left."""


def compose(report: Report, facts: Facts, folder: Folder) -> nodes.Document:
    """Return the document that a report makes, with what follows from it and with the pictures and logs of its folder.

    The document's `problems` say what could not be shown or does not agree. Raises InputError where a text is beyond a
    limit.
    """
    composer = Composer(report, facts, folder, labels_for(report.language or "en"))
    composer.check()
    sections = () if composer.errors else tuple(_placed(composer, SECTIONS, TITLE_LEVEL + 1))
    if composer.errors:
        raise InputError(composer.errors)
    return nodes.Document(
        title=one_line(report.title) or composer.labels.kind,
        kind=composer.labels.kind,
        masthead=tuple(_masthead(composer)),
        byline=tuple(_byline(composer)),
        sections=sections,
        footer=(Paragraph((nodes.Emphasis((Text(composer.labels.footer),)),)),),
        running=tuple(_running(composer)),
        language=(report.language or "en").strip().replace("_", "-"),
        direction=_direction(report.language or "", report.title),
        final=report.stage == "final",
        words=nodes.Words(**{name: composer.labels.phrases[name] for name in ("contents", "page", "skip")}),
        properties=_properties(composer),
        problems=(*facts.problems, *composer.problems),
    )


# ---- placing


def _placed(composer: Composer, entries: tuple[Entry, ...], level: int) -> Iterator[Section]:
    for entry in entries:
        if entry.key == "appendix":
            yield from _custom(composer, None, level)
        blocks = entry.blocks(composer, level)
        inside = tuple(_placed(composer, entry.inside, level + 1))
        if blocks or inside:
            yield Section(entry.key, composer.labels.sections[entry.key], level, blocks, inside)
        yield from _custom(composer, entry.key, level)


def _custom(composer: Composer, after: str | None, level: int) -> Iterator[Section]:
    for number, section in enumerate(composer.report.sections, start=1):
        if section.after == after:
            yield _custom_section(composer, section, number, level)


def _custom_section(composer: Composer, section: CustomSection, number: int, level: int) -> Section:
    key = f"custom-{number}"
    return Section(key, one_line(section.title) or key, level, composer.markdown(section.text, level))


# ---- the head of the document


def _masthead(composer: Composer) -> Iterator[Inlines]:
    report, labels = composer.report, composer.labels
    if name := plain(report.id):
        yield name
    if severity := one_line(report.severity or ""):
        yield labels.phrase("severity", severity=Label(severity, "severity", severity_tone(severity)))
    yield (status(composer),)


def _byline(composer: Composer) -> Iterator[Inlines]:
    labels, report = composer.labels, composer.report
    day = read_date(report.date)
    if date := (Time(labels.date(day)),) if day else plain(report.date):
        yield date
    if report.commander and (name := plain(report.commander.name) or plain(report.commander.role)):
        yield labels.phrase("led_by", commander=name)


def _running(composer: Composer) -> Iterator[str]:
    report, labels = composer.report, composer.labels
    if classification := one_line(report.classification or ""):
        yield classification
    if revision := one_line(report.revision or ""):
        yield nodes.text_of(labels.phrase("revision", revision=revision))
    yield status(composer).text
    day = read_date(report.published)
    if published := labels.date(day) if day else one_line(report.published or ""):
        yield published


def _properties(composer: Composer) -> nodes.Properties:
    report = composer.report
    day = read_date(report.published) or read_date(report.date)
    return nodes.Properties(
        id=one_line(report.id or ""),
        authors=tuple(nodes.text_of(name) for author in report.authors if (name := plain(author.name or author.role))),
        subject=composer.labels.kind,
        keywords=tuple(map(one_line, report.tags)),
        status=status(composer).text,
        classification=one_line(report.classification or ""),
        revision=one_line(report.revision or ""),
        date=day.isoformat() if day else "",
    )


def _direction(language: str, title: str) -> nodes.Direction:
    """Return the direction of the language's script; where none is said, of the title's first letter (UAX 9, P2)."""
    if language:
        return "rtl" if language.strip().replace("_", "-").split("-")[0].lower() in RIGHT_TO_LEFT else "ltr"
    strong = (unicodedata.bidirectional(char) for char in title)
    return "rtl" if next((kind for kind in strong if kind in ("L", "R", "AL")), "L") != "L" else "ltr"
