"""Paragraphs of a Word file with what says where they belong: role, level, list mark and indent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pmexport.document import nodes
from pmexport.document.nodes import Align
from pmexport.importing.word.inline_reader import Atom, InlineReader, raw_text
from pmexport.importing.word.style_sheet import ListMark, StyleSheet
from pmexport.importing.word.word_file import WordFile, style_of
from pmexport.renderers.docx.numbering import STEP
from pmexport.renderers.docx.oxml import Element, W
from pmexport.renderers.docx.styles import LOG_NUMBERS, PAD
from pmexport.renderers.docx.template.style_index import first_value, parse_number

_CODE = re.compile(r"code_block|source_code|quote_code|log_line|list_code(?:_[1-5])?")
_QUOTED = re.compile(r"(?:intense_)?quote(?:_\w+)?")


@dataclass
class Line:
    """A paragraph, read."""

    role: str
    level: int = 0
    """Of a heading, from 1; 0 for other paragraphs."""
    mark: ListMark | None = None
    left: int = 0
    """Where its text begins, in twips."""
    atoms: list[Atom] = field(default_factory=list)
    is_code: bool = False

    @property
    def is_quoted(self) -> bool:
        """Whether it is in a quote."""
        return _QUOTED.fullmatch(self.role) is not None


class LineReader:
    """Reads paragraphs."""

    def __init__(self, file: WordFile, styles: StyleSheet, inlines: InlineReader) -> None:
        self._file = file
        self._styles = styles
        self._inlines = inlines

    def read(self, paragraph: Element, before: Sequence[Atom] = ()) -> Line:
        """Return a paragraph. before: the text of those above it whose ends were deleted, so that it joins this one."""
        style = style_of(paragraph)
        role = self._styles.role(style or self._styles.default)
        level = self._styles.heading_level(paragraph, style)
        is_code = _CODE.fullmatch(role) is not None or self._styles.is_monospaced(style)
        atoms = [*before, *self._inlines.read(paragraph, is_code=is_code)]
        mark = None if level or role in ("title", "subtitle") else self._styles.list_mark(paragraph, style)
        if not self._file.is_ours and mark is None and not level and _is_all_code(atoms):
            is_code = True
        left = self._find_left(paragraph, style, mark)
        if is_code:
            left -= (PAD if role != "source_code" else 0) + (LOG_NUMBERS if role == "log_line" else 0)
        return Line(role, level, mark, max(left, 0), atoms, is_code)

    def _find_left(self, paragraph: Element, style: str, mark: ListMark | None) -> int:
        """Return where the text of a paragraph begins, in twips."""
        own = first_value(paragraph, "w:pPr/w:ind/@w:left | w:pPr/w:ind/@w:start")
        if self._file.is_ours and not own:
            return _usual_left(self._styles.role(style or self._styles.default), mark)
        styled = self._styles.value(style, "w:pPr/w:ind/@w:left | w:pPr/w:ind/@w:start")
        numbered = paragraph.find(f"{W}pPr/{W}numPr") is not None
        listed = str(mark.left) if mark and mark.left is not None else None
        order = (own, listed, styled) if numbered else (own, styled, listed)
        return parse_number(next((value for value in order if value), None))


def _usual_left(role: str, mark: ListMark | None) -> int:
    """Return where our own text with this role begins, whatever indents a company's template has."""
    if mark is not None:
        return STEP * (mark.level + 1)
    if _CODE.fullmatch(role):
        return PAD + (LOG_NUMBERS if role == "log_line" else 0)
    steps = {"quote": 1, "quote_continue": 2}.get(role, 0)
    continued = re.fullmatch(r"list_continue(?:_(?P<level>[1-5]))?", role)
    return STEP * (int(continued["level"] or 1) if continued else steps)


def find_align(paragraph: Element) -> Align:
    """Return how a paragraph is aligned."""
    found = first_value(paragraph, "w:pPr/w:jc/@w:val")
    return "end" if found in ("right", "end") else "center" if found == "center" else "start"


def _is_all_code(atoms: Sequence[Atom]) -> bool:
    """Return whether a paragraph consists of code, and is not just a name."""
    shown = [atom for atom in atoms if raw_text([atom]).strip()]
    code = [atom for atom in shown if isinstance(atom.inline, nodes.Code)]
    return bool(code) and len(code) == len(shown)
