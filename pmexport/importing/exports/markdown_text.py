"""Markdown from text: plain text stays text, and runs, lists and tables become what they were."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from pmexport.importing.markdown.cell_markdown import fence_code
from pmexport.importing.markdown.inline_text import ADDRESS, escape_inline, escape_start

_MARKS = (("code", "", ""), ("strike", "~~", "del"), ("em", "*", "em"), ("strong", "**", "strong"))
"""The marks of text, the innermost first, as Markdown and as HTML elements."""
_ELEMENTS = ("sub", "sup")
BREAK = "\n"
"""The text of a run that is a line break."""


@dataclass(frozen=True, slots=True)
class Run:
    """Text with the same marks."""

    text: str
    marks: frozenset[str] = frozenset()
    """Of code, strike, em, strong, sub and sup."""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Converted:
    """A text as Markdown, and what could not be carried over, each in a few words."""

    markdown: str
    lost: tuple[str, ...] = ()

    @property
    def remark(self) -> str:
        """What could not be carried over, as a sentence; empty if everything was."""
        return f"Not carried over: {'; '.join(self.lost)}." if self.lost else ""


# ---- plain text


def escape_plain(text: str) -> str:
    """Return a plain text of one or many lines as Markdown that shows the same: lines stay lines, marks stay marks."""
    paragraphs = re.split(r"\n(?:[ \t]*\n)+", text.replace("\r\n", "\n").strip())
    return "\n\n".join(_escape_lines(paragraph.split("\n")) for paragraph in paragraphs)


def _escape_lines(lines: Sequence[str]) -> str:
    escaped = [escape_start(escape_inline(line.strip(), cell=len(lines) > 1)) for line in lines]
    return "\\\n".join(escaped)


# ---- text with marks


def write_runs(runs: Iterable[Run], *, cell: bool = False) -> str:
    """Return runs as Markdown. cell: for one line, such as that of a table or a heading."""
    merged = list(_merge_runs(runs))
    parts = []
    for number, run in enumerate(merged):
        before = merged[number - 1].text[-1:] if number else ""
        after = merged[number + 1].text[:1] if number + 1 < len(merged) else ""
        parts.append(_write_run(run, before, after, cell=cell))
    text = "".join(parts).strip()
    return text if cell else "\n".join(escape_start(line.lstrip()) for line in text.split("\n")).removesuffix("\\")


def _merge_runs(runs: Iterable[Run]) -> Iterator[Run]:
    for (marks, href, is_break), group in groupby(runs, key=lambda run: (run.marks, run.href, run.text == BREAK)):
        texts = [run.text for run in group]
        if is_break:
            yield from (Run(BREAK) for _ in texts)
        elif joined := re.sub(r"\s+", " ", "".join(texts)):
            yield Run(joined, marks, href)


def _write_run(run: Run, before: str, after: str, *, cell: bool) -> str:
    if run.text == BREAK:
        return "<br>" if cell else "\\\n"
    core = run.text.strip()
    if not core:
        return run.text
    start, end = run.text[: len(run.text) - len(run.text.lstrip())], run.text[len(run.text.rstrip()) :]
    written = _write_code(core, cell=cell) if "code" in run.marks else escape_inline(core, cell=cell)
    for mark, sign, element in _MARKS[1:]:
        if mark in run.marks:
            safe = _is_flanking(start or before, core[0]) and _is_flanking(end or after, core[-1])
            written = f"{sign}{written}{sign}" if safe else f"<{element}>{written}</{element}>"
    for element in _ELEMENTS:
        if element in run.marks:
            written = f"<{element}>{written}</{element}>"
    return f"{start}{_write_link(written, core, run.href)}{end}"


def _is_flanking(outside: str, inside: str) -> bool:
    """Return whether a mark between two characters is read as one (CommonMark 0.31, 6.2)."""
    return inside.isalnum() or not outside.strip()


def _write_link(written: str, text: str, href: str) -> str:
    if not href:
        return written
    target = re.sub(r"[\s<>()\\|]", lambda found: f"%{ord(found[0]):02X}", href)
    return href if text == href and ADDRESS.fullmatch(href) else f"[{written}]({target})"


def _write_code(text: str, *, cell: bool) -> str:
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    inner = f" {text} " if text.startswith("`") or text.endswith("`") else text
    return f"{fence}{inner.replace('|', chr(92) + '|') if cell else inner}{fence}"


# ---- blocks


def write_fence(text: str, language: str = "") -> str:
    """Return code as a fenced block."""
    name = language if re.fullmatch(r"[\w+#.-]+", language) else ""
    return fence_code(text.rstrip("\n"), name)


def write_list(items: Iterable[str], start: int | None = None) -> str:
    """Return items as a list. start: the first number. Default: bullets."""
    markers = (f"{start + number}." if start is not None else "-" for number in range(10**9))
    return "\n".join(_hang(marker, item) for marker, item in zip(markers, items, strict=False))


def join_item(blocks: Iterable[str]) -> str:
    """Return the blocks of a list item as its text. A list that may end a paragraph follows the line above it."""
    text = ""
    for block in filter(None, blocks):
        between = "\n" if block.startswith(("- ", "1. ")) else "\n\n"
        text = f"{text}{between}{block}" if text else block
    return text


def _hang(marker: str, text: str) -> str:
    indent = " " * (len(marker) + 1)
    lines = (f"{indent}{line}" if line and number else line for number, line in enumerate(text.split("\n")))
    return f"{marker} " + "\n".join(lines)


def write_quote(text: str) -> str:
    """Return a text as a quotation."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def write_table(rows: Sequence[Sequence[str]], *, headed: bool) -> str:
    """Return rows of cells, each on one line, as a table. headed: whether the first row is its header."""
    width = max(map(len, rows), default=0)
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    head, *rest = padded if headed else [[""] * width, *padded]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * width, *rest)) if width else ""
