"""Times in all four formats: in the report's zone, with their offset where clocks show them twice, or as written.

The cases are in `cases/shown-times.yaml`.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
import yaml
from parity import READERS, assert_says_the_same, squashed

from pmexport import load, render
from pmexport.assets.folder import Folder
from pmexport.document.compose import compose
from pmexport.report.facts import derive_facts

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "shown-times.yaml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("case", "format_name"),
    list(itertools.product(CASES, sorted(READERS))),
    ids=lambda value: value["name"] if isinstance(value, dict) else value,
)
def test_every_format_shows_the_same_times(case: dict[str, Any], format_name: str) -> None:
    report = load(case["report"].encode(), format="yaml")
    data = render(report, format_name)
    assert_says_the_same(compose(report, derive_facts(report), Folder(None)), format_name, data)
    text = squashed(READERS[format_name](data))
    assert [shown for shown in case["shows"] if squashed(shown) not in text] == []
    assert [hidden for hidden in case.get("hides", ()) if squashed(hidden) in text] == []
