"""The lines of a log that tell most."""

from __future__ import annotations

import pytest

from pmexport.document.log_lines import Line, choose_lines, classify_line, find_errors, split_parts


@pytest.mark.parametrize(
    ("line", "tone"),
    [
        ("14:02:11 ERROR pool exhausted", "critical"),
        ("2026-03-14T14:02:11.123Z error pool exhausted", "critical"),
        ("2026-03-14 14:02:11,123 [fatal] pool exhausted", "critical"),
        ('{"level": "error"}', "critical"),
        ("[pool-7] WARN slow", "warning"),
        ("level=warning slow", "warning"),
        ("14:02 info no error, no warning, no ERRORS", "neutral"),
        ("errors: 5", "neutral"),
        ("Traceback (most recent call last):", "critical"),
        ("panic: runtime error: index out of range", "critical"),
        ('Exception in thread "main" java.lang.OutOfMemoryError', "critical"),
        ("Exception in the middle of a thread", "neutral"),
        ("", "neutral"),
    ],
)
def test_severity_of_log_lines(line: str, tone: str) -> None:
    assert classify_line(line) == tone


INFO = "14:02:11 INFO order accepted"
TRACE = [
    "Traceback (most recent call last):",
    *(f'  File "/srv/pay.py", line {number}, in charge' for number in range(20)),
    "gateway.TimeoutError: no answer",
]


def log(count: int, others: dict[int, str]) -> list[Line]:
    """Return a log of this many lines, of which others report something."""
    return [Line(number, others.get(number, f"{INFO} {number}")) for number in range(1, count + 1)]


def shown(lines: list[Line], most: int = 40) -> list[tuple[int, int]]:
    """Return the first and last line numbers of the parts of a log that are shown."""
    chosen = choose_lines(lines, most)
    assert len(chosen) <= most
    assert set(chosen) <= set(lines)
    return [(part[0].number, part[-1].number) for part in split_parts(chosen)]


def test_a_log_within_its_limit_is_whole() -> None:
    assert shown(log(40, {})) == [(1, 40)]


def test_without_errors_the_beginning_and_the_end_are_shown() -> None:
    assert shown(log(3000, {})) == [(1, 30), (2991, 3000)]


def test_errors_between_head_and_tail_are_shown_with_the_line_before() -> None:
    assert shown(log(3000, {100: "ERROR a", 200: "ERROR b"})) == [(1, 26), (99, 100), (199, 200), (2991, 3000)]


def test_the_first_error_of_each_kind_comes_first_then_the_last() -> None:
    often = {number: f"ERROR timeout after {number} ms" for number in range(100, 2900, 10)}
    parts = shown(log(3000, {**often, 2005: "FATAL out of memory"}))
    assert parts[0] == (1, 12)
    assert {(99, 100), (2004, 2005), (2889, 2890), (2991, 3000)} <= set(parts)
    assert len(parts) == 11


def test_few_lines_between_two_parts_are_shown() -> None:
    assert (99, 104) in shown(log(3000, {100: "ERROR a", 104: "ERROR b"}))
    assert (1, 28) in shown(log(3000, {16: "ERROR a", 500: "ERROR b"}))


def test_an_error_and_its_trace_stay_together() -> None:
    trace = dict(enumerate(TRACE[-3:], 101))
    assert (99, 103) in shown(log(3000, {100: "ERROR a", **trace}))


def test_of_a_long_trace_its_beginning_and_its_cause_are_shown() -> None:
    lines = log(3000, {100: "ERROR a", **dict(enumerate(TRACE, 101))})
    assert shown(lines)[1:3] == [(99, 105), (122, 122)]
    assert [index + 1 for index in find_errors(lines)] == [100], "the trace is no error of its own"


def test_chained_traces_are_one_error() -> None:
    chained = [*TRACE, "", "During handling of the above exception, another exception occurred:", "", *TRACE]
    lines = log(3000, {100: "ERROR a", **dict(enumerate(chained, 101)), 900: "ERROR b"})
    assert [index + 1 for index in find_errors(lines)] == [100, 900]


def test_a_trace_without_a_word_before_it_is_an_error() -> None:
    lines = log(3000, dict(enumerate(TRACE, 101)))
    assert shown(lines)[1:3] == [(100, 106), (122, 122)]


def test_lines_keep_their_numbers_where_a_log_was_cut_before() -> None:
    screen = choose_lines(log(3000, {100: "ERROR a", 101: "  at b"}), 400)
    assert (99, 101) in shown(screen)
    assert all(line in screen for line in choose_lines(screen, 40))


@pytest.mark.slow
def test_hostile_logs_take_linear_time() -> None:
    errors = [Line(number, "  ERROR at x") for number in range(1, 100_001)]
    assert len(choose_lines(errors, 400)) == 400
