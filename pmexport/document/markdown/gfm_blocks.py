"""An extension for Python-Markdown: blocks begin and nest as on GitHub.

Python-Markdown expects four spaces for each list level and an empty line before every block. On GitHub, the text of an
item sets its level, and a list, fence, quote or table may follow a paragraph directly (CommonMark 0.31, sections 4 and
5; GFM 0.29, 4.10). This extension rewrites the lines before they are parsed: it indents them, separates blocks, and
escapes what Python-Markdown would take for a block and GitHub does not. It also extracts code, because its indentation
is only known here.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any, Literal
from xml.etree.ElementTree import Element

from markdown import Markdown, inlinepatterns
from markdown.blockprocessors import HashHeaderProcessor
from markdown.extensions import Extension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension, TableProcessor
from markdown.preprocessors import Preprocessor
from markdown.util import STX, AtomicString

from pmexport.document.markdown.html_tags import BEGINS_BLOCK, find_end, mark_tags, stands_alone
from pmexport.document.markdown.links import ADDRESS, without_punctuation
from pmexport.document.markdown.references import NOTE, ends_definition, find_used, fold_label, match_definition
from pmexport.limits import LimitError, Limits

BlockKind = Literal["fence", "quote", "html", "code", "heading", "rule", "table", "paragraph"]
STEP = 4
"""The spaces of one level in Python-Markdown."""
_ITEM = re.compile(r"(?P<mark>[-+*]|[0-9]{1,9}[.)])(?:[ ]{1,4}(?=[^ ])|[ ]+$|[ ](?=[ ]{4})|$)(?P<text>.*)")
_RULE = re.compile(r"([-*_])[ ]*(\1[ ]*){2,}$")
_FENCE = re.compile(r"(?P<mark>`{3,}(?=[^`]*$)|~{3,})[ ]*(?P<language>[^\s{]*)")
_DELIMITERS = re.compile(r"\|?[ ]*:?-+:?[ ]*(\|[ ]*:?-+:?[ ]*)*(\|[ ]*)?$")
_OUTER_PIPES = re.compile(r"^[ ]*\||(?<!\\)\|[ ]*$")
_PIPE = re.compile(r"(?<!\\)\|")
_QUOTED = re.compile(r"^>[ ]?")
_MARK = re.compile(r"[\[*_`<~&\\]|  $|www\.|://")
_HEADING = re.compile(r"#{1,6}( |$)")
_MISREAD = re.compile(rf"(?:[-+*]|\d+\.)(?: |$)|>|{_RULE.pattern}")
_UNDERLINE = re.compile(r"(=+|-+)[ ]*$")
_NO_PARAGRAPH = re.compile(
    rf"(?:[-+*]|[0-9]{{1,9}}[.)])(?: |$)|{_RULE.pattern}|`{{3}}|~{{3}}|{_HEADING.pattern}|(?i:{BEGINS_BLOCK.pattern})"
)
_ESCAPED_SIGN = r"\\&(?=#?\w+;)|(?<=\w)\\:(?=//)|(?<=[wW]{3})\\\."
_AUTOLINK = r"<([A-Za-z][A-Za-z0-9+.-]*://[^<>|]*)>"  # Slack writes `|` between address and words
_STRIKE = r"(?<!~)(?:(?<!\w)|(?=~+\w))(~{1,2})(?![~\s])(.{1,5000}?)(?<![~\s])\1(?!~)(?:(?!\w)|(?<=\w~)|(?<=\w~~))"


@dataclass
class FieldState:
    """What the blocks of one field share."""

    md: Any
    limits: Limits
    used: frozenset[str]
    """The labels that the field refers to."""
    comment_ends: int
    """The lines ahead that may end a comment. A comment without an end is text."""
    defined: set[str] = field(default_factory=set)
    """The labels of its link definitions. A second definition is text."""
    notes: dict[str, list[str]] = field(default_factory=dict)
    """The lines of its footnotes, by their labels."""


class GfmExtension(Extension):
    """Makes Python-Markdown read blocks like GitHub, and mark HTML tags for the reader.

    A tag becomes a `span` that contains its text; a reference to a footnote a `sup` that contains its label; and an
    `aside` with the label as its title precedes the content of each footnote, at the end of the field.

    Conversion raises LimitError if a text exceeds a limit on nesting or markup.
    """

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self._limits = limits

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the library's name
        """Register the processors that differ."""
        SaneListExtension().extendMarkdown(md)
        TableExtension().extendMarkdown(md)
        md.parser.blockprocessors.register(_Table(md.parser, {"use_align_attribute": True}, self._limits), "table", 75)
        md.parser.blockprocessors.register(_Heading(md.parser), "hashheader", 70)
        md.parser.blockprocessors.deregister("setextheader")
        md.preprocessors.deregister("normalize_whitespace")  # it would change tabs and spaces in code
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        blocks = _BlockPreprocessor(md, self._limits)
        md.preprocessors.register(blocks, "gfm_blocks", 25)
        md.inlinePatterns.register(_CodeSpan(inlinepatterns.BACKTICK_RE), "backtick", 190)
        md.inlinePatterns.register(_HtmlTag("<", md), "gfm_html", 188)  # code comes first, then tags, then escapes
        md.inlinePatterns.register(_EscapedSign(_ESCAPED_SIGN, md), "gfm_escaped_sign", 187)
        md.inlinePatterns.register(_NoteReference(blocks), "gfm_note", 175)
        md.inlinePatterns.register(inlinepatterns.SubstituteTagInlineProcessor(r"\\\n", "br"), "gfm_hard_break", 185)
        md.inlinePatterns.register(inlinepatterns.SimpleTagInlineProcessor(_STRIKE, "del"), "gfm_strike", 55)
        md.inlinePatterns.register(inlinepatterns.AutolinkInlineProcessor(_AUTOLINK, md), "autolink", 120)
        md.inlinePatterns.register(_Address(ADDRESS.pattern, md), "gfm_address", 115)
        md.ESCAPED_CHARS = list(string.punctuation)
        md.inlinePatterns.register(_Reference(inlinepatterns.REFERENCE_RE, md), "reference", 170)
        md.inlinePatterns.register(_ImageReference(inlinepatterns.IMAGE_REFERENCE_RE, md), "image_reference", 140)


class _Reference(inlinepatterns.ReferenceInlineProcessor):
    """Allows no space before a link's label: `[1] [2]` are two links."""

    RE_LINK = re.compile(r"\[([^\]]*)\]")


