"""The small parts that sections share: inlines, paragraphs, columns, rows and tables."""

import datetime as dt
from collections.abc import Iterable
from typing import Literal

from pmexport.document import nodes
from pmexport.document.clean_text import one_line
from pmexport.document.composer import Composer
from pmexport.document.labels import Labels
from pmexport.document.markdown.links import link
from pmexport.document.nodes import Blocks, Inline, Inlines, Label, Ordinal, Paragraph, Strong, Text, Time
from pmexport.document.tones import STAGE_TONES, severity_tone
from pmexport.report.house_style import HouseStyle
from pmexport.report.model import Person
from pmexport.report.moments import Moment, read_date
from pmexport.report.zones import UnknownZone, format_offset, name_offset

COLONS = ": \N{FULLWIDTH COLON}\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
"""The colons of all languages, and the spaces around them."""


def plain_text(text: str | None) -> Inlines:
    """Return a text that is not Markdown; nothing if it is empty."""
    line = one_line(text or "")
    return (Text(line),) if line else ()


def join_inlines(parts: Iterable[Inlines], between: str) -> Inlines:
    """Return the parts that are not empty, with a separator between them."""
    out: list[Inline] = []
    for part in parts:
        if part:
            out += (Text(between), *part) if out else part
    return tuple(out)


def list_inlines(composer: Composer, parts: Iterable[Inlines]) -> Inlines:
    """Return the parts that are not empty as a list in the document's language."""
    return join_inlines(parts, composer.labels.formats["list"])


def link_text(address: str | None, name: str | None = None) -> Inlines:
    """Return an address as a link with its name, or itself; as text if it is not one that a reader may follow."""
    return link(line, (Text(name or line),)) if (line := one_line(address or "")) else ()


def show_date(text: str | None) -> Inlines:
    """Return a date as written."""
    line = one_line(text or "")
    return (Time(line) if read_date(line) else Text(line),) if line else ()


def show_moment(moment: Moment | None, beside: Moment | None = None) -> Inlines:
    """Return a time in the report's zone, with its date if `beside` is on another day; as written if not understood."""
    if moment is None:
        return ()
    if moment.at is None:
        return plain_text(moment.text)
    if moment.precision == "day":
        return (Time(moment.at.date().isoformat()),)
    clock = show_clock(moment, moment.at)
    other_day = beside is not None and beside.at is not None and beside.at.date() != moment.at.date()
    return (Time(f"{moment.at.date().isoformat()} {clock}" if other_day else clock),)


def show_clock(moment: Moment, at: dt.datetime) -> str:
    """Return the clock time of a moment at this local time, with its offset from UTC if clocks showed it twice.

    Also with its offset if the report's zone is unknown and it has one.
    """
    clock = f"{at:%H:%M:%S}" if moment.precision == "second" else f"{at:%H:%M}"
    if moment.keeps_offset:
        return f"{clock}\N{NO-BREAK SPACE}{name_offset(at.utcoffset() or dt.timedelta())}"
    return f"{clock}{show_offset(at)}" if moment.repeated else clock


def show_offset(at: dt.datetime) -> str:
    """Return the offset of a local time from UTC, as it follows the time: ` UTC+02:00`."""
    return f"\N{NO-BREAK SPACE}UTC{format_offset(at.utcoffset() or dt.timedelta())}"


def show_dated_moment(moment: Moment) -> Inlines:
    """Return a time with its date."""
    day = f"{moment.at.date().isoformat()} " if moment.at else ""
    return (Time(day + nodes.text_of(show_moment(moment))),)


def show_zone(composer: Composer, zone: dt.tzinfo) -> Inlines:
    """Return the name of a time zone, with the abbreviations in use at the times of the report's events.

    Words that say so if it is unknown.
    """
    if isinstance(zone, UnknownZone):
        return (Text(composer.labels.band["zone_unknown"]),)
    name = str(zone)
    moments = (event.start for event in composer.facts.events)
    abbreviations = dict.fromkeys(m.at.tzname() or "" for m in moments if m and m.at)
    shown = composer.labels.list_texts(short for short in abbreviations if short.isalpha() and short != name)
    return composer.labels.phrase("zone", name=name, abbreviation=shown) if shown else (Text(name),)


