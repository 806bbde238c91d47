"""Table layout: widths are the same in every Python."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trees import p, table

from pmexport.document.nodes import Row, RowGroup, Table, sections_of, text_of
from pmexport.pipeline import compose_source
from pmexport.renderers.docx.tables import measure_columns
from pmexport.renderers.shared.table_layout import (
    CH,
    FIGURE_TITLE,
    GAP,
    SLACK,
    TYPE,
    WIDTHS,
    PageCapacity,
    measure_page,
    plan_table,
)
from pmexport.theming import themes

PAGE = PageCapacity(90 * CH, 130 * CH, 20, 12)
ROLES = ["id", "text", "name", "label", "date", "time"]
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
ROWS = st.integers(1, 6).flatmap(lambda count: st.lists(st.lists(WORDS, min_size=count, max_size=count), min_size=2))


@pytest.mark.slow
def test_widths_of_characters_do_not_depend_on_the_version_of_unicode() -> None:
    """The digest was made with Python 3.11, 3.12 and 3.13."""
    widths = bytes(WIDTHS[chr(code)] for code in range(0x110000))
    assert hashlib.sha256(widths).hexdigest() == "2fdc7b35da5901750b37646a362122dc46d011e06bdfa75380a1e837a6aadd32"


@pytest.mark.parametrize(
    ("character", "width"), [("i", 50), ("8", 100), ("你", 170), ("\u0301", 0), ("\U0001fae8", 170)]
)
def test_widths_are_plausible(character: str, width: int) -> None:
    assert WIDTHS[character] == width


@given(ROWS)
def test_widths_of_columns_are_whole_numbers_that_fit(rows: list[list[str]]) -> None:
    titles, *cells = rows
    block = table(titles, *([p(cell) for cell in row] for row in cells), roles=ROLES[: len(titles)])
    plan = plan_table(block, PAGE)
    assert all(type(room) is int for room in plan.rooms)
    widths = measure_columns(block, 9000, 14000, 200).widths
    assert all(type(width) is int and width > 0 for width in widths)
    assert 9000 - len(widths) <= sum(widths) <= 9000


def test_an_empty_column_is_as_narrow_as_its_header() -> None:
    words = "A text that is long enough to need several lines, as most texts in such tables do. " * 2
    for roles, titles in (
        (["id", "text", "name", "label"], ["ID", "Action", "Owner", "Priority"]),
        (["text"] * 3, "ABC"),
    ):
        filled = table(titles, *([words] * len(titles) for _ in range(3)), roles=roles)
        last = len(titles) - 1
        emptied = Row((*filled.groups[0].rows[0].cells[:last], ()))
        empty = replace(filled, groups=(RowGroup((emptied,) * 3),))
        header = sum(WIDTHS[letter] for letter in titles[last])
        plan = plan_table(empty, PAGE)
        assert header <= plan.rooms[last] <= header + GAP + SLACK + CH
        assert plan_table(filled, PAGE).rooms[last] > plan.rooms[last]
        widths = measure_columns(empty, 9000, 14000, 200).widths
        assert widths[last] < measure_columns(filled, 9000, 14000, 200).widths[last]


def test_a_column_has_room_for_its_widest_word() -> None:
    small = PageCapacity(42 * CH, 60 * CH, 20, 12)
    for owner in ("Reliability Engineering", "Engineering Reliability"):
        block = table(["Owner", "Text"], [p(owner), p("word " * 300)], roles=["name", "text"])
        assert plan_table(block, small).rooms[0] >= sum(WIDTHS[letter] for letter in "Engineering")


@pytest.mark.parametrize("theme", themes.theme_names())
@pytest.mark.parametrize("language", ["de", "fr", "es", "pt-BR"])
def test_no_title_of_a_key_figure_is_broken_within_a_word(theme: str, language: str) -> None:
    figures = {"users_affected": 9600, "requests_affected": 126800, "revenue": "rund 120.000 €", "data_loss": "Keiner"}
    times = {"impact_started": "2026-03-14 13:58", "detected": "2026-03-14 14:02", "mitigated": "2026-03-14 14:45"}
    report = {"title": "T", "date": "2026-03-14", "impact": figures, "milestones": times, "language": language}
    document = compose_source(report).document
    (table,) = (
        block
        for part in sections_of(document)
        for block in part.blocks
        if isinstance(block, Table) and block.role == "key_figures"
    )
    page = measure_page(themes.find_theme(theme).tokens)
    plan = plan_table(table, page)
    shrunk = min(1, page.portrait / sum(plan.rooms))
    for column, room in zip(table.columns, plan.rooms, strict=True):
        longest = max(text_of(column.title).split(), key=len)
        assert sum(map(WIDTHS.__getitem__, longest)) * FIGURE_TITLE // TYPE <= room * shrunk - GAP, longest
