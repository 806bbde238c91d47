"""Read the sections of tagged PDFs back, each as one text without spaces, to compare it with lines of `readings`.

In the text, marks say where a line ends on the page and where cells, items and headings begin.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from typing import Any

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.psparser import PSLiteral
from pdfminer.utils import MATRIX_IDENTITY, mult_matrix
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject
from readings import Titles, escape, has_text, tidy, write_link

LINE, CELL, ITEM, REST, HEAD = "⏎", "⎕", "•", "◦", "§"
"""Marks of where a line ends, and of where a cell, an item, perhaps an item, and a heading begin."""

_LINE_HEIGHT = 6
"""Points between the baselines of two lines, at least; marks above and below the line are nearer."""


class _Marked(PDFTextDevice):
    """Collects the text of each marked content of a page, with a line feed before each new line, and its baseline."""

    def __init__(self, resources: PDFResourceManager) -> None:
        super().__init__(resources)
        self.pieces: dict[int, list[tuple[float, str]]] = {}
        self.open: list[int | None] = []

    def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
        number = next((number for number in reversed(self.open) if number is not None), None)
        if number is not None:
            baseline = mult_matrix(textstate.matrix, self.ctm or MATRIX_IDENTITY)[5] + textstate.rise
            codes = (code for part in seq if isinstance(part, bytes) for code in textstate.font.decode(part))
            self.pieces.setdefault(number, []).append((baseline, "".join(map(textstate.font.to_unichr, codes))))

    def begin_tag(self, tag: PSLiteral, props: Any = None) -> None:
        self.open.append(props.get("MCID") if isinstance(props, dict) else None)

    def end_tag(self) -> None:
        self.open.pop()


class _Structure:
    """Reads a tagged PDF in the order of its structure (ISO 32000-1, 14.7)."""

    def __init__(self, data: bytes) -> None:
        reader = PdfReader(io.BytesIO(data))
        self._root: Any = reader.trailer["/Root"]["/StructTreeRoot"]["/K"]  # type: ignore[index]
        self._pages = {page.indirect_reference.idnum: number for number, page in enumerate(reader.pages)}  # type: ignore[union-attr]
        self._marked = list(map(_marked_texts, PDFPage.get_pages(io.BytesIO(data))))
        self._line: tuple[int, float] | None = None
        self._depth = 0

    def read(self) -> str:
        return "".join(self._read(kid, 0) for kid in self._root)

    def _read(self, element: Any, page: int) -> str:
        element = element.get_object() if isinstance(element, IndirectObject) else element
        if not isinstance(element, DictionaryObject):
            return "".join(self._read_piece(page, *piece) for piece in self._marked[page].get(int(element), []))
        page = self._pages[element.raw_get("/Pg").idnum] if "/Pg" in element else page
        if element.get("/Type") == "/MCR":
            return self._read(element["/MCID"], page)
        kids = element.get("/K", [])
        kids = kids if isinstance(kids, list) else [kids]
        self._depth += element.get("/S") == "/L"
        inside = "".join(self._read(kid, page) for kid in kids)
        self._depth -= element.get("/S") == "/L"
        return self._mark_role(element, kids, inside)

    def _mark_role(self, element: Any, kids: list[Any], inside: str) -> str:
        match element.get("/S"):
            case "/LI" if not any(_role(kid) == "/Lbl" for kid in kids):  # a task, or an item that goes on
                return f"{LINE}{REST}{self._depth}-{inside.lstrip(LINE).lstrip('✓☐☑□')}"
            case "/Lbl" if self._depth:
                return f"{LINE}{_item_mark(self._depth, inside)}"
            case "/TH" | "/TD":
                return f"{CELL}{inside}"
            case "/Figure":
                return f"{LINE}<img {escape(''.join(str(element.get('/Alt', '')).split()))}>"
            case "/Link":
                return write_link(next(filter(None, map(_target_of, kids)), ""), inside)
            case str(role) if re.fullmatch("/H[1-6]", role):
                self._line = None  # what is beside a heading is a line of its own
                return f"{HEAD}{role[2]}{LINE}{inside}"
        return inside

    def _read_piece(self, page: int, baseline: float, text: str) -> str:
        before, self._line = self._line, (page, baseline)
        new_line = before is None or before[0] != page or abs(before[1] - baseline) > _LINE_HEIGHT
        return (LINE if new_line else "") + escape("".join(tidy(text).split()))


def _role(kid: Any) -> Any:
    kid = kid.get_object()
    return kid.get("/S") if isinstance(kid, DictionaryObject) else None


def _target_of(kid: Any) -> str:
    """Return the target of a link's annotation."""
    annotation = kid.get_object()
    if not isinstance(annotation, DictionaryObject) or "/Obj" not in annotation:
        return ""
    action: Any = annotation["/Obj"]
    return str(action.get("/A", {}).get("/URI", ""))


