"""The fields of a report while they are filled: a field that occurs twice keeps both."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pmexport.importing.markdown.heading_words import Words
from pmexport.importing.markdown.numeric_dates import DateOrder
from pmexport.importing.markdown.pages import Sources, join_texts


@dataclass
class OwnSection:
    """A section that no field fits."""

    title: str
    text: str
    after: str


@dataclass
class ReportBuilder:
    """The report so far."""

    words: Words
    sources: Sources
    fields: dict[str, Any] = field(default_factory=dict)
    facts: list[tuple[str, str]] = field(default_factory=list)
    """Labels and values that no field fits, as Markdown."""
    sections: list[OwnSection] = field(default_factory=list)
    language: str = "en"
    """The language of the file's headings."""
    date_order: DateOrder = ""
    """What the file's dates in digits begin with, if it is not the year."""
    has_zone: bool = False
    """Whether our own document names its zone, which a report leaves out if it is UTC."""
    last: str = "metadata"
    """The section of the document that the file has come to."""

    @property
    def year(self) -> int | None:
        """The year of dates without one: that of the report's date."""
        date = str(self.fields.get("date") or "")
        return int(date[:4]) if date[:4].isdigit() and date[4:5] == "-" else None

    def make_title(self, name: str) -> str:
        """Return the title of a section that has none in the file."""
        return self.words.titles[self.language][name]

    def add_text(self, name: str, text: str, heading: str = "") -> None:
        """Add Markdown to a text field. heading: what is written above it if the field has a text already."""
        if not text.strip():
            return
        before = self.fields.get(name)
        headed = f"### {heading}\n\n{text}" if before and heading else text
        self.fields[name] = join_texts([before or "", headed])

    def add_items(self, name: str, items: list[Any]) -> None:
        """Add items to a list field."""
        if items:
            self.fields.setdefault(name, []).extend(items)

    def next_index(self, name: str) -> int:
        """Return the index of the next item of a list field."""
        return len(self.fields.get(name, ()))

    def add_section(self, title: str, text: str, after: str | None = None) -> str:
        """Add a section of its own and return its path. after: the section before it. Default: the last one."""
        shown = title if title.strip() else self.make_title("preamble")
        self.sections.append(OwnSection(shown, text, after or self.last))
        return f"sections[{len(self.sections) - 1}]"

    def section_path(self) -> str:
        """Return the path of the text of the next section of its own."""
        return f"sections[{len(self.sections)}].text"

    def set_once(self, path: str, value: str) -> bool:
        """Set a field, or a part of milestones or impact, unless it has a value; return whether it was set."""
        table, key = self._locate(path)
        if table.get(key) not in (None, "", value):
            return False
        table[key] = value
        return True

    def _locate(self, path: str) -> tuple[dict[str, Any], str]:
        name, _, key = path.partition(".")
        return (self.fields.setdefault(name, {}), key) if key else (self.fields, name)
