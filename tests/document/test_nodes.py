"""The tree of meaning: frozen nodes in two closed unions, walked in reading order."""

from __future__ import annotations

import dataclasses
import inspect
from typing import Any, get_args

import pytest
from hypothesis import given
from strategies import documents, examples, inlines
from trees import minimal

from pmexport.document import nodes
from pmexport.document.nodes import Block, Document, Inline, Inlines, Section, sections_of, text_of

BAND = [nodes.AxisView, nodes.Flag, nodes.Stretch, nodes.EventLane, nodes.Mark, nodes.Span, nodes.Tick]
PARTS = [nodes.Item, nodes.Column, nodes.Row, nodes.RowGroup, nodes.Preview, nodes.Share, *BAND]
ATTACHED = [nodes.Attachment, nodes.ActionRecord]
WHOLES = [nodes.Section, nodes.Words, nodes.Properties, *ATTACHED, nodes.Document]
ALL = [*get_args(Block), *get_args(Inline), *PARTS, *WHOLES]


def test_every_class_of_the_tree_is_a_kind_of_block_or_inline_or_a_part_of_one() -> None:
    classes = [one for _, one in inspect.getmembers(nodes, inspect.isclass) if one.__module__ == nodes.__name__]
    assert set(classes) == set(ALL)


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_nodes_are_frozen_and_slotted(kind: Any) -> None:
    assert dataclasses.is_dataclass(kind)
    assert "__slots__" in vars(kind)
    params = vars(kind)["__dataclass_params__"]
    assert params.frozen
    assert params.eq


LOOKS = {"color", "colour", "css", "class", "style", "font", "size", "html", "margin", "bold", "italic", "markup"}


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_nodes_say_nothing_of_looks(kind: Any) -> None:
    names = [field.name for field in dataclasses.fields(kind)]
    assert [name for name in names if LOOKS & set(name.split("_"))] == []


def test_on_paper_every_excerpt_is_shorter() -> None:
    def made(text: str, blocks: nodes.Blocks) -> Document:
        inside = Section("logs", "Logs", 3, (nodes.Rule(), *blocks))
        outside = Section("appendix", "Appendix", 2, (*blocks, nodes.Rule()), (inside,))
        return dataclasses.replace(minimal(), title=text, sections=(outside,))

    screen, paper = (nodes.CodeBlock("1\n2\n3"),), (nodes.CodeBlock("1"), nodes.CodeBlock("3"))
    assert nodes.on_paper(made("a", (nodes.Excerpt(screen, paper),))) == made("a", paper)


@pytest.mark.slow
@examples(0.2)
@given(documents())
def test_a_document_can_be_hashed_and_compared(document: Document) -> None:
    assert document == dataclasses.replace(document)
    assert hash(document) == hash(dataclasses.replace(document))


def section(key: str, *inside: Section) -> Section:
    return Section(key, key.upper(), 2, (), inside)


def test_sections_are_walked_parents_first_in_reading_order() -> None:
    sections = (section("a", section("b", section("c")), section("d")), section("e"), section("f", section("g")))
    words = nodes.Words("Contents", "{page}", "Skip")
    properties = nodes.Properties("", (), "", (), "", "", "", "")
    document = Document("T", (), sections, (), (), "en", "ltr", words, properties)
    assert "".join(one.id for one in sections_of(document)) == "abcdefg"


def test_text_of_every_kind_of_inline() -> None:
    image = nodes.Image(b"", "image/png", 1, 1, "alt", "source")
    found: Inlines = (
        nodes.Text("a"),
        nodes.Strong((nodes.Text("b"), nodes.Emphasis((nodes.Strike((nodes.Code("c"),)),)))),
        nodes.LineBreak(),
        nodes.Link("https://e.x", (nodes.Label("d", "note"), nodes.Time("e"))),
        image,
    )
    assert text_of(found) == "abc dealt"
    assert text_of(()) == ""


@given(inlines)
def test_text_of_a_run_is_that_of_its_parts(run: Inlines) -> None:
    assert text_of(run) == "".join(text_of((inline,)) for inline in run)
