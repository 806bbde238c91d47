"""The Markdown of a table's cell that pmexport wrote: HTML elements in it become blocks again."""

from __future__ import annotations

import html
import re

from pmexport.document.markdown.html_tags import Tag, find_end, read_tag
from pmexport.importing.markdown.inline_text import escape_start

_BLOCKS = frozenset({"ul", "ol", "pre", "blockquote", "details", "table", "hr", "br"})
_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
_ONE_BREAK, _BREAKS = re.compile(r"<br>(?!<br>)"), re.compile(r"(?:<br>)+")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])|</?span>")
_BOXES = {"\N{BALLOT BOX WITH CHECK} ": "[x] ", "\N{BALLOT BOX} ": "[ ] "}


def cell_blocks(source: str) -> list[str]:
    """Return the blocks in a cell as Markdown texts."""
    return _Scanner(source).read(None)


def _begin_text(run: str) -> str:
    """Return a paragraph whose first character is neither a mark nor a space that Markdown would strip."""
    heading = re.fullmatch(r"<strong>((?:(?!</?strong>).)+)</strong>", run)
    if heading:
        return f"### {_keep_spaces(heading[1])}"
    return _keep_spaces(escape_start(run.strip(" ")))


def _keep_spaces(text: str) -> str:
    """Return a text with references in place of the spaces at its ends that Markdown would strip."""
    spaces = re.match(r"[^\S\n]*", text)
    lead = spaces[0] if spaces else ""
    rest = text[len(lead) :]
    core = rest.rstrip()
    return "".join(f"&#{ord(char)};" for char in lead) + core + "".join(f"&#{ord(char)};" for char in rest[len(core) :])


def indent_text(text: str, first: str, rest: str) -> str:
    """Return a text with `first` before its first line and `rest` before the others that are not empty."""
    head, *tail = text.split("\n")
    return "\n".join([first + head, *(rest + line if line else rest.rstrip() for line in tail)])


class _Scanner:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0

    def read(self, closes: str | None) -> list[str]:
        """Return the blocks up to the closing tag of this name, or to the end."""
        blocks: list[str] = []
        run = ""
        while self._at < len(self._source):
            tag = self._peek_tag()
            if tag is None:
                run += self._take_text()
            elif tag.closes and tag.name == closes:
                self._at += len(tag.raw)
                break
            elif tag.name not in _BLOCKS or tag.closes:
                run += self._take(tag)
            elif tag.name == "br" and (run.endswith(" ") or not self._ends_block()):  # no paragraph ends with a space
                run += self._take_breaks()
            else:
                blocks += [_begin_text(run)] if run.strip(" ") else []
                run = ""
                blocks += self._read_block(tag)
        return [*blocks, *([_begin_text(run)] if run.strip(" ") else [])]

    def _peek_tag(self) -> Tag | None:
        end = find_end(self._source, self._at) if self._source.startswith("<", self._at) else None
        return read_tag(self._source[self._at : end]) if end else None

    def _take(self, tag: Tag) -> str:
        self._at += len(tag.raw)
        return tag.raw

    def _take_text(self) -> str:
        """Return the code, the escaped character or the character that comes next."""
        code = _CODE.match(self._source, self._at)
        length = len(code[0]) if code else 2 if self._source.startswith("\\", self._at) else 1
        self._at += length
        return self._source[self._at - length : self._at]

    def _ends_block(self) -> bool:
        """Return whether a break is alone; several in a row are in a paragraph."""
        return _ONE_BREAK.match(self._source, self._at) is not None

    def _take_breaks(self) -> str:
        found = _BREAKS.match(self._source, self._at)
        text = found[0] if found else "<br>"
        self._at += len(text)
        return text

    def _read_block(self, tag: Tag) -> list[str]:
        self._take(tag)
        match tag.name:
            case "ul" | "ol":
                return [self._read_list(tag)]
            case "pre":
                return [self._read_code()]
            case "blockquote":
                return [indent_text("\n\n".join(self.read("blockquote")), "> ", "> ")]
            case "details":
                return [self._read_details(tag)]
            case "table":
                return [self._read_table()]
            case "hr":
                return ["___"]
        return []

    def _read_list(self, tag: Tag) -> str:
        number = int(tag.attributes.get("start", "1")) if tag.attributes.get("start", "1").isdigit() else 1
        items: list[str] = []
        while (inner := self._peek_tag()) and inner.name == "li" and not inner.closes:
            self._take(inner)
            mark = f"{number + len(items)}. " if tag.name == "ol" else "- "
            items.append(indent_text(self._read_item(), mark, " " * len(mark)))
        if (inner := self._peek_tag()) and inner.name == tag.name:
            self._take(inner)
        return "\n".join(items)

    def _read_item(self) -> str:
        text = "\n\n".join(self.read("li"))
        box = next((mark for mark in _BOXES if text.startswith(mark)), None)
        return f"{_BOXES[box]}{text.removeprefix(box)}" if box else text

    def _read_code(self) -> str:
        end = self._source.find("</pre>", self._at)
        end = end if end >= 0 else len(self._source)
        lines = self._source[self._at : end].split("&#10;")
        self._at = end + len("</pre>")
        return fence_code("\n".join(html.unescape(_ESCAPE.sub(r"\1", line)) for line in lines))

    def _read_details(self, tag: Tag) -> str:
        summary = ""
        if (inner := self._peek_tag()) and inner.name == "summary":
            self._take(inner)
            end = self._source.find("</summary>", self._at)
            end = end if end >= 0 else len(self._source)
            summary = self._source[self._at : end]
            self._at = end + len("</summary>")
        blocks = self.read("details")
        return "\n\n".join([tag.raw, "<summary>", summary, "</summary>", *blocks, "</details>"])

    def _read_table(self) -> str:
        rows: list[list[str]] = []
        while (row := self._peek_tag()) and row.name == "tr":
            self._take(row)
            rows.append([])
            while (cell := self._peek_tag()) and cell.name in ("td", "th") and not cell.closes:
                self._take(cell)
                rows[-1].append(self._read_cell(cell.name))
            if (end := self._peek_tag()) and end.name == "tr":
                self._take(end)
        if (end := self._peek_tag()) and end.name == "table":
            self._take(end)
        return write_table(rows)

    def _read_cell(self, name: str) -> str:
        end = self._source.find(f"</{name}>", self._at)
        end = end if end >= 0 else len(self._source)
        text = self._source[self._at : end]
        self._at = end + len(name) + 3
        return text


def fence_code(text: str, language: str = "") -> str:
    """Return code as a fenced block."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def write_table(rows: list[list[str]]) -> str:
    """Return the rows of a table in Markdown, the header first."""
    lines = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join([*lines[:1], f"|{' --- |' * len(rows[0] if rows else [])}", *lines[1:]])
