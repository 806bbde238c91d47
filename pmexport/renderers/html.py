"""HTML: one self-contained file, made by the templates of the theme. The PDF renderer lays the same page out on paper.

Inlines are written here, and their texts escaped here, once. A block is written by the template of its kind, which gets
the node and the node's inner parts as HTML: from the inside out, so that depth costs little of the stack.
"""

from __future__ import annotations

import re
import traceback
import unicodedata
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any, assert_never

import markupsafe
from jinja2 import Environment, FunctionLoader, StrictUndefined, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

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
    Inline,
    Inlines,
    Label,
    LineBreak,
    Link,
    List,
    Paragraph,
    Quote,
    Row,
    Rule,
    Section,
    Span,
    Strike,
    Strong,
    Table,
    Text,
    Time,
    Tlp,
    text_of,
)
from pmexport.errors import RenderError, ThemeError
from pmexport.problems import Problem
from pmexport.renderers.shared import code_colors, table_layout, tlp_colors
from pmexport.theming.themes import Theme
from pmexport.theming.tokens import Dark, Tokens

LONGEST_CHIP = 40
"""Characters of a label that may have a ground of its own; a longer one runs on as text."""
LONGEST_LEAD = 300
"""Characters of a paragraph that is taken to lead to the table below it."""
MOST_WHOLE = 5
"""Rows of a few lines each that make a table which pages do not divide."""
GENERIC_FAMILIES = {"serif", "sans-serif", "monospace", "system-ui", "ui-serif", "ui-sans-serif", "ui-monospace"}


class HtmlRenderer:
    """Makes one web page that needs nothing else: no script, no request, no font file."""

    name = "html"
    suffix = "html"
    media_type = "text/html"
    summary = "One self-contained, accessible web page"

    def render(self, document: Document, theme: Theme, warnings: list[Problem]) -> bytes:  # noqa: ARG002 - shows all
        """Return the page as UTF-8.

        Raises ThemeError, which names the file and the line, where a template or another file of the theme is at fault.
        """
        return page(document, theme, _style(theme))


def page(document: Document, theme: Theme, style: str = "") -> bytes:
    """Return the document as an HTML page with this style sheet, in UTF-8.

    Raises ThemeError as `HtmlRenderer.render` does, and RenderError where lists or quotes are nested beyond reason.
    """
    try:
        text = _page(document, theme, style)
    except RecursionError as error:
        raise RenderError("lists or quotes are nested too deeply to be rendered") from error
    except Exception as error:
        place = _place(error)
        if not place:
            raise
        raise ThemeError(f"{place}: {error}") from error
    return text.encode("utf-8", "replace")


def variables(tokens: Tokens) -> dict[str, str]:
    """Return the theme's tokens as CSS custom properties, by name without the dashes: `color-text`, `tone-good-ink`."""
    fonts = {"font-text": tokens.fonts.text, "font-code": tokens.fonts.code}
    return {
        **_colors(tokens),
        **{name: ", ".join(map(_family, families)) for name, families in fonts.items()},
        "font-size": tokens.fonts.size,
        **{f"page-{name.replace('_', '-')}": value for name, value in tokens.page},
    }


def root(properties: dict[str, str]) -> str:
    """Return the CSS rule that sets these custom properties for the whole document."""
    rules = " ".join(f"--{name}: {value};" for name, value in properties.items())
    return f":root {{{rules}}}"


def sheets(theme: Theme, name: str) -> list[tuple[Path, str]]:
    """Return the style sheets of this name with their paths, the default theme's first, so that a theme adds to it."""
    return [(path, _read(path)) for path in theme.find_all(name)]


def _style(theme: Theme) -> str:
    dark = f"@media screen and (prefers-color-scheme: dark) {{{root(_colors(theme.tokens.dark))}}}"
    files = [text for name in ("style.css", "code.css", "screen.css", "print.css") for _, text in sheets(theme, name)]
    return "\n".join([root(variables(theme.tokens)), dark, *files]).replace("</", "<\\/")


def _colors(tokens: Tokens | Dark) -> dict[str, str]:
    colors = {f"color-{name}": color for name, color in tokens.colors}
    tones = {f"tone-{tone}-{part}": color for tone, pair in tokens.tones for part, color in pair}
    return colors | tones | {f"code-{kind}": color for kind, color in tokens.code}


def _family(name: str) -> str:
    return name if name in GENERIC_FAMILIES else f'"{name}"'


# ---- the theme's templates


