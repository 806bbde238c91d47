"""The YAML of a draft reads as the same fields, whatever their texts are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import examples, hostile

from pmexport import load
from pmexport.importing.yaml_writer import write_yaml

AWKWARD = [
    "12:30", "NO", "null", "~", "- x", "a: b", "a #b", "#ops", "[x] y", "{x}", "*x*", "&x", "!x", "|", ">", "%x", "@x",
    "`x`", "“x”", "'x'", '"x"', "x:", " x", "x ", "x\n", "x\n\n", "\nx", "  x\ny", "x\n\n  y\n", "a\tb", "---", "...",
    "é", "数据", "a\u2028b\nc", "a\x85b", "\ufeffx", "a\x1bb", "a\r\nb", "?", "? x", "x" * 3000, "0x1", "2026-03-14",
    "=", "\tx\ny", "\t\\  \n",
]  # fmt: skip


def read(text: str) -> Any:
    return load(text.encode(), format="yaml").model_dump(exclude_defaults=True)


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_texts_read_as_they_were(text: str) -> None:
    fields: dict[str, Any] = {
        "title": "T",
        "summary": text,
        "lessons": [text, "other"],
        "impact": {"m": text, "n": "1"},
    }
    fields["sections"] = [{"title": "s", "text": text}]
    expected = load(fields).model_dump(exclude_defaults=True)
    if "\u2028" in text or "\ufeff" in text or "\x85" in text:
        assert "\\u" in write_yaml(fields)
    assert read(write_yaml(fields)) == expected


@examples(4)
@given(st.dictionaries(st.sampled_from(["summary", "background", "resolution", "id", "severity"]), hostile), hostile)
def test_any_text_reads_as_it_was(texts: dict[str, str], metric: str) -> None:
    fields: dict[str, Any] = {"title": "T", **texts, "lessons": list(texts.values()), "impact": {metric or "m": "1"}}
    assert read(write_yaml(fields)) == load(fields).model_dump(exclude_defaults=True)


def test_texts_of_several_lines_are_blocks_and_comments_are_above_their_parts() -> None:
    fields = {
        "title": "Checkout down",
        "summary": "One.\n\nTwo.",
        "timeline": [{"time": "14:02", "event": "Alert."}, {"time": "14:05", "event": "- a\n- b"}],
        "sections": [{"title": "Thanks", "text": "To all."}],
    }
    comments = [
        ("sections[0]", "a.md:9: own"),
        ("", "top"),
        ("timeline[1].event", "two\nlines"),
        ("nosuch", "same"),
    ]
    assert write_yaml(fields, comments) == (
        "# top\n# same\n"
        "title: Checkout down\n"
        "summary: |-\n  One.\n\n  Two.\n"
        "timeline:\n"
        "  - time: 14:02\n    event: Alert.\n"
        "  - time: 14:05\n    # two\ufffdlines\n    event: |-\n      - a\n      - b\n"
        "sections:\n"
        "  # a.md:9: own\n"
        "  - title: Thanks\n    text: To all.\n"
    )
