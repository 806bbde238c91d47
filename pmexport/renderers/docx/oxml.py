"""WordprocessingML, paragraph by paragraph and run by run (ISO/IEC 29500-1, part 17; elements stand in its order)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lxml import etree

from pmexport.document.nodes import Align

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
NAMESPACES = {"w": W[1:-1], "r": R[1:-1]}
BETWEEN = " · "
"""Between short facts on one line."""
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_SURROGATE = re.compile("[\ud800-\udfff]")
_ILLEGAL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_LINE_OR_TAB = re.compile("([\n\t])")
_ISOLATE, _END = "\u2066\u2069"  # left-to-right isolate, pop directional isolate (UAX #9)


def root(tag: str, **attributes: str) -> etree._Element:
    """Return an element of its own, to be filled and then moved into its part."""
    return etree.Element(W + tag, {W + name: value for name, value in attributes.items()}, nsmap=NAMESPACES)


def child(parent: etree._Element, tag: str, **attributes: str | int) -> etree._Element:
    """Append an element to its parent and return it. Element and attributes are in the main namespace."""
    return etree.SubElement(parent, W + tag, {W + name: str(value) for name, value in attributes.items()})


def clean(text: str) -> str:
    """Return a text without what XML 1.0 forbids; a lone surrogate becomes U+FFFD."""
    return _ILLEGAL.sub("", _SURROGATE.sub("\ufffd", text))


@dataclass(frozen=True, slots=True)
class Face:
    """How a run looks: a character style, and what is said on top of it."""

    style: str = ""
    strong: bool = False
    emphasis: bool = False
    strike: bool = False
    link: bool = False
    direct: bool = False
    """Whether strength is said in the run itself: in a paragraph whose style is bold, a bold style would undo it."""


PLAIN = Face()
_STYLES = (
    ("strong", "Strong", ("b", "bCs")),
    ("emphasis", "Emphasis", ("i", "iCs")),
    ("strike", "Struck", ("strike",)),
)
"""What a face says, the style that says it, and how it is said on top of another style: a run has but one."""


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes paragraphs and runs in the direction of the document."""

    rtl: bool = False

    def paragraph(
        self,
        parent: etree._Element,
        style: str,
        *,
        number: tuple[int, int] | None = None,
        indent: tuple[int, int, int] | None = None,
        tabs: Iterable[int] = (),
        align: Align = "start",
        ltr: bool = False,
    ) -> etree._Element:
        """Append a paragraph of this style and return it.

        `number` is a list's level and id; `indent` the indents of start and end, and by how much the first line hangs,
        `tabs` where tabs lead to, all in twentieths of a point; `ltr` keeps code from left to right.
        """
        paragraph = child(parent, "p")
        properties = child(paragraph, "pPr")
        child(properties, "pStyle", val=style)
        if number:
            numbering = child(properties, "numPr")
            child(numbering, "ilvl", val=number[0])
            child(numbering, "numId", val=number[1])
        if stops := list(tabs):
            listed = child(properties, "tabs")
            for stop in stops:
                child(listed, "tab", val="left", pos=stop)
        if self.rtl and not ltr:
            child(properties, "bidi")
        if indent:
            left, right, hanging = indent  # in a right-to-left paragraph Word itself takes left for start
            child(properties, "ind", left=left, right=right, hanging=hanging)
        if align != "start":
            child(properties, "jc", val="right" if align == "end" else "center")
        return paragraph

    def run(self, parent: etree._Element, text: str, face: Face = PLAIN, *, ltr: bool = False) -> etree._Element:
        """Append a run of words and return it. `ltr`: they read from left to right whatever they are."""
        run = child(parent, "r")
        rtl = self.rtl and not ltr and reads_rtl(text)
        if self.rtl and not ltr and not rtl:
            text = _isolated(text)
        if rtl or face != PLAIN:
            _face(child(run, "rPr"), face, rtl=rtl)
        for part in _LINE_OR_TAB.split(clean(text)):
            if part == "\n":
                child(run, "br")
            elif part == "\t":
                child(run, "tab")
            elif part:
                words = child(run, "t")
                words.set(_SPACE, "preserve")
                words.text = part
        return run

    def time(self, parent: etree._Element, text: str, face: Face = PLAIN) -> None:
        """Append a date or time; isolated in a right-to-left document, where 2026-03-14 would else read backwards."""
        self.run(parent, f"{_ISOLATE}{text}{_END}" if self.rtl else text, face, ltr=True)

    @contextmanager
    def line(self, parent: etree._Element, words: str) -> Iterator[None]:
        """Keep what is appended meanwhile, which says these words, in order: without, `3 of 5` would read `5 3 of`."""
        apart = self.rtl and not reads_rtl(words) and _isolated(words) != words
        if apart:
            self.run(parent, _ISOLATE, ltr=True)
        yield
        if apart:
            self.run(parent, _END, ltr=True)


def _face(properties: etree._Element, face: Face, *, rtl: bool) -> None:
    said = [(style, tags) for name, style, tags in _STYLES if getattr(face, name)]
    style = face.style
    if said and not style and not face.direct:
        style = said.pop(0)[0]
    if style:
        child(properties, "rStyle", val=style)
    for _, tags in said:
        for tag in tags:
            child(properties, tag)
    if face.link and style != "Hyperlink":
        child(properties, "u", val="single")  # code in a link stays code, underlined
    if rtl:
        child(properties, "rtl")


def _isolated(text: str) -> str:
    """Return a text that reads from left to right, isolated if it does not begin and end with letters."""
    words = text.strip()
    if {unicodedata.bidirectional(character) for character in words[:1] + words[-1:]} <= {"L"}:
        return text
    start = text.index(words)
    return f"{text[:start]}{_ISOLATE}{words}{_END}{text[start + len(words) :]}"


def reads_rtl(text: str) -> bool:
    """Return whether a run in a right-to-left document goes that way: unless it holds Latin and nothing else."""
    kinds = {unicodedata.bidirectional(character) for character in text}
    return bool(kinds & {"R", "AL"}) or "L" not in kinds
