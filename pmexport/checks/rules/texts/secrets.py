"""PM005: a secret that would leave with the report. Nothing said of it holds a part of it, nor its length.

The forms are data, as those who issue the secrets tell them. No detector of another package is asked: detect-secrets is
dormant and takes every hash for a secret, credsweeper and the bindings of betterleaks weigh hundreds and tens of
megabytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from pmexport.checks.rule import Found, Rule, Subject, Written
from pmexport.checks.rules.texts.own_words import Hit, Look, data, look_for, small
from pmexport.document.clean_text import one_line

_REMOVED = "<removed>"
_HELP = f"Replace it with {_REMOVED}, and revoke it: anyone who received this report, or an earlier version, has it."
_PART = re.compile(r"[-_./=~+:@]+")
_WORD = re.compile(r"[A-Z]*\d{0,4}|[A-Z]?[a-z]+(?:[A-Z][a-z]{2,20}){0,4}\d{0,4}|\d{1,10}[A-Za-z]?[a-z]*")
_NAME = re.compile(r"\d{1,4}[A-Za-z]?[a-z]+|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_DIGIT_OR_SIGN = re.compile(r"[\d!#$%^*+?~@]")
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")
_EXAMPLE = re.compile(r"(?<![a-z0-9])example")
"""Of a value that calls itself one; the tokens of documentation, which end in it, are told: who can know them all?"""
_FEWEST = 8
_SHORTEST_KEY = 16


def _check(subject: Subject) -> Iterator[Found]:
    for written in subject.texts:
        for hit in _secrets(written.text):
            yield Found(written.path, f"This looks like {hit.kind}.", _HELP, hit.start)


def removing_secrets(texts: Iterable[Written]) -> Callable[[str], str]:
    """Return what puts `<removed>` in the place of each secret of these texts: other rules quote what they find."""
    words = {one_line(hit.words) for written in texts for hit in _secrets(written.text)}
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    quoted = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
    return lambda text: quoted.sub(_REMOVED, text) if words else text


def _secrets(text: str) -> Iterator[Hit[str]]:
    """Return the secrets of a text, each once."""
    end = 0
    for hit in sorted([*_tokens(text), *_values(text)], key=lambda hit: hit.start):
        if hit.start >= end:
            yield hit
        end = max(end, hit.start + len(hit.words))


def _tokens(text: str) -> Iterator[Hit[str]]:
    for hit in _forms()(text):
        if len(set(hit.words)) >= _FEWEST and not _is_placeholder(hit.words):
            yield hit


def _values(text: str) -> Iterator[Hit[str]]:
    read = small(text)
    for name, value, what, like in _names():
        for match in name.finditer(read):
            found = value.match(text, match.end())
            if found and _LOOKS[like](found[0].rstrip(".")):
                yield Hit(what, found[0], found.start())


@cache
def _forms() -> Look[str]:
    tokens = ((token["pattern"], token["what"]) for token in data("secrets.toml")["tokens"])
    return look_for(tokens, after=r"(?<![\w-])(?=\w)", fold=False)


@cache
def _names() -> list[tuple[re.Pattern[str], re.Pattern[str], str, str]]:
    values = data("secrets.toml")["values"]
    return [(re.compile(one["pattern"]), re.compile(one["value"]), one["what"], one["like"]) for one in values]


@cache
def _placeholders() -> dict[str, list[str]]:
    placeholders: dict[str, list[str]] = data("secrets.toml")["placeholders"]
    return placeholders


def _is_placeholder(value: str) -> bool:
    lower = value.lower()
    return _EXAMPLE.search(lower) is not None or any(part in lower for part in _placeholders()["contain"])


def _is_any(value: str) -> bool:
    placeholders = _placeholders()
    return (
        not _is_placeholder(value)
        and not any(part in value.lower() for part in placeholders["follow"])
        and value.lower() not in placeholders["are"]
        and not value.startswith(tuple(placeholders["begin"]))
        and len(set(value)) > 2
    )


def _is_password(value: str) -> bool:
    """Return whether a value has a letter, and a digit or a sign, and is no name: `eu-west-1`, `config.password2`."""
    if not (_LETTER.search(value) and _DIGIT_OR_SIGN.search(value)) or _NAME.fullmatch(value):
        return False
    parts = _PART.split(value)
    return (len(parts) == 1 or not all(map(_WORD.fullmatch, parts))) and _is_any(value)


def _is_key(value: str) -> bool:
    """Return whether enough of a value belongs to no word: `default-token-x7k2p` is only the name of a secret."""
    if not _DIGIT.search(value) or len(set(value)) < _FEWEST:
        return False
    noise = sum(len(part) for part in _PART.split(value) if not _WORD.fullmatch(part))
    return noise >= _SHORTEST_KEY and _is_any(value)


_LOOKS = {"any": _is_any, "password": _is_password, "key": _is_key}


RULE = Rule(
    id="PM005",
    name="secret",
    level="error",
    reason="Reports are mailed, filed and kept: a secret in a report is no longer secret.",
    check=_check,
    secret=True,
)
