"""Write the nodes of a document as HTML.

Inlines are written here, and their texts are escaped here, once. The theme's templates write the blocks. A template
gets the node, and its inner parts as HTML. Writing from the inside out keeps the stack small.
"""

import re
import unicodedata
from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Any, assert_never

import markupsafe
from jinja2 import Environment
from markupsafe import Markup

from pmexport.document.log_lines import classify_line
from pmexport.document.nodes import (
    AxisView,
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
    Inline,
    Inlines,
    Label,
    LineBreak,
    Link,
    List,
    Mark,
    Marked,
    NoteMark,
    Ordinal,
    Paragraph,
    Preview,
    Previews,
    Quote,
    Row,
    Rule,
    Section,
    Span,
    Stretch,
    Strike,
    Strong,
    Table,
    Text,
    Time,
    Tlp,
    sections_of,
    text_of,
    title_of,
)
from pmexport.renderers.shared import code_colors, table_layout, tlp_colors
from pmexport.renderers.shared.bound_words import bind_french, bind_words
from pmexport.renderers.shared.exact_names import split_names
from pmexport.renderers.shared.flag_room import is_crowded, measure_axis
from pmexport.renderers.shared.image_sizes import classify_image
from pmexport.renderers.shared.side_headings import measure_rail, stands_beside
from pmexport.theming.tokens import Tokens

_CARDS = ("actions", "reports")
"""The roles of tables whose rows are cards on a phone."""
_MAX_CHIP = 40
"""Maximum characters of a label with a background; a longer one is shown as plain text."""
_MAX_LEAD = 300
"""Maximum characters of a paragraph that introduces the table below it."""
_HIGH = ("tall", "large")
"""The classes of rows of more than a few lines."""
_TOUCHING = 0.003
"""The distance at which two ticks are one, as a part of the axis: about the width of one on a page."""
_NUMBERED_FROM = {"log": 2, "code": 10}
"""Minimum lines of a block whose lines are numbered."""

_WHOLE_WORD = re.compile(r"\S{1,19}")
"""Code that is never broken, for example at a hyphen."""
_OPENING = "([{\"'\N{LEFT DOUBLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}«「"
"""Punctuation before code that touches it."""
_JOINING = "([{-\N{EN DASH}\N{EM DASH}/&@#*"
"""Punctuation after code that does not close it."""
_LONG_WORD = re.compile(r"[!-~]{20,}")
_HOST = re.compile(r"://[^/?#]{1,32}(?=[/?#]|$)")
"""The host of a URL, which is kept whole."""
_BREAK = re.compile(r"(?<=[/\\._\-&?=:;,@#+~|])(?=\w)(?!(?<=-)\d)|(?<=[a-z])(?=[A-Z][a-z])")
"""A good place to break a long name, path or URL: after punctuation, but not before a ticket's number, or before the
next word of a camel-case name."""

_LANDSCAPE = Markup('<div class="turned">\n{}</div>\n')
_TLP = Markup('<p class="tlp"><span style="background: {}; color: {}; font-size: {}">{}</span></p>\n')
_EXACT = Markup('<span class="exact">{}</span>')
_WRAPPED = Markup("<div>\n{}</div>\n")
_ELAPSED = Markup(' <span class="elapsed">{}</span>')
_LTR = Markup('<span dir="ltr">{}</span>')
_IMAGE = Markup('<img src="{}" alt="{}" width="{}" height="{}" class="{}">')


def template_name(block: type[Block]) -> str:
    """Return the name of a block's template: `blocks/code_block.html.j2` for CodeBlock."""
    return f"blocks/{re.sub(r'(?<=[a-z])(?=[A-Z])', '_', block.__name__).lower()}.html.j2"


