"""The words of a document: each language has them all, with the same blanks, and none reads what is filled in."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from pmexport.document.compose import text_direction
from pmexport.document.labels import FALLBACK, Labels, fill_pattern, known_languages, labels_for
from pmexport.document.labels.catalogues import find_language, has_plurals, is_plural, read_catalogue, walk_texts
from pmexport.document.labels.conventions import PLAIN, parse_locale
from pmexport.document.nodes import Code, Strong, Text, Time, text_of
from pmexport.errors import ThemeError
from pmexport.report.facts import MEASURES, MILESTONES
from pmexport.report.stated_length import parse_length
from pmexport.report.vocabulary import find_meaning

EN = labels_for("en")
LANGUAGES = ["ar", "de", "en", "es", "fr", "ja", "ko", "pt-BR", "zh-Hans"]
OTHERS = [language for language in LANGUAGES if language != FALLBACK]
DAYS = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))
MOST = 10_000
"""Numbers up to which a plural form is needed: nothing in a document is counted higher than its limits."""


def leaves(language: str) -> dict[str, Any]:
    """Return the texts of a catalogue by their path."""
    return {".".join(path): leaf for path, leaf in walk_texts(read_catalogue(language))}


def forms(leaf: Any) -> list[str]:
    return list(leaf.values()) if isinstance(leaf, dict) else [leaf]


def blanks(text: str) -> list[str]:
    return sorted(re.findall(r"\{([^{}]*)\}", text))


def locale_of(labels: Labels) -> Locale:
    return Locale.parse(labels.conventions.locale)


ENGLISH = leaves(FALLBACK)


def test_the_languages() -> None:
    assert known_languages() == LANGUAGES


# ---- the catalogues


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_key_in_the_order_of_english(language: str) -> None:
    assert list(leaves(language)) == list(ENGLISH)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_empty_or_more_than_one_line(language: str) -> None:
    for path, leaf in leaves(language).items():
        for text in forms(leaf):
            assert isinstance(text, str), path
            assert not re.search(r"[\n\t]|  ", text), path
            if not path.startswith("formats."):
                assert text == text.strip() != "", path


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_blanks_of_every_phrase_are_those_of_english(language: str) -> None:
    found = leaves(language)
    for path, english in ENGLISH.items():
        for text in forms(found[path]):
            wanted = blanks(forms(english)[0])
            counted = "count" in wanted and is_plural(found[path])
            assert blanks(text) == wanted or (counted and sorted([*blanks(text), "count"]) == wanted), path
            assert len(set(wanted)) == len(wanted), path  # each stands once
            assert text.count("{") == text.count("}") == len(blanks(text)), path


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_forms_are_those_that_the_language_has(language: str) -> None:
    locale = Locale.parse(language, sep="-")
    needed = {locale.plural_form(number) for number in range(MOST)} | {"other"}
    for path, leaf in leaves(language).items():
        if is_plural(leaf):
            assert has_plurals(tuple(path.split(".")), forms(ENGLISH[path])[0]), path
            assert set(leaf) == needed, path


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_titles_are_the_same(language: str) -> None:
    """A document of ours is read back by its titles."""
    labels = labels_for(language)
    for table in (labels.sections, labels.metadata, labels.impact, labels.response_times, labels.flags, labels.status):
        assert len(set(table.values())) == len(table)


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_is_translated(language: str) -> None:
    """Few words are the same in two languages."""
    same = [path for path, leaf in leaves(language).items() if leaf == ENGLISH[path]]
    assert len([path for path in same if re.search(r"[a-z]{3}", ENGLISH[path])]) <= 26, same


@pytest.mark.parametrize("language", ["ja", "zh-Hans"])
def test_east_asian_punctuation_is_full_width(language: str) -> None:
    for path, leaf in leaves(language).items():
        for text in forms(leaf):
            assert not re.search(r"[\u3040-\u9fff}][,:;!?()]|[,;!?()][\u3040-\u9fff]|[\u3040-\u9fff]\.$", text), path


def test_french_punctuation_has_no_break_spaces() -> None:
    for path, leaf in leaves("fr").items():
        for text in forms(leaf):
            assert not re.search(r"(?<![\u00a0\u202f])[:;!?»%](?!//)|«(?![\u00a0\u202f])| [:;!?»%]|'", text), path


def test_spanish_questions_begin_with_a_mark() -> None:
    for path, leaf in leaves("es").items():
        assert str(leaf).count("?") == str(leaf).count("¿"), path


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_a_language_are_understood_in_it(language: str) -> None:
    """A word that a document shows means the same in the report's file."""
    labels = labels_for(language)
    for stage, word in labels.status.items():
        assert find_meaning("stages", word) == stage
    assert find_meaning("action_states", labels.states["open"]) == "open"
    for milestone in MILESTONES:
        for word in (labels.flags[milestone], labels.milestones[milestone]):
            assert find_meaning("milestones", word) == milestone, word
    for measure in MEASURES:
        assert find_meaning("measures", labels.response_times[measure]) == measure
    assert find_meaning("measures", labels.impact["total_downtime"]) == "time_to_mitigate"
    for lane in ("change", "communication"):
        assert find_meaning("lanes", labels.lanes[lane]) == lane


