"""The files that an importer reads, already in memory."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from pmexport import reading
from pmexport.errors import InputError
from pmexport.limits import DEFAULT, Limits
from pmexport.problems import Problem
from pmexport.reading.encoding import decode, find_kind
from pmexport.reading.json_reader import parse_json
from pmexport.reading.source_text import SourceText
from pmexport.report.model import Report

_PAGES = {
    "a web page": re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<!doctype html|<html)\b", re.IGNORECASE),
    "a web archive, as Confluence exports for Word": re.compile(
        rb"(?:[\w-]+:[^\n]{0,400}\n(?:[ \t][^\n]{0,400}\n){0,9}){0,9}MIME-Version:", re.IGNORECASE
    ),
}
"""Texts that show what they are: pages that Word opens and saves as .docx, each with how it begins."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as the user gave it."""

    data: bytes = field(repr=False)
    name: str = ""
    """The name the user gave; empty if there is no file."""
    limits: Limits = DEFAULT
    _parsed: list[Any] = field(default_factory=list, init=False, repr=False, compare=False)
    """What the file contains as JSON, or the error, once that is known: several formats look at the same file."""

    @property
    def suffix(self) -> str:
        """The suffix of the name in lower case, such as `.md`."""
        return Path(self.name).suffix.lower()

    @property
    def kind(self) -> str:
        """What the content is if it is certain, such as `a PDF file`; empty if it may be any text."""
        pages = (kind for kind, start in _PAGES.items() if start.match(self.data))
        return find_kind(self.data) or next(pages, "")

    def is_report(self) -> bool:
        """Return whether it is a report already: data with a title, most of whose keys are fields of a report."""
        try:
            value = reading.parse_bytes(self.data, reading.FORMATS.get(self.suffix, "yaml"), self.limits)
        except InputError:
            return False
        known = Report.model_fields.keys()
        return isinstance(value, dict) and "title" in value and 2 * len(value.keys() & known) > len(value)

    def text(self) -> str:
        r"""Return the content as text with `\n` as every line end. Raises InputError unless it is UTF-8 or UTF-16."""
        return decode(self.data, self.name, self.limits)

    def json(self) -> Any:
        """Return the content of a JSON file. Numbers are texts, with the characters of the file. Raises InputError."""
        if not self._parsed:
            self._parsed.append(self._parse_json())
        if isinstance(self._parsed[0], InputError):
            raise self._parsed[0]
        return self._parsed[0]

    def _parse_json(self) -> Any:
        try:
            parsed = parse_json(SourceText(self.text(), self.name), self.limits)
        except InputError as error:
            return error
        return InputError(parsed.problems) if parsed.problems else parsed.value

    def fail(self, message: str, help_: str = "") -> NoReturn:
        """Raise InputError about this file."""
        raise InputError([Problem(message, file=self.name, help=help_)])


def read_sources(paths: Iterable[str | Path], limits: Limits = DEFAULT) -> list[SourceFile]:
    """Return the files at these paths. Raises InputError for one that is missing, unreadable or too large."""
    files = [SourceFile(reading.file_bytes(Path(path), limits.file_bytes), str(path), limits) for path in paths]
    for file in files:
        if len(file.data) > limits.file_bytes:
            file.fail("the file is too large.", f"The limit is file_bytes={limits.file_bytes}.")
    return files