class HtmlWriter:
    """Writes the parts of one document as HTML, with the templates of a theme."""

    def __init__(self, environment: Environment, document: Document, tokens: Tokens) -> None:
        self._environment = environment
        self._page = table_layout.measure_page(tokens)
        self._rail = measure_rail(tokens)
        self._axis = measure_axis(tokens)
        self._keep_whys = table_layout.keeps_whys(sections_of(document), self._page)
        self._templates = {block: environment.get_template(template_name(block)) for block in Block.__args__}
        self._ltr = Markup(' dir="ltr"') if document.direction == "rtl" else Markup()

    def write_sections(self, sections: tuple[Section, ...]) -> Markup:
        return _join_parts(self._write_section(section) for section in sections)

    def _write_section(self, section: Section) -> str:
        names = [f"sections/{section.id}.html.j2", "section.html.j2"]
        turned = self._starts_landscape(section)
        return self._environment.select_template(names).render(
            section=section,
            title=self.write_title(section),
            blocks=self._write_section_blocks(section.blocks),
            sections=self.write_sections(section.sections),
            turned=turned,
            beside=not turned and stands_beside(section, self._rail),
            kept=section.id == "five_whys" and self._keep_whys,
        )

    def write_title(self, section: Section) -> Markup:
        return self.write_line(title_of(section), title=True)

    def _starts_landscape(self, section: Section) -> bool:
        """Return whether a section starts with a landscape table, so that its heading is on that page too."""
        if not section.blocks:
            return bool(section.sections) and self._starts_landscape(section.sections[0])
        start = next((index for index, block in enumerate(section.blocks) if self._plan_landscape(block)), None)
        return start is not None and _count_lead(section.blocks[:start]) == start

    def _plan_table(self, block: Table) -> table_layout.Layout:
        """Return the layout of a table; action items are many, and have dense rows on paper."""
        return table_layout.plan_table(block, self._page, dense=block.role == "actions")

    def _plan_landscape(self, block: Block) -> table_layout.Layout | None:
        """Return the layout of an author's table that needs a landscape page; None for other blocks."""
        if not isinstance(block, Table) or block.role != "text":
            return None
        plan = table_layout.plan_table(block, self._page, may_turn=True)
        return plan if plan.landscape else None

    def _write_section_blocks(self, blocks: Blocks) -> Markup:
        """Write the blocks of a section. A landscape table and its introduction share a page."""
        written: list[str] = []
        for index, block in enumerate(blocks):
            plan = self._plan_landscape(block)
            written.append(self._write_block(block, plan))
            if plan:
                together = 1 + _count_lead(blocks[:index])
                written[-together:] = [_LANDSCAPE.format(_join_parts(iter(written[-together:])))]
        return _join_parts(iter(written))

    def write_blocks(self, blocks: Blocks) -> Markup:
        return _join_parts(self._write_block(block) for block in blocks)

    def _write_block(self, block: Block, plan: table_layout.Layout | None = None) -> str:
        match block:
            case Paragraph() | Heading():
                parts: dict[str, Any] = {"text": self.write_line(block.inlines, title=isinstance(block, Heading))}
            case List():
                write = self.write_blocks if block.role == "notes" else self._write_item
                parts = {"items": [(write(item.blocks), item.checked) for item in block.items]}
            case CodeBlock():
                parts = self._prepare_code(block)
            case Excerpt():
                parts = {"content": self.write_blocks(block.screen)}
            case Quote():
                parts = {"content": self.write_blocks(block.blocks)}
            case Details():
                parts = {
                    "summary": self.write_line(block.summary, title=True),
                    "content": self.write_blocks(block.blocks),
                }
            case Table():
                parts = self._prepare_table(block, plan or self._plan_table(block))
            case Figure():
                parts = {
                    "image": self._write_image(block.image),
                    "caption": self._write_tight(block.caption, title=True),
                }
            case ImpactBand():
                parts = self._prepare_band(block)
            case Previews(previews):
                parts = {"previews": [self._prepare_preview(preview) for preview in previews]}
            case Rule():
                parts = {}
            case _:
                assert_never(block)
        return self._templates[type(block)].render(block=block, **parts)

    def _prepare_code(self, block: CodeBlock) -> dict[str, Any]:
        lines = [
            (_join_parts(map(_write_part, line)), _classify_line(block, line))
            for line in code_colors.split_lines(block)
        ]
        last = block.lines or block.start + len(lines) - 1
        return {
            "lines": lines,
            "digits": len(str(last)) if last >= _NUMBERED_FROM[block.role] else 0,
            "caption": self.write_line(block.caption, title=True),
            "label": text_of(block.caption) or block.language or "",
            "ltr": self._ltr,
        }

    def _write_item(self, blocks: Blocks) -> Markup:
        """Write an item. WeasyPrint tags a list in an item after all else in the item, unless something wraps it."""
        following = max((index for index, block in enumerate(blocks) if not isinstance(block, List)), default=0)
        if not any(isinstance(block, List) for block in blocks[:following]):
            return self._write_tight(blocks)
        written = map(self._write_block, blocks)
        wrapped = (
            _WRAPPED.format(_join_parts(iter((part,)))) if isinstance(block, List) and index < following else part
            for index, (block, part) in enumerate(zip(blocks, written, strict=True))
        )
        return _join_parts(wrapped)

    def _write_tight(self, blocks: Blocks, *, title: bool = False) -> Markup:
        """Write the blocks of a cell, an item or a caption.

        A paragraph alone, or before a list or an elapsed time, needs no tag.
        """
        match blocks:
            case (Paragraph(inlines, "text"), Paragraph(elapsed, "elapsed")):
                return self.write_line(inlines) + _ELAPSED.format(self.write_line(elapsed))
            case (Paragraph(inlines, "text"), *rest) if all(isinstance(block, List) for block in rest):
                line = self.write_line(inlines, title=title)
                return line + self.write_blocks(tuple(rest)) if rest else line
            case _:
                return self.write_blocks(blocks)

    def _prepare_table(self, table: Table, plan: table_layout.Layout) -> dict[str, Any]:
        aligns = [_align_class(column) for column in table.columns]
        titles = [self.write_line(column.title) for column in table.columns]
        groups = [
            (self.write_line(group.title), [self._prepare_row(row, table, aligns, plan) for row in group.rows])
            for group in table.groups
        ]
        return {
            "columns": list(zip(titles, aligns, strict=True)),
            "widths": list(zip(plan.wide, plan.narrow, strict=True)),
            "groups": groups,
            "density": plan.density,
            "whole": table_layout.is_whole(table, plan, self._page),
            "names": [text_of(column.title) for column in table.columns] if table.role in _CARDS else [],
            "brief": table.role == "metadata" and table_layout.is_brief(table),
        }

    def _prepare_band(self, block: ImpactBand) -> dict[str, Any]:
        return {
            "title": self.write_line(block.title),
            "views": [self._prepare_view(view) for view in block.views],
            "caption": self.write_line(block.caption),
            "key": self.write_line(block.key),
        }

    def _prepare_preview(self, preview: Preview) -> dict[str, Any]:
        total = sum(share.count for share in preview.shares)
        return {
            "section": preview.section,
            "title": self.write_line(preview.title),
            "content": self.write_blocks(preview.blocks),
            "shares": [
                (self.write_line(share.text), share.role, _to_percent(share.count / total)) for share in preview.shares
            ],
            "more": self.write_line(preview.more),
        }

    def _prepare_view(self, view: AxisView) -> dict[str, Any]:
        flags = [
            (flag, *map(self.write_line, (flag.time, flag.title, flag.elapsed)), _to_percent(flag.at))
            for flag in view.flags
        ]
        lanes = [
            (
                self.write_line(lane.title),
                [(_escape_text(mark.text), *_place_bar(mark), kind) for mark, kind in _join_ticks(lane.marks)],
            )
            for lane in view.lanes
        ]
        return {
            "listed": is_crowded(view, self._axis),
            "height": 1 + max((flag.rank for flag in view.flags), default=-1),
            "flags": flags,
            "stretches": [(self.write_line(one.text), one.role, *_place_bar(one)) for one in view.stretches],
            "lanes": lanes,
            "ticks": [(_escape_text(tick.text), _to_percent(tick.at)) for tick in view.ticks],
            "nights": list(map(_place_bar, view.nights)),
            "enlarged": _place_bar(view.enlarged) if view.enlarged else None,
        }

    def _prepare_row(
        self, row: Row, table: Table, aligns: list[str], plan: table_layout.Layout
    ) -> tuple[Markup | None, list[tuple[Markup, str]], str]:
        heights = table_layout.classify_heights(row, plan, self._page)
        highest = next((height for height in _HIGH if height in heights), "")
        kind = f"{highest} {'' if row.tone == 'neutral' else row.tone}".strip()
        classes = [align + " long" * (height == "tall") for align, height in zip(aligns, heights, strict=True)]
        cells = [(self._write_tight(cell), name.strip()) for cell, name in zip(row.cells, classes, strict=True)]
        return (cells[0][0], cells[1:], kind) if table.row_headers else (None, cells, kind)

    def write_line(self, inlines: Inlines, *, title: bool = False) -> Markup:
        """Write inlines that are alone on a line. In a right-to-left document, left-to-right text is marked as such.

        title: whether they are a title or a caption.
        """
        written = self._write_inlines(bind_french(bind_words(inlines, title=title)))
        return _LTR.format(written) if self._ltr and _has_only_ltr(text_of(inlines)) else written

    def _write_inlines(self, inlines: Inlines, beside: tuple[str, str] = ("", "")) -> Markup:
        """Write inlines. beside: the characters before and after them, if any."""
        texts = [text_of((inline,)) for inline in inlines] if len(inlines) > 1 else [""]
        pairs = zip(
            [beside[0], *(text[-1:] for text in texts[:-1])],
            [*(text[:1] for text in texts[1:]), beside[1]],
            strict=True,
        )
        return _join_parts(map(self._write_inline, inlines, pairs))

    def _write_inline(self, inline: Inline, beside: tuple[str, str]) -> str:
        match inline:
            case Text(text):
                return _write_words(text)
            case Strong(children):
                return f"<strong>{self._write_inlines(children, beside)}</strong>"
            case Emphasis(children):
                return f"<em>{self._write_inlines(children, beside)}</em>"
            case Strike(children):
                return f"<s>{self._write_inlines(children, beside)}</s>"
            case Marked(children, role):
                return f"<{role}>{self._write_inlines(children)}</{role}>"
            case NoteMark():
                return _write_note_mark(inline)
            case Code(text):
                return f"<code{_classify_code(text, *beside)}{self._ltr}>{_escape_text(text)}</code>"
            case Link(target, children):
                return f'<a href="{markupsafe.escape(target)}">{self._write_inlines(children, beside)}</a>'
            case Image():
                return self._write_image(inline)
            case LineBreak():
                return "<br>"
            case Label(text, role, tone):
                long = " long" if len(text) > _MAX_CHIP else ""
                return f'<span class="label {role} {tone}{long}">{_escape_text(text)}</span>'
            case Ordinal(text, role):
                return f'<span class="ordinal {role}">{_escape_text(text)}</span>'
            case Time(text):
                return (
                    f"<span{self._ltr}>{_escape_text(text)}</span>"
                    if self._ltr and not _has_rtl(text)
                    else _escape_text(text)
                )
            case _:
                assert_never(inline)

    def _write_image(self, image: Image) -> Markup:
        source = to_data_uri(image.media_type, image.data)
        return _IMAGE.format(source, image.alt, image.width, image.height, classify_image(image))


