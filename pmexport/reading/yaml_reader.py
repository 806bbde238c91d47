"""Read YAML. Every scalar keeps the author's characters, so that 12:30, NO, 0123 and 1.10 stay as written."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

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

from pmexport.limits import Limits
from pmexport.problems import Problem
from pmexport.reading.flattened_markdown import find_flattened
from pmexport.reading.found_values import character_at, character_name, name_value, shorten
from pmexport.reading.parsed_tree import Extent, Node, Parsed, Tree, depth_message
from pmexport.reading.paths import Path
from pmexport.reading.source_text import SourceText
from pmexport.reading.suggestions import holds_markdown
from pmexport.reading.yaml_comments import CommentFinder, Dropped

_LOADER = getattr(yaml, "CLoader", yaml.Loader)
_CORE = "tag:yaml.org,2002:"
_TEXT = f"{_CORE}str"
_NULLS = ("", "null", "~")
_MERGE = "<<"
_QUOTING = "A value that contains a colon followed by a space must be quoted."
_LINE_BREAKS = ("\x85", "\u2028", "\u2029")
"""Line breaks in YAML 1.1 that editors do not show as line breaks."""

TEXT_AFTER_HASH, MARKDOWN_FLATTENED = "PM026", "PM027"
"""The rules that report what is noticed here."""

_DEEPEST = 1000
"""The nesting of brackets that PyYAML's C library allows, from 6.0.4 on. It looks ahead, beyond our own limit."""

_UNPRINTABLE = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


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
        raise reader.tree.stop(*_find_unprintable(source)) from None
    except yaml.MarkedYAMLError as error:
        raise reader.tree.stop(reader.explain_dropped(error) or _explain_error(error, source, limits)) from None
    return reader.tree.parsed(_QUOTING)


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

    def take(self, event: Event) -> None:
        """Add an event to the tree."""
        start = event.start_mark.index if event.start_mark else 0
        dropped = self._comments.find_before(event)
        if dropped:
            path = self.tree.last_path() if dropped.after_value else self.tree.current_path()
            self.tree.remarks.append(self._describe_dropped(dropped, path))
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

    def explain_dropped(self, error: yaml.MarkedYAMLError) -> Problem | None:
        """Return the text that was taken for a comment and so caused a syntax error; None if it has another cause."""
        dropped = self._comments.find_cause(error)
        return replace(self._describe_dropped(dropped, ()), id="") if dropped else None

    def _describe_dropped(self, dropped: Dropped, path: Path) -> Problem:
        return replace(self._source.problem(*dropped.describe(), path, dropped.offset), id=TEXT_AFTER_HASH)

    def _take_scalar(self, event: ScalarEvent, start: int) -> None:
        value: str | None = event.value
        if event.tag is not None and event.tag != _TEXT:
            self._refuse_tag(event.tag, start)
        elif event.implicit[0] and event.value in _NULLS and self._is_null(event.value):
            value = None
        if event.anchor is not None:
            self._anchors[event.anchor] = Node(value, Extent(start))
        end = event.end_mark.index if event.end_mark else start
        if "\n" in self._source.text[start:end]:
            self._note_flattened(event, start, end)
        self.tree.add_scalar(value, start)

    def _note_flattened(self, event: ScalarEvent, start: int, end: int) -> None:
        """Note Markdown that the lines of a text make only if they are kept."""
        path = self.tree.current_path()
        if event.style == "|" or self.tree.wants_key or not holds_markdown(path):
            return
        written = self._source.text[start:end]
        flattened = find_flattened(written, event.style or "", event.value)
        if flattened:
            problem = self._source.problem(*flattened.describe(), path, start + flattened.offset)
            self.tree.remarks.append(replace(problem, id=MARKDOWN_FLATTENED))

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


# ---- PyYAML's errors, in words for authors


