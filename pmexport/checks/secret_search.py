"""Look for secrets only: in a report, whatever it suppresses, and in the text of a file."""

from collections.abc import Iterator

from pmexport.checks.rule_registry import SECRET
from pmexport.checks.rules.texts import secrets
from pmexport.checks.subject import build_subject
from pmexport.document.clean_text import one_line
from pmexport.limits import Limits
from pmexport.problems import Place, Problem
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
    """Yield what looks like a secret in a text, with its line."""
    for found in secrets.search_text(text):
        line = text.count("\n", 0, found.offset) + 1
        yield Problem(found.message, file=name, line=line, help=found.help, id=SECRET.id)
