"""Word files that pmexport wrote: what belongs to the template, and tables that are laid out for paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pmexport.document import nodes
from pmexport.document.labels import Labels, list_labels, match_labels
from pmexport.document.nodes import Block, Blocks, text_of
from pmexport.importing.word.style_sheet import StyleSheet
from pmexport.importing.word.word_file import WordFile, element_text, style_of
from pmexport.renderers.docx.oxml import Element, W
from pmexport.renderers.docx.template.style_index import remove_elements
from pmexport.renderers.docx.word_document import REPORT_BOOKMARK
from pmexport.report.house_style import HouseStyle

_ISOLATES = dict.fromkeys((0x2066, 0x2069))


def find_labels(file: WordFile, styles: StyleSheet, style: HouseStyle) -> Labels | None:
    """Return the labels with which pmexport wrote a file, under a house style or without; None if it did not.

    Its facts end with what the document is. The file's properties or the paragraph's style confirm it.
    """
    languages = list_labels(style)
    titles = {element_text(paragraph).strip() for paragraph in file.body.iter(f"{W}p")}
    for paragraph in file.body.iter(f"{W}p"):
        text = element_text(paragraph).strip()
        found = match_labels((labels for labels in languages if text.endswith(labels.kind)), titles)
        if found and (file.has_mark or styles.role(style_of(paragraph)) == "subtitle"):
            return found
    return None


def drop_isolates(body: Element) -> None:
    """Remove the marks that keep numbers and Latin words in order in a document that is written from right to left."""
    for text in body.iter(f"{W}t"):
        text.text = (text.text or "").translate(_ISOLATES)


def cut_template(file: WordFile) -> list[str]:
    """Remove what a company's template has before and after the report, and return its texts."""
    names = {key for key, name in file.bookmarks.items() if name.startswith(REPORT_BOOKMARK)}
    starts, ends = (
        [one for one in file.body.iter(f"{W}{tag}") if one.get(f"{W}id") in names]
        for tag in ("bookmarkStart", "bookmarkEnd")
    )
    if not starts:
        return []
    first, last = _top(file.body, starts[0]), _top(file.body, ends[-1] if ends else starts[0])
    outside = list(first.itersiblings(preceding=True)) + (list(last.itersiblings()) if ends else [])
    texts = [text for one in outside if (text := element_text(one).strip())]
    remove_elements(outside)
    return texts


def _top(body: Element, element: Element) -> Element:
    """Return the child of the body that an element is, or is in."""
    return next((one for one in (element, *element.iterancestors()) if one.getparent() is body), element)


def make_band(labels: Labels, flags: Iterable[str]) -> nodes.Table:
    """Return the milestones of an impact band as the table that Markdown has. flags: `13:58 Impact started`."""
    rows = []
    for flag in flags:
        title = next((title for title in labels.flags.values() if flag.endswith(f" {title}")), "")
        cells = (title, flag.removesuffix(f" {title}"), "") if title else (flag, "", "")
        rows.append(nodes.Row(tuple((nodes.Paragraph((nodes.Text(cell),)),) if cell else () for cell in cells)))
    titles = (labels.band["milestone"], labels.timeline["time"], next(iter(labels.since.values())))
    columns = tuple(nodes.Column((nodes.Text(title),)) for title in titles)
    return nodes.Table(columns, (nodes.RowGroup(tuple(rows)),), description="The milestones")


def join_tables(blocks: Blocks) -> Blocks:
    """Return our blocks with tables in pairs of columns, and those that were divided into parts, as one."""
    out: list[Block] = []
    for block in map(_unpair, blocks):
        before = out[-1] if out else None
        if isinstance(block, nodes.Table) and isinstance(before, nodes.Table) and _titles(block) == _titles(before):
            out[-1] = replace(before, groups=(*before.groups, *block.groups))
        else:
            out.append(block)
    return tuple(out)


def _unpair(block: Block) -> Block:
    """Return a table of names and values that has two of its rows in each row with one in each."""
    if not isinstance(block, nodes.Table) or len(block.columns) != 4:
        return block
    titles = _titles(block)
    if titles[:2] != titles[2:]:
        return block
    rows = tuple(row for group in block.groups for row in _split_rows(group.rows))
    return replace(block, columns=block.columns[:2], groups=(nodes.RowGroup(rows),))


def _split_rows(rows: Iterable[nodes.Row]) -> Iterator[nodes.Row]:
    for row in rows:
        for half in (row.cells[:2], row.cells[2:]):
            if any(half):
                yield nodes.Row(half)


def _titles(table: nodes.Table) -> list[str]:
    return [text_of(column.title) for column in table.columns]


def add_title(blocks: Blocks, title: str) -> Blocks:
    """Return our blocks with a title: if a template has a place for it, the properties of the file repeat it."""
    if any(isinstance(block, nodes.Heading) and block.level == 1 for block in blocks):
        return blocks
    return (nodes.Heading(1, (nodes.Text(title),)), *blocks) if title else blocks
