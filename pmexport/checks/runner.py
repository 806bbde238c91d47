"""Run the rules on a report."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pmexport.checks.levels import NO_LEVELS, Levels, Setting, validate_levels
from pmexport.checks.rule import Found, Rule, Subject
from pmexport.checks.rule_registry import BROKEN, SECRET, UNUSED, RegisteredRule, find_rules
from pmexport.checks.rules.texts import secrets
from pmexport.checks.subject import build_subject
from pmexport.checks.suppression import Suppressed, find_suppression, find_unused, index_suppressions
from pmexport.document.clean_text import one_line
from pmexport.limits import DEFAULT, Limits
from pmexport.problems import Place, Problem
from pmexport.report.facts import Facts, derive_facts
from pmexport.report.house_style import PLAIN, HouseStyle
from pmexport.report.model import Report

_ALL_LEVELS = ("error", "warning", "note")

Result = tuple[Rule, Found]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The findings of a check, in the order of the file; without a file, in the order of the rules."""

    findings: tuple[Problem, ...]
    suppressed: tuple[Suppressed, ...] = ()


def check_report(
    report: Report,
    *,
    today: dt.date | None = None,
    levels: Levels = NO_LEVELS,
    limits: Limits = DEFAULT,
    style: HouseStyle = PLAIN,
) -> Outcome:
    """Return the findings in a report. Raises InputError for unknown rule ids and levels.

    today: the date of the check; without it, rules that depend on the date are skipped. limits, style: as for
    rendering.
    """
    subject = build_subject(report, derive_facts(report, style=style), today, limits=limits, style=style)
    return _run_levels(subject, levels, _ALL_LEVELS)


def find_errors(
    report: Report,
    facts: Facts,
    composed: Iterable[Problem],
    levels: Levels = NO_LEVELS,
    limits: Limits = DEFAULT,
    style: HouseStyle = PLAIN,
) -> tuple[Problem, ...]:
    """Return the errors in a report, whatever the date. Raises InputError for unknown rule ids and levels.

    composed: the problems of the report's document. limits, style: those that it was composed with.
    """
    wanted = _ALL_LEVELS if levels.get(UNUSED.id) == "error" else ("error",)
    subject = build_subject(report, facts, composed=composed, limits=limits, style=style)
    findings = _run_levels(subject, levels, wanted).findings
    return tuple(finding for finding in findings if finding.level == "error")


def _run_levels(subject: Subject, levels: Levels, wanted: Collection[str]) -> Outcome:
    """Run the rules of the wanted levels."""
    report = subject.report
    registered, plugin_problems = find_rules()
    rule_ids = {one.rule.id for one in registered}
    validate_levels(levels, rule_ids)
    run = [one for one in registered if _resolve_level(one.rule, report, levels) in wanted]
    run = [one for one in run if subject.today or not one.rule.dated]
    results = [*map(_report_broken, plugin_problems), *_run_rules(run, subject)]
    scopes = index_suppressions(report)
    used = {find_suppression(scopes, rule.id, found.path) for rule, found in results}
    # a rule that depends on the date may find something tomorrow, so its suppressions are never unused
    undated = {one.rule.id for one in run if not one.rule.dated} - {UNUSED.id}
    results += [(UNUSED, found) for found in find_unused(report, rule_ids, undated, used)]
    covers = [find_suppression(scopes, rule.id, found.path) for rule, found in results]
    return _make_outcome(report, levels, results, covers, _make_cleaner(results, subject))


def _make_cleaner(results: Iterable[Result], subject: Subject) -> Callable[[str], str]:
    """Return a function that puts a text of a finding on one line and removes the secrets found in the report."""
    if not any(rule is SECRET for rule, _ in results):
        return one_line
    redact = secrets.make_redactor(subject.texts)
    return lambda text: redact(one_line(text))


def _make_outcome(
    report: Report, levels: Levels, results: Iterable[Result], covers: Iterable[int | None], clean: Callable[[str], str]
) -> Outcome:
    findings, suppressed = [], []
    for (rule, found), number in zip(results, covers, strict=True):
        level = _resolve_level(rule, report, levels)
        if level == "off":
            continue
        place = found.place or (report.origin.find(found.path, found.offset) if report.origin else Place())
        message, path, help_ = clean(found.message), clean(found.path), clean(found.help)
        finding = Problem(message, path, help=help_, level=level, id=rule.id).at(place)
        if number is None:
            findings.append(finding)
        else:
            suppressed.append(Suppressed(finding, report.checks[number].because))
    findings.sort(key=lambda finding: (finding.line or 0, finding.column or 0))
    return Outcome(tuple(findings), tuple(suppressed))


def _resolve_level(rule: Rule, report: Report, levels: Levels) -> Setting:
    own = rule.until_final if rule.until_final and report.stage != "final" else rule.level
    return levels.get(rule.id, own)


def _run_rules(run: Iterable[RegisteredRule], subject: Subject) -> Iterator[Result]:
    files = {written.path: written.text for written in subject.texts if written.path.endswith("].file")}
    for one in run:
        results = _run_foreign(one, subject) if one.origin else ((one.rule, found) for found in one.rule.check(subject))
        yield from ((rule, _locate_in_file(found, files)) for rule, found in results)


def _run_foreign(registered: RegisteredRule, subject: Subject) -> list[Result]:
    """Return the results of another package's rule, or that it failed."""
    rule = registered.rule
    try:
        return [(rule, _require_found(found)) for found in rule.check(subject)]
    except Exception as error:  # noqa: BLE001 - whatever a foreign rule does, it breaks only itself
        return [_report_broken(f"Rule {rule.id} of {registered.origin} failed: {type(error).__name__}: {error}")]


def _require_found(found: object) -> Found:
    if not isinstance(found, Found):
        raise TypeError(f"found {type(found).__name__}, expected Found")
    return found


def _locate_in_file(found: Found, files: Mapping[str, str]) -> Found:
    """Add the line to a result in a log file."""
    if found.path not in files or found.offset is None:
        return found
    line = files[found.path].count("\n", 0, found.offset) + 1
    return replace(found, message=f"{found.message} See line {line} of the file.", offset=None)


def _report_broken(message: str) -> Result:
    return BROKEN, Found("", message, "Update or remove the package. All other rules ran.")
