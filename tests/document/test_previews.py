"""The previews on page one: the beginning of later sections, in their own nodes, if these are on other pages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from outlines import leaves, walk

from pmexport import Report, load
from pmexport.assets.folder import Folder
from pmexport.document.compose import compose
from pmexport.document.nodes import (
    Document,
    Heading,
    List,
    NoteMark,
    Paragraph,
    Preview,
    Previews,
    sections_of,
    text_of,
)
from pmexport.limits import Limits
from pmexport.report.facts import derive_facts

SAMPLES = sorted((Path(__file__).parent.parent.parent / "samples").glob("*.yaml"))
REAL = sorted((Path(os.environ["PMEXPORT_CASES"]) / "real").glob("*.yaml")) if "PMEXPORT_CASES" in os.environ else []
LONG = "The timeline fills a page. " * 60


def document(**fields: Any) -> Document:
    """Return a document whose causes and action items are on other pages."""
    report = Report.model_validate({"title": "T", "summary": "S", "background": LONG, **fields})
    return compose(report, derive_facts(report), Folder(None, Limits()))


def previews(tree: Document) -> dict[str, Preview]:
    blocks = [block for section in sections_of(tree) for block in section.blocks]
    return {one.section: one for block in blocks if isinstance(block, Previews) for one in block.previews}


def said(preview: Preview) -> list[str]:
    return [text_of(block.inlines) for block in walk(preview.blocks) if isinstance(block, Paragraph)]


# ---- which


def test_there_are_previews_of_the_root_cause_and_the_action_items() -> None:
    tree = document(root_cause="A constant.", action_items=[{"action": "Remove it"}])
    assert list(previews(tree)) == ["root_cause", "action_items"]
    assert isinstance(tree.sections[1].blocks[-1], Previews)
    assert tree.sections[1].id == "summary"


def test_a_report_without_summary_has_its_previews_below_the_metadata() -> None:
    tree = document(summary="", root_cause="A constant.")
    assert isinstance(tree.sections[0].blocks[-1], Previews)


def test_what_is_on_page_one_anyway_or_is_not_in_the_report_has_no_preview() -> None:
    assert previews(document(background="Short.", root_cause="A.", action_items=[{"action": "B"}])) == {}
    assert previews(document()) == {}


def test_only_the_later_of_two_sections_may_be_on_another_page() -> None:
    tree = document(background="", root_cause="A.", contributing_factors=LONG, action_items=[{"action": "B"}])
    assert list(previews(tree)) == ["action_items"]


# ---- the root cause


@pytest.mark.parametrize(
    ("cause", "shown", "whole"),
    [
        ("A constant.", ["A constant."], True),
        (["One.", "Two."], ["One.", "Two."], True),
        (f"One.\n\n{'Two. ' * 100}", ["One."], False),
        (["One.", "Two. " * 100, "Three."], ["One."], False),
        ("One. " * 200, ["One. " * 200], True),
        ("One:\n\n- two\n- three", ["One:", "two", "three"], True),
        ("One:\n\n```\ncode\n```\n\nTwo.", ["One:"], False),
        ("One.\n\n#### Two\n\nThree.", ["One."], False),
        ("One.\n\n> Two.", ["One."], False),
    ],
)
def test_a_cause_is_shown_in_whole_paragraphs(cause: str | list[str], shown: list[str], whole: bool) -> None:
    preview = previews(document(root_cause=cause))["root_cause"]
    assert said(preview) == [text.strip() for text in shown]
    assert text_of(preview.more) == ("" if whole else "More in Root Cause")


@pytest.mark.parametrize("cause", ["```\ncode\n```", "#### A heading\n\nText.", "> Quoted."])
def test_a_cause_that_does_not_begin_with_text_has_no_preview(cause: str) -> None:
    assert "root_cause" not in previews(document(root_cause=cause))


def test_a_note_keeps_its_first_reference_in_its_section() -> None:
    tree = document(root_cause="**A constant[^1].**\n\n[^1]: See the code.")
    blocks = [block for block in walk(previews(tree)["root_cause"].blocks) if isinstance(block, Paragraph)]
    marks = [one for block in blocks for one in leaves(block.inlines)]
    assert [mark.role for mark in marks if isinstance(mark, NoteMark)] == ["again"]
    assert said(previews(tree)["root_cause"]) == ["A constant[1]."]


# ---- the action items

ITEMS = [
    {"action": "Without a day"},
    {"action": "Later", "owner": "Ivo", "deadline": "2026-05-01"},
    {"action": "Late", "owner": "Ana", "deadline": "2026-03-01"},
    {"action": "Done", "deadline": "2026-01-01", "status": "done"},
    {"action": "Soon.\n\nIn two steps.", "deadline": "2026-04-01", "details": "A detail."},
    {"action": "Dropped", "status": "won't do"},
]


def test_the_next_items_are_the_open_ones_overdue_first_then_by_their_deadlines() -> None:
    preview = previews(document(action_items=ITEMS, published="2026-03-19"))["action_items"]
    assert said(preview) == [
        *("Late", "AI-3 · Ana · 2026-03-01 · Overdue"),
        *("Soon.", "AI-5 · 2026-04-01"),
        *("Later", "AI-2 · Ivo · 2026-05-01"),
    ]
    assert text_of(preview.more) == "More in Action Items"
    assert all(isinstance(block, List) and block.role == "actions" for block in preview.blocks)


def test_the_shares_are_the_counts() -> None:
    preview = previews(document(action_items=ITEMS, published="2026-03-19"))["action_items"]
    assert [(share.role, share.count, text_of(share.text)) for share in preview.shares] == [
        ("overdue", 1, "1 overdue on 19 March 2026"),
        ("open", 3, "3 open, not overdue"),
        ("done", 1, "1 done"),
        ("dropped", 1, "1 dropped"),
    ]
    preview = previews(document(action_items=ITEMS[1:4]))["action_items"]
    assert [text_of(share.text) for share in preview.shares] == ["2 open", "1 done"]
    assert preview.more == ()


def test_an_item_of_which_only_the_beginning_is_shown_has_a_link_to_the_rest() -> None:
    item = {"id": "AI-1", "action": "First.\n\nSecond."}
    preview = previews(document(action_items=[item]))["action_items"]
    assert text_of(preview.more) == "More in Action Items"


def test_items_that_are_all_done_are_only_counted() -> None:
    preview = previews(document(action_items=ITEMS[3:4]))["action_items"]
    assert (len(preview.shares), preview.blocks, preview.more) == (1, (), ())


# ---- the same nodes


def paragraphs(tree: Document, key: str) -> Iterator[str]:
    for section in sections_of(tree):
        if section.id == key:
            yield from (text_of(block.inlines) for block in walk(section.blocks) if isinstance(block, Paragraph))


@pytest.mark.parametrize("path", [*SAMPLES, *REAL], ids=lambda path: path.stem)
def test_a_preview_says_what_its_section_says(path: Path) -> None:
    report = load(path)
    tree = compose(report, derive_facts(report), Folder(report.base))
    for key, preview in previews(tree).items():
        known = set(paragraphs(tree, key))
        assert not any(isinstance(block, Heading) for block in walk(preview.blocks))
        for text in said(preview):
            assert text in known or all(part in known or part == "Overdue" for part in text.split(" · ")), text
