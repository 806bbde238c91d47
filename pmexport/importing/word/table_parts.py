"""The rows and cells of a table in a Word file, and the table that they make."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pmexport.document import nodes
from pmexport.document.nodes import Align, Block, Blocks, Inlines
from pmexport.importing.word.paragraph_lines import find_align
from pmexport.renderers.docx.oxml import Element, W
from pmexport.renderers.docx.template.style_index import select_nodes


def list_rows(table: Element) -> Iterator[Element]:
    """Yield the rows of a table that were not deleted, also in content controls."""
    for row in table.iterchildren(f"{W}tr", f"{W}sdt", f"{W}sdtContent", f"{W}customXml"):
        if row.tag != f"{W}tr":
            yield from list_rows(row)
        elif not select_nodes(row, "w:trPr/w:del"):
            yield row


def list_cells(row: Element) -> Iterator[Element]:
    """Yield the cells of a row, also in content controls."""
    for cell in row.iterchildren(f"{W}tc", f"{W}sdt", f"{W}sdtContent", f"{W}customXml"):
        if cell.tag == f"{W}tc":
            yield cell
        else:
            yield from list_cells(cell)


def column_aligns(table: Element) -> list[Align]:
    """Return the alignment of the columns, as the cells of the first row have it."""
    first = next(list_rows(table), None)
    paragraphs = [next(cell.iter(f"{W}p"), None) for cell in list_cells(first)] if first is not None else []
    return ["start" if one is None else find_align(one) for one in paragraphs]


def make_table(rows: Sequence[tuple[Blocks, ...]], aligns: Sequence[Align]) -> nodes.Table:
    """Return the table of these rows; the first one has the titles of the columns."""
    head, *body = rows
    titles = [_cell_inlines(cell) for cell in head]
    missing: list[Align] = ["start"] * len(titles)
    padded = [*aligns, *missing]
    columns = tuple(nodes.Column(title, align=align) for title, align in zip(titles, padded, strict=False))
    return nodes.Table(columns, (nodes.RowGroup(tuple(map(nodes.Row, body))),), description="A table")


def _cell_inlines(blocks: Blocks) -> Inlines:
    """Return the text of a cell of the header on one line, not bold as a whole."""
    lines = [block.inlines if isinstance(block, nodes.Paragraph) else _flat_text(block) for block in blocks]
    joined = tuple(
        inline for number, line in enumerate(lines) for inline in ((nodes.LineBreak(),) if number else ()) + line
    )
    match joined:
        case (nodes.Strong(children),):
            return children
    return joined


def _flat_text(block: Block) -> Inlines:
    words = " ".join(nodes.walk_texts(block)).strip()
    return (nodes.Text(words),) if words else ()
