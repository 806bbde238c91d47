"""Editing a Word file in LibreOffice, through its scripting interface."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trees
from libreoffice import find_python, find_soffice

from pmexport.document.nodes import Document, Heading
from pmexport.renderers.docx import DocxRenderer
from pmexport.theming import themes

OFFICE = Path(__file__).parents[1] / "support" / "office.py"

pytestmark = pytest.mark.slow


def report() -> Document:
    return trees.document(
        trees.section("metadata", trees.METADATA, title="Incident Metadata"),
        trees.section("summary", trees.p("It broke."), Heading(3, trees.text("Inside a field")), trees.p("More.")),
        trees.section("resolution", trees.bullets("First", "Second", "Third", ordered=True)),
        trees.section("background", *(trees.p(f"Paragraph {number}." + " word" * 120) for number in range(90))),
        trees.section(
            "root_cause_analysis",
            title="Root Cause Analysis",
            sections=(trees.section("root_cause", trees.p("A constant."), title="Root Cause", level=3),),
        ),
        trees.section("impact", trees.table(["Region", "Loss"], ["eu-west-1", "200"], ["Last", "400"])),
    )


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the result of editing the report in LibreOffice."""
    folder = tmp_path_factory.mktemp("office")
    file = folder / "report.docx"
    file.write_bytes(DocxRenderer().render(replace(report(), mark="Draft"), themes.default_theme(), []))
    command = [find_python(), str(OFFICE), find_soffice(), str(folder / "profile"), str(file)]
    run = subprocess.run(command, check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def test_headings_follow_their_style(seen: dict[str, Any]) -> None:
    assert len(seen["headings"]) == 6
    assert all(colored for _, colored in seen["headings"])


def test_a_new_item_is_numbered_in_sequence(seen: dict[str, Any]) -> None:
    items = [item for item in seen["items"] if item[1]]
    assert items == [
        ["First", "1.", "List Number"],
        ["Second", "2.", "List Number"],
        ["Added", "3.", "List Number"],
        ["Third", "4.", "List Number"],
    ]


def test_a_new_row_looks_like_the_others(seen: dict[str, Any]) -> None:
    *_, last, added = seen["rows"]
    assert [cell[0] for cell in added] == ["Added", "Added"]
    assert [cell[1:] for cell in added] == [cell[1:] for cell in last]
    assert {cell[1] for cell in added} == {"Table Text"}


def test_updated_contents_keep_their_titles_and_have_the_right_pages(seen: dict[str, Any]) -> None:
    title, *entries = (entry.split("\t") for entry in seen["contents"])
    assert title == ["Contents"]
    listed = [
        entry for entry in entries if entry[0] != "Inside a field"
    ]  # Word leaves it out, some LibreOffices do not
    assert listed == [[words, str(page)] for words, page in seen["pages"]]
    assert len({page for _, page in seen["pages"]}) > 1
