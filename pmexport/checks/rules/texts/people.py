"""Words about people: a data file for each language, the first of which is English."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from typing import Any

from pmexport.checks.rules.texts.own_words import Hit, Kind, Look, data, look_for
from pmexport.report.model import Report

Words = dict[str, Any]

_NO_PERSON = re.compile(r"(?i:\b(?:team|squad|group|on-?call|support|ops|department|crew|vendor|all)\b)|[&/+@,]")
_NAME = re.compile(r"[^\W\d_][\w'\u2019.-]{1,40}(?:\s+[^\W\d_][\w'\u2019.-]{0,40}){0,3}")
_SUBJECT = re.compile(r"\{(person|people|named)\} ?")
_LIST = re.compile(r"\{([a-z]+)\}")
_GROUP = re.compile(r"\((?!\?)")
_SPOKEN = re.compile(r"[^\s(\[“]+")
_WINDOW = 80
_SKIPPED = 3
_LONGEST_NAME = 4


def words_of(report: Report) -> Words | None:
    """Return the words of the report's language, None where there are none; a report that does not say is English."""
    language = report.language or "en"
    return _words(language.strip().replace("_", "-").split("-")[0].lower())


@cache
def _words(language: str) -> Words | None:
    known = {file.name for file in resources.files(__package__).joinpath("blame_words").iterdir()}
    return data(f"blame_words/{language}.toml") if f"{language}.toml" in known else None


def names_of(report: Report) -> frozenset[str]:
    """Return the names of the people in a report, whole, and their first names. Teams are no people."""
    people = [report.commander, *report.responders, *report.authors]
    written = [person.name or "" for person in people if person]
    written += [item.owner for item in report.action_items if item.owner and len(item.owner.split()) > 1]
    whole = [" ".join(name.split("(")[0].split()) for name in written if not _NO_PERSON.search(name)]
    names = [name for name in whole if _NAME.fullmatch(name)]
    return frozenset([*names, *(first for name in names if len(first := name.split()[0]) > 2)])


class People:
    """Finds what is said of people: those that the words of a language stand for, and those whom a report names."""

    def __init__(self, words: Words, names: Iterable[str]) -> None:
        named = frozenset(names)
        person = named.union(words["person"])
        self._subjects = {"named": named, "person": person, "people": person.union(words["people"])}
        self._adverbs = frozenset(words["adverb"])
        lists = {name: map(_blanks, words[name]) for name in ("omission", "act", "harm", "done")}
        phrases = {name: map(_phrase, sorted(ones, key=len, reverse=True)) for name, ones in self._subjects.items()}
        self._lists = {name: _one_of(patterns) for name, patterns in (lists | phrases).items()}
        self._negations, self._fillers = frozenset(words["negations"]), frozenset(words["fillers"])

    def looking_for(self, patterns: Iterable[tuple[str, Kind]]) -> Look[Kind]:
        """Return what finds these patterns, each with its kind."""
        free: list[tuple[str, Kind]] = []
        bound: list[tuple[str, tuple[Kind, str]]] = []
        for pattern, kind in patterns:
            subject = _SUBJECT.match(pattern)
            if subject:
                bound.append((self._regex(pattern[subject.end() :]), (kind, subject[1])))
            else:
                free.append((self._regex(pattern), kind))
        anywhere = look_for(free)
        after_subject = look_for(bound, after=r"(?:(?<!\w)(?=\w)|(?=['\u2019]))")

        def look(text: str) -> Iterator[Hit[Kind]]:
            said = (self._with_subject(hit, text) for hit in after_subject(text))
            hits = heapq.merge(anywhere(text), filter(None, said), key=lambda hit: hit.start)
            return self._blamed(hits, text)

        return look

    def _regex(self, pattern: str) -> str:
        return rf"(?:{_LIST.sub(lambda name: self._lists[name[1]], _blanks(pattern))})\b"

    def _with_subject(self, hit: Hit[tuple[Kind, str]], text: str) -> Hit[Kind] | None:
        """Return a hit with the person before it, None where there is none. Some adverbs may come between them."""
        kind, who = hit.kind
        for name, start in _before(hit, text, self._adverbs):
            if name in self._subjects[who] or name.lower() in self._subjects[who]:
                return Hit(kind, text[start : hit.start] + hit.words, start)
        return None

    def _blamed(self, hits: Iterable[Hit[Kind]], text: str) -> Iterator[Hit[Kind]]:
        """Return those that are not denied, in order, without those that lie in another."""
        end = 0
        for hit in hits:
            denied = any(name.lower() in self._negations for name, _ in _before(hit, text, self._fillers))
            if hit.start >= end and not denied:
                end = hit.start + len(hit.words)
                yield hit


def _before(hit: Hit[Any], text: str, skipped: frozenset[str]) -> Iterator[tuple[str, int]]:
    """Return the last words before a hit, each as far back as a name can be, and where they start.

    Those at their end that may be skipped are left out.
    """
    begin = max(0, hit.start - _WINDOW)
    words = list(_SPOKEN.finditer(text, begin, hit.start))
    for _ in range(_SKIPPED):
        if words and words[-1][0].lower() in skipped:
            words.pop()
    for count in range(min(_LONGEST_NAME, len(words)), 0, -1):
        yield " ".join(word[0] for word in words[-count:]), words[-count].start()


def _one_of(patterns: Iterable[str]) -> str:
    return f"(?:{'|'.join(patterns) or '(?!)'})"


def _phrase(words: str) -> str:
    return r"\s+".join(map(re.escape, words.lower().split()))


def _blanks(pattern: str) -> str:
    """Return a pattern of a data file as a regular expression without groups."""
    return _GROUP.sub("(?:", pattern).replace("'", r"['\u2019]").replace(" ", r"\s+")