class _ImageReference(inlinepatterns.ImageReferenceInlineProcessor):
    RE_LINK = _Reference.RE_LINK


class _Address(inlinepatterns.InlineProcessor):
    """Links a bare address that contains emphasis marks, before they are read as emphasis."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Any, int, int]:  # type: ignore[override] # noqa: N802
        address = without_punctuation(m.group())
        if not re.search(r"[*_~]", address) or data.startswith(STX, m.end()):  # its marks are already escaped
            return None, m.start(), m.end()
        element = Element("a", href=address if "://" in address else f"https://{address}")
        element.text = AtomicString(address)
        return element, m.start(), m.start() + len(address)


class _CodeSpan(inlinepatterns.BacktickInlineProcessor):
    """Keeps a space in code that is all there is between words: a`b `c. One at both ends only sets off backticks."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Any, Any, Any]:  # type: ignore[override] # noqa: N802
        element, start, end = super().handleMatch(m, data)
        if start is not None and end is not None and element is not None and not isinstance(element, str):
            written = data[start:end].strip("`")
            first, last = written[:1].isspace(), written[-1:].isspace()
            if first != last or not written.strip():
                lead = " " if first and not data[start - 1 : start].isspace() else ""
                trail = " " if last and not data[end : end + 1].isspace() else ""
                element.text = AtomicString(f"{lead}{element.text}{trail}")
        return element, start, end


class _HtmlTag(inlinepatterns.InlineProcessor):
    """Marks a tag or comment for the reader, before anything in it is read as Markdown."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Any, Any, Any]:  # type: ignore[override] # noqa: N802
        start = m.start()
        slashes = start - len(data[:start].rstrip("\\"))
        end = None if slashes % 2 or data.endswith("](", 0, start) else find_end(data, start)
        if end is None:
            return None, None, None
        element = Element("span")
        element.text = AtomicString(data[start:end])
        return element, start, end


class _EscapedSign(inlinepatterns.InlineProcessor):
    """Keeps an escaped sign apart from what follows it, so that it begins neither an entity nor an address."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Any, Any, Any]:  # type: ignore[override] # noqa: N802
        before = data[: m.start()]
        if (len(before) - len(before.rstrip("\\"))) % 2:
            return None, None, None
        element = Element("i")
        element.text = AtomicString(m.group()[1:])
        return element, m.start(), m.end()


