"""Words that stay on one line: a number and its unit, French punctuation, and the last two words of a title or caption.

The space between them becomes one that does not break. The tree keeps the author's space, and so does Markdown.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import resources

from pmexport.document.inline_edits import Edit, edit_inlines
from pmexport.document.nodes import Inlines, Label, Text, Time, text_of

NO_BREAK = "\N{NO-BREAK SPACE}"

_BESIDE_NUMBER = re.compile(r" (?:(?=\d)|(?<=\d )|(?<=\d\. )|(?<=\d(?:st|nd|rd|th) ))")
_FRENCH = re.compile(r" (?=[»;:!?](?!\w))|(?<=«) |(?<=\d[ \u00a0]h) (?=\d\d(?!\d|[ \u00a0]min))")
"""Spaces inside French quotation marks, before punctuation that French sets apart, and in a time such as `14 h 45`."""
_NEAR = 24
"""Characters around a space that are looked at; no such word is longer."""
_DAY = re.compile(r"(?:[12]\d|3[01]|0?[1-9])(?:\.|st|nd|rd|th)?")
_GROUP = re.compile(r"\d{1,3}"), re.compile(r"\d{3}(?!\d)")
"""The first and a later group of digits of a long number."""
_CLOSING = ".,;:!?)]}/\"'\N{RIGHT DOUBLE QUOTATION MARK}\N{HORIZONTAL ELLIPSIS}"
"""Punctuation that may follow a word."""
_LEAST_TITLE = 25
"""Characters of a title, from which its last word may be alone on a line."""
_MOST_JOINED = 15
"""Characters of the last two words that are kept together; longer ones do not look lost, and may not fit a phone."""


def bind_words(inlines: Inlines, *, title: bool = False) -> Inlines:
    """Return the inlines with no-break spaces between numbers and their units.

    title: whether they are a title or a caption, whose last two words stay together as well.
    """
    text = text_of(inlines)
    if not title and not _BESIDE_NUMBER.search(text):  # as in most texts
        return inlines
    return edit_inlines(inlines, _find_title_spaces if title else _find_spaces, (Text, Label, Time))


def bind_french(inlines: Inlines) -> Inlines:
    """Return the inlines with no-break spaces beside punctuation that French sets apart.

    Not for Word: when a file is imported, nothing would tell these spaces from those of the labels.
    """
    return edit_inlines(inlines, _find_french, (Text, Label, Time)) if _FRENCH.search(text_of(inlines)) else inlines


def unbind_words(inlines: Inlines, *, title: bool = False) -> Inlines:
    """Return inlines that `bind_words` returned with their own spaces again."""
    find = _find_title_spaces if title else _find_spaces

    def find_bound(text: str) -> Iterator[Edit]:
        edits = find(text.replace(NO_BREAK, " "))
        return (edit._replace(text=" ") for edit in edits if text[edit.start] == NO_BREAK)

    return edit_inlines(inlines, find_bound, (Text, Label, Time))


def bind_title(text: str) -> str:
    """Return a title whose last two words stay together."""
    return text_of(bind_words((Text(text),), title=True))


def _find_french(text: str) -> Iterator[Edit]:
    return (Edit(space.start(), space.end(), NO_BREAK) for space in _FRENCH.finditer(text))


def _find_spaces(text: str) -> Iterator[Edit]:
    """Yield an edit for each space beside a number that must not break."""
    for space in _BESIDE_NUMBER.finditer(text):
        at = space.start()
        before, after = text[max(0, at - _NEAR) : at].rpartition(" ")[2], text[at + 1 : at + _NEAR].partition(" ")[0]
        if _is_bound(before.lstrip("([{\"'\N{LEFT DOUBLE QUOTATION MARK}"), after):
            yield Edit(at, at + 1, NO_BREAK)
        elif after == "de" and _is_bound(before, text[at + 4 : at + _NEAR].partition(" ")[0]):
            yield from (Edit(at, at + 1, NO_BREAK), Edit(at + 3, at + 4, NO_BREAK))


@lru_cache(maxsize=1000)
def _is_bound(before: str, after: str) -> bool:
    """Return whether two words, of which one is a number, stay on one line."""
    words = _read_words()
    unit = {after, after.rstrip(_CLOSING)}
    return bool(
        (before[-1:].isdigit() and unit & words["after"])
        or (after[:1].isdigit() and before in words["before"])
        or (unit & words["months"] and _DAY.fullmatch(before))
        or (before in words["months"] and _DAY.fullmatch(after.rstrip(_CLOSING)))
        or (_GROUP[0].fullmatch(before) and _GROUP[1].match(after))
    )


def _find_title_spaces(text: str) -> list[Edit]:
    edits = dict.fromkeys(_find_spaces(text))
    last = text.rstrip().rfind(" ")
    before = text.rfind(" ", 0, max(last, 0))
    words = text.rstrip()[before + 1 :]
    if len(text) >= _LEAST_TITLE and before > 0 and len(words) <= _MOST_JOINED and text[last + 1].isalnum():
        edits[Edit(last, last + 1, NO_BREAK)] = None
    return sorted(edits)


@cache
def _read_words() -> dict[str, frozenset[str]]:
    """Return the words that stay with the number before or after them, and the months."""
    data = tomllib.loads(resources.files(__package__).joinpath("bound_words.toml").read_text("utf-8"))
    return {name: frozenset(words) for name, words in data.items()}
