"""The letter as plain text, for mail programs that show no HTML, and for previews."""

from collections.abc import Iterator
from typing import assert_never

from pmexport.document import nodes
from pmexport.document.nodes import Block, Blocks, Document, Inline, Inlines

_RULE = "-" * 40


def write_text(letter: Document) -> str:
    """Return the letter as lines of text."""
    facts = " | ".join(map(write_inlines, letter.facts))
    parts = [letter.classification, letter.tlp or "", letter.title, facts]
    for section in nodes.sections_of(letter):
        parts += (section.title.upper(), *_write_blocks(section.blocks))
    parts += (_RULE, *_write_blocks(letter.footer))
    return "\n\n".join(part for part in parts if part) + "\n"


def _write_blocks(blocks: Blocks) -> Iterator[str]:
    for block in blocks:
        yield from _write_block(block)


def _write_block(block: Block) -> Iterator[str]:
    match block:
        case nodes.Paragraph(inlines) | nodes.Heading(_, inlines):
            yield write_inlines(inlines)
        case nodes.List():
            yield "\n".join(_write_items(block))
        case nodes.CodeBlock(text, caption=caption):
            yield from filter(None, (write_inlines(caption), _indent(text, "    ")))
        case nodes.Quote(blocks):
            yield from (_indent(part, "> ") for part in _write_blocks(blocks))
        case nodes.Details(summary, blocks):
            yield write_inlines(summary)
            yield from _write_blocks(blocks)
        case nodes.Table():
            yield "\n".join(_write_table(block))
        case nodes.Figure(image, caption):
            yield write_inlines((image,))
            yield from _write_blocks(caption)
        case nodes.Excerpt():
            yield from _write_blocks(block.paper)
        case nodes.ImpactBand():
            yield write_inlines(block.caption)  # the table below it says the rest
        case nodes.Previews(previews):
            for preview in previews:
                yield write_inlines(preview.title)
                yield from (write_inlines(share.text) for share in preview.shares)
                yield from _write_blocks(preview.blocks)
        case nodes.Rule():
            yield _RULE
        case _:
            assert_never(block)


def _write_items(block: nodes.List) -> Iterator[str]:
    for number, item in enumerate(block.items, start=block.start):
        box = "" if item.checked is None else "[x] " if item.checked else "[ ] "
        mark = f"{number}. " if block.ordered else "- "
        first, *rest = "\n".join(_write_blocks(item.blocks)).split("\n")
        yield f"{mark}{box}{first}"
        yield from (f"{' ' * len(mark)}{line}" for line in rest)


def _write_table(table: nodes.Table) -> Iterator[str]:
    """Yield a line for each row, with the titles of columns where they are needed to understand it."""
    titles = [write_inlines(column.title) for column in table.columns]
    if table.role == "key_figures":
        yield from _write_figures(titles, table.groups[0].rows[0])
        return
    for group in table.groups:
        if group.title:
            yield write_inlines(group.title)
        for row in group.rows:
            cells = [" ".join(" ".join(_write_blocks(cell)).split()) for cell in row.cells]
            named = [f"{title}: {cell}" for title, cell in zip(titles, cells, strict=True) if cell]
            if table.row_headers or table.role == "actions":
                rest = ", ".join(named[1:]) if table.role == "actions" else ", ".join(filter(None, cells[1:]))
                yield f"- {cells[0]}" + (f" ({rest})" if rest else "")
            else:
                yield f"- {', '.join(named)}"


def _write_figures(titles: list[str], row: nodes.Row) -> Iterator[str]:
    """Yield a line for each key figure, and what qualifies it on the next line."""
    for title, cell in zip(titles, row.cells, strict=True):
        figure, *rest = list(_write_blocks(cell)) or [""]
        yield f"{title}: {figure}"
        yield from (_indent(part, "    ") for part in rest)


def write_inlines(inlines: Inlines) -> str:
    """Return inlines as text. The target of a link follows it, unless it is its text."""
    return "".join(map(_write_inline, inlines))


def _write_inline(inline: Inline) -> str:
    match inline:
        case nodes.Link(target, children):
            words = write_inlines(children)
            return words if words in (target, target.removeprefix("mailto:")) else f"{words} <{target}>"
        case nodes.Strong(children) | nodes.Emphasis(children) | nodes.Strike(children) | nodes.Marked(children):
            return write_inlines(children)
        case nodes.LineBreak():
            return "\n"
        case nodes.Image():
            return f"[{inline.alt}]"
        case nodes.Text() | nodes.Code() | nodes.Label() | nodes.Time() | nodes.NoteMark() | nodes.Ordinal():
            return inline.text
        case _:
            assert_never(inline)


def _indent(text: str, start: str) -> str:
    return "\n".join(f"{start}{line}" for line in text.split("\n"))