def note_zone(composer: Composer, otherwise: str) -> Inlines:
    """Return the sentence that names the zone of all times, or the other phrase if some rows have their own wording."""
    events = composer.facts.events
    moments = (moment for event in events for moment in (event.start, event.end) if moment)
    all_alike = all(moment.in_zone for moment in moments)
    if isinstance(composer.facts.zone, UnknownZone):
        return composer.labels.phrase("zone_unknown" if all_alike else "zone_partly_unknown")
    return composer.labels.phrase(
        "all_times" if all_alike else otherwise, zone=show_zone(composer, composer.facts.zone)
    )


def show_person(composer: Composer, person: Person | None) -> Inlines:
    """Return a person as `Ana Ruiz (Database on-call, Payments)`; the role alone if there is no name."""
    if person is None:
        return ()
    name, role = plain_text(person.name), list_inlines(composer, (plain_text(person.role), plain_text(person.team)))
    return composer.labels.phrase("person", name=name, role=role) if name and role else name or role


def list_persons(composer: Composer, persons: Iterable[Person]) -> Inlines:
    """Return persons in one line."""
    return list_inlines(composer, (show_person(composer, person) for person in persons))


def show_severity(composer: Composer) -> Inlines:
    """Return the severity with its tone; nothing if the report states none."""
    severity = one_line(composer.report.severity or "")
    return (Label(severity, "severity", severity_tone(severity, composer.style)),) if severity else ()


def show_status(composer: Composer) -> Label:
    """Return the report's status: in the document's language if it is a usual word, otherwise as written."""
    report = composer.report
    word = composer.labels.status[report.stage]
    written = one_line(report.status or "")
    spelling = written.replace("_", " ").replace("-", " ").casefold()
    usual = not written or spelling in (report.stage.replace("_", " "), word)
    return Label(word if usual else written, "status", STAGE_TONES[report.stage])


def number_caption(composer: Composer, role: Literal["figure", "log"], number: int, caption: Inlines = ()) -> Inlines:
    """Return a caption with the number of its figure or log before it."""
    words = nodes.text_of(composer.labels.phrase(f"{role}_number", number=str(number)))
    return join_inlines(((Ordinal(words, role, number),), caption), " ")


def make_paragraph(*inlines: Inline) -> Blocks:
    """Return a paragraph; nothing without inlines."""
    return (Paragraph(inlines),) if inlines else ()


def make_footer(labels: Labels, style: HouseStyle) -> Blocks:
    """Return the words at the end of a document: those about blamelessness, or the organisation's."""
    words = (style.document.footer or labels.footer, style.document.footer_below)
    return tuple(Paragraph((nodes.Emphasis((Text(line),)),)) for line in words if line)


def make_note(inlines: Inlines) -> Paragraph:
    """Return a paragraph that is a remark of ours."""
    return Paragraph(inlines, role="note")


def make_column(title: str, role: str = "text") -> nodes.Column:
    """Return a table column with this title."""
    return nodes.Column((Text(title),), role)  # type: ignore[arg-type]


def name_rows(pairs: Iterable[tuple[str, Blocks]]) -> tuple[nodes.Row, ...]:
    """Return rows of a name in bold and a value; none for empty values."""
    return tuple(nodes.Row((make_paragraph(Strong(plain_text(name))), blocks)) for name, blocks in pairs if blocks)


def build_table(
    composer: Composer, role: str, columns: tuple[nodes.Column, ...], groups: tuple[nodes.RowGroup, ...], **more: bool
) -> Blocks:
    """Return a table; nothing without rows."""
    if not any(group.rows for group in groups):
        return ()
    return (nodes.Table(columns, groups, role, composer.labels.descriptions[role], **more),)  # type: ignore[arg-type]
