"""Smart typography: cases by language, markup, what is never changed, and that all formats say the same."""

# ruff: noqa: RUF001 - quotes and dashes are what it is about
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from parity import assert_says_the_same, read_docx, read_html, read_markdown
from trees import document, p, section, table, text

from pmexport import render
from pmexport.document.labels import known_languages
from pmexport.document.nodes import Code, CodeBlock, Emphasis, Heading, Link, Strong, Text, Time, text_of
from pmexport.document.typography import smarten_document
from pmexport.document.typography.smart import find_convention, smarten_inlines
from pmexport.errors import ThemeError
from pmexport.renderers.registry import find_renderer
from pmexport.theming import themes

ENGLISH = find_convention("en")
TREE = document(
    section("summary", p("It's \"", Strong(text("down")), '" - ', Code("it's"), " at ", Time("14:02 - 14:10"), "...")),
    section(
        "lessons",
        Heading(3, text('The "pool"')),
        CodeBlock("don't --touch", caption=text('The "log"')),
        table(['"Who"'], ["'me'"]),
        title="What's next",
    ),
    title='"Down" again',
)


def cases() -> Iterator[Any]:
    language = ""
    for line in (Path(__file__).parent / "cases.txt").read_text("utf-8").splitlines():
        if line.startswith("[") and line.endswith("]"):
            language = line[1:-1]
        elif line and not line.startswith("# "):
            written, _, shown = line.partition(" => ")
            yield pytest.param(language, written, shown or written, id=f"{language}: {written}")


def show(words: str) -> str:
    return words.replace("\N{NO-BREAK SPACE}", "~").replace("\N{NARROW NO-BREAK SPACE}", "_")


@pytest.mark.parametrize(("language", "written", "shown"), list(cases()))
def test_cases_of_a_language(language: str, written: str, shown: str) -> None:
    assert show(text_of(smarten_inlines(text(written), find_convention(language)))) == shown


def test_quotes_span_markup() -> None:
    strong = Strong((Text("don't "), Emphasis(text("stop"))))
    inlines = (Text('He said "'), strong, Text('" twice, "'), Code('"x"'), Text('".'))
    made = smarten_inlines(inlines, ENGLISH)
    assert text_of(made) == 'He said “don’t stop” twice, “"x"”.'
    assert made[1] == Strong((Text("don’t "), Emphasis(text("stop"))))


def test_an_address_that_is_its_own_link_stays() -> None:
    address = "https://example.org/it's--here..."
    assert smarten_inlines((Link(address, text(address)),), ENGLISH) == (Link(address, text(address)),)


def test_every_part_of_a_document_is_reached() -> None:
    made = smarten_document(TREE)
    assert made.title == "“Down” again"
    assert made.sections[1].title == "What’s next"
    assert "don't --touch" in repr(made)
    assert "14:02 - 14:10" in repr(made)
    assert '"pool"' not in repr(made)
    assert '"log"' not in repr(made)
    assert "‘me’" in repr(made)
    assert "“Who”" in repr(made)
    assert smarten_document(made) == made, "it is done once"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["md", "html", "docx", "pdf"])
def test_all_formats_say_the_same(name: str) -> None:
    made = smarten_document(TREE)
    assert_says_the_same(made, name, find_renderer(name)().render(made, themes.default_theme(), []))


HOSTILE = {
    "open double quotes": '"a ' * 30_000,
    "open single quotes": "'a " * 30_000 + '"b" ' * 9_000,
    "one word": "a" * 90_000,
    "one path": "a/b--" * 20_000,
    "addresses": "https://x " * 9_000 + "it's " * 9_000,
}


@pytest.mark.parametrize("written", HOSTILE.values(), ids=list(HOSTILE))
def test_hostile_texts_are_fast_and_keep_their_letters(written: str) -> None:
    made = text_of(smarten_inlines(text(written), ENGLISH))
    assert [character for character in made if character.isalnum()] == [c for c in written if c.isalnum()]


def themed(folder: Path, typography: str) -> Path:
    (folder / "acme").mkdir()
    tokens = f'inherit = "default"\nsummary = "A"\ntypography = "{typography}"\n'
    (folder / "acme" / "theme.toml").write_text(tokens, "utf-8")
    return folder / "acme"


def test_a_theme_chooses_it(tmp_path: Path) -> None:
    report = {"title": 'The "pool"', "language": "de", "summary": 'Es heißt "Pool" - `it\'s`'}
    theme = themed(tmp_path, "smart")
    for name, reader in {"md": read_markdown, "html": read_html, "docx": read_docx}.items():
        assert "„Pool“\N{NO-BREAK SPACE}– it's" in reader(render(report, name, theme=theme)), name
        assert '"Pool" - it\'s' in reader(render(report, name)), name


def test_another_value_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ThemeError, match="typography"):
        themes.find_theme(themed(tmp_path, "clever"))


def test_a_tag_is_looked_up_without_its_last_parts() -> None:
    assert find_convention("zh-Hant-TW") == find_convention("zh-Hant") != find_convention("zh")
    assert find_convention("de-AT-1996") == find_convention("de-AT")


QUOTES = {
    "en": "“a ‘b’ c”",
    "de": "„a ‚b‘ c“",
    "fr": "« a “b” c »",
    "es": "«a “b” c»",
    "pt-BR": "“a ‘b’ c”",
    "ja": "「a 『b』 c」",
    "zh-Hans": "“a ‘b’ c”",
    "ko": "“a ‘b’ c”",
    "ar": "”a ’b‘ c“",
}
"""The quotation marks of CLDR 47 (`delimiters`), which Babel does not have; the French ones with their spaces."""


@pytest.mark.parametrize("language", known_languages())
def test_quotation_marks_are_those_of_cldr(language: str) -> None:
    assert show_plain("\"a 'b' c\"", language) == QUOTES[language]


def show_plain(written: str, language: str) -> str:
    return text_of(smarten_inlines((Text(written),), find_convention(language))).replace("\u00a0", " ")
