"""The rules that search texts, tested with cases in data files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pmexport.checks.rule import Found, Subject, Written
from pmexport.checks.rule_registry import RULES
from pmexport.checks.subject import build_subject
from pmexport.report.facts import derive_facts
from pmexport.report.model import Report

CASES = Path(__file__).parent / "cases"
BY_ID = {rule.id: rule for rule in RULES if ".rules.texts." in rule.check.__module__}
MARK = "¦"
"""Splits invented secrets in the case files, so that secret scanners do not report them."""

PLACES: dict[str, Any] = {
    "service": lambda text: {"services": [text]},
    "responder": lambda text: {"responders": [text]},
    "event": lambda text: {"timeline": [{"event": text}]},
    "time": lambda text: {"timeline": [{"time": text}]},
    "link": lambda text: {"timeline": [{"link": text}]},
    "why": lambda text: {"five_whys": [{"why": text}]},
    "because": lambda text: {"five_whys": [{"because": text}, {"because": "The pool was too small."}]},
    "last_because": lambda text: {"five_whys": [{"because": "The pool was full."}, {"because": text}]},
    "factor": lambda text: {"contributing_factors": [text]},
    "lesson": lambda text: {"lessons": [text]},
    "impact": lambda text: {"impact": {"Refunds issued": text}},
    "action": lambda text: {"action_items": [{"action": text}]},
    "details": lambda text: {"action_items": [{"details": text}]},
    "stage": lambda text: {"status": text},
    "status": lambda text: {"action_items": [{"status": text}]},
    "owner": lambda text: {"action_items": [{"owner": text}]},
    "deadline": lambda text: {"action_items": [{"deadline": text}]},
    "ticket": lambda text: {"action_items": [{"ticket": text}]},
    "log": lambda text: {"logs": [{"text": text}]},
    "caption": lambda text: {"figures": [{"caption": text}]},
    "related": lambda text: {"related_incidents": [{"text": text}]},
    "related_link": lambda text: {"related_incidents": [{"link": text}]},
}
"""Where to put a case's text, if not in a field of the report itself."""


def cases(which: str) -> list[Any]:
    return [
        pytest.param(
            file.stem, case, id=f"{file.stem} {case.get('at', '')} {case.get('text', case.get('figure'))!s:.50}"
        )
        for file in sorted(CASES.glob("*.yaml"))
        for case in yaml.safe_load(file.read_text("utf-8"))[which]
    ]


def report_of(case: dict[str, Any]) -> Report:
    given = {"title": "Checkout unavailable", "commander": "Ana Ruiz", "responders": ["Ivo Lang", {"name": "Mei Tan"}]}
    given["language"] = case.get("language", "en")
    if "figure" in case:
        return Report.model_validate({**given, "figures": [case["figure"]]})
    at, text = case.get("at", "summary"), case["text"].replace(MARK, "") * case.get("times", 1)
    return Report.model_validate(given | PLACES.get(at, lambda text: {at: text})(text))


def found_by(rule: str, report: Report) -> tuple[list[Found], dict[str, Written]]:
    subject = build_subject(report, derive_facts(report))
    return list(BY_ID[rule].check(subject)), {written.path: written for written in subject.texts}


@pytest.mark.parametrize(("rule", "case"), cases("fires"))
def test_rule_fires(rule: str, case: dict[str, Any]) -> None:
    found, texts = found_by(rule, report_of(case))
    assert len(found) == 1, found
    one = found[0]
    assert case["found"] in one.message
    assert one.help.endswith(".")
    if "figure" not in case:
        assert one.offset is not None
        assert 0 <= one.offset < len(texts[one.path].text)


@pytest.mark.parametrize(("rule", "case"), cases("silent"))
def test_rule_is_silent(rule: str, case: dict[str, Any]) -> None:
    found, _ = found_by(rule, report_of(case))
    assert found == []


@pytest.mark.parametrize(("rule", "case"), [param for param in cases("fires") if "secret" in param.values[1]])
def test_finding_reveals_no_part_of_a_secret(rule: str, case: dict[str, Any]) -> None:
    """Its length is not revealed either."""
    found, texts = found_by(rule, report_of(case))
    secret = case["secret"].replace(MARK, "")
    message = f"{found[0].message} {found[0].help}"
    assert secret in texts[found[0].path].text
    assert not any(secret[start : start + 6] in message for start in range(len(secret) - 5))
    assert str(len(secret)) not in message


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("`Ivo forgot` is code; **Ivo** _forgot_ it.", "Ivo** _forgot_ it"),
        ("> Ivo forgot.\n\nLater Mei [forgot](https://wiki.example.com) as well.", "Mei [forgot](https"),
        ('"Ivo forgot", they said, and\nIvo forgot.', "Ivo forgot."),
    ],
)
def test_offset_is_in_the_written_text(text: str, place: str) -> None:
    found, _ = found_by("PM016", report_of({"text": text}))
    assert [one.offset for one in found] == [text.rindex(place)]


