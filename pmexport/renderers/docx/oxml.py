"""Writes WordprocessingML paragraphs and runs (ISO/IEC 29500-1, part 17, which sets the order of elements)."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from lxml import etree

from pmexport.document.nodes import Align

Element = etree._Element  # noqa: SLF001
"""An XML element; lxml has no public name for the type."""
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
NAMESPACES = {"w": W[1:-1], "r": R[1:-1]}
PARAGRAPH_ORDER = (
    *("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr", "suppressLineNumbers"),
    *("pBdr", "shd", "tabs", "suppressAutoHyphens", "kinsoku", "wordWrap", "overflowPunct", "topLinePunct"),
    *("autoSpaceDE", "autoSpaceDN", "bidi", "adjustRightInd", "snapToGrid", "spacing", "ind", "contextualSpacing"),
    *("mirrorIndents", "suppressOverlap", "jc", "textDirection", "textAlignment", "textboxTightWrap", "outlineLvl"),
    *("divId", "cnfStyle", "rPr", "sectPr", "pPrChange"),
)
"""The order of a paragraph's properties (ISO/IEC 29500-1, 17.3.1.26)."""
SEPARATOR = " · "
"""Separates facts on one line."""
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_SURROGATE = re.compile("[\ud800-\udfff]")
_ILLEGAL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_LINE_OR_TAB = re.compile("([\n\t])")
_ISOLATE, _END = "\u2066\u2069"  # left-to-right isolate, pop directional isolate (UAX #9)


def create_root(tag: str, **attributes: str) -> Element:
    """Create an element without a parent."""
    return etree.Element(W + tag, {W + name: value for name, value in attributes.items()}, nsmap=NAMESPACES)


def add_child(parent: Element, tag: str, **attributes: str | int) -> Element:
    """Append an element in the main namespace and return it."""
    return etree.SubElement(parent, W + tag, {W + name: str(value) for name, value in attributes.items()})


def add_copy(parent: Element, prototype: Element) -> Element:
    """Append a copy of an element and return it: one call of lxml instead of one for each element inside."""
    element = copy(prototype)
    parent.append(element)
    return element


def insert_property(properties: Element, tag: str, **attributes: str | int) -> Element:
    """Insert a property into those of a paragraph, in the order of the format, and return it."""
    element = add_child(properties, tag, **attributes)
    following = PARAGRAPH_ORDER[PARAGRAPH_ORDER.index(tag) + 1 :]
    after = next((one for one in properties if one.tag.removeprefix(W) in following), None)
    if after is not None:
        after.addprevious(element)
    return element


def ensure_first(parent: Element, tag: str) -> Element:
    """Return the child with this tag, created as the first one if it is missing."""
    found = parent.find(W + tag)
    if found is None:
        found = create_root(tag)
        parent.insert(0, found)
    return found


def parse_part(data: bytes) -> Element:
    """Parse a part of the package, without entities or network access."""
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))


def clean_xml(text: str) -> str:
    """Remove characters that XML 1.0 forbids; a lone surrogate becomes U+FFFD."""
    return text if text.isprintable() else _ILLEGAL.sub("", _SURROGATE.sub("\ufffd", text))


def spell_language(tag: str) -> str:
    """Return a BCP 47 tag in its usual spelling, which programs compare: `pt-br` as `pt-BR`, `zh-hant` as `zh-Hant`."""
    first, *others = clean_xml(tag).split("-")
    spellings = {2: str.upper, 4: str.title}
    return "-".join((first.lower(), *(spellings.get(len(part), str)(part) for part in others)))


_WORDS = create_root("t")
"""A text without words."""
_WORDS.set(XML_SPACE, "preserve")


@dataclass(frozen=True, slots=True)
class Font:
    """The formatting of a run: a character style and direct formatting."""

    style: str = ""
    strong: bool = False
    emphasis: bool = False
    strike: bool = False
    link: bool = False
    exact: bool = False
    """A name as machines write it, which is neither hyphenated nor spell-checked."""
    position: str = ""
    """`subscript` or `superscript`; empty on the line."""
    direct: bool = False
    """Use direct formatting for bold: a bold style toggles bold off in a paragraph whose style is bold."""


PLAIN = Font()


@lru_cache(maxsize=1000)
def vary_font(font: Font, **changes: Any) -> Font:
    """Return a font with these attributes changed."""
    return replace(font, **changes)


_STYLES = (
    ("strong", "Strong", ("b", "bCs")),
    ("emphasis", "Emphasis", ("i", "iCs")),
    ("strike", "Struck", ("strike",)),
)
"""Attribute, character style and direct formatting. A run has only one style; the others are set directly."""


