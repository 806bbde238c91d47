"""PM005: secrets. A finding contains no part of a secret, nor its length.

The forms are data, as documented by those who issue the secrets. No third-party detector is used: detect-secrets is
dormant and reports every hash, credsweeper takes hundreds of megabytes, and the bindings of betterleaks tens.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from pmexport.checks.rule import Found, Subject, Written
from pmexport.checks.rules.texts.masked import unmask
from pmexport.checks.rules.texts.own_words import Match, Search, compile_search, fold_case, read_data
from pmexport.document.clean_text import one_line

_REMOVED = "<removed>"
_HELP = f"Revoke it, then replace it with {_REMOVED}. Anyone with a copy of this report may have seen it."
_PART = re.compile(r"[-_./=~+:@]+")
_WORD = re.compile(r"[A-Z]*\d{0,4}|[A-Z]?[a-z]+(?:[A-Z][a-z]{2,20}){0,4}\d{0,4}|\d{1,10}[A-Za-z]?[a-z]*")
_NAME = re.compile(r"\d{1,4}[A-Za-z]?[a-z]+|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_DIGIT_OR_SIGN = re.compile(r"[\d!#$%^*+?~@]")
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")
_EXAMPLE = re.compile(r"(?<![a-z0-9])example")
"""A value that says it is an example. Tokens from documentation, which end in "example", are still reported."""
_MIN_DISTINCT = 8
_MIN_NOISE = 16


def find_secrets(subject: Subject) -> Iterator[Found]:
    for written in subject.select_texts(contains_secret):
        yield from search_text(written.text, written.path)


def search_text(text: str, path: str = "") -> Iterator[Found]:
    """Yield what looks like a secret in the text at a path."""
    for match in _search_secrets(text):
        yield Found(path, f"This looks like {match.kind}.", _HELP, match.start)


def contains_secret(text: str) -> bool:
    """Return whether a text contains what looks like a secret."""
    return any(_search_secrets(text))


def make_redactor(texts: Iterable[Written]) -> Callable[[str], str]:
    """Return a function that replaces each secret of these texts with `<removed>`, since other rules quote texts."""
    words = {one_line(match.words) for written in texts for match in _search_secrets(written.text)}
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    quoted = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
    return lambda text: quoted.sub(_REMOVED, text) if words else text


def _search_secrets(text: str) -> Iterator[Match[str]]:
    """Yield the secrets of a text, each once."""
    end = 0
    for match in sorted([*_search_tokens(text), *_search_values(text)], key=lambda match: match.start):
        if match.start >= end:
            yield match
        end = max(end, match.end)
    if not end:
        yield from _search_masked(text)


def _search_masked(text: str) -> Iterator[Match[str]]:
    """Yield the tokens that a reader sees in a text, but with marks inside them, each as the line that it is in."""
    shown = unmask(text)
    for match in _search_tokens(shown) if shown != text else ():
        line = shown.count("\n", 0, match.start)
        lines = text.split("\n")
        yield Match(match.kind, lines[line], sum(len(one) + 1 for one in lines[:line]))


def _search_tokens(text: str) -> Iterator[Match[str]]:
    for match in _compile_tokens()(text):
        if len(set(match.words)) >= _MIN_DISTINCT and not _is_placeholder(match.words):
            yield match


def _search_values(text: str) -> Iterator[Match[str]]:
    folded = fold_case(text)
    for name, value, what, like in _compile_values():
        for match in name.finditer(folded):
            found = value.match(text, match.end())
            if found and _VALUE_TESTS[like](found[0].rstrip(".")):
                yield Match(what, found[0], found.start())


@cache
def _compile_tokens() -> Search[str]:
    tokens = ((token["pattern"], token["what"]) for token in read_data("secrets.toml")["tokens"])
    return compile_search(tokens, after=r"(?<![\w-])(?=\w)", fold=False)


@cache
def _compile_values() -> list[tuple[re.Pattern[str], re.Pattern[str], str, str]]:
    values = read_data("secrets.toml")["values"]
    return [(re.compile(one["pattern"]), re.compile(one["value"]), one["what"], one["like"]) for one in values]


@cache
def _read_placeholders() -> dict[str, list[str]]:
    placeholders: dict[str, list[str]] = read_data("secrets.toml")["placeholders"]
    return placeholders


def _is_placeholder(value: str) -> bool:
    lower = value.lower()
    return _EXAMPLE.search(lower) is not None or any(part in lower for part in _read_placeholders()["contain"])


def _is_value(value: str) -> bool:
    placeholders = _read_placeholders()
    return (
        not _is_placeholder(value)
        and not any(part in value.lower() for part in placeholders["follow"])
        and value.lower() not in placeholders["are"]
        and not value.startswith(tuple(placeholders["begin"]))
        and len(set(value)) > 2
    )


def _is_password(value: str) -> bool:
    """Return whether a value has a letter and a digit or sign, and is not a name such as `eu-west-1`."""
    if not (_LETTER.search(value) and _DIGIT_OR_SIGN.search(value)) or _NAME.fullmatch(value):
        return False
    parts = _PART.split(value)
    return (len(parts) == 1 or not all(map(_WORD.fullmatch, parts))) and _is_value(value)


def _is_key(value: str) -> bool:
    """Return whether enough of a value is not words: `default-token-x7k2p` is only the name of a secret."""
    if not _DIGIT.search(value) or len(set(value)) < _MIN_DISTINCT:
        return False
    noise = sum(len(part) for part in _PART.split(value) if not _WORD.fullmatch(part))
    return noise >= _MIN_NOISE and _is_value(value)


_VALUE_TESTS = {"any": _is_value, "password": _is_password, "key": _is_key}
