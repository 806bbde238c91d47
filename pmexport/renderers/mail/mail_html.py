"""The letter as HTML for mail programs: Outlook's Word engine, Gmail and Apple Mail.

These programs drop style sheets, flexible boxes and modern selectors. So everything is a table of fixed width with
inline styles. Each colour of a text comes with a background, which programs invert together in dark mode. Images are
parts of the mail, named by their content id.
"""

import re
from collections.abc import Iterator
from html import escape
from typing import assert_never

from pmexport.document import nodes
from pmexport.document.nodes import Block, Blocks, Document, Inline, Inlines
from pmexport.report.vocabulary import Tone
from pmexport.theming.tokens import Tokens

WIDTH = 600
"""Pixels: what all programs show without scrolling."""
_PADDING = 24
_INNER = WIDTH - 2 * _PADDING
_FAMILY = "'Segoe UI', Helvetica, Arial, sans-serif"
_CELL = "font-size: 14px; line-height: 20px"
_FILLS = f'width="{_INNER}" cellpadding="0" cellspacing="0" border="0" style="margin: 0 0 12px; width: {_INNER}px"'
"""The attributes of a table as wide as the text."""
_MONO = "Consolas, Menlo, monospace"

_DATE = re.compile(r"(?<![\w-])\d{4}-\d\d-\d\d(?![\w-])", re.ASCII)

Images = dict[str, tuple[str, bytes]]
"""Media types and contents by content id."""


def write_html(letter: Document, tokens: Tokens) -> tuple[str, Images]:
    """Return the page, and the images of the report that it shows. Images of bands are named `band-1` and so on."""
    writer = _Writer(letter, tokens)
    return writer.write_page(), writer.images


