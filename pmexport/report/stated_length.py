"""Written lengths of time: what `1h 25m`, `about an hour`, `01:25` or `anderthalb Stunden` can mean."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pmexport.report.vocabulary import drop_vowels, join_words, known_words

_UNITS = {word: int(seconds) for word, seconds in known_words("units").items()}
_LONE_UNITS = {word: int(seconds) for word, seconds in known_words("lone_units").items()}
_NUMBERS = {word: float(number) for word, number in known_words("numbers").items()}
_JOINERS = known_words("joiners")
_HEDGES = known_words("hedges")
_SMALLER = {86400: 3600, 3600: 60, 60: 1}
"""The unit that follows each, in seconds: 1h25 is an hour and 25 minutes."""


def _stands_alone(word: str) -> bool:
    """Return whether a word is between spaces: not a sign, and not in an East Asian script."""
    return word[0].isalpha() and word[0] < "\u2e80"


_HEDGE = re.compile(
    rf"\b({join_words(filter(_stands_alone, _HEDGES))})(?!\w)"
    rf"|({join_words(word for word in _HEDGES if not _stands_alone(word))})"
)
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)(?::([0-5]\d))?\s*([^\W\d_]*)\.?")
_ISO_8601 = re.compile(r"p(\d+d)?(?:t((?:\d+[hms])+))?", re.ASCII)
_TOKEN = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+|\S")
_FRACTIONS = "¼½¾"
_ELISION = re.compile("\\bd['\N{RIGHT SINGLE QUOTATION MARK}]")  # plus d'une heure
_IGNORED = {".", ",", "-", "(", ")", "'", "\N{RIGHT SINGLE QUOTATION MARK}"}
_MAX_LENGTH = 60
_MOST_SECONDS = 1e12
_MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class StatedLength:
    """A length of time as an author wrote it."""

    lengths: tuple[dt.timedelta, ...]
    """What it can mean."""
    unit: dt.timedelta
    """What it is rounded to."""
    hedge: str
    """`about`, `at_least` or `at_most`; empty if it is exact."""

    def agrees_with(self, others: Iterable[dt.timedelta]) -> bool:
        """Return whether it can mean one of the other lengths, as rounded or as vague as it is written."""
        return any(self._is_close(length, other) for other in others for length in self.lengths)

    def is_within(self, longest: dt.timedelta) -> bool:
        """Return whether it can mean a length that is not longer."""
        return self.hedge == "at_most" or any(length <= longest for length in self.lengths)

    def _is_close(self, length: dt.timedelta, other: dt.timedelta) -> bool:
        difference = abs(length - other)
        if difference <= max(_MINUTE, other * (0.25 if self.hedge == "about" else 0.05)):
            return True
        if self.hedge in ("at_least", "at_most"):
            return other >= length if self.hedge == "at_least" else other <= length
        return difference < self.unit and max(length, other) <= 2 * min(length, other)


def parse_length(text: str) -> StatedLength | None:
    """Return what a written length of time can mean; None if it has other words than numbers, units and hedges.

    1:25 is hours and minutes, as in the template (HH:MM), or minutes and seconds.
    """
    if len(text) > _MAX_LENGTH:
        return None
    rest = _ELISION.sub("de ", drop_vowels(text.casefold())).strip()
    hedges = {_HEDGES[match[0]] for match in _HEDGE.finditer(rest)}
    rest = _HEDGE.sub(" ", rest).strip()
    if iso := _ISO_8601.fullmatch(rest):
        rest = "".join(filter(None, iso.groups()))
    clock = _CLOCK.fullmatch(rest)
    parts = tuple(_read_clock(clock)) if clock else tuple(_read_words(rest))
    if not parts or len(hedges) > 1:
        return None
    lengths, units = zip(*parts, strict=True)
    return StatedLength(lengths, dt.timedelta(seconds=min(units)), next(iter(hedges), ""))


def _read_clock(match: re.Match[str]) -> Iterator[tuple[dt.timedelta, float]]:
    """Yield what a length such as 1:25 or 1:25:30 can mean, each with its smallest unit in seconds."""
    first, second, third = (int(part or 0) for part in match.groups()[:3])
    unit = _UNITS.get(match[4]) if match[4] else 0
    if unit in (0, 3600):
        yield dt.timedelta(hours=first, minutes=second, seconds=third), 1 if match[3] else 60
    if unit in (0, 60) and match[3] is None:
        yield dt.timedelta(minutes=first, seconds=second), 1


def _read_words(text: str) -> Iterator[tuple[dt.timedelta, float]]:
    """Yield the length in numbers and units, with its smallest unit in seconds; nothing if there are other words."""
    reader = _LengthReader()
    tokens = [token for token in _TOKEN.findall(text) if token not in _IGNORED]
    if tokens and all(reader.take(token) for token in tokens) and reader.finish() and reader.total < _MOST_SECONDS:
        yield dt.timedelta(seconds=reader.total), reader.smallest


class _LengthReader:
    """Adds up the numbers and units of a length: `1h25`, `one and a half hours`, `three quarters of an hour`."""

    def __init__(self) -> None:
        self.total = 0.0
        self.smallest = 0.0
        self._unit = 0
        self._sum: float | None = None
        """What comes before `and`."""
        self._number: float | None = None

    def take(self, token: str) -> bool:
        """Take the next number or word; return whether it belongs to a length."""
        if token[0].isdecimal():
            return self._take_digits(token)
        if token in _NUMBERS:
            return self._take_word(_NUMBERS[token], added=token in _FRACTIONS)
        if token in _LONE_UNITS and self._add_up() is None:
            self._number = 1
            return self._take_unit(_LONE_UNITS[token])
        if token in _UNITS:
            return self._take_unit(_UNITS[token])
        if _JOINERS.get(token) == "and":
            self._sum, self._number = self._add_up(), None
        return token in _JOINERS

    def finish(self) -> bool:
        """Take a number without a unit (`1h25`, `an hour and a half`); return whether the length is complete."""
        number = self._add_up()
        if number is not None and self._unit:
            self._take_unit(self._unit if number < 1 else _SMALLER.get(self._unit, 0))
        return self._unit > 0 and self._add_up() is None

    def _take_digits(self, token: str) -> bool:
        decimals = len(token) - len(token.partition("," if "," in token else ".")[0]) - 1
        if self._number is not None or decimals == len("000"):  # 1,250 is 1250 or 1.25
            return False
        self._number = float(token.replace(",", "."))
        return True

    def _take_word(self, number: float, *, added: bool) -> bool:
        """Take a number in words: 1½ and forty-five are sums, three quarters and half a are products."""
        before = self._number
        if before is None:
            self._number = number
        elif added or (before >= 20 and 1 <= number < 10):
            self._number = before + number
        else:
            self._number = before * number
        return before is None or added or min(number, before) <= 1 or before >= 20

    def _take_unit(self, seconds: int) -> bool:
        number = self._add_up()
        self._sum = self._number = None
        if number is None or not seconds:
            return False
        self.total += number * seconds
        self._unit = seconds
        self.smallest = min(self.smallest or seconds, seconds if number == int(number) else seconds / 2)
        return True

    def _add_up(self) -> float | None:
        return None if self._sum is None and self._number is None else (self._sum or 0) + (self._number or 0)