# ---- tags


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        *((language, language) for language in LANGUAGES),
        ("EN", "en"),
        ("en-GB", "en"),
        ("en_us", "en"),
        (" en ", "en"),
        ("de-AT", "de"),
        ("de-CH-1996", "de"),
        ("fr-CA", "fr"),
        ("es-419", "es"),
        ("pt", "pt-BR"),
        ("pt-PT", "pt-BR"),
        ("PT_br", "pt-BR"),
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh-hans-cn", "zh-Hans"),
        ("ja-JP", "ja"),
        ("ko-KR", "ko"),
        ("ar-EG", "ar"),
        ("zh-TW", None),
        ("zh-Hant", None),
        ("zh-HK", None),
        ("de-Hebr", None),
        ("it", None),
        ("tlh", None),
        ("", None),
        ("../en", None),
    ],
)
def test_a_language_is_found_by_its_tag(tag: str, expected: str | None) -> None:
    assert find_language(tag.strip().replace("_", "-")) == expected
    assert labels_for(tag).language == (expected or FALLBACK)
    assert labels_for(tag).sections == labels_for(expected or FALLBACK).sections
    if expected is None:
        assert labels_for(tag).conventions.locale == PLAIN


@pytest.mark.parametrize(
    ("tag", "locale"),
    [
        ("en", PLAIN),
        ("en-GB", PLAIN),
        ("en-US", "en_US"),
        ("de-AT", "de_AT"),
        ("de-XX", "de"),
        ("zh-CN", "zh_Hans_CN"),
        ("pt", "pt"),
    ],
)
def test_dates_are_those_of_the_region(tag: str, locale: str) -> None:
    assert labels_for(tag).conventions.locale == locale


# ---- Unicode CLDR


@given(day=DAYS)
@pytest.mark.parametrize("language", [*LANGUAGES, "en-GB", "en-US", "de-AT", "pt-PT"])
def test_dates_are_those_of_cldr(language: str, day: dt.date) -> None:
    labels = labels_for(language)
    locale = locale_of(labels)
    assert labels.date(day) == format_date(day, "long", locale=locale)
    assert labels.date(day, "weekday") == format_date(day, "full", locale=locale)
    assert labels.date(day, "short") == format_skeleton("MMMd", day, locale=locale)


@pytest.mark.parametrize("language", ["en", "en-GB"])
def test_plain_english_is_that_of_cldr(language: str) -> None:
    conventions, locale = labels_for(language).conventions, Locale.parse("en_001")
    assert conventions.locale == PLAIN
    assert conventions.find_pattern("long") == locale.date_formats["long"].pattern
    assert conventions.find_pattern("weekday") == locale.date_formats["full"].pattern
    assert conventions.find_pattern("short") == locale.datetime_skeletons["MMMd"].pattern
    assert conventions.list_names("MMMM") == tuple(locale.months["format"]["wide"][n] for n in range(1, 13))
    assert conventions.list_names("MMM") == tuple(locale.months["format"]["abbreviated"][n] for n in range(1, 13))
    assert conventions.list_names("EEEE") == tuple(locale.days["format"]["wide"][n] for n in range(7))
    for number in range(300):
        assert conventions.find_plural(number) == locale.plural_form(number)


@given(number=st.integers(0, 10**9))
@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_those_of_cldr(language: str, number: int) -> None:
    labels = labels_for(language)
    assert labels.number(number) == format_decimal(number, locale=locale_of(labels))


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_joined_as_in_cldr(language: str) -> None:
    """A list in a table has no `and`; it has what is between the first parts of a list in a sentence."""
    patterns = parse_locale(language.replace("-", "_")).list_patterns
    expected = patterns["standard"]["start"].replace("{0}", "").replace("{1}", "")
    if language == "ar":  # CLDR's Arabic lists have `and` everywhere; this is its comma
        expected = patterns["unit-short"]["start"].replace("{0}", "").replace("و{1}", "")
    assert labels_for(language).formats["list"] == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_signs_are_those_of_cldr(language: str) -> None:
    symbols = locale_of(labels_for(language)).number_symbols["latn"]
    conventions = labels_for(language).conventions
    assert conventions.find_sign(negative=False) == symbols["plusSign"]
    assert conventions.find_sign(negative=True) == symbols["minusSign"].replace("-", "\N{MINUS SIGN}")


