"""Read TOML 1.0. Floats keep the author's characters."""

import re
import tomllib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import cache

from pmexport.errors import InputError
from pmexport.limits import Limits
from pmexport.problems import Problem
from pmexport.reading.found_values import character_at
from pmexport.reading.mapping_reader import parse_value
from pmexport.reading.parsed_tree import REMOVE_FENCE, REPETITION, Extent, Parsed, depth_message
from pmexport.reading.paths import Path
from pmexport.reading.source_text import SourceText, report_problems
from pmexport.reading.typing_slips import SMART_QUOTES, STRAIGHT_QUOTES, TEXT_AFTER_HASH, describe_dropped

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*+)*+")
_STEP = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
_KEY = re.compile(rf"[ \t]*+({_STEP})[ \t]*+")
_SCALAR = re.compile(
    r'''"""(?:[^"\\]|\\.|"(?!""))*+"{3,5}|\'\'\'(?:[^']|'(?!\'\'))*+'{3,5}'''
    r"""|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+'|[^\s"'\[\]{},=#][^"'\[\]{},=#\n]*+""",
    re.DOTALL,
)
_DROPPED = re.compile(r"\[[ \t]*#(?=[^\s#])")
_ERROR = re.compile(r"(?P<problem>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL)
_MISTAKES = (
    ("Expected '='", "found {here}, expected = after the key.", ""),
    ("Invalid value at end", "found {here}, expected a value or the bracket that closes a list.", ""),
    ("Invalid value", "found {here}, expected a value.", "Put the whole value in double quotes."),
    ("Expected newline", "found {here} after a value, expected the end of the line.", "Put several values in [ ]."),
    ("Illegal character '.n'|Unterminated", "found {here} in a string, expected its closing quote.", ""),
    (
        "Unescaped|Invalid hex|Escaped",
        "found an invalid TOML escape.",
        r"In single quotes, a \ needs no escape.",
    ),
    ("Invalid statement|Invalid initial", "found {here}, which cannot begin a key.", "Put the key in double quotes."),
    ("Found invalid|Illegal character", "found {here}, which TOML does not allow here.", ""),
    ("Cannot (overwrite|declare|mutate)", "found a key or table that already exists.", REPETITION),
)


def parse_toml(source: SourceText, limits: Limits) -> Parsed:
    """Return the content of a TOML text.

    Raises InputError for the first syntax error, for keys that occur twice, and when a limit is exceeded.
    """
    scan = cache(lambda: _KeyScanner(source, limits))
    if re.search(rf"(?<![\w-])(?:{_STEP}[ \t]*+\.[ \t]*+){{{limits.depth}}}", source.text):
        scan()  # tomllib's memory grows with the square of a dotted key: the scanner raises if it is one
    try:
        value = tomllib.loads(source.text, parse_float=str)
    except tomllib.TOMLDecodeError as error:
        problems = scan().repeated or [scan().explain_dropped() or _explain_syntax(error, source)]
        raise report_problems(problems, source.file) from None
    except (ValueError, RecursionError):  # an integer of thousands of digits, or a raised limit of depth
        scan()
        message = "a number is too long, or lists are nested too deeply."
        raise report_problems([source.problem(message, offset=0)], source.file) from None

    def find_start(path: Path) -> int | None:
        return scan().root.find(path)[0].start

    parsed = parse_value(value, limits, source, find_start) if value else Parsed(None, source, lambda: Extent(0))
    remarks = scan().dropped if _DROPPED.search(source.text) else ()
    return replace(parsed, locate=lambda: scan().root, remarks=tuple(remarks))


def _explain_syntax(error: tomllib.TOMLDecodeError, source: SourceText) -> Problem:
    match = _ERROR.fullmatch(str(error))
    if match is None:
        return source.problem(f"{error}.")
    offset = source.offset(int(match["line"]), int(match["column"])) if match["line"] else len(source.text)
    problem = match["problem"] if match["line"] else f"{match['problem']} at end"
    other_help = _explain_character(source.text, offset)
    for pattern, message, help_ in _MISTAKES:
        if re.match(pattern, problem):
            words = message.replace("{here}", character_at(source.text, offset))
            return source.problem(words, other_help or help_, offset=offset)
    return source.problem(f"{match['problem']}.", offset=offset)


def _explain_character(text: str, offset: int) -> str:
    """Return what to do about a character that is a mistake by itself; empty if it is not."""
    if text[offset : offset + 1] in SMART_QUOTES:
        return STRAIGHT_QUOTES
    return REMOVE_FENCE if text.startswith("```", offset) else ""


class _ConfusedError(Exception):
    """The next part is not TOML."""


_Key = list[tuple[str, int]]
"""The steps of a dotted key, each with its offset."""


class _KeyScanner:
    """Finds the keys and values of a text, as far as it is TOML, when a problem must be reported."""

    def __init__(self, source: SourceText, limits: Limits) -> None:
        self.root = Extent(0, inside={})
        self.repeated: list[Problem] = []
        """The keys and tables that occur a second time."""
        self.dropped: list[Problem] = []
        """Texts right after an opening bracket that TOML takes for a comment: `[#ops, #web]`."""
        self._unclosed: Problem | None = None
        """Such a text in a list that has not ended yet."""
        self._source = source
        self._text = source.text
        self._depth = limits.depth
        self._tables: set[int] = set()
        self._at = 0
        with suppress(_ConfusedError):
            self._scan_statements()

    def explain_dropped(self) -> Problem | None:
        """Return the text that was taken for a comment and so kept a list from ending; None if there is none."""
        return self._unclosed

    def _scan_statements(self) -> None:
        table = self.root
        self._match_pattern(_BLANK)
        while self._at < len(self._text):
            if self._take_token("[["):
                table = self._scan_item(self._scan_key())
                self._require_token("]]")
            elif self._take_token("["):
                table = self._scan_table(self._scan_key())
                self._require_token("]")
            else:
                self._scan_pair(table, 1)
            self._match_pattern(_BLANK)

    def _scan_item(self, key: _Key) -> Extent:
        *outer, (name, start) = key
        items = _list_parts(_add_child(_enter_table(self.root, outer), name, start))
        items[len(items)] = Extent(start, inside={})
        return items[len(items) - 1]

    def _scan_table(self, key: _Key) -> Extent:
        table = _enter_table(self.root, key)
        if id(table) in self._tables:
            self._add_repeated(key[-1][1], table)
        self._tables.add(id(table))
        return table

    def _scan_pair(self, table: Extent, depth: int) -> None:
        *outer, (name, start) = self._scan_key()
        self._require_token("=")
        value = self._scan_value(start, depth)
        parts = _list_parts(_enter_table(table, outer))
        if name in parts:
            self._add_repeated(start, parts[name])
        parts.setdefault(name, value)

    def _add_repeated(self, start: int, first: Extent) -> None:
        message = f"this key is already set on line {self._source.position(first.key or 0)[0]}."
        self.repeated.append(self._source.problem(message, REPETITION, offset=start))

    def _scan_value(self, key: int | None, depth: int) -> Extent:
        self._match_pattern(_BLANK)
        self._check_depth(depth)
        extent = Extent(self._at, key)
        if self._take_token("["):
            extent.inside = {}
            outer, self._unclosed = self._unclosed, self._find_dropped() or self._unclosed
            self._scan_list("]", lambda: self._scan_element(extent, depth + 1))
            self._unclosed = outer
        elif self._take_token("{"):
            extent.inside = {}
            self._scan_list("}", lambda: self._scan_pair(extent, depth + 1))
        else:
            self._match_pattern(_SCALAR)
        return extent

    def _scan_element(self, array: Extent, depth: int) -> None:
        items = _list_parts(array)
        items[len(items)] = self._scan_value(None, depth)

    def _find_dropped(self) -> Problem | None:
        """Return the text that follows the bracket of a list and is taken for a comment, and record it."""
        match = _DROPPED.match(self._text, self._at - 1)
        if match is None:
            return None
        dropped = self._source.problem(*describe_dropped("TOML"), offset=match.end() - 1)
        self.dropped.append(replace(dropped, id=TEXT_AFTER_HASH))
        return dropped

    def _scan_list(self, end: str, scan_next: Callable[[], None]) -> None:
        self._match_pattern(_BLANK)
        while not self._take_token(end):
            scan_next()
            self._match_pattern(_BLANK)
            if not self._take_token(","):
                self._require_token(end)
                return
            self._match_pattern(_BLANK)

    def _scan_key(self) -> _Key:
        steps = []
        while True:
            match = self._match_pattern(_KEY)
            steps.append((_unquote_key(match[1]), match.start(1)))
            self._check_depth(len(steps))
            if not self._take_token("."):
                return steps

    def _check_depth(self, depth: int) -> None:
        if depth > self._depth:
            problem = self._source.problem(*depth_message(self._depth), offset=self._at)
            raise InputError([problem])

    def _take_token(self, token: str) -> bool:
        taken = self._text.startswith(token, self._at)
        self._at += len(token) if taken else 0
        return taken

    def _require_token(self, token: str) -> None:
        if not self._take_token(token):
            raise _ConfusedError

    def _match_pattern(self, pattern: re.Pattern[str]) -> re.Match[str]:
        match = pattern.match(self._text, self._at)
        if match is None:
            raise _ConfusedError
        self._at = match.end()
        return match


def _list_parts(extent: Extent) -> dict[str | int, Extent]:
    if extent.inside is None:
        raise _ConfusedError
    return extent.inside


def _add_child(extent: Extent, name: str, start: int) -> Extent:
    return _list_parts(extent).setdefault(name, Extent(start, start, {}))


def _enter_table(extent: Extent, key: _Key) -> Extent:
    """Return the table with this name; the last one if there are several."""
    for name, start in key:
        extent = _add_child(extent, name, start)
        items = _list_parts(extent)
        extent = items[len(items) - 1] if 0 in items else extent
    return extent


def _unquote_key(key: str) -> str:
    if not key.startswith(('"', "'")):
        return key
    try:
        return str(tomllib.loads(f"key = {key}")["key"])
    except tomllib.TOMLDecodeError:
        raise _ConfusedError from None
