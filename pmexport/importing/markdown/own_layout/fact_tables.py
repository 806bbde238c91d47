"""The tables of metadata and of impact."""

from __future__ import annotations

import re

from pmexport.document.labels import Labels
from pmexport.document.markdown.source_blocks import SourceBlock
from pmexport.importing.markdown.cell_markdown import cell_blocks
from pmexport.importing.markdown.fact_sections import table_rows
from pmexport.importing.markdown.inline_text import plain
from pmexport.importing.markdown.own_layout.label_patterns import (
    WITHOUT_PAIRS,
    between_placeholders,
    phrase_pattern,
    unnamed,
)
from pmexport.importing.markdown.own_layout.own_page import OwnPage
from pmexport.importing.markdown.own_layout.own_values import plain_value, split_written, unbold
from pmexport.report.facts import derive_facts


class MetadataReader:
    """Reads the table of metadata."""

    def __init__(self, own: OwnPage) -> None:
        """Start with no commander's name: it is in the byline, not in the table."""
        self._own = own
        self.commander = ""
        self._derived_duration = ""

    def read(self, blocks: list[SourceBlock]) -> bool:
        """Read the table if it has our form; return whether it has."""
        if len(blocks) != 1 or blocks[0].kind != "table":
            return False
        names = self._own.labels.metadata | self._own.style.metadata
        keys = {label: key for key, label in names.items()}
        rows = table_rows(self._own.page, blocks[0])
        labels = [plain(row[0]) for row in rows[1:]]
        if len(rows[0]) != 2 or not keys.keys() >= {*labels} or len({*labels}) < len(labels):
            return False
        status = dict(zip(labels, (row[1] for row in rows[1:]), strict=True)).get(self._own.labels.metadata["status"])
        if status is not None and self._own.style.stage_of(_read_status(self._own.labels, status)) is None:
            return False
        self._own.mark_header(blocks[0], "metadata")
        for number, (label, value) in enumerate(rows[1:], start=1):
            key = keys[plain(label)]
            self._put(key, value)
            self._own.mark_row(blocks[0], number, key)
        return True

    def _put(self, key: str, value: str) -> None:
        text = plain_value(value)
        fields, labels = self._own.builder.fields, self._own.labels
        match key:
            case "duration":
                found = re.fullmatch(phrase_pattern(self._own.labels.word("derived_duration")), text)
                self._derived_duration = found["duration"] if found else ""
                fields[key] = self._derived_duration or text
            case "services" | "tags":
                fields[key] = split_written(text, labels.formats["list"])
            case "responders" | "authors":
                fields[key] = [_read_person(labels, name) for name in split_written(text, labels.formats["list"])]
            case "commander":
                fields[key] = _read_person(labels, text, self.commander) if self.commander else {"team": text}
            case "status":
                fields[key] = _read_status(self._own.labels, value)
            case "user_impact":
                fields[key] = "\n\n".join(cell_blocks(value))
            case _:
                fields[key] = text

    def settle_duration(self) -> None:
        """Leave out a duration that follows from the milestones in the words in which the document writes it."""
        fields = self._own.builder.fields
        if not self._derived_duration:
            return
        others = {key: value for key, value in fields.items() if key != "duration"}
        measure = derive_facts(self._own.validate(others), style=self._own.style).measure("duration")
        if measure and self._own.labels.duration(measure.length) == self._derived_duration:
            del fields["duration"]


def _read_status(labels: Labels, cell: str) -> str:
    """Return the status that a document shows, as a report names it."""
    text = plain_value(cell)
    return next((stage for stage, word in labels.status.items() if word == text), text)


def _read_person(labels: Labels, text: str, name: str = "") -> str | dict[str, str]:
    """Return a person from what the document shows: `Ana Ruiz (Database on-call, Payments)`. name: if known."""
    separator, phrase = labels.formats["list"], labels.word("person")
    if name and text.startswith(f"{name}{separator}"):
        return {"role": name, "team": text.removeprefix(f"{name}{separator}")}
    is_named = bool(name) and text.startswith(f"{name}{between_placeholders(phrase)}")
    patterns = {"name": re.escape(name) if is_named else WITHOUT_PAIRS, "role": ".+" if name else WITHOUT_PAIRS}
    found = re.fullmatch(phrase_pattern(phrase, **patterns), text)
    if found is None:
        return text
    role, between, team = found["role"].partition(separator)
    if role != role.strip():
        role, team = found["role"], ""
    return {"name": found["name"], "role": role, **({"team": team} if between and team else {})}


def read_impact(own: OwnPage, blocks: list[SourceBlock]) -> bool:
    """Read the table of impact if it has our form; return whether it has."""
    labels = own.labels
    if len(blocks) != 1 or blocks[0].kind != "table":
        return False
    rows = table_rows(own.page, blocks[0])
    if [plain(cell) for cell in rows[0]] != [labels.impact["metric"], labels.impact["value"]]:
        return False
    keys = {label: key for key, label in labels.impact.items() if key not in ("metric", "value")}
    span = unnamed(phrase_pattern(labels.word("measured")))
    measured = re.compile(phrase_pattern(labels.word("measure"), span=span))
    names = [plain_value(unbold(label)) for label, _ in rows[1:]]
    if len({*names}) < len(names):
        return False
    own.mark_header(blocks[0], "impact")
    metrics: dict[str, str] = {}
    for number, (label, value) in enumerate(rows[1:], start=1):
        name, text = plain_value(unbold(label)), plain_value(value)
        if name in labels.response_times.values() and measured.fullmatch(text):
            own.leave_row(blocks[0], number)
            continue
        key = keys.get(name, name)
        own.mark_row(blocks[0], number, f"impact.{key}")
        metrics[key] = text
    own.builder.fields.setdefault("impact", {}).update(metrics)
    return True
