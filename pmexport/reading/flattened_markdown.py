"""Markdown that YAML has flattened: it joins the lines of folded, plain and quoted text, even of lists and tables."""

import re
from collections import deque
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

MARKDOWN_FLATTENED = "PM027"
"""The rule that reports it."""
BEGIN_BLOCK = "write | after the colon or dash, and indent the text on the lines below."

_BLOCKS = (
    ("a code block", re.compile(r"(?:```|~~~)")),
    ("a heading", re.compile(r"#{1,6}[ \t]+\S")),
    ("a table", re.compile(r"\|.*\||\|?[ \t]*:?-{2,}:?[ \t]*\|")),
    ("a horizontal rule", re.compile(r"(?:-[ \t]*){3,}$|(?:\*[ \t]*){3,}$|={3,}[ \t]*$")),
    ("a footnote", re.compile(r"\[\^[^\]\n]+\]:")),
    ("a link's URL", re.compile(r"\[[^\]\n]+\]:[ \t]*\S")),
    ("a list", re.compile(r"(?:[-*+]|\d{1,9}[.)])[ \t]+\S")),
    ("a block quote", re.compile(r">[ \t]*\S")),
)
"""How the blocks begin whose lines must stay apart (GitHub Flavored Markdown)."""
_WHOLE_LINES = ("a code block", "a heading", "a table", "a horizontal rule", "a link's URL")
"""Blocks that prose rarely resembles, and whose first line must not be joined with the next one."""
_ENDS = (".", ":", "!", "?")
"""The ends of a line after which a dash or a number begins a list. Elsewhere it may belong to the sentence."""
_HARD_BREAK = re.compile(r"\S(?:[ ]{2,}|\\)$")
_HEADER = re.compile(r">[-+0-9]*[ \t]*(?:#[^\n]*)?\n")


class Flattened(NamedTuple):
    """The Markdown of a text whose lines were joined."""

    offset: int
    """Where the first of it begins in the scalar as written."""
    kinds: tuple[str, ...]
    """What is lost, in the order of the text."""
    style: str
    """The scalar's style: `>`, a quote, or nothing for a plain scalar."""

    def describe(self) -> tuple[str, str]:
        """Return the message and the help."""
        lost = " and ".join(filter(None, [", ".join(self.kinds[:-1]), self.kinds[-1]]))
        verb = "is" if len(self.kinds) == 1 else "are"
        begin = "write | instead of >." if self.style == ">" else BEGIN_BLOCK
        unquote = "remove the quotes, " if self.style in ("'", '"') else ""
        return f"YAML joins the lines of this text, so {lost} {verb} lost.", f"To keep the lines, {unquote}{begin}"


class _Line(NamedTuple):
    text: str
    """Without indentation."""
    offset: int
    kind: str = ""
    """The block that it begins, if any."""


def find_flattened(written: str, style: str, value: str) -> Flattened | None:
    """Return the Markdown that a text has lost; None if it has lost none.

    written: the scalar as it is in the file. style: `>`, a quote, or nothing for a plain scalar. value: what YAML read.
    """
    lines = list(_split_lines(written, style))
    found = sorted([*_find_blocks(lines, style, value), *_find_paragraphs(lines, value)])
    return Flattened(found[0][0], tuple(dict.fromkeys(kind for _, kind in found)), style) if found else None


def find_joined(written: str, style: str, value: str) -> Flattened | None:
    """Return the second line of a text if there are fewer lines in the value; None if there are not."""
    lines = [line for line in _split_lines(written, style) if line.text]
    kept = sum(bool(line.strip()) for line in value.split("\n"))
    return Flattened(lines[1].offset, ("every line break",), style) if len(lines) > max(1, kept) else None


def _find_blocks(lines: list[_Line], style: str, value: str) -> Iterator[tuple[int, str]]:
    """Yield the blocks and line breaks that are lost, each with its offset."""
    starts = _align_lines(lines, style, value)
    for (before, line, after), start in zip(_list_neighbours(lines), starts, strict=True):
        if line.kind and _begins_block(before, line, after) and not _is_kept(line, style, start):
            yield line.offset, line.kind
        hard = after.text and style != '"' and _HARD_BREAK.search(line.text)
        if hard and start != line.text.strip():
            yield line.offset, "a line break"


def _align_lines(lines: list[_Line], style: str, value: str) -> Iterator[str]:
    """Yield for each line the value's line that it begins; nothing if it continues one."""
    ahead = deque(line.strip() for line in value.split("\n") if line.strip())
    current, end = "", 0
    for line in lines:
        text = _read_escapes(line.text, style)
        start = ""
        if text and current.startswith(text, end):
            end += len(text) + 1
        elif text and ahead and ahead[0].startswith(text):
            start = current = ahead.popleft()
            end = len(text) + 1
        yield start


def _read_escapes(text: str, style: str) -> str:
    """Return what YAML reads in a line of a scalar, up to its first escape in double quotes."""
    if style == '"':
        text = text.partition("\\")[0]
    return (text.replace("''", "'") if style == "'" else text).strip()


def _split_lines(written: str, style: str) -> Iterator[_Line]:
    """Yield the lines of a scalar's text as they are in the file."""
    header = _HEADER.match(written) if style == ">" else None
    start = header.end() if header else len(style)
    end = len(written) if style == ">" else len(written) - len(style)
    return _read_lines(written[start:end], start)


def _read_lines(text: str, at: int = 0) -> Iterator[_Line]:
    for line in text.split("\n"):
        bare = line.lstrip(" \t")
        kind = next((kind for kind, begin in _BLOCKS if begin.match(bare)), "")
        yield _Line(bare, at + len(line) - len(bare), kind)
        at += len(line) + 1


def _list_neighbours(lines: list[_Line]) -> Iterator[tuple[_Line, _Line, _Line]]:
    """Yield each line between the one before it and the one after it."""
    edge = _Line("", 0)
    yield from zip([edge, *lines], lines, [*lines[1:], edge], strict=False)


def _begins_block(before: _Line, line: _Line, after: _Line) -> bool:
    """Return whether a line that looks like the beginning of a block is one."""
    if line.kind in _WHOLE_LINES or _is_alike(line, before) or _is_alike(line, after):
        return True
    return not before.text or before.text.rstrip().endswith(_ENDS)


def _is_alike(line: _Line, other: _Line) -> bool:
    """Return whether two lines begin with the same sign, or both with a number."""
    signs = line.text[:1], other.text[:1]
    return bool(line.kind) and line.kind == other.kind and (signs[0] == signs[1] or "".join(signs).isdigit())


def _is_kept(line: _Line, style: str, start: str) -> bool:
    """Return whether a line still begins one of the value, alone if it must. start: that line, if there is one."""
    whole = line.kind in _WHOLE_LINES and not (style == '"' and "\\" in line.text)
    return bool(start) and (not whole or start == _read_escapes(line.text, style))


def _find_paragraphs(lines: list[_Line], value: str) -> Iterator[tuple[int, str]]:
    """Yield the first paragraph break if there are fewer in the value. A list needs none before it."""
    starts = _list_paragraphs(lines)
    if len(starts) > len(_list_paragraphs(list(_read_lines(value)))):
        yield starts[-1], "a paragraph break"


def _list_paragraphs(lines: list[_Line]) -> list[int]:
    """Return the offsets of the lines after blank ones that begin no other block."""
    return [line.offset for before, line in pairwise(lines) if line.text and not before.text and not line.kind]
