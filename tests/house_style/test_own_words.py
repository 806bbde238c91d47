"""A house style's words of documents: `[labels.de]`, or a file of a whole language. Every format shows them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from parity import READERS, assert_says_the_same
from test_documents import make_config

from pmexport import Config, InputError, ThemeError, import_report, load, load_config, pipeline, render, verify
from pmexport.archive.archive_pages import render_pages
from pmexport.archive.archived import ArchivedReport, collect_archive
from pmexport.archive.report_facts import describe_report
from pmexport.document import labels
from pmexport.document.labels.catalogues import english, walk_texts
from pmexport.document.nodes import text_of
from pmexport.house_style.settings_list import list_settings
from pmexport.pipeline import choose_day
from pmexport.renderers.registry import format_names
from pmexport.theming.themes import find_theme

ROOT = Path(__file__).parents[2]
ENGLISH = (Path(labels.__file__).parent / "en.toml").read_text("utf-8")
REPORT: dict[str, Any] = {
    "title": "Suche gestört",
    "language": "de",
    "date": "2026-03-14",
    "summary": "Die Suche fand nichts.",
    "timeline": [
        {"time": "10:00", "phase": "Störungsbeginn", "event": "Die Suche fand nichts."},
        {"time": "10:05", "phase": "Erkennung", "event": "Alarm."},
    ],
    "action_items": [{"action": "Prüfen"}],
    "lessons": ["Grenzen zählen."],
}
STYLE = """
[sections.titles]
summary = "In short"
lessons = "What stays"
[labels.de]
kind = "Störungsbericht"
footer = "Nur für den Dienstgebrauch."
[labels.de.sections]
summary = "Kurz gefasst"
lessons = "Was bleibt"
[labels.de.flags]
detected = "Bemerkt"
[labels.de.action_items]
owner = "Wer"
[labels.de.states]
open = "noch offen"
[labels.de.phrases]
share_open = { one = "eine Aufgabe offen", other = "{count} Aufgaben offen" }
[labels.de-AT.sections]
lessons = "Was uns bleibt"
"""
OWN = ["Störungsbericht", "Kurz gefasst", "Bemerkt", "Wer", "noch offen", "Was bleibt", "Nur für den Dienstgebrauch."]


def squash(text: str) -> str:
    return "".join(text.split())


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(READERS))
def test_every_format_shows_the_words_of_the_house_style(name: str, tmp_path: Path) -> None:
    config = make_config(tmp_path, STYLE)
    data = render(REPORT, name, config=config)
    text = squash(READERS[name](data))
    for words in OWN:
        assert squash(words) in text, words
    assert "Zusammenfassung" not in text
    assert_says_the_same(pipeline.compose_source(REPORT, config=config).document, name, data)


def shown(config: Config, language: str) -> list[str]:
    text = render(REPORT, "md", config=config, language=language).decode()
    return re.findall(r"^## (.*)", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", {"Kurz gefasst", "Was bleibt"}),
        ("de-CH", {"Kurz gefasst", "Was bleibt"}),
        ("de-AT", {"Kurz gefasst", "Was uns bleibt"}),
        ("de_at", {"Kurz gefasst", "Was uns bleibt"}),
        ("fr", {"In short", "What stays", "Chronologie"}),
    ],
)
def test_a_region_has_the_words_of_its_language_unless_it_states_others(
    language: str, expected: set[str], tmp_path: Path
) -> None:
    assert expected <= set(shown(make_config(tmp_path, STYLE), language))


def test_a_phrase_may_have_plural_forms(tmp_path: Path) -> None:
    found = labels.labels_for("de", (), make_config(tmp_path, STYLE))
    assert [text_of(found.phrase("share_open", count=count)) for count in (1, 2)] == [
        "eine Aufgabe offen",
        "2 Aufgaben offen",
    ]


def write_theme(folder: Path, **catalogues: str) -> str:
    (folder / "brand" / "labels").mkdir(parents=True)
    (folder / "brand" / "theme.toml").write_text('inherit = "default"\n', "utf-8")
    for language, text in catalogues.items():
        (folder / "brand" / "labels" / f"{language}.toml").write_text(text, "utf-8")
    return 'theme = "./brand"\n'


def test_the_house_style_comes_before_the_theme(tmp_path: Path) -> None:
    theme = write_theme(tmp_path, de='[sections]\nsummary = "Thema"\ntimeline = "Verlauf"\n')
    assert {"Kurz gefasst", "Verlauf"} <= set(shown(make_config(tmp_path, theme + STYLE), "de"))


def test_a_file_is_a_whole_language(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "it.toml").write_text(ENGLISH.replace('"Timeline"', '"Cronologia"'), "utf-8-sig")
    config = make_config(tmp_path, '[labels]\nit = "words/it.toml"\n')
    text = render(REPORT, "md", config=config, language="it-CH").decode()
    assert "## Cronologia" in text
    assert "14 marzo 2026" in text
    places = {setting.key: setting.place for setting in list_settings(config)}
    assert places["labels.it.sections.timeline"].file == str(tmp_path / "words" / "it.toml")
    line = ENGLISH.splitlines().index('timeline = "Timeline"') + 1
    assert places["labels.it.sections.timeline"].line == line


def test_a_house_style_adds_words_to_a_language_of_its_theme(tmp_path: Path) -> None:
    theme = write_theme(tmp_path, it=ENGLISH)
    config = make_config(tmp_path, f'{theme}[labels.it.sections]\ntimeline = "Cronologia"\n')
    assert "Cronologia" in shown(config, "it")
    with pytest.raises(ThemeError, match=r"the key kind is missing\. English: "):
        render(REPORT, "md", config=config, language="it", theme="default")


def test_settings_list_each_word_with_its_place(tmp_path: Path) -> None:
    found = {one.key: (one.value, one.place.line) for one in list_settings(make_config(tmp_path, STYLE))}
    assert found["labels.de.sections.lessons"] == ("Was bleibt", 10)
    assert found["labels.de.phrases.share_open.one"] == ("eine Aufgabe offen", 18)


def test_the_digest_covers_the_words(tmp_path: Path) -> None:
    (tmp_path / "it.toml").write_text(ENGLISH, "utf-8")
    before = make_config(tmp_path, '[labels]\nit = "it.toml"\n')
    (tmp_path / "it.toml").write_text(ENGLISH.replace('"Timeline"', '"Cronologia"'), "utf-8")
    after = load_config(tmp_path)
    assert len({before.digest, after.digest, ""}) == 3
    document = render(REPORT, "md", config=before)
    assert verify(REPORT, document, config=before).other_look == {}
    assert verify(REPORT, document, config=after).other_look == {"house style": (before.digest, after.digest)}


@pytest.mark.parametrize("name", sorted(READERS))
def test_documents_with_own_words_can_be_verified(name: str, tmp_path: Path) -> None:
    """All words of the provenance are other ones, so nothing but the digest can be recognised."""
    own = 'digest = "Quersumme {digest}"\nmade_with = "Gestalt {look}"\nmade_by = "Von {generator}"\n'
    config = make_config(tmp_path, f"[labels.de.phrases]\n{own}")
    assert verify(REPORT, render(REPORT, name, config=config), config=config).agrees


@pytest.mark.parametrize("name", ["md", "docx"])
@pytest.mark.parametrize("in_theme", [False, True])
def test_own_documents_come_back(name: str, in_theme: bool, tmp_path: Path) -> None:
    words = "\n".join(line for line in STYLE.splitlines() if "labels.de-AT" not in line and "uns bleibt" not in line)
    if in_theme:
        text = words.partition("[labels.de]")[2].replace("labels.de.", "")
        config = make_config(tmp_path, write_theme(tmp_path, de=text))
    else:
        config = make_config(tmp_path, words)
    data = render(REPORT, name, config=config)
    draft = import_report(data, {"md": "markdown"}.get(name, name), config=config)
    found = draft.report
    assert (found.language, found.title, found.summary) == ("de", REPORT["title"], REPORT["summary"])
    assert list(found.lessons) == REPORT["lessons"]
    assert [(one.phase, one.event) for one in found.timeline] == [
        ("Störungsbeginn", "Die Suche fand nichts."),
        ("Erkennung", "Alarm."),
    ]
    assert [one.action for one in found.action_items] == ["Prüfen"]
    assert found.sections == ()


@pytest.mark.parametrize("in_theme", [False, True])
def test_mails_and_tables_and_archives_have_the_words_too(in_theme: bool, tmp_path: Path) -> None:
    text = 'kind = "Störungsbericht"\n[letter]\nnext_steps = "So geht es weiter"\n[states]\nopen = "noch offen"\n'
    text += '[archive]\nactions = "Aufgaben aller Störungen"\n'
    own = text.replace("[", "[labels.de.").replace("kind", "[labels.de]\nkind", 1)
    config = make_config(tmp_path, write_theme(tmp_path, de=text) if in_theme else own)
    assert "So geht es weiter" in render(REPORT, "eml", config=config).decode("utf-8", "replace").replace("=\r\n", "")
    assert "noch offen" in render(REPORT, "actions-csv", config=config).decode()
    folders = find_theme(tmp_path / "brand").folders if in_theme else ()
    reports = [ArchivedReport(describe_report(load(REPORT), config, themes=folders), {"html": "a.html"})]
    archive = collect_archive(reports, [], choose_day("2026-03-20"), config, themes=folders)
    pages = b"".join(render_pages(archive, find_theme("default"), []).values()).decode()
    assert "Aufgaben aller Störungen" in pages
    assert "noch offen" in pages


def test_each_format_that_exists_is_considered() -> None:
    assert format_names()[:6] == ["pdf", "docx", "html", "md", "eml", "actions-csv"]


WRONG = [
    ("[labels.german]\nkind = 'x'", ':1:9: labels.german: found "german", expected a language tag. Did you mean de?'),
    ("[labels.DE]\nkind = 'x'", "Did you mean de?"),
    ("[labels.pt_BR]\nkind = 'x'", "Did you mean pt-BR?"),
    ("[labels.'é']\nkind = 'x'", "expected a language tag. Languages: ar, de, en"),
    ("labels = 3", ":1:10: labels: found the number 3, expected a table."),
    ("[labels]\nde = 3", ":2:6: labels.de: found the number 3, expected a table of words, or the path of a file"),
    ("[labels]\nde = 'de.toml'", ':2:6: labels.de: "de.toml" cannot be used: there is no such file.'),
    ("[labels]\nde = '../de.toml'", ':2:6: labels.de: "../de.toml" cannot be used: it is outside the folder'),
    ("[labels]\nde = '.'", 'labels.de: "." cannot be used: it is not a file.'),
    ("[labels.de]\nkid = 'x'", ':2:1: labels.de.kid: found the unknown key "kid". Did you mean kind?'),
    ("[labels.de.sections]\nsumary = 'x'", ":2:1: labels.de.sections.sumary: found the unknown key"),
    ("[labels.de.sections]\nsumary = 'x'", "Did you mean summary?"),
    ("[labels.de.phrases]\npage = 'S. {page}'", ":2:1: labels.de.phrases.page: found other placeholders than those"),
    ("[labels.de.phrases]\npage = 'S. {page} {pages} {'", "found a brace outside of a placeholder"),
    ("[labels.de]\nsections = 'x'", ':2:1: labels.de.sections: found "x", expected a table.'),
    ("[labels.de.sections]\nsummary = ['x']", "labels.de.sections.summary: found a list, expected a text."),
    ("[labels.de]\nkind = ' '", "labels.de.kind: found an empty text."),
    ('[labels.de]\nkind = "a\\nb"', 'labels.de.kind: found a line break or a control character in "a b".'),
    ('[labels.de]\nkind = "a\\u0000b"', 'labels.de.kind: found a line break or a control character in "ab".'),
    ('[labels.de]\nkind = "a\\u202Eb"', "labels.de.kind: found a line break or a control character in"),
    ("[labels.nl]\nkind = 'x'", ':1:9: labels.nl: "nl" is a new language, which needs every key. Missing: footer, '),
]


@pytest.mark.parametrize(("text", "expected"), WRONG)
def test_each_mistake_has_its_place(text: str, expected: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        make_config(tmp_path, text)
    assert expected in str(raised.value)
    assert all(problem.line for problem in raised.value.problems)


def test_mistakes_in_a_file_have_their_place_there(tmp_path: Path) -> None:
    (tmp_path / "de.toml").write_text('kind = "x"\n[sections]\nsumary = "x"\n', "utf-8")
    with pytest.raises(InputError, match=r"de\.toml:3:1: labels\.de\.sections\.sumary: found the unknown key"):
        make_config(tmp_path, '[labels]\nde = "de.toml"\n')
    (tmp_path / "de.toml").write_text("kind = \n", "utf-8")
    with pytest.raises(InputError, match=r"de\.toml:1:"):
        load_config(tmp_path)


def test_any_key_can_be_changed(tmp_path: Path) -> None:
    """The words of the house style are the built-in ones of English, so German documents become English ones."""
    (tmp_path / "de.toml").write_text(ENGLISH, "utf-8")
    config = make_config(tmp_path, '[labels]\nde = "de.toml"\n')
    assert len(list(walk_texts(config.labels["de"]))) == len(list(walk_texts(english())))
    own, plain = render(REPORT, "md", config=config).decode(), render(REPORT, "md", language="en").decode()
    assert own.partition("Made with")[0].replace("14. März 2026", "14 March 2026") != plain
    assert "## Executive Summary" in own
