"""Forty post-mortems and templates of other people: nothing is lost, and most of it finds its field."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from import_figures import Figures, check_lines, measure_file

from pmexport import render

CASES = Path(os.environ.get("PMEXPORT_CASES", "cases")) / "markdown"
PATHS = sorted(CASES.glob("*.md"))
ESSAYS = ("chia--2022", "hachyderm--2023-05", "homebrew", "nodejs", "pypi--2026", "TEMPLATE--")
"""Reports that are blogs, or questions and answers, and forms to fill in."""
WITHOUT_TIMES = (
    *("hachyderm--2023-05", "hachyderm--2023-01", "moj--2020", "moj--2022", "TEMPLATE--", "homebrew", "pypi--2026"),
    "posthog--2025-11",
)
"""Reports that give no times of events."""
SMALL_LOSSES = {"monitor", "final", "mailto", "all"}
"""`final` is never the status of an import; an address's scheme, and a word of the sentence that names the zone."""

pytestmark = [
    pytest.mark.skipif(not PATHS, reason="the originals are not here"),
    pytest.mark.slow,
]


@pytest.fixture(scope="module")
def found() -> list[Figures]:
    return [measure_file(path)[1] for path in PATHS]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_no_word_is_lost_and_every_line_is_in_one_bin(path: Path) -> None:
    _, figures, draft = measure_file(path)
    check_lines(path, draft.notes)
    assert figures.unclear == 0
    assert {word for word in figures.lost if not word.isdigit()} <= SMALL_LOSSES
    assert render(draft.report, "html")


def test_most_words_are_in_known_sections(found: list[Figures]) -> None:
    assert _share([one for one in found if not one.name.startswith("TEMPLATE")]) >= 0.75
    assert _share([one for one in found if not one.name.startswith(ESSAYS)]) >= 0.9


def test_most_timelines_are_entries_with_times(found: list[Figures]) -> None:
    told = [one for one in found if not one.name.startswith(WITHOUT_TIMES)]
    timed = [one for one in told if one.timed and one.timed >= 0.7 * one.entries]
    assert len(timed) >= 0.8 * len(told)


def _share(found: list[Figures]) -> float:
    known, own = sum(one.known for one in found), sum(one.own for one in found)
    return known / (known + own)
