"""YAML: every scalar keeps the characters that its author wrote, so that 12:30, NO, 0123 and 1.10 stay as they are."""

from __future__ import annotations

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
from pmexport.reading.found_values import character_at, character_name, found, shorten
from pmexport.reading.parsed_tree import Extent, Fault, Lines, Node, Parsed, Tree, UnreadableError, too_deep

_LOADER = getattr(yaml, "CLoader", yaml.Loader)
_CORE = "tag:yaml.org,2002:"
_TEXT = f"{_CORE}str"
_NULLS = ("", "null", "~")
_MERGE = "<<"
_QUOTING = "A text with a colon and a blank in it must stand in quotes."
_LINE_BREAKS = ("\x85", "\u2028", "\u2029")
"""What YAML 1.1 takes for line breaks, and no editor shows as such."""

_DEEPEST = 1000
"""How deep the C library of PyYAML, from 6.0.4 on, reads brackets: it looks ahead, beyond our own bound."""

_UNPRINTABLE = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def parse(text: str, limits: Limits) -> Parsed:
    """Return what a YAML text holds.

    Only an empty scalar, and a plain `null` or `~` as the value of a key, are None. Aliases and merge keys are
    followed. Raises UnreadableError at the first error of syntax, and beyond the limits.
    """
    text = _with_usual_line_breaks(text)
    lines = Lines(text)
    reader = _Reader(Tree(limits, lines))
    try:
        for event in events(text):
            reader.take(event)
    except yaml.reader.ReaderError:
        raise UnreadableError(*reader.tree.faults, *_unprintable(text)) from None
    except yaml.MarkedYAMLError as error:
        raise UnreadableError(*reader.tree.faults, _fault(error, text, lines, limits)) from None
    return replace(reader.tree.parsed(), quoting=_QUOTING)


def events(text: str) -> Iterator[Event]:
    """Yield the events of the parser; their marks count the characters of the text. Raises yaml.YAMLError."""
    return yaml.parse(_with_usual_line_breaks(text), Loader=_LOADER)


def _with_usual_line_breaks(text: str) -> str:
    for line_break in _LINE_BREAKS:
        text = text.replace(line_break, " ")
    return text


