"""The sections of a report, in the order of the document: the one list that model, document and checks derive from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SectionEntry:
    """A place in the document: a section, the fields it shows, and the sections inside it."""

    key: str
    """The name authors use in `after` and `at`; the field's own name for a section that shows one field."""
    fields: tuple[str, ...] = ()
    """The report fields that it shows, if they have other names than the section."""
    inside: tuple[SectionEntry, ...] = ()


SECTIONS = (
    SectionEntry(
        "metadata",
        (
            "id", "date", "duration", "severity", "services", "user_impact", "commander", "responders", "status",
            "published", "revision", "classification", "authors", "tags",
        ),
    ),
    SectionEntry("summary"),
    SectionEntry("background"),
    SectionEntry("timeline"),
    SectionEntry(
        "root_cause_analysis",
        inside=(
            SectionEntry("what_happened"),
            SectionEntry("trigger"),
            SectionEntry("detection"),
            SectionEntry("five_whys"),
            SectionEntry("root_cause"),
            SectionEntry("resolution"),
        ),
    ),
    SectionEntry("contributing_factors"),
    SectionEntry("impact", ("impact", "milestones")),
    SectionEntry("went_well"),
    SectionEntry("could_improve"),
    SectionEntry("got_lucky"),
    SectionEntry("action_items"),
    SectionEntry("lessons"),
    SectionEntry("appendix", inside=(SectionEntry("logs"), SectionEntry("figures"), SectionEntry("related_incidents"))),
)  # fmt: skip
"""The order of the document. Sections of the organisation's own come before `appendix` unless they say otherwise."""


def walk_sections(entries: tuple[SectionEntry, ...] = SECTIONS) -> Iterator[SectionEntry]:
    """Yield the entries in the order of the document, parents before their children."""
    for entry in entries:
        yield entry
        yield from walk_sections(entry.inside)


def section_keys() -> tuple[str, ...]:
    """Return the keys of all sections, in the order of the document."""
    return tuple(entry.key for entry in walk_sections())


def section_fields(key: str) -> tuple[str, ...]:
    """Return the report fields that a section shows, those of the sections inside it included; none if unknown."""
    found = next((entry for entry in walk_sections() if entry.key == key), None)
    return () if found is None else tuple(_list_fields(found))


def _list_fields(entry: SectionEntry) -> Iterator[str]:
    yield from entry.fields
    for child in entry.inside:
        yield from child.fields or (child.key,)
