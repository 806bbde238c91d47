"""Words that stay on one line: what is bound, and in which formats. Markdown keeps the author's spaces."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import docx
import pytest
from parity import assert_says_the_same
from trees import document, p, section, table, text

from pmexport.document.nodes import Code, CodeBlock, Document, Inlines, Link, Strong, Text, Time, text_of
from pmexport.renderers.registry import find_renderer
from pmexport.renderers.shared import table_layout
from pmexport.renderers.shared.bound_words import bind_french, bind_title, bind_words
from pmexport.theming import themes

LINES = [line for line in (Path(__file__).parent / "bound_words.txt").read_text("utf-8").splitlines() if line[0] != "#"]
TREE = document(
    section("summary", p("It took 47 min on ", Time("14 March 2026"), ", as ", Code("sleep 47 min"), " says.")),
    section("lessons", CodeBlock("wait 47 min", caption=text("What we waited for in the end"))),
    title="Checkout unavailable in the EU region",
)
FORMATS = ["html", "docx", "md"]


def show(inlines: Inlines) -> str:
    return text_of(inlines).replace("\N{NO-BREAK SPACE}", "~")


def render(name: str, tree: Document = TREE) -> bytes:
    return find_renderer(name)().render(tree, themes.default_theme(), [])


@pytest.mark.parametrize("line", LINES)
def test_a_number_stays_with_its_unit(line: str) -> None:
    assert show(bind_french(bind_words(text(line.replace("~", " "))))) == line


def test_word_keeps_the_spaces_that_french_writes() -> None:
    tree = document(section("lessons", p("Impact : aucun ; pourquoi ?")))
    body = docx.Document(BytesIO(render("docx", tree)))
    assert "Impact : aucun ; pourquoi ?" in [paragraph.text for paragraph in body.paragraphs]
    assert "Impact\u00a0: aucun\u00a0; pourquoi\u00a0?" in render("html", tree).decode()


def test_markup_between_them_does_not_matter() -> None:
    inlines = (Text("took "), Strong(text("47")), Text(" min, see "), Link("https://x.org/5", text("No. 5")))
    assert show(bind_words(inlines)) == "took 47~min, see No.~5"


def test_code_is_never_bound() -> None:
    assert show(bind_words((Code("sleep 5 s"), Text(" for "), Code("5"), Text(" s")))) == "sleep 5 s for 5 s"


@pytest.mark.parametrize(
    ("title", "bound"),
    [
        ("Checkout unavailable in the EU region", "Checkout unavailable in the EU~region"),
        ("Checkout was down", "Checkout was down"),
        ("Checkout unavailable because of misconfiguration", "Checkout unavailable because of misconfiguration"),
        ("What happened when the pool was full ?", "What happened when the pool was full ?"),
        (
            "データベースの接続プールが枯渇したため決済サービスが停止しました",
            "データベースの接続プールが枯渇したため決済サービスが停止しました",
        ),
    ],
)
def test_the_last_two_words_of_a_title_stay_together(title: str, bound: str) -> None:
    assert bind_title(title).replace("\N{NO-BREAK SPACE}", "~") == bound


def test_html_and_word_bind_and_markdown_does_not() -> None:
    page = render("html").decode()
    assert "47\N{NO-BREAK SPACE}min on 14\N{NO-BREAK SPACE}March 2026" in page
    assert "the EU\N{NO-BREAK SPACE}region</h1>" in page
    assert "<title>Checkout unavailable in the EU region" in page
    assert "in the\N{NO-BREAK SPACE}end</figcaption>" in page
    assert ">sleep 47 min</code>" in page
    words = "\n".join(paragraph.text for paragraph in docx.Document(BytesIO(render("docx"))).paragraphs)
    assert "47\N{NO-BREAK SPACE}min on 14\N{NO-BREAK SPACE}March 2026, as sleep 47 min says" in words
    assert "the EU\N{NO-BREAK SPACE}region" in words
    assert "wait 47 min" in words
    assert "\N{NO-BREAK SPACE}" not in render("md").decode()


@pytest.mark.parametrize("name", FORMATS)
def test_it_says_the_same(name: str) -> None:
    assert_says_the_same(TREE, name, render(name))


def test_a_column_has_room_for_bound_words() -> None:
    block = table(["Length", "What"], ["47 kbit/s", "x " * 200], ["1 000 000 rows", "y"])
    plan = table_layout.plan_table(block, table_layout.measure_page(themes.default_theme().tokens))
    loose = table(["Length", "What"], ["47 quick", "x " * 200], ["1 rows", "y"])
    assert (
        plan.rooms[0]
        > table_layout.plan_table(loose, table_layout.measure_page(themes.default_theme().tokens)).rooms[0]
    )