class _NoteReference(inlinepatterns.InlineProcessor):
    """Marks a reference to a footnote of the field."""

    def __init__(self, blocks: _BlockPreprocessor) -> None:
        super().__init__(r"\[(\^[^\[\]\s]+)\](?!\()")
        self._blocks = blocks

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Any, Any, Any]:  # type: ignore[override] # noqa: N802, ARG002
        label = fold_label(m[1])
        if label not in self._blocks.notes:
            return None, None, None
        element = Element("sup")
        element.text = AtomicString(label)
        return element, m.start(), m.end()


class _Heading(HashHeaderProcessor):
    """Requires a space after a heading's marks, and before closing ones."""

    RE = re.compile(r"^(?P<level>#{1,6})(?=[ ]|$)(?P<header>.*?)(?:[ ]#+)?[ ]*$")


class _Table(TableProcessor):
    """Allows tables without rows, and rows with or without outer pipes.

    GitHub drops surplus cells of a row. Here they are joined to the last cell: usually a pipe was not escaped.
    """

    def __init__(self, parser: Any, config: dict[str, Any], limits: Limits) -> None:
        super().__init__(parser, config)
        self._limits = limits

    def run(self, parent: Any, blocks: list[str]) -> None:
        """Build the table. Short rows are filled up, so a few characters could otherwise make millions of cells."""
        if len(self.separator) * blocks[0].count("\n") > self._limits.markdown_cells:
            raise LimitError("markdown_cells", self._limits)
        super().run(parent, blocks)

    def test(self, parent: Any, block: str) -> bool:  # noqa: ARG002 - the library's signature
        head, delimiters = ([*block.split("\n", 2), "", ""])[:2]
        self.separator = self._split_row(delimiters.strip(" "))  # type: ignore[assignment] # the stubs say str
        return not _ITEM.match(head) and _is_table(head.strip(" "), delimiters)

    def _build_empty_row(self, parent: Any, align: Any) -> None: ...

    def _build_row(self, row: str, parent: Any, align: Any) -> None:
        cells = self._split_row(row)
        last = len(align) - 1
        if len(cells) > len(align):
            cells[last:] = [r" \| ".join(cell.strip(" ") for cell in cells[last:])]
        super()._build_row(f"| {' | '.join(cells)} |", parent, align)  # type: ignore[misc] # the stubs lack it

    def _split_row(self, row: str) -> list[str]:
        inside = self.RE_END_BORDER.sub("", row.removeprefix("|"))
        return self._split(inside)  # type: ignore[attr-defined,no-any-return] # the stubs lack it


class _BlockPreprocessor(Preprocessor):
    def __init__(self, md: Markdown, limits: Limits) -> None:
        super().__init__(md)
        self._limits = limits

        self.notes: dict[str, list[str]] = {}

    def run(self, lines: list[str]) -> list[str]:
        state = read_state(lines, self.md, self._limits)
        self.notes = state.notes
        out = [*LineLayout(state).run(lines), *self._put_notes()]
        self._check_marks(out)
        return out

    def _put_notes(self) -> Iterator[str]:
        """Yield the footnotes, each after a mark with its label."""
        for label, lines in self.notes.items():
            yield from (self.md.htmlStash.store(f'<aside title="{escape(label)}"></aside>'), "", *lines)

    def _check_marks(self, lines: list[str]) -> None:
        """Raise LimitError if there is too much markup between two empty lines."""
        marks = 0
        for line in lines:
            marks = marks + len(_MARK.findall(line)) if line else 0
            if marks > self._limits.markdown_marks:
                raise LimitError("markdown_marks", self._limits)


def read_state(lines: list[str], md: Any, limits: Limits) -> FieldState:
    """Return what the blocks of a field with these lines share."""
    return FieldState(md, limits, frozenset(find_used("\n".join(lines))), sum("-->" in line for line in lines))


