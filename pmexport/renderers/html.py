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
from typing import Any, NamedTuple, assert_never

import markupsafe
from jinja2 import Environment, FunctionLoader, StrictUndefined, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from pmexport.document.nodes import (
    Block,
    Blocks,
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
    Strike,
    Strong,
    Table,
    Text,
    Time,
    text_of,
)
from pmexport.errors import RenderError, ThemeError
from pmexport.themes import Dark, Theme, Tokens

GENERIC_FAMILIES = {"serif", "sans-serif", "monospace", "system-ui", "ui-serif", "ui-sans-serif", "ui-monospace"}


class HtmlRenderer:
    """Makes one web page that needs nothing else: no script, no request, no font file."""

    name = "html"
    suffix = "html"
    media_type = "text/html"
    summary = "One self-contained, accessible web page"

    def render(self, document: Document, theme: Theme) -> bytes:
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
    files = [text for name in ("style.css", "screen.css", "print.css") for _, text in sheets(theme, name)]
    return "\n".join([root(variables(theme.tokens)), dark, *files]).replace("</", "<\\/")


def _colors(tokens: Tokens | Dark) -> dict[str, str]:
    colors = {f"color-{name}": color for name, color in tokens.colors}
    tones = {f"tone-{tone}-{part}": color for tone, pair in tokens.tones for part, color in pair}
    return colors | tones


def _family(name: str) -> str:
    return name if name in GENERIC_FAMILIES else f'"{name}"'


# ---- the theme's templates


