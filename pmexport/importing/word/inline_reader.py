"""The text of a paragraph in a Word file as inlines: its runs, links, fields, images and tracked changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from pmexport.document import nodes
from pmexport.document.clean_text import clean_characters
from pmexport.document.markdown.links import with_links
from pmexport.document.markdown.runs import join_texts, trim_inlines
from pmexport.document.nodes import Inline, Inlines
from pmexport.importing.word.style_sheet import StyleSheet, is_monospaced
from pmexport.importing.word.word_file import WordFile
from pmexport.renderers.docx.hyperlinks import escape_address
from pmexport.renderers.docx.oxml import Element, R, W
from pmexport.renderers.docx.template.style_index import first_value, select_nodes

MarkKind = Literal["strong", "emphasis", "strike", "link", "sub", "sup", "kbd"]
_PRIORITY: tuple[MarkKind, ...] = ("strong", "emphasis", "strike", "link", "sub", "sup", "kbd")
"""Of marks that reach equally far, the first is outside."""
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DELETED = frozenset(f"{W}{tag}" for tag in ("del", "moveFrom"))
_DERIVED = frozenset({"row_number", "elapsed", "band_key", "section_number", "paragraph_number"})
"""The roles of character styles of what follows from the report."""
_MARKED_ROLES: dict[str, MarkKind] = {
    "strong": "strong",
    "ordinal": "strong",
    "emphasis": "emphasis",
    "struck": "strike",
    "keyboard": "kbd",
    "html_keyboard": "kbd",
}
_HYPERLINK = re.compile(r'\s*HYPERLINK\s+"(?P<address>[^"]+)"(?:\s*\\l\s+"(?P<anchor>[^"]+)")?')
_LISTS = re.compile(r"\s*(?:TOC|INDEX|TOA)\b")
_CODE_ENDS = {0xEC02: None, 0xEC03: None}
"""The characters for private use around code in Google Docs."""
_OFF = ("0", "false", "off")
_SYMBOLS = {"F0FE": "☑", "F0A8": "☐", "F06F": "☐", "F0FC": "✓", "F0E0": "→", "F0E8": "→", "F0B7": "•"}
"""What common characters of the fonts Wingdings and Symbol show."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Formatting that has a meaning."""

    kind: MarkKind
    target: str = ""
    """The address of a link."""


@dataclass(frozen=True, slots=True)
class Atom:
    """A leaf with the marks around it."""

    inline: Inline
    marks: frozenset[Mark] = frozenset()


@dataclass
class _Field:
    """A field that has begun."""

    code: str = ""
    has_result: bool = False
    start: int = 0
    """Where its result begins in the atoms of the paragraph."""

    @property
    def target(self) -> str:
        found = _HYPERLINK.match(self.code)
        anchor = found["anchor"] if found else None
        return f"{found['address']}{f'#{anchor}' if anchor else ''}" if found else ""


