"""Replace straight quotes, apostrophes, double hyphens and three dots by the characters of a language.

It is done once, in the tree, so that all formats say the same. Code, times and addresses are never changed. What could
have two meanings stays as it is written.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources
from itertools import chain

from pmexport.document.inline_edits import Edit, edit_inlines
from pmexport.document.nodes import Document, Inlines, Label, Text
from pmexport.document.rewriting import rewrite_document
from pmexport.document.typography.quote_pairs import find_pairs

APOSTROPHE, ELLIPSIS, EN_DASH, EM_DASH = "’", "…", "–", "—"  # noqa: RUF001 - what they are

_WORD = re.compile(r"\S+")
_RAW = re.compile(r"://|www\.|@\w|\\|\w=[\"']|<!--|-->|^[\"'(\[]*--?[A-Za-z]")
"""A sign of an address, a Windows path, an attribute, a comment or an option."""
_DASH = re.compile(r"(?<=\S) --? (?=\S)|(?<=[\w.,;:!?)\"'])(?<![<-])---?(?![->])(?=[\w(\"'])|(?<=\S) --- (?=\S)")
_DOTS = re.compile(r"(?<!\.)\.\.\.(?!\.)")
_APOSTROPHE = re.compile(
    r"(?<=[^\W\d_])'(?=[^\W\d_])|(?<=\d)'(?=s\b)|(?<!\w)'(?=\d0s\b)|(?<=\s)'(?=n'\s)|(?<=\s'n)'(?=\s)"
)
"""Within a word, after and before the years of a decade, and around the n of rock 'n' roll."""


@dataclass(frozen=True, slots=True)
class Convention:
    """The quotes and dashes of a language."""

    quotes: tuple[str, str, str, str]
    """The opening and closing mark, and those inside other quotes."""
    dash: str
    joined: str
    elisions: frozenset[str]


def smarten_document(document: Document) -> Document:
    """Return the document with the quotes and dashes of its language."""
    convention = find_convention(document.language)
    return rewrite_document(document, partial(smarten_inlines, convention=convention))


def smarten_inlines(inlines: Inlines, convention: Convention) -> Inlines:
    """Return the inlines of a paragraph or title with a language's quotes and dashes."""
    return edit_inlines(inlines, partial(_find_edits, convention=convention), (Text, Label))


@cache
def find_convention(language: str) -> Convention:
    """Return the convention of a language tag, of its language, or of English."""
    tables = tomllib.loads(resources.files(__package__).joinpath("languages.toml").read_text("utf-8"))
    parts = language.lower().split("-")
    base, *closer = (tables.get("-".join(parts[:count]), {}) for count in range(1, len(parts) + 1))
    known = tables["en"] | {"elisions": []} if base and base is not tables["en"] else tables["en"]
    values = dict(chain.from_iterable(table.items() for table in (known, base, *closer)))
    return Convention(
        tuple(values["quotes"]),
        values["dash"],
        values["joined"],
        frozenset(values["elisions"]),
    )


def _find_edits(text: str, convention: Convention) -> list[Edit]:
    """Return the edits of a text, without those in addresses, paths and options."""
    if not any(sign in text for sign in ("'", '"', "--", " - ", "...")):
        return []
    raw = bytearray(len(text))
    for word in filter(_is_raw, _WORD.finditer(text)):
        raw[slice(*word.span())] = b"x" * len(word[0])
    edits = sorted([*_find_dashes(text, convention), *_find_dots(text), *_find_quotes(text, convention, raw)])
    return [edit for edit in edits if not any(raw[edit.start : edit.end])]


def _is_raw(word: re.Match[str]) -> bool:
    """Return whether a word is not prose: an address, a path, an option or an attribute."""
    return bool(_RAW.search(word[0])) or word[0].count("/") > 1


def _find_dashes(text: str, convention: Convention) -> Iterator[Edit]:
    for found in _DASH.finditer(text):
        start, end = found.span()
        before, after, sign = text[start - 1], text[end], found[0].strip()
        between_numbers = before.isdigit() and after.isdigit()
        if sign == "---":
            yield Edit(start, end, found[0].replace(sign, EM_DASH))
        elif sign == found[0]:
            yield Edit(start, end, EN_DASH if between_numbers else convention.joined)
        elif not between_numbers and _is_word_end(before) and _is_word_start(after):
            yield Edit(start, end, convention.dash)


def _is_word_end(character: str) -> bool:
    return character.isalnum() or character in "\"').!?,;:%]\N{OBJECT REPLACEMENT CHARACTER}"


def _is_word_start(character: str) -> bool:
    return character.isalnum() or character in "\"'([\N{OBJECT REPLACEMENT CHARACTER}"


def _find_dots(text: str) -> Iterator[Edit]:
    """Yield the edits of three dots, but not between words, where they are an operator such as main...topic."""
    for found in _DOTS.finditer(text):
        start, end = found.span()
        if not (text[start - 1 : start].isalnum() and text[end : end + 1].isalnum()) and text[end : end + 1] != "/":
            yield Edit(start, end, ELLIPSIS)


def _find_quotes(text: str, convention: Convention, raw: bytes | bytearray) -> Iterator[Edit]:
    """Yield the edits of quotes and apostrophes. A pair of which one is in a raw part stays as it is written."""
    apostrophes = {found.start() for found in _APOSTROPHE.finditer(text)} | _find_elisions(text, convention)
    pairs, lone = find_pairs(text, apostrophes)
    for start, end, inner in pairs:
        if raw[start] or raw[end]:
            continue
        opening, closing = convention.quotes[2:] if inner else convention.quotes[:2]
        yield Edit(start, start + 1, opening)
        yield Edit(end, end + 1, closing)
    for place in apostrophes | lone:
        yield Edit(place, place + 1, APOSTROPHE)


def _find_elisions(text: str, convention: Convention) -> set[int]:
    """Return the places of apostrophes before words such as 'tis."""
    words = re.finditer(r"(?<![\w'])'([^\W\d_]+)(?!')", text)
    return {word.start() for word in words if word[1].lower() in convention.elisions}
