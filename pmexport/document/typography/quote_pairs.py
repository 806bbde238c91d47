"""Find which straight quotes of a text open, close, or are neither."""

# ruff: noqa: RUF001 - quotes that look like others
import re
from typing import NamedTuple

_RUN = re.compile("[\"']+")
_OPENS_AFTER = "¿¡([{/<=«„“‘‚「『\N{EN DASH}\N{EM DASH}-"
_CLOSES_BEFORE = ".,;:!?)]}/>»”’」』…\N{EN DASH}\N{EM DASH}-。、，！？）"
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]")
"""Scripts without spaces, where a quote may open or close beside any letter."""

_DEEPEST = 20
"""Quotes inside each other, at most."""

Pair = tuple[int, int, bool]
"""The places of an opening and its closing quote, and whether they take the marks of inner quotes."""


class _Open(NamedTuple):
    place: int
    mark: str
    inner: bool


def find_pairs(text: str, apostrophes: set[int]) -> tuple[list[Pair], set[int]]:
    """Return the pairs of quotes, and the places of single quotes that can only be apostrophes: users' data.

    apostrophes: places that are known not to be quotes. If a double quote has no partner, no double quote is paired: it
    is uncertain which of them belong together; the same holds if quotes are nested implausibly deep.
    """
    pairs: list[Pair] = []
    lone: set[int] = set()
    waiting: list[_Open] = []
    doubtful = False
    for run in _RUN.finditer(text):
        before, after = text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1]
        for place in range(*run.span()):
            mark = text[place]
            if place in apostrophes:
                continue
            partner = next((index for index in range(len(waiting) - 1, -1, -1) if waiting[index].mark == mark), None)
            if _can_close(before, after, opened=partner is not None) and partner is not None:
                doubtful |= any(quote.mark == '"' for quote in waiting[partner + 1 :])
                pairs.append((waiting[partner].place, place, waiting[partner].inner))
                del waiting[partner:]
            elif _can_open(before, after) and len(waiting) == _DEEPEST:
                return [], lone
            elif _can_open(before, after):
                inner = not waiting[-1].inner if waiting else mark == "'"
                waiting.append(_Open(place, mark, inner))
            elif mark == "'" and before.isalpha():
                lone.add(place)
            elif mark == '"' and not before.isdigit():
                doubtful = True
    if doubtful or any(quote.mark == '"' for quote in waiting):
        pairs = [pair for pair in pairs if text[pair[0]] == "'"]
    return pairs, lone


def _can_open(before: str, after: str) -> bool:
    starts = not before or before.isspace() or before in _OPENS_AFTER or bool(_CJK.match(before))
    return starts and bool(after) and not after.isspace() and after not in _CLOSES_BEFORE


def _can_close(before: str, after: str, *, opened: bool) -> bool:
    ends = not after or after.isspace() or after in _CLOSES_BEFORE or (opened and bool(_CJK.match(after)))
    return ends and bool(before) and not before.isspace() and before not in "([{"
