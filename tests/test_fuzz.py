"""Generated reports, with any text in any field, have the same texts in every format. `make fuzz` runs thousands."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parity import assert_says_the_same
from strategies import examples

from pmexport import load, render
from pmexport.assets.folder import Folder
from pmexport.document.compose import compose
from pmexport.renderers.registry import make_renderer
from pmexport.report.facts import derive_facts
from pmexport.theming import themes

pytestmark = pytest.mark.slow

MARKUP = [
    *"\\`*_{}[]()<>#+-.!|~&:;=/@$\"'^?,%",
    *("**", "~~", "```", "\n", "\n\n", "- ", "1. ", "> ", "# ", "    ", "  \n", "| a | b |\n|---|---|\n| c | d |"),
    *("[a](https://a.example/b_(c)?d=e&f=g)", "![alt](x.png)", "https://a.example", "<b>", "</td>", "&amp;", "&#10;"),
    *("{{ 7*7 }}", "{% x %}", "\x1b[31m", "\x00", "\u202e", "\u2028", "\ufeff", "\ud800", "\x85", "\u00a0", "10:00"),
]

any_text = st.lists(st.sampled_from([*MARKUP, "word", "x"]) | st.characters(), max_size=14).map("".join)
"""Any characters, including markup."""

latin = [chr(code) for code in range(0x20, 0x17F) if chr(code).isprintable()]
plain_text = st.lists(st.sampled_from([*MARKUP[:-9], "word", *latin]), max_size=14).map("".join)
"""Left-to-right characters that the bundled fonts have."""


def reports(text: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Return reports of any shape with these texts."""
    filled = text.map(lambda written: written if written.strip() else "x")
    time = st.sampled_from(["2026-03-14 14:02", "14:05", "2:02 PM", "2026-03-15", "2026-10-25T00:30Z", "02:30"]) | text

    def mapping(**values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.fixed_dictionaries({}, optional=values)

    def listed(item: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return item | st.lists(item, max_size=3)

    person = text | mapping(name=text, role=text, team=text)
    texts = ["id", "severity", "revision", "classification", "duration", "user_impact", "summary", "background"]
    texts += ["what_happened", "trigger", "detection", "resolution", "date", "published"]
    lists = ("services", "tags", "root_cause", "contributing_factors", "went_well", "could_improve", "got_lucky")
    entry = text | mapping(time=time, end=time, phase=text, actor=text, event=text, link=text)
    action = text | mapping(
        id=text, action=text, details=text, owner=text, priority=text, deadline=text, status=text, type=text,
        ticket=listed(text),
    )  # fmt: skip
    after = st.sampled_from(["summary", "timeline", "root_cause", "appendix", "action_items"])
    return st.fixed_dictionaries(
        {"title": filled},
        optional={
            **dict.fromkeys(texts, text),
            **{name: listed(text) for name in (*lists, "lessons")},
            "status": st.sampled_from(["draft", "In Review", "final", ""]),
            "language": st.sampled_from(["en", "de", "ar"]),
            "timezone": st.sampled_from(["UTC+2", "Europe/Paris", "America/New_York"]),
            "commander": person,
            "responders": listed(person),
            "authors": listed(person),
            "timeline": listed(entry),
            "milestones": mapping(impact_started=time, detected=time, mitigated=time, resolved=time),
            "five_whys": listed(text | mapping(why=text, because=text)),
            "impact": mapping(total_downtime=text, users_affected=text) | st.dictionaries(filled, text, max_size=3),
            "action_items": listed(action),
            "logs": listed(text | mapping(title=text, language=text, text=text)),
            "figures": listed(text | mapping(src=text, alt=text, caption=text)),
            "related_incidents": listed(text | mapping(id=text, title=text, link=text, text=text)),
            "sections": st.lists(mapping(text=text, after=after).map(lambda s: {"title": "T", **s}), max_size=2),
        },
    )


def check(data: dict[str, Any], *formats: str) -> None:
    report = load(data)
    document = compose(report, derive_facts(report), Folder(None))
    for name in formats:
        assert_says_the_same(document, name, make_renderer(name).render(document, themes.default_theme(), []))


@given(reports(any_text))
def test_texts_survive_in_markdown_html_and_word(data: dict[str, Any]) -> None:
    check(data, "md", "html", "docx")


@examples(0.1)
@given(reports(plain_text))
def test_texts_survive_in_pdf(data: dict[str, Any]) -> None:
    data.pop("language", None)
    check(data, "pdf")


@examples(0.05)
@given(reports(any_text))
def test_any_text_can_be_rendered_as_pdf(data: dict[str, Any]) -> None:
    assert render(data, "pdf", allow_unfinished=True).startswith(b"%PDF")


def test_a_missing_text_is_reported() -> None:
    report = load({"title": "T", "summary": "lost"})
    document = compose(report, derive_facts(report), Folder(None))
    other = render({"title": "T", "summary": "found"}, "md")
    with pytest.raises(AssertionError, match="lost"):
        assert_says_the_same(document, "md", other)
