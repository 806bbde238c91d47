"""The language of a document: from the report, or from the caller; what it changes, and what it never does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Run

import pmexport
from pmexport import Problem, load, render
from pmexport.archive.archive_pages import render_pages
from pmexport.archive.archived import ArchivedReport, collect_archive
from pmexport.archive.report_facts import describe_report
from pmexport.document.labels import known_languages, labels_for
from pmexport.document.nodes import text_of
from pmexport.errors import InputError, ThemeError
from pmexport.pipeline import add_extras, choose_day, compose_source
from pmexport.renderers.actions_csv import ActionsCsvRenderer
from pmexport.renderers.docx.styles import name_languages
from pmexport.renderers.mail import MailRenderer
from pmexport.renderers.pdf import PdfRenderer
from pmexport.theming.themes import find_theme

REPORT = {
    "title": "Checkout unavailable",
    "date": "2026-03-14",
    "classification": "TLP:AMBER",
    "figures": [{"src": "missing.png", "alt": "Errors"}],
    "action_items": [{"action": "Add an alert", "status": "done"}],
}


def markdown(**arguments: object) -> str:
    return render(REPORT | {"language": "de"}, "md", **arguments).decode()  # type: ignore[arg-type]


def test_the_language_is_the_report_s_unless_the_caller_names_one() -> None:
    assert "März 2026" in markdown()
    assert "14 mars 2026" in markdown(language="fr-CA")
    assert "14 March 2026" in render(REPORT, "md").decode()


def test_the_text_and_tlp_labels_are_never_translated() -> None:
    for language in known_languages():
        shown = markdown(language=language)
        for words in ("Checkout unavailable", "TLP:AMBER", "Add an alert", "done"):
            assert words in shown, language


def test_a_sentence_about_a_missing_image_is_in_the_language_and_the_warning_in_english() -> None:
    warnings: list[Problem] = []
    for language in known_languages():
        labels = labels_for(language)
        assert labels.reason("no_folder") in markdown(language=language, warnings=warnings)
    assert {warning.message for warning in warnings} == {
        "the image missing.png is not shown. The report has no folder to read files from."
    }


def test_the_page_names_the_language_and_its_direction() -> None:
    assert '<html lang="de-AT" dir="ltr">' in render(REPORT | {"language": "de_AT"}, "html").decode()
    assert '<html lang="ar" dir="rtl">' in render(REPORT, "html", language="ar").decode()


def test_the_digest_is_the_report_s_own() -> None:
    digest = pmexport.digest(REPORT | {"language": "de"})
    assert f"`{digest}`" in markdown(language="ja")


def test_a_language_without_labels_is_reported() -> None:
    warnings: list[Problem] = []
    assert "Title" not in render({"title": "T", "language": "it"}, "md", warnings=warnings).decode()
    (warning,) = warnings
    assert warning.message == "there are no labels in the language it, so they are in English."
    assert "labels/it.toml" in warning.help


@pytest.mark.parametrize("tag", ["zh-TW", "zh-Hant", "zh_HK", "zh-Hant-MO"])
def test_labels_in_another_script_are_named_but_not_used(tag: str) -> None:
    warnings: list[Problem] = []
    page = render({"title": "T", "summary": "資料庫連線用盡。", "language": tag}, "html", warnings=warnings).decode()
    assert f'lang="{tag.replace("_", "-")}"' in page, "browsers choose the forms of characters by it"
    assert ">Executive Summary</h2>" in page
    (warning,) = warnings
    assert "labels in the language zh-" in warning.message
    assert "Labels in zh-Hans exist, but in another script; `language: zh-Hans` uses these." in warning.help


def test_a_text_that_is_no_language_tag_is_an_error(run: Run, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a language tag"):
        markdown(language="Deutsch!")
    (tmp_path / "report.yaml").write_text("title: T\n", "utf-8")
    done = run("report.yaml", "--md", "--language", "Deutsch!")
    assert done.code == 2
    assert "is not a language tag" in done.err


def test_the_command_takes_a_language(run: Run, tmp_path: Path) -> None:
    (tmp_path / "report.yaml").write_text("title: T\nsummary: Down.\n", "utf-8")
    assert run("report.yaml", "--md", "--language", "es-MX").code == 0
    assert "## Resumen ejecutivo" in (tmp_path / "report.md").read_text("utf-8")


def test_a_theme_changes_words_in_all_formats(tmp_path: Path) -> None:
    (tmp_path / "labels").mkdir()
    (tmp_path / "theme.toml").write_text('summary = "House"\n', "utf-8")
    (tmp_path / "labels" / "de.toml").write_text('kind = "Störungsbericht"\n', "utf-8")
    assert "Störungsbericht" in markdown(theme=tmp_path)
    (tmp_path / "labels" / "de.toml").write_text('kin = "Störungsbericht"\n', "utf-8")
    with pytest.raises(ThemeError, match=r"de\.toml:1:1: kin: found the unknown key"):
        markdown(theme=tmp_path)


@pytest.mark.parametrize(("languages", "title"), [(["ja", "ja"], "ポストモーテム一覧"), (["ja", "de"], "Post-Mortems")])
def test_the_pages_of_an_archive_are_in_the_language_of_all_reports(languages: list[str], title: str) -> None:
    reports = [ArchivedReport(describe_report(load(REPORT | {"language": one})), {}) for one in languages]
    archive = collect_archive(reports, [], choose_day("2026-03-20"))
    pages = render_pages(archive, find_theme("default"), [])
    assert f"<title>{title}" in pages["index.html"].decode()


@pytest.mark.parametrize("language", known_languages())
def test_the_pages_of_an_archive_have_their_texts_in_every_language(language: str) -> None:
    reports = [ArchivedReport(describe_report(load(REPORT)), {"html": "a.html"})]
    archive = collect_archive(reports, ["b.yaml"], choose_day("2026-03-20"), language=language)
    warnings: list[Problem] = []
    pages = render_pages(archive, find_theme("default"), warnings)
    assert warnings == []
    for name in ("index.html", "actions.html", "figures.html"):
        assert f'lang="{archive.labels.language}"' in pages[name].decode()


def test_what_goes_with_a_document_has_its_language_and_the_words_of_its_theme(tmp_path: Path) -> None:
    (tmp_path / "labels").mkdir()
    words = '[states]\nopen = "Unerledigt"\n[letter]\nattached = "Anbei."\n[attachments]\nsource = "Quelle"\n'
    (tmp_path / "labels" / "de.toml").write_text(words, "utf-8")
    (tmp_path / "theme.toml").write_text('summary = "Mine"', "utf-8")
    (tmp_path / "report.yaml").write_text("title: T\naction_items: [Add an alert]\n", "utf-8")
    composed = compose_source(tmp_path / "report.yaml", theme=tmp_path, language="de")
    for renderer in (MailRenderer(), ActionsCsvRenderer(), PdfRenderer(attach_source=True)):
        composed = replace(composed, document=add_extras(composed, renderer))
    letter, records, files = composed.document.letter, composed.document.actions, composed.document.attachments
    assert letter
    assert text_of(letter.footer[0].inlines) == "Anbei."  # type: ignore[union-attr]
    assert [record.status for record in records] == ["Unerledigt"]
    assert [file.description for file in files] == ["Quelle"]


@pytest.mark.parametrize(
    ("tag", "latin", "east_asian", "bidi"),
    [
        ("en", "en-US", "zh-CN", "en-US"),
        ("en-GB", "en-GB", "zh-CN", "en-GB"),
        ("de", "de-DE", "zh-CN", "de-DE"),
        ("de-AT", "de-AT", "zh-CN", "de-AT"),
        ("pt", "pt-BR", "zh-CN", "pt-BR"),
        ("no", "nb-NO", "zh-CN", "nb-NO"),
        ("ja", "en-US", "ja-JP", "ja-JP"),
        ("ko", "en-US", "ko-KR", "ko-KR"),
        ("zh", "en-US", "zh-CN", "zh-CN"),
        ("ar", "en-US", "zh-CN", "ar-SA"),
        ("tlh", "tlh", "zh-CN", "tlh"),
    ],
)
def test_word_gets_a_region_for_its_dictionaries(tag: str, latin: str, east_asian: str, bidi: str) -> None:
    assert name_languages(tag) == {"val": latin, "eastAsia": east_asian, "bidi": bidi}
