"""Labels of an impact band in large type: a list, where they would cross."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import docx
import pytest

from pmexport import render
from pmexport.document import nodes
from pmexport.document.nodes import AxisView, Flag, Text
from pmexport.pipeline import compose_source
from pmexport.renderers.shared.flag_room import is_crowded, measure_axis
from pmexport.theming import themes

SAMPLE = Path(__file__).parents[2] / "samples" / "checkout-outage.yaml"


def view(*places: tuple[float, int, bool]) -> AxisView:
    flags = tuple(
        Flag(at, (Text("Acknowledged"),), (Text("14:05"),), (), "info", rank, before) for at, rank, before in places
    )
    return AxisView(flags, (), (), ())


@pytest.mark.parametrize(
    ("places", "crowded"),
    [
        ([(0.0, 0, False), (0.5, 0, False)], False),
        ([(0.0, 0, False), (0.1, 0, False)], True),
        ([(0.0, 0, False), (0.1, 1, False)], False),
        ([(0.0, 0, False), (0.22, 0, False)], True),
        ([(0.0, 0, False), (0.24, 0, False)], False),
        ([(0.0, 0, False), (0.3, 0, True)], True),
        ([(0.95, 0, False)], True),
        ([(0.95, 0, True)], False),
        ([], False),
    ],
)
def test_labels_that_cross(places: list[tuple[float, int, bool]], crowded: bool) -> None:
    assert is_crowded(view(*places), 40) == crowded


def test_only_large_type_is_crowded() -> None:
    sections = nodes.sections_of(compose_source(SAMPLE).document)
    views = [
        one for part in sections for block in part.blocks if isinstance(block, nodes.ImpactBand) for one in block.views
    ]
    found = {
        name: any(is_crowded(one, measure_axis(themes.find_theme(name).tokens)) for one in views)
        for name in themes.theme_names()
    }
    assert found == {"board": False, "clear": True, "default": False, "inquiry": False, "ops": False}


def test_word_lists_the_flags_then() -> None:
    table = next(
        one
        for one in docx.Document(BytesIO(render(SAMPLE, "docx", theme="clear"))).tables
        if one.style and one.style.name == "Impact Band"
    )
    lines = [paragraph.text for paragraph in table.rows[0].cells[1].paragraphs]
    assert lines[:2] == ["13:51 Change  \N{MINUS SIGN}7 min", "13:58 Impact started"]
    assert len(lines) == 6