class LineLayout:
    """The rewritten lines so far, and the blocks that are open at their end."""

    def __init__(self, state: FieldState, depth: int = 0) -> None:
        self.field = state
        self.depth = depth  # the number of lists and quotes around these lines
        self.out: list[str] = []
        self.items: list[tuple[int, str]] = []  # for each open list item: the column of its text, and its mark
        self.indent = 0  # of the open block, in levels
        self.marks = ""  # the marks of items that begin on its first line
        self.paragraph: list[str] = []
        self.is_table = False  # whether the paragraph is a table
        self.quote: LineLayout | None = None
        self.note: LineLayout | None = None
        self.note_label = ""
        self.note_column = 0
        self.html: list[str] = []
        self.code: list[str] = []
        self.code_column = 0
        self.fence: re.Match[str] | None = None
        self._check_depth()

    def run(self, lines: list[str]) -> list[str]:
        """Return these lines, rewritten."""
        for line, following in zip(lines, [*lines[1:], ""], strict=True):
            self.add(line, following)
            self.field.comment_ends -= "-->" in line
        return self.end()

    def end(self) -> list[str]:
        """Return all lines, rewritten."""
        self._end_blocks()
        return [*self.out, ""]

    def add(self, line: str, following: str) -> None:
        """Add a line. The following line decides whether a table begins."""
        line = self._expand_tabs(line)
        text = line.lstrip(" ")
        column = len(line) - len(text)
        if self._continue_block(line, text, column, following):
            return
        if text:
            self._add_text(text, column, following)
        else:
            self._end_blocks()

    def _expand_tabs(self, line: str) -> str:
        """Return a line with its leading tabs expanded; code keeps its tabs."""
        if (self.fence or self.code) and line.startswith(" " * self.code_column):
            return line
        text = line.lstrip(" \t")
        return line[: len(line) - len(text)].expandtabs(STEP) + text

    def _continue_block(self, line: str, text: str, column: int, following: str) -> bool:
        """Add a line to the open code, quote or table header; return whether it belongs there."""
        if self.note:
            return self._add_note_line(self.note, line, text, column, following)
        if self.html:
            return self._add_html(text, column)
        if self.fence:
            return self._add_fenced(line, text, column)
        if self.code:
            code = not text or column >= self.code_column
            self.code += [line[self.code_column :]] if code else []
            return code
        if self.quote and text:
            return self._add_quoted(text, column, following)
        if self.is_table and len(self.paragraph) == 1:
            self.paragraph.append(text)
            return True
        return False

    def _add_quoted(self, text: str, column: int, following: str) -> bool:
        """Add a line to the open quote if it is quoted or continues its last paragraph; return whether it was."""
        depth = self._item_depth(column)
        near = column - self._text_column(depth) < STEP
        if self.quote and text.startswith(">") and near and depth == len(self.items):
            self.quote.add(_strip_quote(text), _strip_quote(following))
            return True
        return self.inmost().continue_paragraph(text, near=near)

    def continue_paragraph(self, text: str, *, near: bool) -> bool:
        """Add a line from outside to the open paragraph if it continues it; return whether it does."""
        begins = text.startswith(">") or _NO_PARAGRAPH.match(text)
        if not self.paragraph or self.is_table or (begins and near):
            return False
        self.paragraph.append(_escape_mark(text) if begins or _UNDERLINE.match(text) else self.as_text(text))
        return True

    def inmost(self) -> LineLayout:
        """Return the innermost open quote or footnote, to which a line from outside would belong."""
        inside = self.quote or self.note
        return inside.inmost() if inside else self

    def _add_note_line(self, note: LineLayout, line: str, text: str, column: int, following: str) -> bool:
        """Add a line to the open footnote if it is empty, indented, or continues its last paragraph."""
        start = self.note_column
        if not text or column >= start:
            note.add(line[start:], following[start:] if not following[:start].strip(" ") else "")
            return True
        if not NOTE.match(text) and note.inmost().continue_paragraph(text, near=True):
            return True
        self._end_blocks()
        return False

    def begin_note(self, text: str, column: int) -> bool:
        """Open a footnote if a line begins one that the field refers to; return whether it does."""
        depth = self._item_depth(column)
        found = NOTE.match(text) if column - self._text_column(depth) < STEP else None
        label = fold_label(found["label"]) if found else ""
        if found is None or label not in self.field.used or label in self.field.defined:
            return False
        self._end_blocks()
        del self.items[depth:]
        self.field.defined.add(label)
        self.note, self.note_label = LineLayout(self.field, self.depth + depth + 1), label
        self.note_column = self._text_column(depth) + STEP
        self.note.add(text[found.end() :], "")
        return True

    def _add_html(self, text: str, column: int) -> bool:
        """Add a line to the open block of HTML; return whether it belongs there. A comment may have empty lines."""
        is_comment = self.html[0].startswith("<!--")
        if text and column < self._text_column(len(self.items)):  # the item that contains the block has ended
            self._end_blocks()
            return False
        if not text and not is_comment:
            return False
        self.html.append(text)
        if is_comment and "-->" in text:
            self._end_blocks()
        return True

    def _begins_html(self, text: str, *, in_paragraph: bool) -> bool:
        """Return whether a line begins a block of HTML: details, their summary, a comment that ends, or a tag alone."""
        if BEGINS_BLOCK.match(text):
            return not text.startswith("<!--") or self.field.comment_ends > 0
        return not in_paragraph and stands_alone(text)

    def _add_text(self, text: str, column: int, following: str) -> None:
        if self.begin_note(text, column):
            return
        marks: list[str] = []
        depth = self._item_depth(column)
        if column - self._text_column(depth) < STEP and not text.startswith(">"):
            text = (" " * column + text).expandtabs(STEP)[column:]
        while item := self._match_item(text, column - self._text_column(depth), depth):
            self._end_blocks()
            mark = item["mark"]
            if len(self.items) > depth and self.items[depth][1] != mark[-1]:
                self._separate_blocks(depth)
            del self.items[depth:]
            start = column + (item.start("text") if item["text"] else len(mark) + 1)
            self.items.append((start, mark[-1]))
            self._check_depth()
            marks.append((f"{mark[:-1]}. " if mark[:-1] else "- ").ljust(STEP))
            text = item["text"].lstrip(" ")
            column = start + len(item["text"]) - len(text)
            depth += 1
        self._add_block(text, column - self._text_column(depth), depth, marks, following)

    def _item_depth(self, column: int) -> int:
        return sum(column >= start for start, _ in self.items)

    def _text_column(self, depth: int) -> int:
        return self.items[depth - 1][0] if depth else 0

    def _match_item(self, text: str, indent: int, depth: int) -> re.Match[str] | None:
        """Return the list item that begins here. It may interrupt a paragraph if it has text and its number is 1."""
        item = _ITEM.match(text)
        if item is None or indent >= STEP or _RULE.match(text):
            return None
        counts_on = item["mark"][:-1] not in ("", "1")
        if any(self.paragraph) and not self.is_table and depth == len(self.items) and (not item["text"] or counts_on):
            return None
        return item

    def _add_block(self, text: str, indent: int, depth: int, marks: list[str], following: str) -> None:
        near = indent < STEP
        if near and self._underlines_heading(text, depth):
            self.make_heading(1 if text[0] == "=" else 2)
            return
        fence = _FENCE.match(text) if near else None
        heading, rule = near and _HEADING.match(text), near and _RULE.match(text)
        quote, table = near and text.startswith(">"), near and not self.is_table and _is_table(text, following)
        inside = depth == len(self.items)
        goes_on = self.paragraph and ((near and inside) if self.is_table else (inside or any(self.paragraph)))
        html = near and self._begins_html(text, in_paragraph=bool(goes_on))
        if goes_on and not (fence or heading or rule or quote or table or html):
            self.paragraph.append(self.as_text(text))
            return
        self._end_blocks()
        del self.items[depth:]
        self.indent, self.marks = depth - len(marks), "".join(marks)
        kinds: dict[BlockKind, object] = {
            "fence": fence, "quote": quote, "html": html, "code": not near, "heading": heading, "rule": rule,
            "table": table, "paragraph": True,
        }  # fmt: skip
        self.begin_block(next(kind for kind, begins in kinds.items() if begins), text, indent, depth, following)

    def begin_block(self, kind: BlockKind, text: str, indent: int, depth: int, following: str) -> None:
        """Open the block that begins with this text, in the items that are open."""
        match kind:
            case "fence":
                self.fence, self.code_column = _FENCE.match(text), self._text_column(depth) + indent
            case "quote":
                self.quote = LineLayout(self.field, self.depth + depth + 1)
                self.quote.add(_strip_quote(text), _strip_quote(following))
            case "html":
                self.html = [text]
            case "code":
                self.code, self.code_column = [" " * (indent - STEP) + text], self._text_column(depth) + STEP
            case _:
                self.paragraph = ["***" if kind == "rule" else self.as_text(text)]
                self.is_table = kind == "table"
        if kind in ("heading", "rule") or (kind == "html" and text.startswith("<!--") and "-->" in text):
            self._end_blocks()

    def make_heading(self, level: int) -> None:
        """Make the open paragraph a heading: it is underlined."""
        words = " ".join(line.removesuffix("\\") for line in self.paragraph)
        self.paragraph = [f"{'#' * level} {words} #"]
        self._end_blocks()

    def _underlines_heading(self, text: str, depth: int) -> bool:
        """Return whether a line turns the paragraph above it into a heading."""
        may = any(self.paragraph) and not self.is_table and depth == len(self.items)
        return may and _UNDERLINE.match(text) is not None

    def as_text(self, text: str) -> str:
        """Return a line of a paragraph, escaped if it looks like a block or an unused link definition."""
        if not text.startswith("["):
            return _escape_mark(text) if _MISREAD.match(text) else text
        definition = match_definition(text)
        return text if definition and self._may_define(fold_label(definition["label"])) else _escape_definition(text)

    def _may_define(self, label: str) -> bool:
        """Return whether a link definition counts here: it is used, the first, and not inside a paragraph."""
        if not ends_definition(self.paragraph) or label not in self.field.used or label in self.field.defined:
            return False
        self.field.defined.add(label)
        return True

    def _add_fenced(self, line: str, text: str, column: int) -> bool:
        mark = self.fence["mark"] if self.fence else ""
        if text and column < self._text_column(len(self.items)):  # the item that contains the fence has ended
            self._end_blocks()
            return False
        if text.startswith(mark) and not text.strip(mark[0] + " ") and column - self.code_column < STEP:
            self._end_blocks()
        else:
            self.code.append(line[min(column, self.code_column) :])
        return True

    def _end_code(self) -> None:
        language = self.fence["language"] if self.fence else ""
        while not self.fence and not self.code[-1].strip():
            del self.code[-1]
        attribute = f' class="language-{escape(language)}"' if language else ""
        code = "\n".join([*self.code, ""])
        self._put_lines([self.field.md.htmlStash.store(f"<pre><code{attribute}>{escape(code)}</code></pre>")])
        self.fence, self.code = None, []

    def _end_quote(self, quote: LineLayout) -> None:
        self.quote = None
        self._put_lines([f"> {line}" for line in quote.end()])
        self._separate_blocks(len(self.items))

    def _check_depth(self) -> None:
        if self.depth + len(self.items) > self.field.limits.markdown_depth:
            raise LimitError("markdown_depth", self.field.limits)

    def _end_blocks(self) -> None:
        """End the open blocks, except lists."""
        if self.note:
            self.field.notes[self.note_label] = self.note.end()
            self.note = None
        if self.quote:
            self._end_quote(self.quote)
        if self.html:
            self._put_lines([self.field.md.htmlStash.store(f"<p>{mark_tags(' '.join(self.html))}</p>")])
            self.html = []
        if self.fence or self.code:
            self._end_code()
        if self.paragraph:
            self._put_lines(self.paragraph)
        self.paragraph, self.is_table = [], False

    def _put_lines(self, lines: list[str]) -> None:
        before = " " * (STEP * self.indent)
        self.out += [before + self.marks + lines[0], *(before + line for line in lines[1:]), ""]

    def _separate_blocks(self, depth: int) -> None:
        """Insert an invisible separator so that adjacent lists or quotes are not merged."""
        self.out += [" " * (STEP * depth) + self.field.md.htmlStash.store(""), ""]


