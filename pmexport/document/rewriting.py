"""Rewrite the texts of a document, and keep everything else."""

from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from pmexport.document import nodes
from pmexport.document.nodes import Block, Blocks, Document, Inlines, Section, Text, text_of

Rewrite = Callable[[Inlines], Inlines]
"""Returns the inlines of a paragraph, a cell or a title in other words."""


def rewrite_document(document: Document, rewrite: Rewrite) -> Document:
    """Return the document with its texts rewritten. Its properties, and what only screen readers say, stay."""
    return replace(
        document,
        title=_rewrite_text(document.title, rewrite),
        facts=tuple(map(rewrite, document.facts)),
        sections=tuple(_rewrite_section(section, rewrite) for section in document.sections),
        footer=rewrite_blocks(document.footer, rewrite),
        cover=rewrite_blocks(document.cover, rewrite),
        running=tuple(_rewrite_text(text, rewrite) for text in document.running),
        classification=_rewrite_text(document.classification, rewrite),
    )


def _rewrite_text(text: str, rewrite: Rewrite) -> str:
    return text_of(rewrite((Text(text),)))


def _rewrite_section(section: Section, rewrite: Rewrite) -> Section:
    return replace(
        section,
        title=_rewrite_text(section.title, rewrite),
        blocks=rewrite_blocks(section.blocks, rewrite),
        sections=tuple(_rewrite_section(inner, rewrite) for inner in section.sections),
    )


def rewrite_blocks(blocks: Blocks, rewrite: Rewrite) -> Blocks:
    """Return blocks with their texts rewritten."""
    return tuple(_rewrite_block(block, rewrite) for block in blocks)


def _rewrite_block(block: Block, rewrite: Rewrite) -> Block:
    match block:
        case nodes.Paragraph() | nodes.Heading():
            return replace(block, inlines=rewrite(block.inlines))
        case nodes.List(items):
            return replace(
                block, items=tuple(replace(item, blocks=rewrite_blocks(item.blocks, rewrite)) for item in items)
            )
        case nodes.CodeBlock():
            return replace(block, caption=rewrite(block.caption))
        case nodes.Excerpt(screen, paper):
            return nodes.Excerpt(rewrite_blocks(screen, rewrite), rewrite_blocks(paper, rewrite))
        case nodes.Quote():
            return replace(block, blocks=rewrite_blocks(block.blocks, rewrite))
        case nodes.Details():
            return replace(block, summary=rewrite(block.summary), blocks=rewrite_blocks(block.blocks, rewrite))
        case nodes.Table():
            return _rewrite_table(block, rewrite)
        case nodes.Figure():
            return replace(block, caption=rewrite_blocks(block.caption, rewrite))
        case nodes.ImpactBand():
            return _rewrite_band(block, rewrite)
        case nodes.Previews(previews):
            return replace(block, previews=tuple(_rewrite_preview(preview, rewrite) for preview in previews))
        case nodes.Rule():
            return block
        case _:
            assert_never(block)


def _rewrite_table(table: nodes.Table, rewrite: Rewrite) -> nodes.Table:
    columns = tuple(replace(column, title=rewrite(column.title)) for column in table.columns)
    groups = tuple(
        replace(
            group,
            title=rewrite(group.title),
            rows=tuple(
                replace(row, cells=tuple(rewrite_blocks(cell, rewrite) for cell in row.cells)) for row in group.rows
            ),
        )
        for group in table.groups
    )
    return replace(table, columns=columns, groups=groups)


def _rewrite_preview(preview: nodes.Preview, rewrite: Rewrite) -> nodes.Preview:
    return replace(
        preview,
        title=rewrite(preview.title),
        shares=tuple(replace(share, text=rewrite(share.text)) for share in preview.shares),
        blocks=rewrite_blocks(preview.blocks, rewrite),
        more=rewrite(preview.more),
    )


def _rewrite_band(band: nodes.ImpactBand, rewrite: Rewrite) -> nodes.ImpactBand:
    milestone, time, elapsed = map(rewrite, band.columns)
    views = tuple(
        replace(
            view,
            flags=tuple(replace(flag, title=rewrite(flag.title)) for flag in view.flags),
            lanes=tuple(replace(lane, title=rewrite(lane.title)) for lane in view.lanes),
        )
        for view in band.views
    )
    return replace(
        band,
        title=rewrite(band.title),
        columns=(milestone, time, elapsed),
        views=views,
        caption=rewrite(band.caption),
        key=rewrite(band.key),
    )