def _page(document: Document, theme: Theme, style: str) -> str:
    environment = _environment(theme)
    write = _Writer(environment, document, table_layout.sheet_of(theme.tokens))
    return environment.get_template("page.html.j2").render(
        document=document,
        title=write.line((Text(document.title),)),
        kind=write.line((Text(document.kind),)),
        style=Markup(style),  # noqa: S704 - the theme's own
        logo=_logo(theme),
        logo_alt=theme.tokens.logo_alt,
        masthead=[write.line(item) for item in document.masthead],
        byline=[write.line(item) for item in document.byline],
        glance=write.blocks(document.glance),
        sections=write.sections(document.sections),
        footer=write.blocks(document.footer),
        tlp=tlp_label(document.tlp) if document.tlp else "",
    )


def _environment(theme: Theme) -> Environment:
    def load(name: str) -> tuple[str, str, None] | None:
        path = theme.find(name)
        return (_read(path), str(path), None) if path else None

    return ImmutableSandboxedEnvironment(
        loader=FunctionLoader(load), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise ThemeError(f"{path}: {error}") from error


def _place(error: Exception) -> str:
    """Return the file and the line of the template where it happened; empty where it was none's fault."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename}:{error.lineno}"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".html.j2")]
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""


def _logo(theme: Theme) -> str:
    name = theme.tokens.logo
    if not name:
        return ""
    path = theme.find(name)
    if path is None:
        raise ThemeError(f"the theme {theme.name!r} has no file {name!r}, which its logo names")
    if not theme.tokens.logo_alt:
        raise ThemeError(f"the theme {theme.name!r} has a logo without logo_alt, which says what it shows")
    data = path.read_bytes()
    kinds = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}
    kind = next((kind for magic, kind in kinds.items() if data.startswith(magic)), None)
    if kind is None:
        raise ThemeError(f"{path}: the logo is neither a PNG nor a JPEG file")
    return _data_uri(kind, data)


def _data_uri(media_type: str, data: bytes) -> str:
    return f"data:{media_type};base64,{b64encode(data).decode('ascii')}"


# ---- the tree


TURNED = Markup('<div class="turned">\n{}</div>\n')
TLP = Markup('<p class="tlp"><span style="background: {}; color: {}; font-size: {}">{}</span></p>\n')
LTR = Markup('<span dir="ltr">{}</span>')
IMAGE = Markup('<img src="{}" alt="{}" width="{}" height="{}"{}>')
PORTRAIT = Markup(' class="portrait"')


LINES_NUMBERED = {"log": 2, "code": 10}
"""From how many lines on they have numbers."""


def kind(block: type[Block]) -> str:
    """Return the kind of a block, by which its template is called: `code_block` for CodeBlock."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", block.__name__).lower()


