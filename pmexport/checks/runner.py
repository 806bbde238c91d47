"""Running the rules on a report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from pmexport.checks.finding import Outcome, Suppressed
from pmexport.checks.levels import NONE, Levels, Setting, refuse_unknown
from pmexport.checks.rule import Found, Rule, Subject
from pmexport.checks.rule_registry import BROKEN, Offer, offers
from pmexport.checks.rules.texts.secrets import RULE as SECRET
from pmexport.checks.rules.texts.secrets import removing_secrets
from pmexport.checks.subject import build_subject
from pmexport.checks.suppression import UNUSED, places_of, suppression_of, unused
from pmexport.document.clean_text import one_line
from pmexport.problems import Place, Problem
from pmexport.report.facts import Facts, facts_of
from pmexport.report.model import Report

_ALL = ("error", "warning", "note")

Hit = tuple[Rule, Found]


def examine(report: Report, *, today: dt.date | None = None, levels: Levels = NONE) -> Outcome:
    """Return what the rules find in a report. Raises InputError for levels that are none."""
    return _examine(report, facts_of(report), today, levels, _ALL)


def errors_of(report: Report, facts: Facts, levels: Levels = NONE) -> tuple[Problem, ...]:
    """Return the errors that stand in a report, whatever the day. Raises InputError for levels that are none."""
    wanted = _ALL if levels.get(UNUSED.id) == "error" else ("error",)
    found = _examine(report, facts, None, levels, wanted).findings
    return tuple(finding for finding in found if finding.level == "error")


def _examine(report: Report, facts: Facts, today: dt.date | None, levels: Levels, wanted: Collection[str]) -> Outcome:
    """Return what the rules of these levels find."""
    known, refused = offers()
    ids = {offer.rule.id for offer in known}
    refuse_unknown(levels, ids)
    run = [offer for offer in known if _level(offer.rule, report, levels) in wanted and (today or not offer.rule.dated)]
    subject = build_subject(report, facts, today)
    files = {written.path: written.text for written in subject.texts if written.path.endswith("].file")}
    hits = [(rule, _in_file(found, files)) for rule, found in _hits(run, refused, subject)]
    places = places_of(report)
    by = [suppression_of(places, rule.id, found.path) for rule, found in hits]
    lasting = {offer.rule.id for offer in run if not offer.rule.dated}  # what depends on the day may be found tomorrow
    in_vain = unused(report, ids, lasting - {UNUSED.id}, {*by})
    more = [(UNUSED, found) for found in in_vain]
    hits += more
    by += [suppression_of(places, UNUSED.id, found.path) for _, found in more]
    return _outcome(report, levels, hits, by, _telling(hits, subject))


def _telling(hits: Iterable[Hit], subject: Subject) -> Callable[[str], str]:
    """Return what makes one line of a text that a finding tells, without the secrets that were found."""
    if not any(rule is SECRET for rule, _ in hits):
        return one_line
    removed = removing_secrets(subject.texts)
    return lambda text: removed(one_line(text))


def _outcome(
    report: Report, levels: Levels, hits: Iterable[Hit], by: Iterable[int | None], told: Callable[[str], str]
) -> Outcome:
    findings, suppressed = [], []
    for (rule, found), number in zip(hits, by, strict=True):
        level = _level(rule, report, levels)
        if level == "off":
            continue
        place = report.origin.find(found.path, found.offset) if report.origin else Place()
        said = (told(found.message), told(found.path))
        finding = Problem(*said, help=told(found.help), level=level, id=rule.id).at(place)
        if number is None:
            findings.append(finding)
        else:
            suppressed.append(Suppressed(finding, report.checks[number].because))
    findings.sort(key=lambda finding: (finding.line or 0, finding.column or 0))
    return Outcome(tuple(findings), tuple(suppressed))


def _level(rule: Rule, report: Report, levels: Levels) -> Setting:
    own = rule.until_final if rule.until_final and report.stage != "final" else rule.level
    return levels.get(rule.id, own)


def _hits(run: Iterable[Offer], refused: Iterable[str], subject: Subject) -> Iterator[Hit]:
    for message in refused:
        yield _broken(message)
    for offer in run:
        yield from _found(offer, subject) if offer.by else ((offer.rule, found) for found in offer.rule.check(subject))


def _found(offer: Offer, subject: Subject) -> list[Hit]:
    """Return what a rule of another package finds, or that it cannot be run."""
    try:
        return [(offer.rule, _sound(found)) for found in offer.rule.check(subject)]
    except Exception as error:  # noqa: BLE001 - whatever a foreign rule does, it breaks only itself
        told = f"{type(error).__name__}: {error}"
        return [_broken(f"Rule {offer.rule.id} of {offer.by} failed: {told}")]


def _sound(found: object) -> Found:
    if not isinstance(found, Found):
        raise TypeError(f"found {type(found).__name__}, expected Found")
    return found


def _in_file(found: Found, files: Mapping[str, str]) -> Found:
    """Return what was found in a log that is a file, with the line of that file."""
    if found.path not in files or found.offset is None:
        return found
    line = files[found.path].count("\n", 0, found.offset) + 1
    return replace(found, message=f"{found.message} See line {line} of the file.", offset=None)


def _broken(message: str) -> Hit:
    return BROKEN, Found("", message, "Update or remove the package. All other rules ran.")
