"""A theme cannot silently change what a page says. The themes are in `page_texts/` (see the README there)."""

from __future__ import annotations

import time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from PIL import Image
from strategies import reports

from pmexport import Problem, load, render
from pmexport.assets.folder import Folder
from pmexport.document.compose import compose
from pmexport.document.nodes import Document
from pmexport.renderers.html import make_page
from pmexport.renderers.shared.page_texts import compare_texts
from pmexport.report.facts import derive_facts
from pmexport.report.model import Report
from pmexport.theming import themes

CASES = yaml.safe_load((Path(__file__).parent / "page_texts" / "themes.yaml").read_text("utf-8"))
REPORT = """\
title: Checkout unavailable
id: INC-7
status: final
revision: 2
severity: P1
date: 2026-03-14
commander: Ana Ruiz
summary: |
  Some *checkouts* failed.

  - [x] The pool was `empty`.
timeline:
  - {time: "14:02", phase: Detection, event: An alert fired.}
  - {time: "14:40", phase: Resolution, event: The pool is larger.}
trigger: A failover.
root_cause: The pool was too small.
impact: {users_affected: "1,200"}
lessons: Test the failover.
action_items: [{action: Alert on it, owner: Ana, deadline: 2036-01-01}]
logs:
  - |
    pool empty
    pool full
figures: [{src: plot.png, alt: Errors by minute, caption: From 14:02}]
"""


@pytest.fixture
def report(tmp_path: Path) -> Report:
    out = BytesIO()
    Image.new("RGB", (3, 2)).save(out, "PNG")
    (tmp_path / "plot.png").write_bytes(out.getvalue())
    return load(REPORT.encode(), format="yaml", base=tmp_path)


def tree(report: Report) -> Document:
    return compose(report, derive_facts(report), Folder(report.base))


def make_theme(folder: Path, case: dict[str, Any]) -> Path:
    folder.mkdir()
    (folder / "theme.toml").write_text('summary = "Mine"', "utf-8")
    changed = dict(case.get("add", {}))
    for name, pairs in case.get("replace", {}).items():
        changed[name] = themes.default_theme().read(name)
        for before, after in pairs:
            assert before in changed[name], before
            changed[name] = changed[name].replace(before, after)
    for name, content in changed.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content, "utf-8")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_theme_that_changes_the_texts_is_reported(case: dict[str, Any], report: Report, tmp_path: Path) -> None:
    warnings: list[Problem] = []
    render(report, "html", theme=make_theme(tmp_path / "acme", case), warnings=warnings)
    expected = [f'the theme "acme" {text}' for text in case.get("warns", [])]
    found = [warning.message for warning in warnings]
    assert [one.startswith(text) for one, text in zip(found, expected, strict=False)] == [True] * len(expected), found
    assert found[len(expected) :] == []
    assert all(warning.level == "warning" and warning.help for warning in warnings)


@pytest.mark.slow
def test_pdf_reports_the_same(report: Report, tmp_path: Path) -> None:
    theme = make_theme(tmp_path / "acme", {"replace": {"page.html.j2": [["{{ footer }}", ""]]}})
    found: dict[str, list[Problem]] = {"html": [], "pdf": []}
    for format_name, warnings in found.items():
        render(report, format_name, theme=theme, warnings=warnings)
    assert found["pdf"] == found["html"] != []


@pytest.mark.slow
@given(reports())
def test_built_in_themes_change_no_texts(fields: dict[str, Any]) -> None:
    document = tree(load(fields))
    for name in themes.theme_names():
        theme = themes.find_theme(name)
        assert list(compare_texts(make_page(document, theme), document, theme)) == []


def test_comparison_is_quick_even_if_everything_differs(tmp_path: Path) -> None:
    document = tree(load({"title": "T", "lessons": [f"Lesson {number} is about {number}." for number in range(9000)]}))
    case = {"add": {"blocks/list.html.j2": "<p>{{ items | map(attribute=0) | reverse | join('<br>') }}</p>"}}
    theme = themes.find_theme(make_theme(tmp_path / "acme", case))
    page = make_page(document, theme)
    start = time.perf_counter()
    assert list(compare_texts(page, document, theme))
    assert time.perf_counter() - start < 5
