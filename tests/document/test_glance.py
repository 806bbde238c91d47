"""The key figures: those that can be taken in at a glance, as written or as derived."""

from __future__ import annotations

from typing import Any

import pytest

from pmexport import Report
from pmexport.assets.folder import Folder
from pmexport.document.compose import compose
from pmexport.document.nodes import Paragraph, Table, text_of
from pmexport.limits import Limits
from pmexport.report.facts import derive_facts

MILESTONES = {"impact_started": "14:00", "detected": "14:05", "mitigated": "14:30", "resolved": "15:00"}


def figures(**fields: Any) -> dict[str, str]:
    report = Report.model_validate({"title": "T", "date": "2026-03-14", **fields})
    tree = compose(report, derive_facts(report), Folder(None, Limits()))
    for block in (block for section in tree.sections for block in section.blocks):
        if isinstance(block, Table) and block.role == "key_figures":
            (row,) = block.groups[0].rows
            values = [text_of(part.inlines) for cell in row.cells for part in cell if isinstance(part, Paragraph)]
            return dict(zip((text_of(column.title) for column in block.columns), values, strict=True))
    return {}


def test_figures_are_derived_from_the_milestones() -> None:
    assert figures(milestones=MILESTONES, impact={"users_affected": "41,000"}) == {
        "Duration": "55 min",
        "Time to detect": "5 min",
        "Time to mitigate": "30 min",
        "Time to resolve": "1 h",
        "Users affected": "41,000",
    }


def test_a_written_duration_is_not_replaced() -> None:
    assert figures(milestones=MILESTONES, duration="about an hour")["Duration"] == "about an hour"


def test_what_takes_a_sentence_is_no_figure() -> None:
    shown = figures(milestones=MILESTONES, impact={"users_affected": "All users in the region, save those of the beta"})
    assert "Users affected" not in shown


@pytest.mark.parametrize("fields", [{}, {"duration": "1 h"}, {"impact": {"users_affected": "3"}}])
def test_one_figure_alone_is_none(fields: dict[str, Any]) -> None:
    assert figures(**fields) == {}
