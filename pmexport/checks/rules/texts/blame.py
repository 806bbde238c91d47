"""PM015 and PM016: one person as the cause, and language of blame, with what to write instead.

"The engineer should have noticed" tells of a world that did not happen, seen with knowledge that came later: Sidney
Dekker, The Field Guide to Understanding Human Error, "They should have…", calls such phrases counterfactuals, and lists
"they could have", "they failed to", "if only they had". "Human error" is where an investigation begins, not where it
ends: ibid., and John Allspaw, Blameless PostMortems and a Just Culture, Etsy 2012. A post-mortem finds what let a
mistake happen and "without indicting any individual": Site Reliability Engineering, chapter 15, O'Reilly 2016.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pmexport.checks.rule import Found, Rule, Subject
from pmexport.checks.rules.texts.own_words import Look, in_own_words
from pmexport.checks.rules.texts.people import People, Words, names_of, words_of

_INSTEAD = (
    "Say what allowed one action to cause this, or made it likely: a missing guard, a misleading display, a step kept"
    " only in memory. The timeline may say who did it."
)
_ACCOUNT = re.compile(r"trigger|what_happened|five_whys\[\d+\]\.because")
_CAUSES = re.compile(r"root_cause(?:\[\d+\])?|contributing_factors(?:\[\d+\])?")


@dataclass(frozen=True, slots=True)
class _Blame:
    what: str
    instead: str


def _check_causes(subject: Subject) -> Iterator[Found]:
    words = words_of(subject.report)
    if words is None:
        return
    people = People(words, names_of(subject.report))
    looks = {
        part: people.looking_for((pattern, None) for pattern in words[part])
        for part in ("errors", "causes", "accounts")
    }
    last_why = f"five_whys[{len(subject.report.five_whys) - 1}].because"
    for written in subject.texts:
        for part in _parts(written.path, last_why):
            for hit, place in in_own_words(written, looks[part]):
                yield Found(written.path, f'"{hit.phrase}" presents one person as the cause.', _INSTEAD, place)


def _parts(path: str, last_why: str) -> Iterator[str]:
    """Return what is looked for in a text: more in a statement of causes. Of the whys, the last states the cause."""
    yield "errors"
    if path == last_why or _CAUSES.fullmatch(path):
        yield "causes"
    elif _ACCOUNT.fullmatch(path):
        yield "accounts"


def _check_blame(subject: Subject) -> Iterator[Found]:
    words = words_of(subject.report)
    if words is None:
        return
    look = _blame(words, names_of(subject.report))
    for written in subject.texts:
        for hit, place in in_own_words(written, look):
            yield Found(written.path, f'"{hit.phrase}" {hit.kind.what}.', hit.kind.instead, place)


def _blame(words: Words, names: frozenset[str]) -> Look[_Blame]:
    entries = ((entry["patterns"], _Blame(entry["what"], entry["instead"])) for entry in words["blame"])
    return People(words, names).looking_for((pattern, kind) for patterns, kind in entries for pattern in patterns)


CAUSE = Rule(
    id="PM015",
    name="one-person-as-the-cause",
    level="warning",
    reason="If a person is the cause, there is nothing left to fix: the next person faces the same system.",
    check=_check_causes,
)

BLAME = Rule(
    id="PM016",
    name="language-of-blame",
    level="warning",
    reason="Blame teaches people to keep silent, and the next report lacks what they could have said.",
    check=_check_blame,
)
