"""Sections that are text: one text, or a list of texts."""

from __future__ import annotations

from collections.abc import Iterator

from pmexport.document.markdown.source_blocks import SourceBlock
from pmexport.importing.markdown.inline_text import escape_inline, has_words, heading_text
from pmexport.importing.markdown.outline import Part
from pmexport.importing.markdown.pages import Content, Page, join_texts
from pmexport.importing.markdown.report_builder import ReportBuilder

EMPTY = "It is empty."


def read_text(builder: ReportBuilder, name: str, part: Part) -> None:
    """Add a section to a text field."""
    heading = part.title if name in builder.fields else ""
    part.mark_heading("taken", name)
    builder.add_text(name, part_text(part, name), heading)


def part_text(part: Part, path: str) -> str:
    """Return the text of a section. It goes to this path."""
    return join_texts(content.text(path) for content in part.contents)


def read_items(builder: ReportBuilder, name: str, part: Part) -> None:
    """Add a section to a list of texts: the items of a list, or its paragraphs."""
    before = builder.next_index(name)
    for content in part.contents:
        for chunk in _split_chunks(content, single=name == "root_cause"):
            path = f"{name}[{builder.next_index(name)}]"
            if text := chunk_text(chunk, path):
                builder.add_items(name, [text])
    part.mark_heading("taken", name if builder.next_index(name) == before else f"{name}[{before}]")


def _split_chunks(content: Content, *, single: bool) -> Iterator[Content | Page]:
    """Yield the parts of a content that are one item each: pages of list items, or runs of blocks.

    single: whether a content that is not just a list is one item.
    """
    page, blocks = content.page, content.blocks
    if single and [block.kind for block in blocks] != ["list"]:
        yield content
        return
    run: list[SourceBlock] = []
    headed, seen = any(block.kind == "heading" for block in blocks), False  # whether there are headings, and one above
    for block in blocks:
        alone = not run and not headed and block.kind == "list"
        if alone:
            yield from (page.item_page(item) for item in block.items)
        elif run and _begins_item(page, run, block, headed=seen):
            yield Content(page, run)
            if block.kind == "list":
                yield from (page.item_page(item) for item in block.items)
                run = []
            else:
                run = [block]
        else:
            run.append(block)
        seen = seen or block.kind == "heading"
    if run:
        yield Content(page, run)


def _begins_item(page: Page, run: list[SourceBlock], block: SourceBlock, *, headed: bool) -> bool:
    """Return whether a block begins an item, or else belongs to the run before it.

    headed: whether there are headings, which then begin the items.
    """
    if headed or block.kind == "heading":
        levels = [one.level for one in run if one.kind == "heading"]
        return block.kind == "heading" and (not levels or block.level <= levels[0])
    introduces = page.lines[run[-1].last].rstrip().endswith((":", ",", "\N{FULLWIDTH COLON}"))
    return block.kind == "paragraph" and not introduces


def chunk_text(chunk: Content | Page, path: str) -> str:
    """Return the text of one item, its headings as bold lines; empty if it shows nothing."""
    content = chunk if isinstance(chunk, Content) else Content(chunk, chunk.blocks)
    if isinstance(chunk, Page):
        _mark_item(chunk, path)
    return embolden_headings(content, path)


def _mark_item(page: Page, path: str) -> None:
    last = page.start + len(page.lines) - 1
    if shows_something("\n".join(page.lines)):
        page.sources.ledger.mark(page.start, last, "taken", path)
    else:
        page.sources.ledger.mark(page.start, last, "left_out", reason=EMPTY)


def shows_something(text: str) -> bool:
    """Return whether a text shows words or an image."""
    return has_words(text) or "![" in text or "<img" in text


def embolden_headings(content: Content, path: str) -> str:
    """Return a text whose headings are bold lines: a heading does not fit into an item of a list or a cell."""
    text = content.text(path)
    if not any(block.kind == "heading" for block in content.blocks):
        return text if shows_something(text) else ""
    parts: list[str] = []
    for group in _group_headings(content):
        if group[0].kind == "heading":
            parts.append(f"**{bold_words(content.page.block_lines(group[0])[0])}**")
        else:
            parts.append(content.page.source(group))
    return content.page.sources.define_used(join_texts(parts), path)


def bold_words(line: str) -> str:
    """Return the words of a heading for a bold line."""
    return escape_inline(heading_text(line))


def _group_headings(content: Content) -> Iterator[list[SourceBlock]]:
    run: list[SourceBlock] = []
    for block in content.blocks:
        if block.kind == "heading":
            yield from [run] if run else []
            yield [block]
            run = []
        else:
            run.append(block)
    yield from [run] if run else []


def read_own(builder: ReportBuilder, part: Part, after: str | None = None) -> None:
    """Make a section of its own."""
    path = f"sections[{len(builder.sections)}]"
    part.mark_heading("own_section", path)
    texts = []
    for content in part.contents:
        content.mark("own_section", path)
        texts.append(content.text(path))
    builder.add_section(part.title or builder.make_title("preamble"), join_texts(texts), after)