def _classify_code(text: str, before: str, after: str) -> str:
    """Return the attribute with the CSS classes of code: a whole word, and punctuation at its start or end."""
    marks = {
        "word": bool(_WHOLE_WORD.fullmatch(text)),
        "opened": before != "" and before in _OPENING,
        "closed": after != "" and unicodedata.category(after).startswith("P") and after not in _JOINING,
    }
    names = " ".join(name for name, holds in marks.items() if holds)
    return f' class="{names}"' if names else ""


def _write_note_mark(mark: NoteMark) -> str:
    """Return a reference to a note, or the link back; only the first reference can be its target."""
    here, there = ("", "ref") if mark.role == "back" else ("ref", "")
    anchor = f' id="note{here}-{mark.number}"' if mark.role == "first" else ""
    return f'<sup{anchor}><a href="#note{there}-{mark.number}">{mark.text}</a></sup>'


def _place_bar(span: Span | Mark | Stretch) -> tuple[str, str]:
    """Return the start and the length of a part of the axis."""
    return _to_percent(span.start), _to_percent(span.end - span.start)


def _join_ticks(marks: Iterable[Mark]) -> list[tuple[Mark, str]]:
    """Return the marks of a lane and their kinds. Ticks that touch are one, which takes much less time to lay out."""
    joined: list[tuple[Mark, str]] = []
    for mark in marks:
        kind = "number" if mark.text else "tick" if mark.start == mark.end else "period"
        if kind == "tick" and joined and joined[-1][1] == kind and mark.start - joined[-1][0].end < _TOUCHING:
            joined[-1] = (Mark(joined[-1][0].start, mark.end), kind)
        else:
            joined.append((mark, kind))
    return joined


