"""Build the input of the rules: a report, its facts, and every text that its author wrote."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import Any, assert_never

from pmexport.assets.folder import Folder, UnavailableError
from pmexport.checks.rule import Subject, Written
from pmexport.document import nodes
from pmexport.document.clean_text import clean, one_line
from pmexport.document.compose import compose
from pmexport.document.labels import Labels, choose_labels
from pmexport.document.markdown.parser import Parser
from pmexport.document.nodes import Block, Blocks, Inlines
from pmexport.errors import InputError
from pmexport.limits import DEFAULT, LimitError, Limits
from pmexport.problems import Problem
from pmexport.reading.paths import write_path
from pmexport.report.facts import Facts
from pmexport.report.field_types import Part, markdown_fields
from pmexport.report.house_style import PLAIN, HouseStyle
from pmexport.report.model import Log, Report

_NOT_RENDERED = ("checks", "finalized_digest")
_HEADING_LEVEL = 2


def build_subject(
    report: Report,
    facts: Facts,
    today: dt.date | None = None,
    composed: Iterable[Problem] | None = None,
    limits: Limits = DEFAULT,
    style: HouseStyle = PLAIN,
) -> Subject:
    """Return the input of the rules for a report. Its Markdown is parsed when a rule first asks for it.

    composed: the problems of its document. Default: those of the document that is composed here.
    limits: the bounds on what is read, as for rendering. style: the organisation's words and fields.
    """
    folder = Folder(report.base, limits, report.files)
    texts = (
        *_collect_texts(report, "", _ProseReader(choose_labels(report, style), limits)),
        *_read_logs(report, folder),
    )
    composed = _compose_problems(report, facts, folder, style) if composed is None else composed
    return Subject(report, facts, texts, today, (*report.remarks, *composed), style)


def _compose_problems(report: Report, facts: Facts, folder: Folder, style: HouseStyle) -> tuple[Problem, ...]:
    try:
        return compose(report, facts, folder, style=style).problems
    except InputError as error:  # texts beyond a limit
        return tuple(replace(problem, id="PM036") for problem in error.problems)


def _read_logs(report: Report, folder: Folder) -> Iterator[Written]:
    """Yield the content of log files as documents show it, except those that cannot be read (PM035, PM036)."""
    for number, log in enumerate(report.logs):
        with suppress(UnavailableError):
            if log.file:
                yield Written(f"logs[{number}].file", clean(folder.text(one_line(log.file))), "")


def _collect_texts(part: Part, prefix: str, read_prose: _ProseReader) -> Iterator[Written]:
    fields, markdown = type(part).model_fields, markdown_fields(type(part))
    for name, value in part:
        if value is None or name in _NOT_RENDERED:
            continue
        named = name in fields or not prefix  # otherwise the author has named a metric
        path = f"{prefix}{name}" if named else write_path((prefix.removesuffix("."), name))
        if not named:
            yield Written(path, name, name)
        for item, item_path in _list_items(value, path):
            if isinstance(item, Part):
                yield from _collect_texts(item, f"{item_path}.", read_prose)
            elif name == "text" and isinstance(part, Log):
                yield Written(item_path, item, "")
            else:
                yield Written(item_path, item, read_prose if name in markdown else item)


def _list_items(value: object, path: str) -> Iterator[tuple[Any, str]]:
    if isinstance(value, tuple):
        yield from ((item, f"{path}[{number}]") for number, item in enumerate(value))
    else:
        yield value, path


class _ProseReader:
    """Extracts the author's own words from Markdown."""

    def __init__(self, labels: Labels, limits: Limits) -> None:
        self._labels = labels
        self._limits = limits

    def __call__(self, markdown: str) -> str:
        """Return the words, one line per paragraph; nothing if the Markdown is too complex to parse."""
        try:
            return "\n".join(_read_blocks(self._parser.blocks(markdown, _HEADING_LEVEL)))
        except LimitError:
            return ""

    @cached_property
    def _parser(self) -> Parser:
        return Parser(lambda _source, alt, _path: nodes.Text(alt), self._labels, self._limits)


def _read_blocks(blocks: Blocks) -> Iterator[str]:
    for block in blocks:
        yield from _read_block(block)


def _read_block(block: Block) -> Iterator[str]:
    match block:
        case nodes.Paragraph(inlines, "text") | nodes.Heading(_, inlines):
            yield _join_words(inlines)
        case nodes.List(items):
            for item in items:
                yield from _read_blocks(item.blocks)
        case nodes.Details(summary, inside):
            yield _join_words(summary)
            yield from _read_blocks(inside)
        case nodes.Table(columns, groups):
            yield from (_join_words(column.title) for column in columns)
            cells = (cell for group in groups for row in group.rows for cell in row.cells)
            yield from (line for cell in cells for line in _read_blocks(cell))
        case _:  # code, quotations and pmexport's own remarks
            return


def _join_words(inlines: Inlines) -> str:
    return "".join(map(_read_inline, inlines))


def _read_inline(inline: nodes.Inline) -> str:
    match inline:
        case nodes.Text(text) | nodes.Label(text) | nodes.Time(text):
            return text
        case nodes.Link(target, children):
            return "" if (words := _join_words(children)) in target else words
        case nodes.Strong(children) | nodes.Emphasis(children) | nodes.Strike(children) | nodes.Marked(children):
            return _join_words(children)
        case nodes.Image():
            return inline.alt
        case nodes.LineBreak():
            return "\n"
        case nodes.Code() | nodes.NoteMark() | nodes.Ordinal():
            return ""
        case _:
            assert_never(inline)
