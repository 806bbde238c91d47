"""The most informative lines of a log: its first and last ones, and the errors between them with their traces."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise, takewhile
from typing import NamedTuple

from pmexport.report.vocabulary import Tone

PAPER_LINES = 40
"""Maximum lines of a log on paper: two thirds of a page, with lines that wrap."""
PAPER_CHARACTERS = 330
"""Maximum characters of a line of such a log on paper: three lines of it."""
_MAX_TRACE = 6
"""Maximum lines of an error's trace."""
_LONGEST_TRACE = 300
"""Maximum lines that are searched for the end of a trace."""
_SMALL_GAP = 2
"""Lines between two parts that are shown rather than counted."""

_CRITICAL, _WARNING = "alert|crit|critical|emerg|error|fatal|panic|severe", "warn|warning"
SEVERITIES = re.compile(
    rf"\b(?:({_CRITICAL.upper()})|{_WARNING.upper()})\b"
    rf"|(?:^(?:[\d:.,TZ/+-]+\s+){{1,2}}\W?|\blevel\W{{1,4}})(?:({_CRITICAL})|{_WARNING})\b"
)
"""Severity words of log lines: in capitals, after the time, or as `level`. Elsewhere they may mean anything."""
_CRASH = re.compile("Traceback \\(most|panic: |fatal error: |Exception in thread |Unhandled exception")
"""What runtimes write before a trace."""
_TRACE = re.compile(
    r"\s|$|(?:at|goroutine|stack backtrace:|Traceback|Caused by:|Suppressed:|During handling|The above exception)\b"
    r"|[\w.$]+(?:Error|Exception|Exit|Interrupt)\b|\.\.\. \d|main\."
)
"""How a line begins that belongs to the error above it: indented, or as runtimes write traces."""
_VARYING = re.compile(r"\b[0-9a-f-]{8,}\b|\d+")
"""What differs between lines that report the same error."""


class Line(NamedTuple):
    """A line of a log."""

    number: int
    text: str


def classify_line(line: str) -> Tone:
    """Return the tone of a log line's severity."""
    found = SEVERITIES.search(line)
    if _CRASH.match(line) or (found and (found[1] or found[2])):
        return "critical"
    return "warning" if found else "neutral"


def choose_lines(lines: Sequence[Line], most: int) -> list[Line]:
    """Return the most informative lines, at most this many, in their order: all of a short log.

    The last quarter is the end of the log. Of the rest, errors may take three fifths, those of a new kind first, each
    with the line before it and with its trace. What they leave is the beginning of the log.
    """
    if len(lines) <= most:
        return list(lines)
    head, tail = most * 3 // 10, len(lines) - most + most * 3 // 4
    chosen = {*range(head), *range(tail, len(lines))}
    for error in _rank_errors(lines, head, tail)[:most]:
        added = set(_list_parts(lines, error, chosen)) - chosen
        if len(chosen) + len(added) <= most:
            chosen |= added
        if len(chosen) == most:
            break
    left = (index for index in range(tail) if index not in chosen)
    return [lines[index] for index in sorted({*chosen, *islice(left, most - len(chosen))})]


def split_parts(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield the parts of a log between which lines are left out."""
    ends = [index for index, (line, following) in enumerate(pairwise(lines), 1) if following.number > line.number + 1]
    for start, end in pairwise((0, *ends, len(lines))):
        yield list(lines[start:end])


def find_errors(lines: Sequence[Line]) -> Iterator[int]:
    """Yield the indexes of lines that report an error, without those in the trace of another."""
    failing = False
    for index, line in enumerate(lines):
        in_trace = failing and _continues(lines, index)
        critical = classify_line(line.text) == "critical"
        if critical and not (in_trace and (_CRASH.match(line.text) or line.text[:1].isspace())):
            yield index
        failing = critical or in_trace


def _rank_errors(lines: Sequence[Line], start: int, end: int) -> list[int]:
    """Return the indexes of errors between two places: the first ones of their kind, the last one, then the others."""
    kinds: dict[str, int] = {}
    found = [start + index for index in find_errors(lines[start:end])]
    again = [index for index in found if kinds.setdefault(_VARYING.sub("0", lines[index].text), index) != index]
    return [*kinds.values(), *again[-1:], *again[:-1]]


def _list_parts(lines: Sequence[Line], error: int, chosen: set[int]) -> Iterator[int]:
    """Yield the indexes of an error, its trace, the line before it, and the few lines up to the parts next to it."""
    trace = list(_find_trace(lines, error))
    first, last = max(error - 1, 0), max([error, *trace])
    yield from (first, error, *trace)
    for nearest in range(1, _SMALL_GAP + 2):
        if first - nearest in chosen:
            yield from range(first - nearest, first)
        if last + nearest in chosen:
            yield from range(last, last + nearest)


def _find_trace(lines: Sequence[Line], error: int) -> list[int]:
    """Return the indexes of an error's trace: of a long one its beginning, and the last line that is not indented."""
    following = range(error + 1, min(error + _LONGEST_TRACE, len(lines)))
    trace = list(takewhile(lambda index: _continues(lines, index), following))
    while trace and not lines[trace[-1]].text.strip():
        trace.pop()
    if len(trace) <= _MAX_TRACE:
        return trace
    causes = [index for index in trace[_MAX_TRACE - 1 :] if not lines[index].text[:1].isspace()]
    return trace[: _MAX_TRACE - 1] + (causes or trace)[-1:]


def _continues(lines: Sequence[Line], index: int) -> bool:
    """Return whether a line directly follows the one before it and belongs to the same error."""
    before, line = lines[index - 1], lines[index]
    return line.number == before.number + 1 and _TRACE.match(line.text) is not None
