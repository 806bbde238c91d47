"""What rules look at: a report, what follows from it, and every text that its author wrote."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from typing import Any, assert_never

from pmexport.assets.folder import Folder, UnavailableError
from pmexport.checks.rule import Subject, Written
from pmexport.document import nodes
from pmexport.document.clean_text import one_line
from pmexport.document.labels import labels_for
from pmexport.document.markdown.parser import Parser
from pmexport.document.nodes import Block, Blocks, Inlines
from pmexport.limits import DEFAULT, LimitError
from pmexport.reading import paths
from pmexport.report.facts import Facts
from pmexport.report.field_types import Part
from pmexport.report.model import Log, Report

MARKDOWN = frozenset({
    "user_impact", "summary", "background", "event", "what_happened", "trigger", "detection", "why", "because",
    "root_cause", "resolution", "contributing_factors", "went_well", "could_improve", "got_lucky", "action", "details",
    "lessons", "caption", "text",
})  # fmt: skip
"""The fields that hold Markdown, and `text`, which a log has too."""

_NOT_SHOWN = "checks"
_LEVEL = 2


def subject_of(report: Report, facts: Facts, today: dt.date | None = None) -> Subject:
    """Return what rules look at in a report; its Markdown is read when the first of them asks for it."""
    return Subject(report, facts, (*_texts(report, "", _Prose(report)), *log_files(report)), today)


def log_files(report: Report) -> Iterator[Written]:
    """Yield what the logs hold that are files beside the report, save those that cannot be read."""
    folder = Folder(report.base, DEFAULT)
    for number, log in enumerate(report.logs):
        with suppress(UnavailableError):
            if log.file:
                yield Written(f"logs[{number}].file", folder.text(one_line(log.file)), "")


def _texts(part: Part, path: str, prose: _Prose) -> Iterator[Written]:
    own = type(part).model_fields
    for name, value in part:
        if value is None or name == _NOT_SHOWN:
            continue
        inside = f"{path}{name}" if name in own else paths.write((path.removesuffix("."), name))
        if name not in own:
            yield Written(inside, name, name)
        for item, at in _items(value, inside):
            if isinstance(item, Part):
                yield from _texts(item, f"{at}.", prose)
            elif name == "text" and isinstance(part, Log):
                yield Written(at, item, "")
            else:
                yield Written(at, item, prose if name in MARKDOWN else item)


def _items(value: object, path: str) -> Iterator[tuple[Any, str]]:
    if isinstance(value, tuple):
        yield from ((item, f"{path}[{number}]") for number, item in enumerate(value))
    else:
        yield value, path


class _Prose:
    """Reads the author's own words out of Markdown."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def __call__(self, markdown: str) -> str:
        """Return the words, a line for each paragraph; none where it is too complex to be read."""
        try:
            return "\n".join(_lines(self._parser.blocks(markdown, _LEVEL)))
        except LimitError:
            return ""

    @cached_property
    def _parser(self) -> Parser:
        return Parser(lambda _source, alt, _path: nodes.Text(alt), labels_for(self._report.language or "en"))


def _lines(blocks: Blocks) -> Iterator[str]:
    for block in blocks:
        yield from _lines_of(block)


def _lines_of(block: Block) -> Iterator[str]:
    match block:
        case nodes.Paragraph(inlines, "text") | nodes.Heading(_, inlines):
            yield _words(inlines)
        case nodes.List(items):
            for item in items:
                yield from _lines(item.blocks)
        case nodes.Table(columns, groups):
            yield from (_words(column.title) for column in columns)
            yield from (line for group in groups for row in group.rows for cell in row.cells for line in _lines(cell))
        case _:  # code, somebody else's words, and remarks of ours
            return


def _words(inlines: Inlines) -> str:
    return "".join(map(_word, inlines))


def _word(inline: nodes.Inline) -> str:
    match inline:
        case nodes.Text(text) | nodes.Label(text) | nodes.Time(text):
            return text
        case nodes.Link(target, children):
            return "" if (words := _words(children)) in target else words
        case nodes.Strong(children) | nodes.Emphasis(children) | nodes.Strike(children):
            return _words(children)
        case nodes.Image():
            return inline.alt
        case nodes.LineBreak():
            return "\n"
        case nodes.Code():
            return ""
        case _:
            assert_never(inline)