@dataclass
class InlineReader:
    """Reads paragraphs one after the other, because a field may go on in the next one."""

    file: WordFile
    styles: StyleSheet
    boxes: list[Element] = field(default_factory=list)
    """The contents of text boxes that are anchored in the paragraph."""
    _fields: list[_Field] = field(default_factory=list)

    def read(self, paragraph: Element, *, is_code: bool = False) -> list[Atom]:
        """Return the atoms of a paragraph. is_code: whether its font says nothing, because all of it is code."""
        for one in self._fields:
            one.start = 0
        out: list[Atom] = []
        self._read_children(paragraph, out, frozenset(), is_code=is_code)
        for one in self._fields:
            _link_atoms(out, one)
        return out

    def _read_children(self, parent: Element, out: list[Atom], marks: frozenset[Mark], *, is_code: bool) -> None:
        for child in parent.iterchildren():
            tag = child.tag
            if tag == f"{W}r":
                self._read_run(child, out, marks, is_code=is_code)
            elif tag == f"{W}hyperlink":
                self._read_children(child, out, marks | self._link_marks(child), is_code=is_code)
            elif tag == f"{W}fldSimple":
                self._read_simple_field(child, out, marks, is_code=is_code)
            elif tag in (f"{_MATH}oMath", f"{_MATH}oMathPara"):
                self._add_text(out, "".join(text.text or "" for text in child.iter(f"{_MATH}t")), marks)
            elif isinstance(tag, str) and tag not in _DELETED and tag != f"{W}pPr":
                self._read_children(child, out, marks, is_code=is_code)

    def _link_marks(self, element: Element) -> frozenset[Mark]:
        target = self.file.link_target(element.get(f"{R}id", ""), element.get(f"{W}anchor", ""))
        return frozenset({Mark("link", target)} if target else ())

    def _read_simple_field(self, element: Element, out: list[Atom], marks: frozenset[Mark], *, is_code: bool) -> None:
        code = element.get(f"{W}instr", "")
        if _LISTS.match(code):
            return
        target = _Field(code).target
        linked = marks | {Mark("link", target)} if target else marks
        self._read_children(element, out, linked, is_code=is_code)

    # ---- runs

    def _read_run(self, run: Element, out: list[Atom], marks: frozenset[Mark], *, is_code: bool) -> None:
        role = self.styles.role(first_value(run, "w:rPr/w:rStyle/@w:val"))
        if role in _DERIVED or _is_on(run, "vanish"):
            return
        marks = marks | frozenset(map(Mark, self._run_marks(run, role)))
        code = not is_code and self._is_code(run, role)
        for part in run.iterchildren():
            self._read_part(part, out, marks, code=code)

    def _run_marks(self, run: Element, role: str) -> Iterator[MarkKind]:
        if role in _MARKED_ROLES:
            yield _MARKED_ROLES[role]
        if role.startswith("tone_") or _is_on(run, "b"):
            yield "strong"
        if _is_on(run, "i"):
            yield "emphasis"
        if _is_on(run, "strike") or _is_on(run, "dstrike"):
            yield "strike"
        position = first_value(run, "w:rPr/w:vertAlign/@w:val")
        if position in ("subscript", "superscript"):
            yield "sub" if position == "subscript" else "sup"

    def _is_code(self, run: Element, role: str) -> bool:
        font = first_value(run, "w:rPr/w:rFonts/@w:ascii")
        style = first_value(run, "w:rPr/w:rStyle/@w:val")
        if role in ("keyboard", "html_keyboard"):
            return False
        return role in ("code", "verbatim_char") or is_monospaced(font) or self.styles.is_monospaced(style)

    def _read_part(self, part: Element, out: list[Atom], marks: frozenset[Mark], *, code: bool) -> None:
        match str(part.tag).rpartition("}")[2]:
            case "t":
                self._add_text(out, part.text or "", marks, code=code)
            case "tab" | "ptab":
                self._add_text(out, "\t", marks, code=code)
            case "br" | "cr":
                if part.get(f"{W}type") in (None, "textWrapping") and self._is_shown():
                    out.append(Atom(nodes.LineBreak(), marks))
            case "noBreakHyphen":
                self._add_text(out, "\N{NON-BREAKING HYPHEN}", marks, code=code)
            case "sym":
                code_point = part.get(f"{W}char", "").upper()
                self._add_text(out, _SYMBOLS.get(code_point) or _decode_symbol(code_point), marks)
            case "fldChar":
                self._take_field(part.get(f"{W}fldCharType", ""), out)
            case "instrText":
                if self._fields:
                    self._fields[-1].code += part.text or ""
            case "footnoteReference" | "endnoteReference":
                kind = "footnotes" if part.tag.endswith("footnoteReference") else "endnotes"
                if label := self.file.number_note(kind, part.get(f"{W}id", "")):
                    self._add_text(out, f"[{label}]", marks | {Mark("sup")})
            case "drawing" | "pict" | "object":
                self._read_drawing(part, out, marks)
            case "AlternateContent":
                for chosen in part.iterchildren(f"{_COMPATIBLE}Choice"):
                    for inside in chosen.iterchildren():
                        self._read_part(inside, out, marks, code=code)

    def _read_drawing(self, drawing: Element, out: list[Atom], marks: frozenset[Mark]) -> None:
        boxes = list(drawing.iter(f"{W}txbxContent"))
        self.boxes += boxes
        if not boxes and self._is_shown():
            images = [Atom(image, marks) for image in self.file.images(drawing)]
            out += images
            if not images:
                self.file.skip_drawing(drawing)

    def _is_shown(self) -> bool:
        """Return whether what comes now is text: not the code of a field, nor a list of contents."""
        return all(one.has_result and not _LISTS.match(one.code) for one in self._fields)

    def _add_text(self, out: list[Atom], text: str, marks: frozenset[Mark], *, code: bool = False) -> None:
        if not text or not self._is_shown():
            return
        text = clean_characters(text.translate(_CODE_ENDS))
        if code and out and isinstance(out[-1].inline, nodes.Code) and out[-1].marks == marks:
            out[-1] = Atom(nodes.Code(out[-1].inline.text + text), marks)
        else:
            out.append(Atom(nodes.Code(text) if code else nodes.Text(text), marks))

    def _take_field(self, kind: str, out: list[Atom]) -> None:
        if kind == "begin":
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].has_result, self._fields[-1].start = True, len(out)
        elif kind == "end" and self._fields:
            _link_atoms(out, self._fields.pop())


def _link_atoms(atoms: list[Atom], ended: _Field) -> None:
    """Make the result of a field a link, if it is one."""
    if ended.target:
        mark = Mark("link", ended.target)
        atoms[ended.start :] = [replace(atom, marks=atom.marks | {mark}) for atom in atoms[ended.start :]]


def _is_on(run: Element, tag: str) -> bool:
    found = run.find(f"{W}rPr/{W}{tag}")
    return found is not None and found.get(f"{W}val") not in _OFF


def _decode_symbol(code_point: str) -> str:
    try:
        number = int(code_point, 16)
    except ValueError:
        return ""
    return chr(number) if 0 < number < 0xE000 else "\N{REPLACEMENT CHARACTER}"


# ---- from atoms to inlines


