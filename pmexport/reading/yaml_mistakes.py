"""PyYAML's errors in words for authors: what was found, what was expected, and what to do."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

import yaml

from pmexport.limits import Limits
from pmexport.problems import Problem
from pmexport.reading.flattened_markdown import BEGIN_BLOCK
from pmexport.reading.found_values import character_at, character_name
from pmexport.reading.parsed_tree import REMOVE_FENCE, depth_message
from pmexport.reading.source_text import SourceText
from pmexport.reading.suggestions import is_any_key
from pmexport.reading.typing_slips import BEGIN_ITEMS, OWN_QUOTES, Slip, find_marker, find_slip

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 1000
"""The nesting of brackets that PyYAML's C library allows, from 6.0.4 on. It looks ahead, beyond our own limit."""

_UNPRINTABLE = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def find_unprintable(source: SourceText) -> Iterator[Problem]:
    """Yield a problem for each kind of character that YAML does not allow, at its first place."""
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
    """Matches three lines: the line up to the error, the rest of it, and PyYAML's context and problem."""
    message: str
    help: str = ""
    """What to do. `{box}` stands for the checkbox that the author wrote, `{line}` for the line of a bracket."""
    at: Literal["here", "beginning", "line"] = "here"
    """Where to report it: at the error, at the beginning of the part with the error, or where its line begins."""


_USE_QUOTES = "Put the whole value in quotes."
_COMMA = "If it ends a key, put a comma before that key. Otherwise, put the whole value in quotes."
_BRACKETS = "A value that begins with [ or { must be quoted."
_INSIDE = "A value that contains [, ], { or } must be quoted here."
_ALIGN = "All keys of a mapping must start in the same column, and so must all dashes of a list."
_TEXT_OR_KEY = f"If this is text, {BEGIN_BLOCK} If it is a key, align it with the keys above."
_GOES_ON = "If it continues the previous value, indent it."
_NEXT_LINE = "Start the value on the next line, or quote it."
_CLOSE = (
    "Add the same quote at the end of the value. If it is part of the text, put the other kind around the whole value."
)
_CLOSE_EARLIER = "Close it where its text ends. If the text contains quotes, put the other kind around it."
_END = "Quote the value, or close the bracket."
_CLOSE_ITEM = "Add the missing bracket at the end of line {line}."
_UNCLOSED = "found {here}, expected a comma, or a bracket to close the one opened on line {line}."
_CHECKBOX = 'Quote the whole item: "{box} …".'
_MISFIT = r"\n.*\n.*(expected key|block end|'-' indicator)"
_MAPPING = r"\n.*\n.*mapping values"
_COLON = "found a colon followed by a space in a value."
_INDENTATION = "this line's indentation does not match the lines above."
_AFTER_QUOTE = "found more text after the closing quote."
_AFTER_BRACKET = "found more text after the closing bracket."
_MISTAKES = (
    _Mistake(r"^.*\n\t", "found a tab.", "Indent with spaces."),
    _Mistake(r"quoted scalar: .*unexpected", "found a quote that is never closed.", _CLOSE, at="beginning"),
    _Mistake(r"quoted scalar: ", "found an invalid YAML escape.", r"In single quotes, a \ needs no escape."),
    _Mistake(r"^ *\*\n ", "found *, which does not begin a list item.", BEGIN_ITEMS, at="beginning"),
    _Mistake(r"an (alias|anchor): ", "found {here}, which cannot begin a value.", _USE_QUOTES, at="beginning"),
    _Mistake(r"a tag: ", "found {here}, which cannot begin a value.", _USE_QUOTES, at="beginning"),
    _Mistake(r"block scalar: ", "found text after {here}.", _NEXT_LINE, at="beginning"),
    _Mistake(r"^\n```.*\n.*cannot start any", "found a fence of Markdown.", REMOVE_FENCE),
    _Mistake(r"cannot start any|node content|mapping keys", "found {here}, which cannot begin a value.", _USE_QUOTES),
    _Mistake(rf"^.*[:-] +[\u201c\u201d\u201e\u2018\u2019\u201a\u00ab].*{_MAPPING}", _COLON, OWN_QUOTES),
    _Mistake(rf"^.*[:-] .*{_MAPPING}", _COLON, _USE_QUOTES),
    _Mistake(rf"^ *\w+{_MAPPING}.* known$", _INDENTATION, _ALIGN, at="line"),
    _Mistake(rf"^.*{_MAPPING}", "found a colon followed by a space in multi-line text.", _TEXT_OR_KEY),
    _Mistake(r"find expected ':'", "this line has no `key:`.", _GOES_ON, at="beginning"),
    _Mistake(r"sequence entries", "a list cannot start on the same line as its key.", _NEXT_LINE),
    _Mistake(r"^.*: [^\[\]{}\n,]*\n: .*\n.*expected ',' or.* key$", _COLON, _COMMA),
    _Mistake(r"^.*: [^\[\]{}\n,]*\n: .*\n.*expected ',' or", _COLON, _USE_QUOTES),
    _Mistake(r"\n:.*\n.*expected ',' or", "found a colon inside the bracket opened on line {line}.", _END),
    _Mistake(r"^ *(- +)+\n[\[{].*\n.*expected ',' or", _UNCLOSED, _CLOSE_ITEM),
    _Mistake(r"\n[\[\]{}].*\n.*expected ',' or", _UNCLOSED, _INSIDE),
    _Mistake(r"^\n\n.*expected ',' or", _UNCLOSED, "Add the missing bracket."),
    _Mistake(r"expected ',' or", _UNCLOSED, _BRACKETS),
    _Mistake(r"^ *\n[\]}].*\n.*(expected key|block end)", "found {here}, which closes nothing.", "Remove it."),
    _Mistake(rf'^.*" *{_MISFIT}', _AFTER_QUOTE, "Put single quotes around the whole value."),
    _Mistake(rf"^.*' *{_MISFIT}", _AFTER_QUOTE, "Put double quotes around the whole value."),
    _Mistake(rf"^ *(- +)+\[[ xX]?\] *{_MISFIT}", _AFTER_BRACKET, _CHECKBOX),
    _Mistake(rf"^.*[\]}}] *{_MISFIT}", _AFTER_BRACKET, _BRACKETS),
    _Mistake(_MISFIT, _INDENTATION, _ALIGN, at="line"),
)  # fmt: skip
_BOX = re.compile(r"\[[ xX]?\]")
_CONFLICT = re.compile(r"<{7} |={7}\n|>{7} ")
_CUT = 200
"""Characters before and after an error that are examined."""


