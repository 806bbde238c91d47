"""What a user can choose for an import."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pmexport import reading
from pmexport.errors import InputError
from pmexport.importing.report_fields import TARGETS
from pmexport.limits import DEFAULT, Limits
from pmexport.problems import Problem, suggest_name
from pmexport.reading.encoding import decode
from pmexport.reading.source_text import SourceText
from pmexport.reading.toml_reader import parse_toml
from pmexport.report.house_style import PLAIN, HouseStyle

Headings = Mapping[str, Sequence[str]]
"""Headings, by the field they stand for."""


PICTURES = "pictures"
"""Where a report looks for the images of an imported file, unless the user names another folder."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """The options of an import. An importer ignores those that do not concern it."""

    keep_contacts: bool = False
    """Whether phone numbers, email addresses and avatars are taken; otherwise they are left out by rule."""
    headings: Headings = field(default_factory=dict)
    """The user's own headings; they take precedence over the known ones."""
    limits: Limits = DEFAULT
    style: HouseStyle = PLAIN
    """The words and the fields of the organisation, which our own documents have."""
    pictures: str | None = None
    """The folder for the images in a file, as the report names it; None if they are not saved."""


def read_headings(path: Path, limits: Limits = DEFAULT) -> Headings:
    """Return the headings in a TOML file, such as `resolution = ["How we fixed it"]`. Raises InputError."""
    name = str(path)
    source = SourceText(decode(reading.file_bytes(path, limits.file_bytes), name, limits), name)
    value = parse_toml(source, limits).value
    table = value if isinstance(value, dict) else {}
    if problems := list(_check_headings(table, name)):
        raise InputError(problems)
    return {key: [listed] if isinstance(listed, str) else listed for key, listed in table.items()}


def _check_headings(table: dict[str, object], file: str) -> Iterator[Problem]:
    for key, listed in table.items():
        if key not in TARGETS:
            help_ = suggest_name(key, TARGETS, f"Fields: {', '.join(TARGETS)}.")
            yield Problem("headings cannot be mapped to this field.", key, file, help=help_)
        elif not isinstance(listed, str) and not (isinstance(listed, list) and all(map(_is_text, listed))):
            yield Problem("expected a heading, or a list of headings.", key, file)


def _is_text(value: object) -> bool:
    return isinstance(value, str)
