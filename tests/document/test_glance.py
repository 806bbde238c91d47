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
    """Return the key figures of a report, each with its qualifier after a bar."""
    report = Report.model_validate({"title": "T", "date": "2026-03-14", **fields})
    tree = compose(report, derive_facts(report), Folder(None, Limits()))
    for block in (block for section in tree.sections for block in section.blocks):
        if isinstance(block, Table) and block.role == "key_figures":
            (row,) = block.groups[0].rows
            values = [
                " | ".join(" ".join(text_of(part.inlines).split()) for part in cell if isinstance(part, Paragraph))
                for cell in row.cells
            ]
            return dict(zip((text_of(column.title) for column in block.columns), values, strict=True))
    return {}


def test_figures_are_those_that_an_executive_looks_for() -> None:
    impact = {"users_affected": "41,000", "revenue": "€ 1,200 (estimate)", "data_loss": "No; all were released."}
    assert figures(milestones=MILESTONES, impact=impact) == {
        "Time to mitigate": "30 min | 14:00 \N{EN DASH} 14:30",
        "Users affected": "41,000",
        "Revenue impact": "€ 1,200 | (estimate)",
        "Data loss": "No | all were released.",
        "Time to detect": "5 min | 14:00 \N{EN DASH} 14:05",
    }


@pytest.mark.parametrize(
    ("milestones", "expected"),
    [
        ({"impact_started": "14:00", "resolved": "15:00"}, ("Time to resolve", "1 h | 14:00 \N{EN DASH} 15:00")),
        ({"detected": "14:05", "resolved": "15:00"}, ("Duration", "55 min | 14:05 \N{EN DASH} 15:00")),
    ],
)
def test_the_impact_time_is_the_one_that_is_known(milestones: dict[str, str], expected: tuple[str, str]) -> None:
    assert next(iter(figures(milestones=milestones, impact={"data_loss": "No"}).items())) == expected


def test_a_written_duration_is_shown_if_none_is_derived() -> None:
    assert figures(duration="about an hour", impact={"data_loss": "No"})["Duration"] == "about an hour"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("41,000", "41,000"),
        ("1.2 M (18 %)", "1.2 M (18 %)"),
        ("9,600 customers, all of them in the EU", "9,600 customers | all of them in the EU"),
        ("About 3 % \N{EN DASH} mostly on phones", "About 3 % | mostly on phones"),
        ("No. 212 payments were authorised without an order.", "No | 212 payments were authorised without an order."),
        ("12: see the list of customers", "12 | see the list of customers"),
    ],
)
def test_a_figure_stands_before_its_qualifier(text: str, expected: str) -> None:
    assert figures(duration="1 h", impact={"users_affected": text})["Users affected"] == expected


@pytest.mark.parametrize("text", ["All users in the region, save those of the beta", "word " * 60])
def test_a_sentence_is_not_a_figure(text: str) -> None:
    assert "Users affected" not in figures(milestones=MILESTONES, impact={"users_affected": text, "data_loss": "No"})


@pytest.mark.parametrize("fields", [{}, {"duration": "1 h"}, {"impact": {"users_affected": "3"}}])
def test_one_figure_alone_is_none(fields: dict[str, Any]) -> None:
    assert figures(**fields) == {}
