"""GitHub-flavoured Markdown (GFM 0.29) that GitHub's parser reads back to exactly the same texts."""

import re
import string
import unicodedata
from collections.abc import Iterable, Iterator
from html import escape
from typing import assert_never
from urllib.parse import quote

from pmexport.document.markdown.runs import join_texts
from pmexport.document.nodes import (
    Block,
    Blocks,
    Code,
    CodeBlock,
    Column,
    Details,
    Document,
    Emphasis,
    Excerpt,
    Figure,
    Heading,
    Image,
    ImpactBand,
    Inlines,
    Item,
    Label,
    LineBreak,
    Link,
    List,
    Marked,
    NoteMark,
    Ordinal,
    Paragraph,
    Previews,
    Quote,
    Rule,
    Section,
    Strike,
    Strong,
    Table,
    Text,
    Time,
    as_table,
    text_of,
    title_of,
    without_layout,
)

_ESCAPED = re.compile(
    r"[\\`*\[\]<>~|$]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)|(?<=\w):(?=//)|(?<=www)\.|^\^", re.IGNORECASE
)
_AUTOMATIC = re.compile(r":(?=[a-z0-9_+-]+:)(?![02-9]?\d?:|1\d?:)|(?<=[a-z0-9._+-])@(?=[a-z0-9_-]*\.)", re.IGNORECASE)
_SPECIAL = re.compile(r"[\\`*\[\]<>~|$_&@^]|:(?=//|[a-z0-9_+-]+:)|www", re.IGNORECASE)
"""What a text contains if either of these matches; most texts do not."""
_MAIL = re.compile(r"[a-z0-9.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)
_LINE_START = re.compile(r"^(?:(\d{1,9})(?=[.)])|(?=[#>+=:-]))", re.MULTILINE)
_ENTITY = re.compile(r"&(?=#?\w+;)")
_PLAIN_ADDRESS = re.compile(r"[^\s<>\\`|()&]+(?:&(?!#?\w+;)[^\s<>\\`|()&]*)*")
_UNSAFE_IN_ADDRESS = re.compile(r"[\\<>|]")
_LANGUAGE = re.compile(r"[\w+#.-]+")
_DELIMITERS = "*_~"
_BREAK = "<br>"
_INVISIBLE = "\N{ZERO WIDTH SPACE}"  # a checkbox must be followed by a character


def write_document(document: Document) -> str:
    """Return a document as Markdown."""
    parts = ["\n\n".join(_write_head(document))]
    parts += ["\n\n".join(_write_section(section)) for section in document.sections]
    parts += ["\n\n".join(write_blocks(document.footer))]
    return "\n\n---\n\n".join(parts) + "\n"


def _write_head(document: Document) -> Iterator[str]:
    yield f"# {_write_heading((Text(document.title),))}"
    if document.facts:
        yield _write_paragraph(_join_inlines(document.facts))
    yield from write_blocks(document.cover)


def _join_inlines(parts: Iterable[Inlines]) -> Inlines:
    out: Inlines = ()
    for part in parts:
        out = (*out, Text(" · "), *part) if out else part
    return out


def _write_section(section: Section) -> Iterator[str]:
    yield f"{'#' * section.level} {_write_heading(title_of(section))}"
    yield from write_blocks(section.blocks)
    for inside in section.sections:
        yield from _write_section(inside)


# ---- blocks


def write_blocks(blocks: Blocks) -> Iterator[str]:
    """Yield the source of each block. Adjacent lists of a kind have different markers, so that they are not merged.

    Previews are for page one, and a wiki has no pages.
    """
    blocks = without_layout(blocks)
    other_marker = False
    shown = [block for block in blocks if not isinstance(block, Previews)]
    for number, block in enumerate(shown):
        before = shown[number - 1] if number else None
        follows = isinstance(block, List) and isinstance(before, List) and block.ordered == before.ordered
        other_marker = follows and not other_marker
        yield _write_block(block, other_marker=other_marker)


def _write_block(block: Block, *, other_marker: bool = False) -> str:
    match block:
        case Paragraph(inlines):
            return _write_paragraph(inlines)
        case Heading(level, inlines):
            return f"{'#' * level} {_write_heading(inlines)}"
        case List():
            return _write_list(block, other_marker=other_marker)
        case CodeBlock():
            return _write_code_block(block)
        case Excerpt(screen):
            return "\n\n".join(write_blocks(screen))
        case Quote(blocks):
            return _indent_text("\n\n".join(write_blocks(blocks)), "> ", "> ")
        case Details():
            return "\n\n".join([_open_details(block), *write_blocks(block.blocks), "</details>"])
        case Table():
            return _write_table(block)
        case Figure(image, caption):
            return "\n\n".join([_write_inlines((image,)), *write_blocks(caption)])
        case ImpactBand():
            return f"{_write_table(as_table(block))}\n\n{_write_paragraph(block.caption)}"
        case Previews():
            return ""
        case Rule():
            return "___"
        case _:
            assert_never(block)


def _write_paragraph(inlines: Inlines) -> str:
    return _LINE_START.sub(r"\1\\", _write_inlines(inlines, line_break="\\\n"))


def _write_heading(inlines: Inlines) -> str:
    text = _write_inlines(inlines)
    return f"{text[:-1]}\\#" if text.endswith("#") else text


def _open_details(block: Details) -> str:
    """Return the start of details. Between empty lines, Markdown is read in the summary too."""
    start = f"<details{' open' * block.unfolded}>"
    if all(isinstance(inline, Text) for inline in block.summary):
        return f"{start}\n<summary>{_split_automatic(escape(text_of(block.summary), quote=False))}</summary>"
    return f"{start}\n<summary>\n\n{_write_paragraph(block.summary)}\n\n</summary>"


def _write_list(block: List, *, other_marker: bool) -> str:
    tight = all(_follows_tightly(inner) for item in block.items for inner in item.blocks[1:])
    items = []
    for number, item in enumerate(block.items, start=block.start):
        mark = (
            f"{min(number, 999_999_999)}{')' if other_marker else '.'} "
            if block.ordered
            else "* "
            if other_marker
            else "- "
        )
        items.append(_indent_text(_write_item(item, tight=tight), mark, " " * len(mark)))
    return ("\n" if tight else "\n\n").join(items)


def _follows_tightly(block: Block) -> bool:
    """Return whether a block needs no empty line before it: a list that starts at 1 with an item that is not empty."""
    return isinstance(block, List) and (not block.ordered or block.start == 1) and block.items[0].blocks != ()


def _write_item(item: Item, *, tight: bool) -> str:
    text = ("\n" if tight else "\n\n").join(write_blocks(item.blocks))
    if item.checked is None:
        return text
    # GitHub shows a task as done if `[x]` is anywhere on its line. A ballot box avoids this.
    misread = not item.checked and re.search(r"\[[xX]\]", text.split("\n", 1)[0])
    box = "☐" if misread else f"[{'x' if item.checked else ' '}]"
    match item.blocks:
        case (Paragraph() | Figure(), *_):
            return f"{box} {text}"
    return f"{box} {_INVISIBLE}\n\n{text}".rstrip("\n")


def _indent_text(text: str, first: str, rest: str) -> str:
    """Return a text with `first` before its first line and `rest` before the others, without trailing spaces."""
    head, *tail = text.split("\n")
    return "\n".join([first + head, *((rest + line if line else rest.rstrip()) for line in tail)])


def _write_code_block(block: CodeBlock) -> str:
    fence = "`" * max(3, _count_longest_run("`", block.text) + 1)
    language = block.language if block.language and _LANGUAGE.fullmatch(block.language) else ""
    code = f"{fence}{language}\n{block.text}\n{fence}"
    return f"{_write_paragraph(block.caption)}\n\n{code}" if block.caption else code


def _count_longest_run(char: str, text: str) -> int:
    return max(map(len, re.findall(f"{re.escape(char)}+", text)), default=0)


# ---- tables


def _write_table(table: Table) -> str:
    empty = [""] * (len(table.columns) - 1)
    lines = [_write_row(_write_inlines(column.title, in_cell=True) for column in table.columns)]
    lines.append(_write_row(map(_write_delimiter, table.columns)))
    for group in table.groups:
        if group.title:
            lines.append(_write_row([_write_inlines((Strong(group.title),), in_cell=True), *empty]))
        lines += [_write_row(map(_write_cell, row.cells)) for row in group.rows]
    return "\n".join(lines)


def _write_row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _write_delimiter(column: Column) -> str:
    return {"start": "---", "center": ":---:", "end": "---:"}[column.align]


def _write_cell(blocks: Blocks) -> str:
    """Return a cell's blocks on one line. GFM has no blocks in cells, so they are HTML that contains Markdown."""
    return _BREAK.join(map(_write_in_cell, without_layout(blocks)))


def _write_in_cell(block: Block) -> str:
    match block:
        case Paragraph(inlines):
            return _write_inlines(inlines, in_cell=True)
        case Heading(_, inlines):
            return f"<strong>{_write_inlines(inlines, in_cell=True, nested=True)}</strong>"
        case List(items, ordered, start):
            tag, attribute = ("ol", f' start="{start}"' if start != 1 else "") if ordered else ("ul", "")
            return f"<{tag}{attribute}>{''.join(map(_write_item_in_cell, items))}</{tag}>"
        case CodeBlock():
            caption = _write_inlines(block.caption, in_cell=True) + _BREAK if block.caption else ""
            return f"{caption}<pre>{'&#10;'.join(map(_escape_code, block.text.split(chr(10))))}</pre>"
        case Excerpt(screen):
            return _write_cell(screen)
        case Quote(blocks):
            return f"<blockquote>{_write_cell(blocks)}</blockquote>"
        case Details(summary, blocks, unfolded):
            words = _write_inlines(summary, in_cell=True, nested=True)
            return f"<details{' open' * unfolded}><summary>{words}</summary>{_write_cell(blocks)}</details>"
        case Table():
            return f"<table>{''.join(_write_rows_in_cell(block))}</table>"
        case Figure(image, caption):
            return _BREAK.join([_write_inlines((image,), in_cell=True), *map(_write_in_cell, caption)])
        case ImpactBand():
            return _BREAK.join([_write_in_cell(as_table(block)), _write_inlines(block.caption, in_cell=True)])
        case Previews():
            return ""
        case Rule():
            return "<hr>"
        case _:
            assert_never(block)


def _write_item_in_cell(item: Item) -> str:
    box = "" if item.checked is None else "☑ " if item.checked else "☐ "
    return f"<li>{box}{_write_cell(item.blocks)}</li>"


def _write_rows_in_cell(table: Table) -> Iterator[str]:
    yield _write_row_in_cell("th", (_write_inlines(column.title, in_cell=True) for column in table.columns))
    for group in table.groups:
        if group.title:
            yield _write_row_in_cell("th", [_write_inlines(group.title, in_cell=True)])
        for row in group.rows:
            yield _write_row_in_cell("td", map(_write_cell, row.cells))


def _write_row_in_cell(tag: str, cells: Iterable[str]) -> str:
    return f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in cells)}</tr>"