def split_row(row: str) -> list[str]:
    """Return the cells of a table's row, as written, without the backslashes before their pipes."""
    return [cell.strip(" \t").replace("\\|", "|") for cell in _PIPE.split(_OUTER_PIPES.sub("", row.strip(" \t")))]


def _strip_quote(line: str) -> str:
    """Return the content of a quoted line; nothing for any other line."""
    return _QUOTED.sub("", re.sub("^>\t", ">   ", line)) if line.startswith(">") else ""


def _escape_mark(text: str) -> str:
    """Return a line with a backslash before its mark, or after an item's number, so that it begins no block."""
    return re.sub(r"^(\d*)", r"\1\\", text, count=1)


def _escape_definition(text: str) -> str:
    """Return a line that is not a definition, written so that it is not read as one; its label may still be a link."""
    return re.sub(r"^(\[[^\[\]]*\]):", r"\1\:", text, count=1)


def _is_table(text: str, following: str) -> bool:
    """Return whether a line is a table header: the next line has as many delimiters."""
    following = following.strip(" ")
    if "-" not in following or not text.strip(" ") or not _DELIMITERS.match(following) or _ITEM.match(following):
        return False
    return not _UNDERLINE.match(following) and _count_cells(text) == _count_cells(following)


def _count_cells(row: str) -> int:
    return len(_PIPE.findall(_OUTER_PIPES.sub("", row)))
