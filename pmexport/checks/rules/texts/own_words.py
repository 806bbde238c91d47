"""Search texts for patterns, in the author's own words only, and locate the matches in the text as written."""

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from itertools import islice
from typing import Any, Generic, TypeVar

from pmexport.checks.rule import Written

Kind = TypeVar("Kind")

MAX_MATCHES = 100
"""Maximum number of matches reported per text. An author with more of them reads all of it anyway."""

_CODE = re.compile(
    r"^[ \t]*(`{3,}+|~{3,}+)[^\n]*(?:\n(?![ \t]*\1)[^\n]*)*(?:\n[ \t]*\1[^\n]*)?"  # GFM 0.29, 4.5; in lists too
    r"|(?<!`)(`++)(?:[^`\n]|\n(?![ \t]*\n)|(?!\2(?!`))`++){0,2000}?(?<!`)\2(?!`)",  # 6.3: code spans
    re.MULTILINE,
)
_QUOTE = re.compile(r"^ {0,3}>[^\n]*", re.MULTILINE)
_LINK_TARGET = re.compile(
    r"\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)?\)|\]\[[^\[\]\n]{0,200}\]|\[(?=[^\[\]\n]{0,200}\][(\[])"
)
_MARK = re.compile(r"[*_~\\]")
_MARK_OR_LINK = re.compile(r"[*_~\\\[\]]")
_LOG_PATH = re.compile(r"logs(?:\[\d+\])?\.(?:text|file)")
_QUOTED = re.compile(r'"[^"\n]{1,300}"|“[^“”]{1,300}”|„[^„“”]{1,300}[“”]|«[^«»]{1,300}»|‘[^‘’\n]{2,300}’(?!\w)')  # noqa: RUF001


@dataclass(frozen=True, slots=True)
class Match(Generic[Kind]):
    """A match of a pattern."""

    kind: Kind
    words: str
    start: int
    """Position in characters from 0."""

    @property
    def end(self) -> int:
        """The position after the last character."""
        return self.start + len(self.words)

    @property
    def phrase(self) -> str:
        """The words on one line, for a message."""
        return " ".join(self.words.split())


Search = Callable[[str], Iterable[Match[Kind]]]
"""Finds matches in a text. Words may be separated by any white space, where the text may have Markdown marks."""


def compile_search(
    patterns: Iterable[tuple[str, Kind]], *, after: str = r"(?<!\w)(?=\w)", fold: bool = True
) -> Search[Kind]:
    """Return a search for patterns, which must not contain groups, each with its kind.

    Patterns are tried only where `after` matches; with `fold`, on the text in lower case. This makes the search about
    ten times faster, because alternatives that start with another letter cost next to nothing.
    """
    pairs = tuple(patterns)
    quick = re.compile(f"{after}(?:{'|'.join(pattern for pattern, _ in pairs)})")
    which = re.compile("|".join(f"({pattern})" for pattern, _ in pairs))

    def search(text: str) -> Iterator[Match[Kind]]:
        searched = fold_case(text) if fold else text
        for match in quick.finditer(searched):
            found = which.match(searched, match.start())
            if found and found.lastindex:
                yield Match(pairs[found.lastindex - 1][1], text[match.start() : match.end()], match.start())

    return search


def has_match(search: Search[Kind], text: str) -> bool:
    """Return whether a search finds anything in a text."""
    return any(True for _ in search(text))


def drop_nested(matches: Iterable[Match[Kind]]) -> Iterator[Match[Kind]]:
    """Yield matches that are sorted by start, without those that start inside another one."""
    end = 0
    for match in matches:
        if match.start >= end:
            yield match
            end = match.end


def fold_case(text: str) -> str:
    """Return the text in lower case, with the same length."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(char.lower()[0] for char in text)


def search_own_words(written: Written, search: Search[Kind]) -> Iterator[tuple[Match[Kind], int | None]]:
    """Yield the matches in the author's own words, each with its position in the text as written, if known.

    Words in quotation marks are not the author's own.
    """
    if has_match(search, blank_marks(written.text)):  # otherwise skip parsing Markdown
        matches = list(islice(search(blank_quoted(written.prose)), MAX_MATCHES))
        yield from zip(matches, _locate_matches(matches, written, search), strict=True)


def _locate_matches(matches: list[Match[Kind]], written: Written, search: Search[Kind]) -> Iterator[int | None]:
    """Yield the position of each match in the text, if its words occur there as often as in the prose."""
    if not matches or written.prose == written.text:
        return (match.start for match in matches)
    starts: dict[str, list[int]] = {}
    for match in islice(search(blank_quoted(_blank_markdown(written.text))), MAX_MATCHES):
        starts.setdefault(match.phrase, []).append(match.start)
    counts = Counter(match.phrase for match in matches)
    known = {phrase: iter(positions) for phrase, positions in starts.items() if len(positions) == counts[phrase]}
    return (next(known[match.phrase]) if match.phrase in known else None for match in matches)


def is_log(written: Written) -> bool:
    """Return whether a text is a log, so that none of it is the author's own words."""
    return _LOG_PATH.fullmatch(written.path) is not None


def read_data(name: str) -> dict[str, Any]:
    """Return a data file of this package."""
    return tomllib.loads(resources.files(__package__).joinpath(name).read_text("utf-8"))


def blank_quoted(text: str) -> str:
    """Replace words in quotation marks with spaces."""
    return _blank_out(text, _QUOTED)


def blank_code(text: str) -> str:
    """Replace the code in a Markdown text with spaces."""
    return _blank_out(text, _CODE)


def blank_marks(text: str) -> str:
    """Replace the marks and link targets of a Markdown text with spaces."""
    return _blank_out(text, _LINK_TARGET, _MARK) if _MARK_OR_LINK.search(text) else text


def _blank_markdown(text: str) -> str:
    """Replace the parts of a Markdown text that are not the author's own words with spaces."""
    return _blank_out(text, _CODE, _QUOTE, _LINK_TARGET, _MARK)


def _blank_out(text: str, *patterns: re.Pattern[str]) -> str:
    for pattern in patterns:
        text = pattern.sub(lambda match: " " * (match.end() - match.start()), text)
    return text