# ---- inlines


def _write_inlines(inlines: Inlines, *, in_cell: bool = False, nested: bool = False, line_break: str = _BREAK) -> str:
    """Return the source of inlines on one line.

    nested: inside emphasis, where marks could be confused.
    line_break: source of a line break.
    """
    out = ""
    inlines = join_texts(inlines)  # what a text escapes depends on what is around it
    for number, inline in enumerate(inlines, start=1):
        following = inlines[number : number + 1]
        match inline:
            case Text(text) | Label(text) | Time(text):
                out += _escape_text(text)
            case Code(text):
                out += _write_code(text, in_cell=in_cell, before=out)
            case Strong(children):
                out += _write_marked("**", "strong", children, out, following, in_cell=in_cell, nested=nested)
            case Emphasis(children):
                out += _write_marked("*", "em", children, out, following, in_cell=in_cell, nested=nested)
            case Strike(children):
                out += _write_marked("~~", "del", children, out, following, in_cell=in_cell, nested=nested)
            case Marked(children, role):
                out += f"<{role}>{_write_inlines(children, in_cell=in_cell, nested=True)}</{role}>"
            case Ordinal(text, "section"):
                out += _escape_text(text)
            case Ordinal(text):
                out += f"**{_escape_text(text)}**"
            case NoteMark():
                out += f"<sup>{_escape_text(inline.text)}</sup>"
            case Link(target, children):
                out = _escape_exclamation(out) + _write_link(target, children, in_cell=in_cell)
            case Image():
                out += f"![{_escape_marks(inline.alt)}]({_quote_source(inline.source)})"
            case LineBreak():
                out += line_break
            case _:
                assert_never(inline)
    return out


