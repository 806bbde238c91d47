"""Check docs/report-format.md against the model: its example uses every field, and its table names every section."""

from __future__ import annotations

import re
from pathlib import Path

from pmexport import Report, load
from pmexport.report.sections import section_keys

TEXT = (Path(__file__).parent.parent / "docs" / "report-format.md").read_text("utf-8")
EXAMPLE = re.findall(r"^```yaml\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)[0]


def test_example_uses_every_field() -> None:
    assert load(EXAMPLE.encode(), format="yaml").model_fields_set == set(Report.model_fields)


def test_sections_are_listed_in_order() -> None:
    table = TEXT.partition("## Sections")[2].partition("##")[0]
    assert tuple(key for key in re.findall(r"`(\w+)`", table) if key not in ("after", "at")) == section_keys()
