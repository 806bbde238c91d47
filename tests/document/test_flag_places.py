"""Flags above a bar: no line crosses a label, and no labels overlap."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmexport.document.flag_places import place_flags


@pytest.mark.parametrize(
    ("positions", "lengths", "expected"),
    [
        ([], [], []),
        ([0.5], [0.2], [(0, False)]),
        ([0.1, 0.2, 0.3], [0.2, 0.2, 0.2], [(2, False), (1, False), (0, False)]),
        ([0.1, 0.5], [0.2, 0.2], [(0, False), (0, False)]),
        ([0.1, 0.95], [0.2, 0.2], [(0, False), (0, True)]),
        ([0.9, 0.95], [0.2, 0.2], [(0, True), (1, True)]),
        ([0.7, 0.95], [0.2, 0.2], [(1, False), (0, True)]),
    ],
)
def test_flags_step_down(positions: list[float], lengths: list[float], expected: list[tuple[int, bool]]) -> None:
    assert place_flags(positions, lengths) == expected


_lengths = st.floats(0.05, 0.3)


@given(st.lists(st.tuples(st.floats(0, 1), _lengths), max_size=7).map(sorted))
def test_no_line_crosses_a_label(flags: list[tuple[float, float]]) -> None:
    positions, lengths = [at for at, _ in flags], [length for _, length in flags]
    places = place_flags(positions, lengths)
    labels = [
        (at - length, at) if before else (at, at + length)
        for (at, length), (_, before) in zip(flags, places, strict=True)
    ]
    for one, other in combinations(range(len(flags)), 2):
        for label, line in ((one, other), (other, one)):
            inside = labels[label][0] < positions[line] < labels[label][1]
            assert not inside or places[line][0] < places[label][0]
        overlap = labels[one][0] < labels[other][1] and labels[other][0] < labels[one][1]
        assert not overlap or places[one][0] != places[other][0]
