"""Phrases about people. Each language has a data file in `blame_words/`; English is the first."""

import heapq
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from typing import Any

from pmexport.checks.rules.texts.own_words import Kind, Match, Search, compile_search, drop_nested, read_data
from pmexport.report.model import Report

Words = dict[str, Any]

_NOT_A_PERSON = re.compile(r"(?i:\b(?:team|squad|group|on-?call|support|ops|department|crew|vendor|all)\b)|[&/+@,]")
_NAME = re.compile(r"[^\W\d_][\w'\u2019.-]{1,40}(?:\s+[^\W\d_][\w'\u2019.-]{0,40}){0,3}")
_LISTS = ("omission", "act", "harm", "done", "slip", "oops", "neutral", "irregular", "adverb")
_SUBJECT = re.compile(r"\{(person|people|named)\} ?")
_LIST = re.compile(r"\{([a-z]+)\}")
_GROUP = re.compile(r"\((?!\?)")
_PLAIN_WORD = re.compile(r"\w+")
_ELISION = re.compile("^[dl]['\u2019]", re.IGNORECASE)
"""A French article before a name or a noun: l'ingénieur."""
_WORD = re.compile(r"[^\s(\[“]+")
_WINDOW = 80
"""How far before a match a subject or a negation is searched for, in characters."""
_MAX_SKIPPED = 3
_MAX_NAME_WORDS = 4


def load_words(language: str) -> Words | None:
    """Return the words of a language, or None if there are none for it."""
    return _read_words(language.strip().replace("_", "-").split("-")[0].lower())


@cache
def _read_words(language: str) -> Words | None:
    known = {file.name for file in resources.files(__package__).joinpath("blame_words").iterdir()}
    return read_data(f"blame_words/{language}.toml") if f"{language}.toml" in known else None


def list_names(report: Report) -> frozenset[str]:
    """Return the full names and first names of the people in a report, without teams."""
    people = [report.commander, *report.responders, *report.authors]
    written = [person.name or "" for person in people if person]
    written += [item.owner for item in report.action_items if item.owner and len(item.owner.split()) > 1]
    full = [" ".join(name.split("(")[0].split()) for name in written if not _NOT_A_PERSON.search(name)]
    names = [name for name in full if _NAME.fullmatch(name)]
    return frozenset([*names, *(first for name in names if len(first := name.split()[0]) > 2)])


def list_first_names(words: Words, text: str) -> frozenset[str]:
    """Return the common given names in a text, of people whom the report need not list."""
    return frozenset(words["first_names"]).intersection(_PLAIN_WORD.findall(text))


class PeopleSearch:
    """Compiles searches for phrases about people: the generic words of a language, and the names in a report."""

    def __init__(self, words: Words, names: Iterable[str]) -> None:
        named = frozenset(names)
        person = named.union(words["person"])
        self._subjects = {"named": named, "person": person, "people": person.union(words["people"])}
        self._adverbs = frozenset(words["adverb"])
        self._is_spaced = words.get("spaced", True)
        lists = {name: map(_compile_pattern, words[name]) for name in _LISTS}
        phrases = {name: _escape_phrases(subjects) for name, subjects in self._subjects.items()}
        self._lists = {name: _join_alternatives(patterns) for name, patterns in (lists | phrases).items()}
        self._negations, self._fillers = frozenset(words["negations"]), frozenset(words["fillers"])

    def compile_search(self, patterns: Iterable[tuple[str, Kind]]) -> Search[Kind]:
        """Return a search for patterns of the data file, each with its kind."""
        free: list[tuple[str, Kind]] = []
        bound: list[tuple[str, tuple[Kind, str]]] = []
        for pattern, kind in patterns:
            subject = _SUBJECT.match(pattern) if self._is_spaced else None
            if subject:
                bound.append((self._expand_pattern(pattern[subject.end() :]), (kind, subject[1])))
            else:
                free.append((self._expand_pattern(pattern), kind))
        search_free = compile_search(free) if self._is_spaced else compile_search(free, after="")
        search_bound = compile_search(bound, after=r"(?:(?<!\w)(?=\w)|(?=['\u2019]))")

        def search(text: str) -> Iterator[Match[Kind]]:
            with_subject = (self._add_subject(match, text) for match in search_bound(text))
            matches = heapq.merge(search_free(text), filter(None, with_subject), key=lambda match: match.start)
            return drop_nested(match for match in matches if not self._is_negated(match, text))

        return search

    def _expand_pattern(self, pattern: str) -> str:
        end = r"\b" if self._is_spaced else ""
        return rf"(?:{_LIST.sub(lambda name: self._lists[name[1]], _compile_pattern(pattern))}){end}"

    def _add_subject(self, match: Match[tuple[Kind, str]], text: str) -> Match[Kind] | None:
        """Return a match together with the person before it, or None if there is none. Adverbs may come between."""
        kind, subject = match.kind
        for name, start in _list_preceding(match, text, self._adverbs):
            bare = _ELISION.sub("", name)
            if not self._subjects[subject].isdisjoint((name, name.lower(), bare, bare.lower())):
                return Match(kind, text[start : match.start] + match.words, start)
        return None

    def _is_negated(self, match: Match[Kind], text: str) -> bool:
        return any(name.lower() in self._negations for name, _ in _list_preceding(match, text, self._fillers))


def _list_preceding(match: Match[Any], text: str, skipped: frozenset[str]) -> Iterator[tuple[str, int]]:
    """Yield the last words before a match, longest first up to the length of a name, and their start.

    Up to three skipped words directly before the match are left out.
    """
    words = list(_WORD.finditer(text, max(0, match.start - _WINDOW), match.start))
    for _ in range(_MAX_SKIPPED):
        if words and words[-1][0].lower() in skipped:
            words.pop()
    for count in range(min(_MAX_NAME_WORDS, len(words)), 0, -1):
        yield " ".join(word[0] for word in words[-count:]), words[-count].start()


def _join_alternatives(patterns: Iterable[str]) -> str:
    return f"(?:{'|'.join(patterns) or '(?!)'})"


def _escape_phrases(phrases: Iterable[str]) -> Iterator[str]:
    """Yield regular expressions for phrases, longest first."""
    for phrase in sorted(phrases, key=len, reverse=True):
        yield r"\s+".join(map(re.escape, phrase.lower().split()))


def _compile_pattern(pattern: str) -> str:
    """Return a pattern of a data file as a regular expression without groups."""
    return _GROUP.sub("(?:", pattern).replace("'", r"['\u2019]").replace(" ", r"\s+")
