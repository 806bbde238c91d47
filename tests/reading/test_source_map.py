"""The places of a report's parts in the text it was read from."""

from __future__ import annotations

import pytest

from pmexport import load
from pmexport.problems import Place
from pmexport.reading.source_map import SourceMap

YAML = """\
title: T
root_cause: |  # why
  One two
  three *four*

  five six
timeline:
  -
  - {time: "14:02", event: "said \\"so\\" and left"}
  - event: >-
      first line
      second line
  - time: 15:00
    event: plain words
      go on here
  - bare words
commander: Ana Ruiz
impact:
  Refunds issued: 'three "hundred"'
background: 'it''s here'
severity:
action_items:
  - owner: Ana
"""
TOML = '''\
title = "T"
summary = """
One two
three four"""
[[timeline]]
event = 'a b'
'''
JSON = '{\n  "title": "T",\n  "summary": "One\\ntwo three",\n  "timeline": [{"event": "a b"}]\n}'
TEXTS = {"yaml": YAML, "toml": TOML, "json": JSON}


def origin_of(text: str, kind: str) -> SourceMap:
    origin = load(text.encode(), format=kind).origin
    assert isinstance(origin, SourceMap)
    return origin


@pytest.mark.parametrize(
    ("kind", "path", "text", "word", "line", "column"),
    [
        ("yaml", "title", "T", "T", 1, 8),
        ("yaml", "root_cause[0]", "One two\nthree *four*\n\nfive six\n", "four", 4, 10),
        ("yaml", "root_cause[0]", "One two\nthree *four*\n\nfive six\n", "ix", 6, 9),
        ("yaml", "timeline[1].event", "first line second line", "second", 12, 7),
        ("yaml", "timeline[2].event", "plain words go on here", "here", 15, 13),
        ("yaml", "timeline[3].event", "bare words", "words", 16, 10),
        ("yaml", "commander.name", "Ana Ruiz", "Ruiz", 17, 16),
        ("yaml", "impact.Refunds issued", 'three "hundred"', "hundred", 19, 27),
        ("toml", "summary", "One two\nthree four", "four", 4, 7),
        ("toml", "timeline[0].event", "a b", "b", 6, 12),
        ("json", "timeline[0].event", "a b", "b", 4, 29),
    ],
)
def test_a_word_is_found_where_it_is_written(
    kind: str, path: str, text: str, word: str, line: int, column: int
) -> None:
    origin = origin_of(TEXTS[kind], kind)
    assert origin.find(path, text.index(word)) == Place("", line, column)
    assert origin.line(line)[column - 1 :].startswith(word)


@pytest.mark.parametrize(
    ("kind", "path", "text", "word", "line", "column"),
    [
        ("yaml", "timeline[0].event", 'said "so" and left', "left", 9, 28),
        ("yaml", "background", "it's here", "here", 20, 13),
        ("json", "summary", "One\ntwo three", "three", 3, 14),
    ],
)
def test_a_text_not_written_word_for_word_is_found_at_its_beginning(
    kind: str, path: str, text: str, word: str, line: int, column: int
) -> None:
    assert origin_of(TEXTS[kind], kind).find(path, text.index(word)) == Place("", line, column)


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        ("severity", 21, 10),  # its key is there
        ("action_items[0].deadline", 23, 5),
        ("action_items[7]", 23, 3),
        ("milestones.resolved", 1, 1),
        ("", 1, 1),
        ("no path [", 1, 1),
    ],
)
def test_a_missing_part_is_found_at_the_nearest_part_above(path: str, line: int, column: int) -> None:
    assert origin_of(YAML, "yaml").find(path) == Place("", line, column)


def test_a_place_has_the_file_name_and_counts_as_editors_do() -> None:
    from pmexport.reading import read_bytes

    origin = read_bytes("\ufefftitle: T\r\nsummary: |\r\n  é 𝄞 word\r\n".encode(), format="yaml", name="a.yaml").origin
    assert origin is not None
    assert origin.find("summary", 4) == Place("a.yaml", 3, 7)
    assert origin.line(3) == "  é 𝄞 word"


def test_an_override_has_no_place_in_the_file() -> None:
    report = load(YAML.encode(), format="yaml", overrides={"title": "U", "timeline[2].event": "new"})
    assert report.origin is not None
    assert report.origin.find("title") == Place("override")
    assert report.origin.find("timeline[1].event", 1) == Place("override")
    assert report.origin.find("timeline[0].event").line == 9


def test_a_report_from_a_mapping_has_no_lines() -> None:
    origin = load({"title": "T", "summary": "S"}).origin
    assert origin is not None
    assert origin.find("summary", 0) == Place()
