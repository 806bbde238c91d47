"""The dictionaries of headings: every language knows every section, and they lead only to fields that exist."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from pmexport import importing
from pmexport.document.labels import known_languages, labels_for
from pmexport.importing.markdown.heading_words import load_words
from pmexport.importing.report_fields import TARGETS
from pmexport.report.model import ActionItem, Impact, Milestones, TimelineEntry

FILES = sorted((Path(importing.__file__).parent / "markdown" / "headings").glob("*.toml"))
LANGUAGES = {"ar", "de", "en", "es", "fr", "ja", "ko", "pt", "zh"}
SECTIONS = {
    *("summary", "background", "timeline", "what_happened", "trigger", "detection", "five_whys", "root_cause"),
    *("resolution", "contributing_factors", "impact", "user_impact", "went_well", "could_improve", "got_lucky"),
    *("action_items", "lessons", "logs", "figures", "related_incidents", "responders", "authors", "metadata"),
    *("milestones", "appendix"),
}


def test_the_languages() -> None:
    assert {file.name.removesuffix(".toml") for file in FILES} == LANGUAGES


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_language_has_words_for_every_section(file: Path) -> None:
    data = tomllib.loads(file.read_text("utf-8"))
    assert {key for key, words in data["headings"].items() if words} >= SECTIONS
    assert {"time", "event"} <= data["timeline"].keys() <= TimelineEntry.model_fields.keys()
    assert {"action", "owner", "deadline", "status"} <= data["action_items"].keys() <= ActionItem.model_fields.keys()
    assert data["headings"].keys() - SECTIONS <= {*TARGETS, "root_cause_analysis"}
    assert data["contained"].keys() <= {*TARGETS}
    known = {"milestones": {*Milestones.model_fields}, "impact": {*Impact.model_fields, ""}}
    for table, dot, key in (label.partition(".") for label in data["labels"]):
        assert key in known[table] if dot else table in (*TARGETS, "timezone")


@pytest.mark.parametrize("language", known_languages())
def test_our_own_labels_are_known(language: str) -> None:
    words, sections = load_words({}), labels_for(language).sections
    for key in SECTIONS & sections.keys():
        assert words.find_heading(sections[key]) == key, sections[key]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("1. Summary", "summary"),
        ("2) Root Cause(s)", "root_cause"),
        ("**Timeline** (all times UTC)", "timeline"),
        ("🚨 Impact:", "impact"),
        ("What didn\u2019t go well?", "could_improve"),
        ("III. Lessons & Takeaways", "lessons"),
        ("A short, confusing timeline", "timeline"),
        ("How are we preventing it from happening again?", "action_items"),
        ("Thanks", None),
        ("Why is this malware different?", None),
        ("The history of our summary pages and how we think about them today", None),
    ],
)
def test_headings_are_found_however_they_are_written(heading: str, field: str | None) -> None:
    assert load_words({}).find_heading(heading) == field


@pytest.mark.parametrize(
    ("headings", "language"),
    [
        (["Zusammenfassung", "Zeitverlauf (UTC)"], "de"),
        (["Zusammenfassung"], "en"),  # one word of another language may be a name
        (["Zusammenfassung", "Zeitverlauf", "Root Cause", "Summary"], "en"),
        (["Status", "Lessons Learned", "Screenshots"], "en"),  # words that are English too
        (["요약", "타임라인", "Action Items"], "en"),
        (["요약", "타임라인", "교훈", "Action Items"], "ko"),
        (["المُلخّص", "الاثر"], "ar"),
        (["背景", "附录"], "zh"),
        (["背景", "背景"], "en"),  # Chinese or Japanese
        ([], "en"),
    ],
)
def test_the_language_of_a_file_is_that_of_most_of_its_headings(headings: list[str], language: str) -> None:
    assert load_words({}).find_language(headings) == language


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("근본원인 분석", "what_happened"),
        ("3. 재발 방지 대책", "action_items"),
        ("\U0001f6a8 장애 영향:", "impact"),
        ("이번 장애에서 배운 점은?", "lessons"),
        ("السَّبَبُ الجَذْرِيّ", "root_cause"),
        ("ما لم يسر على ما يرام؟", "could_improve"),
        ("الإجراءات التصحيحية (قيد التنفيذ)", "action_items"),
        ("الـتسلسل الـزمنى", "timeline"),
        ("고객 문의", None),
        ("شكر وتقدير", None),
    ],
)
def test_korean_and_arabic_headings_are_found_however_they_are_written(heading: str, field: str | None) -> None:
    assert load_words({}).find_heading(heading) == field