@pytest.mark.slow
def test_the_direction_is_that_of_cldr() -> None:
    from babel.localedata import locale_identifiers

    for name in locale_identifiers():
        direction = text_direction(name.replace("_", "-"), "")
        assert (direction == "rtl") == (Locale.parse(name).text_direction == "rtl"), name


# ---- filling in


def test_what_is_filled_in_stands_in_its_blank() -> None:
    assert fill_pattern("{a} and {b}", a="x", b=Code("y")) == (Text("x"), Text(" and "), Code("y"))
    assert fill_pattern("{a}", a=(Text("x"), Strong((Text("y"),)))) == (Text("x"), Strong((Text("y"),)))
    assert fill_pattern("{a}{b}.", a="", b=()) == (Text("."),)
    assert fill_pattern("no blank") == (Text("no blank"),)
    assert fill_pattern("") == ()


def test_a_blank_that_nothing_is_for_is_a_bug() -> None:
    with pytest.raises(KeyError):
        fill_pattern("{a}", b="x")


@given(st.text(st.sampled_from("{}ab %s\\0!:.[]_"), max_size=12) | st.text(max_size=8))
def test_what_is_filled_in_is_never_a_pattern(text: str) -> None:
    for written in (text, "{b}", "{a}", "{{a}}", "%(b)s", "{0}", "{a.__class__}", "\\g<0>"):
        assert text_of(fill_pattern("<{a}|{b}>", a=written, b="x")) == f"<{written}|x>"
        assert text_of(fill_pattern("<{a}|{b}>", a=Text(written), b=written)) == f"<{written}|{written}>"


def test_a_phrase_is_filled_in_by_its_name() -> None:
    assert EN.phrase("range", start=Time("14:02"), end="14:05") == (Time("14:02"), Text(" \N{EN DASH} "), Text("14:05"))


@pytest.mark.parametrize(
    ("language", "counts"),
    [
        ("en", {1: "1 open", 2: "2 open", 1234: "1,234 open"}),
        ("de", {1: "1 offen", 1234: "1.234 offen"}),
        ("fr", {0: "0 ouverte", 1: "1 ouverte", 2: "2 ouvertes", 1234: "1\u202f234 ouvertes"}),
        ("es", {1: "1 abierta", 2: "2 abiertas"}),
        ("pt", {1: "1 aberta", 2: "2 abertas"}),
        ("ja", {1: "未完了 1件"}),
    ],
)
def test_a_count_chooses_its_plural_form(language: str, counts: dict[int, str]) -> None:
    for count, words in counts.items():
        assert text_of(labels_for(language).phrase("share_open", count=count)) == words


# ---- lengths of time


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (dt.timedelta(), "0 min"),
        (dt.timedelta(seconds=1), "1 s"),
        (dt.timedelta(seconds=59, milliseconds=400), "59 s"),
        (dt.timedelta(seconds=59, milliseconds=600), "1 min"),
        (dt.timedelta(minutes=4), "4 min"),
        (dt.timedelta(minutes=4, seconds=5), "4 min 5 s"),
        (dt.timedelta(minutes=59, seconds=59), "59 min 59 s"),
        (dt.timedelta(hours=1), "1 h"),
        (dt.timedelta(hours=1, seconds=29), "1 h"),
        (dt.timedelta(hours=1, minutes=25), "1 h 25 min"),
        (dt.timedelta(hours=1, minutes=25, seconds=31), "1 h 26 min"),
        (dt.timedelta(hours=23, minutes=59, seconds=59), "1 d"),
        (dt.timedelta(days=1, minutes=1), "1 d 1 min"),
        (dt.timedelta(days=400, hours=5), "400 d 5 h"),
    ],
)
def test_a_length_of_time_is_told_in_units_from_an_hour_on_to_the_minute(length: dt.timedelta, words: str) -> None:
    assert EN.duration(length) == words
    assert labels_for("en-US").duration(length) == words


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "1 Tg., 1 Std., 25 Min."),
        ("fr", "1 j 1 h 25 min"),
        ("es", "1 d 1 h 25 min"),
        ("pt-BR", "1 dia 1 h 25 min"),
        ("ja", "1日1時間25分"),
        ("zh", "1天1小时25分钟"),
        ("ko", "1일 1시간 25분"),
        ("ar", "يوم وساعة و25 دقيقة"),
    ],
)
def test_a_length_of_time_is_told_in_the_units_of_the_language(language: str, words: str) -> None:
    assert labels_for(language).duration(dt.timedelta(days=1, minutes=85)) == words