def _page(document: Document, theme: Theme, style: str) -> str:
    environment = _environment(theme)
    write = _Writer(environment, document)
    return environment.get_template("page.html.j2").render(
        document=document,
        title=_escape(document.title),
        kind=_escape(document.kind),
        style=Markup(style),  # noqa: S704 - the theme's own
        logo=_logo(theme),
        logo_alt=theme.tokens.logo_alt,
        masthead=[write.inlines(item) for item in document.masthead],
        byline=[write.inlines(item) for item in document.byline],
        sections=write.sections(document.sections),
        footer=write.blocks(document.footer),
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


IMAGE = Markup('<img src="{}" alt="{}" width="{}" height="{}">')


def kind(block: type[Block]) -> str:
    """Return the kind of a block, by which its template is called: `code_block` for CodeBlock."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", block.__name__).lower()


class _Writer:
    """Writes the parts of one document as HTML."""

    def __init__(self, environment: Environment, document: Document) -> None:
        self._environment = environment
        self._templates = {block: environment.get_template(f"blocks/{kind(block)}.html.j2") for block in Block.__args__}
        self._ltr = Markup(' dir="ltr"') if document.direction == "rtl" else Markup()

    def sections(self, sections: tuple[Section, ...]) -> Markup:
        return _join(self._section(section) for section in sections)

    def _section(self, section: Section) -> str:
        names = [f"sections/{section.id}.html.j2", "section.html.j2"]
        return self._environment.select_template(names).render(
            section=section,
            title=_escape(section.title),
            blocks=self.blocks(section.blocks),
            sections=self.sections(section.sections),
        )

    def blocks(self, blocks: Blocks) -> Markup:
        return _join(self._block(block) for block in blocks)

    def _block(self, block: Block) -> str:
        match block:
            case Paragraph() | Heading():
                parts: dict[str, Any] = {"text": self.inlines(block.inlines)}
            case List():
                parts = {"items": [(self._tight(item.blocks), item.checked) for item in block.items]}
            case CodeBlock():
                label = text_of(block.caption) or block.language or ""
                parts = {
                    "text": _escape(block.text),
                    "caption": self.inlines(block.caption),
                    "label": label,
                    "ltr": self._ltr,
                }
            case Quote():
                parts = {"content": self.blocks(block.blocks)}
            case Table():
                parts = self._table(block)
            case Figure():
                parts = {"image": self._image(block.image), "caption": self._tight(block.caption)}
            case Rule():
                parts = {}
            case _:
                assert_never(block)
        return self._templates[type(block)].render(block=block, **parts)

    def _tight(self, blocks: Blocks) -> Markup:
        """Write the blocks of a cell or an item; a paragraph that leads and is the only one needs no tag of its own."""
        match blocks:
            case (Paragraph(inlines, "text"), *rest) if not any(isinstance(block, Paragraph) for block in rest):
                return self.inlines(inlines) + self.blocks(tuple(rest)) if rest else self.inlines(inlines)
            case _:
                return self.blocks(blocks)

    def _table(self, table: Table) -> dict[str, Any]:
        layout = _layout(table)
        aligns = [_align(column) for column in table.columns]
        titles = [self.inlines(column.title) for column in table.columns]
        return {
            "columns": list(zip(titles, aligns, strict=True)),
            "widths": list(zip(layout.wide, layout.narrow, strict=True)),
            "groups": [
                (self.inlines(group.title), [self._row(row, aligns, headed=table.row_headers) for row in group.rows])
                for group in table.groups
            ],
            "density": layout.density,
        }

    def _row(
        self, row: Row, aligns: list[str], *, headed: bool
    ) -> tuple[Markup | None, list[tuple[Markup, str]], bool]:
        cells = [self._tight(cell) for cell in row.cells]
        tall = any(_is_tall(cell, len(cells)) for cell in cells)
        first = cells[0] if headed else None
        return first, list(zip(cells, aligns, strict=True))[1 if headed else 0 :], tall

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
                return f"<code{self._ltr}>{_escape(text)}</code>"
            case Link(target, children):
                return f'<a href="{markupsafe.escape(target)}">{self.inlines(children)}</a>'
            case Image():
                return self._image(inline)
            case LineBreak():
                return "<br>"
            case Label(text, role, tone):
                return f'<span class="label {role} {tone}">{_escape(text)}</span>'
            case Time(text):
                return f"<span{self._ltr}>{_escape(text)}</span>" if self._ltr and not _is_rtl(text) else _escape(text)
            case _:
                assert_never(inline)

    def _image(self, image: Image) -> Markup:
        source = _data_uri(image.media_type, image.data)
        return IMAGE.format(source, image.alt, image.width, image.height)


def _is_rtl(text: str) -> bool:
    """Return whether it has letters of a script that runs from right to left, such as the name of a month."""
    return any(unicodedata.bidirectional(character) in ("R", "AL") for character in text)


LONG_RUN = re.compile(r"[^\s\u0e00-\u0eff\u2e80-\ud7ff\uf900-\uffff\U00020000-\U0003ffff]{200}")
"""So many characters without a place to break a line; East Asian scripts, which break anywhere, aside."""


def _escape(text: str) -> Markup:
    """Return the text as HTML. A word beyond reason gets places to break, or its layout on paper would take minutes."""
    html = markupsafe.escape(text)
    return html if len(text) < 200 else Markup("<wbr>").join(map(markupsafe.escape, _runs(text)))


def _runs(text: str) -> Iterator[str]:
    start = 0
    for found in LONG_RUN.finditer(text):
        yield text[start : found.end()]
        start = found.end()
    yield text[start:]


def _join(parts: Iterator[str]) -> Markup:
    return Markup("".join(parts))  # noqa: S704 - every part is escaped where it is made


def _align(column: Column) -> str:
    """Return the class of a column's cells; empty for those that need none."""
    return "" if column.align == "start" else column.align


# ---- how wide the columns of a table are, and how tall its rows


class _Layout(NamedTuple):
    wide: list[str]
    """The columns' widths on paper and on a wide screen, in CSS."""
    narrow: list[str]
    """Their widths where the table scrolls: what breaks no ordinary word."""
    density: str
    """Of the type on paper: empty, `dense` or `denser`."""


GAP = 2
"""Before each column but the first, in characters."""
SHORT = {"time": 14, "id": 10, "date": 12, "name": 18, "label": 12}
"""How many characters a column of short things makes room for, at most: a longer one wraps. A date does not, nor do two
clock times and a dash."""
SHORT_OF_MANY = 12
"""The same in a table of more than three columns."""
WORDY = 14
"""How many characters a column of text has at least, if it has so many."""
LONGEST_WORD = 20
LONGEST_LINE = 64
DENSITIES = {84: "", 98: "dense", 111: "denser"}
"""What stands side by side on a sheet, in characters, at each size of type."""


def _layout(table: Table) -> _Layout:
    """Give short columns the room that their content needs, and wordy ones a share of the rest.

    Widths are fixed before the layout, which is what makes a long table quick.
    """
    extents = _extents(table)
    needs = [need for need, _ in extents]
    narrow = [f"{need}ch" for need in needs]
    short = [column.role in SHORT for column in table.columns]
    if any(short) and not all(short) and sum(needs) <= min(DENSITIES):
        wide = [f"{need}ch" if is_short else "auto" for need, is_short in zip(needs, short, strict=True)]
        return _Layout(wide, narrow, "")
    density = next((DENSITIES[room] for room in DENSITIES if sum(needs) <= room), DENSITIES[max(DENSITIES)])
    return _Layout(_shares(extents), narrow, density)


def _shares(extents: list[tuple[int, int]]) -> list[str]:
    """Return each column's share: first what it needs, then of the room that is left what its longest line wishes."""
    needs = sum(need for need, _ in extents)
    room = next((room for room in DENSITIES if needs <= room), needs)
    wishes = [line - need + 1 for need, line in extents]
    widths = [need + (room - needs) * wish / sum(wishes) for (need, _), wish in zip(extents, wishes, strict=True)]
    return [f"{100 * width / sum(widths):.2f}%" for width in widths]


def _extents(table: Table) -> list[tuple[int, int]]:
    """Return how many characters each column needs, and how many its longest line has, bounded, with the gap."""
    titles = tuple((Paragraph(column.title),) for column in table.columns)
    columns = zip(titles, *(row.cells for group in table.groups for row in group.rows), strict=True)
    most = max(SHORT.values()) if len(table.columns) <= 3 else SHORT_OF_MANY
    gaps = [0] + [GAP] * len(titles)
    return [
        (need + gap, line + gap)
        for (need, line), gap in zip(map(_extent, table.columns, columns, [most] * len(titles)), gaps, strict=False)
    ]


def _extent(column: Column, cells: tuple[Blocks, ...], most: int) -> tuple[int, int]:
    sizes = [_size(cell) for cell in cells]
    word = min(max(word for word, _ in sizes), LONGEST_WORD)
    line = min(max(line for _, line in sizes), LONGEST_LINE)
    if column.role in SHORT:
        word = line = max(word, min(line, SHORT[column.role], most))
    return max(word, min(line, WORDY)), line


def _size(cell: Blocks) -> tuple[int, int]:
    """Return the characters of a cell's longest word and of its longest line; for more than words, what it may need."""
    word = line = 1
    for block in cell:
        if not isinstance(block, Paragraph):
            return WORDY, LONGEST_LINE
        text = text_of(block.inlines)
        word = max(word, max(map(len, text.split()), default=1))
        line = max(line, len(text))
    return word, line


def _is_tall(cell: Markup, columns: int) -> bool:
    """Return whether a cell has so many lines that a page had better divide it than leave its room empty."""
    most = 2000 // columns
    return cell.count("\n") > 12 or (len(cell) > most and len(cell.striptags()) > most)
