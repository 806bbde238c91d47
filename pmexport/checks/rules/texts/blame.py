"""PM015 and PM016: one person as the cause, and language of blame, with advice on what to write instead.

"The engineer should have noticed" describes a world that did not happen, with knowledge that came later. Sidney Dekker
calls such phrases counterfactuals ("they could have", "they failed to", "if only they had") in The Field Guide to
Understanding Human Error. "Human error" is where an investigation begins, not where it ends (ibid.; John Allspaw,
Blameless PostMortems and a Just Culture, Etsy 2012). A post-mortem finds causes "without indicting any individual"
(Site Reliability Engineering, chapter 15, O'Reilly 2016).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pmexport.checks.rule import Found, Subject
from pmexport.checks.rules.texts.own_words import Search, search_own_words
from pmexport.checks.rules.texts.people import PeopleSearch, Words, list_first_names, list_names, load_words
from pmexport.report.model import Report

_CAUSE_HELP = (
    "Say what allowed one action to cause this, or made it likely: a missing guard, a misleading display, an"
    " undocumented step. The timeline may say who did it."
)
_ACCOUNT_PATH = re.compile(r"trigger|what_happened|five_whys\[\d+\]\.because")
_ROOT_PATH = re.compile(r"root_cause(?:\[\d+\])?")
_FACTOR_PATH = re.compile(r"contributing_factors(?:\[\d+\])?")


@dataclass(frozen=True, slots=True)
class _BlameKind:
    """Phrases that blame in the same way."""

    what: str
    instead: str


def find_causes(subject: Subject) -> Iterator[Found]:
    words = load_words(subject.style.language_of(subject.report))
    if words is None:
        return
    names = list_names(subject.report)
    people = PeopleSearch(words, names)
    searches = {
        part: people.compile_search((pattern, None) for pattern in words[part])
        for part in ("errors", "causes", "accounts")
    }
    stated = " ".join(_list_roots(subject.report))
    named = PeopleSearch(words, names | list_first_names(words, stated)) if stated else people
    searches["roots"] = named.compile_search((pattern, None) for pattern in (*words["causes"], *words["roots"]))
    last_why = f"five_whys[{len(subject.report.five_whys) - 1}].because"
    for written in subject.texts:
        for part in _select_parts(written.path, last_why):
            for match, offset in search_own_words(written, searches[part]):
                yield Found(written.path, f'"{match.phrase}" presents one person as the cause.', _CAUSE_HELP, offset)


def _list_roots(report: Report) -> Iterator[str]:
    """Yield the texts that state the root cause."""
    yield from report.root_cause
    yield from (why.because for why in report.five_whys[-1:] if why.because)


def _select_parts(path: str, last_why: str) -> Iterator[str]:
    """Yield the lists of words to search a text for. Of the five whys, only the last states the cause."""
    yield "errors"
    if path == last_why or _ROOT_PATH.fullmatch(path):
        yield "roots"
    elif _FACTOR_PATH.fullmatch(path):
        yield "causes"
    elif _ACCOUNT_PATH.fullmatch(path):
        yield "accounts"


def find_blame(subject: Subject) -> Iterator[Found]:
    words = load_words(subject.style.language_of(subject.report))
    if words is None:
        return
    search = _compile_blame(words, list_names(subject.report))
    for written in subject.texts:
        for match, offset in search_own_words(written, search):
            yield Found(written.path, f'"{match.phrase}" {match.kind.what}.', match.kind.instead, offset)


def _compile_blame(words: Words, names: frozenset[str]) -> Search[_BlameKind]:
    entries = ((entry["patterns"], _BlameKind(entry["what"], entry["instead"])) for entry in words["blame"])
    pairs = ((pattern, kind) for patterns, kind in entries for pattern in patterns)
    return PeopleSearch(words, names).compile_search(pairs)