def _escape_text(text: str) -> str:
    return _split_automatic(_escape_marks(text)) if _SPECIAL.search(text) else text


def _escape_marks(text: str) -> str:
    return _ESCAPED.sub(r"\\\g<0>", text)


def _split_automatic(text: str) -> str:
    """Return a text in which GitHub finds no emoji code and no mail address: it looks for them after escapes are read.

    The other formats show an emoji code as written, and link the mail addresses that are links in the tree.
    """
    return _AUTOMATIC.sub(r"<span>\g<0></span>", text)


def _write_marked(
    mark: str, tag: str, children: Inlines, before: str, following: Inlines, *, in_cell: bool, nested: bool
) -> str:
    """Return marked text: with the Markdown mark if it is always parsed as one, otherwise with the HTML element.

    It is always parsed if no other mark is near and both ends are flanking (CommonMark 0.31, 6.2).
    """
    inner = _write_inlines(children, in_cell=in_cell, nested=True)
    after = _write_inlines(following, in_cell=in_cell)
    is_safe = not nested and _is_flanking(before[-1:], inner[:1]) and _is_flanking(after[:1], inner[-1:])
    return f"{mark}{inner}{mark}" if is_safe else f"<{tag}>{inner}</{tag}>"


def _is_flanking(outside: str, inside: str) -> bool:
    """Return whether a mark between two characters, either of which may be missing, always opens or closes."""
    if not inside or inside.isspace() or inside in _DELIMITERS or (outside and outside in _DELIMITERS):
        return False
    return inside.isalnum() or not outside or outside.isspace() or _is_punctuation(outside)


