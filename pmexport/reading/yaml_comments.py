"""Text that YAML takes for a comment although its author may not have meant one: `Rolled back PR #4711`.

The parser drops comments without an event, so they are searched for between the events.
"""

import re
from typing import NamedTuple

from yaml import MarkedYAMLError
from yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, Event, NodeEvent, ScalarEvent

_COMMENT = re.compile(r"(?<![^\s\[{,])#[^\n]*")
_TEXT = re.compile(r"#(?=[^\s#])[^\n]*[^\s!-/:-@\[-`{-~]")
"""A comment that may be text: no space follows its #, and it does not consist of punctuation."""
_YAML_SWITCHED_OFF = re.compile(r"#+(?:-\s|[{\[]|[A-Za-z_]\w*:(?:\s|$))")
_PROPERTIES = re.compile(r"(?:[&!]\S*+\s*+(?:#[^\n]*+\s*+)*+)*+")
"""The anchor and the tag before a value."""
_KEY = re.compile(r":\s")
_INDENTATION = re.compile(r"[ ]*(?:-[ ]+)*")
_CLOSING = ('"', "'", "]", "}")
"""The characters that end a value, after which no text of it can follow."""
_MARKERS = ("---", "...", "%")


class Dropped(NamedTuple):
    """Text that the parser dropped."""

    offset: int
    """Where its # is."""
    text: str
    """It and the rest of its line."""
    after_value: bool
    """Whether it follows a value; otherwise it takes the place of one."""


class CommentFinder:
    """Reads the gaps between a parser's events."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        """The end of what was read."""
        self._value = (0, 0)
        """The start and end of the last scalar or alias."""
        self._open_value = False
        """Whether text could follow that value: it has no closing quote and is not an alias."""
        self._brackets: list[int | None] = []
        """The offset of each bracket that is open; None for a collection without brackets."""
        self._last: Dropped | None = None

    def find_before(self, event: Event) -> Dropped | None:
        """Return the first text that was dropped between the event before this one and its value."""
        if event.start_mark is None or event.end_mark is None:
            return None
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, NodeEvent) and event.anchor is not None:
            properties = _PROPERTIES.match(self._text, start, end)
            start = properties.end() if properties else start
        found = self._find_text(start) if self._text.find("#", self._at, start) >= 0 else None
        self._last = found or self._last
        self._at = max(self._at, end)
        self._note_event(event, start, end)
        return found

    def find_cause(self, error: MarkedYAMLError) -> Dropped | None:
        """Return the dropped text that explains a syntax error: it contained a bracket, or ended a text too early."""
        offset = error.problem_mark.index if error.problem_mark else 0
        found = self._find_text(offset, _COMMENT) or self._last
        if found is None:
            return None
        bracket = self._brackets[-1] if self._brackets else None
        if bracket is not None and found.offset > bracket and "flow" in str(error.context):
            return found
        return found if self._is_continued(found, offset) else None

    def _note_event(self, event: Event, start: int, end: int) -> None:
        match event:
            case ScalarEvent() | AliasEvent():
                self._value = start, end
                self._open_value = isinstance(event, ScalarEvent) and event.style not in ("'", '"')
            case CollectionStartEvent():
                self._brackets.append(start if event.flow_style else None)
            case CollectionEndEvent():
                self._brackets.pop()

    def _find_text(self, end: int, pattern: re.Pattern[str] = _TEXT) -> Dropped | None:
        """Return the first dropped text up to an offset. Only the first comment can follow the value."""
        follows_value = True
        for comment in _COMMENT.finditer(self._text, self._at, end):
            follows_value = follows_value and not self._text[self._value[1] : comment.start()].strip()
            text = pattern.match(self._text, comment.start(), comment.end())
            if text and self._is_dropped(text[0], text.start(), follows_value):
                return Dropped(text.start(), text[0], follows_value)
            follows_value = False
        return None

    def _is_dropped(self, comment: str, offset: int, follows_value: bool) -> bool:
        before = self._line_before(offset)
        if not before.strip():
            filled = self._open_value and self._value[0] < self._value[1]
            written = follows_value and filled and not _YAML_SWITCHED_OFF.match(comment)
            return written and len(before) > self._find_owner_column()
        if follows_value:
            return self._open_value
        return not before.rstrip().endswith(_CLOSING) and not before.startswith(_MARKERS)

    def _find_owner_column(self) -> int:
        """Return the column of the key or dash of the last value, from 0. Its text is indented further."""
        before = self._line_before(self._value[0])
        column = _indentation_of(before)
        if column < len(before):
            return column
        return before.rindex("-") if "-" in before else len(before) - 1

    def _is_continued(self, dropped: Dropped, offset: int) -> bool:
        """Return whether an error is on the next line with text, which continues the value or a key cut in two."""
        between = self._text[dropped.offset + len(dropped.text) : offset].strip("\n")
        before = self._line_before(dropped.offset)
        column = _indentation_of(before)
        has_key = bool(_KEY.search(before, column))
        if not has_key and "-" in before[:column]:
            column = before.rindex("-", 0, column)
        cut_key = bool(before.strip()) and not has_key and "- " not in before
        return "\n" not in between and (cut_key or len(between) - len(between.lstrip(" ")) > column)

    def _line_before(self, offset: int) -> str:
        return self._text[self._text.rfind("\n", 0, offset) + 1 : offset]


def _indentation_of(line: str) -> int:
    """Return the column at which a line's text begins, from 0, after dashes."""
    match = _INDENTATION.match(line)
    return match.end() if match else 0
