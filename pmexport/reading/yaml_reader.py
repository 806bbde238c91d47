"""Read YAML. Every scalar keeps the author's characters, so that 12:30, NO, 0123 and 1.10 stay as written."""

from collections.abc import Iterator
from dataclasses import replace

import yaml
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from pmexport.errors import InputError
from pmexport.limits import Limits
from pmexport.problems import Problem
from pmexport.reading.flattened_markdown import MARKDOWN_FLATTENED, find_flattened, find_joined
from pmexport.reading.found_values import name_value, shorten
from pmexport.reading.parsed_tree import Extent, Node, Parsed, Tree
from pmexport.reading.paths import Path
from pmexport.reading.source_text import SourceText
from pmexport.reading.suggestions import holds_lines, holds_markdown
from pmexport.reading.typing_slips import (
    SMART_QUOTES,
    TEXT_AFTER_HASH,
    describe_dropped,
    explain_bare_key,
    find_slip,
    is_smart_quoted,
)
from pmexport.reading.yaml_comments import CommentFinder
from pmexport.reading.yaml_mistakes import explain_error, find_unprintable
from pmexport.report.field_types import is_private_key

_LOADER = getattr(yaml, "CLoader", yaml.Loader)
_CORE = "tag:yaml.org,2002:"
_TEXT = f"{_CORE}str"
_NULLS = ("", "null", "~")
_MERGE = "<<"
_STRAIGHTEN = "Replace them with straight quotes. To keep them, put ' around the whole value."
_QUOTING = "A value that begins with { or contains a colon followed by a space must be quoted."
_LINE_BREAKS = ("\x85", "\u2028", "\u2029")
"""Line breaks in YAML 1.1 that editors do not show as line breaks."""

CURLY_QUOTES = "PM041"
"""The rule that reports what is noticed here."""


def parse_yaml(source: SourceText, limits: Limits) -> Parsed:
    """Return the content of a YAML text.

    Only an empty scalar, and a plain `null` or `~` as the value of a key, become None. Aliases and merge keys are
    resolved. Raises InputError for the first syntax error and when a limit is exceeded.
    """
    source = SourceText(_plain_line_breaks(source.text), source.file)
    reader = _EventReader(Tree(limits, source), source)
    try:
        for event in read_events(source.text):
            reader.take(event)
    except yaml.reader.ReaderError:
        raise reader.tree.stop(*find_unprintable(source)) from None
    except yaml.MarkedYAMLError as error:
        raise reader.stop(reader.explain_dropped(error) or explain_error(error, source, limits)) from None
    return replace(reader.parsed(), folded=True)


def read_events(text: str) -> Iterator[Event]:
    """Yield the parser's events; their marks count the characters of the text. Raises yaml.YAMLError."""
    return yaml.parse(_plain_line_breaks(text), Loader=_LOADER)


def _plain_line_breaks(text: str) -> str:
    for line_break in _LINE_BREAKS:
        text = text.replace(line_break, " ")
    return text