def _item_mark(depth: int, mark: str) -> str:
    """Return what stands in a PDF's text where an item begins."""
    return f"{ITEM}{depth}{'1.' if mark[-1:] in '.)' else '-'}"


def find_difference(expected: str, found: str) -> tuple[str, str] | None:
    """Return the places at which a PDF's section first differs from the expected text; lines may end anywhere."""
    position = 0
    for number, character in enumerate(expected):
        position = _skip_loose(found, position, character)
        if found[position : position + 1] not in (character, REST if character == ITEM else character):
            return _around(expected, number), _around(found, position)
        position += 1
    rest = found[_skip_loose(found, position, "") :]
    return ("", rest[:80]) if rest else None


def _around(text: str, position: int) -> str:
    return text[max(0, position - 60) : position + 60]


def _skip_loose(found: str, position: int, character: str) -> int:
    """Return the next position in a PDF's text that counts, if this character is expected."""
    while position < len(found) and found[position] != character and found[position] in (LINE, CELL, REST):
        if found[position] == REST and character == ITEM:
            break
        position += 3 if found[position] == REST else 1
    return position


def _tidy_printed(text: str) -> str:
    """Return the text of a PDF's section as if it had room for all links, and glyphs for all characters."""
    text = re.sub(f"{HEAD}.", "", text)
    text = re.sub(rf"(<a [^>]*>)({LINE}+)", r"\2\1", text)
    text = re.sub(rf"(<a [^>]*>)(?:(?!</a>).)*</a>(?:{LINE}*\1(?:(?!</a>).)*</a>)+", _join_links, text)
    text = re.sub(r"\[U\+([0-9A-F]{4,6})\]", lambda code: chr(int(code[1], 16)), text)
    return re.sub(rf"[{ITEM}{REST}]\d(?:-|1\.)(?={LINE}*(?:[{ITEM}{REST}{CELL}]|$))", "", text)


def _join_links(links: re.Match[str]) -> str:
    """Return the parts of a link on several lines as one link."""
    return f"{links[1]}{links[0].replace(links[1], '').replace('</a>', '')}</a>"


def as_printed(lines: Iterable[str]) -> str:
    """Return the lines of a section as the text of a PDF's section."""
    return "".join(_print_line(line) for line in lines if has_text(line))


FOOTER = "Thispost-mortemfollows"


def _print_line(line: str) -> str:
    depth, (kind, _, text) = (len(line) - len(line.lstrip())) // 2, line.lstrip().partition(" ")
    text = re.sub("<(a(?=[hm])|img)", r"<\1 ", "".join(text.replace("<br>", LINE).split()))
    mark = {"-": _item_mark(depth, "-"), "1.": _item_mark(depth, "1."), "cell": CELL}.get(kind, "")
    return f"{'' if kind == 'cell' else LINE}{mark}{text}"


def _find_loosely(text: str, wanted: str, start: int) -> tuple[int, int]:
    """Return where a text begins and ends in which lines may end anywhere."""
    pattern = f"{LINE}*".join(map(re.escape, wanted))
    found = re.compile(pattern).search(text, start)
    assert found, f"the PDF has no heading {wanted!r}"
    return found.span()


def _marked_texts(page: PDFPage) -> dict[int, list[tuple[float, str]]]:
    resources = PDFResourceManager()
    device = _Marked(resources)
    PDFPageInterpreter(resources, device).process_page(page)
    return device.pieces


def read_pdf(data: bytes, titles: Titles) -> list[str]:
    """Return the sections of a tagged PDF, each as one text without spaces.

    In it, LINE stands where a line ends on the page, CELL where a cell begins, and an item's mark where an item begins.
    """
    text = _Structure(data).read()
    starts, ends, end = [], [], 0
    for level, title in titles:
        start, end = _find_loosely(text, f"{HEAD}{level}{LINE}{''.join(tidy(escape(title)).split())}", end)
        starts.append(end)
        ends.append(start)
    end = text.rindex(f"{LINE}{FOOTER}")
    found = [text[start:end] for start, end in zip(starts, [*ends[1:], end], strict=True)]
    contents = f"{LINE}Contents{LINE}{''.join(titles[0][1].split())}"
    return [_tidy_printed(section.partition(contents)[0]) for section in found]
