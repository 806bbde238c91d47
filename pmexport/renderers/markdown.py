"""GitHub-flavoured Markdown (GFM 0.29) that GitHub's parser reads back to the same texts, whatever stands in them."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable, Iterator
from typing import assert_never
from urllib.parse import quote

from pmexport.document.nodes import (
    Block,
    Blocks,
    Chronology,
    Code,
    CodeBlock,
    Column,
    Document,
    Emphasis,
    Figure,
    Heading,
    Image,
    Inlines,
    Item,
    Label,
    LineBreak,
    Link,
    List,
    Paragraph,
    Quote,
    Rule,
    Section,
    Strike,
    Strong,
    Table,
    Text,
    Time,
    as_table,
)
from pmexport.problems import Problem
from pmexport.theming.themes import Theme

_ESCAPED = re.compile(
    r"[\\`*\[\]<>~|$]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)|(?<=\w):(?=//)|(?<=www)\.|^\^", re.IGNORECASE
)
_LINE_START = re.compile(r"^(?:(\d{1,9})(?=[.)])|(?=[#>+=:-]))", re.MULTILINE)
_ENTITY = re.compile(r"&(?=#?\w+;)")
_PLAIN_ADDRESS = re.compile(r"[^\s<>\\`|()&]+(?:&(?!#?\w+;)[^\s<>\\`|()&]*)*")
_UNSAFE_IN_ADDRESS = re.compile(r"[\\<>|]")
_LANGUAGE = re.compile(r"[\w+#.-]+")
_DELIMITERS = "*_~"
_BREAK = "<br>"
_NOTHING = "\N{ZERO WIDTH SPACE}"  # a task is one only if something follows its box


class MarkdownRenderer:
    """Writes GitHub-flavoured Markdown for a wiki."""

    name = "md"
    suffix = "md"
    media_type = "text/markdown"
    summary = "GitHub-flavoured Markdown for a wiki"

    def render(self, document: Document, theme: Theme, warnings: list[Problem]) -> bytes:  # noqa: ARG002 - no looks
        """Return the document as UTF-8 text. Themes have no say in it, and there is nothing to warn of."""
        parts = ["\n\n".join(_head(document))]
        parts += ["\n\n".join(_blocks(document.glance))] if document.glance else []
        parts += ["\n\n".join(_section(section)) for section in document.sections]
        parts += ["\n\n".join(_blocks(document.footer))]
        return ("\n\n---\n\n".join(parts) + "\n").encode()


def _head(document: Document) -> Iterator[str]:
    yield f"# {_heading_text((Text(document.title),))}"
    yield _paragraph(_joined([(Emphasis((Text(document.kind),)),), *document.masthead]))
    if document.byline:
        yield _paragraph(_joined(document.byline))


def _joined(parts: Iterable[Inlines]) -> Inlines:
    out: Inlines = ()
    for part in parts:
        out = (*out, Text(" · "), *part) if out else part
    return out


def _section(section: Section) -> Iterator[str]:
    yield f"{'#' * section.level} {_heading_text((Text(section.title),))}"
    yield from _blocks(section.blocks)
    for inside in section.sections:
        yield from _section(inside)


# ---- blocks


def _blocks(blocks: Blocks) -> Iterator[str]:
    """Yield the source of each block. A list that follows one of its kind has another mark, else the two were one."""
    other_mark = False
    for number, block in enumerate(blocks):
        before = blocks[number - 1] if number else None
        follows = isinstance(block, List) and isinstance(before, List) and block.ordered == before.ordered
        other_mark = follows and not other_mark
        yield _block(block, other_mark=other_mark)


def _block(block: Block, *, other_mark: bool = False) -> str:
    match block:
        case Paragraph(inlines):
            return _paragraph(inlines)
        case Heading(level, inlines):
            return f"{'#' * level} {_heading_text(inlines)}"
        case List():
            return _list(block, other_mark=other_mark)
        case CodeBlock():
            return _code_block(block)
        case Quote(blocks):
            return _indented("\n\n".join(_blocks(blocks)), "> ", "> ")
        case Table():
            return _table(block)
        case Figure(image, caption):
            return "\n\n".join([_inlines((image,)), *_blocks(caption)])
        case Chronology():
            return f"{_table(as_table(block))}\n\n{_paragraph(block.caption)}"
        case Rule():
            return "___"
        case _:
            assert_never(block)


def _paragraph(inlines: Inlines) -> str:
    return _LINE_START.sub(r"\1\\", _inlines(inlines, line_break="\\\n"))


def _heading_text(inlines: Inlines) -> str:
    text = _inlines(inlines)
    return f"{text[:-1]}\\#" if text.endswith("#") else text


def _list(block: List, *, other_mark: bool) -> str:
    tight = all(_follows_at_once(inner) for item in block.items for inner in item.blocks[1:])
    items = []
    for number, item in enumerate(block.items, start=block.start):
        mark = (
            f"{min(number, 999_999_999)}{')' if other_mark else '.'} "
            if block.ordered
            else "* "
            if other_mark
            else "- "
        )
        items.append(_indented(_item(item, tight=tight), mark, " " * len(mark)))
    return ("\n" if tight else "\n\n").join(items)


def _follows_at_once(block: Block) -> bool:
    """Return whether a block is read without an empty line before it: a list that begins with 1 and with something."""
    return isinstance(block, List) and (not block.ordered or block.start == 1) and block.items[0].blocks != ()


def _item(item: Item, *, tight: bool) -> str:
    text = ("\n" if tight else "\n\n").join(_blocks(item.blocks))
    if item.checked is None:
        return text
    # GitHub takes a task for done if `[x]` stands anywhere on its line: then a sign is sure to be read rightly.
    misread = not item.checked and re.search(r"\[[xX]\]", text.split("\n", 1)[0])
    box = "☐" if misread else f"[{'x' if item.checked else ' '}]"
    match item.blocks:
        case (Paragraph() | Figure(), *_):
            return f"{box} {text}"
    return f"{box} {_NOTHING}\n\n{text}".rstrip("\n")


def _indented(text: str, first: str, rest: str) -> str:
    """Return a text with `first` before its first line and `rest` before the others; empty lines end with no space."""
    head, *tail = text.split("\n")
    return "\n".join([first + head, *((rest + line if line else rest.rstrip()) for line in tail)])


def _code_block(block: CodeBlock) -> str:
    fence = "`" * max(3, _longest_run("`", block.text) + 1)
    language = block.language if block.language and _LANGUAGE.fullmatch(block.language) else ""
    code = f"{fence}{language}\n{block.text}\n{fence}"
    return f"{_paragraph(block.caption)}\n\n{code}" if block.caption else code


def _longest_run(char: str, text: str) -> int:
    return max(map(len, re.findall(f"{re.escape(char)}+", text)), default=0)


# ---- tables


def _table(table: Table) -> str:
    empty = [""] * (len(table.columns) - 1)
    lines = [_row(_inlines(column.title, in_cell=True) for column in table.columns)]
    lines.append(_row(map(_delimiter, table.columns)))
    for group in table.groups:
        if group.title:
            lines.append(_row([_inlines((Strong(group.title),), in_cell=True), *empty]))
        lines += [_row(map(_cell, row.cells)) for row in group.rows]
    return "\n".join(lines)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _delimiter(column: Column) -> str:
    return {"start": "---", "center": ":---:", "end": "---:"}[column.align]


def _cell(blocks: Blocks) -> str:
    """Return the blocks of a cell on one line. GFM has no blocks in cells, so they are HTML with Markdown in it."""
    return _BREAK.join(map(_in_cell, blocks))


def _in_cell(block: Block) -> str:
    match block:
        case Paragraph(inlines):
            return _inlines(inlines, in_cell=True)
        case Heading(_, inlines):
            return f"<strong>{_inlines(inlines, in_cell=True, nested=True)}</strong>"
        case List(items, ordered, start):
            tag, attribute = ("ol", f' start="{start}"' if start != 1 else "") if ordered else ("ul", "")
            return f"<{tag}{attribute}>{''.join(map(_item_in_cell, items))}</{tag}>"
        case CodeBlock():
            caption = _inlines(block.caption, in_cell=True) + _BREAK if block.caption else ""
            return f"{caption}<pre>{'&#10;'.join(map(_html_code, block.text.split(chr(10))))}</pre>"
        case Quote(blocks):
            return f"<blockquote>{_cell(blocks)}</blockquote>"
        case Table():
            return f"<table>{''.join(_rows_in_cell(block))}</table>"
        case Figure(image, caption):
            return _BREAK.join([_inlines((image,), in_cell=True), *map(_in_cell, caption)])
        case Chronology():
            return _BREAK.join([_in_cell(as_table(block)), _inlines(block.caption, in_cell=True)])
        case Rule():
            return "<hr>"
        case _:
            assert_never(block)


def _item_in_cell(item: Item) -> str:
    box = "" if item.checked is None else "☑ " if item.checked else "☐ "
    return f"<li>{box}{_cell(item.blocks)}</li>"


def _rows_in_cell(table: Table) -> Iterator[str]:
    yield _row_in_cell("th", (_inlines(column.title, in_cell=True) for column in table.columns))
    for group in table.groups:
        if group.title:
            yield _row_in_cell("th", [_inlines(group.title, in_cell=True)])
        for row in group.rows:
            yield _row_in_cell("td", map(_cell, row.cells))


def _row_in_cell(tag: str, cells: Iterable[str]) -> str:
    return f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in cells)}</tr>"


# ---- inlines


def _inlines(inlines: Inlines, *, in_cell: bool = False, nested: bool = False, line_break: str = _BREAK) -> str:
    """Return the source of inlines on one line, but for `line_break`. `nested`: in emphasis, whose marks could mix."""
    out = ""
    for number, inline in enumerate(inlines):
        following = inlines[number + 1 :]
        match inline:
            case Text(text) | Label(text) | Time(text):
                out += _escaped(text)
            case Code(text):
                out += _code(text, in_cell=in_cell, before=out)
            case Strong(children):
                out += _marked("**", "strong", children, out, following, in_cell=in_cell, nested=nested)
            case Emphasis(children):
                out += _marked("*", "em", children, out, following, in_cell=in_cell, nested=nested)
            case Strike(children):
                out += _marked("~~", "del", children, out, following, in_cell=in_cell, nested=nested)
            case Link(target, children):
                out = _no_picture(out) + _link(target, children, in_cell=in_cell)
            case Image():
                out += f"![{_escaped(inline.alt)}]({_source(inline.source)})"
            case LineBreak():
                out += line_break
            case _:
                assert_never(inline)
    return out


def _escaped(text: str) -> str:
    return _ESCAPED.sub(r"\\\g<0>", text)


def _marked(
    mark: str, tag: str, children: Inlines, before: str, following: Inlines, *, in_cell: bool, nested: bool
) -> str:
    """Return marked words: with the Markdown mark where it is sure to be read as one, else with the HTML element.

    It is sure where no other mark is near and both ends are flanked as CommonMark 0.31, 6.2 asks for.
    """
    inner = _inlines(children, in_cell=in_cell, nested=True)
    after = _inlines(following[:1], in_cell=in_cell)
    sure = not nested and _flanks(before[-1:], inner[:1]) and _flanks(after[:1], inner[-1:])
    return f"{mark}{inner}{mark}" if sure else f"<{tag}>{inner}</{tag}>"


def _flanks(outside: str, inside: str) -> bool:
    """Return whether a mark between these two characters, either of which may be missing, opens or closes for sure."""
    if not inside or inside.isspace() or inside in _DELIMITERS or (outside and outside in _DELIMITERS):
        return False
    return inside.isalnum() or not outside or outside.isspace() or _is_punctuation(outside)


def _is_punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] == "P" or char in string.punctuation


def _code(text: str, *, in_cell: bool, before: str) -> str:
    if (in_cell and "\\|" in text) or not text.strip() or before.endswith("`"):
        return f"<code>{_html_code(text)}</code>"
    fence = "`" * (_longest_run("`", text) + 1)
    pad = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{pad}{text.replace('|', chr(92) + '|') if in_cell else text}{pad}{fence}"


def _html_code(text: str) -> str:
    """Return code for inside of an HTML element, where Markdown is still read."""
    return _escaped(text).replace("\\|", "&#124;")


def _link(target: str, children: Inlines, *, in_cell: bool) -> str:
    words = _inlines(children, in_cell=in_cell)
    if children == (Text(target),) and _PLAIN_ADDRESS.fullmatch(target):
        return f"<{target}>"
    return f"[{words}]({_target(target)})"


def _no_picture(before: str) -> str:
    """Return the source before a link, which a `!` at its end would make a picture."""
    return f"{before[:-1]}\\!" if before.endswith("!") else before


def _target(target: str) -> str:
    if _PLAIN_ADDRESS.fullmatch(target):
        return target
    return f"<{_ENTITY.sub('&amp;', _UNSAFE_IN_ADDRESS.sub(lambda found: quote(found.group(), safe=''), target))}>"


def _source(source: str) -> str:
    return quote(source, safe="/:.-_~%")
