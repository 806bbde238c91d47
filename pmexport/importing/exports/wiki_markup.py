"""Jira's wiki markup as Markdown: headings, lists and code. Marks inside lines stay text, and are named."""

import re
from collections.abc import Iterator
from itertools import groupby

from pmexport.importing.exports.markdown_text import Converted, escape_plain, write_fence
from pmexport.importing.markdown.inline_text import escape_inline

_CODE = re.compile(r"\{(?P<kind>code|noformat)(?::(?P<options>[^}\n]{0,200}))?\}")
_LANGUAGE = re.compile(r"[\w+#.-]*(?=$|\|)")
_HEADING = re.compile(r"[ \t]*h(?P<level>[1-6])\.[ \t]+(?P<text>\S.*)")
_ITEM = re.compile(r"[ \t]*(?P<marks>[*#]{1,9}|-)[ \t]+(?P<text>\S.*)")
_INLINE = re.compile(
    r"(?<![\w\\])([*_+^~-])(?=\S)[^\n]{0,200}?\S\1(?!\w)|\{\{|\{\w{1,40}(?::[^}\n]{0,200})?\}"
    r"|\[[^\]\n]{0,200}\||![^\s!]{1,200}!|^\|\|?",
    re.MULTILINE,
)
"""Marks that lines have: of emphasis, macros, links, images and tables."""
_LOST = "formatting inside lines in Jira's wiki markup, which version 3 of the API does not use"


def read_wiki(text: str) -> Converted:
    """Return a text in wiki markup as Markdown; one without any is plain text."""
    pieces = list(_split_code(text.replace("\r\n", "\n")))
    blocks = [block for words, code in pieces for block in (*_read_lines(words), code)]
    outside = "\n".join(_ITEM.sub(r"\g<text>", words) for words, _ in pieces)
    return Converted("\n\n".join(filter(None, blocks)), (_LOST,) if _INLINE.search(outside) else ())


def _split_code(text: str) -> Iterator[tuple[str, str]]:
    """Yield the text before each block of code, and that block as Markdown; last the rest, without one."""
    start, opener = 0, None
    for mark in _CODE.finditer(text):
        if opener is None:
            opener = mark
        elif mark["kind"] == opener["kind"] and mark["options"] is None:
            language = _LANGUAGE.match(opener["options"] or "")
            code = write_fence(text[opener.end() : mark.start()].strip("\n"), language[0] if language else "")
            yield text[start : opener.start()], code
            start, opener = mark.end(), None
    yield text[start:], ""


def _read_lines(text: str) -> Iterator[str]:
    """Yield the blocks in lines: each heading, each run of items, and what is between as plain text."""
    for kind, group in groupby(text.split("\n"), key=_find_kind):
        lines = list(group)
        if kind == "heading":
            yield from (_write_heading(line) for line in lines)
        elif kind == "item":
            yield "\n".join(map(_write_item, lines))
        else:
            yield escape_plain("\n".join(lines))


def _find_kind(line: str) -> str:
    return "heading" if _HEADING.fullmatch(line) else "item" if _ITEM.fullmatch(line) else "text"


def _write_heading(line: str) -> str:
    found = _HEADING.fullmatch(line)
    return f"{'#' * int(found['level'])} {escape_inline(found['text'].strip())}" if found else ""


def _write_item(line: str) -> str:
    """Return an item of a list, below the items that its other marks name."""
    found = _ITEM.fullmatch(line)
    if found is None:
        return ""
    marks = found["marks"]
    indent = sum(len(_marker(mark)) + 1 for mark in marks[:-1])
    return f"{' ' * indent}{_marker(marks[-1])} {escape_inline(found['text'].strip())}"


def _marker(mark: str) -> str:
    return "1." if mark == "#" else "-"