class _Writer:
    """Writes the parts of one document as HTML."""

    def __init__(self, environment: Environment, document: Document, sheet: table_layout.Sheet) -> None:
        self._environment = environment
        self._sheet = sheet
        self._templates = {block: environment.get_template(f"blocks/{kind(block)}.html.j2") for block in Block.__args__}
        self._ltr = Markup(' dir="ltr"') if document.direction == "rtl" else Markup()

    def sections(self, sections: tuple[Section, ...]) -> Markup:
        return _join(self._section(section) for section in sections)

    def _section(self, section: Section) -> str:
        names = [f"sections/{section.id}.html.j2", "section.html.j2"]
        return self._environment.select_template(names).render(
            section=section,
            title=self.line((Text(section.title),)),
            blocks=self._on_pages(section.blocks),
            sections=self.sections(section.sections),
            turned=self._begins_turned(section),
        )

    def _begins_turned(self, section: Section) -> bool:
        """Return whether a section begins with what leads to a table on a landscape page, so that its heading does."""
        if not section.blocks:
            return bool(section.sections) and self._begins_turned(section.sections[0])
        start = next((index for index, block in enumerate(section.blocks) if self._turned(block)), None)
        return start is not None and _leading(section.blocks[:start]) == start

    def _turned(self, block: Block) -> table_layout.Layout | None:
        """Return how a table of the author's is laid out that needs a landscape page; None of any other block."""
        if not isinstance(block, Table) or block.role != "text":
            return None
        plan = table_layout.layout(block, self._sheet, may_turn=True)
        return plan if plan.turned else None

    def _on_pages(self, blocks: Blocks) -> Markup:
        """Write the blocks of a section. A table that needs a landscape page takes along what leads to it."""
        written: list[str] = []
        for index, block in enumerate(blocks):
            plan = self._turned(block)
            written.append(self._block(block, plan))
            if plan:
                together = 1 + _leading(blocks[:index])
                written[-together:] = [TURNED.format(_join(iter(written[-together:])))]
        return _join(iter(written))

    def blocks(self, blocks: Blocks) -> Markup:
        return _join(self._block(block) for block in blocks)

    def _block(self, block: Block, plan: table_layout.Layout | None = None) -> str:
        match block:
            case Paragraph() | Heading():
                parts: dict[str, Any] = {"text": self.line(block.inlines)}
            case List():
                parts = {"items": [(self._tight(item.blocks), item.checked) for item in block.items]}
            case CodeBlock():
                parts = self._code(block)
            case Quote():
                parts = {"content": self.blocks(block.blocks)}
            case Table():
                parts = self._table(block, plan or table_layout.layout(block, self._sheet))
            case Figure():
                parts = {"image": self._image(block.image), "caption": self._tight(block.caption)}
            case Chronology():
                parts = self._chronology(block)
            case Rule():
                parts = {}
            case _:
                assert_never(block)
        return self._templates[type(block)].render(block=block, **parts)

    def _code(self, block: CodeBlock) -> dict[str, Any]:
        lines = [(_join(map(_part, line)), _tone(block, line)) for line in code_colors.lines_of(block)]
        last = block.start + len(lines) - 1
        return {
            "lines": lines,
            "digits": len(str(last)) if last >= LINES_NUMBERED[block.role] else 0,
            "caption": self.line(block.caption),
            "label": text_of(block.caption) or block.language or "",
            "ltr": self._ltr,
        }

    def _tight(self, blocks: Blocks) -> Markup:
        """Write the blocks of a cell or an item; a paragraph that is alone or leads to a list needs no tag."""
        match blocks:
            case (Paragraph(inlines, "text"), *rest) if all(isinstance(block, List) for block in rest):
                return self.line(inlines) + self.blocks(tuple(rest)) if rest else self.line(inlines)
            case _:
                return self.blocks(blocks)

    def _table(self, table: Table, plan: table_layout.Layout) -> dict[str, Any]:
        aligns = [_align(column) for column in table.columns]
        titles = [self.line(column.title) for column in table.columns]
        groups = [
            (self.line(group.title), [self._row(row, table, aligns, plan) for row in group.rows])
            for group in table.groups
        ]
        heights = [height for _, rows in groups for _, _, height in rows]
        return {
            "columns": list(zip(titles, aligns, strict=True)),
            "widths": list(zip(plan.wide, plan.narrow, strict=True)),
            "groups": groups,
            "density": plan.density,
            "whole": len(heights) <= MOST_WHOLE and not any(heights),
            "brief": table.role == "metadata" and table_layout.is_brief(table),
        }

    def _chronology(self, block: Chronology) -> dict[str, Any]:
        lanes = [
            (self.line(lane.title), self.line(lane.times), lane, [_bar(span) for span in lane.spans])
            for lane in block.lanes
        ]
        ticks = [(_escape(tick.text), _percent(tick.at)) for tick in block.ticks]
        titles = [self.line(title) for title in block.columns]
        marks = [_percent(mark) for mark in block.marks]
        return {
            "titles": titles,
            "widths": table_layout.lane_widths(block),
            "lanes": lanes,
            "ticks": ticks,
            "marks": marks,
            "caption": self.line(block.caption),
        }

    def _row(
        self, row: Row, table: Table, aligns: list[str], plan: table_layout.Layout
    ) -> tuple[Markup | None, list[tuple[Markup, str]], str]:
        heights = table_layout.heights(row, plan, self._sheet)
        highest = next((height for height in ("tall", "large") if height in heights), "")
        classes = [align + " long" * (height == "tall") for align, height in zip(aligns, heights, strict=True)]
        cells = [(self._tight(cell), kind.strip()) for cell, kind in zip(row.cells, classes, strict=True)]
        return (cells[0][0], cells[1:], highest) if table.row_headers else (None, cells, highest)

    def line(self, inlines: Inlines) -> Markup:
        """Write what stands on lines of its own; in a document from right to left, other scripts run their own way."""
        written = self.inlines(inlines)
        return LTR.format(written) if self._ltr and _is_ltr(text_of(inlines)) else written

    def inlines(self, inlines: Inlines) -> Markup:
        return _join(map(self._inline, inlines))

    def _inline(self, inline: Inline) -> str:
        match inline:
            case Text(text):
                return _escape(text)
            case Strong(children):
                return f"<strong>{self.inlines(children)}</strong>"
            case Emphasis(children):
                return f"<em>{self.inlines(children)}</em>"
            case Strike(children):
                return f"<s>{self.inlines(children)}</s>"
            case Code(text):
                word = Markup(' class="word"') if WORD.fullmatch(text) else ""
                return f"<code{word}{self._ltr}>{_escape(text)}</code>"
            case Link(target, children):
                return f'<a href="{markupsafe.escape(target)}">{self.inlines(children)}</a>'
            case Image():
                return self._image(inline)
            case LineBreak():
                return "<br>"
            case Label(text, role, tone):
                long = " long" if len(text) > LONGEST_CHIP else ""
                return f'<span class="label {role} {tone}{long}">{_escape(text)}</span>'
            case Time(text):
                return f"<span{self._ltr}>{_escape(text)}</span>" if self._ltr and not _is_rtl(text) else _escape(text)
            case _:
                assert_never(inline)

    def _image(self, image: Image) -> Markup:
        source = _data_uri(image.media_type, image.data)
        is_portrait = image.width < image.height <= 3 * image.width  # more is a long screenshot, to be read
        return IMAGE.format(source, image.alt, image.width, image.height, PORTRAIT if is_portrait else "")