@pytest.mark.parametrize(
    ("text", "phrase"), [("Checkout unavailable TBD", "TBD"), ("  EUR tbc.", "tbc"), ("tbd", "tbd")]
)
def test_an_unknown_is_quoted_alone(text: str, phrase: str) -> None:
    found, _ = found_by("PM001", report_of({"text": text}))
    message = f'"{phrase}" stands for something that is not known yet.'
    assert [(one.message, one.offset) for one in found] == [(message, text.index(phrase))]
    assert found[0].help == "Fill it in, or leave the field empty."


@pytest.mark.parametrize("text", ["TODO", "wip", "to be written", "Add the graph. TODO"])
def test_work_to_do_has_its_own_advice(text: str) -> None:
    found, _ = found_by("PM001", report_of({"text": text}))
    assert [one.message.endswith(" marks unfinished work.") for one in found] == [True]
    assert found[0].help.startswith("Finish the work or add an action item for it, then remove ")


@pytest.mark.parametrize("text", ["???", "to be confirmed", "Resolved at ??? by the on-call.", "xxx"])
def test_an_unknown_is_to_be_filled_in(text: str) -> None:
    found, _ = found_by("PM001", report_of({"text": text}))
    assert [one.help for one in found] == ["Fill it in, or leave the field empty."]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Be more careful.", '"Be more careful" relies on memory or attention.'),
        ("Everyone should take more care.", '"should take more care" relies on memory or attention.'),
        ("Pay more attention.", '"Pay more attention" relies on memory or attention.'),
        ("We forgot the flag.", '"We forgot" names a lapse of memory or attention.'),
    ],
)
def test_admonitions_and_lapses_get_different_advice(text: str, message: str) -> None:
    found, _ = found_by("PM016", report_of({"text": text}))
    assert [one.message for one in found] == [message]


def test_a_placeholder_in_quotation_marks_is_reported_if_it_is_the_whole_field() -> None:
    assert [len(found_by("PM001", report_of({"text": text}))[0]) for text in ('"TBD"', 'It said "TBD" here.')] == [1, 0]


def test_images_and_links_in_quotation_marks_are_reported_but_not_in_code() -> None:
    for rule, text in (("PM018", "![](x.png)"), ("PM019", "http://localhost/x")):
        quoted = (f'It said "{text}".', f"It said `{text}`.")
        assert [len(found_by(rule, report_of({"text": one}))[0]) for one in quoted] == [1, 0]


def test_every_rule_has_cases() -> None:
    assert {file.stem for file in CASES.glob("*.yaml")} == set(BY_ID)


PIECES = st.sampled_from([
    "`", "```\n", "~~~\n", "[", "](", "![", "<", ">", "\n> ", "\n\n", " ", '"', "“", "*", "_", "\\", ":", "/",
    "://", "@",
    ".", "-", "=", "İ", "[Name]", "HH:MM", "YYYY-", "TODO", "password=", "token: ", "a1B2", "eyJ", "Bearer ", "-u a:",
    "-----BEGIN PRIVATE KEY-----", "Ivo ", "should have ", "'s ", "fault ", "failed to ", "by ", "an engineer ",
    "human error", "a@b.ch", "4539578763621486", "http://[",
])  # fmt: skip


@pytest.mark.parametrize("rule", sorted(BY_ID))
@given(pieces=st.lists(PIECES | st.text(max_size=5), max_size=40))
def test_any_text_gives_valid_offsets(rule: str, pieces: list[str]) -> None:
    text = "".join(pieces)
    given = {"title": "x", "commander": "Ivo Lang", "figures": [{"src": "a", "alt": text}], "logs": [{"text": text}]}
    fields = dict.fromkeys(("summary", "root_cause", "user_impact", "severity"), text)
    found, texts = found_by(rule, Report.model_validate(given | fields))
    for one in found:
        assert one.offset is None or 0 <= one.offset < len(texts[one.path].text)
        assert one.message.strip()


WORST = [
    " ", "`", "` `` ``` ", "[", "](", "![", "\n", ">", '"', "“a", "eyJaaaaaaaaaaaa.", "eyJ-", "password=", "pwd:", "://a:",
    "password=aaaaa1 ", "engineer should have ", "Ivo failed to ", "not a forgot ", "caused by ", "'s ", "held a ",
    "a@b.",
    "a@", "4", "4539 5787 ", "TODO ", "{{ a", "<your ", "[describe a ", "-----BEGIN PRIVATE KEY-----\n", "mysql -p",
    "```\n~~~\n", "\n" + "`" * 9, "http://", "ghp_", "A-", "abc1Q~", "TB", "[ ",
    "cookie: a=b; ", "[a here", "<<a ", "(insert a ", "$x,x.", "Ivo ran a ", "| ", "LS0tLS1CRUdJTi", "summary of a ",
    "TBC.", "mailgun ", "redis-cli ", "AT61 ", "AT61A",
]  # fmt: skip


@pytest.mark.parametrize("rule", sorted(BY_ID))
@pytest.mark.parametrize("piece", WORST)
def test_running_time_is_linear(rule: str, piece: str) -> None:
    """A pattern that backtracks takes minutes for one of these."""
    text = (piece * 60_000)[:60_000]
    report = Report.model_validate({"title": "x", "commander": "Ivo Lang"})
    subject = Subject(report, derive_facts(report), (Written("root_cause[0]", text, f"{text} "),))
    assert len(list(BY_ID[rule].check(subject))) <= len(text)
