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

from pmexport import ThemeError, load, render
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
    folder = make_theme(tmp_path / "acme", case)
    expected = [f'the theme "acme" {text}' for text in case.get("says", [])]
    if not expected:
        assert render(report, "html", theme=folder)
        return
    with pytest.raises(ThemeError) as raised:
        render(report, "html", theme=folder)
    found = [problem.message for problem in raised.value.problems]
    assert [one.startswith(text) for one, text in zip(found, expected, strict=False)] == [True] * len(expected), found
    assert found[len(expected) :] == []
    templates = {str(folder / name) for name in (*case.get("add", {}), *case.get("replace", {}))}
    assert {problem.file for problem in raised.value.problems} == templates
    assert all(problem.help for problem in raised.value.problems)


def test_the_template_at_fault_is_named_among_others(report: Report, tmp_path: Path) -> None:
    case = {
        "add": {"sections/trigger.html.j2": "<h3>{{ title }}</h3>{{ blocks }}", "sections/lessons.html.j2": " "},
        "replace": {"page.html.j2": [["{{ footer }}", ""]]},
    }
    folder = make_theme(tmp_path / "acme", case)
    with pytest.raises(ThemeError) as raised:
        render(report, "html", theme=folder)
    named = {problem.message.split('"')[3]: Path(problem.file).name for problem in raised.value.problems}
    assert named["Lessons Learned"] == "lessons.html.j2"
    assert named["This post-mortem follows a blameless culture. The goal is to…"] == "page.html.j2"
    assert "trigger.html.j2" not in named.values()


def test_a_long_path_is_one_text(tmp_path: Path) -> None:
    case = {"replace": {"section.html.j2": [["<section", '<section data-mine=""']]}}
    report = load({"title": "T", "trigger": f"In {'a/' * 3000}b.png.", "lessons": ["Two."]})
    assert render(report, "html", theme=make_theme(tmp_path / "acme", case))


@pytest.mark.slow
def test_pdf_reports_the_same(report: Report, tmp_path: Path) -> None:
    theme = make_theme(tmp_path / "acme", {"replace": {"page.html.j2": [["{{ footer }}", ""]]}})
    found = []
    for format_name in ("html", "pdf"):
        with pytest.raises(ThemeError) as raised:
            render(report, format_name, theme=theme)
        found.append(raised.value.problems)
    assert found[0] == found[1] != []


@pytest.mark.slow
@given(reports())
def test_built_in_themes_change_no_texts(fields: dict[str, Any]) -> None:
    document = tree(load(fields))
    for name in themes.theme_names():
        theme = themes.find_theme(name)
        assert list(compare_texts(make_page(document, theme), document, theme)) == []


@pytest.mark.slow
def test_comparison_is_quick_even_if_everything_differs(tmp_path: Path) -> None:
    document = tree(load({"title": "T", "lessons": [f"Lesson {number} is about {number}." for number in range(9000)]}))
    case = {"add": {"blocks/list.html.j2": "<p>{{ items | map(attribute=0) | reverse | join('<br>') }}</p>"}}
    theme = themes.find_theme(make_theme(tmp_path / "acme", case))
    page = make_page(document, theme)
    start = time.perf_counter()
    assert list(compare_texts(page, document, theme))
    assert time.perf_counter() - start < 5
