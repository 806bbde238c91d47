"""All formats say the same under any house style: whatever is moved, hidden or renamed."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from parity import READERS, assert_says_the_same

from pmexport import load_config, pipeline, render

SAMPLES = sorted((Path(__file__).parents[2] / "samples").glob("*.yaml"))
STYLES = {
    "backwards": 'sections.order = ["appendix", "lessons", "action_items", "timeline", "summary"]',
    "page one hidden": 'sections.hide = ["metadata", "summary"]',
    "half hidden": 'sections.hide = ["metadata", "timeline", "root_cause", "logs", "action_items", "impact"]',
    "odd titles": f"""
sections.titles = {{summary = "*A* <b> `b` | c", timeline = "{"A long heading " * 9}", root_cause = "Warum?"}}
document = {{kind = "<Kind> & *more*", footer = "> [x](y)", footer_below = "1. _z_"}}""",
}


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("path", "name"),
    [*product(SAMPLES, sorted(READERS.keys() - {"pdf"})), (SAMPLES[1], "pdf")],
    ids=lambda value: getattr(value, "stem", value),
)
def test_formats_say_the_same(path: Path, name: str, style: str, tmp_path: Path) -> None:
    (tmp_path / "pmexport.toml").write_text(STYLES[style], "utf-8")
    config = load_config(tmp_path)
    assert_says_the_same(pipeline.compose_source(path, config=config).document, name, render(path, name, config=config))
