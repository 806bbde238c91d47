"""The estimate of a document's pages, compared with those of its PDF."""

from __future__ import annotations

import os
from io import BytesIO
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from layouts import words
from pypdf import PdfReader
from trees import png

from pmexport import Report, load, render
from pmexport.assets.folder import Folder
from pmexport.document.compose import compose
from pmexport.document.nodes import Document
from pmexport.renderers.shared.contents_place import LONG, is_long
from pmexport.renderers.shared.page_estimate import estimate_pages
from pmexport.report.facts import derive_facts
from pmexport.theming import themes

SAMPLES = sorted((Path(__file__).parent.parent.parent / "samples").glob("*.yaml"))
REAL = sorted(Path(os.environ.get("PMEXPORT_CASES", "none")).glob("real/*.yaml"))


def timeline(entries: int, length: int) -> list[dict[str, Any]]:
    return [
        {"time": f"2026-03-{14 + number // 60} {number // 60}:{number % 60:02}", "event": words(length)}
        for number in range(entries)
    ]


def rows(count: int) -> str:
    return "| a | b | c |\n|---|---|---|\n" + f"| {words(4)} | {words(12)} | {words(2)} |\n" * count


MADE: dict[str, dict[str, Any]] = {
    "many short events": {"timeline": timeline(90, 14)},
    "long events": {"timeline": timeline(60, 60)},
    "prose": {"background": "\n\n".join(words(90) for _ in range(40))},
    "lists": {"lessons": [words(20)] * 70, "went_well": [words(15)] * 50},
    "actions": {"action_items": [{"id": "A-1", "action": words(25), "owner": "Ana Ruiz", "status": "open"}] * 40},
    "logs": {"logs": ["\n".join(f"14:02 INFO {words(8)}" for _ in range(300))] * 9},
    "tables": {"sections": [{"title": "T", "text": rows(20)}] * 6},
    "images": {"figures": [{"src": "a.png", "alt": "Errors", "caption": words(12)}] * 12},
}


def compose_report(report: Report) -> Document:
    return compose(report, derive_facts(report), Folder(report.base))


def estimate(report: Report, theme: str) -> float:
    return estimate_pages(compose_report(report), themes.find_theme(theme).tokens)


def assert_near(report: Report, theme: str, within: float = 0.2) -> None:
    pages = len(PdfReader(BytesIO(render(report, "pdf", theme=theme))).pages)
    assert estimate(report, theme) == pytest.approx(pages, rel=within, abs=1)


@pytest.mark.slow
@pytest.mark.parametrize("theme", themes.theme_names())
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_pages_of_samples(path: Path, theme: str) -> None:
    assert_near(load(path), theme)


@pytest.mark.slow
@pytest.mark.parametrize(("path", "theme"), list(zip(REAL, cycle(themes.theme_names()), strict=False)))
def test_pages_of_reports(path: Path, theme: str) -> None:
    assert_near(load(path), theme, 0.3)


@pytest.mark.slow
@pytest.mark.parametrize("name", MADE)
def test_pages_of_what_takes_room(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(900, 600))
    assert_near(load({"title": name, "date": "2026-03-14", **MADE[name]}, base=tmp_path), themes.DEFAULT)


@pytest.mark.slow
def test_pages_of_a_script_with_wide_characters() -> None:
    text = "新しいリリースでワーカープロセスの数が倍になり、データベースの接続をすべて使い切った。" * 8
    fields = {name: "\n\n".join([text] * 12) for name in ("background", "trigger", "resolution")}
    assert_near(load({"title": "障害", "language": "ja", **fields}), themes.DEFAULT)


def test_larger_type_takes_more_pages() -> None:
    report = load({"title": "T", "date": "2026-03-14", **MADE["prose"]})
    pages = {name: estimate(report, name) for name in themes.theme_names()}
    assert sorted(pages, key=pages.__getitem__) == ["ops", "inquiry", "board", "default", "clear"]


def test_contents_are_for_reports_of_twelve_pages() -> None:
    def found(paragraphs: int) -> tuple[bool, bool]:
        fields = {name: "\n\n".join([words(90)] * paragraphs) for name in ("background", "trigger", "resolution")}
        tree = compose_report(
            load({"title": "T", **fields, "lessons": ["l"], "got_lucky": ["g"], "what_happened": "w"})
        )
        tokens = themes.default_theme().tokens
        return estimate_pages(tree, tokens) >= LONG, is_long(tree, tokens)

    decided = [found(paragraphs) for paragraphs in range(6, 40, 3)]
    assert all(long == listed for long, listed in decided)
    assert {listed for _, listed in decided} == {True, False}