def make_inlines(atoms: Iterable[Atom]) -> Inlines:
    """Return atoms as inlines, trimmed, with the marks around as much as they have in common."""
    plain = [replace(atom, inline=_flatten_tabs(atom.inline)) for atom in atoms]
    shown = [atom for atom in plain if not _is_empty(atom.inline)]
    return trim_inlines(_nest(list(map(_mark_break, shown, [None, *shown], [*shown[1:], None]))))


def _mark_break(atom: Atom, before: Atom | None, after: Atom | None) -> Atom:
    """Return an atom; a line break with the marks that the text on both sides of it has, since it shows none."""
    if not isinstance(atom.inline, nodes.LineBreak) or before is None or after is None:
        return atom
    return replace(atom, marks=atom.marks | (before.marks & after.marks))


def link_addresses(inlines: Inlines) -> Inlines:
    """Return inlines with addresses that are only written out as links, like GitHub and Word make them while typing."""
    out: list[Inline] = []
    for inline in inlines:
        match inline:
            case nodes.Text(text):
                out += with_links(text)
            case nodes.Strong(children) | nodes.Emphasis(children) | nodes.Strike(children) | nodes.Marked(children):
                out.append(replace(inline, children=link_addresses(children)))
            case _:
                out.append(inline)
    return tuple(out)


def drop_marks(atoms: Iterable[Atom], *kinds: MarkKind) -> list[Atom]:
    """Return atoms without marks of these kinds."""
    return [replace(atom, marks=frozenset(one for one in atom.marks if one.kind not in kinds)) for atom in atoms]


def raw_text(atoms: Iterable[Atom]) -> str:
    """Return the text of atoms with its tabs and line breaks."""
    return "".join(
        "\n" if isinstance(atom.inline, nodes.LineBreak) else nodes.text_of((atom.inline,)) for atom in atoms
    )


def strip_start(atoms: Sequence[Atom], length: int) -> list[Atom]:
    """Return atoms without the first characters of their text."""
    out: list[Atom] = []
    for atom in atoms:
        if length and isinstance(atom.inline, nodes.Text):
            cut, length = atom.inline.text[length:], max(length - len(atom.inline.text), 0)
            out += [replace(atom, inline=nodes.Text(cut))] if cut else []
        else:
            out.append(atom)
    return out


def _flatten_tabs(inline: Inline) -> Inline:
    match inline:
        case nodes.Text(text):
            return nodes.Text(re.sub(r"[\t\n]", " ", text))
        case nodes.Code(text):
            return nodes.Code(re.sub(r"[\t\n]", " ", text))
    return inline


def _is_empty(inline: Inline) -> bool:
    return isinstance(inline, nodes.Text | nodes.Code) and not inline.text


def _nest(atoms: Sequence[Atom]) -> Inlines:
    out: list[Inline] = []
    at = 0
    while at < len(atoms):
        if not atoms[at].marks:
            out.append(atoms[at].inline)
            at += 1
            continue
        reaches = {mark: _reach(atoms, at, mark) for mark in atoms[at].marks}
        mark = max(reaches, key=lambda one: (reaches[one], -_PRIORITY.index(one.kind), one.target))
        inside = [replace(atom, marks=atom.marks - {mark}) for atom in atoms[at : reaches[mark]]]
        out += _wrap(mark, _nest(inside))
        at = reaches[mark]
    return join_texts(out)


def _reach(atoms: Sequence[Atom], at: int, mark: Mark) -> int:
    """Return where the marked atoms from this one on end."""
    while at < len(atoms) and mark in atoms[at].marks:
        at += 1
    return at


def _wrap(mark: Mark, inside: Inlines) -> Inlines:
    """Return marked inlines; spaces at their ends are outside."""
    if mark.kind == "link":
        words = nodes.text_of(inside)
        target = words if escape_address(words) == mark.target else mark.target
        return (nodes.Link(target, inside),)
    if mark.kind in ("sub", "sup", "kbd"):
        return (nodes.Marked(inside, mark.kind),)
    first, last = _space_of(inside[:1], start=True), _space_of(inside[-1:], start=False)
    trimmed = trim_inlines(inside)
    if not trimmed:
        return inside
    kinds: dict[str, type[nodes.Strong | nodes.Emphasis | nodes.Strike]]
    kinds = {"strong": nodes.Strong, "emphasis": nodes.Emphasis, "strike": nodes.Strike}
    return (*first, kinds[mark.kind](trimmed), *last)


def _space_of(inlines: Inlines, *, start: bool) -> Inlines:
    match inlines:
        case (nodes.Text(text),):
            space = text[: len(text) - len(text.lstrip(" "))] if start else text[len(text.rstrip(" ")) :]
            return (nodes.Text(space),) if space else ()
    return ()


def select_comments(body: Element) -> dict[str, Element]:
    """Return the paragraph that each comment is about, by the comment's id."""
    found: dict[str, Element] = {}
    for start in select_nodes(body, ".//w:commentRangeStart | .//w:commentReference"):
        paragraph = next(start.iterancestors(f"{W}p"), None)
        if paragraph is None:
            paragraph = next((one for one in start.itersiblings(f"{W}p")), None)
        if paragraph is not None:
            found.setdefault(start.get(f"{W}id", ""), paragraph)
    return found
