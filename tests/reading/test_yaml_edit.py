"""Setting fields in an author's file: all other bytes stay the same."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from strategies import reports, without_surrogates

from pmexport import InputError, load
from pmexport.reading.yaml_edit import set_fields

FINAL = {"status": "final", "published": "2026-11-23", "revision": "1"}

EDITED = {
    "values": (
        "title: x\nstatus: draft\npublished: 2026-03-19\nrevision: 7\n",
        "title: x\nstatus: final\npublished: 2026-11-23\nrevision: 1\n",
    ),
    "comments, blanks and order": (
        "# a\n\nrevision:   7   # b\n\ntitle:  x\n   # c\nstatus :  draft  # d\n",
        "# a\n\nrevision:   1   # b\n\ntitle:  x\n   # c\nstatus :  final  # d\npublished: 2026-11-23\n",
    ),
    "quotes": (
        "title: x\n'status': 'draft'\npublished: \"\"\nrevision: ''\n",
        "title: x\n'status': 'final'\npublished: \"2026-11-23\"\nrevision: '1'\n",
    ),
    "empty values": (
        "title: x\nstatus:\npublished: # c\nrevision: null # d\nid:\n",
        "title: x\nstatus: final\npublished: 2026-11-23 # c\nrevision: 1 # d\nid:\n",
    ),
    "keys that are missing": (
        "title: x # c\n\nsummary: y\n",
        "title: x # c\nstatus: final\npublished: 2026-11-23\nrevision: 1\n\nsummary: y\n",
    ),
    "each below the one before it": (
        "title: x\nid: A\nseverity: P1\ndate: 3 May\ntags: [a]\n",
        "title: x\nid: A\nstatus: final\nseverity: P1\ndate: 3 May\npublished: 2026-11-23\nrevision: 1\ntags: [a]\n",
    ),
    "a value in the next line": (
        "title: x\nstatus:\n  draft\n",
        "title: x\nstatus:\n  final\npublished: 2026-11-23\nrevision: 1\n",
    ),
    "no final line end": ("title: x", "title: x\nstatus: final\npublished: 2026-11-23\nrevision: 1"),
    "a comment without a line end": ("title: x #c", "title: x #c\nstatus: final\npublished: 2026-11-23\nrevision: 1"),
    "Windows": (
        "\ufefftitle: x\r\nstatus: draft\r\nsummary: |\r\n  a\r\n  b\r\n",
        "\ufefftitle: x\r\nstatus: final\r\npublished: 2026-11-23\r\nrevision: 1\r\nsummary: |\r\n  a\r\n  b\r\n",
    ),
    "a document's marks": (
        "%YAML 1.1\n---\ntitle: x\n...\n",
        "%YAML 1.1\n---\ntitle: x\nstatus: final\npublished: 2026-11-23\nrevision: 1\n...\n",
    ),
    "all indented": (
        "  # c\n  title: x\n  id: A",
        "  # c\n  title: x\n  id: A\n  status: final\n  published: 2026-11-23\n  revision: 1",
    ),
    "a title of several lines": (
        "title: >-\n  a\n  b\n\nid:\n",
        "title: >-\n  a\n  b\n\nid:\nstatus: final\npublished: 2026-11-23\nrevision: 1\n",
    ),
    "nothing above": (
        "# c\ntitle: |-\n  a\n\n\ntags: [a]\n",
        "# c\nstatus: final\npublished: 2026-11-23\nrevision: 1\ntitle: |-\n  a\n\n\ntags: [a]\n",
    ),
    "one line in braces": (
        "{title: x, status: draft}",
        "{title: x, status: final, published: 2026-11-23, revision: 1}",
    ),
    "lines in braces": (
        '{ # c\n  "title": "x",\n  "status": "draft", # d\n  "revision": 7\n}\n',
        '{ # c\n  "title": "x",\n  "status": "final", "published": "2026-11-23", # d\n  "revision": 1\n}\n',
    ),
    "JSON stays JSON": (
        '{"title": "x", "status": "draft", "tags": ["a"]}',
        '{"title": "x", "status": "final", "published": "2026-11-23", "revision": "1", "tags": ["a"]}',
    ),
    "a comma at the end, in braces": (
        "--- {\n  title: x, # c\n}\n",
        "--- {\n  title: x, status: final, published: 2026-11-23, revision: 1, # c\n}\n",
    ),
    "tabs behind values": (
        "title:\tx\t\nstatus:\tdraft\t# c\n",
        "title:\tx\t\nstatus:\tfinal\t# c\npublished: 2026-11-23\nrevision: 1\n",
    ),
    "comments between key and value": (
        "title: x\nstatus: # c\n\n  # d\n  'draft' # e\n",
        "title: x\nstatus: # c\n\n  # d\n  'final' # e\npublished: 2026-11-23\nrevision: 1\n",
    ),
    "keys with question marks, anchors and escapes": (
        '? title\n: x\n&k "st\\x61tus": draft\n',
        '? title\n: x\n&k "st\\x61tus": final\npublished: 2026-11-23\nrevision: 1\n',
    ),
    "empty in braces": (
        "{title: x, status: , published: , revision}",
        "{title: x, status: final , published: 2026-11-23 , revision: 1}",
    ),
    "an alias": (
        "x-all: &a draft\ntitle: x\nstatus: *a # c\npublished: 2026-11-23\nrevision: 1\n",
        "x-all: &a draft\ntitle: x\nstatus: final # c\npublished: 2026-11-23\nrevision: 1\n",
    ),
    "a tag": (
        "title: x\nstatus: !!str draft\npublished: 2026-11-23\nrevision: 1\n",
        "title: x\nstatus: final\npublished: 2026-11-23\nrevision: 1\n",
    ),
    "keys that are merged in": (
        "<<: {title: x, status: draft}\nid: A\n",
        "<<: {title: x, status: draft}\nid: A\nstatus: final\npublished: 2026-11-23\nrevision: 1\n",
    ),
    "all keys merged in": (
        "{<<: {title: x, status: draft}}",
        "{status: final, published: 2026-11-23, revision: 1, <<: {title: x, status: draft}}",
    ),
    "the same keys inside others": (
        "impact: {status: a}\nsummary: |\n  status: b\ntitle: a\n",
        "impact: {status: a}\nsummary: |\n  status: b\ntitle: a\nstatus: final\npublished: 2026-11-23\nrevision: 1\n",
    ),
    "characters beyond the first plane": (
        "x-a: 😀é\u2028\x85\ntitle: 😀\nstatus: draft # 😀\n",
        "x-a: 😀é\u2028\x85\ntitle: 😀\nstatus: final # 😀\npublished: 2026-11-23\nrevision: 1\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", EDITED)
def test_only_the_fields_change(case: str) -> None:
    before, after = EDITED[case]
    assert set_fields(before.encode(), FINAL).decode() == after


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_other_encodings_stay(encoding: str) -> None:
    before, after = EDITED["Windows"]
    assert set_fields(before.encode(encoding), FINAL).decode(encoding) == after


REFUSED = {
    "title: x\nstatus: |\n  draft\n": r"f\.yaml:2:9: status: this value spans several.* by hand: status: final",
    "title: x\nstatus: 'dr\n  aft'\n": "several lines",
    "title: x\nstatus: &a draft\nid: *a\n": "an anchor",
    "? title\n: x\n? status\n": "cannot edit this YAML safely.*: status: final, published: 2026-11-23, revision: 1",
    "title: x\nstatus: draft\nstatus: draft\n": "already set",
    "x-k: &k status\ntitle: x\n*k : draft\n": "cannot edit this YAML safely",
    "title: x\nstatus: [draft]\n": "several lines",
    "title: x\n---\ntitle: y\n": "a second document",
    "# title: x\n": "the file is empty",
    "- title: x\n": "the file is empty",
}


@pytest.mark.parametrize("text", REFUSED)
def test_a_field_that_cannot_be_set_is_reported(text: str) -> None:
    with pytest.raises(InputError, match=REFUSED[text]):
        set_fields(text.encode(), FINAL, "f.yaml")


WRITTEN = {
    "1.10": "1.10",
    "2-b": "2-b",
    "B 2": '"B 2"',
    "a: b": '"a: b"',
    "'": '"\'"',
    '"#': '"\\"#"',
    "é\\": '"é\\\\"',
}


@pytest.mark.parametrize("text", WRITTEN)
@pytest.mark.parametrize("before", ["title: x\n", "title: x\nrevision: 5\n", "title: x\nrevision: '5'\n"])
def test_any_text_can_be_set(text: str, before: str) -> None:
    after = set_fields(before.encode(), {"revision": text})
    assert load(after, format="yaml").revision == text
    assert "'" in before or after.decode() == f"title: x\nrevision: {WRITTEN[text]}\n"


# ---- any file

_STATUSES = ["draft", "'draft'", '"In review"', "", "~", "Draft (second)", "!!str draft"]
_VALUES = ["2026-03-14", "'7'", '"1: 2"', "", "null", "B#2", "'' "]
_OTHERS = [
    "# status: draft",
    "",
    "   ",
    "summary: |\n  status: draft\n\n  revision: 2\n",
    "background: >+\n  a\n  b\n\n",
    "tags: [a,   b,\n  'status: draft'] # c",
    "impact:\n      status: draft   # d\n      'published':   5",
    "timeline:\n- a\n-   event: b\n    time:   12:30",
    "x-mine: {status: draft, revision: [1,2]}",
    "lessons:\n    - one\n\n    - two",
    "what_happened: a\n  b\n   c",
    "id:   INC-7   # the incident's",
    "date: '2026-03-14'",
]


@st.composite
def files(draw: DrawFn) -> str:
    """Return a report in one of many layouts."""
    gap = st.sampled_from([" ", "   "])
    end = st.sampled_from(["", " # c", "   "])
    title = st.sampled_from(["title: x", "title:  'a: b'  # c", "title: a\n  b", "title: >\n  a\n  b"])
    values = {"status": _STATUSES, "published": _VALUES, "revision": _VALUES}
    fields = [
        f"{key}:{draw(gap)}{draw(st.sampled_from(values[key]))}{draw(end)}"
        for key in draw(st.lists(st.sampled_from(sorted(FINAL)), unique=True))
    ]
    others = draw(st.lists(st.sampled_from(_OTHERS), unique=True, max_size=6))
    text = "\n".join(draw(st.permutations([draw(title), *fields, *others])))
    return draw(st.sampled_from(["", "\ufeff", "---\n"])) + text + draw(st.sampled_from(["", "\n", "\n\n"]))


_FIELD = re.compile(r"(?:status|published|revision):")


def others(text: str) -> list[str]:
    return [line for line in text.removeprefix("\ufeff").split("\n") if not _FIELD.match(line)]


@given(files(), st.sampled_from(["\n", "\r\n"]))
def test_nothing_else_changes_in_any_file(text: str, line_end: str) -> None:
    before = text.replace("\n", line_end)
    after = set_fields(before.encode(), FINAL).decode()
    assert "\n" not in text or after.count("\n") == after.count(line_end)
    edited = after.replace("\r\n", "\n")
    assert others(edited) == others(text)
    for line in text.removeprefix("\ufeff").split("\n"):
        if match := _FIELD.match(line):
            comment = line[line.index(" #") :] if " #" in line else ""
            kept = [one for one in edited.removeprefix("\ufeff").split("\n") if one.startswith(match[0])]
            assert [one.endswith(comment) for one in kept] == [True]
    assert plain(edited) == {**plain(text), **FINAL}


_KEYS = ["status", '"status"', "'status'", "published", '"published"', "revision", "x-a", '"tags"']
_ITEMS = ["draft", '"a,b:c#d"', "'it''s'", "[a, {b: c}]", "", "null", "*a", '"\\u00e9\\n"']


@st.composite
def files_in_braces(draw: DrawFn) -> str:
    """Return a report as one mapping in braces, in one of many layouts."""
    gap = st.sampled_from(["", " ", "\n", "\n  ", " # c, d: {\n  "])
    keys = draw(st.lists(st.sampled_from(_KEYS), unique_by=lambda key: key.strip("'\""), max_size=5))
    items = [f"{key}: {draw(st.sampled_from(_ITEMS))}" for key in keys]
    first = draw(st.sampled_from(["title: x", '"title": "x"', "'title': \"a, b\"", "? title\n : x", "title: a\n b"]))
    pairs = ["x-all: &a all", *draw(st.permutations([first, *items]))]
    begin = draw(st.sampled_from(["", "--- ", "# c\n", "\ufeff", "%YAML 1.1\n---\n"]))
    end = draw(st.sampled_from(["", ","])) + draw(gap) + "}" + draw(st.sampled_from(["", "\n", " # c", "\n...\n"]))
    return begin + "{" + draw(gap) + ",".join(f"{draw(gap)}{pair}{draw(gap)}" for pair in pairs) + end


@given(files_in_braces())
def test_nothing_else_changes_in_any_file_in_braces(text: str) -> None:
    try:
        after = set_fields(text.encode(), FINAL).decode()
    except InputError:
        return  # reported, and nothing is written
    assert plain(after) == {**plain(text), **FINAL}
    assert after.count("# c") == text.count("# c")
    assert after.count("\n") == text.count("\n")
    assert is_left(re.sub(r"[^\s{}]", "", text), re.sub(r"[^\s{}]", "", after))


def is_left(before: str, after: str) -> bool:
    """Return whether removing characters from the other text can give this one."""
    rest = iter(after)
    return all(character in rest for character in before)


def plain(text: str) -> dict[str, Any]:
    """Return the content of a file as another parser reads it, with scalars as texts."""
    value: dict[str, Any] = yaml.load(text.removeprefix("\ufeff"), yaml.BaseLoader)
    return value


@given(reports())
def test_any_report_can_be_set(written: dict[str, Any]) -> None:
    others = {key: value for key, value in without_surrogates(written).items() if key not in FINAL}
    before = yaml.safe_dump(others, sort_keys=False).encode()
    after = set_fields(before, FINAL)
    expected = load(before, format="yaml").model_copy(update=FINAL)
    assert load(after, format="yaml").model_dump() == expected.model_dump()