def _find_unprintable(source: SourceText) -> Iterator[Problem]:
    counts: dict[str, int] = {}
    first: dict[str, int] = {}
    for match in _UNPRINTABLE.finditer(source.text):
        counts[match[0]] = counts.get(match[0], 0) + 1
        first.setdefault(match[0], match.start())
    for character, offset in first.items():
        times = f" ({counts[character]} occurrences)" if counts[character] > 1 else ""
        message = f"found {character_name(character)}, which YAML does not allow unescaped{times}."
        help_ = f"Remove it, or write it as {_write_escape(character)} in double quotes."
        yield source.problem(message, help_, offset=offset)


def _write_escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


class _Mistake(NamedTuple):
    """A syntax mistake: how PyYAML reports it, with and without its C library, and how we do."""

    pattern: str
    """Matches three lines: the line up to the error, the character there, and PyYAML's context and problem."""
    message: str
    help: str = ""
    at_beginning: bool = False
    """Whether to report it at the beginning of the part in which it was noticed."""


_USE_QUOTES = "Quote the value."
_BRACKETS = "A value that begins with [ or { must be quoted."
_ALIGN = "Keys of a mapping and dashes of a list must start in the same column."
_GOES_ON = "If it continues the previous value, indent it."
_NEXT_LINE = "Start the value on the next line, or quote it."
_QUOTE_ALL = "Quote the whole value."
_MISFIT = "(expected key|block end|'-' indicator)"
_MISTAKES = (
    _Mistake(r"^.*\n\t\n", "found a tab.", "Indent with spaces."),
    _Mistake(r"quoted scalar: .*unexpected", "found a quote that is never closed.", at_beginning=True),
    _Mistake(r"quoted scalar: ", "found an invalid YAML escape.", r"In single quotes, a \ needs no escape."),
    _Mistake(r"an (alias|anchor): ", "found {here}, which cannot begin a value.", _USE_QUOTES, at_beginning=True),
    _Mistake(r"block scalar: ", "found text after {here}.", _NEXT_LINE, at_beginning=True),
    _Mistake(r"cannot start any|node content", "found {here}, which cannot begin a value.", _USE_QUOTES),
    _Mistake(r"^.*[:-] .*\n[\s\S]*mapping values", "found a colon followed by a space in a value.", _USE_QUOTES),
    _Mistake(r"mapping values", "this line's indentation does not match the lines above.", _ALIGN),
    _Mistake(r"find expected ':'", "this line has no `key:`.", _GOES_ON, at_beginning=True),
    _Mistake(r"sequence entries", "a list cannot start on the same line as its key.", _NEXT_LINE),
    _Mistake(r"expected ',' or", "found {here}, expected a comma or the bracket that closes line {line}.", _BRACKETS),
    _Mistake(rf"""^.*["'] *\n[\s\S]*{_MISFIT}""", "found more text after the closing quote.", _QUOTE_ALL),
    _Mistake(rf"^.*[\]}}] *\n[\s\S]*{_MISFIT}", "found more text after the closing bracket.", _BRACKETS),
    _Mistake(_MISFIT, "this line's indentation does not match the lines above.", _ALIGN),
)  # fmt: skip


def _explain_error(error: yaml.MarkedYAMLError, source: SourceText, limits: Limits) -> Problem:
    if error.problem_mark and "nesting depth" in str(error.problem):
        return source.problem(*depth_message(min(limits.depth, _DEEPEST)), offset=error.problem_mark.index)
    here = error.problem_mark.index if error.problem_mark else 0
    beginning = error.context_mark.index if error.context_mark else here
    line = source.text[max(0, here - 200) : here].rpartition("\n")[2]
    described = f"{line}\n{source.text[here : here + 1]}\n{error.context}: {error.problem}"
    for mistake in _MISTAKES:
        if re.search(mistake.pattern, described):
            offset = beginning if mistake.at_beginning else here
            words = {"here": character_at(source.text, offset), "line": source.position(beginning)[0]}
            return source.problem(mistake.message.format_map(words), mistake.help, offset=offset)
    return source.problem(f"{error.problem}.", offset=here)
