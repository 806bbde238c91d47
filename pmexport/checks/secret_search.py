"""Look for secrets only: in a report, whatever it suppresses, and in the text of a file."""

from collections.abc import Iterator, Mapping

from pmexport.checks.rule import Found
from pmexport.checks.rule_registry import SECRET
from pmexport.checks.rules.texts import secrets
from pmexport.checks.rules.texts.masked import decode_parts
from pmexport.checks.subject import build_subject
from pmexport.document.clean_text import one_line
from pmexport.limits import Limits
from pmexport.problems import Place, Problem
from pmexport.reading.paths import Path, write_path
from pmexport.report.facts import derive_facts
from pmexport.report.model import Report


def find_in_report(report: Report, limits: Limits) -> Iterator[Problem]:
    """Yield what looks like a secret in a report's fields and in its logs, with its place."""
    subject = build_subject(report, derive_facts(report), composed=(), limits=limits)
    redact = secrets.make_redactor(subject.texts)
    for found in secrets.find_secrets(subject):
        place = report.origin.find(found.path, found.offset) if report.origin else Place()
        path = redact(one_line(found.path))
        yield Problem(found.message, path, help=found.help, id=SECRET.id).at(place)


def find_in_file(text: str, name: str) -> Iterator[Problem]:
    """Yield what looks like a secret in a text, with its line; also what is encoded in it."""
    for found, offset in _search_encoded(text):
        line = text.count("\n", 0, offset) + 1
        yield Problem(found.message, file=name, line=line, help=found.help, id=SECRET.id)


def find_in_values(value: object, report: Report) -> Iterator[Problem]:
    """Yield what looks like a secret in the values of a report's file as a parser reads them, also in private keys."""
    for path, text in _walk_values(value, ()):
        for found, _ in _search_encoded(text):
            place = report.origin.find(write_path(path)) if report.origin else Place()
            names = (step.removeprefix("x-") for step in path if isinstance(step, str))
            where = "" if any(map(secrets.contains_secret, names)) else write_path(path)
            yield Problem(found.message, where, help=found.help, id=SECRET.id).at(place)


def _search_encoded(text: str) -> Iterator[tuple[Found, int]]:
    yield from ((found, found.offset or 0) for found in secrets.search_text(text))
    for part, offset in decode_parts(text):
        yield from ((found, offset) for found in secrets.search_text(part))


def _walk_values(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield the texts in a value, and its keys without the `x-` of private ones, by their paths."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield (*path, key), key.removeprefix("x-")
            yield from _walk_values(part, (*path, key))
            if isinstance(part, str):
                yield (*path, key), f"{key}: {part}"
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _walk_values(part, (*path, number))