class _EventReader:
    """Builds a tree from PyYAML's events one by one, so that deep nesting cannot overflow the stack."""

    def __init__(self, tree: Tree, source: SourceText) -> None:
        self.tree = tree
        self._source = source
        self._comments = CommentFinder(source.text)
        self._anchors: dict[str, Node] = {}
        self._open: list[str | None] = []
        """The anchors of the mappings and lists that are being filled."""
        self._document = 0
        """The offset of the current document."""
        self._scalar_end = 0
        """Where the last scalar ended."""

    def take(self, event: Event) -> None:
        """Add an event to the tree."""
        start = event.start_mark.index if event.start_mark else 0
        dropped = self._comments.find_before(event)
        if dropped:
            path = self.tree.last_path() if dropped.after_value else self.tree.current_path()
            self._note(TEXT_AFTER_HASH, *describe_dropped("YAML"), path, dropped.offset)
        match event:
            case ScalarEvent():
                self._take_scalar(event, start)
            case MappingStartEvent():
                self._take_start({}, event, start)
            case SequenceStartEvent():
                self._take_start([], event, start)
            case MappingEndEvent():
                self._merge_keys()
                self._take_end()
            case SequenceEndEvent():
                self._take_end()
            case AliasEvent():
                self._take_alias(event.anchor or "", start)
            case DocumentStartEvent():
                self._document = start
            case DocumentEndEvent():
                self._take_document_end()

    def stop(self, problem: Problem) -> InputError:
        """Return the error for this syntax problem; without it if a problem on the same line explains it."""
        explained = any(known.line == problem.line for known in self.tree.problems)
        return self.tree.stop(*([] if explained else [problem]))

    def parsed(self) -> Parsed:
        """Return the result. Raises InputError for a text in place of a mapping if it can say why it is one."""
        parsed = self.tree.parsed(_QUOTING)
        if isinstance(parsed.value, str) and parsed.remarks:
            raise self.stop(replace(parsed.remarks[0], id=""))
        slip = find_slip(self._source.text, parsed.extent.start or 0) if isinstance(parsed.value, str) else None
        if slip:
            offset, message, help_ = slip
            raise self.stop(self._source.problem(message, help_, offset=offset))
        return parsed

    def explain_dropped(self, error: yaml.MarkedYAMLError) -> Problem | None:
        """Return the text that was taken for a comment and so caused a syntax error; None if it has another cause."""
        dropped = self._comments.find_cause(error)
        return self._source.problem(*describe_dropped("YAML"), offset=dropped.offset) if dropped else None

    def _take_scalar(self, event: ScalarEvent, start: int) -> None:
        value: str | None = event.value
        if event.tag is not None and event.tag != _TEXT:
            self._refuse_tag(event.tag, start)
        elif event.implicit[0] and event.value in _NULLS and self._is_null(event.value):
            value = None
        if event.anchor is not None:
            self._anchors[event.anchor] = Node(value, Extent(start))
        end = event.end_mark.index if event.end_mark else start
        if value is None and start == end:
            self._check_colon(start)
        self._scalar_end = end
        if "\n" in self._source.text[start:end]:
            self._note_flattened(event, start, end)
        if not event.style and event.value[:1] in SMART_QUOTES:
            self._note_quotes(event.value, start, end)
        self.tree.add_scalar(value, start)

    def _check_colon(self, start: int) -> None:
        """Report a key that has no value because it is the rest of a text that a comma or a brace cut off."""
        key, offset, text = self.tree.top.key, self.tree.top.key_start, self._source.text
        if not key or offset is None or ":" in text[self._scalar_end : start]:
            return
        slip = explain_bare_key(text, offset, key)
        if slip and not any(map(is_private_key, self.tree.current_path())):
            self.tree.add_problem(*slip)

    def _note_quotes(self, value: str, start: int, end: int) -> None:
        if is_smart_quoted(value, before_comma=self._source.text.startswith(",", end)):
            self._note(
                CURLY_QUOTES,
                "YAML does not recognise curly quotes, so they are part of the text.",
                _STRAIGHTEN,
                self.tree.current_path(),
                start,
            )

    def _note_flattened(self, event: ScalarEvent, start: int, end: int) -> None:
        """Note Markdown that the lines of a text make only if they are kept."""
        path = self.tree.current_path()
        if event.style == "|" or self.tree.wants_key:
            return
        written, style = self._source.text[start:end], event.style or ""
        if holds_lines(path):
            flattened = find_joined(written, style, event.value)
        else:
            flattened = find_flattened(written, style, event.value) if holds_markdown(path) else None
        if flattened:
            self._note(MARKDOWN_FLATTENED, *flattened.describe(), path, start + flattened.offset)

    def _note(self, rule: str, message: str, help_: str, path: Path, offset: int) -> None:
        if any(map(is_private_key, path)):
            return
        self.tree.remarks.append(replace(self._source.problem(message, help_, path, offset), id=rule))

    def _is_null(self, plain: str) -> bool:
        in_mapping = isinstance(self.tree.top.value, dict)
        return not self.tree.wants_key and (in_mapping or not plain)

    def _take_start(self, value: dict[str, object] | list[object], event: CollectionStartEvent, start: int) -> None:
        if event.tag is not None:
            self._refuse_tag(event.tag, start)
        self.tree.open_value(value, start)
        self._open.append(event.anchor)

    def _take_end(self) -> None:
        node = self.tree.close_value()
        anchor = self._open.pop()
        if anchor is not None:
            self._anchors[anchor] = node

    def _take_document_end(self) -> None:
        if self.tree.roots[-1] is None:
            self.tree.drop_root()
        elif len(self.tree.roots) > 1:
            self.tree.fail(self._document, "found a second document, expected one report.", "Remove the line with ---.")

    def _refuse_tag(self, tag: str, start: int) -> None:
        shown = f"!!{tag.removeprefix(_CORE)}" if tag.startswith(_CORE) else tag
        self.tree.add_problem(start, f"YAML tags such as {shorten(shown)} are not allowed.", _advise_quotes("!"))

    def _take_alias(self, anchor: str, start: int) -> None:
        if anchor not in self._open and anchor in self._anchors:
            self.tree.repeat_value(self._anchors[anchor], start)
            return
        inside = "the value that contains it" if anchor in self._open else "an undefined anchor"
        self.tree.add_problem(start, f"the alias *{shorten(anchor)} refers to {inside}.", _advise_quotes("*"))
        self.tree.add_scalar(f"*{anchor}", start)

    def _merge_keys(self) -> None:
        """Add the keys of the mappings that `<<` names; the mapping's own keys take precedence."""
        top = self.tree.top
        if not isinstance(top.value, dict) or _MERGE not in top.value:
            return
        own, extents = dict(top.value), dict(top.inside)
        merged, extent = own.pop(_MERGE), extents.pop(_MERGE)
        top.value.clear()
        top.inside.clear()
        for value, where in _list_merged(merged, extent):
            if isinstance(value, dict):
                top.value.update(value)
                top.inside.update(where.inside or {})
            else:
                self.tree.add_problem(where.start, f"`<<` can merge only a mapping, found {name_value(value)}.")
        top.value.update(own)
        top.inside.update(extents)


def _list_merged(merged: object, extent: Extent) -> Iterator[tuple[object, Extent]]:
    """Yield the mappings to merge and their extents, in reverse: the first one takes precedence."""
    if not isinstance(merged, list):
        yield merged, extent
        return
    for index in reversed(range(len(merged))):
        yield merged[index], extent.find((index,))[0]


def _advise_quotes(character: str) -> str:
    return f"A value that begins with {character} must be quoted."
