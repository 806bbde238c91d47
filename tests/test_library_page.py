"""Run the examples of docs/library.md, which has one for every public name."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import docx
import pytest

import pmexport

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "library.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_every_public_name_is_in_an_example() -> None:
    code = "\n".join(BLOCKS)
    assert [name for name in pmexport.__all__ if not re.search(rf"\b{name}\b", code)] == []


@pytest.mark.slow
def test_the_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    samples = ROOT / "samples"
    shutil.copytree(samples, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.html", "*.md", "*.yaml"))
    text = (samples / "checkout-outage.yaml").read_text("utf-8")
    Path("report.yaml").write_text(re.sub(r"^status: final$", "status: in_review", text, flags=re.MULTILINE), "utf-8")
    shutil.copy(samples / "graphs" / "checkout-error-rate.png", tmp_path / "graphs" / "errors.png")
    docx.Document().save("company.docx")
    Path("pmexport.toml").write_text('[checks]\nPM014 = "off"\n', "utf-8")
    Path("postmortem.md").write_text("# Search was slow\n\n## Timeline\n\n- 14:02 Alert\n", "utf-8")
    Path("reports").mkdir()
    Path("reports/search.yaml").write_text("title: Search was slow", "utf-8")
    names: dict[str, object] = {}
    for block in BLOCKS:
        exec(block, names)
    assert Path("out/report.docx").stat().st_size
    assert Path("report.html").stat().st_size
    assert pmexport.load("report.yaml").stage == "final"


def test_the_keys_of_the_tables_are_those_of_the_data() -> None:
    rows = re.findall(r"^\| (`.*?) \|", PAGE, re.MULTILINE)
    keys = {key for row in rows for key in re.findall(r"`(\w+)`", row)}
    assert keys == {*pmexport.Problem("x").as_dict(), *pmexport.facts({"title": "x"}).as_dict()} - {"as_dict"}