def _to_percent(part: float) -> str:
    return f"{100 * part:.2f}%"


def _count_lead(blocks: Blocks) -> int:
    """Return how many of the last blocks introduce what follows: headings, then a short paragraph."""
    count = 0
    match blocks:
        case (*_, Paragraph(inlines)) if len(text_of(inlines)) <= _MAX_LEAD:
            count = 1
    while count < len(blocks) and isinstance(blocks[-count - 1], Heading):
        count += 1
    return count


def _classify_line(block: CodeBlock, line: list[code_colors.Part]) -> str:
    """Return the CSS class of a log line's severity; empty for other lines."""
    tone = classify_line("".join(part.text for part in line)) if block.role == "log" else "neutral"
    return "" if tone == "neutral" else tone


def _write_part(part: code_colors.Part) -> str:
    return f'<span class="{part.kind}">{_escape_text(part.text)}</span>' if part.kind else _escape_text(part.text)


def write_tlp_label(label: Tlp) -> Markup:
    """Return a Traffic Light Protocol label in its prescribed form."""
    return _TLP.format(tlp_colors.BACKGROUND, tlp_colors.INKS[label], tlp_colors.MIN_SIZE, label)


def _has_only_ltr(text: str) -> bool:
    """Return whether a text has left-to-right letters and no right-to-left ones."""
    kinds = {unicodedata.bidirectional(character) for character in text}
    return "L" in kinds and not kinds & {"R", "AL"}