def explain_error(error: yaml.MarkedYAMLError, source: SourceText, limits: Limits) -> Problem:
    """Return the problem for an error of PyYAML."""
    here = error.problem_mark.index if error.problem_mark else 0
    beginning = error.context_mark.index if error.context_mark else here
    if "nesting depth" in str(error.problem):
        return source.problem(*depth_message(min(limits.depth, _DEEPEST)), offset=here)
    conflict = _find_conflict(source.text, here, beginning)
    if conflict is not None:
        return source.problem("found a merge conflict.", "Keep one version and remove the markers.", offset=conflict)
    slip = _find_open_quote(source, here) or _find_slip(error, source.text, here, beginning)
    if slip:
        offset, message, help_ = slip
        return source.problem(message, help_, offset=offset)
    return _name_mistake(error, source, here, beginning)


def _name_mistake(error: yaml.MarkedYAMLError, source: SourceText, here: int, beginning: int) -> Problem:
    before = source.text[max(0, here - _CUT) : here].rpartition("\n")[2]
    rest = source.text[here : here + _CUT].partition("\n")[0]
    known = " known" if is_any_key(before) else " key" if is_any_key(before.rpartition(" ")[2]) else ""
    described = f"{before}\n{rest}\n{error.context}: {error.problem}{known}"
    for mistake in _MISTAKES:
        if re.search(mistake.pattern, described):
            line = here - len(before.lstrip(" "))
            offset = {"here": here, "beginning": beginning, "line": line}[mistake.at]
            words = {"here": character_at(source.text, offset), "line": source.position(beginning)[0]}
            help_ = mistake.help.replace("{box}", "".join(_BOX.findall(before))).replace("{line}", str(words["line"]))
            return source.problem(mistake.message.format_map(words), help_, offset=offset)
    return source.problem(f"{error.problem}.", offset=here)


def _find_conflict(text: str, *offsets: int) -> int | None:
    starts = (text.rfind("\n", 0, offset) + 1 for offset in offsets)
    return next((start for start in starts if _CONFLICT.match(text, start)), None)


def _find_open_quote(source: SourceText, here: int) -> Slip | None:
    """Return the quote that begins on an earlier line than that of the error, and ends on that line."""
    start = source.text.rfind("\n", 0, here) + 1
    opened = None
    try:
        for token in yaml.scan(source.text, Loader=_LOADER):
            if isinstance(token, yaml.ScalarToken) and token.style in ("'", '"'):
                begin, end = token.start_mark.index, token.end_mark.index
                opened = begin if begin < start < end <= here else opened
    except yaml.YAMLError:
        pass
    if opened is None:
        return None
    return opened, f"found a quote that is closed only on line {source.position(here)[0]}.", _CLOSE_EARLIER


def _find_slip(error: yaml.MarkedYAMLError, text: str, here: int, beginning: int) -> Slip | None:
    """Return the slip that caused an error: in its line, where its part begins, or in the line above."""
    if "quoted scalar" in str(error.context):
        return None
    above = _find_line_above(text, here) if re.search("mapping values|expected ':'", str(error.problem)) else here
    slips = (find(text, offset) for find in (find_slip, find_marker) for offset in (here, beginning, above))
    return next(filter(None, slips), None)


def _find_line_above(text: str, offset: int) -> int:
    """Return where the line above begins if it is not indented further than the line of an offset; else the offset."""
    start = text.rfind("\n", 0, offset) + 1
    above = text.rfind("\n", 0, max(0, start - 1)) + 1
    return above if _indent_of(text, above) <= _indent_of(text, start) else offset


def _indent_of(text: str, start: int) -> int:
    return len(text[start : start + _CUT]) - len(text[start : start + _CUT].lstrip(" "))