class _Writer:
    def __init__(self, letter: Document, tokens: Tokens) -> None:
        self._letter = letter
        self._colors = tokens.colors
        self._tones = tokens.tones
        self._bands = 0
        self.images: Images = {}

    def write_page(self) -> str:
        letter, colors = self._letter, self._colors
        head = (
            f'<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<meta name="color-scheme" content="light dark"><title>{escape(letter.properties.subject)}</title>'
        )
        rows = "".join(map(self._write_row, self._list_rows()))
        font = f"font-family: {_FAMILY}; font-size: 15px; line-height: 22px; color: {colors.text}"
        inner = (
            f'<table role="presentation" width="{WIDTH}" cellpadding="0" cellspacing="0" border="0" align="center" '
            f'style="width: {WIDTH}px; background: {colors.page}; {font}" bgcolor="{colors.page}">{rows}</table>'
        )
        outer = (
            f'<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" '
            f'style="background: {colors.surface}" bgcolor="{colors.surface}">'
            f'<tr><td align="center" style="padding: 16px 0">{inner}</td></tr></table>'
        )
        language = f'lang="{escape(letter.language)}" dir="{letter.direction}"'
        return (
            f"<!DOCTYPE html>\n<html {language}><head>{head}</head>"
            f'<body style="margin: 0; padding: 0">{outer}</body></html>\n'
        )

    def _list_rows(self) -> Iterator[str]:
        letter, muted = self._letter, f"color: {self._colors.muted}; font-size: 13px; line-height: 18px"
        for text in filter(None, (letter.tlp, letter.classification)):
            yield f'<p style="margin: 0 0 8px; font-weight: bold; font-size: 13px">{escape(text)}</p>'
        facts = " &#183; ".join(map(self._write_inlines, letter.facts))
        title = f'<h1 style="margin: 0 0 4px; font-size: 24px; line-height: 30px">{escape(letter.title)}</h1>'
        mark = "" if not letter.mark else self._write_chip(letter.mark, "caution") + " "
        yield f'{title}<p style="margin: 0; {muted}">{mark}{facts}</p>'
        for section in nodes.sections_of(letter):
            heading = f'<h2 style="margin: 0 0 8px; font-size: 17px; line-height: 24px">{escape(section.title)}</h2>'
            yield heading + self._write_blocks(section.blocks)
        line = f"border-top: 1px solid {self._colors.hairline}; padding-top: 12px; {muted}"
        yield f'<div style="{line}">{self._write_blocks(letter.footer)}</div>'

    def _write_row(self, content: str) -> str:
        """Return a row of the page. Some programs would centre its text like the page, or widen it."""
        style = f"padding: 12px {_PADDING}px; text-align: {self._start}"
        start = f'<tr><td width="{_INNER}" align="{self._start}" style="{style}">'
        return f'{start}<div style="width: {_INNER}px">{content}</div></td></tr>\n'

    @property
    def _start(self) -> str:
        return "right" if self._letter.direction == "rtl" else "left"

    # ---- blocks

    def _write_blocks(self, blocks: Blocks) -> str:
        return "".join(map(self._write_block, blocks))

    def _write_block(self, block: Block) -> str:
        match block:
            case nodes.Paragraph(inlines, role):
                muted = f"; color: {self._colors.muted}; font-size: 13px; line-height: 18px" * (role != "text")
                return f'<p style="margin: 0 0 10px{muted}">{self._write_inlines(inlines)}</p>'
            case nodes.Heading(level, inlines):
                style = "margin: 12px 0 6px; font-size: 15px; line-height: 22px"
                return f'<h{level} style="{style}">{self._write_inlines(inlines)}</h{level}>'
            case nodes.List():
                return self._write_list(block)
            case nodes.CodeBlock(text, caption=caption):
                style = f"margin: 0 0 10px; padding: 8px; background: {self._colors.surface}; font: 13px/18px {_MONO}"
                title = f'<p style="margin: 0 0 4px">{self._write_inlines(caption)}</p>' if caption else ""
                return f'{title}<pre style="{style}; white-space: pre-wrap">{escape(text)}</pre>'
            case nodes.Quote(blocks):
                style = f"margin: 0 0 10px; padding: 0 0 0 12px; border-left: 3px solid {self._colors.hairline}"
                return f'<blockquote style="{style}">{self._write_blocks(blocks)}</blockquote>'
            case nodes.Details(summary, blocks):
                title = f'<p style="margin: 0 0 4px"><strong>{self._write_inlines(summary)}</strong></p>'
                return title + self._write_blocks(blocks)
            case nodes.Table():
                return self._write_figures(block) if block.role == "key_figures" else self._write_table(block)
            case nodes.Figure(image, caption):
                return f'<p style="margin: 0 0 4px">{self._write_image(image)}</p>{self._write_blocks(caption)}'
            case nodes.Excerpt():
                return self._write_blocks(block.paper)
            case nodes.ImpactBand():
                return self._write_band(block)
            case nodes.Previews(previews):
                return "".join(map(self._write_preview, previews))
            case nodes.Rule():
                return f'<hr style="border: 0; border-top: 1px solid {self._colors.hairline}">'
            case _:
                assert_never(block)

    def _write_list(self, block: nodes.List) -> str:
        name, start = ("ol", f' start="{block.start}"') if block.ordered else ("ul", "")
        boxes = {None: "", True: "&#9745; ", False: "&#9744; "}
        items = (
            f'<li style="margin: 0 0 4px">{boxes[item.checked]}{self._write_item(item)}</li>' for item in block.items
        )
        return f'<{name}{start} style="margin: 0 0 10px; padding: 0 0 0 24px">{"".join(items)}</{name}>'

    def _write_item(self, item: nodes.Item) -> str:
        """Return an item; one paragraph alone needs no margins."""
        match item.blocks:
            case (nodes.Paragraph(inlines),):
                return self._write_inlines(inlines)
            case blocks:
                return self._write_blocks(blocks)

    def _write_cell(self, blocks: Blocks) -> str:
        return self._write_item(nodes.Item(blocks))

    def _write_figures(self, table: nodes.Table) -> str:
        """Return the key figures, each with its title above it, in as many columns."""
        cells = table.groups[0].rows[0].cells
        width = _INNER // len(cells)
        style = f"padding: 8px 8px 8px 0; border-top: 2px solid {self._colors.rule}; font-size: 13px; line-height: 18px"
        columns = (
            f'<td width="{width}" valign="top" style="{style}"><span style="color: {self._colors.muted}">'
            f"{self._write_inlines(column.title)}</span><br>{self._write_figure(cell)}</td>"
            for column, cell in zip(table.columns, cells, strict=True)
        )
        return self._write_presentation(f"<tr>{''.join(columns)}</tr>")

    def _write_figure(self, cell: Blocks) -> str:
        first, *rest = cell or ((),)
        large = self._write_inlines(first.inlines) if isinstance(first, nodes.Paragraph) else ""
        return f'<strong style="font-size: 20px; line-height: 28px">{large}</strong>{self._write_blocks(tuple(rest))}'

    def _write_presentation(self, rows: str) -> str:
        return f'<table role="presentation" {_FILLS}>{rows}</table>'

    def _write_table(self, table: nodes.Table) -> str:
        line = f"border-bottom: 1px solid {self._colors.hairline}; padding: 6px 8px 6px 0; {_CELL}"
        start = self._start
        titles = (
            f'<th scope="col" align="{start}" valign="top" style="{line}">{self._write_inlines(column.title)}</th>'
            for column in table.columns
        )
        rows = [f"<tr>{''.join(titles)}</tr>"]
        for group in table.groups:
            if group.title:
                title = f'<td colspan="{len(table.columns)}" style="{line}"><strong>'
                rows.append(f"<tr>{title}{self._write_inlines(group.title)}</strong></td></tr>")
            for row in group.rows:
                cells = (f'<td valign="top" style="{line}">{self._write_cell(cell)}</td>' for cell in row.cells)
                rows.append(f"<tr>{''.join(cells)}</tr>")
        name = f' aria-label="{escape(table.description)}"' if table.description else ""
        return f"<table{name} {_FILLS}>{''.join(rows)}</table>"

    def _write_band(self, band: nodes.ImpactBand) -> str:
        self._bands += 1
        image = f'<img src="cid:band-{self._bands}" alt="{escape(band.description)}" width="{_INNER}" border="0"'
        style = f"display: block; width: {_INNER}px; height: auto"
        note = f"margin: 4px 0 10px; color: {self._colors.muted}; font-size: 13px; line-height: 18px"
        return f'{image} style="{style}"><p style="{note}">{self._write_inlines(band.caption)}</p>'

    def _write_preview(self, preview: nodes.Preview) -> str:
        shares = "".join(f"<p>{self._write_inlines(share.text)}</p>" for share in preview.shares)
        return f"<p>{self._write_inlines(preview.title)}</p>{shares}{self._write_blocks(preview.blocks)}"

    # ---- inlines

    def _write_inlines(self, inlines: Inlines) -> str:
        return "".join(map(self._write_inline, inlines))

    def _write_inline(self, inline: Inline) -> str:
        match inline:
            case nodes.Text(text) | nodes.Time(text) | nodes.Ordinal(text):
                return _write_text(text)
            case nodes.NoteMark():
                return f"<sup>{escape(inline.text)}</sup>"
            case nodes.Strong(children):
                return f"<strong>{self._write_inlines(children)}</strong>"
            case nodes.Emphasis(children):
                return f"<em>{self._write_inlines(children)}</em>"
            case nodes.Strike(children):
                return f"<s>{self._write_inlines(children)}</s>"
            case nodes.Marked(children, role):
                return f"<{role}>{self._write_inlines(children)}</{role}>"
            case nodes.Code(text):
                return f'<code style="font-family: {_MONO}; font-size: 13px">{escape(text)}</code>'
            case nodes.Link(target, children):
                style = f"color: {self._colors.accent}; text-decoration: underline"
                return f'<a href="{escape(target)}" style="{style}">{self._write_inlines(children)}</a>'
            case nodes.Image():
                return self._write_image(inline)
            case nodes.LineBreak():
                return "<br>"
            case nodes.Label(text, _, tone):
                return self._write_chip(text, tone)
            case _:
                assert_never(inline)

    def _write_chip(self, text: str, tone: Tone) -> str:
        colors = getattr(self._tones, tone)
        style = f"color: {colors.ink}; background: {colors.wash}; padding: 1px 4px; white-space: nowrap"
        return f'<span style="{style}">{escape(text)}</span>'

    def _write_image(self, image: nodes.Image) -> str:
        name = next(
            (key for key, (_, data) in self.images.items() if data == image.data), f"image-{len(self.images) + 1}"
        )
        self.images[name] = (image.media_type, image.data)
        width = min(image.width, _INNER)
        return f'<img src="cid:{name}" alt="{escape(image.alt)}" width="{width}" border="0" style="max-width: 100%">'


def _write_text(text: str) -> str:
    """Return a text whose dates stay on one line; programs would divide them at their hyphens."""
    return _DATE.sub(r'<span style="white-space: nowrap">\g<0></span>', escape(text))