@given(length=st.timedeltas(dt.timedelta(), dt.timedelta(days=3_000)))
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_length_of_time_is_off_by_half_a_minute_at_most_and_read_back(language: str, length: dt.timedelta) -> None:
    words = labels_for(language).duration(length)
    stated = parse_length(words)
    assert stated is not None, words
    assert abs(stated.lengths[0] - length) <= dt.timedelta(seconds=30.5), words


# ---- catalogues of themes


def write_catalogue(folder: Path, language: str, text: str) -> tuple[Path, ...]:
    (folder / "labels").mkdir(exist_ok=True)
    (folder / "labels" / f"{language}.toml").write_text(text, "utf-8")
    return (folder,)


def test_a_theme_changes_words(tmp_path: Path) -> None:
    folders = write_catalogue(tmp_path, "de", 'kind = "Störungsbericht"\n[sections]\nlessons = "Was bleibt"\n')
    found, built_in = labels_for("de-AT", folders), labels_for("de-AT")
    assert (found.kind, found.sections["lessons"]) == ("Störungsbericht", "Was bleibt")
    assert found.sections["summary"] == built_in.sections["summary"]
    assert found.footer == built_in.footer


def test_the_own_folder_of_a_theme_counts_before_what_it_inherits(tmp_path: Path) -> None:
    for name in ("own", "base"):
        (tmp_path / name).mkdir()
        write_catalogue(tmp_path / name, "en", f'kind = "{name}"\n' + 'footer = "base"\n' * (name == "base"))
    found = labels_for("en", (tmp_path / "own", tmp_path / "base"))
    assert (found.kind, found.footer) == ("own", "base")


def test_a_theme_adds_a_language(tmp_path: Path) -> None:
    text = (Path(str(sys.modules["pmexport.document.labels"].__file__)).parent / "en.toml").read_text("utf-8")
    folders = write_catalogue(tmp_path, "it", text.replace('"Timeline"', '"Cronologia"'))
    found = labels_for("it-CH", folders)
    assert (found.language, found.sections["timeline"]) == ("it", "Cronologia")
    assert found.date(dt.date(2026, 3, 14)) == "14 marzo 2026"
    assert "it" in known_languages(folders)
    assert "it" not in known_languages()


def problems(folders: tuple[Path, ...], language: str) -> list[str]:
    with pytest.raises(ThemeError) as raised:
        labels_for(language, folders)
    return [f"{one.line}:{one.column} {one.path}: {one.message} {one.help}".strip() for one in raised.value.problems]


def test_every_mistake_of_a_catalogue_has_its_place(tmp_path: Path) -> None:
    text = """\
kind = ""
sumary = "x"
[sections]
timelin = "Verlauf"
lessons = 3
[phrases]
severity = "Stufe"
page = { one = "1", other = "2" }
share_open = { one = "eine offen", other = "{count} offen" }
share_done = { one = "{n} fertig" }
[formats]
unit = "narrow"
"""
    found = problems(write_catalogue(tmp_path, "de", text), "de")
    starts = [one.split(" ")[0] + " " + one.split(" ")[1] for one in found]
    assert starts == [
        "1:1 kind:",
        "2:1 sumary:",
        "4:1 sections.timelin:",
        "5:1 sections.lessons:",
        "7:1 phrases.severity:",
        "8:1 phrases.page:",
        "10:1 phrases.share_done:",
        "12:1 formats.unit:",
    ]
    assert "Did you mean timeline?" in found[2]
    assert "Placeholders: {severity}." in found[4]


def test_a_new_language_must_be_complete(tmp_path: Path) -> None:
    folders = write_catalogue(tmp_path, "it", 'kind = "Rapporto"\n[sections]\ntimeline = "Cronologia"\n')
    found = problems(folders, "it")
    assert len(found) == len(ENGLISH) - 2
    assert any(one.startswith("2:2 sections.summary: the key sections.summary is missing.") for one in found)


def test_a_catalogue_that_is_not_toml_has_its_place(tmp_path: Path) -> None:
    assert problems(write_catalogue(tmp_path, "de", "kind = x"), "de")[0].startswith("1:8")


# ---- English needs no Babel


@pytest.mark.slow
@pytest.mark.parametrize(("language", "needed"), [("en", False), ("en-GB", False), ("de", True)])
def test_babel_is_imported_only_if_it_is_needed(language: str, needed: bool) -> None:
    code = (
        "import sys, pmexport\n"
        f"pmexport.render({{'title': 'T', 'date': '2026-03-14', 'language': {language!r}}}, 'md')\n"
        "print('babel' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(needed)
