"""What the house style asks of reports: required fields, and its severities."""

from collections.abc import Iterator

from pmexport.checks.rule import Found, Subject
from pmexport.document.composer import find_value
from pmexport.problems import find_nearest
from pmexport.report.field_types import Part


def find_missing_fields(subject: Subject) -> Iterator[Found]:
    for path in subject.style.required.final:
        if not _is_filled(subject, path):
            name = subject.style.metadata.get(path)
            shown = f"{path} ({name})" if name else path
            message = f"The report has no {shown}, which your house style requires."
            yield Found(path, message, f"Add `{path}`.")


def _is_filled(subject: Subject, path: str) -> bool:
    """Return whether a report has a value at a path; for a milestone, also from its timeline."""
    head, _, rest = path.partition(".")
    value = find_value(subject.report, path)
    if isinstance(value, Part):
        return any(inside for _, inside in value) or (path == "milestones" and bool(subject.facts.milestones))
    return bool(value) or (head == "milestones" and rest in subject.facts.milestones)


def find_unknown_severity(subject: Subject) -> Iterator[Found]:
    style, severity = subject.style, subject.report.severity
    if style.severities and severity and style.tone_of(severity) is None:
        known = {name.casefold(): name for name in style.severities}
        near = known.get(find_nearest(severity.casefold(), known))
        help_ = f"Did you mean {near}?" if near else f"Known severities: {', '.join(known.values())}."
        yield Found("severity", f'"{severity}" is not one of your organisation\'s severities.', help_)