def _bar(span: Span) -> tuple[str, str]:
    """Return where a bar begins, and how long it is."""
    return _percent(span.start), _percent(span.end - span.start)


def _percent(part: float) -> str:
    return f"{100 * part:.2f}%"


def _leading(blocks: Blocks) -> int:
    """Return how many of the last blocks lead to what follows: headings, and below them a paragraph that is short."""
    count = 0
    match blocks:
        case (*_, Paragraph(inlines)) if len(text_of(inlines)) <= LONGEST_LEAD:
            count = 1
    while count < len(blocks) and isinstance(blocks[-count - 1], Heading):
        count += 1
    return count


def _tone(block: CodeBlock, line: list[code_colors.Part]) -> str:
    """Return the class of a line that says how bad it is; empty for the others."""
    tone = code_colors.tone_of(line) if block.role == "log" else "neutral"
    return "" if tone == "neutral" else tone


def _part(part: code_colors.Part) -> str:
    return f'<span class="{part.kind}">{_escape(part.text)}</span>' if part.kind else _escape(part.text)


def tlp_label(label: Tlp) -> Markup:
    """Return a label of the Traffic Light Protocol in its prescribed form."""
    return TLP.format(tlp_colors.BACKGROUND, tlp_colors.INKS[label], tlp_colors.LEAST_SIZE, label)


def _is_ltr(text: str) -> bool:
    """Return whether it has letters of a script that runs from left to right, and none of another."""
    kinds = {unicodedata.bidirectional(character) for character in text}
    return "L" in kinds and not kinds & {"R", "AL"}


def _is_rtl(text: str) -> bool:
    """Return whether it has letters of a script that runs from right to left, such as the name of a month."""
    return any(unicodedata.bidirectional(character) in ("R", "AL") for character in text)


WORD = re.compile(r"\S{1,19}")
"""A name that is not to be broken, at a hyphen for one."""
LONG_WORD = re.compile(r"[!-~]{20,}")
HOST = re.compile(r"://[^/?#]{1,32}(?=[/?#]|$)")
"""Of an address, which reads best whole up to here."""
PLACE = re.compile(r"(?<=[/\\._\-&?=:;,@#+~|])(?=\w)(?!(?<=-)\d)|(?<=[a-z])(?=[A-Z][a-z])")
"""Where a long name, path or address may well be broken: after its punctuation, but not before the number of a ticket,
or before the next word in it."""


def _escape(text: str) -> Markup:
    """Return the text as HTML. Its long words get places to break, where that reads best."""
    if not LONG_WORD.search(text):
        return markupsafe.escape(text)
    return Markup("<wbr>").join(map(markupsafe.escape, _pieces(text)))


def _pieces(text: str) -> Iterator[str]:
    start = 0
    for word in LONG_WORD.finditer(text):
        host = HOST.search(text, word.start(), word.end())
        for place in PLACE.finditer(text, word.start() + 3, word.end() - 2):
            if not (host and host.start() < place.start() <= host.end()):
                yield text[start : place.start()]
                start = place.start()
    yield text[start:]


def _join(parts: Iterator[str]) -> Markup:
    return Markup("".join(parts))  # noqa: S704 - every part is escaped where it is made


def _align(column: Column) -> str:
    """Return the class of a column's cells; empty for those that need none."""
    return "" if column.align == "start" else column.align