class _Reader:
    """Follows the events of PyYAML one by one, so that no depth of nesting overflows a stack."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._anchors: dict[str, Node] = {}
        self._open: list[str | None] = []
        """The anchors of the mappings and lists that are being filled."""
        self._document = 0
        """Where the document begins that is being read."""

    def take(self, event: Event) -> None:
        """Add what an event tells to the tree."""
        start = event.start_mark.index if event.start_mark else 0
        match event:
            case ScalarEvent():
                self._scalar(event, start)
            case MappingStartEvent():
                self._begin({}, event, start)
            case SequenceStartEvent():
                self._begin([], event, start)
            case MappingEndEvent():
                self._merge()
                self._end()
            case SequenceEndEvent():
                self._end()
            case AliasEvent():
                self._alias(event.anchor or "", start)
            case DocumentStartEvent():
                self._document = start
            case DocumentEndEvent():
                self._end_document()

    def _scalar(self, event: ScalarEvent, start: int) -> None:
        value: str | None = event.value
        if event.tag is not None and event.tag != _TEXT:
            self._refuse_tag(event.tag, start)
        elif event.implicit[0] and event.value in _NULLS and self._is_null(event.value):
            value = None
        if event.anchor is not None:
            self._anchors[event.anchor] = Node(value, Extent(start))
        self.tree.scalar(value, start)

    def _is_null(self, plain: str) -> bool:
        in_mapping = isinstance(self.tree.top.value, dict)
        return not self.tree.wants_key and (in_mapping or not plain)

    def _begin(self, value: dict[str, object] | list[object], event: CollectionStartEvent, start: int) -> None:
        if event.tag is not None:
            self._refuse_tag(event.tag, start)
        self.tree.open(value, start)
        self._open.append(event.anchor)

    def _end(self) -> None:
        node = self.tree.close()
        anchor = self._open.pop()
        if anchor is not None:
            self._anchors[anchor] = node

    def _end_document(self) -> None:
        if self.tree.roots[-1] is None:
            self.tree.take_back()
        elif len(self.tree.roots) > 1:
            self.tree.fail(self._document, "found a second document, expected one report.", "Remove the line of ---.")

    def _refuse_tag(self, tag: str, start: int) -> None:
        shown = f"!!{tag.removeprefix(_CORE)}" if tag.startswith(_CORE) else tag
        self.tree.fault(start, f"found the tag {shorten(shown)}, expected a value without one.", _in_quotes("!"))

    def _alias(self, anchor: str, start: int) -> None:
        if anchor not in self._open and anchor in self._anchors:
            self.tree.repeat(self._anchors[anchor], start)
            return
        inside = (
            "inside the value that it repeats" if anchor in self._open else "which repeats nothing that stands above"
        )
        self.tree.fault(start, f"found the alias *{shorten(anchor)}, {inside}.", _in_quotes("*"))
        self.tree.scalar(f"*{anchor}", start)

    def _merge(self) -> None:
        """Fill in the keys of the mappings that a `<<` names, which those of the mapping itself go before."""
        top = self.tree.top
        if not isinstance(top.value, dict) or _MERGE not in top.value:
            return
        own, places = dict(top.value), dict(top.inside)
        merged, place = own.pop(_MERGE), places.pop(_MERGE)
        top.value.clear()
        top.inside.clear()
        for value, where in _sources(merged, place):
            if isinstance(value, dict):
                top.value.update(value)
                top.inside.update(where.inside or {})
            else:
                self.tree.fault(where.start, f"found {found(value)} to merge, expected a mapping.")
        top.value.update(own)
        top.inside.update(places)


def _sources(merged: object, place: Extent) -> Iterator[tuple[object, Extent]]:
    """Yield the mappings to merge and their places, the first one, which goes before the others, last."""
    if not isinstance(merged, list):
        yield merged, place
        return
    for index in reversed(range(len(merged))):
        yield merged[index], place.find((index,))[0]


def _in_quotes(character: str) -> str:
    return f"A text that begins with {character} must stand in quotes."


# ---- what PyYAML says, in words for an author


def _unprintable(text: str) -> Iterator[Fault]:
    counts: dict[str, int] = {}
    first: dict[str, int] = {}
    for match in _UNPRINTABLE.finditer(text):
        counts[match[0]] = counts.get(match[0], 0) + 1
        first.setdefault(match[0], match.start())
    for character, offset in first.items():
        times = f", {counts[character]} times in all" if counts[character] > 1 else ""
        message = f"found {character_name(character)}, which YAML cannot hold as it is{times}."
        yield Fault(message, f"Remove it. In double quotes it may be written {_escape(character)}.", offset=offset)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


class _Mistake(NamedTuple):
    """A mistake in syntax: how PyYAML tells it, with its C library and without, and how we do."""

    told: str
    """A pattern of three lines: the line up to where it was noticed, the character there, the context and problem."""
    message: str
    help: str = ""
    at_beginning: bool = False
    """Whether it is better pointed out where the part begins in which it was noticed."""


_USE_QUOTES = "Put the text in quotes."
_BRACKETS = "A text that begins with [ or { must stand in quotes."
_ALIGN = "The keys of a mapping, and the dashes of a list, begin in the same column."
_GOES_ON = "A text that goes on in the next line is indented there."
_NEXT_LINE = "Begin it in the next line, or use quotes."
_QUOTE_ALL = "Put all of it in quotes."
_MISFIT = "(expected key|block end|'-' indicator)"
_MISTAKES = (
    _Mistake(r"^.*\n\t\n", "found a tab.", "Indent with blanks."),
    _Mistake(r"quoted scalar: .*unexpected", "found a quote that is never closed.", at_beginning=True),
    _Mistake(r"quoted scalar: ", "found an escape that YAML does not have.", r"In single quotes, \ stands for itself."),
    _Mistake(r"an (alias|anchor): ", "found {here}, which cannot begin a text.", _USE_QUOTES, at_beginning=True),
    _Mistake(r"block scalar: ", "found a text beside {here}.", _NEXT_LINE, at_beginning=True),
    _Mistake(r"cannot start any|node content", "found {here}, which cannot begin a text.", _USE_QUOTES),
    _Mistake(r"^.*[:-] .*\n[\s\S]*mapping values", "found a colon and a blank inside a text.", _USE_QUOTES),
    _Mistake(r"mapping values", "found a line that does not fit those before it.", _ALIGN),
    _Mistake(r"find expected ':'", "found a line without a key.", _GOES_ON, at_beginning=True),
    _Mistake(r"sequence entries", "found a list in the line of its key.", _NEXT_LINE),
    _Mistake(r"expected ',' or", "found {here}, expected a comma or the end of what begins in line {line}.", _BRACKETS),
    _Mistake(rf"""^.*["'] *\n[\s\S]*{_MISFIT}""", "found more text after the closing quote.", _QUOTE_ALL),
    _Mistake(rf"^.*[\]}}] *\n[\s\S]*{_MISFIT}", "found more text after the closing bracket.", _BRACKETS),
    _Mistake(_MISFIT, "found a line that does not fit those before it.", _ALIGN),
)  # fmt: skip


def _fault(error: yaml.MarkedYAMLError, text: str, lines: Lines, limits: Limits) -> Fault:
    if error.problem_mark and "nesting depth" in str(error.problem):
        return too_deep(replace(limits, depth=min(limits.depth, _DEEPEST)), error.problem_mark.index)
    return _syntax(error, text, lines)


def _syntax(error: yaml.MarkedYAMLError, text: str, lines: Lines) -> Fault:
    here = error.problem_mark.index if error.problem_mark else 0
    beginning = error.context_mark.index if error.context_mark else here
    line = text[max(0, here - 200) : here].rpartition("\n")[2]
    told = f"{line}\n{text[here : here + 1]}\n{error.context}: {error.problem}"
    for mistake in _MISTAKES:
        if re.search(mistake.told, told):
            offset = beginning if mistake.at_beginning else here
            words = {"here": character_at(text, offset), "line": lines.position(beginning)[0]}
            return Fault(mistake.message.format_map(words), mistake.help, offset=offset)
    return Fault(f"{error.problem}.", offset=here)
