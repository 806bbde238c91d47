"""Hyphenation: by the document's language, never of names, and never in the text that is extracted."""

from __future__ import annotations

from io import BytesIO

import docx
import pytest
from boxes import margins_of, misplaced, sheets_of
from parity import assert_says_the_same, read_pdf
from pdfs import pages, render
from pypdf import PdfReader
from trees import document, p, section, table

from pmexport.document.nodes import Code, Document
from pmexport.renderers.docx import DocxRenderer
from pmexport.renderers.docx.oxml import W
from pmexport.renderers.html import HtmlRenderer
from pmexport.renderers.shared.exact_names import split_names
from pmexport.theming import themes

SOFT, HYPHEN, FIRM = "\N{SOFT HYPHEN}", "\N{HYPHEN}", "\N{NON-BREAKING HYPHEN}"
WORDS = {
    "de": "Infrastrukturverantwortlicher Verbindungsbegrenzung Zahlungsabwicklungsdienst Wiederherstellungszeit",
    "nl": "verantwoordelijkheidsgebied verbindingsinstellingen gegevensbeschermingsfunctionaris beschikbaarheid",
    "fi": "palveluntarjoajayhteistyösopimus tietokantayhteysallas käyttökeskeytystiedote vastuuhenkilöluettelo",
    "en": "internationalization responsibilities misconfigurations infrastructure",
    "ja": "internationalization responsibilities",
    "x-klingon": "Infrastrukturverantwortlicher misconfigurations",
}


def narrow(words: str, *more: str) -> Document:
    """Return a document with these words in the narrow cells of a wide table."""
    rows = [[words] * 7 for _ in range(3)]
    return document(section("summary", p(f"{words} " * 12, *more), table(["Verantwortlichkeit"] * 7, *rows)))


def of_language(name: str, *more: str) -> Document:
    tree = narrow(WORDS[name], *more)
    return document(*tree.sections, language=name)


@pytest.mark.slow
@pytest.mark.parametrize("language", WORDS)
def test_words_are_whole_in_the_text(language: str) -> None:
    tree = of_language(language)
    data = render(tree)
    assert_says_the_same(tree, "pdf", data)
    assert misplaced(sheets_of(data), margins_of(themes.default_theme().tokens.page)) == []
    assert (SOFT in read_pdf(data)) == (language in ("de", "nl"))
    assert HYPHEN not in read_pdf(data)


@pytest.mark.slow
def test_a_long_word_in_a_narrow_cell_is_divided_between_syllables() -> None:
    text = pages(PdfReader(BytesIO(render(of_language("de")))))[0]
    ends = {line.rpartition(" ")[2] for line in text.split(SOFT)[:-1]}
    assert ends <= {
        end
        for word in (
            "In-fra-struk-tur-ver-ant-wort-li-cher",
            "Ver-bin-dungs-be-gren-zung",
            "Zah-lungs-ab-wick-lungs-dienst",
            "Wie-der-her-stel-lungs-zeit",
            "Ver-ant-wort-lich-keit",
        )
        for end in _ends(word.split("-"))
    }


def _ends(syllables: list[str]) -> set[str]:
    """Return the parts of a word from the start of any syllable to the end of any."""
    count = len(syllables)
    return {"".join(syllables[start:end]) for start in range(count) for end in range(start + 1, count)}


@pytest.mark.slow
@pytest.mark.parametrize("written", [HYPHEN, FIRM, HYPHEN + FIRM])
def test_an_authors_hyphen_stays_a_hyphen(written: str) -> None:
    tree = of_language("de", f" ein Ober{written}Unter")
    data = render(tree)
    assert f"Ober{written}Unter" in read_pdf(data)
    assert_says_the_same(tree, "pdf", data)


@pytest.mark.slow
def test_names_and_code_are_never_hyphenated() -> None:
    name, path = "paymentsAuthorizationGateway", "https://example.com/administration/verantwortlichkeiten"
    cells = [[p(name), p(path), p(Code("infrastructure_responsibilities"))] * 2 for _ in range(3)]
    tree = document(section("summary", table(["Name"] * 6, *cells)), language="en")
    assert SOFT not in read_pdf(render(tree))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("see https://example.com/administration, and so on", ["https://example.com/administration,"]),
        ("paymentsAuthorizationGateway failed", ["paymentsAuthorizationGateway"]),
        ("in /var/log/application or config.production.yaml", ["/var/log/application", "config.production.yaml"]),
        ("read pool_connections and ops@example.com", ["pool_connections", "ops@example.com"]),
        ("host backend01", ["backend01"]),
        ("The infrastructure (misconfigured) was ill-prepared. Finally, it's up.", []),
        ("and/or e.g. 5 GB", []),
    ],
)
def test_names_are_told_from_words(text: str, names: list[str]) -> None:
    parts = split_names(text)
    assert parts[1::2] == names
    assert "".join(parts) == text


def test_html_leaves_it_to_the_browser() -> None:
    page = (
        HtmlRenderer().render(document(section("summary", p("a paymentsGateway"))), themes.default_theme(), []).decode()
    )
    assert 'lang="en"' in page
    assert "hyphens: auto" in page
    assert '<span class="exact">paymentsGateway</span>' in page
    assert SOFT not in page


def test_word_hyphenates_words_and_not_names() -> None:
    tree = document(section("summary", p("The misconfiguration of paymentsGateway")))
    made = docx.Document(BytesIO(DocxRenderer().render(tree, themes.default_theme(), [])))
    assert made.settings.element.find(f"{W}autoHyphenation") is not None
    (paragraph,) = [found for found in made.paragraphs if "misconfiguration" in found.text]
    exact = [run.text for run in paragraph.runs if run._r.find(f"{W}rPr/{W}noProof") is not None]
    assert exact == ["paymentsGateway"]
    for name in ("Title", "Heading 1", "Code Block"):
        style = made.styles[name].element
        assert style.find(f"{W}pPr/{W}suppressAutoHyphens") is not None, name
