"""Which headings are beside their text on paper."""

from __future__ import annotations

from dataclasses import replace

import pytest
from trees import p, section

from pmexport.document.nodes import Block, CodeBlock, Item, List, Paragraph, Quote, Section, Text
from pmexport.renderers.shared.side_headings import COLUMNS, measure_rail, stands_beside
from pmexport.theming import themes
from pmexport.theming.tokens import Tokens

RAIL = 12.0
LONG = p("word " * 80)
CODE = CodeBlock("x = 1")
LONG_TITLE = "Connections that nobody had counted"


def titled(title: str, *blocks: Block, level: int = 2) -> Section:
    return replace(section("trigger", *blocks), title=title, level=level)


def tokens(size: str = "A4", type_size: str = "10pt") -> Tokens:
    default = themes.default_theme().tokens
    page = default.page.model_copy(update={"size": size})
    return default.model_copy(update={"page": page, "fonts": default.fonts.model_copy(update={"size": type_size})})


@pytest.mark.parametrize(("size", "type_size"), [("A4", "10pt"), ("Letter", "10pt"), ("A4", "9pt")])
def test_room_for_headings(size: str, type_size: str) -> None:
    width = {"A4": 170 / 25.4, "Letter": 8.5 - 40 / 25.4}[size] * 72 / float(type_size[:-2])
    assert measure_rail(tokens(size, type_size)) == pytest.approx(width - COLUMNS["normal"])


def test_no_room_if_type_is_large() -> None:
    assert measure_rail(tokens("A4", "12pt")) == 0


@pytest.mark.parametrize("lead", [LONG, List((Item((LONG,)),)), Quote((LONG,))])
def test_beside_running_text(lead: Block) -> None:
    assert stands_beside(titled("Trigger", lead), RAIL)
    assert not stands_beside(titled("Trigger", lead), 0)


@pytest.mark.parametrize("blocks", [(), (CODE,), (CODE, LONG)])
def test_above_everything_else(blocks: tuple[Block, ...]) -> None:
    assert not stands_beside(titled("Trigger", *blocks), RAIL)


def test_summary_has_the_whole_width() -> None:
    assert not stands_beside(section("summary", LONG), RAIL)


def test_long_title_needs_as_many_lines_of_text() -> None:
    assert stands_beside(titled(LONG_TITLE, LONG), RAIL)
    assert not stands_beside(titled(LONG_TITLE, p("Short.")), RAIL)
    assert not stands_beside(titled(LONG_TITLE * 3, LONG), RAIL)


def test_text_before_a_table_needs_as_many_lines_as_the_title() -> None:
    assert stands_beside(titled("Two lines of a title", p("Short.")), RAIL)
    assert not stands_beside(titled("Two lines of a title", p("Short."), CODE), RAIL)
    assert stands_beside(titled("Timeline", p("Short."), CODE), RAIL)


def test_the_caption_of_a_table_is_not_beside_a_title() -> None:
    caption = Paragraph((Text("Table 1. Timeline"),), "caption")
    assert not stands_beside(titled("Timeline", caption, CODE), RAIL)
    assert not stands_beside(titled("Two lines of a title", p("Short."), caption, CODE), RAIL)


def test_title_with_a_word_that_is_too_long() -> None:
    assert not stands_beside(titled("Infrastrukturverantwortlichkeiten", LONG), RAIL)
    assert stands_beside(titled("Infrastruktur", LONG), RAIL)