def _is_punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] == "P" or char in string.punctuation


def _write_code(text: str, *, in_cell: bool, before: str) -> str:
    if (in_cell and "\\|" in text) or not text.strip() or before.endswith("`"):
        return f"<code>{_escape_code(text)}</code>"
    fence = "`" * (_count_longest_run("`", text) + 1)
    pad = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{pad}{text.replace('|', chr(92) + '|') if in_cell else text}{pad}{fence}"


def _escape_code(text: str) -> str:
    """Return code for an HTML element, in which Markdown is still parsed."""
    return _escape_text(text).replace("\\|", "&#124;")


def _write_link(target: str, children: Inlines, *, in_cell: bool) -> str:
    match children:
        case (Text(text),) if text == target and _PLAIN_ADDRESS.fullmatch(text) and not _AUTOMATIC.search(text):
            return f"<{text}>"
        case (Text(text),) if target == f"mailto:{text}" and _MAIL.fullmatch(text):
            return f"<{text}>"
    words = _write_inlines(children, in_cell=in_cell)
    return f"[{words}]({_write_target(target)})"


def _escape_exclamation(before: str) -> str:
    """Return the source before a link, without a final `!` that would turn the link into an image."""
    return f"{before[:-1]}\\!" if before.endswith("!") else before


def _write_target(target: str) -> str:
    quoted = _UNSAFE_IN_ADDRESS.sub(lambda found: quote(found.group(), safe=""), target)
    return quoted if _PLAIN_ADDRESS.fullmatch(quoted) else f"<{_ENTITY.sub('&amp;', quoted)}>"


def _quote_source(source: str) -> str:
    return quote(source, safe="/:.-_~%")