@dataclass(frozen=True, slots=True)
class TextWriter:
    """Writes paragraphs and runs in the document's direction."""

    rtl: bool = False

    def add_paragraph(
        self,
        parent: Element,
        style: str,
        *,
        number: tuple[int, int] | None = None,
        indent: tuple[int, int, int] | None = None,
        tabs: Mapping[int, str] = MappingProxyType({}),
        align: Align = "start",
        ltr: bool = False,
    ) -> Element:
        """Append a paragraph with this style and return it.

        number: list level and id. indent: start, end and hanging indent in twips. tabs: the alignment
        (left, center, right) of each tab stop, by its position in twips.
        ltr: keep the text from left to right, as for code.
        """
        stops = tuple(sorted(tabs.items()))
        return add_copy(parent, _make_paragraph(style, number, indent, stops, align, bidi=self.rtl and not ltr))

    def add_run(self, parent: Element, text: str, font: Font = PLAIN, *, ltr: bool = False) -> Element:
        """Append a run and return it. ltr: keep the text from left to right."""
        rtl = self.rtl and not ltr and reads_rtl(text)
        if self.rtl and not ltr and not rtl:
            text = _isolate_text(text)
        if text and text.isprintable():
            run = add_copy(parent, _make_text_run(font, rtl=rtl))
            run[-1].text = text
            return run
        run = add_copy(parent, _make_run(font, rtl=rtl))
        for part in _LINE_OR_TAB.split(clean_xml(text)):
            if part == "\n":
                add_child(run, "br")
            elif part == "\t":
                add_child(run, "tab")
            elif part:
                add_copy(run, _WORDS).text = part
        return run

    def add_time(self, parent: Element, text: str, font: Font = PLAIN) -> None:
        """Append a date or time; numbers are isolated in right-to-left documents, which would reverse 2026-03-14."""
        if self.rtl and has_rtl(text):
            self.add_run(parent, text, font)
            return
        self.add_run(parent, f"{_ISOLATE}{text}{_END}" if self.rtl else text, font, ltr=True)

    @contextmanager
    def keep_order(self, parent: Element, words: str) -> Iterator[None]:
        """Keep the appended runs in order; `3 of 5` would otherwise read `5 3 of`. words: the text of all runs."""
        apart = self.rtl and not reads_rtl(words) and _isolate_text(words) != words
        if apart:
            self.add_run(parent, _ISOLATE, ltr=True)
        yield
        if apart:
            self.add_run(parent, _END, ltr=True)


@lru_cache(maxsize=1000)
def _make_paragraph(
    style: str,
    number: tuple[int, int] | None,
    indent: tuple[int, int, int] | None,
    tabs: tuple[tuple[int, str], ...],
    align: Align,
    *,
    bidi: bool,
) -> Element:
    """Return a paragraph without text. For the arguments see `TextWriter.add_paragraph`."""
    paragraph = create_root("p")
    properties = add_child(paragraph, "pPr")
    add_child(properties, "pStyle", val=style)
    if number:
        numbering = add_child(properties, "numPr")
        add_child(numbering, "ilvl", val=number[0])
        add_child(numbering, "numId", val=number[1])
    if tabs:
        listed = add_child(properties, "tabs")
        for stop, alignment in tabs:
            add_child(listed, "tab", val=alignment, pos=stop)
    if bidi:
        add_child(properties, "bidi")
    if indent:
        left, right, hanging = indent  # in right-to-left paragraphs, left means start
        add_child(properties, "ind", left=left, right=right, hanging=hanging)
    if align != "start":
        add_child(properties, "jc", val="right" if align == "end" else "center")
    return paragraph


@lru_cache(maxsize=1000)
def _make_run(font: Font, *, rtl: bool) -> Element:
    """Return a run without text."""
    run = create_root("r")
    if rtl or font != PLAIN:
        _write_font(add_child(run, "rPr"), font, rtl=rtl)
    return run


@lru_cache(maxsize=1000)
def _make_text_run(font: Font, *, rtl: bool) -> Element:
    """Return a run whose last element takes its text."""
    run = copy(_make_run(font, rtl=rtl))
    add_copy(run, _WORDS)
    return run


def _write_font(properties: Element, font: Font, *, rtl: bool) -> None:
    wanted = [(style, tags) for name, style, tags in _STYLES if getattr(font, name)]
    style = font.style
    if wanted and not style and not font.direct:
        style = wanted.pop(0)[0]
    if style:
        add_child(properties, "rStyle", val=style)
    for _, tags in wanted:
        for tag in tags:
            add_child(properties, tag)
    if font.exact:
        add_child(properties, "noProof")
    if font.link and style != "Hyperlink":
        add_child(properties, "u", val="single")  # code in a link stays code, underlined
    if font.position:
        add_child(properties, "vertAlign", val=font.position)
    if rtl:
        add_child(properties, "rtl")


def _isolate_text(text: str) -> str:
    """Isolate left-to-right text, unless it starts and ends with letters."""
    words = text.strip()
    if {unicodedata.bidirectional(character) for character in words[:1] + words[-1:]} <= {"L"}:
        return text
    start = text.index(words)
    return f"{text[:start]}{_ISOLATE}{words}{_END}{text[start + len(words) :]}"


def reads_rtl(text: str) -> bool:
    """Return whether a run in a right-to-left document is right-to-left: it is unless its only letters are Latin."""
    return has_rtl(text) or all(unicodedata.bidirectional(character) != "L" for character in text)


def has_rtl(text: str) -> bool:
    """Return whether a text has letters of a right-to-left script."""
    return any(unicodedata.bidirectional(character) in ("R", "AL") for character in text)