def _has_rtl(text: str) -> bool:
    """Return whether a text has right-to-left letters, such as a month's name."""
    return any(unicodedata.bidirectional(character) in ("R", "AL") for character in text)


def _escape_text(text: str) -> Markup:
    """Return the text as HTML, with `<wbr>` in long words."""
    if not _LONG_WORD.search(text):
        return markupsafe.escape(text)
    return Markup("<wbr>").join(map(markupsafe.escape, _split_words(text)))


def _write_words(text: str) -> Markup:
    """Return the text as HTML, with names that are never hyphenated in elements of the class `exact`."""
    words, *rest = split_names(text)
    if not rest:
        return _escape_text(words)
    pairs = zip(rest[::2], rest[1::2], strict=True)
    return _escape_text(words) + _join_parts(
        _EXACT.format(_escape_text(name)) + _escape_text(then) for name, then in pairs
    )


def _split_words(text: str) -> Iterator[str]:
    start = 0
    for word in _LONG_WORD.finditer(text):
        host = _HOST.search(text, word.start(), word.end())
        for place in _BREAK.finditer(text, word.start() + 3, word.end() - 2):
            if not (host and host.start() < place.start() <= host.end()):
                yield text[start : place.start()]
                start = place.start()
    yield text[start:]


def _join_parts(parts: Iterator[str]) -> Markup:
    return Markup("".join(parts))  # noqa: S704 - every part is already escaped


def _align_class(column: Column) -> str:
    """Return the CSS class of a column's alignment; empty for the default."""
    return "" if column.align == "start" else column.align


def to_data_uri(media_type: str, data: bytes) -> str:
    """Return the data as a URI (RFC 2397)."""
    return f"data:{media_type};base64,{b64encode(data).decode('ascii')}"
