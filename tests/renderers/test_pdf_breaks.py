"""Where words may break on paper: what the page is given for it, and that none of it is part of the text."""

from __future__ import annotations

from time import process_time
from xml.etree.ElementTree import Element, fromstring, tostring

import pytest
from boxes import margins_of, misplaced, sheets_of
from hypothesis import given
from hypothesis import strategies as st
from parity import read_pdf
from trees import document, p, section

from pmexport.renderers.pdf import PdfRenderer
from pmexport.renderers.pdf.line_breaks import BREAK, LONGEST, NO_BREAK, offer_breaks
from pmexport.theming import themes

pytestmark = pytest.mark.slow

NARROW = "|'.il"


def offered(markup: str) -> Element:
    root = fromstring(f"<p>{markup}</p>")
    offer_breaks(root)
    return root


def join_texts(root: Element) -> str:
    return "".join(root.itertext()).replace(BREAK, "").replace(NO_BREAK, "")


def texts(root: Element) -> list[str]:
    return [text for element in root.iter() for text in (element.text, element.tail) if text]


def test_wbr_becomes_break_characters() -> None:
    root = offered("see <b>x</b> long/<wbr />path.<wbr />name")
    assert tostring(root, "unicode") == f"<p>see <b>x</b> long/{BREAK}path.{BREAK}name</p>"


def test_url_scheme_stays_with_host() -> None:
    assert offered("https://a.example/").text == f"https://{NO_BREAK}a.example/"


@pytest.mark.parametrize("character", NARROW)
def test_long_run_breaks_anywhere_in_parts(character: str) -> None:
    run = character * 10 * LONGEST
    root = offered(f"before {run} between <b>{run}</b>{run} after")
    assert join_texts(root) == f"before {run} between {run}{run} after"
    assert max(map(len, texts(root))) <= 2 * LONGEST
    assert all(part.count(BREAK) > len(part) / 3 for part in texts(root) if len(part) > LONGEST)


def test_ordinary_text_is_unchanged() -> None:
    text = "ordinary words of a long text, and-hyphens " * 1000
    assert tostring(offered(text), "unicode") == f"<p>{text}</p>"


@given(st.lists(st.sampled_from(["word ", "x" * 99, "x" * 1500, "<wbr />", "<b>bold</b>", "a://b", " "]), max_size=40))
def test_text_is_neither_lost_nor_moved(pieces: list[str]) -> None:
    markup = "".join(pieces)
    assert join_texts(offered(markup)) == "".join(fromstring(f"<p>{markup}</p>").itertext())


def test_long_narrow_word_is_complete() -> None:
    theme, word = themes.default_theme(), NARROW * 2000
    data = PdfRenderer().render(document(section("summary", p("before ", word, " after"))), theme, [])
    assert f"before {word} after" in read_pdf(data)
    assert misplaced(sheets_of(data), margins_of(theme.tokens.page)) == []


JOINER = "\N{ZERO WIDTH JOINER}"
SLOW = {
    "soft hyphens": "\u00ad" * 10_000,
    "words of soft hyphens": ("ab\u00ad" * 5 + " ") * 2000,
    "letters and soft hyphens": "a\u00ad" * 10_000,
    "joined emoji": ("\U0001f468" + JOINER) * 5000,
    "keycaps": "1\ufe0f\u20e3" * 5000,
    "consonants": "\u0915\u094d" * 5000,
    "no-break spaces": "a\u00a0" * 10_000,
    "accents": "a" + "\u0301" * 10_000,
}


@pytest.mark.parametrize("name", SLOW)
def test_no_text_takes_long(name: str) -> None:
    root = offered(SLOW[name])
    assert join_texts(root) == SLOW[name]
    tree = document(section("summary", p(SLOW[name])))
    began = process_time()
    PdfRenderer().render(tree, themes.default_theme(), [])
    assert process_time() - began < 20


@pytest.mark.parametrize(
    "text", [f"{'x' * 70} {JOINER.join('abcdefghij') * 4}", "भ" * 99, "字" * 500, "ก" * 500, "a\u00ad" * 40]
)
def test_shorter_words_are_unchanged(text: str) -> None:
    assert offered(text).text == text


def test_emoji_are_kept_whole_if_possible() -> None:
    family = JOINER.join("\U0001f468\U0001f469\U0001f467\U0001f466")
    parts = "".join(offered(family * 100).itertext()).split(BREAK)
    assert len(parts) > 10
    assert {len(part) % len(family) for part in parts} == {0}
