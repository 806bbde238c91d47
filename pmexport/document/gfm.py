"""An extension for Python-Markdown: blocks begin and nest where GitHub lets them.

Python-Markdown wants four spaces for each level of a list and an empty line before every block; authors write as on
GitHub, where the text of an item sets its level and a list, a fence, a quote or a table may follow a paragraph at once
(CommonMark 0.31, sections 4 and 5; GFM 0.29, 4.10). So the lines are set out anew before they are parsed: indented and
parted, never changed. Fenced code is taken out here, where its indentation is known.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import SimpleTagInlineProcessor, SubstituteTagInlineProcessor
from markdown.preprocessors import Preprocessor

from pmexport.limits import LimitError, Limits

STEP = 4
"""The spaces that Python-Markdown takes for one level."""

_ITEM = re.compile(r"(?:[-+*]|(?P<number>\d{1,9})[.)])(?:[ ]{1,4}(?=[^ ])|[ ]+$|[ ](?=[ ]{4})|$)(?P<text>.*)")
_RULE = re.compile(r"([-*_])[ ]*(\1[ ]*){2,}$")
_FENCE = re.compile(r"(?P<mark>`{3,}(?=[^`]*$)|~{3,})[ ]*(?P<language>[^\s{]*)")
_DELIMITERS = re.compile(r"\|?[ ]*:?-+:?[ ]*(\|[ ]*:?-+:?[ ]*)*\|?[ ]*$")
_QUOTED = re.compile(r">[ ]?")
_MARK = re.compile(r"[\[*_`<~&\\]|  $|www\.|://")
_HEADING = re.compile(r"#{1,6}( |$)")
_NO_PARAGRAPH = re.compile(rf"(?:[-+*]|\d{{1,9}}[.)])(?: |$)|(?:[-*_] *){{3,}}$|`{{3}}|~{{3}}|{_HEADING.pattern}")


class GfmExtension(Extension):
    """Makes Python-Markdown read blocks as GitHub does, and take raw HTML as text.

    Conversion raises LimitError where a text nests deeper, or holds more marks between two empty lines, than is allowed.
    """

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self._limits = limits

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the library's name
        """Register what differs."""
        SaneListExtension().extendMarkdown(md)
        TableExtension(use_align_attribute=True).extendMarkdown(md)
        md.preprocessors.deregister("normalize_whitespace")  # it would rewrite the tabs and spaces of code
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        md.preprocessors.register(_Blocks(md, self._limits), "gfm_blocks", 25)
        md.inlinePatterns.register(SubstituteTagInlineProcessor(r"\\\n", "br"), "gfm_hard_break", 185)
        md.inlinePatterns.register(SimpleTagInlineProcessor(r"(~~)(?=\S)(.+?)(?<=\S)~~", "del"), "gfm_strike", 55)


class _Blocks(Preprocessor):
    def __init__(self, md: Markdown, limits: Limits) -> None:
        super().__init__(md)
        self._limits = limits

    def run(self, lines: list[str]) -> list[str]:
        out = _Layout(self.md, self._limits).run(lines)
        marks = 0
        for line in out:
            marks = marks + len(_MARK.findall(line)) if line else 0
            if marks > self._limits.markdown_marks:
                raise LimitError("markdown_marks", self._limits)
        return out


class _Layout:
    """The lines set out so far, and what is open at their end."""

    def __init__(self, md: Any, limits: Limits, depth: int = 0) -> None:
        self.md = md
        self.limits = limits
        self.depth = depth  # the lists and quotes that these lines are inside of
        self.out: list[str] = []
        self.items: list[int] = []  # for each open list item, the column in which its text begins
        self.in_paragraph = False
        self.fence: re.Match[str] | None = None
        self.fence_column = 0
        self.code: list[str] = []
        self.quote: list[str] = []
        self.before = ""  # indentation and list marks of the line that opened the fence or the quote

    def run(self, lines: list[str]) -> list[str]:
        for line, following in zip(lines, [*lines[1:], ""], strict=True):
            self._add(line, following.strip(" "))
        if self.fence:
            self._end_code()
        self._part()
        return [*self.out, ""]

    def _add(self, line: str, following: str) -> None:
        line = line if self.fence else line.expandtabs(STEP)
        text = line.lstrip(" ")
        column = len(line) - len(text)
        if self.fence:
            self._add_code(line, text, column)
        elif self.quote and (text.startswith(">") or (text and not _NO_PARAGRAPH.match(text))):
            self.quote.append(text)
        elif text:
            self._add_text(text, column, following)
        else:
            self._part()

    def _add_text(self, text: str, column: int, following: str) -> None:
        marks = ""
        depth = sum(column >= start for start in self.items)
        while item := self._item(text, column - self._start(depth), depth):
            self._part()
            del self.items[depth:]
            text = item["text"]
            column += item.start("text") + (not text)
            self.items.append(column)
            self._check_depth()
            marks += f"{item['number']}.".ljust(STEP) if item["number"] else "-".ljust(STEP)
            depth += 1
        self._add_block(text, column - self._start(depth), depth, marks, following)

    def _start(self, depth: int) -> int:
        return self.items[depth - 1] if depth else 0

    def _item(self, text: str, indent: int, depth: int) -> re.Match[str] | None:
        """Return the list item that begins here. One may interrupt a paragraph if it has text and does not count on."""
        item = _ITEM.match(text)
        if item is None or indent >= STEP or _RULE.match(text):
            return None
        if self.in_paragraph and depth == len(self.items) and (not item["text"] or item["number"] not in (None, "1")):
            return None
        return item

    def _add_block(self, text: str, indent: int, depth: int, marks: str, following: str) -> None:
        fence = _FENCE.match(text) if indent < STEP else None
        table = "|" in text and "-" in following and _DELIMITERS.match(following)
        quote = text.startswith(">") and indent < STEP
        if fence or table or quote or _HEADING.match(text):
            self._part()
        if not self.in_paragraph:
            del self.items[depth:]
        before = " " * (STEP * len(self.items) - len(marks)) + marks
        if fence:
            self.fence, self.before, self.fence_column = fence, before, self._start(depth) + max(indent, 0)
        elif quote:
            self.quote, self.before = [text], before
        elif indent >= STEP and not self.in_paragraph:
            self.out.append(before + " " * indent + text)
        else:
            self.out.append(before + text)
            self.in_paragraph = not _HEADING.match(text)

    def _add_code(self, line: str, text: str, column: int) -> None:
        mark = self.fence["mark"] if self.fence else ""
        if text.startswith(mark) and not text.strip(mark[0] + " ") and column - self.fence_column < STEP:
            self._end_code()
        else:
            self.code.append(line[min(column, self.fence_column) :])

    def _end_code(self) -> None:
        language = self.fence["language"] if self.fence else ""
        attribute = f' class="language-{escape(language)}"' if language else ""
        code = f"<pre><code{attribute}>{escape(chr(10).join(self.code))}</code></pre>"
        self.out.append(self.before + self.md.htmlStash.store(code))
        self.fence, self.code = None, []
        self._part()

    def _end_quote(self) -> None:
        self._check_depth()
        lines = [_QUOTED.sub("", line, count=1) for line in self.quote]
        self.quote = []
        for line in _Layout(self.md, self.limits, self.depth + len(self.items) + 1).run(lines):
            self.out.append(f"{self.before}> {line}")
            self.before = " " * len(self.before)

    def _check_depth(self) -> None:
        if self.depth + len(self.items) >= self.limits.markdown_depth:
            raise LimitError("markdown_depth", self.limits)

    def _part(self) -> None:
        if self.quote:
            self._end_quote()
        if self.out and self.out[-1]:
            self.out.append("")
        self.in_paragraph = False
